"""A member's whole year in the browser, in Vietnamese, by what the pages say; with scripts and without."""

from datetime import UTC, datetime

import pytest

from events.decider import local_date
from tests.browser import walk
from tests.browser.conftest import Opened
from tests.browser.installation import Installation

pytestmark = [pytest.mark.browser, pytest.mark.system]


@pytest.mark.parametrize(("scripts", "place"), [(True, 5), (False, 6)], ids=["with_scripts", "without_scripts"])
async def test_a_member_is_carried_from_pledge_to_commendation(
    desk: Opened, installation: Installation, scripts: bool, place: int
):
    today = local_date(datetime.now(UTC))
    people = installation.open_cell
    cell = walk.Cell(
        member=await desk(people[place], scripts=scripts),
        comrade=await desk(people[2], scripts=scripts),
        secretary=await desk(people[0], scripts=scripts),
        committee=await desk(installation.holder("base_committee"), scripts=scripts),
    )
    await walk.pledge(cell, today)
    await walk.pledge_returned_and_approved(cell)
    await walk.month(cell, today.month)
    await walk.self_criticism(cell, today)
    await walk.appraisal(cell, today)
    await walk.commendation_and_result(cell)
    await walk.closed(cell)
