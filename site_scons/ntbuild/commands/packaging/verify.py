"""``ntbuild verify``: signatures, catalogs and packages, as a stranger would see them.

    ntbuild verify build/package/zig/x64/release/hello --project demo
    ntbuild verify hello.sys --ca test-ca.pem
    ntbuild verify signed.cat --ca root.pem --tsa-ca stamps.pem --date 2027-01-01

A folder is a package: one catalog, all files that it lists, and an INF without errors of the rules
of ``ntbuild inf lint``. Trusted are only the authorities
that are named, or the test CA of a project as this user's data folder has it: never a certificate
that lies beside the files.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from ntbuild.commands.common import UsageError, parser_of, read_file
from ntbuild.packaging.archives.verify import verify_cabinet
from ntbuild.packaging.errors import PackageError, SigningError
from ntbuild.packaging.inf.lint import findings_of_package
from ntbuild.packaging.verify import (
    Trust,
    Verdict,
    read_package,
    verify_catalog,
    verify_image,
    verify_package,
)
from ntbuild.pecheck.rule import Level
from ntbuild.support.commands import CLEAN, FOUND, CommandResult
from ntbuild.support.text import printable
from ntbuild.support.values import replace

from .trust_options import add_trust, trust_of

_CATALOG: Final = b"\x30"
"""How catalogs begin: with the tag of a SEQUENCE."""
_NOTHING: Final = "neither an image, nor a catalog, nor a cabinet"
_EPILOG: Final = "exit code: 0 all is good, 1 something is not, 2 unusable input"


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
    add_trust(parser)
    options = parser.parse_args(arguments)
    try:
        trust = trust_of(options)
    except SigningError as error:
        raise UsageError(printable(str(error))) from error
    if trust is None:
        raise UsageError("whom to trust: give --ca FILE, or --project NAME for its test CA")
    lines: list[str] = []
    problems: list[str] = []
    for name in options.names:
        verdict = _verdict(name, trust)
        problems += map(printable, verdict.problems)
        if not verdict.problems:
            stamped = f", stamped {verdict.stamped:%Y-%m-%d %H:%M:%S}" if verdict.stamped else ""
            lines.append(f"{printable(name)}: good, signed by {verdict.signer}{stamped}")
    return CommandResult(FOUND if problems else CLEAN, "\n".join(lines), tuple(problems))


def _verdict(name: str, trust: Trust) -> Verdict:
    """The verdict about a file or folder. Raises UsageError."""
    path = Path(name)
    if path.is_dir():
        try:
            files = read_package(name)
            verdict = verify_package(files, trust)
            found = findings_of_package(files)
        except PackageError as error:
            raise UsageError(printable(str(error))) from error
        errors = [str(each) for each in found if each.level is Level.ERROR]
        return replace(verdict, problems=(*verdict.problems, *errors))
    content = read_file(name)
    if content[:2] == b"MZ":
        return verify_image(content, name, trust)
    if content[:4] == b"MSCF":
        return verify_cabinet(content, name, trust)
    if content[:1] != _CATALOG:
        what = "a zip file: unpack it, and verify the folder" if content[:2] == b"PK" else _NOTHING
        return Verdict((f"{name}: {what}",))
    return verify_catalog(content, name, trust)[1]
