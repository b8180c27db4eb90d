"""The symbol index: names in the objects read so far, and the archive members that define more.

Names have ids, and a state per id says whether an object defines the name, refers to it, or what
else is known. Undefined names are matched with the indexes of archives without making text of
them: both sides are hashes, one of them sorted, and only names with equal hashes are compared byte
by byte.

The index is mutable, so it lives inside the read pass only.
"""

from collections.abc import Callable, Iterator, Sequence

import numpy as np
import numpy.typing as npt

from ntbuild.pecoff.archive import Archive
from ntbuild.pecoff.columns.arrays import (
    Flags,
    NameIds,
    StemNumbers,
    Words,
    word,
    words_at_any_byte,
)
from ntbuild.pecoff.columns.names import NameTable, hash_names, intern, name_at
from ntbuild.pecoff.columns.parallel import ROWS, in_parts
from ntbuild.pecoff.columns.pool import Pool
from ntbuild.pecoff.constants import IMAGE_SYM_CLASS, IMAGE_WEAK_EXTERN
from ntbuild.pecoff.object.read import ABSOLUTE, UNDEFINED, ObjectTables, Origin, read_objects

from .section_stems import StemTable

DEFINED, REQUESTED, COMMON, SEARCHED, FOUND, WEAK = 1, 2, 4, 8, 16, 32
"""Bits of a name's state.

DEFINED by an object, at an address or as a constant; REQUESTED by a reference or by an option;
COMMON in some object; SEARCHED for in all archives there were; FOUND in an archive, by a member
that is queued; WEAK external in some object.
"""

_SATISFIED = DEFINED | COMMON | FOUND

_FEW = 8
"""Up to this many hashes are compared one by one with all others, quicker than a binary search."""

_WEAK = int(IMAGE_SYM_CLASS.WEAK_EXTERNAL)
_SEARCH_LIBRARY = int(IMAGE_WEAK_EXTERN.SEARCH_LIBRARY)


