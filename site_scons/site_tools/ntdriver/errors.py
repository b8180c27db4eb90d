"""Errors of the tool: one line that begins with the place in the SConscript."""

import functools
import sys
import types
from pathlib import Path
from typing import Any, NoReturn

import SCons.Errors

from ntbuild.projects.frames import IN_SCONS, is_ours


def fail(text: str) -> NoReturn:
    """Stop SCons with one line."""
    raise SCons.Errors.UserError(text)


@functools.cache
def note_once(text: str) -> None:
    """Tell the user something that concerns many drivers; a build says it once."""
    sys.stderr.write(f"scons: note: {text}\n")


def fail_at_caller(env: Any, text: str) -> NoReturn:
    """Stop SCons with one line that begins with ``SConscript:line`` of the call."""
    fail(f"{place_of_caller(env)}: {text}")


def place_of_caller(env: Any) -> str:
    """``SConscript:line`` of the call into the tool."""
    frame = sys._getframe(1)  # noqa: SLF001 - what the traceback module uses too
    while frame.f_back and _is_inside(frame.f_code.co_filename):
        frame = frame.f_back
    path = Path(frame.f_code.co_filename)
    root = Path(env.Dir("#").abspath)
    shown = path.relative_to(root) if path.is_relative_to(root) else path
    return f"{shown.as_posix()}:{frame.f_lineno}"


def scripts_of_caller(env: Any) -> list[Path]:
    """The scripts that are being read, relative to the top, the SConstruct first."""
    root = Path(env.Dir("#").abspath)
    found: dict[Path, None] = {}
    frame: types.FrameType | None = sys._getframe(1)  # noqa: SLF001 - as above
    while frame:
        path = Path(frame.f_code.co_filename)
        is_script = "exec" in frame.f_back.f_code.co_names if frame.f_back else False
        if is_script and path.is_relative_to(root) and not _is_inside(str(path)):
            found[path.relative_to(root)] = None
        frame = frame.f_back
    return list(reversed(found))


def _is_inside(filename: str) -> bool:
    return is_ours(filename) or IN_SCONS in filename
