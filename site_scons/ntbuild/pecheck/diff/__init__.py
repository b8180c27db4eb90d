"""Two images compared by meaning: headers, sections, imports, exports, code, data.

A linker moves things, and that is no difference. Both images become facts, keyed by their subject,
and the two sets of facts are compared. Each fact that is left out has a reason, which is shown with
the number of times it applied.
"""

import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Final

from ntbuild.pecheck.rules.sections import is_debug
from ntbuild.pecoff.constants import IMAGE_DEBUG_TYPE, IMAGE_DIRECTORY_ENTRY, IMAGE_SCN
from ntbuild.pecoff.image.image import FormatError, Image
from ntbuild.support.text import printable
from ntbuild.support.values import dataclass, fields

from .contents import compare_contents

IGNORED: Final = {
    "TimeDateStamp": "from a clock, or computed from all other bytes",
    "CheckSum": "computed from all other bytes",
    "MajorLinkerVersion": "names the linker",
    "MinorLinkerVersion": "names the linker",
    "SizeOfCode": "follows from the sections",
    "SizeOfInitializedData": "follows from the sections",
    "SizeOfUninitializedData": "follows from the sections",
    "BaseOfCode": "follows from the sections",
    "BaseOfData": "follows from the sections",
    "SizeOfImage": "follows from the sections",
    "SizeOfHeaders": "follows from the sections",
    "NumberOfSections": "follows from the sections",
    "PointerToSymbolTable": "a file offset",
    "offset": "a file offset",
    "AddressOfEntryPoint": "an address: compared as a section and the code there",
    "ImageBase": "an address: every driver is moved",
}
"""Header fields that have no meaning of their own, and why."""

MOVED: Final = "addresses that lead to the same thing"
PADDING: Final = "padding between functions"
UNWIND: Final = "unwind data: follows from a function that differs"
DEBUG: Final = "debug data: describes where everything is"


@dataclass(frozen=True, slots=True)
class Difference:
    """A fact that differs: its area and subject, and its text in each image, empty where absent."""

    area: str
    what: str
    first: str
    second: str

    def __str__(self) -> str:
        if not self.second:
            return f"{self.area}: {self.what}: only in the first: {self.first}"
        if not self.first:
            return f"{self.area}: {self.what}: only in the second: {self.second}"
        return f"{self.area}: {self.what}: {self.first} / {self.second}"


@dataclass(frozen=True, slots=True)
class Comparison:
    """The differences, and how many differences were ignored, by reason."""

    differences: tuple[Difference, ...]
    ignored: Mapping[str, int]


Facts = dict[tuple[str, str], str]


def compare(first: Image, second: Image) -> Comparison:
    """All differences in meaning. Raises FormatError for an image whose tables cannot be read."""
    ignored: Counter[str] = Counter()
    left, right = facts(first), facts(second)
    found = [
        Difference(*key, left.get(key, ""), right.get(key, ""))
        for key in sorted(left.keys() | right.keys())
        if left.get(key) != right.get(key)
    ]
    ignored.update(_ignored_fields(first, second))
    ignored[DEBUG] += any(is_debug(s) for image in (first, second) for s in image.sections)
    contents = compare_contents(first, second)
    found += [Difference(*row) for row in contents.differences]
    ignored.update({MOVED: contents.moved, PADDING: contents.padding, UNWIND: contents.unwind})
    return Comparison(tuple(found), {reason: n for reason, n in sorted(ignored.items()) if n})


def facts(image: Image) -> Facts:
    """The facts of an image by area and subject; an address is given as what it leads to."""
    found: Facts = {}
    for part in (_header, _sections, _imports, _exports, _tables, _debug, _resources):
        found.update(part(image))
    return found


def _header(image: Image) -> Iterator[tuple[tuple[str, str], str]]:
    for header in (image.file_header, image.optional_header):
        for each in fields(header):
            if each.name not in IGNORED:
                yield ("header", each.name), f"{getattr(header, each.name):#x}"
    entry = image.section_at(image.optional_header.AddressOfEntryPoint)
    yield ("header", "entry point's section"), entry.Name if entry else "none"


