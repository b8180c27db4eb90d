"""Rules DRV602 and DRV603: the unwind data that the exception table points to.

A large driver has tens of thousands of functions, many of which share unwind data. Each piece is
read once, and all of them together no more than twice the length of the file.

Sources: Microsoft "x64 exception handling" (UNWIND_INFO, UNWIND_CODE); "ARM64 exception handling"
and "ARM exception handling" (.xdata records).
"""

from collections.abc import Callable, Iterator
from struct import Struct
from typing import Final

from ntbuild.pecheck.rule import Fault, Level, NotApplicable, RuleResults, at_rva, rule
from ntbuild.pecoff.constants import IMAGE_SCN
from ntbuild.pecoff.image.image import FormatError, Image

_NONE = NotApplicable("the image has no exception table")
_EHANDLER, _UHANDLER, _CHAININFO = 1, 2, 4
_RUNTIME_FUNCTION: Final = Struct("<3I")
_CHAIN_LIMIT: Final = 32
_SLOTS: Final = {0: 1, 2: 1, 3: 1, 4: 2, 5: 3, 6: 1, 7: 2, 8: 2, 9: 3, 10: 1}
"""Slots that an x64 unwind operation takes; UWOP_ALLOC_LARGE (1) takes 2 or 3."""

Walk = Callable[[Image, int, int], Iterator[str]]


@rule(
    "DRV602",
    "unwind",
    Level.ERROR,
    breaks="B",
    source="x64 exception handling, struct UNWIND_INFO; ARM64 exception handling, .xdata records",
    fix="compile again; hand-written assembly needs proper .seh directives",
)
def unwind_data(image: Image) -> RuleResults:
    """Unwind data has a known version, whole codes, handlers in code and chains that end.

    The kernel does not check it while it handles an exception: wrong data is a bugcheck far from
    its cause.
    """
    table = image.runtime_functions
    machine = image.machine
    if not table.begins or machine is None:
        yield _NONE
        return
    walk = _WALKS[machine.name]
    seen: set[int] = set()
    left = 2 * len(image.data)
    for begin, end, unwind in zip(table.begins, table.ends, table.unwind, strict=True):
        if unwind in seen or unwind == 0 or left < 0:
            continue
        seen.add(unwind)
        left -= 64
        try:
            for message in walk(image, unwind, end - begin):
                yield Fault(f"unwind data of {begin:#x}: {message}", at_rva(image, unwind))
        except FormatError as failure:
            message = f"unwind data of {begin:#x}: {failure.message}"
            yield Fault(message, at_rva(image, unwind))


def _x64(image: Image, unwind: int, length: int) -> Iterator[str]:
    """Faults of an UNWIND_INFO and of those that it is chained to."""
    links: set[int] = set()
    while unwind not in links and len(links) < _CHAIN_LIMIT:
        links.add(unwind)
        if unwind % 4:
            yield f"at {unwind:#x}, not a multiple of 4"
            return
        head, prolog, count, _ = image.bytes_at(unwind, 4, "UNWIND_INFO")
        version, flags = head & 7, head >> 3
        if version not in {1, 2}:
            yield f"version {version}"
            return
        tail = unwind + 4 + 2 * (count + count % 2)
        if prolog > length > 0:
            yield f"a prolog of {prolog} bytes in a function of {length}"
        codes = bytes(image.bytes_at(unwind + 4, 2 * count, "unwind codes")) if count else b""
        yield from _x64_codes(codes, prolog, version)
        if flags & _CHAININFO:
            if flags & (_EHANDLER | _UHANDLER):
                yield "both chained and with a handler"
                return
            raw = image.bytes_at(tail, 12, "chained function")
            begin, end, unwind = _RUNTIME_FUNCTION.unpack(raw)
            length = end - begin
            continue
        if flags & (_EHANDLER | _UHANDLER):
            yield from _handler(image, tail)
        return
    yield "its chain does not end"


def _x64_codes(codes: bytes, prolog: int, version: int) -> Iterator[str]:
    """Faults of an array of unwind codes."""
    at, last = 0, 256
    while at < len(codes):
        offset, operation = codes[at], codes[at + 1] & 15
        info = codes[at + 1] >> 4
        slots = 2 + (info == 1) if operation == 1 else _SLOTS.get(operation, 0)
        if not slots or (operation in {6, 7} and version == 1):
            yield f"unknown unwind code {operation}"
            return
        if operation != 6:  # epilog descriptions of version 2 come first and have other offsets
            if offset > prolog:
                yield f"a code for offset {offset} after the prolog of {prolog} bytes"
            elif offset > last:
                yield f"codes are not in descending order: {offset} after {last}"
            last = offset
        at += 2 * slots
    if at > len(codes):
        yield "the last unwind code is cut off"


