"""What engines make once and keep: ``$XDG_CACHE_HOME/ntbuild`` or ``~/.cache/ntbuild``.

``NTBUILD_CACHE`` names another folder. A file's name has the digest of what it is made of, so that
a change makes a new one. Two processes may make the same at a time: each writes to a place of its
own and renames it.
"""

import os
from pathlib import Path

from ntbuild.support.text import printable


class BuildError(Exception):
    """What an engine needs cannot be made; the text is one line."""


def cache_folder() -> Path:
    """The folder, which is made. Raises BuildError."""
    named = os.environ.get("NTBUILD_CACHE")
    if named:
        folder = Path(named)
    else:
        home = os.environ.get("XDG_CACHE_HOME") or str(Path.home() / ".cache")
        folder = Path(home) / "ntbuild"
    try:
        folder.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        where = printable(str(folder))
        text = f"cannot make the cache folder {where}: {error.strerror}; set NTBUILD_CACHE"
        raise BuildError(text) from error
    return folder
