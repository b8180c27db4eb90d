"""The format's limits: what fits links, fast and without memory of the image's size; what does not
is refused by one line before any of it is taken."""

import resource
import struct
import subprocess
import sys
import time
from pathlib import Path

import pefile
import pytest

from coffwriter import ANY, BSS, CODE, DATA, RDATA, Reloc, Section, Symbol, build
from ntbuild import LinkError, LinkOptions, link, options_from_argv
from ntbuild.pelink.commands.cli import main
from slowness import allowed

ADDR64, ADDR32, ADDR32NB, REL32, SECREL = 1, 2, 3, 4, 11
RET = bytes(16)
SITE = Path(__file__).parents[3] / "site_scons"


def write(folder: Path, *objects: bytes) -> list[Path]:
    paths = []
    for number, data in enumerate(objects):
        paths.append(folder / f"{number}.obj")
        paths[-1].write_bytes(data)
    return paths


def options(*argv: str) -> LinkOptions:
    return options_from_argv(["/driver", "/entry:DriverEntry", "/out:it.sys", *argv])


def entry(*relocations: Reloc, symbols: tuple[Symbol, ...] = ()) -> bytes:
    code = Section(".text", RET * 2, CODE, 16, relocations)
    return build("x64", [code], [Symbol("DriverEntry", ".text", type=0x20), *symbols])


def refused(paths, *argv: str) -> str:
    """The one error of a link, which must come at once and without memory of the image's size."""
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    start = time.process_time()
    with pytest.raises(LinkError) as caught:
        link(paths, options(*argv))
    assert time.process_time() - start < allowed(2)
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 64 << 10
    (error,) = caught.value.diagnostics
    return str(error)


# --- sections ------------------------------------------------------------------------------------


@pytest.mark.parametrize("count", [94, 95, 96, 2000])
def test_sections_beyond_96_are_a_warning(count, tmp_path):
    many = [Section(f"s{number}", b"1234", RDATA, 4) for number in range(count)]
    result = link(write(tmp_path, entry(), build("x64", many)), options("/opt:noref"))
    image = pefile.PE(data=result.image, fast_load=True)
    assert image.FILE_HEADER.NumberOfSections == len(image.sections) == count + 1
    headers = image.OPTIONAL_HEADER.SizeOfHeaders
    assert headers <= image.sections[0].VirtualAddress
    assert headers <= image.sections[0].PointerToRawData
    # .reloc may follow, so one more is counted than there are.
    assert bool(result.warnings) == (count + 2 > 96)


def test_sections_beyond_65535_are_an_error(tmp_path):
    half = [Section(f"s{number:x}", b"1", RDATA) for number in range(0x8000)]
    other = [Section(f"t{number:x}", b"1", RDATA) for number in range(0x8000)]
    parts = [build("x64", each, section_symbols=False) for each in (half, other)]
    objects = (*parts, entry())
    start = time.process_time()
    with pytest.raises(LinkError) as caught:
        link(write(tmp_path, *objects), options("/opt:noref"))
    assert time.process_time() - start < allowed(30)
    (error,) = caught.value.diagnostics
    assert error.message == "too many sections: 65538, an image holds 65535"


def test_an_object_of_65000_sections_is_read(tmp_path):
    """The field is unsigned but for the highest numbers, which mean something else."""
    count = 0xFEFF - 1
    sections = [Section(".text$x", RET, CODE, 16, comdat=ANY) for _ in range(count)]
    sections.append(Section(".text", RET, CODE, 16))
    symbols = [Symbol(f"F{number}", number + 1, type=0x20) for number in range(count)]
    last = len(sections)
    symbols.append(Symbol("DriverEntry", last - (1 << 16), type=0x20))
    data = build("x64", sections, symbols[-1:], section_symbols=False)
    result = link(write(tmp_path, data), options())
    image = pefile.PE(data=result.image, fast_load=True)
    assert image.sections[0].Misc_VirtualSize == 16


# --- exports -------------------------------------------------------------------------------------


def exporting(count: int) -> bytes:
    symbols = [Symbol("DriverEntry", ".text", type=0x20)]
    symbols += [Symbol(f"Function{number}", ".text", number % 16) for number in range(count)]
    directives = " ".join(f"/export:Function{number}" for number in range(count))
    sections = [Section(".text", RET, CODE, 16), Section(".drectve", directives.encode(), 0xA00)]
    return build("x64", sections, symbols)


def imports_of(folder: Path, library: bytes, name: str) -> list[bytes]:
    """What an image imports that refers to a name of an import library."""
    (folder / "it.lib").write_bytes(library)
    slot = f"__imp_{name}"
    paths = write(folder, entry(Reloc(0, slot, REL32), symbols=(Symbol(slot),)))
    result = link([*paths, folder / "it.lib"], options("/out:other.sys"))
    image = pefile.PE(data=result.image)
    return [each.name for module in image.DIRECTORY_ENTRY_IMPORT for each in module.imports]


