"""What to do about an undefined symbol: import it from a module, or use what kernel code has.

This runs when a link has failed. The lists of all modules are searched as text (a few MB, some
0.1 s for all names together) instead of parsed; names in conditions of a ``.def.in`` file are found
there too.

    undefined symbol: BCryptHash           exported by cng: import_libraries=["cng"]
    undefined symbol: FltRegisterFilter    exported by fltmgr: model="minifilter"
    undefined symbol: printf               kernel code has no C library; use DbgPrint
    undefined symbol: MessageBoxA          a function of user32.dll, for programs, not for drivers

Limits: a name that several modules export is given with the first by name, kernel modules first.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Final

from ntbuild.compilers.definitions import KERNEL_LIBRARIES, list_files
from ntbuild.compilers.models import find_model, known_models

_OFFERED: Final = ("ntoskrnl", "hal")
_LIBRARY: Final = re.compile(rb'^\s*(?:LIBRARY|NAME)\s+"?([\w.-]+)', re.MULTILINE | re.IGNORECASE)
# As a linker names it: __imp_ for the import's slot, on x86 with _ or @ before and @12 after.
_DECORATED: Final = re.compile(r"(?:__imp_)?(.*?)(?:@\d+)?$")

_NO_LIBRARY: Final = "kernel code has no C library"
_POOL: Final = "ExAllocatePool2 and ExFreePool are what kernel code has"
_RUNTIME: Final = 'cxx_runtime="driver"'
_OPERATORS: Final = f"{_RUNTIME} has the operators new and delete; or define your own"
_DESTRUCTOR: Final = (
    f"of an object with a destructor that is static: {_RUNTIME} runs it, or make it in DriverEntry"
)
_EXCEPTIONS: Final = "C++ exceptions, which kernel code cannot have: compile with -fno-exceptions"
_INSTEAD: Final[Mapping[str, str]] = {
    **dict.fromkeys(("printf", "puts", "putchar", "fprintf", "vprintf", "__mingw_printf"),
                    f"{_NO_LIBRARY}; DbgPrint and DbgPrintEx print to the debugger"),
    **dict.fromkeys(("malloc", "calloc", "realloc", "free", "_aligned_malloc", "_aligned_free"),
                    f"{_NO_LIBRARY}; {_POOL}"),
    **dict.fromkeys(("atexit", "__cxa_atexit", "__dso_handle"), _DESTRUCTOR),
    **dict.fromkeys(("__cxa_guard_acquire", "__cxa_guard_release"),
                    f"a function's static object that threads may reach first: {_RUNTIME}"),
    **dict.fromkeys(("_Init_thread_header", "_Init_thread_footer", "_Init_thread_epoch",
                     "_tls_index", "_tls_array"),
                    "a function's static object behind cl's lock, which needs thread local storage "
                    "and kernel code has none: compile with -fno-threadsafe-statics"),
    **dict.fromkeys(("__cxa_throw", "__gxx_personality_seh0", "__gxx_personality_v0",
                     "_Unwind_Resume", "_CxxThrowException", "__CxxFrameHandler3"), _EXCEPTIONS),
    **dict.fromkeys(("exit", "abort", "_exit"), f"{_NO_LIBRARY}; KeBugCheckEx stops the machine"),
    **dict.fromkeys(("time", "clock", "sleep", "_sleep"),
                    f"{_NO_LIBRARY}; KeQuerySystemTimePrecise and KeDelayExecutionThread"),
    "main": "a driver starts at DriverEntry",
    "WinMain": "a driver starts at DriverEntry",
}  # fmt: skip
"""What C and C++ sources call and no kernel module exports, with what to do."""

# Operators new, new[], delete and delete[] as g++, cl.exe and a demangler write them.
_OPERATOR: Final = re.compile(
    r"_*Z(nw|na|dl|da)|\?\?(2|_U|3|_V)@|(operator (?:new|delete)(?:\[\])?)"
)
_OPERATOR_NAMES: Final = {
    **dict.fromkeys(("nw", "2"), "operator new"),
    **dict.fromkeys(("na", "_U"), "operator new[]"),
    **dict.fromkeys(("dl", "3"), "operator delete"),
    **dict.fromkeys(("da", "_V"), "operator delete[]"),
}
_GUID: Final = re.compile(r"(?:GUID|IID|CLSID)_\w+$|\w+_GUID$")
_INITGUID: Final = "#include <initguid.h> before the header that declares it"
_OWN_LIBRARIES: Final = frozenset({"rust"})
"""Libraries that nobody names: a driver has what it needs of them."""
_SORT: Final = "__sort"
_API_SETS: Final = ("api-ms-", "ext-ms-")
"""Lists that repeat what a DLL's own list has."""


