"""`camket verify`: checks the log against itself."""

from typing import Any

from deploy.processes import StartFailed
from deploy.settings import Settings
from events.log import create_engine
from events.verify import verify as verify_log


async def verify(settings: Settings) -> dict[str, Any]:
    """What was checked, `ok`, and sentences of what is wrong. Needs no key: nothing is opened."""
    if settings.database_url is None:
        raise StartFailed("there is no database; set DATABASE_URL, or start Camket first.")
    engine = create_engine(settings.database_url)
    try:
        report = await verify_log(engine)
    finally:
        await engine.dispose()
    return {
        "ok": report.whole,
        "events": report.events,
        "streams": report.streams,
        "commands": report.commands,
        "head": report.head,
        "faults": list(report.faults),
    }
