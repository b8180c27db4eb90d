"""Programs that compilers build with pelink as their ld, run under Wine."""

import shutil
import subprocess
from pathlib import Path

import pytest

from gnu.compilers import PROGRAMS

COMPILERS = ["gcc-x64", "clang-x64"]
HELLO = "hello 2 you"


def say(wine, program, *words):
    done = wine.run(str(program), *words)
    return done.returncode, done.stdout.replace("\r", "").splitlines()


@pytest.mark.parametrize(
    "words",
    [
        (),
        ("-s", "-O2"),
        ("-g",),
        ("-static", "-mwindows"),
        ("-ffunction-sections", "-Wl,--gc-sections"),
    ],
    ids=lambda words: " ".join(words) or "plain",
)
@pytest.mark.parametrize("name", COMPILERS)
def test_a_program_that_prints(name, words, compiler, wine, tmp_path):
    compiler(name).run(PROGRAMS / "hello.c", "-o", "hello.exe", *words, cwd=tmp_path)
    assert say(wine, tmp_path / "hello.exe", "you") == (3, [HELLO])


@pytest.mark.parametrize("name", COMPILERS)
def test_thread_local_data(name, compiler, wine, tmp_path):
    compiler(name).run(PROGRAMS / "threads.c", "-o", "threads.exe", "-static", cwd=tmp_path)
    assert say(wine, tmp_path / "threads.exe") == (0, ["100 7"])


@pytest.mark.parametrize(
    "words", [(), ("-O2",), ("-O2", "-ffunction-sections", "-Wl,--gc-sections")], ids=" ".join
)
@pytest.mark.parametrize("name", ["g++-x64"])
def test_exceptions_and_static_constructors(name, words, compiler, wine, tmp_path):
    compiler(name).run(
        PROGRAMS / "exceptions.cpp", "-o", "exceptions.exe", "-static", *words, cwd=tmp_path
    )
    status, said = say(wine, tmp_path / "exceptions.exe")
    assert status == 0
    assert said == [
        "+first",
        "+second",
        "+local",
        "-local",
        "+local",
        "-local",
        "8 too many: 2 1",
        "-second",
        "-first",
    ]


@pytest.mark.parametrize("how", ["import library", "the DLL itself", "-l of the DLL"])
@pytest.mark.parametrize("use", ["dllimport", "autoimport"])
@pytest.mark.parametrize("name", COMPILERS)
def test_a_dll_used_both_ways(name, use, how, compiler, wine, tmp_path):
    gcc = compiler(name)
    words = ["-Wl,--out-implib,libhelper.dll.a"] if how == "import library" else []
    gcc.run("-shared", PROGRAMS / "library.c", "-o", "helper.dll", *words, cwd=tmp_path)
    library = ["helper.dll"] if how == "the DLL itself" else ["-L.", "-lhelper"]
    gcc.run(PROGRAMS / f"{use}.c", "-o", "use.exe", *library, cwd=tmp_path)
    said = {"dllimport": "42 42 two", "autoimport": "42 42 42 two two"}[use]
    assert say(wine, tmp_path / "use.exe") == (0, [said])


def test_the_import_library_serves_gnu_ld(compiler, wine, tmp_path):
    """And GNU ld's import library serves pelink."""
    from gnu.compilers import Compiler

    own, theirs = compiler("gcc-x64"), Compiler("gcc-x64", None)
    for maker, user, name in ((own, theirs, "a"), (theirs, own, "b")):
        library = f"-Wl,--out-implib,lib{name}.dll.a"
        maker.run("-shared", PROGRAMS / "library.c", "-o", f"{name}.dll", library, cwd=tmp_path)
        words = ("-o", f"{name}.exe", "-L.", f"-l{name}")
        user.run(PROGRAMS / "autoimport.c", *words, cwd=tmp_path)
        assert say(wine, tmp_path / f"{name}.exe") == (0, ["42 42 42 two two"])