class SymbolIndex:
    """Accumulates objects, names and archive indexes.

    ``batches`` are the objects, with ``batch_ids`` (name ids, parallel to ``symbols.rows``) and
    ``batch_stems`` (a number per section row) for each batch. ``archives`` are numbered in the
    order in which they were added.
    """

    def __init__(self) -> None:
        self.pool = Pool()
        self.batches: list[ObjectTables] = []
        self.batch_ids: list[NameIds] = []
        self.batch_stems: list[StemNumbers] = []
        self.names = NameTable.empty()
        self.stems = StemTable()
        self.archives: list[Archive] = []
        self._state = np.zeros(0, np.uint8)
        self._hashes: list[Words] = []
        self._heads: dict[int, Words] = {}
        self._searched = 0
        self._index: tuple[Words, npt.NDArray[np.int32], npt.NDArray[np.int32]] | None = None

    # --- objects ---------------------------------------------------------------------------------

    def add_objects(self, origins: Sequence[Origin]) -> None:
        """Read a batch and note which names it defines and refers to.

        Raises FormatError and HashCollisionError.
        """
        batch = read_objects(self.pool, origins)
        symbols = batch.symbols
        works: list[Callable[[], NameIds | StemNumbers]] = [
            lambda: self._intern(symbols.hash, symbols.name_at),
            lambda: self.stems.of_sections(self.pool.buffer, batch.sections),
        ]
        # Names and stems use different tables, so that two threads can look them up.
        side_by_side = len(symbols) > ROWS
        ids, stems = in_parts(_call, works) if side_by_side else map(_call, works)
        self.batches.append(batch)
        self.batch_ids.append(ids)
        self.batch_stems.append(stems)
        # One entry an external symbol. An undefined one with a value is a common of that size; a
        # weak one searches archives only where its Characteristics say so.
        section, value = symbols.section.take(symbols.rows), symbols.value.take(symbols.rows)
        weak = symbols.storage_class.take(symbols.rows) == _WEAK
        undefined = (section == UNDEFINED) & ~weak
        self._state[ids[weak]] |= WEAK
        self._state[ids[(section >= 0) | (section == ABSOLUTE)]] |= DEFINED
        self._state[ids[undefined & (value != 0)]] |= COMMON
        referred = ids[undefined & (value == 0)]
        searched = symbols.weak_rows[symbols.weak_search == _SEARCH_LIBRARY]
        if len(searched):
            weak_ids = ids[np.searchsorted(symbols.rows, searched)]
            referred = np.concatenate([referred, weak_ids])
        self._state[referred] |= REQUESTED

    def _intern(self, hashes: Words, positions: npt.NDArray[np.int64]) -> NameIds:
        self.names, ids = intern(self.names, self.pool.buffer, hashes, positions)
        grown = len(self.names) - len(self._state)
        if grown:
            self._state = np.concatenate([self._state, np.zeros(grown, np.uint8)])
        return ids

    # --- names -----------------------------------------------------------------------------------

    def request(self, names: Sequence[bytes]) -> list[int]:
        """Request names as an undefined symbol would; their ids.

        Raises HashCollisionError.
        """
        if not names:
            return []
        found = [self.id_of(name) for name in names]
        if min(found) >= 0:
            self._state[found] |= REQUESTED
            return found
        # The name table refers to text in the pool, so new names are put there first.
        at = self.pool.add(b"".join(name + b"\0" for name in names))
        lengths = np.array([len(name) + 1 for name in names], np.int64)
        positions = at + np.cumsum(lengths) - lengths
        ids = self._intern(hash_names(self.pool.buffer, positions), positions)
        self._state[ids] |= REQUESTED
        return list(ids.tolist())

    def is_missing(self, name_id: int) -> bool:
        """Whether nothing defines a name so far, nor will a member that is to be read next."""
        return not self._state[name_id] & _SATISFIED

    def is_defined(self, name: bytes) -> bool:
        """Whether an object read so far defines the name; a common is a definition."""
        found = self.id_of(name)
        return found >= 0 and bool(self._state[found] & (DEFINED | COMMON))

    def is_known(self, name: bytes) -> bool:
        """Whether an object or an archive defines the name; a weak external is enough."""
        found = self.id_of(name)
        if found >= 0 and self._state[found] & (DEFINED | COMMON | WEAK):
            return True
        return self._archive_row(name) is not None

    def is_weak(self, name: bytes) -> bool:
        """Whether an object has the name as a weak external; it is then defined by its default."""
        found = self.id_of(name)
        return found >= 0 and bool(self._state[found] & WEAK)

    def lacks_default(self, name: bytes) -> bool:
        """Whether a name is only a weak external, and nothing defines its default so far."""
        found = self.id_of(name)
        if found < 0 or self._state[found] & (DEFINED | COMMON | WEAK) != WEAK:
            return False
        return self._archive_row(name) is None and not any(
            map(self.is_known, self._defaults(found))
        )

    def _defaults(self, name_id: int) -> Iterator[bytes]:
        """Names of the defaults that objects give a weak external; the name itself for a static."""
        for batch, ids in zip(self.batches, self.batch_ids, strict=True):
            rows, symbols = batch.symbols.rows, batch.symbols
            own = ids.take(rows.searchsorted(symbols.weak_rows)) == name_id
            for default in symbols.weak_default[own].tolist():
                at = int(rows.searchsorted(default))
                external = at < len(rows) and rows[at] == default
                yield self.text(int(ids[at]) if external else name_id)

    def names_that_begin(self, prefix: bytes) -> Iterator[bytes]:
        """Names with a prefix that objects define, in the order of their ids, then archives'."""
        key, mask = int.from_bytes(prefix[:8], "little"), (1 << 8 * len(prefix[:8])) - 1
        # One word a name, its first eight bytes as a little-endian number: most names drop out by
        # one comparison, and only the rest becomes text.
        heads = words_at_any_byte(self.pool.buffer)[self.names.positions]
        defined = self._state & (DEFINED | COMMON | WEAK) != 0
        for name_id in np.flatnonzero(defined & (heads & word(mask) == word(key))).tolist():
            if (name := self.text(name_id)).startswith(prefix):
                yield name
        for number, archive in enumerate(self.archives):
            heads = self._heads_of_archive(number)
            for row in np.flatnonzero(heads & word(mask) == word(key)).tolist():
                if (name := archive.symbol_name(row)).startswith(prefix):
                    yield name

    def _heads_of_archive(self, number: int) -> Words:
        """The first eight bytes of each name in an archive's index; made when first needed."""
        if number not in self._heads:
            archive = self.archives[number]
            data = np.frombuffer(archive.data, np.uint8)
            at = archive.symbol_positions[:, None] + np.arange(8)
            self._heads[number] = data.take(at, mode="clip").view(np.uint64).ravel()
        return self._heads[number]

    def is_undefined(self, name: bytes) -> bool:
        """Whether a name is referred to or requested and nothing read so far defines it."""
        return self.id_of(name) >= 0 and not self.is_defined(name)

    def id_of(self, name: bytes) -> int:
        """The id of a name, -1 when no object has it and nothing requested it."""
        return self.names.find(self.pool.buffer, name)

    def ids_in_state(self, all_of: int, none_of: int = 0) -> list[int]:
        """Name ids, ascending, whose state has all bits of ``all_of`` and none of ``none_of``."""
        chosen = (self._state & all_of == all_of) & (self._state & none_of == 0)
        return list(np.flatnonzero(chosen).tolist())

    def text(self, name_id: int) -> bytes:
        """The text of a name."""
        return self.names.text(self.pool.buffer, name_id)

    # --- archives --------------------------------------------------------------------------------

    def add_archive(self, archive: Archive) -> None:
        """Take an archive's symbol index into account from now on."""
        self.archives.append(archive)
        self._hashes.append(archive.symbol_hashes)
        self._index = None

    def _archive_index(self) -> tuple[Words, npt.NDArray[np.int32], npt.NDArray[np.int32]]:
        """Sorted hashes of all archives' symbols; parallel, their archives and rows in its index.

        The sort is stable: of equal names, the earliest archive's earliest row comes first.
        """
        if self._index is None:
            # One entry per row of an archive's index, sorted by hash.
            counts = [len(hashes) for hashes in self._hashes]
            owners = [np.full(count, number, np.int32) for number, count in enumerate(counts)]
            rows = [np.arange(count, dtype=np.int32) for count in counts]
            all_hashes = np.concatenate([*self._hashes, np.zeros(0, np.uint64)])
            order = np.argsort(all_hashes, kind="stable")
            empty = [np.zeros(0, np.int32)]
            self._index = (
                all_hashes[order],
                np.concatenate(owners or empty)[order],
                np.concatenate(rows or empty)[order],
            )
        return self._index

    def _archive_row(self, name: bytes) -> tuple[int, int] | None:
        """(archive, row of its index) that defines a name first."""
        padded = np.frombuffer(name + bytes(16), np.uint8)
        key = hash_names(padded, np.zeros(1, np.int64))
        return self._first_match(name, key[0])

    def _first_match(self, name: bytes, key: np.uint64) -> tuple[int, int] | None:
        hashes, owners, rows = self._archive_index()
        at = int(np.searchsorted(hashes, key))
        while at < len(hashes) and hashes[at] == key:
            owner, row = int(owners[at]), int(rows[at])
            if self.archives[owner].symbol_name(row) == name:
                return owner, row
            at += 1
        return None

    def members_requested(self) -> dict[tuple[int, int], int]:
        """The archive members that define what is missing, in the order in which to read them.

        Keys are (archive, offset of the member's header), values the id of the name for which the
        member is taken. New names are looked up in the archives known at the last call, in the
        order in which objects name them; archives added since then are searched for all that is
        still missing, in the order of their indexes. lld-link, which reads one file after the
        other, takes members in the same order.
        """
        # Name ids ascend in the order in which objects first name them.
        missing = np.flatnonzero((self._state & REQUESTED != 0) & (self._state & _SATISFIED == 0))
        found: dict[tuple[int, int], int] = {}
        fresh = missing[self._state[missing] & SEARCHED == 0]
        if self._searched and len(fresh):
            self._search_known(fresh, found)
        while self._searched < len(self.archives):
            self._search_fresh(missing, self._searched, found)
            self._searched += 1
        self._state[missing] |= SEARCHED
        return found

    def _search_known(self, ids: npt.NDArray[np.intp], found: dict[tuple[int, int], int]) -> None:
        """Add the member that defines each name first, in the archives searched before."""
        names_at = self.names.positions[ids]
        keys = hash_names(self.pool.buffer, names_at)
        for position in np.flatnonzero(_known_to(self._archive_index()[0], keys)).tolist():
            name = name_at(self.pool.buffer, int(names_at[position]))
            match = self._first_match(name, keys[position])
            if match is not None and match[0] < self._searched:
                self._take(int(ids[position]), *match, found)

    def _search_fresh(
        self, ids: npt.NDArray[np.intp], number: int, found: dict[tuple[int, int], int]
    ) -> None:
        """Add the members of one archive that define any of the names not found yet."""
        ids = ids[self._state[ids] & FOUND == 0]
        keys = np.sort(hash_names(self.pool.buffer, self.names.positions[ids]))
        for row in np.flatnonzero(_known_to(keys, self._hashes[number])).tolist():
            name_id = self.id_of(self.archives[number].symbol_name(row))
            if name_id >= 0 and not self._state[name_id] & _SATISFIED:
                self._take(name_id, number, row, found)

    def _take(self, name_id: int, number: int, row: int, found: dict[tuple[int, int], int]) -> None:
        self._state[name_id] |= FOUND
        found.setdefault((number, int(self.archives[number].symbol_members[row])), name_id)


def _call(work: Callable[[], NameIds | StemNumbers]) -> NameIds | StemNumbers:
    return work()


def _known_to(ordered: Words, hashes: Words) -> Flags:
    """Which of ``hashes`` are among the ``ordered`` ones."""
    if len(ordered) <= _FEW:
        among = np.zeros(len(hashes), np.bool_)
        for each in ordered:
            among |= hashes == each
        return among
    at = np.searchsorted(ordered, hashes)
    hit = np.zeros(len(hashes), np.bool_)
    inside = at < len(ordered)
    hit[inside] = ordered[at[inside]] == hashes[inside]
    return hit
