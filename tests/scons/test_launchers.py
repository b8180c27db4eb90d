"""Launchers in front of compilers and a shared cache: what one checkout made, another finds."""

import contextlib
import os
import re
import socket
import subprocess
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import pefile
import pytest

import peers
from ntbuild.building.launchers import Launcher
from sconsproject import Outside

SOURCE = """\
#include <ntddk.h>
NTSTATUS NTAPI DriverEntry(PDRIVER_OBJECT Driver, PUNICODE_STRING Path) { return STATUS_SUCCESS; }
"""
SCRIPT = """\
from ntbuild import project

env = project("mine")
env.Driver("mine", ["mine.c", "other.cpp"])
"""
IMAGE = "build/zig/x64/debug/mine.sys"


@pytest.fixture
def checkouts(tmp_path):
    """Two checkouts of the same project, in folders of different names."""
    found = [Outside(tmp_path / name) for name in ("one", "another one")]
    for project in found:
        project.write("SConstruct", SCRIPT)
        project.write("mine.c", SOURCE)
        project.write("other.cpp", "int other();\nint other() { return 1; }\n")
    return found


def free_port():
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


def images(checkouts):
    return {(each.root / IMAGE).read_bytes() for each in checkouts}


def test_ccache_has_every_object_of_another_checkout(checkouts, tmp_path):
    program = peers.require("ccache")
    environment = {"CCACHE_DIR": str(tmp_path / "cache")}
    for project in checkouts:
        assert project.scons("launcher=ccache", **environment).errors == ""
    told = subprocess.run(
        [program, "--print-stats"],
        env=os.environ | environment,
        capture_output=True,
        text=True,
        check=True,
    ).stdout
    counts = dict(re.findall(r"^(\w+)\t(\d+)$", told, re.MULTILINE))
    assert (counts["direct_cache_hit"], counts["cache_miss"]) == ("2", "2")
    assert len(images(checkouts)) == 1


def test_sccache_has_every_object_of_another_checkout(checkouts, tmp_path):
    program = peers.require("sccache")
    environment = {
        "SCCACHE_DIR": str(tmp_path / "cache"),
        "SCCACHE_SERVER_PORT": str(free_port()),
        "SCCACHE_IDLE_TIMEOUT": "60",
    }
    try:
        for project in checkouts:
            assert project.scons("launcher=sccache", **environment).errors == ""
        told = subprocess.run(
            [program, "--show-stats"],
            env=os.environ | environment,
            capture_output=True,
            text=True,
            check=True,
        ).stdout
    finally:
        subprocess.run(
            [program, "--stop-server"],
            env=os.environ | environment,
            capture_output=True,
            check=False,
        )
    counts = dict(re.findall(r"^(\S.*\S)  +(\d+)$", told, re.MULTILINE))
    assert (counts["Cache hits"], counts["Cache misses"]) == ("2", "2")
    assert len(images(checkouts)) == 1


@contextlib.contextmanager
def distcc_worker(folder, compiler):
    """A worker on loopback that may start a compiler; gives its port and the file of its log."""
    port, log = free_port(), folder / f"worker{len(list(folder.iterdir()))}.log"
    command = [
        *(peers.require("distccd"), "--no-detach", "--daemon", "--listen", "127.0.0.1"),
        *("--port", str(port), "--allow", "127.0.0.1", "--jobs", "1", "--enable-tcp-insecure"),
        *("--log-stderr", "--log-level", "info"),
    ]
    allowed = folder / "commands"
    allowed.write_text(f"{compiler}\n")
    environment = os.environ | {"DISTCC_CMDLIST": str(allowed), "TMPDIR": str(folder)}
    with (
        log.open("wb") as file,
        subprocess.Popen(command, stderr=file, env=environment) as worker,
    ):
        try:
            for _ in range(100):
                with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port)):
                    break
                time.sleep(0.05)
            yield port, log
        finally:
            worker.terminate()


def _code(image):
    (text,) = [each for each in pefile.PE(data=image).sections if each.Name.startswith(b".text")]
    return text.get_data()


