"""What a build says about a project that fails, sorted into classes.

a.c:3:10: fatal error: 'wsk.h' file not found          header, wsk.h
a.c:9:5: error: unknown type name 'FLT_REGISTRATION'   declaration, FLT_REGISTRATION
pelink: error: undefined symbol: IoCreateDeviceSecure   link, IoCreateDeviceSecure
"""

import re
from dataclasses import dataclass

_RESOURCES = (".rc", ".rc2", ".ver", ".dlg")
_COMPILER = re.compile(r"^(?P<file>[^\s:][^:\n]*):\d+:(?:\d+:)? (?:fatal )?error: (?P<text>.*)$")
_SCONS = re.compile(r"^scons: \*\*\* (?!\[)(?P<text>.*)$")
_LINKER = re.compile(r"^(?:pelink: )?error: (?P<text>.*)$")
_PECHECK = re.compile(r"^(?=.*\berror\b).*\b(?P<what>DRV\d{3})\b")

# The first pattern that fits gives the class; its group, if any, the detail.
_CLASSES = (
    ("wpp", r"'([^']+\.tmh)' file not found"),
    ("header", r"'([^']+)' (?:file )?not found"),
    ("header", r"#error.*?([\w.]+\.h\b)"),
    ("crash", r"(?:clang.*crash|Illegal instruction|Segmentation fault|PLEASE submit a bug)"),
    ("wpp", r"\b(WPP_\w+)"),
    ("declaration", r"unknown type name '([^']+)'"),
    ("declaration", r"use of undeclared identifier '([^']+)'"),
    ("declaration", r"call to undeclared (?:library )?function '([^']+)'"),
    ("declaration", r"no member named '([^']+)'"),
    ("declaration", r"no matching function for call to '([^']+)'"),
    ("declaration", r"incomplete (?:definition of )?type '([^']+)'"),
    ("declaration", r"too (?:few|many) arguments.*?'([^']+)'"),
    ("declaration", r"variable has incomplete type '([^']+)'"),
    ("link", r"undefined symbol: (\S+)"),
    ("link", r"duplicate symbol: (\S+)"),
    ("link", r"could not open '([^']+)'"),
    ("not yet", r"(\w+): not yet"),
)
_OTHER = "dialect"


@dataclass(frozen=True)
class Fault:
    """One error: its class, the name that it is about, the line."""

    kind: str
    what: str
    text: str


def faults(said, root):
    """The errors in the output of a build, each once, in order."""
    found = {}
    for line in said.replace(f"{root}/", "").splitlines():
        fault = _fault(line)
        if fault is not None:
            found.setdefault((fault.kind, fault.what or fault.text), fault)
    if not found:
        last = [line for line in said.splitlines() if line.strip()][-3:]
        return (Fault("other", "", " / ".join(last)[:300]),)
    return tuple(found.values())


def _fault(line):
    if match := _COMPILER.match(line):
        if match["file"].lower().endswith(_RESOURCES):
            return Fault("resource", "", line)
        return _sorted(match["text"], line, _OTHER)
    if line.endswith("error: failed during preprocessing"):
        return None  # zig's resource compiler, after the error itself
    if match := _LINKER.match(line):
        return _sorted(match["text"], line, "link")
    if match := _PECHECK.match(line):
        return Fault("pecheck", match["what"], line)
    if match := _SCONS.match(line):
        return _sorted(match["text"], line, "declared")
    return None


def _sorted(text, line, otherwise):
    for kind, pattern in _CLASSES:
        if match := re.search(pattern, text):
            return Fault(kind, match[1] if match.groups() else "", line)
    return Fault(otherwise, "", line)
