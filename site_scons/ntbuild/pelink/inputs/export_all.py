"""Exports of a mingw DLL that names none: everything that its own objects define.

GNU ld leaves out what the runtime brings along, known by the names of its libraries, objects and
symbols. The same names must be left out here, neither more nor fewer: programs are linked against
the result, and one name too many hides a name of a program.

Source: GNU ld manual, "--export-all-symbols"; ld 2.40 as it behaves.
"""

import re
from collections.abc import Iterable, Sequence
from fnmatch import fnmatchcase
from itertools import count
from typing import Final

import numpy as np

from ntbuild.pecoff.columns.arrays import NameIds
from ntbuild.pecoff.constants import IMAGE_SCN, IMAGE_SYM_CLASS
from ntbuild.pecoff.machine import Machine
from ntbuild.pecoff.object.read import UNDEFINED, ObjectTables, Origin
from ntbuild.pelink.model import ResolvedExport
from ntbuild.pelink.names.decoration import without_argument_bytes
from ntbuild.pelink.options import Export, LinkOptions
from ntbuild.support.text import decoded, encoded
from ntbuild.support.values import replace

from .symbol_index import SymbolIndex

_LIBRARIES: Final = frozenset(
    {"cegcc", "cygwin", "gcc", "gcc_s", "gcc_eh", "stdc++", "mingw32", "mingwex", "mingwthrd"}
    | {"g2c", "supc++", "objc", "gcj", "msvcrt", "msvcrt-os", "ucrt", "ucrtbase", "ucrtapp"}
    | {"unwind", "c++", "c++abi", "compiler_rt", "moldname", "ssp", "pthread", "winpthread"}
)
"""Runtime libraries, without ``lib`` and what follows a dot."""

_OBJECTS: Final = re.compile(
    r"(crt[012]u?|dllcrt[12]|g?crt[12]?|gcrt[012]|crtbegin|crtend|binmode|crtfastmath)\.o$"
)

_NAMES: Final = frozenset(
    b"DllMain DllEntryPoint DllMainCRTStartup _cygwin_dll_entry _cygwin_crt0_common"
    b" _cygwin_noncygwin_dll_entry _fmode _impure_ptr cygwin_attach_dll cygwin_premain0"
    b" cygwin_premain1 cygwin_premain2 cygwin_premain3 environ do_pseudo_reloc impure_ptr"
    b" _pei386_runtime_relocator __main __dso_handle".split()
)
_PREFIXES: Final = (
    b"__imp_",
    b"__rtti_",
    b"__builtin_",
    b".",
    b"_head_",
    b"__NULL_IMPORT",
    b"_nm_",
)
_SUFFIXES: Final = (b"_iname", b"_NULL_THUNK_DATA")

_EXECUTE: Final = int(IMAGE_SCN.MEM_EXECUTE | IMAGE_SCN.CNT_CODE)
_EXTERNAL: Final = int(IMAGE_SYM_CLASS.EXTERNAL)


def all_exports(
    index: SymbolIndex, machine: Machine, options: LinkOptions, excluded: Iterable[str]
) -> list[ResolvedExport]:
    """An export for every name that the objects of the link define, sorted by name."""
    left_out = _NAMES | {encoded(name) for name in (*excluded, *options.exclude_symbols)}
    libraries = {_library(name) for name in options.exclude_libs}
    found: dict[bytes, ResolvedExport] = {}
    for batch, ids in zip(index.batches, index.batch_ids, strict=True):
        for name_id, is_code in _defined(batch, ids, libraries):
            symbol = index.text(name_id)
            if machine.symbol_prefix:
                name = symbol.removeprefix(machine.symbol_prefix.encode())
            else:
                name = symbol
            # GNU ld's lists have names without stdcall's argument bytes. A name with an import slot
            # is one that the image imports, or a substitute for an import.
            bare = name.partition(b"@")[0]
            if (
                name in left_out
                or bare in left_out
                or name.startswith(_PREFIXES)
                or symbol.startswith(_PREFIXES)
                or name.endswith(_SUFFIXES)
                or index.is_defined(b"__imp_" + symbol)
            ):
                continue
            text = decoded(name)
            if _is_hidden(text, options):
                continue
            shown = without_argument_bytes(text) if options.kill_at else text
            if not shown:  # nothing but decoration
                continue
            export = Export(shown, text if shown != text else None, data=not is_code)
            found.setdefault(encoded(shown), ResolvedExport(export, symbol))
    return [found[name] for name in sorted(found)]


def _is_hidden(name: str, options: LinkOptions) -> bool:
    """Whether a version script keeps a name from being exported, as bfd_hide_sym_by_version does.

    The more exact pattern decides: a name, then a pattern, then ``*``; of equals the global one.
    """
    return _exactness(name, options.auto_hide) > _exactness(name, options.auto_export)


def _exactness(name: str, patterns: Sequence[str]) -> int:
    """3 when a pattern is the name, 2 when one with wildcards matches, 1 for ``*``, else 0."""
    if name in patterns:
        return 3
    if any(each != "*" and fnmatchcase(name, each) for each in patterns):
        return 2
    return int("*" in patterns)


def in_order_of_names(exports: Iterable[ResolvedExport]) -> list[ResolvedExport]:
    """Exports as GNU ld numbers them: by name, each with the lowest ordinal that is still free."""
    ordered = sorted(exports, key=lambda each: encoded(each.export.name))
    given = {each.export.ordinal for each in ordered if each.export.ordinal is not None}
    if not given:
        return ordered
    # Numbering begins at the lowest ordinal that was given, and skips those that are taken.
    free = (number for number in count(min(given)) if number not in given)
    return [
        each
        if each.export.ordinal is not None
        else replace(each, export=replace(each.export, ordinal=min(next(free), 0xFFFF)))
        for each in ordered
    ]


def _defined(batch: ObjectTables, ids: NameIds, libraries: set[str]) -> list[tuple[int, bool]]:
    """(name id, whether it is code) of what the user's own objects in a batch define."""
    # One flag an object; below one entry an external symbol of the batch.
    own = np.array([_is_own(o, libraries) for o in batch.objects.origins], np.bool_)
    rows = batch.symbols.rows
    section, value = batch.symbols.section[rows], batch.symbols.value[rows]
    storage = batch.symbols.storage_class[rows]
    common = (section == UNDEFINED) & (value != 0)
    is_own = own[batch.symbols.object[rows]]
    exported = is_own & (storage == _EXTERNAL) & ((section >= 0) | common)
    flags = batch.sections.Characteristics[np.maximum(section, 0)] if len(batch.sections) else value
    is_code = (section >= 0) & (flags & _EXECUTE != 0)
    at = np.flatnonzero(exported)
    return list(zip(ids[at].tolist(), is_code[at].tolist(), strict=True))


def _is_own(origin: Origin, libraries: set[str]) -> bool:
    """Whether an object is the user's: not the linker's, the runtime's or an excluded one's."""
    if origin.made:
        return False
    name = origin.name
    archive, parenthesis, _ = name.removesuffix(")").rpartition("(")
    if not (parenthesis and name.endswith(")")):
        return not _OBJECTS.search(name.replace("\\", "/").rpartition("/")[2])
    library = _library(archive)
    return library not in _LIBRARIES and library not in libraries and "all" not in libraries


def _library(name: str) -> str:
    """``stdc++`` of ``/usr/lib/libstdc++.dll.a``."""
    base = name.replace("\\", "/").rpartition("/")[2].lower().removeprefix("lib")
    for suffix in (".dll.a", ".a", ".lib"):
        base = base.removesuffix(suffix)
    return base
