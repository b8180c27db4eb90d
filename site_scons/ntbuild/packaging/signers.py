"""Signers: a key and its certificates from PEM or PKCS#12 files, or a command that has the key.

A key never leaves this module: a `Signer` holds a function. Passwords come from a file or from an
environment variable, never from a command line, which every user of a machine can read. With a
command the key can be on a token or in a service:

    openssl pkeyutl -sign -inkey key.pem -pkeyopt digest:sha256      reads a digest
    pkcs11-tool --sign -m RSA-PKCS --id 01                           reads a DigestInfo

Every signature is checked with the certificate before it is used, so that a key of another
certificate or a command that prints something else is an error and not a bad signature.
"""

import hashlib
import subprocess
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from ntbuild.pecheck.signing.certificates import CERTIFICATE_LIMIT, available
from ntbuild.support.text import printable
from ntbuild.support.values import dataclass

from . import der
from .errors import SigningError
from .signed_data import Identity, Signer

if TYPE_CHECKING:
    from cryptography import x509

MISSING: Final = "signing needs the package cryptography; pip install 'ntbuild[signed]'"
_CODE_SIGNING: Final = "1.3.6.1.5.5.7.3.3"
_SMALLEST_KEY: Final = 2048
_SECONDS: Final = 120
_LONGEST_SIGNATURE: Final = 4096
INPUT_FORMS: Final[Mapping[str, Callable[[bytes], bytes]]] = {
    "digest": lambda digest: digest,
    "digest-info": lambda digest: der.sequence(der.SHA256, der.octets(digest)),
    "hex": lambda digest: digest.hex().encode(),
}
"""What a signing command reads: the SHA-256 digest, the DigestInfo of PKCS #1, or hex digits."""


@dataclass(frozen=True, slots=True)
class Password:
    """Where a password is: the first line of a file, or an environment variable; "" is none."""

    file: str = ""
    variable: str = ""

    def read(self, environment: Mapping[str, str]) -> bytes | None:
        """The password; None when none is named. Raises SigningError."""
        if self.variable:
            if self.variable not in environment:
                raise SigningError(f"the environment variable {self.variable} is not set")
            return environment[self.variable].encode()
        if not self.file:
            return None
        lines = _read(self.file).splitlines()
        return lines[0] if lines else b""


def pem_signer(key: str, certificates: Sequence[str], password: bytes | None = None) -> Signer:
    """A signer of a PEM (or DER) private key and files of certificates, its own among them.

    Raises SigningError.
    """
    _require()
    from cryptography.hazmat.primitives import serialization  # noqa: PLC0415 - slow to import

    raw = _read(key)
    load = serialization.load_der_private_key
    if b"-----BEGIN" in raw:
        load = serialization.load_pem_private_key
    try:
        own = load(raw, password)
    except Exception as error:
        raise SigningError(f"{key}: the key cannot be read: {_reason(error)}") from error
    found = [each for name in certificates for each in read_certificates(name)]
    return _signer(own, found, key)


def pkcs12_signer(path: str, password: bytes | None = None) -> Signer:
    """A signer of a PKCS#12 file (.pfx, .p12). Raises SigningError."""
    _require()
    from cryptography.hazmat.primitives.serialization import pkcs12  # noqa: PLC0415 - as above

    raw = _read(path)
    try:
        key, own, more = pkcs12.load_key_and_certificates(raw, password)
    except Exception as error:
        raise SigningError(f"{path}: the file cannot be read: {_reason(error)}") from error
    if key is None or own is None:
        raise SigningError(f"{path}: the file has no key with its certificate")
    return _signer(key, [own, *more], path)


def command_signer(
    words: Sequence[str], certificates: Sequence[str], form: str = "digest"
) -> Signer:
    """A signer that runs a command for each signature; the first certificate is its key's.

    The command reads ``form`` (a key of ``INPUT_FORMS``) on standard input and writes the
    signature's bytes. It is run without a shell. Raises SigningError.
    """
    _require()
    found = [each for name in certificates for each in read_certificates(name)]
    if not found:
        raise SigningError("a signing command needs the certificate of its key")
    return _of(found[0], found[1:], _runner(tuple(words), INPUT_FORMS[form]))


def read_certificates(path: str) -> "list[x509.Certificate]":
    """The certificates of a PEM or DER file, in its order. Raises SigningError."""
    _require()
    from cryptography import x509  # noqa: PLC0415 - as above

    raw = _read(path)
    try:
        if b"-----BEGIN" in raw:
            found = x509.load_pem_x509_certificates(raw)
        else:
            found = [x509.load_der_x509_certificate(raw)]
    except Exception as error:
        raise SigningError(f"{path}: no certificate can be read: {_reason(error)}") from error
    if len(found) > CERTIFICATE_LIMIT:
        raise SigningError(f"{path}: {len(found)} certificates; at most {CERTIFICATE_LIMIT}")
    return found


def certificates_of(paths: Sequence[str]) -> tuple[bytes, ...]:
    """The encoded certificates of several files. Raises SigningError."""
    return tuple(_der_bytes(each) for path in paths for each in read_certificates(path))


def _require() -> None:
    if not available():
        raise SigningError(MISSING)


