"""Registered functions that never ran are named, and a minifilter sees what is done with a file."""

from pathlib import Path

import pytest

from kmdf import framework
from ntbuild.compilers.kmdf_callbacks import Argument, arguments_with_callbacks
from ntbuild.compilers.matrix import toolchains_folder
from ntbuild.running.callbacks import Callback, kind_of, never_ran, told
from ntbuild.running.emulated import engine as emulated
from ntbuild.running.emulated.frameworks import wdf
from ntbuild.running.emulated.layouts import FIELDS
from ntbuild.running.engines import engines_named
from ntbuild.running.places import named
from ntbuild.running.plan import Plan
from ntbuild.running.process import run_engine
from ntbuild.running.report import PROVED, REFUSED, EngineReport, Report
from ntbuild.running.ring0 import engine as ring0
from ntbuild.running.values import Ioctl, Read, Write
from running.drivers import built, source_with

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
    assert {(each.kind, each.routine) for each in report.callbacks if not each.ran} == {
        ("PreOperation of IRP_MJ_DIRECTORY_CONTROL", "PreDirectory"),
        ("GenerateFileNameCallback", "GenerateName"),
        ("ContextCleanupCallback", "CleanContext"),
    }
    assert len(report.callbacks) == 11


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


LOST = (Path(__file__).parent / "callbacks.c").read_text("utf-8")


@pytest.fixture
def lose(ready, tmp_path):
    """The report about the KMDF driver of callbacks.c, which does something when it is lost."""

    def make(name, machine, lost=""):
        if name == "qemu":
            ready(machine)
        source, path = tmp_path / "callbacks.c", tmp_path / "callbacks.sys"
        source.write_text(LOST.replace("    LOST\n", f"    {lost}\n"))
        path.write_bytes(framework.build(tmp_path, "zig", machine, 15, source=source))
        return ENGINES[name].run(Plan(str(path), machine))

    return make


@pytest.mark.parametrize(("name", "machine"), [("unicorn", "x86"), ("qemu", "x64")])
def test_every_callback_of_kmdf_is_counted_and_a_second_device_is_lost(lose, name, machine):
    report = lose(name, machine)
    assert (report.verdict, report.why) == ("proved", None)
    # Started, asked, asleep and awake; removed; the second one started and pulled out.
    looked = "preprocess" if name == "qemu" else ""  # the other engine's requests are no IRPs
    assert "".join(report.printed).replace("\n", " ") == (
        f"enter from 5{looked}query stopquery removesuspendleave to 4enter from 4restart"
        "suspendleave to 5cleanupenter from 5surprisesuspendleave to 5cleanup"
    )
    kinds = [(each.kind, each.ran) for each in report.callbacks]
    assert sorted(kind for kind, ran in kinds if not ran) == [
        "EvtDeviceArmWakeFromS0",
        "EvtDeviceDisarmWakeFromS0",
        "EvtDeviceUsageNotification",
        "EvtDeviceWakeFromS0Triggered",
        *(["EvtDeviceWdmIrpPreprocess"] if not looked else []),
        "EvtIoResume",
    ]
    assert sorted(kind for kind, ran in kinds if ran) == [
        *("EvtCleanupCallback", "EvtCleanupCallback", "EvtDeviceD0Entry", "EvtDeviceD0Exit"),
        *("EvtDeviceQueryRemove", "EvtDeviceQueryStop", "EvtDeviceSelfManagedIoRestart"),
        *("EvtDeviceSelfManagedIoSuspend", "EvtDeviceSurpriseRemoval"),
        *(["EvtDeviceWdmIrpPreprocess"] if looked else []),
        "EvtDriverDeviceAdd",
    ]


@pytest.mark.parametrize("name", ENGINES)
def test_a_fault_at_surprise_removal_is_found(lose, name):
    report = lose(name, "x64", "*(volatile int *)0 = 1;")
    assert report.verdict == "refused"
    assert "callbacks.sys .text+" in report.why


