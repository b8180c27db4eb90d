"""PDBs of pelink and of lld-link have the same types, ids, hashes, globals and symbols."""

import re
import subprocess
from pathlib import Path

import pytest

import peers
from differential.corpus import TRIPLES, kernel_libraries
from differential.pdbs import SOURCES, by_lld, compiled, dump, linked_with_pdb, write
from ntbuild.pecoff.msf import read_msf

TYPES, IDS = 2, 4
HASH_STREAM = slice(20, 22)
"""The field of TPI and IPI with the number of the stream of hashes, which no reader compares."""


_PLACE = re.compile(r"\b[0-9A-F]{4}:(?:\d{4})?|(?<=range = \[)\d+|(?<=range start = )\d+")


def stream_and_hashes(pdb: Path, number: int) -> tuple[bytes, bytes]:
    streams = read_msf(pdb.name, pdb.read_bytes())
    content = bytearray(streams[number])
    hashes = streams[int.from_bytes(content[HASH_STREAM], "little")]
    content[HASH_STREAM] = bytes(2)
    return bytes(content), hashes


def records(text: str) -> list[str]:
    """The records as text, sorted; without places, as the linkers order sections differently."""
    found = re.findall(r"^ +\d+ \| (S_.*(?:\n +(?!\d+ \|)\S.*)*)", text, re.MULTILINE)
    return sorted(_PLACE.sub("", each) for each in found)


@pytest.mark.parametrize("optimisation", ["-O0", "-O2"])
@pytest.mark.parametrize("machine", TRIPLES)
def test_types_ids_hashes_and_globals_are_those_of_lld(machine, optimisation, tmp_path):
    inputs = [*compiled(tmp_path, machine, optimisation), *kernel_libraries(machine, tmp_path)]
    _, ours = write(tmp_path, machine, inputs)
    theirs = by_lld(tmp_path, machine, inputs)
    for number in (TYPES, IDS):
        assert stream_and_hashes(ours, number) == stream_and_hashes(theirs, number)
    found = records(dump(ours, "--globals"))
    assert len(found) > 200
    assert found == records(dump(theirs, "--globals"))
    assert records(dump(ours, "--symbols", "--modi=0")) == records(
        dump(theirs, "--symbols", "--modi=0")
    )


def test_types_of_two_objects_are_merged_as_lld_merges_them(tmp_path):
    objects = compiled(tmp_path, "x64", sources=SOURCES)
    inputs = [*objects, *kernel_libraries("x64", tmp_path)]
    more = ("-force:multiple",)
    _, ours = write(tmp_path, "x64", inputs, *more)
    theirs = by_lld(tmp_path, "x64", inputs, *more)
    for number in (TYPES, IDS):
        assert stream_and_hashes(ours, number) == stream_and_hashes(theirs, number)


@pytest.mark.parametrize("machine", TRIPLES)
def test_llvm_reads_every_stream_without_an_error(machine, tmp_path):
    _, pdb = linked_with_pdb(tmp_path, machine)
    text = dump(pdb, "--all")
    assert "S_GPROC32" in text
    assert "ioctl.c" in text


@pytest.mark.parametrize("machine", ["x64", "arm64"])
def test_lldb_finds_function_line_local_and_type(machine, tmp_path):
    image, _ = linked_with_pdb(tmp_path, machine, "-O0")
    commands = (
        f"target create {image}",
        "image lookup -v -n IoctlUnload",
        "image lookup -t _DRIVER_OBJECT",
    )
    words = [word for each in commands for word in ("-o", each)]
    done = subprocess.run(
        [peers.require("lldb"), "-b", *words], check=True, capture_output=True, text=True
    )
    assert re.search(r'Function: .*name = "IoctlUnload"', done.stdout)
    assert re.search(r"LineEntry: .*ioctl\.c:\d+", done.stdout)
    assert 'name = "_DRIVER_OBJECT"' in done.stdout
