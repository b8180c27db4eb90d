"""Input files: found along the search path, loaded into the pool, classified by their first bytes.

Every format that is given to a linker by mistake (ELF objects, LTO bitcode) is known by name, so
that the message can say what the file is and how to compile it instead.
"""

import os
import re
from collections.abc import Collection, Hashable, Iterable, Mapping, Sequence
from functools import lru_cache
from stat import S_ISREG
from struct import Struct
from types import MappingProxyType
from typing import Final, Literal, NamedTuple

from ntbuild.pecoff.archive import Archive, Member, read_archive
from ntbuild.pecoff.columns.pool import Pool
from ntbuild.pecoff.constants import BIGOBJ_CLASS_ID
from ntbuild.pecoff.errors import FormatError
from ntbuild.pecoff.machine import machine_of
from ntbuild.pecoff.object.import_object import is_import_object
from ntbuild.pelink.diagnostics import Diagnostics
from ntbuild.support.inputs import LIMIT, InputError, open_input, why_not_readable
from ntbuild.support.values import dataclass

Kind = Literal["object", "archive", "import", "resources", "image"]

_USABLE: Final = ("object", "archive", "import", "resources", "image")

_LARGE: Final = 16 << 20
"""Bytes from which on a file is looked at before it is read."""
_HEAD: Final = 1 << 16
"""Bytes that are looked at."""

_FILE_HEADER: Final = Struct("<HHIIIHH")
"""IMAGE_FILE_HEADER."""

_KINDS: Final[tuple[tuple[bytes, str], ...]] = (
    (b"!<arch>\n", "archive"),
    (b"!<thin>\n", "archive"),
    (b"MZ", "image"),
    (b"\x7fELF", "an ELF file: compile it for a windows target"),
    (b"BC\xc0\xde", "LLVM bitcode: compile without -flto"),
    (b"\xde\xc0\x17\x0b", "LLVM bitcode: compile without -flto"),
    (b"\xcf\xfa\xed\xfe", "a Mach-O file: compile it for a windows target"),
    (b"\x00asm", "a WebAssembly module"),
)


_KEPT_ARCHIVES = 16
"""Archives whose index is kept between links of one process."""

_KEPT_SIZE = 8 << 20
"""Bytes of the largest archive that is kept."""


class InputFile(NamedTuple):
    """A loaded file: the path where it was found, its kind, its bytes in the pool."""

    name: str
    kind: Kind
    position: int
    size: int


class FoundFile(NamedTuple):
    """A file that was found: ``identity`` is the same for all paths of one file."""

    path: str
    size: int
    identity: Hashable


def find_library(name: str, libpath: Sequence[str], *, mingw: bool = False) -> FoundFile | None:
    """The file of a library name as link.exe finds it: as given, then along ``libpath``.

    ``.lib`` is added to a name without an extension. With ``mingw`` libX.a serves as X.lib where
    there is no such file.
    """
    has_extension = os.path.splitext(name)[1]  # noqa: PTH122 - a Path costs more than opening it
    spelled = [name] if has_extension else [f"{name}.lib", name]
    found = _first_file(spelled, libpath)
    if found is None and mingw and "/" not in name and "\\" not in name:
        stem = name[:-4] if name.lower().endswith(".lib") else name
        found = _first_file([f"lib{stem}.a"], libpath)
    return found


def _first_file(names: Sequence[str], folders: Sequence[str]) -> FoundFile | None:
    """The first of ``names`` that is a file, in the working directory or else in ``folders``."""
    for folder in ("", *folders):
        for name in names:
            # A Path costs more than opening the file, and so would join with no folder.
            path = os.path.join(folder, name) if folder else name  # noqa: PTH118
            try:
                found = os.stat(path)  # noqa: PTH116 - as above
            except (OSError, ValueError):  # ValueError: a NUL in the name
                continue
            if S_ISREG(found.st_mode):
                identity: Hashable = (found.st_dev, found.st_ino)
                if not found.st_ino:  # a file system without numbers of files
                    identity = os.path.realpath(path)
                return FoundFile(path, found.st_size, identity)
    return None


