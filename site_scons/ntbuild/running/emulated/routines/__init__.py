"""Kernel routines by subject; each module has a table, `ALL` is all of them."""

from collections.abc import Mapping
from typing import Final

from ntbuild.running.emulated.conventions import Routine

from . import ex, formats, interlocked, io, ke, mm, ob, rtl, waits, zw

ALL: Final[Mapping[str, Routine]] = {
    name: routine
    for module in (io, rtl, formats, ex, ke, waits, mm, ob, zw, interlocked)
    for name, routine in module.TABLE.by_name.items()
}
"""Every routine of ntoskrnl and hal that is served, by name."""
