from tests.events.golden import FOLDER, write_missing

for path in write_missing():
    print(path.relative_to(FOLDER.parents[2]))
