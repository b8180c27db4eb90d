"""The engines, as a table, and how one is called.

An engine is a module with these functions:

    version() -> str                   of what executes the driver; raises AbsentError
    run(plan: Plan) -> EngineReport    maps, starts, uses and unloads the driver
    require(machine: str) -> None      optional: raises AbsentError when a machine's part is missing
    prepare(machine: str) -> None      optional: what an engine makes once, before its first run

``run`` is called in a process of its own (`process.run_engine`), with limits on time and memory, a
closed standard input and no network. It never raises for a driver's fault: that is the verdict
``refused`` with a reason. An exception is a bug, and its verdict is ``broken``. Whether a driver
printed and answered what its SConscript expects is judged here for all engines (`judge`).
"""

from importlib import import_module
from typing import Any, Final

from ntbuild.compilers.toolchain import MACHINES
from ntbuild.support.values import dataclass

from .values import RunError


class AbsentError(Exception):
    """An engine is not installed; the text says what to install."""


@dataclass(frozen=True, slots=True)
class Engine:
    """A way to execute drivers.

    ``machines``: those that it knows. ``module``: the module with ``version`` and ``run``.
    ``needs``: what has to be installed. ``memory``: MiB that its process may use. ``usual``: it
    runs unless a command names its engines. ``grace``: seconds that it may need beyond the driver's
    time limit, to start and to report.
    """

    name: str
    machines: tuple[str, ...]
    module: str
    needs: str
    memory: int
    usual: bool = True
    grace: int = 10

    def load(self) -> Any:
        """The engine's module."""
        return import_module(self.module)


ENGINES: Final[tuple[Engine, ...]] = (
    Engine(
        name="unicorn",
        machines=MACHINES,
        module="ntbuild.running.emulated.engine",
        needs="pip install 'ntbuild[run]'",
        memory=4096,
    ),
    Engine(
        name="qemu",
        machines=MACHINES,
        module="ntbuild.running.ring0.engine",
        needs="apt install qemu-system-x86 qemu-system-arm",
        memory=8192,
    ),
    Engine(
        name="wine",
        machines=("x64",),
        module="ntbuild.running.wine.engine",
        needs="apt install wine64",
        memory=1 << 17,  # address space, most of which is only reserved
        usual=False,
        grace=240,
    ),
    Engine(
        name="speakeasy",
        machines=("x64", "x86"),
        module="ntbuild.running.speakeasy.engine",
        needs="pipx install speakeasy-emulator",
        memory=4096,
        usual=False,
        grace=60,
    ),
)
"""All engines, in the order in which they are reported."""


def engines_named(names: tuple[str, ...], keyword: str) -> tuple[Engine, ...]:
    """The engines of these names, in the table's order; all usual ones for none.

    Raises RunError for a name that is unknown.
    """
    known = {each.name: each for each in ENGINES}
    for name in names:
        if name not in known:
            raise RunError(f"{keyword}: no engine {name!r}; it is one of {', '.join(known)}")
    return tuple(each for each in ENGINES if (each.name in names if names else each.usual))


def wanted_of(names: tuple[str, ...]) -> int:
    """How many engines must prove a driver: two, or all that are named."""
    return len(set(names)) or 2
