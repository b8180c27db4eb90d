"""``pelink /lib``: make an archive of objects, or an import library of a .def file.

lib.exe's and llvm-lib's undocumented behaviour is kept: members are written in reverse order of the
command line, a file that is named twice is added once, the members of an archive are added one by
one, and on x86 the objects given with a .def file decide how its names are decorated.

Source: llvm-lib 19's ``/help`` and behaviour; Microsoft "Running LIB" for ``/def`` and ``/name``.
"""

import os
from collections.abc import Callable, Iterable, Mapping, Sequence
from difflib import get_close_matches
from pathlib import Path, PurePath, PureWindowsPath
from typing import Final

from ntbuild.pecoff.constants import IMAGE_ARCHIVE_START, IMAGE_ARCHIVE_THIN_START
from ntbuild.pecoff.errors import FormatError
from ntbuild.pecoff.machine import MACHINES, Machine, machine_named
from ntbuild.pelink.diagnostics import LinkError
from ntbuild.pelink.libraries.archive_writer import object_symbols, write_archive
from ntbuild.pelink.libraries.import_library import symbols_of_exportas, write_import_library
from ntbuild.pelink.libraries.module_definition import ModuleDefinition, read_def_bytes
from ntbuild.pelink.options import Export
from ntbuild.support.inputs import InputError, read_input
from ntbuild.support.paths import is_file
from ntbuild.support.text import decoded, printable
from ntbuild.support.values import dataclass, replace

__all__ = ["list_members", "run_lib"]


@dataclass(frozen=True, slots=True)
class _Request:
    """A parsed /lib command line."""

    out: str = ""
    def_file: str = ""
    name: str = ""
    machine: Machine | None = None
    libpath: tuple[str, ...] = ()
    mingw: bool = False
    kill_at: bool = False
    empty: bool = False
    thin: bool = False
    listing: bool = False
    inputs: tuple[str, ...] = ()


def run_lib(argv: Sequence[str], read: list[str] | None = None) -> tuple[str, bytes]:
    """The path to write and its bytes, for the words after ``/lib``; nothing is written here.

    Paths of files that were read are appended to ``read``, but for archives: as with lib.exe, the
    output may be an input with more members.

    Raises LinkError naming the option or file.
    """
    request = _parse(argv)
    files = [(name, _read(name, request)) for name in dict.fromkeys(request.inputs)]
    if read is not None:
        read += [request.def_file] if request.def_file else []
        read += [
            str(_found(name, request))
            for name, data in files
            if not data.startswith(IMAGE_ARCHIVE_START)
        ]
    if request.def_file:
        out = request.out or str(PurePath(request.def_file).with_suffix(".lib"))
        return out, _import_library(request, files, out)
    if not files and request.empty and request.out:
        return request.out, write_archive([], request.machine)
    if not files:
        raise LinkError.of("no input files", hint="give objects, or /def:FILE and /machine:NAME")
    out = request.out or str(PurePath(files[0][0]).with_suffix(".lib"))
    found = [(name, member) for name, data in files for member in _members(name, data)][::-1]
    members = [member for _, member in found]
    if request.thin:
        return out, _thin_archive(request, files, out)
    archives = {name for name, data in files if data.startswith(IMAGE_ARCHIVE_START)}
    places = [f"{file}({name})" if file in archives else file for file, (name, _) in found]
    return out, write_archive(members, request.machine, places)


def list_members(argv: Sequence[str]) -> str | None:
    """The members' names of the archives given, a line each; None when ``/list`` is not there.

    Raises LinkError naming the option or file.
    """
    request = _parse(argv)
    if not request.listing:
        return None
    files = [(name, _read(name, request)) for name in request.inputs]
    # Members are written in reverse order, and listed in the order in which they were given.
    members = [member for name, data in files for member, _ in [*_members(name, data)][::-1]]
    return "".join(f"{member}\n" for member in members)


# --- the command line ----------------------------------------------------------------------------


def _machine(request: _Request, value: str) -> _Request:
    machine = machine_named(value)
    if machine is None:
        raise LinkError.of(
            f"/machine:{value}: unknown machine", hint=f"known are {', '.join(MACHINES)}"
        )
    return replace(request, machine=machine)


def _libpath(request: _Request, value: str) -> _Request:
    return replace(request, libpath=(*request.libpath, value))


_WITH_VALUE: Final[dict[str, Callable[[_Request, str], _Request]]] = {
    "out": lambda request, value: replace(request, out=value),
    "def": lambda request, value: replace(request, def_file=value),
    "name": lambda request, value: replace(request, name=value),
    "machine": _machine,
    "libpath": _libpath,
    "ignore": lambda request, _value: request,
    "errorreport": lambda request, _value: request,
    "subsystem": lambda request, _value: request,
}
_FLAGS: Final[dict[str, Callable[[_Request], _Request]]] = {
    "lib": lambda request: request,
    "nologo": lambda request: request,
    "verbose": lambda request: request,
    "ltcg": lambda request: request,
    "nodefaultlib": lambda request: request,
    "list": lambda request: replace(request, listing=True),
    "llvmlibempty": lambda request: replace(request, empty=True),
    "llvmlibthin": lambda request: replace(request, thin=True),
    "wx": lambda request: request,
    # Flags are looked up as whole words, so this one has its value in its name.
    "wx:no": lambda request: request,
    "lldmingw": lambda request: replace(request, mingw=True),
    "kill-at": lambda request: replace(request, kill_at=True),
}


