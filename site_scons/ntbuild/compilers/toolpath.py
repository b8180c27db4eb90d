"""Where SCons finds the tool ``ntdriver``: in the wheel, or next to the package in a checkout.

A module of its own, because pathlib costs more to import than the validator's rules, and only a
SConstruct needs it.
"""

from pathlib import Path
from typing import Final

_PACKAGE: Final = Path(__file__).parents[1]

TOOLPATH: Final = tuple(
    str(folder / "site_tools")
    for folder in (_PACKAGE, _PACKAGE.parent)
    if (folder / "site_tools").is_dir()
)
"""Folders for ``Environment(toolpath=...)``."""
