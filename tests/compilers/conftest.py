"""The run-time of each cell, compiled once."""

import pytest

from compilers.compiling import compile_to, toolchains
from ntbuild.compilers.libraries import runtime_sources


@pytest.fixture(scope="session")
def built(tmp_path_factory):
    """Compile a cell's run-time, once: (name, machine, flavor) to its objects."""
    done = {}

    def build(*cell):
        if cell not in done:
            folder = tmp_path_factory.mktemp("runtime")
            done[cell] = [
                compile_to(folder / f"{source.name}.o", *cell, source)
                for source in runtime_sources(toolchains()[cell[0]], cell[1])
            ]
        return done[cell]

    return build
