"""The build step that runs a driver: ``NAME.run.json`` beside the image.

It depends on the image, on the images that it imports from, on ntbuild's sources and on the
engines' versions: nothing changed, nothing run. The report is written in any case; a driver that
is refused, and an engine that is broken, fail the step.
"""

import functools
from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar, Final

from ntbuild.running.engines import AbsentError, Engine, engines_named
from ntbuild.running.report import ABSENT, BROKEN, PROVED, REFUSED, UNKNOWN, UNPROVED, Report
from ntbuild.running.values import Run, RunError
from ntbuild.support.host import command_line
from ntbuild.support.outputs import OutputError, write_all
from ntbuild.support.values import dataclass, field

from .driver import BuildError

RUNNING: Final = ("running", "pecoff/image", "compilers/definitions.py")
"""The parts of ntbuild that decide about a report's content."""

_FAILING: Final = frozenset({REFUSED, BROKEN})
_DEMANDED: Final = frozenset({UNKNOWN, UNPROVED, ABSENT})


@dataclass(frozen=True, slots=True)
class RunStep:
    """A run of the first input; the others are the images that it imports from, in load order.

    ``versions``: engines and their versions, which are part of the signature. ``profiles``: of
    pecheck. ``machine``: the image's, for what is shown. ``strict``: a driver that is not proved
    fails the step, whatever the reason.
    """

    how: Run
    profiles: tuple[str, ...] = ()
    versions: tuple[str, ...] = ()
    machine: str = field(default="", repr=False)
    strict: bool = False
    label: ClassVar[str] = "RUN"

    def line(self, _inputs: Sequence[str], outputs: Sequence[str]) -> str:
        """What a build shows; the first run on a machine takes longer and says why."""
        from ntbuild.running.cache import BuildError as CacheError  # noqa: PLC0415 - when it runs
        from ntbuild.running.ring0.build import is_cached  # noqa: PLC0415 - as above

        shown = f"{self.label:<7} {outputs[0]}"
        has_qemu = any(each.startswith("qemu ") for each in self.versions if "absent" not in each)
        try:
            is_first = has_qemu and bool(self.machine) and not is_cached(self.machine)
        except CacheError:
            is_first = False  # the run says what is wrong
        return (
            f"{shown} (first the engine's kernel for {self.machine}, once)" if is_first else shown
        )

    def command(self, inputs: Sequence[str], _outputs: Sequence[str]) -> str:
        """The ``ntbuild run`` command, which finds the calls in the report of this step."""
        words = ["ntbuild", "run", inputs[0]]
        for each in inputs[1:]:
            words += ["--with", each]
        if self.how.engines:
            words += ["--engine", ",".join(self.how.engines)]
        words += ["--timeout", str(self.how.timeout)]
        extra = [each for each in self.profiles if each != "base"]
        return command_line([*words, *(["--profile", ",".join(extra)] if extra else [])])

    def run(self, inputs: Sequence[str], outputs: Sequence[str]) -> tuple[str, ...]:
        """Run the driver and write the report; warnings. Raises BuildError."""
        from ntbuild.running.run import run_image  # noqa: PLC0415 - only a run needs it

        image, *needs = map(Path, inputs)
        try:
            report = run_image(image, self.how, needs, self.profiles)
            write_all([(Path(outputs[0]), report.to_json().encode())], inputs=inputs)
        except (RunError, OutputError) as error:
            raise BuildError(str(error)) from error
        is_demanded = bool(self.how.engines) and report.verdict in _DEMANDED
        if report.verdict in _FAILING or is_demanded:
            lines = [f"run: error: {inputs[0]}: {each}" for each in report.reasons()]
            raise BuildError("\n".join(lines))
        if self.strict and report.verdict in _DEMANDED:
            why = "; ".join(report.reasons())
            raise BuildError(f"run: error: {inputs[0]}: {report.verdict} (--strict): {why}")
        return tuple(unproved_warnings(report, inputs[0]))


def unproved_warnings(report: Report, subject: str) -> list[str]:
    """Lines about a driver that is not proved, and not refused; none for one that is."""
    if report.verdict == PROVED:
        return []
    wanted = f"{report.verdict}: {report.wanted} engines are wanted"
    return [f"run: warning: {subject}: {each}" for each in report.reasons() or [wanted]]


def engine_versions(how: Run, machine: str) -> tuple[str, ...]:
    """Name and version of each engine that a run of an image for a machine asks for."""
    engines = engines_named(how.engines, "run: engines")
    return tuple(_name_and_version(each, machine) for each in engines)


@functools.cache
def _name_and_version(engine: Engine, machine: str) -> str:
    """Asked once a build and machine, however many drivers there are."""
    module = engine.load()
    try:
        if hasattr(module, "require"):
            module.require(machine)
        return f"{engine.name} {module.version()}"
    except AbsentError:
        return f"{engine.name} absent"
