"""Compile a source as the project would, and look into the object that comes out."""

import functools
import struct
import subprocess
from pathlib import Path

import peers
from ntbuild.building.compiling import compiling_of
from ntbuild.building.keywords import Keywords
from ntbuild.compilers.compilation import PLAIN
from ntbuild.compilers.exceptions import has_try
from ntbuild.compilers.libraries import import_source
from ntbuild.compilers.seh.guarded_copies import compile_guarded
from ntbuild.compilers.seh.optimised_neighbours import compile_neighbours
from ntbuild.compilers.toolchain import FLAVORS, LANGUAGE_OF_SUFFIX, Toolchain
from ntbuild.compilers.toolchain_file import load_toolchains

ROOT = Path(__file__).resolve().parents[2]
PROGRAMS = Path(__file__).resolve().parent / "programs"
CELLS = [
    *(("zig", machine) for machine in ("x64", "x86", "arm64", "arm")),
    *(("mingw", machine) for machine in ("x64", "x86")),
    *(("clang", machine) for machine in ("x64", "x86", "arm64", "arm")),
]


CLANG_CELLS = [cell for cell in CELLS if cell[0] != "mingw"]
SEH_CELLS = [cell for cell in CLANG_CELLS if cell[1] in ("x64", "arm64")]
MSVC_CELLS = [cell for cell in CLANG_CELLS if cell[1] != "arm"]
FEATURES = {
    "C, assembly": CELLS,
    "C++": CLANG_CELLS,
    "`__try`": SEH_CELLS,
    '`dialect="msvc"`, `__try` in it': MSVC_CELLS,
    "`#pragma alloc_text`, `code_seg`": CLANG_CELLS,
    "control flow guard": CLANG_CELLS,
    "run by the tests, under Wine": [cell for cell in CELLS if cell[1] == "x64"],
}
"""What works, as README.md's table says it: the combinations that the tests of it run for."""


@functools.cache
def toolchains() -> dict[str, Toolchain]:
    return load_toolchains(ROOT / "toolchains")


def cell_flavors():
    return [(name, machine, flavor) for name, machine in CELLS for flavor in FLAVORS]


def compilation_of(machine, **keywords):
    """What a driver's keywords mean for its sources; without ``harden=`` they are not hardened."""
    given = {"harden": False, **keywords}
    return compiling_of(Keywords(**given), given, machine).compilation


def command(
    toolchain, machine, flavor, source, output, *extra, root=ROOT, include=(), compilation=PLAIN
):
    language = LANGUAGE_OF_SUFFIX[Path(source).suffix]
    return [
        *toolchain.compile_argv(
            machine,
            flavor,
            language,
            include_dirs=include,
            has_try=has_try(Path(source).read_bytes()),
            compilation=compilation,
        ),
        *toolchain.path_flags(machine, flavor, language, root, Path(output).name, compilation),
        *extra,
        "-c",
        str(source),
        "-o",
        str(output),
    ]


def compile_to(output, name, machine, flavor, source, *extra, **options):
    """Run the compiler with -Werror; an error fails the test. Returns `output`."""
    peers.require_toolchain(name, machine)
    toolchain = toolchains()[name]
    argv = command(toolchain, machine, flavor, source, output, "-Werror", *extra, **options)

    def run(words):
        done = subprocess.run(
            words, capture_output=True, text=True, check=False, cwd=options.get("root", ROOT)
        )
        assert done.returncode == 0, f"{' '.join(words)}\n{done.stderr}"
        assert done.stderr == "", done.stderr
        return 0

    *flags, _, made, _, to = argv  # -c SOURCE -o OBJECT
    if "-fasync-exceptions" not in argv:
        run(argv)
    elif machine == "x86":
        assert compile_guarded([*flags, "-c", "-o", to, made], run) == (0, ())
    elif flavor == "release":
        assert compile_neighbours([*flags, "-c", "-o", to, made], run) == (0, "")
    else:
        run(argv)
    return Path(output)


def sections(path):
    """A COFF object's sections: [(name, Characteristics, bytes)]."""
    data = Path(path).read_bytes()
    count, symbols, symbol_count, optional = struct.unpack_from("<2xH4xIIH", data)
    strings = symbols + 18 * symbol_count
    found = []
    for index in range(count):
        at = 20 + optional + 40 * index
        name = data[at : at + 8].rstrip(b"\0")
        if name.startswith(b"/"):
            start = strings + int(name[1:])
            name = data[start : data.index(b"\0", start)]
        size, raw = struct.unpack_from("<II", data, at + 16)
        (characteristics,) = struct.unpack_from("<I", data, at + 36)
        found.append((name.decode(), characteristics, data[raw : raw + size] if raw else b""))
    return found


def section_names(path):
    return {name for name, _, _ in sections(path)}


def symbols(path):
    """A COFF object's symbols: {name: (section name or None, StorageClass)}."""
    data = Path(path).read_bytes()
    table, count = struct.unpack_from("<8xII", data)
    names = [name for name, _, _ in sections(path)]
    strings = table + 18 * count
    found, index = {}, 0
    while index < count:
        at = table + 18 * index
        name = data[at : at + 8]
        if name[:4] == b"\0\0\0\0":
            (start,) = struct.unpack_from("<I", name, 4)
            start += strings
            name = data[start : data.index(b"\0", start)]
        _, number, _, storage, extra = struct.unpack_from("<IhHBB", data, at + 8)
        section = names[number - 1] if number > 0 else None
        found[name.rstrip(b"\0").decode()] = (section, storage)
        index += 1 + extra
    return found


def externals(path):
    """The names an object defines for others."""
    return {
        name
        for name, (section, storage) in symbols(path).items()
        if storage == 2 and section is not None
    }


def import_library(folder, module, machine):
    """An import library that LLVM makes of the project's export list."""
    dlltool = peers.require("llvm-dlltool")
    source = import_source(toolchains()["zig"], module, machine)
    (folder / f"{module}.def").write_text(source.definition)
    target = {"x64": "i386:x86-64", "x86": "i386"}.get(machine, machine)
    made = folder / f"{module}.lib"
    argv = [dlltool, "-k", "-m", target, "-d", folder / f"{module}.def", "-l", made]
    subprocess.run(argv, check=True)
    return made


def lld_link(folder, machine, output, *inputs, entry="DriverEntry"):
    """Link a driver with lld; an unresolved name fails the test."""
    argv = [
        *(peers.require("lld-link"), "/driver", "/subsystem:native", "/nodefaultlib"),
        *(f"/machine:{machine}", "/safeseh:no", "/lldmap", f"/out:{output}", *map(str, inputs)),
        f"/entry:{entry}" + ("@8" if machine == "x86" else ""),
    ]
    done = subprocess.run(argv, capture_output=True, text=True, check=False, cwd=folder)
    assert done.returncode == 0, done.stderr
    return Path(output)
