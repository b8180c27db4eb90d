"""The engine ``unicorn``: a plan in, a report out.

    report = run(Plan("hello.sys", "x64"))
    report.verdict                                                          # "proved"

Its kernel is this folder's; the processor is Unicorn's, which is GPL version 2, while the Python
bindings are BSD-licensed. It is therefore optional (the extra ``run``) and runs in a process of its
own.
"""

import threading
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING

from ntbuild.running.callbacks import Callback, kind_of
from ntbuild.running.engines import AbsentError
from ntbuild.running.plan import Plan
from ntbuild.running.report import BROKEN, PROVED, REFUSED, UNKNOWN, EngineReport

if TYPE_CHECKING:
    from .kernel import Kernel

NAME = "unicorn"


def version() -> str:
    """The emulator's version, by the name of its installation's record. Raises AbsentError."""
    found = find_spec("unicorn")
    if found is None or not found.origin:
        raise AbsentError("unicorn is not installed: pip install 'ntbuild[run]'")
    # importlib.metadata reads the same name, and takes as long to import as a driver to run.
    records = sorted(Path(found.origin).parents[1].glob("unicorn-*.dist-info"))
    names = [each.name.removeprefix("unicorn-").removesuffix(".dist-info") for each in records]
    return names[-1] if names else "of an unknown version"


def _callbacks(kernel: "Kernel") -> tuple[Callback, ...]:
    """The functions that the driver has registered."""
    found = (
        Callback(
            kind_of(kind),
            kernel.place(function & ~kernel.machine.facts.code).removesuffix(" (discarded)"),
            function in kernel.ran,
        )
        for function, kind in kernel.callbacks.items()
    )
    return tuple(sorted(found, key=lambda each: each.place))


def run(plan: Plan) -> EngineReport:
    """Run a driver; what is wrong with it is in the report."""
    from .faults import MemoryFaultError, RefusedError, UnknownError  # noqa: PLC0415 - as below
    from .stages import Running  # noqa: PLC0415 - imports the emulator

    running = Running(plan)
    kernel = running.kernel
    kernel.timeout = plan.timeout
    watch = threading.Timer(plan.timeout, running.expire)
    watch.daemon = True
    watch.start()
    verdict, why = PROVED, None
    try:
        running.go()
    except RefusedError as error:
        verdict, why = REFUSED, str(error)
    except UnknownError as error:
        verdict, why = UNKNOWN, str(error)
    except MemoryFaultError as error:
        verdict, why = BROKEN, f"the kernel {error}"
    finally:
        watch.cancel()
        running.close()
    return EngineReport(
        name=NAME,
        version=version(),
        verdict=verdict,
        stages=running.stages,
        why=why if why is None or not kernel.doing else f"{kernel.doing}: {why}",
        printed=kernel.printed.lines(),
        called=tuple(sorted(kernel.called - {"return"})),
        callbacks=_callbacks(kernel),
    )
