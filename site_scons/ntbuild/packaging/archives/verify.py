"""A signed cabinet verified as strictly as an image: no byte of it may go unseen."""

from ntbuild.packaging.errors import PackageError
from ntbuild.packaging.signers import MISSING
from ntbuild.packaging.verify import Trust, Verdict, verify_signed
from ntbuild.pecheck.signing.certificates import available
from ntbuild.pecoff.image.certificates import der
from ntbuild.pecoff.image.signed_data import (
    INDIRECT_DATA,
    digest_name,
    identifier,
    sequence,
    signed_data,
)
from ntbuild.support.text import printable

from .cabinet import CAB_DATA, digest, read_layout, signature_in


def verify_cabinet(content: bytes, name: str, trust: Trust) -> Verdict:
    """The verdict about a cabinet's signature. Nothing is raised, whatever the bytes are."""
    if not available():
        return Verdict((f"{name}: {MISSING}",))
    try:
        raw = signature_in(content, name)
        is_right = _is_of(signed_data(raw).content, digest(content, read_layout(content, name).end))
    except PackageError as error:
        return Verdict((printable(str(error)),))
    except ValueError as error:
        return Verdict((f"{name}: the signature cannot be read: {printable(str(error))}",))
    verdict = verify_signed(raw, trust, INDIRECT_DATA)
    problems = list(verdict.problems)
    if not is_right:
        problems.append("the digest of the cabinet is not the one that was signed")
    named = tuple(f"{name}: {each}" for each in problems)
    return Verdict(named, verdict.signer, verdict.stamped)


def _is_of(signed: bytes, value: bytes) -> bool:
    """Whether signed content is about a cabinet of a SHA-256 digest. Raises ValueError."""
    about = der(memoryview(signed))
    kind = identifier(sequence(about, 1)[0][1])
    algorithm, number = sequence(der(memoryview(signed)[about.length :]), 2)[:2]
    is_cabinet = kind == CAB_DATA and digest_name(algorithm[1]) == "sha256"
    return is_cabinet and bytes(number[1].content) == value
