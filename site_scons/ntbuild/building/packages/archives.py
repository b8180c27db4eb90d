"""The build steps of what a package is delivered as: zip file, cabinet, SBOM, provenance, sums.

Everything follows from the files of the package and its record. A cabinet is signed by the key of
the package.
"""

import datetime as dt
import hashlib
import json
import shlex
from collections.abc import Sequence
from pathlib import Path
from typing import Any, ClassVar

from ntbuild.building.driver import BuildError
from ntbuild.support.host import command_line
from ntbuild.support.outputs import OutputError, write_all
from ntbuild.support.values import dataclass

from .steps import FIRST_DAY, Key, read_input


def _time(epoch: int | None) -> dt.datetime:
    seconds = FIRST_DAY if epoch is None else max(epoch, FIRST_DAY)
    return dt.datetime.fromtimestamp(seconds, dt.UTC)


@dataclass(frozen=True, slots=True)
class StatementStep:
    """The provenance or the SBOM of a package. The first input is its record, then its files."""

    package: str
    is_sbom: bool
    epoch: int | None = None
    label: ClassVar[str] = "ABOUT"

    def command(self, inputs: Sequence[str], outputs: Sequence[str]) -> str:
        """A comment: it follows from the record."""
        return f"# make {outputs[0]} of {inputs[0]}"

    def run(self, inputs: Sequence[str], outputs: Sequence[str]) -> tuple[str, ...]:
        """Write it. Raises BuildError."""
        from ntbuild.packaging.archives.provenance import provenance  # noqa: PLC0415 - few need it
        from ntbuild.packaging.archives.sbom import sbom  # noqa: PLC0415
        from ntbuild.packaging.errors import PackageError  # noqa: PLC0415

        record: dict[str, Any] = json.loads(read_input(inputs[0]))
        subjects = [
            (f"{self.package}/{Path(name).name}", hashlib.sha256(read_input(name)).hexdigest())
            for name in inputs[1:]
        ]
        try:
            text = (
                sbom(record, subjects, _time(self.epoch))
                if self.is_sbom
                else provenance(record, subjects)
            )
            write_all([(outputs[0], text.encode())], inputs=inputs)
        except (PackageError, OutputError) as error:
            raise BuildError(f"{outputs[0]}: {error}") from error
        return ()


@dataclass(frozen=True, slots=True)
class ZipStep:
    """The zip file of a package: its files in a folder, then what is said of them, and sums.

    The first ``count`` inputs are the files of the package.
    """

    package: str
    count: int
    epoch: int | None = None
    label: ClassVar[str] = "ZIP"

    def command(self, inputs: Sequence[str], outputs: Sequence[str]) -> str:
        """The ``ntbuild archive`` command for the package's folder; the sums are ntbuild's own."""
        folder = Path(inputs[0]).parent.as_posix()
        return command_line(["ntbuild", "archive", folder, "--out", outputs[0]])

    def run(self, inputs: Sequence[str], outputs: Sequence[str]) -> tuple[str, ...]:
        """Write it. Raises BuildError."""
        from ntbuild.packaging.archives.zipped import write_zip  # noqa: PLC0415 - few need it

        files = [
            (f"{self.package}/{Path(name).name}", read_input(name)) for name in inputs[: self.count]
        ]
        files += [
            (Path(name).name.removeprefix(f"{self.package}."), read_input(name))
            for name in inputs[self.count :]
        ]
        sums = checksums(sorted(files))
        try:
            content = write_zip([*files, ("SHA256SUMS", sums)], _time(self.epoch))
            write_all([(outputs[0], content)], inputs=inputs)
        except OutputError as error:
            raise BuildError(str(error)) from error
        return ()


@dataclass(frozen=True, slots=True)
class CabStep:
    """The cabinet of a package for the Hardware Dev Center, signed unless there is no key."""

    key: Key
    package: str
    epoch: int | None = None
    label: ClassVar[str] = "CAB"

    def command(self, inputs: Sequence[str], outputs: Sequence[str]) -> str:
        """The ``ntbuild archive`` command for the package's folder, and those of its PDBs."""
        folders = dict.fromkeys(Path(name).parent.as_posix() for name in inputs)
        package, *symbols = folders
        words = ["ntbuild", "archive", package, "--out", outputs[0]]
        words += [word for each in symbols for word in ("--symbols", each)]
        return command_line([*words, *self.key.words()])

    def run(self, inputs: Sequence[str], outputs: Sequence[str]) -> tuple[str, ...]:
        """Write it. Raises BuildError."""
        from ntbuild.packaging.archives.cabinet import (  # noqa: PLC0415 - few need it
            sign_cabinet,
            write_cabinet,
        )
        from ntbuild.packaging.archives.submission import submission  # noqa: PLC0415
        from ntbuild.packaging.errors import PackageError, SigningError  # noqa: PLC0415

        files = {Path(name).name: read_input(name) for name in inputs}
        try:
            entries = [*submission({self.package: files})]
            content = write_cabinet(entries, _time(self.epoch))
            signer = self.key.signer()
            if signer is not None:
                content = sign_cabinet(content, outputs[0], signer)
            write_all([(outputs[0], content)], inputs=inputs)
        except (PackageError, SigningError, OutputError) as error:
            raise BuildError(f"{outputs[0]}: {error}") from error
        return ()


@dataclass(frozen=True, slots=True)
class SumsStep:
    """``SHA256SUMS`` of the inputs, by their names without folders."""

    label: ClassVar[str] = "SUMS"

    def command(self, inputs: Sequence[str], outputs: Sequence[str]) -> str:
        """The ``sha256sum`` command."""
        return f"{command_line(['sha256sum', *inputs])} > {shlex.quote(outputs[0])}"

    def run(self, inputs: Sequence[str], outputs: Sequence[str]) -> tuple[str, ...]:
        """Write it. Raises BuildError."""
        sums = checksums([(Path(name).name, read_input(name)) for name in inputs])
        try:
            write_all([(outputs[0], sums)], inputs=inputs)
        except OutputError as error:
            raise BuildError(str(error)) from error
        return ()


def checksums(files: Sequence[tuple[str, bytes]]) -> bytes:
    """The lines of ``SHA256SUMS`` for names and contents, as sha256sum reads them."""
    lines = (f"{hashlib.sha256(content).hexdigest()}  {name}\n" for name, content in files)
    return "".join(lines).encode()