def test_debug_data_and_what_strip_leaves(compiler, wine, tmp_path):
    """Debug data comes after .reloc: without it, the sections still follow one another."""
    import pefile

    import peers

    compiler("gcc-x64").run("-g", PROGRAMS / "hello.c", "-o", "full.exe", cwd=tmp_path)
    full = pefile.PE(str(tmp_path / "full.exe"))
    assert any(each.Name.startswith(b"/") for each in full.sections)
    names = peers.require("objdump-x64"), "--dwarf=decodedline", "full.exe"
    shown = subprocess.run(names, cwd=tmp_path, capture_output=True, text=True, check=True).stdout
    assert "hello.c" in shown
    strip = peers.require("ar-x64").removesuffix("ar") + "strip"
    subprocess.run([strip, "full.exe", "-o", "bare.exe"], cwd=tmp_path, check=True)
    bare = pefile.PE(str(tmp_path / "bare.exe"))
    assert len(bare.sections) < len(full.sections)
    for image in (full, bare):
        ends = [each.VirtualAddress + each.Misc_VirtualSize for each in image.sections]
        starts = [each.VirtualAddress for each in image.sections[1:]]
        assert starts == [-(-end // 0x1000) * 0x1000 for end in ends[:-1]]
    for name in ("full.exe", "bare.exe"):
        assert say(wine, tmp_path / name, "you") == (3, [HELLO])


def test_cpp_over_dlls(compiler, wine, tmp_path):
    """std::cout, type information and exceptions of libstdc++'s DLL, and of one of pelink's."""
    gxx = compiler("g++-x64")
    gxx.run("-shared", PROGRAMS / "module.cpp", "-o", "module.dll", cwd=tmp_path)
    gxx.run(PROGRAMS / "module_user.cpp", "module.dll", "-o", "user.exe", cwd=tmp_path)
    for name in ("libstdc++-6.dll", "libgcc_s_seh-1.dll"):
        path = Path(gxx.run(f"-print-file-name={name}", cwd=tmp_path).strip())
        shutil.copy(path, tmp_path / name)
    assert say(wine, tmp_path / "user.exe") == (0, ["module 3", "outside 3"])
    clang = compiler("clang-x64")
    words = (PROGRAMS / "module_user.cpp", "module.dll", "-lstdc++", "-o", "clang.exe")
    clang.run(*words, cwd=tmp_path)
    assert say(wine, tmp_path / "clang.exe") == (0, ["module 3", "outside 3"])


HEADER = """
#include <cstdio>
template <class T> struct Choice { static int of(T which) { switch (which) {
  case 0: std::puts("a"); return 5; case 1: std::puts("b"); return 7; case 2: return of(0) + 1;
  case 3: std::puts("d"); return 11; case 4: return of(1) + 2; case 5: std::puts("f"); return 13;
  case 6: return of(3) + 4; } return -1; } };
"""


@pytest.mark.parametrize("optimisation", ["-O0", "-O2"])
@pytest.mark.parametrize("name", ["g++-x64"])
def test_a_switch_in_a_template_of_two_objects(name, optimisation, compiler, wine, tmp_path):
    """gcc puts its table into the object's .rdata, also of the copy that is discarded."""
    (tmp_path / "one.cpp").write_text(f"{HEADER} int one(int n) {{ return Choice<int>::of(n); }}")
    main = "int one(int); int main(int c, char **) { return one(6) + Choice<int>::of(c + 1); }"
    (tmp_path / "two.cpp").write_text(HEADER + main)
    words = ["-o", "choice.exe", "-static", optimisation]
    compiler(name).run(tmp_path / "one.cpp", tmp_path / "two.cpp", *words, cwd=tmp_path)
    assert say(wine, tmp_path / "choice.exe") == (21, ["d", "a"])


@pytest.mark.parametrize("optimisation", ["-O0", "-O2"])
@pytest.mark.parametrize("name", COMPILERS)
def test_a_weak_function_that_nothing_defines(name, optimisation, compiler, wine, tmp_path):
    source = "extern void maybe(void) __attribute__((weak));"
    source += "int main(void) { if (maybe) maybe(); return 3; }"
    (tmp_path / "weak.c").write_text(source)
    compiler(name).run(tmp_path / "weak.c", "-o", "weak.exe", optimisation, cwd=tmp_path)
    assert say(wine, tmp_path / "weak.exe") == (3, [])
