"""Sources of Microsoft's assembler (``.asm``) among a driver's sources become objects."""

from pathlib import Path
from typing import Any

from ntbuild.building.keywords import Keywords
from ntbuild.building.masm import ASSEMBLING, MasmStep
from ntbuild.compilers.masm import includes
from ntbuild.compilers.masm.tool import MASM_MACHINES, find_llvm_ml
from ntbuild.compilers.search import ToolNotFoundError

from .builder import add_step
from .compile import include_folders, toolchain_of
from .errors import fail_at_caller


def assembly(env: Any, source: Any, target: Any, keywords: Keywords) -> Any:
    """The object node ``target`` of a source; UserError for a machine without such an assembler."""
    machine = env["NTARCH"]
    if machine not in MASM_MACHINES:
        known = " and ".join(MASM_MACHINES)
        text = f"{source.srcnode().get_internal_path()} is for {known}, not for {machine}"
        fail_at_caller(env, f"{text}; leave it out, or write a .S")
    folders = [each.srcnode().abspath for each in include_folders(env, keywords.include_dirs)]
    folders.append(str(toolchain_of(env).directory / "include_masm"))
    flags = tuple(
        f"/D{name}" if value is None else f"/D{name}={value}"
        for name, value in keywords.defines.items()
    )
    step = MasmStep(machine, flags, _tool(), tuple(dict.fromkeys(folders)))
    if target.has_builder() and getattr(target.attributes, "ntbuild_step", None) == step:
        return target  # another driver has it as well
    (made,) = add_step(env, [target], [source, *_included(env, source, folders)], step, ASSEMBLING)
    return made


def _tool() -> str:
    """The assembler's name, for the signature; a missing one is an error when it is called."""
    try:
        return find_llvm_ml().name
    except ToolNotFoundError:
        return "none"


def _included(env: Any, source: Any, folders: list[str]) -> list[Any]:
    """The nodes of what a source includes; of a source that is made, nothing is known."""
    path = Path(source.srcnode().abspath)
    if not path.is_file():
        return []
    found = [each for each, _ in includes.files(path, map(Path, folders))]
    return [env.fs.File(each.as_posix()).srcnode() for each in found[1:]]
