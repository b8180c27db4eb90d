"""References and conditions in texts of projects."""

import pytest

from ntbuild.msbuild.conditions import holds
from ntbuild.msbuild.expand import Scope, expand, unescaped
from ntbuild.msbuild.files import Files

PROPERTIES = {
    "configuration": "Win10 Release",
    "platform": "x64",
    "version": "0x0A00",
    "list": "a;b;c",
    "quote": "it's",
    "yes": "True",
    "semi": "a%3Bb",
}


def scope(folder="/", notes=None):
    return Scope(PROPERTIES, Files(), str(folder), (notes if notes is not None else []).append)


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("$(Configuration)|$(PLATFORM)", "Win10 Release|x64"),
        ("$(NoSuchName)", ""),
        ("$(Configuration.Replace(' ', ''))", "Win10Release"),
        ("$(Configuration.Replace(' ', '').ToLower())", "win10release"),
        ("$(Configuration.Split(' ')[1])", "Release"),
        ("$(Configuration.Substring(0, 5))", "Win10"),
        ("$(Configuration.EndsWith('Release'))", "True"),
        ("$(Configuration.Length)", "13"),
        ("$(Configuration.Contains(')'))", "False"),
        ("$([System.String]::IsNullOrEmpty('$(NoSuchName)'))", "True"),
        ("$([System.IO.Path]::Combine('a', 'b\\c'))", "a/b/c"),
        ("$([System.IO.Path]::GetFileNameWithoutExtension('x\\y.sys'))", "y"),
        ("$([MSBuild]::Add(2, 3))", "5"),
        ("$([MSBuild]::ValueOrDefault('$(NoSuchName)', 'z'))", "z"),
        ("$([MSBuild]::VersionGreaterThanOrEquals('10.0.19041', '10.0.9'))", "True"),
        ("$([System.Text.RegularExpressions.Regex]::Replace('a1b22', '\\d+', '-'))", "a-b-"),
        (
            "$([System.Text.RegularExpressions.Regex]::Match('1.22', '(.+).(..)').Groups[2].Value)",
            "22",
        ),
        ("$([System.Text.RegularExpressions.Regex]::Match('a', 'b').Groups[1].Value)", ""),
        ("$([MSBuild]::EnsureTrailingSlash('$(Platform)'))", "x64/"),
        ("copy $(Platform) it's", "copy x64 it's"),
        ("$([System.DateTime]::Now.ToString(`yyyy-MM-dd HH`))", "1970-01-01 00"),
        ("$([System.DateTime]::Now.DayOfYear.ToString(`000`))", "001"),
        ("$([System.DateTime]::UtcNow.Year).$([System.DateTime]::Now.Month)", "1970.1"),
    ],
)
def test_references(text, expected):
    notes = []
    assert expand(text, scope(notes=notes)) == expected
    assert notes == []


@pytest.mark.parametrize(
    ("text", "note"),
    [
        (
            "$([System.DateTime]::Today)",
            "$([System.DateTime]::Today): property function [System.DateTime]::Today is not known",
        ),
        (
            "$(Platform.Encrypt('a'))",
            "$(Platform.Encrypt('a')): property function .Encrypt is not known",
        ),
        (
            "$(Platform.Substring(99))",
            (
                "$(Platform.Substring(99)): property function .Substring: its arguments are not "
                "understood"
            ),
        ),
        ("$(Platform", "'$(Platform': the bracket is not closed"),
    ],
)
def test_what_is_not_understood_is_noted_and_empty(text, note):
    notes = []
    assert expand(text, scope(notes=notes)) in {"", text}
    assert notes == [note]


def test_no_function_makes_a_text_without_end():
    notes = []
    assert len(expand("$(Platform.PadLeft(99999999999))", scope())) == 1 << 20
    longer = "$(Platform.PadLeft(999999).Replace(' ', '1234567890'))"
    assert expand(longer, scope(notes=notes)) == ""
    nested = "$(A.Replace('b', " * 30 + "))" * 30
    assert expand(nested, scope(notes=notes)) == ""
    assert [note.rpartition(": ")[2] for note in notes] == [
        "a text of more than 1048576 characters",
        "more than 20 references in each other",
    ]


def test_escapes_are_replaced_last():
    assert expand("$(Semi)", scope()) == "a%3Bb"
    assert unescaped("a%3Bb%20%zz") == "a;b %zz"


def test_functions_that_look_for_files_take_any_letter_case(tmp_path):
    (tmp_path / "Directory.Build.Props").write_text("")
    below = tmp_path / "a" / "b"
    below.mkdir(parents=True)
    found = expand("$([MSBuild]::GetPathOfFileAbove('directory.build.props'))", scope(below))
    assert found == f"{tmp_path.as_posix()}/Directory.Build.Props"
    text = "$([MSBuild]::GetDirectoryNameOfFileAbove($(NoSuchName), 'DIRECTORY.BUILD.PROPS'))"
    assert expand(text, scope(below)) == tmp_path.as_posix()


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ("", True),
        ("'$(Platform)' == 'X64'", True),
        ("'$(Platform)'!='x64'", False),
        ("'$(Configuration)|$(Platform)' == 'Win10 Release|x64'", True),
        ("$(Configuration.EndsWith('Release'))", True),
        ("!$(Configuration.EndsWith('Debug'))", True),
        ("$(Version) < 0x0A01 And !($(Version)<0x0600)", True),
        ("'$(Version)' >= '2560.0'", True),
        ("'10' == '0xA'", True),
        ("'$(Yes)' == 'on'", True),
        ("'a' == 'a' and 'b' == 'c' or 'd' == 'd'", True),
        ("'a' == 'b' and ('b' == 'c' or 'd' == 'd')", False),
        ("exists('$(NoSuchName)')", False),
        ("Exists('/')", True),
        ("HasTrailingSlash('a\\')", True),
        ("'@(Inf)' != ''", True),
        ("'$(NoSuchName)' == ''", True),
    ],
)
def test_conditions(condition, expected):
    notes = []
    assert holds(condition, scope(notes=notes)) is expected
    assert notes == []


@pytest.mark.parametrize(
    ("condition", "reason"),
    [
        ("'$(NoSuchName)' < '3'", "'' < '3': not two numbers"),
        ("$(Platform)", "'x64' is neither true nor false"),
        ("'a' == ", "'' stands where a value was expected"),
        ("('a' == 'a'", "a bracket is not closed"),
        ("'a' == 'a' 'b'", "\"'b'\" is one word too many"),
        ("Frobs('a')", "function Frobs is not known"),
        ("'a' == 'b", '"\'b" is not understood'),
    ],
)
def test_conditions_that_cannot_be_decided_are_false_and_noted(condition, reason):
    notes = []
    assert holds(condition, scope(notes=notes)) is False
    assert notes == [f"condition {condition}: {reason}"]
