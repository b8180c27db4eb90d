"""Images of other linkers: exactly the findings of their known faults; of pelink: none.

The faults are those of the table in the project's description of driver images: what each linker
does wrong for drivers by default. All rules are run, in the profile that a driver gets.
"""

import os
import re
import subprocess

import pefile
import pytest

import peers
from ntbuild import link, options_from_argv
from ntbuild.pecheck import CheckSettings, Level, check
from ntbuild.pecheck.fixes.fix import fix
from ntbuild.pecoff.image.image import read_image

DRIVER = """
typedef long NTSTATUS;
#ifdef __i386__
#define API __attribute__((stdcall))
#else
#define API
#endif
__declspec(dllimport) unsigned long DbgPrint(const char *, ...);
static unsigned long counter, *where = &counter;
const char *volatile text = "hi";
__attribute__((section("PAGE"), noinline)) void Paged(void) { DbgPrint("paged %p", where); }
__attribute__((noinline)) void Unload(void *driver) { DbgPrint("unload %s", text); }
__attribute__((section("INIT"))) NTSTATUS API DriverEntry(void *driver, void *path) {
  counter++;
  ((void **)driver)[13] = (void *)Unload;
  Paged();
  return 0;
}
"""
VERSION = "1 VERSIONINFO\\nFILEVERSION 1,0,0,0\\nFILEOS 0x40004\\nFILETYPE 3\\nBEGIN\\nEND\\n"
TRIPLES = {"x64": "x86_64", "x86": "i686", "arm64": "aarch64", "arm": "armv7"}
EMULATIONS = {"x64": "i386pep", "x86": "i386pe"}

VERSIONS = "OperatingSystemVersion {}, SubsystemVersion {}, ImageVersion {}; the target is 10.0"
PAGES = "{} is resident but not marked NOT_PAGED"
LLD = {
    "DRV209": VERSIONS.format("6.0", "6.0", "0.0"),
    "DRV216": "set: TERMINAL_SERVER_AWARE",
    "DRV309": PAGES,
    "DRV312": "INIT is not discardable",
    "DRV315": "import descriptors are in .rdata, not discardable",
    "DRV701": "CheckSum is 0, should be N",
    "DRV801": "file header stamp N is not the expected one (N)",
}
"""lld-link /driver: OS version 6.0, TERMINAL_SERVER_AWARE, nothing NOT_PAGED, INIT kept, no
checksum without /release, the clock as stamp without /brepro. Not: writable tables, alignment
bits."""
LD = {
    "DRV106": "deprecated bits are set: LINE_NUMS_STRIPPED",
    "DRV108": "N COFF symbols are kept",
    "DRV208": "MajorOperatingSystemVersion is 4, below 5",
    "DRV209": VERSIONS.format("4.0", "5.2", "0.0"),
    "DRV309": PAGES,
    "DRV312": "INIT is not discardable",
    "DRV315": "import descriptors are in .idata, not discardable",
    "DRV317": ".idata is writable",
    "DRV412": "import slots are in writable .idata",
    "DRV801": "file header stamp N is not the expected one (N)",
}
"""GNU ld: OS version 4.0, nothing NOT_PAGED, INIT kept, .idata writable with the import slots in
it, COFF symbols, the clock as stamp. Not: the checksum, alignment bits."""
OLDER = {
    "DRV209": VERSIONS.format("4.0", "4.0", "1.0"),
}
"""What GNU ld writes for x86 instead."""
LEVELS = {"DRV208": Level.ERROR, "DRV701": Level.ERROR, "DRV216": Level.NOTE, "DRV315": Level.NOTE}
LEVELS |= dict.fromkeys(("DRV108", "DRV209", "DRV317", "DRV801"), Level.NOTE)
"""Of the known faults; the others are warnings. What only other profiles care about is a note."""
RESIDENT = {
    "lld": (".text", ".rdata", ".data", ".pdata"),
    "ld": (".text", ".data", ".rdata", ".pdata", ".xdata", ".bss", ".idata"),
}
UNWINDING = {".pdata", ".xdata"}


