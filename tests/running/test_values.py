"""Runs, plans, reports and verdicts, without any engine."""

import json

import pytest

from ntbuild.running.engines import engines_named, wanted_of
from ntbuild.running.judge import judged
from ntbuild.running.plan import Plan, plan_from_json
from ntbuild.running.report import (
    EngineReport,
    Report,
    combined,
    engine_report_from_json,
)
from ntbuild.running.values import Ioctl, Read, Run, RunError, Write, ctl_code
from ntbuild.support.values import replace


def test_a_plan_survives_the_way_to_another_process():
    calls = (Ioctl(0x80002000, b"\x01\0", expect=b"\xff"), Read(8, offset=4), Write(b"a", None))
    plan = Plan("a.sys", "x64", ("b.sys",), calls, ("hvci",), 3, "a.map")
    assert plan_from_json(plan.to_json()) == plan


@pytest.mark.parametrize(
    ("make", "text"),
    [
        (lambda: Run(calls=["x"]), "run: calls: 'x' is none of Ioctl, Read and Write"),
        (lambda: Run(calls=Ioctl(-1)), "Ioctl: code: expected a number"),
        (
            lambda: Run(calls=Ioctl(1, expect=1)),
            "Ioctl: expect: expected at most",
        ),
        (lambda: Run(calls=Ioctl(1, "text")), "Ioctl: input: expected at most"),
        (lambda: Run(calls=Read(1 << 30)), "Read: size: expected a number"),
        (lambda: Run(calls=Write("text")), "Write: data: expected at most"),
        (lambda: Run(prints=["a\nb"]), "prints: 'a\\nb' is not a text of one line"),
        (lambda: Run(timeout=0), "run: timeout: expected seconds from 1 to 600, not 0"),
        (lambda: Run(timeout=True), "run: timeout: expected seconds"),
        (lambda: engines_named(("unicrn",), "--engine"), "--engine: no engine 'unicrn'"),
    ],
)
def test_a_wrong_run_is_refused_with_its_keyword(make, text):
    with pytest.raises(RunError, match=r"^[^\n]+$") as failure:
        make()
    assert text in str(failure.value)


def test_one_value_stands_for_a_list():
    run = Run(calls=Ioctl(4), prints="a", engines="unicorn")
    assert (run.calls, run.prints, run.engines) == ((Ioctl(4),), ("a",), ("unicorn",))


@pytest.mark.parametrize(
    ("verdicts", "wanted", "verdict"),
    [
        (("proved", "proved"), 2, "proved"),
        (("proved", "refused"), 1, "refused"),
        (("proved", "broken"), 1, "broken"),
        (("broken", "refused"), 2, "refused"),
        (("proved", "unknown"), 2, "unknown"),
        (("proved", "absent"), 2, "unproved"),
        (("absent", "absent"), 2, "absent"),
        (("proved",), 2, "unproved"),
        (("proved",), 1, "proved"),
    ],
)
def test_one_refusal_refuses_and_two_proofs_prove(verdicts, wanted, verdict):
    assert combined(verdicts, wanted) == verdict


def test_two_engines_are_wanted_unless_the_run_names_them():
    assert [wanted_of(()), wanted_of(("unicorn",)), wanted_of(("a", "b", "c"))] == [2, 1, 3]


def proved(**more):
    return EngineReport("unicorn", "2", "proved", **more)


def test_a_line_that_is_not_printed_refuses_the_driver():
    report = proved(printed=("a: started", "a: stopped"))
    plan = Plan("a.sys", "x64")
    assert judged(report, plan, ["started", "stopped"]).verdict == "proved"
    assert judged(report, plan, ["gone"]).why == "prints: no line with 'gone'"
    stays = replace(report, stages={"unloadable": False, "lacks": "DriverUnload"})
    assert judged(stays, plan, ["gone"]).why == (
        "not unloadable (no DriverUnload), so no line is of its unload; prints: no line with 'gone'"
    )
    swapped = judged(report, plan, ["stopped", "started"])
    assert swapped.why == "prints: no line with 'started' after those before it"


def served(status, output):
    entry = {"request": "x", "call": 0, "status": status, "information": 4, "output": output}
    return proved(stages={"served": [entry]})


def test_an_answer_that_is_not_expected_refuses_the_driver():
    plan = Plan("a.sys", "x64", calls=(Ioctl(1, expect=b"\x2a"),))
    assert judged(served("0x00000000", "2a"), plan, []).verdict == "proved"
    assert judged(served("0x00000000", "2b"), plan, []).why == (
        "calls[0] (Ioctl): answered 1 bytes 2b, expected 1 bytes 2a"
    )
    assert judged(served("0xc0000010", ""), plan, []).why == (
        "calls[0] (Ioctl): status 0xc0000010, expected 0x00000000"
    )
    assert "was not made" in judged(proved(), plan, []).why


def test_a_report_is_json_with_a_schema_and_no_more_lines_than_allowed():
    engine = proved(printed=tuple(f"line {number}" for number in range(300)))
    report = Report("a.sys", "00", "x64", 1, (engine,))
    values = json.loads(report.to_json())
    assert (values["schema"], values["verdict"], values["wanted"]) == (1, "proved", 1)
    lines = values["engines"][0]["printed"]
    assert (len(lines), lines[-1]) == (201, "... 100 more lines")
    again = engine_report_from_json(values["engines"][0])
    assert (again.name, again.verdict) == ("unicorn", "proved")
    assert "a.sys (x64): proved" in report.to_text()


def test_a_control_code_is_that_of_the_macro():
    assert ctl_code(0x8000, 0x800) == 0x80002000
    assert ctl_code(0x22, 0x801, "out_direct", "read") == 0x226006
    assert ctl_code(0x22, 0x801, access="read,write") == 0x22E004
    for words in ((0x22, 0x800, "fast"), (0x22, 0x800, "neither", "all"), (0x22, 0x1000)):
        with pytest.raises(ValueError, match="ctl_code: "):
            ctl_code(*words)


def test_a_reason_says_how_to_ask_the_engine_that_proves_it():
    proves = EngineReport("unicorn", "2", "proved")
    lacks = EngineReport(
        "qemu", "7", "unknown", why="calls a.sys!F, which this kernel does not have"
    )
    absent = EngineReport("qemu", "", "absent", why="qemu is not installed")
    both = Report("a.sys", "00", "x64", 2, (proves, lacks))
    (line,) = both.reasons()
    assert line.endswith("not have; unicorn proves it: engines='unicorn' of run= asks no other")
    for engines in ((absent, lacks), (proves, absent)):
        text = " ".join(Report("a.sys", "00", "x64", 2, engines).reasons())
        assert "asks no other" not in text
