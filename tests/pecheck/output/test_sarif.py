"""SARIF logs against validators from outside: the schema of the standard, and Microsoft's.

The schema says which properties and values there may be; the validator, which its own authors run
over every tool they ship, also follows indexes, URIs and the words of the standard. Neither is
enough alone: the schema takes a wrong index, the validator says nothing of a log with a wrong word
(and nothing of what it should remark on in any log, which is how this is noticed).
"""

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

import peers
from ntbuild.pecheck.cli import main
from ntbuild.pecheck.suppressions import ALL_RULES
from pecheck.golden import golden
from pecheck.mutations import MUTATIONS

EVERY = "base,boot,hvci,whql,sec,repro,signed"
ODD_NAMES = ("a b.sys", "päckchen.sys", "100%.sys", "a%20b.sys", "q?#&.sys", "c:d.sys", "[0]+.sys")
SUPPRESSIONS = """
[[suppress]]
rule = "DRV305"
justification = "accepted: \\"quoted\\", ä and a line\\nbreak"
[[suppress]]
rule = "DRV101"
justification = "never found"
[[suppress]]
rule = "DRV309"
justification = "over"
expires = 2001-01-01
"""
NO_PAGE, NO_REGION = "SARIF2005", "SARIF2017"
REMARKS = {
    "baseline": {NO_PAGE, NO_REGION},
    "suppressed": {NO_PAGE, NO_REGION},
    "every-rule": {NO_PAGE, NO_REGION},
}
"""What the validator remarks on: the tool names no web page of its own (in every log), and some
results have no region: those about lists, and about addresses that no byte of the file backs."""


def _bad(rule, name):
    return next(m for m in MUTATIONS if (m.rule, m.name) == (rule, name)).make("x64")


def _images(folder):
    """Good, bad and oddly named images, and one per seeded defect."""
    folder.joinpath("good.sys").write_bytes(golden())
    folder.joinpath("wx.sys").write_bytes(_bad("DRV305", "text"))
    folder.joinpath("np.sys").write_bytes(_bad("DRV309", "text"))
    folder.joinpath("cut.sys").write_bytes(_bad("DRV303", "cut"))
    folder.joinpath("s.toml").write_text(SUPPRESSIONS, encoding="utf-8")
    for name in ODD_NAMES:
        folder.joinpath(name).write_bytes(_bad("DRV318", "control"))
    folder.joinpath("every").mkdir()
    for mutation in MUTATIONS:
        path = folder / "every" / f"{mutation.rule}-{mutation.name}.sys"
        path.write_bytes(mutation.make(mutation.machines[0]))
    return [path.relative_to(folder).as_posix() for path in sorted(folder.glob("every/*"))]


def _runs(every):
    """The command lines whose logs are validated, by a name."""
    return {
        "nothing-found": ["good.sys"],
        "one-finding": ["wx.sys"],
        "several-files": ["good.sys", "wx.sys", "np.sys", "cut.sys", "wx.sys"],
        "odd-names": ODD_NAMES,
        "full-path": [str(Path("wx.sys").absolute())],
        "every-rule": ["--profile", EVERY, *every],
        "suppressed": ["wx.sys", "np.sys", "--suppressions", "s.toml"],
        "written-baseline": ["wx.sys", "np.sys", "--write-baseline", "b.json"],
        "baseline": ["wx.sys", "cut.sys", "--baseline", "b.json"],
        "unusable-file": ["none.sys", "wx.sys"],
    }


@pytest.fixture(scope="module")
def logs(tmp_path_factory):
    """Folder of the logs, and their texts by name."""
    folder = tmp_path_factory.mktemp("sarif")
    images = tmp_path_factory.mktemp("images")
    texts = {}
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(images)
        printed = []
        patch.setattr("builtins.print", lambda text, **_: printed.append(text))
        for name, words in _runs(_images(images)).items():
            printed.clear()
            main(["--format", "sarif", *words])
            texts[name] = printed[0]
            folder.joinpath(f"{name}.sarif").write_text(printed[0], encoding="utf-8")
    return folder, texts


def _schema_faults(log):
    schema = json.loads(Path(peers.require_file("sarif-schema")).read_text(encoding="utf-8-sig"))
    Draft202012Validator.check_schema(schema)
    checker = Draft202012Validator.FORMAT_CHECKER
    found = Draft202012Validator(schema, format_checker=checker).iter_errors(log)
    return [f"{error.json_path}: {error.message}" for error in found]


