"""``wpp=``: what becomes of the WPP trace messages of a driver, and the step that makes a header.

    env.Driver("viorng", Glob("*.c"), wpp=Wpp("debug", scan="trace.h"))

`docs/tracing.md` says what each mode does.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import ClassVar, Final

from ntbuild.support.outputs import OutputError, write_all
from ntbuild.support.values import dataclass, field
from ntbuild.tracing.modes import MODES, TracingError, check_mode

from .driver import BuildError

__all__ = ["MODES", "TRACING", "TraceHeaderStep", "Wpp", "checked_wpp"]

TRACING: Final = ("building/wpp.py", "tracing")
"""What the text of a trace header depends on: files and folders of the package."""


@dataclass(frozen=True, slots=True)
class Wpp:
    """How sources with WPP trace messages are compiled.

    - `mode`: ``"off"`` (messages are nothing) or ``"debug"`` (they go to the kernel debugger).
    - `scan`: the headers that hold the configuration (``begin_wpp config``), relative to the
      SConscript; without any, each header next to a source that holds a block.
    - `functions`: trace functions in addition, written as in WppTraceFunction and ``-func:``.
    - `source_functions`: those of one source each, by the source's file name.
    """

    mode: str = "off"
    scan: str | tuple[str, ...] = ()
    functions: tuple[str, ...] = ()
    source_functions: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class TraceHeaderStep:
    """The ``.tmh`` header of a source (the first input); the other inputs are scanned as well."""

    mode: str
    functions: tuple[str, ...]
    label: ClassVar[str] = "WPP"

    def command(self, inputs: Sequence[str], outputs: Sequence[str]) -> str:
        """A comment: no command makes a trace header."""
        return f"# trace header of {inputs[0]} in {outputs[0]}"

    def run(self, inputs: Sequence[str], outputs: Sequence[str]) -> tuple[str, ...]:
        """Read the configuration and write the header."""
        from ntbuild.tracing.config import read_configuration  # noqa: PLC0415 - not for null builds
        from ntbuild.tracing.trace_header import trace_header  # noqa: PLC0415 - as above

        try:
            files = [(each, Path(each).read_bytes()) for each in (*inputs[1:], inputs[0])]
            configuration = read_configuration(files, self.functions)
            text = trace_header(inputs[0], configuration, self.mode)
            write_all([(Path(outputs[0]), text.encode())], inputs=inputs)
        except OSError as error:
            raise BuildError(f"{error.filename}: {error.strerror or error}") from error
        except (OutputError, TracingError) as error:
            raise BuildError(str(error)) from error
        return ()


def checked_wpp(given: str | Wpp | None) -> Wpp | None:
    """The value of ``wpp=`` with all its lists as tuples. Raises TracingError."""
    if given is None:
        return None

    wpp = Wpp(given) if isinstance(given, str) else given
    check_mode(wpp.mode)
    if not isinstance(wpp.source_functions, Mapping):
        raise TracingError("source_functions= takes a dictionary by file names")
    by_source = {
        name: _functions(f"source_functions[{name!r}]", value)
        for name, value in wpp.source_functions.items()
    }
    scan = _texts("scan", wpp.scan)
    return Wpp(wpp.mode, scan, _functions("functions", wpp.functions), by_source)


def _functions(name: str, given: object) -> tuple[str, ...]:
    from ntbuild.tracing.config import read_configuration  # noqa: PLC0415 - as above

    texts = _texts(name, given)
    read_configuration((), texts)
    return texts


def _texts(name: str, given: object) -> tuple[str, ...]:

    texts = (given,) if isinstance(given, str) else given
    if not isinstance(texts, list | tuple) or not all(isinstance(each, str) for each in texts):
        raise TracingError(f"{name}= takes a text or a list of texts, not {given!r}")
    return tuple(texts)
