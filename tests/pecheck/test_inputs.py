"""What the commands read: regular files, in proportion to their headers, with names of any kind."""

import os
import struct
import tracemalloc

import pytest

from ntbuild.pecheck import CheckSettings, Level, check_image
from ntbuild.pecheck.cli import main
from ntbuild.pecheck.commands import files
from ntbuild.pecheck.rule import Fault, header, rule
from ntbuild.pecoff.constants import IMAGE_DIRECTORY_ENTRY as ENTRY
from pecheck.golden import golden
from pecheck.patch import Patch

GIB = 1 << 30


@pytest.fixture
def folder(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)
    (tmp_path / "good.sys").write_bytes(golden("x64"))
    return tmp_path


def sparse(path, head, size):
    """A file that begins with some bytes and takes no room for the rest."""
    path.write_bytes(head)
    os.truncate(path, size)


def refused(capsys, *words):
    """The one line of a command that refuses its input, and the memory that it took."""
    tracemalloc.start()
    assert main([*words]) == 2
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    out, err = capsys.readouterr()
    assert (out, err.count("\n")) == ("", 1)
    assert peak < 16 << 20
    return err


def _claiming(size):
    """An image whose last section says that it has many bytes."""
    patch = Patch("x64")
    patch.section(".reloc", SizeOfRawData=size)
    return patch.bytes()


@pytest.mark.parametrize("command", [[], ["dump"], ["size"], ["fix", "-o", "out.sys"]])
@pytest.mark.parametrize(
    ("head", "size", "message"),
    [
        (b"", 5 * GIB, "offset 0x0: e_magic: not a PE image"),
        (b"MZ", 5 * GIB, "has more than 536870912 bytes"),
        (b"MZ", 100 << 20, "has 104857600 bytes, its headers describe 0"),
        (golden("x64"), GIB, "has more than 536870912 bytes"),
        (golden("x64"), 100 << 20, f"has 104857600 bytes, its headers describe {0x2400}"),
        (_claiming(5 * GIB - 1 & 0xFFFFFE00), 5 * GIB, "has more than 536870912 bytes"),
    ],
    ids=["zeros", "zeros after MZ", "no headers", "GiB after", "100 MiB after", "claimed"],
)
def test_a_file_is_refused_by_its_head(folder, capsys, command, head, size, message):
    sparse(folder / "a.sys", head, size)
    assert refused(capsys, *command, "a.sys") == f"pecheck: a.sys: {message}\n"
    assert sorted(path.name for path in folder.iterdir()) == ["a.sys", "good.sys"]


def test_what_headers_describe_ends_with_the_signature_or_the_symbols():
    signed = golden("x64", signed="sha256")
    assert files._described(signed) == len(signed)
    patch = Patch("x64")
    patch.file("PointerToSymbolTable", 0x5000)
    patch.file("NumberOfSymbols", 10)
    assert files._described(patch.bytes()) == 0x5000 + 18 * 10


def test_what_is_appended_is_read_up_to_a_limit_and_found(folder, capsys):
    (folder / "a.sys").write_bytes(golden("x64") + b"x" * 100_000)
    assert main(["a.sys"]) == 1
    assert "DRV702 overlay: 100000 bytes after the last section" in capsys.readouterr().out


@pytest.mark.parametrize(
    "words", [["f"], ["dump", "f"], ["diff", "f", "good.sys"], ["good.sys", "--suppressions", "f"],
              ["good.sys", "--baseline", "f"], ["good.sys", "--exports", "f"],
              ["size", "good.sys", "--map", "f"], ["good.sys", "--linker-report", "f"]],
)  # fmt: skip
def test_a_fifo_is_no_regular_file(folder, capsys, words):
    os.mkfifo(folder / "f")
    assert refused(capsys, *words) == "pecheck: f: not a regular file\n"


