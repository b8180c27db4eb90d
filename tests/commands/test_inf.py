"""``ntbuild inf``: stamp and lint."""

import json
from pathlib import Path

import pytest
from jsonschema import Draft202012Validator

import peers
from infsamples import GOOD
from ntbuild.commands.cli import main
from ntbuild.packaging.inf.lint import INF_RULES

PAGE = Path(__file__).parents[2] / "docs/inf.md"


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch):
    for name in ("SOURCE_DATE_EPOCH", "STAMPINF_DATE", "STAMPINF_VERSION"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.chdir(tmp_path)
    Path("hello.inx").write_text(GOOD.replace("NTamd64", "NT$ARCH$"))
    Path("hello.inf").write_text(GOOD)
    Path("package").mkdir()
    Path("package/hello.sys").write_bytes(b"MZ")
    return tmp_path


STAMP = ["inf", "stamp", "hello.inx", "--out", "out.inf", "--arch", "x64"]


@pytest.mark.parametrize("day", ["2027-03-04", "03/04/2027"])
def test_stamp(day, capsys):
    assert main([*STAMP, "--version", "1.2.3.4", "--date", day]) == 0
    assert capsys.readouterr().out == "wrote out.inf\n"
    assert Path("out.inf").read_text() == GOOD.replace("01/02/2026", "03/04/2027")


def test_lint_as_sarif(capsys):
    Path("hello.inf").write_text(GOOD.replace("PnpLockDown = 1", "").replace("Disk  ", "Disc  "))
    assert main(["inf", "lint", "hello.inf", "hello.inx", "--format", "sarif"]) == 1
    log = json.loads(capsys.readouterr().out)
    (run,) = log["runs"]
    assert [each["id"] for each in run["tool"]["driver"]["rules"]] == list(INF_RULES)
    found = [(each["ruleId"], each["level"], _line_of(each)) for each in run["results"]]
    assert found == [("DRV901", "warning", 2), ("DRV927", "error", 15)]
    schema = json.loads(Path(peers.require_file("sarif-schema")).read_text(encoding="utf-8-sig"))
    assert list(Draft202012Validator(schema).iter_errors(log)) == []


def _line_of(result):
    return result["locations"][0]["physicalLocation"]["region"]["startLine"]


def test_stamp_by_environment(monkeypatch):
    monkeypatch.setenv("STAMPINF_VERSION", "9.8.7.6")
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "0")
    assert main(STAMP) == 0
    assert "DriverVer   = 01/01/1970,9.8.7.6\n" in Path("out.inf").read_text()
    monkeypatch.setenv("STAMPINF_DATE", "12/31/2026")
    assert main(STAMP) == 0
    assert "DriverVer   = 12/31/2026,9.8.7.6\n" in Path("out.inf").read_text()


def test_lint(capsys):
    assert main(["inf", "lint", "hello.inf", "hello.inx", "--files", "package"]) == 0
    assert capsys.readouterr().out == "hello.inf: no findings\nhello.inx: no findings\n"
    Path("hello.inf").write_text(GOOD.replace("PnpLockDown = 1", ""))
    assert main(["inf", "lint", "hello.inf"]) == 0
    assert capsys.readouterr().out == (
        "hello.inf:2: warning DRV901 inf-version: no PnpLockDown=1; fix: complete [Version]\n"
    )
    assert main(["inf", "lint", "hello.inf", "--fail-on", "warning", "--format", "json"]) == 1
    (row,) = json.loads(capsys.readouterr().out)
    assert (row["rule"], row["line"], row["level"]) == ("DRV901", 2, "warning")


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (STAMP, "inf: stamp: give --version, or STAMPINF_VERSION"),
        ([*STAMP, "--version", "1"], "inf: stamp: give --date, STAMPINF_DATE or SOURCE_DATE_EPOCH"),
        ([*STAMP, "--version", "1", "--date", "x"], "inf: stamp: the date 'x' is no day"),
        (
            [*STAMP, "--version", "1", "--date", "2027-01-01"],
            "inf: stamp: version: '1' is not four numbers",
        ),
        (["inf", "lint", "missing.inf"], "inf: missing.inf: No such file"),
        (["inf", "lint", "hello.inf", "--files", "no"], "inf: --files: no: No such file"),
    ],
)
def test_wrong_words(words, message, capsys):
    assert main(words) == 2
    out, err = capsys.readouterr()
    assert (out, err.count("\n")) == ("", 1)
    assert f"ntbuild: {message}" in err
    assert not Path("out.inf").exists()


def test_an_inf_does_not_replace_its_template(capsys):
    words = ["inf", "stamp", "hello.inx", "--out", "hello.inx", "--arch", "x64"]
    assert main([*words, "--version", "1.2.3.4", "--date", "2027-01-01"]) == 2
    assert "an output would replace this input" in capsys.readouterr().err


def test_the_page_has_every_rule_as_it_is(capsys):
    assert main(["inf", "rules"]) == 0
    shown = capsys.readouterr().out
    page = PAGE.read_text(encoding="utf-8")
    for rule in INF_RULES.values():
        assert f"{rule.id} {rule.slug} ({rule.level.word}): {rule.title}.\n" in shown
        text = f"### {rule.id} {rule.slug}\n\n{rule.title}. {rule.why}\n\n"
        text += f"- level: {rule.level.word}\n- fix: {rule.fix}\n- source: {rule.source}\n"
        assert text in page
