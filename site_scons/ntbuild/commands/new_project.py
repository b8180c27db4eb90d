"""``ntbuild new``: a project that builds, runs and packages as it is.

ntbuild new kmdf mydriver                  into the folder mydriver
ntbuild new minifilter watcher --into .    into this folder, beside what is there
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Final

from ntbuild.projects.starters import KINDS, StarterError, project_files
from ntbuild.support.commands import CLEAN, CommandResult
from ntbuild.support.outputs import OutputError, write_all
from ntbuild.support.text import printable

from .common import UsageError, parser_of

_EPILOG: Final = "exit code: 0 the project is made, 2 it cannot be, and no file is changed"


def run(arguments: Sequence[str]) -> CommandResult:
    """Write a project. Raises UsageError."""
    parser = parser_of("new", "A project that builds, runs and packages as it is.", _EPILOG)
    add = parser.add_argument
    kinds = ", ".join(KINDS)
    add("kind", metavar="KIND", help=f"one of {kinds}")
    add("name", metavar="NAME", help="the driver's, which is that of its service too")
    add("--into", metavar="FOLDER", help="where (default: a folder of the driver's name)")
    options = parser.parse_args(arguments)
    if options.kind not in KINDS:
        raise UsageError(_unknown(options.kind))
    folder = Path(options.into or options.name)
    try:
        files = project_files(options.kind, options.name)
    except StarterError as error:
        raise UsageError(str(error)) from error
    _write(folder, files)
    return CommandResult(CLEAN, _done(options.kind, options.name, folder, files))


def _unknown(kind: str) -> str:
    from difflib import get_close_matches  # noqa: PLC0415 - only an error needs it

    near = get_close_matches(kind, KINDS, n=1)
    hint = f"did you mean {near[0]!r}?" if near else f"it is one of {', '.join(KINDS)}"
    return f"no kind '{printable(kind)}'; {hint}"


def _write(folder: Path, files: dict[str, str]) -> None:
    """All files or none. Raises UsageError, also for a file that is there already."""
    present = [path for path in files if (folder / path).exists() or (folder / path).is_symlink()]
    if present:
        shown = printable(str(folder / present[0]))
        more = f" and {len(present) - 1} more" if len(present) > 1 else ""
        raise UsageError(f"{shown}{more}: there already; nothing was written")
    try:
        for path in files:
            (folder / path).parent.mkdir(parents=True, exist_ok=True)
        write_all([(str(folder / path), text.encode()) for path, text in files.items()])
    except (OSError, OutputError) as error:
        raise UsageError(f"{printable(str(folder))}: {printable(str(error))}") from error


def _done(kind: str, name: str, folder: Path, files: dict[str, str]) -> str:
    """What was made, and what to type next."""
    title = KINDS[kind].title
    lines = [f"{name}: {title}", *(f"  {folder / path}" for path in files), "", "Next:"]
    steps = [
        *([f"cd {folder}"] if folder != Path() else []),
        "scons            builds it; ntbuild doctor says what is missing",
        "scons run        runs it in emulators: pip install 'ntbuild[run]'",
        *(
            ["scons package    makes what installs: pip install 'ntbuild[signed]'"]
            if KINDS[kind].has_package
            else []
        ),
    ]
    return "\n".join([*lines, *(f"  {each}" for each in steps)])
