"""Compare two images of the same inputs; every difference is reported.

Differences that are intended are listed with their reasons in ``differences.toml``.
"""

import re
import subprocess
import tomllib
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from struct import unpack_from

import peers
from differential.images import Image, Key, Place
from differential.objects import Object
from differential.patches import PATCHES, OutOfRangeError, Spot

EXECUTE = 0x20000000
_ABSOLUTE = -1
_ADDRESSES = re.compile(r"(Address|Function|ExceptionRecord): ")


@dataclass(frozen=True, order=True)
class Difference:
    """Something that differs: its kind, and a text that says what."""

    kind: str
    what: str


@dataclass(frozen=True)
class Reason:
    """Why a kind of difference is right."""

    kind: str
    match: re.Pattern[str]
    reason: str


def reasons() -> tuple[Reason, ...]:
    """The reasons in ``differences.toml``."""
    text = Path(__file__).with_name("differences.toml").read_text(encoding="utf-8")
    return tuple(
        Reason(each["kind"], re.compile(each["match"], re.DOTALL), each["reason"])
        for each in tomllib.loads(text)["difference"]
    )


def unexplained(found: Iterable[Difference]) -> list[Difference]:
    """The differences without a reason."""
    known = reasons()
    return sorted(
        each
        for each in set(found)
        if not any(r.kind == each.kind and r.match.search(each.what) for r in known)
    )


def all_differences(
    ours: Image, theirs: Image, objects: Mapping[str, Object]
) -> Iterator[Difference]:
    """All differences: bytes, contributions, imports, exports, relocations, unwind data, names."""
    for who, image in (("pelink", ours), ("peer", theirs)):
        yield from wrong_bytes(who, image, objects)
    yield from _sets("contribution", _live(ours, objects), _live(theirs, objects))
    yield from _sets("import", imports(ours), imports(theirs))
    yield from _sets("export", exports(ours), exports(theirs))
    yield from _sets("entry", [entry(ours)], [entry(theirs)])
    alone = _alone(ours, theirs)
    for kind, left, right in (
        ("base relocation", base_relocations(ours), base_relocations(theirs)),
        ("unwind", unwind(ours, objects), unwind(theirs, objects)),
        ("name", names(ours), names(theirs)),
    ):
        yield from _sets(kind, _but(left, alone), _but(right, alone))


def _sets(kind: str, ours: Iterable[object], theirs: Iterable[object]) -> Iterator[Difference]:
    left, right = Counter(map(str, ours)), Counter(map(str, theirs))
    for text in left - right:
        yield Difference(kind, f"only pelink: {text}")
    for text in right - left:
        yield Difference(kind, f"only the peer: {text}")


def _alone(ours: Image, theirs: Image) -> set[tuple[str, int]]:
    """Contributions that only one image has: entries about them are no differences of their own."""
    return {(Path(name).name, n) for name, n in ours.contributions.keys() ^ theirs.contributions}


def _but(found: Iterable[tuple], alone: set[tuple[str, int]]) -> Iterator[tuple]:
    """Entries that have no place in those contributions."""
    for each in found:
        places = [part[:2] for part in each if isinstance(part, tuple)]
        if not any(place in alone for place in places):
            yield each


def _live(image: Image, objects: Mapping[str, Object]) -> list[str]:
    """Contributions with bytes, as text that says what they are."""
    found = []
    for name, number in image.contributions:
        section = objects[name].sections[number - 1]
        if section.data:
            kind = "COMDAT" if section.is_comdat else "ordinary"
            found.append(f"{Path(name).name}#{number} {section.name} {kind}")
    return found


def names(image: Image) -> list[tuple[str, Place]]:
    """Every public name and what stands there."""
    return [(name, _short(image.place(rva))) for name, rva in image.names.items()]


def _short(place: Place) -> Place:
    """A place whose object is named without its folder."""
    return tuple(Path(each).name if isinstance(each, str) else each for each in place)


# --- contents ------------------------------------------------------------------------------------


def wrong_bytes(who: str, image: Image, objects: Mapping[str, Object]) -> Iterator[Difference]:
    """Contributions that are not the object's bytes with its relocations applied."""
    for key in image.contributions:
        section = objects[key[0]].sections[key[1] - 1]
        if section.data and not section.name.startswith(".pdata"):  # sorted, see ``unwind``
            yield from _wrong_bytes(who, image, objects, key)


def _wrong_bytes(
    who: str, image: Image, objects: Mapping[str, Object], key: Key
) -> Iterator[Difference]:
    subject = objects[key[0]]
    section, start = subject.sections[key[1] - 1], image.contributions[key]
    expected = bytearray(section.data)
    found = image.memory[start : start + len(expected)]
    where = f"{who} {Path(key[0]).name}:({section.name})"
    for site in section.sites:
        width, patch = PATCHES[subject.machine][site.type]
        field = bytes(expected[site.offset : site.offset + width])
        spot = _spot(image, objects, key, site.symbol, start + site.offset)
        if spot is None:
            yield Difference("bytes", f"{where}+{site.offset:#x}: target not in the map")
            continue
        try:
            expected[site.offset : site.offset + width] = patch(field, spot)
        except OutOfRangeError as error:
            yield Difference("bytes", f"{where}+{site.offset:#x}: out of range: {error}")
        got = found[site.offset : site.offset + width]
        if got != expected[site.offset : site.offset + width]:
            name = subject.symbols[site.symbol].name
            text = f"type {site.type:#x} of {subject.machine} against {name}: is {got.hex()}"
            now = expected[site.offset : site.offset + width].hex()
            yield Difference("bytes", f"{where}+{site.offset:#x}: {text}, not {now}")
            expected[site.offset : site.offset + width] = got
    if bytes(expected) != found:
        at = next(n for n, (a, b) in enumerate(zip(expected, found, strict=True)) if a != b)
        yield Difference("bytes", f"{where}+{at:#x}: differs outside of relocations")


