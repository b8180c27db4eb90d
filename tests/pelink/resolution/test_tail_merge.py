"""String literals share their ends, as with lld-link; nothing else does."""

import re
import subprocess
from itertools import pairwise

import pefile
import pytest

import peers
from coffwriter import ANY, CODE, DATA, RDATA, Reloc, Section, Symbol, build
from ntbuild import link, options_from_argv

ARGV = ["/entry:Start", "/subsystem:console", "/nodefaultlib"]


def literal(text, *, align=1, flags=RDATA, comdat=ANY):
    return Section(".rdata", text, flags, align, comdat=comdat)


def linked(tmp_path, literals, *argv, names=None, machine="x64"):
    """(RVA, bytes) that each pointer to a literal leads to."""
    names = names or [f"??_C@_0{at}" for at in range(len(literals))]
    relocations = [Reloc(4 * at, name, 3) for at, name in enumerate(names)]
    pointers = Section(".data", bytes(4 * len(names)), DATA, 4, relocations)
    start = Section(".text", b"\xc3", CODE, 1, [Reloc(0, ".data", 0)])
    symbols = [Symbol("Start", 2)]
    symbols += [Symbol(name, at) for at, name in enumerate(names, 3)]
    path = tmp_path / "a.obj"
    path.write_bytes(build(machine, [pointers, start, *literals], symbols))
    image = pefile.PE(data=link([path], options_from_argv([*ARGV, *argv])).image)
    (data,) = (each for each in image.sections if each.Name.startswith(b".data"))
    memory = image.get_memory_mapped_image()
    found = []
    for at in range(len(literals)):
        start_of = image.get_dword_at_rva(data.VirtualAddress + 4 * at)
        found.append((start_of, memory[start_of : start_of + len(literals[at].data)]))
    return found


STRINGS = [b"world\0", b"hello world\0", b"\0", b"xworld\0", b"hello world\0", b"other\0"]


def test_an_end_is_shared(tmp_path):
    found = linked(tmp_path, [literal(text) for text in STRINGS])
    assert [text for _, text in found] == STRINGS
    at = [start for start, _ in found]
    assert at[0] in (at[1] + 6, at[3] + 1)
    assert at[1] == at[4]
    assert len({start - len(text) for start, text in found}) <= len(STRINGS)


@pytest.mark.parametrize("option", ["/opt:nolldtailmerge", "/opt:noicf", "/driver", "/debug"])
def test_nothing_is_shared_without_folding(option, tmp_path):
    found = linked(tmp_path, [literal(text) for text in STRINGS], option)
    assert [text for _, text in found] == STRINGS
    ranges = sorted((start, start + len(text)) for start, text in found)
    assert all(one[1] <= other[0] for one, other in pairwise(ranges))


def test_it_can_be_asked_for_alone(tmp_path):
    found = linked(tmp_path, [literal(b"ab\0"), literal(b"b\0")], "/opt:noicf,lldtailmerge")
    assert found[1][0] == found[0][0] + 1


def test_wide_strings_begin_at_a_character(tmp_path):
    wide = ["ab\0".encode("utf-16-le"), "b\0".encode("utf-16-le")]
    found = linked(tmp_path, [literal(text, align=2) for text in wide])
    assert found[1][0] == found[0][0] + 2
    odd = [b"\0b\0\0\0\0", wide[1] + b"\0"]  # the second ends the first, one byte in
    found = linked(tmp_path, [literal(text, align=2) for text in odd])
    assert [text for _, text in found] == odd
    assert all(start % 2 == 0 for start, _ in found)


@pytest.mark.parametrize(
    ("names", "literals"),
    [
        (["??_C@_0a", "Named"], [literal(b"ab\0"), literal(b"b\0")]),
        (["??_C@_0a", "??_C@_0b"], [literal(b"ab\0"), literal(b"b\0", comdat=0)]),
        (["??_C@_0a", "??_C@_0b"], [literal(b"ab\0"), literal(b"b\0", flags=DATA)]),
        (["??_C@_0a", "??_C@_0b"], [literal(b"ab\0"), literal(b"b\0", align=2)]),
    ],
)
def test_other_data_is_left_alone(names, literals, tmp_path):
    found = linked(tmp_path, literals, names=names)
    assert [text for _, text in found] == [each.data for each in literals]
    assert found[1][0] != found[0][0] + 1


def test_clangs_numbered_literals_take_part(tmp_path):
    found = linked(tmp_path, [literal(b"ab\0"), literal(b"b\0")], names=[".str", ".str.1"])
    assert found[1][0] == found[0][0] + 1


def test_the_image_is_as_small_as_lld_links(tmp_path):
    source = tmp_path / "a.c"
    words = ["hello world", "world", "xworld", "ld", "other", "another", ""]
    functions = "".join(
        f'const char *f{at}(void) {{ return "{word}"; }}' for at, word in enumerate(words)
    )
    wide = "".join(
        f'const unsigned short *w{at}(void) {{ return u"{word}"; }}'
        for at, word in enumerate(words)
    )
    source.write_text(functions + wide)
    target = "--target=x86_64-pc-windows-msvc"
    compiled = tmp_path / "a.obj"
    command = [peers.require("clang"), target, "-O1", "-std=c11", "-c", str(source)]
    subprocess.run([*command, "-Wno-everything", "-o", str(compiled)], check=True)
    argv = ["/dll", "/noentry", "/nodefaultlib", *(f"/include:f{at}" for at in range(len(words)))]
    theirs = tmp_path / "theirs.dll"
    done = subprocess.run(
        [peers.require("lld-link"), *argv, str(compiled), f"/out:{theirs}"], check=False
    )
    assert done.returncode == 0
    ours = pefile.PE(data=link([compiled], options_from_argv(argv)).image)

    def size(image):
        (found,) = (each for each in image.sections if each.Name.startswith(b".rdata"))
        return found.Misc_VirtualSize

    assert size(ours) == size(pefile.PE(str(theirs)))
    assert len(re.findall(rb"world", ours.__data__)) == 2
