"""Seeded defects of signatures: a golden image is signed by a plan that is wrong in one thing.

Signing tools refuse to make these; `signing` does not.
"""

import datetime as dt

from ntbuild.pecoff.constants import IMAGE_DIRECTORY_ENTRY as ENTRY
from pecheck.patch import Mutation
from pecheck.signing import ATTESTATION, CODE, WHQL, Plan, sign_by

DAY = (("today", dt.date(2025, 6, 1)),)
LATER = (("today", dt.date(2027, 6, 1)),)
SIGNED_PROFILE = (("profiles", ("base", "signed")),)


def by(**spoilt):
    """A change that signs an image by a plan."""
    return lambda patch: sign_by(
        patch.data, patch.image.directory_offset(ENTRY.SECURITY), Plan(**spoilt)
    )


def _defect(rule, name, *, settings=(), level=None, also=(), **spoilt):
    """A defect; the kind of its signature is a finding, too, where the signer is known."""
    return Mutation(
        rule, name, by(**spoilt), also=also, may=("DRV709",), settings=settings, level=level
    )


def _shape_only(rule, name, level=None):
    return Mutation(rule, name, lambda _: None, signed="sha256", level=level)


def _chain():
    d = _defect
    ended = dt.datetime(2025, 1, 1, tzinfo=dt.UTC)
    return (
        d("DRV706", "digest", content=False),
        d("DRV706", "signature", signature=False),
        d("DRV706", "other-key", signing_key="root"),
        d("DRV706", "no-attributes", attributes=False),
        d("DRV706", "no-certificate", leaf=False, root=False),
        _shape_only("DRV706", "no-signer"),
        d("DRV706", "usage", uses=(WHQL,)),
        d("DRV706", "key-usage", usage=False, level="note"),
        d("DRV706", "short-key", key="short"),
        d("DRV706", "curve", key="odd"),
        d("DRV706", "no-authority", authority=False),
        d("DRV706", "link", root_key="stamp"),
        d("DRV706", "stranger", stranger=True, level="note"),
        d("DRV706", "expired", end=ended),
        d("DRV706", "expired-today", timestamp="", settings=LATER, also=("DRV707",)),
    )


def _others():
    d = _defect
    return (
        d("DRV707", "absent", timestamp="", settings=(*DAY, *SIGNED_PROFILE), level="warning"),
        d("DRV707", "imprint", imprint=False, level="error"),
        d("DRV707", "signature", stamped=False, level="error"),
        d("DRV707", "usage", stamp_uses=(CODE,), level="error"),
        d("DRV707", "time", stamp_time="20300101000000Z", level="error"),
        d("DRV707", "no-time", stamp_time="20309901000000Z", level="error"),
        d("DRV707", "link", stamp_root_key="root", level="error"),
        d("DRV707", "cut", timestamp="cut", level="error"),
        d("DRV707", "counter-signature", timestamp="pkcs9", imprint=False, level="error"),
        d("DRV708", "header", wrong_page=0, level="note"),
        d("DRV708", "page", wrong_page=2, level="note"),
        d("DRV708", "sha1-page", pages="sha1", wrong_page=1, level="note"),
        d("DRV708", "few", fewer_pages=2, level="note"),
        d("DRV708", "none", fewer_pages=99, level="note"),
        d("DRV709", "test", alone=True, uses=(CODE,)),
        d("DRV709", "own", uses=(CODE,)),
        d("DRV709", "absent-root", root=False, uses=(CODE,)),
        d("DRV709", "attestation", uses=(CODE, ATTESTATION)),
        d("DRV709", "lab", uses=(CODE, WHQL)),
    )


SIGNED = (*_chain(), *_others())
