"""The walls of the house: who imports whom, who prints, what a null build pays for."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest

HOME = Path(__file__).parents[1] / "site_scons"
FILES = sorted((HOME / "ntbuild").rglob("*.py")) + sorted((HOME / "site_tools").rglob("*.py"))
IDS = [path.relative_to(HOME).as_posix() for path in FILES]

# A room may import from itself and from these.
ROOMS = {
    "values": set(),
    "memory": set(),
    "pecoff": set(),
    "pelink": {"memory", "pecoff", "outputs"},
    "pecheck": {"pecoff", "outputs"},
    "outputs": set(),
    "tomltable": set(),
    "toolsearch": set(),
    "toolpath": set(),
    "defpreprocess": set(),
    "definitions": {"defpreprocess", "toolsearch"},
    "toolchain": {"tomltable", "toolsearch"},
    "libraries": {"toolchain", "definitions"},
    "matrix": {"toolchain"},
    "versioninfo": set(),
    "render": {"pecoff", "pelink", "versioninfo"},
    "judgement": {"pecheck"},
    "driver": {"judgement", "pecoff", "pelink", "pecheck", "outputs"},
    "declare": {"driver", "judgement", "pelink", "pecheck", "versioninfo"},
    "worker": {"driver", "memory", "orders", "outputs"},
    "orders": {"driver", "definitions", "render", "outputs", "pecoff", "pelink", "versioninfo"},
    "release": {"driver", "outputs", "pecoff", "pecheck"},
    "__init__": {"judgement", "pelink", "pecheck", "toolchain", "toolpath", "versioninfo"},
}
# What every room may import.
EVERYBODYS = {"values"}
# What only one room may import.
ONLY = {"SCons": {"site_tools"}, "jinja2": {"render"}, "pefile": set(), "cryptography": {"pecheck"}}
# Inside pelink a pass takes values from the pipeline, never from another pass.
PASSES = {"read", "resolve", "mark", "fold", "place", "layout", "relocate", "emit"}
# What a build with nothing to do imports must not pay for these.
HEAVY = {"numpy", "jinja2", "pefile", "ziglang", "cryptography"}
LIGHT = ["", ".declare", ".definitions", ".driver", ".judgement", ".libraries", ".matrix"]
LIGHT += [".memory", ".orders", ".outputs", ".release", ".toolchain", ".pecheck", ".pelink.options"]
LIGHT += [".pelink.deffile", ".pelink.diagnostics", ".worker"]
# Soft limits are 400 and 50; where the hard ones are passed, something wants to be two things.
LONGEST_FILE = 500
LONGEST_FUNCTION = 66


def tree_of(path):
    return ast.parse(path.read_text(encoding="utf-8"))


def room_of(path):
    parts = path.relative_to(HOME).parts
    return "site_tools" if parts[0] == "site_tools" else parts[1].removesuffix(".py")


def imports_of(path):
    """Absolute dotted names of what a file imports, wherever in the file."""
    package = list(path.relative_to(HOME).parts[:-1])
    for node in ast.walk(tree_of(path)):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield alias.name
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else []
            module = [*base, *(node.module.split(".") if node.module else [])]
            yield ".".join(module)
            for alias in node.names:
                yield ".".join([*module, alias.name])


def rooms_imported(path):
    """Rooms of ntbuild that a file imports from; a public name counts as the package itself."""
    for name in imports_of(path):
        package, _, rest = name.partition(".")
        if package == "ntbuild" and rest not in {"", "__version__"}:
            room = rest.split(".")[0]
            is_room = (HOME / "ntbuild" / room).is_dir() or (HOME / f"ntbuild/{room}.py").is_file()
            yield room if is_room else "__init__"


@pytest.mark.parametrize("path", FILES, ids=IDS)
def test_imports_point_one_way(path):
    room = room_of(path)
    if room != "site_tools":
        assert room in ROOMS, f"{room} has no place in the table of rooms"
        assert set(rooms_imported(path)) - ROOMS[room] - EVERYBODYS - {room} == set()


@pytest.mark.parametrize("path", FILES, ids=IDS)
def test_some_packages_belong_to_one_room(path):
    roots = {name.split(".")[0] for name in imports_of(path)}
    for package, rooms in ONLY.items():
        assert package not in roots or room_of(path) in rooms, f"{package} belongs to {rooms}"


@pytest.mark.parametrize("path", FILES, ids=IDS)
def test_values_are_made_by_the_quick_decorator(path):
    quick = {f"dataclasses.{name}" for name in ("dataclass", "field", "fields", "replace")}
    assert path.name == "values.py" or not quick & set(imports_of(path)), "see ntbuild.values"


@pytest.mark.parametrize("path", FILES, ids=IDS)
def test_a_pass_never_imports_a_pass(path):
    if path.parent.name == "pelink" and path.stem in PASSES:
        siblings = {
            name.split(".")[2] for name in imports_of(path) if name.startswith("ntbuild.pelink.")
        }
        assert siblings & PASSES == set()


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


@pytest.mark.skipif(not Path("/proc/self/task").is_dir(), reason="threads are counted in /proc")
def test_numpy_comes_without_threads_and_the_environment_stays_as_it_was():
    code = "import os, ntbuild; ntbuild.link; print(len(os.listdir('/proc/self/task')))"
    code += "; print(os.environ.get('OPENBLAS_NUM_THREADS'))"
    environment = {"PYTHONPATH": str(HOME), "PATH": ""}
    done = subprocess.run(
        [sys.executable, "-c", code], env=environment, capture_output=True, text=True, check=True
    )
    assert done.stdout.split() == ["1", "None"]
