"""Inputs that only programs have: DLLs, thin and whole archives, names that wait for a DLL."""

import random
import subprocess

import pytest

import peers
from gnu.compilers import PROGRAMS
from ntbuild import options_from_argv
from ntbuild.pelink.diagnostics import LinkError
from ntbuild.pelink.options import LinkOptions
from ntbuild.pelink.pipeline import link
from ntbuild.pelink.spelling.gnu_ld import parse_gnu_command_line

BASE = ["-m", "i386pep", "-e", "start"]


def compiled(folder, name, text):
    source = folder / f"{name}.c"
    source.write_text(text)
    out = folder / f"{name}.o"
    command = [peers.require("gcc-x64"), "-c", str(source), "-o", str(out)]
    subprocess.run(command, check=True)
    return out


def archived(folder, name, *members, how="rcs"):
    command = [peers.require("ar-x64"), how, name, *map(str, members)]
    subprocess.run(command, cwd=folder, check=True)
    return folder / name


def linked(*words):
    line = parse_gnu_command_line([*BASE, *map(str, words)])
    return link(line.inputs, line.options)


def refused(*words):
    with pytest.raises(LinkError) as caught:
        linked(*words)
    return str(caught.value)


@pytest.fixture
def start(tmp_path):
    return compiled(tmp_path, "start", "int a(void); int start(void) { return a(); }")


@pytest.fixture
def helper(tmp_path):
    """A DLL by GNU ld."""
    one = compiled(tmp_path, "helper", (PROGRAMS / "library.c").read_text())
    command = [peers.require("ld-x64"), "-shared", "-e0", str(one), "-o", "helper.dll"]
    subprocess.run(command, cwd=tmp_path, check=True)
    return tmp_path / "helper.dll"


def test_a_thin_archive_keeps_to_its_folder(start, tmp_path):
    (tmp_path / "inner").mkdir()
    member = compiled(tmp_path, "a", "int a(void) { return 1; }")
    thin = archived(tmp_path / "inner", "libthin.a", "../a.o", how="rcsT")
    message = refused(start, thin)
    assert "thin archive member '../a.o' leaves the archive's folder" in message
    assert "name that file on the command line" in message
    assert linked(start, thin, member).image == linked(start, member).image


def test_a_thin_archive_whose_member_is_gone(start, tmp_path):
    member = compiled(tmp_path, "a", "int a(void) { return 1; }")
    thin = archived(tmp_path, "libthin.a", "a.o", how="rcsT")
    member.unlink()
    message = f"the member defining symbol a: {thin}(a.o): no file {tmp_path}/a.o"
    assert message in refused(start, thin)


@pytest.mark.parametrize(
    "words", [["-wholearchive"], ["-wholearchive:liball.lib"], ["-WholeArchive:LIBALL.LIB"]]
)
def test_whole_archives_in_the_other_spelling(words, start, tmp_path):
    compiled(tmp_path, "a", "int a(void) { return 1; }")
    compiled(tmp_path, "b", "int only_b = 2;")
    library = archived(tmp_path, "liball.lib", "a.o", "b.o")
    options = options_from_argv(["-entry:start", "-subsystem:console", "-opt:noref", *words])
    assert "only_b" in link([start, library], options).map
    options = options_from_argv(["-entry:start", "-subsystem:console", "-opt:noref"])
    assert "only_b" not in link([start, library], options).map


def test_a_dll_of_another_machine(helper, tmp_path):
    one = compiled(tmp_path, "one", "int bump(int); int start(void) { return bump(1); }")
    data = bytearray(helper.read_bytes())
    at = int.from_bytes(data[0x3C:0x40], "little")
    data[at + 4 : at + 6] = b"\x64\xaa"
    helper.write_bytes(data)
    assert "machine type arm64 conflicts with x64" in refused(one, helper)


def test_a_dll_without_exports(start, helper):
    data = bytearray(helper.read_bytes())
    at = int.from_bytes(data[0x3C:0x40], "little")
    data[at + 24 + 112 : at + 24 + 120] = bytes(8)
    helper.write_bytes(data)
    assert "undefined symbol: a" in refused(start, helper)


