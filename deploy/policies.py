"""The published rules of a year as data, from the files beside this module: `<year>.json`, each whole or by what it changes."""

import json
from functools import cache
from pathlib import Path
from typing import Any

FOLDER = Path(__file__).parent / "policies"


def policy_for(year: int) -> tuple[dict[str, Any], int | None]:
    """The data to publish for a year, and the year it is a copy of (None: the year has a file of its own).

    A year without a file takes the newest earlier one; a year before the first file takes the oldest.
    """
    years = published_years()
    source = max((one for one in years if one <= year), default=years[0])
    copied_from = None if source == year else source
    return {**_whole(source), "year": year, "copied_from": copied_from}, copied_from


@cache
def published_years() -> tuple[int, ...]:
    """Years that have a file, ascending."""
    return tuple(sorted(int(path.stem) for path in FOLDER.glob("[0-9]*.json")))


def _whole(year: int) -> dict[str, Any]:
    """A file's data; where it `inherits` an earlier year, its top-level values replace that year's."""
    data: dict[str, Any] = json.loads((FOLDER / f"{year}.json").read_text(encoding="utf-8"))
    inherited = data.pop("inherits", None)
    return data if inherited is None else {**_whole(inherited), **data}
