"""Which room imports which, who prints, what a build with nothing to do pays for.

A room is a folder. `FLOORS` lists them from the ground up: a module imports its own room and rooms
on lower floors, so no circle and no upward arrow can arise. Imports inside of functions and under
``TYPE_CHECKING`` count like all others.
"""

import ast
import functools
import subprocess
import sys
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

HOME = Path(__file__).parents[1] / "site_scons"
FILES = sorted((HOME / "ntbuild").rglob("*.py")) + sorted((HOME / "site_tools").rglob("*.py"))
IDS = [path.relative_to(HOME).as_posix() for path in FILES]

# Rooms of one line never import each other. A room that ends in a word in brackets is a part of the
# folder before it: the modules that PARTS names.
FLOORS = (
    ("ntbuild.support",),
    ("ntbuild.pecoff (values)",),
    ("ntbuild.pecoff.columns",),
    ("ntbuild.pecoff.image", "ntbuild.pecoff.codeview", "ntbuild.pecoff.dwarf"),
    ("ntbuild.pecoff.pdb",),
    ("ntbuild.pecoff.object",),
    ("ntbuild.pecoff",),
    # objects to image
    ("ntbuild.pelink.machines",),
    ("ntbuild.pelink (values)",),
    ("ntbuild.pelink.dwarf",),
    ("ntbuild.pelink.names", "ntbuild.pelink.script", "ntbuild.pelink.elf"),
    ("ntbuild.pelink.synthesize",),
    ("ntbuild.pelink.libraries", "ntbuild.pelink.spelling"),
    ("ntbuild.pelink.inputs",),
    ("ntbuild.pelink.resolution", "ntbuild.pelink.layout"),
    ("ntbuild.pelink.output", "ntbuild.pelink.pdb"),
    ("ntbuild.pelink.reports",),
    ("ntbuild.pelink (link)",),
    ("ntbuild.pelink.commands",),
    ("ntbuild.pelink (process)",),
    # image to findings
    ("ntbuild.pecheck (values)",),
    ("ntbuild.pecheck.signing", "ntbuild.pecheck.size"),
    ("ntbuild.pecheck.rules",),
    ("ntbuild.pecheck",),
    ("ntbuild.pecheck.diff", "ntbuild.pecheck.fixes", "ntbuild.pecheck.output"),
    ("ntbuild.pecheck.commands",),
    ("ntbuild.pecheck (process)",),
    ("ntbuild.packaging (values)",),
    ("ntbuild.packaging.inf",),
    ("ntbuild.packaging",),
    ("ntbuild.packaging.archives",),
    # a build
    ("ntbuild.msbuild", "ntbuild.compilers.kits", "ntbuild.tracing"),
    ("ntbuild.messages", "ntbuild.mof", "ntbuild.resources"),
    ("ntbuild.headers",),
    ("ntbuild.compilers",),
    (
        "ntbuild.compilers.hints",
        "ntbuild.compilers.masm",
        "ntbuild.compilers.rust",
        "ntbuild.compilers.cl",
        "ntbuild.compilers.seh",
    ),
    # a driver runs
    ("ntbuild.running (values)",),
    ("ntbuild.running.emulated (machine)",),
    ("ntbuild.running.emulated.routines",),
    ("ntbuild.running.emulated.frameworks", "ntbuild.running.emulated.seh"),
    ("ntbuild.running.emulated",),
    ("ntbuild.running.ring0", "ntbuild.running.speakeasy", "ntbuild.running.wine"),
    ("ntbuild.running",),
    ("ntbuild.building",),
    ("ntbuild.building.languages", "ntbuild.building.packages"),
    (
        "ntbuild.worker",
        "ntbuild.projects",
        "ntbuild.importing",
        "ntbuild.records",
        "ntbuild.reporting",
    ),
    ("ntbuild.commands",),
    ("ntbuild.commands.packaging",),
    ("ntbuild",),
    ("site_tools.ntdriver.screen",),
    ("site_tools.ntdriver",),
)
PARTS = {
    "ntbuild.pecoff (values)": {
        "constants",
        "errors",
        "long_names",
        "machine",
        "resource",
        "structs",
    },
    "ntbuild.pelink (values)": {"__init__", "default_sections", "diagnostics", "model", "options"},
    "ntbuild.pelink (link)": {"optional_passes", "pipeline"},
    "ntbuild.pelink (process)": {"__main__"},
    "ntbuild.packaging (values)": {"errors", "findings_output", "rules"},
    "ntbuild.pecheck (values)": {
        *("settings", "export_lists", "linker_report", "newer_exports", "rule", "symbols"),
    },
    "ntbuild.pecheck (process)": {"__main__", "cli"},
    "ntbuild.running (values)": {
        *("addresses", "cache", "callbacks", "engines", "judge", "plan", "report", "transcript"),
        "values",
    },
    "ntbuild.running.emulated (machine)": {
        *("answer", "clock", "conventions", "devices", "exports", "faults", "kernel", "layouts"),
        *(
            "loader",
            "memory",
            "platform",
            "pool",
            "printing",
            "registers",
            "shared_data",
            "threads",
        ),
    },
}
# Rooms that never meet: a mistake of the linker must not be repeated by what judges the image.
STRANGERS = {"ntbuild.pelink": "ntbuild.pecheck", "ntbuild.pecheck": "ntbuild.pelink"}
# What only one room may import.
ONLY = {
    "SCons": ("site_tools.ntdriver", "site_tools.ntdriver.screen", "ntbuild.projects"),
    "jinja2": ("ntbuild.building", "ntbuild.reporting"),
    "pefile": None,
    "cryptography": ("ntbuild.pecheck", "ntbuild.packaging"),
    "cyclonedx": "ntbuild.packaging.archives",
    "platformdirs": "ntbuild.packaging",
    "unicorn": "ntbuild.running.emulated",
}
# What a build with nothing to do imports must not pay for these.
HEAVY = {"numpy", "jinja2", "pefile", "ziglang", "cryptography", "cyclonedx", "unicorn"}
LIGHT = ["", ".building.declare", ".compilers.definitions", ".building.driver", ".pecheck"]
LIGHT += [".building.validation", ".compilers.libraries", ".compilers.matrix", ".support.malloc"]
LIGHT += [".building.steps", ".support.outputs", ".records.release", ".compilers.toolchain"]
LIGHT += [".pelink.options", ".pelink.libraries.module_definition", ".pelink.diagnostics"]
LIGHT += [".worker"]
# Soft limits are 400 and 50; where the hard ones are passed, something wants to be two things.
LONGEST_FILE = 500
LONGEST_FUNCTION = 66
# A folder with more modules at its top wants rooms.
MOST_MODULES = 24
MOST_OF_PELINK = 12


