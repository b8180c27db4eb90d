"""Parts of golden images that are formats of their own: version resources and signatures.

Written by hand from the formats' descriptions, apart from the project's readers. The signature has
the structure only: its digest is right, and no key signed it.
"""

import hashlib
import struct


def _text(words):
    return (words + "\0").encode("utf-16-le")


def _block(key, value=b"", children=(), *, text=False):
    """A record of a version resource: length, length of the value, kind, key, value, children."""
    head = _text(key)
    head += bytes(-(6 + len(head)) % 4)
    body = head + value
    for child in children:
        body += bytes(-(6 + len(body)) % 4) + child
    size = len(value) // 2 if text else len(value)
    return struct.pack("<3H", 6 + len(body), size, int(text)) + body


def version_resource(name="driver.sys", kind=3):
    """VS_VERSIONINFO of a driver, version 1.2.3.4."""
    fixed = struct.pack(
        "<13I", 0xFEEF04BD, 0x10000, 1 << 16 | 2, 3 << 16 | 4, 1 << 16 | 2, 3 << 16 | 4,
        0x3F, 0, 0x40004, kind, 7, 0, 0,
    )  # fmt: skip
    strings = [
        _block(key, _text(value), text=True)
        for key, value in (("FileVersion", "1.2.3.4"), ("OriginalFilename", name))
    ]
    table = _block("040904b0", children=strings, text=True)
    return _block("VS_VERSION_INFO", fixed, [_block("StringFileInfo", children=[table], text=True)])


def resource_section(rva, resources):
    """A resource directory for ``{(type, name, language): data}``, each a tree of its own type."""
    items = sorted(resources.items())
    count = len(items)
    out = struct.pack("<2I4H", 0, 0, 0, 0, 0, count)
    below = 16 + 8 * count
    names = below + 24 * count
    leaves = names + 24 * count
    data = leaves + 16 * count
    for index, ((kind, _, _), _) in enumerate(items):
        out += struct.pack("<2I", kind, 0x80000000 | below + 24 * index)
    for index, ((_, name, _), _) in enumerate(items):
        out += struct.pack("<2I4H2I", 0, 0, 0, 0, 0, 1, name, 0x80000000 | names + 24 * index)
    for index, ((_, _, language), _) in enumerate(items):
        out += struct.pack("<2I4H2I", 0, 0, 0, 0, 0, 1, language, leaves + 16 * index)
    blobs = b""
    for _, raw in items:
        out += struct.pack("<4I", rva + data + len(blobs), len(raw), 0, 0)
        blobs += raw + bytes(-len(raw) % 8)
    return out + blobs


def _der(tag, *parts):
    content = b"".join(parts)
    size = len(content)
    if size < 0x80:
        return bytes((tag, size)) + content
    width = (size.bit_length() + 7) // 8
    return bytes((tag, 0x80 | width)) + size.to_bytes(width, "big") + content


_ALGORITHMS = {"sha1": "2b0e03021a", "sha256": "608648016503040201"}


def _algorithm(name):
    return _der(0x30, _der(0x06, bytes.fromhex(_ALGORITHMS[name])), _der(0x05))


def signature(digest, algorithm):
    """PKCS #7 signed data about an image's digest, without certificates and signers."""
    info = _der(0x30, _algorithm(algorithm), _der(0x04, digest))
    image_data = _der(0x30, _der(0x06, bytes.fromhex("2b06010401823702010f")))
    indirect = _der(0x30, image_data, info)
    inner = _der(0x30, _der(0x06, bytes.fromhex("2b060104018237020104")), _der(0xA0, indirect))
    signed = _der(
        0x30, _der(0x02, b"\1"), _der(0x31, _algorithm(algorithm)), inner, _der(0x31)
    )  # fmt: skip
    return _der(0x30, _der(0x06, bytes.fromhex("2a864886f70d010702")), _der(0xA0, signed))


def sign(image, directory, algorithm="sha256"):
    """Append a certificate table to an image whose certificate directory entry is at an offset."""
    image += bytes(-len(image) % 8)
    digest = authenticode(image, directory, len(image), algorithm)
    content = signature(digest, algorithm)
    length = 8 + len(content)
    padded = length + -length % 8
    struct.pack_into("<II", image, directory, len(image), padded)
    image += struct.pack("<IHH", padded, 0x200, 2) + content + bytes(padded - length)


def authenticode(image, directory, end, algorithm):
    """The digest of everything but checksum, certificate directory entry and certificates."""
    checksum = struct.unpack_from("<I", image, 60)[0] + 24 + 64
    parts = image[:checksum], image[checksum + 4 : directory], image[directory + 8 : end]
    return hashlib.new(algorithm, b"".join(parts), usedforsecurity=False).digest()
