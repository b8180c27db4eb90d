"""Array types by what a number in them means, and operations on ranges of rows.

All are numpy arrays of one dimension. A row number and an address are both integers and a type
checker does not tell them apart: the names are for the reader.
"""

from typing import Any

import numpy as np
import numpy.typing as npt

Bytes = npt.NDArray[np.uint8]
"""Raw bytes: the pool, an image, a part of either."""
Words = npt.NDArray[np.uint64]
"""Eight bytes each as one little-endian number, or 64-bit hashes."""
Integers = npt.NDArray[np.int64]
"""Counts, sizes in bytes, indices: numbers that no other type below names."""
Flags = npt.NDArray[np.bool_]
"""One boolean a row."""

SectionRows = npt.NDArray[np.int32]
"""Rows of a section table; negative values stand for UNDEFINED, ABSOLUTE and DEBUG."""
SymbolRows = npt.NDArray[np.int32]
"""Rows of a symbol table; -1 where there is none."""
ObjectRows = npt.NDArray[np.int32]
"""Rows of a table of objects."""
NameIds = npt.NDArray[np.int32]
"""Ids of interned external names; -1 where there is none."""
StemNumbers = npt.NDArray[np.int32]
"""Indices into a link's section stems, which are section names up to their ``$``."""
SectionNumbers = npt.NDArray[np.int32]
"""One-based numbers of sections, as the file formats count them; 0 stands for none."""
Rvas = npt.NDArray[np.int64]
"""Addresses relative to the image base."""
FileOffsets = npt.NDArray[np.int64]
"""Byte offsets in a file, or positions in the input buffer."""


def word(value: int) -> Words:
    """A constant for calculations with words: an array without dimensions.

    An operation of numpy takes half as long with an array as with a Python number, whose type it
    must find out first.
    """
    return np.array(value, np.uint64)


def words_at_any_byte(buffer: Bytes) -> Words:
    """The buffer as overlapping words, one starting at every byte: a view, 7 entries shorter.

    Pitfall: a gather from it is unaligned and takes twice as long; see ``names.Walk``.
    """
    return np.ndarray((max(len(buffer) - 7, 0),), "<u8", buffer.data, 0, (1,))


def ragged(starts: Integers, counts: Integers, step: int = 1) -> Integers:
    """Ranges of rows or positions, concatenated.

    ``ragged([10, 20], [3, 2])`` is ``[10, 11, 12, 20, 21]``; with a ``step`` of 4 it is
    ``[10, 14, 18, 20, 24]``. Ranges may be empty.
    """
    total = int(counts.sum())
    if total == 0:
        return np.zeros(0, np.int64)
    # Entry i of the whole is start + step * (i - entries before its range).
    before = counts.cumsum() - counts
    ranges = np.arange(0, total * step, step, dtype=np.int64)
    ranges += (starts - before * step).repeat(counts)
    return ranges


def concatenated(
    buffer: Bytes, starts: Integers, sizes: Integers, dtype: np.dtype[Any]
) -> npt.NDArray[Any]:
    """The records of ``dtype`` in byte ranges of the buffer, copied into one table.

    ``starts`` and ``sizes`` are in bytes; each size must be a multiple of the record's.
    """
    view = memoryview(buffer)  # type: ignore[arg-type]
    ends = (starts + sizes).tolist()
    pieces = [view[start:end] for start, end in zip(starts.tolist(), ends, strict=True)]
    # Joined as bytes: numpy would take the interpreter's lock once for each piece.
    return np.frombuffer(b"".join(pieces), dtype)
