"""What all rooms of tests share: how many processes run them, one cache of zig, one Wine session.

Tests run in a process for each core (``-n auto`` in pyproject.toml). What is hard is what processes
cannot have twice: zig compiles its resource compiler once for all of them, and of Wine's programs
one runs at a time (`wine.session`).
"""

import gc
import os
from pathlib import Path

import pytest

from wine.session import Wine


def pytest_xdist_auto_num_workers(config: pytest.Config) -> int | None:
    """This process alone for files and single tests; else xdist counts the cores."""
    named = [Path(each.partition("::")[0]) for each in config.args]
    return 0 if all(path.is_file() for path in named) else None


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Those that wait for each other begin: at the end other processes would have nothing to do."""
    items.sort(key=lambda item: "wine" not in getattr(item, "fixturenames", ()))


def pytest_collection_finish() -> None:
    """Thousands of tests are no garbage: pefile searches for that with every file it lets go."""
    gc.freeze()


@pytest.fixture(scope="session", autouse=True)
def _zig_cache(tmp_path_factory):
    """A cache of its own for ``zig cc`` and ``zig rc``: nothing from earlier runs, and no HOME."""
    run = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        run = run.parent
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ZIG_GLOBAL_CACHE_DIR", str(run / "zig"))
        patch.setenv("NTBUILD_CACHE", str(run / "ntbuild"))  # kernels of the engine qemu
        patch.setenv("NTBUILD_TEST_SHARED", str(run / "shared"))  # of tests/sconsproject.py
        # Most tests start Python: only the first one of the run compiles the modules of ntbuild.
        patch.setenv("PYTHONPYCACHEPREFIX", str(run / "pycache"))
        patch.delenv("PYTHONDONTWRITEBYTECODE", raising=False)
        # Half a minute of optimising for scripts of a few lines: compile it with checks instead.
        patch.setenv("ZIG_DEBUG_CMD", "1")
        yield


@pytest.fixture(scope="session")
def wine(tmp_path_factory):
    session = Wine.of(tmp_path_factory.mktemp("wine"))
    try:
        session.start()
        yield session
    finally:
        session.stop()
