"""Rules DRV706 to DRV709: who signed, when, and the hashes of pages.

Only what the image shows is checked: a chain up to the last certificate in the image, at the time
of a timestamp or on the day of the settings; never by the clock or by what this machine trusts.
"""

from typing import TYPE_CHECKING, Final

from ntbuild.pecheck.rule import Fault, Level, Location, NotApplicable, RuleResults, rule
from ntbuild.pecheck.settings import CheckSettings
from ntbuild.pecoff.image.image import Image

if TYPE_CHECKING:
    from ntbuild.pecheck.signing.certificates import Certificate
    from ntbuild.pecheck.signing.signatures import Signature

_UNSIGNED = NotApplicable("the image carries no signature")
_NO_DAY = NotApplicable("no timestamp and no day: whether certificates were valid is not judged")
_WHQL: Final = "1.3.6.1.4.1.311.10.3.5"
_ATTESTATION: Final = "1.3.6.1.4.1.311.10.3.5.1"


def _at(offset: int) -> Location:
    return Location("file", offset, at=offset)


def _not_checked(image: Image) -> NotApplicable | None:
    """Why nothing can be said of an image's signers; None when something can."""
    if not image.certificates.entries:
        return _UNSIGNED
    from ntbuild.pecheck.signing.certificates import MISSING, available  # noqa: PLC0415 - signed only

    return None if available() else NotApplicable(MISSING)


@rule(
    "DRV706",
    "chain",
    Level.ERROR,
    breaks="S",
    source="RFC 5652 and RFC 5280; Windows Authenticode Portable Executable Signature Format",
    fix="sign again, with a certificate for code signing and the certificates of its issuers only",
)
def chain(image: Image, settings: CheckSettings) -> RuleResults:
    """The signature is by its certificate, which is fit for signing code and leads to an issuer.

    A verifier refuses a signature by another key, a certificate that is for something else, was
    not valid or has a short key. Certificates outside the chain are bytes that nobody signed.
    Validity counts at the time of a timestamp, else on the day that was asked for.
    """
    silent = _not_checked(image)
    if silent is not None:
        yield silent
        return
    from ntbuild.pecheck.signing.signatures import signatures  # noqa: PLC0415 - signed images only

    for each in signatures(image):
        if each.problem:
            yield Fault(f"the signature cannot be judged: {each.problem}", _at(each.offset))
        else:
            yield from _chain(each, settings)


def _chain(each: "Signature", settings: CheckSettings) -> RuleResults:
    from ntbuild.pecheck.signing.certificates import broken_link, issuers  # noqa: PLC0415
    from ntbuild.pecheck.signing.signatures import chain_problems, signing_problem, timestamps  # noqa: PLC0415
    from ntbuild.pecoff.image.signed_data import INDIRECT_DATA  # noqa: PLC0415

    if each.data is None:
        return
    place, signer = _at(each.offset), each.data.signers[0]
    try:
        problem = signing_problem(signer, each.leaf, each.data.content, INDIRECT_DATA)
    except ValueError as failure:
        problem = f"the signed attributes cannot be read: {failure}"
    if problem:
        yield Fault(problem, place)
    if each.leaf is None:
        return
    stamps = timestamps(each)
    when = next((stamp.time for stamp in stamps if stamp.time is not None), settings.today)
    if when is None:
        yield _NO_DAY
    path = issuers(each.leaf, each.certificates)
    broken = broken_link(path, each.certificates)
    for message in (*([broken] if broken else []), *chain_problems(each.leaf, path, when)):
        yield Fault(message, place)
    used = {known.raw for known in path}
    used |= {known.raw for stamp in stamps for known in stamp.certificates}
    for known in each.certificates:
        if known.raw not in used:
            yield Fault(f"{known.name!r} is outside the chain", place)


@rule(
    "DRV707",
    "timestamp",
    Level.ERROR,
    breaks="SW",
    source="RFC 3161; PKCS #9 counterSignature; measured: signers leave it out",
    fix="sign again with a timestamp server (signtool /tr, osslsigncode -ts)",
)
def timestamp(image: Image) -> RuleResults:
    """A signature has a timestamp, and it is right.

    Without one the signature ends with its certificate, after a year or three, on every machine
    that has the driver already. A wrong one makes verifiers refuse the signature or take it as
    if there were none.
    """
    silent = _not_checked(image)
    if silent is not None:
        yield silent
        return
    from ntbuild.pecheck.signing.signatures import signatures, timestamps  # noqa: PLC0415

    for each in signatures(image):
        if each.problem:
            yield NotApplicable(f"the signature cannot be judged: {each.problem}")
            continue
        found = timestamps(each)
        if not found:
            message = "no timestamp: the signature ends with its certificate"
            yield Fault(message, _at(each.offset), Level.WARNING)
        for stamp in found:
            if stamp.problem:
                yield Fault(f"bad timestamp: {stamp.problem}", _at(each.offset))


