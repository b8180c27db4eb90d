r"""``sources`` files of the WDK's old build tool (build.exe), which came before Visual Studio.

    TARGETNAME=vioser
    TARGETTYPE=DRIVER
    KMDF_VERSION_MAJOR=1
    INCLUDES=..\..\VirtIO
    C_DEFINES=$(C_DEFINES) -DEVENT_TRACING
    SOURCES=Driver.c \
            vioser.rc

Read are assignments with ``$(NAME)``, continued lines, comments, ``RUN_WPP``, and ``!IF``,
``!ELSEIF``, ``!ELSE`` whose conditions compare texts or numbers; ``!INCLUDE`` is by hand. A macro
that is not known and that no other one uses is said to be left out. A library in TARGETLIBS that a
``sources`` file in a folder beside it makes comes with it.

Source: Microsoft "Writing a Sources File" (Windows 7 WDK).
"""

import posixpath
import re
from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from typing import Final

from ntbuild.msbuild.elements import ProjectFileError
from ntbuild.msbuild.files import Files, slashed
from ntbuild.support.inputs import InputError, read_text
from ntbuild.support.text import printable
from ntbuild.support.values import replace

from .cells import Cell, Imported
from .compiled_sources import cxx_runtime_of
from .compiler_options import options_of_text
from .description import Description, WppSettings
from .link_lines import module_of
from .packages import Inf, infs_beside
from .solutions import Import

_LARGEST: Final = 1 << 20
_METHODS: Final = {
    "DRIVER": "Driver",
    "DRIVER_LIBRARY": "DriverLibrary",
    "LIBRARY": "DriverLibrary",
    "EXPORT_DRIVER": "Driver",
    "MINIPORT": "Driver",
}
_ASSIGNMENT: Final = re.compile(r"\s*([A-Za-z_]\w*)\s*=\s*(.*)")
_REFERENCE: Final = re.compile(r"\$\((\w+)\)")
_CONDITION: Final = re.compile(r'\s*"?([^"=!<>]*?)"?\s*(==|!=|<=|>=|<|>)\s*"?([^"=!<>]*?)"?\s*')
_ELSE: Final = re.compile(r"ELSE\s*", re.IGNORECASE)
"""What stands before the condition of ``!ELSEIF`` and ``!ELSE IF``."""

_KIT: Final = re.compile(
    r"\$\((DDK|SDK|IFSKIT|CRT|WDM|KMDF|WDF|_NT_TARGET_VERSION_)\w*\)", re.IGNORECASE
)
"""Macros of the kit, whose values are not known here."""

_MODELS: Final = {"storport": "storport", "fltmgr": "minifilter", "ndis": "ndis"}
_MACHINES: Final = {
    "x64": {"AMD64": "1", "_BUILDARCH": "amd64"},
    "x86": {"386": "1", "_BUILDARCH": "x86"},
}
"""What build.exe defines for each machine of ours that it knew."""

_NEWEST: Final = {"_NT_TARGET_VERSION": "0x0A00"}
"""The Windows that a driver is for, where its file does not say it."""

_HARDEN: Final = (("cookie", "the project sets BUFFER_OVERFLOW_CHECKS to 0"),)

_OF_MACHINE: Final = {"x64": "AMD64_SOURCES", "x86": "I386_SOURCES"}
"""Further sources, by machine."""

_READ: Final = frozenset(
    {"TARGETNAME", "TARGETTYPE", "SOURCES", "INCLUDES", "C_DEFINES", "USER_C_FLAGS", "TARGETLIBS"}
    | {"KMDF_VERSION", "KMDF_VERSION_MAJOR", "KMDF_VERSION_MINOR", "RUN_WPP", "UMTYPE"}
    | {"BUFFER_OVERFLOW_CHECKS", "LINKER_FLAGS", *_OF_MACHINE.values()}
    | {name for macros in _MACHINES.values() for name in macros}
)
_MEANS_NOTHING: Final = frozenset(
    {"TARGETPATH", "TARGETEXT", "MAJORCOMP", "MINORCOMP", "DRIVERTYPE", "INCLUDE", "USE_MAPSYM"}
    | {"PRECOMPILED_INCLUDE", "PRECOMPILED_PCH", "PRECOMPILED_OBJ", "PRECOMPILED_CXX"}
    | {"BROWSER_INFO", "MSC_OPTIMIZATION", "MSC_WARNING_LEVEL", "USECXX_FLAG"}
)
"""Where files go, how fast is compiled, and what a flavor decides."""

