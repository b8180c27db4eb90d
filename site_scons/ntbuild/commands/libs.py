"""``ntbuild libs``: what drivers can import, per machine, and which library has a symbol.

    ntbuild libs                       all kernel modules, with how many names each exports
    ntbuild libs fltmgr                what a module exports
    ntbuild libs FltRegisterFilter     who has a symbol; 'Flt*' is a pattern
    ntbuild libs wdmsec                what a library of the kit is here
    ntbuild libs --write lib           import libraries for other linkers: lib/x64/fltmgr.lib ...
    ntbuild libs runtime --write lib   functions that compilers call: lib/x64/runtime.lib

The import libraries are those that a build makes and links: short import objects, as link.exe,
lld-link and GNU ld read them.
"""

import fnmatch
from collections.abc import Iterable, Mapping, Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import Final

from ntbuild.compilers.definitions import DefinitionError
from ntbuild.compilers.hints.undefined_symbols import hints
from ntbuild.compilers.kit_libraries import kit_name, library_name, library_sources
from ntbuild.compilers.matrix import MatrixError, choose, toolchains_folder
from ntbuild.compilers.modules import KernelModule, kernel_modules
from ntbuild.compilers.toolchain import MACHINES, ToolchainError
from ntbuild.support.commands import CLEAN, FOUND, CommandResult
from ntbuild.support.outputs import OutputError, write_all
from ntbuild.support.text import printable

from .common import UsageError, parser_of

_EPILOG: Final = "exit code: 0 found, 1 no such module or symbol, 2 unusable input"
_WILD: Final = frozenset("*?[")

ByMachine = Mapping[str, Mapping[str, KernelModule]]
"""Modules by name, for each machine."""


def run(arguments: Sequence[str]) -> CommandResult:
    """List, search or write. Raises UsageError."""
    parser = parser_of("libs", "Kernel modules to import from, and what they export.", _EPILOG)
    add = parser.add_argument
    add("names", nargs="*", metavar="NAME", help="modules, symbols, or patterns such as 'Flt*'")
    add("--arch", default="all", metavar="LIST", help=f"of {', '.join(MACHINES)} (default: all)")
    add(
        "--write",
        metavar="FOLDER",
        help="write import libraries of the modules, or of all; runtime: what compilers call",
    )
    options = parser.parse_args(arguments)
    overlays = toolchains_folder() / "defs"
    try:
        machines = choose("arch", options.arch, MACHINES).values
        known = {
            machine: {each.name: each for each in kernel_modules(machine, overlays)}
            for machine in machines
        }
    except MatrixError as failure:
        raise UsageError(f"--{failure}") from failure
    except DefinitionError as failure:
        raise UsageError(str(failure)) from failure
    if options.write is not None:
        return _write(Path(options.write), options.names, known)
    if not options.names:
        return CommandResult(text="\n".join(_overview(known)))
    lines: list[str] = []
    errors: list[str] = []
    for name in options.names:
        found = (
            _module_lines(name, known) or _symbol_lines(name, known) or _library_lines(name, known)
        )
        lines += found
        errors += [] if found else [_nothing(name, known, overlays)]
    return CommandResult(FOUND if errors else CLEAN, "\n".join(lines), tuple(errors))


def _overview(known: ByMachine) -> list[str]:
    """A row a module: its name, the file, how many names it exports on each machine."""
    names = _names(known)
    width = max(map(len, names))
    lines = [f"{'module':{width}}  {'file':14}" + "".join(f"{each:>7}" for each in known)]
    for name in names:
        modules = [known[machine].get(name) for machine in known]
        file = next(each.file for each in modules if each)
        counts = (len(each.functions) + len(each.data) if each else "-" for each in modules)
        lines.append(f"{name:{width}}  {file:14}" + "".join(f"{count:>7}" for count in counts))
    return lines


def _names(known: ByMachine) -> list[str]:
    return sorted({name for modules in known.values() for name in modules}, key=str.lower)


def _module_lines(name: str, known: ByMachine) -> list[str]:
    """What a module exports, with the machines where not all have it; empty for other names."""
    plain = name.lower().removesuffix(".lib").removesuffix(".sys")
    matching = [each for each in _names(known) if each.lower() == plain]
    lines: list[str] = []
    for module in matching:
        where: dict[tuple[str, str], list[str]] = {}
        for machine, modules in known.items():
            for symbol, kind in _exports(modules.get(module)):
                where.setdefault((symbol, kind), []).append(machine)
        for (symbol, kind), machines in sorted(where.items()):
            lines.append(f"{symbol}{kind}{_only(machines, known)}")
    return lines


