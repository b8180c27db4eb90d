"""What mends a finding in keywords of a SConscript; the validator's texts name link.exe's options.

pecheck: mine.sys(header+0x98): warning DRV214 force-integrity: ... fix: integritycheck=True
"""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Final

from ntbuild.support.values import replace

if TYPE_CHECKING:
    from ntbuild.pecheck import Finding

_ALIGNMENT: Final = "align=4096 and filealign=512, or neither"
_NO_UPONLY: Final = "driver=True, not 'uponly'"
_SECTIONS: Final = "no Section in sections= with both write=True and execute=True"
_STAMP: Final = "SOURCE_DATE_EPOCH in the environment, or brepro=True"
FIXES: Final = {
    "DRV106": "driver=True, or none",
    "DRV107": _NO_UPONLY,
    "DRV201": _ALIGNMENT,
    "DRV202": "align=4096, or none",
    "DRV203": "base= with a multiple of 0x10000, or none",
    "DRV206": 'entry="NAME", the driver\'s entry function',
    "DRV207": 'subsystem="native", or none',
    "DRV208": 'windows="10", without os_version= and subsystem_version=',
    "DRV209": "os_version=, subsystem_version= (or windows=) and version= of the oldest system",
    "DRV212": "dynamicbase=True, or none",
    "DRV213": "nxcompat=True, or none",
    "DRV214": "integritycheck=True",
    "DRV215": "driver='wdm' for a WDM driver, driver=True for any other",
    "DRV216": "tsaware=False, or none",
    "DRV217": "safeseh=True when there are handlers, safeseh=False when not",
    "DRV218": "no stack= and heap=",
    "DRV305": _SECTIONS,
    "DRV309": "the usual sections, or a Section in sections= that is not paged",
    "DRV312": _SECTIONS,
    "DRV409": "windows= of a system that has the function, or MmGetSystemRoutineAddress",
    "DRV501": "no fixed=True",
    "DRV502": "no fixed=True",
    "DRV613": "safeseh=True",
    "DRV614": "sources that this build compiles, and no harden= that leaves 'guard' out",
    "DRV615": "cetcompat=True when all code keeps to call and return",
    "DRV631": 'version_info=VersionInfo("1.0.0.0")',
    "DRV701": "no release=False",
    "DRV801": _STAMP,
    "DRV803": _STAMP,
}
"""By rule; of all other rules the validator's own text holds in a build too."""


def with_keywords(findings: Iterable["Finding"]) -> Iterator["Finding"]:
    """Findings of a build, with what mends them in its own words."""
    for each in findings:
        yield replace(each, fix=FIXES[each.rule]) if each.rule in FIXES else each
