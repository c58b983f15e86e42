"""How a screen becomes a page or a block, and how people's words, dates and changes are written."""

from datetime import date, timedelta

import pytest
from markupsafe import Markup
from starlette.requests import Request

from events.codec import FORGOTTEN
from events.errors import Invalid
from tests.web.kitchen.__main__ import page
from web import i18n, words
from web.render import TEMPLATES, Chrome, Look, render


def request(headers=None, path="/me"):
    raw = [(name.lower().encode(), value.encode()) for name, value in (headers or {}).items()]
    made = Request(
        {
            "type": "http",
            "path": path,
            "headers": raw,
            "query_string": b"",
            "method": "GET",
            "scheme": "https",
            "server": ("x", 443),
        }
    )
    made.state.chrome = Chrome(name="Vũ Thị Lụa", role="cell_secretary", unit="Chi bộ Trạm Thủy nông")
    return made


def door(headers=None, **context):
    context = {"next": "/inbox", "username": "", "year": 2026, **context}
    return bytes(render(request(headers), "sign_in", block="form", **context).body).decode()


def test_a_browser_gets_the_page_and_htmx_gets_the_block():
    assert "<h1>" in door()
    block = door({"HX-Request": "true"})
    assert "<h1>" not in block
    assert "<form" in block


@pytest.mark.parametrize("header", ["HX-Boosted", "HX-History-Restore-Request"])
def test_a_whole_page_is_a_whole_page_for_htmx_too(header):
    assert "<h1>" in door({"HX-Request": "true", header: "true"})


def test_what_people_type_is_escaped_everywhere():
    evil = '"><script>alert(1)</script>'
    assert "<script>alert" not in door(username=evil)
    assert str(words.paragraphs(evil)) == "<p>&#34;&gt;&lt;script&gt;alert(1)&lt;/script&gt;</p>"
    assert "<script>" not in words.diff_words(evil, evil + " thêm")


@pytest.mark.parametrize("name", ["year", "pledge", "review", "inbox", "board"])
@pytest.mark.parametrize("language", ["vi", "en"])
def test_every_component_renders_without_a_style_of_its_own(name, language):
    text = page(name, Look(language, "dark", "larger"))
    assert " style=" not in text
    assert "error.unknown" not in text


def test_every_template_compiles():
    for name in TEMPLATES.list_templates(filter_func=lambda name: name.endswith(".html")):
        TEMPLATES.get_template(name)


def test_a_refused_field_says_why_at_the_field_and_in_the_summary_and_the_title_says_error():
    refused = Invalid("sign_in.wrong", field="password")
    text = door(refused=refused)
    assert 'id="f-password"' in text
    assert 'aria-invalid="true"' in text
    assert 'aria-describedby="f-password-fault"' in text
    assert "<title>Lỗi:" in text


def test_a_text_keeps_its_paragraphs_and_lines():
    assert words.paragraphs("một\nhai\r\n\r\nba") == Markup("<p>một<br>hai</p><p>ba</p>")
    assert words.paragraphs("  ") == ""


def test_a_forgotten_text_is_a_sentence_in_both_languages():
    for language, begin in (("vi", "Nội dung này đã được xóa"), ("en", "This text has been erased")):
        with i18n.speaking(language):
            assert begin in words.paragraphs(FORGOTTEN)
            assert begin in words.line(FORGOTTEN)
            assert begin in words.diff_words("một", FORGOTTEN)


def test_a_change_is_marked_by_the_syllable_and_never_by_the_letter():
    assert words.diff_words("bàn giao trong năm.", "bàn giao trước ngày 30/6.") == Markup(
        "<p>bàn giao <del>trong năm</del> <ins>trước ngày 30/6</ins>.</p>"
    )
    assert words.diff_words("hòa", "hoa") == Markup("<p><del>hòa</del> <ins>hoa</ins></p>")
    assert words.diff_words("như cũ", "như cũ") == Markup("<p>như cũ</p>")


def test_a_change_never_crosses_a_paragraph():
    assert words.diff_words("một", "một\n\nhai\n\nba") == Markup("<p>một</p><p><ins>hai</ins></p><p><ins>ba</ins></p>")


TODAY = date(2026, 11, 22)


@pytest.mark.parametrize(
    ("days", "vi", "en"),
    [
        (-3, "trễ 3 ngày", "3 days late"),
        (-1, "trễ 1 ngày", "1 day late"),
        (0, "hôm nay", "today"),
        (5, "còn 5 ngày", "5 days left"),
        (15, "hạn 7/12", "due 7/12"),
    ],
)
def test_how_far_off_a_date_is(days, vi, en):
    for language, expected in (("vi", vi), ("en", en)):
        with i18n.speaking(language):
            assert i18n.relative_days(TODAY + timedelta(days=days), TODAY) == expected


def test_dates_and_numbers_are_written_the_local_way():
    with i18n.speaking("vi"):
        assert i18n.date_text(date(2026, 11, 27), "full") == "thứ sáu 27/11/2026"
        assert i18n.date_text(date(2026, 11, 27), today=TODAY) == "27/11"
        assert i18n.date_text(date(2027, 1, 5), today=TODAY) == "5/1/2027"
        assert i18n.date_text(date(2026, 11, 28), "print") == "ngày 28 tháng 11 năm 2026"
        assert i18n.month_name(10) == "tháng 10"
        assert (i18n.number(13778), i18n.number(2.4)) == ("13.778", "2,4")
    with i18n.speaking("en"):
        assert i18n.date_text(date(2026, 11, 27), "full") == "Friday 27/11/2026"
        assert (i18n.number(13778), i18n.number(2.4)) == ("13,778", "2.4")
