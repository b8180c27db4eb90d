"""The engine in ring 0: samples are proved, and what a driver does wrong is found and named."""

import re
import struct
from pathlib import Path

import pytest

from compilers.compiling import compile_to
from kmdf.framework import build, import_library
from ntbuild import link, options_from_argv
from ntbuild.pecoff.constants import IMAGE_DIRECTORY_ENTRY
from ntbuild.pecoff.image.view import ImageView
from ntbuild.running.plan import Plan
from ntbuild.running.report import STAGES
from ntbuild.running.ring0 import engine
from ntbuild.running.transcript import read_transcript
from ntbuild.running.values import Ioctl
from pecheck.golden import set_checksum
from running.drivers import built, source_with
from running.test_exceptions import HEAD
from running.test_samples import REGISTERED, printed

MACHINES = ("x64", "x86", "arm64", "arm")
EVERYWHERE = ("client", "core", "cpp", "hello", "ioctl", "kmdf")
SAMPLES = [
    *((machine, name) for machine in MACHINES for name in EVERYWHERE),
    *((machine, name) for machine in ("x64", "x86", "arm64") for name in ("ramdisk", "seh")),
    *((machine, "minifilter") for machine in ("x64", "arm64")),
]
HERE = Path(__file__).parent


def plan_of(samples, machine, name, **more):
    path = samples[machine, name]
    needs = (str(samples[machine, "core"]),) if name == "client" else ()
    return Plan(str(path), machine, needs, map=str(path.with_suffix(".map")), **more)


@pytest.mark.parametrize(("machine", "name"), SAMPLES)
def test_a_sample_is_proved(samples, ready, machine, name):
    ready(machine)
    report = engine.run(plan_of(samples, machine, name))
    assert (report.verdict, report.why) == ("proved", None)
    assert tuple(report.stages) == STAGES
    assert report.stages["loaded"]["imports"] > 0
    assert report.printed == printed(machine, name)
    assert {each.kind for each in report.callbacks} >= REGISTERED.get(name, set())


@pytest.mark.parametrize("machine", MACHINES)
def test_a_call_is_answered(samples, ready, machine):
    ready(machine)
    calls = (
        Ioctl(0x80002000, struct.pack("<II", 40, 2), size=4),
        Ioctl(0x80002008, b"ring 0", size=6),
        Ioctl(0x80002004, size=4),
    )
    served = engine.run(plan_of(samples, machine, "ioctl", calls=calls)).stages["served"]
    answers = {each["call"]: bytes.fromhex(each["output"]) for each in served if "call" in each}
    assert answers == {0: struct.pack("<I", 42), 1: b"0 gnir", 2: struct.pack("<I", 2)}
    assert served[0]["request"] == "create"


def test_two_runs_give_the_same_report(samples, ready):
    ready("x64")
    plan = plan_of(samples, "x64", "kmdf")
    assert engine.run(plan).to_json() == engine.run(plan).to_json()


@pytest.fixture(scope="session")
def wrong(tmp_path_factory):
    """The image of wrong.c for a machine, with its map."""
    folder = tmp_path_factory.mktemp("wrong")
    made = {}

    def make(machine):
        if machine not in made:
            object_file = folder / f"wrong-{machine}.obj"
            compile_to(
                object_file, "zig", machine, "release", HERE / "wrong.c", "-Wno-infinite-recursion"
            )
            entry = "DriverEntry@8" if machine == "x86" else "DriverEntry"
            argv = ["/driver", "/subsystem:native", f"/machine:{machine}", f"/entry:{entry}"]
            libraries = [import_library(each, machine, "zig") for each in ("ntoskrnl", "hal")]
            options = options_from_argv([*argv, "/out:wrong.sys", "/nodefaultlib"])
            made[machine] = folder / f"{machine}.sys"
            made[machine].write_bytes(link([object_file, *libraries], options).image)
        return made[machine]

    return make


