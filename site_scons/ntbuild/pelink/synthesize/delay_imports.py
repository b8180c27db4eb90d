"""Delay-loaded imports: functions that are looked up when they are called first.

For each DLL an object is made: a descriptor, a table of addresses that begin as those of thunks, a
table of names, and code that calls ``__delayLoadHelper2`` of the C runtime for the real address. It
runs between a caller and a function whose arguments it does not know, so it must preserve every
register that may hold one:

    call [slot]  ->  thunk: slot's address in a register; jump to the DLL's tail
                     tail:  save argument registers; call the helper(descriptor, slot);
                            restore; jump to the address that it returned (now in the slot, too)

Sources: PE Format, "Delay-Load Import Tables"; Microsoft "Understand the Helper Function"; the
calling conventions of the four machines.
"""

import struct
from collections.abc import Iterable, Iterator
from typing import Final

from ntbuild.pecoff.constants import (
    IMAGE_REL_AMD64,
    IMAGE_REL_ARM,
    IMAGE_REL_ARM64,
    IMAGE_REL_I386,
    IMAGE_SCN,
    IMAGE_SYM_CLASS,
)
from ntbuild.pecoff.object.import_object import ImportObject
from ntbuild.pecoff.object.write import MadeSection, MadeSymbol, write_object
from ntbuild.pelink.machines.target import Target
from ntbuild.support.text import decoded
from ntbuild.support.values import dataclass

from .imports import CODE, DATA, MadeObject

_READ: Final = int(IMAGE_SCN.CNT_INITIALIZED_DATA | IMAGE_SCN.MEM_READ)
_FUNCTION: Final = 0x20
_STATIC: Final = int(IMAGE_SYM_CLASS.STATIC)
_DESCRIPTOR_SIZE: Final = 32
_RVA_BASED: Final = 1
_NO_FIXUP: Final = 0
_END: Final = b"\x7fntbuild_delay_end"


@dataclass(frozen=True, slots=True)
class DelayCode:
    """A machine's code and its relocations, each (offset, type).

    - ``helper``: the symbol of the C runtime's function
    - ``thunk``: code of one import; ``slot`` are its relocations against the slot, ``jump`` the one
      against the tail
    - ``tail``: code of one DLL; ``descriptor`` are its relocations against the descriptor, ``call``
      the one against the helper
    - ``unwind``: UNWIND_INFO of ``tail``; empty where the machine has none
    """

    helper: bytes
    thunk: bytes
    slot: tuple[tuple[int, int], ...]
    jump: tuple[int, int]
    tail: bytes
    descriptor: tuple[tuple[int, int], ...]
    call: tuple[int, int]
    unwind: bytes = b""


_REL32, _DIR32 = int(IMAGE_REL_AMD64.REL32), int(IMAGE_REL_I386.DIR32)
_REL32_X86 = int(IMAGE_REL_I386.REL32)
_PAGE, _LOW = int(IMAGE_REL_ARM64.PAGEBASE_REL21), int(IMAGE_REL_ARM64.PAGEOFFSET_12A)
_BRANCH = int(IMAGE_REL_ARM64.BRANCH26)
_MOV, _BRANCH_T = int(IMAGE_REL_ARM.MOV32T), int(IMAGE_REL_ARM.BRANCH24T)

