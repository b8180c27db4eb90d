"""Sources that cl takes and clang refuses, compiled from edited copies."""

import subprocess
from pathlib import Path

import pefile
import pytest

from compilers.compiling import PROGRAMS, command, compilation_of, toolchains
from emulator import Emulator
from ntbuild import link, options_from_argv
from ntbuild.compilers.cl.edited_copies import compile_edited
from ntbuild.headers.spelling import overlay_text

MACHINES = ("x64", "x86", "arm64")


def run(words):
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    return done.returncode, done.stderr


def edited(folder, name, machine, text=None, is_ours=lambda _path: False):
    """Compile a program of cl's, after it has failed: status, what is told, the object."""
    source = folder / name
    source.write_text(text or (PROGRAMS / name).read_text())
    (folder / "wide.h").write_text("#define WIDE 5\n", encoding="utf-16")
    output = folder / f"{name}.obj"
    how = compilation_of(machine, dialect="msvc", harden=False)
    argv = command(toolchains()["zig"], machine, "release", source, output, compilation=how)
    *flags, _, made, _, to = argv
    words = [*flags, "-c", "-o", to, made]
    assert run(words)[0] != 0
    return compile_edited(words, run, is_ours), output


@pytest.mark.parametrize("machine", MACHINES)
def test_casts_prototypes_and_encodings_mean_what_cl_makes_of_them(tmp_path, machine):
    (status, told), output = edited(tmp_path, "cl_only.c", machine)
    assert (status, "error:" in told) == (0, False), told
    kinds = {line.partition("read as cl does: ")[2] for line in told.splitlines()}
    kinds = {kind.partition(" (")[0] for kind in kinds if kind}
    casts = {"a cast that is assigned to", "the address of a cast", "text in UTF-16"}
    prototype = {"a function that differs from its prototype"} if machine != "x86" else set()
    assert kinds == casts | prototype | {"a type without parentheses"}
    words = ["/driver", "/entry:DriverEntry", f"/machine:{machine}"]
    image = link([output], options_from_argv(words)).image
    cpu = Emulator(image, machine, {})
    expected = (1 + 2 + 1 + 1 + 100) + (1 | 0x10) + 4 * 1000 + 5 + 100000
    assert cpu.call(cpu.entry, cpu.allocate(0x200), 0) == expected


@pytest.mark.parametrize("machine", MACHINES)
def test_static_functions_arrays_and_vectors_mean_what_cl_makes_of_them(tmp_path, machine):
    (status, told), output = edited(tmp_path, "cl_habits.c", machine)
    assert (status, "error:" in told) == (0, False), told
    assert "an aligned array without a name (lines 22, 24)" in told
    assert "one of two pointers" in told
    assert "data in a section of code (lines 27)" in told
    assert ("an instruction that the target is not said to have" in told) is (machine == "x64")
    assert "a cast of a register variable" in told
    assert ("a function that differs" in told) is (machine != "x86")
    assert ("a part of a vector by its name" in told) is (machine == "x64")
    words = ["/driver", "/entry:DriverEntry", f"/machine:{machine}"]
    image = link([output], options_from_argv(words)).image
    flags = {
        each.Characteristics >> 28
        for each in pefile.PE(data=image).sections
        if b"calls" in each.Name
    }
    assert flags == {6}  # read and executed, not written
    cpu = Emulator(image, machine, {})
    assert cpu.call(cpu.entry, cpu.allocate(0x200), 0) == 311000 + 0x10 * 100 + 0x205 + 11


def test_an_enumeration_may_be_declared_with_its_type_first(tmp_path):
    text = "enum Kind : int;\nenum Kind { One = 1 };\nint Take(Kind k) { return k; }\n"
    (status, told), _ = edited(tmp_path, "kind.cpp", "x64", text)
    assert (status, "error:" in told) == (0, False), told
    assert ":1: note: read as cl does: an enumeration's type (lines 1)" in told


def test_a_structure_may_use_the_names_of_its_own_typedef(tmp_path):
    text = (
        "typedef struct _ITEM\n{\n    int Value;\n    static PITEM Of(void *P)\n"
        "    { return (PITEM)P; }\n} ITEM, *PITEM;\n"
        "int Get(void *P) { return ITEM::Of(P)->Value; }\n"
    )
    (status, told), _ = edited(tmp_path, "own.cpp", "x64", text)
    assert (status, "error:" in told) == (0, False), told
    assert "a name that the structure's own typedef gives (lines 1)" in told
    (_, told), _ = edited(tmp_path, "other.cpp", "x64", text + "static PNONE N;\n")
    assert "error: unknown type name 'PNONE'" in told