def _run(*command):
    environment = {k: v for k, v in os.environ.items() if k != "SOURCE_DATE_EPOCH"}
    done = subprocess.run(command, check=True, env=environment, capture_output=True, text=True)
    return done.stdout


@pytest.fixture(scope="module")
def build(tmp_path_factory):
    """Compile the driver and its import library for a machine; their paths."""
    made = {}

    def compiled(machine, *options):
        if (machine, *options) not in made:
            clang, librarian = peers.require("clang"), peers.require("llvm-lib")
            unwind = [] if machine == "x86" else ["-fasynchronous-unwind-tables"]
            folder = tmp_path_factory.mktemp(machine)
            source, definition = folder / "driver.c", folder / "k.def"
            source.write_text(DRIVER)
            definition.write_text("LIBRARY ntoskrnl.exe\nEXPORTS\nDbgPrint\n")
            target = f"--target={TRIPLES[machine]}-pc-windows-gnu"
            _run(
                clang,
                target,
                "-O1",
                "-ffreestanding",
                *unwind,
                *options,
                "-c",
                source,
                "-o",
                folder / "d.o",
            )
            _run(librarian, f"/def:{definition}", f"/machine:{machine}", f"/out:{folder / 'k.lib'}")
            made[machine, *options] = folder / "d.o", folder / "k.lib"
        return made[machine, *options]

    return compiled


def _asked(machine):
    return CheckSettings(machine=machine, stamp=1)


def _resource(folder):
    """A version resource as a .res file."""
    source = folder / "v.rc"
    source.write_text(VERSION.replace("\\n", "\n"))
    _run(peers.require("llvm-rc"), "/fo", folder / "v.res", source)
    return folder / "v.res"


def _entry(machine):
    return "DriverEntry@8" if machine == "x86" else "DriverEntry"


def _lld(build, machine, out, *options):
    linker, inputs = peers.require("lld-link"), build(machine)
    _run(
        linker, "/lldmingw", "/driver", "/subsystem:native", "/nodefaultlib", f"/out:{out}",
        f"/entry:{_entry(machine)}", *options, *inputs,
    )  # fmt: skip
    return out.read_bytes()


def _ld(build, machine, out, *options, library=None):
    linker, (driver, short) = peers.require(f"ld-{machine}"), build(machine)
    if library is None:
        library = out.with_suffix(".a")
        definition = short.with_suffix(".def")
        _run(peers.require(f"dlltool-{machine}"), "-d", definition, "-l", library)
    entry = "_DriverEntry@8" if machine == "x86" else "DriverEntry"
    _run(
        linker, "-m", EMULATIONS[machine], "--subsystem", "native", "--dynamicbase", "--nxcompat",
        "-e", entry, "-o", out, *options, driver, library,
    )  # fmt: skip
    return out.read_bytes()


def _rules(data, machine, stamp=1):
    return {f.rule for f in check(data, profile=CheckSettings(machine=machine, stamp=stamp))}


def _lines(findings):
    """Findings as (rule, level, message), numbers that differ from link to link left out."""
    number = re.compile(r"0x[0-9a-f]{8}|^\d+(?= COFF)")
    return [(f.rule, f.level, number.sub("N", f.message)) for f in findings]


def _known(faults, linker, machine):
    """The lines that a linker's known faults make, one for each resident section."""
    sections = [s for s in RESIDENT[linker] if machine != "x86" or s not in UNWINDING]
    return [
        (rule, LEVELS.get(rule, Level.WARNING), message.format(section))
        for rule, message in faults.items()
        for section in (sections if message is PAGES else [""])
    ]


@pytest.mark.parametrize("machine", TRIPLES)
def test_pelink_has_no_faults_in_any_profile(build, machine):
    arguments = ["/driver", "/entry:DriverEntry", f"/machine:{machine}", "/integritycheck"]
    image = link(build(machine), options_from_argv(arguments)).image
    stamp = read_image(image).file_header.TimeDateStamp
    profiles = ("base", "boot", "hvci", "repro")
    assert (
        check(image, profile=CheckSettings(profiles=profiles, machine=machine, stamp=stamp)) == []
    )
    profiles = (*profiles, "sec", "whql")
    found = check(image, profile=CheckSettings(profiles=profiles, machine=machine, stamp=stamp))
    unasked = {"DRV614": "/guard:cf", "DRV615": "/cetcompat", "DRV631": "a version resource"}
    assert {f.rule for f in found} <= set(unasked)


