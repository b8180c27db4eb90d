"""The sample drivers for all machines, built once per session."""

import pytest

from ntbuild.compilers.toolchain import MACHINES
from sconsproject import copy_of_sources


@pytest.fixture(scope="session")
def built_samples(tmp_path_factory):
    """A copy of the project with every sample's release build."""
    project = copy_of_sources(tmp_path_factory.mktemp("running") / "project")
    project.scons("-j4", "arch=all", "flavor=release")
    return project


@pytest.fixture(scope="session")
def samples(built_samples):
    """Paths of the samples' images by machine and name."""
    top = built_samples.root / "build/zig"
    return {
        (machine, path.stem): path
        for machine in MACHINES
        for path in sorted((top / machine / "release/drivers").rglob("*.sys"))
    }
