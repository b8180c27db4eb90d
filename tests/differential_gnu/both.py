"""One command line in GNU ld's spelling, linked by ld and by pelink, and both images compared.

The comparison itself is that of ``differential``; here are the inputs, what only images of programs
have (headers, directories), and the reasons of this peer in ``differences.toml``.
"""

import re
import subprocess
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path

import pytest

import peers
from differential.compare import Difference, all_differences
from differential.images import LOADER_FIELDS, Image, by_ld, by_pelink
from differential.objects import Object, read_object
from ntbuild import options_to_argv
from ntbuild.pecoff.archive import read_archive
from ntbuild.pelink.spelling.gnu_ld import parse_gnu_command_line

EMULATIONS = {"x64": "i386pep", "x86": "i386pe"}
_NAMED = re.compile(r"^ {16}0x([0-9a-f]+) +([A-Za-z_.$@?][\w.$@?]*)(?: = .*)?$", re.MULTILINE)
_IMAGE = ("__image_base__", "___image_base__", "__ImageBase", "___ImageBase")
_FILE = re.compile(r"^ \.\S+\s+0x[0-9a-f]+\s+0x[0-9a-f]+ (\S.*)$", re.MULTILINE)
BOTH_MACHINES = pytest.mark.parametrize("machine", list(EMULATIONS))


@dataclass(frozen=True)
class Both:
    """The two images of one line, and the objects that they may hold."""

    ours: Image
    theirs: Image
    objects: Mapping[str, Object]

    def differences(self) -> list[Difference]:
        """Everything that differs without a reason."""
        found = {
            *all_differences(self.ours, self.theirs, self.objects),
            *_headers(self.ours, self.theirs),
            *_directories(self.ours, self.theirs),
            *_sections(self.ours, self.theirs),
        }
        reasons = [
            (each["kind"], re.compile(each["match"], re.DOTALL))
            for each in tomllib.loads(
                Path(__file__).with_name("differences.toml").read_text(encoding="utf-8")
            )["difference"]
        ]
        return sorted(
            each
            for each in found
            if not any(kind == each.kind and match.search(each.what) for kind, match in reasons)
        )

    def assert_equal(self) -> None:
        """The images say the same, but for differences that have a reason."""
        found = self.differences()
        assert not found, "\n".join(f"{each.kind}: {each.what}" for each in found)


def link_both(
    folder: Path, machine: str, objects: Sequence[Path], *words: str | Path, out: str = "test.exe"
) -> Both:
    """``objects`` first, then the words: options, libraries, or archives of further objects."""
    known = {str(path): read_object(path.read_bytes()) for path in objects}
    for path in (Path(word) for word in words if str(word).endswith(".a")):
        known |= members(path)
    argv = ["-m", EMULATIONS[machine], *map(str, objects), *map(str, words)]
    line = parse_gnu_command_line([*argv, "-o", out])
    ours = by_pelink([Path(path) for path in line.inputs], options_to_argv(line.options), known)
    (folder / f"pelink-{out}").write_bytes(ours.data)
    theirs = by_ld([], argv, machine, known, folder)
    return Both(ours, replace(theirs, names={**theirs.names, **_names(folder, theirs)}), known)


def link_line(folder: Path, machine: str, line: Sequence[str]) -> Both:
    """A whole line of a compiler; the objects are those that ld's map says it took."""
    first, names = folder / "first.exe", folder / "first.map"
    command = [peers.require(f"ld-{machine}"), *line, "-o", str(first), "-Map", str(names)]
    subprocess.run(command, check=True)
    used = set(_FILE.findall(names.read_text(encoding="utf-8").partition("memory map")[2]))
    known = {name: _object(name) for name in sorted(used) if name.endswith((".o", ")"))}
    parsed = parse_gnu_command_line([*line, "-o", "test.exe"])
    argv = options_to_argv(parsed.options)
    ours = by_pelink([Path(path) for path in parsed.inputs], argv, known)
    theirs = by_ld([], line, machine, known, folder)
    # pelink's map lists what stands in sections, which the image's own start does not.
    ours = replace(ours, names={**dict.fromkeys(_IMAGE, 0), **ours.names})
    return Both(ours, replace(theirs, names={**theirs.names, **_names(folder, theirs)}), known)


