"""One copy of the project is built once per session.

A test gets a copy of that, build folder and signatures included, in a folder of another name (with
a space in it). That nothing is built again there is part of what is tested.
"""

from pathlib import Path

import pytest

from sconsproject import Project, copy_of_sources, shared_cache


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Project:
    """A copy with everything built; not to be changed."""
    project = copy_of_sources(tmp_path_factory.mktemp("built") / "project")
    project.scons("-j2", shared_cache())
    return project


@pytest.fixture
def project(built: Project, tmp_path: Path) -> Project:
    """A copy of the built project under another name, for one test."""
    return built.copy(tmp_path / "a copy")


@pytest.fixture
def fresh(tmp_path: Path) -> Project:
    """A checkout that was never built, for one test."""
    return copy_of_sources(tmp_path / "fresh")
