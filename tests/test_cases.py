"""Whole links, a folder each: ``case.toml`` says what is linked, ``expected`` what came of it.

Sources are compiled by the default toolchain, which is a dependency, so no case is ever skipped;
``[bytes]`` has files in hexadecimal digits. ``expected`` has a line per section with its flags in
words and the public names in it, in order of address; then entry, imports and so on. In
``cases/failing`` it has the diagnostics, word by word.
"""

import shutil
import subprocess
import tomllib
from pathlib import Path

import pefile
import pytest

from ntbuild import LinkError, link, load_toolchains, options_from_argv
from ntbuild.pecoff.machine import MACHINES
from ntbuild.pelink.libraries.archive_writer import write_archive
from ntbuild.pelink.libraries.import_library import write_import_library
from ntbuild.pelink.libraries.module_definition import parse_def

CASES = Path(__file__).with_name("cases")
TOOLCHAINS = CASES.parents[1] / "toolchains"

FLAGS = {
    0x20: "code",
    0x40: "data",
    0x80: "bss",
    0x40000000: "read",
    0x80000000: "write",
    0x20000000: "execute",
    0x10000000: "shared",
    0x02000000: "discardable",
    0x08000000: "resident",
    0x04000000: "not_cached",
}


def _cases(folder: Path):
    for path in sorted(folder.glob("*/case.toml")):
        case = tomllib.loads(path.read_text(encoding="utf-8"))
        for machine in case["machines"]:
            yield pytest.param(path.parent, case, machine, id=f"{path.parent.name}-{machine}")


def _compiled(source: Path, machine: str) -> str:
    """The object of a .c or .s file."""
    toolchain = load_toolchains(TOOLCHAINS)["zig"]
    if source.suffix == ".c":
        argv = toolchain.compile_argv(machine, "release", "c")
    else:
        argv = (*toolchain.locate(machine).argv, f"--target={toolchain.triple(machine)}")
    target = source.with_suffix(".obj")
    command = [*argv, "-D_WIN32_WINNT=0x0A00", "-c", source.name, "-o", target.name]
    subprocess.run(command, check=True, cwd=source.parent, stderr=subprocess.DEVNULL)
    return target.name


def _input(name: str, folder: Path, machine: str) -> str:
    """What is linked for an input: objects of sources, import libraries of .def files.

    ``a.lib<b.s,c.s`` is an archive of two sources, ``a.s@arm64`` a source for another machine.
    """
    if "@" in name:
        name, _, machine = name.partition("@")
    library, arrow, members = name.partition("<")
    path = folder / library
    if arrow:
        built = [_input(each, folder, machine) for each in members.split(",")]
        data = [(each, (folder / each).read_bytes()) for each in built]
        path.write_bytes(write_archive(data, MACHINES[machine]))
    elif path.suffix in (".c", ".s"):
        return _compiled(path, machine)
    elif path.suffix == ".def":
        parsed = parse_def(path.read_text(encoding="utf-8"), name, MACHINES[machine])
        data = write_import_library(parsed, MACHINES[machine], mingw=True, kill_at=True)
        path.with_suffix(".lib").write_bytes(data)
        return path.with_suffix(".lib").name
    return library


def _linked(folder: Path, case: dict, machine: str, tmp_path: Path, monkeypatch):
    shutil.copytree(folder, tmp_path, dirs_exist_ok=True)
    for name, digits in case.get("bytes", {}).items():
        (tmp_path / name).write_bytes(bytes.fromhex(digits))
    monkeypatch.chdir(tmp_path)  # so that messages have no folder of this run
    for name in case.get("beside", ()):
        _input(name, tmp_path, machine)
    inputs = [_input(name, tmp_path, machine) for name in case["inputs"]]
    return link(inputs, options_from_argv([*case["argv"], f"/machine:{machine}"]))


