"""X.509 certificates of a signature: what they allow, and whether a key made a signature.

X.509 and public keys are read by the package cryptography, which is imported only for an image with
a signature. A question about keys has three answers (``Proof``): right, wrong, and unknown, for
what cannot be checked here (a kind of key or signature that the package does not read).

Signatures by RSA are checked against the bytes that the key recovers, not with the package's own
verification of certificates: that refuses SHA-1, with which certificates and time stamps of older
drivers are signed, and signatures without DigestInfo, which Microsoft's time stamp service made
until about 2013.

Hostile bytes: whatever the package raises becomes a ValueError or ``Proof.UNKNOWN``, and keys that
take long to compute with are not used.
"""

import hashlib
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime
from enum import Enum
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, Final, TypeVar

from ntbuild.pecoff.image.certificates import der
from ntbuild.pecoff.image.signed_data import SignerInfo, UnsupportedError, identifier, sequence
from ntbuild.support.text import printable
from ntbuild.support.values import dataclass

if TYPE_CHECKING:
    from cryptography import x509

_T = TypeVar("_T")
MISSING: Final = "the package cryptography is not there; install ntbuild[signed]"
CERTIFICATE_LIMIT: Final = 16
_LONGEST_CHAIN: Final = 6
_LARGEST_KEY, _LARGEST_EXPONENT, _LARGEST = 8192, 1 << 17, 1 << 14
_SMALL_KEYS_ENDED: Final = datetime(2014, 1, 1, tzinfo=UTC)
"""Since then no authority issues certificates with RSA keys of less than 2048 bits.

Source: CA/Browser Forum, Baseline Requirements, Appendix A.
"""
_SMALLEST_KEY, _SMALLEST_OLD_KEY = 2048, 1024
_CURVES: Final = ("secp256r1", "secp384r1", "secp521r1")
_RSA: Final = {
    "1.2.840.113549.1.1.1": "",
    "1.2.840.113549.1.1.4": "md5",
    "1.2.840.113549.1.1.5": "sha1",
    "1.2.840.113549.1.1.11": "sha256",
    "1.2.840.113549.1.1.12": "sha384",
    "1.2.840.113549.1.1.13": "sha512",
}
_ECDSA: Final = {
    "1.2.840.10045.2.1": "",
    "1.2.840.10045.4.1": "sha1",
    "1.2.840.10045.4.3.2": "sha256",
    "1.2.840.10045.4.3.3": "sha384",
    "1.2.840.10045.4.3.4": "sha512",
}
"""Signature algorithms and the digest each names; empty: that of the signer."""

_DIGEST_INFO: Final = {
    "md5": "2a864886f70d0205",
    "sha1": "2b0e03021a",
    "sha256": "608648016503040201",
    "sha384": "608648016503040202",
    "sha512": "608648016503040203",
}


class Proof(Enum):
    """Whether a key made a signature."""

    RIGHT = "right"
    WRONG = "wrong"
    UNKNOWN = "unknown"
    """It cannot be checked here."""


@dataclass(frozen=True, slots=True)
class X509Certificate:
    """What the rules need of a certificate."""

    raw: bytes
    """The encoded certificate."""
    subject: bytes
    """The encoded name of its owner."""
    issuer: bytes
    """The encoded name of its issuer."""
    serial: bytes
    """The content bytes of its serial number."""
    name: str
    """The owner's common name, printable."""
    issuer_name: str
    """The issuer's common name, printable."""
    begin: datetime
    end: datetime
    uses: frozenset[str] | None
    """Extended key usages as object identifiers; None: any use."""
    signs: bool
    """Whether the key usage allows digital signatures."""
    authority: bool
    """Whether it may issue certificates."""
    key_size: int
    """Bits of an RSA key; 0 for other keys."""
    unusable: str
    """Why its key is not one that verifiers use; empty when it is."""
    body: bytes
    """What the issuer signed (tbsCertificate)."""
    algorithm: str
    """The object identifier of the issuer's signature algorithm."""
    signature: bytes
    """The issuer's signature."""
    key: Any
    """The public key, an object of the package cryptography."""

    @property
    def self_issued(self) -> bool:
        """Whether subject and issuer are one name."""
        return self.subject == self.issuer

    def valid(self, when: datetime | date) -> bool:
        """Whether a moment, or a part of a day, is in the time the certificate holds for."""
        if isinstance(when, datetime):
            return self.begin <= when <= self.end
        return self.begin.date() <= when <= self.end.date()

    def weakness(self, stamped: datetime | None) -> str:
        """What is wrong with the key, for a signature of a proven time (None: of any time)."""
        if self.unusable or not self.key_size:
            return self.unusable
        old = stamped is not None and stamped < _SMALL_KEYS_ENDED
        least = _SMALLEST_OLD_KEY if old else _SMALLEST_KEY
        if self.key_size >= least:
            return ""
        return f"an RSA key of {self.key_size} bits, not {least} or more"


