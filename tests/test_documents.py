"""The pages for people say what is there: passes, paths and commands."""

import ast
import re
import tomllib
from pathlib import Path

import pytest

from ntbuild.projects.starters import KINDS

ROOT = Path(__file__).parents[1]
PAGES = ("README.md", "ARCHITECTURE.md", "CONTRIBUTING.md")
# Folders that a page may leave out of a path.
FOLDERS = ("", "site_scons/ntbuild", "site_scons/ntbuild/pelink", "site_scons/ntbuild/pecheck")
PATH = re.compile(r"`((?:[\w.-]+/)*(?:[\w.-]+/|[\w-]+\.(?:py|md|toml)))`")


def page(name):
    return (ROOT / name).read_text(encoding="utf-8")


def passes_of_the_pipeline():
    """The functions of sibling modules that link() calls, in the order of their first lines."""
    source = page("site_scons/ntbuild/pelink/pipeline.py")
    tree = ast.parse(source)
    siblings = {
        alias.name
        for node in tree.body
        if isinstance(node, ast.ImportFrom) and node.level == 1
        for alias in node.names
        if alias.name.islower()
    }
    (link,) = (n for n in tree.body if isinstance(n, ast.FunctionDef) and n.name == "link")
    used = [n for n in ast.walk(link) if isinstance(n, ast.Name) and n.id in siblings]
    return list(dict.fromkeys(n.id for n in sorted(used, key=lambda n: (n.lineno, n.col_offset))))


def test_the_architecture_lists_the_passes_of_the_pipeline():
    section = page("ARCHITECTURE.md").split("| pass |")[1].split("\n\n")[0]
    assert re.findall(r"^\| `(\w+)` \|", section, re.MULTILINE) == passes_of_the_pipeline()


@pytest.mark.parametrize("name", PAGES)
def test_paths_in_a_page_exist(name):
    named = [each for each in PATH.findall(page(name)) if "NAME" not in each]
    assert [p for p in named if not any((ROOT / f / p).exists() for f in FOLDERS)] == []
    assert named or name == "README.md"


def test_the_page_on_pypi_has_no_link_and_names_all_kinds_and_extras():
    project = tomllib.loads(page("pyproject.toml"))["project"]
    text = page(project["readme"])
    assert not re.search(r"\]\(|https?:", text)  # a relative link is dead on PyPI
    extras = set(re.findall(r"^\| `(\w+)` \|", text, re.MULTILINE))
    assert extras == set(project["optional-dependencies"]) - {"test"}
    (sentence,) = re.findall(r"`ntbuild new` takes (.*?);", text, re.DOTALL)
    assert set(re.findall(r"`(\w+)`", sentence)) == set(KINDS)


def test_every_room_of_the_package_is_in_the_architecture():
    text = page("ARCHITECTURE.md")
    rooms = [path for path in (ROOT / "site_scons/ntbuild").iterdir() if path.is_dir()]
    names = {path.name for path in rooms} - {"__pycache__"}
    assert {name for name in names if f"`site_scons/ntbuild/{name}/`" not in text} == set()


def test_contributing_lists_every_room_of_tests():
    rooms = {path.parent.name for path in (ROOT / "tests").glob("*/test_*.py")}
    assert {name for name in rooms if f"`tests/{name}/`" not in page("CONTRIBUTING.md")} == set()


def test_the_architecture_is_a_page():
    assert len(page("ARCHITECTURE.md").splitlines()) <= 120


def test_contributing_names_the_checks_of_the_continuous_build():
    (line,) = re.findall(r"^    (ruff check .*)$", page("CONTRIBUTING.md"), re.MULTILINE)
    for command in line.split(" && "):
        assert f"step {command}\n" in page(".ci/run")
