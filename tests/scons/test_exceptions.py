"""Sources with ``__try`` in a build: their flags, wherever the word stands, and what is said."""

import json

import pytest

GUARDED = "__try { return *P; } __except (1) { return 0; }"
HEADER = f"static inline int Read(volatile int *P) {{ {GUARDED} }}\n"
CRASHES = """
extern "C" void Use(int);
struct Held { int *Value; Held(); ~Held(); };
int it(volatile int *P, int Count);
int it(volatile int *P, int Count)
{
    int Sum = 0;
    for (int Index = 0; Index < Count; Index++) {
        __try {
            if (P[Index] == 3)
                continue;
            Held One;
            Sum += P[Index];
        } __except (1) {
            Sum++;
        }
    }
    return Sum;
}
"""


def compiled(run):
    return [line for line in run.lines if line.startswith(("CC ", "CXX "))]


def test_a_release_says_which_source_is_not_optimised(project):
    run = project.scons("flavor=release", "drivers/seh", "drivers/hello")
    assert sorted(compiled(run)) == [
        "CC      drivers/hello/hello.c [zig x64 release]",
        "CC      drivers/seh/seh.c [zig x64 release, not optimised: functions with __try]",
    ]


def test_a_try_that_comes_into_a_header_compiles_its_sources_again_with_its_flags(project):
    (project.root / "drivers/hello/read.h").write_text("/* nothing yet */\n")
    project.edit(
        "drivers/hello/hello.c", "#include <ntddk.h>", '#include <ntddk.h>\n#include "read.h"'
    )
    plain = project.scons("--verbose", "drivers/hello")
    assert "-fasync-exceptions" not in plain.text
    (project.root / "drivers/hello/read.h").write_text(HEADER)
    guarded = project.scons("--verbose", "drivers/hello")
    assert "-fasync-exceptions -O0" in guarded.text
    assert project.scons("drivers/hello").lines == ("scons: `drivers/hello' is up to date.",)


def test_editors_see_the_flags_of_a_source_with_try(project):
    project.edit("drivers/seh/SConscript", "seh = ", 'env.Tool("compilation_db")\nseh = ')
    project.add("drivers/seh/SConscript", 'env.CompilationDatabase("#compile_commands.json")\n')
    project.scons("drivers/seh", "compile_commands.json")
    entries = json.loads((project.root / "compile_commands.json").read_text())
    (command,) = [each["command"] for each in entries if each["file"].endswith("seh.c")]
    assert "-fasync-exceptions -O0" in command


@pytest.mark.parametrize("arch", ["x86", "arm"])
def test_try_ends_in_one_line_where_the_machine_has_none(project, arch):
    project.add(
        "drivers/hello/hello.c",
        f"int Read(volatile int *P);\nint Read(volatile int *P) {{ {GUARDED} }}\n",
    )
    run = project.scons(f"arch={arch}", "drivers/hello", status=2)
    assert [line.split("error: ")[1] for line in run.errors.splitlines() if "error: " in line] == [
        (
            f"__try: toolchain zig has no structured exception handling on {arch}; "
            "use toolchain zig or clang, for x64, arm64 or with dialect=msvc x86"
        )
    ]


def test_a_compiler_that_dies_of_the_flag_is_explained_and_a_wrong_source_is_not(project):
    project.edit("drivers/hello/SConscript", '["hello.c"]', '["hello.c", "held.cpp"]')
    source = project.root / "drivers/hello/held.cpp"
    source.write_text(CRASHES)
    run = project.scons("drivers/hello", status=2)
    assert "held.cpp: the compiler does not survive -fasync-exceptions on this source" in run.errors
    source.write_text("int it() { __try { return wrong; } __except (1) { return 0; } }\n")
    run = project.scons("drivers/hello", status=2)
    assert "wrong" in run.errors
    assert "survive" not in run.errors


def test_a_projects_own_optimisation_does_not_lose_the_handlers(project):
    project.edit("drivers/seh/SConscript", "seh = ", 'env.Append(CCFLAGS=["-O2"])\nseh = ')
    run = project.scons("--verbose", "flavor=release", "drivers/seh")
    (command,) = [line for line in run.lines if "-fasync-exceptions" in line]
    levels = [word for word in command.split() if word.startswith("-O")]
    assert levels == ["-O2", "-O0", "-O2", "-O0"]


def test_on_x86_in_cls_dialect_copies_are_guarded_and_a_large_one_is_an_error(project):
    project.edit("drivers/hello/SConscript", '["hello.c"]', '["hello.c"], dialect="msvc"')
    copy = "BLOCK It; __try { It = *P; LARGER } __except (1) { return 1; } return It.Two;"
    project.add(
        "drivers/hello/hello.c",
        "typedef struct { LARGE_INTEGER One; ULONG Two; } BLOCK;\n"
        "typedef struct { UCHAR Bytes[4100]; } PAGES;\nstatic PAGES Pages;\n"
        f"ULONG Read(BLOCK *P);\nULONG Read(BLOCK *P) {{ {copy} }}\n",
    )
    source = project.root / "drivers/hello/hello.c"
    text = source.read_text()
    source.write_text(text.replace("LARGER", ""))
    run = project.scons("arch=x86", "flavor=release", "drivers/hello")
    assert "CC      drivers/hello/hello.c [zig x86 release, not optimised: __try]" in run.lines
    assert project.scons("arch=x86", "flavor=release", "drivers/hello").lines == (
        "scons: `drivers/hello' is up to date.",
    )
    source.write_text(text.replace("LARGER", "*(PAGES *)P = Pages;"))
    run = project.scons("arch=x86", "flavor=release", "drivers/hello", status=2)
    lines = source.read_text().splitlines()
    line = next(at for at, each in enumerate(lines, 1) if "= Pages" in each)
    assert run.errors.splitlines()[0] == (
        f"drivers/hello/hello.c:{line}: error: __try on x86 does not guard a copy of more than "
        "4096 bytes, or of a size that is no constant, nor what follows it in Read: put it into a "
        "function of its own, which Read calls"
    )
