"""``ntbuild verify``: signatures, catalogs and packages, as a stranger would see them.

    ntbuild verify build/package/zig/x64/release/hello --project demo
    ntbuild verify hello.sys --ca test-ca.pem
    ntbuild verify signed.cat --ca root.pem --tsa-ca stamps.pem --date 2027-01-01

A folder is a package: one catalog, and all files that it lists. Trusted are only the authorities
that are named, or the test CA of a project as this user's data folder has it: never a certificate
that lies beside the files.
"""

import datetime as dt
from argparse import Namespace
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from ntbuild.packaging.archives.verify import verify_cabinet
from ntbuild.packaging.errors import SigningError
from ntbuild.packaging.project_authority import data_folder, find
from ntbuild.packaging.signers import certificates_of
from ntbuild.packaging.verify import Trust, Verdict, verify_catalog, verify_image, verify_package
from ntbuild.support.commands import CLEAN, FOUND, CommandResult
from ntbuild.support.text import printable

from .common import UsageError, parser_of, read_file

_EPILOG: Final = "exit code: 0 all is good, 1 something is not, 2 unusable input"
_BESIDE: Final = (".cer", ".pem", ".pdb")
"""Files beside a package that are not installed: how to trust its CA, and symbols."""


def run(arguments: Sequence[str]) -> CommandResult:
    """Verify files and folders. Raises UsageError."""
    parser = parser_of("verify", "Verify signed images, catalogs and packages.", _EPILOG)
    add = parser.add_argument
    add(
        "names",
        nargs="+",
        metavar="FILE",
        help="an image, a catalog, a cabinet, or a package's folder",
    )
    add("--ca", action="append", default=[], metavar="FILE", help="a trusted authority")
    add("--project", metavar="NAME", help="trust the test CA of a project")
    add("--tsa-ca", action="append", default=[], metavar="FILE", help="one for time stamps")
    add("--date", metavar="DAY", help="verify as of a day, 2027-01-31 (default: today)")
    options = parser.parse_args(arguments)
    try:
        trust = _trust(options)
    except SigningError as error:
        raise UsageError(printable(str(error))) from error
    lines: list[str] = []
    problems: list[str] = []
    for name in options.names:
        verdict = _verdict(name, trust)
        problems += map(printable, verdict.problems)
        if not verdict.problems:
            stamped = f", stamped {verdict.stamped:%Y-%m-%d %H:%M:%S}" if verdict.stamped else ""
            lines.append(f"{printable(name)}: good, signed by {verdict.signer}{stamped}")
    return CommandResult(FOUND if problems else CLEAN, "\n".join(lines), tuple(problems))


def _trust(options: Namespace) -> Trust:
    """Whom to trust. Raises UsageError, SigningError."""
    names = list(options.ca)
    if options.project:
        authority = find(options.project, data_folder())
        if authority is None:
            raise UsageError(f"--project: {printable(options.project)!r} has no test CA here")
        names.append(str(authority.ca))
    if not names:
        raise UsageError("whom to trust: give --ca FILE, or --project NAME for its test CA")
    try:
        day = (
            dt.date.fromisoformat(options.date) if options.date else dt.datetime.now(dt.UTC).date()
        )
    except ValueError as error:
        raise UsageError(f"--date: {printable(options.date)!r} is no day as 2027-01-31") from error
    return Trust(certificates_of(names), day, certificates_of(options.tsa_ca))


def _verdict(name: str, trust: Trust) -> Verdict:
    """The verdict about a file or folder. Raises UsageError."""
    path = Path(name)
    if path.is_dir():
        files = sorted(each for each in path.iterdir() if each.suffix.lower() not in _BESIDE)
        folders = [each for each in files if not each.is_file()]
        if folders:
            raise UsageError(f"{printable(folders[0].as_posix())}: not a file of a package")
        return verify_package({each.name: read_file(str(each)) for each in files}, trust)
    content = read_file(name)
    if content[:2] == b"MZ":
        return verify_image(content, name, trust)
    if content[:4] == b"MSCF":
        return verify_cabinet(content, name, trust)
    return verify_catalog(content, name, trust)[1]
