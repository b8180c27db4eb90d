"""The map of /map: sections and public symbols, for people and for tools that read link.exe's maps.

Sections, then public symbols by address with the object that each came from. A map of a large
image costs a fifth of the link, so columns are made for all symbols at once and text is only made
for symbols that are in the image.

Source: the layout of link.exe's /MAP output, as its documentation shows it.
"""

import numpy as np

from ntbuild.pecoff.constants import IMAGE_SCN
from ntbuild.pecoff.object.read import ABSOLUTE
from ntbuild.pelink.model import Layout, SymbolTable, Tables
from ntbuild.pelink.options import LinkOptions
from ntbuild.pelink.synthesize.exports import with_ordinals
from ntbuild.support.text import printable

from .cross_references import cross_reference_table


def write_map(tables: Tables, symbols: SymbolTable, layout: Layout, options: LinkOptions) -> str:
    """The map's text, with Unix line ends."""
    name = options.out.replace("\\", "/").rsplit("/", 1)[-1] if options.out else tables.module_name
    lines = [f" {name}", "", f" Preferred load address is {layout.image_base:016x}", ""]
    lines += [" Start         Length     Name                   Class"]
    for number, header in enumerate(layout.headers, 1):
        kind = "CODE" if header.Characteristics & int(IMAGE_SCN.CNT_CODE) else "DATA"
        lines.append(f" {number:04x}:{0:08x} {header.VirtualSize:08x}H {header.name:<23}{kind}")
    lines += [
        "",
        "  Address         Publics by Value              Rva+Base               Lib:Object",
        "",
    ]
    lines += _symbol_lines(tables, symbols, layout)
    if tables.entry >= 0 and symbols.section[tables.entry] >= 0:
        row, value = int(symbols.section[tables.entry]), int(symbols.value[tables.entry])
        address = _address(layout, row, value)
        lines += ["", f" entry point at        {address}"]
    if "exports" in options.mapinfo and tables.exports:
        lines += ["", " Exports", "", "  ordinal    name", ""]
        lines += [
            f"  {number:7d}    {_shown(e.export.name)}"
            for number, e in with_ordinals(tables.exports)
        ]
    text = "\n".join(lines) + "\n"
    return text + cross_reference_table(tables) if options.cref else text


def _address(layout: Layout, row: int, value: int) -> str:
    number = int(layout.number[row])
    start = layout.headers[number - 1].VirtualAddress if number else 0
    return f"{number:04x}:{int(layout.rva[row]) + value - start:08x}"


def _shown(name: str) -> str:
    """A name that is safe in a line of the map."""
    return name if name.isprintable() else printable(name)


def _without_folders(name: str) -> str:
    """``c.obj`` of ``a/b/c.obj``, and ``b.lib(d.obj)`` of ``a/b.lib(c/d.obj)``."""
    name = name.replace("\\", "/")
    if not name.endswith(")") or "(" not in name:
        return name.rsplit("/", 1)[-1]
    archive, _, member = name.rpartition("(")
    return f"{archive.rsplit('/', 1)[-1]}({member.rsplit('/', 1)[-1]}"


def _symbol_lines(tables: Tables, symbols: SymbolTable, layout: Layout) -> list[str]:
    """A line per external name that has a value: absolute names first, the others by address."""
    absolute = np.flatnonzero(symbols.section == ABSOLUTE)
    values = symbols.value[absolute].tolist()
    lines = [
        f" 0000:{value:08x}       {_shown(name):<26} {value:016x}     <absolute>"
        for name, value in zip(tables.names.texts(tables.buffer, absolute), values, strict=True)
    ]
    # One row is an external name that a section of the image defines.
    ids = np.flatnonzero(symbols.section >= 0)
    ids = ids[layout.number[symbols.section[ids]] > 0]
    rva = layout.rva[symbols.section[ids]] + symbols.value[ids]
    order = np.lexsort((ids, rva))  # by address, names of one address in order of their ids
    ids, rva = ids[order], rva[order]
    home = symbols.section[ids]
    number = layout.number[home]
    starts = np.array([0, *(header.VirtualAddress for header in layout.headers)], np.int64)
    origins = [_shown(_without_folders(each.name)) for each in tables.objects.objects.origins]
    rows = zip(
        tables.names.texts(tables.buffer, ids),
        number.tolist(),
        (rva - starts[number]).tolist(),
        (rva.astype(np.uint64) + np.uint64(layout.image_base)).tolist(),
        tables.objects.sections.object[home].tolist(),
        strict=True,
    )
    lines += [
        f" {section:04x}:{offset:08x}       {_shown(name):<26} {address:016x}     {origins[owner]}"
        for name, section, offset, address, owner in rows
        if not name.startswith("\x7f")
    ]
    return lines
