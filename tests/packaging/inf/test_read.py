"""INF files as values: sections, quotes, comments, continuation, strings, encodings."""

import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from infsamples import GOOD, inf
from ntbuild.packaging.errors import PackageError
from ntbuild.packaging.inf.lint import findings
from ntbuild.packaging.inf.read import Problem, read_inf
from ntbuild.packaging.inf.rules import Subject
from ntbuild.packaging.inf.structure import (
    copied_files,
    hardware_ids,
    installs,
    models,
    services,
    target_of,
)
from ntbuild.packaging.inf.text import decode, encode


@pytest.mark.parametrize(
    ("line", "key", "values"),
    [
        ("a = b, c", "a", ("b", "c")),
        ("hello.sys,,,2", None, ("hello.sys", "", "", "2")),
        ('a = "b, c", d ; e', "a", ("b, c", "d")),
        ('a = "x ""y"" z"', "a", ('x "y" z',)),
        ('a = ""', "a", ("",)),
        ('"a=b" = "c;d"', "a=b", ("c;d",)),
        ("a = %x%\\b.sys", "a", ("%x%\\b.sys",)),
        ("a = b \\\n  , c", "a", ("b", "c")),
        ('a = "b\\"', "a", ("b\\",)),
    ],
)
def test_a_line(line, key, values):
    (entry,) = read_inf(f"[s]\n; comment\n{line}\n", "a.inf").sections["s"].entries
    assert (entry.line, entry.key, entry.values) == (3, key, values)


def test_sections_of_one_name_are_one():
    found = read_inf("[A]\nx=1\n[b]\n[a]\ny=2\n", "a.inf")
    assert [(s.name, s.line, len(s.entries)) for s in found.sections.values()] == [
        ("A", 1, 2),
        ("b", 3, 0),
    ]
    assert found.section("a") is found.section("A")


def test_tokens_stand_for_strings():
    found = read_inf('[Strings]\nA="one"\nb="%a% two"\n', "a.inf")
    assert found.expand("%B%, %%, %13%, %c%") == "one two, %, %13%, %c%"
    assert found.tokens("%B%\\%13%\\%c%") == ["B", "c"]
    circle = read_inf("[Strings]\na=%b%\nb=%a%\n", "a.inf")
    assert circle.expand("%a%") in {"%a%", "%b%"}


@pytest.mark.parametrize(
    ("text", "problems"),
    [
        ("x\n[s]\n", (Problem(1, "a line before the first section", is_harmless=True),)),
        ("[s\n", (Problem(1, "a section's name has no ']'"),)),
        ('[s]\na = "b\n', (Problem(2, "a quote that is not closed"),)),
        ("[s]\na = b\\\n", (Problem(2, "the last line is continued"),)),
        (GOOD, ()),
    ],
)
def test_problems_have_lines(text, problems):
    assert read_inf(text, "a.inf").problems == problems


@pytest.mark.parametrize("mark", [b"", codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE])
def test_encodings(mark):
    encoding = {codecs.BOM_UTF16_LE: "utf-16-le", codecs.BOM_UTF16_BE: "utf-16-be"}.get(
        mark, "utf-8"
    )
    raw = mark + "[s]\r\na=ü\r\n".encode(encoding)
    text, *how = decode(raw, "a.inf")
    assert text == "[s]\r\na=ü\r\n"
    assert encode(text, *how) == raw


def test_code_page_1252():
    text, *how = decode(b"[s]\na=\xfc\n", "a.inf")
    assert (text, encode(text, *how)) == ("[s]\na=ü\n", b"[s]\na=\xfc\n")


@pytest.mark.parametrize(
    ("raw", "message"),
    [
        (codecs.BOM_UTF16_LE + b"[\0s\0]", r"a\.inf: offset 0x6: not UTF-16-LE text"),
        (codecs.BOM_UTF8 + b"[\xff", r"a\.inf: offset 0x4: not UTF-8 text"),
        (b"[s]\na=\0\n", r"a\.inf:2: a NUL is no text"),
    ],
)
def test_bytes_that_are_no_text(raw, message):
    with pytest.raises(PackageError, match=message):
        decode(raw, "a.inf")


def test_what_a_file_means():
    found = inf()
    (model,) = models(found)
    assert (model.name, model.decoration) == (
        "Devices.NTamd64.10.0...16299",
        "NTamd64.10.0...16299",
    )
    assert hardware_ids(found) == ("root\\hello",)
    assert [(section.name, base) for section, base in installs(found)] == [
        ("Hello_Install.NT", "Hello_Install")
    ]
    assert [(name, section) for _, name, section in copied_files(found)] == [
        ("hello.sys", "Hello_Files")
    ]
    (service,) = services(found)
    assert (service.name, service.flags, service.section.name) == (
        "hello",
        "0x00000002",
        "Hello_Service",
    )


@pytest.mark.parametrize(
    ("decoration", "machine", "build"),
    [
        ("NTamd64", "amd64", None),
        ("ntARM64.10.0...17763", "ARM64", "17763"),
        ("NT", "", None),
        ("NTx86.6.1", "x86", None),
        ("NTamd64.10.0...16299", "amd64", "16299"),
    ],
)
def test_decorations(decoration, machine, build):
    found = target_of(decoration)
    assert (found["machine"], found["build"]) == (machine, build)


@pytest.mark.parametrize("decoration", ["NTfoo", "amd64", "NT$ARCH$", "NTamd64.ten"])
def test_words_that_are_no_decoration(decoration):
    assert target_of(decoration) is None


@given(st.data())
def test_any_text_is_read_and_judged(data):
    lines = data.draw(st.permutations(GOOD.splitlines()))
    text = list("\n".join(lines[: data.draw(st.integers(0, len(lines)))]))
    for _ in range(data.draw(st.integers(0, 8))):
        if text:
            at = data.draw(st.integers(0, len(text) - 1))
            text[at] = data.draw(st.sampled_from('[]=%,;"\\\n a1$'))
    for each in findings(Subject(inf("".join(text)), files=frozenset({"hello.sys"}))):
        assert "\n" not in str(each)
        assert 0 <= each.line <= len(text)
