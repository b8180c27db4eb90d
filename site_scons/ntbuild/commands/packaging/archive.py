"""``ntbuild archive``: zip files and cabinets of packages, the same bytes each time.

    ntbuild archive package/hello --out hello.zip
    ntbuild archive hello kmdf --symbols symbols --out submission.cab --pkcs12 own.pfx ...

A cabinet is laid out as the Hardware Dev Center wants it, a folder for each driver, and signed when
an option says by whom. Times are SOURCE_DATE_EPOCH, else 1980-01-01, never the clock.
"""

from argparse import Namespace
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from ntbuild.commands.common import UsageError, parser_of, read_file, source_date
from ntbuild.packaging.archives.cabinet import sign_cabinet, write_cabinet
from ntbuild.packaging.archives.submission import submission
from ntbuild.packaging.archives.zipped import write_zip
from ntbuild.packaging.errors import PackageError, SigningError
from ntbuild.support.commands import FOUND, CommandResult
from ntbuild.support.outputs import OutputError, write_all
from ntbuild.support.text import printable

from .signing_options import WAYS, add_signer, signer_of, signs

_EPILOG: Final = "exit code: 0 written, 1 the key or its certificate is no good, 2 unusable input"


def run(arguments: Sequence[str]) -> CommandResult:
    """Write an archive. Raises UsageError."""
    parser = parser_of("archive", "Write a zip file or a cabinet of packages.", _EPILOG)
    add = parser.add_argument
    add("folders", nargs="+", metavar="FOLDER", help="a package: its files in a folder")
    add("--out", required=True, metavar="FILE", help="a .zip or a .cab")
    add(
        "--symbols",
        action="append",
        default=[],
        metavar="FOLDER",
        help="PDBs for a cabinet; each goes to the driver of its name",
    )
    add_signer(parser)
    options = parser.parse_args(arguments)
    kind = Path(options.out).suffix.lower()
    if kind not in {".zip", ".cab"}:
        raise UsageError("--out: expected a name that ends in .zip or .cab")
    if kind == ".zip" and (signs(options) or options.symbols):
        raise UsageError("--out: a zip file has neither a signature nor symbols; use a .cab")
    packages = _packages(options)
    try:
        content = _content(options, kind, packages)
        write_all([(options.out, content)])
    except (PackageError, OutputError) as error:
        raise UsageError(printable(str(error))) from error
    except SigningError as error:
        return CommandResult(FOUND, errors=(f"archive: {printable(str(error))}",))
    count = sum(map(len, packages.values()))
    text = f"wrote {printable(options.out)}: {count} files"
    is_open = kind == ".cab" and not signs(options)
    return CommandResult(text=f"{text}, not signed ({WAYS})" if is_open else text)


def _content(options: Namespace, kind: str, packages: dict[str, dict[str, bytes]]) -> bytes:
    """The bytes of the archive. Raises UsageError, PackageError, SigningError."""
    time = source_date()
    if kind == ".zip":
        files = [
            (f"{folder}/{name}", raw)
            for folder, inside in packages.items()
            for name, raw in inside.items()
        ]
        return write_zip(files, time)
    cabinet = write_cabinet([*submission(packages)], time)
    return sign_cabinet(cabinet, options.out, signer_of(options)) if signs(options) else cabinet


def _packages(options: Namespace) -> dict[str, dict[str, bytes]]:
    """The files of each folder, with the PDBs of their images. Raises UsageError."""
    pdbs = {
        name.lower(): (name, raw)
        for folder in options.symbols
        for name, raw in _files(folder).items()
        if name.lower().endswith(".pdb")
    }
    found: dict[str, dict[str, bytes]] = {}
    for folder in options.folders:
        name = Path(folder).absolute().name
        if name in found:
            raise UsageError(f"{printable(folder)}: two folders have the name {printable(name)}")
        files = _files(folder)
        for image in list(files):
            pdb = pdbs.get(f"{Path(image).stem.lower()}.pdb")
            if pdb is not None and not image.lower().endswith(".pdb"):
                files.setdefault(*pdb)
        found[name] = files
    return found


def _files(folder: str) -> dict[str, bytes]:
    """The files of a folder by name. Raises UsageError."""
    try:
        paths = sorted(Path(folder).iterdir())
    except OSError as error:
        raise UsageError(f"{printable(folder)}: {error.strerror or error}") from error
    wrong = [path for path in paths if not path.is_file()]
    if wrong or not paths:
        what = f"{printable(wrong[0].as_posix())}: not a file" if wrong else f"{folder}: no files"
        raise UsageError(what)
    return {path.name: read_file(str(path)) for path in paths}
