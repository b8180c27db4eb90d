"""``ntbuild symstore``: images and PDBs in the folders in which a symbol server keeps them.

    ntbuild symstore symbols build/zig/x64/release        every image below a folder, with its PDB
    ntbuild symstore --public symbols release/symbols/public

    symbols/hello.sys/65A0B1C29000/hello.sys       stamp and size of the image
    symbols/hello.pdb/3844DBB920174967BE7AA4A2C20430FA1/hello.pdb

The key of a PDB is its GUID and age. A debugger asks for these paths, in a folder or over HTTP. The
PDB of an image is stored with it when it is next to it, and must be its own.

Invariants: all files are stored or none; a file that is there already stays; another one with the
same key is never replaced without ``--replace``, and then a line says so. A signed image has the
key of the unsigned one, and a stripped PDB that of the whole one.

Limits: no ``000Admin`` with transactions and no compressed files: debuggers need neither.

Source: Microsoft, "SymStore", "Using SymSrv"; dotnet/symstore, "SSQP Key Conventions".
"""

from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Final

from ntbuild.pecheck.symbols import symbol_reference, symbols_of
from ntbuild.pecoff.errors import FormatError
from ntbuild.pecoff.image.image import Image
from ntbuild.pecoff.pdb.container import MAGIC
from ntbuild.pecoff.pdb.symbol_file import SymbolFile, symbol_key
from ntbuild.support.commands import CLEAN, FOUND, CommandResult
from ntbuild.support.inputs import InputError, open_input, read_input
from ntbuild.support.outputs import OutputError, write_all
from ntbuild.support.text import printable
from ntbuild.support.values import dataclass

from .common import UsageError, parser_of

_EPILOG: Final = "exit code: 0 stored, 1 another file has a key already, 2 unusable input"
_SUFFIXES: Final = frozenset({".sys", ".dll", ".exe", ".efi", ".pdb"})
"""Files of a folder that are looked at."""
_OF_A_BUILD: Final = ".public.pdb"
"""PDBs that a release copies to the name that images ask for; not theirs in a build's folder."""
_HEAD: Final = 32
_LARGEST_IMAGE: Final = 512 << 20


@dataclass(frozen=True, slots=True)
class Stored:
    """A file and its place in the store."""

    source: Path
    content: bytes
    place: Path
    """Relative to the store."""


def run(arguments: Sequence[str]) -> CommandResult:
    """Store files. Raises UsageError."""
    description = "Store images and PDBs as a symbol server has them."
    parser = parser_of("symstore", description, _EPILOG)
    add = parser.add_argument
    add("store", metavar="STORE", help="the store's folder; it is made if it is not there")
    add("files", nargs="+", metavar="FILE", help="images, PDBs, or folders with them")
    add("--public", action="store_true", help="refuse PDBs with private symbols")
    add("--replace", action="store_true", help="replace files of the same key")
    options = parser.parse_args(arguments)
    store = Path(options.store)
    found: dict[Path, Stored] = {}
    for path in _files(options.files):
        for each in _stored(path, public=options.public):
            other = found.setdefault(each.place, each)
            if other.content != each.content:
                both = f"{_shown(other.source)} and {_shown(each.source)}"
                raise UsageError(f"{both} differ and have the same key {each.place.as_posix()}")
    if not found:
        raise UsageError(f"no images and no PDBs in {', '.join(map(printable, options.files))}")
    return _write(store, found.values(), replace=options.replace)


def _files(names: Sequence[str]) -> Iterator[Path]:
    """The files that are meant, those of folders in the order of their names."""
    for name in names:
        path = Path(name)
        if not path.is_dir():
            yield path
            continue
        try:
            below = sorted(
                each
                for each in path.rglob("*")
                if each.suffix.lower() in _SUFFIXES and not each.name.endswith(_OF_A_BUILD)
            )
        except OSError as error:
            raise UsageError(f"{printable(name)}: {error.strerror or error}") from error
        yield from (each for each in below if each.is_file())


def _stored(path: Path, *, public: bool) -> Iterator[Stored]:
    """A file with its key, and an image's PDB. Raises UsageError."""
    try:
        with open_input(path) as file:
            head = file.head(_HEAD)
            if head == MAGIC:
                pdb = SymbolFile(_shown(path), file.size, file.part)
                yield _pdb(path, pdb, file.read(), public=public)
                return
            if head[:2] != b"MZ":
                raise UsageError(f"{_shown(path)}: neither an image nor a PDB")
            image = Image(file.read(_LARGEST_IMAGE), _shown(path))
        stamp, size = image.file_header.TimeDateStamp, image.optional_header.SizeOfImage
        yield Stored(path, bytes(image.data), Path(path.name, f"{stamp:08X}{size:x}", path.name))
        yield from _pdb_of(path, image, public=public)
    except FormatError as error:
        raise UsageError(printable(str(error))) from error
    except InputError as error:
        raise UsageError(f"{_shown(path)}: {error.strerror}") from error


def _pdb_of(path: Path, image: Image, *, public: bool) -> Iterator[Stored]:
    """The PDB next to an image. Raises UsageError when it is of another one."""
    reference = symbol_reference(image)
    symbols = symbols_of(str(path), image)
    if reference is None or symbols is None:
        return
    if symbols.file is None:
        raise UsageError(symbols.fault)
    key = symbol_key(reference.guid, reference.age)
    beside = Path(symbols.file.name)
    if symbols.file.identity.key != key:
        raise UsageError(f"{_shown(beside)}: it is the PDB of another image than {_shown(path)}")
    yield _pdb(beside, symbols.file, read_input(beside), public=public)


def _pdb(path: Path, pdb: SymbolFile, content: bytes, *, public: bool) -> Stored:
    if public and not pdb.identity.is_stripped:
        raise UsageError(f"{_shown(path)}: has private symbols, which --public refuses")
    return Stored(path, content, Path(path.name, pdb.identity.key, path.name))


def _write(store: Path, files: Iterable[Stored], *, replace: bool) -> CommandResult:
    """Write what is not there yet, all of it or nothing. Raises UsageError."""
    lines, errors = [], []
    new: list[tuple[Path, bytes]] = []
    everything = list(files)
    for each in everything:
        target = store / each.place
        state = _state(target, each.content)
        said = "" if state == "new" else ", which was there already"
        if state == "other" and replace:
            said = ", in place of another file"
        elif state == "other":
            hint = "store it elsewhere, or give --replace"
            errors.append(f"{_shown(target)}: is another file than {_shown(each.source)}; {hint}")
        if state != "same":
            new.append((target, each.content))
        lines.append(f"{_shown(each.source)}: {_shown(target)}{said}")
    if errors:
        return CommandResult(FOUND, errors=tuple(f"symstore: {each}" for each in errors))
    try:
        write_all(new, inputs=[each.source for each in everything])
    except OutputError as failure:
        raise UsageError(str(failure)) from failure
    return CommandResult(CLEAN, "\n".join(lines))


def _state(target: Path, content: bytes) -> str:
    """Whether a place of the store is ``new``, has the ``same`` file or an ``other`` one."""
    try:
        with open_input(target) as file:
            same = file.size == len(content) and file.read() == content
    except InputError as error:
        if not target.exists():
            return "new"
        raise UsageError(f"{_shown(target)}: {error.strerror}") from error
    return "same" if same else "other"


def _shown(path: Path) -> str:
    return printable(path.as_posix())
