"""Errors that show the line of the SConscript, and no line of ntbuild.

SCons prints the text of a UserError, then file and line of the innermost frame of its traceback
that is outside of SCons. For an error that ntbuild raises that would be a frame of ntbuild.
`from_sconscript` therefore takes ntbuild's frames out of the traceback. Its own frame cannot be
removed and gets a file name that SCons takes for its own: one with a folder named SCons.
"""

import functools
import os
import re
import sys
import traceback
import types
from collections.abc import Callable
from pathlib import Path
from typing import Any, Final, TypeVar

F = TypeVar("F", bound=Callable[..., Any])

IN_SCONS: Final = f"{os.sep}SCons{os.sep}"
"""What the file name of a frame has in it when SCons takes the frame for its own."""

_COMPILED: Final = "<string>"
"""The file of constructors that `support.values` compiles."""
_CALL: Final = re.compile(
    r"(?:\w+\.(?!__init__))?(?P<name>\w+)(?:\.__init__)?\(\) "
    r"(?P<reason>(?:got an unexpected keyword|missing|takes) .*)"
)
"""Python's message for a call whose arguments do not fit."""
_IMPORT: Final = re.compile(r"cannot import name '(\w+)' from 'ntbuild' ")
_UNEXPECTED: Final = re.compile(r"unexpected keyword argument '(\w+)'")
_MISSING: Final = re.compile(r"missing \d+ required \w+ arguments?: (.*)")
_PACKAGE: Final = Path(__file__).parents[1]


def is_ours(filename: str) -> bool:
    """Whether a file is one of ntbuild or of its SCons tool, in a checkout or in the wheel."""
    folders = (_PACKAGE, _PACKAGE.parent / "site_tools")
    return filename.startswith(tuple(f"{each}{os.sep}" for each in folders))


def from_sconscript(function: F) -> F:
    """Decorate a function that SConscripts call: a UserError points at their line."""

    @functools.wraps(function)
    def wrapper(*arguments: Any, **named: Any) -> Any:
        from SCons.Errors import UserError  # noqa: PLC0415 - public names of ntbuild need no SCons

        try:
            return function(*arguments, **named)
        except UserError as error:
            # The frame of this function stands first; those of its callers are added later.
            frames = None if error.__traceback__ is None else error.__traceback__.tb_next
            raise error.with_traceback(_without_ours(frames)) from None
        except TypeError as error:
            if error.__traceback__ is not None and error.__traceback__.tb_next is None:
                # Of the call: an argument too many or few.
                raise UserError(_call_error(error, function) or str(error)) from None
            raise

    named: Any = wrapper
    named.__code__ = named.__code__.replace(co_filename=f"{IN_SCONS}{Path(__file__).name}")
    found: F = named
    return found


def show_errors_of_values() -> None:
    """Make SCons show an error that a value of ntbuild raises as it shows others, in one line.

    ``Section("PAGE", align=3)`` raises ValueError in a module of ntbuild, and SCons would print a
    traceback with its frames; ``Section("PAGE", algin=4096)`` raises Python's TypeError, which
    knows no nearest keyword. The name that is replaced is where SCons 4.8 to 4.11 look for it.
    """
    import SCons.Script  # noqa: PLC0415 - public names of ntbuild need no SCons

    module = SCons.Script._SConscript  # noqa: SLF001 - where SCons's own main() looks for it
    shown = module.SConscript_exception
    if getattr(shown, "is_of_ntbuild", False):
        return

    def show(file: Any = sys.stderr) -> None:
        error = sys.exc_info()[1]
        refused = _refused_call(error)
        place = _place(error) if refused or _is_refusal(error) else ""
        if place:
            file.write(f"\nscons: *** {place}: {refused or error}\n")
        else:
            shown(file)

    show.is_of_ntbuild = True  # type: ignore[attr-defined] # so that it is replaced once
    module.SConscript_exception = show


def _is_refusal(error: BaseException | None) -> bool:
    """Whether ntbuild itself raised an error about what a SConscript gave to it."""
    if error is None:
        return False
    frames = traceback.extract_tb(error.__traceback__)
    if not frames or not is_ours(frames[-1].filename):
        return False
    if isinstance(error, AttributeError):  # of a method that a project does not have
        return frames[-1].name == "__getattr__"
    return isinstance(error, ValueError) or type(error).__module__.startswith("ntbuild.")


def _refused_call(error: BaseException | None) -> str:
    """What is wrong with a use of a public name of ntbuild that Python refused; else empty."""
    public = sys.modules[__name__.partition(".")[0]]
    if imported := _IMPORT.match(str(error)):
        from difflib import get_close_matches  # noqa: PLC0415 - after an error

        near = get_close_matches(imported[1], public.__all__, n=1)
        hint = f"did you mean {near[0]!r}?" if near else f"it is one of {', '.join(public.__all__)}"
        return f"ntbuild has no name {imported[1]!r}; {hint}"
    match = _CALL.match(str(error))
    caller = _innermost(error) if error else None
    if match is None or caller is None or not isinstance(error, TypeError):
        return ""
    called = getattr(public, match["name"], None) if match["name"] in public.__all__ else None
    # A SConscript's own function may have the same name.
    if called is None or caller.f_globals.get(match["name"], called) is not called:
        return ""
    return "" if is_ours(caller.f_code.co_filename) else _call_error(error, called)


def _call_error(error: TypeError, called: Any) -> str:
    """Python's message for a call whose arguments do not fit, in words of who wrote the call."""
    match = _CALL.match(str(error))
    if match is None:
        return ""
    import inspect  # noqa: PLC0415 - after an error

    name, reason = match["name"], match["reason"]
    parameters = inspect.signature(called).parameters
    known = [
        each.name
        for each in parameters.values()
        if each.name != "self" and each.kind is not each.VAR_KEYWORD
    ]
    unexpected = _UNEXPECTED.search(reason)
    if unexpected:
        from ntbuild.building.declare import unknown_keyword  # noqa: PLC0415 - as above

        return f"{name}: {unknown_keyword(unexpected[1], frozenset(known))}"
    missing = _MISSING.search(reason)
    if missing:
        return f"{name}: needs {missing[1]}; it takes {', '.join(known)}"
    return f"{name}: too many values; it takes {', '.join(known)}"


def _innermost(error: BaseException) -> types.FrameType | None:
    """The frame that an error was raised in."""
    frames = [frame for frame, _ in traceback.walk_tb(error.__traceback__)]
    return frames[-1] if frames else None


def _place(error: BaseException | None) -> str:
    """``SConstruct:4``: the innermost line of a traceback that is not of ntbuild."""
    frames = traceback.extract_tb(error.__traceback__) if error else []
    callers = [e for e in frames if not is_ours(e.filename) and e.filename != _COMPILED]
    path = Path(callers[-1].filename)
    name = path.relative_to(Path.cwd()) if path.is_relative_to(Path.cwd()) else path
    return f"{name.as_posix()}:{callers[-1].lineno}"


def _without_ours(frames: types.TracebackType | None) -> types.TracebackType | None:
    """A traceback without the frames of ntbuild; those of SConscripts that it reads stay."""
    if frames is None:
        return None
    rest = _without_ours(frames.tb_next)
    if is_ours(frames.tb_frame.f_code.co_filename):
        return rest
    return types.TracebackType(rest, frames.tb_frame, frames.tb_lasti, frames.tb_lineno)
