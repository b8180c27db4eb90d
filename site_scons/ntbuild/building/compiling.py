"""From the keywords that say how sources are compiled to one `Compilation`.

``dialect=``, ``model=``, ``windows=`` and their like decide together: a model may demand a dialect,
a dialect calls by stdcall on x86, a framework adds headers. What comes out is the same value for
all drivers that are declared alike, so a build computes flags once for them.
"""

import functools
import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

from ntbuild.compilers.compilation import DIALECTS, HARDENED, Compilation
from ntbuild.support.values import dataclass, field, replace
from ntbuild.tracing.modes import TracingError

from .entry import CXX_RUNTIME, Stage
from .hardening import (
    COOKIE,
    PARTS,
    HardeningError,
    compiled_parts,
    hardening,
    left_out,
    link_options,
)
from .keywords import Keywords
from .wpp import Wpp, checked_wpp

if TYPE_CHECKING:
    from ntbuild.compilers.kits.kit import Kit
    from ntbuild.compilers.kmdf import Framework
    from ntbuild.compilers.models import Model
    from ntbuild.compilers.windows import WindowsVersion


class CompilingError(Exception):
    """A keyword about compiling is wrong; the text is one line without the place of the call."""


@dataclass(frozen=True, slots=True)
class Compiling:
    """How a driver or a library is compiled: `model`, None for the plain one, and `compilation`.

    ``link``: link options that follow; a keyword of the driver overrides them. ``wpp``: how trace
    headers are made. ``kit``: the Windows kit of ``kit=``. ``kmdf``: the version of KMDF, or empty.
    ``notes``: what was asked for and cannot be had, a line each.
    """

    model: "Model | None" = None
    compilation: Compilation = HARDENED
    link: Mapping[str, Any] = field(default_factory=dict)
    wpp: Wpp | None = None
    kit: "Kit | None" = None
    kmdf: str = ""
    notes: tuple[str, ...] = ()

    @property
    def stages(self) -> tuple[Stage, ...]:
        """What runs before the driver's own entry point."""
        cxx = (CXX_RUNTIME,) if self.compilation.has_cxx_headers else ()
        return (COOKIE, *cxx) if "cookie" in self.compilation.hardening else cxx

    @property
    def imports_constants(self) -> bool:
        """Whether sources may name data of the kernel without dllimport, as cl's do.

        The name is then that of the import slot, a pointer to the data, which a list of CONSTANT
        exports offers as well as ``__imp_`` and the name. In the gnu dialect the bare name is an
        error: there it would be the data itself, which no linker can give.
        """
        return self.compilation.dialect == "msvc"


_HERE: Final = Path()
"""The working folder."""
DECIDING: Final = frozenset(
    {
        *("dialect", "model", "windows", "stdcall", "kmdf", "wdf", "wpp", "kit", "harden"),
        "cxx_runtime",
    }
)
"""Keywords from which a `Compilation` is made."""

_OWN_POOL: Final = "POOL_NX_OPTIN"
"""What a driver defines that calls ExInitializeDriverRuntime: POOL_NX_OPTIN_AUTO excludes it."""

_KMDF: Final = re.compile(r"1\.\d{1,2}", re.ASCII)


@functools.cache
def _usual(machine: str, *, has_guard: bool) -> Compiling:
    """What a driver without any keyword of `DECIDING` has."""
    return Compiling(link=link_options(PARTS, machine, has_guard=has_guard))


