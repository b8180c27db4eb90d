"""Rule DRV413: the export directory.

Importers search the names by binary search, so a name out of order hides others. A forwarder may
lead to another forwarder, and a chain of them back to its beginning.
"""

from collections.abc import Iterator
from itertools import pairwise

from ntbuild.pecheck.rule import Fault, Level, RuleResults, at_offset, header, rule, unreadable
from ntbuild.pecheck.settings import CheckSettings
from ntbuild.pecoff.constants import IMAGE_DIRECTORY_ENTRY
from ntbuild.pecoff.image.directories import ExportTable
from ntbuild.pecoff.image.image import Image


@rule(
    "DRV413",
    "exports",
    Level.WARNING,
    breaks="X",
    source="PE Format, The .edata Section: Export Directory Table to Export Name Table",
    fix="link without -shared or export options; declare the exports of an export driver",
)
def exports(image: Image, settings: CheckSettings) -> RuleResults:
    """An export directory exists with profile export only, and is then sound.

    An export table offers a driver's functions to every other driver; a broken one makes the
    importer fail to load.
    """
    table = image.exports
    expected = settings.has("export")
    if table is None:
        if expected:
            place = header(image.directory_offset(IMAGE_DIRECTORY_ENTRY.EXPORT))
            yield Fault("there is no export directory, but the profile is export", place)
        return
    place = at_offset(image, table.offset)
    for failure in table.faults:
        yield unreadable(image, failure, place)
    if not table.functions:
        yield Fault("the export directory is empty", place)
    elif not expected:
        yield Fault(f"{len(table.functions)} exports, but the profile is not export", place)
    for message in _table_faults(image, table):
        yield Fault(message, place)


def _table_faults(image: Image, table: ExportTable) -> Iterator[str]:
    if table.Characteristics:
        yield f"reserved Characteristics are {table.Characteristics:#x}"
    if not table.module and not table.faults:
        yield "the module's name is empty"
    for (a, _), (b, _) in pairwise(table.names):
        if a >= b and "\\x" not in a + b:  # escapes do not sort as the bytes they stand for
            yield f"export names are not sorted: {a} before {b}"
            break
    count = len(table.functions)
    if table.Base + count > 0x10000:
        yield f"ordinals reach {table.Base + count - 1:#x}, more than 16 bits"
    bad = [name for name, index in table.names if index >= count]
    if bad:
        yield f"ordinal of {bad[0]} is out of range"
    yield from _forwarder_faults(table)
    for index, rva in enumerate(table.functions):
        if rva and index not in table.forwarders and image.section_at(rva) is None:
            yield f"ordinal {table.Base + index} points to {rva:#x}, in no section"
            break


def _forwarder_faults(table: ExportTable) -> Iterator[str]:
    for index, target in table.forwarders.items():
        module, dot, symbol = target.rpartition(".")
        if not (module and dot and symbol):
            yield f"forwarder of ordinal {table.Base + index} is {target!r}, not MODULE.name"
    circle = _circle(table)
    if circle is not None:
        yield f"forwarder of ordinal {table.Base + circle} leads back to itself"


def _circle(table: ExportTable) -> int | None:
    """An index whose forwarder leads back to it within the module; None when there is none."""
    names = dict(table.names)
    own = {table.module.lower(), table.module.lower().rpartition(".")[0]}
    follows: dict[int, int] = {}
    for index, target in table.forwarders.items():
        module, _, symbol = target.rpartition(".")
        number = symbol[1:6] if symbol.startswith("#") else ""
        next_index = int(number) - table.Base if number.isdecimal() else names.get(symbol, -1)
        if module.lower() in own and next_index in table.forwarders:
            follows[index] = next_index
    seen: dict[int, int] = {}
    for start in follows:
        at = start
        while at in follows and at not in seen:
            seen[at] = start
            at = follows[at]
        if seen.get(at) == start:
            return at
    return None
