"""The page in Chromium: clicked through by mouse and keyboard, and judged by axe-core."""

import json
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import url2pathname

import pytest

import peers
from browser import Browser
from ntbuild.commands import cli
from reporting.buildfolder import sample

LOUD = "document.querySelector(\"details.image[data-name='loud']\")"
SHOWN = "[...document.querySelectorAll('details.image')].filter(e => !e.hidden).length"
NEEDED = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice")


@pytest.fixture(scope="module")
def address(tmp_path_factory):
    folder = tmp_path_factory.mktemp("a report") / "build"
    sample(folder)
    assert cli.main(["report", str(folder)]) == 0
    return (folder / "report.html").as_uri()


@pytest.fixture(scope="module")
def packed(address, tmp_path_factory):
    """The page as it is for more images than are in it as they are."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr("ntbuild.reporting.page.MOST_STATIC", 3)
        out = tmp_path_factory.mktemp("packed") / "report.html"
        folder = Path(url2pathname(urlsplit(address).path)).parent
        assert cli.main(["report", str(folder), "--out", str(out)]) == 0
    return out.as_uri()


@pytest.fixture(scope="module")
def browser(tmp_path_factory):
    with Browser(peers.require("chromium"), tmp_path_factory.mktemp("profile")) as started:
        yield started


@pytest.fixture
def page(browser, address):
    page = browser.open(address)
    page.look(1280)
    yield page
    assert page.messages == []  # of the console: a script that failed, what the policy refused
    assert page.value("document.title") == "Build report"  # no script of a name ran
    page.close()


def test_a_link_of_the_matrix_opens_its_image(page):
    assert page.value(f"{LOUD}.open") is False
    page.click("table.matrix a[aria-label^='loud']")
    page.until(f"{LOUD}.open")
    assert page.value(f"document.activeElement === {LOUD}.querySelector('summary')")
    assert page.value(f"{LOUD}.querySelector('h4').getBoundingClientRect().height") > 0
    page.click("details.image[open] > summary")
    page.until(f"!{LOUD}.open")
    page.click("table.matrix a[aria-label^='loud']")  # the address is the same now
    page.until(f"{LOUD}.open")


def test_details_of_many_images_are_unpacked_when_they_are_opened(browser, address, packed):
    inside = f"{LOUD}.querySelector('.inside')"
    whole = browser.open(address)
    expected = whole.value(f"{inside}.textContent.replace(/\\s+/g, ' ').trim()")
    whole.close()
    page = browser.open(packed)
    assert page.value(f"{inside}.children.length") == 0
    page.click("table.matrix a[aria-label^='loud']")
    page.until(f"{inside}.querySelector('h4') !== null")
    assert page.value(f"{inside}.textContent.replace(/\\s+/g, ' ').trim()") == expected
    page.click("#open-all")
    page.until("document.querySelectorAll('.inside h4').length >= 4 * 4")
    assert page.value("document.querySelectorAll('.inside[data-part]').length") == 0
    page.value(Path(peers.require_file("axe-core")).read_text(encoding="utf-8"))
    found = page.value("axe.run(document).then(r => r.violations.map(each => each.id))")
    assert found == []
    assert page.messages == []
    assert page.value("document.title") == "Build report"
    page.close()


def test_filters_hide_rows_and_images_and_say_how_many_are_left(page):
    assert page.value("document.getElementById('filter-count').textContent") == "4 of 4 images"
    page.click("#filter-name")
    page.type("LOU")
    page.until(f"{SHOWN} === 1")
    rows = "document.querySelectorAll('table.matrix tbody tr:not([hidden])').length"
    assert page.value(rows) == 1
    assert page.value("document.getElementById('filter-count').textContent") == "1 of 4 images"
    page.value("document.getElementById('filter').reset()")
    page.click("#filter-unproved")
    page.until(f"{SHOWN} === 3")
    page.click("#filter-findings")
    page.until(f"{SHOWN} === 1")
    page.value("location.hash = '#image2'")  # hidden by the filters, which are taken back
    page.until("document.getElementById('image2').open")
    assert page.value(SHOWN) == 4


def test_all_images_open_and_close(page):
    opened = "document.querySelectorAll('details.image[open]').length"
    page.click("#open-all")
    page.until(f"{opened} === 4")
    page.click("#close-all")
    page.until(f"{opened} === 0")


def test_the_keyboard_reaches_everything(page):
    page.key("Tab", 9)
    assert page.value("document.activeElement.textContent") == "Skip to the matrix"
    reached = []
    for _ in range(40):
        page.key("Tab", 9)
        reached.append(page.value("document.activeElement.outerHTML.slice(0, 40)"))
    for text in ('<input type="search"', '<button type="button" id="open-all"', "<summary>"):
        assert any(each.startswith(text) for each in reached), text
    page.value("document.querySelector('details.image > summary').focus()")
    page.key("Enter", 13, "\r")
    page.until("document.querySelector('details.image').open")


@pytest.mark.parametrize("is_dark", [False, True], ids=["light", "dark"])
@pytest.mark.parametrize("width", [1280, 420])
def test_axe_finds_nothing_in_light_and_dark_wide_and_narrow(page, is_dark, width):
    page.look(width, is_dark=is_dark)
    page.click("#open-all")
    page.value("document.querySelectorAll('details').forEach(each => each.open = true)")
    page.value(Path(peers.require_file("axe-core")).read_text(encoding="utf-8"))
    options = json.dumps({"runOnly": {"type": "tag", "values": NEEDED}})
    found = page.value(f"axe.run(document, {options}).then(r => r.violations)")
    assert [(each["id"], each["nodes"][0]["html"][:100]) for each in found] == []
    dark = page.value("getComputedStyle(document.body).backgroundColor") == "rgb(13, 17, 23)"
    assert dark is is_dark
    # Nothing is wider than the window but what scrolls by itself.
    assert page.value("document.documentElement.scrollWidth") <= width


def test_without_scripts_everything_is_there_but_the_filters(browser, address):
    page = browser.open("about:blank")
    page.call("Emulation.setScriptExecutionDisabled", value=True)
    page.go(address)
    tree = page.call("Accessibility.getFullAXTree")["nodes"]
    names = [each.get("name", {}).get("value", "") for each in tree if not each.get("ignored")]
    assert "loud, zig x64 release, 1,536 bytes" in names
    assert "Open all" not in names
    page.close()