def compiling_of(
    keywords: Keywords,
    given: Mapping[str, Any],
    machine: str,
    *,
    has_guard: bool = True,
    folder: Path = _HERE,
) -> Compiling:
    """How the driver of some keywords is compiled for a machine. Raises CompilingError.

    ``given``: the keywords that the SConscript names. ``has_guard``: the compiler can make guarded
    code. ``folder``: the project's, in which ``kit="auto"`` looks first.
    """
    if not DECIDING & given.keys():
        return _usual(machine, has_guard=has_guard)
    _check(keywords)
    wpp = _wpp(keywords)
    model = _model(keywords)
    kit = _kit(keywords, folder)
    framework = _framework(keywords, model)
    dialect = keywords.dialect or (model.dialect if model else "") or ("msvc" if kit else "gnu")
    if kit and dialect != "msvc":
        raise CompilingError(f"dialect: {dialect!r}: a kit's headers are for dialect 'msvc'")
    demanded = bool(model and model.stdcall) or bool(framework and framework.foreign)
    by_default = dialect == "msvc" or demanded
    stdcall = by_default if keywords.stdcall is None else keywords.stdcall
    numbers = framework.numbers() if framework else {}
    version = framework.version if framework else ""
    parts, windows = _hardening(keywords), _windows(keywords)
    oldest = windows.subsystem if windows else None
    compilation = Compilation(
        dialect=dialect,
        convention="stdcall" if stdcall and machine == "x86" else "cdecl",
        defines=(
            *_windows_defines(windows, keywords, dialect),
            *(each.format(**numbers) for each in (model.defines if model else ())),
        ),
        headers=(
            *_tracing_headers(wpp),
            *(map(str, model.headers) if model else ()),
            *(framework.headers if framework else ()),
        ),
        forced_includes=model.forced_includes if model else (),
        state=framework.state if framework else "",
        has_cxx_headers=keywords.cxx_runtime is not None,
        hardening=_compiled(parts, oldest, keywords),
    )
    if kit:
        kept = (*_tracing_headers(wpp), *(framework.headers if framework else ()))
        compilation = _with_kit(compilation, kit, version, model, kept)
    link = {
        **_link(windows, model, compilation, machine),
        **link_options(parts, machine, has_guard=has_guard),
    }
    notes = tuple(left_out(keywords.harden, machine, oldest, has_guard=has_guard))
    return Compiling(model, compilation, link, wpp, kit, version, notes)


def _compiled(
    parts: tuple[str, ...], oldest: tuple[int, int] | None, keywords: Keywords
) -> tuple[str, ...]:
    """The parts that compile flags have; a driver that opts in to the pool itself has that one."""
    found = compiled_parts(parts, oldest)
    return tuple(each for each in found if each != "pool" or _OWN_POOL not in keywords.defines)


def _hardening(keywords: Keywords) -> tuple[str, ...]:
    try:
        return hardening(keywords.harden)
    except HardeningError as error:
        raise CompilingError(f"harden: {error}") from error


def _wpp(keywords: Keywords) -> Wpp | None:
    if keywords.wpp is None:
        return None

    try:
        return checked_wpp(keywords.wpp)
    except TracingError as error:
        raise CompilingError(f"wpp: {error}") from error


def _tracing_headers(wpp: Wpp | None) -> tuple[str, ...]:
    """What trace headers include; a folder of its own, for mingw's headers and for a kit's."""
    if wpp is None:
        return ()
    from ntbuild.compilers.matrix import toolchains_folder  # noqa: PLC0415 - few need it

    return (str(toolchains_folder() / "include" / "wpp"),)


def _kit(keywords: Keywords, folder: Path) -> "Kit | None":
    if keywords.kit is None:
        return None
    from ntbuild.compilers.kits.kit import KitError  # noqa: PLC0415 - as above
    from ntbuild.compilers.kits.search import find_kit_once  # noqa: PLC0415 - as above

    try:
        return find_kit_once(keywords.kit, os.environ, folder)
    except KitError as error:
        raise CompilingError(f"kit: {error}") from error


@functools.cache
def _kit_headers(kit: "Kit", kmdf: str) -> tuple[tuple[str, ...], str]:
    """The folders of a kit's headers and a digest of them. Raises KitError."""
    return tuple(map(str, kit.header_directories(kmdf))), kit.fingerprint(kmdf)


def _with_kit(
    compilation: Compilation,
    kit: "Kit",
    kmdf: str,
    model: "Model | None",
    kept: tuple[str, ...],
) -> Compilation:
    """A kit's headers in place of mingw-w64's, and of what ntbuild's models add to those.

    ``kept``: folders of ntbuild that go with either.
    """
    from ntbuild.compilers.kits.kit import KitError  # noqa: PLC0415 - few have a kit
    from ntbuild.compilers.matrix import toolchains_folder  # noqa: PLC0415 - as above

    of_ntbuild = model is not None and model.path.is_relative_to(toolchains_folder())
    try:
        folders, state = _kit_headers(kit, kmdf)
    except KitError as error:
        raise CompilingError(f"kit: {error}") from error
    return replace(
        compilation,
        world="kit",
        kit=str(kit.place),
        headers=(*(kept if of_ntbuild else compilation.headers), *folders),
        forced_includes=() if of_ntbuild else compilation.forced_includes,
        state=f"{compilation.state} {state}".strip(),
    )


