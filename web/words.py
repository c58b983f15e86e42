"""People's own words on a page: paragraphs, what was forgotten, and what changed between two versions, word by word."""

import re
from difflib import SequenceMatcher

from markupsafe import Markup, escape

from events.codec import FORGOTTEN
from web.i18n import gettext

_SYLLABLE = re.compile(r"(?:\w+|[^\w\s])\s*")
_BLANK_LINE = re.compile(r"\n[^\S\n]*\n\s*")
_BREAK = re.compile(r"(\n\s*)")


def paragraphs(text: str | None) -> Markup:
    """A text as paragraphs, line breaks kept; one sentence in its place when its key was destroyed."""
    if text is None or not text.strip():
        return Markup()
    if FORGOTTEN in text:
        return Markup('<p class="forgotten">{}</p>').format(gettext("ui.forgotten"))
    blocks = [block.strip() for block in re.split(r"\n\s*\n", text.replace("\r\n", "\n")) if block.strip()]
    return Markup().join(
        Markup("<p>{}</p>").format(Markup("<br>").join(escape(line) for line in block.split("\n"))) for block in blocks
    )


def line(text: str | None) -> Markup:
    """A short text on one line; the sentence of what was forgotten in its place."""
    if text is not None and FORGOTTEN in text:
        return gettext("ui.forgotten")
    return escape(text or "")


def diff_words(old: str | None, new: str | None) -> Markup:
    """What was added and what was dropped, by syllable and never by letter, as `<ins>` and `<del>` inside paragraphs."""
    old, new = (old or "").strip(), (new or "").strip()
    if FORGOTTEN in old or FORGOTTEN in new:
        return paragraphs(new)
    before, after = _SYLLABLE.findall(old), _SYLLABLE.findall(new)
    match = SequenceMatcher(None, [one.strip() for one in before], [one.strip() for one in after], autojunk=False)
    marked = Markup()
    for act, i1, i2, j1, j2 in match.get_opcodes():
        if act == "equal":
            marked += escape("".join(after[j1:j2]))
        else:
            dropped, added = "".join(before[i1:i2]), "".join(after[j1:j2])
            parted = " " if dropped and added and not dropped[-1].isspace() else ""
            marked += _mark("del", dropped) + parted + _mark("ins", added)
    blocks = [block.replace("\n", "<br>") for block in _BLANK_LINE.split(marked) if block]
    return Markup("".join(f"<p>{block}</p>" for block in blocks))  # noqa: S704 - every piece was escaped above


def _mark(tag: str, piece: str) -> Markup:
    """A changed run in its mark, a paragraph at a time, the blanks around it outside."""
    marked = Markup()
    for part in _BREAK.split(piece):
        words = part.strip()
        if not words:
            marked += escape(part)
            continue
        start = part.index(words)
        marked += (
            escape(part[:start]) + Markup("<{0}>{1}</{0}>").format(tag, words) + escape(part[start + len(words) :])
        )
    return marked
