"""The node classes of `ntdriver.targets` work with the oldest SCons that pyproject.toml allows.

They override methods of SCons's own nodes. The newest SCons is the installed one, with which all
other tests run.
"""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import peers
from sconsproject import ROOT

(OLDEST,) = re.findall(r'"scons>=([\d.]+)"', (ROOT / "pyproject.toml").read_text())
VERSION = f"{OLDEST}.0"
WHICH = "(gone_comes_back and map) or filled_later or stands_for_all"
"""Tests in which all overridden methods are called."""


@pytest.fixture
def oldest(request):
    """A folder to import the oldest SCons from; it is installed once."""
    folder = request.config.cache.mkdir(f"scons-{VERSION}")
    if (folder / f"scons-{VERSION}.installed").is_file():
        return folder
    pip = shutil.which("pip", path=f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")
    command = [pip or "pip", "install", "-q", "--no-deps", "--target", str(folder)]
    try:
        free = {key: value for key, value in os.environ.items() if key != "PIP_CONSTRAINT"}
        subprocess.run([*command, f"scons=={VERSION}"], check=True, timeout=100, env=free)
    except (OSError, subprocess.SubprocessError) as error:
        text = f"SCons {VERSION} cannot be installed: {error}"
        (pytest.fail if peers.required() else pytest.skip)(text)
    (folder / f"scons-{VERSION}.installed").touch()
    return folder


def test_the_nodes_of_targets_pass_their_tests_with_the_oldest_scons(oldest):
    environment = os.environ | {"PYTHONPATH": str(oldest)}
    for name in ("PYTEST_ADDOPTS", "PYTEST_XDIST_WORKER"):
        environment.pop(name, None)
    command = [sys.executable, "-m", "SCons", "--version"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=True)
    assert f"SCons: v{VERSION}." in done.stdout
    command = [sys.executable, "-m", "pytest", "-q", "-n0", "-p", "no:cacheprovider", "-k", WHICH]
    tests = Path(__file__).with_name("test_targets.py")
    done = subprocess.run(
        [*command, str(tests)],
        cwd=ROOT,
        env=environment,
        capture_output=True,
        text=True,
        timeout=300,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    assert re.search(r"^\d+ passed, \d+ deselected in ", done.stdout, re.MULTILINE), done.stdout
