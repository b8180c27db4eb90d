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
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import SCons.Action
import SCons.Builder
import SCons.Node.Alias
import SCons.Node.FS
import SCons.Scanner
import SCons.Script

import ntbuild
from ntbuild.building import steps
from ntbuild.building.driver import RENDERING, BuildError, LinkStep, fingerprint
from ntbuild.support.outputs import OutputError
from ntbuild.support.values import replace
from ntbuild.worker import run_step

from .compile import compiled_with, variables_of
from .errors import fail_at_caller
from .screen.ending import note_made
from .targets import SideTarget, Target

if TYPE_CHECKING:
    from ntbuild.records import record

TEMPLATES: Final = Path(ntbuild.__file__).parent / "templates"
_REFERENCE = re.compile(r"{%-?\s*(?:include|extends|import|from)\s+[\"']([^\"']+)")


_NOT_RECORDED: Final = ("cache", "launcher")
"""Variables about how fast something is built, with folders of this machine."""


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
    note_made(target[0], len(warnings))
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


# ---- records of builds: ntbuild.records, imported when one is asked for ---------


def ship(env: Any, name: str, image: Any, pdbs: Sequence[Any], step: LinkStep) -> None:
    """Copy an image and its PDBs into the release folder, and add them to its records.

    ``pdbs``: the whole one and, unless the driver has no symbols, the stripped one. They have
    folders of their own, because private symbols are not for everybody who gets the images.
    """
    from ntbuild.records import record  # noqa: PLC0415 - few builds have one

    cell = env["NTCELL"]
    folder = f"{env['NTBUILD']}/release"
    names = [f"{cell.toolchain}/{cell.arch}/{name}.sys"]
    (shipped,) = add_step(env, [f"{folder}/{names[0]}"], [image], steps.CopyStep())
    symbols = []
    for kind, pdb in zip(("private", "public"), pdbs, strict=False):
        names.append(f"symbols/{kind}/{cell.toolchain}/{cell.arch}/{name}.pdb")
        symbols += add_step(env, [f"{folder}/{names[-1]}"], [pdb], steps.CopyStep())
    about = about_image(env, name, image, step, [shipped, *symbols], names)
    # One environment for all cells: SCons warns of a target that two environments build.
    shared = env["NTRELEASE"]
    records = record_builder(shared, _run_release)(
        shared, [f"{folder}/build.json", f"{folder}/SHA256SUMS"], [shipped, env.Value(about)]
    )
    path = Path(records[0].get_internal_path())
    asked = record.Invocation(("release",), path, tuple(given_variables().items()), stamp_of(env))
    records[0].attributes.ntbuild_invocation = asked
    for each in records:
        attributes = each.attributes.__dict__
        attributes.setdefault("ntbuild_recorded", []).extend([image, *scripts_of(env, about)])
    env.Depends(records, env.Value(f"{asked}, commit {commit_of(env.Dir('#').abspath)}"))
    env.Depends(records, symbols)
    env.Alias("release", [shipped, *symbols, records])


def about_image(
    env: Any,
    name: str,
    image: Any,
    step: LinkStep,
    files: Sequence[Any],
    names: Sequence[str],
) -> "record.MadeImage":
    """What is known of an image before it is made. ``files``: those of the record's names."""
    from ntbuild.records import record  # noqa: PLC0415 - few builds have one

    cell, compiler = env["NTCELL"], env["NTCOMPILER"]
    compilation = image.attributes.ntbuild_declaration.compiling.compilation
    paths = [Path(each.get_internal_path()) for each in files]
    return record.MadeImage(
        name=name,
        toolchain=cell.toolchain,
        arch=cell.arch,
        flavor=cell.flavor,
        compiler=f"{compiler.name} {compiler.version}",
        headers=variables_of(env, compilation).get("NTHEADERSTATE") or env["NTHEADERSTATE"],
        image=paths[0],
        pdb=paths[1],
        public_pdb=paths[2] if paths[2:] else None,
        names=tuple(names),
        step=step,
        scripts=tuple(image.attributes.ntbuild_scripts),
    )


