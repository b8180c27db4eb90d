"""Structured exception handling: which sources have ``__try`` and so need the flags for it.

clang guards the loads and stores of a ``__try`` only with flags that cost optimisation
(``toolchains/flags/clang.toml`` has the reason), so only sources with the word get them.
It may stand in a comment or in a branch that is not compiled: then a source is slower, not wrong.
A word that only a macro of a system header brings is not found here; for that
``toolchains/include/ntbuild/no_try.h`` makes it an error.
"""

import re
from typing import Final

EXCEPTIONS: Final = ("none", "unused", "used")
"""What a compilation may need: the machine has none, the source has no ``__try``, it has one."""

_TRY: Final = re.compile(rb"\b__try\b|\btry(?:\s|\\\r?\n)*\{")


def has_try(content: bytes) -> bool:
    """Whether a source or a header has ``__try``, or ``try {``, as the WDK lets C sources write."""
    return _TRY.search(content) is not None