_NOT_SUPPORTED: Final = {
    "defarm64native": "hybrid images are not supported",
    "remove": "write the archive again without the member",
    "extract": "use ar or llvm-ar",
    "convert": "objects of other formats cannot be converted",
    "export": "/def:FILE lists exports",
    "include": "it is an option of the linker",
}
"""Options of lib.exe and llvm-lib that are an error, with what to do instead."""


def _parse(argv: Sequence[str]) -> _Request:
    request = _Request()
    for word in argv:
        if not _is_option(word):
            request = replace(request, inputs=(*request.inputs, word))
            continue
        name, _, value = word.lstrip("-/").partition(":")
        if flag := _FLAGS.get(word.lstrip("-/").lower()):
            request = flag(request)
        elif read := _WITH_VALUE.get(name.lower()):
            if not value:
                raise LinkError.of(f"{word}: expected a value after the colon")
            request = read(request, value)
        elif name.lower() in _NOT_SUPPORTED:
            raise LinkError.of(f"{word}: not supported", hint=_NOT_SUPPORTED[name.lower()])
        else:
            near = get_close_matches(name.lower(), (*_FLAGS, *_WITH_VALUE), n=1)
            raise LinkError.of(
                f"unknown option: {word}", hint=f"did you mean /{near[0]}?" if near else ""
            )
    return request


def _is_option(word: str) -> bool:
    """As pelink's own command line: ``-x``, or ``/x`` that is no path such as /src/a.obj."""
    name = word[1:].partition(":")[0].lower()
    if word.startswith("-"):
        return bool(name)
    return word.startswith("/") and (name in _WITH_VALUE or name in _FLAGS or "/" not in name)


# --- reading -------------------------------------------------------------------------------------


def _found(name: str, request: _Request) -> Path:
    """The file of an input: as given, or else in the first folder of /libpath that has it."""
    path = Path(name)
    if is_file(path) or path.is_absolute():
        return path
    return next((found for folder in request.libpath if is_file(found := Path(folder, name))), path)


def _read(name: str, request: _Request) -> bytes:
    try:
        return read_input(_found(name, request))
    except InputError as error:
        raise LinkError.of(f"could not open '{printable(name)}': {error.strerror}") from None


def _members(name: str, data: bytes) -> Iterable[tuple[str, bytes]]:
    """(name, bytes) of the file itself, or of each member of an archive. Raises LinkError."""
    if data.startswith(IMAGE_ARCHIVE_THIN_START):
        raise LinkError.of("a thin archive cannot be added to another archive", place=name)
    if not data.startswith(IMAGE_ARCHIVE_START):
        # The name goes into the archive, which must not depend on the folder it was made in.
        absolute = PurePath(name).is_absolute() or PureWindowsPath(name).is_absolute()
        yield (PureWindowsPath(name).name if absolute else name), data
        return
    from ntbuild.pecoff.archive import read_archive  # noqa: PLC0415 - it costs numpy

    try:
        archive = read_archive(memoryview(data), name, need_index=False)
        members = archive.members
    except FormatError as error:
        raise LinkError.of(str(error), hint=error.hint) from None
    for member in members:
        yield member.name, data[member.offset : member.offset + member.size]


def _thin_archive(request: _Request, files: Sequence[tuple[str, bytes]], out: str) -> bytes:
    """A thin archive of the files; relative paths are made relative to the archive's folder."""
    members = []
    for name, data in files[::-1]:
        if data.startswith((IMAGE_ARCHIVE_START, IMAGE_ARCHIVE_THIN_START)):
            raise LinkError.of("an archive cannot be a member of a thin archive", place=name)
        path = name if PurePath(name).is_absolute() else os.path.relpath(name, Path(out).parent)
        members.append((path.replace(os.sep, "/"), data))
    places = [name for name, _ in files[::-1]]
    return write_archive(members, request.machine, places, thin=True)


# --- import libraries ----------------------------------------------------------------------------


def _import_library(request: _Request, files: Sequence[tuple[str, bytes]], out: str) -> bytes:
    if request.machine is None:
        raise LinkError.of("/def needs a machine", hint="add /machine:x64, x86, arm64 or arm")
    definition = read_def_bytes(_read(request.def_file, request), request.def_file, request.machine)
    if request.name or not definition.name:
        definition = replace(definition, name=request.name or PurePath(out).stem)
    symbols = dict(_decorated(definition, files)) if request.machine.symbol_prefix else {}
    symbols |= symbols_of_exportas(definition.exports, request.machine)
    return write_import_library(
        definition,
        request.machine,
        mingw=request.mingw,
        kill_at=request.kill_at,
        symbols=symbols,
    )


def _decorated(
    definition: ModuleDefinition, files: Sequence[tuple[str, bytes]]
) -> Mapping[str, str]:
    """For x86 exports without decoration: the symbol that importers reference, ``_Open@4``."""
    by_name: dict[str, str] = {}
    for name, data in files:
        for member, content in _members(name, data):
            try:
                _machine_number, symbols = object_symbols(
                    content, name if content is data else f"{name}({member})"
                )
            except FormatError as error:
                raise LinkError.of(str(error), hint=error.hint) from None
            for raw in symbols:
                symbol = decoded(raw)
                # stdcall ``_Open@4`` and fastcall ``@Open@4`` are both the function Open.
                if symbol[:1] in ("_", "@") and "@" in symbol[1:]:
                    by_name.setdefault(symbol[1:].partition("@")[0], symbol)
    found = {}
    for export in definition.exports:
        symbol = by_name.get(_target(export), "")
        if symbol and "@" not in export.name:
            found[export.name] = f"{symbol[0]}{export.name}@{symbol.rpartition('@')[2]}"
    return found


def _target(export: Export) -> str:
    return export.name if export.target is None else export.target.partition("@")[0]
