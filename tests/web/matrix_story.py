"""Everyone who can stand before a page, and a cell in whose year every kind of text has been written, each with a mark of its own.

The person p1 has five memberships in the cell u3, so that every stage can be met at once: m1's year is decided and commended,
m21's pledge waits, m22's self-criticism waits, m23's vote waits for the decision, m24 took a pledge back.
"""

from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta

from deploy.policies import policy_for
from events import people
from events.access import Role
from events.commendation import CommendationProposed
from events.cycle import facts
from events.cycle.values import Answer, AnswerKind, ItemProgress, Job, LevelVotes, Point, SectionText, Shortcoming
from events.log import Log
from events.member import Kind
from events.policy import Level, Stage
from events.season import PolicyPublished, SeasonOpened
from events.unit_year.facts import StageOpened, UnitYearOpened
from tests.events.telling import granted, joined, organisation, tell, tell_many
from tests.stories import ACCEPTED, ACCOUNTED, DECIDED, VOTED
from tests.web.self_criticism_story import PLEDGED
from tests.web.year_story import TODAY, YEAR

PEOPLE: Mapping[str, str] = {
    "member": "p1",
    "comrade": "p2",
    "secretary": "p4",
    "both": "p5",
    "base": "p6",
    "root": "p7",
    "stranger": "p8",
    "office": "p9",
    "inspection": "p10",
    "operator": "p11",
    "suspended": "p12",
    "supervisor": "p13",
}
"""What each is to m1's year; `both` sits in the base committee and is a member of the cell, `base` sits only there."""

NAMES = {"p10": "Mai Thanh Tra", "p11": "Tạ Văn Máy", "p12": "Lục Bị Đình", "p13": "Cù Phụ Trách"}
STAGES = ((Stage.PLEDGE, None), (Stage.CHECK_IN, 1), (Stage.SELF_CRITICISM, None), (Stage.APPRAISAL, None))
MEMBERS = ("m1", "m2", "m3", "m4", "m5", "m12", "m21", "m22", "m23", "m24")
HELD = TODAY - timedelta(days=1)
SOON = TODAY + timedelta(days=10)
BEFORE = (TODAY - timedelta(days=3)).isoformat()


def mark(field: str) -> str:
    """A text that stands nowhere else."""
    return f"qzx-{field}-xzq"


MARKS = tuple(
    mark(field)
    for field in (
        *("title", "duty", "measure", "product", "exemplary", "standard", "point", "answer"),
        *("done", "month-reason", "section", "criticism", "criticism-answer", "basis", "remark", "named"),
        *(
            "vote-remark",
            "minority",
            "vote-point",
            "vote-answer",
            "decision",
            "decision-named",
            "citation",
            "extension",
        ),
    )
)
WITHDRAWN = mark("withdrawn")

JOB = Job(
    id="job-1",
    title=mark("title"),
    duty=mark("duty"),
    measure=mark("measure"),
    deadline=TODAY,
    product=mark("product"),
)
PLEDGE = replace(
    PLEDGED,
    jobs=(JOB,),
    exemplary=mark("exemplary"),
    standards=(replace(PLEDGED.standards[0], how=mark("standard")),),
    carried=(),
    review_due=SOON,
)
POINT = Point(number=1, section="jobs", text=mark("point"))
ANSWER = Answer(point=1, kind=AnswerKind.REVISED, text=mark("answer"))
REPORT = facts.CheckInReported(
    month=1,
    items=tuple(
        ItemProgress(item=item, progress=40, done=mark("done")) for item in ("job-1", "exemplary", "standard-integrity")
    ),
    late=False,
)
ACCOUNT = replace(
    ACCOUNTED,
    sections=tuple(SectionText(code=one.code, text=mark("section")) for one in ACCOUNTED.sections),
    remedies=(),
    review_due=SOON,
)
VOTE = replace(
    VOTED,
    held_on=HELD,
    votes=(LevelVotes(level=Level.GOOD, votes=9),),
    remark=mark("vote-remark"),
    minority_note=mark("minority"),
    decision_due=SOON,
)
DECISION = replace(
    DECIDED,
    unit="u2",
    level=Level.EXCELLENT,
    by_rule=Level.EXCELLENT,
    reason=mark("decision"),
    shortcomings=(Shortcoming(id=f"{YEAR}-2", text=mark("decision-named")),),
    acknowledge_by=SOON,
)
APPROVED = (facts.PledgeOpenedForReview(), facts.PledgeApproved(round=1))
ACCEPTANCE = replace(ACCEPTED, remark=mark("remark"), shortcomings=(Shortcoming(id=f"{YEAR}-1", text=mark("named")),))
PRESENTED = facts.SelfCriticismPresented(held_on=HELD, basis=mark("basis"))


def stream(member: str) -> str:
    return f"cycle-{YEAR}-{member}"


