"""Rules DRV706 to DRV709: who signed, when, and the hashes of pages.

Only what the image shows is checked: a chain up to the last certificate in the image, at the time
of a timestamp or on the day of the settings; never by the clock or by what this machine trusts.
"""

from typing import TYPE_CHECKING, Final

from ntbuild.pecheck.rule import Fault, Level, Location, NotApplicable, RuleResults, rule
from ntbuild.pecheck.settings import CheckSettings
from ntbuild.pecoff.image.image import Image

if TYPE_CHECKING:
    from ntbuild.pecheck.signing.certificates import X509Certificate
    from ntbuild.pecheck.signing.signatures import Signature

_UNSIGNED = NotApplicable("the image carries no signature")
_NO_DAY = NotApplicable("no timestamp and no day: whether certificates were valid is not checked")
_WHQL: Final = "1.3.6.1.4.1.311.10.3.5"
_ATTESTATION: Final = "1.3.6.1.4.1.311.10.3.5.1"


def _at(offset: int) -> Location:
    return Location("file", offset, at=offset)


def _not_checked(image: Image) -> NotApplicable | None:
    """Why the signers of an image cannot be checked; None when they can."""
    if not image.certificates.entries:
        return _UNSIGNED
    from ntbuild.pecheck.signing.certificates import MISSING, available  # noqa: PLC0415 - signed only

    return None if available() else NotApplicable(MISSING)


def _unchecked(what: str, offset: int) -> Fault:
    """A note that something cannot be checked by this program: no fault of the image."""
    return Fault(f"cannot be checked here: {what}", _at(offset), Level.NOTE)


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
    not valid or has a short key. Validity counts at the time of a timestamp, else on the given day;
    keys of 1024 bits count until 2013. Of several signatures the one with the strongest digest
    must be fit; for the others, which only old systems use, faults of fitness are notes.
    """
    silent = _not_checked(image)
    if silent is not None:
        yield silent
        return
    from ntbuild.pecheck.signing.signatures import signatures, strongest  # noqa: PLC0415 - signed only

    found = signatures(image)
    best = strongest(found)
    for each in found:
        if each.unchecked:
            yield _unchecked(each.unchecked, each.offset)
        if each.problem:
            yield Fault(f"the signature cannot be read: {each.problem}", _at(each.offset))
        elif each.data is not None:
            yield from _chain(each, settings, None if each.strength == best else Level.NOTE)


def _chain(each: "Signature", settings: CheckSettings, level: Level | None) -> RuleResults:
    """Faults of a signature that can be read; ``level`` is that of unfit certificates."""
    from ntbuild.pecheck.signing.certificates import broken_link, issuers, unchecked_link  # noqa: PLC0415
    from ntbuild.pecheck.signing.signatures import chain_problems, signing_problem, timestamps  # noqa: PLC0415
    from ntbuild.pecoff.image.signed_data import INDIRECT_DATA  # noqa: PLC0415

    if each.data is None or (each.leaf is None and each.unchecked):
        return
    place, signer = _at(each.offset), each.data.signers[0]
    problem, unchecked = signing_problem(signer, each.leaf, each.data.content, INDIRECT_DATA)
    yield from (Fault(text, place) for text in (problem,) if text)
    if each.leaf is None:
        return
    stamps = timestamps(each)
    stamped = next((stamp.time for stamp in stamps if stamp.time is not None), None)
    if stamped is None and settings.today is None:
        yield _NO_DAY
    path = issuers(each.leaf, each.certificates)
    unchecked = unchecked or unchecked_link(path)
    yield from (_unchecked(text, each.offset) for text in (unchecked,) if text)
    broken = broken_link(path, each.certificates)
    yield from (Fault(text, place) for text in (broken,) if text)
    for message in chain_problems(each.leaf, path, stamped, settings.today):
        yield Fault(message, place, level)
    if not each.leaf.signs:
        message = f"the key usage of {each.leaf.name!r} has no digitalSignature"
        yield Fault(message, place, Level.NOTE)
    used = [*path, *(known for stamp in stamps for known in stamp.certificates)]
    for known in each.certificates:
        if known not in used:
            yield Fault(f"{known.name!r} is outside the chain", place, Level.NOTE)


@rule(
    "DRV707",
    "timestamp",
    Level.ERROR,
    breaks="SW",
    source="RFC 3161; PKCS #9 counterSignature; measured: some signers leave it out",
    fix="sign again with a timestamp server (signtool /tr, osslsigncode -ts)",
)
def timestamp(image: Image) -> RuleResults:
    """A signature has a timestamp, and it is right.

    Without one the signature expires with its certificate, after one to three years, on every
    machine that has the driver. Verifiers refuse a signature with a wrong one, or take it as if
    there were none.
    """
    silent = _not_checked(image)
    if silent is not None:
        yield silent
        return
    from ntbuild.pecheck.signing.signatures import signatures, strongest, timestamps  # noqa: PLC0415

    all_found = signatures(image)
    best = strongest(all_found)
    for each in all_found:
        if each.data is None:
            yield NotApplicable(f"the signature cannot be read: {each.problem or each.unchecked}")
            continue
        found = timestamps(each)
        if not found:
            message = "no timestamp: the signature expires with its certificate"
            level = Level.WARNING if each.strength == best else Level.NOTE
            yield Fault(message, _at(each.offset), level)
        for stamp in found:
            if stamp.problem:
                yield Fault(f"bad timestamp: {stamp.problem}", _at(each.offset))
            elif stamp.unchecked:
                yield _unchecked(f"the timestamp: {stamp.unchecked}", each.offset)


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

    Code integrity compares a page with its hash when the page is read: a wrong one is a failed
    page-in later, not a refused driver.
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
    be on, a private CA must be installed, attestation is for Windows 10 and later. With profile
    whql a lab's signature is no finding. The kind is what the certificate says; whether its root
    is trusted depends on the system.
    """
    silent = _not_checked(image)
    if silent is not None:
        yield silent
        return
    from ntbuild.pecheck.signing.signatures import signatures  # noqa: PLC0415 - signed images only

    for each in signatures(image):
        if each.leaf is None:
            reason = each.problem or each.unchecked or "the signer's certificate is not there"
            yield NotApplicable(f"the signer is not known: {reason}")
            continue
        usage, kind = _kind(each.leaf, each.certificates)
        if not (settings.has("whql") and usage == _WHQL):
            yield Fault(kind, _at(each.offset))


def _kind(leaf: "X509Certificate", known: "tuple[X509Certificate, ...]") -> tuple[str, str]:
    """The usage that gives a signature's kind (empty: none does), and the kind in words."""
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