def test_a_guid_of_a_namespace_is_another_than_the_global_one_and_nullptr_is_cast(tmp_path):
    guid = "DEFINE_GUID(ITS_GUID, {}, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0);\n"
    text = "#include <initguid.h>\nnamespace n {\n" + guid.format(7) + "}\n" + guid.format(4)
    text += "#define CAST(x) const_cast<int *>(x)\n"
    text += 'extern "C" int DriverEntry() { if (const_cast<int *>(nullptr)) return 0;\n'
    text += "if (CAST(nullptr)) return 1;\n"
    text += "return n::ITS_GUID.Data1 * 10 + ITS_GUID.Data1; }\n"
    (status, told), output = edited(tmp_path, "guid.cpp", "x64", text)
    assert (status, "error:" in told) == (0, False), told
    assert ":3: note: read as cl does: a GUID of a namespace (lines 3)" in told
    assert "note: read as cl does: a cast of nullptr (lines 7, 8)" in told
    words = ["/driver", "/entry:DriverEntry", "/machine:x64"]
    cpu = Emulator(link([output], options_from_argv(words)).image, "x64", {})
    assert cpu.call(cpu.entry, 0, 0) == 74


@pytest.mark.parametrize("machine", MACHINES)
def test_cxx_has_operators_and_types_without_words(tmp_path, machine):
    (status, told), _ = edited(tmp_path, "cl_only.cpp", machine)
    assert (status, "error:" in told) == (0, False), told
    name = f"{tmp_path.as_posix()}/cl_only.cpp"
    assert f"{name}:42: note: read as cl does: a type without parentheses (lines 42)" in told
    assert f"{name}:42: note: read as cl does: a text as another pointer (lines 42)" in told
    assert f"{name}:42: note: read as cl does: a type of several words (lines 42)" in told
    assert f"{name}:21: note: read as cl does: a private operator delete (lines 21, 26)" in told
    assert f"{name}:5: note: read as cl does: an operator that returns int (lines 5)" in told


def test_the_projects_files_stay_and_messages_have_their_names(tmp_path):
    text = "void *p;\nint f(int n) { (char *)p += n; return n; }\nint g(void) { return unknown; }\n"
    (status, told), output = edited(tmp_path, "it.c", "x64", text)
    assert (tmp_path / "it.c").read_text() == text
    assert status != 0
    assert not output.exists()
    assert f"{tmp_path.as_posix()}/it.c:3:22: error: use of undeclared identifier" in told
    assert "lvalue" not in told


@pytest.mark.parametrize(
    "text",
    [
        "int g(void) { return unknown; }\n",
        "static int f(void *p);\nstatic int f(int *p) { return *p; }\nint g(void) { return f(0); }",
        "int f(void) { 5 += 1; return 0; }\n",
    ],
    ids=["another-error", "static", "no-cast"],
)
def test_nothing_else_is_edited(tmp_path, text):
    made, output = edited(tmp_path, "it.c", "x64", text)
    assert made is None
    assert not list(tmp_path.glob("*.edited/*"))
    assert not output.exists()


def test_on_x86_a_function_keeps_its_prototype(tmp_path):
    text = "int f(void *p);\nint f(int *p) { return *p; }\n"
    made, _ = edited(tmp_path, "it.c", "x86", text)
    assert made is None


MORE = """\
int Sum(int a);
#define SUM(a, ...) Sum(a, __VA_ARGS__)
int f(int n) { return SUM(n, 2) + Sum(n, 3, 4); }
"""


@pytest.mark.parametrize("machine", ["x64", "arm64"])
def test_a_call_may_have_more_arguments_than_its_prototype_in_c(tmp_path, machine):
    definition = "int Sum(int a) { return a + 1; }\nint g(int n) { return f(n); }\n"
    (status, told), output = edited(tmp_path, "it.c", machine, MORE + definition)
    assert (status, "error:" in told) == (0, False), told
    assert "read as cl does: more arguments than the prototype (lines 1)" in told
    words = ["/driver", "/entry:g", f"/machine:{machine}"]
    image = link([output], options_from_argv(words)).image
    cpu = Emulator(image, machine, {})
    assert cpu.call(cpu.entry, 20) == 42


@pytest.mark.parametrize(("name", "machine"), [("it.cpp", "x64"), ("it.c", "x86")])
def test_elsewhere_more_arguments_than_the_prototype_are_an_error(tmp_path, name, machine):
    assert edited(tmp_path, name, machine, MORE)[0] is None


WIDE = """\
extern "C" int Sum(const wchar_t *a, int) { return a[0]; }
int Two(int, unsigned short *a) { return a[1]; }
struct Note {
    union { struct { unsigned char A : 1; unsigned char Rest : 7; }; unsigned char M; };
    union {
        struct { unsigned char B : 3; unsigned char Rest : 5; };
        unsigned char N;
    };
};
extern "C" int g(unsigned short *p) {
    unsigned short own[] = {20, 30};
    Note note = {};
    note.Rest = 2;
    return Sum(own, 1) + Two((1, 2), L"a\\x05") + Two(3,
        L",b") + note.M;
}
"""


