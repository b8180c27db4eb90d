"""Objects with DWARF for tests: a small C and a C++ source, by any compiler that is there."""

import subprocess
import sys
from pathlib import Path

import peers

C = """
int helper2(int n);
static int twice(int x) { volatile int y = x; return y * 2; }
__attribute__((noinline)) int helper(int a)
{
    int s = 0;
    for (int i = 0; i < a; i++)
        s += twice(i);
    return s;
}
int unused(int x) { return helper(x) + 1; }
__attribute__((stdcall)) int DriverEntry(void *d, void *p) { return helper(4) + helper2(!d); }
"""
CXX = """
namespace space {
template <class T> struct Box {
    T v;
    __attribute__((noinline)) T more(T by) const { return v * by + 7; }
};
struct Inner {
    struct Deep {
        __attribute__((noinline)) int go(int x) { return x * 3; }
    };
};
namespace { __attribute__((noinline)) int hidden(int a) { return a / 3; } }
}
int helper(int);
extern "C" int helper2(int n)
{
    space::Box<int> box{n};
    space::Inner::Deep deep;
    if (__builtin_expect(n == 77, 0)) {
        for (int i = 0; i < n; i++)
            box.v += deep.go(i) * box.v;
        __builtin_trap();
    }
    return box.more(3) + space::hidden(n);
}
"""
FLAGS = ("-w", "-g", "-ffunction-sections")
TRIPLES = {"x64": "x86_64", "x86": "i686", "arm64": "aarch64", "arm": "armv7"}


def compiled(
    folder: Path, compiler: str, machine: str, *flags: str, c: str = C, cxx: str = CXX
) -> list[Path]:
    """The two sources as objects; ``compiler`` is gcc or zig."""
    made = []
    for name, text in (("first.c", c), ("second.cpp", cxx)):
        (folder / name).write_text(text)
        if compiler == "gcc":
            command = [peers.require(f"{'gcc' if name.endswith('.c') else 'g++'}-{machine}")]
        else:
            triple = f"{TRIPLES[machine]}-windows-gnu"
            command = [sys.executable, "-m", "ziglang", "clang", f"--target={triple}"]
        target = folder / f"{name}.{machine}.obj"
        command += [*FLAGS, *flags, "-c", name, "-o", str(target)]
        subprocess.run(command, check=True, cwd=folder)
        made.append(target)
    return made
