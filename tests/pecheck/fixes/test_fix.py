"""Fixing: what is fixed is no longer found, nothing new is broken, code stays."""

import hashlib
import struct

import pytest

from ntbuild.pecheck import CheckSettings, check
from ntbuild.pecheck.cli import main
from ntbuild.pecheck.fixes import FIXABLE
from ntbuild.pecheck.fixes.fix import FixError, fix
from ntbuild.pecoff.constants import IMAGE_DIRECTORY_ENTRY as ENTRY
from ntbuild.pecoff.constants import IMAGE_SCN
from ntbuild.pecoff.image.image import Image
from pecheck.golden import MACHINES, STAMP, golden, set_checksum
from pecheck.mutations import MUTATIONS
from pecheck.patch import Patch

TRADED = {"DRV314"}
"""A discardable INIT in the middle of an image is better than a resident one, but not good."""


def _spoiled(rule, name):
    return next(m for m in MUTATIONS if (m.rule, m.name) == (rule, name))


def _fixed(mutation, machine):
    settings = CheckSettings(**dict(mutation.settings))
    spoiled = mutation.make(machine)
    return settings, spoiled, fix(spoiled, settings=settings)


def _code(data):
    """The bytes of all sections that hold code, by name."""
    image = Image(data)
    return {
        s.Name: bytes(data[s.PointerToRawData :][: min(s.SizeOfRawData, s.VirtualSize)])
        for s in image.sections
        if s.Characteristics & IMAGE_SCN.MEM_EXECUTE
    }


@pytest.mark.parametrize("machine", MACHINES)
@pytest.mark.parametrize("options", [{}, {"exports": True, "debug": True}])
def test_a_good_image_is_left_alone(machine, options):
    good = golden(machine, **options)
    profiles = ("base", "export") if options else ("base",)
    result = fix(good, settings=CheckSettings(profiles=profiles))
    assert result.data == good
    assert result.changes == result.refusals == result.left == ()
    assert result.stamp is None


@pytest.mark.parametrize("machine", MACHINES)
def test_no_fix_breaks_anything_or_touches_code(machine):
    """On x64 all of them, on each other machine a third; fixing twice is fixing once."""
    others = [each for each in MACHINES if each != "x64"]
    for number, mutation in enumerate(MUTATIONS):
        if machine not in mutation.machines:
            continue
        if machine in others and others[number % len(others)] != machine:
            continue
        try:
            settings, spoiled, result = _fixed(mutation, machine)
        except FixError:
            continue
        before = {f.rule for f in check(spoiled, profile=settings)}
        after = {f.rule for f in result.left}
        what = f"{mutation.rule}-{mutation.name}"
        assert after <= before | TRADED, what
        assert after - TRADED == before - TRADED or result.changes, what
        if len(spoiled) == len(result.data) and "DRV304" not in before:
            assert _code(spoiled) == _code(result.data), what
        again = fix(result.data, settings=settings)
        assert again.data == result.data, what
        assert again.changes == (), what


@pytest.mark.parametrize("rule", sorted(FIXABLE))
def test_every_fix_takes_its_findings_away(rule):
    fixed = []
    for mutation in MUTATIONS:
        if mutation.rule == rule or rule in mutation.also:
            for machine in mutation.machines:
                try:
                    _, _, result = _fixed(mutation, machine)
                except FixError:
                    continue
                if rule not in {f.rule for f in result.left}:
                    fixed.append((mutation.name, machine))
                    assert result.changes
    assert fixed


@pytest.mark.parametrize(
    ("rule", "name", "reason"),
    [
        ("DRV212", "off", None),
        ("DRV108", "wild", None),
        ("DRV318", "long", "COFF symbols stay: a section has its name in their string table"),
    ],
)
def test_what_is_not_safe_is_refused_with_a_reason(rule, name, reason):
    _, _, result = _fixed(_spoiled(rule, name), "x64")
    reasons = [text for _, text in result.refusals]
    assert reasons == ([] if reason is None else [reason])


