"""Certificates of a signature: what they allow, who issued whom, and whether a signature is right.

X.509 and public keys are the package cryptography's business; it is imported only when an image
has a signature. The hard part is hostile bytes: whatever the library says of them becomes a
ValueError, and keys that take long to compute with are not computed with.
"""

from collections.abc import Sequence
from datetime import date, datetime
from importlib.util import find_spec
from typing import TYPE_CHECKING, Final, TypeVar

from ntbuild.pecoff.image.certificates import der
from ntbuild.pecoff.image.signed_data import SignerInfo, sequence
from ntbuild.support.text import printable
from ntbuild.support.values import dataclass

if TYPE_CHECKING:
    from cryptography import x509

_T = TypeVar("_T")
MISSING: Final = "the package cryptography is not there; install ntbuild[signed]"
CERTIFICATE_LIMIT: Final = 12
_LONGEST_CHAIN: Final = 6
_LARGEST_KEY, _LARGEST_EXPONENT, _LARGEST = 8192, 1 << 17, 1 << 14
_CURVES: Final = ("secp256r1", "secp384r1", "secp521r1")
_RSA: Final = {
    "1.2.840.113549.1.1.1", "1.2.840.113549.1.1.5", "1.2.840.113549.1.1.11",
    "1.2.840.113549.1.1.12", "1.2.840.113549.1.1.13",
}  # fmt: skip
_ECDSA: Final = {
    "1.2.840.10045.2.1", "1.2.840.10045.4.1", "1.2.840.10045.4.3.2", "1.2.840.10045.4.3.3",
    "1.2.840.10045.4.3.4",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Certificate:
    """What the rules ask of a certificate; names as they were encoded.

    ``uses`` are the extended key usages (None: any), ``signs`` whether digitalSignature is
    allowed, ``weakness`` what is wrong with the key, ``parsed`` the library's own.
    """

    raw: bytes
    subject: bytes
    issuer: bytes
    serial: bytes
    name: str
    issuer_name: str
    begin: datetime
    end: datetime
    uses: frozenset[str] | None
    signs: bool
    authority: bool
    weakness: str
    parsed: "x509.Certificate"

    @property
    def self_issued(self) -> bool:
        """Whether subject and issuer are one name."""
        return self.subject == self.issuer

    def valid(self, when: datetime | date) -> bool:
        """Whether a moment, or a part of a day, is in the time the certificate holds for."""
        if isinstance(when, datetime):
            return self.begin <= when <= self.end
        return self.begin.date() <= when <= self.end.date()


def available() -> bool:
    """Whether the library is there."""
    return find_spec("cryptography") is not None


def read_certificate(raw: bytes) -> Certificate:
    """A certificate of DER bytes. Raises ValueError."""
    import warnings  # noqa: PLC0415

    from cryptography import x509  # noqa: PLC0415 - only signed images need it

    if len(raw) > _LARGEST:
        raise ValueError(f"a certificate of {len(raw)} bytes")
    fields = sequence(sequence(der(memoryview(raw)), 3)[0][1], 6)
    fields = fields[1:] if fields[0][1].tag == 0xA0 else fields
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of oddities that real certificates have
            parsed = x509.load_der_x509_certificate(raw)
            uses = _extension(parsed, x509.ExtendedKeyUsage)
            usage = _extension(parsed, x509.KeyUsage)
            basic = _extension(parsed, x509.BasicConstraints)
            return Certificate(
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
                authority=basic is not None and basic.ca,
                weakness=_weakness(parsed),
                parsed=parsed,
            )
    except Exception as failure:  # the library names no common base of what it raises
        message = printable(str(failure)) or type(failure).__name__
        raise ValueError(f"no certificate: {message[:80]}") from failure


def _extension(parsed: "x509.Certificate", kind: type[_T]) -> _T | None:
    return next((e.value for e in parsed.extensions if isinstance(e.value, kind)), None)


def _name(name: "x509.Name") -> str:
    """The common name, else all of a name, fit to be printed."""
    from cryptography.x509.oid import NameOID  # noqa: PLC0415

    common = name.get_attributes_for_oid(NameOID.COMMON_NAME)
    text = str(common[-1].value) if common else name.rfc4514_string()
    return printable(text)[:64] or "(no name)"


def _weakness(parsed: "x509.Certificate") -> str:
    """What is wrong with a certificate's key; empty for one that is strong and can be used."""
    from cryptography.hazmat.primitives.asymmetric import ec, rsa  # noqa: PLC0415

    key = parsed.public_key()
    if isinstance(key, rsa.RSAPublicKey):
        if key.key_size < 2048:
            return f"an RSA key of {key.key_size} bits, not 2048 or more"
        if key.key_size > _LARGEST_KEY or key.public_numbers().e > _LARGEST_EXPONENT:
            return f"an RSA key of {key.key_size} bits or an exponent that is not computed with"
        return ""
    if isinstance(key, ec.EllipticCurvePublicKey):
        return "" if key.curve.name in _CURVES else f"the curve {key.curve.name}"
    return "a key that is neither RSA nor one of NIST's curves"


def _computable(certificate: Certificate) -> bool:
    """Whether computing with a key is quick; small ones are, whatever else they are."""
    from cryptography.hazmat.primitives.asymmetric import rsa  # noqa: PLC0415

    key = certificate.parsed.public_key()
    if isinstance(key, rsa.RSAPublicKey):
        return key.key_size <= _LARGEST_KEY and key.public_numbers().e <= _LARGEST_EXPONENT
    return not certificate.weakness


def issued_by(certificate: Certificate, issuer: Certificate) -> bool:
    """Whether a certificate names another as its issuer and carries its signature."""
    if certificate.issuer != issuer.subject or not _computable(issuer):
        return False
    try:
        certificate.parsed.verify_directly_issued_by(issuer.parsed)
    except Exception:  # noqa: BLE001 - whatever the reason, it is not shown to be the issuer
        return False
    return True


def issuers(leaf: Certificate, known: Sequence[Certificate]) -> tuple[Certificate, ...]:
    """The certificate and all of the known ones that issued it, directly or not; nearest first.

    The walk ends after some, because each step computes with every key.
    """
    found = [leaf]
    for certificate in found:  # grows while it is walked
        if len(found) > _LONGEST_CHAIN:
            break
        rest = [each for each in known if all(each.raw != other.raw for other in found)]
        found += [each for each in rest if issued_by(certificate, each)]
    return tuple(found)


def broken_link(path: Sequence[Certificate], known: Sequence[Certificate]) -> str:
    """Which certificate of a path names an issuer that is known and did not sign it; else empty."""
    walked = {each.raw for each in path}
    for certificate in path[:_LONGEST_CHAIN]:
        named = [each for each in known if each.subject == certificate.issuer]
        if named and not certificate.self_issued and not walked & {each.raw for each in named}:
            return f"{certificate.name!r} is not signed by {named[0].name!r}, which it names"
    return ""


def verifies(certificate: Certificate, signer: SignerInfo) -> bool:
    """Whether a signer's signature over its attributes is that of a certificate's key."""
    from cryptography.hazmat.primitives import hashes  # noqa: PLC0415
    from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa  # noqa: PLC0415

    made: dict[str, type[hashes.HashAlgorithm]] = {
        "sha1": hashes.SHA1, "sha256": hashes.SHA256, "sha384": hashes.SHA384,
        "sha512": hashes.SHA512,
    }  # fmt: skip
    key, digest = certificate.parsed.public_key(), made[signer.digest]()
    if not _computable(certificate):
        return False
    try:
        if isinstance(key, rsa.RSAPublicKey) and signer.algorithm in _RSA:
            key.verify(signer.signature, signer.signed, padding.PKCS1v15(), digest)
            return True
        if isinstance(key, ec.EllipticCurvePublicKey) and signer.algorithm in _ECDSA:
            key.verify(signer.signature, signer.signed, ec.ECDSA(digest))
            return True
    except Exception:  # noqa: BLE001 - a wrong signature and a strange key are alike here
        return False
    return False
