"""Rules DRV621, DRV622, DRV802 and DRV803: debug directory, PDB, paths of the build machine.

A path of a build folder looks like any other text. Only an absolute path that ends like the name of
a source, object or symbol file is reported: device and registry paths are not, and neither is
``/src/a.c``, to which builds map their folders.
"""

import re
from collections.abc import Iterator
from typing import Final

from ntbuild.pecheck.rule import (
    Fault,
    Level,
    NotApplicable,
    RuleResults,
    at_offset,
    at_rva,
    header,
    rule,
)
from ntbuild.pecheck.settings import CheckSettings
from ntbuild.pecheck.symbols import symbol_reference
from ntbuild.pecoff.constants import IMAGE_DEBUG_TYPE, IMAGE_DIRECTORY_ENTRY
from ntbuild.pecoff.errors import FormatError
from ntbuild.pecoff.image.directories import DebugEntry
from ntbuild.pecoff.image.image import Image
from ntbuild.pecoff.pdb.defects import defects
from ntbuild.pecoff.pdb.symbol_file import symbol_key
from ntbuild.support.text import printable

_NONE = NotApplicable("the image has no debug directory")
_ENTRY_SIZE: Final = 28
"""Of IMAGE_DEBUG_DIRECTORY."""
_RSDS: Final = b"RSDS"
CODEVIEW_NAME: Final = 24
"""Where the symbol file's name begins in an RSDS record, after signature, GUID and age."""
_PATH_LIMIT: Final = 260
_FOUND_LIMIT: Final = 4096
_ENDING: Final = re.compile(
    rb"\.(?:c|cc|cpp|cxx|h|hh|hpp|hxx|inl|s|S|asm|rs|obj|o|lib|a|pdb|dbg|dwo)\0"
)
_ABSOLUTE: Final = re.compile(rb"(?:[A-Za-z]:[\\/]|/[^\\/\0]+/|\\\\)[^\\/\0]+[\\/]")


@rule(
    "DRV621",
    "codeview",
    Level.ERROR,
    breaks="WR",
    source="PE Format, Debug Directory; measured: 282 of 288 public drivers have one",
    fix="link with /debug and /pdbaltpath:%_PDB% (lld-link) so that only the file's name is kept",
)
def codeview(image: Image) -> RuleResults:
    """Debug entries lie in the image, and CodeView's names a symbol file that can be found.

    Debuggers and symbol servers find symbols by name, GUID and age. Data outside of the image
    makes tools crash, and a directory in the name does not exist on other machines.
    """
    directory = image.directory(IMAGE_DIRECTORY_ENTRY.DEBUG)
    if not directory.Size:
        yield _NONE
        return
    if directory.Size % _ENTRY_SIZE:
        place = header(image.directory_offset(IMAGE_DIRECTORY_ENTRY.DEBUG))
        message = f"the directory's size {directory.Size:#x} is no multiple of {_ENTRY_SIZE}"
        yield Fault(message, place, Level.WARNING)
    for entry in image.debug:
        place = at_offset(image, entry.offset)
        size, offset = entry.SizeOfData, entry.PointerToRawData
        if offset + size > len(image.data) or (size and not offset):
            yield Fault(f"data of type {entry.Type} at {offset:#x} is not in the file", place)
            continue
        if entry.AddressOfRawData and image.offset_of(entry.AddressOfRawData) != offset:
            message = f"address and file offset of type {entry.Type} differ"
            yield Fault(message, place, Level.WARNING)
        if entry.Characteristics:
            yield Fault("reserved Characteristics are set", place, Level.WARNING)
        if entry.Type == IMAGE_DEBUG_TYPE.CODEVIEW:
            for message in _codeview_faults(image, entry):
                yield Fault(message, at_offset(image, offset), Level.WARNING)


def codeview_name(image: Image, entry: DebugEntry) -> bytes | None:
    """The name of the symbol file with what follows it; None when the entry is no RSDS record."""
    raw = bytes(image.data[entry.PointerToRawData :][: entry.SizeOfData])
    return raw[CODEVIEW_NAME:] if raw[:4] == _RSDS and len(raw) > CODEVIEW_NAME else None


def _shown(path: bytes) -> str:
    """A path as text, with its backslashes unescaped, as people read paths."""
    return printable(path)


def _codeview_faults(image: Image, entry: DebugEntry) -> Iterator[str]:
    name = codeview_name(image, entry)
    if name is None:
        yield "the CodeView record is no RSDS record of 25 bytes or more"
        return
    start = entry.PointerToRawData
    if not any(image.data[start + 4 : start + 20]):
        yield "the GUID of the symbol file is zero"
    if 0 not in name:
        yield "the name of the symbol file is not terminated"
        return
    path = name[: name.index(0)]
    if not path:
        yield "the name of the symbol file is empty"
    if b"/" in path or b"\\" in path:
        yield f"the symbol file's name {_shown(path)} has a directory"


