"""SHA-256 by the quicker of two implementations: OpenSSL, or the interpreter for little data.

To load OpenSSL takes as long as a small link.
"""

import sys
from contextlib import suppress
from importlib import import_module
from typing import Final

_SMALL: Final = 1 << 18
"""Bytes up to which the interpreter's own is quicker than to load OpenSSL."""

_BUILT_IN: Final = "_sha2" if sys.version_info >= (3, 12) else "_sha256"
"""The module with the interpreter's own SHA-256; the standard library's ``random`` uses it too."""


def sha256_of(*parts: bytes | memoryview) -> bytes:
    """The SHA-256 of some bytes, one after the other."""
    total = None
    if sum(map(len, parts)) <= _SMALL and "hashlib" not in sys.modules:
        with suppress(ImportError):
            total = import_module(_BUILT_IN).sha256()
    if total is None:
        from hashlib import sha256  # noqa: PLC0415 - see above

        total = sha256()
    for part in parts:
        total.update(part)
    return bytes(total.digest())
