"""Whether a file is there, also for names that no system can have.

What is hard: ``Path.is_file`` raises for a name that is too long or a folder that may not be
searched, and names come from thin archives and directives. Such a file is not there.
"""

from pathlib import Path


def is_file(path: str | Path) -> bool:
    """Whether ``path`` is a file that can be seen."""
    try:
        return Path(path).is_file()
    except OSError:
        return False


def is_folder(path: str | Path) -> bool:
    """Whether ``path`` is a folder that can be seen."""
    try:
        return Path(path).is_dir()
    except OSError:
        return False
