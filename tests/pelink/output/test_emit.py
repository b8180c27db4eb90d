"""Headers: every field of the golden profile, and what options make of them."""

import pytest

from coffwriter import DATA, Section, Symbol, build
from linking import defining, entry_object, linked, parsed
from ntbuild.pecoff.machine import MACHINES

DRIVER = {
    "MajorOperatingSystemVersion": 10,
    "MinorOperatingSystemVersion": 0,
    "MajorImageVersion": 10,
    "MajorSubsystemVersion": 10,
    "Subsystem": 1,
    "SectionAlignment": 0x1000,
    "FileAlignment": 0x200,
    "SizeOfStackReserve": 0x40000,
    "SizeOfStackCommit": 0x1000,
    "NumberOfRvaAndSizes": 16,
    "LoaderFlags": 0,
    "Reserved1": 0,
}


@pytest.mark.parametrize("machine", MACHINES)
def test_a_driver_has_the_golden_headers(machine, tmp_path):
    pe = parsed(
        linked(
            tmp_path,
            {
                "main.obj": entry_object("X", machine=machine),
                "x.obj": defining("X", machine=machine),
            },
        )
    )
    wide = MACHINES[machine].is_64bit
    head = pe.OPTIONAL_HEADER
    assert {name: getattr(head, name) for name in DRIVER} == DRIVER
    assert head.ImageBase == (0x140000000 if wide else 0x400000)
    assert pe.FILE_HEADER.Characteristics == (0x22 if wide else 0x102)
    assert (
        head.DllCharacteristics
        == {"x64": 0x160, "arm64": 0x160, "x86": 0x540, "arm": 0x140}[machine]
    )
    assert pe.FILE_HEADER.Machine == int(MACHINES[machine].id)
    assert pe.FILE_HEADER.NumberOfSymbols == pe.FILE_HEADER.PointerToSymbolTable == 0
    assert head.CheckSum == pe.generate_checksum()
    assert hasattr(pe, "DIRECTORY_ENTRY_BASERELOC")
    assert not hasattr(pe, "DIRECTORY_ENTRY_EXPORT")


@pytest.mark.parametrize("machine", MACHINES)
def test_sizes_in_the_headers_add_up(machine, tmp_path):
    pe = parsed(
        linked(
            tmp_path,
            {
                "main.obj": entry_object("X", machine=machine),
                "x.obj": defining("X", bytes(5000), machine=machine),
            },
        )
    )
    head, last = pe.OPTIONAL_HEADER, pe.sections[-1]
    assert head.SizeOfImage == -(-(last.VirtualAddress + last.Misc_VirtualSize) // 0x1000) * 0x1000
    assert head.SizeOfHeaders == pe.sections[0].PointerToRawData
    assert head.SizeOfCode == sum(s.SizeOfRawData for s in pe.sections if s.Characteristics & 0x20)
    data = sum(s.SizeOfRawData for s in pe.sections if s.Characteristics & 0x40)
    assert head.SizeOfInitializedData == data
    assert head.BaseOfCode == next(
        s.VirtualAddress for s in pe.sections if s.Characteristics & 0x20
    )


@pytest.mark.parametrize(
    ("option", "field", "value"),
    [
        ("/version:3.4", ("MajorImageVersion", "MinorImageVersion"), (3, 4)),
        ("/osversion:6.1", ("MajorOperatingSystemVersion", "MinorOperatingSystemVersion"), (6, 1)),
        ("/subsystem:native,6.2", ("MajorSubsystemVersion", "MinorSubsystemVersion"), (6, 2)),
        ("/stack:0x200000,0x3000", ("SizeOfStackReserve", "SizeOfStackCommit"), (0x200000, 0x3000)),
        ("/heap:0x10000,0x2000", ("SizeOfHeapReserve", "SizeOfHeapCommit"), (0x10000, 0x2000)),
        ("/base:0x10000", ("ImageBase",), (0x10000,)),
        ("/align:0x2000", ("SectionAlignment",), (0x2000,)),
        ("/filealign:0x1000", ("FileAlignment", "SizeOfHeaders"), (0x1000, 0x1000)),
        ("/integritycheck", ("DllCharacteristics",), (0x1E0,)),
        ("/dynamicbase:no", ("DllCharacteristics",), (0x120,)),
        ("/nxcompat:no", ("DllCharacteristics",), (0x060,)),
        ("/highentropyva:no", ("DllCharacteristics",), (0x140,)),
        ("/release:no", ("CheckSum",), (0,)),
        ("/subsystem:efi_application", ("Subsystem",), (10,)),
    ],
)
def test_options_reach_their_fields(option, field, value, tmp_path):
    head = parsed(linked(tmp_path, {"main.obj": entry_object()}, option)).OPTIONAL_HEADER
    assert tuple(getattr(head, name) for name in field) == value


@pytest.mark.parametrize(
    ("base", "characteristics", "dll"),
    [
        (["/driver", "/entry:DriverEntry"], 0x22, 0x160),
        (["/driver:wdm", "/entry:DriverEntry"], 0x22, 0x2160),
        (["/driver:uponly", "/entry:DriverEntry"], 0x4022, 0x160),
        (["/entry:DriverEntry", "/subsystem:console"], 0x22, 0x8160),
        (["/dll", "/noentry", "/include:DriverEntry"], 0x2022, 0x160),
    ],
)
def test_characteristics(base, characteristics, dll, tmp_path):
    pe = parsed(linked(tmp_path, {"main.obj": entry_object()}, base=base))
    assert pe.FILE_HEADER.Characteristics == characteristics
    assert pe.OPTIONAL_HEADER.DllCharacteristics == dll


def test_relocations_are_always_kept_for_drivers(tmp_path):
    files = {"main.obj": entry_object("X"), "x.obj": defining("X")}
    result = linked(tmp_path, files, "/fixed")
    assert [str(each).partition(" ")[0] for each in result.warnings] == ["/fixed"]
    pe = parsed(result)
    assert not pe.FILE_HEADER.Characteristics & 1
    assert pe.DIRECTORY_ENTRY_BASERELOC
    assert not pe.OPTIONAL_HEADER.DllCharacteristics & 0x40  # DYNAMIC_BASE: as /fixed says


@pytest.mark.parametrize("size", [0, 4, 1 << 16])
def test_an_export_directory_without_bytes_is_not_stamped(size, tmp_path):
    """Found by generated inputs: an object may have an .edata of its own that is no directory."""
    data, flags = (bytes(size), DATA) if size == 4 else (b"", 0xC0000080)
    directory = Section(".edata", data, flags, 4, size=size or 16)
    after = Section(".zzz", b"after it", DATA, 4)
    own = build("x64", [directory, after], [Symbol("Here", ".edata"), Symbol("After", ".zzz")])
    files = {"main.obj": entry_object("Here", "After"), "own.obj": own}
    result = linked(tmp_path, files, "/timestamp:0x11223344")
    assert result.image.count(bytes.fromhex("44332211")) == 1
    assert result.image.count(b"after it") == 1
