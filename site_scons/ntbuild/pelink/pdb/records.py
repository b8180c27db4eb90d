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
from ntbuild.pecoff.columns.arrays import Bytes, FileOffsets, Flags, Integers, ObjectRows
from ntbuild.pecoff.columns.parallel import in_parts
from ntbuild.pecoff.columns.pieces import copy_pieces, joined
from ntbuild.pecoff.errors import FormatError
from ntbuild.pecoff.object.tables import Origin
from ntbuild.support.values import dataclass

_FEW: Final = 48
"""Runs up to which one record at a time is quicker than one numpy operation for each of them."""

_TOGETHER: Final = 1 << 13
"""Runs that are walked at once: the next record of each is in the processor's cache."""

_LF_PAD: Final = (0xF3, 0xF2, 0xF1)

_LENGTH: Final = np.uint32(0xFFFF)
"""The part of a record's first four bytes that is its length."""
_HEAD: Final = 4
"""Bytes of length and kind."""
Words32 = npt.NDArray[np.uint32]

PADDING: Final = 32
"""Zero bytes behind the last run, so that fields of a cut record can be read before it is refused.
"""


@dataclass(frozen=True, slots=True, eq=False)
class Runs:
    """Byte ranges of ``data``, in the order of the objects that they come from."""

    data: Bytes
    """Bytes of all runs, then `PADDING` bytes."""
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

    def some(self, rows: Integers) -> "Records":
        """The records of these rows."""
        return Records(
            self.at.take(rows), self.size.take(rows), self.kind.take(rows), self.run.take(rows)
        )

    def part(self, part: slice) -> "Records":
        """The records of a slice; nothing is copied."""
        return Records(self.at[part], self.size[part], self.kind[part], self.run[part])


def no_runs(origins: tuple[Origin, ...]) -> Runs:
    """Runs of no object."""
    none = np.zeros(0, np.int64)
    return Runs(np.zeros(PADDING, np.uint8), none, none, none.astype(np.int32), none, origins)


def unaligned(data: Bytes, at: Integers, dtype: str) -> npt.NDArray[Any]:
    """Numbers of ``dtype`` (``<u2``, ``<u4``) that begin at any byte."""
    return at_any_byte(data, dtype)[at]


def at_any_byte(data: Bytes, dtype: str) -> npt.NDArray[Any]:
    """A view with a number of ``dtype`` that begins at every byte of ``data``.

    Pitfall: ``take`` copies such a view as a whole before it takes anything; brackets do not.
    """
    room = max(len(data) - np.dtype(dtype).itemsize + 1, 0)
    return np.ndarray((room,), dtype, data.data, 0, (1,))


def sizes_of(heads: Words32) -> Integers:
    """Sizes of records by their first four bytes."""
    size = (heads & _LENGTH).astype(np.int64)
    size += 2
    return size


def kinds_of(heads: Words32) -> npt.NDArray[np.uint16]:
    """Kinds of records by their first four bytes."""
    return (heads >> np.uint32(16)).astype(np.uint16)


def find_records(runs: Runs, which: Integers | None = None) -> Records:
    """The records of all runs, or of those that ``which`` lists, ascending.

    Raises FormatError for a record that is shorter than its kind or passes the end of its run.
    """
    run = np.arange(len(runs.begin)) if which is None else which
    parts = [slice(at, at + _TOGETHER) for at in range(0, max(len(run), 1), _TOGETHER)]
    found = in_parts(lambda part: _find_records(runs, run[part]), parts)
    if len(found) == 1:
        return found[0]
    columns = ([getattr(each, name) for each in found] for name in ("at", "size", "kind", "run"))
    return Records(*map(np.concatenate, columns))


