"""What an image alone shows of pointers into INIT: a table that only INIT code uses is no fault."""

import subprocess

import pytest

import peers
from ntbuild import link, options_from_argv
from ntbuild.pecheck import check

SOURCE = """
int f1(int), f2(int), f3(int), f4(int), f5(int);
#define SWITCH(n) switch (n) { case 0: return f1(n); case 1: return f2(n); case 2: return f3(n); \\
    case 3: return f4(n); case 4: return f5(n); case 5: return f1(9); } return 0;
__attribute__((section("INIT"), noinline)) int setup(int n) { SWITCH(n) }
__attribute__((section("INIT"))) long __attribute__((stdcall)) DriverEntry(int driver, int path) {
  return setup(driver & 15) + resident_table_user(path);
}
int f1(int n) { return n * 3; } int f2(int n) { return n ^ 5; } int f3(int n) { return n - 9; }
int f4(int n) { return n * n; } int f5(int n) { return n + 77; }
"""
RESIDENT_USER = "int resident_table_user(int n) { SWITCH(n) }\n"
INTO_INIT = """
typedef int (*function)(int);
static function volatile table[] = {setup};
int resident_table_user(int n) { return table[n](n); }
"""


def findings(tmp_path, text):
    source, output = tmp_path / "a.c", tmp_path / "a.o"
    source.write_text("int resident_table_user(int);" + SOURCE + text)
    clang = peers.require("clang")
    target = ("--target=i686-pc-windows-gnu", "-O0", "-ffreestanding", "-c")
    subprocess.run([clang, *target, source, "-o", output], check=True)
    argv = ["/driver", "/machine:x86", "/entry:DriverEntry@8", "/out:a.sys"]
    image = link([output], options_from_argv(argv)).image
    return [f for f in check(image, "a.sys") if f.rule == "DRV316"]


@pytest.mark.parametrize(("text", "count"), [(RESIDENT_USER, 0), (INTO_INIT, 1)])
def test_a_jump_table_of_init_code_is_no_resident_pointer(tmp_path, text, count):
    assert len(findings(tmp_path, text)) == count
