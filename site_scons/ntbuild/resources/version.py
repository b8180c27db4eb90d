"""The bytes of a version resource: VS_VERSIONINFO with its fixed part, texts and translations.

Each node is a length, the length of its value, 1 for text, a key in UTF-16, the value, and nodes
within it, each part filled up to a multiple of four. The length of a text counts characters.

Sources: VS_VERSIONINFO, VS_FIXEDFILEINFO, StringFileInfo and VarFileInfo of the documentation.
"""

import struct
from collections.abc import Iterable, Mapping
from typing import Final

FIXED: Final = {
    "FILEVERSION": "file version",
    "PRODUCTVERSION": "product version",
    "FILEFLAGSMASK": "mask",
    "FILEFLAGS": "flags",
    "FILEOS": "os",
    "FILETYPE": "type",
    "FILESUBTYPE": "subtype",
}
"""The statements of the fixed part."""

_SIGNATURE: Final = 0xFEEF04BD
_STRUCTURE: Final = 0x00010000
_PARTS: Final = 4


def version_resource(
    fixed: Mapping[str, Iterable[int]], blocks: Iterable[tuple[str, object]]
) -> bytes:
    """The resource. ``fixed``: statement to numbers; ``blocks``: entries as a script nests them."""
    one = {name: (*fixed.get(name, ()), 0)[0] for name in FIXED}
    value = struct.pack(
        "<IIIIIIIIIIIII",
        *(_SIGNATURE, _STRUCTURE),
        *_version(fixed.get("FILEVERSION", ())),
        *_version(fixed.get("PRODUCTVERSION", ())),
        *(one["FILEFLAGSMASK"], one["FILEFLAGS"], one["FILEOS"]),
        *(one["FILETYPE"], one["FILESUBTYPE"], 0, 0),
    )
    return _node("VS_VERSION_INFO", value, len(value), 0, blocks)


def _version(numbers: Iterable[int]) -> tuple[int, int]:
    major, minor, build, revision = ([*numbers] + [0] * _PARTS)[:_PARTS]
    return (
        (major & 0xFFFF) << 16 | (minor & 0xFFFF),
        (build & 0xFFFF) << 16 | (revision & 0xFFFF),
    )


def _node(
    key: str, value: bytes, length: int, kind: int, inside: Iterable[tuple[str, object]] = ()
) -> bytes:
    content = f"{key}\0".encode("utf-16-le")
    content += bytes(-(len(content) + 6) % 4) + value
    for name, each in inside:
        content += bytes(-(len(content) + 6) % 4)
        content += _node(name, b"", 0, 1, each) if isinstance(each, list) else _value(name, each)
    return struct.pack("<HHH", len(content) + 6, length, kind) + content


def _value(key: str, values: object) -> bytes:
    """A text, or numbers of 16 bits and, with an L, of 32."""
    items = values if isinstance(values, tuple) else ()
    content, texts = b"", 0
    for each in items:
        if isinstance(each, str):
            texts += 1
            content += f"{each.removesuffix(chr(0))}\0".encode("utf-16-le")
        else:
            number, is_long = each
            size = 4 if is_long else 2
            content += (number & (1 << 8 * size) - 1).to_bytes(size, "little")
    is_text = texts > 0
    return _node(key, content, len(content) // 2 if is_text else len(content), int(is_text))
