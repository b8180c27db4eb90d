"""What is built again, and only that."""

import subprocess
import sys

import pytest

from sconsproject import HELLO, SAMPLES, UP_TO_DATE, copy_of_sources


def names(paths):
    return sorted(path.rsplit("/", 1)[1].split(".")[0] for path in paths)


def test_nothing_changed_builds_nothing_even_under_another_name(project):
    assert project.scons().lines == UP_TO_DATE


def test_a_null_build_imports_no_numpy_and_no_jinja2(project):
    done = subprocess.run(
        [sys.executable, "-X", "importtime", "-m", "SCons", "-Q"],
        cwd=project.root,
        capture_output=True,
        text=True,
        check=True,
    )
    assert tuple(done.stdout.splitlines()) == UP_TO_DATE
    modules = {line.rsplit("|", 1)[1].strip().split(".")[0] for line in done.stderr.splitlines()}
    assert "ntbuild" in modules
    assert modules & {"numpy", "jinja2", "pefile", "ziglang"} == set()


def test_a_changed_option_links_one_driver_and_explain_names_it(project):
    project.edit("drivers/hello/SConscript", '["hello.c"]', '["hello.c"], version=(3, 1)')
    run = project.scons("--debug=explain")
    assert run.steps("LINK") == [f"build/{HELLO}.sys"]
    assert run.steps("CC") == []
    assert [line for line in run.lines if "rebuilding" in line] == [
        f"scons: rebuilding `build/{HELLO}.sys' because the build action changed:"
    ]
    (old,) = [line for line in run.lines if line.strip().startswith("old: ")]
    (new,) = [line for line in run.lines if line.strip().startswith("new: ")]
    assert "version=" not in old
    assert ", version=(3, 1)," in new
    assert old.replace("old:", "new:").split() == new.replace(", version=(3, 1)", "").split()


def test_a_file_that_an_option_names_is_seen_from_the_sconscript_and_watched(project):
    project.edit("drivers/hello/SConscript", '["hello.c"]', '["hello.c"], order_file="order.txt"')
    (project.root / "drivers/hello/order.txt").write_text("HelloUnload\n")
    assert project.scons("drivers/hello").steps("LINK") == [f"build/{HELLO}.sys"]
    assert project.scons("drivers/hello").steps("LINK") == []
    project.add("drivers/hello/order.txt", "DriverEntry\n")
    assert project.scons("drivers/hello").steps("LINK") == [f"build/{HELLO}.sys"]


def test_files_for_the_pdb_are_in_it_and_watched(project):
    files = 'natvis=["hello.natvis"], pdbstream=[("notes", "notes.txt")]'
    project.edit("drivers/hello/SConscript", '["hello.c"]', f'["hello.c"], {files}')
    notes = project.root / "drivers/hello/notes.txt"
    notes.write_text("the first notes")
    (project.root / "drivers/hello/hello.natvis").write_text("<AutoVisualizer first/>")
    project.scons("drivers/hello")
    assert b"<AutoVisualizer first/>" in project.files()[f"{HELLO}.pdb"]
    (project.root / "drivers/hello/hello.natvis").write_text("<AutoVisualizer second/>")
    assert project.scons("drivers/hello").steps("LINK") == [f"build/{HELLO}.sys"]
    assert b"<AutoVisualizer second/>" in project.files()[f"{HELLO}.pdb"]
    assert b"the first notes" in project.files()[f"{HELLO}.pdb"]
    notes.write_text("the second notes")
    assert project.scons("drivers/hello").steps("LINK") == [f"build/{HELLO}.sys"]
    assert b"the second notes" in project.files()[f"{HELLO}.pdb"]


def test_a_changed_source_compiles_and_links_one_driver(project):
    project.edit("drivers/hello/hello.c", "hello: goodbye", "hello: farewell")
    run = project.scons()
    assert run.steps("CC") == ["drivers/hello/hello.c"]
    assert run.steps("LINK") == [f"build/{HELLO}.sys"]


def test_a_changed_header_compiles_what_includes_it(project):
    project.edit(
        "drivers/core/core.h",
        "#define CORE_H",
        "#define CORE_H\n__attribute__((used)) static int CoreExtra;",
    )
    run = project.scons()
    assert names(run.steps("CC")) == ["client", "core"]
    assert names(run.steps("LINK")) == ["client", "core"]


