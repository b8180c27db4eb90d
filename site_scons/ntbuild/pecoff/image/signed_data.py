"""CMS signed data: certificates, signers and their attributes, as a signature carries them.

A signature is over bytes, not values, so attributes and names are kept as they are encoded:
encoding them again might give other bytes. Nothing is verified here, and hostile bytes cost no more
than a walk over a bounded number of values.

The set of certificates may hold other things than X.509 certificates: attribute certificates
([1] and [2], in Microsoft's time stamps) and extended ones ([0]). They prove nothing about the
signer's key and are left out.

Sources: RFC 5652 (CMS); RFC 3161 (time stamps); Microsoft "Windows Authenticode Portable
Executable Signature Format".
"""

from itertools import islice
from typing import Final

from ntbuild.support.values import dataclass

from .certificates import DIGESTS, Der, der

SIGNED_DATA: Final = "1.2.840.113549.1.7.2"
INDIRECT_DATA: Final = "1.3.6.1.4.1.311.2.1.4"
CONTENT_TYPE: Final = "1.2.840.113549.1.9.3"
MESSAGE_DIGEST: Final = "1.2.840.113549.1.9.4"
SIGNING_TIME: Final = "1.2.840.113549.1.9.5"
COUNTER_SIGNATURE: Final = "1.2.840.113549.1.9.6"
TIMESTAMP_TOKEN: Final = "1.3.6.1.4.1.311.3.3.1"  # noqa: S105 - no password
NESTED_SIGNATURE: Final = "1.3.6.1.4.1.311.2.4.1"
TST_INFO: Final = "1.2.840.113549.1.9.16.1.4"
_SEQUENCE: Final = 0x30
_KEY_IDENTIFIER: Final = 0x80
_MOST_NESTED: Final = 4
_MOST: Final = 256
"""Values in one set or sequence; a signature has a dozen."""


class UnsupportedError(ValueError):
    """A valid structure of a kind that is not read here; it is not known to be wrong."""


Attributes = tuple[tuple[str, tuple[bytes, ...]], ...]


@dataclass(frozen=True, slots=True)
class SignerInfo:
    """One signer (RFC 5652, SignerInfo)."""

    issuer: bytes
    """The encoded name of the issuer of the signer's certificate."""
    serial: bytes
    """The content bytes of that certificate's serial number."""
    digest: str
    """A name of ``DIGESTS``."""
    algorithm: str
    """The object identifier of the signature algorithm."""
    signature: bytes
    signed: bytes
    """What the signature is over: the encoded set of ``attributes``; empty without attributes."""
    attributes: Attributes
    """Signed attributes: object identifier and encoded values of each."""
    unsigned: Attributes
    """Unsigned attributes, in the same form."""

    def attribute(self, kind: str) -> bytes | None:
        """The one encoded value of a signed attribute; None when there is none or several."""
        found = [values for name, values in self.attributes if name == kind]
        return found[0][0] if len(found) == 1 and len(found[0]) == 1 else None

    def unsigned_values(self, kind: str) -> tuple[bytes, ...]:
        """All encoded values of an unsigned attribute."""
        return tuple(v for name, values in self.unsigned if name == kind for v in values)


@dataclass(frozen=True, slots=True)
class SignedData:
    """Signed data (RFC 5652)."""

    content_type: str
    """The object identifier of the content's type."""
    content: bytes
    """What is signed, without its tag and length."""
    certificates: tuple[bytes, ...]
    """The encoded X.509 certificates."""
    signers: tuple[SignerInfo, ...]


def elements(content: memoryview) -> list[tuple[bytes, Der]]:
    """The values in a value, each with its encoding. Raises ValueError, also for too many."""
    found: list[tuple[bytes, Der]] = []
    at = 0
    while at < len(content):
        node = der(content[at:])
        if len(found) == _MOST:
            raise ValueError(f"more than {_MOST} values in one")
        found.append((bytes(content[at : at + node.length]), node))
        at += node.length
    return found


