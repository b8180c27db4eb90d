"""``ntbuild timestamp``: time stamps by RFC 3161 for signed images, catalogs and cabinets.

    ntbuild timestamp hello.sys hello.cat --url http://timestamp.example.com

The last step of a release: a stamp is another one each time, and what it stamps stays as it is.
Files are stamped in place, all of them or none.
"""

from collections.abc import Sequence
from typing import Final
from urllib.error import URLError
from urllib.parse import urlsplit
from urllib.request import Request, urlopen

from ntbuild.commands.common import UsageError, parser_of, read_file
from ntbuild.packaging import image_signature, timestamp
from ntbuild.packaging.archives import cabinet
from ntbuild.packaging.errors import PackageError, SigningError
from ntbuild.support.commands import FOUND, CommandResult
from ntbuild.support.outputs import OutputError, write_all
from ntbuild.support.text import printable

_EPILOG: Final = "exit code: 0 stamped, 1 the service gave no stamp, 2 unusable input"
_SECONDS: Final = 30


def run(arguments: Sequence[str]) -> CommandResult:
    """Stamp files. Raises UsageError."""
    parser = parser_of(
        "timestamp", "Stamp signed images, catalogs and cabinets (RFC 3161).", _EPILOG
    )
    add = parser.add_argument
    add("files", nargs="+", metavar="FILE", help="signed images, catalogs and cabinets")
    add("--url", required=True, metavar="URL", help="the time stamp service")
    options = parser.parse_args(arguments)
    if urlsplit(options.url).scheme not in {"http", "https"}:
        raise UsageError("--url: expected http:// or https://")
    contents = [(name, read_file(name)) for name in options.files]
    try:
        stamped = [(name, _stamped(name, content, options.url)) for name, content in contents]
    except PackageError as error:
        raise UsageError(printable(str(error))) from error
    except SigningError as error:
        return CommandResult(FOUND, errors=(f"timestamp: {printable(str(error))}",))
    try:
        write_all(stamped)
    except OutputError as error:
        raise UsageError(str(error)) from error
    return CommandResult(text="\n".join(f"stamped {printable(name)}" for name, _ in stamped))


def _stamped(name: str, content: bytes, url: str) -> bytes:
    """An image, cabinet or catalog with a time stamp. Raises PackageError, SigningError."""
    kind = image_signature if content[:2] == b"MZ" else None
    kind = cabinet if content[:4] == b"MSCF" else kind
    raw = kind.signature_in(content, name) if kind else content
    asked = timestamp.request(timestamp.signature_of(raw, name))
    found = timestamp.token(_ask(url, asked), asked, name)
    signed = timestamp.stamped(raw, found)
    return kind.replace_signature(content, name, signed) if kind else signed


def _ask(url: str, asked: bytes) -> bytes:
    """What the service answers. Raises SigningError."""
    query = Request(url, asked, {"Content-Type": timestamp.REQUEST_TYPE})  # noqa: S310 - http(s)
    try:
        with urlopen(query, timeout=_SECONDS) as answer:  # noqa: S310 - http(s), checked before
            reply: bytes = answer.read(timestamp.REPLY_LIMIT + 1)
    except (URLError, OSError, ValueError) as error:
        reason = getattr(error, "reason", None) or error
        raise SigningError(f"{printable(url)}: {printable(str(reason))}") from error
    if len(reply) > timestamp.REPLY_LIMIT:
        raise SigningError(f"{printable(url)}: a reply of more than {timestamp.REPLY_LIMIT} bytes")
    return reply
