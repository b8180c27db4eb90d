import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

import ntbuild
from ntbuild.support.outputs import OutputError, put_right, write_all

DYING = """
import os, sys
from pathlib import Path
from ntbuild.support.outputs import write_all

steps = int(sys.argv[1])

def dying(event, arguments):
    global steps
    if event in ("open", "os.rename", "os.link", "os.remove") and "target" in str(arguments[0]):
        steps -= 1
        if steps == 0:
            os._exit(9)

sys.addaudithook(dying)
write_all([(Path(path), b"new " + path.encode()) for path in sys.argv[2:]])
"""


def names(folder):
    return sorted(path.name for path in folder.iterdir())


def test_all_files_are_written_with_their_folders(tmp_path):
    write_all([(tmp_path / "a/b/one", b"1"), (tmp_path / "two", b"")])
    assert (tmp_path / "a/b/one").read_bytes() == b"1"
    assert (tmp_path / "two").read_bytes() == b""
    assert names(tmp_path) == ["a", "two"]


def test_files_get_the_rights_that_the_user_wants(tmp_path):
    old = os.umask(0o022)
    try:
        write_all([(tmp_path / "one", b"1")])
    finally:
        os.umask(old)
    assert (tmp_path / "one").stat().st_mode & 0o777 == 0o644


def test_a_folder_in_the_way_changes_nothing(tmp_path):
    (tmp_path / "one").write_bytes(b"old")
    (tmp_path / "two").mkdir()
    with pytest.raises(OutputError, match=r"two: is a directory$"):
        write_all([(tmp_path / "one", b"new"), (tmp_path / "two", b"new")])
    assert (tmp_path / "one").read_bytes() == b"old"
    assert names(tmp_path) == ["one", "two"]


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="the system has no named pipes")
def test_what_is_no_file_is_written_into_and_stays(tmp_path):
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    read = []
    reader = threading.Thread(target=lambda: read.append(pipe.read_bytes()))
    reader.start()
    write_all([(tmp_path / "one", b"1"), (pipe, b"2")])
    reader.join(timeout=60)
    assert read == [b"2"]
    assert pipe.is_fifo()
    assert names(tmp_path) == ["one", "pipe"]


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="the system has no /dev/full")
def test_a_stream_that_takes_nothing_is_an_error_with_its_name(tmp_path):
    full = tmp_path / "full"
    full.symlink_to("/dev/full")
    with pytest.raises(OutputError, match=r"full: No space left on device$"):
        write_all([(tmp_path / "one", b"1"), (full, b"2")])
    assert names(tmp_path) == ["full"]


def test_a_file_in_place_of_a_folder_is_one_line(tmp_path):
    (tmp_path / "one").write_bytes(b"old")
    with pytest.raises(OutputError) as caught:
        write_all([(tmp_path / "new", b"1"), (tmp_path / "one/two", b"2")])
    assert "\n" not in str(caught.value)
    assert names(tmp_path) == ["one"]


@pytest.mark.parametrize("links", [True, False], ids=["hard links", "copies"])
@pytest.mark.parametrize("failing", [1, 2, 3])
def test_a_rename_that_fails_puts_everything_back(tmp_path, monkeypatch, failing, links):
    targets = [tmp_path / name for name in ("one", "two", "three")]
    targets[0].write_bytes(b"old one")
    targets[2].write_bytes(b"old three")
    rename = os.replace
    calls = []

    def replace(source, target):
        if source.endswith(".new"):
            calls.append(target)
            if len(calls) == failing:
                raise PermissionError(13, "Permission denied", source, None, target)
        rename(source, target)

    monkeypatch.setattr(os, "replace", replace)
    if not links:
        monkeypatch.setattr(os, "link", _no_links)
    with pytest.raises(OutputError, match=f"{targets[failing - 1].name}: Permission denied"):
        write_all([(target, b"new") for target in targets])
    assert targets[0].read_bytes() == b"old one"
    assert not targets[1].exists()
    assert targets[2].read_bytes() == b"old three"
    assert names(tmp_path) == ["one", "three"]


def _no_links(source, _target):
    if not os.path.lexists(source):
        raise FileNotFoundError(2, "No such file or directory", str(source))
    raise PermissionError(1, "Operation not permitted")


def test_threads_writing_one_target_leave_one_whole_file(tmp_path):
    target = tmp_path / "image"
    contents = [bytes([number]) * 100_000 for number in range(8)]
    threads = [
        threading.Thread(target=write_all, args=([(target, content)],)) for content in contents
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert target.read_bytes() in contents
    assert names(tmp_path) == ["image"]


def test_a_missing_folder_is_made_or_refused(tmp_path):
    target = tmp_path / "none" / "a.sys"
    with pytest.raises(OutputError, match=r"none/a\.sys: No such file or directory"):
        write_all([(target, b"x")], make_folders=False)
    assert not target.parent.exists()
    write_all([(target, b"x")])
    assert target.read_bytes() == b"x"


@pytest.mark.parametrize("existing", [(), (0, 1, 2), (1,), (0, 2)], ids=str)
def test_what_a_killed_process_leaves_is_put_right_whenever_it_died(tmp_path, existing):
    """It dies before its first access to a file, its second one, and so on."""
    targets = [tmp_path / f"target{number}" for number in range(3)]
    before = {targets[number].name: b"old" for number in existing}
    after = {target.name: b"new " + str(target).encode() for target in targets}
    environment = {**os.environ, "PYTHONPATH": str(Path(ntbuild.__file__).parents[1])}
    outcomes = []
    for step in range(1, 100):
        for target in targets:
            target.unlink(missing_ok=True)
        for number in existing:
            targets[number].write_bytes(b"old")
        command = [sys.executable, "-c", DYING, str(step), *map(str, targets)]
        process = subprocess.Popen(command, env=environment)
        ended = process.wait()
        put_right(targets, process.pid)
        left = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
        assert left in (before, after), step
        outcomes.append(left == after)
        if ended == 0:
            break
    assert outcomes == sorted(outcomes)
    assert outcomes[-1]
    assert not outcomes[3]
