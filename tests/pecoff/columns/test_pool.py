"""Files in the pool: whole, apart from each other, and wrong ones by name."""

import os
from pathlib import Path

import pytest

from ntbuild.pecoff.columns.names import PADDING
from ntbuild.pecoff.columns.pool import Pool

SIZES = [0, 1, 15, 16, 17, 70_000]


@pytest.fixture
def files(tmp_path):
    """Files of several sizes, with what they hold."""
    found = []
    for number, size in enumerate(SIZES):
        path = tmp_path / str(number)
        path.write_bytes(bytes((number + at) % 255 + 1 for at in range(size)))
        found.append((str(path), size))
    return found


@pytest.fixture(params=["readv", "read"])
def system(request, monkeypatch):
    """A system that reads into memory, and one that does not know how to."""
    if request.param == "read":
        monkeypatch.delattr(os, "readv", raising=False)
    return request.param


@pytest.mark.usefixtures("system")
def test_files_are_read_whole_with_zeros_behind(files):
    pool = Pool()
    pool.add(b"\xff" * 100)
    for (path, size), at in zip(files, pool.add_files(files), strict=True):
        assert pool.buffer[at : at + size].tobytes() == Path(path).read_bytes()
        assert pool.buffer[at + size : at + size + PADDING].tobytes() == bytes(PADDING)


@pytest.mark.usefixtures("system")
def test_a_file_that_comes_in_pieces_is_read_whole(files, monkeypatch):
    if hasattr(os, "readv"):
        readv = os.readv
        monkeypatch.setattr(os, "readv", lambda file, into: readv(file, [into[0][:1000]]))
    else:
        read = os.read
        monkeypatch.setattr(os, "read", lambda file, size: read(file, min(size, 1000)))
    pool, (path, size) = Pool(), files[-1]
    (at,) = pool.add_files([(path, size)])
    assert pool.buffer[at : at + size].tobytes() == Path(path).read_bytes()


@pytest.mark.usefixtures("system")
def test_a_file_that_becomes_shorter_is_named(files):
    path, size = files[-1]
    with pytest.raises(OSError, match="became shorter") as caught:
        Pool().add_files([(path, size + 1)])
    assert caught.value.filename == path


def test_a_file_that_is_gone_is_named(tmp_path):
    path = str(tmp_path / "gone")
    with pytest.raises(FileNotFoundError) as caught:
        Pool().add_files([(path, 4)])
    assert caught.value.filename == path