def load(
    pool: Pool,
    names: Iterable[str],
    libpath: Sequence[str],
    log: Diagnostics,
    *,
    mingw: bool = False,
    seen: set[Hashable] | None = None,
    requested_by: Mapping[str, str] = MappingProxyType({}),
) -> list[InputFile]:
    """Load files by path or library name; what cannot be opened or used is an error in ``log``.

    ``seen`` has the identities of files that were loaded before, which are not loaded again; those
    of this call are added. ``requested_by`` has the object whose directive names a library, by
    that name.
    """
    found: list[tuple[str, int]] = []
    seen = set() if seen is None else seen
    # All files are found before any is read: the pool then takes them in one piece of memory.
    for name in names:
        file = find_library(name, libpath, mingw=mingw)
        if file is None:
            reason = why_not_readable(name)
            owner = requested_by.get(name)
            notes = (f"requested by {owner}",) if owner else ()
            log.error(f"could not open '{name}': {reason}", notes=notes)
        elif file.identity not in seen:
            seen.add(file.identity)
            try:
                size = _size_of_large(file) if file.size > _LARGE else file.size
            except (InputError, FormatError) as error:
                log.error(str(error))
            else:
                found.append((file.path, size))
    try:
        positions = pool.add_files(found)
    except OSError as error:
        log.error(f"could not open '{error.filename}': {error.strerror}")
        return []
    loaded: list[InputFile] = []
    buffer = memoryview(pool.buffer)  # type: ignore[arg-type]
    for (path, size), position in zip(found, positions, strict=True):
        kind = _kind(bytes(buffer[position : position + min(size, 32)]), size)
        if kind in _USABLE:
            loaded.append(InputFile(path, kind, position, size))  # type: ignore[arg-type]
        else:
            log.error(f"unknown file type: {kind}", place=path)
    return loaded


def _size_of_large(file: FoundFile) -> int:
    """The bytes to read of a large file: of an image those up to the end of its last section.

    Raises InputError or FormatError when its first bytes show that it is no input. Small files are
    read before they are looked at, as that costs less than to open them twice.
    """
    with open_input(file.path) as opened:
        if opened.size > LIMIT:
            raise InputError(0, f"has more than {LIMIT} bytes", file.path)
        head = opened.head(_HEAD)
    kind = _kind(head[:32], file.size)
    if kind == "image":
        from ntbuild.pecoff.image.view import ImageView  # noqa: PLC0415 - few links have one

        sections = ImageView(head, file.path).sections
        ends = (each.PointerToRawData + each.SizeOfRawData for each in sections)
        return min(file.size, max(ends, default=_HEAD))
    if kind not in _USABLE:
        raise FormatError(file.path, 0, "Machine", f"unknown file type: {kind}")
    if kind == "archive" and head[66:68] != b"`\n":
        raise FormatError(file.path, 0x42, "End of Header", "not the header of a member")
    return file.size


def _kind(head: bytes, size: int) -> str:
    """The Kind of a file with these first bytes, or what it is instead in words."""
    # Most files are objects, which begin with their machine and have no magic number.
    if size >= 20 and machine_of(int.from_bytes(head[:2], "little")):
        return "object"
    known = next((kind for magic, kind in _KINDS if head.startswith(magic)), None)
    if known:
        return known
    from ntbuild.pecoff.resource import is_res_file  # noqa: PLC0415 - few links come this far

    if is_res_file(head):
        return "resources"
    if head[:4] == b"\0\0\xff\xff":
        if head[12:28] == BIGOBJ_CLASS_ID:
            return "object"
        if is_import_object(memoryview(head), 0, len(head)):
            return "import"
        return "an anonymous object: compile without /GL"
    if size == 0:
        return "the file is empty"
    if _is_object_for_any_machine(head, size):
        return "object"
    machine = int.from_bytes(head[:2], "little")
    return f"neither an object nor an archive (Machine {machine:#06x})"


