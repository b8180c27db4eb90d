from datetime import UTC, date, datetime

import pytest

from ntbuild import Allow, Export, LinkOptions, Section
from ntbuild.building.declare import RESERVED, DeclarationError, declare
from ntbuild.compilers.compilation import HARDENED, PLAIN


def declared(name="hello", *, exporting=False, defaults=None, **keywords):
    return declare(name, keywords, exports=exporting, defaults=defaults or {"machine": "x64"})


@pytest.mark.parametrize(
    ("windows", "build"),
    [("6.1", 7600), ("6.3", 9600), ("10", 0), ("10.0", 0), ("11", 0), ("10.0.16299", 16299)],
)
def test_the_validator_is_told_the_build_of_the_windows_that_is_named(windows, build):
    found = declared(windows=windows).validation
    assert found.build == build
    assert str(found).endswith(f"; for Windows build {build}" if build else "base")
    assert declared(windows=windows, profiles=["hvci"]).validation.build == build


def test_a_driver_without_keywords_is_a_plain_driver_with_every_measure():
    found = declared()
    expected = {"driver": "plain", "entry": "GsDriverEntry", "machine": "x64"}
    next_entry = (("NtbuildGsNext", "DriverEntry"),)
    measures = {"guard": "cf", "cetcompat": True, "alternatename": next_entry}
    assert found.options == LinkOptions(**expected, **measures, debug="full,nodwarf")
    assert found.compiling.compilation == HARDENED
    assert found.validation.profiles == ("base",)
    assert found.exports == ()


def test_a_driver_that_is_not_hardened_has_nothing_of_it():
    found = declared(harden=False)
    expected = {"driver": "plain", "entry": "DriverEntry", "machine": "x64"}
    assert found.options == LinkOptions(**expected, debug="full,nodwarf")
    assert found.compiling.compilation == PLAIN


def test_what_is_declared_alike_shares_its_values():
    one, other = declared("one"), declared("other")
    assert one.options is other.options
    assert one.compiling is other.compiling


def test_a_keyword_wins_over_the_toolchain_and_that_over_the_profile():
    defaults = {"machine": "x64", "entry": "FromToolchain", "os_version": (6, 1)}
    found = declared(defaults=defaults, os_version=(6, 3), driver="wdm", guard="no")
    assert found.options.alternatename == (("NtbuildGsNext", "FromToolchain"),)
    assert found.options.guard == "no"
    assert found.options.os_version == (6, 3)
    assert found.options.driver == "wdm"


def test_sections_keep_their_order():
    sections = [Section("PAGE", pageable=True), Section("INIT"), Section(".vault", align=4096)]
    assert declared(sections=sections).options.sections == tuple(sections)


def test_an_export_driver_is_judged_as_one():
    found = declared(exporting=True, exports=["CoreOpen", Export("CoreData", data=True)])
    assert found.exports == (Export("CoreOpen"), Export("CoreData", data=True))
    assert found.validation.profiles == ("base", "export")
    assert found.options.exports == ()


def test_one_value_stands_for_a_list_of_one():
    found = declared(import_libraries="fltmgr", include_dirs="inc", profiles="hvci")
    assert found.keywords.import_libraries == ("fltmgr",)
    assert found.keywords.include_dirs == ("inc",)
    assert found.validation.profiles == ("base", "hvci")


def test_allowed_findings_are_in_a_fixed_order():
    allow = {"DRV312": "late", "DRV201": ["early", Allow("twice", section=".text")]}
    assert declared(allow=allow).validation.allow == (
        Allow("early", rule="DRV201", place="allow['DRV201']"),
        Allow("twice", ".text", rule="DRV201", place="allow['DRV201']"),
        Allow("late", rule="DRV312", place="allow['DRV312']"),
    )


def test_an_allowed_finding_may_name_its_rule_by_the_slug():
    (entry,) = declared(allow={"wx": "a reason"}).validation.allow
    assert (entry.rule, entry.place) == ("DRV305", "allow['wx']")


@pytest.mark.parametrize("day", ["2027-06-30", date(2027, 6, 30)])
def test_the_day_is_that_of_source_date_epoch(day):
    allow = {"DRV312": Allow("until the next release", expires=day)}
    validation = declared(allow=allow, defaults={"timestamp": 1814400000}).validation
    assert validation.allow[0].expires == date(2027, 6, 30)
    assert validation.today == date(2027, 7, 1)


