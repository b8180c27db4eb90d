"""The rules about catalogs: DRV911 to DRV913.

    subject_of({"hello.cat": ..., "hello.sys": ..., "hello.inf": ...}, trust)
    findings(subject)

A package is whole when its catalog has every file by the digest of its final bytes, says for which
systems and devices it is, and is signed by somebody who is trusted.
"""

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Final

from ntbuild.pecheck.rule import Level
from ntbuild.pecoff.image.signed_data import signed_data
from ntbuild.support.text import printable
from ntbuild.support.values import dataclass

from . import catalog as catalogs
from . import rules
from .catalog import Catalog
from .errors import PackageError
from .inf.read import Inf, read_inf
from .inf.structure import MACHINES, hardware_ids, models, target_of
from .inf.text import decode
from .rules import Fault, Finding, Rule, rule, rules_of
from .systems import SYSTEMS, machine_of
from .verify import Trust, member_problems, verify_catalog

_SHA256_SIZE: Final = 32


@dataclass(frozen=True, slots=True)
class CatalogSubject:
    """A catalog and the package that it is for."""

    name: str
    raw: bytes
    catalog: Catalog
    files: Mapping[str, bytes]
    """The other files by name."""
    inf: Inf | None
    """That of the package; None where it has none or several."""
    trust: Trust | None = None
    """Whom to trust; None where only the signature itself is judged."""


def subject_of(files: Mapping[str, bytes], trust: Trust | None = None) -> CatalogSubject:
    """A package of files by name. Raises PackageError for what has not one catalog."""
    names = [name for name in files if name.lower().endswith(".cat")]
    if len(names) != 1:
        raise PackageError(f"{len(names)} catalogs in the package, not one")
    name = names[0]
    try:
        found = catalogs.signed_catalog(files[name])
    except ValueError as error:
        raise PackageError(f"{name}: no catalog: {error}") from error
    others = {key: raw for key, raw in files.items() if key != name}
    infs = [key for key in others if key.lower().endswith(".inf")]
    inf = read_inf(decode(others[infs[0]], infs[0])[0], infs[0]) if len(infs) == 1 else None
    return CatalogSubject(name, files[name], found, others, inf, trust)


def findings(subject: CatalogSubject, name: str) -> tuple[Finding, ...]:
    """What the rules find in a catalog; ``name`` is what the findings call it."""
    return rules.findings(CATALOG_RULES.values(), subject, name)


@rule(
    "DRV911",
    "cat-members",
    Level.ERROR,
    source="Catalog Files; MakeCat; Inf2Cat",
    fix="make the catalog again, as the last file of the package: ntbuild cat",
)
def catalog_members(subject: CatalogSubject) -> Iterator[Fault]:
    """The catalog has every file by the SHA-256 digest of its final bytes, and no other.

    Windows refuses a file that is not in the catalog, or that was changed after it was made: an
    image that was signed later keeps its digest, an INF that was stamped later does not. A member
    that is no file of the package belongs to another build. SHA-1 members alone are refused by
    Windows 10.
    """
    for line in member_problems(subject.catalog, subject.files):
        yield Fault(0, line)
    by_bytes = {hashlib.sha256(raw).digest(): name for name, raw in subject.files.items()}
    seen: set[bytes] = set()
    for each in subject.catalog.members:
        shown = printable(each.name) or each.digest.hex()[:16]
        if len(each.digest) != _SHA256_SIZE:
            yield Fault(0, f"{shown}: a digest of {len(each.digest)} bytes, which is not SHA-256")
        if each.digest in seen:
            yield Fault(0, f"{shown}: two members with one digest")
        seen.add(each.digest)
        name = by_bytes.get(each.digest)
        if name is not None and catalogs.is_image(subject.files[name]):
            yield Fault(0, f"{shown}: an image by the digest of its bytes, not by Authenticode's")


@rule(
    "DRV912",
    "cat-attributes",
    Level.WARNING,
    source="Inf2Cat; INF Models Section; catalogs of the Hardware Dev Center",
    fix="name systems and devices: ntbuild cat --os 10_x64 --hwid ID",
)
def catalog_attributes(subject: CatalogSubject) -> Iterator[Fault]:
    """The catalog says for which systems and devices the package is.

    Windows shows a catalog as signed for the systems that it names. Systems of another machine
    than that of the INF's models, or hardware IDs that the INF has and the catalog lacks, mean that
    the catalog was made for another INF.
    """
    named = dict(subject.catalog.attributes)
    systems = [each for each in named.get("OS", "").split(",") if each]
    if not systems:
        yield Fault(0, "no attribute OS: it names no system")
    for each in subject.catalog.members:
        if catalogs.WINDOWS_10 not in each.os_attribute.split(","):
            shown = printable(each.os_attribute) or "none"
            yield Fault(0, f"{printable(each.name)}: OSAttr is {shown}, without 2:10.0")
    if subject.inf is None:
        return
    known = {value.lower() for name, value in named.items() if name.upper().startswith("HWID")}
    for text in hardware_ids(subject.inf):
        if text.lower() not in known:
            yield Fault(0, f"{printable(text)}: a hardware ID of the INF that the catalog lacks")
    yield from _unfit_systems(systems, _machines_of(subject.inf))


def _unfit_systems(systems: Sequence[str], machines: set[str | None]) -> Iterator[Fault]:
    """Systems of a machine that the INF is not for, and machines that no system is of."""
    covered = {each: machine_of(each) for each in systems}
    for name, machine in covered.items():
        if machine is not None and machines and machine not in machines:
            wanted = ", ".join(sorted(map(str, machines)))
            yield Fault(0, f"{printable(name)}: a system of {machine}; the INF is for {wanted}")
    if systems and None not in covered.values():
        nameable = {machine_of(each) for each in SYSTEMS.values()}
        for machine in sorted(map(str, (machines & nameable) - set(covered.values()))):
            yield Fault(0, f"no system of {machine}, which the INF is for")


def _machines_of(inf: Inf) -> set[str | None]:
    """The machines of the decorations of an INF's models."""
    found: set[str | None] = set()
    for each in models(inf):
        target = target_of(each.decoration)
        word = f"nt{target['machine'].lower()}" if target else ""
        found |= {machine for machine, known in MACHINES.items() if known == word}
    return found


@rule(
    "DRV913",
    "cat-signature",
    Level.ERROR,
    source="Kernel-mode code signing requirements; rule DRV706 for the chain",
    fix="sign the catalog: ntbuild sign",
)
def catalog_signature(subject: CatalogSubject) -> Iterator[Fault]:
    """The catalog has a strict and valid signature.

    An unsigned catalog proves nothing, and Windows takes a package with one only after it has asked
    the user, or not at all. The signature is judged as `ntbuild verify` does; whose authority it
    leads to counts where one is named.
    """
    data = signed_data(subject.raw)
    if not data.signers:
        yield Fault(0, "the catalog is not signed")
        return
    trust = subject.trust or Trust(data.certificates, datetime.now(UTC).date())
    _, verdict = verify_catalog(subject.raw, subject.name, trust)
    for each in verdict.problems:
        yield Fault(0, each.removeprefix(f"{subject.name}: "))


CATALOG_RULES: Final[dict[str, Rule]] = {each.id: each for each in rules_of(globals())}
"""Every rule by id, in order."""
