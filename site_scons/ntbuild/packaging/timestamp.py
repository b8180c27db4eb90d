"""Time stamps by RFC 3161: a counter-signature that says when a signature was there.

A time stamp is made last and is never the same twice, so no build caches it. It is an unsigned
attribute of the signer: the digest of an image and its signature stay as they are.

    request(signature)                what a time stamp service is sent
    token(reply, signature)           what it answered, checked: the token
    signed_data.with_unsigned_attribute

Source: RFC 3161; Microsoft "Windows Authenticode Portable Executable Signature Format" for the
attribute.
"""

import hashlib
import secrets
from typing import Final

from ntbuild.pecoff.image.certificates import der as read_der
from ntbuild.pecoff.image.signed_data import (
    TIMESTAMP_TOKEN,
    TST_INFO,
    digest_name,
    sequence,
    signed_data,
)

from . import der
from .errors import PackageError, SigningError
from .signed_data import attribute, with_unsigned_attribute

REQUEST_TYPE: Final = "application/timestamp-query"
REPLY_LIMIT: Final = 1 << 20
_TRUE: Final = der.value(0x01, b"\xff")
_GRANTED: Final = (0, 1)


def signature_of(raw: bytes, name: str) -> bytes:
    """The signature's bytes, which are stamped, of signed data without a time stamp.

    Raises PackageError.
    """
    try:
        signers = signed_data(raw).signers
    except ValueError as error:
        raise PackageError(f"{name}: the signature cannot be read: {error}") from error
    if len(signers) != 1:
        raise PackageError(f"{name}: {len(signers)} signers, not one")
    if signers[0].unsigned_values(TIMESTAMP_TOKEN):
        raise PackageError(f"{name}: the signature has a time stamp; sign again for another one")
    return signers[0].signature


def request(signature: bytes, nonce: int | None = None) -> bytes:
    """TimeStampReq for a signature; ``nonce`` is random unless it is given."""
    number = secrets.randbits(63) if nonce is None else nonce
    imprint = der.sequence(der.SHA256, der.octets(hashlib.sha256(signature).digest()))
    return der.sequence(der.integer(1), imprint, der.integer(number), _TRUE)


def token(reply: bytes, asked: bytes, name: str) -> bytes:
    """The token of a TimeStampResp to a request. Raises SigningError.

    That it stamps what was asked, with the nonce that was asked, is checked here; who stamped is
    what ``ntbuild verify`` checks.
    """
    try:
        parts = sequence(read_der(memoryview(reply)), 1)
        status = int.from_bytes(bytes(sequence(parts[0][1], 1)[0][1].content), "big")
        if status not in _GRANTED or len(parts) < 2:
            raise SigningError(f"{name}: the time stamp service refused with status {status}")
        found = parts[1][0]
        data = signed_data(found)
        info = sequence(read_der(memoryview(data.content)), 5)
        wanted = sequence(read_der(memoryview(asked)), 4)
        imprint = sequence(info[2][1], 2)
        is_right = (
            data.content_type == TST_INFO
            and digest_name(imprint[0][1]) == "sha256"
            and bytes(imprint[1][1].content) == bytes(sequence(wanted[1][1], 2)[1][1].content)
            and any(each == wanted[2][0] for each, _ in info[5:])
        )
    except ValueError as error:
        raise SigningError(f"{name}: the reply is no time stamp: {error}") from error
    if not is_right:
        raise SigningError(f"{name}: the reply stamps something else than this signature")
    return found


def stamped(raw: bytes, found: bytes) -> bytes:
    """Signed data with a time stamp's token. Raises ValueError."""
    return with_unsigned_attribute(raw, attribute(TIMESTAMP_TOKEN, found))