@pytest.mark.parametrize("machine", TRIPLES)
def test_lld_has_its_known_faults_and_no_others(build, machine, tmp_path):
    findings = check(_lld(build, machine, tmp_path / "a.sys"), profile=_asked(machine))
    assert _lines(findings) == _known(LLD, "lld", machine)


@pytest.mark.parametrize("machine", TRIPLES)
def test_lld_leaves_resources_read_only_and_in_memory(build, machine, tmp_path):
    data = _lld(build, machine, tmp_path / "a.sys", _resource(tmp_path))
    known = _known(LLD, "lld", machine)
    more = [each for each in _lines(check(data, profile=_asked(machine))) if each not in known]
    assert more == [("DRV315", Level.WARNING, ".rsrc is not discardable")]
    assert {f.rule for f in fix(data, settings=CheckSettings(machine=machine)).left} == {
        "DRV314",
        "DRV315",
    }


@pytest.mark.parametrize("machine", TRIPLES)
def test_lld_told_otherwise_keeps_what_it_cannot_do(build, machine, tmp_path):
    options = ("/release", "/timestamp:1", "/tsaware:no", "/osversion:10.0", "/version:10.0")
    data = _lld(build, machine, tmp_path / "a.sys", *options, "/subsystem:native,10.0")
    assert _rules(data, machine) == {"DRV309", "DRV312", "DRV315"}


def test_lld_makes_a_discardable_init_useless(build, tmp_path):
    """Naming one attribute drops the others: the entry point can no longer run."""
    data = _lld(build, "x64", tmp_path / "a.sys", "/section:INIT,d")
    assert _rules(data, "x64") - set(LLD) == {"DRV206", "DRV307", "DRV314", "DRV322", "DRV601"}


@pytest.mark.parametrize("machine", EMULATIONS)
def test_gnu_ld_has_its_known_faults_and_no_others(build, machine, tmp_path):
    found = _lines(check(_ld(build, machine, tmp_path / "a.sys"), profile=_asked(machine)))
    older = ("DRV208", Level.ERROR, "MajorSubsystemVersion is 4, below 5")
    if machine == "x86":
        found.remove(older)
    faults = LD | OLDER if machine == "x86" else LD
    assert found == _known(faults, "ld", machine)


@pytest.mark.parametrize("machine", EMULATIONS)
@pytest.mark.parametrize("option", ["-shared", "-pie"])
def test_gnu_ld_writes_an_empty_export_table(build, machine, option, tmp_path):
    data = _ld(build, machine, tmp_path / "a.sys", option, "--exclude-all-symbols")
    found = [f for f in check(data, profile=CheckSettings(stamp=1)) if f.rule not in LD]
    assert ("DRV413", "the export directory is empty") in [(f.rule, f.message) for f in found]
    assert {f.rule for f in found} <= {"DRV413"}


def test_gnu_ld_loses_the_imports_of_short_import_members(build, tmp_path):
    """It sorts them before their descriptor's tables, which are left empty."""
    data = _ld(build, "x64", tmp_path / "a.sys", library=build("x64")[1])
    findings = check(data, profile=CheckSettings(stamp=1))
    assert {f.rule for f in findings} == {*LD, "DRV406"}
    assert {f.rule for f in findings if f.level == Level.ERROR} == {"DRV208", "DRV412"}


def test_gnu_ld_leaves_resources_writable(build, tmp_path):
    source, made = tmp_path / "v.rc", tmp_path / "v.o"
    source.write_text(VERSION.replace("\\n", "\n"))
    _run(peers.require("windres-x64"), "-F", "pe-x86-64", source, made)
    data = _ld(build, "x64", tmp_path / "a.sys", made)
    findings = check(data, profile=CheckSettings(stamp=1))
    assert {f.rule for f in findings} == set(LD)
    assert ".rsrc is writable" in [f.message for f in findings if f.rule == "DRV317"]
    assert ".rsrc is not discardable" in [f.message for f in findings if f.rule == "DRV315"]


