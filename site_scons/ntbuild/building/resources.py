"""Build steps of resources: a resource script to a ``.res`` file, a message file to its outputs."""

import os
import re
import shlex
import subprocess
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import ClassVar, Final

from ntbuild.support.host import command_line
from ntbuild.support.outputs import OutputError, write_all
from ntbuild.support.values import dataclass, field

from .driver import BuildError

RESOURCES: Final = ("building/resources.py", "resources", "messages", "mof", "pecoff/resource.py")
"""What the outputs of these steps depend on: files and folders of the package."""

SOURCE: Final = "@source@"
OUTPUT: Final = "@output@"
"""What stands for the files in the words of another resource compiler."""


_TABLES_OF_EVENTS: Final = (
    "a table that mc makes of the event manifest: events are shown where the manifest is installed"
)


@dataclass(frozen=True, slots=True)
class ResourceStep:
    """The ``.res`` file of a resource script, the first input.

    - `cell`, `state`: what is signed of the preprocessor and the headers.
    - `defines`: ``NAME`` or ``NAME=VALUE``.
    - `preprocessor`: the words of a compiler that preprocesses what it reads from stdin.
    - `events`: the names of event manifests of the driver, without suffix.
    - `folders`, `system`: where includes are searched, the script's folder apart.
    - `other`: the words of the toolchain's resource compiler, with `SOURCE` and `OUTPUT`; it takes
      scripts with resources that no driver has. A text says why there is none.
    """

    cell: str
    state: str
    defines: tuple[str, ...]
    preprocessor: tuple[str, ...] = field(repr=False)
    folders: tuple[str, ...] = field(repr=False)
    system: tuple[str, ...] = field(repr=False)
    other: tuple[str, ...] | str = field(repr=False)
    events: tuple[str, ...] = ()
    label: ClassVar[str] = "RC"

    def line(self, inputs: Sequence[str], _outputs: Sequence[str]) -> str:
        """What the screen shows."""
        return f"{self.label:<7} {inputs[0]} [{self.cell}]"

    def command(self, inputs: Sequence[str], outputs: Sequence[str]) -> str:
        """The preprocessor's command, and in a comment what follows."""
        words = command_line(self._command([os.path.dirname(inputs[0])]))  # noqa: PTH120 - a name
        return f"{words} < {shlex.quote(inputs[0])}  # then ntbuild makes {outputs[0]} of it"

    def run(self, inputs: Sequence[str], outputs: Sequence[str]) -> tuple[str, ...]:
        """Preprocess, compile and write."""
        from ntbuild.resources.includes import lines_of  # noqa: PLC0415 - not for null
        from ntbuild.resources.res_file import res_file  # noqa: PLC0415 - builds
        from ntbuild.resources.script import UnsupportedError, read_script  # noqa: PLC0415
        from ntbuild.resources.tokens import ScriptError, code_page, tokens_of  # noqa: PLC0415

        script = inputs[0]
        try:
            text, folders = self._text(script)
            page = code_page(lines_of(_read(script))[1]) or "cp1252"
            tokens = tokens_of(text, script, page)
            tables: list[str] = []
            resources = read_script(tokens, self._loader([*folders, *self.folders], tables))
        except UnsupportedError as error:
            return self._other(str(error), script, outputs[0])
        except ScriptError as error:
            raise BuildError(str(error)) from error
        _write([(Path(outputs[0]), res_file(resources))], inputs)
        return tuple(f"{each}: left out, {_TABLES_OF_EVENTS}" for each in tables)

    def _command(self, folders: Sequence[str]) -> list[str]:
        defines = [f"-D{each}" for each in ("RC_INVOKED", *self.defines)]
        searched = [f"-I{each or '.'}" for each in dict.fromkeys((*folders, *self.folders))]
        headers = [word for each in self.system for word in ("-isystem", each)]
        return [*self.preprocessor, *defines, *searched, *headers, "-E", "-w", "-x", "c", "-"]

    def _text(self, script: str) -> tuple[str, tuple[str, ...]]:
        """The preprocessed text, and the folders of all that is in it."""
        from ntbuild.resources.includes import Flattening, answers  # noqa: PLC0415 - as above

        names: dict[str, str] = {}
        while True:
            text, folders = Flattening(self.folders, self.system, _read, names).text(script)
            preprocessed = self._preprocessed(text, folders)
            found = answers(preprocessed)
            if not found or found.keys() <= names.keys():
                return preprocessed, folders
            names |= found

    def _preprocessed(self, text: str, folders: Sequence[str]) -> str:
        words = self._command(folders)
        try:
            done = subprocess.run(
                words, input=text.encode("latin-1"), capture_output=True, check=False
            )
        except OSError as error:
            raise BuildError(f"{words[0]}: cannot be started: {error.strerror or error}") from error
        if done.returncode:
            raise BuildError(done.stderr.decode("utf-8", "replace").rstrip())
        return done.stdout.decode("latin-1").replace("\r\n", "\n")

    def _loader(self, folders: Sequence[str], left_out: list[str]) -> Callable[..., bytes | None]:
        from ntbuild.resources.includes import find  # noqa: PLC0415 - as above
        from ntbuild.resources.tokens import Token  # noqa: PLC0415 - as above

        made = re.compile(
            rf"({'|'.join(map(re.escape, self.events)) or '(?!)'})(TEMP|_MSG\d+)\.BIN",
            re.IGNORECASE,
        )

        def load(name: str, token: Token) -> bytes | None:
            path = find(name.replace("\\\\", "/"), folders)
            if path is None and made.fullmatch(name):
                left_out.append(f"{token.file}:{token.line}: {name}")
                return None
            hint = ""
            if path is None and name.lower().endswith(".bmf"):  # where a project's tools put it
                own = re.split(r"[\\/]", name)[-1]
                path = find(own, folders)
                hint = f"; {own[:-4]}.mof among the sources makes it"
            if path is None:
                raise token.error(f"no file {name} for this resource{hint}")
            return _read(path)

        return load

    def _other(self, why: str, script: str, output: str) -> tuple[str, ...]:
        """Let the toolchain's own compiler take the script."""
        needs = f"{why}: such a resource needs the toolchain's resource compiler"
        if isinstance(self.other, str):
            raise BuildError(f"{needs}: {self.other}")
        words = [{SOURCE: script, OUTPUT: output}.get(word, word) for word in self.other]
        try:
            done = subprocess.run(words, capture_output=True, check=False)
        except OSError as error:
            raise BuildError(f"{needs}: {words[0]}: {error.strerror or error}") from error
        if done.returncode:
            raise BuildError((done.stdout + done.stderr).decode("utf-8", "replace").rstrip())
        return ()


