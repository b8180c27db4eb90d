"""Imports: the objects that short import members stand for.

A short import member is a header and two names. Here it becomes what a long-form import library
holds in full: an address slot (.idata$5), its lookup entry ($4), hint and name ($6), a thunk, and
per DLL a head with the descriptor ($2) and a tail with the terminators. So both kinds of import
library end in the same tables, and garbage collection sees ordinary references.

A DLL's slots must be contiguous and its terminator last, although each slot is an object of its
own. ``MadeObject.order`` sorts them, as GNU ld sorts the members of long-form libraries by name:

    ~000003/h   head of the fourth DLL        ~000003/s/...   its imports, by symbol
    ~000003/t   its tail

Sources: PE Format, "The .idata Section" and "Import Library Format".
"""

import struct
from collections.abc import Iterable, Iterator
from functools import lru_cache

from ntbuild.pecoff.constants import IMAGE_SCN, IMAGE_SYM_CLASS, IMPORT_OBJECT_TYPE
from ntbuild.pecoff.object.import_object import ImportObject
from ntbuild.pecoff.object.write import MadeSection, MadeSymbol, write_object
from ntbuild.pelink.machines.target import Target
from ntbuild.support.text import decoded
from ntbuild.support.values import dataclass

CODE = int(IMAGE_SCN.CNT_CODE | IMAGE_SCN.MEM_EXECUTE | IMAGE_SCN.MEM_READ)
DATA = int(IMAGE_SCN.CNT_INITIALIZED_DATA | IMAGE_SCN.MEM_READ | IMAGE_SCN.MEM_WRITE)

IMPORT_ORDER = "/s/"
"""In ``MadeObject.order`` of an imported function or variable, but not of a module's tables."""

THUNK_SECTION = ".text$thunk"
"""The section of import thunks: one of their own, so that only those that are called are kept."""

_STATIC = int(IMAGE_SYM_CLASS.STATIC)
_NO_FIXUP = 0
"""Relocation type ABSOLUTE: it patches nothing, and makes one section keep another."""


@dataclass(frozen=True, slots=True)
class MadeObject:
    """An object that the linker made: its name for messages, its sort key, its bytes.

    A key with ``/s/`` says that nothing keeps the object that does not refer to it.
    """

    name: str
    order: str
    data: bytes


def import_objects(
    imports: Iterable[ImportObject], dll_order: dict[bytes, int], target: Target
) -> Iterator[MadeObject]:
    """The object of each import, and a head and a tail before the first one of each DLL.

    ``dll_order`` maps DLL names in lower case to their rank; new DLLs are added to it.
    """
    for imported in imports:
        key = imported.dll.lower()
        if key not in dll_order:
            dll_order[key] = len(dll_order)
            yield from _dll_objects(imported.dll, dll_order[key], target)
        yield _import_object(imported, dll_order[key], target)


@lru_cache(maxsize=4096)
def _import_object(imported: ImportObject, rank: int, target: Target) -> MadeObject:
    pointer = target.machine.pointer_size
    flag = 1 << (8 * pointer - 1)
    by_name = imported.import_name is not None
    entry = (
        bytes(pointer) if by_name else (flag | imported.ordinal_or_hint).to_bytes(pointer, "little")
    )
    to_name = ((0, 4, target.image_relative),) if by_name else ()
    # The slot keeps the DLL's head (a relocation that patches nothing), and the head its tail: what
    # is used of a DLL brings along what its tables need.
    slot = b"__imp_" + imported.symbol
    symbols = [
        MadeSymbol(slot, 1),
        MadeSymbol(head_symbol(rank)),
        MadeSymbol(b".idata$4", 2, 0, _STATIC),
        MadeSymbol(imported.symbol, 4, type=0x20)
        if imported.type == IMPORT_OBJECT_TYPE.CODE
        else MadeSymbol(imported.symbol if imported.type == IMPORT_OBJECT_TYPE.CONST else slot, 1),
        MadeSymbol(b".idata$6", 3, 0, _STATIC),
    ]
    if imported.type == IMPORT_OBJECT_TYPE.DATA:
        symbols[3] = MadeSymbol(b".idata$5", 1, 0, _STATIC)
    sections = [
        MadeSection(".idata$5", entry, DATA, pointer, (*to_name, (0, 1, _NO_FIXUP))),
        MadeSection(".idata$4", entry, DATA, pointer, to_name),
        MadeSection(".idata$6", _hint_name(imported) if by_name else b"", DATA, 2),
    ]
    if imported.type == IMPORT_OBJECT_TYPE.CODE:
        relocations = tuple((offset, 0, kind) for offset, kind in target.thunk.relocations)
        sections.append(
            MadeSection(THUNK_SECTION, target.thunk.code, CODE, target.thunk.alignment, relocations)
        )
    name = f"{imported.dll.decode('utf-8', 'backslashreplace')}"
    order = f"~{rank:06}{IMPORT_ORDER}{imported.symbol.hex()}"
    return MadeObject(name, order, write_object(int(target.machine.id), sections, symbols))


