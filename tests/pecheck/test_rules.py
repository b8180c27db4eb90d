"""Every rule finds its seeded defects, on every machine that can have them, and nothing else."""

import pytest

import pdbfiles
from ntbuild.pecheck import (
    PROFILES,
    RULES,
    CheckResult,
    CheckSettings,
    Level,
    ProfileError,
    check,
    check_image,
)
from ntbuild.pecheck.symbols import ImageSymbols
from ntbuild.pecoff.constants import IMAGE_DIRECTORY_ENTRY as ENTRY
from ntbuild.pecoff.pdb.symbol_file import SymbolFile
from ntbuild.support.values import replace
from pecheck.golden import MACHINES, STAMP, golden, set_checksum
from pecheck.mutations import MUTATIONS
from pecheck.mutations_tables import text_in, unwind_codes
from pecheck.patch import Patch

CASES = [
    pytest.param(mutation, machine, id=f"{mutation.rule}-{mutation.name}-{machine}")
    for mutation in MUTATIONS
    for machine in mutation.machines
]
EVERY = ("base", "boot", "hvci", "whql", "sec", "repro", "signed")


@pytest.mark.parametrize(("mutation", "machine"), CASES)
def test_a_defect_is_found_under_its_id(mutation, machine):
    settings = CheckSettings(**dict(mutation.settings))
    findings = check(mutation.make(machine), profile=settings)
    found = {f.rule for f in findings}
    assert mutation.rule in found
    least = {mutation.rule, *mutation.also}
    may = {*mutation.may, *(["DRV706"] if mutation.signed else [])}  # in shape only: not signed
    assert mutation.noisy or least <= found <= least | may
    if mutation.level == "warning":  # to those who care
        rule = RULES[mutation.rule]
        settings = replace(settings, profiles=(*settings.profiles, *rule.profiles))
        findings = check_image(mutation.make(machine), "a.sys", settings, [rule]).findings
    if mutation.level is not None:
        assert {f.level.word for f in findings if f.rule == mutation.rule} == {mutation.level}


@pytest.mark.parametrize("machine", MACHINES)
@pytest.mark.parametrize("target", ["win10", "win11"])
def test_a_golden_image_is_clean_in_every_profile(machine, target):
    settings = CheckSettings(profiles=EVERY, target=target, machine=machine, stamp=STAMP)
    assert check(golden(machine, guard=True, version=True, signed="whole"), profile=settings) == []


@pytest.mark.parametrize("machine", MACHINES)
def test_a_golden_export_driver_is_clean_when_exports_are_asked_for(machine):
    settings = CheckSettings(profiles=("base", "export"), machine=machine, stamp=STAMP)
    assert check(golden(machine, exports=True, debug=True), profile=settings) == []


GOOD = [
    (machine, options, profiles)
    for machine in ("x64", "x86", "arm64")
    for options, profiles in (
        ({"guard": True, "version": True, "signed": "whole"}, EVERY),
        ({"exports": True, "debug": True}, ("base", "export", "repro")),
        ({}, ("base",)),
    )
]
LISTS = {"ntoskrnl": ["DbgPrint", "IoCreateDevice"], "hal": ["KeStallExecutionProcessor"]}


def test_every_rule_has_a_good_sample_that_it_really_judges():
    reviewed = set()
    for machine, options, profiles in GOOD:
        pdb = pdbfiles.file_of(pdbfiles.whole(machine))
        settings = CheckSettings(
            profiles=profiles,
            machine=machine,
            stamp=STAMP,
            exports=LISTS,
            symbols=ImageSymbols(SymbolFile.of("driver.pdb", pdb)),
        )
        result = check_image(golden(machine, **options), "driver.sys", settings, RULES.values())
        assert result.findings == ()
        reviewed |= set(RULES) - {rule for rule, _ in result.not_applicable}
    patch = Patch("x64")
    patch.import_name(0, "win32k.sys")
    patch.import_name(1, "dxapi")
    assert check_image(patch.bytes(), "a.sys", CheckSettings(), [RULES["DRV408"]]) == CheckResult(
        "a.sys", (), ()
    )
    assert reviewed | {"DRV408"} == set(RULES)


ELSEWHERE = {
    "DRV320-many-lines": "one place for the four fields",
    "DRV102-no-signature": "e_lfanew leads there",
    "DRV105-size": "the sections are what no longer fits",
    "DRV206-in-page": "the entry point itself",
    "DRV206-behind": "the entry point itself",
    "DRV301-overlap": "the section after the one that grew",
    "DRV303-cut": "the file ends earlier",
    "DRV304-overlap": "the section after",
    "DRV311-iat": "what is paged",
    "DRV311-pdata": "what is paged",
    "DRV319-dwarf": "Characteristics stand for the section",
    "DRV319-crt": "Characteristics stand for the section",
    "DRV320-lines": "one place for the four fields",
    "DRV321-bss": "SizeOfRawData",
}


def _changed(mutation, machine, data):
    good = golden(
        machine, **{k: getattr(mutation, k) for k in ("exports", "debug", "guard", "version")}
    )
    return {at for at, (a, b) in enumerate(zip(good, data, strict=False)) if a != b}


