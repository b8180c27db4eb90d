"""The export list of a system module, as .def text, for one machine.

The ziglang wheel carries mingw-w64's lists (read in place, never copied). An overlay, a .def file
in a layer folder of ``toolchains/defs``, corrects one of them. The lists differ per machine, which
is documented nowhere: the wheel has none for arm64 and uses x64's there, which names functions
that arm64 kernels do not export. So an overlay both adds names and removes them.

The layers of a machine are read from general to special: ``all``, then ``32bit`` or ``64bit``,
then the machine's own. On top of plain .def syntax:

- ``Name@12`` may stand in any layer: the argument size counts on x86 and is dropped elsewhere.
- ``Name@?`` is a function whose x86 size is not known: x86 does without it.
- ``REMOVED`` starts a list of names that the lists read so far have and the machine has not.

    LIBRARY "ntoskrnl.exe"       toolchains/defs/arm64/ntoskrnl.def
    EXPORTS
    KfLowerIrql                  added, or in place of an entry of the same undecorated name
    REMOVED
    KeLowerIrql                  x64's list has it, arm64's kernel does not
"""

from __future__ import annotations

import re
from pathlib import Path

from ntbuild.support.values import dataclass, field

from .search import in_package

KERNEL_LIBRARIES = (".sys", "ntoskrnl.exe", "hal.dll", "bootvid.dll", "kdcom.dll", "ci.dll")
"""Ends of the file names of modules that drivers import from."""

# Where the wheel keeps each machine's lists, the more special folder first.
_WHEEL = "lib/libc/mingw"
_WHEEL_FOLDERS = {
    "x64": ("lib64", "lib-common"),
    "x86": ("lib32", "lib-common"),
    "arm64": ("lib64", "lib-common"),
    "arm": ("libarm32", "lib-common"),
}
_LAYERS = {
    "x64": ("all", "64bit", "x64"),
    "x86": ("all", "32bit", "x86"),
    "arm64": ("all", "64bit", "arm64"),
    "arm": ("all", "32bit", "arm"),
}
_UNKNOWN_SIZE = "@?"
# An entry: the name, with or without quotes, then qualifiers (DATA, an ordinal, == alias).
_ENTRY = re.compile(r'\s*(?:"([^"]+)"|([^\s=;]+))\s*([^;]*?)\s*(?:;.*)?$')
_DECORATION = re.compile(r"@?([^@]+)(@(?:\d+|\?))?$")


class DefinitionError(Exception):
    """No such module, or an overlay that is wrong; the text is one line."""


@dataclass(slots=True)
class _Module:
    """A list under construction.

    `exports` maps the undecorated name to the name as written (``Name@12``) and its qualifiers
    (``DATA``, ``@7``), in the order of the lists: the order of the import library's members.
    """

    library: str = ""
    exports: dict[str, tuple[str, str]] = field(default_factory=dict)


def import_definition(name: str, machine: str, overlays: Path) -> str:
    """The .def text of module `name` (``ntoskrnl``, ``fltmgr`` ...) on `machine`.

    `overlays` is the folder ``toolchains/defs``. Names are as mingw-w64 writes them: on x86
    ``Name@12`` is stdcall and ``@Name@8`` fastcall, both exported undecorated. Raises
    DefinitionError when neither the wheel nor the overlays know the module.
    """
    module = _Module()
    base = _wheel_file(name, machine)
    found = base is not None
    if base is not None:
        _merge(module, _wheel_text(base, machine), machine, base.name)
    found |= _merge_overlays(module, name, machine, overlays)
    if not found:
        raise DefinitionError(_no_such_module(name, machine, overlays))
    return _write(module, name)


def overlay_definition(name: str, machine: str, overlays: Path) -> str | None:
    """Only what the overlays add to module `name`; None when that is nothing.

    For a toolchain with import libraries of its own (gcc): those lack the same names as the wheel's
    lists. Raises DefinitionError when an overlay is wrong.
    """
    module = _Module()
    _merge_overlays(module, name, machine, overlays)
    return _write(module, name) if module.exports else None


def definition_files(name: str, machine: str, overlays: Path) -> tuple[Path, ...]:
    """The files that `import_definition` reads, which are dependencies of a build."""
    base = _wheel_file(name, machine)
    return (*(() if base is None else (base,)), *overlay_files(name, machine, overlays))


