"""The examples of README.md and of the pages on drivers and projects build as they stand there."""

import re

import pefile
import pytest

from sconsproject import ROOT, Outside, Project

README = (ROOT / "README.md").read_text(encoding="utf-8")
PAGES = [
    (ROOT / "docs" / name).read_text(encoding="utf-8") for name in ("drivers.md", "projects.md")
]
SCONSTRUCT = """\
env = Environment(tools=["ntdriver"], toolpath=["{root}/site_scons/site_tools"])
"""
SOURCES = {
    "vault.c": """\
#include <ntddk.h>
#include "vault.h"
extern ULONG Trace(void);
extern ULONG Fast(void);
__attribute__((section(".vault$a"))) ULONG Vault[VAULT_SIZE] = {VAULT_FIRST};
__attribute__((section("PAGE"))) VOID NTAPI Unload(PDRIVER_OBJECT Driver);
VOID NTAPI Unload(PDRIVER_OBJECT Driver) { DbgPrint("%u\\n", (unsigned)Vault[1]); }
__attribute__((section("INIT"))) NTSTATUS NTAPI VaultEntry(PDRIVER_OBJECT, PUNICODE_STRING);
NTSTATUS NTAPI VaultEntry(PDRIVER_OBJECT Driver, PUNICODE_STRING Path)
{
    Vault[0] = Trace() + Fast();
    Driver->DriverUnload = Unload;
    return STATUS_SUCCESS;
}
""",
    "fast.S": ".globl Fast\nFast:\n    movl $1, %eax\n    ret\n",
    "trace.c": "unsigned long Trace(void);\nunsigned long Trace(void) { return TRACE_LEVEL; }\n",
    "include/vault.h": "#define VAULT_FIRST 7\n",
    "core.c": """\
#include <ntddk.h>
LONG CoreCount = 1;
NTSTATUS NTAPI CoreOpen(VOID);
NTSTATUS NTAPI CoreOpen(VOID) { return CoreCount; }
NTSTATUS NTAPI DriverEntry(PDRIVER_OBJECT Driver, PUNICODE_STRING Path) { return CoreOpen(); }
""",
    "client.c": """\
#include <ntddk.h>
DECLSPEC_IMPORT NTSTATUS NTAPI CoreOpen(VOID);
extern DECLSPEC_IMPORT LONG CoreCount;
NTSTATUS NTAPI DriverEntry(PDRIVER_OBJECT Driver, PUNICODE_STRING Path)
{
    return CoreOpen() + CoreCount;
}
""",
}


def blocks(*words):
    """The Python examples of the pages that have all these words."""
    found = re.findall(r"```python\n(.*?)```", "\n".join(PAGES), re.DOTALL)
    return [block for block in found if all(word in block for word in words)]


@pytest.fixture
def outside(tmp_path):
    for name, text in SOURCES.items():
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text)
    return Project(tmp_path)


def image_of(project, name):
    return pefile.PE(data=(project.root / name).read_bytes())


def names(image):
    return [section.Name.rstrip(b"\0").decode() for section in image.sections]


def test_sections_are_in_the_order_of_the_example(outside):
    (block,) = blocks('"vault"')
    (outside.root / "SConstruct").write_text(SCONSTRUCT.format(root=ROOT) + block)
    outside.scons("-j2")
    image = image_of(outside, "vault.sys")
    own = ("PAGE", "INIT", ".vault")
    assert [name for name in names(image) if name in own] == list(own)
    vault = image.sections[names(image).index(".vault")]
    assert vault.get_data()[:4] == b"\7\0\0\0"
    assert vault.Misc_VirtualSize == 64 * 4
    text = (outside.root / "vault.map").read_text()
    (entry,) = re.findall(r" VaultEntry +([0-9a-f]{16}) ", text)
    rva = int(entry, 16) - image.OPTIONAL_HEADER.ImageBase
    assert image.sections[names(image).index("INIT")].contains_rva(rva)
    report = (outside.root / "vault.check.txt").read_text()
    assert "[allowed: a tool of ours reads .vault as the last section]" in report
    assert (outside.root / "vault.ld").read_text().startswith("/* vault: rendered")


def test_the_export_example_links_the_client(outside):
    (block,) = blocks("ExportDriver")
    (outside.root / "SConstruct").write_text(SCONSTRUCT.format(root=ROOT) + block)
    outside.scons("-j2")
    core, client = image_of(outside, "core.sys"), image_of(outside, "client.sys")
    exported = [symbol.name for symbol in core.DIRECTORY_ENTRY_EXPORT.symbols]
    assert exported == [b"CoreCount", b"CoreOpen"]
    imported = {
        module.dll: [i.name for i in module.imports] for module in client.DIRECTORY_ENTRY_IMPORT
    }
    assert sorted(imported[b"core.sys"]) == exported


def test_the_continuous_build_runs_the_two_commands_of_the_readme():
    script = (ROOT / ".ci/run").read_text(encoding="utf-8")
    (pattern,) = re.findall(r"s/\^    \\\((.*)\\\)\$/", script)
    commands = re.findall(rf"^    ({pattern})$", README, re.MULTILINE)
    assert [command.split()[-2:] for command in commands] == [
        [".venv/bin/scons", "drivers/hello"],
        ["&&", ".venv/bin/pytest"],
    ]
    assert [f"readme_command {number}\n" in script for number in (1, 2)] == [True, True]


def test_the_example_of_an_own_project_builds_the_machine_that_is_asked_for(tmp_path):
    (block,) = blocks('project("mine")')
    own = Outside(tmp_path)
    own.write("SConstruct", block)
    own.write("mine.c", SOURCES["client.c"].replace("CoreOpen() + CoreCount", "0"))
    own.scons("arch=aarch64", "mine")
    assert image_of(own, "build/zig/arm64/debug/mine.sys").FILE_HEADER.Machine == 0xAA64
    assert "unknown variable 'nonsense'" in own.scons("nonsense=1", status=2).errors
