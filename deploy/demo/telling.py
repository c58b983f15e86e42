"""Tells the story: acts in the order of their days, in batches, through `Log.execute_many`; told again, it goes on where it stopped."""

import gc
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from itertools import groupby
from pathlib import Path

from deploy import operations
from deploy.demo import story
from deploy.demo.acts import Act, Told, moment
from deploy.demo.logins import logins, write
from deploy.demo.organisation import BLOC, SMALL, Organisation, Shape, organisation
from deploy.settings import Settings
from events import people
from events.decider import local_date
from events.log import Log, Request, create_engine, open_log, utc_now

AT_ONCE = 300
"""Commands in one transaction."""

Progress = Callable[[str], None]


async def tell(settings: Settings) -> None:
    """Tell the demo into the installation's database, up to now; the logins go to `settings.logins_file`."""
    assert settings.database_url is not None
    engine = create_engine(settings.database_url)
    log = open_log(engine, settings.key_file)
    try:
        await tell_into(
            log,
            utc_now(),
            settings.logins_file,
            shape=SMALL if settings.demo == "small" else BLOC,
            progress=lambda line: print(f"camket: {line}", flush=True),
        )
    finally:
        await log.close()
        await engine.dispose()


async def tell_into(
    log: Log, now: datetime, logins_file: Path, *, shape: Shape = BLOC, progress: Progress = lambda _: None
) -> Organisation:
    """Last year whole and this year as far as it has come, the night of today included; nothing later than `now`."""
    today = local_date(now)
    cut = min(now, moment(today, 1))
    started = time.monotonic()
    whole = organisation(today.year - 1, shape)
    told, told_commands = Told(), 0

    async def chapter(title: str, acts: Iterable[Act]) -> None:
        nonlocal told_commands
        ordered = sorted((act for act in acts if act.at < cut), key=lambda act: act.order)
        begun = time.monotonic()
        progress(f"  {title}: {len(ordered)} commands")
        done = 0
        for batch in batches(ordered):
            done += await _tell_batch(log, told, batch)
            if time.monotonic() - begun > 5:
                begun = time.monotonic()
                progress(f"  {title}: {done * 100 // max(1, len(ordered))} %, {batch[0].at:%d/%m/%Y}")
        told_commands += done

    gc_was_on = gc.isenabled()
    gc.disable()  # everything told stays in memory anyway, and walking it again and again takes a third of the time
    try:
        await people.add(
            log.engine,
            (people.Person(person=one.person, name=one.name, birth_year=one.birth_year) for one in whole.people),
        )
        last, this = story.year_of(today.year - 1, whole=True), story.year_of(today.year, whole=False)
        await chapter("organisation", story.founding(whole))
        acts, carried = story.told_year(whole, last, {})
        opening = [*story.season(whole, last), *story.season(whole, this)]
        await chapter(f"year {last.number}", [*acts, *opening, *story.admitted(whole)])
        acts, _ = story.told_year(whole, this, carried, but=whole.open_cell)
        opened_up = story.open_cell(whole, this, carried, cut)
        await chapter(f"year {this.number}", [*acts, *opened_up, *story.made_official(whole)])
    finally:
        if gc_was_on:
            gc.enable()
    await _give_logins(log, whole, logins_file)
    cell = whole.places[whole.open_cell]
    await operations.write(log, {"demo": {"cell": cell.id, "name": cell.name}})
    progress(f"  told {told_commands} commands in {time.monotonic() - started:.0f} s; logins in {logins_file.name}")
    return whole


def batches(acts: Sequence[Act]) -> Iterator[list[Act]]:
    """Runs of acts that are known beforehand and runs of those that are made from what was told, cut to a size."""
    for _, run in groupby(acts, key=lambda act: callable(act.command)):
        together = list(run)
        for start in range(0, len(together), AT_ONCE):
            yield together[start : start + AT_ONCE]


async def _tell_batch(log: Log, told: Told, acts: Sequence[Act]) -> int:
    requests = []
    for act in acts:
        command = act.command(told) if callable(act.command) else act.command
        if command is not None:
            requests.append(Request(act.decider, act.stream, command))
    for outcome in await log.execute_many(requests):
        for recorded in outcome.events:
            told.hear(recorded)
    return len(requests)


async def _give_logins(log: Log, whole: Organisation, file: Path) -> None:
    from web.auth import Account, create_accounts

    rows = logins(whole)
    accounts = [Account(row.someone.person, row.username, row.password, row.role) for row in rows]
    await create_accounts(log.engine, accounts, generated=True)
    write(file, rows)
