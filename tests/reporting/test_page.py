"""The page as text: structure, escaping, the same bytes in any folder."""

import base64
import hashlib
import re
import shutil
from html.parser import HTMLParser

import pytest

from ntbuild.reporting.collect import collect
from ntbuild.reporting.page import page
from reporting.buildfolder import HOSTILE, build, proved, sample

VOID = {"meta", "input", "br", "rect", "line", "circle"}


class Reader(HTMLParser):
    """Elements with their attributes, and an error for one that is closed wrongly."""

    def __init__(self, text):
        super().__init__()
        self.elements, self.open, self.texts = [], [], []
        self.feed(text)
        self.close()
        assert self.open == []

    def handle_starttag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self.elements.append((tag, dict(attrs)))

    def handle_endtag(self, tag):
        assert self.open.pop() == tag

    def handle_data(self, data):
        self.texts.append(data)

    def all(self, tag):
        return [attributes for name, attributes in self.elements if name == tag]


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("report") / "build"
    sample(folder)
    return folder


@pytest.fixture(scope="module")
def text(folder):
    return page(collect(folder))


def test_every_element_is_closed_and_every_id_is_one(text):
    reader = Reader(text)
    ids = [each["id"] for _, each in reader.elements if each.get("id")]
    assert len(ids) == len(set(ids))
    targets = {each["href"][1:] for each in reader.all("a")}
    labels = {
        word
        for _, each in reader.elements
        for name in ("aria-labelledby", "for")
        for word in (each.get(name) or "").split()
    }
    assert targets | labels <= set(ids)


def test_an_image_that_is_not_there_is_shown_with_what_is_known(tmp_path):
    proved(build(tmp_path, "zig/x64/debug", "gone"))
    (tmp_path / "zig/x64/debug/drivers/gone/gone.sys").unlink()
    shown = page(collect(tmp_path))
    assert "gone.sys: No such file or directory: build it again" in shown
    assert "<h4>Sections</h4>" not in shown
    Reader(shown)


def test_nothing_is_loaded_from_elsewhere(text):
    reader = Reader(text)
    assert not [each for each in reader.elements if {"src", "srcset", "style"} & set(each[1])]
    assert all(each["href"].startswith("#") for each in reader.all("a"))
    assert reader.all("link") == []
    assert "http://" not in text
    assert "https://" not in text
    assert "@import" not in text


def test_the_policy_allows_the_pages_own_style_and_script_only(text):
    (policy,) = (each["content"] for each in Reader(text).all("meta") if "http-equiv" in each)
    for tag in ("style", "script"):
        (content,) = re.findall(rf"<{tag}>(.*?)</{tag}>", text, re.DOTALL)
        digest = base64.b64encode(hashlib.sha256(content.encode()).digest()).decode()
        assert f"{tag}-src 'sha256-{digest}'" in policy
    assert policy.startswith("default-src 'none'; ")
    assert "unsafe" not in policy


def test_names_from_images_stay_text(text):
    reader = Reader(text)
    assert len(reader.all("script")) == 1
    assert not [tag for tag, _ in reader.elements if tag in {"b", "i"}]
    assert sum(HOSTILE in each for each in reader.texts) >= 3
    assert any(r"\x1b[2J\u202e" in each for each in reader.texts)
    assert "\x1b" not in text
    assert "\u202e" not in text


def test_the_matrix_has_a_column_for_each_cell_and_says_what_was_not_built(text):
    reader = Reader(text)
    headings = re.findall(r'<th scope="col">([^<]*)</th>', text)
    assert headings[:4] == ["driver", "clang arm64 release", "zig x64 debug", "zig x64 release"]
    assert text.count("not built") == 2
    links = [each.get("aria-label") for each in reader.all("a") if "aria-label" in each]
    assert links[0] == "loud, zig x64 release, 1,536 bytes"
    assert len(links) == 4
    assert ">+512<" in text


def test_findings_have_their_fix_and_the_reason_why_they_are_allowed(text):
    assert "Fix: no Section in sections= with both write=True and execute=True" in text
    assert "Allowed: it is &lt;i&gt;meant&lt;/i&gt;" in text
    assert "No section is both writable and executable" in text
    assert "a section is writable and executable" in text


def test_the_same_build_gives_the_same_bytes_in_any_folder(folder, text, tmp_path):
    copy = tmp_path / "elsewhere"
    shutil.copytree(folder, copy)
    assert page(collect(copy)) == text
    assert str(folder) not in text


def test_one_image_is_open(tmp_path):
    build(tmp_path, "zig/x64/debug", "only")
    (details,) = (each for each in Reader(page(collect(tmp_path))).all("details") if each.get("id"))
    assert "open" in details