@rule(
    "DRV708",
    "page-hash",
    Level.NOTE,
    breaks="S",
    source="osslsigncode -ph and signtool /ph; SpcPeImagePageHashes",
    fix="sign the final file",
    levels={"boot": Level.WARNING},
)
def page_hash(image: Image) -> RuleResults:
    """Hashes of pages in the signature are those of the image.

    Code integrity compares a page with its hash when it is read, so one that is wrong shows late:
    as a failed page-in, not as a driver that is refused.
    """
    if not image.certificates.entries:
        yield _UNSIGNED
        return
    from ntbuild.pecoff.image.page_hashes import page_hashes, signed_page_hashes  # noqa: PLC0415
    from ntbuild.pecoff.image.signed_data import signed_data  # noqa: PLC0415 - signed images only

    for entry in image.certificates.entries[:3]:
        raw = image.data[entry.offset + 8 : entry.offset + 8 + entry.size]
        try:
            signed = signed_data(raw)
        except ValueError as failure:
            yield NotApplicable(f"the signature cannot be read: {failure}")
            continue
        try:
            table = signed_page_hashes(signed.content)
            right = None if table is None else dict(page_hashes(image, table.algorithm))
        except ValueError as failure:
            yield Fault(f"the hashes cannot be compared: {failure}", _at(entry.offset))
            continue
        if table is None or right is None:
            yield NotApplicable("the signature has no hashes of pages")
            continue
        for offset, value in table.pages:
            if right.pop(offset, None) != value:
                yield Fault(f"the hash of the page at {offset:#x} is not the image's", _at(offset))
        for offset in right:
            yield Fault(f"no hash of the page at {offset:#x}", _at(offset))


@rule(
    "DRV709",
    "trust-kind",
    Level.NOTE,
    breaks="SW",
    source="Driver Signing (Windows documentation); the usages of Microsoft's certificates",
    fix="for a release, submit the package to the hardware developer center",
)
def trust_kind(image: Image, settings: CheckSettings) -> RuleResults:
    """The kind of signature is what a submission gives: one of the hardware lab (WHQL).

    Which systems load a driver depends on who signed it: test certificates need test signing to
    be on, a CA of one's own must be installed, attestation is for Windows 10 and later. Nothing is
    said of a lab's signature where the profile whql asks for it. The kind is what the certificate
    says; whether its root is trusted is the system's to know.
    """
    silent = _not_checked(image)
    if silent is not None:
        yield silent
        return
    from ntbuild.pecheck.signing.signatures import signatures  # noqa: PLC0415 - signed images only

    for each in signatures(image):
        if each.problem or each.leaf is None:
            reason = each.problem or "the signer's certificate is not there"
            yield NotApplicable(f"the signature cannot be judged: {reason}")
            continue
        usage, kind = _kind(each.leaf, each.certificates)
        if not (settings.has("whql") and usage == _WHQL):
            yield Fault(kind, _at(each.offset))


def _kind(leaf: "Certificate", known: "tuple[Certificate, ...]") -> tuple[str, str]:
    """The usage that tells a signature's kind (empty: none does), and the kind in words."""
    from ntbuild.pecheck.signing.certificates import issuers  # noqa: PLC0415 - signed images only

    uses = leaf.uses or frozenset()
    if _ATTESTATION in uses:
        return _ATTESTATION, f"attestation signature by {leaf.name!r}"
    if _WHQL in uses:
        return _WHQL, f"hardware lab (WHQL) signature by {leaf.name!r}"
    if leaf.self_issued:
        return "", f"test signature: {leaf.name!r} is its own root"
    last = issuers(leaf, known)[-1]
    if last.self_issued:
        return "", f"signature under a root of its own: {last.name!r}, which is in the image"
    return "", f"signature under {last.issuer_name!r}, which is not in the image"
