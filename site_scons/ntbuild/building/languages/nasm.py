"""The build step that assembles a source for NASM, and where NASM is.

NASM runs in the folder of the source, so that the object names none; the time in its header is
zeroed. The source's own folder is searched for ``%include`` and ``incbin``, then include folders.
Where a source addresses by RIP in the words of yasm (``[Name wrt rip]``, ``[rip+Name]``), NASM
reads a copy with its own, ``[rel Name]``; files that it includes stay as they are.
On x86 the object says that it has no exception handlers (``@feat.00``), unless the source does.
"""

import re
import subprocess
import tempfile
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import ClassVar, Final

from ntbuild.building.driver import BuildError
from ntbuild.compilers.search import Candidate, Compiler, ToolNotFoundError, locate
from ntbuild.support.host import command_line
from ntbuild.support.outputs import OutputError, write_all
from ntbuild.support.values import dataclass, field

ASSEMBLING: Final = ("building/languages/nasm.py",)
"""What the bytes of an assembled object depend on: files of the package."""

NASM_FORMATS: Final = {"x64": ("-f", "win64"), "x86": ("-f", "win32")}
"""The words that choose the object format, by machine."""

_FIRST: Final = ("--before", "section .text")
"""NASM's section without a directive, which it makes too late for labels before the first byte."""

_FEATURES: Final = "@feat.00"
_SAFE: Final = ("--before", f"${_FEATURES} equ 1")
"""Marks an object of x86 as one without exception handlers of its own."""

_INCLUDE: Final = re.compile(
    r"""^[ \t]*(?:[\w.$@]+:?[ \t]+)?(?:%include|incbin)[ \t]+["'`]([^"'`\n]+)""",
    re.IGNORECASE | re.MULTILINE,
)
_OF_YASM: Final = re.compile(
    rb"\[\s*(?:rip\s*\+\s*([A-Z_.?@$][^\[\];\n]*?)|([^\[\];\n]+?)\s+wrt\s+rip)\s*\]",
    re.IGNORECASE,
)
_CANDIDATES: Final = (Candidate("nasm", "", "nasm", ()),)
_TIME: Final = slice(4, 8)
"""Bytes of a COFF header that hold the time of making it."""


def find_nasm() -> Compiler:
    """NASM on PATH. Raises ToolNotFoundError, which says how to install it."""
    return locate("a source for NASM needs nasm", _CANDIDATES, "", ("-v",), "apt install nasm")


def included(source: Path, folders: Iterable[Path]) -> tuple[Path, ...]:
    """The source and the files that it includes, each once; those that are nowhere are left out."""
    searched = tuple(folders)
    waiting, seen = [source], dict.fromkeys([source])
    while waiting:
        path = waiting.pop()
        for name in _INCLUDE.findall(path.read_text(encoding="latin-1")):
            found = next((each / name for each in searched if (each / name).is_file()), None)
            if found is not None and found not in seen:
                seen[found] = None
                waiting.append(found)
    return tuple(seen)


@dataclass(frozen=True, slots=True)
class NasmStep:
    """Assembles the first input; the others are the files that it includes.

    ``flags``: words for NASM. ``folders``: where includes are searched; their names are no part of
    a signature. ``tool``: what NASM says of its version.
    """

    machine: str
    flags: tuple[str, ...]
    tool: str
    folders: tuple[str, ...] = field(repr=False)
    label: ClassVar[str] = "NASM"

    def command(self, inputs: Sequence[str], outputs: Sequence[str]) -> str:
        """The nasm command."""
        words = [*NASM_FORMATS[self.machine], *self.flags, "-o", outputs[0], inputs[0]]
        return command_line(["nasm", *words])

    def run(self, inputs: Sequence[str], outputs: Sequence[str]) -> tuple[str, ...]:
        """Write the object; what NASM warns of is returned."""
        try:
            content, warnings = self._assembled(Path(inputs[0]).absolute())
        except ToolNotFoundError as error:
            raise BuildError(str(error)) from error
        try:
            write_all([(Path(outputs[0]), content)], inputs=inputs)
        except OutputError as error:
            raise BuildError(str(error)) from error
        return warnings

    def _assembled(self, source: Path) -> tuple[bytes, tuple[str, ...]]:
        text = source.read_bytes()
        own = _OF_YASM.sub(lambda found: b"[rel " + (found[1] or found[2]) + b"]", text)
        has_features = _FEATURES.encode() in text
        safe = _SAFE if self.machine == "x86" and not has_features else ()
        folders = [f"-I{each}/" for each in self.folders]
        with tempfile.TemporaryDirectory() as folder:
            made = Path(folder) / "made.obj"
            here = source.parent
            if own != text:
                here = Path(folder)
                (here / source.name).write_bytes(own)
            words = (*NASM_FORMATS[self.machine], *_FIRST, *safe, *folders, *self.flags)
            argv = [*find_nasm().argv, *words, "-o", str(made), source.name]
            done = subprocess.run(argv, capture_output=True, text=True, check=False, cwd=here)
            said = _explained(done.stdout + done.stderr, source)
            if done.returncode:
                raise BuildError(said or f"nasm ended with status {done.returncode}")
            data = bytearray(made.read_bytes())
        data[_TIME] = bytes(4)
        return bytes(data), tuple(said.splitlines())


def _explained(text: str, source: Path) -> str:
    """NASM's messages, with the path of the source in place of its name."""
    name = re.escape(source.name)
    return re.sub(
        rf"^{name}(?=:\d+:)", lambda _: source.as_posix(), text, flags=re.MULTILINE
    ).strip()
