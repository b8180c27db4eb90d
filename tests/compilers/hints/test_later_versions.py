"""Hints about what a later version of KMDF has."""

from ntbuild.compilers.hints.later_versions import version_hints
from ntbuild.compilers.matrix import toolchains_folder

KMDF = toolchains_folder() / "include/kmdf"
SOURCE = b"""\
#include <wdf.h>
int ApiIndex;
NTSTATUS F(WDFDRIVER d, WDFKEY *k)
{
    WDF_DEVICE_STATE c;
    c.AssignedToGuest = WdfTrue;
    return WdfDriverOpenPersistentStateRegistryKey(d, 0, WDF_NO_OBJECT_ATTRIBUTES, k);
}
"""


def test_names_of_later_versions_are_told_with_the_version_that_has_them():
    define = ["KMDF_VERSION_MAJOR=1", "KMDF_VERSION_MINOR=15"]
    assert [*version_hints(SOURCE, define, KMDF)] == [
        'hint: AssignedToGuest is there from KMDF 1.31 on: kmdf="1.31"',
        'hint: WdfDriverOpenPersistentStateRegistryKey is there from KMDF 1.25 on: kmdf="1.25"',
    ]
    assert [*version_hints(SOURCE, ["KMDF_VERSION_MINOR=31"], KMDF)] == []
    assert [*version_hints(SOURCE, ["OTHER=15"], KMDF)] == []
