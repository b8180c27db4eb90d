"""Names and flags reach the compiler as they are written: there is no shell in between."""

from typing import NamedTuple

import pytest

from sconsproject import Outside
from site_tools.ntdriver.screen.missing import missing_files

SOURCE = """\
#include <ntddk.h>
NTSTATUS NTAPI DriverEntry(PDRIVER_OBJECT Driver, PUNICODE_STRING Path) { return STATUS_SUCCESS; }
"""
SCONSTRUCT = """\
from ntbuild import project

env = project("mine")
env.Driver("mine", {sources}, {keywords})
"""
FOLDER = "build/zig/x64/debug"


@pytest.fixture
def own(tmp_path):
    project = Outside(tmp_path / "a project")
    project.root.mkdir()
    project.write("main.c", SOURCE)
    return project


def declare(own, sources, keywords=""):
    own.write("SConstruct", SCONSTRUCT.format(sources=sources, keywords=keywords))


def files(own):
    return {path.relative_to(own.root).as_posix() for path in own.root.rglob("*") if path.is_file()}


NAMES = ["a b.c", "a`touch evil`.c", "a$HOME.c", "a(1).c", "it's.c", 'a"q".c', "a;b&c.c", "a$(x).c"]


def test_a_source_may_have_any_name_and_nothing_of_it_is_run(own):
    for number, name in enumerate(NAMES):
        own.write(name, f"int Number{number} = {number};\n")
    declare(own, ["main.c", *NAMES])
    before = files(own)
    run = own.scons("--verbose")
    objects = {f"{FOLDER}/{name.removesuffix('.c')}.obj" for name in NAMES}
    made = files(own) - before
    assert objects <= made
    assert {path for path in made if not path.startswith(("build/", ".scons"))} == set()
    assert "evil" not in {path.rpartition("/")[2] for path in made}
    assert own.scons().lines == ("scons: `drivers' is up to date.",)
    assert "-c -o 'build/zig/x64/debug/a b.obj' 'a b.c'" in run.text


def test_a_glob_takes_such_names_too_and_objects_stay_below_the_build_folder(own):
    own.write("src/a$HOME.c", "int A;\n")
    own.write("src/b(1).c", "int B;\n")
    declare(own, 'Glob("src/*.c") + ["main.c"]', 'defines={"MINE": 1}, include_dirs=["src"]')
    own.scons("arch=x64,arm64")
    objects = {path for path in files(own) if path.endswith(".obj") and "/lib/" not in path}
    assert objects == {
        f"build/zig/{arch}/debug/{name}"
        for arch in ("x64", "arm64")
        for name in ("mine-main.obj", "src/mine-a$HOME.obj", "src/mine-b(1).obj")
    }


MACROS = r"""
#define TEXT_OF_(x) #x
#define TEXT_OF(x) TEXT_OF_(x)
_Static_assert(F(3) == 4, "a macro with an argument");
_Static_assert(sizeof(NAME) == 2 && NAME[0] == 'x', "a string");
_Static_assert(sizeof(TICKS) == 9, "backquotes are no command");
_Static_assert(TICKS[0] == '`' && TICKS[1] == 't', "as they are");
_Static_assert(sizeof(DOLLAR) == 6 && DOLLAR[0] == '$' && DOLLAR[1] == 'H', "no variable");
_Static_assert(SUM == 6, "blanks and parentheses");
_Static_assert(sizeof(TEXT_OF(EMPTY)) == 1, "a macro of nothing");
_Static_assert(FLAG == 1, "as -D has it");
"""


def test_defines_mean_what_they_say(own):
    own.write("main.c", SOURCE + MACROS)
    defines = {
        "F(x)": "x+1",
        "NAME": '"x"',
        "TICKS": '"`touch e"',
        "DOLLAR": '"$HOME"',
        "SUM": "(1 + 2 + 3)",
        "EMPTY": "",
        "FLAG": None,
    }
    declare(own, ["main.c"], f"defines={defines!r}")
    run = own.scons()
    assert run.steps("LINK") == [f"{FOLDER}/mine.sys"]
    assert "e" not in {path.rpartition("/")[2] for path in files(own)}


def test_an_include_folder_may_have_any_name(own):
    for number, name in enumerate(["a $HOME", "b`touch evil`", "c'(1)"]):
        own.write(f"{name}/h{number}.h", f"#define H{number} {number}\n")
    own.write("main.c", '#include "h0.h"\n#include "h1.h"\n#include "h2.h"\n' + SOURCE)
    declare(own, ["main.c"], """include_dirs=["a $HOME", "b`touch evil`", "c'(1)"]""")
    assert own.scons().steps("LINK") == [f"{FOLDER}/mine.sys"]
    own.write("a $HOME/h0.h", "#define H0 7\n")
    assert own.scons().steps("CC") == ["main.c"]


