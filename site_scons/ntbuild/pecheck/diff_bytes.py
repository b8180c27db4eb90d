"""Two sections compared byte by byte, with addresses told as what they lead to.

Where bytes differ, the words there may be addresses: relocated ones, displacements of calls, jumps
and x64 operands, or RVAs. Each is followed in its own image; two that lead to the same import, the
same function by number, or the same section are no difference. The hard part is that instructions
are not decoded: a differing byte is tried as part of every address that could hold it, and counts
as a difference only when none explains it.
"""

from array import array
from bisect import bisect_right
from collections.abc import Iterator
from typing import Final, Self

from ntbuild.pecoff.constants import IMAGE_SCN
from ntbuild.pecoff.image import FormatError, Image, SectionHeader
from ntbuild.pecoff.image_fixups import relocated_values
from ntbuild.values import dataclass

SHOWN: Final = 8
"""Differing places that are told one by one; more are counted."""

_PADDING: Final = frozenset(b"\0\x90\xcc")
_SAME_AS: Final = {
    ".bss": ".data",
    ".xdata": ".rdata",
    ".idata": ".rdata",
    ".edata": ".rdata",
    ".buildid": ".rdata",
}
"""Sections that one linker keeps and another merges; addresses in them are as good as equal."""
Side = tuple[Image, SectionHeader, "Labels"]


@dataclass(frozen=True, slots=True)
class Labels:
    """What addresses of an image lead to: import slots, functions by number, sections."""

    image: Image
    imports: dict[int, str]
    begins: "array[int]"
    fixups: dict[int, int]

    @classmethod
    def of(cls, image: Image) -> Self:
        """The labels of an image."""
        imports = {
            symbol.slot: f"import {module.name.lower()}!{symbol.name or symbol.ordinal}"
            for module in image.imports.modules
            for symbol in module.symbols
        }
        base = image.optional_header.ImageBase
        try:
            begins = array("L", sorted(image.runtime_functions.begins))
            fixups = {rva: value - base for rva, value in relocated_values(image)}
        except FormatError:
            begins, fixups = array("L"), {}
        return cls(image, imports, begins, fixups)

    def exact(self, rva: int) -> str | None:
        """The import slot or function that begins at an address; None for any other place.

        A function is named by its section and its number in it, so it may have moved.
        """
        if rva in self.imports:
            return self.imports[rva]
        index = bisect_right(self.begins, rva) - 1
        if index < 0 or self.begins[index] != rva:
            return None
        section = self.image.section_at(rva)
        if section is None:
            return None
        first = bisect_right(self.begins, section.VirtualAddress - 1)
        return f"function {index - first} of {section.Name}"


@dataclass(frozen=True, slots=True)
class SectionResult:
    """Differences (what, first, second), and how many differing places were explained."""

    differences: tuple[tuple[str, str, str], ...]
    moved: int
    padding: int


def compare_section(first: Side, second: Side) -> SectionResult:
    """Compare the bytes of two sections of the same name."""
    a, b = _bytes_of(first), _bytes_of(second)
    found: list[tuple[str, str, str]] = []
    moved = padding = 0
    if len(a) != len(b):
        short, rest = (a, b[len(a) :]) if len(a) < len(b) else (b, a[len(b) :])
        if set(rest) <= _PADDING:
            padding += 1
            a, b = a[: len(short)], b[: len(short)]
        else:
            return SectionResult((("size", f"{len(a):#x}", f"{len(b):#x}"),), 0, 0)
    unexplained: list[int] = []
    end = 0
    for at in _differing(a, b):
        if at < end:
            continue
        explained = _explain(first, second, a, b, at)
        if explained:
            moved += 1
            end = explained
        elif a[at] in _PADDING and b[at] in _PADDING:
            padding += 1
        else:
            unexplained.append(at)
    runs = _runs(unexplained)
    for begin, stop in runs[:SHOWN]:
        where = f"+{begin:#x}, {stop - begin} bytes"
        shown = slice(begin, min(stop, begin + 8))
        found.append((where, a[shown].hex(" "), b[shown].hex(" ")))
    if len(runs) > SHOWN:
        more = f"{len(runs) - SHOWN} places more"
        found.append(("differs", more, more))
    return SectionResult(tuple(found), moved, padding)


def _runs(offsets: list[int]) -> list[tuple[int, int]]:
    """Offsets as ranges; gaps of up to three equal bytes belong to a range."""
    found: list[tuple[int, int]] = []
    for at in offsets:
        if found and at - found[-1][1] < 4:
            found[-1] = found[-1][0], at + 1
        else:
            found.append((at, at + 1))
    return found


def _bytes_of(side: Side) -> bytes:
    image, section, _ = side
    size = min(section.SizeOfRawData, section.extent)
    return bytes(image.data[section.PointerToRawData : section.PointerToRawData + size])


def _differing(a: bytes, b: bytes) -> Iterator[int]:
    """Offsets at which two byte strings of one length differ; equal blocks are skipped."""
    step = 256
    for start in range(0, len(a), step):
        if a[start : start + step] != b[start : start + step]:
            for at in range(start, min(start + step, len(a))):
                if a[at] != b[at]:
                    yield at


