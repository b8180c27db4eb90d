"""Exports: the export directory as one .edata object whose fields are relocations.

The functions' RVAs and the directory's own pointers are ADDR32NB relocations, so the table's size
is final before anything is placed. Names are sorted by bytes for the loader's binary search, and
independent of that, functions are sorted by ordinals, which an export may have been given.

Source: PE Format, "The .edata Section".
"""

import struct
from collections.abc import Iterator, Sequence
from itertools import pairwise

from ntbuild.pecoff.constants import IMAGE_SYM_CLASS
from ntbuild.pecoff.object.write import MadeSection, MadeSymbol, write_object
from ntbuild.pelink.machines.target import Target
from ntbuild.pelink.model import ResolvedExport
from ntbuild.support.text import encoded

from .imports import MadeObject

_DIRECTORY = "<IIHHIIIIIII"
_DIRECTORY_SIZE = struct.calcsize(_DIRECTORY)
_LAST_ORDINAL = 0xFFFF


def with_ordinals(exports: Sequence[ResolvedExport]) -> list[tuple[int, ResolvedExport]]:
    """(ordinal, export), ascending. Exports without an ordinal get those after the highest one.

    They get them in the order of their names, so that ordinals do not depend on the order of a
    list; link.exe, lld-link and GNU ld do the same.
    """
    taken = [each.export.ordinal for each in exports if each.export.ordinal is not None]
    following = max(taken, default=0) + 1
    numbered = []
    for each in sorted(exports, key=lambda each: encoded(each.export.name)):
        ordinal = each.export.ordinal
        if ordinal is None:
            ordinal, following = following, following + 1
        numbered.append((ordinal, each))
    return sorted(numbered, key=lambda pair: pair[0])


def ordinal_faults(exports: Sequence[ResolvedExport]) -> Iterator[str]:
    """A message for each reason why these exports cannot have ordinals: too many, or one twice."""
    numbered = with_ordinals(exports)
    if numbered[-1][0] > _LAST_ORDINAL:
        yield f"too many exported symbols (got {numbered[-1][0]}, max 65535)"
    for (left, first), (right, second) in pairwise(numbered):
        if left == right:
            yield f"exports {first.export.name} and {second.export.name} both have ordinal {left}"


def export_directory(exports: Sequence[ResolvedExport], module: str, target: Target) -> MadeObject:
    """The object with the export directory of ``module``, the image's file name.

    Ordinals are at most 65535 and distinct (`ordinal_faults`). Parts of the one section, in order:
    directory, functions by ordinal, names by bytes, ordinal of each name, texts.
    """
    numbered = with_ordinals(exports)
    # The table of functions has an entry for each ordinal from ``base`` on, zero for unused ones.
    base = numbered[0][0]
    count = numbered[-1][0] - base + 1
    named = sorted(
        (encoded(e.export.name), number - base) for number, e in numbered if not e.export.noname
    )
    functions_at = _DIRECTORY_SIZE
    names_at = functions_at + 4 * count
    ordinals_at = names_at + 4 * len(named)
    strings = bytearray()
    strings_at = ordinals_at + 2 * len(named)

    def text(value: bytes) -> int:
        strings.extend(value + b"\0")
        return strings_at + len(strings) - len(value) - 1

    module_at = text(module.encode("utf-8", "surrogateescape"))
    symbols = [MadeSymbol(b".edata", 1, 0, int(IMAGE_SYM_CLASS.STATIC))]
    functions = [0] * count
    own = [12, 28, 32, 36] if named else [12, 28]
    relocations = []
    for ordinal, each in numbered:
        at = functions_at + 4 * (ordinal - base)
        # A forwarder's entry points to its text in the directory itself; by that it is recognised.
        if each.forwarder:
            functions[ordinal - base] = text(each.forwarder)
            own.append(at)
        else:
            symbols.append(MadeSymbol(each.symbol))
            relocations.append((at, len(symbols) - 1, target.image_relative))
    pointers = [text(name) for name, _ in named]
    own += [names_at + 4 * index for index in range(len(named))]
    relocations += [(at, 0, target.image_relative) for at in own]
    tables = (functions_at, names_at, ordinals_at) if named else (functions_at, 0, 0)
    data = b"".join(
        (
            struct.pack(_DIRECTORY, 0, 0, 0, 0, module_at, base, count, len(named), *tables),
            struct.pack(f"<{count}I", *functions),
            struct.pack(f"<{len(named)}I", *pointers),
            struct.pack(f"<{len(named)}H", *(index for _, index in named)),
            bytes(strings),
        )
    )
    section = MadeSection(".edata", data, alignment=4, relocations=relocations)
    return MadeObject(
        "export directory", "~", write_object(int(target.machine.id), [section], symbols)
    )