@rule(
    "DRV622",
    "symbol-file",
    Level.ERROR,
    breaks="D",
    source="LLVM, The PDB File Format; measured: WinDbg's engine, a field of a PDB wrong at a time",
    fix="link the image again and keep the PDB that this link wrote",
)
def symbol_file(image: Image, settings: CheckSettings) -> RuleResults:
    """The PDB next to the image is the image's own, and a debugger can read it.

    A debugger takes no symbols from a PDB with another GUID or age, and says nothing of fields
    that cost it lines or locals.
    """
    reference = symbol_reference(image)
    if reference is None:
        yield NotApplicable("the image names no symbol file")
        return
    symbols = settings.symbols
    if symbols is None:
        yield NotApplicable("no symbol file was given, and none is next to the image")
        return
    place = at_offset(image, reference.entry.PointerToRawData)
    file = symbols.file
    if file is None:
        yield Fault(f"the symbol file cannot be used: {symbols.fault}", place)
        return
    try:
        identity = file.identity
        key = symbol_key(reference.guid, reference.age)
        if identity.key != key:
            # Words that begin with a digit do not count in the fingerprint of a finding.
            message = f"the symbol file is of another image, 0x{identity.key} and not 0x{key}"
            yield Fault(message, place)
            return
        machine = image.file_header.Machine
        if identity.machine not in (0, machine):
            yield Fault(f"the symbol file is for machine {identity.machine:#x}", place)
        for text in defects(file):
            yield Fault(f"the symbol file: {text}", place, Level.WARNING)
    except FormatError as failure:
        yield Fault(f"the symbol file cannot be read: {failure}", place)


@rule(
    "DRV802",
    "paths",
    Level.WARNING,
    breaks="RX",
    source="reproducible-builds.org, Build path",
    fix="compile with -ffile-prefix-map (or -fmacro-prefix-map) and link with /pdbaltpath",
    levels={"repro": Level.ERROR},
)
def build_paths(image: Image) -> RuleResults:
    """No path of the building machine is in the image.

    The same sources in another directory give another image, and each copy shows who built it and
    where.
    """
    data = bytes(image.data)
    seen: set[bytes] = set()
    for number, match in enumerate(_ENDING.finditer(data)):
        if number >= _FOUND_LIMIT:
            return
        low = max(match.start() - _PATH_LIMIT, 0)
        before = data[low : match.end() - 1]
        path = _last_text(before)
        if _ABSOLUTE.match(path) and path not in seen:
            seen.add(path)
            place = at_offset(image, match.end() - 1 - len(path))
            yield Fault(f"the path {_shown(path)} is in the image", place)


_UNPRINTABLE: Final = re.compile(rb"[^\x20-\x7e]")


def _last_text(raw: bytes) -> bytes:
    """What follows the last byte that is no printable ASCII."""
    start = 0
    for match in _UNPRINTABLE.finditer(raw):
        start = match.end()
    return raw[start:]


@rule(
    "DRV803",
    "repro-entry",
    Level.NOTE,
    breaks="R",
    source="PE Format, Debug Type: IMAGE_DEBUG_TYPE_REPRO; link.exe /BREPRO",
    fix="link with /brepro, or give the stamp that the link writes with --stamp",
)
def repro_entry(image: Image, settings: CheckSettings) -> RuleResults:
    """A debug entry declares that stamps are hashes, when the image is to be reproducible.

    The entry tells debuggers not to read the stamp as a time. Its data is empty, or the length
    of a hash and the hash.
    """
    entries = [entry for entry in image.debug if entry.Type == IMAGE_DEBUG_TYPE.REPRO]
    for entry in entries:
        size = entry.SizeOfData
        raw = bytes(image.data[entry.PointerToRawData :][: min(size, 4)])
        if size and (len(raw) < 4 or int.from_bytes(raw, "little") + 4 != size):
            place = at_rva(image, entry.AddressOfRawData)
            yield Fault(f"its data of {size} bytes is not a length and a hash", place)
    if entries:
        return
    if not settings.has("repro"):
        yield NotApplicable("the entry is required by profile repro only")
    elif settings.stamp is not None:
        yield NotApplicable("the expected stamp was given, and explains the image's stamp")
    else:
        yield Fault("no debug entry of type 16", at_offset(image, image.file_header.offset))