def _explain(first: Side, second: Side, a: bytes, b: bytes, at: int) -> int:
    """The offset behind an address that explains a differing byte; 0 when there is none."""
    rva_a = first[1].VirtualAddress
    rva_b = second[1].VirtualAddress
    wide = first[0].pointer_size
    for start in range(at, max(at - wide, -1), -1):
        one, two = first[2].fixups.get(rva_a + start), second[2].fixups.get(rva_b + start)
        if one is not None and two is not None and at < start + wide:
            return start + wide if _same(first, second, one, two, relative=False) else 0
    code = first[1].Characteristics & IMAGE_SCN.MEM_EXECUTE
    if code and first[0].machine is not None and first[0].machine.name == "arm64":
        found = _arm64(first, second, a, b, at)
        if found:
            return found
    for start in range(at, max(at - 4, -1), -1):
        if start + 4 > len(a):
            continue
        word_a, word_b = (
            int.from_bytes(x[start : start + 4], "little", signed=True) for x in (a, b)
        )
        place_a, place_b = rva_a + start + 4, rva_b + start + 4
        if _same(first, second, place_a + word_a, place_b + word_b):
            return start + 4
        if min(word_a, word_b) > 0 and _same(first, second, word_a, word_b, relative=False):
            return start + 4
    return 0


def _signed(raw: bytes, at: int) -> int:
    return int.from_bytes(raw[at : at + 4], "little", signed=True)


def _same(first: Side, second: Side, one: int, two: int, *, relative: bool = True) -> bool:
    """Whether two addresses, each in its image, lead to the same thing.

    An import or a function is found wherever it is. Another place must be as far into its section,
    unless the section's size tells that its content was put together otherwise. A displacement
    inside a section does not change when the section moves, so there only exact places count. An
    x64 operand may be followed by an immediate of 1, 2 or 4 bytes; then the place it counts from
    is that much further, in both.
    """
    for further in (0, 1, 2, 4) if relative else (0,):
        label = first[2].exact(one + further)
        if label is not None and label == second[2].exact(two + further):
            return True
    a, b = first[0].section_at(one), second[0].section_at(two)
    if a is None or b is None or _SAME_AS.get(a.Name, a.Name) != _SAME_AS.get(b.Name, b.Name):
        return False
    if relative and a.index == first[1].index:
        return False
    return a.extent != b.extent or one - a.VirtualAddress == two - b.VirtualAddress


_ARM64_ADDRESSES: Final = (
    (0x7C000000, 0x14000000, 26, 0),  # B, BL
    (0x1F000000, 0x10000000, 0, 0),  # ADR, ADRP: the immediate is in two fields
    (0xFF000010, 0x54000000, 19, 5),  # B.cond
    (0x7E000000, 0x34000000, 19, 5),  # CBZ, CBNZ
    (0x3B000000, 0x18000000, 19, 5),  # LDR literal
)
_ARM64_LOW: Final = ((0x7F800000, 0x11000000), (0x3B000000, 0x39000000))
"""ADD with an immediate, LDR and STR with an offset: the lower half of an address after ADRP."""
_ADRP_NEAR: Final = 8


def _arm64(first: Side, second: Side, a: bytes, b: bytes, at: int) -> int:
    """As ``_explain``, for instructions of 4 bytes whose address fields are known."""
    start = at & ~3
    one, two = _word(a, start), _word(b, start)
    for mask, value in _ARM64_LOW:
        if one & mask == two & mask == value and one & ~0x3FFC00 == two & ~0x3FFC00:
            low_a, low_b = _low(first, a, start), _low(second, b, start)
            return start + 4 if low_a and low_b and _same(first, second, low_a, low_b) else 0
    for mask, value, width, shift in _ARM64_ADDRESSES:
        if one & mask == two & mask == value:
            if not width:
                page_a, page_b = _page(first, one, start), _page(second, two, start)
                return start + 4 if _same_page(first, second, page_a, page_b) else 0
            target_a = first[1].VirtualAddress + start + _arm64_offset(one, width, shift)
            target_b = second[1].VirtualAddress + start + _arm64_offset(two, width, shift)
            return start + 4 if _same(first, second, target_a, target_b) else 0
    return 0


def _word(raw: bytes, at: int) -> int:
    return int.from_bytes(raw[at : at + 4], "little")


def _low(side: Side, raw: bytes, start: int) -> int:
    """The address that ADRP and the instruction at ``start`` make together; 0 without an ADRP."""
    word = _word(raw, start)
    register = word >> 5 & 31
    scale = word >> 30 if word & 0x3B000000 == 0x39000000 else 0
    for at in range(start - 4, max(start - 4 * _ADRP_NEAR, -1), -4):
        before = _word(raw, at)
        if before & 0x9F000000 == 0x90000000 and before & 31 == register:
            return _page(side, before, at) + ((word >> 10 & 0xFFF) << scale)
    return 0


def _page(side: Side, word: int, start: int) -> int:
    """The page that an ADRP at an offset of a section leads to."""
    value = (word >> 5 & 0x7FFFF) << 2 | word >> 29 & 3
    pages = value - (1 << 21) if value >> 20 else value
    return ((side[1].VirtualAddress + start) & ~0xFFF) + pages * 0x1000


def _same_page(first: Side, second: Side, one: int, two: int) -> bool:
    """Whether two pages are in sections of the same name; what is in them is seen by the user."""
    a, b = first[0].section_at(one), second[0].section_at(two)
    return a is not None and b is not None and (
        _SAME_AS.get(a.Name, a.Name) == _SAME_AS.get(b.Name, b.Name)
    )  # fmt: skip


def _arm64_offset(word: int, width: int, shift: int) -> int:
    value = word >> shift & (1 << width) - 1
    return (value - (1 << width) if value >> (width - 1) else value) * 4
