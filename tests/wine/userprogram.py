"""A console program for Windows, from the project's own tools alone: compiled, linked by pelink."""

from pathlib import Path

from compilers.compiling import PROGRAMS, compile_to, toolchains
from ntbuild import link, options_from_argv
from ntbuild.compilers.libraries import import_source
from ntbuild.pecoff.machine import MACHINES
from ntbuild.pelink.libraries.import_library import write_import_library
from ntbuild.pelink.libraries.module_definition import parse_def

OWN_LISTS = {"msvcrt": "LIBRARY msvcrt.dll\nEXPORTS\n_except_handler3\nmemcpy\nmemset\n"}
"""What programs import that no export list for kernels has."""


def user_program(folder: Path, toolchain: str, flavor: str, name: str) -> Path:
    """``programs/<name>.c`` as an image that starts at the function `name`."""
    made = compile_to(folder / f"{name}.obj", toolchain, "x64", flavor, PROGRAMS / f"{name}.c")
    options = ["/subsystem:console", f"/entry:{name}", "/machine:x64"]
    libraries = import_libraries(folder, toolchain, "kernel32")
    result = link([made, *libraries], options_from_argv(options))
    assert result.warnings == ()
    program = folder / f"{name}.exe"
    program.write_bytes(result.image)
    return program


def import_libraries(folder: Path, toolchain: str, module: str, machine: str = "x64") -> list[Path]:
    """The compiler's own import library of a module, and one made of its export list."""
    if module in OWN_LISTS:
        return [_library(folder, module, OWN_LISTS[module], machine)]
    source = import_source(toolchains()[toolchain], module, machine)
    found = [] if source.archive is None else [source.archive]
    if source.definition is not None:
        found.append(_library(folder, module, source.definition, machine))
    return found


def _library(folder: Path, module: str, text: str, machine: str) -> Path:
    target = MACHINES[machine]
    definition = parse_def(text, f"{module}.def", target)
    made = folder / f"{module}.lib"
    made.write_bytes(write_import_library(definition, target, mingw=True, kill_at=True))
    return made
