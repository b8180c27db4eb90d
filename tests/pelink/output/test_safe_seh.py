"""SafeSEH: the table of exception handlers on x86 is lld-link's, and what each object promises."""

import struct
import subprocess

import pefile
import pytest

import peers
from coffwriter import CODE, Section, Symbol, build
from differential.corpus import COMMON_ARGV
from ntbuild import LinkError, link, options_from_argv
from pelink.configurations import (
    RET,
    SEH_COUNT,
    SEH_TABLE,
    by_both,
    feature,
    structure,
    symbol_indexes,
    table,
    write,
)


def handling(*, safe: bool) -> bytes:
    """x86 code with two exception handlers, one of them listed twice."""
    first = 6
    return build(
        "x86",
        [
            Section(".text", RET * 4, CODE, 16),
            Section(".sxdata", symbol_indexes(first + 2, first + 1), 0x200, 4),
            Section(".sxdata", symbol_indexes(first + 2), 0x200, 4),
        ],
        [
            Symbol("_DriverEntry@8", ".text", type=0x20),
            Symbol("_First", ".text", 16, type=0x20),
            Symbol("_Second", ".text", 32, type=0x20),
            *([feature(1)] if safe else []),
        ],
    )


def with_feature(data: bytes) -> bytes:
    """The object with @feat.00 = 1 appended to its symbols."""
    at, count = struct.unpack_from("<II", data, 8)
    end = at + 18 * count
    symbol = struct.pack("<8sIhHBB", b"@feat.00", 1, -1, 0, 3, 0)
    return data[:12] + struct.pack("<I", count + 1) + data[16:end] + symbol + data[end:]


def test_safe_handlers_are_those_of_lld(tmp_path):
    paths = write(tmp_path, code=handling(safe=True), config=with_feature(structure("x86")))
    ours, theirs = by_both(paths, tmp_path, "x86", "-safeseh")
    mine, his = (table(each.pe, SEH_TABLE, SEH_COUNT) for each in (ours, theirs))
    assert mine == his == [0x1010, 0x1020]
    for each in (ours, theirs):
        assert not each.pe.OPTIONAL_HEADER.DllCharacteristics & 0x400


def test_without_handlers_safeseh_says_so_as_lld_does(tmp_path):
    entry = build(
        "x86", [Section(".text", RET, CODE, 16)], [Symbol("_DriverEntry@8", ".text"), feature(1)]
    )
    paths = write(tmp_path, entry=entry, config=with_feature(structure("x86")))
    ours, theirs = by_both(paths, tmp_path, "x86", "-safeseh")
    for each in (ours, theirs):
        assert table(each.pe, SEH_TABLE, SEH_COUNT) == []
        assert each.pe.OPTIONAL_HEADER.DllCharacteristics & 0x400


def test_an_object_without_the_promise_is_named(tmp_path):
    paths = write(tmp_path, code=handling(safe=False), config=with_feature(structure("x86")))
    argv = [*COMMON_ARGV, "-machine:x86", "-safeseh", "-out:t.sys"]
    with pytest.raises(LinkError) as caught:
        link(paths, options_from_argv(argv))
    (mine,) = caught.value.diagnostics
    assert mine.message == f"/safeseh: {paths[0]} is not compatible with SEH"
    command = [peers.require("lld-link"), *argv, *map(str, paths)]
    done = subprocess.run(command, capture_output=True, text=True, check=False, cwd=tmp_path)
    assert mine.message in done.stderr


@pytest.mark.parametrize(
    ("safe", "argv", "handlers", "no_seh"),
    [
        (True, [], 2, False),
        (True, ["-safeseh:no"], 0, True),
        (False, [], 0, False),  # accepted, but then nothing can be promised
        (None, [], 0, True),
    ],
)
def test_a_driver_without_an_explicit_safeseh(safe, argv, handlers, no_seh, tmp_path):
    code = handling(safe=bool(safe))
    if safe is None:
        code = build("x86", [Section(".text", RET, CODE, 16)], [Symbol("_DriverEntry@8", ".text")])
    paths = write(tmp_path, code=code, config=with_feature(structure("x86")))
    argv = [*COMMON_ARGV, "-machine:x86", "-out:t.sys", *argv]
    image = pefile.PE(data=link(paths, options_from_argv(argv)).image)
    assert len(table(image, SEH_TABLE, SEH_COUNT)) == handlers
    assert bool(image.OPTIONAL_HEADER.DllCharacteristics & 0x400) == no_seh
