"""The compiler run-time: there for every machine, right where it can be run, free when unused."""

import platform
import random
import re
import subprocess
import sys

import pytest

import peers
from compilers.compiling import (
    CELLS,
    ROOT,
    cell_flavors,
    compile_to,
    externals,
    import_library,
    lld_link,
    section_names,
)
from ntbuild.compilers.search import in_package

RUNTIME = ROOT / "toolchains" / "runtime"
HOST = ROOT / "tests" / "compilers" / "runtime_host"
# What C names each machine's run-time defines; x86 puts one more underscore before them.
COMMON = {
    "__security_cookie",
    "__security_init_cookie",
    "__stack_chk_guard",
    "__stack_chk_fail",
    "_fltused",
    "__cxa_pure_virtual",
    "_purecall",
    "isalnum",
    "strtol",
    "strtoul",
}
BITS128 = {"__udivti3", "__umodti3", "__divti3", "__modti3"}
LITERAL = {
    "x64": {"___chkstk_ms", "__chkstk", "__security_check_cookie", *BITS128},
    "arm64": {"__chkstk", "__security_check_cookie", *BITS128},
    "arm": {
        "__chkstk",
        "__security_check_cookie",
        *("__rt_udiv", "__rt_sdiv", "__rt_udiv64", "__rt_sdiv64"),
    },
    "x86": {
        *("___chkstk_ms", "__alloca", "__chkstk", "__alloca_probe", "_memcmp"),
        *("___udivdi3", "___divdi3", "___umoddi3", "___moddi3", "___udivmoddi4", "___divmoddi4"),
        *("__aulldiv", "__alldiv", "__aullrem", "__allrem", "__aulldvrm", "__alldvrm"),
        *("@__security_check_cookie@4", "_GsDriverEntry@8"),
    },
}
DRIVER = """
#include <ntddk.h>
DRIVER_INITIALIZE DriverEntry;
void use(volatile char *room, unsigned long count);
void use(volatile char *room, unsigned long count)
{
    while (count--) room[count] = 1;
}
NTSTATUS NTAPI DriverEntry(PDRIVER_OBJECT DriverObject, PUNICODE_STRING RegistryPath)
{
#ifdef NEEDY
    volatile char room[20000];
    LONGLONG wide = DriverObject->Size * 1000003LL;
    use(room, sizeof(room));
    return (NTSTATUS)(wide / RegistryPath->Length + room[3] + wide % RegistryPath->MaximumLength);
#else
    return DriverObject == NULL || RegistryPath == NULL;
#endif
}
"""


@pytest.mark.parametrize(
    ("name", "machine", "flavor"),
    [cell for cell in cell_flavors() if cell[0] == "zig" or cell[2] == "release"],
)
def test_every_symbol_is_defined_once(built, name, machine, flavor):
    defined = [name for path in built(name, machine, flavor) for name in externals(path)]
    prefix = "_" if machine == "x86" else ""
    assert {prefix + name for name in COMMON} | LITERAL[machine] <= set(defined)
    assert len(defined) == len(set(defined))


@pytest.mark.parametrize("machine", ["x64", "arm"])
@pytest.mark.parametrize("name", ["zig", "clang"])
def test_assembly_that_moves_the_stack_can_be_unwound(name, machine, tmp_path):
    sources = [
        *RUNTIME.glob(f"{machine}/stack_probe.S"),
        *RUNTIME.glob(f"{machine}/divide.S"),
    ]
    assert len(sources) == {"x64": 1, "arm": 2}[machine]
    for source in sources:
        made = compile_to(tmp_path / "it.o", name, machine, "release", source)
        # ARM packs short functions' unwind codes into .pdata itself.
        expected = {"x64": {".pdata", ".xdata"}, "arm": {".pdata"}}[machine]
        assert expected <= set(section_names(made))


