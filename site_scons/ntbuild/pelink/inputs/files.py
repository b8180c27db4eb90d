"""Input files: found along the search path, loaded into the pool, classified by their first bytes.

Every format that is given to a linker by mistake (ELF objects, LTO bitcode) is known by name, so
that the message can say what the file is and how to compile it instead.
"""

import os
from collections.abc import Collection, Sequence
from functools import lru_cache
from typing import Final, Literal, NamedTuple

from ntbuild.pecoff.archive import Archive, Member, read_archive
from ntbuild.pecoff.columns.pool import Pool
from ntbuild.pecoff.constants import BIGOBJ_CLASS_ID
from ntbuild.pecoff.errors import FormatError
from ntbuild.pecoff.machine import machine_of
from ntbuild.pecoff.object.import_object import is_import_object
from ntbuild.pelink.diagnostics import Diagnostics
from ntbuild.support.paths import is_folder, size_of_file
from ntbuild.support.values import dataclass

Kind = Literal["object", "archive", "import", "resources", "image"]

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


def find_library(name: str, libpath: Sequence[str]) -> tuple[str, int] | None:
    """The file of a library name as link.exe finds it: as given, then along ``libpath``.

    ``.lib`` is added to a name without an extension. The number is the file's size in bytes.
    """
    has_extension = os.path.splitext(name)[1]  # noqa: PTH122 - a Path costs more than opening it
    spelled = [name] if has_extension else [f"{name}.lib", name]
    for path in spelled:
        size = size_of_file(path)
        if size is not None:
            return path, size
    for folder in libpath:
        for each in spelled:
            path = os.path.join(folder, each)  # noqa: PTH118 - as above
            size = size_of_file(path)
            if size is not None:
                return path, size
    return None


def load(
    pool: Pool, names: Sequence[str], libpath: Sequence[str], log: Diagnostics
) -> list[InputFile]:
    """Load files by path or library name; what cannot be opened or used is an error in ``log``."""
    found: list[tuple[str, int]] = []
    for name in names:
        file = find_library(name, libpath)
        if file is None:
            reason = "is a directory" if is_folder(name) else "No such file or directory"
            log.error(f"could not open '{name}': {reason}")
        else:
            found.append(file)
    try:
        positions = pool.add_files(found)
    except OSError as error:
        log.error(f"could not open '{error.filename}': {error.strerror}")
        return []
    loaded: list[InputFile] = []
    buffer = memoryview(pool.buffer)  # type: ignore[arg-type]
    for (path, size), position in zip(found, positions, strict=True):
        kind = _kind(bytes(buffer[position : position + min(size, 32)]), size)
        if kind in ("object", "archive", "import", "resources", "image"):
            loaded.append(InputFile(path, kind, position, size))  # type: ignore[arg-type]
        else:
            log.error(f"unknown file type: {kind}", place=path)
    return loaded


def _kind(head: bytes, size: int) -> str:
    """The Kind of a file with these first bytes, or what it is instead in words."""
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
    machine = int.from_bytes(head[:2], "little")
    return f"neither an object nor an archive (Machine {machine:#06x})"


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

    Raises FormatError when it is not given and leaves the folder of the archive.
    """
    from pathlib import Path  # noqa: PLC0415 - few archives are thin

    folder = Path(archive.file).parent
    named = {os.path.realpath(path) for path in given}
    if os.path.realpath(folder / member.name) in named:
        return None
    return str(folder / archive.thin_path(member))
