"""Names of a kit's libraries: what each is, and that the table of names is right."""

import pytest

from compilers.compiling import ROOT
from ntbuild.compilers import kit_libraries
from ntbuild.compilers.kit_libraries import KitLibraryError, KitName, library_name
from ntbuild.compilers.toolchain import MACHINES

TOOLCHAINS = ROOT / "toolchains"


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("FltMgr.Lib", "fltmgr"),
        ("wdmsec", "wdmsec"),
        ("a.b.lib", "a.b"),
        ("../a.lib", ""),
        ("c:\\a.lib", ""),
        (".lib", ""),
    ],
)
def test_letter_case_and_suffix_of_a_name_mean_nothing_and_a_path_is_none(text, name):
    assert library_name(text) == name


@pytest.mark.parametrize("machine", MACHINES)
def test_a_kernel_module_is_found_by_its_name_in_lower_case(machine):
    assert kit_libraries.kernel_module(TOOLCHAINS, "fltmgr", machine) == "fltmgr"
    assert kit_libraries.kernel_module(TOOLCHAINS, "ntoskrnl", machine) == "ntoskrnl"


@pytest.mark.parametrize("name", ["user32", "cintime", "wdmsec", "nothing"])
def test_a_module_of_programs_is_no_kernel_module(name):
    assert kit_libraries.kernel_module(TOOLCHAINS, name, "x64") is None


def test_what_a_driver_needs_no_library_for_and_what_only_a_kit_has_is_in_the_table():
    nothing = kit_libraries.kit_name(TOOLCHAINS, "bufferoverflowfastfailk")
    kit = kit_libraries.kit_name(TOOLCHAINS, "msgpioclxstub")
    assert nothing is not None
    assert nothing.kind == "nothing"
    assert kit == KitName("kit", "the stub of a framework class extension")
    assert kit_libraries.kit_name(TOOLCHAINS, "wdmsecc") is None


@pytest.mark.parametrize("machine", MACHINES)
def test_no_name_of_the_table_is_a_module_or_has_sources(machine):
    for name in kit_libraries._kit_names(TOOLCHAINS / "libraries" / "names.toml"):
        assert kit_libraries.kernel_module(TOOLCHAINS, name, machine) is None, name
        assert kit_libraries.library_sources(TOOLCHAINS, name, machine) == (), name


def test_the_sources_of_a_library_are_those_of_every_machine_and_its_own(tmp_path):
    folder = tmp_path / "libraries" / "one"
    (folder / "x64").mkdir(parents=True)
    for path in ("a.c", "b.S", "one.h", "README.md", "x64/a.c", "x64/c.c"):
        (folder / path).write_text("")
    x64 = kit_libraries.library_sources(tmp_path, "one", "x64")
    x86 = kit_libraries.library_sources(tmp_path, "one", "x86")
    assert [path.relative_to(folder).as_posix() for path in x64] == ["x64/a.c", "b.S", "x64/c.c"]
    assert [path.relative_to(folder).as_posix() for path in x86] == ["a.c", "b.S"]
    assert kit_libraries.library_sources(tmp_path, "two", "x64") == ()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ('[[kit]]\nnames = ["a"]\n', "names.toml: kit[0].reason: missing"),
        ('[[kit]]\nnames = ["A"]\nreason = "r"\n', "'A' is no name in lower case without .lib"),
        (
            '[[nothing]]\nnames = ["a"]\nreason = "r"\n[[kit]]\nnames = ["a"]\nreason = "r"\n',
            "names.toml: kit[0].names: 'a' stands twice",
        ),
        ('[[kits]]\nnames = ["a"]\n', "names.toml: kits: unknown key"),
        ("[[kit", "names.toml: "),
    ],
)
def test_a_wrong_table_is_one_line_with_its_place(tmp_path, text, message):
    (tmp_path / "libraries").mkdir()
    (tmp_path / "libraries" / "names.toml").write_text(text)
    with pytest.raises(KitLibraryError) as caught:
        kit_libraries.kit_name(tmp_path, "a")
    assert message in str(caught.value)
    assert "\n" not in str(caught.value)
