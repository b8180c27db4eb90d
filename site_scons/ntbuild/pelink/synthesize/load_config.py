"""Names that a load configuration refers to and no object defines, with room for their tables.

A C structure ``_load_config_used`` points at tables which only the linker can write. Their names
are defined as absolute zeros, their values without control flow guard; `add_guard_tables` gives the
names of filled tables an address. Objects spell all names with the machine's prefix (x86: ``_``).

Source: Microsoft "Load Configuration Structure"; the names are those of link.exe and lld-link.
"""

from collections.abc import Sequence
from typing import Final

from ntbuild.pecoff.object.write import MadeSection, MadeSymbol, write_object
from ntbuild.pelink.default_sections import TABLE_STEM
from ntbuild.pelink.machines.target import Target
from ntbuild.support.values import dataclass

from .imports import MadeObject

STRUCTURE: Final = b"_load_config_used"
GUARD_FLAGS: Final = b"__guard_flags"
_ABSOLUTE = -1


@dataclass(frozen=True, slots=True)
class TableNames:
    """One table of RVAs: its kind, and the C names of the table and of its length."""

    kind: str
    table: bytes
    count: bytes


TABLES: Final = (
    TableNames("cf", b"__guard_fids_table", b"__guard_fids_count"),
    TableNames("iat", b"__guard_iat_table", b"__guard_iat_count"),
    TableNames("longjmp", b"__guard_longjmp_table", b"__guard_longjmp_count"),
    TableNames("ehcont", b"__guard_eh_cont_table", b"__guard_eh_cont_count"),
    TableNames("safeseh", b"__safe_se_handler_table", b"__safe_se_handler_count"),
)

_OTHERS: Final = (GUARD_FLAGS, b"__enclave_config")


def load_config_names(target: Target) -> list[bytes]:
    """All these names as objects of the machine spell them."""
    prefix = target.machine.symbol_prefix.encode()
    names = [name for each in TABLES for name in (each.table, each.count)]
    return [prefix + name for name in (*names, *_OTHERS)]


def load_config_object(undefined: Sequence[bytes], target: Target) -> MadeObject:
    """The object with zeros for the ``undefined`` names, and an empty section for each table."""
    stem = TABLE_STEM.decode()
    # Empty sections are never placed, so a table without entries leaves nothing in the image.
    sections = [MadeSection(f"{stem}${each.kind}", alignment=4) for each in TABLES]
    symbols = [MadeSymbol(name, _ABSOLUTE) for name in undefined]
    data = write_object(int(target.machine.id), sections, symbols)
    return MadeObject("load configuration tables", "~", data)
