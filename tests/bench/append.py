"""How fast the log appends: `python -m tests.bench.append [URL]`. JSON lines out; without URL a server of its own is started.

The domain is the tests' own: one event with a sealed text of 400 letters, two projection rows and a stage interval per
command; every command reads a gate of its unit besides its stream.
"""

import argparse
import asyncio
import json
import multiprocessing
import statistics
import sys
import tempfile
import time
from pathlib import Path
from uuid import uuid4

from sqlalchemy.ext.asyncio import create_async_engine

from events.log import Log, Request, create_engine
from events.sql_projections import install
from events.vault import Vault
from events.verify import verify
from tests.events.counting import COUNTER, PROJECTIONS, clear, count

TEXT = "Tự phê bình và phê bình. " * 16


def line(metric: str, value: float, unit: str, n: int, clients: int) -> None:
    print(
        json.dumps({"metric": metric, "value": round(value, 3), "unit": unit, "n": n, "clients": clients}), flush=True
    )


async def client(log: Log, streams: list[str], rounds: int, waits: list[float]) -> None:
    for _ in range(rounds):
        for stream in streams:
            begun = time.perf_counter()
            await log.execute(COUNTER, stream, count(1, note=TEXT, behind_gate="unit-2026-u7"))
            waits.append(time.perf_counter() - begun)


def process(url: str, number: int, clients: int, streams: int, rounds: int, durability: str, gate, out) -> None:
    async def run() -> None:
        log = Log(create_engine(url), Vault(bytes(range(32))), PROJECTIONS, durability=durability)
        own = [[f"cycle-2026-m{number}x{c}x{s}" for s in range(streams)] for c in range(clients)]
        waits: list[float] = []
        await asyncio.gather(*(client(log, one[:1], 1, []) for one in own))
        gate.wait()
        begun, cpu = time.time(), time.process_time()
        await asyncio.gather(*(client(log, one, rounds, waits) for one in own))
        out.put((begun, time.time(), time.process_time() - cpu, waits))
        await log.close()
        await log.engine.dispose()

    asyncio.run(run())


def appends(url: str, processes: int, clients: int, streams: int, rounds: int, durability: str = "commit") -> None:
    context = multiprocessing.get_context("spawn")
    gate, out = context.Barrier(processes), context.Queue()
    workers = [
        context.Process(
            target=process, args=(url, n + time.time_ns() % 10**9, clients, streams, rounds, durability, gate, out)
        )
        for n in range(processes)
    ]
    for worker in workers:
        worker.start()
    results = [out.get() for _ in workers]
    for worker in workers:
        worker.join()
    waits = sorted(wait for result in results for wait in result[3])
    seconds = max(result[1] for result in results) - min(result[0] for result in results)
    total = processes * clients
    name = f"append, {durability}"
    line(name, len(waits) / seconds, "commands/s", len(waits), total)
    for share in (50, 95, 99):
        line(f"{name} p{share}", waits[len(waits) * share // 100] * 1000, "ms", len(waits), total)
    line(
        f"{name} client cpu", sum(result[2] for result in results) / len(waits) * 1000, "ms/command", len(waits), total
    )


async def batches(url: str, size: int, rounds: int) -> None:
    log = Log(create_engine(url), Vault(bytes(range(32))), PROJECTIONS)
    times = []
    for number in range(rounds):
        requests = [
            Request(COUNTER, f"cycle-2026-b{number % 2}x{n % 100}", count(1, note=TEXT, id=str(uuid4())))
            for n in range(size)
        ]
        begun = time.perf_counter()
        await log.execute_many(requests)
        times.append(time.perf_counter() - begun)
        if number % 2:
            await log.execute_many(
                [Request(COUNTER, f"cycle-2026-b{m}x{n}", clear()) for n in range(100) for m in range(2)]
            )
    line("execute_many", size / statistics.median(times), "commands/s", size * rounds, 1)
    begun = time.perf_counter()
    report = await verify(log.engine)
    line("verify", report.events / (time.perf_counter() - begun), "events/s", report.events, 1)
    begun, read, position = time.perf_counter(), 0, 0
    while found := await log.read_after(position, 2000):
        read, position = read + len(found), found[-1].position
    line("read_after, opened", read / (time.perf_counter() - begun), "events/s", read, 1)
    await log.close()
    await log.engine.dispose()


async def prepare(url: str) -> None:
    owner = create_async_engine(url)
    async with owner.begin() as connection:
        await install(connection, PROJECTIONS)
    await owner.dispose()


def measure(url: str, streams: int, rounds: int) -> None:
    asyncio.run(prepare(url))
    appends(url, 1, 1, streams, rounds)
    appends(url, 2, 4, streams, rounds)
    appends(url, 2, 4, streams, rounds, "barrier")
    asyncio.run(batches(url, 500, 10))


def main() -> None:
    from deploy.migrate import upgrade
    from deploy.postgres import Postgres

    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("url", nargs="?")
    parser.add_argument("--streams", type=int, default=40)
    parser.add_argument("--rounds", type=int, default=10)
    chosen = parser.parse_args()
    if chosen.url:
        upgrade(chosen.url)
        return measure(chosen.url, chosen.streams, chosen.rounds)
    with tempfile.TemporaryDirectory(dir="/tmp") as home, Postgres.start(Path(home)) as server:
        url = server.create_database("bench")
        upgrade(url)
        return measure(url, chosen.streams, chosen.rounds)


if __name__ == "__main__":
    sys.exit(main())
