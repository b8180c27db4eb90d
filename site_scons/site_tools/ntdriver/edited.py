"""Compiling a source of dialect msvc, from edited copies where clang refuses what cl takes.

The command that ``scons --verbose`` prints is the first one, which fails for such a source.
"""

import subprocess
import sys
from collections.abc import Iterator, Mapping, Sequence
from functools import partial
from itertools import pairwise
from typing import Final

from ntbuild.compilers import matrix
from ntbuild.compilers.cl.same_sizes import without_same_sizes
from ntbuild.compilers.seh.text_warnings import as_of_source, compiles_text
from ntbuild.headers.inline import ADDED

from .includes import CASTS, OVERLAY

EDITING: Final = "copies are edited, 3"
"""A word of the signature; the number counts how the editing has changed."""

_DIALECT: Final = "-fms-compatibility"
_FORMATS: Final = "-Wformat"


def is_edited(words: Sequence[str]) -> bool:
    """Whether a command compiles C or C++ of dialect msvc to an object."""
    return _DIALECT in words and _makes(words)


def _makes(words: Sequence[str]) -> bool:
    """Whether a command makes an object, or the compiler's text on the way to one."""
    return words[-4:-3] in (["-c"], ["-emit-llvm"])


def compile_or_edit(words: Sequence[str], environment: Mapping[str, str]) -> int:
    """The exit status of a compilation; 127 when it cannot be started."""
    run = partial(_run, environment=environment)
    try:
        status, said = run(words)
        if status and _makes(words):
            status, said = _edited(words, run) or (status, said)
    except (OSError, ValueError) as error:  # ValueError: a NUL in a word
        reason = getattr(error, "strerror", None) or error
        sys.stderr.write(f"scons: {words[0]}: cannot be started: {reason}\n")
        return 127
    if _FORMATS not in words:
        said = without_same_sizes(said)
    sys.stderr.write("".join(_notes_of_casts(words)) + said)
    return status


def _notes_of_casts(words: Sequence[str]) -> Iterator[str]:
    """What `casts` has rewritten in the files that a command compiles, a line for each file."""
    for before, word in pairwise(words):
        if before == "-ivfsoverlay" and word.endswith(f"{CASTS}{OVERLAY}"):
            from ntbuild.compilers.cl.edited_copies import (  # noqa: PLC0415 - few sources have such
                lines_that_differ,
                note,
                overlaid,
            )

            for name, copy in overlaid([before, word]).items():
                of_inline, of_casts = lines_that_differ(name, copy, ADDED.encode())
                if of_casts:
                    yield note(name, "casts in the place of objects", of_casts)
                if of_inline:
                    yield note(name, "inline functions that others call", of_inline)


def _edited(words: Sequence[str], run: "partial[tuple[int, str]]") -> tuple[int, str] | None:
    from ntbuild.compilers.cl.edited_copies import compile_edited  # noqa: PLC0415 - after a failure

    own = str(matrix.toolchains_folder())
    return compile_edited(words, run, lambda path: path.startswith(own) or "/ziglang/" in path)


def _run(words: Sequence[str], environment: Mapping[str, str]) -> tuple[int, str]:
    done = subprocess.run(
        words, env=environment, check=False, stderr=subprocess.PIPE, text=True, errors="replace"
    )
    said = as_of_source(done.stderr) if compiles_text(words) else done.stderr
    return done.returncode, said
