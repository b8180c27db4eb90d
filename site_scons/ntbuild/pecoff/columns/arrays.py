"""Array types by what they hold, and the operations on ranges of rows that every pass needs.

All are numpy arrays of one dimension; the names say what a number in them means. A row number and
an address are both integers, so no type checker tells them apart: the names are for the reader.
"""

from typing import Any

import numpy as np
import numpy.typing as npt

Bytes = npt.NDArray[np.uint8]
Words = npt.NDArray[np.uint64]
Integers = npt.NDArray[np.int64]
Flags = npt.NDArray[np.bool_]

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
    """A number that words are calculated with.

    It is an array, because numpy takes half as long for an operation with one: it need not ask what
    the number is.
    """
    return np.array(value, np.uint64)


def words_at_any_byte(buffer: Bytes) -> Words:
    """The buffer seen as a uint64 starting at every byte (a view; 7 entries shorter)."""
    return np.ndarray((max(len(buffer) - 7, 0),), "<u8", buffer.data, 0, (1,))


def ragged(starts: Integers, counts: Integers, step: int = 1) -> Integers:
    """The ranges ``starts[i], starts[i] + step ...`` of ``counts[i]`` entries, concatenated."""
    total = int(counts.sum())
    if total == 0:
        return np.zeros(0, np.int64)
    before = counts.cumsum() - counts
    ranges = np.arange(0, total * step, step, dtype=np.int64)
    ranges += (starts - before * step).repeat(counts)
    return ranges


def concatenated(
    buffer: Bytes, starts: Integers, sizes: Integers, dtype: np.dtype[Any]
) -> npt.NDArray[Any]:
    """The records of ``dtype`` in byte ranges of the buffer, copied together into one table."""
    view = memoryview(buffer)  # type: ignore[arg-type]
    ends = (starts + sizes).tolist()
    pieces = [view[start:end] for start, end in zip(starts.tolist(), ends, strict=True)]
    # Joined as bytes, because numpy would take the interpreter back after each piece.
    return np.frombuffer(b"".join(pieces), dtype)
