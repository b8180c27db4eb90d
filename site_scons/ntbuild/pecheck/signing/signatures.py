"""The signatures of an image: who signed, when, and what is wrong with the proof of it.

The hard part is to keep apart three things that verifiers mix: whether the bytes were signed with
a key, whether the certificates lead from that key to an issuer, and at what time both counted.
Whether the last issuer is trusted is the system's matter, and nothing here says so.
"""

from collections.abc import Iterator, Sequence
from datetime import date, datetime

from ntbuild.pecoff.image.certificates import der
from ntbuild.pecoff.image.image import Image
from ntbuild.pecoff.image.signed_data import (
    CONTENT_TYPE,
    COUNTER_SIGNATURE,
    INDIRECT_DATA,
    MESSAGE_DIGEST,
    NESTED_SIGNATURE,
    SIGNING_TIME,
    TIMESTAMP_TOKEN,
    TST_INFO,
    SignedData,
    SignerInfo,
    digest_name,
    identifier,
    sequence,
    signed_data,
    signer_info,
)
from ntbuild.support.values import dataclass

from .certificates import (
    CERTIFICATE_LIMIT,
    Certificate,
    broken_link,
    issuers,
    read_certificate,
    verifies,
)

SIGNATURE_LIMIT, TIMESTAMP_LIMIT = 3, 2
CODE_SIGNING = "1.3.6.1.5.5.7.3.3"
_TIME_STAMPING = "1.3.6.1.5.5.7.3.8"


@dataclass(frozen=True, slots=True)
class Signature:
    """One signature of an image, at a file offset; ``problem`` says why it cannot be read.

    ``certificates`` are all that it carries, ``leaf`` the signer's (None: not among them).
    """

    offset: int
    problem: str = ""
    data: SignedData | None = None
    certificates: tuple[Certificate, ...] = ()
    leaf: Certificate | None = None


@dataclass(frozen=True, slots=True)
class Timestamp:
    """A counter-signature: its time when it is right, its problem when it is not.

    ``certificates`` are those that it needs.
    """

    time: datetime | None
    problem: str
    certificates: tuple[Certificate, ...] = ()


def signatures(image: Image) -> Iterator[Signature]:
    """The signatures of an image and those nested in them, at most ``SIGNATURE_LIMIT``."""
    count = 0
    for entry in image.certificates.entries:
        waiting = [bytes(image.data[entry.offset + 8 : entry.offset + 8 + entry.size])]
        for raw in waiting:  # grows while it is walked
            if count == SIGNATURE_LIMIT:
                yield Signature(entry.offset, f"more than {SIGNATURE_LIMIT} signatures")
                return
            count += 1
            found = _read(raw, entry.offset)
            yield found
            if found.data is not None and len(waiting) == 1:
                for signer in found.data.signers:
                    waiting += signer.unsigned_values(NESTED_SIGNATURE)


def _read(raw: bytes, offset: int) -> Signature:
    try:
        data = signed_data(raw)
        certificates = read_all(data.certificates)
    except ValueError as failure:
        return Signature(offset, str(failure))
    if data.content_type != INDIRECT_DATA:
        return Signature(offset, "the signed content is no digest of an image")
    if len(data.signers) != 1:
        return Signature(offset, f"{len(data.signers)} signers, not one")
    return Signature(offset, "", data, certificates, leaf_of(data.signers[0], certificates))


def read_all(raws: Sequence[bytes]) -> tuple[Certificate, ...]:
    """Certificates of their bytes. Raises ValueError, for too many also."""
    if len(raws) > CERTIFICATE_LIMIT:
        raise ValueError(f"{len(raws)} certificates; {CERTIFICATE_LIMIT} are judged")
    return tuple(map(read_certificate, dict.fromkeys(raws)))


def leaf_of(signer: SignerInfo, certificates: Sequence[Certificate]) -> Certificate | None:
    """The signer's certificate, if it is there."""
    for each in certificates:
        if each.issuer == signer.issuer and each.serial == signer.serial:
            return each
    return None


