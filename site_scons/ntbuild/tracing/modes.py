"""What trace calls become, and the error of everything about tracing."""

from typing import Final

MODES: Final = ("off", "debug")
"""Calls are nothing, or print to the kernel debugger."""

_NOT_YET: Final = {
    "etw": "real ETW needs the formats in a PDB or .tmf file",
    "on": "real ETW needs the formats in a PDB or .tmf file",
    "umdf": "user-mode drivers are not built here",
}


class TracingError(Exception):
    """A configuration that cannot be used; the text is one line with file, line and what to do."""


def check_mode(mode: str) -> None:
    """Raise TracingError for a mode that is unknown or not there yet."""
    if mode in _NOT_YET:
        raise TracingError(f"mode {mode!r} is not there yet: {_NOT_YET[mode]}; use off or debug")
    if mode not in MODES:
        raise TracingError(f"mode {mode!r} is unknown; known are {', '.join(MODES)}")
