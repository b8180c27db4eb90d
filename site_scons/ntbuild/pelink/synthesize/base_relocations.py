"""Base relocations: the fields that the loader fixes, as the blocks of the .reloc section.

A block is the page's RVA, the block's size, and for each field 4 bits of type and 12 of offset in
the page. An odd number of entries is padded with one of type ABSOLUTE.

Source: PE Format, "The .reloc Section".
"""

import numpy as np
import numpy.typing as npt

from ntbuild.pecoff.columns.arrays import Integers


def base_relocation_blocks(places: Integers, types: npt.NDArray[np.uint16]) -> bytes:
    """The .reloc section's bytes for ascending RVAs (``places``) and the type of each."""
    if not len(places):
        return b""
    # One entry of ``starts``, ``counts``, ``sizes`` and ``at`` is a block: its first field's index,
    # its number of fields, its bytes, and its offset in the section.
    pages = places & ~np.int64(0xFFF)
    starts = np.flatnonzero(np.concatenate([[True], pages[1:] != pages[:-1]]))
    counts = np.diff(np.append(starts, len(places)))
    sizes = 8 + 2 * (counts + (counts & 1))
    at = np.cumsum(sizes) - sizes
    halves = np.zeros(int(sizes.sum()) // 2, "<u2")
    words = halves.view("<u4")
    words[at // 4] = pages[starts]
    words[at // 4 + 1] = sizes
    within = np.arange(len(places)) - np.repeat(starts, counts)
    entries = (types.astype(np.int64) << 12) | (places & 0xFFF)
    halves[np.repeat(at // 2 + 4, counts) + within] = entries
    return halves.tobytes()
