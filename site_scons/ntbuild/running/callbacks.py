"""Functions that a driver registers to be called, and which of them no engine has called.

    registered  PreWrite, for the pre-operation of IRP_MJ_WRITE
    ran         False: nothing is known of it, whatever the verdict says

A function is known by its place, such as ``mf.sys .text+0x120``, which is the same in all engines;
one that serves for several things is one. The symbols beside the image give its name.

Engines say what a function is for by a word, and a number where there is one: the major function.
"""

from collections.abc import Iterable, Mapping
from typing import Any, Final

from ntbuild.support.values import dataclass

MAJORS: Final = {
    **dict(
        enumerate(
            (
                *("CREATE", "CREATE_NAMED_PIPE", "CLOSE", "READ", "WRITE", "QUERY_INFORMATION"),
                *("SET_INFORMATION", "QUERY_EA", "SET_EA", "FLUSH_BUFFERS"),
                *("QUERY_VOLUME_INFORMATION", "SET_VOLUME_INFORMATION", "DIRECTORY_CONTROL"),
                *("FILE_SYSTEM_CONTROL", "DEVICE_CONTROL", "INTERNAL_DEVICE_CONTROL", "SHUTDOWN"),
                *("LOCK_CONTROL", "CLEANUP", "CREATE_MAILSLOT", "QUERY_SECURITY", "SET_SECURITY"),
                *("POWER", "SYSTEM_CONTROL", "DEVICE_CHANGE", "QUERY_QUOTA", "SET_QUOTA", "PNP"),
            )
        )
    ),
    0xFF: "ACQUIRE_FOR_SECTION_SYNCHRONIZATION",
    0xFE: "RELEASE_FOR_SECTION_SYNCHRONIZATION",
    0xFD: "ACQUIRE_FOR_MOD_WRITE",
    0xFC: "RELEASE_FOR_MOD_WRITE",
    0xFB: "ACQUIRE_FOR_CC_FLUSH",
    0xFA: "RELEASE_FOR_CC_FLUSH",
    0xF9: "QUERY_OPEN",
    0xF3: "FAST_IO_CHECK_IF_POSSIBLE",
    0xF2: "NETWORK_QUERY_OPEN",
    0xF1: "MDL_READ",
    0xF0: "MDL_READ_COMPLETE",
    0xEF: "PREPARE_MDL_WRITE",
    0xEE: "MDL_WRITE_COMPLETE",
    0xED: "VOLUME_MOUNT",
    0xEC: "VOLUME_DISMOUNT",
}
"""Major functions without ``IRP_MJ_``; those from 0xEC on are the filter manager's."""
MOST_NAMED: Final = 4
"""Functions that a verdict's line names; of more their number is told."""


@dataclass(frozen=True, slots=True)
class Callback:
    """A registered function: what for, where it is, its name by the symbols, whether it ran."""

    kind: str
    place: str
    ran: bool
    routine: str = ""

    @property
    def name(self) -> str:
        """Its name; without symbols what it is for."""
        return self.routine or self.kind

    def to_json(self) -> dict[str, Any]:
        """The values for a report."""
        return {"kind": self.kind, "place": self.place, "routine": self.routine, "ran": self.ran}


def callback_from_json(values: Mapping[str, Any]) -> Callback:
    """The callback of `Callback.to_json`."""
    return Callback(values["kind"], values["place"], values["ran"], values["routine"])


def kind_of(text: str) -> str:
    """``PreOperation 4`` as ``PreOperation of IRP_MJ_WRITE``; ``dispatch 4`` as the IRP alone."""
    word, _, number = text.rpartition(" ")
    if not number.isdecimal():
        return text
    major = f"IRP_MJ_{MAJORS.get(int(number), number)}"
    return major if word == "dispatch" else f"{word} of {major}"


def never_ran(engines: Iterable[Iterable[Callback]]) -> tuple[list[Callback], int]:
    """The functions that no engine has called, and how many are registered."""
    known: dict[str, Callback] = {}
    ran: set[str] = set()
    for found in engines:
        for each in found:
            known.setdefault(each.place, each)
            if each.ran:
                ran.add(each.place)
    return [each for place, each in known.items() if place not in ran], len(known)


def told(never: list[Callback], count: int) -> str:
    """The words behind a verdict: ``3 of 5 callbacks never ran: PreRead, PreWrite, PostWrite``."""
    if not never:
        return ""
    names = [each.name for each in never[:MOST_NAMED]]
    more = f" and {len(never) - MOST_NAMED} more" if len(never) > MOST_NAMED else ""
    word = "callback" if count == 1 else "callbacks"
    return f"{len(never)} of {count} {word} never ran: {', '.join(names)}{more}"
