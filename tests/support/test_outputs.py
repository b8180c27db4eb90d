import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

import ntbuild
from ntbuild.support import outputs
from ntbuild.support.outputs import OutputError, put_right, write_all

DYING = """
import os, sys
from pathlib import Path
from ntbuild.support.outputs import write_all

steps = int(sys.argv[1])

def dying(event, arguments):
    global steps
    own = any(part in str(arguments[0]) for part in ("target", ".ntbuild."))
    if event in ("open", "os.rename", "os.link", "os.remove") and own:
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


# --- what must stay as it is ---------------------------------------------------------------------


def refused(match, files, inputs=()):
    with pytest.raises(OutputError, match=match):
        write_all([(path, b"new") for path in files], inputs=inputs)


@pytest.mark.parametrize("way", ["itself", "dots", "symbolic link", "hard link", "folder link"])
def test_an_input_is_never_replaced_under_whatever_name(tmp_path, way):
    source = tmp_path / "a.obj"
    source.write_bytes(b"old")
    name = tmp_path / "b.sys"
    if way == "symbolic link":
        name.symlink_to("a.obj")
    elif way == "hard link":
        name.hardlink_to(source)
    elif way == "folder link":
        (tmp_path / "x").symlink_to(tmp_path)
    name = {"itself": source, "dots": tmp_path / "." / "..", "folder link": tmp_path / "x"}.get(
        way, name
    )
    name = name / tmp_path.name / "a.obj" if way == "dots" else name
    name = name / "a.obj" if way == "folder link" else name
    refused(r"a\.obj: an output would replace this input$", [tmp_path / "c", name], [source])
    assert source.read_bytes() == b"old"
    assert not (tmp_path / "c").exists()


def test_inputs_that_are_missing_or_impossible_count_for_nothing(tmp_path):
    write_all([(tmp_path / "a", b"1")], inputs=[tmp_path / "a", "a\0b"])
    write_all([(tmp_path / "b", b"2")], inputs=[tmp_path / "none", "a\0b"])
    assert names(tmp_path) == ["a", "b"]


@pytest.mark.parametrize("existing", [False, True])
def test_two_outputs_never_are_one_file(tmp_path, existing):
    one = tmp_path / "a.sys"
    if existing:
        one.write_bytes(b"old")
    (tmp_path / "x").symlink_to(tmp_path)
    refused(r"a\.sys: two outputs would be written to this file$", [one, tmp_path / "x/a.sys"])
    refused("two outputs", [one, one])
    assert not existing or one.read_bytes() == b"old"


@pytest.mark.parametrize("size", [224, 225, 240, 255])
def test_names_as_long_as_the_file_system_has_them_are_written(tmp_path, size):
    target = tmp_path / ("ä" + "x" * (size - 2))
    write_all([(target, b"1")])
    write_all([(target, b"2")])
    assert target.read_bytes() == b"2"
    assert names(tmp_path) == [target.name]
    refused("File name too long", [tmp_path / ("x" * 256)])


@pytest.mark.skipif(os.name == "nt", reason="Windows has no modes")
@pytest.mark.parametrize("mode", [0o600, 0o640, 0o755, 0o444])
def test_an_existing_file_keeps_its_mode_and_a_new_image_may_be_run(tmp_path, mode):
    old, new = tmp_path / "old.sys", tmp_path / "new.sys"
    old.write_bytes(b"old")
    old.chmod(mode)
    mask = os.umask(0o027)
    try:
        write_all([(old, b"1"), (tmp_path / "a.map", b"2")], executable=old)
        write_all([(new, b"1")], executable=new)
    finally:
        os.umask(mask)
    modes = [(tmp_path / name).stat().st_mode & 0o777 for name in ("old.sys", "a.map", "new.sys")]
    assert modes == [mode, 0o640, 0o750]


@pytest.mark.parametrize("exists", [True, False])
def test_a_symbolic_link_stays_and_what_it_leads_to_is_written(tmp_path, exists):
    (tmp_path / "real").mkdir()
    real, link = tmp_path / "real/a.sys", tmp_path / "a.sys"
    if exists:
        real.write_bytes(b"old")
    link.symlink_to("real/a.sys")
    write_all([(link, b"new")])
    assert link.is_symlink()
    assert real.read_bytes() == b"new"
    assert names(tmp_path / "real") == ["a.sys"]


@pytest.mark.skipif(os.name == "nt", reason="Windows ends processes in another way")
def test_the_next_write_sweeps_what_a_killed_process_left(tmp_path):
    targets = [tmp_path / f"target{number}" for number in range(3)]
    environment = {**os.environ, "PYTHONPATH": str(Path(ntbuild.__file__).parents[1])}
    left = set()
    for step in range(1, 100):
        targets[0].write_bytes(b"old")
        command = [sys.executable, "-c", DYING, str(step), *map(str, targets)]
        ended = subprocess.run(command, env=environment, check=False).returncode
        left |= {name[-4:] for name in names(tmp_path) if name.startswith(".ntbuild.")}
        write_all([(tmp_path / "other", b"1")])
        assert not [name for name in names(tmp_path) if name.startswith(".ntbuild.")], step
        if ended == 0:
            break
    assert left == {".new", ".old"}


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such locks")
def test_what_a_writer_elsewhere_still_holds_is_not_swept(tmp_path):
    """A process of another container has an id that nobody has here, and a lock."""
    import fcntl

    held, stale = (tmp_path / f".ntbuild.00000000.99999999-{n}.0.new" for n in (1, 2))
    stale.write_bytes(b"")
    with held.open("wb") as file:
        fcntl.flock(file, fcntl.LOCK_SH)
        write_all([(tmp_path / "a", b"1")])
        assert names(tmp_path) == [held.name, "a"]
    write_all([(tmp_path / "a", b"1")])
    assert names(tmp_path) == ["a"]


@pytest.mark.skipif(os.name == "nt", reason="Windows removes no open file")
@pytest.mark.parametrize("sweeps", [1, 4, 5])
def test_a_file_that_is_swept_before_it_is_locked_is_made_again(tmp_path, monkeypatch, sweeps):
    """By another clock it looks as if its writer were dead for long."""
    lock, swept = outputs._lock, []

    def late(file, **words):
        if len(swept) < sweeps:
            swept.append(next(tmp_path.glob(".ntbuild.*.new")))
            swept[-1].unlink()
        lock(file, **words)

    monkeypatch.setattr(outputs, "_lock", late)
    if sweeps == 5:
        with pytest.raises(OutputError, match="a: another process removes it again and again"):
            write_all([(tmp_path / "a", b"1")])
        assert names(tmp_path) == []
    else:
        write_all([(tmp_path / "a", b"1")])
        assert (tmp_path / "a").read_bytes() == b"1"
        assert names(tmp_path) == ["a"]


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such locks")
def test_a_file_that_another_process_is_removing_is_made_again(tmp_path, monkeypatch):
    import fcntl

    lock, removing = outputs._lock, []

    def late(file, **words):
        if not removing:
            path = next(tmp_path.glob(".ntbuild.*.new"))
            held = path.open("rb")
            fcntl.flock(held, fcntl.LOCK_EX)
            removing.append(threading.Timer(0.1, lambda: (path.unlink(), held.close())))
            removing[0].start()
        lock(file, **words)

    monkeypatch.setattr(outputs, "_lock", late)
    write_all([(tmp_path / "a", b"1")])
    removing[0].join()
    assert names(tmp_path) == ["a"]


def test_a_name_that_cannot_be_is_one_line(tmp_path):
    with pytest.raises(OutputError) as raised:
        write_all([(tmp_path / "one", b"1"), (f"{tmp_path}/a\0\x1b[2J", b"2")])
    assert str(raised.value) == (
        f"{tmp_path}/a\\x00\\x1b[2J: the name has a character that no file name can have"
    )
    assert names(tmp_path) == []
