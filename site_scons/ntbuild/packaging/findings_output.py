"""Findings about the files of packages as text, JSON and SARIF 2.1.0.

A finding in a text is located by its line; one about the whole file, or in a catalog, has none.

Source: OASIS "Static Analysis Results Interchange Format (SARIF) Version 2.1.0".
"""

import json
from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import Any, Final

from ntbuild.pecheck.output.sarif import SCHEMA, VERSION, reporting_descriptor, uri_of
from ntbuild.pecheck.rule import Level
from ntbuild.support.text import printable
from ntbuild.support.version import __version__

from .rules import Finding, Rule

Rules = Mapping[str, Rule]


def as_text(names: Sequence[str], found: Sequence[Finding], _rules: Rules) -> str:
    """A line a finding; of files without findings one that says so."""
    lines = [printable(str(each)) for each in found]
    clean = [name for name in names if all(each.file != name for each in found)]
    return "\n".join([*lines, *(f"{printable(name)}: no findings" for name in clean)])


def as_json(_names: Sequence[str], found: Sequence[Finding], _rules: Rules) -> str:
    """A list with an object a finding."""
    rows = [
        {
            "file": each.file,
            "line": each.line,
            "rule": each.rule.id,
            "slug": each.rule.slug,
            "level": each.level.word,
            "message": each.message,
            "fix": each.fix,
        }
        for each in found
    ]
    return json.dumps(rows, indent=2)


def as_sarif(names: Sequence[str], found: Sequence[Finding], rules: Rules) -> str:
    """One run with all rules, all files and all findings."""
    files = {file: index for index, file in enumerate(dict.fromkeys(names))}
    indexes = {rule_id: index for index, rule_id in enumerate(rules)}
    run = {
        "tool": {
            "driver": {
                "name": "ntbuild",
                "semanticVersion": __version__,
                "rules": [
                    reporting_descriptor(rule, "", {"slug": rule.slug}) for rule in rules.values()
                ],
            }
        },
        "columnKind": "unicodeCodePoints",
        "artifacts": [
            {"location": {"uri": uri_of(file), "index": index}, "roles": ["analysisTarget"]}
            for file, index in files.items()
        ],
        "results": [_result(each, files[each.file], indexes[each.rule.id]) for each in found],
    }
    return json.dumps({"$schema": SCHEMA, "version": VERSION, "runs": [run]}, indent=2)


FORMATS: Final = {"text": as_text, "json": as_json, "sarif": as_sarif}
LEVELS: Final = {"note": Level.NOTE, "warning": Level.WARNING, "error": Level.ERROR}
"""The words of ``--format`` and ``--fail-on``."""


def _result(each: Finding, index: int, rule_index: int) -> dict[str, Any]:
    physical: dict[str, Any] = {"artifactLocation": {"uri": uri_of(each.file), "index": index}}
    if each.line:
        physical["region"] = {"startLine": each.line}
    # The line's number is no part of the fingerprint: text above it may come and go.
    mark = sha256(f"{each.file}\0{each.rule.id}\0{each.message}".encode()).hexdigest()
    return {
        "ruleId": each.rule.id,
        "ruleIndex": rule_index,
        "level": each.level.word,
        "message": {"text": f"{each.message}. Fix: {each.fix}."},
        "locations": [{"physicalLocation": physical}],
        "partialFingerprints": {"finding/v1": mark[:32]},
    }
