"""The test CA of a project: made once, kept in the user's data folder, never in the tree.

    <data folder>/ntbuild/test-ca/<project>/
        ca.pem       the authority's certificate, which a test machine trusts
        signer.pem   the certificate that signs, and the CA's
        signer.key   its private key, readable by its owner only

The key of the authority itself is thrown away when the signer's certificate is made: nobody can
issue another certificate that a test machine would trust. Names begin with ``TEST``.

The data folder is ``NTBUILD_DATA``, else what the package platformdirs says for the system.
"""

import datetime as dt
import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from ntbuild.pecheck.signing.certificates import available
from ntbuild.support.outputs import OutputError, write_all
from ntbuild.support.values import dataclass

from .errors import SigningError
from .signed_data import Signer
from .signers import MISSING, pem_signer

if TYPE_CHECKING:
    from cryptography import x509

_NAME: Final = re.compile(r"[A-Za-z0-9][A-Za-z0-9 ._-]{0,40}")
_YEARS: Final = 10
_CODE_SIGNING: Final = "1.3.6.1.5.5.7.3.3"


@dataclass(frozen=True, slots=True)
class ProjectAuthority:
    """The files of a project's test CA."""

    ca: Path
    """The authority's certificate, PEM."""
    certificates: Path
    """The signer's certificate and the authority's, PEM."""
    key: Path
    """The signer's private key, PEM."""

    def signer(self) -> Signer:
        """Who signs with it. Raises SigningError."""
        return pem_signer(str(self.key), [str(self.certificates)])


def data_folder(environment: Mapping[str, str] = os.environ) -> Path:
    """The folder of ntbuild's data of this user. Raises SigningError without platformdirs."""
    if given := environment.get("NTBUILD_DATA"):
        return Path(given)
    try:
        from platformdirs import user_data_path  # noqa: PLC0415 - only test signing needs it
    except ImportError as error:
        raise SigningError(
            "where a test key is kept needs the package platformdirs; pip install 'ntbuild[signed]'"
        ) from error
    return user_data_path("ntbuild", appauthor=False)


def find(project: str, folder: Path) -> ProjectAuthority | None:
    """The test CA of a project below a data folder; None when it was never made.

    Raises SigningError for a project's name that no folder can have, and for half a CA.
    """
    if not _NAME.fullmatch(project) or project.endswith((".", " ")):
        raise SigningError(
            f"{project!r}: a test CA needs a name of letters, digits, ' ', '.', '_', '-'"
        )
    home = folder / "test-ca" / project
    found = ProjectAuthority(home / "ca.pem", home / "signer.pem", home / "signer.key")
    there = [each.is_file() for each in (found.ca, found.certificates, found.key)]
    if any(there) and not all(there):
        missing = (found.ca, found.certificates, found.key)[there.index(False)]
        raise SigningError(f"{missing.as_posix()}: the test CA is incomplete; remove its folder")
    return found if all(there) else None


def find_or_make(project: str, folder: Path, now: dt.datetime) -> ProjectAuthority:
    """The test CA of a project, made when there is none. Raises SigningError."""
    found = find(project, folder)
    if found is not None:
        return found
    if not available():
        raise SigningError(MISSING)
    home = folder / "test-ca" / project
    ca, own, key = _make(project, now)
    try:
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
        home.chmod(0o700)
        write_all(
            [
                (home / "signer.key", key),
                (home / "signer.pem", own + ca),
                (home / "ca.pem", ca),
            ]
        )
        (home / "signer.key").chmod(0o600)
    except (OSError, OutputError) as error:
        raise SigningError(f"{home.as_posix()}: the test CA cannot be kept: {error}") from error
    made = find(project, folder)
    if made is None:
        raise SigningError(f"{home.as_posix()}: the test CA was removed while it was made")
    return made


def _make(project: str, now: dt.datetime) -> tuple[bytes, bytes, bytes]:
    """CA certificate, signer's certificate and signer's key, PEM."""
    from cryptography import x509  # noqa: PLC0415 - slow to import
    from cryptography.hazmat.primitives import hashes, serialization  # noqa: PLC0415
    from cryptography.hazmat.primitives.asymmetric import rsa  # noqa: PLC0415

    top, own = (rsa.generate_private_key(65537, 3072) for _ in range(2))
    root = _named(f"TEST CA of {project} (ntbuild)")
    ca = (
        _certificate(root, root, top.public_key(), now)
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        .add_extension(_usage(authority=True), critical=True)
        .sign(top, hashes.SHA256())
    )
    uses = x509.ExtendedKeyUsage([x509.ObjectIdentifier(_CODE_SIGNING)])
    signer = (
        _certificate(_named(f"TEST signer of {project} (ntbuild)"), root, own.public_key(), now)
        .add_extension(x509.BasicConstraints(ca=False, path_length=None), critical=True)
        .add_extension(_usage(authority=False), critical=True)
        .add_extension(uses, critical=False)
        .sign(top, hashes.SHA256())
    )
    pem = serialization.Encoding.PEM
    key = own.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
    return ca.public_bytes(pem), signer.public_bytes(pem), key


def _named(name: str) -> "x509.Name":
    from cryptography import x509  # noqa: PLC0415 - as above
    from cryptography.x509.oid import NameOID  # noqa: PLC0415

    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


def _certificate(
    subject: "x509.Name", issuer: "x509.Name", key: Any, now: dt.datetime
) -> "x509.CertificateBuilder":
    from cryptography import x509  # noqa: PLC0415 - as above

    begin = now.replace(hour=0, minute=0, second=0, microsecond=0) - dt.timedelta(days=1)
    return (
        x509.CertificateBuilder()
        .subject_name(subject)
        .issuer_name(issuer)
        .public_key(key)
        .serial_number(x509.random_serial_number())
        .not_valid_before(begin)
        .not_valid_after(begin + dt.timedelta(days=365 * _YEARS))
    )


def _usage(*, authority: bool) -> "x509.KeyUsage":
    from cryptography import x509  # noqa: PLC0415 - as above

    return x509.KeyUsage(
        digital_signature=not authority,
        key_cert_sign=authority,
        crl_sign=authority,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        encipher_only=False,
        decipher_only=False,
    )
