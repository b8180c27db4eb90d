from dataclasses import replace
from pathlib import Path

import pytest

import coffwriter as coff
from ntbuild import Allow, LinkOptions, Section
from ntbuild.building.declare import declare
from ntbuild.building.driver import (
    LIBRARIES,
    LINKING,
    BuildError,
    LinkStep,
    Outputs,
    build_image,
    fingerprint,
    merge_options,
)
from ntbuild.building.validation import Validation

STEP = LinkStep(LinkOptions(driver="plain", machine="x64", entry="DriverEntry"))
CONSOLE = replace(STEP, options=replace(STEP.options, subsystem="console"))
RETURN_ZERO = bytes.fromhex("31c0c3")


@pytest.fixture
def source(tmp_path):
    """An object whose DriverEntry returns STATUS_SUCCESS."""
    text = coff.Section(".text", RETURN_ZERO, coff.CODE, align=16)
    path = tmp_path / "entry.obj"
    path.write_bytes(coff.build("x64", [text], [coff.Symbol("DriverEntry", ".text")]))
    return path


def outputs(tmp_path, *, library=False):
    out = tmp_path / "out"
    return Outputs(
        image=out / "a.sys",
        map=out / "a.map",
        report=out / "a.check.txt",
        import_library=out / "a.lib" if library else None,
    )


def content(folder):
    if not folder.exists():
        return {}
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_image_map_and_report_are_written(source, tmp_path):
    found = build_image([source], STEP, outputs(tmp_path))
    assert found.warnings == ()
    written = content(tmp_path / "out")
    assert sorted(written) == ["a.check.txt", "a.map", "a.sys"]
    assert RETURN_ZERO in written["a.sys"]
    report = written["a.check.txt"].decode().splitlines()
    assert report[0] == f"a.sys: {len(written['a.sys'])} bytes"
    assert "profiles: base" in report
    assert len(report) == 3 + max(1, len(found.findings))


def test_the_same_inputs_give_the_same_files(source, tmp_path):
    build_image([source], STEP, outputs(tmp_path / "1"))
    build_image([source], STEP, outputs(tmp_path / "2"))
    assert content(tmp_path / "1/out") == content(tmp_path / "2/out")


def test_a_failed_link_writes_nothing(source, tmp_path):
    step = replace(STEP, options=replace(STEP.options, entry="Missing"))
    with pytest.raises(BuildError, match=r"^pelink: error: .*Missing"):
        build_image([source], step, outputs(tmp_path))
    assert content(tmp_path / "out") == {}


def test_a_refused_image_is_not_written_and_the_old_one_stays(source, tmp_path):
    build_image([source], STEP, outputs(tmp_path))
    before = content(tmp_path / "out")
    with pytest.raises(BuildError, match=r"^pecheck: a\.sys\(header\+0x.*\): error DRV"):
        build_image([source], CONSOLE, outputs(tmp_path))
    assert content(tmp_path / "out") == before


@pytest.mark.parametrize("word", ["rule", "slug"])
def test_a_finding_can_be_allowed_with_a_reason(source, tmp_path, word):
    with pytest.raises(BuildError) as caught:
        build_image([source], CONSOLE, outputs(tmp_path))
    line = str(caught.value).splitlines()[0].split(": error ")[1]
    rule, slug = line.split(": ")[0].split(" ")
    name = {"rule": rule, "slug": slug}[word]
    declared = declare("a", {"allow": {name: "a test"}}, exports=False, defaults={})
    allow = declared.validation.allow
    build_image([source], replace(CONSOLE, validation=Validation(allow=allow)), outputs(tmp_path))
    report = content(tmp_path / "out")["a.check.txt"].decode()
    assert f"error {rule}" in report
    assert "[allowed: a test]" in report


def test_an_import_library_of_nothing_is_an_error(source, tmp_path):
    with pytest.raises(BuildError, match="no import library, because nothing is exported"):
        build_image([source], STEP, outputs(tmp_path, library=True))
    assert content(tmp_path / "out") == {}


def test_a_file_that_cannot_be_written_is_one_line(source, tmp_path):
    (tmp_path / "out/a.check.txt").mkdir(parents=True)
    with pytest.raises(BuildError, match=r"^pelink: error: .*a\.check\.txt: is a directory$"):
        build_image([source], STEP, outputs(tmp_path))
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["a.check.txt"]


def test_a_missing_input_is_a_build_error(tmp_path):
    with pytest.raises(BuildError, match=r"gone\.obj"):
        build_image([tmp_path / "gone.obj"], STEP, outputs(tmp_path))


def test_later_layers_win():
    options = merge_options({"entry": "A", "driver": "plain"}, {"entry": "B"})
    assert options == LinkOptions(entry="B", driver="plain")