def hints(symbols: Iterable[str], machine: str, overlays: Path) -> dict[str, str]:
    """A hint for each symbol that has one; `symbols` are named as the linker names them.

    `overlays` is the folder ``toolchains/defs``.
    """
    bare = {each: _undecorated(each, machine) for each in symbols}
    found = {each: hint for each, name in bare.items() if (hint := instead_of(name))}
    sources = overlays.parent / "libraries"
    for each, name in bare.items():
        if each not in found and name and (hint := _of_library(name, sources)):
            found[each] = hint
    others = {each: name for each, name in bare.items() if each not in found}
    modules = _modules_of({name for name in others.values() if name}, machine, overlays)
    return found | {each: modules[name] for each, name in others.items() if name in modules}


def _models_of_modules(toolchains: Path) -> dict[str, str]:
    """The model that a driver of a module's interface has, by the module."""
    models = [find_model(name, toolchains) for name in known_models(toolchains)]
    return {each.modules[0]: each.name for each in models if each.modules}


def _undecorated(symbol: str, machine: str) -> str:
    match = _DECORATED.match(symbol)
    name = match[1] if match else symbol
    return name[1:] if machine == "x86" and name[:1] in ("_", "@") else name


def instead_of(name: str) -> str:
    """What kernel code has in the place of a function, or what it needs; empty for most names."""
    if _SORT in name:
        return "std::sort of a plain array needs libc++: give it a comparison of your own"
    operator = _OPERATOR.match(name)
    if operator:
        known = _OPERATOR_NAMES.get(operator[1] or operator[2]) or operator[3]
        return f"it is {known}: {_OPERATORS}"
    return _INSTEAD.get(name, "")


def _of_library(name: str, folder: Path) -> str:
    """A hint for a function of a library that comes as sources, and for a GUID."""
    if _GUID.match(name):
        return f'a GUID: {_INITGUID}, or import_libraries=["uuid"] for one of Windows'
    # IoCreateDeviceSecure is a macro for WdmlibIoCreateDeviceSecure.
    word = rb"(?:Wdmlib)?" + re.escape(name.encode())
    function = re.compile(rb"^\w[\w \t*]*\b" + word + rb"\(", re.MULTILINE)
    for path in sorted(folder.glob("*/*.c")):
        if path.parent.name not in _OWN_LIBRARIES and function.search(path.read_bytes()):
            library = path.parent.name
            return f'in the library {library}: import_libraries=["{library}"]'
    return ""


def _modules_of(names: set[str], machine: str, overlays: Path) -> dict[str, str]:
    """Hints for names that the lists of modules have."""
    if not names:
        return {}
    words = b"|".join(re.escape(name.encode()) for name in sorted(names))
    # An entry: Name, Name@12, @Name@8, "Name", or F_X64(Name) in a list for several machines.
    pattern = re.compile(rb'^[ \t]*(?:\w+\()?["@]?(' + words + rb")(?![\w?$])", re.MULTILINE)
    kernel: dict[str, str] = {}
    programs: dict[str, str] = {}
    models = _models_of_modules(overlays.parent)
    for path in list_files(machine, overlays):
        if path.name.startswith(_API_SETS):
            continue
        content = path.read_bytes()
        hits = {hit.decode() for hit in pattern.findall(content)}
        if not hits:
            continue
        module = path.name.split(".")[0]
        library = _LIBRARY.search(content)
        if library is None and not path.is_relative_to(overlays):
            continue  # a part that other lists include
        file_name = library[1].decode().lower() if library else f"{module}.sys"
        if not file_name.endswith(KERNEL_LIBRARIES):
            hint = f"a function of {file_name}, for programs: drivers cannot call it"
            programs.update({hit: hint for hit in hits if hit not in programs})
        elif module not in _OFFERED:
            ways = [f'model="{models[module]}"'] if module in models else []
            ways.append(f'import_libraries=["{module}"]')
            hint = f"exported by {module}: {', or '.join(ways)}"
            kernel.update({hit: hint for hit in hits if hit not in kernel})
    return programs | kernel
