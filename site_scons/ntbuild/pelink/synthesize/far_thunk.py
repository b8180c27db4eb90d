"""The range-extension thunk that all others are copies of, as an object.

Which branches need a thunk is only known when everything has its address, long after the last
object was read. So the code enters once, early, in a section that nothing refers to, and
``add_range_thunks`` adds section rows with the same bytes, one for each thunk.
"""

from typing import Final

from ntbuild.pecoff.object.write import MadeSection, write_object
from ntbuild.pelink.machines.target import Target

from .imports import CODE, MadeObject

FAR_THUNK_ORDER: Final = "~far/s/"
"""Sort key of the object; with ``/s/`` in it nothing keeps the object that does not refer to it."""


def far_thunk_object(target: Target) -> list[MadeObject]:
    """The object with the machine's thunk; none where every branch reaches."""
    thunk = target.far_thunk
    if thunk is None:
        return []
    section = MadeSection(".text$far", thunk.code, CODE, thunk.alignment)
    data = write_object(int(target.machine.id), [section], [])
    return [MadeObject("range extension thunk", FAR_THUNK_ORDER, data)]
