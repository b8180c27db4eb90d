"""Range-extension thunks: the one that all others are copies of.

Which branches need one is only known when everything has its address, long after the last object
was read; so the code enters once, early, in a section that nothing refers to, and ``extend`` takes
as many sections of the same bytes as it needs.
"""

from typing import Final

from ntbuild.pecoff.object.write import MadeSection, write_object
from ntbuild.pelink.machines.target import Target

from .imports import CODE, MadeObject

FAR_THUNK_ORDER: Final = "~far/s/"
"""Sorts the object, and by its form says that nothing needs it unless it is referred to."""


def far_thunk_object(target: Target) -> list[MadeObject]:
    """The object with the machine's thunk, if it has one."""
    thunk = target.far_thunk
    if thunk is None:
        return []
    section = MadeSection(".text$far", thunk.code, CODE, thunk.alignment)
    data = write_object(int(target.machine.id), [section], [])
    return [MadeObject("range extension thunk", FAR_THUNK_ORDER, data)]
