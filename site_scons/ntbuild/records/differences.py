"""Two records compared, a line for each difference: tools, sources, flags, then what was made.

    tool ziglang: 0.17.1 here, 0.16.0 recorded
    src/mine.c: another content than recorded
    mine (zig x64): src/mine.c: flags: only recorded: -O2; only here: -O0
    mine.sys: differs from offset 0xd8 (headers), then 0x410 (.text+0x10) on; 512 bytes here, ...

Files are compared as they were before they were signed.
"""

from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any, Final

from ntbuild.packaging.errors import PackageError
from ntbuild.support.text import printable
from ntbuild.support.values import dataclass

from .record import digest_of, unsigned_form

_MOST_WORDS: Final = 6
"""Words of a difference of flags that are shown."""

Record = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Product:
    """A file that a record names: its digest before it was signed."""

    name: str
    digest: str


def products(record: Record) -> tuple[Product, ...]:
    """The files that a record answers for: images, their PDBs, and the other files of packages."""
    found: dict[str, str] = {}
    for image in record["images"]:
        for file in (image, image["pdb"], image["public_pdb"]):
            if file:
                found[file["file"]] = file["sha256"]
    for package in record["packages"]:
        found |= {file["file"]: file["unsigned_sha256"] for file in package["files"]}
    return tuple(Product(name, digest) for name, digest in found.items())


def tool_differences(old: Record, new: Record) -> Iterator[str]:
    """Tools of another version."""
    before, here = (dict(_flat(each["tools"])) for each in (old, new))
    for name in dict.fromkeys((*before, *here)):
        if before.get(name) != here.get(name):
            yield f"tool {name}: {_known(here.get(name))} here, {_known(before.get(name))} recorded"


def input_differences(old: Record, new: Record) -> Iterator[str]:
    """Sources of another content, flags and options that differ."""
    before, here = (_inputs(each) for each in (old, new))
    for path in sorted({*before, *here}):
        if path not in here:
            yield f"{path}: recorded, and not used here"
        elif path not in before:
            yield f"{path}: used here, and not recorded"
        elif before[path] != here[path]:
            yield f"{path}: another content than recorded"
    images = {_cell(each): each for each in new["images"]}
    for image in old["images"]:
        other = images.get(_cell(image))
        if other is None:
            yield f"{_cell(image)}: not made here"
        else:
            yield from _image_differences(image, other)


def _image_differences(image: Record, other: Record) -> Iterator[str]:
    """How an image is made: headers, link options, and flags of its sources."""
    name = _cell(image)
    if image["headers"] != other["headers"]:
        yield f"{name}: other headers of the compiler or of ntbuild"
    yield from _words(f"{name}: link options", image["options"], other["options"])
    compiled = {each["source"]: each for each in other["compiled"]}
    for each in image["compiled"]:
        if (same := compiled.get(each["source"])) is not None:
            for key in ("flags", "defines", "include_dirs"):
                yield from _words(f"{name}: {each['source']}: {key}", each[key], same[key])


def product_differences(old: Record, new: Record, before: Path, here: Path) -> Iterator[str]:
    """Files that are not the same; ``before`` and ``here`` are the folders of the records."""
    made = {each.name: each.digest for each in products(new)}
    for each in products(old):
        if each.name not in made:
            yield f"{each.name}: not made here"
        elif made[each.name] != each.digest:
            yield f"{each.name}: {_where(each, before / each.name, here / each.name)}"


def _where(product: Product, before: Path, here: Path) -> str:
    """Where a file differs, if the recorded one is still there."""
    old, new = _content(before), _content(here)
    if new is None:
        return "differs; the file that was made here is gone"
    if old is None or digest_of(old) != product.digest:
        short = f"sha256 {digest_of(new)[:16]}... here, {product.digest[:16]}... recorded"
        return f"{short}; put the recorded files beside build.json to see where"
    sizes = f"{len(new)} bytes here, {len(old)} recorded"
    at = _first_difference(old, new, 0)
    parts = [f"{at:#x}{_part(old, at)}"]
    if (body := _headers_end(old)) > at:  # the checksum always differs as well
        at = _first_difference(old, new, body)
        parts += [f"then {at:#x}{_part(old, at)}"] if at < len(old) else []
    return f"differs from offset {', '.join(parts)} on; {sizes}"


def _first_difference(old: bytes, new: bytes, start: int) -> int:
    """The offset of the first byte that differs, or where the shorter one ends."""
    common = min(len(old), len(new))
    return next((n for n in range(start, common) if old[n] != new[n]), common)


def _headers_end(content: bytes) -> int:
    """Where the headers of an image end; 0 for other files."""
    from ntbuild.pecoff.image.image import Image  # noqa: PLC0415 - only a difference needs it

    if content[:2] != b"MZ":
        return 0
    return int(Image(content, "").optional_header.SizeOfHeaders)


def _content(path: Path) -> bytes | None:
    """A file's bytes before it was signed; None where there is none."""
    try:
        return unsigned_form(path.name, path.read_bytes())
    except (OSError, ValueError, PackageError):
        return None


def _part(content: bytes, at: int) -> str:
    """`` (.text+0x10)`` for an offset in an image; nothing for other files."""
    from ntbuild.pecoff.image.image import Image  # noqa: PLC0415 - as above

    if content[:2] != b"MZ":
        return ""
    for section in Image(content, "").sections:
        inside = at - section.PointerToRawData
        if 0 <= inside < section.SizeOfRawData:
            return f" ({printable(section.Name)}+{inside:#x})"
    return " (headers)"


def _words(place: str, before: Iterable[str], here: Iterable[str]) -> Iterator[str]:
    old, new = list(before), list(here)
    if old == new:
        return
    gone, added = ([w for w in one if w not in other] for one, other in ((old, new), (new, old)))
    if not gone and not added:
        yield f"{place}: the same words in another order"
        return
    parts = [
        f"only {what}: {' '.join(words[:_MOST_WORDS])}{' ...' * (len(words) > _MOST_WORDS)}"
        for what, words in (("recorded", gone), ("here", added))
        if words
    ]
    yield f"{place}: {'; '.join(parts)}"


def _inputs(record: Record) -> dict[str, set[str]]:
    """The digests of each input; files outside of a project may have one name."""
    found: dict[str, set[str]] = {}
    for row in (*record["images"], *record["packages"]):
        for each in (*row.get("scripts", ()), *row["inputs"]):
            found.setdefault(each["path"], set()).add(each["sha256"])
    return found


def _flat(tools: Mapping[str, Any], before: str = "") -> Iterator[tuple[str, Any]]:
    for name, value in tools.items():
        if isinstance(value, dict):
            yield from _flat(value, f"{before}{name} ")
        else:
            yield f"{before}{name}", value


def _cell(row: Mapping[str, Any]) -> str:
    return f"{row['name']} ({row['toolchain']} {row['arch']} {row['flavor']})"


def _known(value: Any) -> str:
    return "none" if value is None else str(value)
