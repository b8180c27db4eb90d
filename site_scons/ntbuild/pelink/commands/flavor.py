"""Whether a command line is GNU ld's or link.exe's.

What is hard: a compiler calls whatever it was told to, so the name is often pelink's own and only
the words tell. Looking must cost nothing, for every link starts with it.
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
"""Options of lld-link and of pelink's own that tell nothing, although they have two dashes."""

_GNU_ONLY_PREFIXES: Final = ("-L", "-l", "-plugin")


def is_gnu_line(program: str, words: Sequence[str]) -> bool:
    """Whether pelink is called as ld: by its name, by ``-flavor gnu``, or by its first option.

    Few options of link.exe's kind start with two dashes, and none is spelled as ld's that compilers
    put first.
    """
    if words[:1] == ["-flavor"]:
        return words[1:2] == ["gnu"]
    name = os.path.basename(program).removesuffix(".exe")  # noqa: PTH119 - see present.py
    if name == "ld" or name.endswith("-ld") or name.startswith("ld."):
        return True
    options = (word for word in words if word.startswith("-") or _is_slash_option(word))
    first = next((word for word in options if word.partition("=")[0] not in _EITHERS), "")
    if first.startswith("--"):
        return first.partition("=")[0] not in ("--help", "--version", "--make-ld-dir")
    return first in _OFTEN_FIRST or (first.startswith(_GNU_ONLY_PREFIXES) and ":" not in first)


def _is_slash_option(word: str) -> bool:
    """``/opt:ref``, not a path such as /tmp/a.o."""
    name = word[1:].partition(":")[0]
    return word.startswith("/") and "/" not in name and "." not in name