def _remarks(folder, tmp_path):
    """Rules that each log of a folder breaks, by its name; advice of the level note is left out."""
    out = tmp_path / "said.sarif"
    command = [
        peers.require("sarif-multitool"), "validate", str(folder / "*.sarif"), "--output", str(out),
        "--log", "ForceOverwrite",
    ]  # fmt: skip
    environment = {
        **os.environ,
        # Without this it wants the system's library of Unicode data, which nothing here needs.
        "DOTNET_SYSTEM_GLOBALIZATION_INVARIANT": "1",
        # These are for programs that run for long; here they are a third of the time.
        "DOTNET_TieredPGO": "0",
        "DOTNET_gcConcurrent": "0",
    }
    subprocess.run(command, check=True, capture_output=True, env=environment, cwd=tmp_path)
    said = {path.stem: set() for path in folder.glob("*.sarif")}
    for result in json.loads(out.read_text(encoding="utf-8-sig"))["runs"][0].get("results", ()):
        location = result["locations"][0]["physicalLocation"]["artifactLocation"]
        said[Path(location["uri"]).stem].add(result["ruleId"])
    return said


def test_every_log_passes_the_standards_schema(logs):
    _, texts = logs
    assert {name: _schema_faults(json.loads(text)) for name, text in texts.items()} == {
        name: [] for name in texts
    }


@pytest.fixture(scope="module")
def remarks(logs, tmp_path_factory):
    """What Microsoft's validator says of good and then of spoiled logs: it takes seconds to start.

    It goes by name, and some spoiled logs keep it from reading others well.
    """
    folder, texts = logs
    both = tmp_path_factory.mktemp("both")
    for name in texts:
        shutil.copy(folder / f"{name}.sarif", both)
    for name, log in _spoiled(json.loads(texts["one-finding"])):
        both.joinpath(f"x-spoiled-{name}.sarif").write_text(json.dumps(log), encoding="utf-8")
    return _remarks(both, both)


def test_every_log_passes_microsofts_validator(logs, remarks):
    _, texts = logs
    expected = {name: REMARKS.get(name, {NO_PAGE}) for name in texts}
    assert {name: remarks[name] for name in texts} == expected


def test_the_logs_have_what_there_can_be(logs):
    """All rules declared and found, all levels, states and suppressions, every kind of name."""
    _, texts = logs
    runs = {name: json.loads(text)["runs"][0] for name, text in texts.items()}
    for run in runs.values():
        assert [rule["id"] for rule in run["tool"]["driver"]["rules"]] == list(ALL_RULES)
    every = runs["every-rule"]["results"]
    assert {result["level"] for result in every} == {"note", "warning", "error"}
    assert len({result["ruleId"] for result in every}) > 85
    assert runs["nothing-found"]["results"] == []
    states = {result.get("baselineState") for result in runs["baseline"]["results"]}
    assert states == {"new", "unchanged"}
    suppressed = runs["suppressed"]["results"]
    assert {result["ruleId"] for result in suppressed} >= {"DRV001", "DRV002", "DRV305"}
    assert sum("suppressions" in result for result in suppressed) == 1
    assert {a["location"]["uri"] for a in runs["odd-names"]["artifacts"]} == {
        "a%20b.sys", "p%C3%A4ckchen.sys", "100%25.sys", "a%2520b.sys", "q%3F%23%26.sys",
        "c%3Ad.sys", "%5B0%5D%2B.sys",
    }  # fmt: skip
    (image,) = runs["full-path"]["artifacts"]
    assert image["location"]["uri"].startswith("file:///")


def _spoiled(log):
    """Copies of a log, each with one thing wrong, by a name."""
    changes = {
        "more": lambda run: run.update(more=1),
        "word": lambda run: run["results"][0].update(level="bad"),
        "no-tool": lambda run: run.pop("tool"),
        "number": lambda run: run["results"][0].update(ruleIndex="1"),
        "offset": lambda run: run["results"][0]["locations"][0]["physicalLocation"].update(
            region={"byteOffset": -7}
        ),
        "uri": lambda run: run["artifacts"][0]["location"].update(uri="a b%zz"),
    }
    for name, change in changes.items():
        copy = json.loads(json.dumps(log))
        change(copy["runs"][0])
        yield name, copy


def test_the_judges_see_what_is_wrong(logs, remarks):
    _, texts = logs
    spoiled = dict(_spoiled(json.loads(texts["one-finding"])))
    by_schema = {name for name, log in spoiled.items() if _schema_faults(log)}
    by_tool = {name for name in spoiled if remarks[f"x-spoiled-{name}"] != {NO_PAGE}}
    assert by_schema == {"more", "word", "no-tool", "number", "offset"}
    assert by_tool == {*by_schema, "uri"}
