"""Stand-ins for the drivers that other drivers are written for: filter manager, storport, KMDF.

Each module has a table of routines by name, and functions that use a driver as the real one would.
"""

from collections.abc import Mapping
from typing import Final

from ntbuild.running.emulated.conventions import Routine

from . import filters, storport, wdf

ALL: Final[Mapping[str, Routine]] = {
    name: routine
    for module in (filters, storport, wdf)
    for name, routine in module.TABLE.by_name.items()
}
"""Every routine of the modules that are stood in for, by name."""
