"""Quoting, response files and retries of each system, tested on any."""

import os
import subprocess
import sys

import pytest

from ntbuild.support.host import LONGEST_LINE, command_line, replace_file, short_command

WORDS = ["zig", "clang", "-DTEXT=a b", 'say "x"', "back\\slash\\", ""]


def test_words_are_quoted_for_the_shell_of_the_system():
    assert command_line(WORDS, windows=False) == (
        "zig clang '-DTEXT=a b' 'say \"x\"' 'back\\slash\\' ''"
    )
    assert command_line(WORDS, windows=True) == (
        'zig clang "-DTEXT=a b" "say \\"x\\"" back\\slash\\ ""'
    )


def test_a_long_command_of_windows_goes_through_a_file_that_the_compiler_reads(tmp_path):
    source = tmp_path / "text.c"
    source.write_text("TEXT\n")
    long = [f"-DN{number}=1" for number in range(LONGEST_LINE // 8)]
    words = [sys.executable, "-m", "ziglang", "clang", "-E", "-P", *long]
    words += ['-DTEXT="it\'s\ta \\"b\\" c:\\\\d"', str(source)]
    with short_command(words, 4, windows=True) as command:
        assert command[:4] == words[:4]
        assert len(command) == 5
        name = command[4].removeprefix("@")
        done = subprocess.run(command, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == '"it\'s\ta \\"b\\" c:\\\\d"'
    assert not os.path.exists(name)  # noqa: PTH110 - as the module has it


@pytest.mark.parametrize(("windows", "count"), [(False, 2000), (True, 10)])
def test_other_commands_are_started_as_they_are(windows, count):
    words = ["clang", *["-DNAME=1"] * count]
    with short_command(words, 1, windows=windows) as command:
        assert command == words


def held(times):
    """A rename that a scanner refuses so many times, and how often it was tried."""
    tried = []

    def rename(source, target):
        tried.append((source, target))
        if len(tried) <= times:
            raise PermissionError(13, "held", target)

    return rename, tried


def test_a_file_that_another_program_holds_is_replaced_when_it_is_free():
    rename, tried = held(3)
    paused = []
    replace_file("new", "old", windows=True, replace=rename, pause=paused.append)
    assert tried == [("new", "old")] * 4
    assert len(paused) == 3


@pytest.mark.parametrize(("windows", "tries"), [(False, 1), (True, 20)])
def test_a_file_that_stays_held_is_an_error(windows, tries):
    rename, tried = held(100)
    with pytest.raises(PermissionError):
        replace_file("new", "old", windows=windows, replace=rename, pause=lambda _: None)
    assert len(tried) == tries
