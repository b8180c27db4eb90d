"""What the command imports for a plain link: importing takes longer than linking one object."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from coffwriter import CODE, Section, Symbol, build

HOME = Path(__file__).parents[2] / "site_scons"

MOST = 80
"""Modules of ntbuild's own; there were 101 when every pass was imported with the first."""

FEW_NEED = {
    "auto_import", "debug_directory", "deffile", "definition_file", "delay_imports", "demangle",
    "export_all", "extend", "facts", "fold", "gnu_command_line", "gnu_options", "gnu_script",
    "guard", "implib", "lib_command", "lldmap", "manifest", "mapfile", "matching", "order",
    "patterns", "planner", "reports", "resource", "resources", "script", "script_parser",
    "scripted", "tail_merge",
}  # fmt: skip
SLOW = {"dataclasses", "hashlib", "jinja2", "json", "numpy.ma", "pathlib", "traceback"}
"""Modules of others that take long to import."""


@pytest.fixture(scope="module")
def imported(tmp_path_factory):
    folder = tmp_path_factory.mktemp("imports")
    data = build("x64", [Section(".text", b"\xc3", CODE)], [Symbol("DriverEntry", ".text")])
    (folder / "a.obj").write_bytes(data)
    code = "import sys; from ntbuild.pelink.cli import main; status = main(sys.argv[1:]);"
    code += " print(*sys.modules); sys.exit(status)"
    argv = ["/driver", "/subsystem:native", "/entry:DriverEntry", "/machine:x64", "a.obj"]
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
    assert {name.rpartition(".")[2] for name in own} & FEW_NEED == set()
    assert len(own) <= MOST, sorted(own)


def test_no_slow_module_is_imported(imported):
    assert SLOW & set(imported) == set()


def test_what_few_links_need_is_there():
    files = {path.stem for path in (HOME / "ntbuild").rglob("*.py")}
    assert files >= FEW_NEED
