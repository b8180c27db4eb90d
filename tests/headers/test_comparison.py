"""Every structure, constant and function that both our headers and a kit's declare, compared.

NTBUILD_KIT_HEADERS= names the kit. What may differ is in ``differences.toml``, with its reason.
"""

import os
import re
import tomllib
from pathlib import Path

import pytest

from headers.declarations import Declarations, records
from headers.layouts import MACHINES, NAMED_LATE, compile_argv, kit_argv

KIT = os.environ.get("NTBUILD_KIT_HEADERS", "")
HERE = Path(__file__).resolve().parent
TABLE = tomllib.loads((HERE / "differences.toml").read_text())
ALLOWED = {name: group["reason"] for group in TABLE["allowed"] for name in group["names"]}
PARTLY = re.compile(r"(?:Reserved|Rsvd|Spare|Unused)\w*$")
"""Fields of which a newer kit has named a part: what is named nowhere is used nowhere."""


def different(kind, ours, theirs):
    """Lines for names that both have otherwise."""
    return [
        f"{kind} {name}: ours {ours[name]}, the kit's {theirs[name]}"
        for name in sorted(ours.keys() & theirs.keys())
        if ours[name] != theirs[name]
    ]


def different_layouts(ours, theirs):
    """Sizes, alignments and places of fields; of a record under several names once."""
    found, seen = [], set()
    for name in sorted(ours.keys() & theirs.keys()):
        mine, other = ours[name], theirs[name]
        if (id(mine), id(other)) in seen:
            continue
        seen.add((id(mine), id(other)))
        if (mine.size, mine.alignment) != (other.size, other.alignment):
            found.append(
                f"record {name}: ours {mine.size} aligned {mine.alignment}, "
                f"the kit's {other.size} aligned {other.alignment}"
            )
        found += [
            f"record {name}: {field} is at {mine.fields[field]}, the kit's at {other.fields[field]}"
            for field in mine.fields.keys() & other.fields.keys()
            if mine.fields[field][:2] != other.fields[field][:2] and not PARTLY.search(field)
        ]
    return found


def compared(ours, theirs):
    """All differences of two header worlds."""
    found = different_layouts(ours.layouts(), theirs.layouts())
    names = (ours.macros | ours.enumerators) & (theirs.macros | theirs.enumerators)
    found += different("constant", ours.constants(names), theirs.constants(names))
    names = ours.typedefs.keys() & theirs.typedefs.keys()
    found += different("type", ours.sizes(names), theirs.sizes(names))
    names = ours.functions & theirs.functions
    found += different("function", ours.signatures(names), theirs.signatures(names))
    return found


def test_layouts_are_read_with_the_paths_of_fields():
    rows = """*** Dumping AST Record Layout
         0 | struct _OUTER
         0 |   UCHAR Kind
     4:0-2 |   ULONG Low
         8 |   union _OUTER::(anonymous at a.h:3:5)@
         8 |     struct _INNER Inner
         8 |       ULONG Hidden
         8 |     ULONG_PTR Number
        16 |   struct _OUTER::(unnamed at a.h:7:5) Named
        16 |     PVOID Pointer
           | [sizeof=24, align=8]
"""
    found, rest = records(rows.replace("@", " ").splitlines())
    assert rest == []
    assert (found["_OUTER"].size, found["_OUTER"].alignment) == (24, 8)
    assert {name: place[:2] for name, place in found["_OUTER"].fields.items()} == {
        "Kind": (0, None),
        "Low": (4, (0, 2)),
        "Inner": (8, None),
        "Number": (8, None),
        "Named": (16, None),
        "Named.Pointer": (16, None),
    }


@pytest.mark.skipif(not KIT, reason="NTBUILD_KIT_HEADERS= names no folder with km and shared")
@pytest.mark.parametrize("machine", MACHINES)
@pytest.mark.parametrize("group", TABLE["headers"])
def test_nothing_differs_from_a_kit_without_a_reason(tmp_path, group, machine):
    late = "".join(f"struct _{each};\n" for each in NAMED_LATE)
    lines = [
        each if each.startswith("#") else f"#include <{each}>" for each in TABLE["headers"][group]
    ]
    text = late + "\n".join(["#define NTDDI_VERSION 0x0A00000C", *lines]) + "\n"
    ours, theirs = tmp_path / "ours.c", tmp_path / "theirs.c"
    kit = [each for each in kit_argv(Path(KIT), theirs, machine) if "NTDDI_VERSION" not in each]
    mine = Declarations(compile_argv(ours, machine, "c", "msvc", "zig"), ours, text)
    other = Declarations(kit, theirs, text)
    assert (mine.error, other.error) == ("", "")
    found = compared(mine, other)
    assert "\n".join(each for each in found if each.split()[1].rstrip(":") not in ALLOWED) == ""


def test_every_allowed_difference_has_a_reason():
    assert all(len(reason) > 20 for reason in ALLOWED.values())
    names = [name for group in TABLE["allowed"] for name in group["names"]]
    assert len(names) == len(set(names))