@pytest.mark.parametrize("mutation", MUTATIONS, ids=lambda m: f"{m.rule}-{m.name}")
def test_a_finding_about_headers_points_at_what_was_changed(mutation):
    if mutation.rule >= "DRV4" or f"{mutation.rule}-{mutation.name}" in ELSEWHERE:
        return
    data = mutation.make(mutation.machines[0])
    changed = _changed(mutation, mutation.machines[0], data)
    findings = check(data, profile=CheckSettings(**dict(mutation.settings)))
    places = [f.location.at for f in findings if f.rule == mutation.rule]
    if changed:
        assert any(at is not None and changed & set(range(at, at + 8)) for at in places)


def test_every_rule_has_a_bad_sample():
    assert {mutation.rule for mutation in MUTATIONS} == set(RULES)


@pytest.mark.parametrize("rule", RULES.values(), ids=RULES)
def test_every_rule_says_why_from_where_and_how_to_fix(rule):
    for text in (rule.title, rule.why, rule.source, rule.fix):
        assert len(text) > 3
    assert rule.breaks
    assert rule.slug == rule.slug.lower()


def test_ids_and_slugs_are_unique():
    assert len({rule.slug for rule in RULES.values()}) == len(RULES)
    assert list(RULES) == sorted(RULES)


@pytest.mark.parametrize(
    ("rule", "machine", "reason"),
    [
        ("DRV409", "x64", "neither an export list nor the build of the target system was given"),
        ("DRV601", "x86", "x86 has no exception table"),
        ("DRV408", "x64", "no import from win32k"),
        ("DRV801", "x64", "the expected stamp was not given"),
    ],
)
def test_a_rule_with_nothing_to_judge_says_why(rule, machine, reason):
    result = check_image(golden(machine), "good.sys", CheckSettings(), RULES.values())
    assert (rule, reason) in result.not_applicable


def _level(rule, **settings):
    return RULES[rule].level_for(CheckSettings(**settings))


def test_a_profile_raises_a_level_and_a_target_lowers_it():
    assert _level("DRV312") == Level.WARNING
    assert _level("DRV312", profiles=("base", "boot")) == Level.ERROR
    assert _level("DRV801", profiles=("repro",)) == Level.ERROR
    assert _level("DRV202") == Level.ERROR
    assert _level("DRV202", target="win7", profiles=("hvci",)) == Level.WARNING
    assert _level("DRV409", profiles=("whql",)) == Level.ERROR


@pytest.mark.parametrize("rule", RULES.values(), ids=lambda rule: rule.id)
def test_a_warning_is_one_for_those_who_asked(rule):
    """An error is one for all; a warning that only other profiles care about is a note."""
    level = rule.level_for(CheckSettings())
    if "base" in rule.profiles or rule.level is not Level.WARNING:
        assert level == rule.level
    else:
        assert level == Level.NOTE
    for word in rule.profiles:
        assert rule.level_for(CheckSettings(profiles=("base", word))) >= rule.level
        assert rule.level_for(CheckSettings(profiles=(word,))) >= rule.level
    everyone = CheckSettings(profiles=tuple(PROFILES))
    assert rule.level_for(everyone) == max([rule.level, *rule.levels.values()])
    assert rule.level_for(everyone, Level.NOTE) == Level.NOTE


def test_the_words_about_levels_say_what_happens():
    assert RULES["DRV213"].level_text == "warning, note without profile sec"
    assert RULES["DRV802"].level_text == (
        "warning, note without profile repro or sec, error with repro"
    )
    assert RULES["DRV312"].level_text == "warning, error with boot"
    assert RULES["DRV202"].level_text == "error, warning with win7, warning with winxp"


def test_no_profile_that_was_not_asked_for_makes_a_warning():
    """All defects at once: what is more than a note concerns base, or one of the words given."""
    for mutation in MUTATIONS:
        settings = CheckSettings(**dict(mutation.settings))
        for finding in check(mutation.make(mutation.machines[0]), profile=settings):
            concerned = {*finding.profiles, *RULES[finding.rule].levels}
            assert finding.level != Level.WARNING or concerned & {"base", *settings.profiles}


def test_old_targets_forgive_what_old_linkers_wrote():
    image = golden("x86")
    patched = next(m for m in MUTATIONS if (m.rule, m.name) == ("DRV305", "init")).make("x86")
    settings = CheckSettings(target="win7", profiles=("base", "hvci"))
    levels = {f.rule: f.level for f in check(patched, profile=settings)}
    assert levels["DRV305"] == Level.WARNING
    assert "DRV312" not in levels
    assert check(image, profile=CheckSettings(target="winxp", version=(10, 0))) == []


def test_old_targets_forgive_only_init():
    for name, level in (("text", Level.ERROR), ("init", Level.WARNING)):
        patched = next(m for m in MUTATIONS if (m.rule, m.name) == ("DRV305", name)).make("x64")
        (finding,) = check(
            patched,
            profile=CheckSettings(target="win7", profiles=("base", "hvci"), version=(10, 0)),
        )
        assert (finding.rule, finding.level) == ("DRV305", level)