def test_debug_sections_among_others_stay():
    _, _, result = _fixed(_spoiled("DRV319", "dwarf-last"), "x64")
    assert Image(result.data).string_table == b""
    patch = Patch("x64")
    _spoiled("DRV319", "dwarf").apply(patch)
    patch.section(".rsrc", Name=b"/4\0")
    patch.section(".reloc", Name=b".reloc\0")
    patch.section("INIT", Name=b"/4\0\0")
    set_checksum(patch.data)
    reasons = [text for _, text in fix(patch.bytes()).refusals]
    assert "debug sections stay: other sections follow them" in reasons


@pytest.mark.parametrize(
    ("rule", "name"),
    [("DRV104", "many"), ("DRV301", "gap"), ("DRV303", "cut"), ("DRV304", "overlap")],
)
def test_an_image_with_a_wrong_layout_is_not_touched(rule, name):
    with pytest.raises(FixError, match=r"^image: (header|.r)\S+: DRV.*: link again$"):
        _fixed(_spoiled(rule, name), "x64")


def test_init_stays_when_something_resident_points_into_it():
    patch = Patch("x64")
    _spoiled("DRV316", "pointer").apply(patch)
    patch.flags("INIT", drop=IMAGE_SCN.MEM_DISCARDABLE)
    set_checksum(patch.data)
    result = fix(patch.bytes())
    assert ("DRV312", "INIT must stay: resident .data+0x0 points into it") in result.refusals
    assert "DRV312" in {f.rule for f in result.left}


def test_an_image_that_cannot_move_does_not_declare_that_it_can():
    patch = Patch("x64")
    patch.optional("DllCharacteristics", 0x100)
    patch.directory(ENTRY.BASERELOC, 0, 0)
    set_checksum(patch.data)
    result = fix(patch.bytes())
    assert result.refusals == (("DRV212", "DYNAMIC_BASE is not set: the image has no relocations"),)
    assert {f.rule for f in result.left} == {"DRV212", "DRV502"}


def test_import_slots_that_are_not_one_run_keep_their_directory():
    """The second module's first slot becomes a NUL: what follows belongs to no module."""
    patch = Patch("x64")
    module = patch.image.imports.modules[0]
    for table in (module.OriginalFirstThunk, module.FirstThunk):
        patch.put(patch.at(table) + 8, "Q", 0)
    patch.directory(ENTRY.IAT, 0, 0)
    set_checksum(patch.data)
    result = fix(patch.bytes())
    reason = "the IAT directory stays: the import slots are not contiguous"
    assert result.refusals == (("DRV412", reason),)
    assert {f.rule for f in result.left} == {"DRV412"}


def _descriptors_of_their_own(patch):
    """The tables of INIT in a section .idata of their own, as by GNU ld with a script."""
    patch.section("INIT", Name=b".idata")
    patch.optional("AddressOfEntryPoint", patch.image.sections[0].VirtualAddress)
    patch.flags(".rsrc", drop=0xFFFFFFFF)
    patch.section("INIT", Characteristics=0x48000040)
    patch.section(".rsrc", Characteristics=0x42000040)


def test_import_descriptors_with_a_section_of_their_own_are_made_discardable():
    patch = Patch("x86")
    _descriptors_of_their_own(patch)
    result = fix(patch.bytes())
    assert ("DRV315", ".idata: DISCARDABLE set") in result.changes
    assert ("DRV315", ".idata: NOT_PAGED cleared") in result.changes
    assert "DRV315" not in {f.rule for f in result.left}


def test_import_descriptors_beside_what_is_used_later_stay():
    patch = Patch("x86")
    _descriptors_of_their_own(patch)
    init = next(s for s in patch.image.sections if s.Name == "INIT")
    patch.directory(ENTRY.LOAD_CONFIG, init.VirtualAddress, 64)
    result = fix(patch.bytes())
    assert "DRV315" in {f.rule for f in result.left}
    assert "DRV315" not in {rule for rule, _ in (*result.changes, *result.refusals)}


def test_only_the_named_rules_are_fixed():
    patch = Patch("x64")
    patch.flags(".text", drop=IMAGE_SCN.MEM_NOT_PAGED)
    patch.flags(".data", add=0x00500000)
    result = fix(patch.bytes(), rules=["DRV308"])
    assert [rule for rule, _ in result.changes] == ["DRV308", "DRV701"]
    assert {f.rule for f in result.left} == {"DRV309"}
    with pytest.raises(FixError, match="no fix for DRV301"):
        fix(patch.bytes(), rules=["DRV301"])