def _handler(image: Image, field: int) -> Iterator[str]:
    """Faults of the address of a language handler that is stored at an address."""
    target = int.from_bytes(image.bytes_at(field, 4, "handler"), "little")
    holder = image.section_at(target)
    if holder is None or not holder.Characteristics & IMAGE_SCN.MEM_EXECUTE:
        yield f"its handler {target:#x} is not in an executable section"


_ARM64_SIZES: Final = {0xE0: 4, 0xE2: 2, 0xE7: 3, 0xF8: 2, 0xF9: 3, 0xFA: 4, 0xFB: 5}


def _arm64_size(code: int) -> int:
    """Bytes of an ARM64 unwind code by its first byte."""
    if code < 0xC0:
        return 1
    return _ARM64_SIZES.get(code, 1 + (code < 0xE0))


def _arm(image: Image, unwind: int, _: int, *, thumb: bool) -> Iterator[str]:
    """Faults of a full .xdata record; arm's fields are one bit higher than arm64's."""
    if unwind % 4:
        yield f"at {unwind:#x}, not a multiple of 4"
        return
    word = int.from_bytes(image.bytes_at(unwind, 4, ".xdata"), "little")
    if word >> 18 & 3:
        yield f"version {word >> 18 & 3}"
        return
    shift = 23 if thumb else 22
    epilogs, words = word >> shift & 31, word >> (shift + 5)
    at = unwind + 4
    if not epilogs and not words:
        extended = int.from_bytes(image.bytes_at(at, 4, ".xdata"), "little")
        epilogs, words, at = extended & 0xFFFF, extended >> 16 & 0xFF, at + 4
    scopes = 0 if word >> 21 & 1 else epilogs
    starts = [epilogs] if word >> 21 & 1 else []
    for index in range(scopes):
        scope = int.from_bytes(image.bytes_at(at + 4 * index, 4, "epilog scope"), "little")
        starts.append(scope >> 24 if thumb else scope >> 22)
    at += 4 * scopes
    codes = bytes(image.bytes_at(at, 4 * words, "unwind codes")) if words else b""
    if any(start >= len(codes) for start in starts):
        yield "an epilog begins after the unwind codes"
    if not thumb and not _arm64_ends(codes):
        yield "its unwind codes do not end"
    if word >> 20 & 1:
        yield from _handler(image, at + 4 * words)


def _arm64_ends(codes: bytes) -> bool:
    at = 0
    while at < len(codes):
        if codes[at] == 0xE4:
            return True
        at += _arm64_size(codes[at])
    return False


_WALKS: Final[dict[str, Walk]] = {
    "x64": _x64,
    "arm64": lambda image, unwind, length: _arm(image, unwind, length, thumb=False),
    "arm": lambda image, unwind, length: _arm(image, unwind, length, thumb=True),
}


@rule(
    "DRV603",
    "unwind-resident",
    Level.ERROR,
    breaks="B",
    source="policy: exceptions are handled at IRQLs where nothing can be paged in",
    fix="keep .xdata in .rdata, not in a PAGE section or INIT",
)
def unwind_resident(image: Image) -> RuleResults:
    """Unwind data of resident code is resident.

    An exception in resident code after initialization looks for data that was freed or paged
    out: a second fault while the first is handled.
    """
    table = image.runtime_functions
    if not table.begins:
        yield _NONE
        return
    lost = {s.index: s for s in image.sections if _goes_away(s.Name, s.Characteristics)}
    if not lost:
        return
    for begin, unwind in zip(table.begins, table.unwind, strict=True):
        holder = image.section_at(unwind) if unwind else None
        if holder is None or holder.index not in lost:
            continue
        code = image.section_at(begin)
        if code is not None and code.index not in lost:
            message = f"unwind data of resident function {begin:#x} is in {holder.Name}"
            yield Fault(message, at_rva(image, unwind))


def _goes_away(name: str, flags: int) -> bool:
    return bool(flags & IMAGE_SCN.MEM_DISCARDABLE) or name == "INIT" or name.startswith("PAGE")