@pytest.mark.parametrize("name", ["a\x1b[31m.sys", "a\n.sys", "a\u202e.sys", "a\udcff.sys"])
@pytest.mark.parametrize("command", [[], ["dump"], ["size"], ["diff", "good.sys"]])
def test_names_of_files_are_safe_to_print(folder, capsys, name, command):
    assert main([*command, name]) == 2
    (folder / name).write_bytes(golden("x64"))
    main([*command, name])
    for text in capsys.readouterr():
        assert all(line.isprintable() for line in text.split("\n"))


def _with_named_resource(name):
    """An image whose first resource type has a name, which is in the padding of .rsrc."""
    patch = Patch("x64", version=True)
    section = next(s for s in patch.image.sections if s.Name == ".rsrc")
    start, offset = section.PointerToRawData, section.SizeOfRawData - 64
    raw = struct.pack("<H", len(name)) + name.encode("utf-16-le")
    patch.data[start + offset : start + offset + len(raw)] = raw
    patch.section(".rsrc", VirtualSize=section.SizeOfRawData)
    patch.directory(ENTRY.RESOURCE, section.VirtualAddress, section.SizeOfRawData)
    struct.pack_into("<I", patch.data, start + 16, 0x80000000 | offset)
    struct.pack_into("<HH", patch.data, start + 12, 1, 1)  # one named entry, one numbered
    return patch.bytes()


def test_names_of_resources_are_safe_to_print(folder, capsys):
    (folder / "a.sys").write_bytes(_with_named_resource("\x1b[31m\n\u202e"))
    for words in (["diff", "a.sys", "good.sys"], ["dump", "a.sys"], ["a.sys"]):
        main(words)
        out, err = capsys.readouterr()
        assert all(line.isprintable() for line in (out + err).split("\n")), words
        if words[0] != "a.sys":
            assert "\\x1b[31m" in out, words


@pytest.mark.parametrize(
    "word", ["\u00b2", "9" * 5000, str(1 << 32), str(1 << 40), "-1", "1.5", "x\x1b", " 1"]
)
def test_a_source_date_epoch_of_nonsense_is_one_line(folder, capsys, monkeypatch, word):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", word)
    for words in (["good.sys"], ["fix", "good.sys", "-o", "out.sys"]):
        err = refused(capsys, *words)
        assert err.startswith("pecheck: SOURCE_DATE_EPOCH=")
        assert err.endswith(": expected seconds since 1970, below 4294967296\n")
        assert err[:-1].isprintable()
        assert len(err) < 120
    assert not (folder / "out.sys").exists()


@pytest.mark.parametrize(
    "words",
    [["--stamp", str(1 << 32)], ["--stamp", "-1"], ["--stamp", "9" * 5000], ["--minimum", "\u00b2"],
     ["--minimum", "70000"], ["--today", "x\x1b[31m"], ["--nonpaged", "x"], ["--x\x1b[31m"]],
)  # fmt: skip
@pytest.mark.usefixtures("folder")
def test_an_option_of_nonsense_is_refused_and_safe_to_print(capsys, words):
    with pytest.raises(SystemExit) as raised:
        main(["good.sys", *words])
    assert raised.value.code == 2
    line = capsys.readouterr().err.splitlines()[-1]
    assert line.startswith("pecheck: error: ")
    assert line.isprintable()


@pytest.mark.parametrize("text", ["a = " + "[" * 100_000, "a" + ".a" * 50_000 + " = 1"])
def test_a_bomb_of_suppressions_is_one_line(folder, capsys, text):
    (folder / "s.toml").write_text(text)
    assert refused(capsys, "good.sys", "--suppressions", "s.toml").startswith("pecheck: s.toml: ")


def test_what_a_rule_reports_of_foreign_names_is_safe_to_print():
    @rule("DRV999", "names", Level.NOTE, breaks="", source="", fix="")
    def names(image):
        """Names are safe."""
        yield Fault(f"\x1b[31m\u202e of {len(image.data)} bytes", header(0))

    (finding,) = check_image(golden("x64"), "a.sys", CheckSettings(), [names]).findings
    assert finding.message == f"\\x1b[31m\\u202e of {len(golden('x64'))} bytes"