def test_the_tables_name_every_callback_that_a_function_of_the_framework_takes():
    found = arguments_with_callbacks(toolchains_folder() / "kmdf")
    assert found["WdfDpcCreate"] == (
        Argument(0, "WDF_DPC_CONFIG", ("EvtDpcFunc",)),
        Argument(1, "WDF_OBJECT_ATTRIBUTES", ("EvtCleanupCallback", "EvtDestroyCallback")),
    )
    assert found["WdfIoQueueReadyNotify"] == (Argument(1, "", ("EvtIoQueueState",)),)
    # The emulated kernel knows where each one is in the structures that its functions are given.
    members = {
        f"{argument.structure}.{name}"
        for function in wdf.served()
        for argument in found.get(function, ())
        if argument.structure
        for name in argument.callbacks
    }
    assert len(members) > 60
    assert sorted(members - set(FIELDS)) == []


OPENED = """
static PVOID Handle;
static OB_PREOP_CALLBACK_STATUS NTAPI Before(PVOID Context, POB_PRE_OPERATION_INFORMATION Given)
{
    DbgPrint("before %u %d %x\\n", (ULONG)Given->Operation, Given->Object == PsGetCurrentProcess(),
             (ULONG)Given->Parameters->CreateHandleInformation.DesiredAccess);
    Given->CallContext = Context;
    FAULT
    return OB_PREOP_SUCCESS;
}
static VOID NTAPI After(PVOID Context, POB_POST_OPERATION_INFORMATION Information)
    { DbgPrint("after %d %x\\n", Information->CallContext == Context, Information->ReturnStatus); }
"""
REGISTERED = """
    OB_OPERATION_REGISTRATION Operation = { PsProcessType, 1, Before, After };
    OB_CALLBACK_REGISTRATION Registration = {
        ObGetFilterVersion(), 1, { 0 }, DriverObject, &Operation
    };
    RtlInitUnicodeString(&Registration.Altitude, L"370000");
    if (!NT_SUCCESS(ObRegisterCallbacks(&Registration, &Handle)))
        return STATUS_UNSUCCESSFUL;
"""


@pytest.mark.parametrize("name", ENGINES)
def test_callbacks_for_handles_are_called(ready, name):
    ready("x64")

    def report(fault):
        code = {"globals": OPENED.replace("FAULT", fault), "entry": REGISTERED}
        source = source_with(**code, unload="ObUnRegisterCallbacks(Handle);")
        return ENGINES[name].run(Plan(str(built(source, "x64")), "x64"))

    good = report("")
    assert (good.verdict, good.why) == ("proved", None)
    lines = [each.strip() for each in good.printed]
    assert lines[1:3] == ["before 1 1 1fffff", "after 1 0"]
    assert {each.kind for each in good.callbacks if each.ran} >= {
        "PreOperation of ObRegisterCallbacks",
        "PostOperation of ObRegisterCallbacks",
    }
    assert report("*(volatile int *)0 = 1;").verdict == "refused"


STOPPED = """
static KBUGCHECK_CALLBACK_RECORD Record;
static KBUGCHECK_REASON_CALLBACK_RECORD Reason;
static VOID NTAPI AtStop(PVOID Buffer, ULONG Length) { (void)Buffer; (void)Length; }
static VOID NTAPI WithReason(KBUGCHECK_CALLBACK_REASON Why, PKBUGCHECK_REASON_CALLBACK_RECORD Given,
                             PVOID Data, ULONG Length)
    { (void)Why; (void)Given; (void)Data; (void)Length; }
"""
AT_STOP = """
    KeInitializeCallbackRecord(&Record);
    KeInitializeCallbackRecord(&Reason);
    DbgPrint("%d%d\\n",
             KeRegisterBugCheckCallback(&Record, AtStop, NULL, 0, (PUCHAR)"probe"),
             KeRegisterBugCheckCallback(&Record, AtStop, NULL, 0, (PUCHAR)"probe"));
    KeRegisterBugCheckReasonCallback(&Reason, WithReason, KbCallbackDumpIo, (PUCHAR)"probe");
"""
UNDONE = "KeDeregisterBugCheckCallback(&Record); KeDeregisterBugCheckReasonCallback(&Reason);"


