"""Section names without what follows their ``$``, as numbers.

    .text$mn   has the stem  .text            .pdata.startup   has the stem  .pdata

A large link has 300,000 section names and a dozen different stems, which are found without making
text of the 300,000: nearly every stem shows in a name's first eight bytes, which compare as one
number. Names without a ``$`` or NUL in their first eight bytes are interned by their full text.
"""

import numpy as np

from ntbuild.pecoff.columns.arrays import Bytes, FileOffsets, StemNumbers, Words, word
from ntbuild.pecoff.columns.names import NameTable, end_mask, hash_names, intern, name_at
from ntbuild.pecoff.object.read import Sections

_DOLLARS = word(0x2424242424242424)
_ONE, _SEVEN = word(1), word(7)
_FEW = 16
"""So few sections are looked at name by name."""

_MANY = 64
"""Different stems that are looked for one after the other."""

_UNWIND = (b".pdata", b".xdata")


def _stem(name: bytes) -> bytes:
    """A name up to its ``$``; gcc's ``.pdata.startup`` is unwind data as ``.pdata`` is."""
    stem = name.partition(b"$")[0]
    return stem[:6] if stem.startswith(tuple(each + b"." for each in _UNWIND)) else stem


def _eight_byte_stems(words: Words) -> tuple[Words, Words]:
    """Names' first eight bytes cut at ``$`` or NUL, and the mask of that end, 0 without one."""
    nul, dollar = end_mask(words), end_mask(words ^ _DOLLARS)
    # Subtracting one turns 0 into the largest number, so that the minimum takes the other end.
    end = np.minimum(nul - _ONE, dollar - _ONE) + _ONE
    return words & ((end >> _SEVEN) - _ONE), end  # less one, 0 is a mask of all bits


class StemTable:
    """Stems seen so far; ``texts[i]`` is the stem with number i."""

    def __init__(self) -> None:
        self.texts: list[bytes] = []
        self._numbers: dict[bytes, int] = {}
        self._long_names = NameTable.empty()
        self._long_stems: list[int] = []

    def number(self, stem: bytes) -> int:
        """The number of a stem, given now if it is new."""
        known = self._numbers.setdefault(stem, len(self.texts))
        if known == len(self.texts):
            self.texts.append(stem)
        return known

    def of_sections(self, buffer: Bytes, sections: Sections) -> StemNumbers:
        """The stem number of every section row. Raises HashCollisionError as ``intern`` does."""
        if len(sections) <= _FEW:
            return self._of_few(buffer, sections)
        keys, ends = _eight_byte_stems(sections.name_head)
        stems, short = np.zeros(len(sections), np.int32), np.ones(len(sections), np.bool_)
        # ``short`` are rows without a stem so far; a round gives one to all rows that have it.
        rows = (sections.long_name & (ends == 0)).nonzero()[0]
        if len(rows):
            stems[rows], short[rows] = self._of_long_names(buffer, sections.name_at[rows]), False
        for _ in range(_MANY):
            first = int(np.argmax(short))
            if not short[first]:
                return stems
            same = short & (keys == keys[first])
            number = self.number(int(keys[first]).to_bytes(8, "little").rstrip(b"\0"))
            stems += same * np.int32(number)
            short &= ~same
        # More different stems than rounds: the rest at once, by a sort.
        rows = short.nonzero()[0]
        unique, inverse = np.unique(keys[rows], return_inverse=True)
        numbers = [self.number(key.to_bytes(8, "little").rstrip(b"\0")) for key in unique.tolist()]
        stems[rows] = np.array(numbers, np.int32)[inverse]
        return stems

    def _of_few(self, buffer: Bytes, sections: Sections) -> StemNumbers:
        """As ``of_sections``, name by name: that is quicker than any number of array operations."""
        numbers = []
        heads = sections.name_head.tolist()
        for row, (head, is_long) in enumerate(zip(heads, sections.long_name.tolist(), strict=True)):
            name, nul, _ = int(head).to_bytes(8, "little").partition(b"\0")
            stem = name.partition(b"$")[0]
            if is_long and not nul and stem == name:
                stem = _stem(name_at(buffer, int(sections.name_at[row])))
            numbers.append(self.number(stem))
        return np.array(numbers, np.int32)

    def _of_long_names(self, buffer: Bytes, at: FileOffsets) -> StemNumbers:
        self._long_names, ids = intern(self._long_names, buffer, hash_names(buffer, at), at)
        for name_id in range(len(self._long_stems), len(self._long_names)):
            name = name_at(buffer, int(self._long_names.positions[name_id]))
            self._long_stems.append(self.number(_stem(name)))
        return np.array(self._long_stems, np.int32)[ids]
