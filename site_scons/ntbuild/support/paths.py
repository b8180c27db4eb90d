"""Whether a file is there, also for names that no system can have.

What is hard: ``Path.is_file`` raises for a name that is too long or a folder that may not be
searched, and names come from thin archives and directives. Such a file is not there. Names are
texts, because a command that links one object has little use for pathlib and would import it for
as long as it links.
"""

import os
from stat import S_ISREG


def size_of_file(path: str) -> int | None:
    """The bytes of a file that can be seen; None for what is no file."""
    try:
        found = os.stat(path)  # noqa: PTH116 - as below
    except (OSError, ValueError):
        return None
    return found.st_size if S_ISREG(found.st_mode) else None


def is_file(path: str | os.PathLike[str]) -> bool:
    """Whether ``path`` is a file that can be seen."""
    return os.path.isfile(path)  # noqa: PTH113 - it answers where Path.is_file raises


def is_folder(path: str | os.PathLike[str]) -> bool:
    """Whether ``path`` is a folder that can be seen."""
    return os.path.isdir(path)  # noqa: PTH112 - it answers where Path.is_dir raises


def windows_name(path: str) -> str:
    """The last part of a path as Windows reads it, on any system."""
    name = path.replace("\\", "/").rpartition("/")[2]
    return name[2:] if name[1:2] == ":" else name
