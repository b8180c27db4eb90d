"""The build step that assembles a ``.asm`` of Microsoft's assembler with LLVM's llvm-ml.

The source, and the ``.inc`` files that it includes, are rewritten into a temporary folder
(`compilers.masm.rewrite`); messages name the original files and lines. The object is checked for
addresses that no image can hold before it is written.
"""

import re
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar, Final

from ntbuild.building.driver import BuildError
from ntbuild.compilers.masm import includes, objects
from ntbuild.compilers.masm.rewrite import MasmError, Rewritten, rewrite
from ntbuild.compilers.masm.tool import MASM_MACHINES, find_llvm_ml
from ntbuild.compilers.search import ToolNotFoundError
from ntbuild.support.host import command_line
from ntbuild.support.outputs import OutputError, write_all
from ntbuild.support.values import dataclass, field

ASSEMBLING: Final = ("building/languages/masm.py", "compilers/masm")
"""What the bytes of an assembled object depend on: files and folders of the package."""

_PLACE: Final = re.compile(r"^(?:.*[/\\])?([^/\\:]+):(\d+):", re.MULTILINE)
_TRACE: Final = re.compile(
    r"^(?:PLEASE submit|Stack dump|\s*#?\d+[.\s]|\s*\(|/lib).*\n?", re.MULTILINE
)


@dataclass(frozen=True, slots=True)
class MasmStep:
    """Assembles the first input; the others are the files that it includes.

    ``flags``: words for llvm-ml (``/DNAME``). ``folders``: where includes are searched, after the
    source's own; their names are no part of a signature. ``tool``: the assembler's name.
    """

    machine: str
    flags: tuple[str, ...]
    tool: str
    folders: tuple[str, ...] = field(repr=False)
    label: ClassVar[str] = "MASM"

    def command(self, inputs: Sequence[str], outputs: Sequence[str]) -> str:
        """The llvm-ml command, which takes a source that needs no rewriting."""
        words = [*MASM_MACHINES[self.machine], *self.flags, "/c", f"/Fo{outputs[0]}", inputs[0]]
        return command_line(["llvm-ml", *words])

    def run(self, inputs: Sequence[str], outputs: Sequence[str]) -> tuple[str, ...]:
        """Write the object."""
        try:
            content = self._assembled(Path(inputs[0]))
        except (MasmError, ToolNotFoundError) as error:
            raise BuildError(str(error)) from error
        try:
            write_all([(Path(outputs[0]), content)], inputs=inputs)
        except OutputError as error:
            raise BuildError(str(error)) from error
        return ()

    def _assembled(self, source: Path) -> bytes:
        with tempfile.TemporaryDirectory() as folder:
            work = Path(folder)
            written: dict[str, tuple[Path, Rewritten]] = {}
            for path, name in includes.files(source, map(Path, self.folders)):
                text = path.read_text(encoding="latin-1")
                found = rewrite(includes.flattened(text), path.as_posix(), self.machine)
                (work / name).write_text(found.text, encoding="latin-1")
                written[name] = (path, found)
            made = work / "made.obj"
            words = (*MASM_MACHINES[self.machine], *self.flags, f"/I{folder}", "/c", f"/Fo{made}")
            argv = [*find_llvm_ml().argv, *words, str(work / source.name.casefold())]
            done = subprocess.run(argv, capture_output=True, text=True, check=False, cwd=folder)
            if done.returncode:
                raise BuildError(_explained(done.stdout + done.stderr, written, done.returncode))
            content = made.read_bytes()
        if self.machine == "x64" and (names := objects.absolute_references(content)):
            raise MasmError(
                f"{source.as_posix()}: llvm-ml made an absolute address of 32 bits of "
                f"{', '.join(names)}, which no driver can hold; write [rip + name]"
            )
        return objects.with_section_names(content)


def _explained(text: str, written: dict[str, tuple[Path, Rewritten]], status: int) -> str:
    """The assembler's messages with the places of the original files."""

    def place(match: re.Match[str]) -> str:
        if match[1] not in written:
            return match[0]
        path, found = written[match[1]]
        number = int(match[2])
        line = found.lines[number - 1] if 0 < number <= len(found.lines) else number
        return f"{path.as_posix()}:{line}:"

    said = _PLACE.sub(place, _TRACE.sub("", text)).strip()
    return said or f"llvm-ml ended with status {status} and said nothing"
