import json

import pytest

from events import codec
from tests.events.golden import FOLDER, file_of, registered

EVENTS = registered()
FILES = sorted(FOLDER.glob("*.json"))


@pytest.mark.parametrize("name", sorted(EVENTS))
def test_every_event_has_a_golden_file_of_the_schema_it_is_written_in(name):
    path = file_of(name, codec.stored(EVENTS[name]).version)
    assert path.exists(), f"run python -m tests.events.golden, look at {path.name} and commit it"


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_a_golden_file_reads_as_todays_event_and_goes_back_unchanged(path):
    golden = json.loads(path.read_text(encoding="utf-8"))
    assert path == file_of(golden["type"], golden["schema"])
    event = codec.from_json(golden["type"], golden["schema"], golden["data"])
    assert type(event) is EVENTS[golden["type"]]
    if golden["schema"] == codec.current_version(golden["type"]):
        assert codec.to_json(event) == golden["data"]


def test_every_step_from_an_old_schema_has_its_golden_file():
    steps = [step for step in codec._upcasts if not step[0].startswith("test.")]
    assert [step for step in steps if not file_of(*step).exists()] == []
