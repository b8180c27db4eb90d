"""After a failed compilation: lines about what the source may lack, behind the compiler's own.

    mine.c: hint: util/sum.h is in the project: include_dirs=["util"]

Nothing here is imported by a build that succeeds, but for this module.
"""

import sys
from pathlib import Path
from typing import Any


def explain_trace_headers(target: Any, source: Any) -> None:
    """Say what makes the trace headers of a source whose driver has no ``wpp=``."""
    from ntbuild.tracing.trace_header import trace_headers_of  # noqa: PLC0415 - after a failure

    real = source[0].rfile()
    names = trace_headers_of(real.get_contents()) if real.exists() else ()
    if names and not any(str(each).lower().endswith(".tmh") for each in target[0].depends):
        hint = f'{names[0]} is a trace header of WPP: give wpp="off" or wpp="debug" to the driver'
        sys.stderr.write(f"{source[0]}: {hint}\n")


def explain_source(target: Any, source: Any, env: Any, kmdf: Path) -> None:
    """Say what would bring what a source does not get. ``kmdf``: the folder of KMDF's headers."""
    from ntbuild.compilers.hints.later_versions import version_hints  # noqa: PLC0415 - after a failure
    from ntbuild.compilers.hints.missing_headers import include_hints  # noqa: PLC0415 - as above
    from ntbuild.compilers.hints.missing_includes import declaration_hints  # noqa: PLC0415 - as above

    real = source[0].rfile()
    if not real.exists():
        return
    compilation = env["NTCOMPILATION"]
    own = list(map(env.Dir, env.subst_path(env.get("CPPPATH", []), target=None, source=source)))
    folders = [real.dir.abspath, *(each.srcnode().abspath for each in own)]
    absent = [each.srcnode().path for each in own if not (each.exists() or each.srcnode().exists())]
    for each in dict.fromkeys(absent):
        sys.stderr.write(f"{source[0]}: hint: include_dirs: there is no folder {each!r}\n")
    folders += [word.replace("$$", "$") for word in env["NTHEADERS"] if word[0] != "-"]
    text, top = real.get_contents(), Path(env.fs.Top.abspath)
    hints = include_hints(text, map(Path, folders), top, has_kit=compilation.world == "kit")
    headers = [each.get_contents() for each in target[0].implicit or () if each.exists()]
    more = declaration_hints(text, headers, map(Path, folders))
    for hint in (*hints, *more, *version_hints(text, compilation.defines, kmdf)):
        sys.stderr.write(f"{source[0]}: {hint}\n")
