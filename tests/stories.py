"""One cell's people, one member's year 2026 told step by step, and the setting each step meets: shared by all tests.

The events of a step are named `after_<step>`; `setting(by, on)` is what a decision reads on a local date, with every stage
open that the year's calendar has opened by then. All dates are fixed: the tests pass on any day.
"""

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any, TypeVar

from deploy.policies import policy_for
from events.access import Grant, Role
from events.cycle import CYCLE, facts
from events.cycle import commands as ask
from events.cycle.setting import Opening, Setting
from events.cycle.values import (
    Answer,
    AnswerKind,
    Assessment,
    CarriedAnswer,
    ItemProgress,
    Job,
    LevelVotes,
    Point,
    RemedyReport,
    SectionText,
    Shortcoming,
    StandardPledge,
)
from events.decider import CALENDAR, Command, local_date
from events.member import Kind, Member, Track
from events.policy import Level, Stage, policy_from, steps_of
from tests.spec import recorded, when

MEMBER, SECRETARY, COMMITTEE, BASE, ROOT, STRANGER, COMRADE, OFFICE, INSPECTOR = (f"p{n}" for n in range(1, 10))
"""Persons: the member `m1`, the cell's secretary and committee, the committees above, nobody, a comrade, the office, the inspection."""

PATH = ("u-cell", "u-base", "u-root")
GRANTS = {
    SECRETARY: (Grant(SECRETARY, Role.CELL_SECRETARY, "u-cell", date(2020, 1, 1)),),
    COMMITTEE: (Grant(COMMITTEE, Role.CELL_COMMITTEE, "u-cell", date(2020, 1, 1)),),
    BASE: (Grant(BASE, Role.BASE_COMMITTEE, "u-base", date(2020, 1, 1)),),
    ROOT: (Grant(ROOT, Role.SUPERIOR_COMMITTEE, "u-root", date(2020, 1, 1)),),
    OFFICE: (Grant(OFFICE, Role.ORGANISATION_OFFICE, "u-root", date(2020, 1, 1)),),
    INSPECTOR: (Grant(INSPECTOR, Role.INSPECTION_COMMISSION, "u-root", date(2020, 1, 1)),),
}
POLICY = policy_from(policy_for(2026)[0])
STEPS = steps_of(POLICY, 2026)
DEBT = Shortcoming(id="2025-1", text="Chậm nộp báo cáo tháng")

PLEDGING = date(2026, 2, 10)
CHECKING = date(2026, 4, 27)
ACCOUNTING = date(2026, 11, 20)
MEETING = date(2026, 12, 5)
VOTING = date(2026, 12, 10)
DECIDING = date(2026, 12, 20)

C = TypeVar("C", bound=Command)


def at(day: date) -> datetime:
    """Ten in the morning of a local date."""
    return datetime(day.year, day.month, day.day, 3, tzinfo=UTC)


def due_of(stage: Stage, month: int | None = None) -> date:
    """The published due date of a stage."""
    return next(step.due for step in STEPS if (step.stage, step.month) == (stage, month))


def setting(by: str = MEMBER, on: date = PLEDGING, **changes: Any) -> Setting:
    """What a decision about `m1` reads, asked by a person (or the calendar) on a local date."""
    usual = Setting(
        year=2026,
        member="m1",
        membership=Member(MEMBER, "u-cell", Kind.OFFICIAL, Track.NON_LEADER),
        path=PATH,
        unit="u-cell",
        policy=POLICY,
        steps=STEPS,
        subject_grants=GRANTS.get(MEMBER, ()),
        actor=by,
        actor_grants=GRANTS.get(by, ()),
        openings={
            (step.stage, step.month): Opening(
                stage=step.stage, month=step.month, opened_on=step.opens, due=step.due, closed=on > step.closes
            )
            for step in STEPS
            if step.opens <= on
        },
        confirmed=frozenset(),
        carried=(DEBT,),
        own_cell=by in (COMRADE, SECRETARY, COMMITTEE),
        year_open=True,
        commendation="none",
        on=on,
    )
    return replace(usual, **changes)


