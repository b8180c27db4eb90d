"""Base relocations: the places that the loader fixes, as the .reloc section's blocks.

What is hard is nothing but speed: one block a page, for a hundred thousand places, without a loop.

Source: PE Format, "The .reloc Section".
"""

import numpy as np
import numpy.typing as npt

from ntbuild.pecoff.columns.arrays import Integers


def base_relocation_blocks(places: Integers, types: npt.NDArray[np.uint16]) -> bytes:
    """The .reloc section's bytes for sorted RVAs and their IMAGE_REL_BASED types.

    One block a page, padded to four bytes with ABSOLUTE.
    """
    if not len(places):
        return b""
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
