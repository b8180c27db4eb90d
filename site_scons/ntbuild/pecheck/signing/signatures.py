"""The signatures of an image: who signed, when, and what is wrong with the proof of it.

Three questions are kept apart that verifiers mix: whether the bytes were signed with a key, whether
the certificates lead from that key to an issuer, and at what time both counted. Whether the last
issuer is trusted is known to the system that loads the image, and is not answered here.

``problem`` always means that something is wrong; ``unchecked`` that it cannot be checked here,
which is no fault of the image.
"""

import hashlib
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime
from typing import Final

from ntbuild.pecoff.image.certificates import DIGESTS, der, signed_digest
from ntbuild.pecoff.image.image import Image
from ntbuild.pecoff.image.signed_data import (
    CONTENT_TYPE,
    COUNTER_SIGNATURE,
    MESSAGE_DIGEST,
    NESTED_SIGNATURE,
    SIGNING_TIME,
    TIMESTAMP_TOKEN,
    TST_INFO,
    SignedData,
    SignerInfo,
    UnsupportedError,
    digest_name,
    identifier,
    sequence,
    signed_data,
    signer_info,
)
from ntbuild.support.values import dataclass

from .certificates import (
    CERTIFICATE_LIMIT,
    Proof,
    X509Certificate,
    broken_link,
    fittest,
    issuers,
    read_certificate,
    unchecked_link,
    verifies,
)

SIGNATURE_LIMIT, TIMESTAMP_LIMIT = 3, 2
CODE_SIGNING: Final = "1.3.6.1.5.5.7.3.3"
_TIME_STAMPING: Final = "1.3.6.1.5.5.7.3.8"
_ANY_USE: Final = "2.5.29.37.0"
_STRENGTH: Final = tuple(DIGESTS.values())


@dataclass(frozen=True, slots=True)
class Signature:
    """One signature of an image."""

    offset: int
    """The file offset of the certificate table's entry that holds it."""
    problem: str = ""
    """Why it is no signature of an image; empty when it is one."""
    unchecked: str = ""
    """What of it cannot be read here; empty when everything can."""
    data: SignedData | None = None
    """None when it cannot be read."""
    certificates: tuple[X509Certificate, ...] = ()
    """All certificates in it that can be read."""
    leaf: X509Certificate | None = None
    """The signer's certificate; None when it is not among them."""
    strength: int = 0
    """The rank of its digest of the image; a higher one is stronger."""


@dataclass(frozen=True, slots=True)
class Timestamp:
    """A counter-signature."""

    time: datetime | None
    """The time that it proves or, where it cannot be checked, claims; None for a wrong one."""
    problem: str = ""
    unchecked: str = ""
    certificates: tuple[X509Certificate, ...] = ()
    """The certificates of its chain."""


def signatures(image: Image) -> tuple[Signature, ...]:
    """The signatures of an image and those nested in them, at most ``SIGNATURE_LIMIT``."""
    found: list[Signature] = []
    for entry in image.certificates.entries:
        waiting = [bytes(image.data[entry.offset + 8 : entry.offset + 8 + entry.size])]
        for raw in waiting:  # grows while it is walked
            if len(found) == SIGNATURE_LIMIT:
                more = f"more than {SIGNATURE_LIMIT} signatures"
                return (*found, Signature(entry.offset, unchecked=more))
            signature = _read(raw, entry.offset)
            found.append(signature)
            if signature.data is not None and len(waiting) == 1:
                for signer in signature.data.signers:
                    waiting += signer.unsigned_values(NESTED_SIGNATURE)
    return tuple(found)


def strongest(found: Sequence[Signature]) -> int:
    """The largest strength of the signatures that can be read; verifiers prefer that one."""
    return max((each.strength for each in found if each.data is not None), default=0)


def _read(raw: bytes, offset: int) -> Signature:
    try:
        data = signed_data(raw)
        certificates, unreadable = read_all(data.certificates)
        strength = _STRENGTH.index(signed_digest(memoryview(raw))[0])
    except UnsupportedError as failure:
        return Signature(offset, unchecked=str(failure))
    except ValueError as failure:
        return Signature(offset, problem=str(failure))
    if len(data.signers) != 1:
        return Signature(offset, problem=f"{len(data.signers)} signers, not one")
    leaf = leaf_of(data.signers[0], certificates)
    return Signature(offset, "", unreadable, data, certificates, leaf, strength)


