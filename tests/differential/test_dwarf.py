"""Lines and functions that the PDB has from DWARF are those of the DWARF, address by address.

The oracle is llvm-symbolizer on an image that keeps its DWARF; llvm-pdbutil reads the PDB.
"""

import re
import subprocess
from pathlib import Path

import pytest

import peers
from dwarfobjects import compiled
from linking import parsed
from ntbuild import link, options_from_argv

ARGV = ("/driver", "/entry:DriverEntry", "/opt:ref", "/opt:icf", "/debug:full")
CASES = [
    ("gcc", "x64", "-O2", "-gdwarf-4"),
    ("gcc", "x64", "-O0", "-gdwarf-5"),
    ("gcc", "x86", "-O2", "-gdwarf-5"),
    ("gcc", "x86", "-Os", "-gdwarf-4"),
    ("zig", "x64", "-O1", "-gdwarf-4"),
    ("zig", "arm64", "-O1", "-gdwarf-5"),
]
RUST = """
#![no_std]
#![no_main]
use core::convert::TryFrom;
#[panic_handler]
fn stop(_: &core::panic::PanicInfo) -> ! { loop {} }
mod inner {
    pub struct Count(pub u32);
    impl Count {
        #[inline(never)]
        pub fn grow(&self, n: u32) -> u32 {
            let mut s = self.0;
            for i in 0..n { s = s.wrapping_mul(i).rotate_left(3); }
            s
        }
    }
}
#[no_mangle]
pub extern "system" fn DriverEntry(d: *mut u8, _: *mut u8) -> i32 {
    match u8::try_from(inner::Count(d as usize as u32).grow(7)) { Ok(v) => v as i32, Err(_) => -1 }
}
"""
_FILE = re.compile(r"(\S.*) \((?:no checksum|MD5: \w+)\)$")
_RANGE = re.compile(r" +(\d{4}):([0-9A-F]{8})-([0-9A-F]{8}), line")
_ROW = re.compile(r"(\d+|NSI|ASI) ([0-9A-F]{8})")


def write(folder: Path, inputs: list[Path], *argv: str):
    image = folder / "it.sys"
    result = link(inputs, options_from_argv([*ARGV, *argv, f"/out:{image}"]))
    image.write_bytes(result.image)
    image.with_suffix(".pdb").write_bytes(result.pdb)
    return result, image


def said_of(pdb: Path, *options: str) -> str:
    """What llvm-pdbutil says; that of modules without a stream is whatever lies in its memory."""
    command = [peers.require("llvm-pdbutil"), "dump", *options, str(pdb)]
    done = subprocess.run(command, check=True, capture_output=True)
    assert done.stderr == b""
    return done.stdout.decode(errors="replace")


def lines_of_pdb(pdb: Path, begins: list[int]) -> dict[int, tuple[str, int]]:
    """File and line of every address of code, from the rows of the PDB."""
    rows: dict[tuple[int, int], dict[int, tuple[str, int]]] = {}
    file, place = "", (0, 0)
    for text in said_of(pdb, "-l").splitlines():
        if found := _FILE.match(text):
            file = re.split(r"[\\/]", found[1])[-1]
        elif text.startswith("(unknown"):
            file = ""
        elif found := _RANGE.match(text):
            begin = begins[int(found[1]) - 1]
            place = (begin + int(found[2], 16), begin + int(found[3], 16))
        elif file:
            for line, offset in _ROW.findall(text):
                known = (file, int(line) if line.isdigit() else 0)
                rows.setdefault(place, {})[begin + int(offset, 16)] = known
    found = {}
    for (begin, end), known in rows.items():
        last = ("", 0)
        for address in range(begin, end):
            last = found[address] = known.get(address, last)
    return found


def lines_of_dwarf(image: Path, addresses: list[int]) -> list[tuple[str, str, int]]:
    """Function, file and line of addresses, by llvm-symbolizer."""
    command = [peers.require("llvm-symbolizer"), f"--obj={image}", "--no-inlines", "--basenames"]
    asked = "".join(f"{address:#x}\n" for address in addresses)
    done = subprocess.run(command, check=True, capture_output=True, text=True, input=asked)
    found = []
    for block in done.stdout.strip().split("\n\n"):
        function, place = block.splitlines()[:2]
        file, line, _ = place.rsplit(":", 2)
        found.append((function, file, int(line)))
    return found


def compare(result, image: Path, at_least: int) -> None:
    sections = parsed(result).sections
    base = parsed(result).OPTIONAL_HEADER.ImageBase
    ours = lines_of_pdb(image.with_suffix(".pdb"), [each.VirtualAddress for each in sections])
    code = [each for each in sections if each.Characteristics & 0x20]
    every = [
        address
        for each in code
        for address in range(each.VirtualAddress, each.VirtualAddress + each.Misc_VirtualSize)
    ]
    theirs = lines_of_dwarf(image, [base + address for address in every])
    # Padding between functions has no line; llvm-symbolizer says line 0 of a file named ??.
    expected = {a: each[1:] for a, each in zip(every, theirs, strict=True) if each[1] != "??"}
    assert len(expected) >= at_least
    assert ours == expected


@pytest.mark.parametrize("case", CASES, ids=" ".join)
def test_every_address_has_the_line_that_its_dwarf_says(case, tmp_path):
    compiler, machine, *flags = case
    inputs = compiled(tmp_path, compiler, machine, *flags, "-fno-exceptions", "-fno-rtti")
    result, image = write(tmp_path, inputs, "/force:unresolved")
    assert not [each for each in result.warnings if "DWARF" in each.message]
    compare(result, image, 120)
    said = said_of(image.with_suffix(".pdb"), "--symbols")
    functions = set(re.findall(r"S_[GL]PROC32 .*`(.*)`", said))
    assert functions >= {"DriverEntry", "helper", "helper2", "space::Box<int>::more"}
    assert "unused" not in functions  # is not linked
    assert re.search(r"S_LPROC32 .*`space::(?:\(anonymous namespace\)::)?hidden`", said)


def test_code_of_rust_has_its_functions_and_lines(tmp_path):
    (tmp_path / "it.rs").write_text(RUST)
    library = tmp_path / "it.lib"
    words = [peers.require("rustc"), "--target", "x86_64-pc-windows-gnu", "--crate-type"]
    words += ["staticlib", "-C", "panic=abort", "-g", "-O", "it.rs", "-o", str(library)]
    subprocess.run(words, check=True, cwd=tmp_path)
    result, image = write(tmp_path, [library], "/machine:x64")
    compare(result, image, 20)
    said = said_of(image.with_suffix(".pdb"), "--symbols")
    assert "S_LPROC32 [size = 64] `it::inner::Count::grow`" in said
    assert "language = rust" in said


def test_lldb_finds_function_and_line_of_gcc(tmp_path):
    inputs = compiled(tmp_path, "gcc", "x64", "-O2")
    _, image = write(tmp_path, inputs, "/force:unresolved", "/debug:full,nodwarf")
    commands = (f"target create {image}", "image lookup -v -n helper")
    words = [word for each in commands for word in ("-o", each)]
    done = subprocess.run(
        [peers.require("lldb"), "-b", *words], check=True, capture_output=True, text=True
    )
    assert 'name = "helper", range = [' in done.stdout
    assert re.search(r"LineEntry: .*first\.c:[45]$", done.stdout, re.MULTILINE)
