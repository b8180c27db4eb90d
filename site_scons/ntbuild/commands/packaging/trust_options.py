"""Options of the subcommands that verify: whom to trust, and as of which day."""

import datetime as dt
from argparse import ArgumentParser, Namespace

from ntbuild.commands.common import UsageError
from ntbuild.packaging.project_authority import data_folder, find
from ntbuild.packaging.signers import certificates_of
from ntbuild.packaging.verify import Trust
from ntbuild.support.text import printable


def add_trust(parser: ArgumentParser) -> None:
    """Add the options that say whom to trust."""
    add = parser.add_argument
    add("--ca", action="append", default=[], metavar="FILE", help="a trusted authority")
    add("--project", metavar="NAME", help="trust the test CA of a project")
    add("--tsa-ca", action="append", default=[], metavar="FILE", help="one for time stamps")
    add("--date", metavar="DAY", help="verify as of a day, 2027-01-31 (default: today)")


def trust_of(options: Namespace) -> Trust | None:
    """Whom to trust; None when nobody is named. Raises UsageError, SigningError."""
    names = list(options.ca)
    if options.project:
        authority = find(options.project, data_folder())
        if authority is None:
            raise UsageError(f"--project: {printable(options.project)!r} has no test CA here")
        names.append(str(authority.ca))
    if not names:
        return None
    try:
        day = (
            dt.date.fromisoformat(options.date) if options.date else dt.datetime.now(dt.UTC).date()
        )
    except ValueError as error:
        raise UsageError(f"--date: {printable(options.date)!r} is no day as 2027-01-31") from error
    return Trust(certificates_of(names), day, certificates_of(options.tsa_ca))
