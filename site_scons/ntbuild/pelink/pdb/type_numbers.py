"""How objects number their types: by the place of a record, from 0x1000 on.

An object that was compiled with a precompiled header begins with the types of that header, which
are in another object; its own records follow:

    header.obj   records 0 to 99               0x1000 to 0x1063
    a.obj        borrows 100, has 20 records   0x1064 to 0x1077
"""

import numpy as np
import numpy.typing as npt

from ntbuild.pecoff.codeview.kinds import FIRST_TYPE
from ntbuild.pecoff.columns.arrays import Flags, Integers, ObjectRows
from ntbuild.support.values import dataclass


@dataclass(frozen=True, slots=True, eq=False)
class Numbering:
    """Rows of type records by object. Columns have an entry an object."""

    first: Integers
    """Row of the object's first own record."""
    count: Integers
    """Its own records."""
    borrowed: Integers
    """Records of another object that its numbers begin with."""
    lender: Integers
    """Row of the first of these."""

    @classmethod
    def of(cls, owner: ObjectRows, counts: Integers, objects: int) -> "Numbering":
        """The numbering of runs of records, whose objects are ``owner``, ascending."""
        count = np.bincount(owner, counts, objects).astype(np.int64)
        none = np.zeros(objects, np.int64)
        return cls(count.cumsum() - count, count, none, none)

    def rows(self, objects: ObjectRows, numbers: npt.NDArray[np.uint32]) -> tuple[Integers, Flags]:
        """The row that each number means to its object, and which mean none: built-in types too."""
        # Of a built-in type the difference is huge, as numbers without a sign wrap.
        within = numbers - np.uint32(FIRST_TYPE)
        if not self.borrowed.any():
            bad = within >= self.count.astype(np.uint32).take(objects)
            return self.first.take(objects) + within, bad
        borrowed = self.borrowed.take(objects)
        bad = within >= borrowed + self.count.take(objects)
        first = np.where(
            within < borrowed, self.lender.take(objects), self.first.take(objects) - borrowed
        )
        return first + within, bad
