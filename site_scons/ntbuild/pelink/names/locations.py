"""Naming a place in an object for a message: ``file.obj:(function)`` or ``file.obj:(.text+0x1c)``.

Only errors come here, so it may take its time; what is hard is that the symbol which contains an
offset is the last one at or before it, and object files list symbols in any order.
"""

import numpy as np

from ntbuild.pecoff.columns.names import name_at
from ntbuild.pecoff.constants import IMAGE_SYM_CLASS
from ntbuild.pelink.model import Tables
from ntbuild.support.text import decoded

_FUNCTION_TYPE = 0x20


def symbol_text(tables: Tables, row: int) -> str:
    """The name of a symbol row."""
    objects, symbols = tables.objects.objects, tables.objects.symbols
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


def section_text(tables: Tables, section: int) -> str:
    """``file.obj:(.text)`` for a section row."""
    name = decoded(tables.section_name(section))
    return f"{tables.object_name(section)}:({name})"


def place_text(tables: Tables, section: int, offset: int) -> str:
    """``file.obj:(.text+0x1c)`` for an offset in a section row."""
    name = decoded(tables.section_name(section))
    return f"{tables.object_name(section)}:({name}+{offset:#x})"


def function_text(tables: Tables, section: int, offset: int) -> str:
    """``file.obj:(function)`` where a function is known to contain the place."""
    symbols = tables.objects.symbols
    inside = np.flatnonzero((symbols.section == section) & ~symbols.auxiliary)
    inside = inside[
        (symbols.value[inside] <= offset)
        & (
            (symbols.type[inside] == _FUNCTION_TYPE)
            | (symbols.storage_class[inside] == int(IMAGE_SYM_CLASS.EXTERNAL))
        )
    ]
    if not len(inside):
        return place_text(tables, section, offset)
    nearest = int(inside[np.argmax(symbols.value[inside])])
    return f"{tables.object_name(section)}:({symbol_text(tables, nearest)})"