@dataclass(frozen=True, slots=True)
class MessageStep:
    """Header, resource script and message tables of a message text file, the first input."""

    label: ClassVar[str] = "MC"

    def __str__(self) -> str:
        """Always the same: only the input's content matters."""
        return "messages"

    def line(self, inputs: Sequence[str], _outputs: Sequence[str]) -> str:
        """What the screen shows."""
        return f"{self.label:<7} {inputs[0]}"

    def command(self, inputs: Sequence[str], outputs: Sequence[str]) -> str:
        """A comment: no command of ntbuild's does it."""
        return f"# messages of {inputs[0]} in {' '.join(outputs)}"

    def run(self, inputs: Sequence[str], outputs: Sequence[str]) -> tuple[str, ...]:
        """Read the messages and write all files."""
        from ntbuild.messages.message_file import MessageError, read_message_file  # noqa: PLC0415
        from ntbuild.messages.message_output import (  # noqa: PLC0415 - as above
            message_header,
            message_script,
            message_table,
        )

        try:
            messages = read_message_file(inputs[0], _read(inputs[0]))
            tables = [message_table(messages, each, inputs[0]) for each in messages.used_languages]
        except MessageError as error:
            raise BuildError(str(error)) from error
        texts = (message_header(messages), message_script(messages))
        contents = [*(each.encode() for each in texts), *tables]
        _write(list(zip(map(Path, outputs), contents, strict=True)), inputs)
        return ()


@dataclass(frozen=True, slots=True)
class MofStep:
    """The binary MOF of a MOF file, the first input; with a second output its header."""

    label: ClassVar[str] = "MOF"

    def __str__(self) -> str:
        """Always the same: only the input's content matters."""
        return "binary MOF"

    def line(self, inputs: Sequence[str], _outputs: Sequence[str]) -> str:
        """What the screen shows."""
        return f"{self.label:<7} {inputs[0]}"

    def command(self, inputs: Sequence[str], outputs: Sequence[str]) -> str:
        """A comment: on Windows it is mofcomp's."""
        return f"# mofcomp -B:{outputs[0]} {inputs[0]}"

    def run(self, inputs: Sequence[str], outputs: Sequence[str]) -> tuple[str, ...]:
        """Compile and write."""
        from ntbuild.mof.binary import binary_mof  # noqa: PLC0415 - few drivers have one
        from ntbuild.mof.compression import compressed  # noqa: PLC0415 - as above
        from ntbuild.mof.header import mof_header  # noqa: PLC0415 - as above
        from ntbuild.mof.model import MofError  # noqa: PLC0415 - as above
        from ntbuild.mof.syntax import read_mof  # noqa: PLC0415 - as above

        try:
            classes = read_mof(_read(inputs[0]), inputs[0])
            texts = [mof_header(classes, inputs[0]) for _ in outputs[1:]]
        except MofError as error:
            raise BuildError(str(error)) from error
        contents = [compressed(binary_mof(classes)), *(each.encode() for each in texts)]
        _write(list(zip(map(Path, outputs), contents, strict=True)), inputs)
        return ()


@dataclass(frozen=True, slots=True)
class ManifestStep:
    """The header of an event manifest, and an empty resource script."""

    label: ClassVar[str] = "MC"

    def __str__(self) -> str:
        """Always the same: only the input's content matters."""
        return "events"

    def line(self, inputs: Sequence[str], _outputs: Sequence[str]) -> str:
        """What the screen shows."""
        return f"{self.label:<7} {inputs[0]}"

    def command(self, inputs: Sequence[str], outputs: Sequence[str]) -> str:
        """A comment: no command of ntbuild's does it."""
        return f"# events of {inputs[0]} in {outputs[0]}"

    def run(self, inputs: Sequence[str], outputs: Sequence[str]) -> tuple[str, ...]:
        """Read the manifest and write both files."""
        from ntbuild.messages.event_header import event_header  # noqa: PLC0415 - few have one
        from ntbuild.messages.manifest import read_manifest  # noqa: PLC0415 - as above
        from ntbuild.messages.message_file import MessageError  # noqa: PLC0415 - as above

        try:
            name = Path(inputs[0]).name
            header = event_header(name, read_manifest(inputs[0], _read(inputs[0])))
        except MessageError as error:
            raise BuildError(str(error)) from error
        script = "// Events are written without resources: the manifest has their words.\n"
        _write([(Path(outputs[0]), header.encode()), (Path(outputs[1]), script.encode())], inputs)
        return ()


def _read(path: str) -> bytes:
    try:
        return Path(path).read_bytes()
    except OSError as error:
        raise BuildError(f"{path}: {error.strerror or error}") from error


def _write(files: Sequence[tuple[Path, bytes]], inputs: Sequence[str]) -> None:
    try:
        write_all(files, inputs=inputs)
    except OutputError as error:
        raise BuildError(str(error)) from error
