"""Names are texts, and mean what pathlib says they mean."""

from pathlib import PureWindowsPath

import pytest

from ntbuild.support.paths import content_of, windows_name


@pytest.mark.parametrize(
    "path",
    ["a.sys", "out/a.sys", r"out\a.sys", r"C:\out/a.sys", "C:a.sys", r"\\server\share\a.sys", "é"],
)
def test_the_last_part_of_a_path_is_the_one_that_windows_sees(path):
    assert windows_name(path) == PureWindowsPath(path).name


def test_a_file_is_read_whole_or_named(tmp_path):
    path = tmp_path / "a.rsp"
    path.write_bytes(b"a\r\n\0" * 100_000)
    assert content_of(str(path)) == path.read_bytes()
    with pytest.raises(FileNotFoundError) as caught:
        content_of("nowhere.rsp")
    assert caught.value.filename == "nowhere.rsp"
