"""The reader of PDBs: identity, lines, what debuggers miss; damaged files end in one line."""

import random
import struct
import time

import pytest

import pdbfiles
from linking import linked
from ntbuild.pecoff.errors import FormatError
from ntbuild.pecoff.pdb.defects import defects
from ntbuild.pecoff.pdb.symbol_file import SymbolFile

SAID = {
    "GUID": "",
    "age of the stream of modules": "",
    "files of modules": "there are no lines",
    "section contributions": "no lines and no locals",
    "signature of a module": "inline functions and locals are missing",
    "order in buckets": "lookup by name and by line fails",
    "kinds of procedures": "debuggers know no line",
    "publics": "the table of publics is missing",
    "hash of publics": "the table of publics ends before its buckets",
    "globals": "the table of globals is missing",
    "machine": "dbghelp lists no locals",
    "names": "lines have no file names",
    "feature": "lldb reads nothing",
    "section headers": "symbols have no addresses",
}
"""By field of `pdbfiles.BREAKS`; empty where only an image can tell."""


def opened(data: bytes) -> SymbolFile:
    return SymbolFile.of("it.pdb", data)


def test_a_pdb_of_the_linker_has_no_defects_and_the_identity_of_its_image(tmp_path):
    result = linked(tmp_path, {"it.obj": pdbfiles.source_object()}, "/debug")
    pdb = opened(result.pdb)
    assert list(defects(pdb)) == []
    at = result.image.index(b"RSDS")
    assert pdb.identity == (result.image[at + 4 : at + 20], 1, 0x8664, False)
    assert pdb.identity.key.endswith("1")
    assert len(pdb.identity.key) == 33


def test_the_key_is_the_guid_as_text_and_the_age():
    guid = bytes.fromhex("00112233445566778899aabbccddeeff")
    pdb = opened(pdbfiles.file_of(pdbfiles.whole(guid=guid)))
    assert pdb.identity.key == "33221100554477668899AABBCCDDEEFF1"


def test_an_address_has_a_function_and_a_line():
    pdb = opened(pdbfiles.file_of(pdbfiles.whole()))
    assert pdb.place(1, 0) == ("DriverEntry", 0, "src\\a.c", 10)
    assert pdb.place(1, 5) == ("DriverEntry", 5, "src\\a.c", 11)
    assert str(pdb.place(1, 5)) == "src\\a.c:11"
    assert str(pdb.place(1, 12)) == "DriverEntry+0xc"  # which comes from no line
    assert pdb.place(1, 0x400) is None
    assert pdb.place(9, 0) is None


def test_a_stripped_pdb_has_no_defects(tmp_path):
    argv = ("/debug", "/pdbstripped:public.pdb")
    pdb = opened(linked(tmp_path, {"it.obj": pdbfiles.source_object()}, *argv).stripped_pdb)
    assert pdb.identity.is_stripped
    assert list(defects(pdb)) == []
    assert pdb.place(1, 0) is None


@pytest.mark.parametrize("field", pdbfiles.BREAKS)
def test_a_field_that_costs_a_debugger_symbols_is_a_defect(field):
    pdb, good = opened(pdbfiles.broken(field)), opened(pdbfiles.file_of(pdbfiles.whole()))
    found = list(defects(pdb))
    if SAID[field]:
        (text,) = found
        assert SAID[field] in text
    else:
        assert found == []
        assert pdb.identity != good.identity


BAD = {
    "this is no PDB file": lambda d: d.__setitem__(0, 0x4E),
    "is not the size of a page": lambda d: struct.pack_into("<I", d, 32, 1000),
    "but the file ends before that": lambda d: struct.pack_into("<I", d, 40, 1 << 20),
    "need more than one list": lambda d: struct.pack_into("<I", d, 44, 1 << 30),
    "page ": lambda d: struct.pack_into("<I", d, 52, 0x7FFFFFFF),
}


@pytest.mark.parametrize("message", BAD)
def test_a_malformed_container_is_one_error(message):
    data = bytearray(pdbfiles.file_of(pdbfiles.whole()))
    BAD[message](data)
    with pytest.raises(FormatError) as error:
        opened(bytes(data))
    assert message in str(error.value)
    assert "\n" not in str(error.value)


def test_streams_that_share_pages_are_refused():
    """A directory of a megabyte could name the same page a quarter million times."""
    page, pages = 4096, 64
    count = 900
    directory = struct.pack(f"<I{count}I{count}I", count, *[page] * count, *[5] * count)
    data = bytearray(page * pages)
    head = b"Microsoft C/C++ MSF 7.00\r\n\x1aDS\0\0\0"
    data[:56] = head + struct.pack("<6I", page, 2, pages, len(directory), 0, 3)
    blocks = -(-len(directory) // page)
    data[3 * page : 3 * page + 4 * blocks] = struct.pack(f"<{blocks}I", *range(6, 6 + blocks))
    data[6 * page : 6 * page + len(directory)] = directory
    with pytest.raises(FormatError, match="streams overlap"):
        opened(bytes(data))


@pytest.mark.parametrize("seed", range(2))
def test_a_damaged_pdb_is_read_or_refused_in_words(seed):
    good, chance = pdbfiles.file_of(pdbfiles.whole()), random.Random(seed)
    places = [at for at, byte in enumerate(good[:-4]) if byte]
    ends, started = set(), time.process_time()
    for _ in range(100):
        data = bytearray(good)
        for _ in range(chance.randint(1, 6)):
            at = chance.choice(places)
            size = chance.choice((1, 2, 4))
            value = chance.choice((0, 1, 4, 0x7F, 0xFF, 0x7FFF, 0xFFFF, 0x7FFFFFFF, 0xFFFFFFFF))
            data[at : at + size] = (value & (1 << 8 * size) - 1).to_bytes(size, "little")
        try:
            pdb = opened(bytes(data))
            found = [*defects(pdb), str(pdb.identity.key), str(pdb.place(1, 4))]
        except FormatError as error:
            assert "\n" not in str(error)  # noqa: PT017 - both may be
            ends.add("refused")
        else:
            assert all("\n" not in text for text in found)
            ends.add("read")
    assert ends == {"refused", "read"}
    assert time.process_time() - started < 20
