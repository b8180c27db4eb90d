"""Settings of the C library's allocator before a large link, and that nothing depends on them."""

import ctypes
import os
import subprocess
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from coffwriter import CODE, RDATA, Section, Symbol, build
from ntbuild.support import malloc
from ntbuild.support.malloc import LARGE, prepare

SITE = Path(__file__).parents[2] / "site_scons"
ROOM_AT = 0x7F1234
HUGE = 2 << 20
KEPT = {("mallopt", -4, 0), ("mallopt", -1, (1 << 31) - 1), ("mallopt", -8, 1)}
on_linux = pytest.mark.skipif(sys.platform != "linux", reason="glibc's heap is seen in /proc")


class Glibc:
    """Records its calls."""

    def __init__(self, room=ROOM_AT):
        self.calls = []
        self.room = room

    def __getattr__(self, name):
        return lambda *values: self.calls.append((name, *values))

    def malloc(self, size):
        self.calls.append(("malloc", size))
        return self.room

    def names(self):
        return {name for name, *_ in self.calls}


@pytest.fixture
def glibc(monkeypatch):
    libc = Glibc()
    monkeypatch.setattr(malloc, "_glibc", lambda: libc)
    monkeypatch.setattr(sys, "platform", "linux")
    return libc


def files(folder, *sizes):
    """Files that have a size and nothing in them."""
    paths = []
    for number, size in enumerate(sizes):
        path = folder / f"{number}.obj"
        path.touch()
        os.truncate(path, size)
        paths.append(str(path))
    return paths


