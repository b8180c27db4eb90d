"""Unwind data of every machine, the last that is right and the first that is wrong.

Records are written bit by bit from the documentation and put after .rdata's own data; the first
function of a golden image gets them.
"""

import struct

import pytest

from ntbuild.pecheck import CheckSettings, check_image
from ntbuild.pecheck.rules import RULES
from pecheck.patch import Patch

CODE, DATA = 0x1000, 0x3000
END = b"\xe4"
EHANDLER, UHANDLER, CHAINED = 1, 2, 4


def _messages(machine, *records, at=0):
    """What DRV602 says when the first function has the first record; the others follow it."""
    patch = Patch(machine)
    rdata = next(s for s in patch.image.sections if s.Name == ".rdata")
    start = rdata.VirtualSize + -rdata.VirtualSize % 4 + at
    offset = start
    for record in records:
        body = record(rdata.VirtualAddress + offset) if callable(record) else record
        first = rdata.PointerToRawData + offset
        patch.data[first : first + len(body)] = body
        offset += len(body)
    patch.section(".rdata", VirtualSize=offset)
    field = 8 if machine == "x64" else 4
    patch.put(patch.pdata + field, "I", rdata.VirtualAddress + start)
    found = check_image(patch.bytes(), "a.sys", CheckSettings(), [RULES["DRV602"]]).findings
    return [finding.message.partition(": ")[2] for finding in found]


# ---- x64 -----------------------------------------------------------------------------------------


def _x64(*codes, prolog=4, flags=0, tail=b"", version=1):
    body = struct.pack("<4B", version | flags << 3, prolog, len(codes), 0)
    body += b"".join(bytes(code) for code in codes) + bytes(2 * (len(codes) % 2))
    return body + tail


def _to(rva):
    return struct.pack("<I", rva)


@pytest.mark.parametrize(
    ("record", "said"),
    [
        (_x64((4, 2), (2, 2)), []),
        (_x64((4, 2), (4, 2)), []),
        (_x64((2, 2), (4, 2)), ["codes are not in descending order: 4 after 2"]),
        (_x64((5, 2)), ["a code for offset 5 after the prolog of 4 bytes"]),
        (_x64(flags=EHANDLER, tail=_to(CODE)), []),
        (_x64(flags=UHANDLER, tail=_to(CODE)), []),
        (_x64(flags=EHANDLER | UHANDLER, tail=_to(CODE)), []),
        (_x64((4, 2), flags=UHANDLER, tail=_to(CODE)), []),
        (
            _x64(flags=UHANDLER, tail=_to(DATA)),
            ["its handler 0x3000 is not in an executable section"],
        ),
        (_x64(flags=EHANDLER, tail=_to(0)), ["its handler 0x0 is not in an executable section"]),
        (_x64(flags=0, tail=_to(DATA)), []),
        (_x64(flags=CHAINED | EHANDLER, tail=bytes(12)), ["both chained and with a handler"]),
        (_x64(flags=CHAINED | UHANDLER, tail=bytes(12)), ["both chained and with a handler"]),
        (_x64(version=0), ["version 0"]),
        (_x64(version=3), ["version 3"]),
        (_x64((4, 1), (0, 0)), []),
        (_x64((4, 1)), ["the last unwind code is cut off"]),
        (_x64((4, 0x11), (0, 0), (0, 0)), []),
        (_x64((4, 0x11), (0, 0)), ["the last unwind code is cut off"]),
        (_x64((4, 11)), ["unknown unwind code 11"]),
        (_x64((9, 6), (4, 2)), ["unknown unwind code 6"]),
        (_x64((9, 6), (4, 2), version=2), []),
        (_x64((4, 7), (0, 0)), ["unknown unwind code 7"]),
    ],
)
def test_x64(record, said):
    assert _messages("x64", record) == said


def _chain(count):
    """Records that are each chained to the next; the last is not."""

    def linked(rva):
        return _x64(flags=CHAINED, tail=struct.pack("<3I", CODE, CODE + 0x21, rva + 16))

    return [*([linked] * (count - 1)), _x64()]


@pytest.mark.parametrize(("count", "said"), [(2, []), (32, []), (33, ["its chain does not end"])])
def test_x64_chains(count, said):
    assert _messages("x64", *_chain(count)) == said