def test_distcc_compiles_on_two_workers(checkouts, tmp_path):
    peers.require("distcc")
    folder = tmp_path / "workers"
    folder.mkdir()
    folder.chmod(0o777)
    for parent in (tmp_path, *tmp_path.parents):  # workers drop root's rights
        if parent.stat().st_mode & 0o5 != 0o5 and os.geteuid() == 0:
            parent.chmod(parent.stat().st_mode | 0o5)
    first, second = checkouts
    first.scons()
    script = second.root / "build/launch/zig/clang"
    with distcc_worker(folder, script) as one, distcc_worker(folder, script) as two:
        hosts = " ".join(f"127.0.0.1:{port}/1" for port, _ in (one, two))
        run = second.scons("-j2", "launcher=distcc", DISTCC_HOSTS=hosts, DISTCC_FALLBACK="0")
    assert run.errors == ""
    code = {_code(image) for image in images(checkouts)}  # debug information names another source
    assert len(code) == 1
    compiled = [log.read_text().count(" COMPILE_OK ") for _, log in (one, two)]
    assert sum(compiled) == 2, [log.read_text() for _, log in (one, two)]


def test_a_shared_cache_has_everything_of_another_checkout(checkouts, tmp_path):
    first, second = checkouts
    cache = f"cache={tmp_path / 'not yet/cache'}"
    first.scons(cache)
    lines = second.run(cache).lines  # without the seed
    made = [line for line in lines if line.split()[:1] in (["CC"], ["CXX"], ["LINK"])]
    assert all("runtime/" in line for line in made)
    assert f"Retrieved `{IMAGE}' from cache" in lines
    assert len(images(checkouts)) == 1


@pytest.mark.parametrize(
    ("command", "text"),
    [
        ("nosuch", "launcher=nosuch: no such program"),
        ("'", "launcher=': no closing quotation"),
    ],
)
def test_a_launcher_that_is_not_there_is_one_line(checkouts, command, text):
    errors = checkouts[0].scons("-n", f"launcher={command}", status=2).errors
    assert text in errors


def test_a_launcher_gets_the_same_words_in_every_checkout(tmp_path):
    zig = ("/usr/bin/zig", "clang")

    def words(root):
        launcher = Launcher(("ccache",), zig, "clang version 22", tmp_path / "clang", root)
        flags = [f"-ffile-prefix-map={root}=.", "-Xclang", "-cfguard", "-c", "-o", "a.obj", "a.c"]
        return launcher.words([*zig, *flags])

    assert words("/one") == words("/two")
    assert words("/one")[:4] == [
        *("ccache", str(tmp_path / "clang"), "-fchecked-out-here", "-fcc1-word=-cfguard")
    ]
    script = (tmp_path / "clang").read_text().replace("exec /usr/bin/zig clang", "printf '%s\\n'")
    (tmp_path / "echo").write_text(script)
    shown = subprocess.run(
        ["sh", tmp_path / "echo", *words("/one")[2:]],
        cwd=tmp_path,
        capture_output=True,
        text=True,
        check=True,
    ).stdout.split("\n")
    assert shown[:3] == [f"-ffile-prefix-map={tmp_path}=.", "-Xclang", "-cfguard"]


def test_jobs_that_start_together_write_the_same_script(tmp_path):
    compiler = ("/usr/bin/zig", "clang")
    meeting = threading.Barrier(8)

    def words(turn):
        launcher = Launcher(("ccache",), compiler, "22", tmp_path / f"{turn}/clang", "/one")
        meeting.wait()
        return launcher.words([*compiler, "-c", "a.c"])

    with ThreadPoolExecutor(8) as pool:
        for turn in range(20):
            found = list(pool.map(words, [turn] * 8))
            assert found == [["ccache", str(tmp_path / f"{turn}/clang"), "-c", "a.c"]] * 8
            assert [each.name for each in (tmp_path / str(turn)).iterdir()] == ["clang"]
