"""The processor time of each pass of a link, and of the passes that make its PDB.

A pass is a function of the linker that the pipeline's one page calls; of a PDB those that its three
pages call. They are replaced by functions that take the time, and put back afterwards.
"""

import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from types import CodeType, FunctionType, ModuleType
from typing import Any

from ntbuild.pelink import pipeline
from ntbuild.pelink.options import LinkOptions
from ntbuild.pelink.pdb import described, program_database

Spent = dict[str, float]
"""Milliseconds by the name of a pass."""

Clock = Callable[[], float]

_PAGES_OF_PDB = (
    (described, "described"), (program_database, "_parts"), (program_database, "_streams")
)  # fmt: skip


def profile(paths: list[str], options: LinkOptions, runs: int) -> list[Spent]:
    """Milliseconds of every pass, one dict a run, with the ``total``.

    A pass of the pipeline is given the time of all threads. Passes of a PDB run side by side, so
    each is given that of its own thread; their names are indented.
    """
    spent: Spent = {}
    found = []
    with _timed(pipeline, pipeline.link, "", time.process_time, spent):
        for _ in range(runs):
            spent.clear()
            if options.writes_pdb:
                total = _with_pdb(paths, options, spent)
            else:
                total = _milliseconds(lambda: pipeline.link(paths, options).map)
            found.append({**spent, "total": total})
    return found


def _with_pdb(paths: list[str], options: LinkOptions, spent: Spent) -> float:
    with ExitStack() as stack:
        for module, page in _PAGES_OF_PDB:
            timed = _timed(module, vars(module)[page], "  ", time.thread_time, spent)
            stack.enter_context(timed)
        return _milliseconds(lambda: pipeline.link(paths, options).pdb)


def _milliseconds(action: Callable[[], object]) -> float:
    start = time.process_time()
    action()
    return (time.process_time() - start) * 1e3


@contextmanager
def _timed(
    module: ModuleType, page: Any, indent: str, clock: Clock, spent: Spent
) -> Iterator[None]:
    """Time the functions of the linker that ``page``, a function of ``module``, calls."""
    called = ((name, vars(module).get(name)) for name in _names(page.__code__))
    originals = {
        name: inner
        for name, inner in called
        if isinstance(inner, FunctionType) and inner.__module__.startswith("ntbuild.pelink.")
    }
    for name, inner in originals.items():
        setattr(module, name, _timing(inner, indent + name, clock, spent))
    try:
        yield
    finally:
        for name, inner in originals.items():
            setattr(module, name, inner)


def _names(code: CodeType) -> Iterator[str]:
    """The names that a function uses, and those of the functions inside of it."""
    yield from code.co_names
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _names(constant)


def _timing(inner: Callable[..., Any], name: str, clock: Clock, spent: Spent) -> Callable[..., Any]:
    def call(*values: Any, **named: Any) -> Any:
        start = clock()
        result = inner(*values, **named)
        spent[name] = spent.get(name, 0.0) + (clock() - start) * 1e3
        return result

    return call
