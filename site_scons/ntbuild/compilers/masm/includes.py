"""The files that a MASM source includes, found without regard to letter case."""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from ntbuild.compilers.kits.folders import within

_INCLUDE: Final = re.compile(r"^([ \t]*include[ \t]+)<?([^>\s;]+)>?", re.IGNORECASE | re.MULTILINE)


def files(source: Path, folders: Iterable[Path]) -> Iterator[tuple[Path, str]]:
    """The source and all that it includes, each once, with the flat name that `flattened` gives.

    A file that is nowhere is left to the assembler, which names the line.
    """
    searched = tuple(folders)
    waiting, seen = [(source, source.name.casefold())], set()
    while waiting:
        path, name = waiting.pop(0)
        if name in seen:
            continue
        seen.add(name)
        yield path, name
        text = path.read_text(encoding="latin-1")
        for match in _INCLUDE.finditer(text):
            wanted = match[2].replace("\\", "/")
            for folder in (path.parent, *searched):
                found = within(folder, wanted)
                if found is not None:
                    waiting.append((found, _flat(wanted)))
                    break


def flattened(text: str) -> str:
    """The text with the names of includes as `files` gives them."""
    return _INCLUDE.sub(lambda match: match[1] + _flat(match[2].replace("\\", "/")), text)


def _flat(path: str) -> str:
    return path.casefold().replace("../", "").replace("/", "_")
