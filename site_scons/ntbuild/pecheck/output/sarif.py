"""Findings as SARIF 2.1.0, which code scanning services and editors read.

SARIF locates findings by line, and an image has none. A finding has a byte offset in the file where
it is about a byte of it, and always a logical location (section and offset). The source line of a
PDB is a related location.

Source: OASIS "Static Analysis Results Interchange Format (SARIF) Version 2.1.0".
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final
from urllib.parse import quote

from ntbuild.pecheck.check import CheckResult
from ntbuild.pecheck.rule import Rule
from ntbuild.pecheck.suppressions import ALL_RULES, ReviewedFinding
from ntbuild.support.version import __version__

VERSION: Final = "2.1.0"
SCHEMA: Final = (
    "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json"
)
_INDEX: Final = {rule_id: index for index, rule_id in enumerate(ALL_RULES)}


def as_sarif(results: Sequence[CheckResult], reviewed: Sequence[ReviewedFinding]) -> str:
    """One run with all rules, all files and all findings, suppressed ones included."""
    images = dict.fromkeys(result.file for result in results)
    lists = dict.fromkeys(j.finding.file for j in reviewed if j.finding.file not in images)
    indexes = {file: index for index, file in enumerate([*images, *lists])}
    found = [_result(each, indexes) for each in reviewed]
    if any(each.known is not None for each in reviewed):
        for result in found:
            result.setdefault("baselineState", "new")
    run = {
        "tool": {
            "driver": {
                "name": "pecheck",
                "semanticVersion": __version__,
                "rules": [_rule(rule) for rule in ALL_RULES.values()],
            }
        },
        "columnKind": "unicodeCodePoints",
        "artifacts": [
            {
                "location": {"uri": uri_of(file), "index": index},
                "roles": ["analysisTarget" if file in images else "userSpecifiedConfiguration"],
            }
            for file, index in indexes.items()
        ],
        "results": found,
    }
    return json.dumps({"$schema": SCHEMA, "version": VERSION, "runs": [run]}, indent=2)


def uri_of(file: str) -> str:
    """A file's name as a URI reference; an absolute path has the scheme ``file``."""
    return ("file://" if file.startswith("/") else "") + quote(file)


def _rule(rule: Rule) -> dict[str, Any]:
    damage = f"Breaks: {rule.damage}.\n" if rule.damage else ""
    levels = {word: level.word for word, level in rule.levels.items()}
    properties = {"tags": list(rule.profiles), "slug": rule.slug, "levels": levels}
    return reporting_descriptor(rule, damage, properties)


def reporting_descriptor(rule: Any, damage: str, properties: Mapping[str, Any]) -> dict[str, Any]:
    """A rule as SARIF has it: a `Rule`, or one of INF files or catalogs, which has such texts too.

    ``damage``: a line before the help, or nothing.

    Source: SARIF 2.1.0, section 3.49 "reportingDescriptor object".
    """
    return {
        "id": rule.id,
        "name": "".join(word.capitalize() for word in rule.slug.split("-")),
        "shortDescription": {"text": f"{rule.title}."},
        "fullDescription": {"text": rule.why},
        "help": {"text": f"{damage}Fix: {rule.fix}.\nSource: {rule.source}."},
        "defaultConfiguration": {"level": rule.level.word},
        "properties": dict(properties),
    }


def _result(each: ReviewedFinding, indexes: Mapping[str, int]) -> dict[str, Any]:
    finding = each.finding
    artifact = {"uri": uri_of(finding.file), "index": indexes[finding.file]}
    physical: dict[str, Any] = {"artifactLocation": artifact}
    if finding.location.at is not None:
        physical["region"] = {"byteOffset": finding.location.at, "byteLength": 0}
    logical = {"name": finding.location.section, "fullyQualifiedName": str(finding.location)}
    result: dict[str, Any] = {
        "ruleId": finding.rule,
        "ruleIndex": _INDEX[finding.rule],
        "level": finding.level.word,
        "message": {"text": f"{finding.message}. Fix: {finding.fix}."},
        "locations": [{"physicalLocation": physical, "logicalLocations": [logical]}],
        "partialFingerprints": {"pecheckFinding/v1": each.fingerprint},
    }
    if finding.source is not None and finding.source.file:
        uri = uri_of(finding.source.file.replace("\\", "/").removeprefix("./"))
        place = {"artifactLocation": {"uri": uri}, "region": {"startLine": finding.source.line}}
        said = {"text": finding.source.function or "the source"}
        result["relatedLocations"] = [{"id": 1, "physicalLocation": place, "message": said}]
    if each.known is not None:
        result["baselineState"] = "unchanged" if each.known else "new"
    if each.suppression is not None:
        text = each.suppression.reason
        result["suppressions"] = [{"kind": "external", "status": "accepted", "justification": text}]
    return result
