"""What nobody named: subsystem, entry point, machine; and what objects ask for in directives."""

import pefile
import pytest

from coffwriter import CODE, INFO, RDATA, Reloc, Section, Symbol, build
from ntbuild import LinkError, link, options_from_argv


def made(folder, names, *, machine="x64", drectve="", wants=(), file="a.obj"):
    """An object that defines functions, each 16 bytes, and references others."""
    relocations = [Reloc(4 * at, name, 3) for at, name in enumerate(wants)]
    sections = [
        Section(".text", bytes(16 * max(len(names), 1)), CODE, 16),
        Section(".rdata", bytes(16 + 4 * len(wants)), RDATA, 8, relocations),
    ]
    if drectve:
        sections.append(Section(".drectve", drectve.encode(), INFO))
    symbols = [Symbol(name, ".text", 16 * at) for at, name in enumerate(names)]
    path = folder / file
    path.write_bytes(build(machine, sections, [*symbols, *map(Symbol, wants)]))
    return path


def linked(paths, *argv):
    result = link(paths, options_from_argv(["/nodefaultlib", *argv]))
    return pefile.PE(data=result.image), [each.message for each in result.warnings]


@pytest.mark.parametrize(
    ("names", "argv", "entry", "subsystem", "warnings"),
    [
        (["main", "mainCRTStartup"], [], 1, 3, []),
        (["wmain", "wmainCRTStartup"], [], 1, 3, []),
        (["WinMain", "WinMainCRTStartup"], [], 1, 2, []),
        (["wWinMain", "wWinMainCRTStartup"], [], 1, 2, []),
        (
            ["main", "wmain", "mainCRTStartup"],
            [],
            2,
            3,
            ["found both wmain and main; using latter"],
        ),
        (
            ["main", "WinMain", "mainCRTStartup"],
            [],
            2,
            3,
            ["found main and WinMain; defaulting to /subsystem:console"],
        ),
        (["main", "WinMainCRTStartup"], ["/subsystem:windows"], 1, 2, []),
        (["x", "NtProcessStartup"], ["/subsystem:native"], 1, 1, []),
        (["x", "efi_main"], ["/subsystem:efi_application"], 1, 10, []),
        (["x", "_DllMainCRTStartup"], ["/dll"], 1, 2, []),
        (["x", "DriverEntry"], ["/driver"], 1, 1, []),
    ],
)
def test_names_tell_what_a_program_is(names, argv, entry, subsystem, warnings, tmp_path):
    pe, said = linked([made(tmp_path, names)], *argv)
    assert pe.OPTIONAL_HEADER.AddressOfEntryPoint == 0x1000 + 16 * entry
    assert subsystem == pe.OPTIONAL_HEADER.Subsystem
    assert said == warnings


def test_an_entry_point_may_come_with_a_library_that_an_object_names(tmp_path, monkeypatch):
    from ntbuild.pelink.libraries.archive_writer import write_archive

    monkeypatch.chdir(tmp_path)
    startup = made(tmp_path, ["mainCRTStartup"], wants=["main"], file="startup.obj")
    (tmp_path / "crt.lib").write_bytes(write_archive([("s.obj", startup.read_bytes())]))
    program = made(tmp_path, ["main"], drectve="/defaultlib:crt")
    result = link([program], options_from_argv([]))
    assert pefile.PE(data=result.image).OPTIONAL_HEADER.AddressOfEntryPoint == 0x1010


def test_a_machine_that_nothing_tells_is_x64():
    pe, said = linked([], "/noentry", "/dll", "/export:a=b.c", "/out:a.dll")
    assert said == ["/machine is not specified. x64 is assumed"]
    assert pe.FILE_HEADER.Machine == 0x8664


def test_lazy_objects_take_part_when_they_are_needed(tmp_path):
    main = made(tmp_path, ["Start"], wants=["Needed"])
    needed = made(tmp_path, ["Needed"], file="needed.obj")
    idle = made(tmp_path, ["Idle", "Start"], file="idle.obj")
    argv = ["/entry:Start", f"/lazy:{needed}", f"/lazy:{idle}", "/opt:noref,noicf"]
    pe, _ = linked([main, idle, needed], *argv)
    assert pe.sections[0].Misc_VirtualSize == 32


def test_an_optional_name_is_only_taken_when_there_is_one(tmp_path):
    main = made(tmp_path, ["Start"])
    other = made(tmp_path, ["Extra"], file="extra.obj")
    argv = ["/entry:Start", f"/lazy:{other}", "/opt:noref,noicf"]
    pe, _ = linked([main, other], *argv, "/includeoptional:Extra", "/includeoptional:Nobody")
    assert pe.sections[0].Misc_VirtualSize == 32
    with pytest.raises(LinkError, match="<root>: undefined symbol: Nobody"):
        linked([main], "/entry:Start", "/include:Nobody")


