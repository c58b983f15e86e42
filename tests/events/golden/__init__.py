"""One file for each stored schema of each event, never changed once a release has written such events.

`python -m tests.events.golden` writes files for events that have none, with sample values to be made better by hand.
"""

import json
import types
import typing
from dataclasses import fields, is_dataclass
from datetime import date, datetime, time
from enum import Enum
from pathlib import Path
from typing import Annotated, Any, Literal

from events import codec
from events.codec import Json, Sealed
from events.log import import_events

FOLDER = Path(__file__).resolve().parent
IDS = {
    "member": "m102",
    "members": "m102",
    "unit": "u7",
    "units": "u7",
    "parent": "u1",
    "root": "u1",
    "to": "u8",
    "person": "p11",
    "persons": "p11",
    "by": "p11",
    "actor": "p11",
    "stream": "cycle-2026-m102",
}


def registered() -> dict[str, type]:
    """Every event of the product by stored name; those the tests register themselves are not meant."""
    import_events()
    return {name: kind for name, kind in codec.registered().items() if not name.startswith("test.")}


def file_of(name: str, version: int) -> Path:
    """Where the golden file of a stored schema lies."""
    return FOLDER / f"{name}.v{version}.json"


def sample(annotation: Any, name: str = "text") -> Any:
    """A plausible JSON value of a type."""
    origin, arguments = typing.get_origin(annotation), typing.get_args(annotation)
    if annotation == Sealed:
        return f"Nội dung mẫu của {name}."
    if origin is Annotated:
        return sample(arguments[0], name)
    if origin in (typing.Union, types.UnionType):
        return sample(next(one for one in arguments if one is not type(None)), name)
    if origin is Literal:
        return arguments[0]
    if origin in (tuple, list, frozenset, set):
        several = arguments if origin is tuple and arguments[-1:] != (Ellipsis,) else arguments[:1]
        return [sample(one, name) for one in several]
    if origin is dict:
        return {str(sample(arguments[0], name)): sample(arguments[1], name)}
    if is_dataclass(annotation):
        hints = typing.get_type_hints(annotation, include_extras=True)
        return {field.name: sample(hints[field.name], field.name) for field in fields(annotation)}
    if isinstance(annotation, type) and issubclass(annotation, Enum):
        return next(iter(annotation)).value
    simple: dict[Any, Any] = {
        str: IDS.get(name, name),
        int: 1,
        bool: True,
        date: "2026-03-25",
        datetime: "2026-03-25T02:00:00Z",
        time: "08:00:00",
        type(None): None,
    }
    return simple.get(annotation, {})


def golden(kind: type) -> Json:
    """What its file says for a current event class, with sample values."""
    stored = codec.stored(kind)
    made = codec.from_json(stored.name, stored.version, sample(kind))
    return {"type": stored.name, "schema": stored.version, "data": codec.to_json(made)}


def write_missing() -> list[Path]:
    """Write the files that are not there; none is ever overwritten."""
    written = []
    for kind in registered().values():
        stored = codec.stored(kind)
        path = file_of(stored.name, stored.version)
        if not path.exists():
            path.write_text(json.dumps(golden(kind), ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
            written.append(path)
    return written
