"""What a unit's calendar asks for next: pure, from the year as it is recorded and the dates in force."""

from dataclasses import replace
from datetime import date, timedelta

from activities.agenda import Act, Entry, entries, in_order
from events.policy import Stage, Step
from events.unit_year.facts import StageRecord, UnitYear

DUE = date(2026, 3, 31)
PLEDGE = Step(
    stage=Stage.PLEDGE,
    month=None,
    opens=date(2026, 1, 15),
    due=DUE,
    remind_on=(date(2026, 3, 24), date(2026, 3, 30)),
    closes=date(2026, 4, 15),
)
MARCH = Step(stage=Stage.CHECK_IN, month=3, opens=date(2026, 3, 24), due=DUE, remind_on=(), closes=DUE)
OPEN = StageRecord(Stage.PLEDGE, None, frozenset({"m1"}), date(2026, 1, 15), DUE)


def year(*records: StageRecord) -> UnitYear:
    return UnitYear(stages={(record.stage, record.month): record for record in records})


def keys(unit_year: UnitYear, today: date, *steps: Step) -> list[str]:
    return [entry.key for entry in in_order(entries(unit_year, steps or (PLEDGE,), today))]


def test_a_stage_that_is_not_open_is_opened_first_whatever_else_of_it_is_past():
    assert keys(year(), date(2026, 12, 1)) == ["open/pledge/2026-01-15"]


def test_an_open_stage_is_reminded_of_escalated_and_closed_in_this_order():
    assert keys(year(OPEN), date(2026, 2, 1)) == [
        "remind/pledge/2026-03-24",
        "remind/pledge/2026-03-30",
        "escalate/pledge/2026-03-31",
        "close/pledge/2026-04-15",
    ]


def test_an_escalation_and_a_closing_come_on_the_day_after_the_last():
    days = {entry.act: entry.on for entry in entries(year(OPEN), (PLEDGE,), DUE)}
    assert (days[Act.ESCALATE], days[Act.CLOSE]) == (date(2026, 4, 1), date(2026, 4, 16))


def test_a_reminder_belongs_to_its_day():
    assert "remind/pledge/2026-03-24" in keys(year(OPEN), date(2026, 3, 24))
    assert "remind/pledge/2026-03-24" not in keys(year(OPEN), date(2026, 3, 25))


def test_a_stage_that_opens_on_a_reminders_day_does_not_begin_with_it():
    opened = replace(OPEN, opened_on=date(2026, 3, 24))
    assert "remind/pledge/2026-03-24" not in keys(year(opened), date(2026, 3, 24))


def test_what_is_done_is_not_asked_for_again():
    done = replace(OPEN, reminded_on=frozenset(PLEDGE.remind_on), escalated=True)
    assert keys(year(done), date(2026, 3, 1)) == ["close/pledge/2026-04-15"]
    assert keys(year(replace(done, closed=True)), date(2026, 3, 1)) == []


def test_a_moved_due_date_is_carried_to_the_open_stage_before_anything_else_even_to_a_closed_one():
    later = replace(PLEDGE, due=DUE + timedelta(days=10))
    for record in (OPEN, replace(OPEN, escalated=True, closed=True)):
        assert keys(year(record), date(2026, 4, 5), later) == ["extend/pledge/2026-04-10"]


def test_entries_of_one_day_come_in_the_order_of_the_acts():
    found = [Entry(act=act, on=DUE) for act in reversed(Act)]
    assert [entry.act for entry in in_order(found)] == list(Act)


def test_a_month_is_named_in_the_key():
    assert keys(year(), DUE, MARCH) == ["open/check_in-3/2026-03-24"]