def read_all(raws: Sequence[bytes]) -> tuple[tuple[X509Certificate, ...], str]:
    """Certificates of their bytes, and why one cannot be read here (empty: all can).

    Raises ValueError for what is malformed, UnsupportedError for too many.
    """
    if len(raws) > CERTIFICATE_LIMIT:
        raise UnsupportedError(f"{len(raws)} certificates; {CERTIFICATE_LIMIT} are checked")
    found: list[X509Certificate] = []
    unreadable = ""
    for raw in dict.fromkeys(raws):
        try:
            found.append(read_certificate(raw))
        except UnsupportedError as failure:
            unreadable = str(failure)
    return tuple(found), unreadable


def leaf_of(signer: SignerInfo, certificates: Sequence[X509Certificate]) -> X509Certificate | None:
    """The signer's certificate, if it is there."""
    for each in certificates:
        if each.issuer == signer.issuer and each.serial == signer.serial:
            return each
    return None


def signing_problem(
    signer: SignerInfo, leaf: X509Certificate | None, content: bytes, kind: str | None
) -> tuple[str, str]:
    """Why a signer did not sign some content of a kind (None: any), and what cannot be checked."""
    if leaf is None:
        return "the signer's certificate is not in the signature", ""
    if not signer.signed:
        return "the signer has no signed attributes", ""
    try:
        problem = _attribute_problem(signer, content, kind)
    except ValueError as failure:
        problem = f"the signed attributes cannot be read: {failure}"
    if problem:
        return problem, ""
    proof = verifies(leaf, signer)
    if proof is Proof.WRONG:
        return "the signature was not made by the signer's certificate", ""
    if proof is Proof.UNKNOWN:
        return "", f"the signature by {leaf.name!r}, of algorithm {signer.algorithm}"
    return "", ""


def _attribute_problem(signer: SignerInfo, content: bytes, kind: str | None) -> str:
    """Why signed attributes are not those of some content. Raises ValueError."""
    stated, named = signer.attribute(MESSAGE_DIGEST), signer.attribute(CONTENT_TYPE)
    right = hashlib.new(signer.digest, content, usedforsecurity=False).digest()
    if stated is None or bytes(der(memoryview(stated)).content) != right:
        return "the message digest is not that of the signed content"
    if kind is not None and (named is None or identifier(der(memoryview(named))) != kind):
        return "the content type attribute is not that of the signed content"
    return ""


# ---- time stamps -----------------------------------------------------------------------------


def timestamps(signature: Signature) -> list[Timestamp]:
    """The counter-signatures of a signature, right or not."""
    if signature.data is None:
        return []
    signer = signature.data.signers[0]
    found: list[Timestamp] = []
    for kind, read in ((TIMESTAMP_TOKEN, _token), (COUNTER_SIGNATURE, _counter_signature)):
        for value in signer.unsigned_values(kind):
            if len(found) == TIMESTAMP_LIMIT:
                more = f"more than {TIMESTAMP_LIMIT} timestamps"
                return [*found, Timestamp(None, unchecked=more)]
            try:
                found.append(read(value, signer, signature))
            except UnsupportedError as failure:
                found.append(Timestamp(None, unchecked=str(failure)))
            except ValueError as failure:
                found.append(Timestamp(None, f"cannot be read: {failure}"))
    return found


def _token(value: bytes, signer: SignerInfo, signature: Signature) -> Timestamp:
    """A time stamp by RFC 3161. Raises ValueError, UnsupportedError."""
    token = signed_data(value)
    if token.content_type != TST_INFO or len(token.signers) != 1:
        raise ValueError("not a time stamp of one signer")
    own, unreadable = read_all(token.certificates)
    certificates = (*own, *signature.certificates)
    stamper = token.signers[0]
    leaf = leaf_of(stamper, certificates)
    fields = sequence(der(memoryview(token.content)), 5)
    imprint = sequence(fields[2][1], 2)
    time = _time(fields[4][0])
    if leaf is None and unreadable:
        return Timestamp(time, unchecked=unreadable)
    problem, unchecked = signing_problem(stamper, leaf, token.content, TST_INFO)
    algorithm = digest_name(imprint[0][1])
    right = hashlib.new(algorithm, signer.signature, usedforsecurity=False).digest()
    if not problem and bytes(imprint[1][1].content) != right:
        problem = "the imprint is not that of the signature"
    return _stamped(time, problem, unchecked, leaf, certificates)