def test_what_is_said_alike_is_checked_once_lists_too():
    first, again = (merge_options({}, {"sections": [Section("PAGE")]}) for _ in range(2))
    assert first is again
    assert first.sections == (Section("PAGE"),)


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("entry", 5),
        ("entry", ["A"]),
        ("stack", "4096"),
        ("version", "1.2"),
        ("stack", (131072,)),
        ("align", 3),
        ("subsystem", "natve"),
        ("merge", ["a=b"]),
        ("release", "yes"),
        ("sections", [Section("a,b")]),
    ],
)
def test_a_value_the_command_line_cannot_say_is_an_error(field, value):
    with pytest.raises(BuildError):
        merge_options({}, {field: value})


@pytest.mark.parametrize(
    ("field", "value", "text"),
    [
        ("stack", "1M", "bytes or (reserve, commit), such as 131072 or (131072, 4096), not '1M'"),
        ("version", "1.2", "(major, minor), such as (1, 2), not '1.2'"),
        ("version", (1, 2, 3), "(major, minor), such as (1, 2), not (1, 2, 3)"),
        ("base", "big", "a number, not 'big'"),
        ("base", True, "a number, not True"),
        ("entry", 5, "a text, not 5"),
        ("include", "Name", "a list, each a text, not 'Name'"),
        ("merge", [("a", "b", "c")], "a list, each (a text, a text), not (('a', 'b', 'c'),)"),
        ("integritycheck", 1, "True or False, not 1"),
        ("dependentloadflag", None, "a number, not None"),
    ],
)
def test_a_value_of_the_wrong_type_is_told_the_right_one(field, value, text):
    with pytest.raises(BuildError) as caught:
        merge_options({}, {field: value})
    assert str(caught.value) == f"{field}: expected {text}"


def test_a_refused_image_can_be_kept_and_goes_with_the_next_good_one(source, tmp_path):
    refused = tmp_path / "out/a.sys.refused"
    with pytest.raises(BuildError, match="hint: scons --keep-refused keeps the image"):
        build_image([source], CONSOLE, outputs(tmp_path))
    assert not refused.exists()
    with pytest.raises(BuildError, match=r">>> the refused image is .*/out/a\.sys\.refused$"):
        build_image([source], replace(CONSOLE, keep_refused=True), outputs(tmp_path))
    assert refused.read_bytes()[:2] == b"MZ"
    assert sorted(content(tmp_path / "out")) == ["a.sys.refused"]
    assert str(replace(CONSOLE, keep_refused=True)) == str(CONSOLE)
    build_image([source], STEP, outputs(tmp_path))
    assert not refused.exists()


def test_strict_makes_warnings_errors_and_is_part_of_the_signature(source, tmp_path):
    """An image that is always at one address: DRV212, a warning of profile sec."""
    secure = Validation(("base", "sec"), (Allow("a test", rule="DRV614"),))
    step = LinkStep(replace(STEP.options, dynamicbase=False), secure)
    outputs_of = [str(tmp_path / "out" / name) for name in ("a.sys", "a.map", "a.check.txt")]
    (warning,) = step.run([str(source)], outputs_of)
    assert warning.startswith("pecheck: a.sys(")
    assert ": warning DRV" in warning
    strict = replace(step, validation=replace(secure, strict=True))
    assert str(strict) != str(step)
    with pytest.raises(BuildError) as caught:
        strict.run([str(source)], outputs_of)
    assert str(caught.value).splitlines()[0] == warning


def test_a_steps_text_is_its_signature():
    sections = (Section("PAGE", pageable=True),)
    step = LinkStep(
        LinkOptions(driver="plain", sections=sections),
        Validation(("base", "hvci"), (Allow("a test", rule="DRV312"),)),
    )
    assert str(step) == (
        "driver='plain', sections=(Section(name='PAGE', pageable=True)); "
        "--profile base,hvci; allow DRV312: a test"
    )
    assert step.command(["a b.obj", "c.lib"], ["d.sys", "d.map", "d.check.txt"]) == (
        "pelink /out:d.sys /driver /sectionrule:PAGE,pageable /map:d.map 'a b.obj' c.lib"
    )


def test_the_fingerprint_is_of_the_parts_asked_for():
    assert fingerprint(*LINKING) == fingerprint(*LINKING)
    assert fingerprint(*LINKING) != fingerprint(*LIBRARIES)
    home = Path(__file__).parents[2] / "site_scons/ntbuild"
    for part in (*LINKING, *LIBRARIES):
        assert (home / part).exists(), part


