"""The keywords of ``env.Driver`` as a value, before anything is concluded from them."""

from collections.abc import Mapping
from typing import Any

from ntbuild.running.values import Run
from ntbuild.support.values import dataclass, field

from .version_info import VersionInfo


@dataclass(frozen=True, slots=True)
class Keywords:
    """The keywords of ``env.Driver`` that are not link options.

    ``import_libraries``: kernel modules (``"fltmgr"``) in addition to ntoskrnl and hal, which are
    offered to every driver, or library nodes. ``linker_script``: a template that replaces
    ``driver.ld.j2``. ``defines``, ``include_dirs``: for this driver's own sources only, as are
    ``cflags``, ``cxxflags`` and ``asflags``: words for the compiler of C, C++ and assembly, after
    the toolchain's own. ``forced_includes``: headers that C and C++ sources include first.
    ``dialect``, ``model``, ``windows``, ``stdcall``, ``kmdf``, ``wdf``, ``wpp``, ``kit``,
    ``harden`` and ``cxx_runtime``: what `compiling.compiling_of` makes a `Compilation` of; None is
    the default of each. ``resource_defines``, ``resource_include_dirs``: for resource scripts, in
    addition to ``defines`` and ``include_dirs``. ``events``: the name of the header of an event
    manifest among the sources, by the manifest's name, where it is another.
    ``mof_headers``: the name of the header of a MOF file among the sources, by the file's name.
    ``version_info``: becomes a version resource. ``profiles``: profiles of pecheck in addition to
    ``base``. ``allow``: accepted findings by rule (id or slug); the value is a reason, an `Allow`,
    or a list of these. ``run``: how ``scons run`` runs the driver.
    ``kernel_modules``: what is offered in place of ntoskrnl and hal; an empty list for modules of
    a kernel of one's own, which are then not hardened unless ``harden`` says so.
    """

    import_libraries: tuple[Any, ...] = ()
    linker_script: str | None = None
    defines: Mapping[str, str | int | None] = field(default_factory=dict)
    include_dirs: tuple[str, ...] = ()
    cflags: tuple[str, ...] = ()
    cxxflags: tuple[str, ...] = ()
    asflags: tuple[str, ...] = ()
    forced_includes: tuple[Any, ...] = ()
    dialect: str | None = None
    model: str | None = None
    windows: str | None = None
    stdcall: bool | None = None
    kmdf: str | None = None
    wdf: str | None = None
    wpp: Any = None
    kit: str | None = None
    harden: Any = None
    cxx_runtime: str | None = None
    resource_defines: Mapping[str, str | int | None] = field(default_factory=dict)
    resource_include_dirs: tuple[str, ...] = ()
    events: Mapping[str, str] = field(default_factory=dict)
    mof_headers: Mapping[str, str] = field(default_factory=dict)
    version_info: VersionInfo | None = None
    profiles: tuple[str, ...] = ()
    allow: Mapping[str, Any] = field(default_factory=dict)
    run: Run | None = None
    kernel_modules: Any = None
