import pytest

from ntbuild import VersionInfo
from ntbuild.building.render import version_resource


@pytest.mark.parametrize(
    ("version", "numbers"),
    [("7", (7, 0, 0, 0)), ("1.2", (1, 2, 0, 0)), ("1.2.3.65535", (1, 2, 3, 65535))],
)
def test_a_version_is_four_numbers(version, numbers):
    assert VersionInfo(version).numbers == numbers


@pytest.mark.parametrize("version", ["", "1.2.3.4.5", "1.x", "65536", "1..2", "-1", 1.0])
def test_what_is_no_version(version):
    with pytest.raises(ValueError, match="not up to four numbers"):
        VersionInfo(version)


def test_a_text_of_two_lines_is_refused():
    with pytest.raises(ValueError, match="company"):
        VersionInfo("1", company="one\ntwo")


def test_the_script_is_ascii_whatever_the_texts_are():
    info = VersionInfo("1.2", description='say "hi" \\ \U0001f600', copyright="\u00a9")
    text = version_resource("a.sys", info, debug=True)
    assert text.isascii()
    assert 'L"say ""hi"" \\\\ \\xd83d\\xde00"' in text
    assert 'VALUE "LegalCopyright", L"\\x00a9"' in text
    assert "FILEVERSION 1, 2, 0, 0" in text
    assert "FILEFLAGS 0x1" in text
