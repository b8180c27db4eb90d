"""A driver's map and report are targets like its image, though SCons compares only the image."""

import pytest

from sconsproject import HELLO, UP_TO_DATE

IMAGE = f"build/{HELLO}.sys"
MAP = f"build/{HELLO}.map"
SCRIPT = "drivers/hello/SConscript"
DECLARED = 'hello = env.Driver("hello", ["hello.c"])'


@pytest.mark.parametrize("suffix", [".sys", ".map", ".check.txt"])
def test_a_file_that_is_gone_comes_back_and_explain_names_it(project, suffix):
    before = project.files()
    (project.root / f"build/{HELLO}{suffix}").unlink()
    run = project.scons("-j2", "--debug=explain")
    assert run.lines[:2] == (
        f"scons: building `build/{HELLO}{suffix}' because it doesn't exist",
        f"LINK    {IMAGE}",
    )
    assert run.lines[2].startswith("1 driver for x64 in ")
    assert project.files() == before
    assert project.scons().lines == UP_TO_DATE


def test_a_map_that_is_gone_is_still_so_after_it_was_only_said(project):
    (project.root / MAP).unlink()
    assert project.scons("-n").steps("LINK") == [IMAGE]
    assert project.scons("-q", status=1).steps("LINK") == []
    assert project.scons().steps("LINK") == [IMAGE]


def test_an_import_library_is_linked_on_several_machines_of_one_build(project):
    run = project.scons("-n", "drivers/client", "arch=x64,arm64")
    assert len(run.steps("LINK")) == 2  # those for arm64: x64 is there


def test_a_whole_folder_can_be_asked_for(project):
    (project.root / MAP).unlink()
    assert project.scons(".").steps("LINK") == [IMAGE]
    assert "is up to date" in project.scons("build").text


def test_a_map_can_be_asked_for_by_itself(project):
    project.edit("drivers/hello/hello.c", "hello: goodbye", "hello: farewell")
    assert project.scons(MAP).steps("LINK") == [IMAGE]
    assert project.scons().lines == UP_TO_DATE


def test_what_a_map_depends_on_makes_the_image_too(project):
    project.edit(SCRIPT, DECLARED, f'nodes = {DECLARED}\nenv.Depends(nodes.map, "note.txt")')
    note = project.root / "drivers/hello/note.txt"
    note.write_text("one")
    assert project.scons().steps("LINK") == [IMAGE]
    assert project.scons().lines == UP_TO_DATE
    note.write_text("two")
    assert project.scons().steps("LINK") == [IMAGE]


def test_a_map_that_another_action_made_is_not_the_drivers(project):
    before = project.files()
    other = 'env.Command("hello.map", "hello.c", Copy("$TARGET", "$SOURCE"))'
    script = project.root / SCRIPT
    script.write_text(f'Import("env")\n{other}\n')
    project.scons(MAP)
    assert project.files()[f"{HELLO}.map"] != before[f"{HELLO}.map"]
    script.write_text(f'Import("env")\n{DECLARED}\n')
    run = project.scons("--debug=explain")
    why = f"scons: rebuilding `{MAP}' because it was not made with `{IMAGE}'"
    assert run.lines[:2] == (why, f"LINK    {IMAGE}")
    assert project.files() == before


@pytest.mark.parametrize("decider", ["content", "content-timestamp", "timestamp-match"])
def test_what_is_made_of_a_map_is_made_again_with_it_and_only_then(project, decider):
    copied = 'env.Command("copied.map", nodes.map, Copy("$TARGET", "$SOURCE"))'
    project.edit(SCRIPT, DECLARED, f'env.Decider("{decider}")\nnodes = {DECLARED}\n{copied}')
    copy = MAP.replace("hello.map", "copied.map")
    project.scons(copy)
    for _ in range(2):
        assert project.scons(copy).lines == (f"scons: `{copy}' is up to date.",)
    project.edit(SCRIPT, DECLARED, DECLARED.replace("])", "], subsystem_version=(6, 3))"))
    assert project.scons(copy).steps("LINK") == [IMAGE]
    assert (project.root / copy).read_bytes() == (project.root / MAP).read_bytes()
    assert project.scons(copy).lines == (f"scons: `{copy}' is up to date.",)


def test_a_cache_that_is_filled_later_gives_all_files_of_a_driver(project, tmp_path):
    before = project.files()
    project.add("SConstruct", f'CacheDir("{tmp_path / "cache"}")\n')
    assert project.scons("--cache-force").lines == UP_TO_DATE
    project.scons("-c", "drivers/hello")
    run = project.scons("drivers/hello")
    assert run.made == []
    assert project.files() == before
    (project.root / MAP).unlink()
    assert project.scons().steps("LINK") == []
    assert project.files() == before


def test_a_repositorys_map_does_not_stand_for_that_of_an_image_made_here(built, fresh):
    """The map of the repository comes from the same action and is of other code."""
    fresh.edit("SConstruct", "for env in", f"Repository({str(built.root)!r})\n\nfor env in")
    fresh.edit("drivers/hello/hello.c", "hello: goodbye", "hello: a longer farewell than that")
    fresh.scons("drivers/hello")
    before = fresh.files()
    assert before[f"{HELLO}.sys"] != built.files()[f"{HELLO}.sys"]
    assert before[f"{HELLO}.check.txt"] != built.files()[f"{HELLO}.check.txt"]
    (fresh.root / f"build/{HELLO}.check.txt").unlink()
    assert fresh.scons("drivers/hello").steps("LINK") == [IMAGE]
    assert fresh.files()[f"{HELLO}.check.txt"] == before[f"{HELLO}.check.txt"]


def test_a_repository_that_is_up_to_date_stands_for_all_files_of_a_driver(built, fresh):
    fresh.edit("SConstruct", "for env in", f"Repository({str(built.root)!r})\n\nfor env in")
    run = fresh.scons("drivers/hello")
    assert run.steps("LINK") == []
    assert not (fresh.root / f"build/{HELLO}.sys").exists()
