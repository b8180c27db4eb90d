"""The SConscripts in the pages: every call is checked as a build checks it, nothing is compiled."""

import builtins
import re
from pathlib import Path

import pytest

import ntbuild
from documentation.reference import ROOT
from ntbuild.building.declare import declare, declare_library
from ntbuild.building.elf import declare_module, declare_program
from ntbuild.building.kernel import declare_kernel
from ntbuild.building.keywords import Keywords
from ntbuild.building.packages.declaration import PackageKeywords, declare_package
from ntbuild.pelink.options import LinkOptions
from ntbuild.support.values import fields

PAGES = sorted((ROOT / "docs").glob("*.md"))
BLOCK = re.compile(r"```python\n(.*?)```", re.DOTALL)
METHODS = re.compile(r"\benv\.(\w+)\(")
BLOCKS = [
    pytest.param(block, id=f"{page.stem}-{number}")
    for page in PAGES
    for number, block in enumerate(BLOCK.findall(page.read_text(encoding="utf-8")), 1)
    if METHODS.search(block)
]
# What a page leaves out, or what only exists on a machine with it.
CUT = re.compile(r"Run\(\.\.\.\)|kit=[^,)]*|wdf=[^,)]*")


class Node:
    """What a declaration returns: any attribute of it is a node."""

    def __init__(self, declaration=None):
        self.declaration = declaration

    def __getattr__(self, name):
        if name.startswith("__"):
            raise AttributeError(name)
        return Node()

    def get_csig(self):
        """As SCons's nodes have it."""

    def __getitem__(self, name):
        """A construction variable."""
        return f"the {name}"

    def __call__(self, *_arguments, **_keywords):
        return Node()


def _driver(name, sources, **keywords):
    assert sources
    return declare(name, keywords, exports=False, defaults={"machine": "x64"})


def _export_driver(name, sources, **keywords):
    assert sources
    return declare(name, keywords, exports=True, defaults={"machine": "x64"})


def _library(name, sources, **keywords):
    assert sources
    declare_library(name, keywords, machine="x64")


def _package(name, drivers, **keywords):
    found = drivers if isinstance(drivers, list) else [drivers]
    declared = tuple(each.declaration for each in found if each.declaration)
    declare_package(name, keywords, declared or (_driver("usual", ["usual.c"]),), "x64")


def _kernel(name, sources, **keywords):
    assert sources
    declare_kernel(name, keywords, "x64")


def _module(name, _sources, machine="x64", **keywords):
    declare_module(name, keywords, machine)


def _program(name, _sources, machine="x64", **keywords):
    declare_program(name, keywords, machine)


CHECKS = {
    "Driver": _driver,
    "ExportDriver": _export_driver,
    "DriverLibrary": _library,
    "DriverPackage": _package,
    "Kernel": _kernel,
    "ElfModule": _module,
    "EfiApplication": _program,
}


class Environment(Node):
    """Checks what `env.Driver` and its like are given; their names are in ``seen``."""

    def __init__(self):
        super().__init__()
        self.seen = set()

    def __getattr__(self, name):
        if name not in CHECKS:
            return super().__getattr__(name)
        self.seen.add(name)
        return lambda *words, **keywords: Node(CHECKS[name](*words, **keywords))


class Names(dict):
    """The names of a SConscript: ntbuild's, and a node for what the page leaves out."""

    def __missing__(self, name):
        if hasattr(builtins, name):
            raise KeyError(name)
        return Node()


@pytest.mark.parametrize("block", BLOCKS)
def test_the_declarations_of_a_page_are_right(block):
    env = Environment()
    names = Names(env=env, project=lambda *_words, **_keywords: env, Glob=lambda each: [each])
    names |= {name: getattr(ntbuild, name) for name in ("Export", "Section", "Sign", "Wpp")}
    names |= {name: getattr(ntbuild, name) for name in ("Allow", "Run", "Ioctl", "VersionInfo")}
    text = re.sub(r"^from ntbuild import .*$", "", block, flags=re.MULTILINE)
    text = re.sub(r"^\.\.\.$", "", CUT.sub(lambda each: _cut(each[0]), text), flags=re.MULTILINE)
    exec(compile(text, "a page", "exec"), {}, names)  # noqa: S102 - our own page
    assert {name for name in METHODS.findall(block) if name in CHECKS} == env.seen


def _cut(text):
    return "Run()" if text.startswith("Run") else "cflags=()"


KEYWORDS = {
    each.name for value in (Keywords, PackageKeywords, LinkOptions) for each in fields(value)
}
OTHERS = {"exports", "toolchain", "arch", "flavor", "variables"}


@pytest.mark.parametrize("name", ["migrate.md", "import.md", "troubleshooting.md", "kinds.md"])
def test_keywords_that_a_page_names_exist(name):
    text = re.sub(r"```.*?```", "", Path(ROOT, "docs", name).read_text("utf-8"), flags=re.DOTALL)
    tables = [line for line in text.splitlines() if line.startswith("|")]
    right = [line.split(" | ", 1)[1] for line in tables if " | " in line]
    spans = re.findall(r"`([^`]*)`", "\n".join(right))
    named = {word for span in spans for word in re.findall(r"(?<![\w/:-])([a-z_]+)=(?!=)", span)}
    assert named - KEYWORDS - OTHERS == set()