def scripts_of(env: Any, about: "record.MadeImage") -> list[Any]:
    """The nodes of the scripts that an image is declared in."""
    return [env.fs.File(f"#{path.as_posix()}") for path in about.scripts]


def record_builder(env: Any, run: Any) -> Any:
    """The builder of records whose action is a function."""
    name = f"_NtRecord{run.__name__}"
    if name not in env["BUILDERS"]:
        action = SCons.Action.Action(run, _show_record)
        scanner = SCons.Scanner.Scanner(function=_scan_record, name="record")
        made = SCons.Builder.Builder(action=action, multi=True, target_scanner=scanner)
        env.Append(BUILDERS={name: made})
    return env["BUILDERS"][name]


def _scan_record(node: Any, _env: Any, _path: Any) -> list[Any]:
    """Scanner: the sources that a record has the digests of.

    An image may be the same after a source has changed; its record is not.
    """
    found: set[Any] = set()
    for each in node.attributes.ntbuild_recorded:
        found.update(leaves_of(each, set()) if each.has_builder() else (each,))
    return sorted(found, key=str)


def given_variables() -> dict[str, str]:
    """Variables of the command line that decide about what is built."""
    given = SCons.Script.ARGUMENTS.items()
    return {name: value for name, value in given if name not in _NOT_RECORDED}


def stamp_of(env: Any) -> str | None:
    """SOURCE_DATE_EPOCH, as it is set."""
    return str(env["ENV"]["SOURCE_DATE_EPOCH"]) if "SOURCE_DATE_EPOCH" in env["ENV"] else None


@functools.cache
def commit_of(root: str) -> "record.Commit | None":
    """The commit of a project, looked up once."""
    from ntbuild.records import record  # noqa: PLC0415 - as above

    return record.commit_of(Path(root))


def _run_release(target: Any, source: Any, env: Any) -> int:
    """Action: write the records of a release."""
    from ntbuild.records import release  # noqa: PLC0415 - as above

    shipped = []
    for image, about in zip(source[::2], source[1::2], strict=True):
        (linked,) = image.sources
        shipped.append(with_sources(about.read(), linked))
    root = env.Dir("#").abspath
    asked = target[0].attributes.ntbuild_invocation
    try:
        folder = Path(str(target[0])).parent
        release.write_release(folder, shipped, Path(root), asked, commit_of(root))
    except (OSError, OutputError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


def with_sources(about: "record.MadeImage", linked: Any) -> "record.MadeImage":
    """An image with what its nodes know once everything is built."""
    leaves = {Path(str(leaf)) for leaf in leaves_of(linked, set())}
    objects = [part for each in linked.sources for part in _parts_of_library(each)]
    compiled = tuple(made for each in objects if (made := _compiled(each)))
    return replace(about, compiled=compiled, inputs=tuple(sorted(leaves)))


def _parts_of_library(node: Any) -> list[Any]:
    """The objects of a static library that is made here; of anything else the node itself."""
    is_made = isinstance(node, SCons.Node.FS.File) and node.has_builder()
    return list(node.sources) if is_made and node.get_suffix() == ".lib" else [node]


def _compiled(node: Any) -> "record.Compiled | None":
    """How an object was compiled; None for an input of another kind."""
    from ntbuild.records import record  # noqa: PLC0415 - as above

    found = compiled_with(node)
    if found is None:
        return None
    source, words, folders = found
    defines = [word for word in words if word.startswith("-D")]
    return record.Compiled(
        source=Path(source),
        flags=tuple(word for word in words if word not in defines),
        defines=tuple(defines),
        include_dirs=tuple(map(Path, folders)),
    )


def _show_record(target: Any, source: Any, env: Any) -> str:  # noqa: ARG001
    return "RECORD  " + " ".join(str(node) for node in target)


def leaves_of(node: Any, seen: set[Any]) -> Iterable[Any]:
    """The files without a builder among everything that a node depends on."""
    for child in node.all_children():
        if child in seen or not isinstance(child, (SCons.Node.FS.File, SCons.Node.Alias.Alias)):
            continue
        seen.add(child)
        if not child.has_builder():
            yield child
        yield from leaves_of(child, seen)  # of a source file: its headers
