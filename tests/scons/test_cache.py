"""What comes out of a CacheDir is what went in, or it is made again."""

import re

import pytest

from sconsproject import Project, copy_of_sources, shared_cache

LIBRARIES = [f"build/zig/x64/lib/{name}.lib" for name in ("hal", "ntoskrnl", "runtime")]


def entries(folder):
    """Every cached file, by its path; digests are not among them."""
    return sorted(
        path
        for path in folder.rglob("*")
        if path.is_file() and path.parent != folder and path.suffix != ".sha256"
    )


@pytest.fixture(scope="module")
def filled(tmp_path_factory):
    """A cache with a driver that exports, its files, and another checkout with the libraries."""
    folder = tmp_path_factory.mktemp("cache") / "cache"
    project = copy_of_sources(folder.parent / "first")
    project.scons(shared_cache(), *LIBRARIES)
    project.add("SConstruct", f'CacheDir("{folder}")\n')
    other = project.copy(folder.parent / "second")
    project.scons("drivers/core")
    return folder, project, other


@pytest.fixture
def other(filled, tmp_path) -> Project:
    return filled[2].copy(tmp_path / "other")


def flip(path):
    data = bytearray(path.read_bytes())
    data[len(data) // 2] ^= 1
    path.write_bytes(bytes(data))


def cut(path):
    path.write_bytes(path.read_bytes()[:-1])


@pytest.mark.parametrize("spoil", [flip, cut])
def test_a_spoilt_entry_of_any_kind_is_thrown_away_and_made_again(filled, other, spoil):
    folder, first, _ = filled
    good = {path: path.read_bytes() for path in entries(folder)}
    kinds = {name.rpartition(".")[2] for name in first.files()}
    assert {"sys", "map", "txt", "obj", "lib", "def"} <= kinds
    for path in good:
        spoil(path)
    run = other.scons("drivers/core")
    assert other.files() == first.files()
    warned = [line for line in run.errors.splitlines() if "cache entry" in line]
    assert [line for line in run.lines if line.startswith("Retrieved")] == []
    for suffix in (".obj", ".lib", ".sys"):
        assert [line for line in warned if line.split(":")[2].endswith(suffix)], suffix
    assert all(
        line.endswith("it is not what was stored; the file is made again") for line in warned
    )
    assert {path: path.read_bytes() for path in entries(folder)} == good


def test_an_entry_without_a_digest_or_of_another_one_is_not_used(filled, other):
    folder, first, _ = filled
    one, two = (
        next(path for path in entries(folder) if path.read_bytes()[:2] == start)
        for start in (b"\x64\x86", b"MZ")
    )
    one.with_name(f"{one.name}.sha256").unlink()
    two.write_bytes(one.read_bytes())
    run = other.scons("drivers/core")
    assert "is removed: it has no digest; the file is made again" in run.errors
    assert "is removed: it is not what was stored; the file is made again" in run.errors
    assert other.files() == first.files()


def test_a_cache_that_is_only_read_keeps_the_spoilt_entry(filled, other):
    folder, first, _ = filled
    (entry, *_) = [path for path in entries(folder) if path.read_bytes()[:2] == b"MZ"]
    good = entry.read_bytes()
    flip(entry)
    bad = entry.read_bytes()
    try:
        run = other.scons("--cache-readonly", "drivers/core")
        assert "core.sys: its cache entry" in run.errors
        assert " is not used: it is not what was stored" in run.errors
        assert other.files() == first.files()
        assert entry.read_bytes() == bad
    finally:
        entry.write_bytes(good)


def test_a_good_cache_gives_everything_without_a_word(filled, other):
    folder, first, _ = filled
    run = other.scons("drivers/core")
    assert run.made == []
    assert run.errors == ""
    fetched = {line.split("`")[1].partition("'")[0] for line in run.lines if "Retrieved" in line}
    assert {path.rpartition("/")[2] for path in fetched} == {"core.lib", "core.sys"}
    assert re.match(r"1 driver for x64 in .*: 1 image, .*, no findings", run.lines[-3])
    assert other.files() == first.files()
    assert len(entries(folder)) == len(list(folder.rglob("*.sha256")))
