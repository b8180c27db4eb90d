"""Whether files exist, for paths that may be anything, and the last part of a path.

Paths come from thin archives and directives. ``Path.is_file`` raises for a name that is too long or
has a NUL, and for a folder that may not be searched; here such a file does not exist.

Paths are texts: pathlib takes as long to import as the link of one object.
"""

import os


def is_file(path: str | os.PathLike[str]) -> bool:
    """Whether ``path`` is a regular file."""
    return os.path.isfile(path)  # noqa: PTH113 - it answers where Path.is_file raises


def windows_name(path: str) -> str:
    r"""The last part of a path as Windows reads it, on any system: of ``C:\a/b.sys``, ``b.sys``."""
    name = path.replace("\\", "/").rpartition("/")[2]
    return name[2:] if name[1:2] == ":" else name
