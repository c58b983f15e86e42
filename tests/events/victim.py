"""A process to be killed: `python -m tests.events.victim write|batch|follow URL [SEED]`. Says `ready`, then works until it dies."""

import asyncio
import contextlib
import random
import sys

from events.errors import Refused
from events.log import Log, Request, create_engine
from events.subscription import catch_up
from events.vault import Vault
from tests.events.counting import COUNTER, PROJECTIONS, clear, count

STREAMS = [f"cycle-2026-m{number}" for number in range(6)]


async def write(log: Log, seed: int) -> None:
    """Commands with ids that the next incarnation sends again."""
    chance = random.Random(seed)
    for number in range(100_000):
        stream, other = chance.sample(STREAMS, 2)
        name = f"{seed}/{number}"
        command = (
            clear(id=name)
            if chance.random() < 0.1
            else count(1, id=name, times=chance.randint(1, 3), note="chữ", elsewhere=other)
        )
        with contextlib.suppress(Refused):
            await log.execute(COUNTER, stream, command)


async def batch(log: Log, seed: int) -> None:
    for number in range(100_000):
        requests = [Request(COUNTER, stream, count(1, id=f"{seed}/{number}/{stream}")) for stream in STREAMS]
        try:
            await log.execute_many(requests)
        except Refused:
            await log.execute_many([Request(COUNTER, stream, clear()) for stream in STREAMS])


async def follow(log: Log, _seed: int) -> None:
    """The effect is a row in a table without any key, so that a second one would show."""

    async def handle(recorded) -> None:
        async with log.engine.begin() as connection:
            await connection.exec_driver_sql(
                "INSERT INTO effects (stream, position) VALUES ($1, $2)", (recorded.stream, recorded.position)
            )

    await catch_up(log, "victim", handle, stop=asyncio.Event(), in_flight=10)


async def main() -> None:
    what, url, seed = sys.argv[1], sys.argv[2], int(sys.argv[3])
    log = Log(create_engine(url), Vault(bytes(range(32))), PROJECTIONS)
    await log.head()
    print("ready", flush=True)
    await {"write": write, "batch": batch, "follow": follow}[what](log, seed)


if __name__ == "__main__":
    asyncio.run(main())