def _counter_signature(value: bytes, signer: SignerInfo, signature: Signature) -> Timestamp:
    """A counter-signature of PKCS #9, whose time is an attribute. Raises ValueError."""
    stamper = signer_info(der(memoryview(value)))
    leaf = leaf_of(stamper, signature.certificates)
    stated = stamper.attribute(SIGNING_TIME)
    if stated is None:
        raise ValueError("no signing time")
    if leaf is None and signature.unchecked:
        return Timestamp(_time(stated), unchecked=signature.unchecked)
    problem, unchecked = signing_problem(stamper, leaf, signer.signature, None)
    return _stamped(_time(stated), problem, unchecked, leaf, signature.certificates)


def _stamped(
    time: datetime,
    problem: str,
    unchecked: str,
    leaf: X509Certificate | None,
    known: Sequence[X509Certificate],
) -> Timestamp:
    """A time stamp whose signature was checked, with what its chain adds."""
    path = () if leaf is None else issuers(leaf, known)
    if not problem and leaf is not None:
        late_by_raw = {each.raw: [each.name] * (not each.valid(time)) for each in path}
        late = [each.name for each in fittest(path, late_by_raw) if late_by_raw[each.raw]]
        if not _allows(leaf, _TIME_STAMPING):
            problem = f"{leaf.name!r} is not a certificate for time stamps"
        elif late:
            problem = f"{late[0]!r} was not valid at its time"
        else:
            problem = broken_link(path, known)
    return Timestamp(None if problem else time, problem, unchecked or unchecked_link(path), path)


def _time(raw: bytes) -> datetime:
    """A UTCTime or GeneralizedTime. Raises ValueError."""
    node = der(memoryview(raw))
    text = bytes(node.content).decode("ascii").partition(".")[0].removesuffix("Z")
    if node.tag == 0x17 and len(text) == 12:
        text = ("20" if text < "50" else "19") + text
    if node.tag not in {0x17, 0x18} or len(text) != 14 or not text.isdigit():
        raise ValueError("not a time")
    parts = (int(text[:4]), *(int(text[at : at + 2]) for at in range(4, 14, 2)))
    return datetime(*parts, tzinfo=UTC)  # type: ignore[arg-type, misc]


# ---- chains ----------------------------------------------------------------------------------


def _allows(certificate: X509Certificate, use: str) -> bool:
    """Whether a certificate is for a use; one that names no uses is for all (RFC 5280)."""
    return certificate.uses is None or bool(certificate.uses & {use, _ANY_USE})


def chain_problems(
    leaf: X509Certificate,
    chain: Sequence[X509Certificate],
    stamped: datetime | None,
    today: date | None,
) -> Iterator[str]:
    """What makes certificates unfit for signing code at a proven time, else today (None: ever)."""
    when = today if stamped is None else stamped
    if not _allows(leaf, CODE_SIGNING):
        yield f"{leaf.name!r} is not for code signing"
    faults = {each.raw: list(_unfit(each, leaf, stamped, when)) for each in chain}
    for each in fittest(chain, faults):
        yield from faults[each.raw]


def _unfit(
    each: X509Certificate,
    leaf: X509Certificate,
    stamped: datetime | None,
    when: datetime | date | None,
) -> Iterator[str]:
    weakness = each.weakness(stamped)
    if weakness:
        yield f"{each.name!r} has {weakness}"
    if each is not leaf and not each.authority:
        yield f"{each.name!r} issued a certificate and is not an authority"
    if when is not None and not each.valid(when):
        span = f"{each.begin.date()} to {each.end.date()}"
        yield f"{each.name!r} is valid from {span}, not on {when:%Y-%m-%d}"
