"""Solutions: their projects, what these depend on, and what is no solution."""

import pytest

from msbuild.projects import write
from ntbuild.msbuild.elements import ProjectFileError
from ntbuild.msbuild.files import Files
from ntbuild.msbuild.solution import read_solution

TEXT = r"""
Microsoft Visual Studio Solution File, Format Version 12.00
Project("{2150E333-8FDC-42A3-9474-1A3956D46DE8}") = "folder", "folder", "{F0}"
EndProject
Project("{8BC9CEB8-8B4A-11D0-8D11-00A0C91BC942}") = "drv", "SYS\drv.vcxproj", "{a1}"
	ProjectSection(ProjectDependencies) = postProject
		{B2} = {B2}
	EndProjectSection
EndProject
Project("{8BC9CEB8-8B4A-11D0-8D11-00A0C91BC942}") = "lib", "lib\lib.vcxproj", "{B2}"
EndProject
Project("{8BC9CEB8-8B4A-11D0-8D11-00A0C91BC942}") = "gone", "gone\gone.vcxproj", "{C3}"
EndProject
Project("{FAE04EC0-301F-11D3-BF4B-00C04F79EFBC}") = "tool", "tool\tool.csproj", "{D4}"
EndProject
"""


def test_projects_and_their_dependencies(tmp_path):
    write(tmp_path, {"a.sln": TEXT, "sys/drv.vcxproj": "", "lib/lib.vcxproj": ""})
    found = read_solution((tmp_path / "a.sln").as_posix(), Files())
    assert [(p.path, p.id, p.depends_on) for p in found.projects] == [
        (f"{tmp_path}/sys/drv.vcxproj", "{A1}", ("{B2}",)),
        (f"{tmp_path}/lib/lib.vcxproj", "{B2}", ()),
    ]
    assert found.notes == (f"{tmp_path}/a.sln:12: gone/gone.vcxproj: no such file",)


XML = """<Solution><Configurations />
<Folder Name="/sys/"><Project Path="SYS/drv.vcxproj">
<BuildDependency Project="lib\\lib.vcxproj" /></Project></Folder>
<Project Path="lib/lib.vcxproj" /><Project Path="gone.vcxproj" /><Project Path="t.csproj" />
</Solution>"""


def test_a_solution_in_xml_is_read_too(tmp_path):
    write(tmp_path, {"a.slnx": XML, "sys/drv.vcxproj": "", "lib/lib.vcxproj": ""})
    found = read_solution((tmp_path / "a.slnx").as_posix(), Files())
    assert [(p.path, p.id, p.depends_on) for p in found.projects] == [
        (f"{tmp_path}/sys/drv.vcxproj", "sys/drv.vcxproj", ("lib/lib.vcxproj",)),
        (f"{tmp_path}/lib/lib.vcxproj", "lib/lib.vcxproj", ()),
    ]
    assert found.notes == (f"{tmp_path}/a.slnx:4: gone.vcxproj: no such file",)
    write(tmp_path, {"b.slnx": "<Project />"})
    with pytest.raises(ProjectFileError, match=r"b\.slnx:1: no solution: the root is Project"):
        read_solution((tmp_path / "b.slnx").as_posix(), Files())


def test_what_is_no_solution_is_one_line(tmp_path):
    write(tmp_path, {"a.sln": "hello\n"})
    path = (tmp_path / "a.sln").as_posix()
    with pytest.raises(ProjectFileError) as caught:
        read_solution(path, Files())
    assert str(caught.value) == (
        f"{path}:1: not a solution: no line 'Microsoft Visual Studio Solution File'"
    )


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("<Project />", "1: no solution: the root is Project, not Solution"),
        ("<Solution>\n<Project>", "2: not an XML file: no element found (column 10)"),
    ],
)
def test_what_is_no_solution_of_xml_is_one_line(tmp_path, text, line):
    write(tmp_path, {"a.slnx": text})
    path = (tmp_path / "a.slnx").as_posix()
    with pytest.raises(ProjectFileError) as caught:
        read_solution(path, Files())
    assert str(caught.value) == f"{path}:{line}"
