"""``pecheck dump``: an image as a stable text, for golden files.

Any file that begins with MZ has a dump, however broken it is.
"""

from collections.abc import Sequence

from ntbuild.pecheck.dump import PARTS, dump
from ntbuild.pecoff.image.image import Image
from ntbuild.support.commands import CLEAN, CommandResult
from ntbuild.support.text import printable

from .common import parser_of
from .files import UsageError, read_bytes


def run(arguments: Sequence[str]) -> CommandResult:
    """Dump images. Raises UsageError."""
    parser = parser_of("dump", "Write what is in an image as a stable text.")
    parser.add_argument("files", nargs="+", metavar="FILE", help="images")
    parser.add_argument("--only", metavar="PART,...", help=f"parts of: {', '.join(PARTS)}")
    options = parser.parse_args(arguments)
    parts = set(PARTS if options.only is None else options.only.split(","))
    unknown = sorted(parts - set(PARTS))
    if unknown:
        raise UsageError(f"--only: no part {printable(unknown[0])!r}; known: {', '.join(PARTS)}")
    texts = []
    for name in options.files:
        image = Image(read_bytes(name), printable(name))
        if len(options.files) > 1:
            texts.append(f"# {printable(name)}\n")
        texts.append(dump(image, parts))
    return CommandResult(CLEAN, "".join(texts).rstrip("\n"))