def _ignored_fields(first: Image, second: Image) -> Iterator[str]:
    """The reason of each header field that differs and has no meaning of its own."""
    for a, b in (
        (first.file_header, second.file_header),
        (first.optional_header, second.optional_header),
    ):
        for each in fields(a):
            if each.name in IGNORED and getattr(a, each.name) != getattr(b, each.name):
                yield IGNORED[each.name]


def _sections(image: Image) -> Iterator[tuple[tuple[str, str], str]]:
    for section in image.sections:
        names = (str(flag.name) for flag in IMAGE_SCN if section.Characteristics & flag)
        if is_debug(section):
            continue
        yield ("section", section.Name), f"{section.Characteristics:#010x} {' '.join(names)}"
    order = " ".join(section.Name for section in image.sections if not is_debug(section))
    yield ("section", "order"), order


def _imports(image: Image) -> Iterator[tuple[tuple[str, str], str]]:
    for fault in image.imports.faults:
        raise fault
    for module in image.imports.modules:
        for symbol in module.symbols:
            name = f"#{symbol.ordinal}" if symbol.name is None else symbol.name
            yield ("import", f"{module.name.lower()}!{name}"), "imported"


def _exports(image: Image) -> Iterator[tuple[tuple[str, str], str]]:
    table = image.exports
    if table is None:
        return
    yield ("export", "module"), table.module
    for name, index in table.names:
        target = table.forwarders.get(index)
        if target is None and index < len(table.functions):
            section = image.section_at(table.functions[index])
            target = f"in {section.Name if section else 'no section'}"
        yield ("export", name), f"ordinal {table.Base + index} {target}"


def _tables(image: Image) -> Iterator[tuple[tuple[str, str], str]]:
    """Which tables there are, and how many functions and fixups by section."""
    for index, directory in enumerate(image.directories):
        if directory.Size:
            yield ("directory", str(IMAGE_DIRECTORY_ENTRY(index).name)), "present"
    fixups: Counter[str] = Counter()
    for rva, kind in image.base_relocations.fixups():
        section = image.section_at(rva)
        fixups[f"{section.Name if section else 'none'} type {kind}"] += 1
    for what, count in fixups.items():
        yield ("fixups", what), str(count)
    functions: Counter[str] = Counter()
    for begin in image.runtime_functions.begins:
        section = image.section_at(begin)
        functions[section.Name if section else "none"] += 1
    for what, count in functions.items():
        yield ("functions", what), str(count)


def _debug(image: Image) -> Iterator[tuple[tuple[str, str], str]]:
    for entry in image.debug:
        raw = bytes(image.data[entry.PointerToRawData :][: min(entry.SizeOfData, 300)])
        name = (
            printable(raw[24:].rstrip(b"\0"))
            if entry.Type == IMAGE_DEBUG_TYPE.CODEVIEW
            else "present"
        )
        yield ("debug", f"type {entry.Type}"), name


def _resources(image: Image) -> Iterator[tuple[tuple[str, str], str]]:
    for entry in image.resources.entries:
        raw = image.bytes_at(entry.rva, entry.size, "resource") if entry.size else b""
        yield ("resource", str(entry.key)), hashlib.sha256(raw).hexdigest()[:16]
    if image.resources.fault is not None:
        raise image.resources.fault


def parts_of(comparison: Comparison) -> Iterator[str]:
    """A comparison as lines: the differences, then what was ignored and why."""
    yield from (printable(str(each)) for each in comparison.differences)
    if not comparison.differences:
        yield "no differences"
    for reason, count in comparison.ignored.items():
        yield f"ignored: {count} of: {reason}"


__all__ = ["Comparison", "Difference", "FormatError", "compare", "facts", "parts_of"]
