"""C++ programs for msvc targets: folded, merged and mapped to the byte as lld-link does it."""

import subprocess

import pytest

import peers
from ntbuild.pelink.commands.cli import main

# lld-link puts merged strings behind everything; here they stay in the inputs' order.
ALWAYS = ["/nodefaultlib", "/demangle:no", "/opt:nolldtailmerge"]
TARGETS = ["x86_64", "i686", "aarch64", "thumbv7"]
SOURCE = r"""
template<class T> struct Four {
  T a[4];
  T sum() const { T s{}; for (auto x : a) s += x; return s; }
  virtual T first() { return a[0]; }
};
struct Seven : Four<int> { int first() override { return 7; } };
inline int twin(int x) { return x * 3 + 1; }
inline int other_twin(int x) { return x * 3 + 1; }
int (*volatile one)(int) = twin;
int (*volatile two)(int) = other_twin;
const char *volatile words[] = {"hello world", "world", "other", "another", "her"};
int zeros[100], unused_zeros[3];
static int unused(int x) { return x; }
int never_called(int x) { return unused(x) + 2; }
Seven seven;
extern "C" {
int _fltused;
int mainCRTStartup() {
  Four<int> *v = &seven;
  return v->first() + v->sum() + one(2) + two(3) + zeros[words[0] - words[1]];
}
int main() { return mainCRTStartup(); }
}
"""

# Classes, tables and functions that are equal, some only because of others that are.
TWINS = r"""
typedef decltype(sizeof 0) size_type;
inline void *operator new(size_type, void *place) { return place; }
struct Base { virtual int first() = 0; virtual int second(int) = 0; };
struct One : Base {
  int first() override { return 1; }
  int second(int x) override { return x * 3; }
};
struct Two : Base {
  int first() override { return 1; }
  int second(int x) override { return x * 3; }
};
struct Six : Base {
  int first() override { return 6; }
  int second(int x) override { return x * 3; }
};
template <class T> struct Table { static const int words[4]; static const int *taken; };
template <class T> const int Table<T>::words[4] = {5, 6, 7, 8};
template <class T> const int *Table<T>::taken = words;
template <class T> struct Array {
  T *items; int count;
  __declspec(noinline) void add(T item) { grow(); items[count++] = item; }
  __declspec(noinline) void grow() { if (count > 7) drop(); }
  __declspec(noinline) void drop() { while (count) items[--count] = T(); }
};
template <class T> __declspec(noinline) Base *made(void *place) { return new (place) T; }
template <class T> __declspec(noinline) int word(int i) { return Table<T>::words[i]; }
int number;
extern "C" {
int _purecall() { return 0; }
int mainCRTStartup() {
  void *volatile room[4];
  Array<int> ints = {}; Array<unsigned> unsigneds = {}; Array<long> longs = {};
  Array<One *> ones = {}; Array<Two *> twos = {};
  ints.add(1); unsigneds.add(2); longs.add(3); ones.add(nullptr); twos.add(nullptr);
  int sum = made<One>((void *)room)->first() + made<Two>((void *)room)->second(number);
  sum += made<Six>((void *)room)->first() + word<One>(number) + word<Two>(number);
  return sum + *Table<Six>::taken + word<Six>(number);
}
int main() { return mainCRTStartup(); }
}
"""


@pytest.mark.parametrize("text", [SOURCE, TWINS], ids=["source", "twins"])
@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize(
    "argv",
    [
        [],
        ["/opt:noref"],
        ["/opt:noicf"],
        ["/debug:none", "/merge:.rdata=.text"],
    ],
    ids=" ".join,
)
def test_the_maps_are_equal(target, argv, text, tmp_path):
    source = tmp_path / "a.cpp"
    source.write_text(text)
    compiled = tmp_path / "a.obj"
    command = [peers.require("clang"), f"--target={target}-pc-windows-msvc", "-O2", "-c"]
    flags = ["-ffunction-sections", "-fno-exceptions", "-fno-rtti", "-std=c++17"]
    subprocess.run([*command, *flags, str(source), "-o", str(compiled)], check=True)
    maps = []
    for who in ("ours", "theirs"):
        out = [f"/out:{tmp_path}/{who}.exe", f"/lldmap:{tmp_path}/{who}.map"]
        line = [*argv, *ALWAYS, *out, str(compiled)]
        if who == "ours":
            assert main(line) == 0
        else:
            done = subprocess.run(
                [peers.require("lld-link"), *line], capture_output=True, text=True, check=False
            )
            assert done.returncode == 0, done.stderr
        maps.append((tmp_path / f"{who}.map").read_text().splitlines())
    assert [line for line in maps[0] if "ntbuild" not in line] == maps[1]
