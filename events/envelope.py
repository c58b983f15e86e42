"""The body of a stored event: sealed and encoded once when it is appended, opened and upcast whenever it is read."""

import json
from datetime import UTC, datetime
from typing import Any

from events import codec
from events.codec import Json, Steps
from events.decider import Recorded
from events.vault import Vault

_MAYBE_SEALED = b'{"c":"'


def instant(text: str) -> datetime:
    """The instant of `stamp`."""
    return datetime.fromisoformat(text)


def stamp(at: datetime) -> str:
    """An aware instant in UTC with microseconds, ending in Z."""
    if at.tzinfo is None:
        raise ValueError("an instant without its zone")
    return at.astimezone(UTC).isoformat(timespec="microseconds").removesuffix("+00:00") + "Z"


def has_texts(event: Any, data: Json) -> bool:
    """Whether there is anything to seal in the event's data."""
    found: list[str] = []

    def look(path: str, text: str) -> str:
        found.append(path)
        return text

    codec.transform(data, codec.sealed_paths(type(event)), look)
    return bool(found)


def encode(recorded: Recorded, data: Json, vault: Vault, key_id: str | None) -> bytes:
    """Canonical JSON of the event with its envelope; texts sealed under the key, which `Vault.ensure` must have brought."""
    stored = codec.stored(type(recorded.event))
    if key_id is not None:
        field = f"{recorded.stream}:{recorded.version}:"

        def seal(path: str, text: str) -> Json:
            return {"c": vault.seal(key_id, field + path, text), "k": key_id}

        data = codec.transform(data, codec.sealed_paths(type(recorded.event)), seal)
    return codec.canonical(
        {
            "actor": recorded.actor,
            "command_id": recorded.command_id,
            "data": data,
            "occurred_at": stamp(recorded.occurred_at),
            "on_behalf_of": recorded.on_behalf_of,
            "recorded_at": stamp(recorded.recorded_at),
            "schema": stored.version,
            "stream": recorded.stream,
            "type": stored.name,
            "version": recorded.version,
        }
    )


class Sealed:
    """A stored body, parsed but with its texts still closed."""

    __slots__ = ("json", "keys", "paths", "position")

    def __init__(self, body: bytes, position: int) -> None:
        self.json: Json = json.loads(body)
        self.position = position
        self.paths: list[tuple[Steps, str]] = []
        if _MAYBE_SEALED in body:
            _find(self.json["data"], (), self.paths)
        self.keys = {key for _, key in self.paths}

    def open(self, vault: Vault) -> Recorded:
        """The event as the current class; its keys must have been brought by `Vault.fetch`. UnknownEvent, ValueError."""
        body = self.json
        data = body["data"]
        field = f"{body['stream']}:{body['version']}:"
        for path, key in self.paths:
            _replace(data, path, vault.open(key, field + ".".join(path), _at(data, path)["c"]))
        self.paths = []
        return Recorded(
            event=codec.from_json(body["type"], body["schema"], data),
            stream=body["stream"],
            version=body["version"],
            position=self.position,
            actor=body["actor"],
            on_behalf_of=body["on_behalf_of"],
            command_id=body["command_id"],
            occurred_at=instant(body["occurred_at"]),
            recorded_at=instant(body["recorded_at"]),
        )


def _find(value: Any, path: Steps, found: list[tuple[Steps, str]]) -> None:
    """Sealed values by their shape, whichever schema wrote them: the classes of old schemas are gone."""
    if isinstance(value, dict):
        if len(value) == 2 and isinstance(value.get("c"), str) and isinstance(value.get("k"), str):
            found.append((path, value["k"]))
            return
        for key, inner in value.items():
            _find(inner, (*path, key), found)
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            if isinstance(inner, dict | list):
                _find(inner, (*path, str(index)), found)


def _at(data: Any, path: Steps) -> Any:
    for step in path:
        data = data[int(step)] if isinstance(data, list) else data[step]
    return data


def _replace(data: Any, path: Steps, value: str) -> None:
    holder = _at(data, path[:-1])
    if isinstance(holder, list):
        holder[int(path[-1])] = value
    else:
        holder[path[-1]] = value