def _signed():
    data = bytearray(golden())
    start = len(data)
    data += struct.pack("<IHH", 16, 0x200, 2) + b"\x30\x06" + bytes(6)
    struct.pack_into("<II", data, Image(golden()).directory_offset(ENTRY.SECURITY), start, 16)
    struct.pack_into("<H", data, Image(golden()).field_offset("DllCharacteristics"), 0x100)
    set_checksum(data)
    return bytes(data)


def test_a_signed_image_is_refused_unless_told():
    with pytest.raises(FixError, match=r"^a\.sys: the image is signed"):
        fix(_signed(), "a.sys")
    result = fix(_signed(), drop_signature=True)
    assert Image(result.data).directory(ENTRY.SECURITY).Size == 0
    assert len(result.data) == len(golden())
    assert result.changes[0] == ("signature", "the signature is removed")
    assert result.left == ()


@pytest.mark.parametrize("data", [b"", b"MZ", golden()[:200], bytes(4096)])
def test_what_has_no_headers_is_refused(data):
    with pytest.raises(FixError, match=r"^a\.sys: "):
        fix(data, "a.sys")


def test_the_stamp_is_the_one_asked_for_everywhere():
    good = golden(exports=True, debug=True)
    settings = CheckSettings(profiles=("base", "export", "repro"), stamp=0x12345678)
    result = fix(good, settings=settings)
    image = Image(result.data)
    assert image.file_header.TimeDateStamp == 0x12345678
    assert image.exports.TimeDateStamp == image.debug[0].TimeDateStamp == 0x12345678
    assert result.stamp == 0x12345678
    assert result.left == ()


def test_without_a_stamp_it_is_a_hash_of_the_content():
    one, two = Patch("x64"), Patch("x64")
    for patch, stamp in ((one, 1), (two, 2)):
        patch.file("TimeDateStamp", stamp)
        patch.optional("MajorImageVersion", 0)
    assert fix(one.bytes()).data == fix(two.bytes()).data
    two.put(two.image.sections[0].PointerToRawData, "B", 0xCC)
    assert fix(one.bytes()).stamp != fix(two.bytes()).stamp


def test_the_hash_is_of_everything_but_stamps_and_checksum():
    patch = Patch("x64", exports=True, debug=True)
    patch.file("TimeDateStamp", 0)
    patch.optional("MajorImageVersion", 0)
    result = fix(patch.bytes(), settings=CheckSettings(profiles=("base", "export")))
    image, bare = Image(result.data), bytearray(result.data)
    places = [
        image.file_header.offset + 4,
        image.exports.offset + 4,
        image.field_offset("CheckSum"),
    ]
    places += [entry.offset + 4 for entry in image.debug]
    places.append(image.offset_of(image.directory(ENTRY.RESOURCE).VirtualAddress) + 4)
    for at in places:
        bare[at : at + 4] = bytes(4)
    digest = hashlib.sha256(bare).digest()
    assert result.stamp == int.from_bytes(digest[:4], "little") | 1
    assert image.file_header.TimeDateStamp == image.debug[0].TimeDateStamp == result.stamp


def test_debug_sections_without_bytes_are_cut_off_with_the_others():
    patch = Patch("x64")
    _spoiled("DRV319", "dwarf-last").apply(patch)
    count = len(patch.image.sections) + 1
    at = patch.image.section_table_offset + 40 * count
    rva = patch.image.sections[-1].VirtualAddress + 0x2000
    patch.put(at, "8s6I2HI", b"/4", 0x80, rva, 0, 0, 0, 0, 0, 0, 0x42000040)
    patch.file("NumberOfSections", count + 1)
    patch.optional("SizeOfImage", rva + 0x1000)
    set_checksum(patch.data)
    assert fix(patch.bytes(), settings=CheckSettings(stamp=STAMP)).data == golden()


