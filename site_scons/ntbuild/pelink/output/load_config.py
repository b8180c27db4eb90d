"""The load configuration: the structure that configures the loader, checked and filled in.

The structure ``_load_config_used`` comes from an object (a C run-time's, or the driver's own). Its
fields refer to tables and flags by names such as ``__guard_fids_table``, which relocations fill in;
here they are compared with what the link decided, and /dependentloadflag is written.

Each version of Windows knows a longer structure. A field exists when the structure's first field,
its own size, covers it.

Source: Microsoft "IMAGE_LOAD_CONFIG_DIRECTORY"; texts and conditions are lld-link's.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Final

import numpy as np

from ntbuild.pecoff.columns.arrays import Bytes
from ntbuild.pecoff.object.read import ABSOLUTE
from ntbuild.pecoff.structs import IMAGE_LOAD_CONFIG_DIRECTORY32, IMAGE_LOAD_CONFIG_DIRECTORY64
from ntbuild.pelink.diagnostics import Diagnostics
from ntbuild.pelink.model import Contents, Layout, SymbolTable, Tables
from ntbuild.pelink.options import LinkOptions
from ntbuild.pelink.synthesize.load_config import STRUCTURE
from ntbuild.support.values import replace

_NAME: Final = STRUCTURE.decode()
_HINT: Final = "link a run-time that has one, or define the structure in C"

_FIELDS: Final = {
    "cf": (
        ("GuardCFFunctionTable", b"__guard_fids_table"),
        ("GuardCFFunctionCount", b"__guard_fids_count"),
        ("GuardFlags", b"__guard_flags"),
    ),
    "iat": (
        ("GuardAddressTakenIatEntryTable", b"__guard_iat_table"),
        ("GuardAddressTakenIatEntryCount", b"__guard_iat_count"),
    ),
    "longjmp": (
        ("GuardLongJumpTargetTable", b"__guard_longjmp_table"),
        ("GuardLongJumpTargetCount", b"__guard_longjmp_count"),
    ),
    "ehcont": (
        ("GuardEHContinuationTable", b"__guard_eh_cont_table"),
        ("GuardEHContinuationCount", b"__guard_eh_cont_count"),
    ),
    "safeseh": (
        ("SEHandlerTable", b"__safe_se_handler_table"),
        ("SEHandlerCount", b"__safe_se_handler_count"),
    ),
}
"""(field, the name that it refers to) of each part of the guard; a part's last field is last."""


def fill_load_config(
    tables: Tables,
    symbols: SymbolTable,
    layout: Layout,
    contents: Contents,
    options: LinkOptions,
    log: Diagnostics,
) -> Contents:
    """The contents with /dependentloadflag in a structure that was checked.

    A malformed structure, and control flow guard without one, are errors in a driver. In other
    images they are warnings, as with lld-link: the loader then ignores what it cannot use.
    """
    report = log.error if options.is_driver else log.warn
    row = _row(tables, symbols, layout)
    if row < 0:
        _report_missing(options, report, log)
        log.raise_if_errors()
        return contents
    value = int(symbols.value[_name_id(tables, STRUCTURE)])
    size = _size(tables, row, value, report)
    log.raise_if_errors()
    if not size:
        return contents
    at = int(layout.file_offset[row]) + value
    parts = sorted(options.guard_parts)
    if tables.target.has_safe_seh and options.safeseh:
        parts.append("safeseh")
    if parts:
        _check_alignment(tables, row, int(layout.rva[row]) + value, report)
        wrong = _wrong_fields(tables, symbols, layout, contents.image[at : at + size], parts)
        for message, severe in wrong:
            (report if severe else log.warn)(f"{message} of {tables.object_name(row)}")
        log.raise_if_errors()
    if not options.dependentloadflag:
        return contents
    dtype = _dtype(tables)
    offset = dtype.fields["DependentLoadFlags"][1] if dtype.fields else 0
    if offset + 2 > size:
        log.warn(f"'{_NAME}' structure too small to include DependentLoadFlags")
        return contents
    # Passes do not change arrays that they were given: a copy is patched.
    image = contents.image.copy()
    image[at + offset : at + offset + 2] = list(options.dependentloadflag.to_bytes(2, "little"))
    return replace(contents, image=image)


