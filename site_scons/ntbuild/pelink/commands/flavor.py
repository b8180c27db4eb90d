"""Whether a command line is in GNU ld's spelling or in link.exe's.

Compilers call the program under whatever name the user configured, so often the name is pelink's
own and only the options tell. Every link starts with this decision, so no option table is imported.
"""

import os
from collections.abc import Sequence
from typing import Final

_OFTEN_FIRST: Final = ("-m", "-o", "-L", "-plugin", "-shared", "-static", "-pie", "-flavor", "-e")
_EITHERS: Final = (
    "--color-diagnostics",
    "--no-color-diagnostics",
    "--rsp-quoting",
    "--time-trace",
    "--time-trace-granularity",
    "--why-live",
    "--print-gc",
    "--print-icf",
)
"""Options of both spellings: two dashes, but lld-link or pelink's own spelling has them too."""

_GNU_ONLY_PREFIXES: Final = ("-L", "-l", "-plugin")


def is_gnu_line(program: str, words: Sequence[str]) -> bool:
    """Whether pelink is called as ld: by its name, by ``-flavor gnu``, or by its first option.

    Few options of link.exe's kind start with two dashes, and none is spelled as ld's that compilers
    put first.
    """
    if words[:1] == ["-flavor"]:
        return words[1:2] == ["gnu"]
    name = os.path.basename(program).removesuffix(".exe")  # noqa: PTH119 - see support/paths.py
    if name == "ld" or name.endswith("-ld") or name.startswith("ld."):
        return True
    options = (word for word in words if word.startswith("-") or _is_slash_option(word))
    first = next((word for word in options if word.partition("=")[0] not in _EITHERS), "")
    if first.startswith("--"):
        return first.partition("=")[0] not in ("--help", "--version", "--make-ld-dir")
    return first in _OFTEN_FIRST or (first.startswith(_GNU_ONLY_PREFIXES) and ":" not in first)


def _is_slash_option(word: str) -> bool:
    """Whether a word is ``/opt:ref`` or the like, not a path such as /tmp/a.o."""
    name = word[1:].partition(":")[0]
    return word.startswith("/") and "/" not in name and "." not in name
