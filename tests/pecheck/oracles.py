"""What pefile and llvm-readobj read in an image, in the form that pecheck's reader has.

Each peer leaves something out or names it differently, so the comparison takes from pefile the
checksum and all tables, and from llvm-readobj imports by hint and relocations by type.
"""

import re
import subprocess

import pefile

import peers
from ntbuild.pecoff.image.image import read_image


def by_pefile(data):
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
    names = sorted(
        (s.ordinal, s.address, s.name.decode() if s.name else "", (s.forwarder or b"").decode())
        for s in (exports.symbols if exports else [])
    )
    resources = [
        (*(_id(each) for each in (kind, name, language)), leaf.OffsetToData, leaf.Size)
        for kind in getattr(getattr(peer, "DIRECTORY_ENTRY_RESOURCE", None), "entries", [])
        for name in kind.directory.entries
        for language in name.directory.entries
        for leaf in (language.data.struct,)
    ]
    return peer.generate_checksum(), imports, fixups, names, resources


def _id(entry):
    """A resource's number, or its name."""
    return entry.id if entry.name is None else str(entry.name)


def _exports(table):
    """(ordinal, address, name, forwarder) for every name and for every address without one."""
    named = {index for _, index in table.names}
    bare = [("", i) for i, rva in enumerate(table.functions) if rva and i not in named]
    for name, index in (*table.names, *bare):
        forwarder = table.forwarders.get(index, "")
        yield table.Base + index, table.functions[index], name, forwarder


def by_us(data):
    """The same as pecheck's reader tells it."""
    image = read_image(data)
    imports = [
        (m.name, s.slot, s.ordinal if s.name is None else s.name)
        for m in image.imports.modules
        for s in m.symbols
    ]
    names = sorted(_exports(image.exports)) if image.exports else []
    resources = [
        (e.key.type, e.key.name, e.key.language, e.rva, e.size) for e in image.resources.entries
    ]
    return image.checksum(), imports, list(image.base_relocations.fixups()), names, resources


_BLOCK = re.compile(r"^(\w+) [{\[]$(.*?)^[}\]]$", re.MULTILINE | re.DOTALL)


def _readobj(path):
    """The text of llvm-readobj on imports, exports and relocations: that of each kind of block."""
    options = ["--coff-imports", "--coff-exports", "--coff-basereloc"]
    command = [peers.require("llvm-readobj"), *options, str(path)]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    blocks = {"Import": "", "DelayImport": "", "Export": "", "BaseReloc": ""}
    for kind, text in _BLOCK.findall(done.stdout):
        blocks[kind] += text
    return blocks


def assert_same_as_readobj(data, path):
    """Imports, relocations and exports, by ``path``, where the image is written for the peer."""
    path.write_bytes(data)
    image = read_image(data)
    blocks = _readobj(path)
    text = blocks["Import"] + blocks["DelayImport"]
    found = re.findall(r"Symbol: (\S*) \((\d+)\)", text)
    ours = [(s.name or "", str(s.hint if s.name else s.ordinal))
            for m in image.imports.modules for s in m.symbols]  # fmt: skip
    assert [name for name, _ in found] == [name for name, _ in ours]
    assert re.findall(r"  Name: (\S+)", text) == [m.name for m in image.imports.modules]
    entries = re.findall(r"Type: (\S+)\s+Address: 0x([0-9A-F]+)", blocks["BaseReloc"])
    theirs = [int(address, 16) for kind, address in entries if kind != "ABSOLUTE"]
    assert theirs == [rva for rva, _ in image.base_relocations.fixups()]
    shape = r"Ordinal: (\d+)\s+Name: ?(\S*)\s+(?:RVA: 0x([0-9A-F]+)|Forwarded)"
    found = re.findall(shape, blocks["Export"])
    exported = ((int(o), int(rva, 16) if rva else None, name) for o, name, rva in found)
    theirs = sorted(each for each in exported if each[1] != 0)  # a hole among the ordinals
    ours = _exports(image.exports) if image.exports else []
    assert theirs == sorted((o, None if to else rva, name) for o, rva, name, to in ours)
