"""Foreign text: nothing is lost, and nothing reaches a terminal that it would act on."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ntbuild.support.text import decoded, printable


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("plain.sys", "plain.sys"),
        (b"caf\xc3\xa9", "café"),
        (b"\xff\x80", r"\xff\x80"),
        ("\x1b[31m\n", r"\x1b[31m\x0a"),
        ("\x7f", r"\x7f"),
        ("a\u202eb", r"a\u202eb"),
        ("\ud800", r"\ud800"),
        ("\x85", r"\x85"),
        ("", ""),
    ],
)
def test_a_name_is_shown_and_never_acted_on(name, shown):
    assert printable(name) == shown


@given(st.one_of(st.text(), st.binary()))
def test_what_is_shown_is_one_line_that_any_terminal_takes(name):
    shown = printable(name)
    assert shown.isprintable() or not shown
    shown.encode("utf-8")


@given(st.text())
def test_a_name_in_utf_8_is_decoded_as_it_was(name):
    raw = name.encode("utf-8", "replace")
    assert decoded(raw).encode() == raw