@pytest.mark.parametrize("name", ENGINES)
def test_callbacks_for_a_bug_check_are_kept_named_and_missed_when_left(ready, name):
    ready("x64")

    def report(unload):
        source = source_with(globals=STOPPED, entry=AT_STOP, unload=unload)
        return ENGINES[name].run(Plan(str(built(source, "x64")), "x64"))

    good = report(UNDONE)
    assert (good.verdict, good.why) == ("proved", None)
    assert good.printed[0].strip() in {"10", "01"}
    never = [each.kind for each in good.callbacks if not each.ran]
    assert never == ["bug check callback"] * 2
    assert "callback for a bug check" in report("").why


TIMERS = """
static KTIMER Once, Often;
static KDPC OnceCall, OftenCall;
static VOID NTAPI Fire(PKDPC Call, PVOID Context, PVOID First, PVOID Second)
{
    (void)Call; (void)First; (void)Second;
    DbgPrint("%s\\n", (const char *)Context);
    FAULT
}
"""
SET = """
    LARGE_INTEGER Due, Soon;
    Due.QuadPart = -250000000;
    Soon.QuadPart = -1;
    KeInitializeDpc(&OnceCall, Fire, "once");
    KeInitializeDpc(&OftenCall, Fire, "often");
    KeInitializeTimer(&Once);
    KeInitializeTimer(&Often);
    KeSetTimer(&Once, Due, &OnceCall);
    KeSetTimerEx(&Often, Soon, 10000, &OftenCall);
"""


@pytest.fixture
def timed(ready):
    """The report about a driver that never waits and has a timer of 25 s and one each 10 s."""

    def make(name, fault="", unload="KeCancelTimer(&Once); KeCancelTimer(&Often);"):
        ready("x64")
        source = TIMERS.replace("FAULT", fault)
        image = built(source_with(globals=source, entry=SET, unload=unload), "x64")
        return run_engine(engines_named((name,), "")[0], Plan(str(image), "x64"))

    return make


@pytest.mark.parametrize("name", ENGINES)
def test_timers_fire_before_a_driver_is_removed_that_never_waits(timed, name):
    report = timed(name)
    assert (report.verdict, report.why) == ("proved", None)
    assert [each.strip() for each in report.printed if each.startswith("o")] == [
        *("often", "often", "often", "once"),
    ]
    fault = timed(name, fault="*(volatile int *)0 = 1;")
    assert fault.verdict == "refused"
    assert "probe.sys .text+" in fault.why


@pytest.mark.parametrize("name", ENGINES)
def test_a_timer_that_is_not_cancelled_is_found_although_it_fires_in_a_run(timed, name):
    report = timed(name, unload="KeCancelTimer(&Often);")
    assert report.verdict == "refused"
    assert report.why.startswith("removed before its timers are due: ")
    assert "a timer" in report.why


@pytest.mark.parametrize("name", ENGINES)
def test_a_filter_without_an_unload_callback_is_not_unloadable(ready, name):
    ready("x64")
    source = FILTER.replace("    WRITE\n", "").replace("    .FilterUnloadCallback = Unload,\n", "")
    image = built(
        f'#pragma clang diagnostic ignored "-Wunused-function"\n{source}',
        "x64",
        modules=("ntoskrnl", "fltmgr"),
        model="minifilter",
    )
    report = ENGINES[name].run(Plan(str(image), "x64"))
    assert (report.verdict, report.why) == ("proved", None)
    assert report.reached[-1] == "not unloadable (no FilterUnloadCallback)"


@pytest.mark.parametrize("name", ENGINES)
def test_a_provider_of_events_is_kept_and_missed_when_left(ready, name):
    ready("x64")

    def report(unload):
        code = {
            "globals": "static const GUID Id = { 1, 2, 3, { 4 } }; static REGHANDLE Events;",
            "entry": 'DbgPrint("%d\\n", EtwRegister(&Id, NULL, NULL, &Events));'
            "EtwWrite(Events, NULL, NULL, 0, NULL);",
        }
        source = source_with(**code, unload=unload)
        return ENGINES[name].run(Plan(str(built(source, "x64")), "x64"))

    good = report("EtwUnregister(Events);")
    assert (good.verdict, good.why, good.printed[0].strip()) == ("proved", None, "0")
    assert "event provider" in report("").why


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
