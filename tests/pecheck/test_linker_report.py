"""The linker's report: what pelink writes is what pecheck reads, and nothing else gets through."""

import json
import random
import re
import struct
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

import coffwriter as coff
from differential.corpus import ROOT, compile_driver, kernel_libraries
from ntbuild import link, options_from_argv
from ntbuild.pecheck import CheckSettings, check
from ntbuild.pecheck.cli import main
from ntbuild.pecheck.linker_report import LARGEST, ReportError, read_linker_report
from ntbuild.pecoff.constants import IMAGE_DIRECTORY_ENTRY
from ntbuild.pecoff.image.certificates import authenticode_digest
from ntbuild.pecoff.image.image import Image
from ntbuild.pecoff.machine import MACHINES
from ntbuild.pelink.commands.cli import main as pelink
from pecheck.golden import golden

RETURN = b"\xc3"
CALL = b"\xe8\0\0\0\0\xc3"
FEATURES = "@feat.00"
GUARD_CF = 0x800


def _object(folder, name, sections, symbols):
    path = folder / name
    path.write_bytes(coff.build("x64", sections, symbols))
    return str(path)


@pytest.fixture
def report(tmp_path):
    """Link objects as a driver; the image and what its report says."""

    def run(inputs, *argv, kind="/driver"):
        words = [kind, "/machine:x64", "/entry:DriverEntry", "/nodefaultlib", *argv]
        result = link(inputs, options_from_argv(words))
        (tmp_path / "a.sys").write_bytes(result.image)
        (tmp_path / "a.json").write_text(result.linker_report)
        return result.image, read_linker_report(result.linker_report, "a.json")

    return run


def _entry(folder, *calls):
    code = CALL[:5] * len(calls) + RETURN
    relocations = [coff.Reloc(5 * at + 1, name, 4) for at, name in enumerate(calls)]
    section = coff.Section("INIT", code, coff.CODE, 16, relocations)
    symbols = [coff.Symbol("DriverEntry", "INIT", type=0x20), *map(coff.Symbol, calls)]
    return _object(folder, "entry.obj", [section], symbols)


@pytest.mark.parametrize("machine", MACHINES)
@pytest.mark.parametrize("driver", ["hello", "ioctl", "core", "client"])
def test_the_reader_takes_what_the_writer_writes_of_every_driver(driver, machine, tmp_path):
    source = ROOT / "drivers" / driver / f"{driver}.c"
    built = compile_driver(source, machine, "release", tmp_path / f"{driver}.obj")
    inputs = [built, *kernel_libraries(machine, tmp_path)]
    words = ["/driver", f"/machine:{machine}", "/entry:DriverEntry", "/force:unresolved"]
    result = link(inputs, options_from_argv(words))
    found = read_linker_report(result.linker_report, "a.json")
    assert found.fits(Image(result.image))
    assert found.fixups == sum(1 for _ in Image(result.image).base_relocations.fixups())
    assert found.init_references == ()
    assert found.unguarded == (() if machine == "arm" else (str(built),))
    assert not any(
        f.rule in {"DRV316", "DRV502"}
        for f in check(result.image, profile=CheckSettings(report=found))
    )


def test_both_spellings_write_it_beside_the_image_or_where_they_are_told(tmp_path, monkeypatch):
    _entry(tmp_path)
    monkeypatch.chdir(tmp_path)
    link_words = ["/driver", "/entry:DriverEntry", "/out:a.sys", "entry.obj"]
    assert pelink([*link_words, "/linkerreport"]) == 0
    assert pelink([*link_words, "/linkerreport:b.json"]) == 0
    gnu = ["-m", "i386pep", "--subsystem", "native", "-e", "DriverEntry", "-o", "c.sys"]
    assert pelink([*gnu, "entry.obj", "--linker-report", "c.json"]) == 0
    assert Path("b.json").read_bytes() == Path("a.sys.linker.json").read_bytes()
    assert main(["a.sys", "--linker-report", "a.sys.linker.json"]) == 0
    for image, report in (("a.sys", "b.json"), ("c.sys", "c.json")):
        found = read_linker_report(Path(report).read_text(), report)
        assert found.fits(Image(Path(image).read_bytes()))


