from pathlib import Path

import pytest

import coffwriter as coff
from ntbuild import Export, Section
from ntbuild.building.driver import BuildError
from ntbuild.building.steps import (
    ArchiveStep,
    CopyStep,
    DefinitionStep,
    ImportLibraryStep,
    ScriptStep,
)
from ntbuild.compilers.matrix import known_toolchains

OVERLAYS = known_toolchains()["zig"].directory / "defs"
TEMPLATES = Path(__file__).parents[2] / "site_scons/ntbuild/templates"
STEPS = [
    ImportLibraryStep("hal", "x64", additions=False, overlays=OVERLAYS),
    ArchiveStep("x64"),
    ScriptStep("a", "x64", "DriverEntry", (Section("PAGE"),)),
    DefinitionStep("a.sys", (Export("A"),)),
    CopyStep(),
]


@pytest.mark.parametrize("step", STEPS, ids=lambda step: type(step).__name__)
def test_a_steps_text_names_no_folder_and_says_what_it_makes(step):
    assert str(OVERLAYS.parent) not in str(step)
    assert "\n" not in step.command(["in"], ["out.lib", "out.def"])
    assert step.label.isupper()


@pytest.mark.parametrize("machine", ["x64", "x86", "arm64", "arm"])
def test_an_import_library_and_its_list(tmp_path, machine):
    step = ImportLibraryStep("hal", machine, additions=False, overlays=OVERLAYS)
    library, definition = tmp_path / "hal.lib", tmp_path / "hal.def"
    assert step.run([], [str(library), str(definition)]) == ()
    assert library.read_bytes().startswith(b"!<arch>\n")
    assert definition.read_text().splitlines()[1] == "EXPORTS"
    symbol = (
        b"__imp__KeStallExecutionProcessor@4\0"
        if machine == "x86"
        else b"__imp_KeStallExecutionProcessor\0"
    )
    assert symbol in library.read_bytes()


def test_an_unknown_module_is_a_build_error(tmp_path):
    step = ImportLibraryStep("nosuch", "x64", additions=False, overlays=OVERLAYS)
    with pytest.raises(BuildError, match="nosuch"):
        step.run([], [str(tmp_path / "a.lib"), str(tmp_path / "a.def")])
    assert list(tmp_path.iterdir()) == []


def test_an_archive_holds_its_inputs(tmp_path):
    for name in ("One", "Two"):
        section = coff.Section(".text", b"\xc3", coff.CODE)
        made = coff.build("x64", [section], [coff.Symbol(name, ".text")])
        (tmp_path / f"{name}.obj").write_bytes(made)
    inputs = [str(tmp_path / f"{name}.obj") for name in ("One", "Two")]
    out = tmp_path / "a.lib"
    ArchiveStep("x64").run(inputs, [str(out)])
    assert b"One\0" in out.read_bytes()
    assert b"Two\0" in out.read_bytes()
    with pytest.raises(BuildError, match="conflicts with arm64"):
        ArchiveStep("arm64").run(inputs, [str(tmp_path / "b.lib")])
    with pytest.raises(BuildError, match=r"gone\.obj: No such file"):
        ArchiveStep("x64").run([str(tmp_path / "gone.obj")], [str(tmp_path / "b.lib")])
    assert not (tmp_path / "b.lib").exists()


def test_scripts_and_lists_are_rendered(tmp_path):
    script, definition = tmp_path / "a.ld", tmp_path / "a.def"
    STEPS[2].run([str(TEMPLATES / "driver.ld.j2")], [str(script)])
    STEPS[3].run([str(TEMPLATES / "driver.def.j2")], [str(definition)])
    assert "PAGE ALIGN(4096) :" in script.read_text()
    assert definition.read_text().splitlines() == ["LIBRARY a.sys", "EXPORTS", "    A"]


def test_a_wrong_template_is_a_build_error(tmp_path):
    own = tmp_path / "own.j2"
    own.write_text("{{ nothing }}")
    with pytest.raises(BuildError, match=r"own\.j2:1: 'nothing' is undefined"):
        STEPS[2].run([str(own)], [str(tmp_path / "a.ld")])
    assert not (tmp_path / "a.ld").exists()


def test_a_copy_is_the_same_bytes(tmp_path):
    (tmp_path / "a").write_bytes(b"\0\xff")
    CopyStep().run([str(tmp_path / "a")], [str(tmp_path / "b/c")])
    assert (tmp_path / "b/c").read_bytes() == b"\0\xff"
