"""What each driver of a project costs, as far as that does not depend on the machine."""

import json
import os
import subprocess
import sys

import pytest

from sconsproject import ROOT

SCONSTRUCT = """\
import atexit, collections, json, sys
import SCons.Environment, SCons.Executor, SCons.Node, SCons.Node.FS
from ntbuild import TOOLPATH

made = collections.Counter()

def counted(kind):
    real = kind.__init__
    def init(self, *words, **named):
        made[type(self).__name__] += 1
        real(self, *words, **named)
    kind.__init__ = init

compared = SCons.Node.FS.File.changed_content

def counted_comparison(self, target, *words):
    made["comparisons of " + str(target).rpartition(".")[2]] += 1
    return compared(self, target, *words)

SCons.Node.FS.File.changed_content = counted_comparison

@atexit.register
def write_counts():
    with open("counts.json", "w") as file:
        json.dump({"made": made, "modules": list(sys.modules)}, file)

DefaultEnvironment(tools=[])
env = Environment(tools=["ntdriver"], toolpath=TOOLPATH)
for kind in (SCons.Node.Node, SCons.Environment.Base, SCons.Environment.OverrideEnvironment):
    counted(kind)
for number in range(int(ARGUMENTS["drivers"])):
    env.Driver(f"driver{number}", [f"driver{number}.c"], KEYWORDS)
"""
SOURCE = "int DriverEntry(void *driver, void *path) { return driver == path; }\n"


@pytest.fixture
def run_project(tmp_path):
    """What is counted in one run of a project with so many drivers."""

    def run(drivers, *arguments, keywords=""):
        text = SCONSTRUCT.replace(", KEYWORDS", f", {keywords}" if keywords else "")
        (tmp_path / "SConstruct").write_text(text)
        for number in range(drivers):
            (tmp_path / f"driver{number}.c").write_text(SOURCE)
        done = subprocess.run(
            [sys.executable, "-m", "SCons", "-Q", f"drivers={drivers}", *arguments],
            cwd=tmp_path,
            env=os.environ | {"PYTHONPATH": str(ROOT / "site_scons")},
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout, json.loads((tmp_path / "counts.json").read_text())

    return run


def per_driver(run_project, **given):
    """What is made for each of nine more drivers."""
    (_, few), (_, many) = run_project(1, "-h", **given), run_project(10, "-h", **given)
    more = {kind: count - few["made"].get(kind, 0) for kind, count in many["made"].items()}
    return {kind: count / 9 for kind, count in more.items() if count}


NODES = {"File": 6, "Alias": 2}
"""Source, object, image, map, report and PDB; two names."""


def test_a_driver_is_six_files_and_two_names_and_no_environment(run_project):
    assert per_driver(run_project) == NODES


def test_an_option_makes_no_node(run_project):
    assert per_driver(run_project, keywords="version=(number, 1)") == NODES


def test_with_nothing_to_do_no_file_but_image_and_object_is_compared(run_project):
    def made(drivers):
        run_project(drivers)
        return run_project(drivers)[1]["made"]

    few, many = made(1), made(3)
    kinds = {kind for kind in many if kind.startswith("comparisons") and few[kind] < many[kind]}
    assert kinds == {"comparisons of obj", "comparisons of sys"}


def test_a_build_with_nothing_to_do_imports_little(run_project):
    run_project(2)
    output, second = run_project(2)
    assert output == "scons: `.' is up to date.\n"
    modules = set(second["modules"])
    assert {"ntbuild", "ntbuild.building.steps", "ntbuild.compilers.toolchain"} <= modules
    assert modules & {"numpy", "jinja2", "difflib", "email", "importlib.metadata"} == set()
    home = "ntbuild."
    parts = {name.removeprefix(home) for name in modules if name.startswith(home)}
    assert (
        parts
        & {
            "records.release",
            "building.render",
            "pelink.spelling.link_exe",
            "pelink.pipeline",
        }
        == set()
    )
    assert {name for name in parts if name.startswith(("pecheck", "pecoff."))} == set()
