"""Casts as cl takes them: sources that have such get an overlay, in which they are pointers.

In the msvc dialect of C, `ntbuild.headers.casts` rewrites the source and the project's headers that
it includes, in copies beside the object, and `ntbuild.headers.inline` what they declare inline. An
overlay puts the copies where the files are: messages, debug information and dependencies have the
real names. A source without such casts and declarations gets nothing.
"""

import os
from collections.abc import Iterator, Mapping
from typing import Any, Final

import SCons.Node.FS

from ntbuild.headers.casts import assigning_macros, rewritten
from ntbuild.headers.inline import exported
from ntbuild.headers.spelling import overlay_text

from .includes import CASTS, OVERLAY, write_texts

REWRITING: Final = "casts are rewritten, 2"
"""A word of the signature of the dialect's C; the number counts how the rewriting has changed."""

_OF_KERNEL: Final[Mapping[str, frozenset[int]]] = {
    "SetFlag": frozenset({0}),
    "ClearFlag": frozenset({0}),
}
"""Macros of <ntifs.h> that assign to an argument."""

_Macros = tuple[tuple[str, frozenset[int]], ...]


def has_casts_of_cl(env: Any, command: str) -> bool:
    """Whether sources of an environment, compiled by `command`, may have such casts."""
    return command == "CC" and env["NTDIALECT"] == "msvc"


def cast_flags(target: Any, source: Any, env: Any, for_signature: Any) -> list[str]:  # noqa: ARG001
    """The flags with which a compiler sees the copies; writes them."""
    words = env["NTHEADEROVERLAY"]
    if not words or not has_casts_of_cl(env, "CC"):
        return []
    nodes = [source[0], *_headers(target[0])]
    macros = dict(_OF_KERNEL)
    for each in nodes:
        macros |= _macros(each)
    key = tuple(sorted(macros.items()))
    copies = {_path(each): text for each in nodes if (text := _rewritten(each, key)) is not None}
    if not copies:
        return []
    place = f"{_path(target[0])}{CASTS}"
    files = {
        name: f"{place}/{number}-{os.path.basename(name)}"  # noqa: PTH119 - as text
        for number, name in enumerate(sorted(copies))
    }
    overlay = f"{place}{OVERLAY}"
    texts = {files[name]: text.encode("latin-1") for name, text in copies.items()}
    write_texts(env, {overlay: overlay_text(files, keeps_names=True).encode(), **texts})
    return [word.replace("{file}", overlay) for word in words]


def _headers(node: Any) -> Iterator[Any]:
    for each in node.children():
        if isinstance(each, SCons.Node.FS.File) and not each.name.lower().endswith(".c"):
            yield each


def _path(node: Any) -> str:
    return str(node.rfile().get_internal_path()).replace(os.sep, "/")


def _text(node: Any) -> str:
    """The bytes of a file as letters, so that any encoding comes back as it was."""
    real = node.rfile()
    return real.get_contents().decode("latin-1") if real.exists() else ""


def _macros(node: Any) -> Mapping[str, frozenset[int]]:
    known = node.attributes.__dict__
    if "ntbuild_assigning" not in known:
        known["ntbuild_assigning"] = assigning_macros(_text(node))
    found: Mapping[str, frozenset[int]] = known["ntbuild_assigning"]
    return found


def _rewritten(node: Any, macros: _Macros) -> str | None:
    known = node.attributes.__dict__.setdefault("ntbuild_casts", {})
    if macros not in known:
        text = _text(node)
        casts = rewritten(text, dict(macros))
        known[macros] = exported(text if casts is None else casts) or casts
    found: str | None = known[macros]
    return found