def pledge_open(by: str = MEMBER, **changes: Any) -> Setting:
    """A day in February."""
    return setting(by, PLEDGING, **changes)


def check_in_open(by: str = MEMBER, **changes: Any) -> Setting:
    """A day at the end of April: April's check-in has opened."""
    return setting(by, CHECKING, **changes)


def self_criticism_open(by: str = MEMBER, **changes: Any) -> Setting:
    """A day in November."""
    return setting(by, ACCOUNTING, **changes)


def appraisal_open(by: str = SECRETARY, **changes: Any) -> Setting:
    """A day in December, after the cell has met."""
    return setting(by, VOTING, **changes)


def command(kind: type[C], by: str, on: date, /, **fields: Any) -> C:
    """A command by somebody on a local date."""
    return kind(id="c1", by=by, at=at(on), **fields)


def answer(events: Sequence[Any], asked: Command, **changes: Any) -> list[Any]:
    """What a member's year answers to a command after these events, in the setting of who asks and when; `changes` to that."""
    return when(CYCLE, events, asked, setting(asked.by, local_date(asked.at), **changes))


def told(event: Any, *, by: str = MEMBER, on: date = PLEDGING) -> Any:
    """An event as recorded, told by somebody on a local date; its version is its place in the story."""
    return recorded(event, by=by, at=at(on))


def story(*events: Any) -> tuple[Any, ...]:
    """Events with the versions of their places, from 1."""
    return tuple(
        replace(event, version=version) if hasattr(event, "occurred_at") else recorded(event, version=version)
        for version, event in enumerate(events, 1)
    )


JOBS = (
    Job(
        id="job-1",
        title="Số hóa hồ sơ đất đai của phường",
        duty="Cán bộ địa chính",
        measure="600 hồ sơ được quét và lập mục",
        deadline=date(2026, 9, 30),
        product="Kho hồ sơ điện tử",
    ),
)
STANDARDS = (StandardPledge(code="integrity", how="Không nhận quà khi giải quyết hồ sơ"),)
KEPT = (CarriedAnswer(shortcoming="2025-1", text=DEBT.text, plan="Nộp trước ngày 5", remedy_by=date(2026, 6, 30)),)
ITEMS = ("job-1", "exemplary", "standard-integrity", "2025-1")
POINTS = (
    Point(number=1, section="jobs", text="Nêu rõ cách đo"),
    Point(number=2, section="standards", text="Nói cụ thể hơn"),
)
ANSWERS = (
    Answer(point=1, kind=AnswerKind.REVISED, text="Đã thêm số lượng"),
    Answer(point=2, kind=AnswerKind.EXPLAINED, text="Theo hướng dẫn của cơ quan"),
)
SECTIONS = tuple(
    SectionText(code=section.code, text=f"Nội dung mục {section.code}")
    for section in POLICY.forms[Track.NON_LEADER]
    if section.required
)


def pledge(by: str = MEMBER, on: date = PLEDGING, **changes: Any) -> ask.SubmitPledge:
    """A whole pledge, with an answer to the shortcoming carried in."""
    whole: dict[str, Any] = {
        "jobs": JOBS,
        "exemplary": "Đúng giờ, tiếp dân tận tình",
        "standards": STANDARDS,
        "carried": KEPT,
    }
    return command(ask.SubmitPledge, by, on, **{**whole, **changes})


def progress(*items: str, done: str = "Đã làm", percent: int = 40) -> tuple[ItemProgress, ...]:
    """A month's result for every pledged item, or for the named ones."""
    return tuple(ItemProgress(item=item, progress=percent, done=done) for item in items or ITEMS)


def check_in(by: str = MEMBER, on: date = CHECKING, *, month: int = 4, **changes: Any) -> ask.ReportCheckIn:
    """A whole month."""
    return command(ask.ReportCheckIn, by, on, month=month, **{"items": progress(), **changes})