@pytest.mark.parametrize(
    ("sizes", "expected"),
    [
        ([LARGE], True),
        ([LARGE - 1], False),
        ([LARGE - 5, 5], True),
        ([LARGE - 5, 4], False),
        ([LARGE // 1500 + 1] * 1500, True),
        ([LARGE // 1500 - 1] * 1500, False),
        ([], False),
    ],
)
def test_only_large_links_are_prepared(tmp_path, glibc, sizes, expected):
    assert prepare(files(tmp_path, *sizes), {}) == expected
    assert bool(glibc.calls) == expected


def test_files_that_are_not_there_count_for_nothing(tmp_path, glibc):
    paths = files(tmp_path, LARGE - 1)
    assert not prepare([*paths, "kernel32.lib", "no\0name"], {})
    assert prepare([*files(tmp_path, LARGE), "kernel32.lib"], {})
    assert set(glibc.calls) >= KEPT


def test_room_is_made_in_whole_large_pages_and_given_back(tmp_path, glibc):
    assert prepare(files(tmp_path, LARGE), {})
    (size,) = (each[1] for each in glibc.calls if each[0] == "malloc")
    (advice,) = (each for each in glibc.calls if each[0] == "madvise")
    _, start, length, how = advice
    assert (start % HUGE, length % HUGE, how) == (0, 0, 14)
    assert ROOM_AT <= start < ROOM_AT + HUGE
    assert ROOM_AT + size - HUGE < start + length <= ROOM_AT + size
    assert glibc.calls[-1] == ("free", ROOM_AT)


def test_nothing_is_done_with_room_that_there_is_not(tmp_path, glibc):
    glibc.room = None
    assert not prepare(files(tmp_path, LARGE), {})
    assert glibc.names() == {"mallopt", "malloc"}


@pytest.mark.parametrize(
    ("variables", "left_alone"),
    [
        ({"MALLOC_MMAP_MAX_": "5"}, -4),
        ({"MALLOC_TRIM_THRESHOLD_": "5"}, -1),
        ({"MALLOC_ARENA_MAX": "2"}, -8),
        ({"GLIBC_TUNABLES": "glibc.malloc.check=0:glibc.malloc.arena_max=2"}, -8),
        ({"MALLOC_CHECK_": "1", "GLIBC_TUNABLES": "glibc.malloc.check=0"}, None),
    ],
)
def test_settings_that_the_user_made_stay(tmp_path, glibc, variables, left_alone):
    assert prepare(files(tmp_path, LARGE), variables)
    made = {each for each in glibc.calls if each[0] == "mallopt"}
    assert made == {each for each in KEPT if each[1] != left_alone}


@pytest.mark.parametrize("platform", ["win32", "darwin", "freebsd14"])
def test_other_systems_are_left_alone(tmp_path, monkeypatch, glibc, platform):
    monkeypatch.setattr(sys, "platform", platform)
    assert not prepare(files(tmp_path, LARGE), {})
    assert glibc.calls == []


def test_other_c_libraries_are_left_alone(tmp_path, monkeypatch):
    monkeypatch.setattr(sys, "platform", "linux")
    paths = files(tmp_path, LARGE)
    musl = Glibc()
    names = {name: getattr(musl, name) for name in ("malloc", "free", "madvise", "mallopt")}
    monkeypatch.setattr(ctypes, "CDLL", lambda _: SimpleNamespace(**names))
    assert not prepare(paths, {})
    assert musl.calls == []


def test_a_python_that_cannot_call_c_is_left_alone(tmp_path, monkeypatch):
    monkeypatch.setattr(sys, "platform", "linux")
    paths = files(tmp_path, LARGE)

    def static(_):
        raise OSError("Dynamic loading not supported")

    monkeypatch.setattr(ctypes, "CDLL", static)
    assert not prepare(paths, {})
    monkeypatch.setitem(sys.modules, "ctypes", None)
    assert not prepare(paths, {})


# --- links ---------------------------------------------------------------------------------------

LINK = """
import resource, sys
from ntbuild.support import malloc
from ntbuild.pelink import pipeline
from ntbuild.pelink.commands.cli import main
{before}
line = ["/driver", "/entry:DriverEntry", "/opt:noref", "/out:" + sys.argv[1], sys.argv[2]]
status = main(line)
heap, flags = False, ()
for line in open("/proc/self/smaps"):
    if "-" in line.split()[0]:
        heap = line.rstrip().endswith("[heap]")
    elif heap and line.startswith("VmFlags:"):
        flags = {{*flags, *line.split()[1:]}}
print(status, "hg" in flags)
"""
LIMIT = """
with open("/proc/self/statm") as file:
    now = int(file.read().split()[0]) * resource.getpagesize()
resource.setrlimit(resource.RLIMIT_AS, (now + ({megabytes} << 20), resource.RLIM_INFINITY))
"""


@pytest.fixture(scope="module")
def large(tmp_path_factory):
    path = tmp_path_factory.mktemp("large") / "a.obj"
    code, data = Section(".text", b"\xc3", CODE, 16), Section(".rdata", bytes(LARGE), RDATA, 16)
    path.write_bytes(build("x64", [code, data], [Symbol("DriverEntry", ".text", type=0x20)]))
    return path


def linked(folder, path, before=""):
    """Status, whether the heap may be taken in large pages, messages, and the image if any."""
    out = folder / "it.sys"
    environment = {key: value for key, value in os.environ.items() if "MALLOC" not in key}
    done = subprocess.run(
        [sys.executable, "-c", LINK.format(before=before), str(out), str(path)],
        env={**environment, "PYTHONPATH": str(SITE)},
        capture_output=True,
        text=True,
        check=True,
    )
    status, is_huge = done.stdout.split()
    return int(status), is_huge == "True", done.stderr, out.read_bytes() if out.exists() else None


@on_linux
@pytest.mark.skipif(malloc._glibc() is None, reason="the C library is not glibc")
@pytest.mark.skipif(
    not Path("/sys/kernel/mm/transparent_hugepage").is_dir(), reason="a kernel without large pages"
)
def test_an_image_is_the_same_with_and_without(large, tmp_path):
    for name in ("with", "without"):
        (tmp_path / name).mkdir()
    prepared = linked(tmp_path / "with", large)
    plain = linked(tmp_path / "without", large, "malloc.LARGE = 1 << 40")
    assert prepared[:3] == (0, True, "")
    assert plain[:3] == (0, False, "")
    assert prepared[3] == plain[3] is not None


@on_linux
def test_a_link_does_with_less_room_than_it_asks_for(large, tmp_path):
    before = f"malloc._ROOM = 1 << 10\n{LIMIT.format(megabytes=500)}"
    status, _, said, image = linked(tmp_path, large, before)
    assert (status, said) == (0, "")
    assert len(image) > LARGE


@on_linux
def test_too_little_memory_is_one_line(large, tmp_path):
    status, _, said, image = linked(tmp_path, large, LIMIT.format(megabytes=8))
    assert (status, image) == (1, None)
    assert said == "pelink: error: the inputs need more memory than there is\n"
