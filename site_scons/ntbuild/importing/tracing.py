"""WPP settings of a project's sources, in the terms of ``wpp=``.

Headers with a configuration (``WppScanConfigurationData``, ``-scan:``) and configuration files
(``WppAdditionalConfigurationFile``) are both ``scan=``. Settings about files that tracewpp writes
mean nothing here; a setting that is in neither table is by hand.

Source: Microsoft "WPP Preprocessor" and the options of tracewpp that it prints itself.
"""

import posixpath
import re
from collections.abc import Iterator, Sequence
from typing import Final

from ntbuild.msbuild.evaluate import Evaluation
from ntbuild.msbuild.files import Files, slashed
from ntbuild.msbuild.items import Item
from ntbuild.msbuild.kit_properties import in_kit
from ntbuild.support.text import printable

from .defines import words_of
from .description import WppSettings

_SCANNED: Final = ("wppscanconfigurationdata", "wppadditionalconfigurationfile")
_TAKEN_OVER: Final = frozenset(
    {"wppenabled", "wpptracefunction", "wppadditionaloptions", *_SCANNED}
)
_MEANS_NOTHING: Final = frozenset(
    {
        "wppkernelmode",
        "wpprecorderenabled",
        "wppgenerateusingtemplatefile",
        "wpppreprocessordefinitions",
        "wppfileextensions",
        "wpppreserveextensions",
        "wppminimalrebuildfromtracking",
        "wpptrackerlogdirectory",
        "wppmodulename",
        "wppdllmacro",
        "wppoutputdirectory",
        "wppenableoutputdirectory",
        "wppsearchstring",
        "wppnoshrieks",
    }
)
"""Which files are written where, how they are called, and for which kind of module."""

_FUNCTION: Final = re.compile(r"[-/]func:(\S+(?:\([^()]*(?:\([^()]*\)[^()]*)*\))?)", re.IGNORECASE)
_SCAN: Final = re.compile(r"[-/](?:scan|ini):(\"[^\"]*\"|\S+)", re.IGNORECASE)


def wpp_of(
    found: Evaluation,
    files: Files,
    compiling: Sequence[Item],
    by_hand: list[str],
    left_out: list[str],
) -> WppSettings | None:
    """The settings of the sources that are traced; lines are added to the two lists.

    A header of the kit with further types of arguments is left out.
    """
    using = [item for item in compiling if item.get("wppenabled").lower() == "true"]
    if not using:
        return None
    lines: dict[str, None] = {}
    scans: dict[str, None] = {}
    for name in dict.fromkeys(name for item in using for name in _scanned(item)):
        path = files.find(found.folder, name)
        if path is not None:
            scans[path] = None
        elif in_kit(slashed(name)) is not None:
            left_out.append(f"configuration of trace messages {printable(slashed(name))}: a kit's")
        else:
            lines[f"configuration of trace messages {printable(name)}: no such file"] = None
    for item in using:
        for name in sorted(item.metadata.keys() - _TAKEN_OVER - _MEANS_NOTHING):
            if name.startswith("wpp") and item.get(name):
                lines[f"{name} {printable(item.get(name))}: not taken over"] = None
    by_hand += lines
    lists = {posixpath.basename(slashed(item.name)): _functions(item) for item in using}
    every = [each for each in next(iter(lists.values())) if all(each in o for o in lists.values())]
    others = {name: tuple(f for f in own if f not in every) for name, own in lists.items()}
    more = tuple((name, own) for name, own in others.items() if own)
    return WppSettings(tuple(scans), tuple(dict.fromkeys(every)), more)


def _scanned(item: Item) -> Iterator[str]:
    """The names of files with a configuration."""
    for setting in _SCANNED:
        yield from words_of(item.get(setting))
    for name in _SCAN.findall(item.get("wppadditionaloptions")):
        yield name.strip('"')


def _functions(item: Item) -> list[str]:
    """Trace functions of the settings and of ``-func:`` options, in any case of letters."""
    return [
        *words_of(item.get("wpptracefunction")),
        *_FUNCTION.findall(item.get("wppadditionaloptions")),
    ]
