"""Events by their stored names: registration, upcasting, the sealed fields of each, and canonical JSON both ways."""

import hashlib
import json
import types
import typing
import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass, fields, is_dataclass
from typing import Annotated, Any, TypeVar, dataclass_transform

from pydantic import ConfigDict, TypeAdapter

Json = dict[str, Any]
Steps = tuple[str, ...]
E = TypeVar("E")


class _SealedMark:
    """Marks a field whose text is stored encrypted under the key of the person it is about."""


Sealed = Annotated[str, _SealedMark()]
"""Free text: plain `str` to rules, folds and pages; `log.py` seals it on append and opens it on read."""

FORGOTTEN = "\u2060\u2205\u2060"
"""What a sealed text reads as once its key is destroyed; every rule, page and fold accepts it."""

_registered: dict[tuple[str, int], type] = {}
_current: dict[str, int] = {}
_upcasts: dict[tuple[str, int], Callable[[Json], Json]] = {}


class UnknownEvent(Exception):  # noqa: N818 - says what is the matter
    """A stored event of another release, or of a module that is not imported."""


@dataclass(frozen=True, slots=True)
class Stored:
    """The stored name and schema number of an event class."""

    name: str
    version: int


@dataclass_transform(frozen_default=True, kw_only_default=True)
def event(name: str, *, version: int = 1) -> Callable[[type[E]], type[E]]:
    """Make a frozen keyword-only dataclass and file it under its stored name, which never changes with the class's name."""

    def register(cls: type[E]) -> type[E]:
        made = dataclass(frozen=True, kw_only=True, slots=True)(cls)
        made.__pydantic_config__ = ConfigDict(extra="forbid")  # type: ignore[attr-defined]  # read by pydantic
        made.STORED = Stored(name, version)  # type: ignore[attr-defined]  # read by stored()
        if _current.get(name, version) != version or (name, version) in _registered:
            raise ValueError(f"stored name {name!r} is registered twice")
        _registered[name, version] = made
        _current[name] = version
        return made

    return register


def upcast(name: str, *, from_version: int) -> Callable[[Callable[[Json], Json]], Callable[[Json], Json]]:
    """File a step that turns the stored data of one schema version into the next one's."""

    def register(step: Callable[[Json], Json]) -> Callable[[Json], Json]:
        _upcasts[name, from_version] = step
        return step

    return register


def stored(event_type: type) -> Stored:
    """Stored name and schema of an event class; AttributeError when it is not an event."""
    return typing.cast("Stored", event_type.STORED)  # type: ignore[attr-defined]  # set by event()


def registered() -> dict[str, type]:
    """Every current event class by stored name."""
    return {name: _registered[name, version] for name, version in _current.items()}


_adapters: dict[type, TypeAdapter[Any]] = {}
_sealed: dict[type, tuple[Steps, ...]] = {}


def adapter(cls: type) -> TypeAdapter[Any]:
    """pydantic's reader and writer of a dataclass, made once."""
    found = _adapters.get(cls)
    if found is None:
        found = _adapters[cls] = TypeAdapter(cls)
    return found


def sealed_paths(cls: type) -> tuple[Steps, ...]:
    """Paths of the sealed fields of a dataclass; `*` stands for every element of a sequence or every value of a mapping."""
    found = _sealed.get(cls)
    if found is None:
        found = _sealed[cls] = tuple(dict.fromkeys(_paths(cls)))
    return found


def _paths(annotation: Any) -> Iterator[Steps]:
    origin = typing.get_origin(annotation)
    if origin is Annotated:
        if any(isinstance(mark, _SealedMark) for mark in typing.get_args(annotation)[1:]):
            yield ()
        else:
            yield from _paths(typing.get_args(annotation)[0])
    elif is_dataclass(annotation) and isinstance(annotation, type):
        hints = typing.get_type_hints(annotation, include_extras=True)
        for field in fields(annotation):
            for rest in _paths(hints[field.name]):
                yield (field.name, *rest)
    elif origin in (tuple, list, frozenset):
        for argument in typing.get_args(annotation)[:1]:
            for rest in _paths(argument):
                yield ("*", *rest)
    elif origin is dict:
        for rest in _paths(typing.get_args(annotation)[1]):
            yield ("*", *rest)
    elif origin in (typing.Union, types.UnionType):
        for argument in typing.get_args(annotation):
            yield from _paths(argument)


def transform(data: Any, paths: tuple[Steps, ...], change: Callable[[str, Any], Any], at: str = "") -> Any:
    """Replace the values at the given paths by `change(path, value)`, where path reads like `jobs.0.measure`; None stays None."""
    for path in paths:
        data = _transform(data, path, change, at)
    return data


def _transform(data: Any, path: Steps, change: Callable[[str, Any], Any], at: str) -> Any:
    if data is None:
        return None
    if not path:
        return change(at.removeprefix("."), data)
    step, rest = path[0], path[1:]
    if step == "*":
        if isinstance(data, dict):
            return {key: _transform(value, rest, change, f"{at}.{key}") for key, value in data.items()}
        return [_transform(value, rest, change, f"{at}.{index}") for index, value in enumerate(data)]
    if step not in data:
        return data
    return {**data, step: _transform(data[step], rest, change, f"{at}.{step}")}


LARGEST = 2**53 - 1
"""The largest integer that every JSON reader keeps exactly."""


def nfc(value: Any) -> Any:
    """The same value with every string in Unicode normal form C; ValueError for what canonical JSON here never holds."""
    kind = type(value)
    if kind is str:
        return value if value.isascii() else unicodedata.normalize("NFC", value)
    if kind is dict:
        return {nfc(key): nfc(inner) for key, inner in value.items()}
    if kind is list:
        return [nfc(inner) for inner in value]
    if kind is float or (kind is int and not -LARGEST <= value <= LARGEST):
        raise ValueError(f"events hold no floats and no integers beyond 2^53: {value!r}")
    return value


def to_json(recorded_event: Any) -> Json:
    """The event's data as plain JSON values, texts still open, NFC; no floats occur in events."""
    return typing.cast("Json", nfc(adapter(type(recorded_event)).dump_python(recorded_event, mode="json")))


def current_version(name: str) -> int:
    """The schema number this release writes; UnknownEvent for a name it does not know."""
    try:
        return _current[name]
    except KeyError:
        raise UnknownEvent(name) from None


def from_json(name: str, version: int, data: Json) -> Any:
    """The current event for stored data of any schema version; UnknownEvent for a name this release does not know."""
    current = current_version(name)
    if version > current:
        raise UnknownEvent(f"{name}.v{version}")
    while version < current:
        data = _upcasts[name, version](data)
        version += 1
    return adapter(_registered[name, version]).validate_python(data, strict=False)


_encode = json.JSONEncoder(ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False).encode


def canonical(value: Any) -> bytes:
    """Canonical JSON (RFC 8785) of values that went through `nfc`: without floats and keys beyond the BMP, Python's own is that."""
    return _encode(value).encode()


def leaf_hash(body: bytes) -> bytes:
    """Leaf hash of RFC 9162: SHA-256 over 0x00 and the body."""
    return hashlib.sha256(b"\x00" + body).digest()
