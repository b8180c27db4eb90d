"""The builder of everything that is not compiled: it runs a build step.

SCons signs an action and not what the action calls. The text of this action is therefore the
step's own text (``--debug=explain`` shows old and new options) and a digest of ntbuild's sources.
Value nodes would do the same and cost more: SCons compares every dependency twice in a build with
nothing to do.
"""

import atexit
import functools
import os
import re
import sys
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

import SCons.Action
import SCons.Builder
import SCons.Node.Alias
import SCons.Node.FS
import SCons.Scanner

import ntbuild
from ntbuild.building import steps
from ntbuild.building.driver import RENDERING, BuildError, fingerprint
from ntbuild.worker import run_step

from .errors import fail_at_caller
from .targets import SideTarget, Target

TEMPLATES: Final = Path(ntbuild.__file__).parent / "templates"
_REFERENCE = re.compile(r"{%-?\s*(?:include|extends|import|from)\s+[\"']([^\"']+)")


class _StepAction(SCons.Action.FunctionAction):  # type: ignore[misc] # SCons has no types
    """Runs the build step that its first target carries; its signature is the step's text."""

    def get_presig(self, target: Any, source: Any, env: Any, executor: Any = None) -> bytes:  # noqa: ARG002
        """The text that decides, together with the sources, whether the targets are made again."""
        return self.genstring(target, source, env).encode()

    def genstring(self, target: Any, source: Any, env: Any, executor: Any = None) -> str:  # noqa: ARG002
        """The same text; SCons keeps it to explain what has changed."""
        text: str = target[0].attributes.ntbuild_signature
        return text


def add_builders(env: Any, scripts: Any) -> None:
    """Add the builders that `add_step` uses. ``scripts``: a scanner of resources."""
    templates = SCons.Scanner.Scanner(
        function=_scan_template, recursive=True, name="jinja2", skeys=[".j2"]
    )
    env.Append(
        BUILDERS={
            "_NtStep": SCons.Builder.Builder(action=STEP_ACTION),
            "_NtResource": SCons.Builder.Builder(action=STEP_ACTION, source_scanner=scripts),
        },
        SCANNERS=[templates],
    )


def add_step(
    env: Any,
    targets: Sequence[Any],
    sources: Sequence[Any],
    step: steps.BuildStep,
    depends_on: Sequence[str] = RENDERING,
    *,
    scripts_in: Sequence[Any] | None = None,
    names: Sequence[str] = (),
    builder: str = "_NtStep",
) -> list[Any]:
    """The nodes of a build step's outputs; UserError when the first one is declared already.

    ``depends_on``: the parts of ntbuild that decide about the outputs' content. ``scripts_in``: the
    sources are resource scripts, whose includes are in these folders. ``builder``: the name of one
    whose action is `STEP_ACTION`.
    """
    nodes = [env.File(each) if isinstance(each, str) else each for each in targets]
    _refuse_twins(env, nodes[0])
    for number, each in enumerate(nodes):
        each.__class__ = SideTarget if number else Target
    if scripts_in is None:
        getattr(env, builder)(nodes, sources)
    else:
        env._NtResource(  # noqa: SLF001 - as above
            nodes, sources, CPPPATH=list(scripts_in), NTRCNAMES=tuple(names)
        )
    nodes[0].attributes.ntbuild_step = step
    text = f"{step}; ntbuild {fingerprint(*depends_on)}"
    nodes[0].attributes.ntbuild_signature = sys.intern(text)  # SCons stores equal texts once
    return nodes


def _refuse_twins(env: Any, node: Any) -> None:
    """Raise UserError for a target that is declared already, perhaps in other letters."""
    path = node.get_internal_path()
    if node.has_builder():
        fail_at_caller(env, f"{path} is declared twice")
    known = node.dir.attributes.__dict__.setdefault("ntbuild_names", {})
    other = known.setdefault(node.name.casefold(), node.name)
    if other != node.name:
        before = node.dir.File(other).get_internal_path()
        fail_at_caller(env, f"{path} is {before} on Windows, which tells no case of letters apart")


# ---- actions; SCons passes target, source and env by name -------------------


def _parts(target: Any, source: Any, env: Any) -> tuple[steps.BuildStep, list[str], list[str]]:
    step: steps.BuildStep = target[0].attributes.ntbuild_step
    inputs: list[str] = []
    for node in source:
        files = node.sources if isinstance(node, SCons.Node.Alias.Alias) else [node]
        inputs += [str(each.rfile()) for each in files]  # a repository may have the file
    adapt = getattr(target[0].attributes, "ntbuild_adapt", None)  # by what the inputs say
    if adapt:
        step, inputs = adapt(env, target, source, step, inputs)
    return step, inputs, [str(node) for node in target]


def _run_step(target: Any, source: Any, env: Any) -> int:
    """Action: run a build step. Warnings and errors go to stderr, as those of a compiler."""
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # saves most of numpy's import time
    step, inputs, outputs = _parts(target, source, env)
    try:
        warnings = run_step(step, inputs, outputs, jobs=env.GetOption("num_jobs"))
    except BuildError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    except Exception as bug:  # a bug: one line for the user in place of a traceback
        if os.environ.get("NTBUILD_DEBUG"):
            raise
        name = type(bug).__name__
        sys.stderr.write(f"{outputs[0]}: internal error, please report: {name}: {bug}\n")
        return 1
    if warnings:
        sys.stderr.write("".join(f"{warning}\n" for warning in warnings))
        _tally().add(len(warnings))
    return 0


class _Tally:
    """The warnings of a build, counted at its end."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._counts: list[int] = []
        atexit.register(self._show)

    def add(self, warnings: int) -> None:
        """Count the warnings of one more file."""
        with self._lock:
            self._counts.append(warnings)

    def _show(self) -> None:
        total, files = sum(self._counts), len(self._counts)
        sys.stderr.write(
            f"ntbuild: {total} warning{'s' * (total != 1)} in {files} file{'s' * (files != 1)}; "
            "scons --strict makes them errors\n"
        )


_tally: Final = functools.cache(_Tally)


def _show_step(target: Any, source: Any, env: Any) -> str:
    step, inputs, outputs = _parts(target, source, env)
    if env.GetOption("ntdriver_verbose"):
        return step.command(inputs, outputs)
    if shown := getattr(step, "line", None):
        return str(shown(inputs, outputs))
    return f"{step.label:<7} {outputs[0]}"


STEP_ACTION: Final = _StepAction(_run_step, {"strfunction": _show_step})
"""The action of every builder that runs build steps."""


def _scan_template(node: Any, env: Any, _path: Any) -> list[Any]:
    """Scanner: the templates that a template includes, extends or imports."""
    found = []
    for name in _REFERENCE.findall(node.get_text_contents()):
        near = [node.srcnode().dir.File(name), env.File((TEMPLATES / name).as_posix())]
        found += [each for each in near if each.exists()][:1]
    return found