def _exports(module: KernelModule | None) -> Iterable[tuple[str, str]]:
    if module is not None:
        yield from ((name, "") for name in module.functions)
        yield from ((name, " (data)") for name in module.data)


def _only(machines: Sequence[str], known: ByMachine) -> str:
    return "" if len(machines) == len(known) else f" ({', '.join(machines)} only)"


def _symbol_lines(name: str, known: ByMachine) -> list[str]:
    """``symbol: module (machines)`` for a symbol or a pattern, whatever the letter case."""
    wanted = name.lower()
    is_wild = bool(_WILD & set(name))
    where: dict[tuple[str, str, str], list[str]] = {}
    for machine, modules in known.items():
        for module in modules.values():
            for symbol, kind in _exports(module):
                lower = symbol.lower()
                if lower == wanted or (is_wild and fnmatch.fnmatchcase(lower, wanted)):
                    where.setdefault((symbol, kind, module.name), []).append(machine)
    return [
        f"{symbol}{kind}: {module}{_only(machines, known)}"
        for (symbol, kind, module), machines in sorted(where.items())
    ]


def _library_lines(name: str, known: ByMachine) -> list[str]:
    """What a library of a kit is here that is no module: sources, nothing, or only in a kit."""
    folder, stem = toolchains_folder(), library_name(name)
    where = [machine for machine in known if stem and library_sources(folder, stem, machine)]
    if where:
        made = f'made of ntbuild\'s own sources: import_libraries=["{stem}"]'
        return [f"{stem}: {made}{_only(where, known)}"]
    if stem == "runtime":
        return ["runtime: what compilers call, which builds link: ntbuild libs runtime --write lib"]
    found = kit_name(folder, stem) if stem else None
    if found is None:
        return []
    kind = "only a Windows kit has it" if found.kind == "kit" else "not needed"
    return [f"{stem}: {kind}: {found.reason}"]


def _nothing(name: str, known: ByMachine, overlays: Path) -> str:
    """Why nothing was found, with what kernel code has instead, or the nearest name."""
    machine = next(iter(known))
    if hint := hints([name], machine, overlays).get(name):
        return f"{printable(name)}: {hint}"
    every = {s for modules in known.values() for m in modules.values() for s, _ in _exports(m)}
    near = get_close_matches(name, [*_names(known), *sorted(every)], n=1, cutoff=0.7)
    text = f"{printable(name)}: no kernel module of that name, and none that exports it"
    return text + (f"; did you mean {near[0]!r}?" if near else "")


def _write(folder: Path, names: Sequence[str], known: ByMachine) -> CommandResult:
    """Write ``folder/machine/module.lib`` for modules, all together or none."""
    from ntbuild.pecoff.machine import MACHINES as TARGETS  # noqa: PLC0415 - listing needs no linker
    from ntbuild.pelink.libraries.import_library import write_import_library  # noqa: PLC0415
    from ntbuild.pelink.libraries.module_definition import parse_def  # noqa: PLC0415

    from .runtime_library import RUNTIME, runtime_library  # noqa: PLC0415 - as above

    wanted = {name.lower().removesuffix(".lib") for name in names}
    unknown = wanted - {each.lower() for each in _names(known)} - {RUNTIME}
    if unknown:
        near = get_close_matches(min(unknown), _names(known), n=1)
        hint = f"; did you mean {near[0]!r}?" if near else "; ntbuild libs lists them"
        raise UsageError(f"no kernel module '{printable(min(unknown))}'{hint}")
    files: list[tuple[Path, bytes]] = []
    for machine, modules in known.items():
        target = TARGETS[machine]
        for module in modules.values():
            if not wanted or module.name.lower() in wanted:
                parsed = parse_def(module.definition, f"{module.name}.def", target)
                content = write_import_library(parsed, target, mingw=True, kill_at=True)
                files.append((folder / machine / f"{module.name}.lib", content))
    count = len(files)
    try:
        if RUNTIME in wanted:
            files += [(folder / each / f"{RUNTIME}.lib", runtime_library(each)) for each in known]
        write_all(files)
    except (OutputError, ToolchainError) as failure:
        raise UsageError(str(failure)) from failure
    shown = printable(folder.as_posix())
    counts = ((count, "import"), (len(files) - count, "run-time"))
    parts = [f"{many} {kind} librar{'y' if many == 1 else 'ies'}" for many, kind in counts if many]
    return CommandResult(text=f"wrote {' and '.join(parts)} below {shown}")
