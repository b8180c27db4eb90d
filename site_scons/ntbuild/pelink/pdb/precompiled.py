"""Types of precompiled headers, which are in the object that ``/Yc`` made.

An object that was compiled with ``/Yu`` begins with LF_PRECOMP, which says how many types its
numbers begin with, and whose these are. In the object of ``/Yc`` they end with LF_ENDPRECOMP. Both
records have a signature; where it fits none, the object is found by its file name, as by lld-link.

Source: microsoft-pdb, ``include/cvinfo.h`` (lfPreComp_16t); lld, ``COFF/DebugTypes.cpp``.
"""

import ntpath
import struct
from collections.abc import Sequence
from typing import Final

import numpy as np

from ntbuild.pecoff.codeview.kinds import FIRST_TYPE, LF
from ntbuild.support.text import decoded
from ntbuild.support.values import dataclass, replace

from .records import Records, Runs, unaligned
from .type_numbers import Numbering

_USE: Final = struct.Struct("<HHIII")
"""Length, kind, first number, count, signature; the path of the object follows."""
_MISSING: Final = "link the object that /Yc made too, or compile without a precompiled header"


@dataclass(frozen=True, slots=True)
class PrecompiledUse:
    """What LF_PRECOMP says: an object's numbers begin with those of another object."""

    run: int
    at: int
    object: int
    count: int
    signature: int
    path: bytes


def without_uses(runs: Runs) -> tuple[Runs, list[PrecompiledUse]]:
    """The runs without LF_PRECOMP at their begin, which has no number, and what these said."""
    some = (runs.end - runs.begin >= _USE.size).nonzero()[0]
    kinds = unaligned(runs.data, runs.begin.take(some) + 2, "<u2")
    found = some[kinds == LF.PRECOMP]
    if not len(found):
        return runs, []
    begin = runs.begin.copy()
    file_offset = runs.file_offset.copy()
    uses = []
    for run in found.tolist():
        at = int(begin[run])
        length, _, first, count, signature = _USE.unpack(runs.data[at : at + _USE.size].tobytes())
        if at + length + 2 > int(runs.end[run]) or length + 2 < _USE.size:
            raise runs.fault(run, at, "LF_PRECOMP", "the record passes the end of its section")
        if first != FIRST_TYPE:
            message = f"the types of a header begin at {first:#x}, not at {FIRST_TYPE:#x}"
            raise runs.fault(run, at + 4, "LF_PRECOMP", message)
        path = runs.data[at + _USE.size : at + length + 2].tobytes().partition(b"\0")[0]
        uses.append(PrecompiledUse(run, at, int(runs.object[run]), count, signature, path))
        begin[run] += length + 2
        file_offset[run] += length + 2
    return replace(runs, begin=begin, file_offset=file_offset), uses


def borrowing(
    numbering: Numbering, uses: Sequence[PrecompiledUse], runs: Runs, records: Records
) -> Numbering:
    """The numbering in which objects have the types of their headers. Raises FormatError."""
    lenders = _lenders(runs, records)
    names = {_file_name(runs.origins[each].name): each for each in reversed(lenders.values())}
    borrowed, lender = numbering.borrowed.copy(), numbering.lender.copy()
    users = {each.object for each in uses}
    for use in uses:
        path = decoded(use.path)
        found = lenders.get(use.signature, names.get(_file_name(path), -1))
        if found < 0:
            message = f"the types of its precompiled header are in {path}, which is not linked"
            raise runs.fault(use.run, use.at, "LF_PRECOMP", message, _MISSING)
        if found in users or use.count > int(numbering.count[found]):
            message = f"it has {use.count} types of {path}, which has other types"
            raise runs.fault(use.run, use.at, "LF_PRECOMP", message, "compile both again")
        borrowed[use.object] = use.count
        lender[use.object] = numbering.first[found]
    return replace(numbering, borrowed=borrowed, lender=lender)


def _lenders(runs: Runs, records: Records) -> dict[int, int]:
    """Objects with the types of a header, by signature. Raises FormatError for two with one."""
    found: dict[int, int] = {}
    for row in (records.kind == LF.ENDPRECOMP).nonzero()[0].tolist():
        at, run = int(records.at[row]), int(records.run[row])
        signature = int(unaligned(runs.data, np.array([at + 4]), "<u4")[0])
        number = int(runs.object[run])
        if found.setdefault(signature, number) != number:
            other = runs.origins[found[signature]].name
            message = f"{other} has a precompiled header of the same signature {signature:#x}"
            raise runs.fault(run, at, "LF_ENDPRECOMP", message, "link one of them")
    return found


def _file_name(path: str) -> str:
    return ntpath.basename(path).lower()
