"""Frames of x86 functions, by which a debugger walks a stack without a frame pointer.

Two kinds of records: FPO_DATA of ``.debug$F``, and frame data of ``.debug$S``, whose programs for
the debugger are strings. An object has the string's offset in its own table; a PDB has it in
``/names``. Both streams are sorted by address.

Source: microsoft-pdb, ``include/cvinfo.h`` (FRAMEDATA) and ``langapi/include/pdb.h``; LLVM,
``DebugFrameDataSubsection``.
"""

import numpy as np
import numpy.typing as npt

from ntbuild.pecoff.codeview.kinds import SUBSECTION

from .debug_sections import Subsections
from .records import Runs

_FRAME = np.dtype(
    [
        ("rva", "<u4"),
        ("code_size", "<u4"),
        ("local_size", "<u4"),
        ("parameter_size", "<u4"),
        ("stack_size", "<u4"),
        ("program", "<u4"),
        ("prologue_size", "<u2"),
        ("saved_size", "<u2"),
        ("flags", "<u4"),
    ]
)
_FPO = np.dtype(
    [("rva", "<u4"), ("size", "<u4"), ("locals", "<u4"), ("params", "<u2"), ("flags", "<u2")]
)


def frame_programs(parts: Subsections) -> list[tuple[int, bytes]]:
    """The programs of all frame data, for ``/names``, each with its object."""
    return [(owner, program) for owner, _, programs in _frames(parts) for program in programs]


def frame_stream(parts: Subsections, names: dict[bytes, int]) -> bytes:
    """The stream of frame data; ``names`` are offsets in ``/names``. Raises FormatError."""
    found = [np.zeros(0, _FRAME)]
    for _, records, programs in _frames(parts):
        moved = records.copy()
        moved["program"] = [names[program] for program in programs]
        found.append(moved)
    every = np.concatenate(found)
    return every[every["rva"].argsort(kind="stable")].tobytes()


def fpo_stream(runs: Runs) -> bytes:
    """The stream of the records of ``.debug$F``. Raises FormatError."""
    found = [np.zeros(0, _FPO)]
    for run, (begin, end) in enumerate(zip(runs.begin.tolist(), runs.end.tolist(), strict=True)):
        if (end - begin) % _FPO.itemsize:
            message = f"{end - begin} bytes are no number of records of {_FPO.itemsize}"
            raise runs.fault(run, begin, "FPO_DATA", message)
        found.append(np.frombuffer(runs.data[begin:end].tobytes(), _FPO))
    every = np.concatenate(found)
    return every[every["rva"].argsort(kind="stable")].tobytes()


def _frames(parts: Subsections) -> list[tuple[int, npt.NDArray[np.void], list[bytes]]]:
    """Of each subsection of frame data: its object, records with final RVAs, their programs."""
    runs = parts.runs
    tables = {
        int(runs.object[row]): (int(runs.begin[row]), int(runs.end[row]))
        for row in parts.of(SUBSECTION.STRINGTABLE).tolist()
    }
    found = []
    for row in parts.of(SUBSECTION.FRAMEDATA).tolist():
        begin, end = int(runs.begin[row]), int(runs.end[row])
        if (end - begin) % _FRAME.itemsize != 4:
            message = f"{end - begin} bytes are no address and records of {_FRAME.itemsize}"
            raise runs.fault(row, begin, "frame data", message)
        content = runs.data[begin:end].tobytes()
        records = np.frombuffer(content[4:], _FRAME).copy()
        records["rva"] += np.uint32(int.from_bytes(content[:4], "little"))
        first, last = tables.get(int(runs.object[row]), (0, 0))
        text = runs.data[first:last].tobytes()
        programs = []
        for offset in records["program"].tolist():
            stop = text.find(b"\0", offset)
            if stop < 0:
                message = "a program is not in the object's table of strings"
                raise runs.fault(row, begin, "frame data", message)
            programs.append(text[offset:stop])
        found.append((int(runs.object[row]), records, programs))
    return found
