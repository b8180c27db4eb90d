"""A folder that makes compilers use pelink as their linker: ``gcc -B FOLDER``.

It holds a program named ``ld`` and, for gcc, a ``specs`` file that names it. The specs file is
needed because a gcc that was configured with the path of its linker (Debian's is) does not search
``-B`` folders for ``ld``, but every gcc reads the specs there. clang takes the program by
``-fuse-ld=FOLDER/ld``, rustc by ``-C linker=FOLDER/ld -C linker-flavor=ld``.

Source: GCC manual, "Options for Directory Search" and "Spec Files".
"""

import shlex
import sys
from pathlib import Path
from typing import Final

from ntbuild.pelink.diagnostics import LinkError

# -P keeps modules in the folder where the compiler runs from hiding Python's own.
_PROGRAM: Final = """\
#!/bin/sh
# Written by pelink --make-ld-dir.
PYTHONPATH={package}${{PYTHONPATH:+:$PYTHONPATH}} \\
    exec {python} -P -m ntbuild.pelink -flavor gnu "$@"
"""
# An empty line ends a spec.
_SPECS: Final = "*linker:\n{program}\n\n"


def ld_folder(folder: Path) -> list[tuple[Path, bytes]]:
    """(path, content) of the folder's files, the program first.

    Raises LinkError on Windows, and for a folder whose path has blanks.
    """
    if sys.platform == "win32":
        raise LinkError.of(
            "--make-ld-dir writes a shell script, which Windows does not run",
            hint="copy pelink.exe of the Scripts folder to FOLDER\\ld.exe: its name tells it",
        )
    program = folder.absolute() / "ld"
    if any(character.isspace() for character in str(program)):
        raise LinkError.of(
            f"{folder}: a specs file of gcc cannot name a path with blanks",
            hint="choose another folder",
        )
    # The folder that holds the package: this file is ntbuild/pelink/commands/ld_folder.py in it.
    package = Path(__file__).resolve().parents[3]
    script = _PROGRAM.format(
        package=shlex.quote(str(package)), python=shlex.quote(sys.executable or "python3")
    )
    return [
        (program, script.encode()),
        (program.with_name("specs"), _SPECS.format(program=program).encode()),
    ]
