"""Whether a command line is in GNU ld's spelling or in link.exe's.

``-flavor link`` or ``-flavor gnu`` in front decides, then the program's name (``lld-link``, ``ld``,
``x86_64-w64-mingw32-ld``), then the options. Compilers call the program under whatever name the
user configured, so often the name is pelink's own and only the options tell. Every link starts with
this decision, so the table of options is only imported for words that both spellings could mean:
``-ltcg`` is an option of link.exe, ``-lgcc`` a library of ld.
"""

import os
import re
from collections.abc import Sequence
from typing import Final, Literal

from ntbuild.pelink.diagnostics import LinkError

Flavor = Literal["gnu", "link"]

_FLAVORS: Final[dict[str, Flavor]] = {
    "gnu": "gnu",
    "ld": "gnu",
    "ld.lld": "gnu",
    "link": "link",
    "lld-link": "link",
}
"""Values of ``-flavor``, as lld's generic driver takes them."""

_NAME: Final = re.compile(r"(?P<name>.+?)(-\d+(\.\d+)*)?(\.exe)?", re.IGNORECASE)
"""A program's name without the version that distributions append (``lld-link-19``)."""

_OFTEN_FIRST: Final = ("-m", "-o", "-L", "-plugin", "-shared", "-static", "-pie", "-e")
_IN_BOTH: Final = (
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

_COMMANDS: Final = ("--help", "--version", "--make-ld-dir")


def split_flavor(program: str, words: Sequence[str]) -> tuple[Flavor, list[str]]:
    """The spelling of a command line, and its words without ``-flavor NAME``.

    Raises LinkError for a flavor that no linker of PE images has.
    """
    if words[:1] != ["-flavor"]:
        named = flavor_of_program(program)
        return named or ("gnu" if _looks_like_gnu(words) else "link"), list(words)
    word = words[1].lower() if len(words) > 1 else ""
    if word not in _FLAVORS:
        raise LinkError.of(f"-flavor {word}: expected one of {', '.join(_FLAVORS)}")
    return _FLAVORS[word], list(words[2:])


def flavor_of_program(program: str) -> Flavor | None:
    """The spelling that a program's name stands for; None for pelink's own and unknown names."""
    match = _NAME.fullmatch(os.path.basename(program))  # noqa: PTH119 - see support/paths.py
    name = match["name"].lower() if match else ""
    if name == "link" or name.endswith("lld-link"):
        return "link"
    if name == "ld" or name.endswith("-ld") or name.startswith("ld."):
        return "gnu"
    return None


def _looks_like_gnu(words: Sequence[str]) -> bool:
    """Whether the first option that only one spelling has is one of ld's.

    Few options of link.exe's kind start with two dashes, and none is spelled as those of ld's that
    compilers put first.
    """
    options = (word for word in words if word.startswith("-") or _is_slash_option(word))
    first = next((word for word in options if word.partition("=")[0] not in _IN_BOTH), "")
    if first.startswith("--"):
        return first.partition("=")[0] not in _COMMANDS
    # A value after a colon is link.exe's syntax: -libpath:x begins with -l as well.
    if first.startswith(("-L", "-l", "-plugin")) and ":" not in first:
        return not _is_link_exe_option(first[1:].lower())
    return first in _OFTEN_FIRST


def _is_link_exe_option(name: str) -> bool:
    from ntbuild.pelink.spelling.link_exe import is_known  # noqa: PLC0415 - few lines start so

    return name == "lib" or is_known(name)


def _is_slash_option(word: str) -> bool:
    """Whether a word is ``/opt:ref`` or the like, not a path such as /src/a.o."""
    name = word[1:].partition(":")[0]
    return word.startswith("/") and "/" not in name and "." not in name