WRONG = {
    1: (
        "refused",
        "write to what is not there",
        "behind the end of a block of 20 bytes (pool, tag Test)",
    ),
    2: (
        "refused",
        "ExFreePoolWithTag finds that somebody has written 1 byte behind the end of a block",
    ),
    3: ("refused", "write to what is not there", "0 bytes into a freed block of 20 bytes"),
    4: ("refused", "ExFreePoolWithTag is called again for 0 bytes into a freed block of 20 bytes"),
    5: ("refused", "left behind after unload: a block of 20 bytes (pool, tag Test)"),
    6: ("refused", "write is not allowed", "accessing "),
    8: ("refused", "calls ntoskrnl.exe!IoDeleteSymbolicLink at IRQL 2, which is allowed up to 0"),
    9: ("refused", "a dispatch routine returns at IRQL 2, was called at 0"),
    10: ("refused", "device control: the request is not completed; status 0x0"),
    12: ("refused", "write is not allowed", "accessing ntoskrnl.exe!DbgPrint"),
    13: ("refused", "KeWaitForSingleObject waits for what nobody signals"),
    14: ("unknown", "calls ntoskrnl.exe!KeSetPriorityThread, which this kernel does not have"),
    15: ("refused", "execution is not allowed", "bytes into a block of 20 bytes"),
    17: ("refused", "KeBugCheckEx(0xe2, 0x1, 0x2, 0x3, 0x4)"),
}


@pytest.mark.parametrize(
    ("machine", "number"),
    [
        *(("x64", number) for number in WRONG),
        *((m, n) for m in MACHINES[1:] for n in (1, 8, 12, 15)),
    ],
)
def test_what_is_wrong_is_named(wrong, ready, machine, number):
    ready(machine)
    calls = (Ioctl(0x00220000 | number << 2),)
    report = engine.run(Plan(str(wrong(machine)), machine, calls=calls))
    verdict, *texts = WRONG[number]
    assert report.verdict == verdict, report.why
    assert [text for text in texts if text not in report.why] == []


STEPS = """
    DbgPrint("bad: %08X\\n", Outer((volatile UCHAR *)0x20));
    DbgPrint("steps: %d\\n", Taken);
    DbgPrint("raised: %08X\\n", Raised(STATUS_NO_MEMORY));
    DbgPrint("probed: %08X\\n", Probed((PVOID)0x20));
"""


@pytest.mark.parametrize(
    ("machine", "dialect"), [("x86", "msvc"), ("x64", "msvc"), ("arm64", "gnu")]
)
def test_an_exception_finds_the_handler_past_a_finally(ready, machine, dialect):
    ready(machine)
    image = built(source_with(globals=HEAD, entry=STEPS), machine, dialect=dialect)
    report = engine.run(Plan(str(image), machine))
    assert report.why is None
    assert report.printed[:4] == (
        "bad: C0000005",
        "steps: 11",
        "raised: C0000017",
        "probed: C0000005",
    )


# A handler as a driver brings it along: it unwinds by RtlUnwind and goes on in its function.
OWN_HANDLER = """
typedef struct _REG { struct _REG *Next; PVOID Handler; ULONG Esp, Ebp, Eip; } REG;
static int Asked, Unwound;
VOID NTAPI RtlUnwind(PVOID, PVOID, PEXCEPTION_RECORD, PVOID);

static __attribute__((noreturn)) void Jump(REG *Reg)
{
    __asm__ volatile("movl %0, %%ecx; movl 8(%%ecx), %%esp; movl 12(%%ecx), %%ebp; jmp *16(%%ecx)"
                     :: "r"(Reg) : "ecx", "memory");
    __builtin_unreachable();
}

static int __cdecl Inner(PEXCEPTION_RECORD Record, REG *Reg, PCONTEXT Context, PVOID Unused)
{
    if (Record->ExceptionFlags & 2)
        Unwound++;
    return 1;
}

static int __cdecl Outer(PEXCEPTION_RECORD Record, REG *Reg, PCONTEXT Context, PVOID Unused)
{
    Asked++;
    @ANSWER@
    RtlUnwind(Reg, NULL, Record, NULL);
    Jump(Reg);
}

static __attribute__((noinline)) ULONG Read(volatile ULONG *At)
{
    REG Far = { NULL, Outer, 0, 0, 0 }, Near = { &Far, Inner, 0, 0, 0 };
    ULONG Value = 77;
    __asm__ volatile(
        "movl %%fs:0, %%eax; movl %%eax, (%1); movl %%esp, 8(%1); movl %%ebp, 12(%1);"
        "movl $1f, 16(%1); movl %2, %%fs:0; movl (%3), %0; 1: movl (%1), %%eax; movl %%eax, %%fs:0"
        : "+b"(Value) : "S"(&Far), "D"(&Near), "d"(At) : "eax", "ecx", "memory");
    return Value;
}
"""
PRINT_READ = 'DbgPrint("%u %d %d\\n", Read((ULONG *)0x20) != 0, Asked, Unwound);'


