"""The one builder behind everything but compiling: it carries out an order.

What is hard is the signature. SCons signs an action and not what the action calls, so here the text
of an action is the order's (``--debug=explain`` shows the old and the new options) and a digest of
ntbuild's own sources. Both as nodes of their own would make a build with nothing to do dearer:
SCons compares every dependency twice.
"""

import os
import re
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Final

import SCons.Action
import SCons.Builder
import SCons.Node.Alias
import SCons.Node.FS
import SCons.Scanner

import ntbuild
from ntbuild.building import steps as orders
from ntbuild.building.driver import RENDERING, BuildError, LinkOrder, fingerprint
from ntbuild.support.outputs import OutputError
from ntbuild.support.values import replace
from ntbuild.worker import carry_out

from .errors import fail_at_caller
from .targets import Beside, Made

TEMPLATES: Final = Path(ntbuild.__file__).parent / "templates"
_REFERENCE = re.compile(r"{%-?\s*(?:include|extends|import|from)\s+[\"']([^\"']+)")


class _OrderAction(SCons.Action.FunctionAction):  # type: ignore[misc] # SCons has no types
    """Carries out the order that its targets have; signed by what the order says."""

    def get_presig(self, target: Any, source: Any, env: Any, executor: Any = None) -> bytes:  # noqa: ARG002
        """What decides whether the targets are made again, beside their sources."""
        return self.genstring(target, source, env).encode()

    def genstring(self, target: Any, source: Any, env: Any, executor: Any = None) -> str:  # noqa: ARG002
        """The same as text, which SCons keeps to explain what has changed."""
        text: str = target[0].attributes.ntbuild_signature
        return text


def add_builders(env: Any) -> None:
    """The builders that `order` and `ship` use."""
    make = _OrderAction(_run_order, {"strfunction": _show_order})
    record = SCons.Action.Action(_run_release, _show_release)
    templates = SCons.Scanner.Scanner(
        function=_scan_template, recursive=True, name="jinja2", skeys=[".j2"]
    )
    env.Append(
        BUILDERS={
            "_NtOrder": SCons.Builder.Builder(action=make),
            "_NtRelease": SCons.Builder.Builder(action=record, multi=True),
        },
        SCANNERS=[templates],
    )


def order(
    env: Any,
    targets: Sequence[Any],
    sources: Sequence[Any],
    what: orders.Order,
    depends_on: Sequence[str] = RENDERING,
) -> list[Any]:
    """Nodes of what an order makes; an error at the caller when something else makes them already.

    ``depends_on`` are the parts of ntbuild that decide about the files' content.
    """
    nodes = [env.File(each) if isinstance(each, str) else each for each in targets]
    if nodes[0].has_builder():
        fail_at_caller(env, f"{nodes[0].get_internal_path()} is declared twice")
    for number, each in enumerate(nodes):
        each.__class__ = Beside if number else Made
    env._NtOrder(nodes, sources)  # noqa: SLF001 - our own builder
    nodes[0].attributes.ntbuild_order = what
    text = f"{what}; ntbuild {fingerprint(*depends_on)}"
    nodes[0].attributes.ntbuild_signature = sys.intern(text)  # SCons writes equal ones once
    return nodes


def ship(env: Any, name: str, image: Any, what: LinkOrder) -> None:
    """Copy an image into the release folder and put it into the release's records."""
    from ntbuild.building import release  # noqa: PLC0415 - only a release needs it

    cell, compiler = env["NTCELL"], env["NTCOMPILER"]
    folder = f"{env['NTBUILD']}/release"
    path = f"{folder}/{cell.toolchain}/{cell.arch}/{name}.sys"
    (shipped,) = order(env, [path], [image], orders.CopyOrder())
    about = release.Shipped(
        name=name,
        toolchain=cell.toolchain,
        arch=cell.arch,
        compiler=f"{compiler.name} {compiler.version}",
        headers=env["NTHEADERSTATE"],
        image=Path(shipped.get_internal_path()),
        order=what,
    )
    # One environment for all cells: SCons warns of a target that two of them build.
    records = env["NTRELEASE"]._NtRelease(  # noqa: SLF001 - our own builder
        [f"{folder}/build.json", f"{folder}/SHA256SUMS"], [shipped, env.Value(about)]
    )
    env.Alias("release", [shipped, records])


# ---- what the builders do; SCons hands over target, source and env by name -------------------


def _parts(target: Any, source: Any) -> tuple[orders.Order, list[str], list[str]]:
    what: orders.Order = target[0].attributes.ntbuild_order
    inputs: list[str] = []
    for node in source:
        files = node.sources if isinstance(node, SCons.Node.Alias.Alias) else [node]
        inputs += map(str, files)
    return what, inputs, [str(node) for node in target]


def _run_order(target: Any, source: Any, env: Any) -> int:
    """Action: carry out an order. What it complains of goes to stderr, as a compiler's does."""
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")  # saves most of numpy's import time
    what, inputs, outputs = _parts(target, source)
    try:
        warnings = carry_out(what, inputs, outputs, jobs=env.GetOption("num_jobs"))
    except BuildError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    except Exception as bug:  # the last line of defence: no traceback for a user's input
        if os.environ.get("NTBUILD_DEBUG"):
            raise
        name = type(bug).__name__
        sys.stderr.write(f"{outputs[0]}: internal error, please report: {name}: {bug}\n")
        return 1
    for warning in warnings:
        sys.stderr.write(f"{warning}\n")
    return 0


def _show_order(target: Any, source: Any, env: Any) -> str:
    what, inputs, outputs = _parts(target, source)
    if env.GetOption("ntdriver_verbose"):
        return what.command(inputs, outputs)
    return f"{what.label:<7} {outputs[0]}"


def _scan_template(node: Any, env: Any, _path: Any) -> list[Any]:
    """Scanner: the templates that a template includes, extends or imports."""
    found = []
    for name in _REFERENCE.findall(node.get_text_contents()):
        near = [node.srcnode().dir.File(name), env.File((TEMPLATES / name).as_posix())]
        found += [each for each in near if each.exists()][:1]
    return found


def _run_release(target: Any, source: Any, env: Any) -> int:
    """Action: write the records of a release."""
    from ntbuild.building import release  # noqa: PLC0415 - only a release needs it

    shipped = []
    for image, about in zip(source[::2], source[1::2], strict=True):
        leaves = {Path(str(leaf)) for leaf in _leaves(image, set())}
        shipped.append(replace(about.read(), inputs=tuple(sorted(leaves))))
    try:
        release.write_release(Path(str(target[0])).parent, shipped, Path(env.Dir("#").abspath))
    except (OSError, OutputError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


def _show_release(target: Any, source: Any, env: Any) -> str:  # noqa: ARG001
    return "RECORD  " + " ".join(str(node) for node in target)


def _leaves(node: Any, seen: set[Any]) -> Iterable[Any]:
    """The files that nobody builds among all that a node depends on."""
    for child in node.all_children():
        if child in seen or not isinstance(child, (SCons.Node.FS.File, SCons.Node.Alias.Alias)):
            continue
        seen.add(child)
        if not child.has_builder():
            yield child
        yield from _leaves(child, seen)  # of a source file: its headers
