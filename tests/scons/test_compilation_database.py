"""SCons's ``compile_commands.json``, which editors read, has what drivers are made of."""

import json
import shlex
import subprocess

from sconsproject import HELLO, UP_TO_DATE

DECLARED = "    env.SConscript("
WITH_DATABASE = f"""\
    env.Tool("compilation_db")
    env.CompilationDatabase("#compile_commands.json")
{DECLARED}"""


def test_a_compilation_database_has_the_command_of_every_source(project):
    project.edit("SConstruct", DECLARED, WITH_DATABASE)
    before = project.files()
    assert project.scons().lines == UP_TO_DATE  # no command has changed
    project.scons("compile_commands.json")
    entries = json.loads((project.root / "compile_commands.json").read_text(encoding="utf-8"))
    known = {entry["output"]: entry for entry in entries}
    built = {f"build/{name}" for name in before if name.endswith(".obj")}
    assert set(known) == built
    hello = known[f"build/{HELLO}.obj"]
    assert hello["file"] == "drivers/hello/hello.c"
    output = project.root / hello["output"]
    output.unlink()
    subprocess.run(shlex.split(hello["command"]), cwd=hello["directory"], check=True, timeout=120)
    assert project.files() == before


def test_a_command_has_the_flags_of_its_driver(project):
    project.edit("SConstruct", DECLARED, WITH_DATABASE)
    declaration = 'env.Driver("hello", ["hello.c"]'
    path = "drivers/hello/SConscript"
    defines = {"LEVEL": 4, "NAME": '"x y"', "COST": '"$`5 "', "Q": '"q"'}
    project.edit(path, declaration, f"{declaration}, defines={defines}")
    project.scons("compile_commands.json")
    entries = json.loads((project.root / "compile_commands.json").read_text(encoding="utf-8"))
    (command,) = [each["command"] for each in entries if each["file"].endswith("hello.c")]
    words = set(shlex.split(command))
    assert {"-DLEVEL=4", '-DNAME="x y"', '-DCOST="$`5 "', '-DQ="q"'} <= words