NEW_LINK = [
    ("DRV314", Level.NOTE, "INIT is discardable but lies before"),
    ("DRV315", Level.NOTE, "import descriptors are in"),
]
"""What only a new link fixes: INIT is marked now and still in the middle, the descriptors are where
they were. Both cost memory and nothing else."""


def _left(result):
    """What is left, the end of each message cut off."""
    ends = re.compile(r"(before|are in) \S+.*")
    return [(f.rule, f.level, ends.sub(r"\1", f.message)) for f in result.left]


@pytest.mark.parametrize(
    ("link", "machine"), [(_lld, m) for m in TRIPLES] + [(_ld, m) for m in EMULATIONS]
)
@pytest.mark.parametrize("options", [(), ("-g",)])
def test_after_fix_nothing_is_left_but_what_needs_a_new_link(
    build, link, machine, options, tmp_path
):
    """Symbols, debug data, flags, versions, stamp and checksum are fixed; peers can read it."""
    path = tmp_path / "a.sys"
    words = ("/debug:dwarf",) if link is _lld and options else ()
    data = link(lambda name: build(name, *options), machine, path, *words)
    result = fix(data, settings=CheckSettings(machine=machine))
    assert _left(result) == NEW_LINK
    path.write_bytes(result.data)
    warnings = pefile.PE(data=result.data).get_warnings()
    assert [text for text in warnings if not text.startswith("Byte 0x")] == []
    text = _run(peers.require("llvm-readobj"), "--sections", "--coff-imports", path)
    assert text.count("Section {") == len(read_image(result.data).sections)
    assert "DbgPrint" in text


@pytest.mark.parametrize("machine", EMULATIONS)
def test_resources_and_an_empty_export_table_by_gnu_ld_are_fixed(build, machine, tmp_path):
    source, made = tmp_path / "v.rc", tmp_path / "v.o"
    source.write_text(VERSION.replace("\\n", "\n"))
    target = {"x64": "pe-x86-64", "x86": "pe-i386"}[machine]
    _run(peers.require(f"windres-{machine}"), "-F", target, source, made)
    data = _ld(build, machine, tmp_path / "a.sys", "-shared", "--exclude-all-symbols", made)
    before = {f.rule for f in check(data, profile=CheckSettings(machine=machine, stamp=1))}
    assert {"DRV413", "DRV317", "DRV315"} <= before
    result = fix(data, settings=CheckSettings(machine=machine))
    assert _left(result) == NEW_LINK
    image = read_image(result.data)
    assert image.exports is None
    assert [str(entry.key.type) for entry in image.resources.entries] == ["16"]


@pytest.mark.parametrize(
    ("link", "machine"), [(_lld, m) for m in TRIPLES] + [(_ld, m) for m in EMULATIONS]
)
def test_checksum_imports_and_relocations_equal_pefiles(build, link, machine, tmp_path):
    data = link(build, machine, tmp_path / "a.sys")
    image, peer = read_image(data), pefile.PE(data=data)
    assert image.checksum() == peer.generate_checksum()
    theirs = {
        e.dll.decode(): [i.name.decode() for i in e.imports] for e in peer.DIRECTORY_ENTRY_IMPORT
    }
    assert {m.name: [s.name for s in m.symbols] for m in image.imports.modules} == theirs
    fixups = [(e.rva, e.type) for b in peer.DIRECTORY_ENTRY_BASERELOC for e in b.entries if e.type]
    assert list(image.base_relocations.fixups()) == fixups
    assert fixups


@pytest.mark.parametrize("machine", ["x64", "arm64", "arm"])
def test_runtime_functions_equal_llvm_readobjs(build, machine, tmp_path):
    image = read_image(_lld(build, machine, tmp_path / "a.sys"))
    command = [peers.require("llvm-readobj"), "--unwind", str(tmp_path / "a.sys")]
    text = subprocess.run(command, check=True, capture_output=True, text=True).stdout
    starts = text.count("StartAddress:") or text.count("Function: ")
    assert len(image.runtime_functions.begins) == starts > 0
