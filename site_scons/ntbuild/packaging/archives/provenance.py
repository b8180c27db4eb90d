"""Provenance of a package: an in-toto statement with a SLSA predicate, of its build record.

Subjects are the files of the package as they are delivered; dependencies the commit, the sources
and the tools. The statement is not signed and no trusted platform makes it: it says what was done,
which is level 1 of SLSA. A service that signs statements takes it as it is.

The package in-toto-attestation has had no release since 2023 and brings protobuf for what is a JSON
object of four keys, so this is written here.

Sources: in-toto "Statement v1"; SLSA "Provenance v1".
"""

import json
from collections.abc import Mapping, Sequence
from typing import Any, Final

_STATEMENT: Final = "https://in-toto.io/Statement/v1"
_PREDICATE: Final = "https://slsa.dev/provenance/v1"


def provenance(record: Mapping[str, Any], subjects: Sequence[tuple[str, str]]) -> str:
    """The text of the statement. ``subjects``: names and SHA-256 digests."""
    tools = record["tools"]
    builder = f"pkg:pypi/ntbuild@{tools['ntbuild']}"
    build, commit = record["build"], record["commit"]
    sources = [{"name": "source", "digest": {"gitCommit": commit["id"]}}] if commit else []
    statement = {
        "_type": _STATEMENT,
        "subject": [{"name": name, "digest": {"sha256": digest}} for name, digest in subjects],
        "predicateType": _PREDICATE,
        "predicate": {
            "buildDefinition": {
                "buildType": f"{builder}#scons",
                "externalParameters": {
                    "targets": build["targets"],
                    "variables": build["variables"],
                    "source_date_epoch": build["source_date_epoch"],
                },
                "internalParameters": {
                    "commit_modified": commit["modified"] if commit else None,
                    "folder": commit["folder"] if commit else "",
                },
                "resolvedDependencies": [*sources, *_inputs(record)],
            },
            "runDetails": {
                "builder": {"id": builder, "version": dict(_versions(tools))},
                "metadata": {},
            },
        },
    }
    return json.dumps(statement, indent=2, ensure_ascii=False) + "\n"


def _inputs(record: Mapping[str, Any]) -> list[dict[str, Any]]:
    """The files that went into images and packages, each once."""
    rows = (
        (each["path"], each["sha256"])
        for row in (*record["images"], *record["packages"])
        for each in (*row.get("scripts", ()), *row["inputs"])
    )
    return [{"name": path, "digest": {"sha256": digest}} for path, digest in sorted({*rows})]


def _versions(tools: Mapping[str, Any]) -> list[tuple[str, str]]:
    flat = [(name, each) for name, each in tools.items() if isinstance(each, str)]
    compilers = tools.get("compilers", {})
    return flat + [(name, each["version"]) for name, each in compilers.items()]
