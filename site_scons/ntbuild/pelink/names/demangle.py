"""C++ and Rust names in messages as their programmers wrote them.

Names are only decoded for messages, and only when there is one: by the package pydemumble
(``pip install ntbuild[demangle]``), else by LLVM's or GNU's programs on PATH; without any of them
names stay as they are. Messages are finished texts, so mangled names are found in them by a
pattern.

Sources: Itanium C++ ABI, "External Names (a.k.a. Mangling)"; llvm-undname and llvm-cxxfilt.
"""

import re
import shutil
import subprocess
from collections.abc import Callable, Iterable, Mapping, Sequence
from importlib import import_module
from importlib.util import find_spec
from itertools import pairwise
from typing import Final

from ntbuild.pelink.diagnostics import Diagnostic
from ntbuild.support.values import replace

_MANGLED: Final = re.compile(r"(?<![\w?@$.])(__imp_)?(\?[\w?@$]+@[\w?@$]*|_{1,3}(?:Z[A-Z]|RN)\w+)")
_UNDEFINED_IMPORT: Final = re.compile(
    r"^((?:undefined|duplicate) symbol: )__imp_(?!_{1,3}(?:Z[A-Z]|RN))(?=\w+$)"
)
"""An import of a C name; those of C++ and Rust are found by ``_MANGLED``."""
_AS_WRITTEN: Final = ("duplicate export: ", "duplicate /export option: ")
_TIMEOUT: Final = 10

Decode = Callable[[Sequence[str]], list[str]]
"""Decodes names, one for one; a name that it does not understand stays as it is or is empty."""


def demangled(found: Sequence[Diagnostic]) -> tuple[Diagnostic, ...]:
    """The diagnostics with every mangled name decoded, if a demangler is installed.

    Names stay as they are where the user wrote them: in messages about /export and EXPORTS.
    """
    shown = [_with_import_declared(each) for each in found]
    names = {
        match[2]
        for each in shown
        for text in (each.message, each.place, each.hint, *each.notes)
        for match in _MANGLED.finditer(text)
    }
    if not names:
        return tuple(shown)
    known = _decoded(names)
    return tuple(
        each
        if each.message.startswith(_AS_WRITTEN)
        else replace(
            each,
            message=_replaced(each.message, known),
            place=_replaced(each.place, known),
            hint=_replaced(each.hint, known),
            notes=tuple(_replaced(note, known) for note in each.notes),
        )
        for each in shown
    )


def _with_import_declared(each: Diagnostic) -> Diagnostic:
    """``undefined symbol: __imp_f`` as ``__declspec(dllimport) f``, which lld-link writes."""
    message = _UNDEFINED_IMPORT.sub(r"\1__declspec(dllimport) ", each.message)
    return each if message == each.message else replace(each, message=message)


def demangled_text(text: str) -> str:
    """A text, such as a map, with every mangled name decoded."""
    names = {match[2] for match in _MANGLED.finditer(text)}
    return _replaced(text, _decoded(names)) if names else text


def _replaced(text: str, known: Mapping[str, str]) -> str:
    def decoded(match: re.Match[str]) -> str:
        plain = known.get(match[2])
        if plain is None:
            return match[0]
        return f"__declspec(dllimport) {plain}" if match[1] else plain

    return _MANGLED.sub(decoded, text)


def _decoded(names: Iterable[str]) -> dict[str, str]:
    """Decoded names by mangled name; names that no demangler understands are left out."""
    found: dict[str, str] = {}
    msvc = sorted(name for name in names if name.startswith("?"))
    itanium = sorted(name for name in names if not name.startswith("?"))
    for group, program in ((msvc, _undname), (itanium, _cxxfilt)):
        if not group:
            continue
        decode = _package() or program()
        # A compiler for x86 writes one more underscore before every C symbol.
        plain = [re.sub(r"^_+(?=Z|RN)", "_", name) for name in group]
        decoded = decode(plain) if decode else []
        answers = zip(group, plain, decoded, strict=False)
        found |= {name: text for name, sent, text in answers if text and text != sent}
    return found


def _package() -> Decode | None:
    if find_spec("pydemumble") is None:
        return None
    demangle: Callable[[str], str] = import_module("pydemumble").demangle
    return lambda names: [demangle(name) for name in names]


def _undname() -> Decode | None:
    program = shutil.which("llvm-undname")
    if program is None:
        return None

    def decode(names: Sequence[str]) -> list[str]:
        # llvm-undname prints each name on a line of its own and its meaning on the next.
        lines = _output([program], "\n".join(names) + "\n").splitlines()
        meaning = dict(pairwise(lines))
        return [meaning.get(name, "") for name in names]

    return decode


def _cxxfilt() -> Decode | None:
    program = shutil.which("llvm-cxxfilt") or shutil.which("c++filt")
    if program is None:
        return None
    return lambda names: _output([program], "\n".join(names) + "\n").splitlines()


def _output(command: list[str], text: str) -> str:
    """A program's standard output for ``text`` as its input; empty when it cannot run."""
    try:
        done = subprocess.run(
            command, input=text, capture_output=True, text=True, check=False, timeout=_TIMEOUT
        )
    except (OSError, subprocess.SubprocessError, UnicodeError):
        return ""
    return done.stdout
