r"""Programs in front of compilers: caches of objects, and compilers on other machines.

    scons launcher=ccache
    scons launcher="ccache -v"       any command that takes a compiler's command line

A launcher finds an object again, in another checkout too, when its command line is the same there.
Three things would differ or stop it, and are not in the command line that it gets:

- ``zig clang`` is two words, and a launcher takes the first one for the compiler;
- ``-ffile-prefix-map=/the/checkout=.`` names the checkout;
- ``-Xclang WORD`` is refused by sccache.

The launcher therefore starts a script of a few lines, which is the compiler to it: it is the same
in every checkout, is given other words for these flags, and calls the compiler with the real ones.

Sources: the manuals of ccache, sccache, distcc and icecc.
"""

import os
import shlex
import shutil
import threading
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from ntbuild.support.values import dataclass

NAMES: Final = ("ccache", "sccache", "distcc", "icecc")
"""Launchers whose needs are known; any other command is started as it is."""
_REMOTE: Final = frozenset({"distcc", "icecc"})

_CC1: Final = "-fcc1-word="
_HERE: Final = "-fchecked-out-here"
_SCRIPT: Final = """\
#!/bin/sh
# {version}
for word do
    shift
    case $word in
    {cc1}*) set -- "$@" -Xclang "${{word#{cc1}}}" ;;
    {here}) set -- "$@" "-ffile-prefix-map=$PWD=." ;;
    *) set -- "$@" "$word" ;;
    esac
done
exec {compiler} "$@"
"""


class LauncherError(Exception):
    """A launcher cannot be used; the text is one line."""


@dataclass(frozen=True, slots=True)
class Launcher:
    """A launcher for one compiler: ``argv`` starts it, ``script`` is the compiler to it.

    ``compiler``: the words that start the compiler. ``root``: the project's folder, in which
    commands are started.
    """

    argv: tuple[str, ...]
    compiler: tuple[str, ...]
    version: str
    script: Path
    root: str

    @property
    def environment(self) -> dict[str, str]:
        """Defaults of the variables that the launcher reads; the user's own come before them."""
        family = "clang" if "clang" in self.version else "gcc"
        return {
            "CCACHE_COMPILERTYPE": family,
            "CCACHE_COMPILERCHECK": f"string:{self.version}",  # the script's own time says nothing
            "CCACHE_NOHASHDIR": "1",  # no object has the folder of its project in it
            "CCACHE_BASEDIR": self.root,
        }

    @property
    def _is_remote(self) -> bool:
        """Whether the script runs elsewhere, in another folder than the project's."""
        return Path(self.argv[0]).name in _REMOTE

    def words(self, words: Sequence[str]) -> list[str]:
        """The command that compiles by the launcher; ``words`` is the compiler's own."""
        given = list(words[len(self.compiler) :])
        if tuple(words[: len(self.compiler)]) != self.compiler:
            return list(words)
        found = []
        rest = iter(given)
        for word in rest:
            if word == "-Xclang":
                found.append(f"{_CC1}{next(rest, '')}")
            elif word == f"-ffile-prefix-map={self.root}=." and not self._is_remote:
                found.append(_HERE)
            else:
                found.append(word)
        self._write()
        return [*self.argv, str(self.script), *found]

    def _write(self) -> None:
        """The script, unless it is there; jobs that run side by side write the same."""
        text = _SCRIPT.format(
            version=self.version, cc1=_CC1, here=_HERE, compiler=shlex.join(self.compiler)
        )
        if self.script.is_file() and self.script.read_text(encoding="utf-8") == text:
            return
        self.script.parent.mkdir(parents=True, exist_ok=True)
        new = self.script.with_name(f"{self.script.name}.{os.getpid()}-{threading.get_ident()}")
        new.write_text(text, encoding="utf-8")
        new.chmod(0o755)
        new.replace(self.script)


def find_launcher(
    command: str, compiler: Sequence[str], version: str, folder: Path, root: str, path: str
) -> Launcher:
    """The launcher of a command line such as ``ccache``. Raises LauncherError.

    ``folder``: for the script. ``path``: the folders in which programs are looked for.
    """
    if os.name == "nt":
        raise LauncherError(
            f"launcher={command}: it needs a shell script, which Windows cannot run"
        )
    try:
        words = shlex.split(command)
    except ValueError as error:
        raise LauncherError(f"launcher={command}: {str(error).lower()}") from error
    program = shutil.which(words[0], path=path) if words else None
    if program is None:
        hint = f": apt-get install {words[0]}" if words and words[0] in NAMES else ""
        raise LauncherError(f"launcher={command}: no such program{hint}")
    return Launcher(
        (program, *words[1:]),
        tuple(compiler),
        version,
        folder.absolute() / Path(compiler[-1]).name,
        root,
    )