_EVERY_DRIVER: Final = frozenset({"ntoskrnl", "hal", "wdm", "bufferoverflowk"})


def import_sources(path: str, files: Files) -> Import:
    """What a ``sources`` file builds, with the libraries it links of folders beside it.

    Raises ProjectFileError.
    """
    folder = posixpath.dirname(path)
    others = {
        found: macros
        for each in files.matching(posixpath.dirname(folder), "*/sources")
        if (found := each) != path and (macros := _macros(_text(each), []))
    }
    names = {macros.get("TARGETNAME", "").lower(): each for each, macros in others.items()}
    main = _imported(path, files, names)
    libraries = [_imported(each, files, {}) for each in main.first.libraries]
    return Import((*libraries, main), (), ())


def _text(path: str) -> str:
    try:
        return read_text(path, _LARGEST)
    except InputError as error:
        raise ProjectFileError(str(error)) from None


def _imported(path: str, files: Files, libraries: Mapping[str, str]) -> Imported:
    macros = _macros(_text(path), [])
    kind = macros.get("TARGETTYPE", "").upper()
    if kind not in _METHODS or (kind == "LIBRARY" and "UMTYPE" in macros):
        shown = printable(kind) or "nothing"
        raise ProjectFileError(f"{path}:1: TARGETTYPE is {shown}: it makes nothing for the kernel")
    text = _text(path)
    helpers = {name.upper() for name in _REFERENCE.findall(text)}
    cells: dict[Cell, Description] = {}
    for machine in _MACHINES:
        own: list[str] = []
        macros = _macros(text, own, machine)
        one = _description(path, macros, files, own, _METHODS[kind], libraries)
        infs = infs_beside(posixpath.dirname(path), one.name, files)
        one = replace(one, infs=infs, left_out=_left_out(macros, helpers, infs))
        cells |= {(machine, flavor): one for flavor in ("release", "debug")}
    return Imported(path, cells, ())


def _macros(text: str, by_hand: list[str], machine: str = "x64") -> dict[str, str]:
    """The values of macros after the last line, for a machine."""
    macros: dict[str, str] = {**_NEWEST, **_MACHINES[machine]}
    taken = [True]  # of each !IF that is open: whether its lines count
    tried = [True]  # and whether a branch of it did
    lines = re.sub(r"\\[ \t]*\r?\n", " ", text).splitlines()
    for line in lines:
        word = line.split("#")[0].strip()
        directive = word[1:].strip().upper() if word.startswith("!") else ""
        if directive.startswith("IF"):
            taken.append(taken[-1] and _holds(word[1:].strip(), macros, by_hand))
            tried.append(taken[-1])
        elif directive.startswith("ELSE") and len(taken) > 1:
            condition = _ELSE.sub("", word[1:].strip())
            waits = taken[-2] and not tried[-1]
            taken[-1] = waits and (not condition or _holds(condition, macros, by_hand))
            tried[-1] = tried[-1] or taken[-1]
        elif directive.startswith("ENDIF") and len(taken) > 1:
            taken.pop()
            tried.pop()
        elif directive and taken[-1]:
            by_hand.append(f"{printable(word)}: not read")
        elif taken[-1] and (match := _ASSIGNMENT.fullmatch(word)):
            macros[match[1].upper()] = _expanded(match[2], macros).strip()
    return macros


def _expanded(text: str, macros: dict[str, str]) -> str:
    """A text with its macros' values; names of the kit stay as they are."""
    return _REFERENCE.sub(
        lambda match: match[0] if _KIT.match(match[0]) else macros.get(match[1].upper(), ""), text
    )


def _holds(condition: str, macros: dict[str, str], by_hand: list[str]) -> bool:
    """Whether ``IF text`` is true; what is not understood is by hand and false."""
    word, _, rest = condition.partition(" ")
    if word.upper() in {"IFDEF", "IFNDEF"}:
        return (rest.strip().upper() in macros) is (word.upper() == "IFDEF")
    if defined := re.fullmatch(r"\s*(!?)\s*DEFINED\s*\((\w+)\)\s*", rest, re.IGNORECASE):
        return (defined[2].upper() in macros) is not bool(defined[1])
    if re.fullmatch(r"\s*\d+\s*", text := _expanded(rest, macros)):
        return int(text) != 0
    match = _CONDITION.fullmatch(text)
    if match is None:
        by_hand.append(f"condition '{printable(condition)}': not understood, taken for false")
        return False
    left, sign, right = match.groups()
    equal = left.strip().lower() == right.strip().lower()
    if sign in {"==", "!="}:
        return equal is (sign == "==")
    try:
        first, second = int(left, 0), int(right, 0)
    except ValueError:
        by_hand.append(f"condition '{printable(condition)}': not two numbers, taken for false")
        return False
    return {"<": first < second, ">": first > second}.get(sign[0], False) or (
        len(sign) > 1 and first == second
    )


