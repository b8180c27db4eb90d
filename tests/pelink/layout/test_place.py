"""Which output section a contribution goes to, with which flags, in which order."""

import pytest

from coffwriter import ANY, BSS, CODE, DATA, RDATA, Reloc, Section, Symbol, build
from linking import addresses, entry_object, linked, parsed, section, write
from ntbuild import link, options_from_argv
from ntbuild.support.values import replace

READ, WRITE, EXECUTE = 0x40000000, 0x80000000, 0x20000000
RESIDENT, DISCARDABLE = 0x08000000, 0x02000000


def sections_of(folder, sections, *argv, base=("/driver", "/entry:DriverEntry")):
    """(name, Characteristics) of the image's sections."""
    files = {"main.obj": entry_object(), "more.obj": build("x64", sections)}
    result = linked(folder, files, "/opt:noref", *argv, base=base)
    return [
        (each.Name.rstrip(b"\0").decode(), each.Characteristics) for each in parsed(result).sections
    ]


@pytest.mark.parametrize(
    ("name", "flags", "home"),
    [
        (".text$mn", CODE, ".text"),
        (".text.unlikely", CODE, ".text"),
        (".text$_ZN3fooEv", CODE, ".text"),
        (".rdata$zzz", RDATA, ".rdata"),
        (".rdata.str1.1", RDATA, ".rdata"),
        (".rodata", RDATA, ".rdata"),
        (".00cfg", RDATA, ".rdata"),
        (".data$x", DATA, ".data"),
        (".bss$x", BSS, ".data"),
        ("PAGE", CODE, "PAGE"),
        ("PAGE$x", CODE, "PAGE"),
        ("INIT$a", CODE, "INIT"),
        ("PAGEVRFY", CODE, "PAGEVRFY"),
        (".mine", RDATA, ".mine"),
    ],
)
def test_the_profile_names_the_home(name, flags, home, tmp_path):
    data = b"" if flags == BSS else b"\x90" * 64
    part = Section(name, data, flags, 4, size=64)
    plain = [each for each, _ in sections_of(tmp_path, [])]
    found = [each for each, _ in sections_of(tmp_path, [part])]
    assert home in found
    assert set(found) - set(plain) <= {home}


def test_the_golden_order_and_flags(tmp_path):
    parts = [
        Section("INIT", b"i", CODE),
        Section("PAGEDATA", b"d", DATA),
        Section("PAGE", b"p", CODE),
        Section(".mine", b"m", DATA),
        Section(".pdata", bytes(12), RDATA, 4),
        Section(".rdata", b"r", RDATA),
    ]
    assert sections_of(tmp_path, parts) == [
        (".text", 0x68000020),
        (".rdata", 0x48000040),
        (".data", 0xC8000040),
        (".mine", 0xC8000040),
        ("PAGE", 0x60000020),
        ("PAGEDATA", 0xC0000040),
        ("INIT", 0x62000020),
    ]


def test_code_and_data_of_one_name_stay_apart(tmp_path):
    parts = [
        Section("PAGEX", b"c", CODE),
        Section("PAGEX", b"d", DATA),
        Section("PAGEX", b"r", RDATA),
    ]
    found = [flags for name, flags in sections_of(tmp_path, parts) if name == "PAGEX"]
    assert sorted(flags & (READ | WRITE | EXECUTE) for flags in found) == sorted(
        [READ | EXECUTE, READ | WRITE, READ]
    )


@pytest.mark.parametrize("flags", [CODE, DATA, RDATA])
def test_no_section_is_writable_and_executable(flags, tmp_path):
    parts = [Section(n, b"x" * 16, flags) for n in ("INIT", "PAGE", ".own", ".text", ".data")]
    for _, each in sections_of(tmp_path, parts):
        assert each & (WRITE | EXECUTE) != WRITE | EXECUTE