def _dtype(tables: Tables) -> np.dtype[np.void]:
    wide = tables.target.machine.is_64bit
    return IMAGE_LOAD_CONFIG_DIRECTORY64 if wide else IMAGE_LOAD_CONFIG_DIRECTORY32


def _name_id(tables: Tables, name: bytes) -> int:
    return tables.names.find(tables.buffer, tables.target.machine.symbol_prefix.encode() + name)


def _row(tables: Tables, symbols: SymbolTable, layout: Layout) -> int:
    """The section row of the structure; -1 when the image has none."""
    name_id = _name_id(tables, STRUCTURE)
    row = int(symbols.section[name_id]) if name_id >= 0 else -1
    return row if row >= 0 and layout.number[row] else -1


def _report_missing(options: LinkOptions, report: Callable[..., None], log: Diagnostics) -> None:
    """Options that only a structure can carry out."""
    if options.guard_parts:
        report(
            f"Control Flow Guard is enabled but '{_NAME}' is missing",
            hint=_HINT,
        )
    if options.dependentloadflag:
        log.warn(f"{_NAME} not found, /dependentloadflag will have no effect")


def _size(tables: Tables, row: int, value: int, report: Callable[..., None]) -> int:
    """The size that the structure at ``value`` in a section row says it has; 0 for a wrong one."""
    room = int(tables.objects.sections.size[row]) - value
    position = int(tables.objects.sections.position[row])
    place = tables.object_name(row)
    if position < 0 or value < 0 or room < 4:
        report(f"'{_NAME}' is malformed: it has no size in its first field", place=place)
        return 0
    first = tables.buffer[position + value : position + value + 4].tobytes()
    size = int.from_bytes(first, "little")
    if size > room:
        report(
            f"'{_NAME}' is too large: its first field says {size} bytes, there are {room}",
            place=place,
        )
        return 0
    return size


def _check_alignment(tables: Tables, row: int, rva: int, report: Callable[..., None]) -> None:
    """Report a structure whose pointers the loader would read unaligned."""
    expected = tables.target.machine.pointer_size
    alignment = int(tables.objects.sections.alignment[row])
    if alignment < expected:
        report(
            f"'{_NAME}' is misaligned (expected alignment to be {expected} bytes,"
            f" got {alignment} instead)",
            notes=(f"in {tables.object_name(row)}",),
        )
    elif rva % expected:
        report(
            f"'{_NAME}' is misaligned (RVA is 0x{rva:X} not aligned to {expected} bytes)",
            notes=(f"in {tables.object_name(row)}",),
        )


def _wrong_fields(
    tables: Tables, symbols: SymbolTable, layout: Layout, data: Bytes, checked: list[str]
) -> Iterator[tuple[str, bool]]:
    """(message, whether it is an error) of each field that is missing or not what was decided."""
    dtype = _dtype(tables)
    fields: Mapping[str, Any] = dtype.fields or {}
    parts = [each for each in ("safeseh", "cf", "iat", "longjmp", "ehcont") if each in checked]
    # The table of imported call targets has no word of its own: it comes with cf.
    if "cf" in parts:
        parts.insert(parts.index("cf") + 1, "iat")
    for part in parts:
        for name, symbol in _FIELDS[part]:
            width, offset = fields[name][0].itemsize, fields[name][1]
            # A field behind the structure's own size does not exist. Structures without the fields
            # of imported call targets are older than those and complete.
            if offset + width > len(data):
                if part == "iat":
                    break
                yield f"'{_NAME}' structure too small to include {_FIELDS[part][-1][0]}", True
                return
            name_id = _name_id(tables, symbol)
            expected = _address(symbols, layout, name_id) if name_id >= 0 else None
            if (
                name_id < 0
                or int.from_bytes(data[offset : offset + width].tobytes(), "little") != expected
            ):
                yield f"{name} not set correctly in '{_NAME}'", False


def _address(symbols: SymbolTable, layout: Layout, name_id: int) -> int | None:
    """The virtual address of a name, or the value of an absolute one; None for an undefined one."""
    row, value = int(symbols.section[name_id]), int(symbols.value[name_id])
    if row == ABSOLUTE:
        return value
    return layout.image_base + int(layout.rva[row]) + value if row >= 0 else None
