"""Options of cl.exe that a project gives as text or as settings, in the terms of a SConscript.

Options about warnings, optimisation, debugging and speed of compiling mean nothing here: ntbuild's
flavors decide these. What changes the meaning of code becomes a flag or is by hand.

Source: Microsoft "Compiler options listed by category".
"""

import posixpath
import re
from collections.abc import Mapping, Sequence
from typing import Final

from ntbuild.msbuild.files import slashed
from ntbuild.msbuild.items import Item
from ntbuild.support.text import printable
from ntbuild.support.values import dataclass

from .description import Define

_STANDARDS: Final = {
    "stdcpp14": "-std=c++14",
    "stdcpp17": "-std=c++17",
    "stdcpp20": "-std=c++20",
    "stdcpp23": "-std=c++23",
    "stdcpplatest": "-std=c++23",
}
_LANGUAGES: Final = {"compileasc": "c", "compileascpp": "c++", "/TC": "c", "/TP": "c++"}
"""Languages by values of CompileAs in small letters, and by cl's option."""

_ALIGNMENTS: Final = {"1byte": "1", "2bytes": "2", "4bytes": "4", "8bytes": "8", "16bytes": "16"}
_WORD: Final = re.compile(r'(?:"[^"]*"|[^\s"])+')
_OF_SCRIPTS: Final = re.compile(r"[-/][dDiI]")
"""Options of rc that mean something here."""

_WITH_NEXT: Final = frozenset({"D", "I", "U", "FI"})
"""Options whose value may be the next word."""

_MEANS_NOTHING: Final = re.compile(
    r"[-/](w[deo]?\d*|W[0-4X]|Wall|wd\d+|Wv.*|kernel|GS-?|Ob\d|O[a-z0-9]*|GL-?|Gy-?|Gm-?|MP\d*|nologo|utf-8"
    r"|source-charset.*|execution-charset.*|Zi|ZI|Z7|FS|bigobj|Qspectre.*|guard:cf-?|sdl-?|analyze.*"
    r"|permissive-?|Zc:.*|EH.*|GR-?|Gw-?|GF|RTC.*|MT|MTd|MD|MDd|FC|errorReport.*|diagnostics.*|ifndef"
    r"|d[12].*|cgthreads\d*|Brepro|experimental.*|external.*|ZH:.*|favor.*|arch.*|fp:.*|volatile.*|X|c|TC|TP)"
)


@dataclass(frozen=True, slots=True)
class Options:
    """What options say beyond the lists of a project."""

    defines: tuple[Define, ...] = ()
    include_dirs: tuple[str, ...] = ()
    forced_includes: tuple[str, ...] = ()
    cflags: tuple[str, ...] = ()
    cxxflags: tuple[str, ...] = ()


def options_of(
    compiling: Sequence[Item], definition: Mapping[str, str], by_hand: list[str]
) -> Options:
    """What settings of sources, or of all of them, say; lines are added to ``by_hand``."""
    found = _Collector(by_hand)
    for values in [item.metadata for item in compiling] or [definition]:
        words = _WORD.findall(values.get("additionaloptions", ""))
        found.all([word.replace('"', "") for word in words])
        if flag := _STANDARDS.get(values.get("languagestandard", "").lower()):
            found.cxxflags[flag] = None
        if size := _ALIGNMENTS.get(values.get("structmemberalignment", "").lower()):
            found.both(f"-fpack-struct={size}")
        for name in values.get("undefinepreprocessordefinitions", "").split(";"):
            if name.strip() and not name.startswith("%("):
                found.both(f"-U{name.strip()}")
    return found.options()


def options_of_text(text: str, by_hand: list[str]) -> Options:
    """What a line of options says; lines are added to ``by_hand``."""
    found = _Collector(by_hand)
    found.all(_WORD.findall(text))
    return found.options()


def resource_options_of(scripts: Sequence[Item]) -> Options:
    """The defines and include folders among the options of resource scripts.

    The others (a language, a code page that a script names itself, how much is printed) change no
    resource that ntbuild writes. A command line's quotes are not part of a define.
    """
    defines: dict[str, str | None] = {}
    folders: dict[str, None] = {}
    for item in scripts:
        words = iter(_WORD.findall(item.get("additionaloptions")))
        for word in words:
            if not _OF_SCRIPTS.match(word):
                continue
            value = without_quotes(word[2:] or next(words, ""))
            if word[1] in "iI":
                folders[value] = None
            elif value:
                macro, sign, text = value.partition("=")
                defines.setdefault(macro, text if sign else None)
    return Options(tuple(defines.items()), tuple(folders))


def without_quotes(word: str) -> str:
    r"""A word of a command line as the program has it: of ``X="a b"`` it is ``X=a b``.

    ``\"`` is a quote. rc reads its defines so too, which MSBuild escapes for cl only.
    """
    return '"'.join(part.replace('"', "") for part in word.split('\\"'))


def languages_of(compiling: Sequence[Item]) -> tuple[tuple[str, str], ...]:
    """The languages of sources whose suffix says another, by file name: CompileAs, /TP, /TC."""
    found = {}
    for item in compiling:
        options = {f"/{word[1:]}" for word in item.get("additionaloptions").split()}
        wanted = _LANGUAGES.get(item.get("compileas").lower(), "")
        wanted = next((_LANGUAGES[each] for each in ("/TP", "/TC") if each in options), wanted)
        name = posixpath.basename(slashed(item.name))
        if wanted and wanted != ("c" if name.lower().endswith(".c") else "c++"):
            found[name] = wanted
    return tuple(found.items())


class _Collector:
    """Collects what options mean, each thing once."""

    def __init__(self, by_hand: list[str]) -> None:
        self.by_hand = by_hand
        self.defines: dict[str, str | None] = {}
        self.include_dirs: dict[str, None] = {}
        self.forced_includes: dict[str, None] = {}
        self.cflags: dict[str, None] = {}
        self.cxxflags: dict[str, None] = {}

    def options(self) -> Options:
        """Everything that was collected."""
        return Options(
            tuple(self.defines.items()),
            tuple(self.include_dirs),
            tuple(self.forced_includes),
            tuple(self.cflags),
            tuple(self.cxxflags),
        )

    def both(self, flag: str) -> None:
        """A flag for C and C++."""
        self.cflags[flag] = self.cxxflags[flag] = None

    def all(self, words: Sequence[str]) -> None:
        """The options of a line."""
        rest = iter(words)
        for word in rest:
            wants_next = word.startswith(("/", "-")) and word[1:] in _WITH_NEXT
            self.option(word + next(rest, "") if wants_next else word)

    def option(self, word: str) -> None:
        """One option of a command line."""
        name, value = word[1:2], word[2:]
        if not word.startswith(("/", "-")) or word.startswith("%("):
            return
        if word[1:3] == "FI" and word[3:]:
            self.forced_includes[word[3:]] = None
        elif name == "D" and value:
            macro, sign, text = value.partition("=")
            self.defines[macro] = text if sign else None
        elif name == "I" and value:
            self.include_dirs[value] = None
        elif name == "U" and value:
            self.both(f"-U{value}")
        elif word[1:5] == "std:":
            standard = word[5:].replace("latest", "23")
            (self.cxxflags if "c++" in standard else self.cflags)[f"-std={standard}"] = None
        elif word[1:3] == "Zp" and word[3:].isdecimal():
            self.both(f"-fpack-struct={word[3:]}")
        elif not _MEANS_NOTHING.fullmatch(word):
            line = f"compiler option {printable(word)}"
            if line not in self.by_hand:
                self.by_hand.append(line)
