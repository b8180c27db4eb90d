"""What the rules about INF files look at: DRV901 to DRV903, and DRV921 on.

Rules say what is wrong in the file as it stands. Sections of other INF files, which ``Include`` and
``Needs`` bring, are not looked for.
"""

from datetime import date

from ntbuild.support.values import dataclass

from .read import Inf


@dataclass(frozen=True, slots=True)
class Subject:
    """An INF and what is known of its package; None for what is not known."""

    inf: Inf
    files: frozenset[str] | None = None
    """The names of the package's files in lower case, without folders."""
    images: frozenset[str] | None = None
    """Those of its files, in lower case, that are drivers: what only exports for others is not."""
    is_filter: bool = False
    """Whether its driver is a minifilter."""
    kmdf: str = ""
    """The version of the framework that its driver is built for, as 1.33; empty for others."""
    machines: frozenset[str] | None = None
    """The machines that its images are for (x64, x86, arm64, arm)."""
    version: str | None = None
    """The file version of its driver: four numbers."""
    day: date | None = None
    """The date that DriverVer must have."""
    template: bool = False
    """An .inx, whose ``$ARCH$`` and kin are not replaced yet."""
