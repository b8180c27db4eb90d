r"""``ntbuild cat``: the catalog of a package's files.

    ntbuild cat package --out package/hello.cat --os 10_x64 --hwid "root\hello" --test demo
    ntbuild cat hello.sys hello.inf --out hello.cat          unsigned, for another signer
    ntbuild cat lint package --project demo                  rules DRV911 to DRV913; cat rules

A folder stands for its files, without catalogs. Sign the images first: the catalog holds the
digests of the files as they are. Its date is SOURCE_DATE_EPOCH, else 1980-01-01, never the clock.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from ntbuild.commands.common import UsageError, parser_of, read_file, source_date
from ntbuild.packaging.catalog import (
    TRUST_LIST,
    Catalog,
    hardware_attributes,
    member,
    write_catalog,
)
from ntbuild.packaging.errors import SigningError
from ntbuild.packaging.signed_data import sign, unsigned
from ntbuild.packaging.systems import SYSTEMS
from ntbuild.support.commands import FOUND, CommandResult
from ntbuild.support.outputs import OutputError, write_all
from ntbuild.support.text import printable

from . import catalog_lint
from .signing_options import WAYS, add_signer, signer_of, signs

_ABOUT: Final = "Write the catalog of a package's files. `cat lint` and `cat rules` judge catalogs."
_EPILOG: Final = "exit code: 0 written, 1 the key or its certificate is no good, 2 unusable input"


def run(arguments: Sequence[str]) -> CommandResult:
    """Write a catalog, or judge some. Raises UsageError."""
    if arguments and arguments[0] in catalog_lint.WAYS:
        return catalog_lint.run(arguments)
    parser = parser_of("cat", _ABOUT, _EPILOG)
    add = parser.add_argument
    add("files", nargs="+", metavar="FILE", help="files, or a folder for all files in it")
    add("--out", required=True, metavar="FILE", help="the catalog")
    add(
        "--os",
        default="",
        metavar="LIST",
        help=f"systems, as Inf2Cat has them: {', '.join(SYSTEMS)}",
    )
    add("--page-hashes", action="store_true", help="hashes of an image's pages too")
    add("--hwid", action="append", default=[], metavar="ID", help="a hardware ID of the driver")
    add_signer(parser)
    options = parser.parse_args(arguments)
    systems = [word for word in options.os.split(",") if word]
    unknown = [word for word in systems if word not in SYSTEMS]
    if unknown:
        raise UsageError(f"--os: {printable(unknown[0])!r} is not one of {', '.join(SYSTEMS)}")
    names = _files(options.files, options.out)
    try:
        members = tuple(
            member(Path(name).name, read_file(name), with_page_hashes=options.page_hashes)
            for name in names
        )
    except ValueError as error:
        raise UsageError(printable(str(error))) from error
    if len({each.name.lower() for each in members}) != len(members):
        raise UsageError("two files have one name, and a catalog has names without folders")
    attributes = hardware_attributes([SYSTEMS[each] for each in systems], options.hwid)
    content = write_catalog(Catalog(members, attributes), source_date())
    is_signed = signs(options)
    try:
        raw = (
            sign(TRUST_LIST, content, signer_of(options))
            if is_signed
            else unsigned(TRUST_LIST, content)
        )
    except SigningError as error:
        return CommandResult(FOUND, errors=(f"cat: {printable(str(error))}",))
    try:
        write_all([(options.out, raw)], inputs=names)
    except OutputError as error:
        raise UsageError(str(error)) from error
    text = f"wrote {printable(options.out)}: {len(members)} files"
    return CommandResult(text=text if is_signed else f"{text}, not signed ({WAYS})")


def _files(given: Sequence[str], out: str) -> list[str]:
    """The files that are named, and those of folders but for catalogs. Raises UsageError."""
    found: list[str] = []
    for name in given:
        path = Path(name)
        if path.is_dir():
            inside = sorted(each for each in path.iterdir() if each.suffix.lower() != ".cat")
            folders = [each for each in inside if not each.is_file()]
            if folders:
                raise UsageError(f"{printable(folders[0].as_posix())}: not a file")
            found += [str(each) for each in inside]
        elif Path(out).absolute() != path.absolute():
            found.append(name)
    if not found:
        raise UsageError("no files for the catalog")
    return found