def test_flags_are_for_their_language_and_change_what_is_compiled(own):
    own.write("main.c", "#if LEVEL != 3 || defined(CXX)\n#error\n#endif\n" + SOURCE)
    own.write("more.cpp", "#if CXX != 1 || defined(LEVEL)\n#error\n#endif\nint More;\n")
    own.write("fast.S", "#if ASM != 2 || defined(LEVEL)\n#error\n#endif\n.globl Fast\nFast: ret\n")
    sources = ["main.c", "more.cpp", "fast.S"]
    keywords = 'cflags=["-DLEVEL=3"], cxxflags="-DCXX=1", asflags=["-DASM=2", "-Wno-unused"]'
    declare(own, sources, keywords)
    own.scons()
    declare(own, sources, keywords.replace("unused", "all"))
    run = own.scons()
    assert (run.steps("CC"), run.steps("CXX"), run.steps("ASPP")) == ([], [], ["fast.S"])


def test_a_forced_include_is_a_dependency_with_all_that_it_includes(own):
    own.write("main.c", SOURCE + '_Static_assert(DEEP == 1, "forced");\n')
    own.write("all first.h", '#include "deep.h"\n')
    own.write("deep.h", "#define DEEP 1\n")
    declare(own, ["main.c"], 'forced_includes=["all first.h", "stddef.h"]')
    assert own.scons().steps("CC")[-1:] != []
    assert own.scons().lines == ("scons: `drivers' is up to date.",)
    own.write("deep.h", "#define DEEP 1\n#define DEEPER 2\n")
    assert own.scons().steps("CC") == ["main.c"]
    own.write("all first.h", '#include "deep.h"\n#define MORE 1\n')
    assert own.scons().steps("CC") == ["main.c"]


def test_two_sources_of_one_stem_have_objects_of_their_own(own):
    own.write("fast.c", "int FastC;\n")
    own.write("fast.S", ".globl Fast\nFast: ret\n")
    declare(own, ["main.c", "fast.c", "fast.S"])
    own.scons()
    assert {f"{FOLDER}/fast.obj", f"{FOLDER}/fast.S.obj"} <= files(own)


def test_a_source_outside_of_the_sconscripts_folder_has_its_object_there_too(own):
    own.write("shared/common.c", "int Common;\n")
    own.write("SConstruct", 'from ntbuild import project\n\nproject("mine")\n')
    own.write(
        "drivers/a/SConscript", 'Import("env")\nenv.Driver("a", ["a.c", "#shared/common.c"])\n'
    )
    own.write("drivers/a/a.c", SOURCE)
    own.scons("arch=x64,arm64")
    assert {path for path in files(own) if path.endswith("common.obj")} == {
        f"build/zig/{arch}/debug/drivers/a/external/shared/common.obj" for arch in ("x64", "arm64")
    }


def test_sources_and_headers_may_lie_outside_of_the_project(own):
    own.write("../common/extra.c", '#include "extra.h"\nint Extra = EXTRA + FIRST;\n')
    own.write("../common/extra.h", "#define EXTRA 1\n")
    own.write("../common/first.h", "#define FIRST 2\n")
    keywords = 'include_dirs=["../common"], forced_includes=["../common/first.h"]'
    declare(own, ["main.c", "../common/extra.c"], keywords)
    own.scons("arch=x64,arm64")
    assert {path for path in files(own) if path.endswith("extra.obj")} == {
        f"build/zig/{arch}/debug/external/common/mine-extra.obj" for arch in ("x64", "arm64")
    }
    own.write("../common/first.h", "#define FIRST 3\n")
    compiled = sorted(own.scons("-s", "--debug=explain").lines)
    assert [line.partition("`")[2].partition("'")[0] for line in compiled if "rebuil" in line] == [
        f"{FOLDER}/external/common/mine-extra.obj",
        f"{FOLDER}/mine-main.obj",
        f"{FOLDER}/mine.sys",
    ]
    assert sorted(path.name for path in (own.root.parent / "common").iterdir()) == [
        *("extra.c", "extra.h", "first.h")
    ]


def test_a_resource_script_may_have_any_name_and_its_defines_mean_what_they_say(own):
    own.write("a $HOME`touch evil`(1).rc", "NUMBER RCDATA { TEXT }\n")
    declare(
        own,
        ["main.c", "a $HOME`touch evil`(1).rc"],
        """defines={"NUMBER": 7, "TEXT": '"a `touch evil` $HOME"', "F(x)": "x"}""",
    )
    own.scons()
    assert b"a `touch evil` $HOME" in (own.root / FOLDER / "mine.sys").read_bytes()
    assert "evil" not in {path.rpartition("/")[2] for path in files(own)}


def test_a_compiler_that_cannot_be_started_is_one_line(own):
    declare(own, ["main.c"], "")
    own.edit("SConstruct", "env.Driver", "env.cells[0]['CC'] = ['/no/such cc']\nenv.Driver")
    errors = own.scons(status=2).errors.splitlines()
    assert errors[0] == "scons: /no/such cc: cannot be started: No such file or directory"