def test_a_failed_link_leaves_the_old_report(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    _entry(tmp_path, "Missing")
    Path("r.json").write_text("old")
    words = ["/driver", "/entry:DriverEntry", "/out:a.sys", "entry.obj", "/linkerreport:r.json"]
    assert pelink(words) == 1
    assert Path("r.json").read_text() == "old"


# ---- what it makes exact -----------------------------------------------------------------------


def _resident_caller(folder):
    call = coff.Section(".text", CALL, coff.CODE, 16, [coff.Reloc(1, "Once", 4)])
    once = coff.Section("INIT", RETURN, coff.CODE, 16)
    symbols = [coff.Symbol("Caller", ".text", type=0x20), coff.Symbol("Once", "INIT", type=0x20)]
    return _object(folder, "caller.obj", [call, once], symbols)


def test_a_relative_call_into_init_is_seen_with_the_report_only(report, tmp_path, capsys):
    image, found = report([_entry(tmp_path, "Caller"), _resident_caller(tmp_path)])
    (reference,) = found.init_references
    assert reference.source.endswith("caller.obj:(Caller)")
    assert reference.target == "Once"
    assert "DRV316" not in {f.rule for f in check(image)}
    words = [str(tmp_path / "a.sys"), "--linker-report", str(tmp_path / "a.json")]
    assert main(words) == 1
    assert "a.sys(.text+0x1): error DRV316 init-refs: " in capsys.readouterr().out


def test_what_the_entry_point_uses_is_not_freed_yet(report, tmp_path):
    call = coff.Section(".text", CALL + CALL, coff.CODE, 16, [coff.Reloc(1, "Once", 4)])
    once = coff.Section("INIT", RETURN, coff.CODE, 16)
    symbols = [
        coff.Symbol("DriverEntry", ".text", type=0x20),
        coff.Symbol("After", ".text", value=6, type=0x20),
        coff.Symbol("Once", "INIT", type=0x20),
    ]
    entry = _object(tmp_path, "entry.obj", [call, once], symbols)
    assert report([entry])[1].init_references == ()
    call.relocations.append(coff.Reloc(7, "Once", 4))
    entry = _object(tmp_path, "entry.obj", [call, once], symbols)
    (reference,) = report([entry])[1].init_references
    assert reference.source.endswith("(After)")


def test_a_relocation_that_is_missing_is_seen_with_the_report_only(report, tmp_path):
    pointer = coff.Section(".data", bytes(8), coff.DATA, 8, [coff.Reloc(0, "There", 1)])
    symbols = [coff.Symbol("There", ".data")]
    data = _object(tmp_path, "data.obj", [pointer], symbols)
    words = ["/fixed", "/include:There"]
    image, found = report([_entry(tmp_path), data], *words, kind="/subsystem:native")
    assert found.fixups == 1
    findings = check(image, profile=CheckSettings(report=found))
    assert "1 absolute addresses and no base relocations" in [
        f.message for f in findings if f.rule == "DRV502"
    ]


def test_objects_without_a_guard_are_named(report, tmp_path):
    guarded = coff.Section(".text", RETURN, coff.CODE, 16)
    mark = coff.Symbol(FEATURES, -1, value=GUARD_CF, storage=3)
    inputs = [
        _entry(tmp_path, "Guarded", "Plain"),
        _object(
            tmp_path, "guarded.obj", [guarded], [mark, coff.Symbol("Guarded", ".text", type=0x20)]
        ),
        _object(tmp_path, "plain.obj", [guarded], [coff.Symbol("Plain", ".text", type=0x20)]),
        _object(tmp_path, "unused.obj", [guarded], [coff.Symbol("Unused", ".text", type=0x20)]),
        _object(tmp_path, "data.obj", [coff.Section(".data", b"1", coff.DATA)], []),
    ]
    _, found = report(inputs)
    assert [Path(name).name for name in found.unguarded] == ["entry.obj", "plain.obj"]


# ---- whose it is -------------------------------------------------------------------------------


def test_a_report_of_another_image_is_refused(report, tmp_path, monkeypatch, capsys):
    """Even one that differs in nothing but a byte of code: no header tells them apart."""
    report([_entry(tmp_path)], "/timestamp:1")
    other = link(
        [_object(tmp_path, "b.obj", [coff.Section("INIT", b"\xcc\xc3", coff.CODE, 16)],
                 [coff.Symbol("DriverEntry", "INIT")])],
        options_from_argv(["/driver", "/entry:DriverEntry", "/timestamp:1"]),
    )  # fmt: skip
    (tmp_path / "b.sys").write_bytes(other.image)
    monkeypatch.chdir(tmp_path)
    assert main(["b.sys", "--linker-report", "a.json"]) == 2
    assert capsys.readouterr().err == "pecheck: b.sys: the linker's report is of another image\n"
    assert main(["a.sys", "b.sys", "--linker-report", "a.json"]) == 2
    assert capsys.readouterr().err.count("\n") == 1
    Path("c.sys").write_bytes(b"MZ" + bytes(70))
    assert main(["c.sys", "--linker-report", "a.json"]) == 2


def test_a_signed_image_is_still_the_reports(report, tmp_path):
    image, found = report([_entry(tmp_path)])
    signed = bytearray(image + bytes(-len(image) % 8))
    at = Image(image).directory_offset(IMAGE_DIRECTORY_ENTRY.SECURITY)
    struct.pack_into("<2I", signed, at, len(signed), 16)
    struct.pack_into("<I", signed, Image(image).field_offset("CheckSum"), 0x1234)
    assert found.fits(Image(bytes(signed) + struct.pack("<I2H8x", 16, 0x200, 2)))
    signed[-1] ^= 1
    assert not found.fits(Image(bytes(signed)))


# ---- hostile files -----------------------------------------------------------------------------

GOOD = {
    "schema": "ntbuild.linker-report/1",
    "image": {"authenticode_sha256": "00"},
    "fixups": 0,
    "init_references": [{"source": "a.obj:(F)", "target": "G", "rva": 4124}],
    "unguarded": ["b.obj"],
}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("", "not JSON: "),
        ("[" * 100_000, "not JSON: "),
        ("9" * 5000, "not JSON: "),
        ("[]", "schema: not ntbuild.linker-report/1"),
        (json.dumps(GOOD | {"schema": "ntbuild.linker-report/9"}), "schema: not ntbuild.linker-re"),
        (json.dumps(GOOD | {"fixups": True}), "fixups: True is not a value of this field"),
        (json.dumps(GOOD | {"fixups": -1}), "fixups: -1 is not a number of 32 bits"),
        (json.dumps(GOOD | {"fixups": 10**4000}), "fixups: 10000000000000000000 is not a number"),
        (json.dumps({"schema": GOOD["schema"]}), "fixups: None is not a value of this field"),
        (json.dumps(GOOD | {"image": 5}), "image: 5 is not a value of this field"),
        (json.dumps(GOOD | {"image": {}}), "authenticode_sha256: None is not a value"),
        (json.dumps(GOOD | {"unguarded": [5]}), "unguarded: 5 is not a value of this field"),
        (json.dumps(GOOD | {"unguarded": "b"}), "unguarded: 'b' is not a value of this field"),
        (json.dumps(GOOD | {"init_references": [[]]}), "source: None is not a value"),
        (json.dumps(GOOD | {"init_references": ["\x1b" * 99]}), "source: None is not a value"),
        (" " * (LARGEST + 1), f"{LARGEST + 1} characters are too many"),
    ],
)
def test_a_report_that_is_none_is_one_line(text, message, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    with pytest.raises(ReportError) as caught:
        read_linker_report(text, "r.json")
    assert str(caught.value).startswith(f"r.json: {message}")
    Path("a.sys").write_bytes(golden())
    Path("r.json").write_text(text)
    assert main(["a.sys", "--linker-report", "r.json"]) == 2
    err = capsys.readouterr().err
    assert err.startswith(f"pecheck: r.json: {'has more than' if len(text) > LARGEST else message}")
    assert err.count("\n") == 1
    assert err[:-1].isprintable()


def test_a_huge_file_is_not_read(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    Path("a.sys").write_bytes(golden())
    with Path("r.json").open("wb") as file:
        file.truncate(1 << 40)
    assert main(["a.sys", "--linker-report", "r.json"]) == 2
    assert capsys.readouterr().err == f"pecheck: r.json: has more than {LARGEST} bytes\n"


@pytest.mark.parametrize(
    ("name", "message"),
    [
        ("/dev/zero", "not a regular file"),
        ("gone", "No such file"),
        ("raw", "offset 0x0: not UTF-8"),
    ],
)
def test_a_file_that_cannot_be_read_is_one_line(name, message, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    Path("a.sys").write_bytes(golden())
    Path("raw").write_bytes(b"\xff\xff")
    assert main(["a.sys", "--linker-report", name]) == 2
    err = capsys.readouterr().err
    assert err.startswith(f"pecheck: {name}: {message}")
    assert err.count("\n") == 1


def test_names_in_a_report_do_not_reach_a_terminal_as_they_are(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    image = golden()
    Path("a.sys").write_bytes(image)
    source = "a\x1b[31m\ud800\n" + "x" * 100_000
    reference = {"source": source, "target": "\x9b", "rva": 0xFFFFFFFF}
    digest = authenticode_digest(Image(image), "sha256").hex()
    text = json.dumps(
        GOOD | {"image": {"authenticode_sha256": digest}, "init_references": [reference] * 30}
    )
    Path("r.json").write_text(text)
    assert main(["a.sys", "--linker-report", "r.json"]) == 1
    lines = capsys.readouterr().out.splitlines()
    assert any("DRV316" in line for line in lines)
    assert all(line.isprintable() and len(line) < 2500 for line in lines)


def _outcome(text):
    """A report, or None for one that is refused in one line."""
    try:
        return read_linker_report(text, "r.json")
    except ReportError as failure:
        line = str(failure)
    assert re.fullmatch(r"r\.json: [^\n]+", line)
    return None


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(), inner, max_size=4),
    max_leaves=10,
)


@settings(max_examples=200, deadline=None)
@given(st.fixed_dictionaries({}, optional={k: st.just(v) | VALUES for k, v in GOOD.items()}))
def test_whatever_values_a_report_has_it_is_read_or_refused(values):
    found = _outcome(json.dumps(values))
    assert found is None or all(text.isprintable() for text in found.unguarded)


def test_cut_and_spoilt_reports_are_read_or_refused():
    good = json.dumps(GOOD).encode()
    rng = random.Random(316)
    cases = [good[:end] for end in range(len(good))]
    for _ in range(2000):
        spoilt = bytearray(good)
        for _ in range(rng.randint(1, 4)):
            spoilt[rng.randrange(len(spoilt))] = rng.randrange(128)
        cases.append(bytes(spoilt))
    refused = 0
    for case in cases:
        refused += _outcome(case.decode()) is None
    assert refused > len(good)