def test_65535_exports_are_written_fast(tmp_path):
    paths = write(tmp_path, exporting(0xFFFF))
    start = time.process_time()
    result = link(paths, options())
    assert time.process_time() - start < allowed(15)
    image = pefile.PE(data=result.image, fast_load=True)
    directory = image.OPTIONAL_HEADER.DATA_DIRECTORY[0]
    data = image.get_data(directory.VirtualAddress, directory.Size)
    base, functions, names, at, names_at, ordinals_at = struct.unpack_from("<6I", data, 16)
    assert (base, functions, names) == (1, 0xFFFF, 0xFFFF)
    start_of = directory.VirtualAddress
    pointers = struct.unpack_from(f"<{names}I", data, names_at - start_of)
    found = [data[p - start_of : data.index(b"\0", p - start_of)] for p in pointers]
    assert found == sorted(f"Function{number}".encode() for number in range(0xFFFF))
    ordinals = struct.unpack_from(f"<{names}H", data, ordinals_at - start_of)
    assert sorted(ordinals) == list(range(0xFFFF))
    addresses = struct.unpack_from(f"<{functions}I", data, at - start_of)
    text = image.sections[0].VirtualAddress
    for name, ordinal in list(zip(found, ordinals, strict=True))[::1009]:
        assert addresses[ordinal] == text + int(name[8:]) % 16
    assert result.import_library
    assert imports_of(tmp_path, result.import_library, "Function65534") == [b"Function65534"]


def test_one_export_more_is_an_error(tmp_path):
    paths = write(tmp_path, exporting(0x10000))
    with pytest.raises(LinkError) as caught:
        link(paths, options())
    (error,) = caught.value.diagnostics
    assert "65535" in error.message


# --- sizes ---------------------------------------------------------------------------------------


def test_uninitialised_data_of_two_gibibytes_is_no_file_of_that_size(tmp_path):
    room = build("x64", [Section(".bss", b"", BSS, 16, size=0x7FFF0000)], [Symbol("Room", ".bss")])
    main = entry(Reloc(0, "Room", ADDR32NB), symbols=(Symbol("Room"),))
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    result = link(write(tmp_path, main, room), options())
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 64 << 10
    assert len(result.image) < 0x2000
    image = pefile.PE(data=result.image, fast_load=True)
    assert image.OPTIONAL_HEADER.SizeOfImage == 0x7FFF0000 + 0x2000


@pytest.mark.parametrize(
    "sizes",
    [
        [0xFFFFFFFF],
        [0xC0000000, 0xC0000000],
        [0x7FFFFFFF] * 3,
    ],
)
def test_an_image_that_does_not_fit_is_refused_before_memory_is_taken(sizes, tmp_path):
    sections = [Section(".bulk", b"", BSS, 16, size=size) for size in sizes]
    text = refused(write(tmp_path, entry(), build("x64", sections)), "/opt:noref")
    assert "4 GiB" in text
    assert "\n" not in text


@pytest.mark.parametrize("sizes", [[0x80000000], [0x7FFFFFF0, 0x7FFFFFF0], [1 << 19] * 3])
@pytest.mark.parametrize("flags", [CODE, DATA, RDATA])
def test_a_small_file_cannot_ask_for_much_initialised_data(sizes, flags, tmp_path):
    sections = [Section(".bulk", b"", flags, 16, size=size) for size in sizes]
    paths = write(tmp_path, entry(), build("x64", sections))
    text = "SizeOfRawData: a section of initialised data has a size but no bytes"
    assert refused(paths, "/opt:noref") == f"{paths[1]}: {text}"


def test_a_little_initialised_data_without_bytes_is_zeros(tmp_path):
    part = build("x64", [Section(".data", b"", DATA, 16, size=0x3000)], [Symbol("Zeros", ".data")])
    result = link(write(tmp_path, entry(), part), options("/include:Zeros"))
    image = pefile.PE(data=result.image, fast_load=True)
    assert image.sections[1].SizeOfRawData == 0x3000
    assert image.get_data(0x2000, 0x3000) == bytes(0x3000)


def test_sections_that_each_fit_but_not_together_are_refused(tmp_path):
    sections = [Section(f"bulk{number}", b"", BSS, 16, size=0x60000000) for number in range(4)]
    text = refused(write(tmp_path, entry(), build("x64", sections)), "/opt:noref")
    assert text.endswith("the format holds 4 GiB, 2 GiB of them in the file")


def test_a_common_of_4_gib_is_refused(tmp_path):
    main = entry(
        Reloc(0, "One", ADDR32NB),
        Reloc(4, "Other", ADDR32NB),
        symbols=(Symbol("One", 0, 0xFFFFFFF0), Symbol("Other", 0, 0xFFFFFFF0)),
    )
    assert "4 GiB" in refused(write(tmp_path, main))


# --- relocations ---------------------------------------------------------------------------------


def far(kind: int) -> list[bytes]:
    """A relocation whose target is 2 GiB away."""
    main = entry(Reloc(16, "Far", kind), symbols=(Symbol("Far"),))
    sections = [
        Section(".bss", b"", BSS, 16, size=0x80000000),
        Section("zfar", bytes(16), DATA, 16),
    ]
    symbols = [Symbol("Room", ".bss"), Symbol("Far", "zfar", 8)]
    return [main, build("x64", sections, symbols)]


