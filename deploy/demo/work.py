"""What a field of work is made of: posts of leaders and of others, and jobs that people might pledge. `{n}` and `{k}` are numbers."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class JobText:
    """A concrete job: what, by which duty, how it is measured, what comes of it. `n`: bounds of its number."""

    title: str
    duty: str
    measure: str
    product: str
    n: tuple[int, int]


@dataclass(frozen=True, slots=True)
class Field:
    """A field of work."""

    leaders: tuple[str, ...]
    posts: tuple[str, ...]
    jobs: tuple[JobText, ...]