def test_wide_characters_are_short_and_members_are_declared_again_as_in_drivers_of_cl(tmp_path):
    (status, told), output = edited(tmp_path, "it.cpp", "x64", WIDE)
    assert (status, "error:" in told) == (0, False), told
    assert "read as cl does: a member that is declared once more (lines 6)" in told
    assert "wide characters of the other type (lines 14, 15)" in told
    image = link([output], options_from_argv(["/driver", "/entry:g", "/machine:x64"])).image
    cpu = Emulator(image, "x64", {})
    assert cpu.call(cpu.entry, 0) == 20 + 5 + ord("b") + (2 << 1)


def test_headers_of_others_are_not_edited(tmp_path):
    text = "void *p;\nvoid f(void) { (char *)p += 1; }\n"
    made, _ = edited(tmp_path, "it.c", "x64", text, is_ours=lambda path: path.endswith("it.c"))
    assert made is None


@pytest.mark.parametrize(("left", "runs"), [("", 9), ("own/ks.h:3:1: error: unknown\n", 3)])
def test_errors_that_are_never_edited_end_the_search(tmp_path, left, runs):
    wide = [tmp_path / f"{number}.h" for number in range(20)]
    for each in wide:
        each.write_text("#define WIDE 5\n", encoding="utf-16")
    asked = []

    def refused(words):
        mark = "fatal error: UTF-16 (LE) byte order mark detected in"
        asked.append(words)
        is_probe = "-fsyntax-only" in words
        return 1, left + (f"it.c:1:10: {mark} '{wide[len(asked)]}'\n" if is_probe else "")

    target = str(tmp_path / "it.obj")
    words = ["clang", "-c", "-o", target, "it.c"]
    status, told = compile_edited(words, refused, lambda path: path.startswith("own/"))
    assert (status, len(asked)) == (1, runs)
    assert told.endswith(left)


def test_a_file_is_read_once_a_round_for_all_that_is_wrong_in_it(tmp_path, monkeypatch):
    header = tmp_path / "wide.h"
    header.write_text("T a;\n" * 60)
    read = []
    monkeypatch.setattr(Path, "read_bytes", lambda path: read.append(path) or b"T a;\n" * 60)
    said = "".join(f"{header}:{line}:1: error: unknown type name 'T'\n" for line in range(1, 60))
    words = ["clang", "-c", "-o", str(tmp_path / "it.obj"), "it.c"]
    assert compile_edited(words, lambda _: (1, said), lambda _: False) is None
    assert read == [header]


def test_the_same_source_gives_the_same_object(tmp_path):
    text = "void *p;\nvoid f(void) { (char *)p += 1; }\n"
    first, second = (edited(tmp_path, "it.c", "x64", text)[1].read_bytes() for _ in range(2))
    assert first == second
    assert len(list(tmp_path.glob("it.c.obj.edited/*/overlay.yaml"))) == 1


def test_what_an_overlay_has_in_a_files_place_is_edited(tmp_path):
    (tmp_path / "other.c").write_text("/* longer */ void *p;\nvoid f(void) { (char *)p += 1; }\n")
    source, output = tmp_path / "it.c", tmp_path / "it.obj"
    source.write_text("void f(void) {}\n")
    overlay = tmp_path / "it.yaml"
    pair = {source.as_posix(): (tmp_path / "other.c").as_posix()}
    overlay.write_text(overlay_text(pair, keeps_names=True))
    how = compilation_of("x64", dialect="msvc")
    argv = command(toolchains()["zig"], "x64", "release", source, output, compilation=how)
    words = [*argv[:-4], "-ivfsoverlay", str(overlay), "-c", "-o", str(output), source.as_posix()]
    assert compile_edited(words, run, lambda _path: False)[0] == 0
    assert output.is_file()


def test_a_source_with_try_for_x86_is_edited_on_the_way_to_its_text(tmp_path):
    source = tmp_path / "it.c"
    source.write_text('#include "wide.h"\nint it(void);\nint it(void) { return WIDE; }\n')
    (tmp_path / "wide.h").write_text("#define WIDE 5\n", encoding="utf-16")
    output = tmp_path / "it.obj.ll"
    how = compilation_of("x86", dialect="msvc", harden=False)
    argv = command(toolchains()["zig"], "x86", "release", source, output, compilation=how)
    *flags, _, made, _, to = argv
    words = [*flags, "-S", "-emit-llvm", "-o", to, made]
    assert run(words)[0] != 0
    status, told = compile_edited(words, run, lambda _path: False)
    assert (status, "text in UTF-16" in told) == (0, True)
    assert "ret i32 5" in output.read_text()
    assert (tmp_path / "it.obj.edited").is_dir()  # which the object's folder of copies is