def test_a_debug_section_without_symbols_is_cut_off():
    patch = Patch("x64")
    last = patch.image.sections[-1]
    at = patch.image.section_table_offset + 40 * len(patch.image.sections)
    rva, raw = last.VirtualAddress + 0x1000, len(patch.data)
    patch.put(at, "8s6I2HI", b".stab", 0x80, rva, 0x200, raw, 0, 0, 0, 0, 0x42000040)
    patch.file("NumberOfSections", len(patch.image.sections) + 1)
    patch.optional("SizeOfImage", rva + 0x1000)
    patch.data += b"D" * 0x80 + bytes(0x180)
    set_checksum(patch.data)
    assert fix(patch.bytes(), settings=CheckSettings(stamp=STAMP)).data == golden()


def test_a_lone_codeview_record_is_fixed_not_forgotten():
    patch = Patch("x64", debug=True)
    patch.directory(ENTRY.DEBUG, size=28)
    patch.put(patch.image.debug[0].PointerToRawData + 24, "10s", b"C:\\d\\a.pdb")
    set_checksum(patch.data)
    result = fix(patch.bytes(), settings=CheckSettings(stamp=STAMP))
    assert result.changes[0] == ("DRV621", "the symbol file is named a.pdb, without its directory")
    (entry,) = Image(result.data).debug
    assert entry.SizeOfData == 24 + len("a.pdb") + 1
    assert result.left == ()


# ---- the command -------------------------------------------------------------------------------


@pytest.fixture
def bad(tmp_path):
    path = tmp_path / "bad.sys"
    path.write_bytes(_spoiled("DRV309", "text").make("x64"))
    return path


def test_the_command_fixes_and_writes(bad, capsys):
    out = bad.with_name("good.sys")
    assert main(["fix", str(bad), "-o", str(out)]) == 0
    printed, err = capsys.readouterr()
    lines = printed.splitlines()
    assert lines[0] == f"{bad}: fixed DRV309: .text: NOT_PAGED set"
    assert lines[-1].endswith(f"changes, 0 findings left; written to {out}")
    assert not err
    assert check(out.read_bytes()) == []
    assert sorted(path.name for path in bad.parent.iterdir()) == ["bad.sys", "good.sys"]


def test_the_command_fixes_in_place(bad, capsys):
    assert main(["fix", str(bad), "-o", str(bad), "--rules", "not-paged,drv701"]) == 0
    assert "DRV309" in capsys.readouterr().out
    assert check(bad.read_bytes()) == []


def test_source_date_epoch_is_the_stamp(bad, monkeypatch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "77")
    assert main(["fix", str(bad), "-o", str(bad)]) == 0
    assert Image(bad.read_bytes()).file_header.TimeDateStamp == 77


def test_a_result_that_is_still_refused_is_not_written(tmp_path, capsys):
    path, out = tmp_path / "a.sys", tmp_path / "b.sys"
    path.write_bytes(_spoiled("DRV207", "gui").make("x64"))
    out.write_bytes(b"old")
    assert main(["fix", str(path), "-o", str(out)]) == 1
    printed = capsys.readouterr().out
    assert "needs a new link: error DRV207 subsystem" in printed
    assert printed.endswith("is not written\n")
    assert out.read_bytes() == b"old"
    assert main(["fix", str(path), "-o", str(out), "--write-anyway"]) == 1
    assert out.read_bytes() != b"old"


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--rules", "DRV999"], "--rules: no rule 'DRV999'"),
        (["--rules", "contiguous"], "--rules: DRV301 has no fix"),
        (["--profile", "bass"], "--profile: unknown profile"),
    ],
)
def test_wrong_use_is_one_line(bad, capsys, words, message):
    assert main(["fix", str(bad), "-o", str(bad), *words]) == 2
    out, err = capsys.readouterr()
    assert not out
    assert err.startswith(f"pecheck: {message}")
    assert err.count("\n") == 1


def test_an_output_that_cannot_be_written_is_one_line(bad, capsys):
    assert main(["fix", str(bad), "-o", str(bad.parent)]) == 2
    assert capsys.readouterr().err == f"pecheck: {bad.parent.as_posix()}: is a directory\n"