def test_what_the_loader_frees_stands_last(tmp_path):
    parts = [
        Section("INIT", b"i", CODE),
        Section("INIT", b"d", DATA),
        Section(".zz", b"z", RDATA),
        Section("PAGE", b"p", CODE),
    ]
    freed = [bool(flags & DISCARDABLE) for _, flags in sections_of(tmp_path, parts)]
    assert freed == sorted(freed)
    assert any(freed)


def test_alignment_bits_of_objects_do_not_reach_the_image(tmp_path):
    parts = [Section(".own", b"x", RDATA, 16, comdat=ANY), Section("PAGE", b"x", CODE, 8192)]
    for _, flags in sections_of(tmp_path, parts):
        assert flags & 0x01F0_1F08 & ~RESIDENT == 0


def test_the_lists_order_is_the_images(tmp_path):
    parts = [Section(name, b"x", RDATA) for name in (".one", ".two", ".three")]
    rules = [f"/sectionrule:{name}" for name in (".three", ".one")]
    names = [name for name, _ in sections_of(tmp_path, parts, *rules)]
    assert [name for name in names if name in (".one", ".two", ".three")] == [
        ".three",
        ".one",
        ".two",
    ]


def test_symbol_named_groups_of_gcc_keep_link_order(tmp_path):
    names = ["_zeta_function", "_alpha_function", "_middle_function"]
    parts = [Section(f".text${name}", bytes(16), CODE, 16, comdat=ANY) for name in names]
    symbols = [Symbol(name, f".text${name}") for name in names]
    files = {"main.obj": entry_object(), "more.obj": build("x64", parts, symbols)}
    at = addresses(linked(tmp_path, files, "/opt:noref"))
    assert at[names[0]] < at[names[1]] < at[names[2]]


def test_tables_between_bounds_are_not_mixed_and_comdats_have_their_place_in_them(tmp_path):
    rows = [".data$x", ".kmdftypeinit$b", ".kmdfclassbind$b"]
    bounds = [f"{stem}${end}" for stem in (".kmdftypeinit", ".kmdfclassbind") for end in "za"]
    files = {
        "main.obj": entry_object("Other"),
        "rows.obj": build(
            "x64",
            [Section(name, name.encode()[:8], DATA, 8, comdat=ANY) for name in rows],
            [Symbol("Other", rows[0]), *(Symbol(f"Row{at}", rows[at]) for at in (1, 2))],
        ),
        "bounds.obj": build(
            "x64", [Section(name, name[-1].encode() * 8, align=8) for name in bounds]
        ),
    }
    result = linked(tmp_path, files)
    image = parsed(result)
    assert not [each for each in image.sections if each.Name.startswith(b".kmdf")]
    data = section(result, ".data").get_data()
    order = [data.index(text) for text in (b".data$x", b"a" * 8, b".kmdfcla", b"z" * 8)]
    assert order == sorted(order)
    second = [data.rindex(text) for text in (b"z" * 8, b".kmdftyp", b"a" * 8)]
    assert order[-1] < second[2] < second[1] < second[0]


def test_plain_images_have_the_names_of_lld(tmp_path):
    parts = [Section("INIT", b"i", CODE), Section(".own", b"o", RDATA)]
    base = ("/entry:DriverEntry", "/subsystem:console")
    names = [name for name, _ in sections_of(tmp_path, parts, base=base)]
    assert {".text", ".data", "INIT", ".own"} <= set(names)
    assert not any(flags & RESIDENT for _, flags in sections_of(tmp_path, parts, base=base))


def test_nothing_may_write_to_start_up_and_import_tables_of_mingw_programs(tmp_path):
    """Their objects mark both writable; the loader lifts the protection where it writes."""
    table = Section(".CRT$XCU", bytes(8), DATA, 8)
    more = build("x64", [table], [Symbol("Kept", 1)])
    imports = [
        Section(".idata$5", bytes(16), DATA, 8),
        Section(".idata$4", bytes(16), DATA, 8),
    ]
    files = {
        "main.obj": entry_object("Kept", name="mainCRTStartup"),
        "more.obj": more,
        "imports.obj": build("x64", imports, [Symbol("__imp_Name", 1), Symbol("Lookup", 2)]),
    }
    paths = write(tmp_path, files)
    argv = ["/subsystem:console", "/include:__imp_Name", "/include:Lookup"]
    result = link(paths, replace(options_from_argv(argv), mingw=True))
    found = {
        each.Name.rstrip(b"\0").decode(): each.Characteristics for each in parsed(result).sections
    }
    assert found[".CRT"] == found[".idata"] == 0x40000040
    assert found[".data"] == 0xC0000040


