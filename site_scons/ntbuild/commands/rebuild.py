"""``ntbuild rebuild``: make a build again from its record, and compare it byte for byte.

    ntbuild rebuild build/release/build.json
    ntbuild rebuild mine.build.json --source ../mine --in again

The sources are those of the recorded commit; without one, or with ``--as-is``, the files of
``--source`` as they are. They are built in a folder of their own. What was signed is compared as it
was before.
"""

import tempfile
from argparse import Namespace
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from ntbuild.records.differences import (
    input_differences,
    product_differences,
    products,
    tool_differences,
)
from ntbuild.records.reader import RecordError, read_record
from ntbuild.records.rebuild import RebuildError, checkout, rebuild, source_differences
from ntbuild.support.commands import FOUND, CommandResult
from ntbuild.support.text import printable

from .common import UsageError, parser_of, read_file

_EPILOG: Final = "exit code: 0 the same bytes, 1 differences or no build, 2 unusable input"


def run(arguments: Sequence[str]) -> CommandResult:
    """Rebuild from a record. Raises UsageError."""
    parser = parser_of("rebuild", "Make a build again from its record, and compare.", _EPILOG)
    add = parser.add_argument
    add("record", metavar="FILE", help="the build.json of a release or a package")
    add("--source", default=".", metavar="FOLDER", help="a checkout or repository (default: .)")
    add("--as-is", action="store_true", help="the files of --source, not those of the commit")
    add("--in", dest="folder", metavar="FOLDER", help="a new folder to build in, which is kept")
    options = parser.parse_args(arguments)
    try:
        record = read_record(read_file(options.record), printable(options.record))
    except RecordError as error:
        raise UsageError(str(error)) from error
    if options.folder is None:
        with tempfile.TemporaryDirectory(prefix="ntbuild-rebuild-") as home:
            return _rebuilt(record, options, Path(home) / "checkout")
    folder = Path(options.folder)
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise UsageError(f"--in: {printable(options.folder)} is not empty")
    return _rebuilt(record, options, folder.absolute())


def _rebuilt(record: dict[str, Any], options: Namespace, folder: Path) -> CommandResult:
    """Check out, compare sources, build, compare the rest. Raises UsageError."""
    place = Path(options.record).absolute().parent
    try:
        root = checkout(record, Path(options.source).absolute(), folder, as_is=options.as_is)
    except RebuildError as error:
        raise UsageError(str(error)) from error
    if found := [*source_differences(record, root)]:
        return _failed(options, "not built", found)
    try:
        new = rebuild(record, root)
    except RebuildError as error:
        return _failed(options, "not built", str(error).splitlines())
    made = (root / record["build"]["file"]).parent
    tools = [*tool_differences(record, new)]
    if found := [*product_differences(record, new, place, made)]:
        return _failed(options, "differs", [*tools, *input_differences(record, new), *found])
    count = len(products(record))
    lines = [f"note: {each}" for each in tools]
    lines.append(f"{printable(options.record)}: {count} files made again, each byte the same")
    return CommandResult(text="\n".join(lines))


def _failed(options: Namespace, what: str, lines: Sequence[str]) -> CommandResult:
    name = printable(options.record)
    return CommandResult(FOUND, errors=(*lines, f"rebuild: {name}: {what}"))
