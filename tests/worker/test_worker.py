import os
import pickle
import signal
import subprocess
import sys
import threading
import time
import types
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest

import coffwriter as coff
import ntbuild
from errands import PATIENCE, Errand, wait_for
from ntbuild import LinkOptions, worker
from ntbuild.building.driver import BuildError, LinkStep
from ntbuild.worker import SIZE, VARIABLE, Workers, run_step

STEP = LinkStep(LinkOptions(driver="plain", machine="x64", entry="DriverEntry"))
OUTPUTS = ("a.sys", "a.map", "a.check.txt")
HOME = Path(ntbuild.__file__).parents[1]


@pytest.fixture
def workers():
    with Workers() as started:
        yield started


@pytest.fixture
def source(tmp_path):
    """An object of a size that a test can do with, whose DriverEntry warns of a directive."""
    text = coff.Section(".text", bytes.fromhex("31c0c3"), coff.CODE, align=16)
    directive = coff.Section(".drectve", b" /nonsense", coff.INFO)
    path = tmp_path / "entry.obj"
    path.write_bytes(coff.build("x64", [text, directive], [coff.Symbol("DriverEntry", ".text")]))
    return str(path)


def outputs(folder):
    return [str(folder / name) for name in OUTPUTS]


def content(folder):
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_a_worker_makes_the_same_files_and_the_same_warnings(source, tmp_path, workers):
    here, there = tmp_path / "here", tmp_path / "there"
    warnings = workers.run(STEP, [source], outputs(there))
    assert warnings == STEP.run([source], outputs(here))
    assert [line for line in warnings if "ignoring unknown argument: /nonsense" in line]
    assert sorted(content(there)) == sorted(OUTPUTS)
    assert content(there) == content(here)


@pytest.mark.parametrize("seed", ["0", "1", "4711"])
def test_a_workers_bytes_do_not_depend_on_its_hash_seed(source, tmp_path, monkeypatch, seed):
    monkeypatch.setenv("PYTHONHASHSEED", seed)
    STEP.run([source], outputs(tmp_path / "here"))
    with Workers() as workers:
        workers.run(STEP, [source], outputs(tmp_path / "there"))
    assert content(tmp_path / "there") == content(tmp_path / "here")


def test_a_failed_link_says_the_same_and_the_old_files_stay(source, tmp_path, workers):
    out = tmp_path / "out"
    workers.run(STEP, [source], outputs(out))
    before = content(out)
    wrong = replace(STEP, options=replace(STEP.options, entry="Missing"))
    said = []
    for run in (wrong.run, lambda *files: workers.run(wrong, *files)):
        with pytest.raises(BuildError, match=r"pelink: error: .*Missing") as caught:
            run([source], outputs(out))
        said.append(str(caught.value))
    assert said[0] == said[1]
    assert content(out) == before


def test_one_process_is_kept_for_links_after_each_other(tmp_path, workers):
    reports = [workers.run(Errand("tell"), [], outputs(tmp_path)) for _ in range(3)]
    assert {int(pid) for pid, _, _ in reports} == set(workers.processes)
    assert len(workers.processes) == 1
    assert os.getpid() not in workers.processes


def test_links_at_the_same_time_run_side_by_side(tmp_path, workers):
    """Each of the two ends only when the other one has begun."""
    names = [str(tmp_path / name) for name in ("one", "two")]
    with ThreadPoolExecutor(2) as pool:
        pairs = ((names[1], names[0]), (names[0], names[1]))
        reports = list(
            pool.map(lambda pair: workers.run(Errand("meet"), [pair[0]], [pair[1]]), pairs)
        )
    assert {int(pid) for (pid,) in reports} == set(workers.processes)
    assert len(workers.processes) == 2


def test_a_worker_is_where_the_build_is_and_not_in_its_session(tmp_path, monkeypatch, workers):
    """A Ctrl-C of the terminal does not reach it."""
    for folder in (tmp_path, tmp_path.parent):
        monkeypatch.chdir(folder)
        _, where, session = workers.run(Errand("tell"), [], ["a"])
        assert Path(where) == folder
        assert int(session) != os.getsid(0)