def self_criticism(by: str = MEMBER, on: date = ACCOUNTING, **changes: Any) -> ask.SubmitSelfCriticism:
    """The whole form of a member without a leading post."""
    whole: dict[str, Any] = {
        "sections": SECTIONS,
        "remedies": (RemedyReport(shortcoming="2025-1", remedied=True),),
        "self_rating": Level.GOOD,
        "points_common": 28,
        "points_results": 60,
    }
    return command(ask.SubmitSelfCriticism, by, on, **{**whole, **changes})


PLEDGED = facts.PledgeSubmitted(
    jobs=JOBS,
    exemplary="Đúng giờ, tiếp dân tận tình",
    standards=STANDARDS,
    carried=KEPT,
    answers=(),
    round=1,
    late=False,
    review_due=date(2026, 2, 20),
)
RETURNED = facts.PledgeReturned(points=POINTS, answer_due=date(2026, 2, 18))
REPORTED = facts.CheckInReported(month=4, items=progress(), late=False)
ACCOUNTED = facts.SelfCriticismSubmitted(
    sections=SECTIONS,
    remedies=(RemedyReport(shortcoming="2025-1", remedied=True),),
    self_rating=Level.GOOD,
    points_common=28,
    points_results=60,
    answers=(),
    round=1,
    late=False,
    review_due=date(2026, 11, 30),
)
CRITICISED = facts.CriticismGiven(id="c1", item="job-1", text="Chưa phối hợp với tổ dân phố")
ACCEPTED = facts.SelfCriticismAccepted(
    round=1,
    remark="Nghiêm túc, cầu thị",
    shortcomings=(Shortcoming(id="2026-1", text="Ít góp ý trong sinh hoạt"),),
)
VOTED = facts.VoteRecorded(
    held_on=MEETING,
    eligible=10,
    present=9,
    votes=(LevelVotes(level=Level.GOOD, votes=9),),
    proposed=Level.GOOD,
    assessment=Assessment(points_common=28, points_results=60, tasks_done_pct=100, above_requirement_pct=10),
    remark="",
    minority_note="",
    answers=(),
    decision_due=date(2026, 12, 25),
)
DECIDED = facts.AppraisalDecided(
    unit="u-base",
    level=Level.GOOD,
    by_rule=Level.GOOD,
    stopped=(),
    applied=(),
    reason="",
    shortcomings=(),
    decision_no="12-QĐ/ĐU",
    acknowledge_by=date(2026, 12, 27),
)

after_pledge = story(told(PLEDGED))
after_opening = story(*after_pledge, told(facts.PledgeOpenedForReview(), by=SECRETARY))
after_return = story(*after_opening, told(RETURNED, by=SECRETARY))
after_approval = story(*after_opening, told(facts.PledgeApproved(round=1), by=SECRETARY))
after_check_in = story(*after_approval, told(REPORTED, on=CHECKING))
after_self_criticism = story(*after_check_in, told(ACCOUNTED, on=ACCOUNTING))
after_criticism = story(*after_self_criticism, told(CRITICISED, by=COMRADE, on=MEETING))
after_answer = story(
    *after_criticism, told(facts.CriticismAnswered(id="c1", text="Tiếp thu, sẽ họp hằng tháng"), on=MEETING)
)
after_presentation = story(
    *after_answer,
    told(facts.SelfCriticismOpenedForReview(), by=SECRETARY, on=MEETING),
    told(facts.SelfCriticismPresented(held_on=MEETING, basis="Biên bản 12"), by=SECRETARY, on=MEETING),
)
after_acceptance = story(*after_presentation, told(ACCEPTED, by=SECRETARY, on=MEETING))
after_vote = story(*after_acceptance, told(VOTED, by=SECRETARY, on=VOTING))
after_decision = story(*after_vote, told(DECIDED, by=BASE, on=DECIDING))
after_acknowledgement = story(*after_decision, told(facts.ResultAcknowledged(), on=DECIDING))
after_closing = story(
    *after_acknowledgement,
    told(
        facts.CycleClosed(level=Level.GOOD, carried=(Shortcoming(id="2026-1", text="Ít góp ý trong sinh hoạt"),)),
        by=CALENDAR,
        on=DECIDING,
    ),
)