@pytest.mark.parametrize(("folder", "case", "machine"), list(_cases(CASES)))
def test_a_link_gives_what_the_case_expects(folder, case, machine, tmp_path, monkeypatch):
    result = _linked(folder, case, machine, tmp_path, monkeypatch)
    assert describe(result, case) == _expected(folder, machine)


@pytest.mark.parametrize(("folder", "case", "machine"), list(_cases(CASES / "failing")))
def test_a_link_fails_in_these_words(folder, case, machine, tmp_path, monkeypatch):
    with pytest.raises(LinkError) as caught:
        _linked(folder, case, machine, tmp_path, monkeypatch)
    assert str(caught.value).splitlines() == _expected(folder, machine)
    assert all(not each.message[0].isupper() for each in caught.value.diagnostics)


def _expected(folder: Path, machine: str) -> list[str]:
    own = folder / f"expected.{machine}"
    path = own if own.exists() else folder / "expected"
    return path.read_text(encoding="utf-8").splitlines()


# --- an image in words ---------------------------------------------------------------------------


def describe(result, case: dict) -> list[str]:
    """The lines that ``expected`` has."""
    pe = pefile.PE(data=result.image)
    names = _names(result.map)
    lines = []
    for number, section in enumerate(pe.sections, 1):
        flags = [word for bit, word in FLAGS.items() if section.Characteristics & bit]
        name = section.Name.rstrip(b"\0").decode()
        words = " ".join((*flags, "|", *names.get(number, ())))
        lines.append(f"{name:<8} {words}".rstrip(" |"))
    entry = pe.OPTIONAL_HEADER.AddressOfEntryPoint
    at = {rva: name for found in names.values() for name, rva in found.items()}
    lines.append(f"entry    {at.get(entry & ~1 if entry & ~1 in at else entry, entry)}")
    lines += _table_lines(pe)
    lines += [
        f"{field} {getattr(pe.OPTIONAL_HEADER, field):#x}" for field in case.get("header", ())
    ]
    for name, bits in case.get("aligned", {}).items():
        rva = next(found[name] for found in names.values() if name in found)
        lines.append(f"{name} is aligned to {bits}: {rva % bits == 0}")
    lines += [f"warning  {line}" for each in result.warnings for line in str(each).splitlines()]
    return lines


def _names(text: str) -> dict[int, dict[str, int]]:
    """Public names and RVAs of a map by section number."""
    base = int(text.split("Preferred load address is ")[1].split(maxsplit=1)[0], 16)
    found: dict[int, dict[str, int]] = {}
    for line in text.partition("Publics by Value")[2].splitlines()[2:]:
        words = line.split()
        if len(words) > 3 and words[0][4] == ":":
            found.setdefault(int(words[0][:4], 16), {})[words[1]] = int(words[2], 16) - base
    return found


def _table_lines(pe: pefile.PE) -> list[str]:
    lines = []
    for module in getattr(pe, "DIRECTORY_ENTRY_IMPORT", ()):
        names = [each.name.decode() if each.name else f"#{each.ordinal}" for each in module.imports]
        lines.append(f"import   {module.dll.decode()}: {' '.join(names)}")
    if hasattr(pe, "DIRECTORY_ENTRY_EXPORT"):
        directory = pe.DIRECTORY_ENTRY_EXPORT
        lines.append(f"exports  {directory.name.decode()}")
        for each in directory.symbols:
            name = each.name.decode() if each.name else "(no name)"
            forwarder = f" -> {each.forwarder.decode()}" if each.forwarder else ""
            lines.append(f"export   @{each.ordinal} {name}{forwarder}")
    fixes = [
        e for block in getattr(pe, "DIRECTORY_ENTRY_BASERELOC", ()) for e in block.entries if e.type
    ]
    lines.append(f"fixups   {len(fixes)}")
    unwind = pe.OPTIONAL_HEADER.DATA_DIRECTORY[3].Size
    if unwind:
        lines.append(f"unwind   {unwind // (12 if pe.FILE_HEADER.Machine == 0x8664 else 8)}")
    return lines