def test_what_is_printed_or_read_in_a_worker_disturbs_nobody(tmp_path, workers, capfd):
    workers.run(Errand("chat"), [], [str(tmp_path / "a")])
    assert (tmp_path / "a").read_bytes() == b"done"
    assert workers.run(Errand("chat"), [], [str(tmp_path / "a")]) == ()
    said = capfd.readouterr()
    assert said.out == ""
    assert said.err.count("and once more") == 2


def test_a_refusal_and_a_mistake_come_back_as_they_are(workers):
    with pytest.raises(BuildError) as refused:
        workers.run(Errand("refuse"), [], ["a"])
    assert str(refused.value) == "pelink: error: refused\n>>> hint: é"
    with pytest.raises(Exception, match="stumbled") as stumbled:
        workers.run(Errand("stumble"), [], ["a"])
    assert (type(stumbled.value).__name__, str(stumbled.value)) == ("ZeroDivisionError", "stumbled")
    assert "errands.py" in stumbled.value.__notes__[0]
    assert len(workers.processes) == 1


def test_a_worker_that_dies_while_it_writes_leaves_the_old_files(tmp_path, workers):
    names = [tmp_path / name for name in ("one.sys", "two.map", "three")]
    names[0].write_bytes(b"old")
    names[2].write_bytes(b"old")
    before = content(tmp_path)
    expected = rf"^pelink: error: {names[0]}: the process that linked it was ended by SIGABRT\n"
    with pytest.raises(BuildError, match=f"{expected}>>> hint: {VARIABLE}=never") as caught:
        workers.run(Errand("die"), [], [str(name) for name in names])
    assert len(str(caught.value).splitlines()) == 2
    assert content(tmp_path) == before
    assert workers.processes == ()
    assert workers.run(Errand("tell"), [], ["a"])[0] == str(workers.processes[0])


@pytest.mark.parametrize("name", ["SIGKILL", "SIGTERM"])
def test_a_worker_that_is_killed_is_an_error_that_names_it(tmp_path, workers, name):
    out = tmp_path / "a.sys"
    with ThreadPoolExecutor(1) as pool:
        linking = pool.submit(workers.run, Errand("linger"), [], [str(out)])
        wait_for(out)
        os.kill(int(out.read_text()), getattr(signal, name))
        with pytest.raises(BuildError, match=f"the process that linked it was ended by {name}"):
            linking.result(timeout=PATIENCE)


def test_a_worker_that_cannot_be_started_is_an_error(monkeypatch):
    monkeypatch.setattr(sys, "executable", "/nowhere/python")
    with Workers() as workers, pytest.raises(BuildError) as caught:
        workers.run(STEP, [], ["a.sys"])
    what = "the process that links it cannot be started: No such file or directory"
    hint = f">>> hint: {VARIABLE}=never links in the process of the build tool"
    assert str(caught.value) == f"pelink: error: a.sys: {what}\n{hint}"


def test_a_worker_that_ends_at_once_is_an_error():
    def start():
        command = [sys.executable, "-c", "raise SystemExit(3)"]
        return subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)

    with Workers(start) as workers, pytest.raises(BuildError, match="ended with status 3"):
        workers.run(STEP, [], ["a.sys"])


class _Local(Errand):
    def __reduce__(self):
        raise pickle.PicklingError


def test_a_step_that_cannot_travel_runs_here(monkeypatch, workers):
    here = str(os.getpid())
    assert workers.run(_Local("tell"), [], ["a"])[0] == here
    assert workers.processes == ()
    module = types.ModuleType("only_here")
    module.Stranger = type("Stranger", (Errand,), {"__module__": "only_here"})
    monkeypatch.setitem(sys.modules, "only_here", module)
    assert workers.run(module.Stranger("tell"), [], ["a"])[0] == here
    assert workers.run(Errand("tell"), [], ["a"])[0] == str(workers.processes[0])


