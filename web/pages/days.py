"""Dates as people type them: 30/6/2027, also 30-6-2027, 30.6.2027 and 2027-06-30."""

import re
from datetime import date

from events.errors import Invalid

YEARS = range(1900, 2200)
"""A year outside of these is a slip of the keys, and days cannot be counted from it."""

_TYPED = re.compile(r"(\d{1,2})\s*[/.\-]\s*(\d{1,2})\s*[/.\-]\s*(\d{4})")
_ISO = re.compile(r"(\d{4})-(\d{1,2})-(\d{1,2})")


def parse_day(text: str, field: str) -> date | None:
    """The date, None when nothing was typed; Invalid `date.unreadable`."""
    typed = text.strip()
    if not typed:
        return None
    iso, local = _ISO.fullmatch(typed), _TYPED.fullmatch(typed)
    year, month, day = iso.groups() if iso else local.groups()[::-1] if local else ("0", "0", "0")
    try:
        if int(year) in YEARS:
            return date(int(year), int(month), int(day))
    except ValueError:
        pass
    raise Invalid("date.unreadable", field=field)


def typed(day: date | None) -> str:
    """A date as it would be typed."""
    return f"{day.day}/{day.month}/{day.year}" if day else ""