def test_a_handler_that_a_driver_brings_unwinds_and_goes_on(ready):
    ready("x86")
    text = OWN_HANDLER.replace("@ANSWER@", "")
    image = built(source_with(globals=text, entry=PRINT_READ), "x86")
    report = engine.run(Plan(str(image), "x86"))
    assert (report.why, report.printed[0]) == (None, "1 1 1")


def test_a_handler_may_change_a_register_and_continue(ready):
    ready("x86")
    text = OWN_HANDLER.replace("@ANSWER@", "Context->Edx = (ULONG)(ULONG_PTR)&Asked; return 0;")
    image = built(source_with(globals=text, entry=PRINT_READ), "x86")
    report = engine.run(Plan(str(image), "x86"))
    assert (report.why, report.printed[0]) == (None, "1 1 0")


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("%%fs:0", "DriverEntry leaves an exception registration behind"),
        (
            "%%fs:0; movl (%%edx), %%eax",
            "the handler of an exception registration is no code",
        ),
    ],
)
def test_a_chain_of_registrations_that_is_wrong_is_refused(ready, code, text):
    ready("x86")
    entry = f"""
    ULONG Own[2] = {{ 0xFFFFFFFF, 0x1234 }};
    __asm__ volatile("movl %0, {code}" :: "r"(Own), "d"(0x20) : "eax", "memory");
    """
    report = engine.run(Plan(str(built(source_with(entry=entry), "x86")), "x86"))
    assert report.verdict == "refused"
    assert text in report.why


ROUTINES = """
typedef struct { SLIST_ENTRY Link; int Number; } ITEM;
static NPAGED_LOOKASIDE_LIST Blocks;
static SLIST_HEADER Head;
static ITEM Items[2];
static KGUARDED_MUTEX Mutex;
static PIO_WORKITEM Work;
static const GUID Id = {
    0x01234567, 0x89AB, 0xCDEF, { 1, 0x23, 0x45, 0x67, 0x89, 0xAB, 0xCD, 0xEF }
};

static VOID NTAPI Worked(PVOID Object, PVOID Context, PIO_WORKITEM Item)
{
    DbgPrint("work %d %d\\n", Object == (PVOID)Device, Item == Work);
    IoFreeWorkItem(Item);
    UNREFERENCED_PARAMETER(Context);
}

static VOID Lists(VOID)
{
    PVOID Block;
    UNICODE_STRING Text;
    GUID Back;

    ExInitializeNPagedLookasideList(&Blocks, NULL, NULL, 0, 40, 'tseT', 0);
    Block = ExAllocateFromNPagedLookasideList(&Blocks);
    DbgPrint("block %d\\n", Block != NULL);
    ExFreeToNPagedLookasideList(&Blocks, Block);
    ExDeleteNPagedLookasideList(&Blocks);
    InitializeSListHead(&Head);
    InterlockedPushEntrySList(&Head, &Items[0].Link);
    InterlockedPushEntrySList(&Head, &Items[1].Link);
    DbgPrint("list %d", (int)ExQueryDepthSList(&Head));
    DbgPrint(" %d", InterlockedPopEntrySList(&Head) == &Items[1].Link);
    DbgPrint(" %d", InterlockedPopEntrySList(&Head) == &Items[0].Link);
    DbgPrint(" %d\\n", InterlockedPopEntrySList(&Head) == NULL);
    RtlStringFromGUID(&Id, &Text);
    DbgPrint("guid %wZ", &Text);
    DbgPrint(" %08X", RtlGUIDFromString(&Text, &Back));
    DbgPrint(" %d\\n", RtlCompareMemory(&Back, &Id, sizeof(Id)) == sizeof(Id));
    RtlFreeUnicodeString(&Text);
    KeInitializeGuardedMutex(&Mutex);
    KeAcquireGuardedMutex(&Mutex);
    KeReleaseGuardedMutex(&Mutex);
    Work = IoAllocateWorkItem(Device);
    IoQueueWorkItemEx(Work, Worked, DelayedWorkQueue, NULL);
}
"""
FOUND = "block 1|list 2| 1| 1| 1|guid {01234567-89AB-CDEF-0123-456789ABCDEF}| 00000000| 1|"


