"""The TLS directory says how threads' copies of the image's data are aligned."""

import struct

import pytest

from coffwriter import CODE, DATA, RDATA, Reloc, Section, Symbol, build
from linking import ADDRESS, linked, parsed
from ntbuild.pecoff.machine import MACHINES


def program(machine, alignments):
    wide = MACHINES[machine].is_64bit
    prefix = MACHINES[machine].symbol_prefix
    width = 8 if wide else 4
    fields = [Reloc(0, "Begin", ADDRESS[machine]), Reloc(width, "Begin", ADDRESS[machine])]
    directory = Section(".rdata", bytes(4 * width + 4) + struct.pack("<I", 0x0070_1234), RDATA, 8,
                        fields)  # fmt: skip
    data = [Section(f".tls${at}", b"12345678", DATA, each) for at, each in enumerate(alignments)]
    symbols = [
        Symbol("main", 1, type=0x20),
        Symbol(f"{prefix}_tls_used", 2),
        Symbol("Begin", 3),
    ]
    return build(machine, [Section(".text", bytes(16), CODE, 16), directory, *data], symbols)


@pytest.mark.parametrize("machine", MACHINES)
@pytest.mark.parametrize("alignments", [(1, 32, 4), (16,), (8192, 1)])
def test_the_largest_alignment_is_in_the_characteristics(machine, alignments, tmp_path):
    prefix = MACHINES[machine].symbol_prefix
    argv = [f"/include:{prefix}_tls_used", "/opt:noref"]
    base = ("/entry:main", "/subsystem:console")
    pe = parsed(linked(tmp_path, {"a.obj": program(machine, alignments)}, *argv, base=base))
    flags = pe.DIRECTORY_ENTRY_TLS.struct.Characteristics
    assert 1 << ((flags >> 20 & 0xF) - 1) == max(alignments)
    assert flags & ~0x00F00000 == 0x1234