def name_of(path):
    parts = path.relative_to(HOME).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


MODULES = {name_of(path): path for path in FILES}


def tree_of(path):
    return ast.parse(path.read_text(encoding="utf-8"))


def folder_of(path):
    return ".".join(path.relative_to(HOME).parts[:-1])


def room_of(path):
    folder = folder_of(path)
    for room, modules in PARTS.items():
        if path.stem in modules and room.partition(" ")[0] == folder:
            return room
    return folder


@functools.cache
def imports_of(path):
    """Absolute dotted names of what a file imports, wherever in the file."""
    return tuple(_imports_of(path))


def _imports_of(path):
    package = list(path.relative_to(HOME).parts[:-1])
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield alias.name
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else []
            module = ".".join([*base, *(node.module.split(".") if node.module else [])])
            for alias in node.names:
                name = f"{module}.{alias.name}"
                yield name if name in MODULES or module not in MODULES else f"{module}:{alias.name}"


@functools.cache
def modules_imported(path):
    """The modules of this project that a file imports."""
    found = {name.partition(":")[0] for name in imports_of(path)}
    return {name for name in found if name in MODULES and MODULES[name] != path}


@pytest.mark.parametrize("path", FILES, ids=IDS)
def test_imports_point_down(path):
    floors = {room: number for number, rooms in enumerate(FLOORS) for room in rooms}
    room = room_of(path)
    if room == "site_tools":
        return
    assert room in floors, f"{room} has no place in FLOORS"
    for name in modules_imported(path):
        other = room_of(MODULES[name])
        if other not in {room, "ntbuild"}:  # a public name: its own module is looked at
            assert floors[other] < floors[room], f"{room} imports {name}, which is not below it"
    for name in imports_of(path):
        if name.startswith("ntbuild:"):
            assert room in {"site_tools.ntdriver", "ntbuild"}, f"{name} by its public name"


def test_no_module_is_in_a_circle():
    graph = {name: modules_imported(path) for name, path in MODULES.items()}
    assert len(list(TopologicalSorter(graph).static_order())) >= len(MODULES)