def signing_problem(
    signer: SignerInfo, leaf: Certificate | None, content: bytes, kind: str | None
) -> str:
    """Why a signer did not sign some content of a kind (None: any); empty when it did."""
    import hashlib  # noqa: PLC0415 - loads OpenSSL, which no unsigned image should pay for

    if leaf is None:
        return "the signer's certificate is not in the signature"
    if not signer.signed:
        return "the signer has no signed attributes"
    stated, named = signer.attribute(MESSAGE_DIGEST), signer.attribute(CONTENT_TYPE)
    right = hashlib.new(signer.digest, content, usedforsecurity=False).digest()
    if stated is None or bytes(der(memoryview(stated)).content) != right:
        return "the message digest is not that of the signed content"
    if kind is not None and (named is None or identifier(der(memoryview(named))) != kind):
        return "the content type attribute is not that of the signed content"
    if not verifies(leaf, signer):
        return "the signature is not one by the signer's certificate"
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
                return [*found, Timestamp(None, f"more than {TIMESTAMP_LIMIT} timestamps")]
            try:
                found.append(read(value, signer, signature.certificates))
            except ValueError as failure:
                found.append(Timestamp(None, f"cannot be read: {failure}"))
    return found


def _token(value: bytes, signer: SignerInfo, known: Sequence[Certificate]) -> Timestamp:
    """A time stamp by RFC 3161. Raises ValueError."""
    import hashlib  # noqa: PLC0415

    token = signed_data(value)
    if token.content_type != TST_INFO or len(token.signers) != 1:
        raise ValueError("no time stamp of one signer")
    certificates = (*read_all(token.certificates), *known)
    stamper = token.signers[0]
    leaf = leaf_of(stamper, certificates)
    fields = sequence(der(memoryview(token.content)), 5)
    imprint = sequence(fields[2][1], 2)
    time = _time(fields[4][0])
    problem = signing_problem(stamper, leaf, token.content, TST_INFO)
    algorithm = digest_name(imprint[0][1])
    right = hashlib.new(algorithm, signer.signature, usedforsecurity=False).digest()
    if not problem and bytes(imprint[1][1].content) != right:
        problem = "the imprint is not that of the signature"
    return _stamped(time, problem, leaf, certificates)


def _counter_signature(value: bytes, signer: SignerInfo, known: Sequence[Certificate]) -> Timestamp:
    """A counter-signature of PKCS #9, whose time is an attribute. Raises ValueError."""
    stamper = signer_info(der(memoryview(value)))
    leaf = leaf_of(stamper, known)
    stated = stamper.attribute(SIGNING_TIME)
    if stated is None:
        raise ValueError("no signing time")
    problem = signing_problem(stamper, leaf, signer.signature, None)
    return _stamped(_time(stated), problem, leaf, known)


def _stamped(
    time: datetime, problem: str, leaf: Certificate | None, known: Sequence[Certificate]
) -> Timestamp:
    path = () if leaf is None else issuers(leaf, known)
    if not problem and leaf is not None:
        late = [each.name for each in path if not each.valid(time)]
        if leaf.uses is None or _TIME_STAMPING not in leaf.uses:
            problem = f"{leaf.name!r} is no certificate for time stamps"
        elif late:
            problem = f"{late[0]!r} was not valid at its time"
        else:
            problem = broken_link(path, known)
    return Timestamp(None if problem else time, problem, path)


def _time(raw: bytes) -> datetime:
    """A UTCTime or GeneralizedTime. Raises ValueError."""
    from datetime import UTC  # noqa: PLC0415

    node = der(memoryview(raw))
    text = bytes(node.content).decode("ascii").partition(".")[0].removesuffix("Z")
    if node.tag == 0x17 and len(text) == 12:
        text = ("20" if text < "50" else "19") + text
    if node.tag not in {0x17, 0x18} or len(text) != 14 or not text.isdigit():
        raise ValueError("no time")
    parts = (int(text[:4]), *(int(text[at : at + 2]) for at in range(4, 14, 2)))
    return datetime(*parts, tzinfo=UTC)  # type: ignore[arg-type, misc]


# ---- chains ----------------------------------------------------------------------------------


def chain_problems(
    leaf: Certificate, chain: Sequence[Certificate], when: datetime | date | None
) -> Iterator[str]:
    """What makes certificates unfit for signing code at a time (None: at any)."""
    if leaf.uses is None or CODE_SIGNING not in leaf.uses:
        yield f"{leaf.name!r} is not for code signing"
    if not leaf.signs:
        yield f"{leaf.name!r} is not for digital signatures"
    for each in chain:
        if each.weakness:
            yield f"{each.name!r} has {each.weakness}"
        if each is not leaf and not each.authority:
            yield f"{each.name!r} issued a certificate and is no authority"
        if when is not None and not each.valid(when):
            span = f"{each.begin.date()} to {each.end.date()}"
            yield f"{each.name!r} is valid from {span}, not on {when:%Y-%m-%d}"
