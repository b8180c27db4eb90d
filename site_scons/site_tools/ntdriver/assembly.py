"""Sources for assemblers that are no compilers: Microsoft's, which llvm-ml takes, and NASM.

env.Driver("mine", ["mine.c", "ops.asm"])                       MASM
env.Driver("mine", ["mine.c", "ops.nasm"])                      NASM
env.Driver("mine", ["mine.c", "ops.asm"], nasm=True)            NASM
"""

import os
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Final

from ntbuild.building.keywords import Keywords
from ntbuild.compilers.search import ToolNotFoundError

from .builder import add_step
from .compile import include_folders, toolchain_of
from .errors import fail_at_caller

_NASM: Final = ".nasm"
ASSEMBLED: Final = (".asm", _NASM)
"""Suffixes of such sources, in small letters."""


def assembled(
    env: Any, source: Any, target: Any, keywords: Keywords, defines: Sequence[str]
) -> Any:
    """The object of a source; UserError where its machine has no such assembler.

    ``defines``: macros as ``NAME`` or ``NAME=VALUE``.
    """
    suffix = os.path.splitext(source.name)[1]  # noqa: PTH122 - a path for each source costs
    folders = [each.srcnode().abspath for each in include_folders(env, keywords.include_dirs)]
    if suffix.lower() == _NASM or keywords.nasm:
        words = keywords.nasm if isinstance(keywords.nasm, (list, tuple)) else ()
        return _nasm(env, source, target, folders, [*words, *(f"-D{each}" for each in defines)])
    return _masm(env, source, target, folders, tuple(f"/D{each}" for each in defines))


def _masm(
    env: Any, source: Any, target: Any, folders: Sequence[str], flags: tuple[str, ...]
) -> Any:
    from ntbuild.building.languages.masm import ASSEMBLING, MasmStep  # noqa: PLC0415 - few drivers have such
    from ntbuild.compilers.masm import includes  # noqa: PLC0415 - as above
    from ntbuild.compilers.masm.tool import MASM_MACHINES, find_llvm_ml  # noqa: PLC0415 - as above

    _check_machine(env, source, MASM_MACHINES)
    folders = [*folders, str(toolchain_of(env).directory / "include_masm")]
    try:
        tool = find_llvm_ml().name
    except ToolNotFoundError:
        tool = "none"  # an error when it is called
    step = MasmStep(env["NTARCH"], flags, tool, tuple(dict.fromkeys(folders)))
    found = includes.files(_path(source), map(Path, folders)) if _path(source).is_file() else ()
    return _made(env, source, target, step, ASSEMBLING, [path for path, _ in found])


def _nasm(env: Any, source: Any, target: Any, folders: Sequence[str], flags: Sequence[str]) -> Any:
    from ntbuild.building.languages.nasm import (  # noqa: PLC0415 - few drivers have such
        ASSEMBLING,
        NASM_FORMATS,
        NasmStep,
        find_nasm,
        included,
    )

    _check_machine(env, source, NASM_FORMATS)
    try:
        tool = find_nasm().version
    except ToolNotFoundError:
        tool = "none"  # an error when it is called
    path = _path(source)
    folders = tuple(dict.fromkeys((str(path.parent), *folders)))
    step = NasmStep(env["NTARCH"], tuple(flags), tool, folders)
    found = included(path, map(Path, folders)) if path.is_file() else ()
    return _made(env, source, target, step, ASSEMBLING, found)


def _path(source: Any) -> Path:
    return Path(source.srcnode().abspath)


def _check_machine(env: Any, source: Any, machines: Iterable[str]) -> None:
    if env["NTARCH"] not in machines:
        known = " and ".join(machines)
        text = f"{source.srcnode().get_internal_path()} is for {known}, not for {env['NTARCH']}"
        fail_at_caller(env, f"{text}; leave it out, or write a .S")


def _made(
    env: Any,
    source: Any,
    target: Any,
    step: Any,
    content: tuple[str, ...],
    found: Iterable[Path],
) -> Any:
    """The object's node. ``found``: the source and what it includes, which is watched."""
    if target.has_builder() and getattr(target.attributes, "ntbuild_step", None) == step:
        return target  # another driver has it as well
    included = [env.fs.File(each.as_posix()).srcnode() for each in list(found)[1:]]
    (made,) = add_step(env, [target], [source, *included], step, content)
    return made