def _hint_name(imported: ImportObject) -> bytes:
    """An entry of the hint/name table: 16-bit hint, name, and padding to an even size."""
    text = struct.pack("<H", imported.ordinal_or_hint) + (imported.import_name or b"") + b"\0"
    return text + bytes(len(text) & 1)


def head_symbol(rank: int) -> bytes:
    """The name of a module's import descriptor, by the module's rank.

    No compiler can make such a name: it starts with a control character.
    """
    return b"\x7fntbuild_import_head_%d" % rank


@lru_cache(maxsize=64)
def _dll_objects(dll: bytes, rank: int, target: Target) -> tuple[MadeObject, MadeObject]:
    """The head (descriptor and name) and the tail (terminators) of one DLL's import tables."""
    machine, pointer = int(target.machine.id), target.machine.pointer_size
    rva = target.image_relative
    tail_symbol = b"\x7fntbuild_import_tail_%d" % rank
    name = dll + b"\0"
    name += bytes(len(name) & 1)
    # OriginalFirstThunk at 0, Name at 12, FirstThunk at 16.
    descriptor = ((0, 1, rva), (12, 3, rva), (16, 2, rva), (0, 4, _NO_FIXUP))
    head = write_object(
        machine,
        [
            MadeSection(".idata$2", bytes(20), DATA, 4, descriptor),
            MadeSection(".idata$4", b"", DATA, pointer),
            MadeSection(".idata$5", b"", DATA, pointer),
            MadeSection(".idata$7", name, DATA, 2),
        ],
        [
            MadeSymbol(head_symbol(rank), 1),
            MadeSymbol(b".idata$4", 2, 0, _STATIC),
            MadeSymbol(b".idata$5", 3, 0, _STATIC),
            MadeSymbol(b".idata$7", 4, 0, _STATIC),
            MadeSymbol(tail_symbol),
        ],
    )
    tail = write_object(
        machine,
        [
            MadeSection(".idata$4", bytes(pointer), DATA, pointer),
            MadeSection(".idata$5", bytes(pointer), DATA, pointer),
        ],
        [MadeSymbol(tail_symbol, 1)],
    )
    text = decoded(dll)
    return MadeObject(text, f"~{rank:06}/h", head), MadeObject(text, f"~{rank:06}/t", tail)


NULL_DESCRIPTOR_ORDER = "~null"


@lru_cache
def null_descriptor(target: Target) -> MadeObject:
    """The empty IMAGE_IMPORT_DESCRIPTOR that ends the import directory."""
    section = MadeSection(".idata$3", bytes(20), DATA, 4)
    return MadeObject(
        "import directory",
        NULL_DESCRIPTOR_ORDER,
        write_object(int(target.machine.id), [section], []),
    )


def local_imports(names: Iterable[bytes], target: Target) -> MadeObject:
    """Address slots for ``__imp_`` names of functions that the image itself defines."""
    pointer = target.machine.pointer_size
    sections, symbols = [], []
    for name in names:
        symbols.append(MadeSymbol(name.removeprefix(b"__imp_")))
        relocation = ((0, len(symbols) - 1, target.pointer),)
        sections.append(MadeSection(".rdata", bytes(pointer), DATA, pointer, relocation))
        symbols.append(MadeSymbol(name, len(sections)))
    data = write_object(int(target.machine.id), sections, symbols)
    return MadeObject("imports of own functions", "~", data)
