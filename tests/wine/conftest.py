"""The sample drivers of a toolchain, built when a test needs them, and where Wine finds them."""

import functools
import shutil
from pathlib import Path

import pytest

import peers
from sconsproject import copy_of_sources, shared_cache

STARTED = ("client", "core", "hello", "ioctl", "seh")
"""The samples that are started under Wine."""


@pytest.fixture(scope="session")
def built(tmp_path_factory):
    """A function: the folder ``drivers`` of a toolchain and flavor, built for x64 by scons."""

    @functools.cache
    def build(toolchain: str) -> Path:
        project = copy_of_sources(tmp_path_factory.mktemp(toolchain) / "project")
        cells = (f"toolchain={toolchain}", "arch=x64", "flavor=all")
        project.scons("-j2", shared_cache(), *cells, *(f"drivers/{each}" for each in STARTED))
        return project.root / f"build/{toolchain}/x64"

    def folder(toolchain: str, flavor: str) -> Path:
        peers.require_toolchain(toolchain, "x64")
        return build(toolchain) / flavor / "drivers"

    return folder


@pytest.fixture
def installed(wine, built):
    """A function: a driver of a toolchain and flavor, where Wine finds it and its imports."""

    def install(toolchain: str, flavor: str, name: str) -> Path:
        source = built(toolchain, flavor) / name / f"{name}.sys"
        target = wine.drivers / source.name
        target.unlink(missing_ok=True)  # it may still be mapped by a driver that did not stop
        return Path(shutil.copy2(source, target))

    return install