def identifier(node: Der) -> str:
    """An object identifier in dotted form. Raises ValueError."""
    if node.tag != 0x06 or not 1 <= len(node.content) <= 64 or node.content[-1] & 0x80:
        raise ValueError("not an object identifier")
    arcs, arc = [], 0
    for byte in node.content:
        arc = arc << 7 | byte & 0x7F  # seven bits a byte; the last one of an arc has no top bit
        if not byte & 0x80:
            arcs.append(arc)
            arc = 0
    # The first number holds two arcs: 40 times the first, which is at most 2, and the second.
    first = min(arcs[0] // 40, 2)
    return ".".join(map(str, (first, arcs[0] - 40 * first, *arcs[1:])))


def sequence(node: Der, least: int, tag: int = _SEQUENCE) -> list[tuple[bytes, Der]]:
    """The values of a sequence of at least ``least``. Raises ValueError."""
    if node.tag != tag:
        raise ValueError(f"tag {node.tag:#04x}, not {tag:#04x}")
    found = elements(node.content)
    if len(found) < least:
        raise ValueError(f"{len(found)} values in a sequence of {least} or more")
    return found


def digest_name(node: Der) -> str:
    """The digest that an algorithm identifier names. Raises ValueError, UnsupportedError."""
    algorithm = bytes(sequence(node, 1)[0][1].content)
    if algorithm not in DIGESTS:
        raise UnsupportedError(f"unknown digest algorithm {algorithm.hex()}")
    return DIGESTS[algorithm]


def signed_data(raw: bytes | memoryview) -> SignedData:
    """Signed data in its wrapping (ContentInfo). Raises ValueError."""
    # ContentInfo: the type, and in [0] SignedData: version, digest algorithms, encapContentInfo,
    # then certificates [0] and revocation lists [1], which may be missing, and last the signers.
    outer = sequence(der(memoryview(raw)), 2)
    if identifier(outer[0][1]) != SIGNED_DATA:
        raise ValueError("the content is not signed data")
    parts = sequence(sequence(outer[1][1], 1, 0xA0)[0][1], 4)
    inner = sequence(parts[2][1], 1)
    content = b""
    if len(inner) > 1:
        content = bytes(sequence(inner[1][1], 1, 0xA0)[0][1].content)
    certificates: tuple[bytes, ...] = ()
    for _, part in parts[3:-1]:
        if part.tag == 0xA0:
            found = elements(part.content)
            certificates = tuple(each for each, node in found if node.tag == _SEQUENCE)
    signers = tuple(signer_info(each) for _, each in sequence(parts[-1][1], 0, 0x31))
    return SignedData(identifier(inner[0][1]), content, certificates, signers)


def nested_signatures(raw: bytes | memoryview) -> tuple[bytes, ...]:
    """The signatures in the unsigned attributes of a signature, at most four.

    Empty for a signature that cannot be read. Source: signtool's ``/as``, which adds them.
    """
    try:
        signers = signed_data(raw).signers
    except ValueError:
        return ()
    found = (value for each in signers for value in each.unsigned_values(NESTED_SIGNATURE))
    return tuple(islice(found, _MOST_NESTED))


def signer_info(node: Der) -> SignerInfo:
    """One signer. Raises ValueError; UnsupportedError where a key identifier names the signer."""
    # Version, issuer and serial (or a key identifier), digest algorithm, signed attributes [0],
    # signature algorithm, signature, unsigned attributes [1]; the attributes may be missing.
    parts = sequence(node, 5)[1:]
    if parts[0][1].tag == _KEY_IDENTIFIER:
        raise UnsupportedError("the signer is named by a key identifier")
    name = sequence(parts[0][1], 2)
    digest = digest_name(parts[1][1])
    rest = parts[2:]
    signed = b""
    attributes: Attributes = ()
    if rest[0][1].tag == 0xA0:
        # The signature is over a SET OF (0x31); in the signer its tag is replaced by [0].
        signed = b"\x31" + rest[0][0][1:]
        attributes = _attributes(rest[0][1])
        rest = rest[1:]
    if len(rest) < 2 or rest[1][1].tag != 0x04:
        raise ValueError("a signer without a signature")
    unsigned = next((part for _, part in rest[2:] if part.tag == 0xA1), None)
    return SignerInfo(
        issuer=name[0][0],
        serial=bytes(name[1][1].content),
        digest=digest,
        algorithm=identifier(sequence(rest[0][1], 1)[0][1]),
        signature=bytes(rest[1][1].content),
        signed=signed,
        attributes=attributes,
        unsigned=() if unsigned is None else _attributes(unsigned),
    )


def _attributes(node: Der) -> Attributes:
    found = []
    for _, each in elements(node.content):
        kind, values = sequence(each, 2)[:2]
        found.append((identifier(kind[1]), tuple(v for v, _ in sequence(values[1], 0, 0x31))))
    return tuple(found)
