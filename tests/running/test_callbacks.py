"""Registered functions that never ran are named, and a minifilter sees what is done with a file."""

from pathlib import Path

import pytest

from ntbuild.running.callbacks import Callback, kind_of, never_ran, told
from ntbuild.running.emulated import engine as emulated
from ntbuild.running.places import named
from ntbuild.running.plan import Plan
from ntbuild.running.report import PROVED, REFUSED, EngineReport, Report
from ntbuild.running.ring0 import engine as ring0
from ntbuild.running.values import Ioctl, Read, Write
from running.drivers import built

FILTER = (Path(__file__).parent / "filter.c").read_text("utf-8")
ENGINES = {"unicorn": emulated, "qemu": ring0}


@pytest.fixture
def run(ready):
    def make(name, machine, calls=(), write=""):
        if name == "qemu":
            ready(machine)
        image = built(
            FILTER.replace("    WRITE\n", f"    {write}\n"),
            machine,
            modules=("ntoskrnl", "fltmgr"),
            model="minifilter",
        )
        plan = Plan(str(image), machine, calls=calls)
        return named(ENGINES[name].run(plan), plan)

    return make


@pytest.mark.parametrize("machine", ["x64", "x86"])
@pytest.mark.parametrize("name", ENGINES)
def test_a_filter_sees_what_is_done_with_a_file(run, name, machine):
    calls = (Write(b"Abcd", offset=2), Read(8))
    report = run(name, machine, calls)
    assert (report.verdict, report.why) == ("proved", None)
    lines = list(report.printed)
    assert lines[:5] == ["wrote 4 1", "read 8", "size 19", "cut at 8", "close"]
    answers = {each["call"]: each for each in report.stages["served"] if "call" in each}
    assert (answers[0]["information"], answers[1]["information"]) == (4, 8)
    # The filter has changed what is written and what is read.
    assert bytes.fromhex(answers[1]["output"])[:6] == b"!habcd"
    (never,) = [each for each in report.callbacks if not each.ran]
    assert (never.kind, never.routine) == (
        "PreOperation of IRP_MJ_DIRECTORY_CONTROL",
        "PreDirectory",
    )
    assert len(report.callbacks) == 9


@pytest.mark.parametrize("name", ENGINES)
def test_without_calls_one_write_and_one_read_are_made(run, name):
    report = run(name, "x64")
    assert [each for each in report.printed if each.startswith(("wrote", "read"))] == [
        "wrote 16 1",
        "read 64",
    ]


@pytest.mark.parametrize("name", ENGINES)
def test_a_fault_of_an_operation_is_found(run, name):
    report = run(name, "x64", write="*(volatile int *)0 = 1;")
    assert report.verdict == "refused"
    assert "PreWrite" in report.why


def test_what_is_left_behind_has_the_name_of_its_kind(run):
    leak = "{ PFLT_FILE_NAME_INFORMATION Name; FltGetFileNameInformation(Data, 1, &Name); }"
    why = run("qemu", "x64", write=leak).why
    assert "left behind after unload: a block of " in why
    assert "(file name information)" in why


@pytest.mark.parametrize("name", ENGINES)
def test_a_control_code_is_none_of_a_file(run, name):
    report = run(name, "x64", calls=(Ioctl(0x222000),))
    assert report.verdict == "refused"
    assert "minifilter's file takes Read and Write" in report.why


@pytest.mark.parametrize("name", ENGINES)
def test_a_filter_that_keeps_an_operation_is_refused_and_one_that_ends_it_is_not(run, name):
    pend = "return FLT_PREOP_PENDING;"
    assert "pending" in run(name, "x64", write=pend).why
    end = "FltCompletePendedPreOperation(Data, FLT_PREOP_SUCCESS_WITH_CALLBACK, Data);"
    report = run(name, "x64", write=end + pend)
    assert (report.verdict, report.printed[0]) == ("proved", "wrote 16 1")


READ = Callback("IRP_MJ_READ", "a.sys .text+0x10", ran=False, routine="OnRead")
WRITTEN = Callback("IRP_MJ_WRITE", "a.sys .text+0x20", ran=True)


def test_what_one_engine_calls_has_run():
    ran = Callback(READ.kind, READ.place, ran=True)
    assert never_ran([[READ, WRITTEN], [READ]]) == ([READ], 2)
    assert never_ran([[READ, WRITTEN], [ran]]) == ([], 2)
    assert never_ran([]) == ([], 0)


def test_a_verdict_names_some_and_counts_the_others():
    many = [Callback("EvtIoRead", f"a.sys .text+{n:#x}", ran=False) for n in range(6)]
    assert told([READ], 3) == "1 of 3 callbacks never ran: OnRead"
    assert told(many, 6) == (
        "6 of 6 callbacks never ran: EvtIoRead, EvtIoRead, EvtIoRead, EvtIoRead and 2 more"
    )
    assert told([], 3) == ""


@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("dispatch 4", "IRP_MJ_WRITE"),
        ("PreOperation 255", "PreOperation of IRP_MJ_ACQUIRE_FOR_SECTION_SYNCHRONIZATION"),
        ("PostOperation 200", "PostOperation of IRP_MJ_200"),
        ("EvtIoRead", "EvtIoRead"),
    ],
)
def test_what_a_function_is_for(text, kind):
    assert kind_of(text) == kind


def test_a_report_says_it_of_proofs_only():
    def report(verdict):
        engine = EngineReport("unicorn", "1", verdict, callbacks=(READ, WRITTEN))
        return Report("a.sys", "00", "x64", 1, (engine,))

    assert report(PROVED).note == "1 of 2 callbacks never ran: OnRead"
    assert "  never ran: OnRead (IRP_MJ_READ) at a.sys .text+0x10" in report(PROVED).to_text()
    assert report(REFUSED).note == ""
