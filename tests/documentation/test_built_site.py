"""The site as zensical builds it: without a warning, and without a serious fault of axe-core's."""

import json
import re
import shutil
import subprocess
from pathlib import Path

import pytest

import peers
from browser import Browser
from documentation.reference import ROOT

PAGES = ("index.html", "troubleshooting.html", "reference/drivers.html")
NEEDED = ("wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "best-practice")


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    """The site, built in a copy of what it is made of."""
    zensical = peers.require("zensical")
    folder = tmp_path_factory.mktemp("site")
    shutil.copytree(ROOT / "docs", folder / "docs")
    for path in (*ROOT.glob("*.md"), ROOT / "mkdocs.yml"):
        shutil.copy(path, folder)
    command = [zensical, "build", "--strict"]
    done = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return folder / "build/site"


def test_every_page_is_built_and_loads_nothing_from_elsewhere(site):
    for page in (ROOT / "docs").rglob("*.md"):
        name = page.relative_to(ROOT / "docs").with_suffix(".html")
        text = (site / name).read_text(encoding="utf-8")
        assert 'src="http' not in text
        assert '<link rel="stylesheet" href="http' not in text


def test_the_page_for_what_is_not_there_works_in_any_folder(site):
    text = (site / "404.html").read_text(encoding="utf-8")
    assert set(re.findall(r'(?:href|src)="([^"]*)"', text)) == {"index.html"}


@pytest.mark.parametrize("is_dark", [False, True], ids=["light", "dark"])
def test_axe_finds_no_serious_fault(site, is_dark, tmp_path):
    axe = Path(peers.require_file("axe-core")).read_text(encoding="utf-8")
    options = json.dumps({"runOnly": {"type": "tag", "values": NEEDED}})
    found = []
    with Browser(peers.require("chromium"), tmp_path) as browser:
        for name in PAGES:
            page = browser.open("about:blank")
            for width in (1280, 420):
                page.look(width, is_dark=is_dark)
                page.go((site / name).as_uri())
                scheme = page.value("document.body.dataset.mdColorScheme")
                assert scheme == ("slate" if is_dark else "default")
                page.value(axe)
                faults = page.value(f"axe.run(document, {options}).then(r => r.violations)")
                found += [
                    (name, width, each["id"], each["nodes"][0]["html"][:100])
                    for each in faults
                    if each["impact"] in {"serious", "critical"}
                ]
            page.close()
    assert found == []