async def marked_year(log: Log) -> None:
    """The organisation with a person for every role, and the cell's year with its texts."""
    await organisation(log)
    await tell_many(
        log,
        [
            *(joined(member, "p1", "u3") for member in ("m21", "m22", "m23", "m24")),
            joined("m12", "p12", "u3", Kind.SUSPENDED),
            granted("p10", Role.INSPECTION_COMMISSION, "u1"),
            granted("p11", Role.OPERATOR, "u1"),
            granted("p13", Role.AREA_SUPERVISOR, "u1"),
        ],
    )
    await people.add(
        log.engine, [people.Person(person=person, name=name, birth_year=1980) for person, name in NAMES.items()]
    )
    await _opened(log)
    await _decided_year(log)
    await tell(log, stream("m21"), PLEDGE, by="p1", on=BEFORE)
    for member in ("m22", "m23"):
        await tell(log, stream(member), PLEDGE, by="p1", on=BEFORE)
        await tell(log, stream(member), *APPROVED, by="p4", on=BEFORE)
        await tell(log, stream(member), ACCOUNT, by="p1", on=BEFORE)
    await tell(
        log, stream("m22"), facts.CriticismGiven(id="c1", item="job-1", text=mark("criticism")), by="p2", on=BEFORE
    )
    await tell(
        log, stream("m23"), facts.SelfCriticismOpenedForReview(), PRESENTED, ACCEPTANCE, VOTE, by="p4", on=BEFORE
    )
    withdrawn = replace(PLEDGE, exemplary=WITHDRAWN, jobs=(replace(JOB, title=WITHDRAWN),))
    await tell(log, stream("m24"), withdrawn, facts.PledgeWithdrawn(), by="p1", on=BEFORE)


async def _opened(log: Log) -> None:
    data, copied = policy_for(YEAR)
    published = PolicyPublished(year=YEAR, version=1, copied_from=copied, data=data)
    start, season = f"{YEAR}-01-01", f"season-{YEAR}-u1"
    await tell(log, season, published, SeasonOpened(policy_version=1), on=start)
    for unit, members in (("u3", MEMBERS), ("u4", ("m8",))):
        await tell(
            log, f"unit-{YEAR}-{unit}", UnitYearOpened(season=season, policy_version=1, members=members), on=start
        )
    for stage, month in STAGES:
        opened = StageOpened(stage=stage, month=month, audience="members", members=MEMBERS, due=date(YEAR, 12, 31))
        await tell(log, f"unit-{YEAR}-u3", opened, on=HELD.isoformat())


async def _decided_year(log: Log) -> None:
    """Every step of a whole year, a return at each stage that has one."""
    own, cell, above = ("p1", "p4", "p6")
    steps = [
        (own, PLEDGE),
        (cell, facts.PledgeOpenedForReview()),
        (cell, facts.PledgeReturned(points=(POINT,), answer_due=SOON)),
        (own, replace(PLEDGE, round=2, answers=(ANSWER,))),
        (cell, facts.PledgeOpenedForReview()),
        (cell, facts.PledgeApproved(round=2)),
        (own, REPORT),
        (cell, facts.CheckInReturned(month=1, reason=mark("month-reason"))),
        (cell, facts.ExtensionGranted(stage=Stage.SELF_CRITICISM, month=None, due=SOON, reason=mark("extension"))),
        (own, ACCOUNT),
        ("p2", facts.CriticismGiven(id="c1", item="job-1", text=mark("criticism"))),
        (own, facts.CriticismAnswered(id="c1", text=mark("criticism-answer"))),
        (cell, facts.SelfCriticismOpenedForReview()),
        (cell, PRESENTED),
        (cell, facts.SelfCriticismReturned(points=(replace(POINT, section="remedies"),), answer_due=SOON)),
        (own, replace(ACCOUNT, round=2, answers=(ANSWER,))),
        (cell, facts.SelfCriticismOpenedForReview()),
        (cell, replace(ACCEPTANCE, round=2)),
        (cell, VOTE),
        (
            above,
            facts.AppraisalReturned(
                points=(Point(number=1, section="vote", text=mark("vote-point")),), answer_due=SOON
            ),
        ),
        (cell, replace(VOTE, answers=(replace(ANSWER, text=mark("vote-answer")),))),
        (above, DECISION),
    ]
    for by, event in steps:
        await tell(log, stream("m1"), event, by=by, on=BEFORE)
    proposed = CommendationProposed(
        award=str(policy_for(YEAR)[0]["awards"][0]["code"]),
        level=Level.EXCELLENT,
        basis=f"{stream('m1')}:{len(steps)}",
        citation=mark("citation"),
        unit="u2",
    )
    await tell(log, f"commendation-{YEAR}-m1", proposed, by=cell, on=BEFORE)
