"""Length-prefixed records in the CodeView sections of many objects, found together.

A run is the content of one section, or of one of its subsections, in an array that holds those of
all objects. All runs are walked at once: step k of the walk is the k-th record of each run that
has one.

Invariant: what `find_records` returns lies inside of its run, and records tile the run.
"""

from collections.abc import Iterable, Mapping
from typing import Any, Final

import numpy as np
import numpy.typing as npt

from ntbuild.pecoff.codeview.kinds import NUMERIC_SIZES
from ntbuild.pecoff.columns.arrays import Bytes, FileOffsets, Flags, Integers, ObjectRows, ragged
from ntbuild.pecoff.errors import FormatError
from ntbuild.pecoff.object.tables import Origin
from ntbuild.support.values import dataclass

_FEW: Final = 48
"""Runs up to which one record at a time is quicker than one numpy operation for each of them."""

PADDING: Final = 16
"""Zero bytes behind the last run, so that fields of a cut record can be read before it is refused.
"""


@dataclass(frozen=True, slots=True, eq=False)
class Runs:
    """Byte ranges of ``data``, in the order of the objects that they come from."""

    data: Bytes
    """Bytes of all runs, then `PADDING` zero bytes. Runs begin at multiples of four."""
    begin: Integers
    """First byte of each run in ``data``."""
    end: Integers
    """The byte behind its last one."""
    object: ObjectRows
    """The object that it comes from; ascending."""
    file_offset: FileOffsets
    """Offset of its first byte in the object, for messages."""
    origins: tuple[Origin, ...]
    """The objects."""

    def fault(self, run: int, at: int, field: str, message: str, hint: str = "") -> FormatError:
        """An error about the byte ``at`` of ``data``, which is in ``run``."""
        offset = int(self.file_offset[run]) + at - int(self.begin[run])
        name = self.origins[int(self.object[run])].name
        return FormatError(name, offset, field, message, hint)


@dataclass(frozen=True, slots=True, eq=False)
class Records:
    """Records of some runs, in their order: one row a record."""

    at: Integers
    """Its first byte in the runs' data."""
    size: Integers
    """Its bytes, the length field included."""
    kind: npt.NDArray[np.uint16]
    run: Integers
    """The run that it is in."""


def no_runs(origins: tuple[Origin, ...]) -> Runs:
    """Runs of no object."""
    none = np.zeros(0, np.int64)
    return Runs(np.zeros(PADDING, np.uint8), none, none, none.astype(np.int32), none, origins)


def unaligned(data: Bytes, at: Integers, dtype: str) -> npt.NDArray[Any]:
    """Numbers of ``dtype`` (``<u2``, ``<u4``) that begin at any byte."""
    room = max(len(data) - np.dtype(dtype).itemsize + 1, 0)
    return np.ndarray((room,), dtype, data.data, 0, (1,)).take(at)


def find_records(runs: Runs, which: Integers | None = None) -> Records:
    """The records of all runs, or of those that ``which`` lists, ascending.

    Raises FormatError for a record that is shorter than its kind or passes the end of its run.
    """
    run = np.arange(len(runs.begin)) if which is None else which
    data, at, end = runs.data, runs.begin[run], runs.end[run]
    found: list[Integers] = []
    found_runs: list[Integers] = []
    lengths = np.ndarray((max(len(data) - 1, 0),), "<u2", data.data, 0, (1,))
    more = at < end
    at, end, run = at[more], end[more], run[more]
    while len(at) > _FEW:  # one row is a run with one more record
        found.append(at)
        found_runs.append(run)
        at = at + lengths.take(at) + 2
        more = at < end
        if not more.all():
            at, end, run = at[more], end[more], run[more]
    for start, stop, number in zip(at.tolist(), end.tolist(), run.tolist(), strict=True):
        places, place = [], start
        while place < stop:
            places.append(place)
            place += int(lengths[place]) + 2
        found.append(np.array(places, np.int64))
        found_runs.append(np.full(len(places), number, np.int64))
    every = np.concatenate([*found, np.zeros(0, np.int64)])
    order = every.argsort(kind="stable")
    every = every[order]
    owner = np.concatenate([*found_runs, np.zeros(0, np.int64)])[order]
    sizes = lengths.take(every).astype(np.int64) + 2
    bad = ((sizes < 4) | (every + sizes > runs.end[owner])).nonzero()[0]
    if len(bad):
        row = int(bad[0])
        text = f"a record of {int(sizes[row])} bytes in a section of CodeView that ends before it"
        short = "a record without a kind"
        message = short if sizes[row] < 4 else text
        raise runs.fault(int(owner[row]), int(every[row]), "RecordLen", message)
    return Records(every, sizes, unaligned(data, every + 2, "<u2"), owner)


def padded(runs: Runs, records: Records, fill: tuple[int, int, int]) -> tuple[Runs, Records]:
    """Runs and records with every record as long as a multiple of four, as a PDB needs them.

    ``fill``: the three last bytes of a record that needs three more; one that needs fewer has the
    last of these. Compilers of Microsoft leave symbol records unpadded; clang does not.
    """
    if not (records.size & 3).any():
        return runs, records
    size = (records.size + 3) & -4
    at = size.cumsum() - size
    total = int(size.sum())
    data = np.zeros(total + PADDING, np.uint8)
    data[ragged(at, records.size)] = runs.data[ragged(records.at, records.size)]
    for number, value in enumerate(fill):
        short = (size - records.size > 2 - number).nonzero()[0]
        data[at[short] + size[short] - 3 + number] = value
    data[ragged(at, np.full(len(at), 2))] = (size - 2).astype("<u2").view(np.uint8)
    # Runs keep their numbers; an empty one stands where the one before it ends.
    ends = np.bincount(records.run, size, len(runs.begin)).astype(np.int64).cumsum()
    begins = np.concatenate([[0], ends[:-1]]).astype(np.int64)
    moved = Runs(data, begins, ends, runs.object, runs.file_offset, runs.origins)
    return moved, Records(at, size, records.kind, records.run)


_SIZES: Final = np.full(0x10000, -1, np.int64)
_SIZES[:0x8000] = 2
for _leaf, _bytes in NUMERIC_SIZES.items():
    _SIZES[_leaf] = 2 + _bytes


def numeric_sizes(data: Bytes, at: Integers) -> Integers:
    """Bytes of the numeric leaves that begin at ``at``; -1 for an unknown kind."""
    found: Integers = _SIZES.take(unaligned(data, at, "<u2"))
    return found


class Ends:
    """Where NUL-terminated names end: the NULs of an array, found once."""

    def __init__(self, data: Bytes) -> None:
        self.nuls = (data == 0).nonzero()[0]

    def of(self, at: Integers) -> Integers:
        """The NUL at or behind each position; the array's last byte must be one."""
        found: Integers = self.nuls.take(self.nuls.searchsorted(at))
        return found


def lookup(values: Mapping[Any, int]) -> npt.NDArray[np.int32]:
    """A table of 65,536 entries by kind."""
    table = np.zeros(0x10000, np.int32)
    for kind, value in values.items():
        table[kind] = value
    return table


def members(kinds: Iterable[int]) -> Flags:
    """A table of 65,536 flags: which kinds are among ``kinds``."""
    table = np.zeros(0x10000, np.bool_)
    table[list(map(int, kinds))] = True
    return table