def test_a_distance_of_2_gib_is_out_of_range(tmp_path):
    paths = write(tmp_path, *far(REL32))
    lines = refused(paths, "/opt:noref").splitlines()
    assert lines[0] == (
        f"{paths[0]}:(.text+0x10): relocation out of range: IMAGE_REL_AMD64_REL32 against Far"
    )
    assert lines[1] == ">>> the target is at RVA 0x80002008"


def test_an_rva_of_2_gib_is_not(tmp_path):
    result = link(write(tmp_path, *far(ADDR32NB)), options("/opt:noref"))
    image = pefile.PE(data=result.image, fast_load=True)
    assert struct.unpack("<I", image.get_data(0x1010, 4)) == (0x80002008,)


def test_a_32_bit_address_above_4_gib_is_out_of_range(tmp_path):
    paths = write(tmp_path, entry(Reloc(0, "DriverEntry", ADDR32)))
    assert "relocation out of range: IMAGE_REL_AMD64_ADDR32 against DriverEntry" in refused(paths)


def test_an_offset_in_no_section_is_refused_in_lld_links_words(tmp_path):
    main = entry(Reloc(0, "Absolute", SECREL), symbols=(Symbol("Absolute", -1, 5),))
    paths = write(tmp_path, main)
    text = refused(paths)
    assert text.splitlines()[0] == (
        f"{paths[0]}:(.text): SECREL relocation cannot be applied to absolute symbols: Absolute"
    ).replace("(.text)", "(.text+0x0)")


# --- names ---------------------------------------------------------------------------------------


def test_a_symbol_name_of_a_megabyte_is_a_name(tmp_path):
    name = "n" * (1 << 20)
    other = build("x64", [Section(".data", b"12345678", DATA, 8)], [Symbol(name, ".data")])
    main = entry(Reloc(0, name, ADDR64), symbols=(Symbol(name),))
    result = link(write(tmp_path, main, other), options())
    image = pefile.PE(data=result.image, fast_load=True)
    assert struct.unpack("<Q", image.get_data(0x1000, 8)) == (0x140002000,)


def test_the_command_says_it_in_one_line(tmp_path):
    sections = [Section(".bulk", b"", BSS, 16, size=0xC0000000) for _ in range(2)]
    paths = write(tmp_path, entry(), build("x64", sections))
    command = [sys.executable, "-m", "ntbuild.pelink", "/driver", "/opt:noref", "/out:it.sys"]
    done = subprocess.run(
        [*command, *map(str, paths)],
        capture_output=True,
        text=True,
        check=False,
        cwd=tmp_path,
        env={"PYTHONPATH": str(SITE)},
    )
    assert done.returncode == 1
    assert done.stderr.splitlines() == [
        "pelink: error: section larger than 4 GiB: .bulk (6442450944 bytes)"
    ]
    assert not (tmp_path / "it.sys").exists()


@pytest.mark.parametrize("sizes", [(0, 1 << 30, 0), (0, 1 << 20, 0), (0, 0, 1 << 30)], ids=str)
def test_a_gigabyte_of_zeros_between_data_is_refused_and_costs_nothing_at_the_end(
    sizes, tmp_path, monkeypatch, capsys
):
    """As ld, contributions keep their order; link.exe puts uninitialised ones last."""
    monkeypatch.chdir(tmp_path)
    zeros = CODE & ~0x20 | 0x80
    for number, size in enumerate(sizes):
        part = Section(".text", b"", zeros, size=size) if size else Section(".text", RET, CODE)
        entry = [Symbol("DriverEntry", ".text")] if number == 0 else []
        Path(f"{number}.o").write_bytes(build("x64", [part], entry))
    status = main(["-m", "i386pep", "-e", "DriverEntry", "-o", "x.exe", "0.o", "1.o", "2.o"])
    if sizes[1] == 1 << 30:
        lines = capsys.readouterr().err.splitlines()
        assert lines[0].startswith(
            "pelink: error: section .text: 1073741824 bytes of uninitialised data would be zeros"
        )
        assert (status, len(lines), Path("x.exe").exists()) == (1, 2, False)
    else:
        assert status == 0
        assert Path("x.exe").stat().st_size < sizes[1] + (1 << 14)


def test_sections_of_less_than_a_page_hold_no_gigabyte_of_zeros(tmp_path):
    """Found by generated inputs: such a file is an image of memory, .bss included."""
    text = Section(".text", RET, CODE)
    blank = Section(".bss", b"", BSS, 4, size=1 << 29)
    symbols = [Symbol("DriverEntry", ".text"), Symbol("Blank", ".bss")]
    (path,) = write(tmp_path, build("x64", [text, blank], symbols))
    line = ["/entry:DriverEntry", "/subsystem:efi_application", "/align:32", "/include:Blank"]
    with pytest.raises(LinkError, match="536870912 bytes of uninitialised data would be zeros"):
        link([path], options_from_argv(line))