DELAY_CODE: Final[dict[str, DelayCode]] = {
    "x64": DelayCode(
        helper=b"__delayLoadHelper2",
        thunk=bytes.fromhex("488d0500000000 e900000000"),  # lea rax, slot; jmp tail
        slot=((3, _REL32),),
        jump=(8, _REL32),
        tail=bytes.fromhex(
            "51 52 4150 4151 4883ec68"  # push rcx, rdx, r8, r9; sub rsp, 68h
            "660f7f442420 660f7f4c2430 660f7f542440 660f7f5c2450"  # xmm0 to xmm3 to the stack
            "4889c2 488d0d00000000 e800000000"  # rdx = slot; lea rcx, descriptor; call
            "660f6f442420 660f6f4c2430 660f6f542440 660f6f5c2450"
            "4883c468 4159 4158 5a 59 ffe0"  # and back; jmp rax
        ),
        descriptor=((40, _REL32),),
        call=(45, _REL32),
        unwind=bytes.fromhex("01 0a 05 00 0ac2 0602 0402 0202 0102 0000"),  # stack only
    ),
    "x86": DelayCode(
        helper=b"___delayLoadHelper2@8",
        thunk=bytes.fromhex("b800000000 e900000000"),  # mov eax, slot; jmp tail
        slot=((1, _DIR32),),
        jump=(6, _REL32_X86),
        tail=bytes.fromhex("51 52 50 6800000000 e800000000 5a 59 ffe0"),
        descriptor=((4, _DIR32),),
        call=(9, _REL32_X86),
    ),
    "arm64": DelayCode(
        helper=b"__delayLoadHelper2",
        thunk=bytes.fromhex("11000090 31020091 00000014"),  # adrp, add x17, slot; b tail
        slot=((0, _PAGE), (4, _LOW)),
        jump=(8, _BRANCH),
        tail=bytes.fromhex(
            "fd7bb3a9 fd030091"  # stp x29, x30, [sp, -208]!; mov x29, sp
            "e00701a9 e20f02a9 e41703a9 e61f04a9"  # x0 to x7
            "e08702ad e28f03ad e49704ad e69f05ad"  # q0 to q7
            "e10311aa 00000090 00000091 00000094"  # x1 = slot; adrp, add x0, descriptor; bl
            "f00300aa"  # x16 = what it says
            "e69f45ad e49744ad e28f43ad e08742ad"
            "e61f44a9 e41743a9 e20f42a9 e00741a9"
            "fd7bcda8 00021fd6"  # and back; br x16
        ),
        descriptor=((44, _PAGE), (48, _LOW)),
        call=(52, _BRANCH),
    ),
    "arm": DelayCode(
        helper=b"__delayLoadHelper2",
        thunk=bytes.fromhex("40f2000c c0f2000c 00f000b8"),  # movw, movt r12, slot; b tail
        slot=((0, _MOV),),
        jump=(8, _BRANCH_T),
        tail=bytes.fromhex(
            "2de90f48 2ded100b"  # push r0-r3, r11, lr; vpush d0-d7
            "6146 40f20000 c0f20000 00f000f8"  # r1 = slot; r0 = descriptor; bl
            "8446 bdec100b bde80f48 6047"  # r12 = what it says; and back; bx r12
        ),
        descriptor=((10, _MOV),),
        call=(18, _BRANCH_T),
    ),
}
"""The code of each machine, assembled by hand and checked with llvm-objdump."""


def delay_import_objects(imports: Iterable[ImportObject], target: Target) -> Iterator[MadeObject]:
    """An object for each DLL, in the order of their first imports, and the end of their list."""
    # Windows compares DLL names without regard to case: KERNEL32.dll and kernel32.dll are one.
    by_dll: dict[bytes, list[ImportObject]] = {}
    for each in imports:
        by_dll.setdefault(each.dll.lower(), []).append(each)
    if not by_dll:
        return
    for rank, members in enumerate(by_dll.values()):
        yield _dll_object(rank, members, target)
    end = MadeSection(".didat$3", bytes(_DESCRIPTOR_SIZE), _READ, 4)
    data = write_object(int(target.machine.id), [end], [MadeSymbol(_END, 1)])
    yield MadeObject("delay-load directory", "~delay end", data)


_NAME, _HANDLE, _SLOTS, _LOOKUPS, _NAMES, _TAIL, _HELPER, _LAST, _DESCRIPTOR, _UNWIND = range(10)
"""Symbols of a DLL's object; those of its imports follow, two each: function and slot."""


def _function(at: int) -> int:
    """The index of the symbol of a DLL's import number ``at``; its slot's follows."""
    return _UNWIND + 1 + 2 * at


