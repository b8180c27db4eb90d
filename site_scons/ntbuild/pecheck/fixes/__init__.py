"""What ``pecheck fix`` can do without linking again, by the rule whose findings it removes.

The order of the table matters: sections are removed before flags change, and code loses its write
permission before flags of code and data are corrected.
"""

from typing import Final

from . import headers, sections, tables
from .edit import Fix

FIXES: Final[dict[str, Fix]] = {**tables.FIRST, **sections.FIXES, **headers.FIXES}
"""Fixes by rule id in the order in which they run; stamps and checksum follow."""

FIXABLE: Final = frozenset({*FIXES, tables.STAMPS, tables.CHECKSUM})
"""Every rule that has a fix."""