@pytest.mark.parametrize(
    ("size", "jobs", "said", "expected"),
    [
        (SIZE, 2, "", True),
        (SIZE - 1, 2, "", False),
        (SIZE, 1, "", False),
        (SIZE, 2, "never", False),
        (5000, 1, "0", True),
        (4999, 2, "5000", False),
        (5000, 2, "5000", True),
    ],
)
def test_only_large_links_of_several_jobs_go_to_a_worker(
    source, tmp_path, monkeypatch, workers, size, jobs, said, expected
):
    monkeypatch.setenv(VARIABLE, said)
    monkeypatch.setattr(worker, "_kept", lambda: workers)
    library = tmp_path / "a.lib"  # an archive with nothing in it but its size
    head = b"!<arch>\n"
    padding = size - Path(source).stat().st_size - len(head) - 60
    name = b"//" + b" " * 46 + f"{padding:<10}".encode() + b"`\n"
    library.write_bytes(head + name + bytes(padding))
    inputs = [source, str(library)]
    run_step(STEP, inputs, outputs(tmp_path / "out"), jobs=jobs)
    assert sorted(content(tmp_path / "out")) == sorted(OUTPUTS)
    assert bool(workers.processes) == expected


def test_other_steps_stay_and_a_wrong_size_is_an_error(monkeypatch, tmp_path):
    monkeypatch.setenv(VARIABLE, "10 MB")
    assert run_step(Errand("tell"), [], ["a"], jobs=2)[0] == str(os.getpid())
    expected = f"^{VARIABLE}=10 MB: expected a number of bytes, or never$"
    with pytest.raises(BuildError, match=expected):
        run_step(STEP, [], outputs(tmp_path), jobs=2)


def test_workers_end_with_a_build_that_is_killed(tmp_path):
    """In the middle of a link, and at leisure."""
    code = (
        "import sys, threading; from errands import Errand; from ntbuild.worker import Workers\n"
        "workers = Workers()\n"
        "run = lambda what, out: workers.run(Errand(what), [], [out])\n"
        "threading.Thread(target=run, args=('linger', sys.argv[1])).start()\n"
        "print(run('tell', 'a')[0], flush=True)\n"
    )
    path = os.pathsep.join([str(HOME), str(Path(__file__).parents[1])])
    out = tmp_path / "pid"
    with subprocess.Popen(
        [sys.executable, "-c", code, str(out)],
        env={**os.environ, "PYTHONPATH": path},
        stdout=subprocess.PIPE,
        text=True,
    ) as build:
        idle = int(build.stdout.readline())
        wait_for(out)
        busy = int(out.read_text())
        assert [_runs(pid) for pid in (idle, busy)] == [True, True]
        build.kill()
    end = time.monotonic() + PATIENCE
    while any(_runs(pid) for pid in (idle, busy)) and time.monotonic() < end:
        time.sleep(0.01)
    assert [_runs(pid) for pid in (idle, busy)] == [False, False]


def _runs(pid):
    """Whether a process is there and not only waits for being counted."""
    try:
        os.kill(pid, 0)
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (ProcessLookupError, FileNotFoundError):
        return False


def test_the_workers_of_a_process_are_ended_with_it():
    code = (
        "from errands import Errand; from ntbuild import worker\n"
        "print(worker._kept().run(Errand('tell'), [], ['a'])[0])\n"
        "assert worker._kept() is worker._kept()\n"
    )
    path = os.pathsep.join([str(HOME), str(Path(__file__).parents[1])])
    done = subprocess.run(
        [sys.executable, "-W", "error", "-c", code],
        env={**os.environ, "PYTHONPATH": path},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stderr == ""
    assert not _runs(int(done.stdout))


def test_closing_takes_all_threads_processes(workers):
    threads = [
        threading.Thread(target=workers.run, args=(Errand("tell"), [], ["a"])) for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    pids = workers.processes
    assert pids
    workers.close()
    assert [_runs(pid) for pid in pids] == [False] * len(pids)
