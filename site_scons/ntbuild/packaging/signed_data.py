"""CMS signed data as Authenticode writes it: one signer, SHA-256, certificates, attributes.

The bytes are a function of content, signer and attributes: no clock, and RSA (PKCS #1, version 1.5)
and ECDSA by RFC 6979 have no random part. A signature of an external command is as that makes it.

Sources: RFC 5652 (CMS); RFC 2315 (PKCS #7), whose version 1 Authenticode has: the content is not an
OCTET STRING; Microsoft "Windows Authenticode Portable Executable Signature Format".
"""

import hashlib
from collections.abc import Callable, Iterable
from typing import Final

from ntbuild.pecoff.image.certificates import der as read_der
from ntbuild.pecoff.image.signed_data import (
    CONTENT_TYPE,
    MESSAGE_DIGEST,
    SIGNED_DATA,
    sequence,
    signed_data,
)
from ntbuild.support.values import dataclass

from . import der

SIGNATURES: Final = {
    "rsa": der.algorithm("1.2.840.113549.1.1.1"),
    "ecdsa": der.algorithm("1.2.840.10045.4.3.2", b""),
}
"""The signature algorithm of a signer, by the kind of its key: RSA as signtool writes it."""
_STATEMENT_TYPE: Final = "1.3.6.1.4.1.311.2.1.11"
_INDIVIDUAL: Final = "1.3.6.1.4.1.311.2.1.21"
_OPUS_INFO: Final = "1.3.6.1.4.1.311.2.1.12"


@dataclass(frozen=True, slots=True)
class Identity:
    """A certificate with what its owner says in an encoded SignerInfo: issuer and serial number."""

    certificate: bytes
    """The encoded certificate."""
    issuer: bytes
    """The encoded name of its issuer."""
    serial: bytes
    """Its encoded serial number."""
    kind: str
    """``rsa`` or ``ecdsa``."""


@dataclass(frozen=True, slots=True)
class Signer:
    """Who signs: an identity, its issuers' certificates, and what makes a signature.

    ``sign`` takes the bytes that are signed and gives the signature over their SHA-256 digest:
    PKCS #1 version 1.5 by RSA, ECDSA-Sig-Value by a curve. It raises SigningError.
    """

    identity: Identity
    issuers: tuple[bytes, ...]
    sign: Callable[[bytes], bytes]


def attribute(kind: str, *values: bytes) -> bytes:
    """Attribute: an object identifier and a set of values."""
    return der.sequence(der.oid(kind), der.set_of(values))


def signed_attributes(kind: str, content: bytes) -> bytes:
    """The attributes that Authenticode signs: SET OF, for a content type and the content's bytes.

    ``content`` is without its tag and length, which the message digest leaves out.
    """
    return der.set_of(
        (
            attribute(CONTENT_TYPE, der.oid(kind)),
            attribute(_STATEMENT_TYPE, der.sequence(der.oid(_INDIVIDUAL))),
            attribute(_OPUS_INFO, der.sequence()),
            attribute(MESSAGE_DIGEST, der.octets(hashlib.sha256(content).digest())),
        )
    )


def sign(kind: str, content: bytes, signer: Signer) -> bytes:
    """Signed data (ContentInfo) over a SEQUENCE of ``content``. Raises SigningError."""
    attributes = signed_attributes(kind, content)
    made = signer_info(signer.identity, attributes, signer.sign(attributes))
    certificates = (signer.identity.certificate, *signer.issuers)
    return wrap(kind, content, certificates, made)


def unsigned(kind: str, content: bytes) -> bytes:
    """Signed data without signers, as MakeCat leaves a catalog for signtool."""
    inner = der.sequence(der.oid(kind), der.tagged(0, der.sequence(content)))
    signed = der.sequence(der.integer(1), der.set_of([]), inner, der.set_of([]))
    return der.sequence(der.oid(SIGNED_DATA), der.tagged(0, signed))


def without_signer(raw: bytes) -> bytes:
    """Signed data as `unsigned` makes it of the same content. Raises ValueError."""
    data = signed_data(raw)
    return unsigned(data.content_type, data.content)


def signer_info(
    identity: Identity, attributes: bytes, signature: bytes, unsigned: Iterable[bytes] = ()
) -> bytes:
    """SignerInfo over an encoded set of attributes; ``unsigned`` are encoded attributes."""
    extra = tuple(unsigned)
    return der.sequence(
        der.integer(1),
        der.sequence(identity.issuer, identity.serial),
        der.SHA256,
        b"\xa0" + attributes[1:],
        SIGNATURES[identity.kind],
        der.octets(signature),
        *([b"\xa1" + der.set_of(extra)[1:]] if extra else []),
    )


def wrap(kind: str, content: bytes, certificates: Iterable[bytes], signer: bytes) -> bytes:
    """ContentInfo of signed data with one signer, encoded."""
    inner = der.sequence(der.oid(kind), der.tagged(0, der.sequence(content)))
    signed = der.sequence(
        der.integer(1),
        der.set_of([der.SHA256]),
        inner,
        b"\xa0" + der.set_of(dict.fromkeys(certificates))[1:],
        der.set_of([signer]),
    )
    return der.sequence(der.oid(SIGNED_DATA), der.tagged(0, signed))


def with_unsigned_attribute(raw: bytes, added: bytes) -> bytes:
    """Signed data of one signer with one more unsigned attribute; the signature stays right.

    All other values keep their encoding. Raises ValueError for what is no such data.
    """
    outer = sequence(read_der(memoryview(raw)), 2)
    signed = sequence(sequence(outer[1][1], 1, 0xA0)[0][1], 4)
    signers = sequence(signed[-1][1], 1, 0x31)
    if len(signers) != 1:
        raise ValueError(f"{len(signers)} signers, not one")
    parts = sequence(signers[0][1], 5)
    kept = [each for each, node in parts if node.tag != 0xA1]
    old = [each for _, node in parts if node.tag == 0xA1 for each, _ in sequence(node, 0, 0xA1)]
    unsigned = b"\xa1" + der.set_of([*old, added])[1:]
    signer = der.sequence(*kept, unsigned)
    before = (each for each, _ in signed[:-1])
    return der.sequence(outer[0][0], der.tagged(0, der.sequence(*before, der.set_of([signer]))))
