"""Zip files that are the same each time: names in order, one time for all, no owner.

    write_zip([("hello/hello.inf", content), ...], time)

The bytes are a function of names, contents, time and the version of zlib.
"""

import io
import zipfile
from collections.abc import Sequence
from datetime import datetime
from typing import Final

_UNIX: Final = 3
_MODE: Final = 0o100644 << 16


def write_zip(files: Sequence[tuple[str, bytes]], time: datetime) -> bytes:
    """A zip file of files by name, with ``/`` between folders. ``time``: from 1980 to 2107."""
    stream = io.BytesIO()
    stamp = (time.year, time.month, time.day, time.hour, time.minute, time.second)
    with zipfile.ZipFile(stream, "w") as archive:
        for name, content in sorted(files):
            entry = zipfile.ZipInfo(name, stamp)
            entry.create_system = _UNIX
            entry.external_attr = _MODE
            archive.writestr(entry, content, zipfile.ZIP_DEFLATED, compresslevel=9)
    return stream.getvalue()
