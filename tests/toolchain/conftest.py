"""What several files here need once."""

import pytest

from ntbuild.libraries import runtime_sources
from toolchain.compiling import compile_to, toolchains


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


@pytest.fixture(scope="session", autouse=True)
def _zig_cache(tmp_path_factory):
    """A cache of its own for ``zig cc``: nothing from earlier runs, and no need of a HOME."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ZIG_GLOBAL_CACHE_DIR", str(tmp_path_factory.mktemp("zig")))
        yield
