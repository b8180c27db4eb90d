"""Input files: only regular ones, head before body, within limits, and one text for each fault."""

import os
from pathlib import Path

import pytest

from ntbuild.support.inputs import InputError, InputTextError, open_input, read_input, read_text

needs_fifo = pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="this system has no FIFOs")


def test_a_file_is_read_whole_in_parts_and_by_its_first_bytes(tmp_path: Path) -> None:
    file = tmp_path / "a.bin"
    file.write_bytes(bytes(range(100)))
    assert read_input(file) == bytes(range(100))
    with open_input(str(file)) as opened:
        assert (opened.size, opened.head(3), opened.part(98, 5)) == (100, b"\0\1\2", b"bc")
        assert opened.read() == bytes(range(100))


def test_head_before_body_a_huge_file_costs_what_is_looked_at(tmp_path: Path) -> None:
    file = tmp_path / "huge"
    with file.open("wb") as huge:
        huge.truncate(5 << 30)
    with open_input(file) as opened:
        assert opened.head(2) == b"\0\0"
        with pytest.raises(InputError, match=r"^could not open '.*huge': has more than 4294967295"):
            opened.read()


@needs_fifo
def test_a_fifo_is_refused_and_not_waited_for(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    with pytest.raises(InputError, match=r"pipe': not a regular file$"):
        read_input(tmp_path / "pipe")


def test_what_cannot_be_read_is_named_with_its_reason(tmp_path: Path) -> None:
    for path, reason in [
        (tmp_path / "absent", "No such file or directory"),
        (tmp_path, "is a directory"),
        (f"{tmp_path}/a\0b", "the name has a character that no file name can have"),
        (f"{tmp_path}/{'x' * 300}", "File name too long"),
        (os.devnull, "not a regular file"),
    ]:
        with pytest.raises(InputError) as raised:
            read_input(path)
        assert raised.value.strerror == reason
        assert raised.value.filename == os.fspath(path)


def test_a_message_is_safe_on_a_terminal(tmp_path: Path) -> None:
    with pytest.raises(InputError) as raised:
        read_input(f"{tmp_path}/\x1b[31m")
    assert str(raised.value).endswith("/\\x1b[31m': No such file or directory")


def test_text_is_utf8_or_utf16_by_its_mark(tmp_path: Path) -> None:
    file = tmp_path / "a.rsp"
    for data in ("é\r\n".encode(), "é\r\n".encode("utf-8-sig"), "é\r\n".encode("utf-16")):
        file.write_bytes(data)
        assert read_text(file) == "é\r\n"
    file.write_bytes(b"abc\xff")
    with pytest.raises(InputTextError) as raised:
        read_text(file)
    assert str(raised.value) == f"{file}: offset 0x3: not UTF-8 or UTF-16 text"


def test_a_limit_is_inclusive(tmp_path: Path) -> None:
    file = tmp_path / "a"
    file.write_bytes(b"12345")
    assert read_input(file, 5) == b"12345"
    with pytest.raises(InputError, match="has more than 4 bytes"):
        read_input(file, 4)
