"""``env.RustDriver`` and ``env.RustLibrary``: crates by cargo and rustc, in real scons runs."""

import pytest

from emulator import Emulator
from ntbuild import check
from peers import require
from sconsproject import Outside

SCRIPT = """from ntbuild import project

env = project("crates", arch="x64")
env.RustDriver("packaged", "packaged/Cargo.toml", entry="packaged_entry", features=["loud"])
part = env.RustLibrary("part", "single/part.rs", edition="2021")
env.Driver("mixed", ["mixed.c", part])
"""
MANIFEST = """[package]
name = "packaged"
version = "0.1.0"
edition = "2021"

[lib]
crate-type = ["cdylib"]

[features]
loud = []

[dependencies]
shared = { path = "../shared" }
"""
LOCK = """version = 3

[[package]]
name = "packaged"
version = "0.1.0"
dependencies = [
 "shared",
]

[[package]]
name = "shared"
version = "0.1.0"
"""
PACKAGED = """#![no_std]
use core::ffi::c_void;

#[panic_handler]
fn panic(_: &core::panic::PanicInfo) -> ! {
    loop {}
}

extern "C" {
    fn DbgPrint(format: *const u8, ...) -> u32;
}

#[no_mangle]
pub unsafe extern "system" fn packaged_entry(_driver: *mut c_void, path: *const u16) -> i32 {
    if cfg!(feature = "loud") {
        DbgPrint(b"packaged: %s\\n\\0".as_ptr(), shared::TEXT.as_ptr());
    }
    shared::sum(path)
}
"""
SHARED = """#![no_std]
pub static TEXT: &[u8] = include_bytes!("../../text.bin");

/// The lengths of a UNICODE_STRING, added up with a check of overflow.
///
/// # Safety
/// `path` is a readable UNICODE_STRING.
pub unsafe fn sum(path: *const u16) -> i32 {
    core::slice::from_raw_parts(path, 2).iter().map(|each| i32::from(*each)).sum()
}
"""
PART = """#![no_std]
mod steps;

#[panic_handler]
fn panic(_: &core::panic::PanicInfo) -> ! {
    loop {}
}

#[no_mangle]
pub extern "C" fn rust_steps(count: u32) -> u32 {
    steps::all(count)
}
"""
MIXED = """#include <ntddk.h>
ULONG rust_steps(ULONG count);
DRIVER_INITIALIZE DriverEntry;
NTSTATUS DriverEntry(PDRIVER_OBJECT driver, PUNICODE_STRING path)
{
    (void)driver;
    (void)path;
    return (NTSTATUS)rust_steps(4);
}
"""
CRATES = ("build/zig/x64/debug/packaged-crate.lib", "build/zig/x64/debug/part.lib")
TOOLS = {"RUSTC": "/usr/bin/rustc", "CARGO": "/usr/bin/cargo"}


def crates(folder):
    for tool in ("rustc", "cargo"):
        require(tool)
    project = Outside(folder)
    project.write("SConstruct", SCRIPT)
    project.write("packaged/Cargo.toml", MANIFEST)
    project.write("Cargo.toml", '[workspace]\nmembers = ["packaged", "shared"]\n')
    project.write("Cargo.lock", LOCK)
    project.write("packaged/src/lib.rs", PACKAGED)
    project.write("shared/Cargo.toml", '[package]\nname = "shared"\nversion = "0.1.0"\n')
    project.write("shared/src/lib.rs", SHARED)
    project.write("text.bin", "said\0")
    project.write("single/part.rs", PART)
    project.write("single/steps.rs", "pub fn all(count: u32) -> u32 { (0..=count).sum() }\n")
    project.write("mixed.c", MIXED)
    return project


def images(project):
    """Image, PDB and map of both drivers, by name."""
    return {
        f"{path.parent.parent.parent.name}/{path.name}": path.read_bytes()
        for path in sorted(project.root.glob("build/zig/x64/*/*"))
        if path.suffix in (".sys", ".pdb", ".map")
    }


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    project = crates(tmp_path_factory.mktemp("rust") / "crates")
    project.scons("flavor=release", **TOOLS)
    return project


def test_a_package_becomes_a_driver_that_runs(built):
    (path,) = built.root.glob("build/**/packaged.sys")
    image = path.read_bytes()
    said = []
    calls = {"DbgPrint": lambda cpu, text, value: said.append(cpu.text(text) % cpu.text(value))}
    cpu = Emulator(image, "x64", calls)
    name = cpu.allocate(16)
    cpu.write(name, 18 | 20 << 16, 4)
    assert cpu.call(cpu.entry, 0, name) == 38
    assert said == ["packaged: said\n"]
    assert [each for each in check(image) if each.level > 1] == []


def test_a_source_becomes_a_library_of_a_driver_in_c(built):
    (path,) = built.root.glob("build/**/mixed.sys")
    cpu = Emulator(path.read_bytes(), "x64", {})
    assert cpu.call(cpu.entry, 0, 0) == 10


def test_no_folder_of_this_machine_is_in_the_images(built):
    for name, content in images(built).items():
        assert str(built.root).encode() not in content, name


def test_another_folder_gives_the_same_bytes(built, tmp_path):
    other = crates(tmp_path / "another folder")
    other.scons("flavor=release", **TOOLS)
    assert images(other) == images(built)


def test_only_what_changed_is_built_again(built):
    built.scons("flavor=release", **TOOLS)  # once more: now the dependency file is known
    quiet = built.scons("flavor=release", **TOOLS)
    assert quiet.steps("RUST") == []
    built.write("single/steps.rs", "pub fn all(count: u32) -> u32 { count * 100 }\n")
    again = built.scons("flavor=release", **TOOLS)
    assert [each.rpartition("/")[2] for each in again.steps("RUST")] == ["part.lib"]
    assert [each.rpartition("/")[2] for each in again.steps("LINK")] == ["mixed.sys"]
    built.write("text.bin", "told\0")  # known to the compiler alone
    again = built.scons("flavor=release", **TOOLS)
    assert [each.rpartition("/")[2] for each in again.steps("LINK")] == ["packaged.sys"]


def test_a_missing_rust_is_an_error_of_its_driver_alone(tmp_path):
    project = crates(tmp_path)
    none = {"RUSTC": "/no/rustc", "CARGO": "cargo"}
    assert project.scons("-n", **none).steps("LINK") != []
    run = project.scons(CRATES[0], status=2, **none)
    assert "packaged/Cargo.toml: /no/rustc: cannot be started: No such file" in run.errors
    assert "https://rustup.rs" in run.errors


def test_a_package_without_a_lock_and_a_wrong_source_say_what_to_do(tmp_path):
    project = crates(tmp_path)
    (project.root / "Cargo.lock").unlink()
    project.edit("single/part.rs", "steps::all(count)", "steps::none(count)")
    run = project.scons("-k", *CRATES, status=2, **TOOLS)
    assert "run cargo generate-lockfile" in run.errors
    assert not (project.root / "Cargo.lock").exists()
    assert "part.rs:11:12" in run.errors
    assert "single/part.rs: rustc ended with status 1" in run.errors


def test_a_wrong_keyword_is_an_error_with_its_line(tmp_path):
    project = crates(tmp_path)
    project.edit("SConstruct", 'features=["loud"]', "feature=[]")
    run = project.scons(status=2)
    assert "SConstruct:4: Driver('packaged'): unknown keyword 'feature'" in run.errors