def _object(name: str) -> Object:
    """The object of a file's or an archive member's name."""
    path, parenthesis, member = name.removesuffix(")").rpartition("(")
    if not parenthesis:
        return read_object(Path(name).read_bytes())
    return members(Path(path))[f"{path}({member})"]


def _names(folder: Path, image: Image) -> dict[str, int]:
    """Names by ld's map, those of its own script included; only those that are places."""
    text = (folder / "ld.map").read_text(encoding="utf-8")
    found = {name: int(address, 16) - image.base for address, name in _NAMED.findall(text)}
    return {
        name: rva for name, rva in found.items() if name != "." and 0 <= rva < len(image.memory)
    }


@cache
def members(path: Path) -> dict[str, Object]:
    """The objects of an archive by the name that both linkers give them."""
    data = path.read_bytes()
    archive = read_archive(memoryview(data), str(path))
    if archive.is_thin:
        return {}
    return {
        f"{path}({each.name})": read_object(data[each.offset : each.offset + each.size])
        for each in archive.members
        if data[each.offset : each.offset + 4] != b"\0\0\xff\xff"
    }


def compiled(folder: Path, machine: str, name: str, text: str, *words: str) -> Path:
    """An object by gcc, g++ or as, as the name's suffix says."""
    source = folder / name
    source.write_text(text, encoding="utf-8")
    compiler = "g++" if name.endswith(".cpp") else "gcc"
    out = source.with_suffix(".o")
    command = [peers.require(f"{compiler}-{machine}"), *words, "-c", str(source), "-o", str(out)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return out


def archived(folder: Path, machine: str, name: str, *objects: Path, how: str = "rcs") -> Path:
    """An archive by GNU ar."""
    out = folder / name
    paths = [path.relative_to(folder) for path in objects]
    command = [peers.require(f"ar-{machine}"), how, name, *map(str, paths)]
    subprocess.run(command, cwd=folder, check=True)
    return out


def _headers(ours: Image, theirs: Image) -> Iterator[Difference]:
    for name in LOADER_FIELDS:
        one = getattr(ours.pe.OPTIONAL_HEADER, name)
        other = getattr(theirs.pe.OPTIONAL_HEADER, name)
        if one != other:
            yield Difference("header", f"{name}: {one:#x}, not {other:#x}")
    dll = 0x2000
    one, other = (each.pe.FILE_HEADER.Characteristics & dll for each in (ours, theirs))
    if one != other:
        yield Difference("header", f"Characteristics: DLL {one:#x}, not {other:#x}")


def _directories(ours: Image, theirs: Image) -> Iterator[Difference]:
    for one, other in zip(
        ours.pe.OPTIONAL_HEADER.DATA_DIRECTORY,
        theirs.pe.OPTIONAL_HEADER.DATA_DIRECTORY,
        strict=True,
    ):
        if bool(one.Size) != bool(other.Size):
            yield Difference("directory", f"{one.name}: {one.Size} bytes, not {other.Size}")


def _sections(ours: Image, theirs: Image) -> Iterator[Difference]:
    def stated(image: Image) -> list[tuple[str, str]]:
        return [
            (each.Name.rstrip(b"\0").decode(), hex(each.Characteristics & 0xE20000E0))
            for each in image.pe.sections
            if not each.Name.startswith((b".debug", b"/"))
        ]

    one, other = stated(ours), stated(theirs)
    for each in one:
        if each not in other:
            yield Difference("section", f"only pelink: {each}")
    for each in other:
        if each not in one:
            yield Difference("section", f"only the peer: {each}")
