"""Patterns decided for whole groups of names say the same as name by name."""

from itertools import product

import pytest

from ntbuild.pelink.script.patterns import matches, matches_group

STARTS = [".text$", ".CRT$", "$", ".tls$"]
PATTERNS = ["*", ".*", ".text$*", ".text*", ".text", ".text$", ".text.*", ".CRT$XC*", ".tls$AAA"]
PATTERNS += [".tls$[!Z]*", "*XC*", ".te?t$*", ".text$?*", "[.]text$*", ".", "", ".textile*"]
TAILS = ["", "a", "mn", "XCA", "XCZ", "AAA", "ZZZ", "XC", "a$b", ".x"]


@pytest.mark.parametrize(("pattern", "start"), list(product(PATTERNS, STARTS)))
def test_a_group_is_decided_as_its_names_are(pattern, start):
    each = {matches(pattern, start + tail) for tail in TAILS}
    decided = matches_group(pattern, start)
    assert decided is None or each == {decided}


@pytest.mark.parametrize(
    ("pattern", "start", "decided"),
    [
        (".text$*", ".text$", True),
        (".text*", ".text$", True),
        ("*", ".text$", True),
        (".text", ".text$", False),
        (".text.*", ".text$", False),
        (".CRT$XC*", ".CRT$", None),
        (".tls$AAA", ".tls$", None),
        (".tls$AAA", ".text$", False),
    ],
)
def test_usual_patterns_are_decided_at_once(pattern, start, decided):
    assert matches_group(pattern, start) is decided
