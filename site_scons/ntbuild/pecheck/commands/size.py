"""``pecheck size``: bytes by section, object and symbol, as text, JSON or a treemap."""

import json
from collections.abc import Iterator, Sequence

from ntbuild.pecheck.size.maps import LinkMap, MapError, read_map
from ntbuild.pecheck.size.sizes import SizeNode, by_object, by_symbol, sizes
from ntbuild.pecoff.image.image import FormatError, Image, read_image
from ntbuild.support.commands import CLEAN, CommandResult
from ntbuild.support.outputs import OutputError, write_all
from ntbuild.support.text import printable

from .common import parser_of
from .files import UsageError, read_bytes, read_text

SCHEMA = "ntbuild.pecheck-size/1"


def run(arguments: Sequence[str]) -> CommandResult:
    """The sizes of one image. Raises UsageError."""
    parser = parser_of("size", "Show where the bytes of an image are.")
    add = parser.add_argument
    add("file", metavar="FILE", help="image")
    add("--map", metavar="MAP", help="the linker's map (pelink, link.exe, lld-link, GNU ld)")
    add("--html", metavar="OUT", help="write a treemap as one HTML file")
    add("--top", type=int, default=20, metavar="N", help="symbols to list (default: 20)")
    add("--format", default="human", choices=("human", "json"), help="output (default: human)")
    options = parser.parse_args(arguments)
    try:
        image = read_image(read_bytes(options.file), printable(options.file))
    except FormatError as failure:
        raise UsageError(str(failure)) from failure
    root = sizes(image, None if options.map is None else _map(options.map, image))
    if options.html is not None:
        read = [each for each in (options.file, options.map) if each is not None]
        _write(options.html, root, image, read)
    if options.format == "json":
        return CommandResult(CLEAN, _as_json(image, root))
    return CommandResult(CLEAN, "\n".join(_lines(image, root, options.top)))


def _map(name: str, image: Image) -> LinkMap:
    try:
        return read_map(read_text(name), image)
    except MapError as failure:
        raise UsageError(f"{printable(name)}: {failure}") from failure


def _write(name: str, root: SizeNode, image: Image, read: Sequence[str]) -> None:
    from ntbuild.pecheck.output.treemap import as_html  # noqa: PLC0415 - only --html needs it

    try:
        text = as_html(root, file_size=len(image.data))
        write_all([(name, text.encode())], inputs=read, make_folders=False)
    except OutputError as failure:
        raise UsageError(printable(str(failure))) from failure


def _table(rows: Sequence[tuple[str, ...]], *, text: int) -> Iterator[str]:
    """Rows in columns: the first ``text`` ones to the left, numbers to the right."""
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        cells = (
            cell.ljust(width) if index < text else cell.rjust(width)
            for index, (cell, width) in enumerate(zip(row, widths, strict=True))
        )
        yield "  ".join(cells).rstrip()


def _lines(image: Image, root: SizeNode, top: int) -> Iterator[str]:
    raw = {s.Name or f"#{s.index + 1}": s.SizeOfRawData for s in image.sections}
    rows = [("section", "memory", "file", "share")]
    for block in root.below.values():
        share = f"{100 * block.size / max(root.size, 1):.1f} %"
        rows.append((block.name, f"{block.size}", f"{raw[block.name]}", share))
    rows.append(("total", f"{root.size}", f"{len(image.data)}", ""))
    yield from _table(rows, text=1)
    objects = by_object(root)
    if objects:
        yield ""
        named = [(printable(name), f"{size}") for name, size in objects.items()]
        yield from _table([("object", "bytes"), *named], text=1)
        yield ""
        largest = [
            (printable(symbol), printable(owner), section, f"{size}")
            for section, owner, symbol, size in by_symbol(root)[: max(top, 0)]
        ]
        yield from _table([("symbol", "object", "section", "bytes"), *largest], text=3)


def _as_json(image: Image, root: SizeNode) -> str:
    sections = [
        {"section": s.Name, "memory": s.extent, "file": s.SizeOfRawData} for s in image.sections
    ]
    symbols = [
        {"section": section, "object": owner, "symbol": symbol, "bytes": size}
        for section, owner, symbol, size in by_symbol(root)
    ]
    report = {
        "schema": SCHEMA,
        "file": image.name,
        "memory": root.size,
        "fileSize": len(image.data),
        "sections": sections,
        "objects": [{"object": name, "bytes": size} for name, size in by_object(root).items()],
        "symbols": symbols,
    }
    return json.dumps(report, indent=2)
