"""Every routine that is served, by name: those of ntoskrnl and hal, and those of the frameworks.

A module with routines has a table of them; drivers that other drivers are written for (the filter
manager, storport, KMDF's loader) are stood in for, and their routines are a table of their own.
"""

from collections.abc import Mapping
from typing import Final

from . import object_callbacks
from .conventions import Routine
from .frameworks import filter_volumes, filters, storport, wdf
from .routines import (
    ex,
    files,
    formats,
    interlocked,
    io,
    ke,
    mm,
    ob,
    queues,
    rtl,
    starting,
    waits,
    zw,
)

KERNEL: Final[Mapping[str, Routine]] = {
    name: routine
    for module in (
        *(io, rtl, formats, ex, ke, waits, mm, ob, object_callbacks),
        *(zw, files, interlocked, queues, starting),
    )
    for name, routine in module.TABLE.by_name.items()
}
"""Routines of ntoskrnl and hal."""

FRAMEWORKS: Final[Mapping[str, Routine]] = {
    name: routine
    for module in (filters, filter_volumes, storport, wdf)
    for name, routine in module.TABLE.by_name.items()
}
"""Routines of the modules that are stood in for."""
