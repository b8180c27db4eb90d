"""The commands for packages with damaged files: lines that name them, and no output.

About 4 s of CPU; the commands themselves are fast, keys are made once.
"""

import contextlib
import io
import random
from pathlib import Path

import pytest

from infsamples import GOOD
from ntbuild.commands.cli import main
from pecheck.golden import golden

ROUNDS = 30
TEST = ("--test", "demo")
TRUST = ("--project", "demo")
STAMP = ("--arch", "x64", "--version", "1.2.3.4", "--date", "2027-01-01")
FOLDER = (
    ("verify", "package", *TRUST),
    ("cat", "lint", "package", *TRUST),
    ("archive", "package", "--out", "out.cab", *TEST),
)
COMMANDS = {
    "package/hello.sys": (
        ("verify", "package/hello.sys", *TRUST),
        ("sign", "package/hello.sys", "--page-hashes", "--out", "out", *TEST),
        ("cat", "package", "--out", "out", *TEST),
        *FOLDER,
    ),
    "package/hello.inf": (
        ("inf", "lint", "package/hello.inf"),
        ("inf", "stamp", "package/hello.inf", "--out", "out", *STAMP),
        *FOLDER,
    ),
    "package/hello.cat": (
        ("verify", "package/hello.cat", *TRUST),
        ("sign", "package/hello.cat", "--out", "out", *TEST),
        *FOLDER,
    ),
    "hello.cab": (("verify", "hello.cab", *TRUST), ("sign", "hello.cab", "--out", "out", *TEST)),
}


@pytest.fixture(scope="module")
def files(tmp_path_factory):
    """A good package and its cabinet, in the current folder."""
    top = tmp_path_factory.mktemp("hostile")
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("NTBUILD_DATA", str(top / "data"))
        patch.chdir(top)
        Path("package").mkdir()
        Path("package/hello.sys").write_bytes(bytes(golden("x64")))
        Path("package/hello.inf").write_text(GOOD)
        for words in (
            ("sign", "package/hello.sys", *TEST),
            ("cat", "package", "--out", "package/hello.cat", *TEST),
            ("archive", "package", "--out", "hello.cab", *TEST),
        ):
            assert run(words)[0] == 0
        yield {name: Path(name).read_bytes() for name in COMMANDS}


def run(words):
    """Exit code and lines of standard error of a command."""
    out, errors = io.StringIO(), io.StringIO()
    with contextlib.redirect_stdout(out), contextlib.redirect_stderr(errors):
        code = main(list(words))
    return code, errors.getvalue().splitlines()


def damaged(content, chance):
    """A file that is cut, overwritten, longer or shorter at some place."""
    at, made = chance.randrange(len(content)), bytearray(content)
    match chance.randrange(4):
        case 0:
            return content[:at]
        case 1:
            made[at : at + 8] = bytes([chance.choice((0, 0x7F, 0x80, 0xFF))]) * 8
        case 2:
            made[at:at] = chance.randbytes(chance.randrange(1, 40))
        case _:
            del made[at : at + chance.randrange(1, 200)]
    return bytes(made)


@pytest.mark.parametrize("name", COMMANDS)
def test_a_damaged_file_is_told_and_nothing_is_left(files, name):
    chance = random.Random(name)
    for _ in range(ROUNDS // len(COMMANDS)):
        Path(name).write_bytes(damaged(files[name], chance))
        for words in COMMANDS[name]:
            code, lines = run(words)
            made = [path for path in (Path("out"), Path("out.cab")) if path.exists()]
            assert code in {0, 1, 2}, (words, lines)
            assert all(line.startswith("ntbuild: ") and line.isprintable() for line in lines)
            assert code == 0 or words[1] == "lint" or lines, words
            assert len(lines) == 1 or code != 2, lines
            assert not made or code == 0
            for path in made:
                path.unlink()
    Path(name).write_bytes(files[name])
