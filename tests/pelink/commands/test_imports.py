"""What the command imports for a plain link: importing takes longer than linking one object."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from coffwriter import CODE, Section, Symbol, build

HOME = Path(__file__).parents[3] / "site_scons"

MOST = 102
"""Modules of ntbuild's own, packages counted."""

FEW_NEED = {
    "synthesize.pseudo_relocations", "output.pseudo_relocations", "inputs.auto_import",
    "synthesize.debug_directory", "libraries.module_definition", "libraries.definition_file",
    "synthesize.delay_imports", "names.demangle", "inputs.export_all", "layout.range_thunks",
    "reports.facts", "resolution.icf", "spelling.gnu_ld", "spelling.gnu_ld_options",
    "spelling.gnu_ld_kinds", "spelling.version_script", "commands.help_texts",
    "script.mingw_script", "output.control_flow_guard", "libraries.import_library",
    "libraries.import_descriptors", "commands.lib", "reports.lldmap",
    "synthesize.manifest", "reports.map", "script.matching",
    "layout.order_file", "script.patterns", "script.planner", "reports.why",
    "synthesize.resources", "script.syntax_tree", "script.parser", "script.placement",
    "resolution.tail_merge", "output.tls_directory",
}  # fmt: skip
SLOW = {
    *("dataclasses", "hashlib", "jinja2", "json", "numpy.ma", "numpy.random", "pathlib"),
    "traceback",
}
"""Modules of others that take long to import."""


@pytest.fixture(scope="module")
def imported(tmp_path_factory):
    return modules_of(tmp_path_factory.mktemp("imports"))


def modules_of(folder, *more):
    """The modules that a command has imported at its end."""
    data = build("x64", [Section(".text", b"\xc3", CODE)], [Symbol("DriverEntry", ".text")])
    (folder / "a.obj").write_bytes(data)
    code = "import sys; from ntbuild.pelink.commands.cli import main; status = main(sys.argv[1:]);"
    code += " print(*sys.modules); sys.exit(status)"
    argv = ["/driver", "/subsystem:native", "/entry:DriverEntry", "/machine:x64", *more, "a.obj"]
    environment = {name: text for name, text in os.environ.items() if "LINK" not in name}
    done = subprocess.run(
        [sys.executable, "-c", code, *argv],
        env={**environment, "PYTHONPATH": str(HOME)},
        cwd=folder,
        capture_output=True,
        text=True,
        check=True,
    )
    assert (folder / "a.sys").is_file()
    return done.stdout.split()


def test_passes_that_have_nothing_to_do_are_not_imported(imported):
    own = [name for name in imported if name.startswith("ntbuild")]
    assert {name.removeprefix("ntbuild.pelink.") for name in own} & FEW_NEED == set()
    assert len(own) <= MOST, sorted(own)


def test_no_slow_module_is_imported(imported):
    assert SLOW & set(imported) == set()


def test_a_pdb_needs_no_slow_module_either(tmp_path):
    imported = modules_of(tmp_path, "/debug")
    assert (tmp_path / "a.pdb").is_file()
    assert SLOW & set(imported) == set()


def test_what_few_links_need_is_there():
    for name in FEW_NEED:
        assert (HOME / f"ntbuild/pelink/{name.replace('.', '/')}.py").is_file(), name
