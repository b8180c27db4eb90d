"""Whether a file is there, also for names that no system can have.

What is hard: ``Path.is_file`` raises for a name that is too long or a folder that may not be
searched, and names come from thin archives and directives. Such a file is not there.
"""

import os
from pathlib import Path


def is_file(path: str | Path) -> bool:
    """Whether ``path`` is a file that can be seen."""
    return os.path.isfile(path)  # noqa: PTH113 - it answers where Path.is_file raises


def is_folder(path: str | Path) -> bool:
    """Whether ``path`` is a folder that can be seen."""
    return os.path.isdir(path)  # noqa: PTH112 - it answers where Path.is_dir raises