@pytest.mark.parametrize("machine", ["x64", "x86"])
def test_routines_that_real_drivers_call_do_what_their_pages_say(ready, machine):
    ready(machine)
    image = built(source_with(globals=ROUTINES, entry="Lists();"), machine)
    report = engine.run(Plan(str(image), machine))
    assert report.why is None
    assert "|".join(report.printed).startswith(FOUND)
    assert "work 1 1" in report.printed


@pytest.mark.parametrize("machine", ["x64", "x86"])
def test_a_device_whose_hardware_is_not_there_is_removed_again(ready, tmp_path, machine):
    ready(machine)
    path = tmp_path / "hardware.sys"
    path.write_bytes(build(tmp_path, "zig", machine, 33, source=HERE / "hardware.c"))
    report = engine.run(Plan(str(path), machine))
    assert (report.verdict, report.why) == ("proved", None)
    assert report.printed == (
        "collection 2 1",
        "collection 1 1",
        "key C0000034 7, memory 24",
        "string Value",
        "resources 0 0",
        "released 1",
    )
    served = {each["request"]: each["status"] for each in report.stages["served"]}
    assert served["prepare-hardware"] == served["start"] == "0xc0000182"


LEFT = {
    "a registration of CmRegisterCallbackEx is left behind": """
        LARGE_INTEGER Cookie;
        CmRegisterCallbackEx((PVOID)Dispatch, NULL, DriverObject, NULL, &Cookie, NULL);
    """,
    "a registration of ObRegisterCallbacks is left behind": """
        PVOID Handle;
        OB_OPERATION_REGISTRATION Operation = { PsProcessType, 1, NULL, NULL };
        OB_CALLBACK_REGISTRATION Registration = { 0x100, 1, { 0 }, NULL, &Operation };
        ObRegisterCallbacks(&Registration, &Handle);
    """,
    "KeReleaseGuardedMutex: the mutex is not held": """
        static KGUARDED_MUTEX Mutex;
        KeInitializeGuardedMutex(&Mutex);
        KeReleaseGuardedMutex(&Mutex);
    """,
}


@pytest.mark.parametrize("text", LEFT)
def test_what_is_registered_and_not_given_back_is_named(ready, text):
    ready("x64")
    report = engine.run(Plan(str(built(source_with(entry=LEFT[text]), "x64")), "x64"))
    assert report.verdict == "refused"
    assert text in report.why


@pytest.mark.parametrize("machine", ["x64", "x86", "arm64"])
def test_the_processor_says_which_thread_runs(ready, machine):
    ready(machine)
    entry = 'DbgPrint("%d\\n", (PVOID)KeGetCurrentThread() == (PVOID)PsGetCurrentThread());'
    report = engine.run(Plan(str(built(source_with(entry=entry), machine)), machine))
    assert (report.why, report.printed[0]) == (None, "1")


THREAD = r"""
static KEVENT Stop, Work, Done;
static PVOID Thread;
static ULONG Rounds;

static VOID NTAPI Body(PVOID Context)
{
    PVOID Objects[2] = { &Stop, &Work };
    LARGE_INTEGER Second;
    NTSTATUS Status;

    Second.QuadPart = -10000000;
    DbgPrint("thread %d\n", (PVOID)KeGetCurrentThread() == Thread);
    while ((Status = KeWaitForMultipleObjects(2, Objects, WaitAny, Executive, KernelMode, FALSE,
                                              &Second, NULL)))
        if (Status != STATUS_TIMEOUT) {
            Rounds++;
            KeSetEvent(&Done, 0, FALSE);
        }
    DbgPrint("thread ends %u\n", Rounds);
    if (Context)
        PsTerminateSystemThread(STATUS_SUCCESS);
}
"""
BEGUN = """
    HANDLE Handle;

    KeInitializeEvent(&Stop, NotificationEvent, FALSE);
    KeInitializeEvent(&Work, SynchronizationEvent, FALSE);
    KeInitializeEvent(&Done, SynchronizationEvent, FALSE);
    PsCreateSystemThread(&Handle, THREAD_ALL_ACCESS, NULL, NULL, NULL, Body, DriverObject);
    ObReferenceObjectByHandle(Handle, THREAD_ALL_ACCESS, NULL, KernelMode, &Thread, NULL);
    ZwClose(Handle);
    for (Index = 0; Index < 3; Index++) {
        KeSetEvent(&Work, 0, FALSE);
        KeWaitForSingleObject(&Done, Executive, KernelMode, FALSE, NULL);
    }
"""
ENDED = """
    KeSetEvent(&Stop, 0, FALSE);
    KeWaitForSingleObject(Thread, Executive, KernelMode, FALSE, NULL);
    ObDereferenceObject(Thread);
"""