def test_without_source_date_epoch_the_clock_says_it_and_only_if_something_expires():
    assert declared(allow={"DRV312": "for ever"}).validation.today is None
    allow = {"DRV312": Allow("not for ever", expires="2027-06-30")}
    assert declared(allow=allow).validation.today >= date(2026, 1, 1)


def test_a_size_alone_reserves_it_and_commits_a_page():
    assert declared(stack=0x20000, heap=(0x40000, 0x2000)).options.stack == (0x20000, 0x1000)
    assert declared(heap=(0x40000, 0x2000)).options.heap == (0x40000, 0x2000)


@pytest.mark.parametrize(
    ("keywords", "text"),
    [
        ({"entrypoint": "X"}, "unknown keyword 'entrypoint'; did you mean 'entry'?"),
        ({"zzz": 1}, "unknown keyword 'zzz'; docs/reference/drivers.md and help("),
        *(
            ({name: "x"}, f"keyword {name!r} cannot be set here: {RESERVED[name]}")
            for name in RESERVED
        ),
        ({"entry": 5}, "entry: expected a text, not 5"),
        ({"entry": "X", "stack": (4096,)}, "stack: expected bytes or (reserve, commit), such"),
        ({"entry": "X", "heap": True}, "heap: expected bytes or (reserve, commit), such"),
        ({"base": "big"}, "base: expected a number, not 'big'"),
        ({"subsystem": "natve"}, "subsystem: expected one of native"),
        ({"sections": Section("PAGE")}, "is not a list of Section"),
        ({"sections": [Section("PAGE"), Section("PAGE")]}, "sections: 'PAGE' is there twice"),
        ({"defines": ["A=1"]}, "defines: expected a dictionary, such as {'A': 1}, not ['A=1']"),
        (
            {"source_defines": {"a.c": ["A=1"]}},
            "source_defines: 'a.c': expected a dictionary, such as {'A': 1}, not ['A=1']",
        ),
        (
            {"source_defines": {"a.c": {"1A": None}}},
            "source_defines: 'a.c': '1A' is not a macro, such as NAME or NAME(a, b)",
        ),
        ({"allow": ["DRV101"]}, "allow: expected a dictionary, such as {'DRV411': "),
        ({"allow": {"DRV101": " "}}, "allow: 'DRV101' needs a reason"),
        ({"allow": {"DRV31": "x"}}, "allow: no rule 'DRV31'; did you mean 'DRV"),
        ({"allow": {"DRV101": []}}, "allow: 'DRV101' needs a reason"),
        ({"allow": {"DRV101": 5}}, "allow: 'DRV101': 5 is neither a reason nor an Allow"),
        ({"allow": {5: "x"}}, "allow: no rule 5"),
        ({"allow": {"DRV001": "x"}}, "allow: no rule 'DRV001'"),
        ({"allow": {"DRV101": Allow("")}}, "allow: 'DRV101' needs a reason"),
        ({"allow": {"DRV101": Allow("x", section=5)}}, "allow: 'DRV101': section 5 is not a name"),
        ({"allow": {"DRV101": Allow("x", rule="DRV102")}}, "the key names the rule"),
        *(
            ({"allow": {"wx": Allow("x", expires=day)}}, f"allow: 'wx': expires {day!r}: expected")
            for day in ("soon", "2027-13-01", 2027, datetime(2027, 1, 1, tzinfo=UTC))
        ),
        ({"linker_script": 5}, "linker_script: 5 is not a file name"),
        ({"profiles": ["x"]}, "profiles: unknown profile 'x'"),
    ],
)
def test_a_wrong_keyword_is_explained(keywords, text):
    with pytest.raises(DeclarationError) as caught:
        declared(**keywords)
    assert text in str(caught.value)
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize("name", ["", "a/b", "a b", None, "c:\\d"])
def test_a_name_is_a_file_name(name):
    with pytest.raises(DeclarationError, match="is not a file name"):
        declared(name)


@pytest.mark.parametrize(
    ("exports", "text"),
    [
        ([], "needs a list of names, and one at least"),
        ("CoreOpen", "needs a list of names"),
        ([5], "5 is neither a name nor an Export"),
        ([""], "the name is empty"),
        (["A", Export("A", data=True)], "A: there twice"),
    ],
)
def test_exports_are_checked(exports, text):
    with pytest.raises(DeclarationError, match=text):
        declared(exporting=True, exports=exports)


def test_an_export_driver_without_exports_is_an_error():
    with pytest.raises(DeclarationError, match="one at least"):
        declared(exporting=True)
