"""Offsets and sizes of kernel structures are those that drivers are compiled with."""

import struct

import pytest

from compilers.compiling import compilation_of, compile_to, sections
from ntbuild.running.emulated.layouts import FIELDS, field_of

MARK = 0x4C41594F
KINDS = {
    # what the structures' names begin with: headers, and keywords of a driver of that kind
    "FLT_": ("#include <fltKernel.h>", {"model": "minifilter"}),
    "WDF_": ("#include <ntddk.h>\n#include <wdf.h>", {"model": "kmdf"}),
    "storport": ("#include <storport.h>", {"model": "storport", "dialect": "msvc"}),
    "": ("#include <ntifs.h>", {}),
}
STORPORT = ("HW_INITIALIZATION_DATA", "VIRTUAL_HW_INITIALIZATION_DATA", "SCSI_REQUEST_BLOCK")
LARGER_ON_ARM = {"KTIMER", "KTIMER.Period"}


def kind_of(name):
    if name.partition(".")[0] in STORPORT:
        return "storport"
    return next(kind for kind in ("FLT_", "WDF_", "") if name.startswith(kind))


def measured(folder, machine, names, header, keywords):
    """Offset and size of each name, as the compiler has them."""
    rows = []
    for name in names:
        structure, _, field = name.partition(".")
        if field:
            rows.append(f"offsetof({structure}, {field}), sizeof((({structure} *)0)->{field})")
        else:
            rows.append(f"0, sizeof({structure})")
    source = folder / "layout.c"
    text = f"{header}\n#include <stddef.h>\nconst unsigned layout[] = {{ {MARK:#x},\n"
    source.write_text(text + ",\n".join(rows) + " };\n")
    compilation = compilation_of(machine, **keywords)
    made = compile_to(
        folder / "layout.obj", "zig", machine, "release", source, compilation=compilation
    )
    mark = MARK.to_bytes(4, "little")
    (data,) = (data for _, _, data in sections(made) if data.startswith(mark))
    values = struct.unpack(f"<{2 * len(names)}I", data[4 : 4 + 8 * len(names)])
    return dict(zip(names, zip(values[::2], values[1::2], strict=True), strict=True))


@pytest.mark.parametrize("machine", ["x64", "x86", "arm64", "arm"])
@pytest.mark.parametrize("kind", KINDS)
def test_layouts_are_those_of_the_compiler(kind, machine, tmp_path):
    if (kind, machine) == ("storport", "arm"):
        machine = "x86"  # the same layout; the dialect msvc knows no arm
    header, keywords = KINDS[kind]
    names = [name for name in FIELDS if kind_of(name) == kind]
    found = measured(tmp_path, machine, names, header, keywords)
    width = 8 if machine in ("x64", "arm64") else 4
    expected = {name: field_of(name, width) for name in names}
    differing = {name for name in names if found[name] != expected[name]}
    assert differing == (LARGER_ON_ARM & set(names) if machine == "arm" else set())
