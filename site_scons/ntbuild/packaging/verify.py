"""Verify what a package holds, as a stranger would who trusts only the authorities that are given.

    verify_image(content, "hello.sys", trust)     problems, one line each; none: it is good
    verify_catalog(content, "hello.cat", trust)   its members too
    verify_package(files, trust)                  files by name, the catalog among them

Everything is refused that is not vouched for: a chain that leads to no given authority, bytes
behind a signature, a certificate outside of the chain, a file that the catalog does not list and
one that it lists and that is not there.

A time stamp counts when it leads to a given authority too; then certificates must have been valid
at its time, else on the given day.
"""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from pathlib import Path
from typing import Final

from ntbuild.pecheck.check import check_image
from ntbuild.pecheck.rule import Level
from ntbuild.pecheck.rules import RULES
from ntbuild.pecheck.settings import CheckSettings
from ntbuild.pecheck.signing.certificates import (
    X509Certificate,
    available,
    broken_link,
    issuers,
    unchecked_link,
)
from ntbuild.pecheck.signing.signatures import (
    Signature,
    chain_problems,
    leaf_of,
    read_all,
    signing_problem,
    timestamps,
)
from ntbuild.pecoff.constants import IMAGE_DIRECTORY_ENTRY
from ntbuild.pecoff.image.image import Image
from ntbuild.pecoff.image.signed_data import INDIRECT_DATA, SignedData, signed_data
from ntbuild.support.text import printable
from ntbuild.support.values import dataclass

from . import catalog as catalogs
from .catalog import Catalog
from .errors import PackageError
from .signers import MISSING
from .strict import faults

_RULES: Final = tuple(
    RULES[name] for name in ("DRV701", "DRV702", "DRV703", "DRV704", "DRV705", "DRV708")
)
"""What of an image is judged by pecheck: checksum, overlay, table, padding, digest, page hashes."""

BESIDE: Final = (".cer", ".pem", ".pdb")
"""Files beside a package that are not installed: how to trust its CA, and symbols."""


@dataclass(frozen=True, slots=True)
class Trust:
    """Whom a verifier trusts, and on which day it verifies."""

    authorities: tuple[bytes, ...]
    """Encoded certificates of authorities for code signing."""
    day: date
    stampers: tuple[bytes, ...] = ()
    """Encoded certificates of authorities for time stamps."""


@dataclass(frozen=True, slots=True)
class Verdict:
    """What was found: no problems means that all of it is good."""

    problems: tuple[str, ...]
    signer: str = ""
    """The name of who signed; empty when that is not known."""
    stamped: datetime | None = None


def verify_image(content: bytes, name: str, trust: Trust, *, unsigned: bool = False) -> Verdict:
    """The verdict about an image. Nothing is raised, whatever the bytes are.

    ``unsigned``: it may be without a signature, as in a package whose catalog is signed.
    """
    if not available():
        return Verdict((f"{name}: {MISSING}",))
    image = Image(content, name)
    try:
        entries = image.certificates.entries
        is_unsigned = not image.directory(IMAGE_DIRECTORY_ENTRY.SECURITY).Size
    except ValueError as error:
        return Verdict((f"{name}: {printable(str(error))}",))
    rules = _RULES[:2] if is_unsigned else _RULES
    result = check_image(content, name, CheckSettings(profiles=("base",)), rules)
    problems = tuple(
        f"{name}: {each.rule} {each.slug}: {each.message}"
        for each in result.findings
        if each.level >= Level.WARNING
    )
    if is_unsigned:
        return Verdict(problems if unsigned else (*problems, f"{name}: no signature"))
    if len(entries) != 1:
        return Verdict((*problems, f"{name}: {len(entries)} signatures, not one"))
    entry = entries[0]
    raw = bytes(content[entry.offset + 8 : entry.offset + 8 + entry.size])
    return _named(name, verify_signed(_without_padding(raw), trust, INDIRECT_DATA), problems)


def verify_catalog(content: bytes, name: str, trust: Trust) -> tuple[Catalog | None, Verdict]:
    """The catalog and the verdict about its signature. Nothing is raised."""
    if not available():
        return None, Verdict((f"{name}: {MISSING}",))
    try:
        catalog = catalogs.signed_catalog(content)
    except ValueError as error:
        return None, Verdict((f"{name}: no catalog: {printable(str(error))}",))
    return catalog, _named(name, verify_signed(content, trust, catalogs.TRUST_LIST), ())


def signer_of(raw: bytes) -> str:
    """The name in the certificate that signed a catalog; empty for one that is not signed."""
    try:
        data = signed_data(raw)
        given, _ = read_all(data.certificates)
        leaf = leaf_of(data.signers[0], given) if data.signers else None
    except ValueError:
        return ""
    return leaf.name if leaf else ""


def verify_package(files: Mapping[str, bytes], trust: Trust) -> Verdict:
    """The verdict about a package: its catalog, the files it lists, and its signed images.

    ``files``: names without folders, and contents. One of them is the catalog.
    """
    names = [name for name in files if name.lower().endswith(".cat")]
    if len(names) != 1:
        return Verdict((f"{len(names)} catalogs in the package, not one",))
    catalog, verdict = verify_catalog(files[names[0]], names[0], trust)
    if catalog is None:
        return verdict
    problems = list(verdict.problems)
    problems += member_problems(catalog, {n: c for n, c in files.items() if n != names[0]})
    for name, content in files.items():
        if content[:2] == b"MZ":
            problems += verify_image(content, name, trust, unsigned=True).problems
    return Verdict(tuple(problems), verdict.signer, verdict.stamped)