@pytest.mark.parametrize(
    ("keywords", "text"),
    [
        ('defines={"A=1": 2}', "defines: 'A=1' is not a macro, such as NAME or NAME(a, b)"),
        ('defines={"A": True}', "defines: 'A': expected a text, a number, or None"),
        ('defines={"A": "a\\nb"}', "defines: 'A': 'a\\nb' is not one line"),
        ('cflags="-O2 -g"', "cflags: '-O2 -g' is several words; give a list of words"),
        ("cflags=[5]", "cflags: expected texts, each one word, not 5"),
        ("forced_includes=[None]", "forced_includes: expected texts, each one word, not None"),
        ("include_dirs=['a\\nb']", "include_dirs: expected texts, each one word, not 'a\\nb'"),
    ],
)
def test_wrong_flags_are_refused_at_their_line(own, keywords, text):
    declare(own, ["main.c"], keywords)
    errors = own.scons(status=2).errors
    assert f"scons: *** SConstruct:4: Driver('mine'): {text}" in errors


@pytest.mark.parametrize(
    ("source", "text"),
    [
        ("notes.mc", "notes.mc: a message file must be there while SConscripts are read"),
        ("mine.inf", "mine.inf is no source, object or library: it installs a driver"),
        ("mine.rs", "mine.rs is no source, object or library: env.RustLibrary makes"),
        ("mine.txt", "mine.txt is no source, object or library: known are .c, .cc, "),
    ],
)
def test_what_is_no_source_has_a_hint(own, source, text):
    declare(own, ["main.c", source])
    assert text in own.scons(status=2).errors


class Failure(NamedTuple):
    errstr: str


def test_a_file_that_is_not_there_is_told_with_its_line_and_the_nearest_name(tmp_path):
    (tmp_path / "src").mkdir()
    (tmp_path / "src/wd.c").write_text("")
    (tmp_path / "SConstruct").write_text('project("wd")\nenv.Driver("wd", ["src/wdd.c"])\n')
    names = ("src/wdd.c", "src/wdd.c", "none/a.txt", "/nowhere/x.c")
    failures = [Failure(f"Source `{each}' not found, needed by target `b'.") for each in names]
    assert [*missing_files([*failures, Failure("Error 1")], tmp_path)] == [
        "SConstruct:2: no file 'src/wdd.c'; did you mean 'wd.c'?",
        "no file 'none/a.txt'; there is no folder 'none'",
        "no file '/nowhere/x.c'; there is no folder 'nowhere'",
    ]


def test_a_name_with_backslashes_is_refused_where_a_file_or_folder_is_meant(own):
    own.write("ops/write.c", "int Write;\n")
    declare(own, ["main.c", "ops\\write.c"])
    text = r"SConstruct:4: 'ops\\write.c': names are written with /: 'ops/write.c'"
    assert text in own.scons(status=2).errors
    own.write("ops/inc/a.h", "")
    declare(own, ["main.c"], r"include_dirs=['ops\inc']")
    text = r"SConstruct:4: 'ops\\inc': names are written with /: 'ops/inc'"
    assert text in own.scons(status=2).errors


@pytest.mark.parametrize(
    "name",
    ["#evil", "$HOME", "a\nb", "con", "COM1", "nul.x", "a.sys", "A.SYS", "../up", "-x", "@x", "a*"],
)
def test_a_bad_name_of_a_driver_is_refused_at_its_line(own, name):
    own.write(
        "SConstruct",
        f'from ntbuild import project\nenv = project("m")\nenv.Driver({name!r}, "main.c")\n',
    )
    before = files(own)
    errors = own.scons(status=2).errors.strip().splitlines()
    assert errors[0].startswith(f"scons: *** SConstruct:3: Driver({name!r}): the name {name!r} ")
    assert errors[1] == f'File "{own.root / "SConstruct"}", line 3, in <module>'
    assert files(own) == before


def test_two_names_that_differ_only_in_case_are_refused(own):
    own.write(
        "SConstruct",
        'from ntbuild import project\nenv = project("m")\n'
        'env.Driver("a", "main.c")\nenv.Driver("A", "main.c")\n',
    )
    errors = own.scons(status=2).errors
    assert f"scons: *** SConstruct:4: {FOLDER}/A.sys is {FOLDER}/a.sys on Windows" in errors


@pytest.mark.parametrize("stamp", ["²", "1" * 5000, str(1 << 40), "-1", "today"])
def test_a_source_date_epoch_of_nonsense_is_one_line(own, stamp):
    declare(own, ["main.c"])
    errors = own.scons(status=2, SOURCE_DATE_EPOCH=stamp).errors.strip().splitlines()
    assert len(errors) == 2
    assert "expected seconds since 1970, below 4294967296" in errors[0]
    assert len(errors[0]) < 160
