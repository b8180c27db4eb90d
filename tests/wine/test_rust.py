"""A driver in Rust: one object among hundreds of archive members, loaded by Wine."""

import subprocess
from pathlib import Path

from ntbuild import check, link, options_from_argv
from ntbuild.compilers.definitions import import_definition
from ntbuild.pecoff.machine import MACHINES
from ntbuild.pelink.libraries.import_library import write_import_library
from ntbuild.pelink.libraries.module_definition import parse_def
from peers import require
from wine.session import Service

ROOT = Path(__file__).parents[2]
SOURCE = Path(__file__).with_name("driver.rs")
TARGET = "x86_64-pc-windows-gnu"


def kernel_library(folder):
    machine = MACHINES["x64"]
    text = import_definition("ntoskrnl", "x64", ROOT / "toolchains/defs")
    path = folder / "ntoskrnl.lib"
    definition = parse_def(text, "ntoskrnl.def", machine)
    path.write_bytes(write_import_library(definition, machine, mingw=True, kill_at=True))
    return path


def rust_driver(folder):
    archive = folder / "driver.a"
    words = [require("rustc"), "--target", TARGET, "--crate-type", "staticlib"]
    words += ["-C", "opt-level=2", "-C", "panic=abort", SOURCE, "-o", archive]
    subprocess.run(words, check=True, capture_output=True)
    assert archive.stat().st_size > 1 << 20  # with all of Rust's compiler run-time
    options = ["/driver", "/machine:x64", "/include:DriverEntry"]
    return link([archive, kernel_library(folder)], options_from_argv(options)).image


def test_a_rust_driver_is_small_and_clean(tmp_path):
    image = rust_driver(tmp_path)
    assert len(image) < 8192
    assert check(image, "driver.sys") == []


def test_a_rust_driver_starts_and_stops_under_wine(wine, tmp_path):
    path = wine.drivers / "rust.sys"
    path.write_bytes(rust_driver(tmp_path))
    service = Service(wine, "rust", path)
    service.start()
    service.stop()
    service.delete()
    assert wine.printed("rust: ") == ["rust: hello 63", "rust: goodbye"]
