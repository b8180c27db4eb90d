"""The keywords of ``env.Driver`` as a value, before anything is concluded from them."""

from collections.abc import Mapping
from typing import Any

from ntbuild.running.values import Run
from ntbuild.support.values import dataclass, field

from .version_info import VersionInfo


@dataclass(frozen=True, slots=True)
class Keywords:
    """The keywords of ``env.Driver`` that are not link options.

    - ``import_libraries``: kernel modules (``"fltmgr"``) in addition to ntoskrnl and hal, which are
      offered to every driver, or library nodes
    - ``linker_script``: a Jinja2 template that replaces ``driver.ld.j2``
    - ``defines``, ``include_dirs``: for this driver's own sources only
    - ``source_defines``: further defines of one source each, by the source's file name
    - ``languages``: ``"c"`` or ``"c++"`` of sources whose suffix says another, by file name
    - ``cflags``, ``cxxflags``, ``asflags``: words for the compiler of C, C++ and assembly, after
      the toolchain's own; for this driver's own sources only
    - ``nasm``: True, or words for NASM: ``.asm`` sources are NASM's, not Microsoft's
    - ``forced_includes``: headers that C and C++ sources include first
    - ``dialect``: ``"msvc"`` for sources written for Microsoft's cl; ``"gnu"`` is the default
    - ``model``: what kind of driver it is, or a TOML file that says so
    - ``windows``: the version whose interface it uses, such as ``"10.0.19041"``
    - ``stdcall``: whether functions are called by stdcall on x86
    - ``kmdf``, ``wdf``: the version of KMDF, and a folder with the framework's own headers
    - ``wpp``: a mode, or a `Wpp`: what becomes of WPP trace messages
    - ``kit``: ``"auto"`` or a folder: a Windows kit, whose headers are used
    - ``harden``: False, or a reason for each part of hardening that is left out
    - ``cxx_runtime``: ``"driver"`` for static objects and operator new in C++
    - ``resource_defines``, ``resource_include_dirs``: for resource scripts, in addition to
      ``defines`` and ``include_dirs``
    - ``events``: the name of the header of an event manifest among the sources, by the manifest's
      name, where it is another
    - ``mof_headers``: the name of the header of a MOF file among the sources, by the file's name
    - ``message_headers``: message files and event manifests of another image, whose headers the
      sources include: nothing else is made of them
    - ``version_info``: becomes a version resource
    - ``profiles``: profiles of pecheck in addition to ``base``
    - ``allow``: accepted findings by rule (id or slug); the value is a reason, an `Allow`, or a
      list of these
    - ``run``: how ``scons run`` runs the driver
    - ``kernel_modules``: what is offered in place of ntoskrnl and hal; an empty list for modules of
      a kernel of one's own, which are then not hardened unless ``harden`` says so

    `compiling.compiling_of` makes a `Compilation` of ``dialect`` to ``cxx_runtime``; None is the
    default of each.
    """

    import_libraries: tuple[Any, ...] = ()
    linker_script: str | None = None
    defines: Mapping[str, str | int | None] = field(default_factory=dict)
    source_defines: Mapping[str, Mapping[str, str | int | None]] = field(default_factory=dict)
    languages: Mapping[str, str] = field(default_factory=dict)
    include_dirs: tuple[str, ...] = ()
    cflags: tuple[str, ...] = ()
    cxxflags: tuple[str, ...] = ()
    asflags: tuple[str, ...] = ()
    nasm: Any = None
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
    message_headers: tuple[Any, ...] = ()
    version_info: VersionInfo | None = None
    profiles: tuple[str, ...] = ()
    allow: Mapping[str, Any] = field(default_factory=dict)
    run: Run | None = None
    kernel_modules: Any = None
