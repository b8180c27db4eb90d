"""What debuggers do not forgive in a PDB: fields of which each was measured to cost them symbols.

A wrong field gives no error in a debugger: lines, locals or a whole module are missing in silence.
These are the fields that WinDbg's engine, lldb or Wine's dbghelp depend on, apart from GUID and
age, which an image has to be compared for. A PDB of public names only is not asked for more.

Limits: records of the modules' streams are looked at in the first `_MOST_BYTES` of them, and the
order in a hash table for its first `_MOST_NAMES` names, so that a large PDB takes no longer.
"""

import struct
from collections.abc import Iterator
from typing import Final

from ntbuild.pecoff.codeview.kinds import NAME_OF_SYMBOL, NUMERIC_SIZES, SIGNATURE, WITHOUT_ID, S

from .symbol_file import NO_STREAM, SymbolFile

_FEATURE: Final = 20140508
_VERSION: Final = 4
"""Bytes of the version before the section contributions."""
_MOST_BYTES: Final = 16 << 20
_MOST_NAMES: Final = 20000
_HASH: Final = struct.Struct("<IIII")
_HASH_SIGNATURE, _HASH_VERSION = 0xFFFFFFFF, 0xEFFE0000 + 19990810
_BITMAP: Final = 4 * 129
_IN_MEMORY: Final = 12
"""Bytes of a record of a hash table in memory, in which the beginnings of buckets are counted."""
_PUBLICS_HEAD: Final = 28
_SECTION_HEADERS: Final = 5
_NAMES: Final = {**NAME_OF_SYMBOL, **dict.fromkeys((S.PROCREF, S.LPROCREF, S.PUB32), 14)}


def defects(pdb: SymbolFile) -> Iterator[str]:
    """What a debugger misses, a sentence each. Raises FormatError for what cannot be read."""
    parts, stripped = pdb.parts, pdb.identity.is_stripped
    if not parts.machine:
        yield "the machine is 0: dbghelp lists no locals"
    if _FEATURE not in pdb.feature_words:
        yield f"the feature {_FEATURE} is missing: lldb reads nothing"
    streams = len(pdb.container)
    if not 0 < pdb.named_streams.get(b"/names", -1) < streams:
        yield "there is no stream /names: lines have no file names"
    if len(parts.contributions) <= _VERSION:
        yield "there are no section contributions: there are no lines and no locals"
    if len(parts.debug_streams) <= _SECTION_HEADERS or (
        parts.debug_streams[_SECTION_HEADERS] >= streams
    ):
        yield "there is no stream of section headers: symbols have no addresses"
    if not stripped:
        yield from _module_defects(pdb)
        yield from _table_defects(pdb, parts.globals, 0, "globals")
    yield from _table_defects(pdb, parts.publics, _PUBLICS_HEAD, "publics")


def _module_defects(pdb: SymbolFile) -> Iterator[str]:
    left, has_lines = _MOST_BYTES, False
    for info in pdb.modules:
        if info.stream == NO_STREAM:
            continue
        if info.stream >= len(pdb.container):
            yield f"the stream of module {info.name} does not exist"
            continue
        has_lines = has_lines or info.line_size > 0
        left -= info.symbol_size
        if left < 0:
            break
        (signature,) = struct.unpack("<I", pdb.container.stream(info.stream, 4).ljust(4, b"\0"))
        if signature != SIGNATURE:
            message = "inline functions and locals are missing"
            yield f"the stream of module {info.name} begins with {signature}, not 4: {message}"
            continue
        ids = sum(kind in WITHOUT_ID for kind, _ in pdb.symbols(info))
        if ids:
            message = "debuggers know no line of the code"
            yield f"{ids} procedures of module {info.name} have the kind of an object: {message}"
    if has_lines and not any(pdb.parts.files[4:]):
        yield "the list of the modules' files is empty: there are no lines"


def _table_defects(pdb: SymbolFile, stream: int, head: int, what: str) -> Iterator[str]:
    """What is wrong with the hash table of ``what``."""
    data = pdb.container.stream(stream)[head:]
    if len(data) < _HASH.size:
        yield f"the table of {what} is missing: nothing is found by name"
        return
    signature, version, size, buckets = _HASH.unpack_from(data)
    entries = data[_HASH.size : _HASH.size + size]
    if (signature, version) != (_HASH_SIGNATURE, _HASH_VERSION) or size % 8:
        yield f"the table of {what} has an unknown version: nothing is found by name"
        return
    rest = data[_HASH.size + size :][:buckets]
    used = int.from_bytes(rest[:_BITMAP], "little").bit_count()
    firsts = struct.unpack_from(
        f"<{max(len(rest) - _BITMAP, 0) // 4}I", rest, min(_BITMAP, len(rest))
    )
    if len(entries) < size or len(firsts) != used or (entries and not used):
        yield f"the table of {what} ends before its buckets: names are missing"
        return
    begins = {first // _IN_MEMORY for first in firsts}
    records = pdb.container.stream(pdb.parts.records)
    last: tuple[int, bytes] = (-1, b"")
    for number, (offset, _) in enumerate(struct.iter_unpack("<II", entries)):
        if number >= _MOST_NAMES:
            return
        name = _name(pdb, records, offset - 1)
        key = (len(name), name.lower())
        # How other letters compare is not the same in all versions of Microsoft's tools.
        if number not in begins and key < last and (name + last[1]).isascii():
            yield f"the table of {what} is not in order: lookup by name and by line fails"
            return
        last = key


def _name(pdb: SymbolFile, records: bytes, at: int) -> bytes:
    """The name of a record of a hash table."""
    stream = pdb.parts.records
    if at < 0 or at + 4 > len(records):
        raise pdb.fault(stream, at, "hash record", "it names a record that does not exist")
    size, kind = struct.unpack_from("<HH", records, at)
    if kind == S.CONSTANT:
        leaf = int.from_bytes(records[at + 8 : at + 10], "little")
        name_at = 10 + (NUMERIC_SIZES.get(leaf, 0) if leaf >= 0x8000 else 0)
    elif kind in _NAMES:
        name_at = _NAMES[S(kind)]
    else:
        raise pdb.fault(stream, at, "symbol record", f"kind {kind:#06x} is none of a hash table")
    return records[at + name_at : at + 2 + size].partition(b"\0")[0]
