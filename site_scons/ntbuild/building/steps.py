"""Build steps other than links: import libraries, the run-time archive, rendered texts, copies.

A build step is a frozen value that makes its outputs from its inputs. Its text is its signature:
everything that shapes the outputs apart from the inputs' content, and nothing that depends on the
machine. A field that holds an absolute folder therefore has ``repr=False``.
"""

import re
from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar, Final, Protocol

from ntbuild.compilers.definitions import DefinitionError, import_definition, overlay_definition
from ntbuild.pelink.diagnostics import LinkError
from ntbuild.pelink.options import Export, Section
from ntbuild.support.host import command_line
from ntbuild.support.outputs import OutputError, write_all
from ntbuild.support.values import dataclass, field

from .driver import BuildError
from .version_info import VersionInfo

_DATA: Final = re.compile(r"^(\S+ (?:.* )?)DATA\b", re.MULTILINE)
"""The qualifier of an export of data, behind its name."""


class BuildStep(Protocol):
    """What a build tool needs: a word for the screen, a command line, and the work itself."""

    @property
    def label(self) -> str:
        """The word that stands before the target on the screen."""

    def command(self, inputs: Sequence[str], outputs: Sequence[str]) -> str:
        """A command that does the same by hand."""

    def run(self, inputs: Sequence[str], outputs: Sequence[str]) -> Sequence[str]:
        """Make the outputs, all or none, and return warnings. Raises BuildError."""


@dataclass(frozen=True, slots=True)
class ImportLibraryStep:
    """The import library of a system module, and the .def file it is made from.

    ``additions``: only the exports that ``overlays`` (the folder ``toolchains/defs``) add, for a
    compiler that brings an import library of its own. ``constants``: data may be named without
    dllimport as well, and is then its import slot. The inputs are dependencies and are not read.
    """

    module: str
    machine: str
    additions: bool
    overlays: Path = field(repr=False)
    constants: bool = False
    label: ClassVar[str] = "LIB"

    def __str__(self) -> str:
        """The module and the machine."""
        words = " additions" * self.additions + " constants" * self.constants
        return f"import library {self.module} {self.machine}{words}"

    def command(self, _inputs: Sequence[str], outputs: Sequence[str]) -> str:
        """The ``pelink /lib`` command for the .def file."""
        library, definition = outputs
        words = ["pelink", "/lib", f"/def:{definition}", f"/machine:{self.machine}"]
        return command_line([*words, "/lldmingw", "/kill-at", f"/out:{library}"])

    def run(self, _inputs: Sequence[str], outputs: Sequence[str]) -> tuple[str, ...]:
        """Write library and .def file."""
        from ntbuild.pecoff.machine import MACHINES  # noqa: PLC0415 - not for a null build
        from ntbuild.pelink.libraries.import_library import write_import_library  # noqa: PLC0415
        from ntbuild.pelink.libraries.module_definition import parse_def  # noqa: PLC0415

        library, definition = map(Path, outputs)
        find = overlay_definition if self.additions else import_definition
        try:
            text = find(self.module, self.machine, self.overlays) or ""
            text = _DATA.sub(r"\1CONSTANT", text) if self.constants else text
        except DefinitionError as error:
            raise BuildError(f"{self.module}: {error}") from error
        machine = MACHINES[self.machine]
        try:
            parsed = parse_def(text, definition.name, machine)
            content = write_import_library(parsed, machine, mingw=True, kill_at=True)
        except LinkError as error:
            raise BuildError(str(error)) from error
        _write([(definition, text.encode()), (library, content)])
        return ()


@dataclass(frozen=True, slots=True)
class ArchiveStep:
    """An archive of its inputs: the compiler run-time, whose members a link takes as needed."""

    machine: str
    label: ClassVar[str] = "LIB"

    def __str__(self) -> str:
        """The machine that the inputs are for."""
        return f"archive {self.machine}"

    def command(self, inputs: Sequence[str], outputs: Sequence[str]) -> str:
        """The ``pelink /lib`` command."""
        machine = f"/machine:{self.machine}"
        return command_line(["pelink", "/lib", machine, f"/out:{outputs[0]}", *inputs])

    def run(self, inputs: Sequence[str], outputs: Sequence[str]) -> tuple[str, ...]:
        """Write the archive; the last input becomes the first member, as with lib.exe."""
        from ntbuild.pecoff.machine import MACHINES  # noqa: PLC0415 - not for a null build
        from ntbuild.pelink.libraries.archive_writer import write_archive  # noqa: PLC0415

        members = [(each, _read(Path(each))) for each in reversed(inputs)]
        try:
            content = write_archive(members, MACHINES[self.machine])
        except LinkError as error:
            raise BuildError(str(error)) from error
        _write([(Path(outputs[0]), content)], inputs)
        return ()


