"""``scons report``: the page about the build folder, written after everything else that is built.

It is written every time it is asked for, because it tells what the build folder holds and not what
a SConstruct declares. It comes after the other targets of the command line, or else after the
default ones: ``scons run package report`` shows proofs and packages as well. A build that does not
ask for it declares nothing here.
"""

import sys
from pathlib import Path
from typing import Any, Final

import SCons.Action
import SCons.Builder
import SCons.Node
import SCons.Node.FS
import SCons.Scanner
import SCons.Script

from .aliases import alias_nodes

TARGET: Final = "report"


def add_report(env: Any) -> None:
    """Declare the page, if it is asked for."""
    if TARGET not in map(str, SCons.Script.COMMAND_LINE_TARGETS):
        return
    page = env.File("$NTBUILD/report.html")
    if page.has_builder():  # of an environment before this one
        return
    builder = SCons.Builder.Builder(
        action=SCons.Action.Action(_write, _show),
        target_scanner=SCons.Scanner.Scanner(_others, name="report", node_class=SCons.Node.Node),
    )
    nodes = builder(env, [page], [])
    env.AlwaysBuild(nodes)
    env.NoCache(nodes)
    alias_nodes(env, TARGET, nodes)


def _others(_node: Any, env: Any, _path: Any) -> list[Any]:
    """Scanner of the page: everything else that this command builds; no folders, which have it."""
    named = [str(each) for each in SCons.Script.COMMAND_LINE_TARGETS if str(each) != TARGET]
    found = [env.ans.lookup(each) or env.fs.Entry(each) for each in named]
    found = found or list(SCons.Script.DEFAULT_TARGETS) or [env.ans.Alias("drivers")]
    nodes = [each.disambiguate() for each in found]
    is_folder = [isinstance(each, SCons.Node.FS.Dir) for each in nodes]
    kept = [each for each, skip in zip(nodes, is_folder, strict=True) if not skip]
    return [*kept, env.ans.Alias("drivers")] if any(is_folder) else kept


def _write(target: Any, source: Any, env: Any) -> int:  # noqa: ARG001 - SCons passes all by name
    """Action: write the page."""
    from ntbuild.reporting.values import ReportError  # noqa: PLC0415 - only a report needs it
    from ntbuild.reporting.write import write_report  # noqa: PLC0415

    out = Path(str(target[0]))
    try:
        notes = write_report(out.parent, out)
    except ReportError as error:
        sys.stderr.write(f"report: error: {error}\n")
        return 1
    sys.stderr.write("".join(f"report: warning: {note}\n" for note in notes))
    return 0


def _show(target: Any, source: Any, env: Any) -> str:  # noqa: ARG001 - as above
    return f"REPORT  {target[0]}"