def _find_records(runs: Runs, run: Integers) -> Records:
    """The records of some runs."""
    begin, end = runs.begin.take(run), runs.end.take(run)
    heads_at = at_any_byte(runs.data, "<u4")  # length, then kind
    steps: list[tuple[Integers, Integers, Words32]] = []
    count = np.zeros(len(run), np.int64)
    stop = begin.copy()
    active = (begin < end).nonzero()[0]
    at, limit = begin.take(active), end.take(active)
    while len(at) > _FEW:  # step k has the k-th record of each run that has one
        heads = heads_at[at]
        steps.append((active, at, heads))
        at = at + (heads & _LENGTH)
        at += 2
        more = at < limit
        if not more.all():
            ended = active.compress(~more)
            count[ended], stop[ended] = len(steps), at.compress(~more)
            active, at, limit = (each.compress(more) for each in (active, at, limit))
    rest = [_one_by_one(runs.data, *pair) for pair in zip(at.tolist(), limit.tolist(), strict=True)]
    count[active] = np.array([len(places) - 1 for places in rest], np.int64) + len(steps)
    stop[active] = [places[-1] for places in rest]
    first = count.cumsum() - count
    every, heads = np.empty(int(count.sum()), np.int64), np.empty(int(count.sum()), np.uint32)
    for number, (each, places_at, heads_of_step) in enumerate(steps):
        place = first.take(each) + number
        every[place], heads[place] = places_at, heads_of_step
    for row, places in zip(active.tolist(), rest, strict=True):
        some = slice(int(first[row]) + len(steps), int(first[row] + count[row]))
        every[some], heads[some] = places[:-1], heads_at[places[:-1]]
    found = Records(every, sizes_of(heads), kinds_of(heads), run.repeat(count))
    if (stop > end).any() or ((heads & _LENGTH) < _HEAD - 2).any():
        raise _fault(runs, found)
    return found


def _one_by_one(data: Bytes, at: int, end: int) -> list[int]:
    """Positions of the records of one run, and where the last one ends."""
    view = memoryview(data)  # type: ignore[arg-type]
    places = [at]
    while at < end:
        at += view[at] + (view[at + 1] << 8) + 2
        places.append(at)
    return places


def _fault(runs: Runs, records: Records) -> FormatError:
    """The error of the first record that is malformed."""
    at, size, run = records.at, records.size, records.run
    row = int(((size < _HEAD) | (at + size > runs.end.take(run))).nonzero()[0][0])
    message = f"a record of {int(size[row])} bytes in a section of CodeView that ends before it"
    if size[row] < _HEAD:
        message = "a record without a kind"
    return runs.fault(int(run[row]), int(at[row]), "RecordLen", message)


def picked(runs: Runs, records: Records) -> tuple[Runs, Records]:
    """The records in an array of their own, each as long as a multiple of four and a run itself.

    What pads a type record says how many bytes follow it: F3, F2, F1.
    """
    source_size = records.size
    size = (source_size + 3) & -4
    at = size.cumsum() - size
    source_at, run = records.at, records.run
    if (source_size == size).all():
        data = joined(runs.data, source_at, size, PADDING)
    else:
        data = np.zeros(int(size.sum()) + PADDING, np.uint8)
        copy_pieces(runs.data, data, source_at, at, source_size)
        fill_up(data, at, source_size, _LF_PAD)
    offset = runs.file_offset.take(run) + source_at - runs.begin.take(run)
    own = Runs(data, at, at + size, runs.object.take(run), offset, runs.origins)
    return own, Records(at, size, records.kind, np.arange(len(at)))


def fill_up(data: Bytes, at: Integers, size: Integers, fill: tuple[int, int, int]) -> None:
    """Make records that begin at ``at`` as long as a multiple of four, in their length fields too.

    ``fill``: the three last bytes of a record that needs three more; one that needs fewer has the
    last of these.
    """
    short = (size & 3).nonzero()[0]
    at, size = at[short], size[short]
    end = at + ((size + 3) & -4)
    for number, value in enumerate(fill):
        data[end[end - at - size > 2 - number] - 3 + number] = value
    data[: len(data) & -2].view("<u2")[at >> 1] = end - at - 2


def padded(runs: Runs, records: Records) -> tuple[Runs, Records]:
    """Runs and records of symbols with every record as long as a multiple of four.

    Compilers of Microsoft leave symbol records unpadded; clang does not.
    """
    if not (records.size & 3).any():
        return runs, records
    size = (records.size + 3) & -4
    at = size.cumsum() - size
    data = np.zeros(int(size.sum()) + PADDING, np.uint8)
    copy_pieces(runs.data, data, records.at, at, records.size)
    fill_up(data, at, records.size, (0, 0, 0))
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


def among(values: npt.NDArray[Any], some: Iterable[int]) -> Flags:
    """Which values are among a few; for many values in a few, and without what isin imports."""
    found = np.zeros(len(values), np.bool_)
    for each in some:
        found |= values == each
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