def read_package(folder: str) -> dict[str, bytes]:
    """The files of a package's folder by name, without certificates and symbols beside it.

    Raises PackageError.
    """
    try:
        paths = sorted(Path(folder).iterdir())
        files = [path for path in paths if path.suffix.lower() not in BESIDE]
        wrong = [path for path in files if not path.is_file()]
        if wrong:
            raise PackageError(f"{wrong[0].as_posix()}: not a file of a package")
        return {path.name: path.read_bytes() for path in files}
    except OSError as error:
        raise PackageError(f"{error.filename or folder}: {error.strerror or error}") from error


def member_problems(catalog: Catalog, files: Mapping[str, bytes]) -> Iterator[str]:
    """Files that a catalog does not list as they are, and members that are no file."""
    listed = {each.digest: each for each in catalog.members if len(each.digest) == 32}
    present: set[str] = set()
    for name, content in sorted(files.items()):
        try:
            found = catalogs.member(name, content)
        except ValueError as error:
            yield f"{name}: {printable(str(error))}"
            continue
        present.add(name.lower())
        if found.digest not in listed:
            known = any(each.name == name.lower() for each in catalog.members)
            yield f"{name}: " + (
                "its digest is not the one in the catalog" if known else "not in the catalog"
            )
        elif (pages := listed[found.digest].pages) and pages != _pages(name, content):
            yield f"{name}: its page hashes are not those in the catalog"
    for each in dict.fromkeys(each.name for each in catalog.members):
        if each not in present:
            yield f"{printable(each)}: in the catalog and not in the package"


def _pages(name: str, content: bytes) -> bytes | None:
    """The page hashes of a file's image; None for what has none."""
    try:
        return catalogs.member(name, content, with_page_hashes=True).pages
    except ValueError:
        return None


def _without_padding(raw: bytes) -> bytes:
    """A signature without the zeros that fill its entry up; rule DRV704 has counted them."""
    size = raw[1] if len(raw) > 1 else 0
    if size & 0x80:
        width = size & 0x7F
        size = 1 + width + int.from_bytes(raw[2 : 2 + width], "big")
    end = min(1 + 1 + size if raw[1:2] < b"\x80" else 1 + size, len(raw))
    return raw[:end] if not raw[end:].strip(b"\0") else raw


def _named(name: str, verdict: Verdict, before: Sequence[str]) -> Verdict:
    problems = (*before, *(f"{name}: {each}" for each in verdict.problems))
    return Verdict(problems, verdict.signer, verdict.stamped)


# ---- one signature -----------------------------------------------------------------------------


def verify_signed(raw: bytes, trust: Trust, kind: str) -> Verdict:
    """The verdict about signed data, without a name in front of its problems."""
    problem = next(faults(raw), "")
    if problem:
        return Verdict((f"the signature is not strict: {problem}",))
    try:
        data = signed_data(raw)
        if data.content_type != kind:
            return Verdict((f"the signature is over content of type {data.content_type}",))
        given, unreadable = read_all(data.certificates)
        roots, _ = read_all(trust.authorities)
    except ValueError as error:
        return Verdict((f"the signature cannot be read: {printable(str(error))}",))
    leaf = leaf_of(data.signers[0], given)
    if leaf is None or unreadable:
        return Verdict((unreadable or "the signer's certificate is not in the signature",))
    problem, unchecked = signing_problem(data.signers[0], leaf, data.content, kind)
    problems = [each for each in (problem, unchecked and f"cannot be checked: {unchecked}") if each]
    stamped, of_stamp = _stamped(data, given, trust)
    problems += of_stamp
    used, of_chain = _chain(leaf, given, roots, stamped, trust.day)
    problems += of_chain
    extra = [each for each in given if all(each.raw != other.raw for other in used)]
    problems += [f"{each.name!r} is outside the chain" for each in extra]
    return Verdict(tuple(problems), leaf.name, stamped)


def _chain(
    leaf: X509Certificate,
    given: Sequence[X509Certificate],
    roots: Sequence[X509Certificate],
    stamped: datetime | None,
    day: date,
) -> tuple[tuple[X509Certificate, ...], list[str]]:
    """The certificates from a leaf on, and what is wrong with them."""
    known = (*given, *(each for each in roots if all(each.raw != own.raw for own in given)))
    path = issuers(leaf, known)
    trusted = {each.raw for each in roots}
    problems = [each for each in (broken_link(path, known),) if each]
    unchecked = unchecked_link(path)
    problems += [f"cannot be checked: {unchecked}"] if unchecked else []
    if not any(each.raw in trusted for each in path):
        problems.append(f"{path[-1].issuer_name!r} is no trusted authority")
    problems += chain_problems(leaf, path, stamped, None if stamped else day)
    # A certificate that leads to no trusted authority proves nothing, whoever it names.
    led = [each for each in path if any(up.raw in trusted for up in issuers(each, known))]
    return tuple(led), problems


def _stamped(
    data: SignedData, given: Sequence[X509Certificate], trust: Trust
) -> tuple[datetime | None, list[str]]:
    """The time that a trusted time stamp proves, and what is wrong with time stamps."""
    found = timestamps(Signature(0, data=data, certificates=tuple(given)))
    problems: list[str] = []
    times: list[datetime] = []
    for each in found:
        if each.problem or each.unchecked:
            problems.append(f"the time stamp: {each.problem or each.unchecked}")
        elif not {one.raw for one in each.certificates} & set(trust.stampers):
            last = each.certificates[-1].issuer_name if each.certificates else "its issuer"
            problems.append(f"the time stamp: {last!r} is no trusted authority for time stamps")
        elif each.time is not None:
            times.append(each.time)
    return (times[0] if times else None), problems
