"""Facts about headers, a TOML file each in ``facts/``, as assertions that compilers check.

A file names the headers it includes, macros to define before them (`before`), and its facts:
`sizes` of types in bytes, `offsets` of fields, `values` of constants. A number holds for every
machine; a list has one for each of `MACHINES`. The same facts hold for the WDK's headers, and
`kit_argv` compiles them there; not those of a file that is `only_ours`.
"""

import json
import subprocess
import tomllib
from pathlib import Path

from compilers.compiling import ROOT, toolchains
from ntbuild.compilers.compilation import Compilation

FACTS = Path(__file__).resolve().parent / "facts"
NAMES = sorted(path.stem for path in FACTS.glob("*.toml"))
OF_KITS = [
    name for name in NAMES if "only_ours" not in tomllib.loads((FACTS / f"{name}.toml").read_text())
]
MACHINES = ("x64", "x86", "arm64")
DIALECTS = {
    "gnu": Compilation(),
    "msvc": Compilation(dialect="msvc", convention="stdcall"),
}
KIT_MACROS = {
    "x64": ("_WIN64", "_AMD64_", "AMD64"),
    "x86": ("_X86_=1", "i386=1", "STD_CALL"),
    "arm64": ("_WIN64", "_ARM64_", "ARM64", "_USE_DECLSPECS_FOR_SAL=1", "STD_CALL"),
}
NAMED_LATE = (
    "KBUGCHECK_REASON_CALLBACK_RECORD",
    "COMPRESSED_DATA_INFO",
    "CREATE_DISK",
    "DEVICE_OBJECT",
    "DRIVE_LAYOUT_INFORMATION_EX",
    "LOADER_PARAMETER_BLOCK",
    "SET_PARTITION_INFORMATION_EX",
)
"""Structures that the WDK's headers name inside a prototype first."""

SUFFIXES = {"c": ".c", "c++": ".cpp"}


def source(name: str, machine: str) -> str:
    """A translation unit that compiles when all facts of a file hold on a machine."""
    facts = tomllib.loads((FACTS / f"{name}.toml").read_text())
    column = MACHINES.index(machine)
    lines = [f"struct _{each};" for each in NAMED_LATE]
    lines += [f"#define {each}" for each in facts.get("before", [])]
    lines += [f"#include <{header}>" for header in facts["includes"]]
    lines.append("#ifdef __cplusplus\n#define HOLDS static_assert\n#else")
    lines.append("#define HOLDS _Static_assert\n#endif")

    def holds(expression: str, expected: int | list[int], say: str) -> None:
        number = expected[column] if isinstance(expected, list) else expected
        lines.append(f'HOLDS({expression} == {number}, "{say} is not {number}");')

    for type_name, expected in facts.get("sizes", {}).items():
        holds(f"sizeof({type_name})", expected, f"sizeof({type_name})")
    for field, expected in facts.get("offsets", {}).items():
        type_name, _, member = field.partition(".")
        holds(f"__builtin_offsetof({type_name}, {member})", expected, f"offset of {field}")
    for constant, expected in facts.get("values", {}).items():
        holds(f"(unsigned)({constant})", expected, constant)
    return "\n".join(lines) + "\n"


def compile_argv(
    path: Path, machine: str, language: str, dialect: str, toolchain: str
) -> list[str]:
    """The project's own command for a source without an output."""
    argv = toolchains()[toolchain].compile_argv(
        machine, "release", language, compilation=DIALECTS[dialect], has_try=False
    )
    words = ["-Wno-invalid-offsetof"] if language == "c++" else []
    return [*argv, *words, "-fsyntax-only", str(path)]


def kit_argv(kit: Path, path: Path, machine: str) -> list[str]:
    """clang for a source with the headers of a kit: folders km, km/crt and shared below `kit`."""
    zig = toolchains()["zig"]
    own = next(
        each for each in zig.header_directories(machine) if each.match("ziglang/lib/include")
    )
    words = [
        "clang",
        f"--target={zig.triple(machine, 'msvc')}",
        "-nostdinc",
        "-w",
        "-ffreestanding",
    ]
    words += ["-fms-extensions", "-fms-compatibility", "-fms-compatibility-version=19.40"]
    words += ["-mrtd"] if machine == "x86" else []
    words += [f"-D{each}" for each in (*KIT_MACROS[machine], "_KERNEL_MODE", "WINNT=1", "DBG=0")]
    words += ["-D_WIN32_WINNT=0x0A00", "-DWINVER=0x0A00", "-DNTDDI_VERSION=0x0A00000C"]
    folders = (own, kit / "km/crt", kit / "km", kit / "shared")
    words += [word for folder in folders for word in ("-isystem", str(folder))]
    overlay = path.with_suffix(".yaml")
    overlay.write_text(json.dumps(_any_case(folders[2:])))
    words += ["-ivfsoverlay", str(overlay)]
    return [str(own.parents[1] / "zig"), *words, "-include", "intrin.h", "-fsyntax-only", str(path)]


def _any_case(folders: tuple[Path, ...]) -> dict[str, object]:
    """An overlay of clang's: the files of some folders by their names in any letter case."""
    roots = [
        {
            "name": str(folder),
            "type": "directory",
            "contents": [
                {"name": each.name, "type": "file", "external-contents": str(each)}
                for each in sorted(folder.iterdir())
                if each.is_file()
            ],
        }
        for folder in folders
    ]
    return {"version": 0, "case-sensitive": False, "use-external-names": True, "roots": roots}


def run(argv: list[str]) -> str:
    """What a compiler says; empty when it is content."""
    done = subprocess.run(argv, capture_output=True, text=True, check=False, cwd=ROOT)
    return done.stderr if done.returncode or done.stderr else ""