def cases(seed, count):
    """C text of random divisions, edges included, computed by Python's own integers."""
    generator = random.Random(seed)
    edges = [0, 1, 2, 3, 2**31 - 1, 2**31, 2**32 - 1, 2**32, 2**32 + 1, 2**63 - 1, 2**63, 2**64 - 1]
    pairs = [(n, d) for n in edges for d in edges if d]
    while len(pairs) < count:
        dividend, divisor = (generator.getrandbits(generator.randint(1, 64)) for _ in range(2))
        if divisor:
            pairs.append((dividend, divisor))
    lines = []
    for n, d in pairs:
        sn, sd = (value - 2**64 if value >> 63 else value for value in (n, d))
        quotient = abs(sn) // abs(sd) * (1 if (sn < 0) == (sd < 0) else -1)
        values = (n, d, n // d, n % d, quotient % 2**64, (sn - quotient * sd) % 2**64)
        lines.append("{" + ", ".join(f"{value}ull" for value in values) + "},")
    head = "static const struct { unsigned long long dividend, divisor, quotient, remainder;\n"
    head += "long long signed_quotient, signed_remainder; } cases[] = {\n"
    return head + "\n".join(lines) + "\n};\n"


def elf_source(source, folder):
    """Assembly without the directives that only COFF has."""
    if source.suffix != ".S":
        return source
    coff = r"(?m)^(\s*\.(def|seh_\w+)\b|#include <ntbuild).*$"
    text = re.sub(coff, "", source.read_text())
    (folder / source.name).write_text(text)
    return folder / source.name


@pytest.mark.skipif(
    sys.platform != "linux" or platform.machine() not in ("x86_64", "AMD64"),
    reason="runs x86 and x64 code on the host",
)
@pytest.mark.parametrize("optimise", ["-O0", "-O2"])
@pytest.mark.parametrize(
    ("program", "target", "sources"),
    [
        (
            "divide_x86.c",
            "i686-linux-gnu",
            ["x86/divide_gnu.c", "x86/divide_msvc.c", "x86/divide_msvc_both.S"],
        ),
        ("divide_arm.c", "x86_64-linux-gnu", ["arm/divide.c"]),
        ("divide128.c", "x86_64-linux-gnu", ["x64/divide128.c"]),
        ("probe.c", "i686-linux-gnu", ["x86/stack_probe.S", "x86/stack_probe_gnu.S"]),
        ("probe.c", "x86_64-linux-gnu", ["x64/stack_probe.S"]),
        ("memory.c", "i686-linux-gnu", ["x86/memcmp.c"]),
        ("numbers.c", "i686-linux-gnu", ["all/strtoul.c", "all/characters.c"]),
    ],
)
def test_it_computes_what_it_should(program, target, sources, optimise, tmp_path):
    peers.require_toolchain("zig", "x86")
    zig = in_package("ziglang", "zig")
    (tmp_path / "cases.h").write_text(cases(4711, 5000))
    objects = []
    for index, source in enumerate([HOST / program, *(RUNTIME / each for each in sources)]):
        output = tmp_path / f"{index}.o"
        flags = ["-ffreestanding", "-fno-stack-protector", "-fno-pic", f"-I{tmp_path}", f"-I{HOST}"]
        subprocess.run(
            [
                *(zig, "clang", f"--target={target}", optimise, *flags),
                *("-c", elf_source(source, tmp_path), "-o", output),
            ],
            check=True,
        )
        objects.append(output)
    emulation = "elf_i386" if target.startswith("i686") else "elf_x86_64"
    subprocess.run(
        [zig, "ld.lld", "-m", emulation, "-static", "-o", tmp_path / "it", *objects], check=True
    )
    done = subprocess.run([tmp_path / "it"], check=False, timeout=60)
    assert done.returncode == 0


@pytest.mark.parametrize(("name", "machine"), [cell for cell in CELLS if cell[0] != "clang"])
def test_only_what_is_referred_to_is_linked(built, name, machine, tmp_path):
    (tmp_path / "it.c").write_text(DRIVER)
    runtime = built(name, machine, "release")
    archive = tmp_path / "runtime.lib"
    subprocess.run([peers.require("llvm-lib"), f"/out:{archive}", *runtime], check=True)
    imports = import_library(tmp_path, "ntoskrnl", machine)
    used = {}
    for kind, extra in (("modest", []), ("needy", ["-DNEEDY"])):
        made = compile_to(
            tmp_path / f"{kind}.o",
            *(name, machine, "release", tmp_path / "it.c", "-Wno-frame-larger-than", *extra),
        )
        lld_link(tmp_path, machine, tmp_path / f"{kind}.sys", made, archive, imports)
        words = set((tmp_path / f"{kind}.map").read_text().split())
        used[kind] = {source.name for source in runtime if externals(source) & words}
    # lld-link takes a load configuration from whatever archive has one, requested or not.
    assert used["modest"] == {"load_config.S.o", "guard_calls.S.o", "cookie.c.o"}
    probe = "stack_probe_gnu.S.o" if (name, machine) == ("mingw", "x86") else "stack_probe.S.o"
    assert probe in used["needy"]
    divides = {"divide_gnu.c.o", "divide.S.o"} & used["needy"]
    assert bool(divides) == (machine in ("x86", "arm"))