def _read(path: str) -> bytes:
    try:
        return Path(path).read_bytes()
    except OSError as error:
        raise SigningError(f"{path}: {error.strerror or error}") from error


def _reason(error: Exception) -> str:
    return (printable(str(error)) or type(error).__name__)[:100]


# ---- from key and certificates to a signer -----------------------------------------------------


def _signer(key: Any, found: "Sequence[x509.Certificate]", place: str) -> Signer:
    """The signer of a key whose certificate is one of those found. Raises SigningError."""
    public = _public_bytes(key.public_key())
    own = next((each for each in found if _public_bytes(each.public_key()) == public), None)
    if own is None:
        raise SigningError(f"{place}: none of the {len(found)} certificates is that of the key")
    return _of(own, [each for each in found if each is not own], _maker(key))


def _of(
    own: "x509.Certificate",
    others: "Sequence[x509.Certificate]",
    make: Callable[[bytes], bytes],
) -> Signer:
    """A signer whose signatures are checked; only issuers go with its certificate."""
    identity = identity_of(own)
    chain = [own]
    for certificate in chain:  # grows while it is walked
        chain += [
            each for each in others if each.subject == certificate.issuer and each not in chain
        ]

    def checked(content: bytes) -> bytes:
        signature = make(content)
        _verify(own.public_key(), signature, content)
        return signature

    return Signer(identity, tuple(map(_der_bytes, chain[1:])), checked)


def identity_of(certificate: "x509.Certificate") -> Identity:
    """What a SignerInfo says of a certificate that may sign code. Raises SigningError."""
    from cryptography import x509  # noqa: PLC0415 - as above
    from cryptography.hazmat.primitives.asymmetric import ec, rsa  # noqa: PLC0415

    key, name = certificate.public_key(), printable(certificate.subject.rfc4514_string())
    if isinstance(key, rsa.RSAPublicKey):
        kind = "rsa"
        if key.key_size < _SMALLEST_KEY:
            raise SigningError(
                f"{name!r}: an RSA key of {key.key_size} bits; {_SMALLEST_KEY} or more"
            )
    elif isinstance(key, ec.EllipticCurvePublicKey):
        kind = "ecdsa"
    else:
        raise SigningError(f"{name!r}: a key that is neither RSA nor of an elliptic curve")
    try:
        uses = certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    except x509.ExtensionNotFound:
        uses = None
    if uses is None or all(each.dotted_string != _CODE_SIGNING for each in uses):
        raise SigningError(f"{name!r}: no certificate for code signing (extended key usage)")
    issuer, serial = certificate.issuer.public_bytes(), der.integer(certificate.serial_number)
    return Identity(_der_bytes(certificate), issuer, serial, kind)


def _maker(key: Any) -> Callable[[bytes], bytes]:
    """What signs with a private key: without a random part."""
    from cryptography.hazmat.primitives import hashes  # noqa: PLC0415 - as above
    from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa  # noqa: PLC0415

    if isinstance(key, rsa.RSAPrivateKey):
        return lambda content: key.sign(content, padding.PKCS1v15(), hashes.SHA256())
    scheme = ec.ECDSA(hashes.SHA256(), deterministic_signing=True)
    return lambda content: bytes(key.sign(content, scheme))


def _runner(words: Sequence[str], form: Callable[[bytes], bytes]) -> Callable[[bytes], bytes]:
    """What signs by running a command. Its errors do not repeat what it printed."""

    def run(content: bytes) -> bytes:
        given = form(hashlib.sha256(content).digest())
        try:
            done = subprocess.run(
                words, input=given, capture_output=True, timeout=_SECONDS, check=False
            )
        except (OSError, subprocess.TimeoutExpired) as error:
            reason = getattr(error, "strerror", None) or f"no signature after {_SECONDS} s"
            raise SigningError(f"{printable(words[0])}: {reason}") from error
        if done.returncode:
            raise SigningError(f"{printable(words[0])}: exit code {done.returncode}")
        if not 0 < len(done.stdout) <= _LONGEST_SIGNATURE:
            raise SigningError(f"{printable(words[0])}: {len(done.stdout)} bytes are no signature")
        return done.stdout

    return run


def _verify(key: Any, signature: bytes, content: bytes) -> None:
    """Raises SigningError unless a signature was made by a certificate's key."""
    from cryptography.exceptions import InvalidSignature  # noqa: PLC0415 - as above
    from cryptography.hazmat.primitives import hashes  # noqa: PLC0415
    from cryptography.hazmat.primitives.asymmetric import ec, padding, rsa  # noqa: PLC0415

    try:
        if isinstance(key, rsa.RSAPublicKey):
            key.verify(signature, content, padding.PKCS1v15(), hashes.SHA256())
        else:
            key.verify(signature, content, ec.ECDSA(hashes.SHA256()))
    except InvalidSignature as error:
        raise SigningError("the signature is not one by the key of the certificate") from error


def _der_bytes(certificate: "x509.Certificate") -> bytes:
    from cryptography.hazmat.primitives.serialization import Encoding  # noqa: PLC0415 - as above

    return certificate.public_bytes(Encoding.DER)


def _public_bytes(key: Any) -> bytes:
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat  # noqa: PLC0415

    return bytes(key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo))