def available() -> bool:
    """Whether the package cryptography is there."""
    return find_spec("cryptography") is not None


def read_certificate(raw: bytes) -> X509Certificate:
    """A certificate of DER bytes. Raises ValueError; UnsupportedError for what is not read."""
    import warnings  # noqa: PLC0415

    from cryptography import x509  # noqa: PLC0415 - only signed images need it

    if len(raw) > _LARGEST:
        raise UnsupportedError(f"a certificate of {len(raw)} bytes")
    outer = sequence(der(memoryview(raw)), 3)
    body = sequence(outer[0][1], 6)
    fields = body[1:] if body[0][1].tag == 0xA0 else body
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of oddities that real certificates have
            parsed = x509.load_der_x509_certificate(raw)
            uses = _extension(parsed, x509.ExtendedKeyUsage)
            usage = _extension(parsed, x509.KeyUsage)
            basic = _extension(parsed, x509.BasicConstraints)
            key = parsed.public_key()
            size, unusable = _key_facts(key)
            return X509Certificate(
                raw=raw,
                subject=fields[4][0],
                issuer=fields[2][0],
                serial=bytes(fields[0][1].content),
                name=_name(parsed.subject),
                issuer_name=_name(parsed.issuer),
                begin=parsed.not_valid_before_utc,
                end=parsed.not_valid_after_utc,
                uses=None if uses is None else frozenset(each.dotted_string for each in uses),
                signs=usage is None or usage.digital_signature,
                # Certificates of version 1 have no extensions, and old roots are of version 1.
                authority=parsed.version is x509.Version.v1 if basic is None else basic.ca,
                key_size=size,
                unusable=unusable,
                body=outer[0][0],
                algorithm=identifier(sequence(outer[1][1], 1)[0][1]),
                signature=bytes(outer[2][1].content[1:]),
                key=key,
            )
    except Exception as failure:  # the package names no common base of what it raises
        message = printable(str(failure)) or type(failure).__name__
        raise UnsupportedError(f"a certificate cannot be read: {message[:80]}") from failure


def _extension(parsed: "x509.Certificate", kind: type[_T]) -> _T | None:
    return next((e.value for e in parsed.extensions if isinstance(e.value, kind)), None)


def _name(name: "x509.Name") -> str:
    """The common name, else all of a name, printable."""
    from cryptography.x509.oid import NameOID  # noqa: PLC0415

    common = name.get_attributes_for_oid(NameOID.COMMON_NAME)
    text = str(common[-1].value) if common else name.rfc4514_string()
    return printable(text)[:64] or "(no name)"


def _key_facts(key: Any) -> tuple[int, str]:
    """Bits of an RSA key (else 0), and why a key cannot be used (empty: it can)."""
    from cryptography.hazmat.primitives.asymmetric import ec, rsa  # noqa: PLC0415

    if isinstance(key, rsa.RSAPublicKey):
        large = key.key_size > _LARGEST_KEY or key.public_numbers().e > _LARGEST_EXPONENT
        reason = f"an RSA key of {key.key_size} bits or an exponent that is not computed with"
        return key.key_size, reason if large else ""
    if isinstance(key, ec.EllipticCurvePublicKey):
        return 0, "" if key.curve.name in _CURVES else f"the curve {key.curve.name}"
    return 0, "a key that is neither RSA nor one of NIST's curves"


# ---- proofs ----------------------------------------------------------------------------------


def issued_by(certificate: X509Certificate, issuer: X509Certificate) -> Proof:
    """Whether a certificate names another as its issuer and has its signature."""
    if certificate.issuer != issuer.subject:
        return Proof.WRONG
    return _proof(issuer, certificate.algorithm, "", certificate.signature, certificate.body)


def verifies(certificate: X509Certificate, signer: SignerInfo) -> Proof:
    """Whether a signer's signature over its attributes was made by a certificate's key."""
    return _proof(
        certificate, signer.algorithm, signer.digest, signer.signature, signer.signed, bare=True
    )


