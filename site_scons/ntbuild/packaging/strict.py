"""The strict form of signed data: every byte of it has a meaning that something vouches for.

A verifier that only follows a signature overlooks bytes beside it: copies of roots, more signers,
revocation lists, other encodings of a length. Here signed data is refused unless each of its values
is one that the signature, an issuer's signature or this module determines:

    content, signed attributes        the signer's signature
    certificates                      their issuers' signatures; that of a root by being trusted
    versions, algorithms, lengths     one spelling, or two where signers differ
    unsigned attributes               one time stamp, strict itself, and nothing else

Sources: RFC 5652; X.690, 10.1 for the shortest form of a length.
"""

from collections.abc import Iterator
from typing import Final

from ntbuild.pecoff.image.certificates import Der
from ntbuild.pecoff.image.certificates import der as read_der
from ntbuild.pecoff.image.signed_data import TIMESTAMP_TOKEN, identifier, sequence

from . import der
from .signed_data import SIGNATURES

_DIGESTS: Final = frozenset(
    der.algorithm(f"2.16.840.1.101.3.4.2.{number}", parameters)
    for number in (1, 2, 3)
    for parameters in (der.NULL, b"")
)
"""SHA-256, SHA-384 and SHA-512, with the NULL that RFC 5754 leaves out and without it."""
_SIGNATURES: Final = frozenset(
    (
        *SIGNATURES.values(),
        *(der.algorithm(f"1.2.840.113549.1.1.{number}") for number in (11, 12, 13)),
        *(der.algorithm(f"1.2.840.10045.4.3.{number}", b"") for number in (2, 3, 4)),
    )
)
_CONTENT_TAGS: Final = {1: 0x30, 3: 0x04}
"""The tag of the content: PKCS #7 has the value itself, CMS an OCTET STRING."""
_DEEPEST: Final = 24


def faults(raw: bytes, *, version: int = 1) -> Iterator[str]:
    """What is not as it should be in signed data (ContentInfo); lazily, the first one matters.

    ``version``: of SignedData; 3 for the token of a time stamp. Never raises for bad bytes.
    """
    try:
        yield from _faults(raw, version)
    except ValueError as error:
        yield str(error)


def _faults(raw: bytes, version: int) -> Iterator[str]:
    _check_lengths(memoryview(raw), 0)
    outer = _exactly(read_der(memoryview(raw)), 2)
    signed = _exactly(_exactly(outer[1][1], 1, 0xA0)[0][1], 5)
    if signed[0][0] != der.integer(version):
        yield f"the version of the signed data is not {version}"
    algorithms = _exactly(signed[1][1], 1, 0x31)
    if algorithms[0][0] not in _DIGESTS:
        yield "the digest algorithm is not SHA-256 or stronger, or has parameters"
    inner = _exactly(signed[2][1], 2)
    content = _exactly(inner[1][1], 1, 0xA0)[0][1]
    if content.tag != _CONTENT_TAGS[version]:
        yield f"the content has tag {content.tag:#04x}"
    certificates = sequence(signed[3][1], 1, 0xA0)
    for each, node in certificates:
        yield from _certificate_faults(each, node)
    if len({each for each, _ in certificates}) != len(certificates):
        yield "a certificate is there twice"
    (_, signer), *others = sequence(signed[4][1], 1, 0x31)
    if others:
        yield f"{1 + len(others)} signers, not one"
    yield from _signer_faults(signer, algorithms[0][0])


def _signer_faults(signer: Der, digest: bytes) -> Iterator[str]:
    parts = sequence(signer, 6)
    if parts[0][0] != der.integer(1):
        yield "the version of the signer is not 1"
    if _exactly(parts[1][1], 2)[1][1].tag != 0x02:
        yield "the serial number of the signer's certificate is no INTEGER"
    own, common = (sequence(read_der(memoryview(each)), 1)[0][0] for each in (parts[2][0], digest))
    if parts[2][0] not in _DIGESTS or own != common:
        yield "the signer's digest algorithm is not that of the signed data"
    if parts[3][1].tag != 0xA0:
        yield "the signer has no signed attributes"
    if parts[4][0] not in _SIGNATURES:
        yield "the signature algorithm is neither RSA (PKCS #1, version 1.5) nor ECDSA"
    if parts[5][1].tag != 0x04:
        yield "the signature is no OCTET STRING"
    if len(parts) > 7 or (len(parts) == 7 and parts[6][1].tag != 0xA1):
        yield "something follows the signature and its unsigned attributes"
    elif len(parts) == 7:
        yield from _unsigned_faults(parts[6][1])


def _unsigned_faults(node: Der) -> Iterator[str]:
    """Faults of unsigned attributes: they must be one time stamp by RFC 3161."""
    (_, first), *others = sequence(node, 1, 0xA1)
    kind, values = _exactly(first, 2)
    if others or identifier(kind[1]) != TIMESTAMP_TOKEN:
        yield "unsigned attributes that are no time stamp, which nothing vouches for"
        return
    token = _exactly(values[1], 1, 0x31)[0][0]
    for fault in faults(token, version=3):
        yield f"the time stamp: {fault}"


def _certificate_faults(raw: bytes, node: Der) -> Iterator[str]:
    """What the issuer's signature does not cover: the algorithm, and how many bits are unused."""
    if node.tag != 0x30:
        yield "something among the certificates is no X.509 certificate"
        return
    body, algorithm, signature = _exactly(node, 3)
    fields = sequence(body[1], 6)
    stated = fields[2 if fields[0][1].tag == 0xA0 else 1][0]
    if algorithm[0] != stated:
        yield "a certificate names two signature algorithms"
    if signature[1].tag != 0x03 or bytes(signature[1].content[:1]) != b"\0":
        yield "the signature of a certificate is no whole number of bytes"
    if len(raw) != node.length:
        yield "bytes behind a certificate"


def _exactly(node: Der, count: int, tag: int = 0x30) -> "list[tuple[bytes, Der]]":
    """The values of a sequence of ``count``. Raises ValueError."""
    found = sequence(node, count, tag)
    if len(found) != count:
        raise ValueError(f"{len(found)} values in a sequence of {count}")
    return found


def _check_lengths(raw: memoryview, depth: int) -> None:
    """Raise ValueError unless all lengths have their shortest form and fill what holds them.

    Values without parts of their own (OCTET STRING and its kin) are not looked into.
    """
    if depth > _DEEPEST:
        raise ValueError(f"values nested deeper than {_DEEPEST}")
    at = 0
    while at < len(raw):
        node = read_der(raw[at:])
        size = len(node.content)
        width = 1 if size < 0x80 else 2 + (size.bit_length() - 1) // 8
        if node.length != 1 + width + size:
            raise ValueError("a length that is longer than it need be")
        if node.tag & 0x20:
            _check_lengths(node.content, depth + 1)
        at += node.length
        if depth == 0 and at != len(raw):
            raise ValueError(f"{len(raw) - at} bytes behind the signed data")