def test_a_section_that_is_merged_with_itself_keeps_its_name(tmp_path):
    """As with lld-link: /merge:.xdata=.xdata takes .xdata out of the usual merges."""
    unwind = build("x64", [Section(".xdata", b"unwind!!", RDATA, 4)], [Symbol("Unwind", 1)])
    files = {"main.obj": entry_object("Unwind"), "unwind.obj": unwind}
    names = [each.Name.rstrip(b"\0") for each in parsed(linked(tmp_path, files)).sections]
    assert b".xdata" not in names
    result = linked(tmp_path, files, "/merge:.xdata=.xdata")
    assert b".xdata" in [each.Name.rstrip(b"\0") for each in parsed(result).sections]
    assert [each.message for each in result.warnings] == [
        ".xdata=.rdata: already merged into .xdata"
    ]


@pytest.mark.parametrize(
    ("letters", "flags"),
    [
        ("s", 0xD0000040),  # neither R, W nor E is named: they stay as the object has them
        ("d", 0xC2000040),
        ("sr", 0x50000040),  # one is named: the others are off
        ("w", 0x80000040),
        ("!w", 0x40000040),
    ],
)
def test_attributes_of_section_mean_what_link_exe_says(letters, flags, tmp_path):
    """lld-link turns read and write off for ``/section:x,s``, which makes data inaccessible."""
    own = Section(".own", b"1234", DATA)
    files = {"main.obj": entry_object(), "more.obj": build("x64", [own], [Symbol("Own", 1)])}
    base = ("/entry:DriverEntry", "/subsystem:console")
    argv = ["/include:Own", f"/section:.own,{letters}"]
    found = {
        s.Name: s.Characteristics
        for s in parsed(linked(tmp_path, files, *argv, base=base)).sections
    }
    assert found[b".own\0\0\0\0"] == flags


def contents(folder, sections, *argv):
    """(name, bytes) of the sections of a program that begin with .m."""
    files = {"main.obj": entry_object(), "more.obj": build("x64", sections)}
    base = ("/entry:DriverEntry", "/subsystem:console")
    image = parsed(linked(folder, files, "/opt:noref", *argv, base=base))
    named = [(each.Name.rstrip(b"\0"), each) for each in image.sections]
    return [(n, each.get_data()[: each.Misc_VirtualSize]) for n, each in named if n[:2] == b".m"]


def test_what_merge_adds_follows_the_sections_own_content(tmp_path):
    parts = [Section(".ma", b"added", RDATA, 1), Section(".mb", b"own ", RDATA, 1)]
    assert contents(tmp_path, parts, "/merge:.ma=.mb") == [(b".mb", b"own added")]


def test_a_section_that_only_merge_fills_stands_where_its_content_would(tmp_path):
    parts = [Section(".ma", b"a", RDATA, 1), Section(".mb", b"b", RDATA, 1)]
    found = contents(tmp_path, parts, "/merge:.ma=.mz", "/merge:.mb=.my")
    assert found == [(b".mz", b"a"), (b".my", b"b")]


def test_a_table_of_the_load_configuration_without_entries_takes_no_room(tmp_path):
    data = Section(".rdata", b"12", RDATA, 1, [Reloc(0, "__guard_fids_table", 10)])
    files = {
        "main.obj": entry_object("Here"),
        "a.obj": build("x64", [data], [Symbol("Here", ".rdata"), Symbol("__guard_fids_table")]),
    }
    result = linked(tmp_path, files, base=("/entry:DriverEntry", "/subsystem:console"))
    assert section(result, ".rdata").Misc_VirtualSize == 2