def _link(
    version: "WindowsVersion | None",
    model: "Model | None",
    compilation: Compilation,
    machine: str,
) -> dict[str, Any]:
    """Link options that follow from how a driver is compiled."""
    found: dict[str, Any] = {}
    if model and model.entry:
        found["entry"] = model.entry
    if compilation.dialect == "msvc" and machine == "x86":
        found["safeseh"] = True
    if version:
        found["subsystem_version"] = version.subsystem
    return found


def _check(keywords: Keywords) -> None:
    _check_types(keywords)
    if keywords.kmdf is not None and not _KMDF.fullmatch(keywords.kmdf):
        raise CompilingError(f"kmdf: {keywords.kmdf!r} is not a version such as '1.15'")
    if keywords.dialect is not None and keywords.dialect not in DIALECTS:
        known = " or ".join(map(repr, DIALECTS))
        raise CompilingError(f"dialect: {keywords.dialect!r} is not {known}")
    if keywords.cxx_runtime not in (None, "driver"):
        raise CompilingError(f"cxx_runtime: {keywords.cxx_runtime!r} is not 'driver'")


_TYPES: Final[Mapping[str, tuple[tuple[type, ...], str]]] = {
    "dialect": ((str,), "a text"),
    "model": ((str,), "a name or a file"),
    "windows": ((str,), "a version such as '10.0.19041'"),
    "stdcall": ((bool,), "True or False"),
    "kmdf": ((str,), "a version such as '1.15'"),
    "wdf": ((str,), "a folder"),
    "wpp": ((str, Wpp), "'off', 'debug' or a Wpp"),
    "kit": ((str,), "'auto' or a folder"),
    "harden": ((bool, Mapping), "True, False or a dictionary"),
    "cxx_runtime": ((str,), "'driver'"),
}


def _check_types(keywords: Keywords) -> None:
    for keyword, (types, expected) in _TYPES.items():
        value = getattr(keywords, keyword)
        if value is not None and not isinstance(value, types):
            raise CompilingError(f"{keyword}: expected {expected}, not {value!r}")


def _model(keywords: Keywords) -> "Model | None":
    if keywords.model is None:
        return None
    from ntbuild.compilers.matrix import toolchains_folder  # noqa: PLC0415 - few need it
    from ntbuild.compilers.models import ModelError, find_model  # noqa: PLC0415 - as above

    try:
        model = find_model(keywords.model, toolchains_folder())
    except ModelError as error:
        raise CompilingError(f"model: {error}") from error
    if model.needs_kit and keywords.kit is None:
        raise CompilingError(
            f"model: {model.name!r} needs a kit: {model.needs_kit}; give kit='auto' or its folder"
        )
    return model


def _framework(keywords: Keywords, model: "Model | None") -> "Framework | None":
    """The framework of a model that has one; ``kmdf=`` and ``wdf=`` are of no use to others."""
    if model is None or model.framework != "kmdf":
        for keyword in ("kmdf", "wdf"):
            if getattr(keywords, keyword) is not None:
                raise CompilingError(f"{keyword}: it is for model='kmdf', which this driver is not")
        return None
    from ntbuild.compilers.kmdf import (  # noqa: PLC0415 - few need it
        KmdfError,
        find_framework,
        framework_of_kit,
    )
    from ntbuild.compilers.matrix import toolchains_folder  # noqa: PLC0415 - as above

    if keywords.kit is not None and keywords.wdf is not None:
        raise CompilingError("wdf: the kit has headers of its own; give either wdf= or kit=")
    try:
        if keywords.kit is not None:
            return framework_of_kit(keywords.kmdf, toolchains_folder())
        return find_framework(keywords.kmdf, keywords.wdf, os.environ, toolchains_folder())
    except KmdfError as error:
        raise CompilingError(str(error)) from error


def _windows(keywords: Keywords) -> "WindowsVersion | None":
    """The version of ``windows=``, None without."""
    if keywords.windows is None:
        return None
    from ntbuild.compilers.windows import WindowsError, windows_version  # noqa: PLC0415 - few need it

    try:
        return windows_version(keywords.windows)
    except WindowsError as error:
        raise CompilingError(f"windows: {error}") from error


def _windows_defines(
    version: "WindowsVersion | None", keywords: Keywords, dialect: str
) -> tuple[str, ...]:
    """The macros of a version; without one, in the msvc dialect, those of the newest.

    A kit itself says which is its newest.
    """
    if version is None and (dialect == "gnu" or keywords.kit is not None):
        return ()
    from ntbuild.compilers.windows import NEWEST  # noqa: PLC0415 - as above

    return (version or NEWEST).defines
