"""The PE checksum against the definition: 16-bit words, each carry added back, plus the size."""

import os
import struct
import subprocess
import sys
from unittest.mock import patch

import numpy as np
import pytest

from ntbuild.pecoff.image.checksum import checksum

FIELD = 0x58


def by_definition(data: bytes, field: int) -> int:
    """What imagehlp computes, word by word."""
    data = data[:field] + bytes(4) + data[field + 4 :]
    total = 0
    for (word,) in struct.iter_unpack("<H", data + bytes(len(data) & 1)):
        total += word
        total = (total & 0xFFFF) + (total >> 16)
    return total + len(data)


def both_ways(data: bytes, field: int = FIELD) -> int:
    """The checksum, the same with and without numpy."""
    found = checksum(memoryview(data), field)
    with patch.dict(sys.modules):
        sys.modules.pop("numpy")
        assert checksum(memoryview(data), field) == found
    return found


@pytest.mark.parametrize("size", [100, 101, 102, 103, 4096, (1 << 20) + 3, 3 << 20])
@pytest.mark.parametrize("field", [FIELD, FIELD + 1, FIELD + 2])
def test_words_are_added_with_their_carries_whatever_the_file_size(size, field):
    data = b"MZ" + np.random.default_rng(size).integers(0, 256, size - 2, np.uint8).tobytes()
    assert both_ways(data, field) == by_definition(data, field)


@pytest.mark.parametrize("words", [(0x5A4D, 0xFFFF - 0x5A4D), (0x5A4D, 0xFFFF, 0xFFFF - 0x5A4D)])
def test_a_sum_that_is_a_multiple_of_65535_is_65535_and_not_0(words):
    data = struct.pack(f"<{len(words)}H", *words).ljust(0x100, b"\0")
    assert both_ways(data) == by_definition(data, FIELD) == 0xFFFF + len(data)


def test_what_the_field_holds_already_does_not_count():
    data = bytearray(b"MZ" + os.urandom(0x200))
    before = both_ways(bytes(data))
    struct.pack_into("<I", data, FIELD, 0xDEADBEEF)
    assert both_ways(bytes(data)) == before


def test_a_check_of_one_image_imports_no_numpy():
    code = "import sys; from ntbuild.pecoff.image.checksum import checksum"
    code += "; checksum(memoryview(bytes(99)), 8); sys.exit('numpy' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
