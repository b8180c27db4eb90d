"""Export lists of a target system, for DRV409: module definition files, one module each.

Only names are read. Decorations of x86 (``Name@8``, ``@Name@8``), ordinals and DATA say how a list
is linked, not what the system exports. The linker's own reader is not used: pecheck does not
import pelink.
"""

from collections.abc import Iterator

_STATEMENTS = {"LIBRARY", "NAME", "EXPORTS", "DESCRIPTION", "VERSION", "REMOVED"}


class ExportListError(ValueError):
    """A list that names no module or no export; the text is one line."""


def read_export_list(text: str, name: str) -> tuple[str, frozenset[str]]:
    """The module's file name and the names it exports. Raises ExportListError."""
    module = ""
    exports: set[str] = set()
    inside = False
    for words in _lines(text):
        keyword = words[0].upper()
        if keyword in {"LIBRARY", "NAME"}:
            module = words[1].strip('"') if len(words) > 1 else ""
        if keyword in _STATEMENTS:
            inside = keyword == "EXPORTS"
            words = words[1:] if inside else []  # noqa: PLW2901 - a name may follow EXPORTS
        if inside and words and "NONAME" not in {word.upper() for word in words}:
            exports.add(_bare(words[0]))
    if not module:
        raise ExportListError(f"{name}: LIBRARY: the list names no module")
    if not exports:
        raise ExportListError(f"{name}: EXPORTS: the list has no names")
    return module, frozenset(exports)


def _lines(text: str) -> Iterator[list[str]]:
    for line in text.splitlines():
        words = line.partition(";")[0].split()
        if words:
            yield words


def _bare(word: str) -> str:
    """A name without forwarding (``a=b``) and without what x86 adds to it."""
    name = word.partition("=")[0].strip('"')
    head, at, size = name.rpartition("@")
    if at and head and (size.isdigit() or size == "?"):
        name = head
    return name.removeprefix("@") if at else name
