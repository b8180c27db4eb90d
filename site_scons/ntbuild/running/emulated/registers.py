"""What the emulator must know of each machine: registers, address layout, calling convention.

Sources: Microsoft "x64 calling convention", "x64 prolog and epilog", "Overview of ARM64 ABI
conventions", "Overview of ARM32 ABI conventions"; on x86 ``__stdcall`` and ``__fastcall``.
"""

from typing import Final

import unicorn
from unicorn import arm64_const, arm_const, x86_const

from ntbuild.support.values import dataclass

PAGE: Final = 0x1000


def _x86(*names: str) -> tuple[int, ...]:
    return tuple(getattr(x86_const, f"UC_X86_REG_{name}") for name in names)


def _arm64(*names: str) -> tuple[int, ...]:
    return tuple(getattr(arm64_const, f"UC_ARM64_REG_{name}") for name in names)


def _arm(*names: str) -> tuple[int, ...]:
    return tuple(getattr(arm_const, f"UC_ARM_REG_{name}") for name in names)


@dataclass(frozen=True, slots=True)
class Processor:
    """A machine as this kernel drives it.

    ``mode``: architecture and mode for the emulator. ``integers``: registers in the order of their
    numbers in unwind data. ``arguments``: those of the first arguments. ``saved``: those that a
    function must leave as they were; ``saved_vectors``: the same for floating point;
    ``saved_names``: the names of both. ``alignment``
    of the stack pointer where a function is called; ``pushed``: bytes of a return address on the
    stack. ``shadow``: bytes that a caller leaves for the register arguments. ``high``: where the
    kernel's half of the address space begins. ``stack``: bytes of a kernel stack. ``code``: the
    lowest bit of code addresses. ``step``: bytes of the shortest instruction. ``shared``:
    KUSER_SHARED_DATA in the kernel's half.
    """

    name: str
    mode: tuple[int, int]
    width: int
    counter: int
    stack_pointer: int
    link: int | None
    result: int
    result_high: int
    integers: tuple[int, ...]
    arguments: tuple[int, ...]
    saved: tuple[int, ...]
    saved_vectors: tuple[int, ...]
    saved_names: tuple[str, ...]
    alignment: int
    pushed: int
    shadow: int
    high: int
    stack: int
    code: int
    step: int
    shared: int
    trap: bytes


def _names(prefix: str, first: int, end: int) -> tuple[str, ...]:
    return tuple(f"{prefix}{number}" for number in range(first, end))


_X64: Final = _x86(
    *("RAX", "RCX", "RDX", "RBX", "RSP", "RBP", "RSI", "RDI"),
    *("R8", "R9", "R10", "R11", "R12", "R13", "R14", "R15"),
)
_X86: Final = _x86("EAX", "ECX", "EDX", "EBX", "ESP", "EBP", "ESI", "EDI")
_ARM64: Final = _arm64(*(f"X{number}" for number in range(31)), "SP")
_ARM: Final = _arm(*(f"R{number}" for number in range(13)), "SP", "LR", "PC")

PROCESSORS: Final[dict[str, Processor]] = {
    each.name: each
    for each in (
        Processor(
            name="x64",
            mode=(unicorn.UC_ARCH_X86, unicorn.UC_MODE_64),
            width=8,
            counter=x86_const.UC_X86_REG_RIP,
            stack_pointer=x86_const.UC_X86_REG_RSP,
            link=None,
            result=x86_const.UC_X86_REG_RAX,
            result_high=x86_const.UC_X86_REG_RDX,
            integers=_X64,
            arguments=_x86("RCX", "RDX", "R8", "R9"),
            saved=_x86("RBX", "RBP", "RSI", "RDI", "R12", "R13", "R14", "R15"),
            saved_vectors=_x86(*(f"XMM{number}" for number in range(6, 16))),
            saved_names=(
                "rbx",
                "rbp",
                "rsi",
                "rdi",
                "r12",
                "r13",
                "r14",
                "r15",
                *_names("xmm", 6, 16),
            ),
            alignment=16,
            pushed=8,
            shadow=32,
            high=0xFFFFF800_00000000,
            stack=24 << 10,
            code=0,
            step=1,
            shared=0xFFFFF780_00000000,
            trap=b"\xc3",
        ),
        Processor(
            name="x86",
            mode=(unicorn.UC_ARCH_X86, unicorn.UC_MODE_32),
            width=4,
            counter=x86_const.UC_X86_REG_EIP,
            stack_pointer=x86_const.UC_X86_REG_ESP,
            link=None,
            result=x86_const.UC_X86_REG_EAX,
            result_high=x86_const.UC_X86_REG_EDX,
            integers=_X86,
            arguments=(),
            saved=_x86("EBX", "ESI", "EDI", "EBP"),
            saved_vectors=(),
            saved_names=("ebx", "esi", "edi", "ebp"),
            alignment=4,
            pushed=4,
            shadow=0,
            high=0x80000000,
            stack=12 << 10,
            code=0,
            step=1,
            shared=0xFFDF0000,
            trap=b"\xc3",
        ),
        Processor(
            name="arm64",
            mode=(unicorn.UC_ARCH_ARM64, unicorn.UC_MODE_ARM),
            width=8,
            counter=arm64_const.UC_ARM64_REG_PC,
            stack_pointer=arm64_const.UC_ARM64_REG_SP,
            link=arm64_const.UC_ARM64_REG_X30,
            result=arm64_const.UC_ARM64_REG_X0,
            result_high=arm64_const.UC_ARM64_REG_X1,
            integers=_ARM64,
            arguments=_ARM64[:8],
            saved=_ARM64[19:30],
            saved_vectors=_arm64(*(f"D{number}" for number in range(8, 16))),
            saved_names=(*_names("x", 19, 30), *_names("d", 8, 16)),
            alignment=16,
            pushed=0,
            shadow=0,
            high=0xFFFF8000_00000000,
            stack=32 << 10,
            code=0,
            step=4,
            shared=0xFFFFF780_00000000,
            trap=bytes.fromhex("c0035fd6"),
        ),
        Processor(
            name="arm",
            mode=(unicorn.UC_ARCH_ARM, unicorn.UC_MODE_THUMB),
            width=4,
            counter=arm_const.UC_ARM_REG_PC,
            stack_pointer=arm_const.UC_ARM_REG_SP,
            link=arm_const.UC_ARM_REG_LR,
            result=arm_const.UC_ARM_REG_R0,
            result_high=arm_const.UC_ARM_REG_R1,
            integers=_ARM,
            arguments=_ARM[:4],
            saved=_ARM[4:12],
            saved_vectors=_arm(*(f"D{number}" for number in range(8, 16))),
            saved_names=(*_names("r", 4, 12), *_names("d", 8, 16)),
            alignment=8,
            pushed=0,
            shadow=0,
            high=0x80000000,
            stack=16 << 10,
            code=1,
            step=2,
            shared=0xFFFF9000,
            trap=bytes.fromhex("7047"),
        ),
    )
}
"""The four machines by name."""