def _dll_object(rank: int, members: list[ImportObject], target: Target) -> MadeObject:
    """One DLL's descriptor, tables and code."""
    code, pointer = DELAY_CODE[target.machine.name], target.machine.pointer_size
    rva = target.image_relative
    entries, texts, to_names = _lookup_tables(members, pointer, rva)
    fields = [(4, _NAME, rva), (8, _HANDLE, rva), (12, _SLOTS, rva), (16, _LOOKUPS, rva)]
    fields.append((0, _LAST, _NO_FIXUP))
    descriptor = struct.pack("<8I", _RVA_BASED, 0, 0, 0, 0, 0, 0, 0)
    to_thunks = [(pointer * at, _function(at), target.pointer) for at in range(len(members))]
    in_tail = [(offset, _DESCRIPTOR, kind) for offset, kind in code.descriptor]
    in_tail.append((code.call[0], _HELPER, code.call[1]))
    sections = [
        MadeSection(".didat$2", descriptor, _READ, 4, fields),
        MadeSection(".didat$7", _padded(members[0].dll + b"\0"), _READ, 2),
        MadeSection(".data", bytes(pointer), DATA, pointer),
        MadeSection(".data", bytes(pointer * (len(members) + 1)), DATA, pointer, to_thunks),
        MadeSection(".didat$4", entries, _READ, pointer, to_names),
        MadeSection(".didat$6", texts, _READ, 2),
        MadeSection(".text", code.thunk * len(members), CODE, 16, _in_thunks(code, len(members))),
        MadeSection(".text", code.tail, CODE, 16, in_tail),
    ]
    if code.unwind:
        bounds = ((0, _TAIL, rva), (4, _TAIL, rva), (8, _UNWIND, rva))
        function = struct.pack("<III", 0, len(code.tail), 0)
        sections.append(MadeSection(".xdata", code.unwind, _READ, 4))
        sections.append(MadeSection(".pdata", function, _READ, 4, bounds))
    places = {_NAME: 2, _HANDLE: 3, _SLOTS: 4, _LOOKUPS: 5, _NAMES: 6, _TAIL: 8, _DESCRIPTOR: 1}
    places[_UNWIND] = 9 if code.unwind else 8
    symbols = [MadeSymbol(b"", places.get(at, 0), 0, _STATIC) for at in range(10)]
    symbols[_HELPER], symbols[_LAST] = MadeSymbol(code.helper), MadeSymbol(_END)
    for at, member in enumerate(members):
        symbols.append(MadeSymbol(member.symbol, 7, len(code.thunk) * at, type=_FUNCTION))
        symbols.append(MadeSymbol(b"__imp_" + member.symbol, 4, pointer * at))
    text = decoded(members[0].dll)
    data = write_object(int(target.machine.id), sections, symbols)
    return MadeObject(text, f"~delay {rank:06}", data)


def _in_thunks(code: DelayCode, count: int) -> list[tuple[int, int, int]]:
    """The relocations of a DLL's thunks, one after the other, as (offset, symbol, type)."""
    fixups = []
    for at in range(count):
        start = len(code.thunk) * at
        fixups += [(start + offset, _function(at) + 1, kind) for offset, kind in code.slot]
        fixups.append((start + code.jump[0], _TAIL, code.jump[1]))
    return fixups


def _lookup_tables(
    members: list[ImportObject], pointer: int, rva: int
) -> tuple[bytes, bytes, list[tuple[int, int, int]]]:
    """The table of names or ordinals, the names, and the relocations from the first to those."""
    entries, texts = bytearray(), bytearray()
    fixups = []
    for member in members:
        if member.import_name is None:
            entry = 1 << (8 * pointer - 1) | member.ordinal_or_hint
        else:
            fixups.append((len(entries), _NAMES, rva))
            entry = len(texts)  # the addend of the fixup
            hint = struct.pack("<H", member.ordinal_or_hint)
            texts += _padded(hint + member.import_name + b"\0")
        entries += entry.to_bytes(pointer, "little")
    return bytes(entries) + bytes(pointer), bytes(texts) or bytes(2), fixups


def _padded(text: bytes) -> bytes:
    return text + bytes(len(text) & 1)
