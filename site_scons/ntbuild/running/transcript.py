"""The kernel's lines, read to a report: ``@stage``, ``@why``, ``@verdict`` and others.

A line of the kernel begins with ``@``; what a driver prints comes as ``@say`` with everything but
printable ASCII escaped, so that it cannot look like one. ``report.c`` writes them.
"""

import re
from collections.abc import Callable
from typing import Any, Final

from ntbuild.support.values import dataclass, field

from .callbacks import Callback, kind_of
from .report import LACKS, TIMED, UNLOADABLE

_ESCAPE: Final = re.compile(r"\\x([0-9a-f]{2})")
_FUNCTION: Final = re.compile(r"Wdf01000\.sys!#(\d{3})")


@dataclass(slots=True, frozen=False)
class Transcript:
    """What a kernel said."""

    verdict: str | None = None
    why: str | None = None
    stages: dict[str, Any] = field(default_factory=dict)
    printed: list[str] = field(default_factory=list)
    called: list[str] = field(default_factory=list)
    callbacks: list[Callback] = field(default_factory=list)
    is_booted: bool = False


def read_transcript(text: str) -> Transcript:
    """The lines as values; the last ``@loaded`` is the driver's own."""
    found = Transcript()
    for line in text.splitlines():
        word, _, rest = line.partition(" ")
        if word in _READERS:
            _READERS[word](found, rest)
    return found


def _booted(found: Transcript, _: str) -> None:
    found.is_booted = True


def _mapped(found: Transcript, _: str) -> None:
    found.stages["mapped"] = {}


def _loaded(found: Transcript, rest: str) -> None:
    base, relocations, imports, _ = rest.split(" ", 3)
    numbers = {"relocations": int(relocations), "imports": int(imports)}
    found.stages["loaded"] = {"base": base, **numbers}


def _started(found: Transcript, rest: str) -> None:
    found.stages["started"] = {"status": _status(rest)}
    found.stages["served"] = []


def _served(found: Transcript, rest: str) -> None:
    name, status, information, call, output = rest.rsplit(" ", 4)
    entry: dict[str, Any] = {"request": name, "status": _status(status)}
    entry |= {"information": int(information), "output": output}
    if call != "-1":
        entry["call"] = int(call)
    found.stages["served"].append(entry)


def _unloaded(found: Transcript, _: str) -> None:
    found.stages["unloaded"] = {"routine": "DriverUnload"}


def _timed(found: Transcript, _: str) -> None:
    found.stages[TIMED] = True


def _not_unloadable(found: Transcript, rest: str) -> None:
    found.stages[UNLOADABLE], found.stages[LACKS] = False, rest


def _say(found: Transcript, rest: str) -> None:
    raw = _ESCAPE.sub(lambda match: chr(int(match[1], 16)), rest)
    found.printed.append(raw)


def _why(found: Transcript, rest: str) -> None:
    found.why = rest


def _called(found: Transcript, rest: str) -> None:
    found.called.append(rest)


def _callback(found: Transcript, rest: str) -> None:
    ran, place, kind = rest.split("\t")
    found.callbacks.append(Callback(kind_of(kind), place, ran == "ran"))


def _verdict(found: Transcript, rest: str) -> None:
    found.verdict = rest


def _status(text: str) -> str:
    return f"{int(text, 16):#010x}"


_READERS: Final[dict[str, Callable[[Transcript, str], None]]] = {
    "@kernel": _booted,
    "@mapped": _mapped,
    "@loaded": _loaded,
    "@started": _started,
    "@irp": _served,
    "@unloaded": _unloaded,
    "@timed": _timed,
    "@no-unload": _not_unloadable,
    "@say": _say,
    "@why": _why,
    "@called": _called,
    "@callback": _callback,
    "@verdict": _verdict,
}


def with_function_names(text: str, name_of: Callable[[int], str | None]) -> str:
    """A reason or name with the framework's functions by name and not by index."""

    def named(match: re.Match[str]) -> str:
        name = name_of(int(match[1]))
        return f"Wdf01000.sys!{name}" if name else match[0]

    return _FUNCTION.sub(named, text)
