"""Dates as people type them: 30/6/2027, also 30-6-2027, 30.6.2027 and 2027-06-30."""

import re
from datetime import date

from events.errors import Invalid

_TYPED = re.compile(r"(\d{1,2})\s*[/.\-]\s*(\d{1,2})\s*[/.\-]\s*(\d{4})")
_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")


def parse_day(text: str, field: str) -> date | None:
    """The date, None when nothing was typed; Invalid `date.unreadable`."""
    typed = text.strip()
    if not typed:
        return None
    iso, local = _ISO.fullmatch(typed), _TYPED.fullmatch(typed)
    try:
        if iso:
            return date(int(iso[1]), int(iso[2]), int(iso[3]))
        if local:
            return date(int(local[3]), int(local[2]), int(local[1]))
    except ValueError:
        pass
    raise Invalid("date.unreadable", field=field)


def typed(day: date | None) -> str:
    """A date as it would be typed."""
    return f"{day.day}/{day.month}/{day.year}" if day else ""