@dataclass(frozen=True, slots=True)
class ScriptStep:
    """A linker script, rendered from the template that is the first input."""

    name: str
    machine: str
    entry: str
    sections: tuple[Section, ...]
    label: ClassVar[str] = "SCRIPT"

    def command(self, inputs: Sequence[str], outputs: Sequence[str]) -> str:
        """A comment: no command renders a template."""
        return f"# render {inputs[0]} into {outputs[0]}"

    def run(self, inputs: Sequence[str], outputs: Sequence[str]) -> tuple[str, ...]:
        """Render and write the script."""
        from .render import RenderError, linker_script  # noqa: PLC0415 - jinja2 is slow to import

        try:
            text = linker_script(
                Path(inputs[0]),
                name=self.name,
                machine=self.machine,
                entry=self.entry,
                sections=self.sections,
            )
        except RenderError as error:
            raise BuildError(str(error)) from error
        _write([(Path(outputs[0]), text.encode())], inputs)
        return ()


@dataclass(frozen=True, slots=True)
class DefinitionStep:
    """The .def file of an export driver, rendered from ntbuild's template (the first input)."""

    image: str
    exports: tuple[Export, ...]
    label: ClassVar[str] = "DEF"

    def command(self, inputs: Sequence[str], outputs: Sequence[str]) -> str:
        """A comment: no command renders a template."""
        return f"# render {Path(inputs[0]).name} into {outputs[0]}"

    def run(self, _inputs: Sequence[str], outputs: Sequence[str]) -> tuple[str, ...]:
        """Render and write the file."""
        from .render import RenderError, module_definition  # noqa: PLC0415 - as above

        try:
            text = module_definition(self.image, self.exports)
        except RenderError as error:
            raise BuildError(str(error)) from error
        _write([(Path(outputs[0]), text.encode())])
        return ()


@dataclass(frozen=True, slots=True)
class VersionStep:
    """The resource script of a driver's version, rendered from the template (the first input)."""

    image: str
    info: VersionInfo
    debug: bool
    label: ClassVar[str] = "VERSION"

    def command(self, inputs: Sequence[str], outputs: Sequence[str]) -> str:
        """A comment: no command renders a template."""
        return f"# render {Path(inputs[0]).name} into {outputs[0]}"

    def run(self, _inputs: Sequence[str], outputs: Sequence[str]) -> tuple[str, ...]:
        """Render and write the script."""
        from .render import RenderError, version_resource  # noqa: PLC0415 - as above

        try:
            text = version_resource(self.image, self.info, debug=self.debug)
        except RenderError as error:
            raise BuildError(str(error)) from error
        _write([(Path(outputs[0]), text.encode())])
        return ()


@dataclass(frozen=True, slots=True)
class CopyStep:
    """A copy of a file."""

    label: ClassVar[str] = "COPY"

    def __str__(self) -> str:
        """Always the same: only the input's content matters."""
        return "copy"

    def command(self, inputs: Sequence[str], outputs: Sequence[str]) -> str:
        """The ``cp`` command."""
        return command_line(["cp", inputs[0], outputs[0]])

    def run(self, inputs: Sequence[str], outputs: Sequence[str]) -> tuple[str, ...]:
        """Write the input's content to the output."""
        _write([(Path(outputs[0]), _read(Path(inputs[0])))], inputs)
        return ()


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise BuildError(f"{path.as_posix()}: {error.strerror or error}") from error


def _write(files: Sequence[tuple[Path, bytes]], inputs: Sequence[str] = ()) -> None:
    try:
        write_all(files, inputs=inputs)
    except OutputError as error:
        raise BuildError(str(error)) from error
