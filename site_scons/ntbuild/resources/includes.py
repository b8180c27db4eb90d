r"""Includes of a resource script, found as on Windows: any letter case, with backslashes.

Compilers find headers by their exact names. A script's own includes (``"..\Build\Vendor.ver"``) are
therefore put into its text, with ``#line`` in front, and only what lies elsewhere (``<windows.h>``)
is left to the compiler's preprocessor, in the letters that the file has.

The name of an include may be a macro (``#include STRINGIFY(VENDOR_VER)``). Its line becomes a
question to the preprocessor, whose answer is put in when the text is made again.

Limits: a file on the way to itself stays an include: its guard makes it empty by then.
"""

import os
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Final

from ntbuild.support.values import dataclass, field

from .tokens import ScriptError

_INCLUDE: Final = re.compile(r'^[ \t]*#[ \t]*include[ \t]*(["<])([^">\r\n]+)[">]')
_FILE: Final = re.compile(
    r'^\s*[^\s#]\S*\s+[A-Za-z_]\w*(?:\s+[A-Za-z]+)*\s+"([^"\r\n]+\.\w+)"\s*(?://.*)?$'
)
_BY_MACRO: Final = re.compile(r"^[ \t]*#[ \t]*include[ \t]+([A-Za-z_].*?)\s*$", re.ASCII)
_ANSWER: Final = re.compile(r'^NTBUILD_INCLUDE (\S+) (?:"([^"]+)"|<\s*([^>]+?)\s*>)', re.MULTILINE)
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


def asks_for_a_name(content: bytes) -> bool:
    """Whether a file has an include whose name is a macro."""
    return any(map(_BY_MACRO.match, lines_of(content)[0]))


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


def answers(preprocessed: str) -> dict[str, str]:
    """The names that the preprocessor found for includes by macro, by their places."""
    return {place: name or other for place, name, other in _ANSWER.findall(preprocessed)}


@dataclass(frozen=True, slots=True)
class Flattening:
    """How a script's includes are put into its text.

    ``folders`` are searched after that of the including file; ``system`` are the compiler's.
    ``names``: what is known of includes by macro (`answers`).
    """

    folders: Sequence[str]
    system: Sequence[str]
    read: Callable[[str], bytes]
    names: Mapping[str, str] = field(default_factory=dict)

    def text(self, path: str) -> tuple[str, tuple[str, ...]]:
        """The text of a script with its own includes in it, and the folders of what is in it."""
        seen: dict[str, None] = {}
        lines = list(self._lines(path, (path,), seen))
        return "\n".join(lines) + "\n", tuple(dict.fromkeys(map(os.path.dirname, seen)))

    def _lines(self, path: str, above: tuple[str, ...], seen: dict[str, None]) -> Iterator[str]:
        if len(above) > _DEEPEST:
            raise ScriptError(f"{path}: included more than {_DEEPEST} deep")
        lines, page = lines_of(self.read(path))
        if path in seen and any(map(_ONCE.match, lines)):
            return
        seen[path] = None
        shown = path.replace("\\", "/")
        # The script's own folder counts for what it includes, too.
        places = (os.path.dirname(path), os.path.dirname(above[0]), *self.folders)  # noqa: PTH120
        yield from (f"#pragma code_page({page})", f'#line 1 "{shown}"')
        for number, each in enumerate(lines, 1):
            line = self._asked(each, f"{path.encode('utf-8', 'surrogateescape').hex()}:{number}")
            found = _INCLUDE.match(line)
            own = find(found[2], places) if found else None
            if found and own and own not in above:
                yield from self._lines(own, (*above, own), seen)
                yield from (f"#pragma code_page({page})", f'#line {number + 1} "{shown}"')
            elif found:
                yield _respelled(found, self.system)
            else:
                yield "" if _ONCE.match(line) else line

    def _asked(self, line: str, place: str) -> str:
        """An include by macro as one by name, or as a question."""
        found = _BY_MACRO.match(line)
        if found is None:
            return line
        if place in self.names:
            return f'#include "{self.names[place]}"'
        return f"NTBUILD_INCLUDE {place} {found[1]}"


def _respelled(found: re.Match[str], system: Sequence[str]) -> str:
    """An include of the compiler's headers in the letters that the file has."""
    name = found[2].replace("\\", "/")
    for folder in system:
        if path := find(name, (folder,)):
            name = path[len(folder) :].lstrip("/")
            break
    return f"#include <{name}>" if found[1] == "<" else f'#include "{name}"'
