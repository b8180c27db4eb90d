"""Names are texts, and mean what pathlib says they mean."""

from pathlib import PureWindowsPath

import pytest

from ntbuild.support.paths import windows_name


@pytest.mark.parametrize(
    "path",
    ["a.sys", "out/a.sys", r"out\a.sys", r"C:\out/a.sys", "C:a.sys", r"\\server\share\a.sys", "é"],
)
def test_the_last_part_of_a_path_is_the_one_that_windows_sees(path):
    assert windows_name(path) == PureWindowsPath(path).name