def test_x64_records_are_aligned():
    assert _messages("x64", _x64(), at=2)[0].endswith("not a multiple of 4")


def test_a_chained_record_is_about_its_own_function():
    def linked(rva):
        return _x64(flags=CHAINED, tail=struct.pack("<3I", CODE, CODE + 8, rva + 16))

    assert _messages("x64", linked, _x64(prolog=8)) == []
    assert _messages("x64", linked, _x64(prolog=9)) == ["a prolog of 9 bytes in a function of 8"]


# ---- arm64 and arm -------------------------------------------------------------------------------


def _arm(codes, *, thumb=False, single=None, scopes=(), handler=None, version=0, wide=False):
    """A full .xdata record; ``single`` is the one epilog's first code, ``scopes`` those of many."""
    shift = 23 if thumb else 22
    codes += bytes(-len(codes) % 4)
    words, epilogs = len(codes) // 4, len(scopes) if single is None else single
    word = 9 | version << 18 | (handler is not None) << 20 | (single is not None) << 21
    if wide:
        body = struct.pack("<2I", word, epilogs | words << 16)
    else:
        body = struct.pack("<I", word | epilogs << shift | words << (shift + 5))
    body += b"".join(struct.pack("<I", start << (24 if thumb else 22)) for start in scopes)
    return body + codes + (b"" if handler is None else _to(handler))


AFTER = "an epilog begins after the unwind codes"
NO_END = "its unwind codes do not end"


@pytest.mark.parametrize("thumb", [False, True])
@pytest.mark.parametrize(
    ("options", "said"),
    [
        ({}, []),
        ({"version": 1}, ["version 1"]),
        ({"version": 2}, ["version 2"]),
        ({"single": 3}, []),
        ({"single": 4}, [AFTER]),
        ({"scopes": (0, 3)}, []),
        ({"scopes": (0, 1, 2, 3, 3)}, []),
        ({"scopes": (0, 4)}, [AFTER]),
        ({"scopes": (4, 0)}, [AFTER]),
        ({"wide": True}, []),
        ({"wide": True, "scopes": (3,)}, []),
        ({"wide": True, "scopes": (4,)}, [AFTER]),
        ({"handler": CODE}, []),
        ({"handler": DATA}, ["its handler 0x3000 is not in an executable section"]),
        (
            {"handler": DATA, "scopes": (1, 2)},
            ["its handler 0x3000 is not in an executable section"],
        ),
        ({"handler": CODE, "single": 0}, []),
    ],
)
def test_arm_records(options, said, thumb):
    record = _arm(END * 4, thumb=thumb, **options)
    assert _messages("arm" if thumb else "arm64", record) == said


SIZES = {
    1: (0x00, 0x1F, 0x20, 0x40, 0x80, 0xBF, 0xE1, 0xE3, 0xE5, 0xE6, 0xFC),
    2: (0xC0, 0xC8, 0xD0, 0xDE, 0xDF, 0xE2, 0xF8),
    3: (0xE7, 0xF9),
    4: (0xE0, 0xFA),
    5: (0xFB,),
}


@pytest.mark.parametrize(("size", "code"), [(n, c) for n, codes in SIZES.items() for c in codes])
def test_arm64_codes_take_their_bytes(size, code):
    """An end among the bytes of another code is none."""
    for fill, said in ((b"", []), (b"\xe3", [NO_END])):
        operands = END * (size - 1)
        codes = bytes((code,)) + operands + (fill or END)
        codes += b"\xe3" * (-len(codes) % 4)
        assert _messages("arm64", _arm(codes)) == said


def test_arm64_codes_must_end_and_arm_codes_may_not():
    assert _messages("arm64", _arm(b"\xe3" * 4)) == [NO_END]
    assert _messages("arm", _arm(b"\xe3" * 4, thumb=True)) == []
    assert _messages("arm64", _arm(b"\xe3\xe3\xe3\xe3" + END)) == []


@pytest.mark.parametrize("machine", ["arm64", "arm"])
def test_arm_records_are_aligned(machine):
    """An address with low bits set is no address of a record: it is one in itself."""
    messages = _messages(machine, _arm(END, thumb=machine == "arm"), at=2)
    assert not any("multiple" in message for message in messages)
