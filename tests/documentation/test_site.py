"""The documentation site: generated pages are current, every page is in it, links lead on."""

import re
import sys
from pathlib import Path

import pytest

from documentation.reference import ENVIRONMENT, FOLDER, PAGES, ROOT

DOCS = ROOT / "docs"
NAV = re.findall(
    r"^ +- (?:[^:\n]+: )?([\w/.-]+\.md)$", (ROOT / "mkdocs.yml").read_text(), re.MULTILINE
)
LINK = re.compile(r"\]\(([^)\s]+)\)")
# argparse lays its help out differently from one version of Python to the next.
CURRENT = [each for each in PAGES if each != "commands.md" or sys.version_info[:2] == (3, 11)]


@pytest.mark.parametrize("name", CURRENT)
def test_a_generated_page_is_what_the_code_says(name):
    made = PAGES[name]()
    assert (FOLDER / name).read_text(encoding="utf-8") == made, "python -m documentation.reference"


def test_the_variables_of_the_environment_are_those_that_the_code_reads():
    named = set()
    for path in (ROOT / "site_scons").rglob("*.py"):
        named |= set(re.findall(r"[\"'](NTBUILD_[A-Z_]+)[\"']", path.read_text(encoding="utf-8")))
    wpp = {each for each in named if each.startswith(("NTBUILD_WPP", "NTBUILD_EVENT"))}
    assert named - wpp - {"NTBUILD_INCLUDE"} == set(ENVIRONMENT) - {"SOURCE_DATE_EPOCH"}


def test_every_page_is_in_the_navigation_once():
    pages = sorted(path.relative_to(DOCS).as_posix() for path in DOCS.rglob("*.md"))
    assert sorted(NAV) == pages


@pytest.mark.parametrize("name", NAV)
def test_links_lead_to_pages_and_headings_that_are_there(name):
    page = DOCS / name
    for target in LINK.findall(page.read_text(encoding="utf-8")):
        if target.startswith(("http://", "https://")):
            continue
        path, _, anchor = target.partition("#")
        other = (page.parent / path).resolve() if path else page
        assert other.is_file(), target
        if anchor:
            assert anchor in anchors(other), target


def anchors(page: Path) -> set[str]:
    """The names of a page's headings, as the site makes them."""
    text = re.sub(r"```.*?```", "", page.read_text(encoding="utf-8"), flags=re.DOTALL)
    headings = re.findall(r"^#+ (.*)$", text, re.MULTILINE)
    plain = (re.sub(r"[^\w\s-]", "", each.replace("`", "")).strip().lower() for each in headings)
    return {re.sub(r"[-\s]+", "-", each) for each in plain}


@pytest.mark.parametrize("name", NAV)
def test_a_page_begins_with_its_title(name):
    text = (DOCS / name).read_text(encoding="utf-8")
    assert re.match(r"# \S.*\n\n|<!--|--8<--", text), name
