"""What a SConscript asks of a run, kept in its report: the command ``ntbuild run`` asks the same.

    {"calls": [{"kind": "Ioctl", "code": 2147491840, ...}], "prints": ["ioctl: started"],
     "engines": [], "timeout": 10, "profiles": ["hvci"]}

This is the value ``run`` of ``NAME.run.json`` beside an image.
"""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, Final

from ntbuild.support.text import printable

from .plan import call_from_json, call_to_json
from .values import Run, RunError

LARGEST: Final = 64 << 20
"""Bytes of a report that is read."""
_MALFORMED: Final = (ValueError, KeyError, TypeError, AttributeError, RecursionError)


def run_to_json(how: Run, profiles: Sequence[str]) -> dict[str, Any]:
    """A run and the profiles of its image as values of JSON."""
    return {
        "calls": [call_to_json(call) for call in how.calls],
        "prints": list(how.prints),
        "engines": list(how.engines),
        "timeout": how.timeout,
        "profiles": [each for each in profiles if each != "base"],
    }


def run_from_json(values: Mapping[str, Any]) -> tuple[Run, tuple[str, ...]]:
    """What `run_to_json` was given. Raises RunError, and others for values of another shape."""
    calls = tuple(call_from_json(dict(call)) for call in values["calls"])
    how = Run(calls, tuple(values["prints"]), tuple(values["engines"]), values["timeout"])
    return how, tuple(map(str, values["profiles"]))


def record_of(image: Path) -> Path:
    """Where the report of an image is."""
    return image.with_name(f"{image.name.removesuffix('.sys')}.run.json")


def recorded(image: Path) -> tuple[Run, tuple[str, ...]] | None:
    """What the last ``scons run`` asked of an image; None without a report that says it.

    Raises RunError for a report that cannot be read.
    """
    path = record_of(image)
    try:
        if not path.is_file():
            return None
        if path.stat().st_size > LARGEST:
            raise RunError(f"{printable(path.name)}: larger than {LARGEST >> 20} MiB")
        values = json.loads(path.read_text(encoding="utf-8"))
        return run_from_json(values["run"]) if "run" in values else None
    except OSError as error:
        raise RunError(f"{printable(str(path))}: {error.strerror or error}") from error
    except _MALFORMED as error:
        raise RunError(f"{printable(path.name)}: no report of scons run (--no-calls)") from error
