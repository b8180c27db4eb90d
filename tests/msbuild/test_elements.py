"""XML of projects: lines, encodings, and what is refused in one line."""

import pytest

from ntbuild.msbuild.elements import ProjectFileError, read_project


def test_elements_know_their_lines_and_lose_their_namespace():
    data = b'<Project xmlns="urn:x">\n <PropertyGroup>\n  <A>1</A>\n </PropertyGroup>\n</Project>'
    root = read_project("a.vcxproj", data)
    (group,) = root.children
    assert (group.name, group.line) == ("PropertyGroup", 2)
    assert [(each.name, each.text, each.line) for each in group.children] == [("A", "1", 3)]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_encodings_of_visual_studio_are_read(encoding):
    text = f'<?xml version="1.0" encoding="{encoding[:6].rstrip("-")}"?><Project><A>é</A></Project>'
    assert read_project("a", text.encode(encoding)).children[0].text == "é"


def test_blanks_before_the_declaration_are_skipped():
    assert read_project("a", b"\xef\xbb\xbf\r\n <?xml version='1.0'?><Project/>").name == "Project"


BILLION = b"""<?xml version="1.0"?>
<!DOCTYPE Project [
 <!ENTITY a "aaaaaaaaaa"> <!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;"> <!ENTITY c "&b;&b;&b;&b;&b;&b;">
]>
<Project><A>&c;</A></Project>"""


@pytest.mark.parametrize(
    ("data", "message"),
    [
        (BILLION, "a.vcxproj:2: a DTD (<!DOCTYPE ...>): project files have none, and none is read"),
        (b"MZ\x00\x00", "a.vcxproj:1: not an XML file: not well-formed (invalid token) (column 3)"),
        (b"", "a.vcxproj:1: not an XML file: no element found (column 1)"),
        (b"<Project>\n<A></Project>", "a.vcxproj:2: not an XML file: mismatched tag (column 6)"),
        (b"<html/>", "a.vcxproj:1: no MSBuild project: the root is html, not Project"),
        (b"<Project>" + b"<A>" * 200, "a.vcxproj:1: more than 100 elements inside of each other"),
        (
            b'<?xml version="1.0" encoding="klingon"?><Project/>',
            "a.vcxproj:1: not an XML file: unknown encoding: klingon",
        ),
    ],
)
def test_what_is_no_project_is_one_line(data, message):
    with pytest.raises(ProjectFileError) as caught:
        read_project("a.vcxproj", data)
    assert str(caught.value) == message
