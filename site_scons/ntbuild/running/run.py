"""One image run by its engines: the report that ``scons run`` and ``ntbuild run`` write.

report = run_image(Path("hello.sys"), Run(prints=("hello: started",)))
report.verdict                                                          # "proved"
"""

import hashlib
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Final

from ntbuild.pecoff import machine as machines
from ntbuild.pecoff.errors import FormatError
from ntbuild.pecoff.image.view import ImageView
from ntbuild.support.text import printable

from .engines import engines_named, wanted_of
from .judge import judged
from .plan import Plan
from .process import run_engine
from .record import run_to_json
from .report import Report
from .values import Run, RunError

LARGEST: Final = 256 << 20
"""Bytes of an image that is run."""


def run_image(
    image: Path, how: Run, needs: Sequence[Path] = (), profiles: Sequence[str] = ()
) -> Report:
    """Run an image with each engine. ``needs``: the images that it imports from, in load order.

    Raises RunError for a file that cannot be read or is no image of a known machine.
    """
    content = _content(image)
    engines = engines_named(how.engines, "run: engines")
    plan = Plan(
        image=str(image),
        machine=machine_of(content, image.name),
        needs=tuple(map(str, needs)),
        calls=how.calls,
        profiles=tuple(profiles),
        timeout=how.timeout,
        map=str(image.with_suffix(".map")),
    )
    for each in needs:
        if machine_of(_content(each), each.name) != plan.machine:
            raise RunError(f"{printable(each.name)}: not for {plan.machine}, as the driver is")
    with ThreadPoolExecutor(len(engines)) as pool:
        found = tuple(pool.map(lambda engine: run_engine(engine, plan), engines))
    return Report(
        image=printable(image.name),
        sha256=hashlib.sha256(content).hexdigest(),
        machine=plan.machine,
        wanted=wanted_of(how.engines),
        engines=tuple(judged(each, plan, how.prints) for each in found),
        run=run_to_json(how, profiles),
    )


def _content(path: Path) -> bytes:
    shown = printable(path.name)
    try:
        if path.stat().st_size > LARGEST:
            raise RunError(f"{shown}: larger than {LARGEST >> 20} MiB")
        return path.read_bytes()
    except OSError as error:
        raise RunError(f"{printable(str(path))}: {error.strerror or error}") from error


def machine_of(content: bytes, name: str) -> str:
    """The machine of an image, as in ``arch=``. Raises RunError."""
    try:
        number = ImageView(content, printable(name)).file_header.Machine
    except FormatError as failure:
        raise RunError(str(failure)) from failure
    machine = machines.machine_of(number)
    if machine is None:
        known = ", ".join(machines.MACHINES)
        raise RunError(f"{printable(name)}: machine {number:#06x} is none of {known}")
    return machine.name
