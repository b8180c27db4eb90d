"""Reports of a link: chains of references, sections that were left out, sizes."""

import pytest

from coffwriter import ANY, CODE, RDATA, Reloc, Section, Symbol, build
from ntbuild import link, options_from_argv
from ntbuild.pelink.commands.cli import main
from ntbuild.pelink.libraries.archive_writer import write_archive

BASE = ["/entry:Start", "/subsystem:console", "/out:a.exe", "/nodefaultlib"]


def function(name, *calls):
    """A COMDAT with one function that calls others."""
    code = b"\xe8\0\0\0\0" * len(calls) + b"\xc3"
    relocations = [Reloc(5 * at + 1, call, 4) for at, call in enumerate(calls)]
    return Section(f".text${name}", code, CODE, 16, relocations, comdat=ANY)


@pytest.fixture
def inputs(tmp_path):
    sections = [
        function("Start", "Middle", "Twin"),
        function("Middle", "Deep"),
        function("Unused", "Deep"),
        function("Twin"),
        function("Other"),
    ]
    names = [each.name.removeprefix(".text$") for each in sections]
    symbols = [Symbol(name, f".text${name}", type=0x20) for name in names]
    symbols.append(Symbol("Deep"))
    main_object = tmp_path / "main.obj"
    sections.append(Section(".rdata", bytes(8), RDATA, 8, [Reloc(0, "Other", 3)]))
    main_object.write_bytes(build("x64", sections, symbols))
    deep = build("x64", [function("Deep")], [Symbol("Deep", ".text$Deep", type=0x20)])
    library = tmp_path / "deep.lib"
    library.write_bytes(write_archive([("deep.obj", deep)]))
    return [main_object, library]


def reports(inputs, *argv):
    options = options_from_argv([*BASE, *argv])
    text = link(inputs, options).reports
    folder = str(inputs[0].parent) + "/"
    return text.replace(folder, "").splitlines()


def test_a_link_without_report_options_prints_nothing(inputs):
    assert reports(inputs) == []


def test_why_live_shows_the_chain_from_a_root(inputs):
    assert reports(inputs, "/whylive:Deep") == [
        "Deep: in the image as deep.lib(deep.obj):(.text$Deep)",
        ">>> Deep is referenced by main.obj:(Middle)",
        ">>> Middle is referenced by main.obj:(Start)",
        ">>> which is kept as the entry point: Start",
    ]


def test_why_live_names_symbols_that_are_not_in_the_image(inputs):
    assert reports(inputs, "/whylive:Unused", "/whylive:Nobody") == [
        "Unused: not in the image: nothing reaches main.obj:(.text$Unused)",
        "Nobody: no section defines it",
    ]


def test_why_live_knows_other_roots(inputs):
    found = reports(inputs, "/whylive:Unused", "/whylive:Other", "/include:Unused")
    assert found[1] == ">>> which is kept as included or exported: Unused"
    assert found[-1] == ">>> which is kept as sections like it always are: main.obj:(.rdata)"


def test_what_nothing_reaches_is_listed(inputs):
    assert reports(inputs, "/printgc") == ["removing unused section main.obj:(.text$Unused) Unused"]


def test_what_was_folded_is_listed(inputs):
    assert reports(inputs, "/printicf") == [
        "selected section main.obj:(.text$Twin) Twin",
        "  removing identical section main.obj:(.text$Other) Other",
        "  removing identical section deep.lib(deep.obj):(.text$Deep) Deep",
    ]
    assert reports(inputs, "/printicf", "/opt:noicf") == []


def test_sizes_add_up(inputs):
    found = reports(inputs, "/sizereport", "/opt:noicf")
    assert found[0] == "size by section:"
    assert [line.split() for line in found if ".obj" in line] == [
        ["27", "main.obj"],
        ["1", "deep.lib(deep.obj)"],
    ]


def test_verbose_logs_files_and_sections_in_lld_links_words(inputs):
    options = options_from_argv([*BASE, "/verbose"])
    folder = str(inputs[0].parent) + "/"
    assert link(inputs, options).log.replace(folder, "").splitlines() == [
        "Reading main.obj",
        "Reading deep.lib",
        "Reading deep.lib(deep.obj)",
        "Loaded deep.lib(deep.obj) for Deep",
        "Discarded Unused",
        "Selected Twin",
        "  Removed Other",
        "  Removed Deep",
    ]


def test_the_log_has_files_in_the_order_of_the_line(inputs):
    options = options_from_argv([*BASE, "/verbose"])
    log = link(inputs[::-1], options).log.splitlines()
    assert [line.rpartition("/")[2] for line in log[:2]] == ["deep.lib", "main.obj"]


def test_the_command_prints_reports(inputs, capsys, tmp_path):
    argv = ["/entry:Start", "/subsystem:console", f"/out:{tmp_path}/a.exe", "--why-live", "Deep"]
    assert main([*argv, *map(str, inputs)]) == 0
    assert ">>> which is kept as the entry point: Start" in capsys.readouterr().out


def test_verbose_counts_the_thunks_of_far_branches(tmp_path):
    reference = [Reloc(0, "Far", 16)]
    branch = Section(".text$a", bytes.fromhex("00000036c0035fd6"), CODE, 4, reference)
    between = Section(".text$b", bytes(0x10000), CODE, 4)
    target = Section(".text$c", bytes.fromhex("c0035fd6"), CODE, 4)
    path = tmp_path / "a.obj"
    path.write_bytes(
        build("arm64", [branch, between, target], [Symbol("Start", 1), Symbol("Far", 3)])
    )
    log = link([path], options_from_argv([*BASE, "/verbose"])).log
    assert log.splitlines()[-1] == "Added 1 thunks with margin 262144 in 1 passes"
