"""Text of the benchmark programs: C++ as a large NT driver might hold it, from a seed.

Every unit is a namespace of small functions that call each other, units before them, templates
that all units instantiate (COMDATs), virtual functions and kernel imports, and that read tables
of their own. The measures that a linker notices are those of real code: how many sections, symbols
and relocations an object has, how long names are, how many copies of a COMDAT there are, and how
much of it all is dead.
"""

from dataclasses import dataclass
from random import Random
from typing import ClassVar

KERNEL_FUNCTIONS = (
    "DbgPrint", "ExAllocatePoolWithTag", "ExFreePoolWithTag", "IoCreateDevice", "IoDeleteDevice",
    "IofCompleteRequest", "KeAcquireSpinLockRaiseToDpc", "KeInitializeEvent", "KeReleaseSpinLock",
    "KeSetEvent", "KeWaitForSingleObject", "MmGetSystemRoutineAddress", "ObfDereferenceObject",
    "PsGetCurrentProcessId", "RtlInitUnicodeString", "ZwClose",
)  # fmt: skip
"""What the programs import from ntoskrnl.exe; all are declared as taking and giving numbers."""

DRIVER_FUNCTIONS = (
    "IoCreateSymbolicLink", "IoDeleteSymbolicLink", "KeCancelTimer", "KeInitializeDpc",
    "KeInitializeTimer", "KeSetTimer",
)  # fmt: skip
"""What drivers over ``ntddk.h`` import besides."""

FILLER_EXPORTS = 2400
"""Further names in the import library: the kernel's own has that many."""

_OPERATIONS = (
    "a = a * {odd}u + b;",
    "b ^= a >> {shift};",
    "a += (b << {shift}) | {number}u;",
    "if (a & {bit}u) b += {number}u; else a -= b;",
    "b = (b >> {shift}) * {odd}u;",
    "for (unsigned i = 0; i < (a & 7); ++i) b = b * 33 + i;",
)


@dataclass(frozen=True, slots=True)
class Shape:
    """How large a workload is: units, functions a unit, units that a unit calls into."""

    name: str
    units: int
    functions: int
    calls: int = 3

    flags: ClassVar[tuple[str, ...]] = ()
    """Compiler flags of its objects, in addition to those of all workloads."""
    is_mingw: ClassVar[bool] = True
    """Whether its objects have mingw's names, not MSVC's."""
    language: ClassVar[str] = "c++"
    precompiled: ClassVar[bool] = False
    """Whether the header is compiled once: the objects are the same, and sooner there."""

    def include_flags(self) -> tuple[str, ...]:
        """Flags with folders of this machine, on which what an object says does not depend."""
        return ()

    def header(self) -> str:
        """What all units include."""
        return header()

    def unit(self, number: int) -> str:
        """The text of one unit; it calls only units with lower numbers."""
        return unit(self, number)

    def entry(self, units: int, copies: int = 1) -> str:
        """The object with DriverEntry, which leads to a number of units in every copy."""
        return entry(units, copies)


SHAPES = {
    "hello": Shape("hello", 0, 0),
    "mid": Shape("mid", 60, 7),
    "large": Shape("large", 1500, 21),
}


def definition() -> str:
    """The module definition of the kernel's import library."""
    filler = (f"NtBenchRoutineNumber{number:04}" for number in range(FILLER_EXPORTS))
    names = sorted((*KERNEL_FUNCTIONS, *DRIVER_FUNCTIONS, *filler))
    return "\n".join(("LIBRARY ntoskrnl.exe", "EXPORTS", *names, ""))


def header() -> str:
    """What all units include: imports, templates, a class with virtual functions."""
    imports = "\n".join(
        f'extern "C" __declspec(dllimport) unsigned {name}(unsigned, unsigned);'
        for name in KERNEL_FUNCTIONS
    )
    return f"""#pragma once
#define APART __attribute__((noinline))
{imports}
namespace shapes {{
template <unsigned N> APART unsigned spread(unsigned a, unsigned b) {{
    static unsigned kept[4] = {{N, N + 1, N * 3, N * 7}};
    kept[a & 3] += b * (2 * N + 1);
    if constexpr (N % 4 != 0) a += spread<N / 2>(b, a ^ N);
    return a ^ kept[b & 3];
}}
template <class T, unsigned N> struct Ring {{
    T items[N];
    unsigned head;
    APART bool push(T value) {{
        if (head == N) return false;
        items[head++] = value;
        return true;
    }}
    APART T drain(T seed) {{
        for (unsigned i = 0; i < head; ++i) seed = seed * 31 + items[i];
        head = 0;
        return seed;
    }}
}};
struct Filter {{
    virtual unsigned accept(unsigned a, unsigned b) = 0;
    virtual unsigned reset(unsigned a) = 0;
}};
template <unsigned N> struct Mask : Filter {{
    unsigned state;
    unsigned accept(unsigned a, unsigned b) override {{ return state += (a & N) ^ (b * N); }}
    unsigned reset(unsigned a) override {{ return state = spread<N % 64>(a, state); }}
}};
APART inline unsigned ask(Filter &filter, unsigned a, unsigned b) {{
    return filter.accept(a, b) + filter.reset(b);
}}
}}
"""


