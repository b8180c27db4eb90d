"""Control flow guard in drivers: the run-time's load configuration, filled in by the linker."""

import struct

import pefile
import pytest

from compilers.compiling import CELLS, FEATURES, compile_to, import_library
from ntbuild import LinkOptions, link
from ntbuild.pelink.libraries.archive_writer import write_archive

DRIVER = """
#include <ntddk.h>
DRIVER_INITIALIZE DriverEntry;
DRIVER_UNLOAD Unload;
typedef int Function(int);
extern Function *volatile chosen;
Function twice;
Function *volatile chosen = twice;
int twice(int number) { return 2 * number; }
VOID NTAPI Unload(PDRIVER_OBJECT DriverObject) { (void)DriverObject; }
NTSTATUS NTAPI DriverEntry(PDRIVER_OBJECT DriverObject, PUNICODE_STRING RegistryPath)
{
    DriverObject->DriverUnload = Unload;
    return (NTSTATUS)chosen(RegistryPath->Length);
}
"""


@pytest.mark.parametrize("words", ["", "cf"])
@pytest.mark.parametrize(("name", "machine"), CELLS)
def test_a_guarded_driver_has_a_load_configuration(built, name, machine, words, tmp_path):
    (tmp_path / "it.c").write_text(DRIVER)
    flags = ["-mguard=cf"] if words and (name, machine) in FEATURES["control flow guard"] else []
    made = compile_to(
        tmp_path / "it.o", name, machine, "release", tmp_path / "it.c", *flags, root=tmp_path
    )
    runtime = tmp_path / "runtime.lib"
    members = [(path.name, path.read_bytes()) for path in built(name, machine, "release")]
    runtime.write_bytes(write_archive(members))
    kernel = import_library(tmp_path, "ntoskrnl", machine)
    options = LinkOptions(
        out="it.sys", machine=machine, driver="plain", entry="DriverEntry", guard=words
    )
    result = link([made, runtime, kernel], options)
    assert [str(each) for each in result.warnings] == []
    image = pefile.PE(data=result.image)
    directory = image.OPTIONAL_HEADER.DATA_DIRECTORY[10]
    wide = image.OPTIONAL_HEADER.Magic == 0x20B
    assert bool(image.OPTIONAL_HEADER.DllCharacteristics & 0x4000) == bool(words)
    if not words:
        assert directory.Size == 0
        assert "_load_config_used" not in result.map
        return
    assert directory.Size == (0x140 if wide else 0xC0)
    data = image.get_data(directory.VirtualAddress, directory.Size)
    cookie, *_, check, dispatch, table, count = struct.unpack_from(
        "<7Q" if wide else "<7I", data, 0x58 if wide else 0x3C
    )
    assert struct.unpack_from("<I", data, 0x90 if wide else 0x58)[0] == 0x10500
    base = image.OPTIONAL_HEADER.ImageBase
    names = _names(result.map, base)
    prefix = "_" if machine == "x86" else ""
    assert prefix + "__security_cookie" in names[cookie - base]
    assert prefix + "__guard_check_icall_fptr" in names[check - base]
    assert prefix + "__guard_dispatch_icall_fptr" in names[dispatch - base]
    targets = struct.unpack(f"<{count}I", image.get_data(table - base, 4 * count))
    found = {name for rva in targets for name in names.get(rva, ())}
    stdcall = ["Unload@4", "DriverEntry@8"] if prefix else ["Unload", "DriverEntry"]
    assert {prefix + each for each in ("twice", *stdcall)} <= found
    assert list(targets) == sorted(set(targets))
    assert not any(rva % 16 for rva in targets)


def _names(text, base):
    found = {}
    for line in text.splitlines():
        words = line.split()
        if len(words) >= 4 and words[0].count(":") == 1 and len(words[2]) == 16:
            found.setdefault(int(words[2], 16) - base, set()).add(words[1])
    return found
