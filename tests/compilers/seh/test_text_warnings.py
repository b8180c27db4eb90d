"""Warnings of LLVM IR read like those of the source."""

import pytest

from ntbuild.compilers.seh.text_warnings import as_of_source, compiles_text

SAID = "warning: a b.c:6:0: stack frame size (4048) exceeds limit (2048) in function '{}' [-W{}]\n"


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("Big", "Big"),
        ("<U+0001>_Big@0", "Big"),
        ("\x01_Big@12", "Big"),
        ("<U+0001>@Fast@8", "Fast"),
        ("<U+0001>?F@@YAXXZ", "?F@@YAXXZ"),
    ],
)
def test_a_warning_begins_with_its_place_and_has_the_name_of_the_source(name, shown):
    said = SAID.format(name, "frame-larger-than") + "1 warning generated.\n"
    assert as_of_source(said) == (
        f"a b.c:6: warning: stack frame size (4048) exceeds limit (2048) in '{shown}' "
        "[-Wframe-larger-than]\n1 warning generated.\n"
    )


def test_other_lines_stay():
    text = "a.c:6:12: warning: stack frame size (4056) exceeds limit (2048) in 'Big' [-W]\n"
    assert as_of_source(text) == text
    assert compiles_text(["clang", "-c", "-o", "a.obj", "-x", "ir", "a.obj.ll"])
    assert not compiles_text(["clang", "-c", "-o", "a.obj", "a.c"])
