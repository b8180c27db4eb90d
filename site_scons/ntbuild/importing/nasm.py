"""Items for NASM (``<NASM Include="a.asm" />``), as NASM's own rules for MSBuild have them.

Options are those of all items of a project, as for compilers.
"""

import re
from typing import Final

from ntbuild.msbuild.evaluate import Evaluation

from .defines import words_of

_WORD: Final = re.compile(r'(?:"[^"]*"|[^\s"])+')
_OF_MICROSOFT: Final = ("masm", "marmasm")


def nasm_of(found: Evaluation, by_hand: list[str]) -> tuple[str, ...] | None:
    """The words for NASM of a project that has such items; None for others."""
    items = [each for each in found.items.get("nasm", ()) if not each.is_excluded]
    if not items:
        return None
    if any(not each.is_excluded for kind in _OF_MICROSOFT for each in found.items.get(kind, ())):
        by_hand.append("sources for NASM and for MASM: name those for NASM .nasm, without nasm=")
    words: dict[str, None] = {}
    options: list[str] = []
    for item in items:
        own = [word.replace('"', "") for word in _WORD.findall(item.get("additionaloptions"))]
        own = [word for word in own if not word.startswith("%(")]
        options = options or own
        if own != options:
            by_hand.append(f"options of NASM for {item.name}: other sources have others")
        words |= dict.fromkeys(
            f"-D{each}" for each in words_of(item.get("preprocessordefinitions"))
        )
    return (*options, *words)
