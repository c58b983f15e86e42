"""The front-end files: hashed names, a manifest that is true, fonts the style sheet can reach, nothing done twice."""

import json
import re
import time

import pytest

from deploy import assets


@pytest.fixture(scope="module")
def manifest():
    assets.build(lambda _: None)
    return json.loads((assets.STATIC / assets.MANIFEST).read_text())


def test_every_name_of_the_manifest_is_a_file_with_its_hash_in_its_name(manifest):
    for name, served in manifest.items():
        assert assets.hashed(name, (assets.STATIC / served).read_bytes()) == served


def test_nothing_else_lies_in_the_folder(manifest):
    files = {str(path.relative_to(assets.STATIC)) for path in assets.STATIC.rglob("*") if path.is_file()}
    assert {name for name in files if not name.startswith(".")} == {*manifest.values(), "manifest.json"}


def test_every_address_in_the_style_sheet_is_a_file_of_ours(manifest):
    sheet = (assets.STATIC / manifest["app.css"]).read_text()
    addresses = {
        address for address in re.findall(r"url\(([^)]+)\)", sheet) if not address.strip("'\"").startswith("data:")
    }
    assert addresses <= set(manifest.values())
    assert sum(address.endswith(".woff2") for address in addresses) == 15
    assert "://" not in re.sub(r"/\*.*?\*/", "", sheet, flags=re.DOTALL).replace("http://www.w3.org/", "")


def test_the_vietnamese_and_the_latin_subsets_are_there_in_every_weight(manifest):
    for weight in (400, 500, 600, 700):
        for subset in assets.SUBSETS:
            assert f"be-vietnam-pro-{subset}-{weight}-normal.woff2" in manifest
    assert "source-serif-4-vietnamese-opsz-normal.woff2" in manifest


def test_a_second_build_does_nothing_at_once(manifest):
    began = time.monotonic()
    assert assets.build(lambda _: None) is False
    assert time.monotonic() - began < 0.2


def test_every_catalogue_is_compiled(manifest):
    for path in (assets.WEB / "locale").glob("*/LC_MESSAGES/*.po"):
        assert path.with_suffix(".mo").stat().st_mtime >= path.stat().st_mtime
