"""`camket rebuild`: makes a projection anew from the log while the site runs."""

from deploy.processes import StartFailed
from deploy.settings import Settings
from events.log import create_engine, open_log
from events.rebuild import rebuild as rebuild_projection
from events.vault import MasterKeyMissing


async def rebuild(settings: Settings, name: str) -> int:
    """How many events the log had. StartFailed with one sentence for an unknown name or a missing key."""
    if settings.database_url is None:
        raise StartFailed("there is no database; set DATABASE_URL, or start Camket first.")
    engine = create_engine(settings.database_url)
    try:
        log = open_log(engine, settings.key_file)
        await rebuild_projection(log, name)
        return await log.head()
    except (LookupError, MasterKeyMissing) as error:
        raise StartFailed(str(error)) from error
    finally:
        await engine.dispose()
