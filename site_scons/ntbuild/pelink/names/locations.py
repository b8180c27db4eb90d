"""Locations in objects for messages: ``file.obj:(function)`` or ``file.obj:(.text+0x1c)``.

The symbol that contains an offset is the last one at or before it; objects list symbols in any
order, so a lookup scans all symbols of the link. That is only done for errors and reports.
"""

from typing import TYPE_CHECKING

import numpy as np

from ntbuild.pecoff.columns.names import name_at
from ntbuild.pecoff.constants import IMAGE_SYM_CLASS
from ntbuild.pelink.model import Tables
from ntbuild.support.paths import windows_name
from ntbuild.support.text import decoded

if TYPE_CHECKING:
    from ntbuild.pelink.dwarf.source_lines import SourceLines

_FUNCTION_TYPE = 0x20


def source_lines(tables: Tables) -> "SourceLines":
    """Source lines of the objects, for messages about many places: `SourceLines.suffix`."""
    from ntbuild.pelink.dwarf.source_lines import SourceLines  # noqa: PLC0415 - for messages only

    return SourceLines(tables)


def symbol_text(tables: Tables, row: int) -> str:
    """The name of a symbol row; ``?`` where its string table offset is not in the table."""
    objects, symbols = tables.objects.objects, tables.objects.symbols
    if row >= len(symbols):
        return "a range-extension thunk"  # which layout has added
    # Only external names are interned: this one is read from the object's own symbol record.
    owner = int(symbols.object[row])
    index = row - int(objects.first_symbol[owner])
    at = int(objects.symbols_at[owner]) + index * int(objects.symbol_size[owner])
    field = tables.buffer[at : at + 8].tobytes()
    if field[:4] == bytes(4):
        offset = int.from_bytes(field[4:], "little")
        if not 4 <= offset < int(objects.strings_size[owner]):
            return "?"
        name = name_at(tables.buffer, int(objects.strings_at[owner]) + offset)
    else:
        name = field.rstrip(b"\0")
    return decoded(name)


def short_name(name: str) -> str:
    """``dir/x.lib(y.obj)`` of ``dir/x.lib(path/y.obj)``: where a member was made says little."""
    archive, parenthesis, member = name.removesuffix(")").partition("(")
    if not (parenthesis and name.endswith(")")):
        return name
    return f"{archive}({windows_name(member)})"


def section_text(tables: Tables, section: int) -> str:
    """``file.obj:(.text)`` for a section row."""
    name = decoded(tables.section_name(section))
    return f"{short_name(tables.object_name(section))}:({name})"


def place_text(tables: Tables, section: int, offset: int) -> str:
    """``file.obj:(.text+0x1c)`` for an offset in a section row."""
    name = decoded(tables.section_name(section))
    return f"{short_name(tables.object_name(section))}:({name}+{offset:#x})"


def function_text(tables: Tables, section: int, offset: int) -> str:
    """``file.obj:(function)`` for an offset in a section row; without a function as place_text."""
    symbols, objects = tables.objects.symbols, tables.objects.objects
    # Symbol rows of this section, then those at or before the offset that name functions. All are
    # the object's own, so that many messages about large links take no time.
    owner = int(tables.objects.sections.object[section])
    first = int(objects.first_symbol[owner])
    last = int(objects.first_symbol[owner + 1]) if owner + 1 < len(objects.origins) else None
    own = slice(first, last)
    inside = first + np.flatnonzero((symbols.section[own] == section) & ~symbols.auxiliary[own])
    storage = symbols.storage_class[inside]
    # A static symbol with an auxiliary record is the section's own, not a label in it.
    following = np.minimum(inside + 1, len(symbols.auxiliary) - 1)
    is_label = (storage == int(IMAGE_SYM_CLASS.STATIC)) & ~symbols.auxiliary[following]
    inside = inside[
        (symbols.value[inside] <= offset)
        & (
            (symbols.type[inside] == _FUNCTION_TYPE)
            | (storage == int(IMAGE_SYM_CLASS.EXTERNAL))
            | is_label
        )
    ]
    if not len(inside):
        return place_text(tables, section, offset)
    nearest = int(inside[np.argmax(symbols.value[inside])])
    return f"{short_name(tables.object_name(section))}:({symbol_text(tables, nearest)})"
