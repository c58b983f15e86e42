"""Every sentence exists once, in both languages, and nowhere but in the catalogues."""

import ast
import re
from functools import cache
from pathlib import Path

import pytest
from babel.messages.pofile import read_po

from web import i18n

ROOT = Path(__file__).resolve().parents[2]
KINDS = {"Refused", "Invalid", "Conflict", "NotAllowed", "NotFound", "Stale", "TooMany"}
SPOKEN = re.compile(r"""\b(?:_|gettext|said|Said|say|Banner)\(\s*(?:request,\s*)?(f?)["']([\w.{}\[\] ]+)["'](\s*~)?""")
CODE = re.compile(r"""["']([a-z][a-z_0-9]*(?:\.[a-z_0-9]+)+)["']""")
BUILT = re.compile(r"""["']([a-z][a-z_0-9]*(?:\.[a-z_0-9]+)*\.)["']|f["']([a-z][a-z_0-9]*(?:\.[a-z_0-9]+)*\.)\{""")
MARKED = re.compile(r"[ăâđêôơưĂÂĐÊÔƠƯ\u0300-\u0323\u1ea0-\u1ef9]")


def sources(*patterns):
    return [path for pattern in patterns for path in sorted(ROOT.glob(pattern)) if "node_modules" not in path.parts]


@cache
def messages(language):
    return dict(i18n.catalogue(language).messages)


def refusals():
    """Every code that a `Refused` is raised with; an f-string gives the pattern of its codes."""
    for path in sources("events/**/*.py", "web/**/*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if (
                isinstance(node, ast.Call)
                and node.args
                and getattr(node.func, "id", getattr(node.func, "attr", "")) in KINDS
            ):
                code = node.args[0]
                if isinstance(code, ast.Constant) and isinstance(code.value, str):
                    yield re.escape(code.value), f"{path.name}:{node.lineno}"
                elif isinstance(code, ast.JoinedStr):
                    parts = [
                        re.escape(part.value) if isinstance(part, ast.Constant) else r"[a-z_]+" for part in code.values
                    ]
                    yield "".join(parts), f"{path.name}:{node.lineno}"


@pytest.mark.parametrize("language", i18n.LANGUAGES)
def test_every_refusal_has_a_sentence(language):
    missing = {
        f"{code} ({place})"
        for code, place in refusals()
        if not any(re.fullmatch(rf"error\.{code}", name) for name in messages(language))
    }
    assert missing == set()


@pytest.mark.parametrize("language", i18n.LANGUAGES)
def test_every_sentence_asked_for_is_there(language):
    missing = set()
    for path in sources("web/**/*.py", "web/templates/*.html"):
        for made, code, joined in SPOKEN.findall(path.read_text()):
            if not made and not joined and "." in code and code not in messages(language):
                missing.add(f"{code} ({path.name})")
    assert missing == set()


def test_both_languages_have_the_same_messages_with_the_same_facts():
    assert messages("vi").keys() == messages("en").keys()
    for code, sentence in messages("vi").items():
        facts = [
            set(re.findall(r"%\((\w+)\)s", " ".join(text) if isinstance(text, tuple) else text))
            for text in (sentence, messages("en")[code])
        ]
        assert facts[0] == facts[1] or code == "ui.date.print", code


@pytest.mark.parametrize("language", i18n.LANGUAGES)
def test_no_message_stands_in_two_catalogues_and_none_is_empty(language):
    assert i18n.catalogue(language).repeated == []
    for path in i18n.catalogue_files(language):
        with path.open("rb") as stream:
            for message in read_po(stream, locale=language, abort_invalid=True):
                assert message.id == "" or all(
                    [message.string] if isinstance(message.string, str) else message.string
                ), (path.name, message.id)


def test_no_message_is_left_over():
    """A code counts as used when it stands in our sources, or begins like one that is put together there."""
    text = "\n".join(path.read_text() for path in sources("web/**/*.py", "web/templates/*.html", "events/**/*.py"))
    whole = set(CODE.findall(text))
    begun = tuple(first or second for first, second in BUILT.findall(text))
    refused = [re.compile(rf"error\.{code}") for code, _ in refusals()]
    left = {
        code
        for code in messages("vi")
        if code not in whole and not code.startswith(begun) and not any(pattern.fullmatch(code) for pattern in refused)
    }
    assert left == set()


def test_no_vietnamese_stands_outside_the_catalogues():
    for path in sources("web/**/*.py", "web/templates/*.html", "web/assets/js/*.js"):
        text = path.read_text()
        if path.suffix == ".py":
            tree = ast.parse(text)
            documented = {
                ast.get_docstring(node, clean=False)
                for node in ast.walk(tree)
                if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef)
            }
            found = [
                node.value
                for node in ast.walk(tree)
                if isinstance(node, ast.Constant)
                and isinstance(node.value, str)
                and node.value not in documented
                and MARKED.search(node.value)
            ]
        else:
            bare = re.sub(r"\{#.*?#\}|//[^\n]*|/\*.*?\*/", "", text, flags=re.DOTALL)
            found = MARKED.findall(bare)
        assert found == [], path.name


def test_a_fact_is_written_the_local_way_and_escaped():
    with i18n.speaking("en"):
        assert i18n.gettext("ui.words", count=13778) == "13,778 words"
        assert i18n.gettext("ui.pick", name="<b>") == "Pick &lt;b&gt;"
        assert i18n.gettext("ui.days.left", n=1) == "1 day left"
        assert i18n.gettext("no.such.code") == "no.such.code"


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("en-GB,en;q=0.9", "en"),
        ("fr, vi;q=0.5, en;q=0.4", "vi"),
        ("de", "vi"),
        (None, "vi"),
        ("vi-VN;q=x,en", "en"),
        ("", "vi"),
    ],
)
def test_the_browser_is_heard_about_language(header, language):
    assert i18n.preferred(header) == language


def test_reading_both_catalogues_takes_no_time_that_anybody_sees():
    import time

    i18n._catalogue.cache_clear()
    began = time.perf_counter()
    for language in i18n.LANGUAGES:
        i18n.catalogue(language)
    assert time.perf_counter() - began < 2