@pytest.mark.parametrize("machine", MACHINES)
def test_a_system_thread_runs_while_the_driver_waits(ready, machine):
    ready(machine)
    source = source_with(globals=THREAD, entry=BEGUN, unload=ENDED)
    report = engine.run(Plan(str(built(source, machine)), machine))
    assert (report.verdict, report.why) == ("proved", None)
    assert [line.strip() for line in report.printed if "thread" in line] == [
        "thread 1",
        "thread ends 3",
    ]


def test_a_system_thread_that_is_left_or_faults_is_refused(ready):
    ready("x64")

    def why(body, unload):
        source = source_with(globals=body, entry=BEGUN, unload=unload)
        return engine.run(Plan(str(built(source, "x64")), "x64")).why

    assert "a system thread is left behind: probe.sys .text+0x" in why(THREAD, "")
    fault = THREAD.replace("Rounds++;", "*(volatile ULONG *)0 = Rounds++;")
    assert "accessing 0x0" in why(fault, ENDED)


@pytest.mark.parametrize("machine", ["x64", "arm64", "arm"])
def test_a_caller_without_unwind_data_is_refused(samples, ready, tmp_path, machine):
    ready(machine)
    data = bytearray(samples[machine, "hello"].read_bytes())
    at = ImageView(bytes(data)).directory_offset(IMAGE_DIRECTORY_ENTRY.EXCEPTION)
    struct.pack_into("<II", data, at, 0, 0)
    set_checksum(data)
    (tmp_path / "hello.sys").write_bytes(data)
    report = engine.run(Plan(str(tmp_path / "hello.sys"), machine))
    assert report.verdict == "refused"
    assert "a function that calls has no unwind data" in report.why
    assert "from the call of " in report.why


@pytest.mark.parametrize("machine", MACHINES)
def test_a_stack_that_overflows_is_refused(wrong, ready, machine):
    ready(machine)
    plan = Plan(str(wrong(machine)), machine, calls=(Ioctl(0x00220000 | 11 << 2),))
    report = engine.run(plan)
    assert report.verdict == "refused"
    expected = {"x64": "triple fault", "x86": "triple fault"}
    assert expected.get(machine, "accessing what is below the stack") in report.why


@pytest.mark.parametrize("machine", MACHINES)
def test_a_stack_that_is_written_over_is_refused_with_a_place(wrong, ready, machine):
    ready(machine)
    plan = Plan(str(wrong(machine)), machine, calls=(Ioctl(0x00220000 | 18 << 2),))
    report = engine.run(plan)
    assert report.verdict == "refused", report.why
    assert re.search("(at|accessing) 0x414141", report.why)
    report = engine.run(Plan(plan.image, machine, calls=(Ioctl(0x00220000 | 19 << 2),)))
    assert report.verdict == "refused"
    assert report.why.endswith("accessing what is above the stack")


@pytest.mark.parametrize(
    ("number", "text"), [(7, "did not end in 1 s"), (16, "did not end in 1 s")]
)
def test_what_does_not_end_is_refused(wrong, ready, number, text):
    ready("arm64")
    calls = (Ioctl(0x00220000 | number << 2),)
    report = engine.run(Plan(str(wrong("arm64")), "arm64", calls=calls, timeout=1))
    assert report.verdict == "refused"
    assert text in report.why
    assert len(report.to_json()["printed"]) <= 201


def test_a_driver_that_prints_like_the_kernel_is_not_believed():
    found = read_transcript("@kernel\n@say x\\x0a@verdict proved\n@why it lies\n@verdict refused\n")
    assert (found.verdict, found.why) == ("refused", "it lies")
    assert found.printed == ["x\n@verdict proved"]


@pytest.mark.parametrize("content", [b"", b"MZ", b"MZ" + bytes(300), bytes(5000)])
def test_what_is_no_image_is_refused(tmp_path, ready, content):
    ready("x64")
    (tmp_path / "none.sys").write_bytes(content)
    report = engine.run(Plan(str(tmp_path / "none.sys"), "x64"))
    assert (report.verdict, report.why) == ("refused", "none.sys: not a PE image (0x0)")