def test_a_changed_compat_header_compiles_everything_and_links_nothing(project):
    project.add("toolchains/include/wdm.h", "/* changed */\n")
    run = project.scons()
    assert {"drivers/hello/hello.c", "drivers/core/core.c"} <= set(run.steps("CC"))
    # Their debug information has a checksum of each header with inline functions that they use.
    assert set(names(run.steps("LINK"))) <= {"ramdisk"}


@pytest.mark.parametrize("part", ["pelink/options.py", "pecheck/rule.py", "building/driver.py"])
def test_a_changed_linker_or_judge_links_everything_and_compiles_nothing(project, part):
    project.add(f"site_scons/ntbuild/{part}", "# changed\n")
    run = project.scons()
    assert names(run.steps("LINK")) == list(SAMPLES)
    assert run.steps("CC") == []


def test_a_changed_import_list_makes_the_library_and_links_what_uses_it(project):
    overlays = project.root / "toolchains/defs/all"
    overlays.mkdir(parents=True, exist_ok=True)
    overlay = overlays / "hal.def"
    if not overlay.exists():
        overlay.write_text("LIBRARY hal.dll\nEXPORTS\n")
    project.add("toolchains/defs/all/hal.def", "NtbuildNotThere@4\n")
    run = project.scons()
    # The second one is for drivers in the msvc dialect.
    libraries = [f"build/zig/x64/lib/{folder}hal.lib" for folder in ("", "constants/")]
    assert sorted(run.steps("LIB")) == sorted(libraries)
    assert names(run.steps("LINK")) == list(SAMPLES)
    assert run.steps("CC") == []


def test_a_changed_flag_compiles_everything(project):
    project.add(
        "toolchains/zig.toml",
        '\n[[flags]]\nuse = ["-DNTBUILD_TEST_MARK=1"]\nreason = "a test"\nlanguages = ["c"]\n',
    )
    run = project.scons("drivers/hello")
    assert "drivers/hello/hello.c" in run.steps("CC")
    assert run.steps("LINK") == []  # the object came out the same


def test_a_comment_in_a_toolchain_file_builds_nothing(project):
    project.add("toolchains/zig.toml", "\n# a comment\n")
    assert project.scons().lines == UP_TO_DATE


def test_a_changed_template_renders_and_links(project):
    project.add("site_scons/ntbuild/templates/driver.def.j2", "; changed\n")
    run = project.scons()
    assert run.steps("DEF") == ["build/zig/x64/debug/drivers/core/core.def"]
    assert names(run.steps("LINK")) == ["core"]  # its import library came out the same


def test_an_own_linker_script_and_what_it_includes_are_dependencies(project):
    keywords = '["hello.c"], linker_script="own.ld.j2"'
    project.edit("drivers/hello/SConscript", '["hello.c"]', keywords)
    own = project.root / "drivers/hello/own.ld.j2"
    own.write_text('{% include "part.j2" %}\n{% include "driver.ld.j2" %}\n')
    (project.root / "drivers/hello/part.j2").write_text("/* one */")
    run = project.scons()
    assert run.steps("SCRIPT") == [f"build/{HELLO}.ld"]
    assert run.steps("LINK") == [f"build/{HELLO}.sys"]
    assert project.files()[f"{HELLO}.check.txt"].endswith(b"no findings\n")

    (project.root / "drivers/hello/part.j2").write_text("/* two */")
    run = project.scons()
    assert run.steps("SCRIPT") == [f"build/{HELLO}.ld"]
    assert run.steps("LINK") == [f"build/{HELLO}.sys"]
    assert run.steps("CC") == []


def test_a_cache_serves_another_checkout(fresh, tmp_path):
    cache = f'CacheDir("{tmp_path / "cache"}")\n'
    other = copy_of_sources(tmp_path / "other", fresh.root)
    fresh.add("SConstruct", cache)
    other.add("SConstruct", cache)
    fresh.scons("drivers/core")
    run = other.scons("drivers/core")
    assert run.made == []
    assert other.files() == fresh.files()
