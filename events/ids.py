"""One id per thing: the stream, the workflow id and the log field `stream` are the same string."""

from dataclasses import dataclass

from events.errors import NotFound


def cycle_stream(member: str, year: int) -> str:
    """One member's year: `cycle-2026-m102`."""
    return f"cycle-{year}-{member}"


def unit_stream(unit: str, year: int) -> str:
    """One unit's year: `unit-2026-u7`."""
    return f"unit-{year}-{unit}"


def season_stream(root: str, year: int) -> str:
    """A whole tree's year: `season-2026-u1`."""
    return f"season-{year}-{root}"


def commendation_stream(member: str, year: int) -> str:
    """What is proposed and decided for a member's year: `commendation-2026-m102`."""
    return f"commendation-{year}-{member}"


@dataclass(frozen=True, slots=True)
class StreamId:
    """The parts of a stream id of a year: kind (`cycle`, `unit`, `season`, `commendation`), year, and the member or unit id."""

    kind: str
    year: int
    subject: str


def parse_stream(stream: str) -> StreamId:
    """The parts of `cycle-2026-m102`; NotFound `stream.unknown` for anything else."""
    kind, _, rest = stream.partition("-")
    year, _, subject = rest.partition("-")
    if not (kind and subject and year.isdecimal()):
        raise NotFound("stream.unknown")
    return StreamId(kind, int(year), subject)
