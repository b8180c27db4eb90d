"""``ntbuild report``: one page about the last build, from the files that it left.

ntbuild report                                build/report.html of build/
ntbuild report out --out page.html
ntbuild report --since last/build.json        sizes compared with another release's record
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from ntbuild.reporting.values import ReportError
from ntbuild.reporting.write import write_report
from ntbuild.support.commands import CommandResult
from ntbuild.support.text import printable

from .common import UsageError, parser_of

_EPILOG: Final = "exit code: 0 written, 2 no build to report, or unusable input, 3 a bug"


def run(arguments: Sequence[str]) -> CommandResult:
    """Write the page. Raises UsageError."""
    parser = parser_of("report", "Write one page about the last build.", _EPILOG)
    add = parser.add_argument
    add("folder", metavar="BUILD_FOLDER", nargs="?", default="build", help="default: build")
    add("--out", metavar="FILE", help="the page (default: report.html in the build folder)")
    add(
        "--since",
        metavar="BUILD.JSON",
        help="the record of the release that sizes are compared with "
        "(default: release/build.json in the build folder)",
    )
    options = parser.parse_args(arguments)
    folder = Path(options.folder)
    out = Path(options.out) if options.out else folder / "report.html"
    try:
        notes = write_report(folder, out, Path(options.since) if options.since else None)
    except ReportError as error:
        raise UsageError(printable(str(error))) from error
    errors = tuple(f"report: warning: {printable(note)}" for note in notes)
    return CommandResult(text=printable(out.as_posix()), errors=errors)
