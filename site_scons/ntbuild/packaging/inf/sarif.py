"""Findings about INF files as SARIF 2.1.0, which code scanning services and editors read.

An INF is text, so a finding is located by its line; one about the whole file has none.

Source: OASIS "Static Analysis Results Interchange Format (SARIF) Version 2.1.0".
"""

import json
from collections.abc import Sequence
from hashlib import sha256
from typing import Any, Final

from ntbuild.pecheck.output.sarif import SCHEMA, VERSION, uri_of
from ntbuild.support.version import __version__

from .lint import INF_RULES
from .rules import Finding, InfRule

_INDEX: Final = {rule_id: index for index, rule_id in enumerate(INF_RULES)}


def as_sarif(files: Sequence[str], found: Sequence[Finding]) -> str:
    """One run with all rules, all files and all findings."""
    indexes = {file: index for index, file in enumerate(dict.fromkeys(files))}
    run = {
        "tool": {
            "driver": {
                "name": "ntbuild inf",
                "semanticVersion": __version__,
                "rules": [_rule(rule) for rule in INF_RULES.values()],
            }
        },
        "columnKind": "unicodeCodePoints",
        "artifacts": [
            {"location": {"uri": uri_of(file), "index": index}, "roles": ["analysisTarget"]}
            for file, index in indexes.items()
        ],
        "results": [_result(each, indexes[each.file]) for each in found],
    }
    return json.dumps({"$schema": SCHEMA, "version": VERSION, "runs": [run]}, indent=2)


def _rule(rule: InfRule) -> dict[str, Any]:
    return {
        "id": rule.id,
        "name": "".join(word.capitalize() for word in rule.slug.split("-")),
        "shortDescription": {"text": f"{rule.title}."},
        "fullDescription": {"text": rule.why},
        "help": {"text": f"Fix: {rule.fix}.\nSource: {rule.source}."},
        "defaultConfiguration": {"level": rule.level.word},
        "properties": {"slug": rule.slug},
    }


def _result(each: Finding, index: int) -> dict[str, Any]:
    physical: dict[str, Any] = {"artifactLocation": {"uri": uri_of(each.file), "index": index}}
    if each.line:
        physical["region"] = {"startLine": each.line}
    # The line's number is no part of the fingerprint: text above it may come and go.
    mark = sha256(f"{each.file}\0{each.rule.id}\0{each.message}".encode()).hexdigest()
    return {
        "ruleId": each.rule.id,
        "ruleIndex": _INDEX[each.rule.id],
        "level": each.level.word,
        "message": {"text": f"{each.message}. Fix: {each.rule.fix}."},
        "locations": [{"physicalLocation": physical}],
        "partialFingerprints": {"finding/v1": mark[:32]},
    }
