r"""Includes of a resource script, found as on Windows: any letter case, with backslashes.

Compilers find headers by their exact names. A script's own includes (``"..\Build\Vendor.ver"``) are
therefore put into its text, with ``#line`` in front, and only what lies elsewhere (``<windows.h>``)
is left to the compiler's preprocessor, in the letters that the file has.

Limits: an include whose name is a macro stays, and is found by its exact name next to the files
that were put in. A file on the way to itself stays too: its guard makes it empty by then.
"""

import os
import re
from collections.abc import Callable, Iterator, Sequence
from typing import Final

from .tokens import ScriptError

_INCLUDE: Final = re.compile(r'^[ \t]*#[ \t]*include[ \t]*(["<])([^">\r\n]+)[">]')
_FILE: Final = re.compile(
    r'^\s*\S+\s+[A-Za-z_]\w*(?:\s+[A-Za-z]+)*\s+"([^"\r\n]+\.\w+)"\s*(?://.*)?$'
)
_ONCE: Final = re.compile(r"^[ \t]*#[ \t]*pragma[ \t]+once\b")
_MARKS: Final = (
    (b"\xef\xbb\xbf", "utf-8-sig"),
    (b"\xff\xfe", "utf-16"),
    (b"\xfe\xff", "utf-16"),
)
_UNMARKED: Final = "1252"
_DEEPEST: Final = 64


def lines_of(content: bytes) -> tuple[list[str], str]:
    """The lines of a file, each byte of which is a character, and its code page's number."""
    for mark, encoding in _MARKS:
        if content.startswith(mark):
            content, page = content.decode(encoding, "replace").encode(), "65001"
            return content.decode("latin-1").splitlines(), page
    return content.decode("latin-1").splitlines(), _UNMARKED


def mentioned(content: bytes) -> Iterator[str]:
    """The names of files that a script includes, or takes as a resource, with slashes."""
    for line in lines_of(content)[0]:
        if found := _INCLUDE.match(line):
            yield found[2].replace("\\", "/")
        elif file := _FILE.match(line):
            yield file[1].replace("\\\\", "/").replace("\\", "/")


def find(name: str, folders: Sequence[str]) -> str | None:
    """The path of a file by its name in any letters: of the first folder that has it."""
    for folder in folders:
        path = folder
        for part in name.replace("\\", "/").split("/"):
            path = _entry(path, part)
            if not path:
                break
        if path and os.path.isfile(path):  # noqa: PTH113 - many of these in every build
            return path
    return None


def _entry(folder: str, name: str) -> str:
    path = f"{folder}/{name}" if folder else name
    if name in {"", ".", ".."} or os.path.exists(path):  # noqa: PTH110 - as above
        return path
    try:
        names = sorted(os.listdir(folder or "."))  # noqa: PTH208 - as above
    except OSError:
        return ""
    known = next((each for each in names if each.casefold() == name.casefold()), "")
    return known and (f"{folder}/{known}" if folder else known)


def flattened(
    path: str, folders: Sequence[str], system: Sequence[str], read: Callable[[str], bytes]
) -> tuple[str, tuple[str, ...]]:
    """The text of a script with its own includes in it, and the folders of all that is in it.

    ``folders`` are searched after that of the including file; ``system`` are the compiler's.
    """
    seen: dict[str, None] = {}
    lines = list(_lines(path, (os.path.dirname(path), *folders), system, read, (), seen))  # noqa: PTH120
    return "\n".join(lines) + "\n", tuple(dict.fromkeys(map(os.path.dirname, seen)))


def _lines(
    path: str,
    folders: Sequence[str],
    system: Sequence[str],
    read: Callable[[str], bytes],
    above: tuple[str, ...],
    seen: dict[str, None],
) -> Iterator[str]:
    if len(above) > _DEEPEST:
        raise ScriptError(f"{path}: included more than {_DEEPEST} deep")
    lines, page = lines_of(read(path))
    if path in seen and any(map(_ONCE.match, lines)):
        return
    seen[path] = None
    shown = path.replace("\\", "/")
    yield from (f"#pragma code_page({page})", f'#line 1 "{shown}"')
    for number, line in enumerate(lines, 1):
        found = _INCLUDE.match(line)
        own = find(found[2], (os.path.dirname(path), *folders)) if found else None  # noqa: PTH120
        if found and own and own not in (*above, path):
            yield from _lines(own, folders, system, read, (*above, path), seen)
            yield from (f"#pragma code_page({page})", f'#line {number + 1} "{shown}"')
        elif found:
            yield _respelled(found, system)
        elif not _ONCE.match(line):
            yield line
        else:
            yield ""


def _respelled(found: re.Match[str], system: Sequence[str]) -> str:
    """An include of the compiler's headers in the letters that the file has."""
    name = found[2].replace("\\", "/")
    for folder in system:
        if path := find(name, (folder,)):
            name = path[len(folder) :].lstrip("/")
            break
    return f"#include <{name}>" if found[1] == "<" else f'#include "{name}"'
