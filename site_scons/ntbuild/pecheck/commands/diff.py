"""``pecheck diff A B``: compare two images by meaning.

Exit code 0 for the same meaning, 1 for another, 2 for a file that cannot be compared.
"""

import json
from collections.abc import Sequence

from ntbuild.pecheck.diff import compare, parts_of
from ntbuild.pecoff.image.image import FormatError, read_image
from ntbuild.support.commands import CLEAN, FOUND, CommandResult
from ntbuild.support.text import printable

from .common import parser_of
from .files import UsageError, read_bytes

SCHEMA = "ntbuild.pecheck-diff/1"


def run(arguments: Sequence[str]) -> CommandResult:
    """Compare two images. Raises UsageError."""
    parser = parser_of("diff", "Compare two images by meaning; exit code 1 when they differ.")
    add = parser.add_argument
    add("first", metavar="A", help="image")
    add("second", metavar="B", help="image")
    add("--format", default="human", choices=("human", "json"), help="output (default: human)")
    options = parser.parse_args(arguments)
    try:
        one = read_image(read_bytes(options.first), printable(options.first))
        two = read_image(read_bytes(options.second), printable(options.second))
        comparison = compare(one, two)
    except FormatError as failure:
        raise UsageError(str(failure)) from failure
    code = FOUND if comparison.differences else CLEAN
    if options.format == "json":
        report = {
            "schema": SCHEMA,
            "first": one.name,
            "second": two.name,
            "differences": [
                {"area": d.area, "what": d.what, "first": d.first, "second": d.second}
                for d in comparison.differences
            ],
            "ignored": dict(comparison.ignored),
        }
        return CommandResult(code, json.dumps(report, indent=2))
    return CommandResult(code, "\n".join(parts_of(comparison)))
