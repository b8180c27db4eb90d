"""The sample drivers for all machines, built once for all processes that run tests."""

import fcntl
import os

import pytest

import peers
from ntbuild.compilers.toolchain import MACHINES
from ntbuild.running.ring0 import engine
from sconsproject import Project, copy_of_sources, shared_cache


@pytest.fixture(scope="session")
def built_samples(tmp_path_factory):
    """A copy of the project with every sample's release build; not to be changed."""
    home = tmp_path_factory.getbasetemp()
    if "PYTEST_XDIST_WORKER" in os.environ:
        home = home.parent
    done = home / "samples.done"
    with (home / "samples.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # the second process waits for the first one's build
        if not done.exists():
            project = copy_of_sources(home / "samples")
            project.scons("-j2", shared_cache(), "arch=all", "flavor=release")
            done.touch()
    return Project(home / "samples")


@pytest.fixture(scope="session")
def samples(built_samples):
    """Paths of the samples' images by machine and name."""
    top = built_samples.root / "build/zig"
    return {
        (machine, path.stem): path
        for machine in MACHINES
        for path in sorted((top / machine / "release/drivers").rglob("*.sys"))
    }


@pytest.fixture(scope="session")
def ready():
    """Make the kernel of a machine, or skip when its emulator is not installed."""

    def make(machine):
        peers.require(f"qemu-{machine}")
        engine.prepare(machine)

    return make
