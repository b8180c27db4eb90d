"""What SARIF 2.1.0 allows of the objects that pecheck writes, written down from the standard.

The validators from outside (``test_sarif.py``) know all of the standard, and may not be installed.
Here are the parts in use: for each object the properties that must be there, those that may, and
what kind of value each has. What is not listed is an error, also where the standard would allow it.
"""

LEVEL = {"none", "note", "warning", "error"}
ROLE = {"analysisTarget", "userSpecifiedConfiguration"}
TEXT, NUMBER = str, int

# object: ({required}, {property: kind}); a kind is a type, a set of words, an object or [kind].
SHAPES = {
    "sarifLog": ({"version", "runs"}, {"$schema": TEXT, "version": {"2.1.0"}, "runs": ["run"]}),
    "run": (
        {"tool"},
        {
            "tool": "tool",
            "artifacts": ["artifact"],
            "results": ["result"],
            "columnKind": {"utf16CodeUnits", "unicodeCodePoints"},
        },
    ),
    "tool": ({"driver"}, {"driver": "toolComponent"}),
    "toolComponent": (
        {"name"},
        {"name": TEXT, "semanticVersion": TEXT, "rules": ["reportingDescriptor"]},
    ),
    "reportingDescriptor": (
        {"id"},
        {
            "id": TEXT,
            "name": TEXT,
            "shortDescription": "multiformatMessageString",
            "fullDescription": "multiformatMessageString",
            "help": "multiformatMessageString",
            "defaultConfiguration": "reportingConfiguration",
            "properties": dict,
        },
    ),
    "multiformatMessageString": ({"text"}, {"text": TEXT}),
    "reportingConfiguration": (set(), {"level": LEVEL}),
    "artifact": (set(), {"location": "artifactLocation", "roles": [ROLE]}),
    "artifactLocation": (set(), {"uri": TEXT, "index": NUMBER}),
    "result": (
        {"message"},
        {
            "ruleId": TEXT,
            "ruleIndex": NUMBER,
            "level": LEVEL,
            "message": "message",
            "locations": ["location"],
            "partialFingerprints": dict,
            "baselineState": {"new", "unchanged", "updated", "absent"},
            "suppressions": ["suppression"],
        },
    ),
    "message": ({"text"}, {"text": TEXT}),
    "location": (
        set(),
        {"physicalLocation": "physicalLocation", "logicalLocations": ["logicalLocation"]},
    ),
    "physicalLocation": (
        {"artifactLocation"},
        {"artifactLocation": "artifactLocation", "region": "region"},
    ),
    "region": (set(), {"byteOffset": NUMBER, "byteLength": NUMBER}),
    "logicalLocation": (set(), {"name": TEXT, "fullyQualifiedName": TEXT}),
    "suppression": (
        {"kind"},
        {
            "kind": {"inSource", "external"},
            "status": {"accepted", "underReview", "rejected"},
            "justification": TEXT,
        },
    ),
}


def faults(value, kind="sarifLog", path="$"):
    """What a value lacks or has too much of, as lines; none when it has the shape."""
    if isinstance(kind, list):
        if not isinstance(value, list):
            return [f"{path}: no array"]
        return [
            each for i, item in enumerate(value) for each in faults(item, kind[0], f"{path}[{i}]")
        ]
    if isinstance(kind, set):
        return [] if value in kind else [f"{path}: {value!r} is not one of {sorted(kind)}"]
    if isinstance(kind, type):
        good = isinstance(value, kind) and not isinstance(value, bool)
        return (
            [] if good and value not in (-1, "") else [f"{path}: {value!r} is no {kind.__name__}"]
        )
    if not isinstance(value, dict):
        return [f"{path}: no object"]
    required, properties = SHAPES[kind]
    found = [f"{path}: no {name}" for name in sorted(required - set(value))]
    for name, item in value.items():
        if name not in properties:
            found.append(f"{path}: {name} is no property of {kind}")
        else:
            found += faults(item, properties[name], f"{path}.{name}")
    return found
