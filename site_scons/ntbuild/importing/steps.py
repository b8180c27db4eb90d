"""Steps, commands and targets of a project that are not taken over: lines for a person.

A target that only packs, signs or installs what was built is passed over.
"""

import re
from collections.abc import Sequence
from typing import Final

from ntbuild.msbuild.evaluate import Evaluation, Target
from ntbuild.msbuild.items import Item
from ntbuild.support.text import printable

from .compiled_sources import is_known_step

_STEPS: Final = {
    "wmimofck": "wmimofck makes files of a binary MOF that the project does not make",
    "generatebmf": "mofcomp makes a binary MOF of it",
    "ctrpp": "ctrpp makes headers and resources of it",
    "midl": "midl makes a header of it",
    "yasm": "yasm makes an object of it",
    "custombuild": "a command of the project's own makes files of it",
}
"""Items that a tool makes sources or headers of, by type."""

_HARMLESS: Final = frozenset(
    {"message", "warning", "error", "itemgroup", "propertygroup", "converttoabsolutepath", "output"}
    | {"calltarget", "onerror"}
)
_AFTER: Final = re.compile(
    r"inf|stamp|sign|cat|package|deploy|verif|link|clean|dvl|install|pack|publish|postbuild",
    re.IGNORECASE,
)


def steps_by_hand(found: Evaluation) -> list[str]:
    """Steps that make sources or headers, and commands that run before a build or a link."""
    lines = []
    for kind, what in _STEPS.items():
        names = [
            item.name
            for item in found.items.get(kind, ())
            if not item.is_excluded and not is_known_step(item) and not _makes_inf(item)
        ]
        if kind == "wmimofck" and found.items.get("mofcomp"):
            continue  # it takes what mofcomp makes, and its header is in mof_headers=
        lines += [f"{printable(name)}: {what}" for name in names]
    for kind in ("prebuildevent", "prelinkevent"):
        if command := found.definitions.get(kind, {}).get("command", "").strip():
            lines.append(f"{kind}: {printable(command.splitlines()[0])[:80]}")
    return lines


def _makes_inf(item: Item) -> bool:
    """Whether a step makes the driver's INF file, which is no part of the image."""
    return re.search(r"\.in[fx]\b", item.name, re.IGNORECASE) is not None


def targets_by_hand(targets: Sequence[Target]) -> list[str]:
    """Targets of the project that could make something before the image is linked."""
    lines = []
    for target in targets:
        tasks = {task.lower() for task in target.tasks} - _HARMLESS
        if tasks and not _AFTER.search(f"{target.name} {target.hooks}"):
            lines.append(f"target {printable(target.name)} ({', '.join(sorted(tasks))}): not run")
    return lines


def infs_left_out(found: Evaluation, infs: Sequence[str]) -> tuple[str, ...]:
    """Lines about INF files: those given, and those that steps make."""
    steps = found.items.get("custombuild", ())
    lines = [f"INF {printable(item.name)}" for item in steps if _makes_inf(item)]
    return tuple(dict.fromkeys((*infs, *lines)))