@pytest.mark.parametrize(
    ("section", "complaint"),
    [(".text", "DRV316"), ("INIT", ""), ("PAGE", "DRV316")],
)
def test_code_that_stays_must_not_call_code_that_goes(tmp_path, section, complaint):
    """A relative call leaves no trace that a reader of the image could see: the linker tells."""
    calls = [coff.Reloc(1, "Later", 4), coff.Reloc(7, "OnceOnly", 4)]
    caller = coff.Section(section, b"\xe8\0\0\0\0\xc3" * 2, coff.CODE, relocations=calls)
    once = coff.Section("INIT$a", RETURN_ZERO, coff.CODE)
    symbols = [
        coff.Symbol("DriverEntry", section),
        coff.Symbol("Later", section, value=6),
        coff.Symbol("OnceOnly", "INIT$a"),
    ]
    path = tmp_path / "a.obj"
    path.write_bytes(coff.build("x64", [caller, once], symbols))
    if not complaint:
        assert build_image([path], STEP, outputs(tmp_path)).findings == ()
        return
    with pytest.raises(BuildError, match=complaint) as caught:
        build_image([path], STEP, outputs(tmp_path))
    assert "(Later) refers to OnceOnly" in str(caught.value)


@pytest.mark.parametrize(
    ("symbol", "hint"),
    [
        (
            "FltRegisterFilter",
            'exported by fltmgr: model="minifilter", or import_libraries=["fltmgr"]',
        ),
        ("__imp_BCryptHash", 'exported by cng: import_libraries=["cng"]'),
        ("printf", "kernel code has no C library; DbgPrint and DbgPrintEx print to the debugger"),
    ],
)
def test_an_undefined_symbol_of_another_module_says_what_to_import(tmp_path, symbol, hint):
    call = coff.Section(
        ".text", bytes.fromhex("e800000000c3"), coff.CODE, relocations=[coff.Reloc(1, symbol, 4)]
    )
    path = tmp_path / "entry.obj"
    symbols = [coff.Symbol("DriverEntry", ".text"), coff.Symbol(symbol)]
    path.write_bytes(coff.build("x64", [call], symbols))
    with pytest.raises(BuildError) as caught:
        build_image([path], STEP, outputs(tmp_path))
    assert f"undefined symbol: {symbol}\n" in str(caught.value)
    assert f">>> hint: {hint}" in str(caught.value).splitlines()
    assert content(tmp_path / "out") == {}


def test_one_hint_stands_for_all_symbols_that_it_is_about(tmp_path):
    names = ["FltRegisterFilter", "printf", "FltStartFiltering", "FltUnregisterFilter"]
    calls = [coff.Reloc(1 + 5 * number, name, 4) for number, name in enumerate(names)]
    code = coff.Section(".text", b"\xe8\0\0\0\0" * 4 + b"\xc3", coff.CODE, relocations=calls)
    path = tmp_path / "entry.obj"
    symbols = [coff.Symbol("DriverEntry", ".text"), *map(coff.Symbol, names)]
    path.write_bytes(coff.build("x64", [code], symbols))
    with pytest.raises(BuildError) as caught:
        build_image([path], STEP, outputs(tmp_path))
    hints = [line for line in str(caught.value).splitlines() if line.startswith(">>> hint: ")]
    assert len(hints) == 2
    assert hints[0].endswith('import_libraries=["fltmgr"] (the same for 2 more)')


@pytest.mark.parametrize("library", ["fltmgr.lib", "FltMgr.lib"])
def test_a_library_of_a_kernel_module_that_a_source_names_says_what_to_import(tmp_path, library):
    code = coff.Section(".text", RETURN_ZERO, coff.CODE)
    directive = coff.Section(".drectve", f" /DEFAULTLIB:{library} ".encode(), coff.INFO)
    path = tmp_path / "entry.obj"
    path.write_bytes(coff.build("x64", [code, directive], [coff.Symbol("DriverEntry", ".text")]))
    with pytest.raises(BuildError) as caught:
        build_image([path], STEP, outputs(tmp_path))
    lines = str(caught.value).splitlines()
    assert f"pelink: error: could not open '{library}': No such file or directory" in lines
    assert '>>> hint: import_libraries=["fltmgr"]' in lines


def test_warnings_of_the_link_are_shown_when_the_validator_refuses_the_image(tmp_path):
    code = coff.Section(".text", RETURN_ZERO, coff.CODE)
    directive = coff.Section(".drectve", b" /nosuchthing:1 ", coff.INFO)
    path = tmp_path / "entry.obj"
    path.write_bytes(coff.build("x64", [code, directive], [coff.Symbol("DriverEntry", ".text")]))
    with pytest.raises(BuildError) as caught:
        build_image([path], CONSOLE, outputs(tmp_path))
    lines = str(caught.value).splitlines()
    assert any(line.startswith("pelink: warning: ") and "nosuchthing" in line for line in lines)
    assert any(line.startswith("pecheck: ") for line in lines)