def _is_object_for_any_machine(head: bytes, size: int) -> bool:
    """Whether a file can be an object of Machine 0: it has no code, so it fits every machine.

    Its first bytes are zeros, which say nothing: so its tables must be there and inside the file.
    """
    if size < _FILE_HEADER.size:
        return False
    machine, sections, _, at, symbols, optional, _ = _FILE_HEADER.unpack_from(head)
    ends = max(_FILE_HEADER.size + 40 * sections, at + 18 * symbols)
    return bool(machine == optional == 0 < sections + symbols and ends <= size)


_SKELETON: Final = re.compile(
    rb"__IMPORT_DESCRIPTOR_|__NULL_IMPORT_DESCRIPTOR\Z|\x7f.*_NULL_THUNK_DATA\Z", re.DOTALL
)
"""Names that lib.exe gives to what an import library has for a whole DLL."""


DESCRIPTOR_PREFIX: Final = b"__IMPORT_DESCRIPTOR_"
"""What comes before a module's name without its extension in the symbol of its descriptor."""


def import_skeleton(archive: Archive) -> set[int]:
    """Header offsets of members with nothing but an import descriptor or a terminator."""
    idle: set[int] = set()
    others: set[int] = set()
    for row, header in enumerate(archive.symbol_members.tolist()):
        is_idle = _SKELETON.match(archive.symbol_name(row))
        (idle if is_idle else others).add(header)
    return idle - others


def is_resource_member(data: memoryview) -> bool:
    """Whether an archive's member is a .res file, which begins as no object does."""
    head = bytes(data[:32])
    if head[:4] != bytes(4):
        return False
    from ntbuild.pecoff.resource import is_res_file  # noqa: PLC0415 - few archives have one

    return is_res_file(head)


def open_archive(pool: Pool, file: InputFile, log: Diagnostics) -> Archive | None:
    """The archive's index, of an image that of its exports; a damaged one is an error in ``log``.

    The archive keeps its own copy of the bytes, because the pool may still move.
    """
    data = pool.buffer[file.position : file.position + file.size].tobytes()
    try:
        if file.kind == "image":
            from .dll_as_library import library_of_image  # noqa: PLC0415 - few links have one

            data = library_of_image(data, file.name)
        if len(data) > _KEPT_SIZE:
            return read_archive(memoryview(data), file.name)
        return _archive_of(_Contents(file.name, data))
    except FormatError as error:
        log.error(str(error), hint=error.hint)
        return None


@dataclass(frozen=True, slots=True)
class _Contents:
    """A file as a key: found by its name and size, the same one only when all bytes are."""

    name: str
    data: bytes

    def __hash__(self) -> int:
        return hash((self.name, len(self.data)))


@lru_cache(maxsize=_KEPT_ARCHIVES)
def _archive_of(contents: _Contents) -> Archive:
    """The archive in a file; links of one process share the index of a library they all use."""
    return read_archive(memoryview(contents.data), contents.name)


def is_taken_whole(file: str, whole: Sequence[str]) -> bool:
    """Whether /wholearchive names a file: by its path, by its name, or as one of all."""
    own = _library_key(file)
    return any(not name or name == file or _library_key(name) == own for name in whole)


def unnamed_whole(whole: Sequence[str], given: Sequence[str]) -> list[str]:
    """Archives of /wholearchive that are no inputs otherwise: naming them makes them inputs."""
    if not whole:
        return []
    known = {_library_key(name) for name in given}
    return [name for name in dict.fromkeys(whole) if name and _library_key(name) not in known]


def _library_key(path: str) -> str:
    return path.replace("\\", "/").rpartition("/")[2].lower().removesuffix(".lib")


def file_of_thin_member(archive: Archive, member: Member, given: Collection[str]) -> str | None:
    """The file of a thin archive's member; None when it is among the files ``given``.

    A file outside of the archive's folder is taken from the tree of the working directory only,
    where builds run: an archive must not make a linker read any file of the machine. Raises
    FormatError for others.
    """
    from pathlib import Path  # noqa: PLC0415 - few archives are thin

    folder = Path(archive.file).parent
    named = {os.path.realpath(path) for path in given}
    if os.path.realpath(folder / member.name) in named:
        return None
    path = os.path.realpath(folder / member.name)
    if Path(path).is_relative_to(Path.cwd().resolve()):
        return os.path.relpath(path)
    return str(folder / archive.thin_path(member))
