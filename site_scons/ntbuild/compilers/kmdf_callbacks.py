"""Which arguments of KMDF's functions are callbacks, or lead to a structure that has some.

Read from the tables of declarations (`toolchains/kmdf`), so that no callback is forgotten that a
driver can register: every member whose type is ``PFN_WDF...`` of every structure that a function
takes a pointer to, and every parameter of such a type.

    arguments_with_callbacks(folder)["WdfDpcCreate"]
        == (Argument(0, "WDF_DPC_CONFIG", ("EvtDpcFunc",)),
            Argument(1, "WDF_OBJECT_ATTRIBUTES", ("EvtCleanupCallback", "EvtDestroyCallback")))
    arguments_with_callbacks(folder)["WdfIoQueueReadyNotify"]
        == (Argument(1, "", ("EvtIoQueueState",)),)
"""

import re
from pathlib import Path
from typing import Final

from ntbuild.support.values import dataclass

_STRUCTURE: Final = re.compile(r"^struct (\w+)[^\n]*\n((?:    [^\n]*\n)+)", re.MULTILINE)
_MEMBER: Final = re.compile(r"^    PFN_WDF\w+ (\w+);", re.MULTILINE)
_FUNCTION: Final = re.compile(r"^function \d+ [^(]*?\b(\w+)\(([^)]*)\)", re.MULTILINE)
_POINTER: Final = re.compile(r"PC?(WDF_\w+) |(WDF_\w+) \*")
_CALLBACK: Final = re.compile(r"PFN_(WDF\w+) ")


@dataclass(frozen=True, slots=True)
class Argument:
    """An argument, counted from 0 behind the framework's globals.

    ``structure``: what it points to, whose ``callbacks`` are those members. Empty: the argument is
    the one callback itself, whose name is that of its type, such as ``EvtRequestCancel``.
    """

    index: int
    structure: str
    callbacks: tuple[str, ...]


def arguments_with_callbacks(folder: Path) -> dict[str, tuple[Argument, ...]]:
    """The arguments with callbacks of each function that has any, by the function's name."""
    texts = [path.read_text(encoding="utf-8") for path in sorted(folder.glob("*.txt"))]
    structures = {
        name: members
        for text in texts
        for name, body in _STRUCTURE.findall(text)
        if (members := tuple(_MEMBER.findall(body)))
    }
    found: dict[str, tuple[Argument, ...]] = {}
    for text in texts:
        for name, parameters in _FUNCTION.findall(text):
            arguments = tuple(
                argument
                for index, parameter in enumerate(parameters.split(","))
                if (argument := _argument(index, parameter.strip(), structures)) is not None
            )
            if arguments:
                found[name] = arguments
    return found


def _argument(
    index: int, parameter: str, structures: dict[str, tuple[str, ...]]
) -> Argument | None:
    if callback := _CALLBACK.match(parameter):
        words = callback[1].removeprefix("WDF").strip("_").split("_")
        return Argument(index, "", ("Evt" + "".join(map(str.title, words)),))
    pointer = _POINTER.match(parameter)
    structure = (pointer[1] or pointer[2]) if pointer else ""
    members = structures.get(structure)
    return Argument(index, structure, members) if members else None