def test_what_objects_ask_for_that_does_not_match_is_an_error(tmp_path):
    one = made(tmp_path, ["Start"], drectve='/FAILIFMISMATCH:"RuntimeLibrary=MT_StaticRelease"')
    other = made(
        tmp_path, ["X"], drectve='/FAILIFMISMATCH:"RuntimeLibrary=MD_Dynamic"', file="b.obj"
    )
    with pytest.raises(LinkError) as caught:
        linked([one, other], "/entry:Start")
    (found,) = caught.value.diagnostics
    assert str(found).splitlines() == [
        "/failifmismatch: mismatch detected for 'RuntimeLibrary':",
        f">>> {one} has value MT_StaticRelease",
        f">>> {other} has value MD_Dynamic",
    ]
    linked([one, one.parent / "a.obj"][:1], "/entry:Start", "/failifmismatch:Other=1")


def test_directives_give_way_to_the_command_line(tmp_path):
    path = made(
        tmp_path,
        ["Start", "Other"],
        drectve="-stack:0x40000 -subsystem:windows -entry:Other -merge:.rdata=.data -nologo"
        " -section:.text,ERW -guardsym:x,S -throwingnew -editandcontinue -inferasanlibs",
    )
    pe, said = linked([path])
    assert said == []
    assert (pe.OPTIONAL_HEADER.SizeOfStackReserve, pe.OPTIONAL_HEADER.Subsystem) == (0x40000, 2)
    assert pe.OPTIONAL_HEADER.AddressOfEntryPoint == 0x1010
    assert [s.Name.rstrip(b"\0") for s in pe.sections][:2] == [b".text", b".data"]
    assert pe.sections[0].Characteristics == 0xE0000020
    pe, _ = linked([path], "/stack:0x80000", "/subsystem:console", "/entry:Start")
    assert (pe.OPTIONAL_HEADER.SizeOfStackReserve, pe.OPTIONAL_HEADER.Subsystem) == (0x80000, 3)
    assert pe.OPTIONAL_HEADER.AddressOfEntryPoint == 0x1000


def test_a_doubtful_attribute_in_a_directive_warns(tmp_path):
    _, said = linked([made(tmp_path, ["Start"], drectve="-section:.text,P")], "/entry:Start")
    assert len(said) == 1
    assert "/sectionrule:.text,pageable" in said[0]


def test_unknown_directives_are_named(tmp_path):
    _, said = linked([made(tmp_path, ["Start"], drectve="/nonsense:1 -what")], "/entry:Start")
    assert said == [
        "ignoring unknown argument: /nonsense:1",
        "ignoring unknown argument: -what",
    ]


def test_force_links_what_is_missing_or_twice(tmp_path):
    paths = [
        made(tmp_path, ["Start", "Twice"], wants=["Missing"]),
        made(tmp_path, ["Twice"], file="b.obj"),
    ]
    with pytest.raises(LinkError) as caught:
        linked(paths, "/entry:Start")
    assert len(caught.value.diagnostics) == 2
    pe, said = linked(paths, "/entry:Start", "/force")
    assert said == ["duplicate symbol: Twice", "undefined symbol: Missing"]
    assert pe.OPTIONAL_HEADER.AddressOfEntryPoint == 0x1000
    with pytest.raises(LinkError, match="undefined symbol: Missing"):
        linked(paths, "/entry:Start", "/force:multiple")
    with pytest.raises(LinkError, match="duplicate symbol: Twice"):
        linked(paths, "/entry:Start", "/force:unresolved")


def test_a_stub_of_ones_own_stands_before_the_headers(tmp_path):
    stub = tmp_path / "stub.exe"
    stub.write_bytes(b"MZ" + bytes(range(2, 203)))
    path = made(tmp_path, ["Start"])
    pe, _ = linked([path], "/entry:Start", f"/stub:{stub}", "/release")
    assert pe.DOS_HEADER.e_lfanew == 208
    assert pe.__data__[:0x3C] == stub.read_bytes()[:0x3C]
    assert pe.__data__[0x40:203] == stub.read_bytes()[0x40:]
    assert pe.verify_checksum()


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (b"ZM" + bytes(100), "/stub: invalid DOS signature"),
        (b"MZ" + bytes(10), "/stub: stub must be greater than or equal to 64 bytes"),
        (b"MZ" + bytes(1 << 16), "/stub: 65538 bytes: at most 65536 are a stub"),
        (None, "could not open"),
    ],
)
def test_a_file_that_is_no_stub_is_refused(data, message, tmp_path):
    stub = tmp_path / "stub.exe"
    if data is not None:
        stub.write_bytes(data)
    with pytest.raises(LinkError, match=message):
        linked([made(tmp_path, ["Start"])], "/entry:Start", f"/stub:{stub}")
