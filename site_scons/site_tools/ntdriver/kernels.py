"""Kernels of one's own (``env.Kernel``), how they boot (``env.KernelRun``), and what they load.

Modules and EFI programs in ELF (``env.ElfModule``, ``env.EfiApplication``) are compiled by clang
for machines that no cell of a build has, with the flags of `ntbuild.compilers.elf`.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import SCons.Node.FS

from ntbuild.building.declare import DeclarationError
from ntbuild.building.driver import LINKING
from ntbuild.building.kernel import BOOTING, BootStep, KernelLinkStep, declare_kernel
from ntbuild.building.summary import BOOT, KERNEL, MODULE, PROGRAM
from ntbuild.compilers.compilation import PLAIN
from ntbuild.compilers.matrix import toolchains_folder
from ntbuild.compilers.toolchain import ToolchainError
from ntbuild.running.values import Run, RunError

from .aliases import alias_nodes
from .builder import add_step
from .cells import refuse_ignored_selection
from .compile import COMMANDS, escaped
from .errors import fail_at_caller
from .libraries import runtime_libraries
from .screen.ending import counts_as
from .sources import objects_of
from .try_flags import TryFlags

if TYPE_CHECKING:
    from ntbuild.building.elf import ElfDeclaration


class KernelNodes(NamedTuple):
    """What ``env.Kernel`` returns; ``import_library`` is None when nothing is exported."""

    image: SCons.Node.FS.File
    map: SCons.Node.FS.File
    flat: SCons.Node.FS.File
    import_library: SCons.Node.FS.File | None


def kernel(env: Any, name: str, sources: Any, **keywords: Any) -> KernelNodes:
    """Declare a kernel; the keywords are those of `ntbuild.building.kernel`."""
    refuse_ignored_selection(env)
    given = dict(keywords)
    loader = toolchains_folder() / "ntld"
    if given.get("ntld") is True:
        folders = given.get("include_dirs", ())
        several = folders if isinstance(folders, (list, tuple)) else [folders]
        given["include_dirs"] = [*several, str(loader)]
    try:
        declared = declare_kernel(name, given, env["NTARCH"])
    except DeclarationError as error:
        fail_at_caller(env, f"Kernel({name!r}): {error}")
    files = [*env.Flatten([sources])]
    if declared.has_loader:
        files.append(env.fs.File((loader / "ntld.c").as_posix()))
    objects = objects_of(env, declared.library, files)
    outputs = [f"{name}.exe", f"{name}.map", f"{name}.img"]
    if declared.options.exports:
        outputs.append(f"{name}.lib")
    step = KernelLinkStep(declared.options)
    made = add_step(env, outputs, [*objects, *runtime_libraries(env)], step, LINKING)
    image, map_file, flat, *library = made
    counts_as(env, image, KERNEL, env["NTARCH"])
    return KernelNodes(image, map_file, flat, library[0] if library else None)


def kernel_run(
    env: Any,
    name: str,
    kernel: KernelNodes,
    modules: Sequence[Any] = (),
    prints: Sequence[str] = (),
    timeout: int = 10,
) -> Any:
    """Declare the boot of a kernel with modules; targets ``examples/NAME``, ``run/examples/NAME``.

    In a project it is built with the drivers, and ``NAME``, ``run`` and ``run/NAME`` are targets.
    ``prints``: texts that must be printed in this order.
    """
    from ntbuild.running.engines import AbsentError  # noqa: PLC0415 - only a run needs it
    from ntbuild.running.ring0.engine import emulator_version  # noqa: PLC0415 - as above

    try:
        how = Run(prints=tuple(prints), timeout=timeout)
    except RunError as error:
        fail_at_caller(env, f"KernelRun({name!r}): {error}")
    try:
        version = emulator_version()
    except AbsentError:
        version = "absent"
    images = [getattr(each, "image", each) for each in modules]
    step = BootStep(name, env["NTARCH"], how, version, bool(env.GetOption("ntdriver_strict")))
    inputs = [kernel.image, kernel.flat, *images]
    folder = Path(str(kernel.image.dir)).name
    (report,) = add_step(env, [f"{name}.run.json"], inputs, step, BOOTING)
    counts_as(env, report, BOOT, env["NTARCH"])
    for each in dict.fromkeys((f"examples/{folder}", f"examples/{name}", "examples")):
        alias_nodes(env, each, [kernel.image, kernel.flat, *images])
        alias_nodes(env, f"run/{each}", [report])
        alias_nodes(env, f"run/{each}/{env['NTARCH']}", [report])
    if "NTPROJECT" in env:
        for target in dict.fromkeys(("drivers", env["NTPROJECT"], name)):
            alias_nodes(env, target, [kernel.image, kernel.flat, *images])
        for target in ("run", f"run/{name}"):
            alias_nodes(env, target, [report])
    return report


class ElfNodes(NamedTuple):
    """What ``env.ElfModule`` returns."""

    image: SCons.Node.FS.File
    map: SCons.Node.FS.File


class EfiNodes(NamedTuple):
    """What ``env.EfiApplication`` returns: the PE image, the ELF file that it was, its map."""

    image: SCons.Node.FS.File
    elf: SCons.Node.FS.File
    map: SCons.Node.FS.File


def elf_module(env: Any, name: str, sources: Any, **keywords: Any) -> ElfNodes:
    """Declare a module in ELF; the keywords are those of `building.elf.declare_module`."""
    from ntbuild.building.elf import declare_module  # noqa: PLC0415 - few projects have ELF

    try:
        declared = declare_module(name, keywords, env["NTARCH"])
        linked, map_file = _linked_elf(env, declared, sources)
    except (DeclarationError, ToolchainError) as error:
        fail_at_caller(env, f"ElfModule({name!r}): {error}")
    counts_as(env, linked, MODULE, declared.machine)
    _name_elf(env, declared, [linked])
    return ElfNodes(linked, map_file)


def efi_application(env: Any, name: str, sources: Any, **keywords: Any) -> EfiNodes:
    """Declare an EFI program made of ELF; the keywords are those of `declare_program`."""
    from ntbuild.building.elf import IMAGING, ElfImageStep, declare_program  # noqa: PLC0415

    try:
        declared = declare_program(name, keywords, env["NTARCH"])
        linked, map_file = _linked_elf(env, declared, sources)
    except (DeclarationError, ToolchainError) as error:
        fail_at_caller(env, f"EfiApplication({name!r}): {error}")
    step = ElfImageStep(declared.machine, declared.subsystem, declared.base)
    (image,) = add_step(env, [f"{declared.stem}.efi"], [linked], step, IMAGING)
    counts_as(env, image, PROGRAM, declared.machine)
    _name_elf(env, declared, [image])
    return EfiNodes(image, linked, map_file)


def _linked_elf(env: Any, declared: "ElfDeclaration", sources: Any) -> list[Any]:
    """The nodes of an ELF file and its map. Raises ToolchainError."""
    from ntbuild.building import elf  # noqa: PLC0415 - as above

    for each in env.Flatten([sources]):
        suffix = Path(str(each)).suffix.lower()
        if suffix in (".rc", ".mc", ".man", ".asm", ".res", ".lib", ".sys"):
            fail_at_caller(env, f"{each} is for Windows: an ELF file is made of C, C++ and .S")
    kind, own = declared.kind, _elf_environment(env, declared)
    stem = f"{declared.stem}-{kind.name}"
    objects = objects_of(own, declared.library, sources, f"{stem}/")
    outputs = [f"{declared.stem}{kind.suffix}", f"{stem}.map"]
    return add_step(env, outputs, objects, elf.link_step(declared), elf.LINKING)


def _elf_environment(env: Any, declared: "ElfDeclaration") -> Any:
    """An environment whose compiler is clang for ELF. Raises ToolchainError."""
    from ntbuild.compilers.elf import elf_table  # noqa: PLC0415 - as above

    machine, kind, build = declared.machine, declared.kind.name, env["NTCELL"].flavor
    shared, key = env["NTSHARED"], ("elf", machine, kind)
    if key in shared:
        return shared[key]
    table = elf_table()
    compiler = table.find_compiler()
    paths = escaped(table.path_flags(machine, kind, env.Dir("#").abspath))
    made = env.Clone(
        NTARCH=machine,
        NTCELL=f"{machine} {kind} {build}",
        NTCOMPILER=compiler,
        NTDIALECT="gnu",
        NTUSUAL=PLAIN,
        NTHEADERS=escaped(["-isystem", table.header_folder()]),
        NTHEADERSTATE=compiler.version,
        NTHEADEROVERLAY=(),
        NTFOREIGNHEADERS=(),
        CC=escaped(compiler.argv),
        OBJSUFFIX=".o",
    )
    for language, command in COMMANDS.items():
        flags = escaped(table.flags(machine, kind, build, language))
        made[f"NTFLAGS_{command}"] = TryFlags(flags, flags)
        made[f"NTPATHS_{command}"] = paths if language != "assembler" else []
    shared[key] = made
    return made


def _name_elf(env: Any, declared: "ElfDeclaration", nodes: Sequence[Any]) -> None:
    """Targets ``elf``, ``elf/NAME``, ``elf/NAME/MACHINE``; in a project its name and NAME too."""
    name = declared.library.name
    for each in ("elf", f"elf/{name}", f"elf/{name}/{declared.machine}"):
        alias_nodes(env, each, nodes)
    if "NTPROJECT" in env:
        for each in dict.fromkeys((env["NTPROJECT"], name)):
            alias_nodes(env, each, nodes)
