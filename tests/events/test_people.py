import pytest
import sqlalchemy as sa
from sqlalchemy.exc import DBAPIError

from events import people
from events.errors import Invalid, NotFound
from events.people import Person, search_key, sort_key, tidy

NFD = "Nguye\u0302\u0303n Thi\u0323 Hoa\u0300"


def test_a_name_is_kept_in_one_normal_form_without_spare_blanks():
    assert tidy(f"  {NFD} \u00a0 An ") == "Nguyễn Thị Hoà An"


@pytest.mark.parametrize("name", ["", "  ", "x" * 101])
def test_a_name_must_be_one(name):
    with pytest.raises(Invalid, match=r"person\.name"):
        tidy(name)


@pytest.mark.parametrize(
    ("name", "key"),
    [("Đặng Thị Hương", "dang thi huong"), ("ĐỖ", "do"), ("hoà", "hoa"), ("hòa", "hoa"), (NFD, "nguyen thi hoa")],
)
def test_searching_knows_no_marks_and_no_case(name, key):
    assert search_key(name) == key


def test_names_are_ordered_by_given_name_in_the_vietnamese_alphabet():
    wanted = [
        "Trần An",
        "Lê Văn Ân",
        "Nguyễn Bình",
        "Trần Dũng",
        "Lê Đức",
        "Phạm Hoa",
        "Phạm Hòa",
        "Bùi Lan",
        "Vũ Lan",
        "Đỗ Ngọc",
        "Lê Oanh",
        "Lê Ước",
        "Lê Yến",
    ]
    assert sorted(wanted, key=sort_key) == wanted


@pytest.mark.store
class TestStored:
    async def test_a_person_is_found_by_the_beginnings_of_words(self, engine):
        await people.add(
            engine,
            [
                Person(person="p1", name="Đặng Thị Hương", birth_year=1980),
                Person(person="p2", name="Nguyễn Hương Giang"),
                Person(person="p3", name="Trần Văn Dương"),
            ],
        )
        assert [one.person for one in await people.find(engine, "huong")] == ["p2", "p1"]
        assert [one.person for one in await people.find(engine, "HƯƠNG đặ")] == ["p1"]
        assert await people.find(engine, "uong") == []
        assert await people.find(engine, "100%_") == []
        assert [one.person for one in await people.find(engine, "huong", among=["p1", "p3"])] == ["p1"]
        assert [one.person for one in await people.find(engine, "", limit=2)] == ["p3", "p2"]

    async def test_names_are_asked_for_together_and_renamed(self, engine):
        await people.add(engine, [Person(person="p1", name="Một"), Person(person="p2", name="Hai")])
        await people.rename(engine, "p1", NFD)
        assert await people.names(engine, ["p2", "p1", "p9", "p1"]) == {"p1": "Nguyễn Thị Hoà", "p2": "Hai"}
        assert await people.names(engine, []) == {}
        assert await people.in_order(engine, ["p9", "p1", "p2"]) == ["p2", "p1", "p9"]
        with pytest.raises(NotFound):
            await people.rename(engine, "p9", "Ai")

    async def test_a_forgotten_person_leaves_nothing(self, engine):
        await people.add(engine, [Person(person="p1", name="Một", mail="mot@example.vn")])
        async with engine.begin() as connection:
            await connection.execute(
                sa.text("INSERT INTO accounts (person, username, password_hash) VALUES ('p1', 'mot', 'x')")
            )
            await connection.execute(sa.text("INSERT INTO drafts VALUES ('p1', 's', 'pledge', 'x', now())"))
            await connection.execute(
                sa.text("INSERT INTO sessions (id_hash, person, expires_at) VALUES ('x', 'p1', now())")
            )
        assert (await people.get(engine, "p1")) == Person(person="p1", name="Một", mail="mot@example.vn")
        await people.forget(engine, "p1")
        assert await people.get(engine, "p1") is None
        async with engine.connect() as connection:
            for table in ("people", "accounts", "drafts", "sessions"):
                assert (await connection.execute(sa.text(f"SELECT count(*) FROM {table}"))).scalar_one() == 0

    async def test_the_database_refuses_a_name_in_another_normal_form(self, engine):
        async with engine.connect() as connection:
            with pytest.raises(DBAPIError, match="check constraint"):
                await connection.execute(
                    sa.text("INSERT INTO people (person, name, search, sort_key) VALUES ('p1', :name, '', '')"),
                    {"name": NFD},
                )