@pytest.mark.parametrize("path", FILES, ids=IDS)
def test_linker_and_validator_never_meet(path):
    for room, stranger in STRANGERS.items():
        if folder_of(path).startswith(room):
            assert [name for name in imports_of(path) if name.startswith(stranger)] == []


@functools.cache
def passes():
    """(module, name) of what the pipeline calls, by its own imports and those it defers."""
    return tuple(_passes())


def _passes():
    for name in ("ntbuild.pelink.pipeline", "ntbuild.pelink.optional_passes"):
        for imported in imports_of(MODULES[name]):
            module, _, what = imported.partition(":")
            if what.islower() and module.count(".") == 3:
                yield module, what


def test_the_pipeline_has_its_passes():
    found = set(passes())
    assert ("ntbuild.pelink.resolution.icf", "fold") in found
    assert ("ntbuild.pelink.layout.lay_out", "lay_out") in found
    assert len(found) >= 24


@pytest.mark.parametrize("path", FILES, ids=IDS)
def test_no_module_imports_a_pass_of_another_room(path):
    if room_of(path) in {"ntbuild.pelink (link)", "ntbuild.pelink.commands"}:
        return
    for module, what in passes():
        if folder_of(MODULES[module]) != folder_of(path):
            assert f"{module}:{what}" not in set(imports_of(path))


def test_a_folder_has_few_modules_at_its_top():
    for folder in {path.parent for path in FILES}:
        limit = MOST_OF_PELINK if folder.name == "pelink" else MOST_MODULES
        assert len(list(folder.glob("*.py"))) <= limit, folder
        assert (folder / "__init__.py").is_file(), folder


@pytest.mark.parametrize("path", FILES, ids=IDS)
def test_some_packages_belong_to_one_room(path):
    roots = {name.split(".")[0].partition(":")[0] for name in imports_of(path)}
    for package, room in ONLY.items():
        assert package not in roots or (room and folder_of(path).startswith(room)), package


@pytest.mark.parametrize("path", FILES, ids=IDS)
def test_values_are_made_by_the_quick_decorator(path):
    quick = {f"dataclasses.{name}" for name in ("dataclass", "field", "fields", "replace")}
    assert path.name == "values.py" or not quick & set(imports_of(path)), "see support/values.py"


@pytest.mark.parametrize("path", FILES, ids=IDS)
def test_only_command_lines_print_or_exit(path):
    if path.name in {"cli.py", "__main__.py"}:
        return
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Call):
            called = ast.unparse(node.func)
            assert called not in {"print", "exit", "quit", "sys.exit", "os._exit"}, node.lineno
        if isinstance(node, ast.Raise) and node.exc is not None:
            assert "SystemExit" not in ast.unparse(node.exc), node.lineno


@pytest.mark.parametrize("path", FILES, ids=IDS)
def test_every_module_says_what_it_does_and_stays_short(path):
    tree = tree_of(path)
    assert ast.get_docstring(tree), "no docstring"
    assert len(path.read_text(encoding="utf-8").splitlines()) <= LONGEST_FILE
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef):
            length = (node.end_lineno or node.lineno) - node.lineno + 1
            assert length <= LONGEST_FUNCTION, f"{node.name} has {length} lines"


@pytest.mark.parametrize("module", LIGHT)
def test_what_a_null_build_imports_is_light(module):
    code = f"import sys, ntbuild{module}; print(*sorted(set(sys.modules) & {HEAVY!r}))"
    environment = {"PYTHONPATH": str(HOME), "PATH": ""}
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == []


def test_the_public_names_are_there():
    import ntbuild

    assert {name: hasattr(ntbuild, name) for name in ntbuild.__all__} == dict.fromkeys(
        ntbuild.__all__, True
    )
    assert set(dir(ntbuild)) >= set(ntbuild.__all__)


@pytest.mark.skipif(not Path("/proc/self/task").is_dir(), reason="threads are counted in /proc")
def test_numpy_comes_without_threads_and_the_environment_stays_as_it_was():
    code = "import os, ntbuild; ntbuild.link; print(len(os.listdir('/proc/self/task')))"
    code += "; print(os.environ.get('OPENBLAS_NUM_THREADS'))"
    environment = {"PYTHONPATH": str(HOME), "PATH": ""}
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == ["1", "None"]
