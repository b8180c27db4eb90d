"""A folder with pelink as ld, made once, and the compilers that use it."""

import pytest

from gnu.compilers import Compiler, pelink


@pytest.fixture(scope="session")
def ld_folder(tmp_path_factory):
    folder = tmp_path_factory.mktemp("ld")
    done = pelink("--make-ld-dir", str(folder))
    assert (done.returncode, done.stdout, done.stderr) == (0, "", "")
    return folder


@pytest.fixture
def compiler(ld_folder):
    """A function: the compiler of a name such as ``gcc-x64`` with pelink as its linker."""
    return lambda name: Compiler(name, ld_folder)
