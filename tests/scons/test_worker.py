"""Links in worker processes, as a build of SCons has them."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from sconsproject import HELLO, SAMPLES, UP_TO_DATE

PATIENCE = 60.0
ALWAYS = {"NTBUILD_WORKER_SIZE": "0"}
# Every interpreter that is started writes down its process and its command.
DIARY = """
import os, sys
if "-m" in sys.orig_argv:
    with open(os.environ["DIARY"], "a") as file:
        file.write(f"{os.getpid()} {' '.join(sys.orig_argv)}\\n")
"""
# Besides, the link of a worker waits until it is killed.
PATIENT = """
if "ntbuild.worker" in sys.orig_argv:
    import time, ntbuild.building.driver
    from pathlib import Path
    def build_image(inputs, step, outputs):
        Path(os.environ["DIARY"] + ".linking").write_text(str(os.getpid()))
        time.sleep(600)
    ntbuild.building.driver.build_image = build_image
"""
# Or it begins only when another one has come so far.
MEETING = """
if "ntbuild.worker" in sys.orig_argv:
    import time, ntbuild.building.driver
    from pathlib import Path
    linked, diary = ntbuild.building.driver.build_image, Path(os.environ["DIARY"])
    def build_image(inputs, step, outputs):
        diary.with_name("at " + outputs.image.name).touch()
        end = time.monotonic() + 60
        while len(list(diary.parent.glob("at *"))) < 2 and time.monotonic() < end:
            time.sleep(0.01)
        diary.with_name(f"{outputs.image.name} met").write_text(str(time.monotonic() < end))
        return linked(inputs, step, outputs)
    ntbuild.building.driver.build_image = build_image
"""


@pytest.fixture
def diary(tmp_path):
    """Names of shell variables by which a build writes the diary, and the diary's workers."""
    folder = tmp_path / "sitecustomize"
    folder.mkdir()
    (folder / "sitecustomize.py").write_text(DIARY)
    path = tmp_path / "diary"
    path.touch()

    class Diary:
        variables = {"PYTHONPATH": str(folder), "DIARY": str(path)}  # noqa: RUF012
        linking = path.with_name("diary.linking")

        def workers(self):
            lines = path.read_text().splitlines()
            return [int(line.split()[0]) for line in lines if "-m ntbuild.worker" in line]

        def change_links(self, code):
            (folder / "sitecustomize.py").write_text(DIARY + code)

    return Diary()


def images(project):
    return {name: data for name, data in project.files().items() if "/drivers/" in f"/{name}"}


def without_images(project):
    for path in (project.root / "build").rglob("*.sys"):
        path.unlink()


def runs(pid):
    return Path(f"/proc/{pid}").exists()


def gone(pids):
    """Whether processes end, within a time."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        if not any(runs(pid) for pid in pids):
            return True
        time.sleep(0.01)
    return False


def test_small_links_start_no_worker(project, diary):
    without_images(project)
    run = project.scons("-j2", **diary.variables)
    assert len(run.steps("LINK")) == len(SAMPLES)
    assert diary.workers() == []


def test_links_in_workers_make_the_same_files(project, diary):
    before = images(project)
    without_images(project)
    run = project.scons("-j2", **diary.variables, **ALWAYS)
    assert len(run.steps("LINK")) == len(SAMPLES)
    assert images(project) == before
    assert len(diary.workers()) in (1, 2)  # as many as links ran at a time, and kept
    assert gone(diary.workers())
    assert project.scons("-j2", **diary.variables, **ALWAYS).lines == UP_TO_DATE


def test_links_of_two_jobs_run_at_the_same_time(project, diary, tmp_path):
    before = images(project)
    without_images(project)
    diary.change_links(MEETING)
    names = ("drivers/hello", "drivers/ioctl")
    assert len(project.scons("-j2", *names, **diary.variables, **ALWAYS).steps("LINK")) == 2
    assert {path.read_text() for path in tmp_path.glob("* met")} == {"True"}
    assert len(diary.workers()) == 2
    built = images(project)
    assert built == {name: before[name] for name in built}
    assert sum(name.endswith(".sys") for name in built) == 2


def test_a_dry_run_starts_no_worker(project, diary):
    without_images(project)
    assert len(project.scons("-n", **diary.variables, **ALWAYS).steps("LINK")) == len(SAMPLES)
    assert diary.workers() == []


def test_a_link_that_fails_in_a_worker_says_the_same_and_others_go_on(project, diary):
    project.edit("drivers/hello/SConscript", '["hello.c"]', '["hello.c"], entry="Nowhere"')
    without_images(project)
    here = project.scons("-k", "-j2", status=2)
    without_images(project)
    there = project.scons("-k", "-j2", status=2, **diary.variables, **ALWAYS)
    assert "undefined symbol: Nowhere\n>>> the entry point\n>>> hint: define it" in there.errors
    assert there.errors == here.errors
    assert sorted(there.steps("LINK")) == sorted(here.steps("LINK"))
    assert len(diary.workers()) in (1, 2)


def test_a_worker_that_is_killed_fails_one_link(project, diary):
    diary.change_links(PATIENT)
    (project.root / f"build/{HELLO}.sys").unlink()
    with _started(project, diary) as scons:
        os.kill(_linking(diary), signal.SIGKILL)
        errors = scons.communicate(timeout=PATIENCE)[1]
    assert scons.returncode == 2
    assert errors.splitlines()[:2] == [
        f"pelink: error: build/{HELLO}.sys: the process that linked it was ended by SIGKILL",
        ">>> hint: NTBUILD_WORKER_SIZE=never links in the process of the build tool",
    ]
    assert "Traceback" not in errors
    assert not (project.root / f"build/{HELLO}.sys").exists()
    assert project.scons("drivers/hello").steps("LINK") == [f"build/{HELLO}.sys"]


def test_no_worker_outlives_a_build_that_is_killed(project, diary):
    diary.change_links(PATIENT)
    (project.root / f"build/{HELLO}.sys").unlink()
    with _started(project, diary) as scons:
        linking = _linking(diary)
        scons.kill()
    assert gone([linking])


def test_an_interrupt_waits_for_the_link_as_it_does_without_a_worker(project, diary):
    """It goes to the whole foreground: SCons notes it, and the worker does not hear it."""
    diary.change_links(PATIENT)
    (project.root / f"build/{HELLO}.sys").unlink()
    with _started(project, diary) as scons:
        linking = _linking(diary)
        os.killpg(scons.pid, signal.SIGINT)
        time.sleep(0.2)
        assert runs(linking)
        os.kill(linking, signal.SIGKILL)
        errors = scons.communicate(timeout=PATIENCE)[1]
    assert scons.returncode == 2
    assert "Build interrupted" in errors
    assert "Traceback" not in errors


def _started(project, diary):
    return subprocess.Popen(
        [sys.executable, "-m", "SCons", "-Q", "-j2", "drivers/hello"],
        cwd=project.root,
        env={**os.environ, **diary.variables, **ALWAYS},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def _linking(diary):
    """The process that links, when it does."""
    end = time.monotonic() + PATIENCE
    while time.monotonic() < end:
        if diary.linking.exists() and (text := diary.linking.read_text()):
            return int(text)
        time.sleep(0.01)
    raise TimeoutError