def test_an_export_driver_may_have_no_entry_point():
    patched = next(m for m in MUTATIONS if (m.rule, m.name) == ("DRV206", "none")).make("x64")
    rules = {f.rule for f in check(patched, profile="base,export")}
    assert "DRV206" not in rules


def test_modules_of_ones_own_may_be_imported_from():
    patched = next(m for m in MUTATIONS if (m.rule, m.name) == ("DRV407", "unknown")).make("x64")
    assert check(patched, profile=CheckSettings(modules=("foo.dll",))) == []


def test_the_wrong_machine_is_an_error():
    findings = check(golden("x64"), profile=CheckSettings(machine="arm64"))
    assert [f.rule for f in findings] == ["DRV103"]


def test_a_finding_prints_as_one_line_with_place_profile_and_fix():
    patched = next(m for m in MUTATIONS if (m.rule, m.name) == ("DRV305", "text")).make("x64")
    (finding,) = check(patched, "a.sys")
    assert str(finding).startswith("a.sys(header+0x1ac): error DRV305 wx: .text is writable")
    assert "[hvci,sec] fix: " in str(finding)


def test_a_reproducible_image_must_say_where_its_stamp_comes_from():
    findings = check(golden("x64"), profile="base,repro")
    assert [(f.rule, f.level) for f in findings] == [
        ("DRV801", Level.WARNING),
        ("DRV803", Level.NOTE),
    ]


def _without(entry, **changes):
    patch = Patch("x64")
    patch.directory(entry, 0, 0)
    for name, data in changes.items():
        section = next(s for s in patch.image.sections if s.Name == f".{name}")
        patch.data[section.PointerToRawData : section.PointerToRawData + 0x200] = data
    set_checksum(patch.data)
    return patch.bytes()


def test_position_independent_code_needs_no_relocations():
    """x64 code without a pointer in its data is right without .reloc, and the rule says why."""
    data = _without(ENTRY.BASERELOC, data=bytes(0x200), rdata=bytes(0x200))
    result = check_image(data, "a.sys", CheckSettings(), [RULES["DRV502"]])
    reason = "no word of the image looks like an address in it"
    assert result.not_applicable == (("DRV502", reason),)
    assert check(data, profile=CheckSettings(fixups=0)) == check(data)


@pytest.mark.parametrize(
    ("entry", "rule"),
    [(ENTRY.IMPORT, "DRV407"), (ENTRY.BASERELOC, "DRV503"), (ENTRY.EXCEPTION, "DRV601")],
)
def test_an_absent_table_is_a_reason_not_a_finding(entry, rule):
    result = check_image(_without(entry), "a.sys", CheckSettings(), [RULES[rule]])
    assert result.findings == ()
    assert len(result.not_applicable) == 1


def test_an_export_list_of_other_modules_says_nothing():
    settings = CheckSettings(exports={"win32k.sys": ["EngAcquireSemaphore"]})
    result = check_image(golden(), "a.sys", settings, [RULES["DRV409"]])
    assert result.findings == ()
    assert result.not_applicable == (("DRV409", "no export list names a module of the image"),)


@pytest.mark.parametrize("words", ["", "bases", "base,,hvci"])
def test_unknown_profiles_are_refused(words):
    with pytest.raises(ProfileError, match="unknown profile"):
        check(golden(), profile=words)


@pytest.mark.parametrize("path", ["/src/a.c", "a.c", "./a/b.c", "\\Device\\a.c", "/home/me/a.txt"])
def test_a_mapped_or_relative_path_is_no_build_directory(path):
    patch = Patch("x64")
    text_in(patch, ".rdata", path)
    set_checksum(patch.data)
    assert check(patch.bytes()) == []


SLOTS = {
    (0, 0): 1, (1, 0): 2, (1, 1): 3, (2, 0): 1, (3, 0): 1, (4, 0): 2, (5, 0): 3, (8, 0): 2,
    (9, 0): 3, (10, 0): 1,
}  # fmt: skip


@pytest.mark.parametrize(("code", "count"), SLOTS.items())
def test_x64_unwind_codes_take_their_slots(code, count):
    """Nodes of each operation as the documentation counts them."""
    operation, info = code
    for slots, rules in ((count, set()), (count - 1, {"DRV602"})):
        if slots:
            patch = Patch("x64")
            more = [(0, 0)] * (slots - 1)
            unwind_codes(patch, (4, operation | info << 4), *more)
            set_checksum(patch.data)
            assert {f.rule for f in check(patch.bytes())} == rules


def test_epilog_codes_belong_to_version_2():
    for version, rules in ((1, {"DRV602"}), (2, set())):
        patch = Patch("x64")
        unwind_codes(patch, (9, 6), (4, 2), version=version)
        set_checksum(patch.data)
        assert {f.rule for f in check(patch.bytes())} == rules


def test_unknown_targets_are_refused():
    with pytest.raises(ProfileError, match="unknown target 'win9'; known: winxp"):
        CheckSettings(target="win9")
