"""After a compilation has failed: which header declares what a source uses, and is not included.

    WDFDRIVER is declared in <wdf.h>
    PsLookupProcessByProcessId is declared in <ntifs.h>, in place of <ntddk.h>

A header is known by how its names begin; what only <ntifs.h> has is looked for in its text.
Limits: what headers outside of the project include in turn is not known.
"""

import re
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final

from .undefined_symbols import instead_of

_INCLUDE: Final = re.compile(
    rb'^[ \t]*#[ \t]*include[ \t]*["<](?:[^">\n]*[/\\])?([^">\n]+)[">]', re.MULTILINE
)
_COMMENT: Final = re.compile(rb"/\*.*?\*/|//[^\n]*|\"(?:\\.|[^\"\\\n])*\"", re.DOTALL)
_HEADERS: Final = (
    (rb"\b(?:WDF[A-Z_]+|Wdf[A-Z]\w+|EVT_WDF_\w+)\b", "wdf.h", ("wdf.h", "wdfusb.h")),
    (
        rb"\b(?:PFLT_[A-Z_]+|FLT_(?:PREOP|POSTOP|REGISTRATION|OPERATION)\w*|Flt[A-Z]\w+)\b",
        "fltKernel.h",
        ("fltkernel.h",),
    ),
    (rb"\b(?:NDIS_[A-Z_]+|Ndis[A-Z]\w+)\b", "ndis.h", ("ndis.h",)),
    (rb"\bStorPort[A-Z]\w+\b", "storport.h", ("storport.h",)),
    (rb"\bRtl(?:UnicodeString|String)C(?:b|ch)\w+\b", "ntstrsafe.h", ("ntstrsafe.h",)),
    (rb"\b(?:IoCreateDeviceSecure|SDDL_DEVOBJ_\w+)\b", "wdmsec.h", ("wdmsec.h",)),
    (rb"\bAuxKlib[A-Z]\w+\b", "aux_klib.h", ("aux_klib.h",)),
)
"""How names of a header begin, the header, and headers that bring it."""
_MODELS: Final = {
    "wdf.h": "kmdf",
    "fltKernel.h": "minifilter",
    "ndis.h": "ndis",
    "storport.h": "storport",
}
_PRINTS: Final = re.compile(rb"\b(printf|fprintf|puts|malloc|calloc|realloc)[ \t]*\(")
_OF_PROGRAMS: Final = frozenset({"stdio.h", "stdlib.h", "malloc.h"})
"""Headers that declare them all the same: then the link says what kernel code has."""
_CALLED: Final = re.compile(rb"\b((?:Cc|FsRtl|Io|Ke|Mm|Nt|Ob|Ps|Rtl|Se|Zw)[A-Z]\w+)[ \t]*\(")
_DECLARED: Final = re.compile(rb"\b(\w+)[ \t]*\(")
_KERNEL: Final = re.compile(rb"\b(?:NTSTATUS|P?DRIVER_OBJECT|P?DEVICE_OBJECT|PIRP|DbgPrint)\b")
_BRING_IT: Final = frozenset({"ntifs.h", "fltkernel.h", "ndis.h", "storport.h", "miniport.h"})
"""Headers that include <wdm.h> themselves, other than those of `_SMALL`."""
_LARGE: Final = "ntifs.h"
_SMALL: Final = ("ntddk.h", "wdm.h")


def declaration_hints(
    source: bytes, headers: Iterable[bytes], folders: Iterable[Path]
) -> Iterator[str]:
    """A line for the first name of each header that is missing.

    ``headers``: the texts of the project's headers that the source includes; ``folders``: where
    the system's headers are.
    """
    texts = [source, *headers]
    included = {
        each.decode(errors="replace").lower() for text in texts for each in _INCLUDE.findall(text)
    }
    code = _COMMENT.sub(b" ", source)
    for pattern, header, enough in _HEADERS:
        found = None if included.intersection(enough) else re.search(pattern, code)
        if found:
            model = f', for model="{_MODELS[header]}"' if header in _MODELS else ""
            yield f"hint: {found[0].decode()} is declared in <{header}>{model}"
    if included.isdisjoint(_OF_PROGRAMS) and (found := _PRINTS.search(code)):
        yield f"hint: {found[1].decode()}: {instead_of(found[1].decode())}"
    small = next((each for each in _SMALL if each in included), None)
    if small is None and included.isdisjoint(_BRING_IT) and _KERNEL.search(code):
        yield "hint: sources of drivers include <ntddk.h>, <wdm.h> or <ntifs.h> first"
    elif small and included.isdisjoint({_LARGE, "fltkernel.h"}):
        known = list(folders)
        declared = _names(known, (_LARGE,)) - _names(known, _SMALL)
        if name := next((each for each in _CALLED.findall(code) if each in declared), None):
            yield f"hint: {name.decode()} is declared in <{_LARGE}>, in place of <{small}>"


def _names(folders: Iterable[Path], headers: Iterable[str]) -> set[bytes]:
    """What stands before a parenthesis in headers."""
    paths = [folder / header for folder in folders for header in headers]
    return {
        name for path in paths if path.is_file() for name in _DECLARED.findall(path.read_bytes())
    }
