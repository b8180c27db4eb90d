import os
import subprocess
from pathlib import Path

import jinja2
import pytest

import peers
from ntbuild import Export, Section
from ntbuild.building.render import RenderError, linker_script, module_definition, render
from ntbuild.pecoff.machine import MACHINES
from ntbuild.pelink.libraries.module_definition import parse_def

SECTIONS = [
    Section("PAGE", pageable=True),
    Section("INIT", discardable=True),
    Section(".vault", inputs=[".vault*"], align=8192, keep=True),
]
SOURCE = """\
__declspec(dllimport) unsigned long DbgPrint(const char *, ...);
__attribute__((section("PAGE"))) void Paged(void) { DbgPrint("paged"); }
__attribute__((section(".vault$a"))) int Vault = 5;
__attribute__((section("INIT"))) long __stdcall DriverEntry(void *a, void *b)
{
    Paged();
    return DbgPrint("hello %d", Vault);
}
"""


def script(template=None, machine="x64", sections=()):
    return linker_script(
        template, name="hello", machine=machine, entry="DriverEntry", sections=sections
    )


def outputs(text):
    return [line.split()[0] for line in text.splitlines() if line.endswith(":") and line[2] != " "]


def test_the_order_of_sections_is_the_order_in_the_image():
    assert outputs(script(sections=SECTIONS)) == [
        *(".text", ".rdata", ".data", ".pdata", ".edata"),
        *("PAGE", "INIT", ".vault"),
        *(".idata", ".rsrc", ".reloc", "/DISCARD/"),
    ]


def test_without_sections_it_is_the_golden_layout():
    assert outputs(script()) == [
        *(".text", ".rdata", ".data", ".pdata", ".edata"),
        *("PAGE", "INIT", ".idata", ".rsrc", ".reloc", "/DISCARD/"),
    ]


def test_patterns_alignment_and_keep_come_through():
    text = script(sections=SECTIONS)
    assert ".vault ALIGN(8192) :\n  {\n    KEEP(*(SORT(.vault*)))\n  }" in text
    assert "PAGE ALIGN(4096) :\n  {\n    *(PAGE)\n    *(SORT(PAGE$*))\n  }" in text


@pytest.mark.parametrize(
    ("machine", "form", "entry"),
    [
        ("x64", "pei-x86-64", "DriverEntry"),
        ("x86", "pei-i386", "_DriverEntry@8"),
        ("arm64", "pei-aarch64-little", "DriverEntry"),
    ],
)
def test_machines_differ_in_format_and_entry(machine, form, entry):
    text = script(machine=machine)
    assert f"OUTPUT_FORMAT({form})" in text
    assert f'ENTRY("{entry}")' in text


@pytest.mark.parametrize("machine", ["x64", "x86"])
def test_gnu_ld_takes_the_script(tmp_path, machine):
    gcc, ld = peers.require(f"gcc-{machine}"), peers.require(f"ld-{machine}")
    (tmp_path / "a.c").write_text(SOURCE)
    (tmp_path / "a.ld").write_text(script(machine=machine, sections=SECTIONS))
    library = subprocess.run(
        [gcc, "-print-file-name=libntoskrnl.a"], capture_output=True, text=True, check=True
    ).stdout.strip()
    subprocess.run([gcc, "-O1", "-ffreestanding", "-c", "a.c"], cwd=tmp_path, check=True)
    command = [ld, "-T", "a.ld", "--subsystem=native", "-o", "a.sys", "a.o", library]
    subprocess.run(command, cwd=tmp_path, check=True)

    import pefile

    image = pefile.PE(str(tmp_path / "a.sys"))
    names = [section.Name.rstrip(b"\0").decode() for section in image.sections]
    assert [name for name in names if name in {"PAGE", "INIT", ".vault"}] == [
        *("PAGE", "INIT", ".vault"),
    ]
    assert names.index(".rdata") < names.index("PAGE") < names.index(".vault")
    (module,) = image.DIRECTORY_ENTRY_IMPORT
    assert [each.name for each in module.imports] == [b"DbgPrint"]
    by_name = dict(zip(names, image.sections, strict=True))
    (slot,) = [each.address - image.OPTIONAL_HEADER.ImageBase for each in module.imports]
    assert slot == by_name[".rdata"].VirtualAddress
    entry = image.OPTIONAL_HEADER.AddressOfEntryPoint
    assert by_name["INIT"].contains_rva(entry)
    assert by_name[".vault"].VirtualAddress % 8192 == 0