def list_files(machine: str, overlays: Path) -> tuple[Path, ...]:
    """Every file with an export list for `machine`, the wheel's and the overlays', by name."""
    folders = [in_package("ziglang", f"{_WHEEL}/{each}") for each in _WHEEL_FOLDERS[machine]]
    folders += [overlays / layer for layer in _LAYERS[machine]]
    found = (path for each in folders if each is not None for path in each.glob("*.def*"))
    return tuple(sorted(found, key=lambda path: path.name))


def overlay_files(name: str, machine: str, overlays: Path) -> tuple[Path, ...]:
    """The overlays of module `name` for `machine` that exist; a later one overrides."""
    candidates = (overlays / layer / f"{name}.def" for layer in _LAYERS[machine])
    return tuple(path for path in candidates if path.is_file())


def _wheel_file(name: str, machine: str) -> Path | None:
    for folder in _WHEEL_FOLDERS[machine]:
        for suffix in (".def", ".def.in"):
            path = in_package("ziglang", f"{_WHEEL}/{folder}/{name}{suffix}")
            if path is not None and path.is_file():
                return path
    return None


def _wheel_text(path: Path, machine: str) -> str:
    text = path.read_text(encoding="utf-8", errors="replace")
    if path.suffix != ".in":
        return text
    from .preprocess import preprocess  # noqa: PLC0415 - not for a null build

    try:
        return preprocess(text, machine, (path.parent, path.parent.parent / "def-include"))
    except FileNotFoundError as error:
        raise DefinitionError(f"{path.name}: {error}") from None


def _merge_overlays(module: _Module, name: str, machine: str, overlays: Path) -> bool:
    files = overlay_files(name, machine, overlays)
    for path in files:
        place = f"{path.parent.name}/{path.name}"
        try:
            text = path.read_text(encoding="utf-8")
        except UnicodeDecodeError as error:
            raise DefinitionError(f"{place}: offset {error.start}: not UTF-8 text") from None
        _merge(module, text, machine, place)
    return bool(files)


def _merge(module: _Module, text: str, machine: str, place: str) -> None:
    """Apply one .def text; a later entry replaces an earlier one of the same undecorated name.

    `place` names the file in the message of a DefinitionError.
    """
    state = ""
    for number, line in enumerate(text.splitlines(), 1):
        match = _ENTRY.match(line)
        if match is None or line.lstrip().startswith(";"):
            continue
        word, rest = match[1] or match[2], match[3]
        if match[1] is None and word in ("LIBRARY", "NAME"):
            module.library = rest.strip('"') or module.library
        elif match[1] is None and word in ("EXPORTS", "REMOVED"):
            state = word
        elif not state:
            raise DefinitionError(f"{place}: line {number}: {word}: an export before EXPORTS")
        else:
            _apply(module, state, word, rest, machine)


def _apply(module: _Module, state: str, word: str, rest: str, machine: str) -> None:
    parts = _DECORATION.match(word)
    # What is no C decoration, such as a C++ name, is kept as it is.
    bare = parts[1] if parts else word
    if state == "REMOVED":
        module.exports.pop(bare, None)
    elif machine != "x86":
        module.exports[bare] = (bare, rest)
    elif not word.endswith(_UNKNOWN_SIZE):
        module.exports[bare] = (word, rest)


def _write(module: _Module, name: str) -> str:
    library = module.library or f"{name}.sys"
    lines = [f'LIBRARY "{library}"', "EXPORTS"]
    lines += [f"{word} {rest}".rstrip() for word, rest in module.exports.values()]
    return "\n".join(lines) + "\n"


def _no_such_module(name: str, machine: str, overlays: Path) -> str:
    from difflib import get_close_matches  # noqa: PLC0415 - only an error needs it

    known = {path.stem for layer in _LAYERS[machine] for path in (overlays / layer).glob("*.def")}
    for folder in _WHEEL_FOLDERS[machine]:
        path = in_package("ziglang", f"{_WHEEL}/{folder}")
        if path is not None:
            known |= {file.name.split(".")[0] for file in path.glob("*.def*")}
    # Libraries that come as sources are named in the same way.
    known |= {path.name for path in (overlays.parent / "libraries").glob("*") if path.is_dir()}
    near = get_close_matches(name, sorted(known), n=1)
    hint = f"; did you mean {near[0]!r}?" if near else ""
    return f"no export list of {name!r} for {machine}{hint}"
