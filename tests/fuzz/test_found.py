"""What the generated cases found, each as the smallest input that shows it."""

import pytest

from coffwriter import CODE, Section, Symbol, build
from fuzz.archives import archive
from fuzz.draw import Draw
from fuzz.objects import Made
from linking import defining, entry_object, write
from ntbuild import LinkError, LinkOptions, link, options_from_argv
from ntbuild.pelink.commands.cli import main
from ntbuild.pelink.commands.lib import run_lib
from ntbuild.pelink.libraries.archive_writer import write_archive

TOO_LONG = "n" * 300


def plain() -> Draw:
    """A source of choices that makes nothing odd."""
    draw = Draw("plain")
    draw.oddness = 0.0
    return draw


@pytest.mark.parametrize("name", [TOO_LONG, f"{TOO_LONG}.obj", "a/" * 3000])
def test_an_input_whose_name_is_too_long_for_the_system_is_one_line(name):
    with pytest.raises(LinkError) as caught:
        link([name], LinkOptions(driver="plain"))
    assert f"could not open '{name}': File name too long" in str(caught.value)


def test_a_thin_member_whose_name_is_too_long_for_the_system_is_one_line(tmp_path):
    thin = archive(plain(), [(TOO_LONG, Made(b"1", ("Name",)))], "thin")
    paths = write(tmp_path, {"main.obj": entry_object("Name"), "thin.a": thin})
    with pytest.raises(LinkError) as caught:
        link(paths, LinkOptions(driver="plain", entry="DriverEntry"))
    text = str(caught.value)
    assert "thin.a" in text
    assert TOO_LONG in text
    assert "\n" not in text


@pytest.mark.parametrize(
    "words", [["/lib", TOO_LONG], ["-o", "a.exe", f"-l{TOO_LONG}", "-L.", "main.obj"]]
)
def test_commands_say_that_a_file_of_too_long_a_name_is_not_there(words, capsys):
    assert main(words) == 1
    text = capsys.readouterr().err
    assert text.startswith("pelink: error: ")
    assert TOO_LONG in text


def test_a_symbol_that_is_decoration_only_is_not_exported(tmp_path):
    code = Section(".text", bytes(16), CODE, 16)
    data = build("x86", [code], [Symbol(each, ".text", type=0x20) for each in ("_", "_a")])
    paths = write(tmp_path, {"main.obj": data})
    argv = ["/dll", "/noentry", "/lldmingw", "/machine:x86", "/kill-at"]
    result = link(paths, options_from_argv(argv))
    names = [each.split()[0] for each in result.definition.split("EXPORTS")[1].splitlines() if each]
    assert names == ["a"]


def test_the_librarian_names_the_archive_of_a_damaged_member(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    members = [("good.obj", Made(defining("A", b"1234"))), ("bad.obj", Made(b"no object"))]
    (tmp_path / "in.lib").write_bytes(archive(plain(), members, "gnu"))
    (tmp_path / "it.def").write_text("LIBRARY it.dll\nEXPORTS\nOpen\n", encoding="utf-8")
    for words in (["in.lib"], ["in.lib", "/def:it.def", "/machine:x86"]):
        with pytest.raises(LinkError) as caught:
            run_lib(["/out:out.lib", *words])
        assert "in.lib(bad.obj): offset 0x0: " in str(caught.value)
    with pytest.raises(LinkError, match=r"error: bad\.obj: "):
        write_archive([("bad.obj", b"no object")])


@pytest.mark.parametrize(
    ("step", "message"),
    [
        ("0x40000001", "a step of 1073741825 bytes: at most 1073741824 can be skipped"),
        ("0xffffffff", "a step of 4294967295 bytes: at most 1073741824 can be skipped"),
        ("0xffffffffffffffff", "cannot move location counter backwards"),
    ],
)
def test_a_script_that_leaves_room_as_large_as_memory_is_refused(tmp_path, step, message):
    script = tmp_path / "it.ld"
    script.write_text(f"SECTIONS {{ .data : {{ *(.data) . = . + {step}; }} }}", encoding="ascii")
    paths = write(tmp_path, {"main.obj": entry_object()})
    with pytest.raises(LinkError) as caught:
        link(paths, LinkOptions(driver="plain", entry="DriverEntry", script=str(script)))
    assert f"it.ld:1:31: {message}" in str(caught.value)