def _spot(
    image: Image, objects: Mapping[str, Object], key: Key, index: int, place: int
) -> Spot | None:
    """Where the target of a relocation is, by the image's own map."""
    subject = objects[key[0]]
    symbol = subject.symbols[index]
    own = (key[0], symbol.section)
    if symbol.name in ("__ImageBase", "___ImageBase"):
        return Spot(place, 0, image.base, 0, 0)
    if symbol.storage in (2, 105) and symbol.name in image.names:
        target = image.names[symbol.name]
    elif symbol.section == _ABSOLUTE:
        return Spot(place, symbol.value - image.base, image.base, 0, 0)
    elif symbol.storage in (2, 105):
        weak = _weak(image, objects, symbol.name)
        if weak is not None:
            return _spot(image, objects, (weak[0], 0), weak[1], place)
        absolute = _absolute(objects, symbol.name)
        return None if absolute is None else Spot(place, absolute - image.base, image.base, 0, 0)
    elif own in image.contributions:
        target = image.contributions[own] + symbol.value
    else:
        return None
    number, start = image.section_of(target)
    flags = image.pe.sections[number - 1].Characteristics if number else 0
    thumb = subject.machine == "arm" and bool(flags & EXECUTE)
    return Spot(place, target, image.base, start, number, thumb)


def _weak(image: Image, objects: Mapping[str, Object], name: str) -> tuple[str, int] | None:
    """The first object that has a default for a name, and the default's index."""
    present = {owner for owner, _ in image.contributions}
    for owner, subject in objects.items():
        for each in subject.symbols.values():
            if owner in present and each.name == name and each.default is not None:
                return owner, each.default
    return None


def _absolute(objects: Mapping[str, Object], name: str) -> int | None:
    for subject in objects.values():
        for each in subject.symbols.values():
            if each.name == name and each.section == _ABSOLUTE:
                return each.value
    return None


# --- tables --------------------------------------------------------------------------------------


def imports(image: Image) -> list[tuple[str, str | int, int]]:
    """(module, name or ordinal, hint) of every import; the map must agree on the slots."""
    found = []
    for module in getattr(image.pe, "DIRECTORY_ENTRY_IMPORT", []):
        for each in module.imports:
            name = each.name.decode() if each.name else each.ordinal
            found.append((module.dll.decode(), name, each.hint or 0))
    return found


def base_relocations(image: Image) -> list[tuple[Place, int]]:
    """(place, type) of everything that the loader fixes."""
    return [
        (_short(image.place(each.rva)), each.type)
        for block in getattr(image.pe, "DIRECTORY_ENTRY_BASERELOC", [])
        for each in block.entries
        if each.type
    ]


def exports(image: Image) -> list[tuple[str | None, int, str]]:
    """(name, ordinal, place or forwarder) of every export."""
    if not hasattr(image.pe, "DIRECTORY_ENTRY_EXPORT"):
        return []
    return [
        (
            each.name.decode() if each.name else None,
            each.ordinal,
            each.forwarder.decode() if each.forwarder else str(_short(image.place(each.address))),
        )
        for each in image.pe.DIRECTORY_ENTRY_EXPORT.symbols
        if each.address or each.forwarder
    ]


def entry(image: Image) -> Place:
    """What stands at the entry point."""
    return _short(image.place(image.pe.OPTIONAL_HEADER.AddressOfEntryPoint))


def unwind(image: Image, objects: Mapping[str, Object]) -> list[tuple[Place, ...]]:
    """Every entry of the exception directory; also, that it is sorted."""
    directory = image.pe.OPTIONAL_HEADER.DATA_DIRECTORY[3]
    machine = next(iter(objects.values())).machine
    if not directory.Size or machine == "x86":
        return []
    width = 12 if machine == "x64" else 8
    found: list[tuple[Place, ...]] = []
    begins = []
    for at in range(directory.VirtualAddress, directory.VirtualAddress + directory.Size, width):
        fields = unpack_from(f"<{width // 4}I", image.memory, at)
        begins.append(fields[0])
        begin = _short(image.place(fields[0]))
        if machine == "x64":
            found.append((begin, (fields[1] - fields[0],), _short(image.place(fields[2]))))
        elif fields[1] & 3:
            found.append((begin, ("packed", fields[1])))
        else:
            found.append((begin, _short(image.place(fields[1]))))
    if begins != sorted(begins):
        found.append((("not sorted",),))
    return found


def unwind_codes(path: Path) -> Counter[str]:
    """The unwind codes as llvm-readobj decodes them, without addresses."""
    command = [peers.require("llvm-readobj"), "--unwind", str(path)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert "warning" not in done.stderr, done.stderr
    blocks = re.split(r"RuntimeFunction {|\n  }\n", done.stdout)[1:]
    return Counter(
        "\n".join(line for line in block.splitlines() if not _ADDRESSES.search(line))
        for block in blocks
    )


def assert_equal_but_for_reasons(
    ours: Image, theirs: Image, objects: Mapping[str, Object], kinds: Sequence[str] = ()
) -> None:
    """The images say the same, but for differences that have a reason."""
    found = unexplained(all_differences(ours, theirs, objects))
    chosen = [each for each in found if not kinds or each.kind in kinds]
    assert not chosen, "\n".join(f"{each.kind}: {each.what}" for each in chosen)
