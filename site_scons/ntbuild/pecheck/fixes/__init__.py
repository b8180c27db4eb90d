"""What ``pecheck fix`` can do without linking again, by the rule whose findings it takes away.

The hard part is the order, which is that of the table: sections go before flags change, and code
loses its write permission before flags of code and data are sorted out.
"""

from typing import Final

from . import headers, sections, tables
from .edit import Fix

FIXES: Final[dict[str, Fix]] = {**tables.FIRST, **sections.FIXES, **headers.FIXES}
"""Mends by rule id in the order in which they run, but for stamps and checksum, which end it."""

FIXABLE: Final = frozenset({*FIXES, tables.STAMPS, tables.CHECKSUM})
"""Every rule that has a mend."""