def _proof(
    certificate: X509Certificate,
    algorithm: str,
    digest: str,
    signature: bytes,
    content: bytes,
    *,
    bare: bool = False,
) -> Proof:
    """Whether a key made a signature over some content; ``digest`` is used if none is named.

    ``bare``: a signature by RSA may hold the digest without DigestInfo.
    """
    from cryptography.exceptions import InvalidSignature  # noqa: PLC0415
    from cryptography.hazmat.primitives import hashes  # noqa: PLC0415
    from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa, utils  # noqa: PLC0415

    key = certificate.key
    is_rsa = isinstance(key, rsa.RSAPublicKey)
    known = (_RSA if is_rsa else _ECDSA).get(algorithm)
    name = digest or known
    if certificate.unusable or known is None or not name:
        return Proof.UNKNOWN
    value = hashlib.new(name, content, usedforsecurity=False).digest()
    try:
        if is_rsa:
            found = key.recover_data_from_signature(signature, padding.PKCS1v15(), None)
            right = found in _encodings(name, value) or (bare and found == value)
            return Proof.RIGHT if right else Proof.WRONG
        sha1 = hashes.SHA1()  # noqa: S303 - of old drivers, whose day it was
        kinds = {20: sha1, 32: hashes.SHA256(), 48: hashes.SHA384(), 64: hashes.SHA512()}
        key.verify(signature, value, ec.ECDSA(utils.Prehashed(kinds[len(value)])))
    except (InvalidSignature, ValueError):
        return Proof.WRONG
    except Exception:  # noqa: BLE001 - the package or OpenSSL does not do this here
        return Proof.UNKNOWN
    return Proof.RIGHT


def _encodings(name: str, value: bytes) -> tuple[bytes, bytes]:
    """A digest as DigestInfo, with the NULL that RFC 8017 has and without it."""
    own = bytes.fromhex(_DIGEST_INFO[name])
    number = b"\x06" + bytes((len(own),)) + own
    tail = b"\x04" + bytes((len(value),)) + value
    kinds = (number + b"\x05\x00", number)
    bodies = [b"\x30" + bytes((len(kind),)) + kind + tail for kind in kinds]
    first, second = (b"\x30" + bytes((len(body),)) + body for body in bodies)
    return first, second


# ---- chains ----------------------------------------------------------------------------------


def issuers(leaf: X509Certificate, known: Sequence[X509Certificate]) -> tuple[X509Certificate, ...]:
    """The certificate and all of the known ones that issued it, directly or not; nearest first.

    Where a signature cannot be checked here the name decides. At most ``_LONGEST_CHAIN`` steps are
    made, because each one computes with every key of the issuer's name.
    """
    found = [leaf]
    # Breadth first: a certificate that is found is searched for issuers of its own.
    for certificate in found:  # grows while it is walked
        if len(found) > _LONGEST_CHAIN:
            break
        rest = [each for each in known if all(each.raw != other.raw for other in found)]
        found += [each for each in rest if issued_by(certificate, each) is not Proof.WRONG]
    return tuple(found)


def fittest(
    chain: Sequence[X509Certificate], faults: Mapping[bytes, Sequence[str]]
) -> tuple[X509Certificate, ...]:
    """The path with the fewest faults (by ``raw``) from the first certificate of a chain to an end.

    A cross-certificate gives a certificate a second issuer, and one good path is enough. An end is
    its own issuer, or its issuer is not in the chain.

        leaf <- intermediate <- root                      one good path,
                             <- cross <- old root         although the old root has expired
    """
    leaf = chain[0]
    costs: dict[bytes, tuple[int, tuple[X509Certificate, ...]]]
    costs = {leaf.raw: (len(faults[leaf.raw]), (leaf,))}
    # Each round makes paths longer by one; costs never fall along a path, so no circle is taken.
    for _ in range(_LONGEST_CHAIN):
        for cost, path in list(costs.values()):
            for issuer in chain:
                if issuer.subject == path[-1].issuer and issuer not in path:
                    sum_ = cost + len(faults[issuer.raw])
                    if issuer.raw not in costs or sum_ < costs[issuer.raw][0]:
                        costs[issuer.raw] = sum_, (*path, issuer)
    ends = [
        (cost, path)
        for cost, path in costs.values()
        if path[-1].self_issued or all(each.subject != path[-1].issuer for each in chain)
    ]
    return min(ends or costs.values(), key=lambda end: (end[0], -len(end[1])))[1]


def broken_link(path: Sequence[X509Certificate], known: Sequence[X509Certificate]) -> str:
    """Which certificate of a path names an issuer that is known and did not sign it; else empty."""
    walked = {each.raw for each in path}
    for certificate in path[:_LONGEST_CHAIN]:
        named = [each for each in known if each.subject == certificate.issuer]
        if named and not certificate.self_issued and not walked & {each.raw for each in named}:
            return f"{certificate.name!r} is not signed by {named[0].name!r}, which it names"
    return ""


def unchecked_link(path: Sequence[X509Certificate]) -> str:
    """Which certificate of a path has a signature that cannot be checked here; else empty."""
    for certificate in path:
        for issuer in path:
            proof = issued_by(certificate, issuer)
            if proof is Proof.UNKNOWN and not issuer.unusable:
                return f"the signature of {certificate.name!r} by {issuer.name!r}"
    return ""