EXPORTS = [
    Export("CoreOpen"),
    Export("CoreAlias", target="CoreOpen", ordinal=3),
    Export("CoreForward", target="other.Function"),
    Export("CoreByNumber", ordinal=7, noname=True),
    Export("CoreData", data=True),
    Export("CoreHidden", private=True),
    Export("?Mangled@@YAXXZ"),
    Export("@CoreFast@8"),
]


@pytest.mark.parametrize("machine", ["x64", "x86"])
def test_a_definition_file_says_what_was_declared(machine):
    text = module_definition("core.sys", EXPORTS)
    found = parse_def(text, "core.def", MACHINES[machine])
    assert found.module_name == "core.sys"
    assert list(found.exports) == EXPORTS


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a\n{{ nothing }}\n", r"own\.ld\.j2:2: 'nothing' is undefined"),
        ("{% for %}", r"own\.ld\.j2:1: "),
        ("\n\n{% if x", r"own\.ld\.j2:3: "),
        ("{% include 'gone.j2' %}", r"own\.ld\.j2:1: no template 'gone\.j2'"),
        ("\n{% include 'part.j2' %}", r"part\.j2:3: 'lost' is undefined"),
        ("\n{{ name + 1 }}", r"own\.ld\.j2:2: can only concatenate str"),
        ("{{ machine.nme }}", r"own\.ld\.j2:1: .*nme"),
    ],
)
def test_a_template_error_names_file_and_line(tmp_path, text, message):
    own = tmp_path / "own.ld.j2"
    own.write_text(text)
    (tmp_path / "part.j2").write_text("1\n2\n{{ lost }}\n")
    with pytest.raises(RenderError, match=message) as caught:
        script(own)
    assert "\n" not in str(caught.value)


def test_a_missing_template_is_an_error(tmp_path):
    with pytest.raises(RenderError, match=r"gone\.ld\.j2: no such file"):
        script(tmp_path / "gone.ld.j2")


def test_a_template_that_is_no_text_is_an_error(tmp_path):
    (tmp_path / "own.j2").write_bytes(b"abc\xff")
    with pytest.raises(RenderError, match=r"own\.j2: offset 3: not UTF-8 text"):
        render(tmp_path / "own.j2")


def test_an_own_template_can_include_ntbuilds(tmp_path):
    own = tmp_path / "own.ld.j2"
    own.write_text('/* mine */\n{% include "driver.ld.j2" %}')
    assert script(own).startswith("/* mine */\n/* hello:")


def test_rendering_is_the_same_every_time():
    assert script(sections=SECTIONS) == script(sections=list(SECTIONS))
    assert Path(__file__).name not in script(sections=SECTIONS)


def test_a_template_is_compiled_once_and_again_when_its_text_changed(tmp_path, monkeypatch):
    compiled = []
    compile_ = jinja2.Environment.compile

    def counted(environment, source, name=None, *rest, **more):
        compiled.append(name)
        return compile_(environment, source, name, *rest, **more)

    monkeypatch.setattr(jinja2.Environment, "compile", counted)
    own = tmp_path / "own.j2"
    own.write_text("one {{ name }}")
    assert [render(own, name=name) for name in "ab"] == ["one a", "one b"]
    own.write_text("two {{ name }}")
    os.utime(own, ns=(1, 1))
    assert render(own, name="c") == "two c"
    assert compiled == ["own.j2", "own.j2"]