COPIES = ("unit", "unia", "unib", "unic")
"""What a unit's namespace begins with, by copy; equally long, so objects are renamed in place."""


def unit_name(number: int, copy: int = 0) -> str:
    """A unit's namespace."""
    return f"{COPIES[copy]}_{number:04}"


def unit(shape: Shape, number: int) -> str:
    """The text of one unit; it calls only units with lower numbers."""
    random = Random(f"{shape.name} {number}")
    below = min(number, shape.calls)
    others = sorted(random.sample(range(number), below))
    lines = ['#include "shapes.hpp"']
    lines += [
        f"namespace {unit_name(other)} {{ unsigned enter(unsigned a, unsigned b); }}"
        for other in others
    ]
    lines.append(f"namespace {unit_name(number)} {{")
    names = [f"{random.choice(VERBS)}_{random.choice(NOUNS)}_{n:02}"
             for n in range(shape.functions)]  # fmt: skip
    lines += [f"unsigned {name}(unsigned a, unsigned b);" for name in names]
    tables = max(shape.functions // 8, 1)
    for table in range(tables):
        values = ", ".join(f"{random.getrandbits(32):#x}" for _ in range(8))
        lines.append(f"unsigned table_{table}[8] = {{{values}}};")
        lines.append(f"unsigned counters_{table}[{random.randint(1, 32)}];")
    for index, name in enumerate(names):
        lines += _function(random, names, index, name, tables)
    # One function in eight is never called; the first ones lead to all others.
    called = [unit_name(other) + "::enter" for other in others]
    body = "".join(f" a += {callee}(b, a);" for callee in called)
    lines.append(f"unsigned enter(unsigned a, unsigned b) {{{body} return {names[0]}(a, b); }}")
    lines.append("}\n")
    return "\n".join(lines)


VERBS = ("queue", "complete", "forward", "lookup", "validate", "dispatch", "release", "translate")
NOUNS = ("request", "descriptor", "endpoint", "mapping", "device_extension", "irp_context")


def _function(random: Random, names: list[str], index: int, name: str, tables: int) -> list[str]:
    lines = [f"APART unsigned {name}(unsigned a, unsigned b) {{"]
    lines += [f"    {operation(random)}" for _ in range(random.randint(4, 9))]
    for _ in range(random.randint(2, 6)):
        table, other = random.randrange(tables), random.randrange(tables)
        lines.append(f"    a ^= table_{table}[b & 7]; b += counters_{other}[0];")
    following = index + 1 + (index % 8 == 6)  # leaps over a function that stays uncalled
    if following < len(names):
        lines.append(f"    if (a & {1 << random.randint(0, 9)}) b += {names[following]}(b, a);")
    choice = random.random()
    if choice < 0.30:
        lines.append(f"    a += shapes::spread<{random.randint(1, 400)}>(a, b);")
    elif choice < 0.42:
        lines.append(f"    a += {random.choice(KERNEL_FUNCTIONS)}(a, b);")
    elif choice < 0.50:
        lines.append(f"    static shapes::Ring<unsigned, {random.randint(4, 40)}> ring;")
        lines.append("    ring.push(a); b ^= ring.drain(b);")
    elif choice < 0.56:
        lines.append(f"    shapes::Mask<{random.randint(1, 200)}> mask; mask.state = a;")
        lines.append("    b ^= shapes::ask(mask, a, b);")
    elif choice < 0.66:
        text = f"{name}: {random.choice(VERBS)} {random.getrandbits(24)}"
        lines.append(f'    a += DbgPrint((unsigned)(unsigned long long)"{text}", a);')
    elif choice < 0.80:
        lines.append(f"    counters_{index % tables}[0] += a;")
    lines += [f"    {operation(random)}" for _ in range(random.randint(2, 6))]
    return [*lines, "    return a + b;", "}"]


def operation(random: Random) -> str:
    """A statement that computes something of ``a`` and ``b``."""
    return random.choice(_OPERATIONS).format(
        odd=random.getrandbits(31) | 1,
        number=random.getrandbits(30),
        shift=random.randint(1, 30),
        bit=1 << random.randint(0, 12),
    )


def entry(units: int, copies: int = 1) -> str:
    """The object with DriverEntry, which leads to a number of units in every copy."""
    if units == 0:
        return """extern "C" __declspec(dllimport) unsigned DbgPrint(const char *, ...);
extern "C" int DriverEntry(void *, void *) { DbgPrint("hello from %d", 1); return 0; }
"""
    names = [unit_name(number, copy) for copy in range(copies) for number in range(units)]
    lines = ['#include "shapes.hpp"', 'extern "C" void __cxa_pure_virtual() {}']
    lines += [f"namespace {name} {{ unsigned enter(unsigned a, unsigned b); }}" for name in names]
    calls = "".join(f"    a += {name}::enter(a, {n});\n" for n, name in enumerate(names))
    lines.append(f'extern "C" int DriverEntry(void *, void *) {{\n    unsigned a = 1;\n{calls}')
    return "\n".join([*lines, "    return (int)a;", "}\n"])