def test_spoilt_dlls_never_break_the_linker(helper, tmp_path):
    one = compiled(tmp_path, "one", "int bump(int); int start(void) { return bump(1); }")
    data = helper.read_bytes()
    export = data.index(b"helper.dll\0")
    outcomes = set()
    for seed in range(120):
        chance = random.Random(seed)
        spoilt = bytearray(data)
        for _ in range(3):
            at = chance.choice([chance.randrange(0x400), export - chance.randrange(90)])
            spoilt[at % len(spoilt)] = chance.randrange(256)
        helper.write_bytes(spoilt[: chance.choice([len(data), chance.randrange(len(data))])])
        try:
            linked(one, helper)
            outcomes.add("linked")
        except LinkError as error:
            outcomes.add("refused" if all(each.message for each in error.diagnostics) else "mute")
    assert outcomes == {"linked", "refused"}


AUTO = "extern int value; int start(void) { return value; }"


def test_a_native_image_does_not_import_automatically(helper, tmp_path):
    one = compiled(tmp_path, "one", AUTO)
    for words in (["--subsystem", "native"], ["--disable-auto-import"]):
        message = refused(one, helper, *words)
        assert "undefined symbol: value" in message
        assert "declare value with __declspec(dllimport)" in message


def test_a_driver_does_not_import_automatically(helper, tmp_path):
    one = compiled(tmp_path, "one", AUTO)
    with pytest.raises(LinkError, match="declare value with __declspec"):
        link([one, helper], LinkOptions(driver="plain", entry="start", mingw=True))


def test_automatic_imports_need_the_runtime_that_relocates_them(helper, tmp_path):
    one = compiled(tmp_path, "one", AUTO)
    assert "_pei386_runtime_relocator is missing" in refused(one, helper)
    reader = "void _pei386_runtime_relocator(void) {}"
    two = compiled(tmp_path, "two", reader)
    assert linked(one, two, helper).image
    message = refused(one, two, helper, "--disable-runtime-pseudo-reloc")
    assert "value cannot be imported automatically here" in message


def test_fields_that_the_runtime_cannot_relocate(helper, tmp_path):
    text = 'asm(".data; .globl odd; odd: .rva value"); int start(void) { return 0; }'
    one = compiled(tmp_path, "one", text)
    two = compiled(tmp_path, "two", "void _pei386_runtime_relocator(void) {}")
    message = refused(one, two, helper)
    assert "one.o:(.data+0x0): value cannot be imported automatically here" in message


def test_a_dll_without_an_entry_point(tmp_path):
    one = compiled(tmp_path, "one", "int f(void) { return 1; }")
    line = parse_gnu_command_line(["-m", "i386pep", "-shared", str(one)])
    (warning,) = link(line.inputs, line.options).warnings
    assert warning.message == "cannot find entry symbol DllMainCRTStartup; the DLL has none"
    line = parse_gnu_command_line(["-m", "i386pep", str(one)])
    (warning,) = link(line.inputs, line.options).warnings
    assert "cannot find entry symbol mainCRTStartup" in str(warning)


def test_intermediate_code_is_known(tmp_path):
    source = tmp_path / "one.c"
    source.write_text("int start(void) { return 1; }")
    command = [peers.require("gcc-x64"), "-flto", "-c", str(source), "-o", str(tmp_path / "one.o")]
    subprocess.run(command, check=True)
    two = compiled(tmp_path, "two", "int start(void); int (*pointer)(void) = start;")
    assert "compile without -flto" in refused("-e0", tmp_path / "one.o", two)


def test_the_image_does_not_depend_on_the_folder(start, tmp_path):
    member = compiled(tmp_path, "a", "int a(void) { return 1; }")
    images = []
    for name in ("first", "second-and-longer"):
        folder = tmp_path / name
        folder.mkdir()
        for path in (start, member):
            (folder / path.name).write_bytes(path.read_bytes())
        images.append(linked(folder / start.name, folder / member.name).image)
    assert images[0] == images[1]


def test_a_weak_alias_is_no_automatic_import(tmp_path):
    """Import libraries of llvm-dlltool have aliases so: weak, next to a weak import slot."""
    one = compiled(tmp_path, "one", "int alias(void); int start(void) { return alias(); }")
    code = 'int real(void) { return 1; } int alias(void) __attribute__((weak, alias("real")));'
    two = compiled(tmp_path, "two", code + "int (*__imp_alias)(void) = real;")
    assert linked(one, two).image
