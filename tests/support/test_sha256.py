"""SHA-256 by two implementations."""

import hashlib
import sys

import pytest

from ntbuild.support.sha256 import sha256_of


@pytest.mark.parametrize("loaded", [True, False])
@pytest.mark.parametrize("size", [0, 100, 1 << 19])
def test_both_implementations_give_the_same(loaded, size, monkeypatch):
    if not loaded:
        monkeypatch.delitem(sys.modules, "hashlib")
    data = bytes(range(256)) * (size // 256)
    assert sha256_of(data[:70], memoryview(data)[70:]) == hashlib.sha256(data).digest()
