"""Decorated names: the spellings of a function's name, in the order in which they are tried."""

from itertools import islice

from ntbuild.pecoff.machine import MACHINES
from ntbuild.pelink.names.decoration import spellings, without_argument_bytes


def test_a_name_is_itself_where_symbols_have_no_prefix():
    assert list(spellings("f", MACHINES["x64"])) == ["f"]


def test_x86_tries_the_name_cdecl_stdcall_and_fastcall_in_this_order():
    found = list(spellings("f", MACHINES["x86"]))
    assert found[:4] == ["f", "_f", "_f@0", "_f@4"]
    assert found[-1] == "@f@128"
    assert len(found) == 2 + 33 + 33
    assert list(islice(found, 35, 36)) == ["@f@0"]


def test_argument_bytes_are_removed_from_stdcall_and_fastcall_names():
    assert without_argument_bytes("f@8") == "f"
    assert without_argument_bytes("@f@8") == "f"
    assert without_argument_bytes("f@@8") == "f"
    assert without_argument_bytes("f@x") == "f@x"
    assert without_argument_bytes("@8") == "@8"