def _description(
    path: str,
    macros: dict[str, str],
    files: Files,
    by_hand: list[str],
    method: str,
    libraries: Mapping[str, str],
) -> Description:
    folder = posixpath.dirname(path)
    sources: list[str] = []
    machine = next(each for each, own in _MACHINES.items() if own.items() <= macros.items())
    names = [*macros.get("SOURCES", "").split(), *macros.get(_OF_MACHINE[machine], "").split()]
    for name in names:
        found = files.find(folder, name)
        if found is None:
            by_hand.append(f"source {printable(name)}: no such file; is it generated?")
        else:
            sources.append(found)
    options = options_of_text(f"{macros.get('C_DEFINES')} {macros.get('USER_C_FLAGS')}", by_hand)
    includes = [
        found
        for name in (*re.split(r"[;\s]+", macros.get("INCLUDES", "")), *options.include_dirs)
        if name and not _KIT.match(name) and (found := files.find(folder, name))
    ]
    flags = macros.get("LINKER_FLAGS", "").split()
    by_hand += [f"LINKER_FLAGS: {printable(e)}" for e in flags if not e.lower().endswith(".lib")]
    linked = [*macros.get("TARGETLIBS", "").split(), *flags]
    names = [
        posixpath.basename(slashed(name)).lower().removesuffix(".lib")
        for name in linked
        if name.lower().endswith(".lib") and not name.startswith("#")
    ]
    is_kmdf = "KMDF_VERSION_MAJOR" in macros or "KMDF_VERSION" in macros
    minor = macros.get("KMDF_VERSION_MINOR", "")
    of_library = next((_MODELS[each] for each in names if each in _MODELS), "wdm")
    model = "kmdf" if is_kmdf else of_library
    implied = [each for each, brings in _MODELS.items() if brings == model]
    known = {*_EVERY_DRIVER, *implied, *libraries}
    modules = [module_of(each, by_hand) for each in names if each not in known]
    return Description(
        macros.get("TARGETNAME", posixpath.basename(folder)),
        method,
        model=model,
        kmdf=f"{macros.get('KMDF_VERSION_MAJOR', '1')}.{minor}" if is_kmdf and minor else "",
        sources=tuple(sources),
        libraries=tuple(libraries[each] for each in dict.fromkeys(names) if each in libraries),
        include_dirs=tuple(dict.fromkeys(includes)),
        cxx_runtime=cxx_runtime_of(sources),
        forced_includes=options.forced_includes,
        defines=options.defines,
        cflags=options.cflags,
        cxxflags=options.cxxflags,
        import_libraries=tuple(dict.fromkeys(filter(None, modules))),
        wpp=_wpp(macros.get("RUN_WPP", ""), folder, files),
        harden=_HARDEN if macros.get("BUFFER_OVERFLOW_CHECKS") == "0" else (),
        by_hand=tuple(by_hand),
    )


def _left_out(
    macros: Mapping[str, str], helpers: AbstractSet[str], infs: Sequence[Inf]
) -> tuple[str, ...]:
    """The macros that nothing reads, neither here nor in another macro, and INF files."""
    unread = sorted(macros.keys() - _READ - _MEANS_NOTHING - helpers)
    said = [name for name in unread if macros[name] and macros[name] != _NEWEST.get(name)]
    lines = [f"{name}={printable(macros[name])}" for name in said]
    names = [posixpath.basename(path) for path, _ in infs]
    lines += [f"INF {printable(each)}: its package is a comment below the driver" for each in names]
    return tuple(lines)


def _wpp(text: str, folder: str, files: Files) -> WppSettings | None:
    if not text:
        return None
    scans = re.findall(r"-scan:(\S+)", text, re.IGNORECASE)
    functions = re.findall(r"-func:(\S+)", text, re.IGNORECASE)
    paths = [found for name in scans if (found := files.find(folder, name))]
    return WppSettings(tuple(paths), tuple(functions))
