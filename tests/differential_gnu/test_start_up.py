"""Whole programs: the line that gcc itself gives its linker, with start-up code and libraries.

Members of archives are identified by name, so all of their contributions are compared.
"""

import subprocess
from pathlib import Path

import pytest

import peers
from differential_gnu.both import BOTH_MACHINES, link_line
from gnu.compilers import PROGRAMS


def line_of(compiler: str, machine: str, folder: Path, *words: str) -> list[str]:
    """The command line that gcc gives its linker, without the linker's name and the output's."""
    gcc = peers.require(f"{compiler}-{machine}")
    subprocess.run([gcc, *words[:-1], "-c", words[-1], "-o", "program.o"], cwd=folder, check=True)
    flags = [word for word in words[:-1] if not word.startswith("-O")]
    done = subprocess.run(
        [gcc, *flags, "program.o", "-o", "out", "-###"],
        cwd=folder,
        capture_output=True,
        text=True,
        check=True,
    )
    line = next(each for each in done.stderr.splitlines() if "collect2" in each)
    given = [word.strip('"') for word in line.split()[1:]]
    at = given.index("-o")
    return given[:at] + given[at + 2 :]


@BOTH_MACHINES
@pytest.mark.parametrize(
    ("compiler", "words"),
    [
        ("gcc", ("hello.c",)),
        ("gcc", ("-O2", "threads.c")),
        ("gcc", ("-shared", "library.c")),
        ("g++", ("-O2", "-static", "exceptions.cpp")),
    ],
    ids=["hello", "threads", "DLL", "C++"],
)
def test_a_program_with_all_that_gcc_links(compiler, words, machine, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    source = str(PROGRAMS / words[-1])
    line = line_of(compiler, machine, tmp_path, *words[:-1], source)
    both = link_line(tmp_path, machine, line)
    assert len(both.objects) > 10
    both.assert_equal()


def test_unwind_tables_of_x86_have_their_ends(tmp_path, monkeypatch):
    """Start-up code registers what lies between crtbegin.o's and crtend.o's part of .eh_frame."""
    monkeypatch.chdir(tmp_path)
    source = str(PROGRAMS / "exceptions.cpp")
    both = link_line(tmp_path, "x86", line_of("g++", "x86", tmp_path, "-static", source))
    for image in (both.ours, both.theirs):
        frames = sorted(
            (rva, Path(name).name)
            for (name, number), rva in image.contributions.items()
            if both.objects[name].sections[number - 1].name.startswith(".eh_frame")
            and both.objects[name].sections[number - 1].data
        )
        names = [name for _, name in frames]
        assert names[0] == "crt2.o"  # its functions are never unwound through
        assert names[-1] == "crtend.o"
        assert any("libstdc++" in name for name in names)
        end = frames[-1][0]
        assert image.memory[end : end + 4] == bytes(4)
        at = next(rva for rva, name in frames if name not in ("crt2.o", "crtbegin.o"))
        count = 0
        while at < end:  # every record leads to the next, and none of length zero comes between
            size = int.from_bytes(image.memory[at : at + 4], "little")
            assert size
            at += 4 + size
            count += 1
        assert at == end
        assert count > 1000
