"""The reader against pefile and llvm-readobj: every image of the suite, table by table.

The images are the golden ones in every variant, all seeded defects that leave the headers sound
(checksum only: peers refuse or guess the rest), and what three linkers make of the same objects.
"""

import re
import subprocess

import pefile
import pytest

import peers
from ntbuild import LinkOptions, link
from ntbuild.pecoff.errors import FormatError
from ntbuild.pecoff.image import Image, read_image
from pecheck.golden import MACHINES, golden
from pecheck.large import large
from pecheck.mutations import MUTATIONS
from pecheck.test_peers import EMULATIONS, TRIPLES, _ld, _lld, build  # noqa: F401 - a fixture

VARIANTS = {
    "plain": {},
    "exports": {"exports": True, "debug": True},
    "guard": {"guard": True, "version": True},
    "signed": {"signed": "sha256"},
}
GOLDEN = {f"{m}-{name}": (m, options) for m in MACHINES for name, options in VARIANTS.items()}


def _by_pefile(data):
    """Checksum, imports, fixups, exports and resources as pefile tells them."""
    peer = pefile.PE(data=data)
    base = peer.OPTIONAL_HEADER.ImageBase
    imports = [
        (m.dll.decode(), i.address - base, i.name.decode() if i.name else i.ordinal)
        for m in getattr(peer, "DIRECTORY_ENTRY_IMPORT", [])
        for i in m.imports
    ]
    fixups = [
        (e.rva, e.type)
        for block in getattr(peer, "DIRECTORY_ENTRY_BASERELOC", [])
        for e in block.entries
        if e.type
    ]
    exports = getattr(peer, "DIRECTORY_ENTRY_EXPORT", None)
    names = {s.name.decode(): (s.ordinal, s.address) for s in exports.symbols} if exports else {}
    resources = [
        (
            kind.id,
            name.id,
            language.id,
            language.data.struct.OffsetToData,
            language.data.struct.Size,
        )
        for kind in getattr(getattr(peer, "DIRECTORY_ENTRY_RESOURCE", None), "entries", [])
        for name in kind.directory.entries
        for language in name.directory.entries
        for entry in (language.data.struct,)
    ]
    return peer.generate_checksum(), imports, fixups, names, resources


def _by_us(data):
    image = read_image(data)
    imports = [
        (m.name, s.slot, s.ordinal if s.name is None else s.name)
        for m in image.imports.modules
        for s in m.symbols
    ]
    exports = image.exports
    names = (
        {n: (exports.Base + i, exports.functions[i]) for n, i in exports.names} if exports else {}
    )
    resources = [
        (e.key.type, e.key.name, e.key.language, e.rva, e.size) for e in image.resources.entries
    ]
    return image.checksum(), imports, list(image.base_relocations.fixups()), names, resources


@pytest.mark.parametrize("name", GOLDEN)
def test_golden_images_read_as_pefile_reads_them(name):
    machine, options = GOLDEN[name]
    data = golden(machine, **options)
    assert _by_us(data) == _by_pefile(data)


def test_a_large_image_reads_as_pefile_reads_it():
    data = large(200_000)
    assert _by_us(data) == _by_pefile(data)


def test_checksums_of_spoiled_images_are_pefiles():
    compared = 0
    for mutation in MUTATIONS:
        data = mutation.make(mutation.machines[0])
        try:
            theirs = pefile.PE(data=data, fast_load=True).generate_checksum()
            ours = Image(data).checksum()
        except (pefile.PEFormatError, AttributeError, FormatError):
            continue
        assert ours == theirs, f"{mutation.rule}-{mutation.name}"
        compared += 1
    assert compared > 200


def _readobj(path, *options):
    command = [peers.require("llvm-readobj"), *options, str(path)]
    return subprocess.run(command, check=True, capture_output=True, text=True).stdout


def _same_as_readobj(data, path):
    path.write_bytes(data)
    image = read_image(data)
    text = _readobj(path, "--coff-imports")
    found = re.findall(r"Symbol: (\S*) \((\d+)\)", text)
    ours = [(s.name or "", str(s.hint if s.name else s.ordinal))
            for m in image.imports.modules for s in m.symbols]  # fmt: skip
    assert [name for name, _ in found] == [name for name, _ in ours]
    assert re.findall(r"  Name: (\S+)", text) == [m.name for m in image.imports.modules]
    text = _readobj(path, "--coff-basereloc")
    entries = re.findall(r"Type: (\S+)\s+Address: 0x([0-9A-F]+)", text)
    theirs = [int(address, 16) for kind, address in entries if kind != "ABSOLUTE"]
    assert theirs == [rva for rva, _ in image.base_relocations.fixups()]


@pytest.mark.parametrize("name", [n for n in GOLDEN if not n.startswith("arm-")])
def test_golden_images_read_as_llvm_reads_them(name, tmp_path):
    machine, options = GOLDEN[name]
    _same_as_readobj(golden(machine, **options), tmp_path / "a.sys")


def _ours(build, machine, path):  # noqa: F811
    words = ["/driver", "/entry:DriverEntry", f"/machine:{machine}"]
    image = link(build(machine), LinkOptions.from_argv(words)).image
    path.write_bytes(image)
    return image


LINKS = (
    [(_lld, m) for m in TRIPLES] + [(_ld, m) for m in EMULATIONS] + [(_ours, m) for m in TRIPLES]
)


@pytest.mark.parametrize(("linker", "machine"), LINKS)
def test_linked_images_read_as_both_read_them(build, linker, machine, tmp_path):  # noqa: F811
    data = linker(build, machine, tmp_path / "a.sys")
    assert _by_us(data) == _by_pefile(data)
    _same_as_readobj(data, tmp_path / "a.sys")
