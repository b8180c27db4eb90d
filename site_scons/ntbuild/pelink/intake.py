"""What has been read so far: batches of objects, their names, and who still wants what.

The one mutable thing of the linker, and it lives inside the read pass only. What is hard is
matching undefined names with archive indexes without text: both sides are sorted hashes, and
only equal ones are compared byte by byte.
"""

from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt

from ntbuild.pecoff.archive import Archive
from ntbuild.pecoff.constants import IMAGE_SYM_CLASS, IMAGE_WEAK_EXTERN
from ntbuild.pecoff.object import ABSOLUTE, UNDEFINED, ObjectTables, Origin, read_objects
from ntbuild.pecoff.pool import Pool
from ntbuild.pecoff.text import NameTable, Words, hash_names, intern, name_at

from .model import Rows
from .stems import StemTable

DEFINED, WANTED, COMMON, ASKED = 1, 2, 4, 8

_WEAK = int(IMAGE_SYM_CLASS.WEAK_EXTERNAL)
_SEARCH_LIBRARY = int(IMAGE_WEAK_EXTERN.SEARCH_LIBRARY)


class Intake:
    """Accumulates objects, names and archive indexes."""

    def __init__(self) -> None:
        self.pool = Pool()
        self.batches: list[ObjectTables] = []
        self.batch_ids: list[Rows] = []
        self.batch_stems: list[Rows] = []
        self.names = NameTable.empty()
        self.stems = StemTable()
        self.archives: list[Archive] = []
        self._state = np.zeros(0, np.uint8)
        self._hashes: Words = np.zeros(0, np.uint64)
        self._index: tuple[Words, npt.NDArray[np.int32], npt.NDArray[np.int32]] | None = None

    # --- objects ---------------------------------------------------------------------------------

    def add_objects(self, origins: Sequence[Origin]) -> list[int]:
        """Read a batch; return the name ids that it wants, in the order in which it names them.

        Raises FormatError and HashCollisionError.
        """
        batch = read_objects(self.pool, origins)
        symbols = batch.symbols
        ids = self._intern(symbols.hash, symbols.name_at)
        self.batches.append(batch)
        self.batch_ids.append(ids)
        self.batch_stems.append(self.stems.of_sections(self.pool.buffer, batch.sections))
        section = symbols.section[symbols.rows]
        value = symbols.value[symbols.rows]
        weak = symbols.storage_class[symbols.rows] == _WEAK
        undefined = (section == UNDEFINED) & ~weak
        self._state[ids[(section >= 0) | (section == ABSOLUTE)]] |= DEFINED
        self._state[ids[undefined & (value != 0)]] |= COMMON
        wants = ids[undefined & (value == 0)]
        searched = symbols.weak_rows[symbols.weak_search == _SEARCH_LIBRARY]
        if len(searched):
            wants = np.concatenate([wants, ids[np.searchsorted(symbols.rows, searched)]])
        self._state[wants] |= WANTED
        return self._still_missing(wants)

    def _still_missing(self, wants: Rows) -> list[int]:
        open_ids = wants[self._state[wants] & (DEFINED | ASKED) == 0]
        return list(dict.fromkeys(open_ids.tolist()))

    def _intern(self, hashes: Words, positions: npt.NDArray[np.int64]) -> Rows:
        self.names, ids = intern(self.names, self.pool.buffer, hashes, positions)
        grown = len(self.names) - len(self._state)
        if grown:
            self._state = np.concatenate([self._state, np.zeros(grown, np.uint8)])
        return ids

    # --- names -----------------------------------------------------------------------------------

    def want(self, names: Sequence[bytes]) -> list[int]:
        """Ask for names as an undefined symbol would; return their ids."""
        if not names:
            return []
        at = self.pool.add(b"".join(name + b"\0" for name in names))
        lengths = np.array([len(name) + 1 for name in names], np.int64)
        positions = at + np.cumsum(lengths) - lengths
        ids = self._intern(hash_names(self.pool.buffer, positions), positions)
        self._state[ids] |= WANTED
        return list(ids.tolist())

    def missing(self, ids: Iterable[int]) -> list[int]:
        """Those of some ids that nothing defines and no archive was asked for."""
        return [each for each in ids if not self._state[each] & (DEFINED | ASKED)]

    def is_defined(self, name: bytes) -> bool:
        """Whether an object read so far defines the name (commons count)."""
        found = self.names.find(self.pool.buffer, name)
        return found >= 0 and bool(self._state[found] & (DEFINED | COMMON))

    def is_known(self, name: bytes) -> bool:
        """Whether an object or an archive defines the name."""
        return self.is_defined(name) or self._archive_row(name) is not None

    def ids_in_state(self, all_of: int, none_of: int = 0) -> list[int]:
        """Name ids with these state bits."""
        wanted = (self._state & all_of == all_of) & (self._state & none_of == 0)
        return list(np.flatnonzero(wanted).tolist())

    def text(self, name_id: int) -> bytes:
        """The text of a name."""
        return self.names.text(self.pool.buffer, name_id)

    # --- archives --------------------------------------------------------------------------------

    def add_archive(self, archive: Archive) -> None:
        """Take an archive's symbol index into account from now on."""
        self.archives.append(archive)
        self._index = None

    def _archive_index(self) -> tuple[Words, npt.NDArray[np.int32], npt.NDArray[np.int32]]:
        """Hashes of all archives' symbols, sorted; the archive and its index row of each.

        The sort is stable, so of equal names the first archive's first one stands first.
        """
        if self._index is None:
            hashes, owners, rows = [], [], []
            for number, archive in enumerate(self.archives):
                data = np.frombuffer(archive.data, np.uint8)
                padded = np.concatenate([data, np.zeros(16, np.uint8)])
                count = len(archive.symbol_positions)
                hashes.append(hash_names(padded, archive.symbol_positions))
                owners.append(np.full(count, number, np.int32))
                rows.append(np.arange(count, dtype=np.int32))
            all_hashes = np.concatenate(hashes) if hashes else np.zeros(0, np.uint64)
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
        wanted = hash_names(padded, np.zeros(1, np.int64))
        return self._first_match(name, wanted[0])

    def _first_match(self, name: bytes, wanted: np.uint64) -> tuple[int, int] | None:
        hashes, owners, rows = self._archive_index()
        at = int(np.searchsorted(hashes, wanted))
        while at < len(hashes) and hashes[at] == wanted:
            owner, row = int(owners[at]), int(rows[at])
            if self.archives[owner].symbol_name(row) == name:
                return owner, row
            at += 1
        return None

    def members_defining(self, ids: Sequence[int]) -> list[tuple[int, int]]:
        """(archive, member header offset) that define some ids, each once, in the ids' order.

        The ids are not asked for again.
        """
        if not self.archives or not ids:
            return []
        table = np.array(ids, np.int64)
        self._state[table] |= ASKED
        names_at = self.names.positions[table]
        wanted = hash_names(self.pool.buffer, names_at)
        hashes = self._archive_index()[0]
        at = np.searchsorted(hashes, wanted)
        hit = np.zeros(len(table), np.bool_)
        inside = at < len(hashes)
        hit[inside] = hashes[at[inside]] == wanted[inside]
        found: dict[tuple[int, int], None] = {}
        for position in np.flatnonzero(hit).tolist():
            name = name_at(self.pool.buffer, int(names_at[position]))
            match = self._first_match(name, wanted[position])
            if match is not None:
                archive = self.archives[match[0]]
                found[match[0], int(archive.symbol_members[match[1]])] = None
        return list(found)
