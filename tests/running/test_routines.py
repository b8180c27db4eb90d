"""Kernel routines: their tables agree with the export lists, and what drivers see of them."""

from types import SimpleNamespace

import pytest

from ntbuild.compilers.matrix import toolchains_folder
from ntbuild.compilers.modules import kernel_modules
from ntbuild.running.emulated.exports import exports_of
from ntbuild.running.emulated.faults import UnknownError
from ntbuild.running.emulated.frameworks import storport, wdf
from ntbuild.running.emulated.served import FRAMEWORKS, KERNEL
from ntbuild.running.values import Ioctl
from running.drivers import built, run, run_source, source_with

SERVED = {**KERNEL, **FRAMEWORKS}
MODULES = ("ntoskrnl.exe", "hal.dll", "fltmgr.sys", "storport.sys", "wdfldr.sys")


def test_the_kernel_has_enough_routines():
    assert len(KERNEL) >= 250
    assert len(FRAMEWORKS) >= 30
    assert len(wdf.served()) >= 130


@pytest.mark.parametrize("kind", [6, 0x1001])
def test_what_a_port_driver_is_asked_and_does_not_do_is_unknown(kind):
    kernel = SimpleNamespace(subject=lambda _, make: make(None))
    storport.stor_port_notification(kernel, storport.NEXT_REQUEST, 0, None)
    with pytest.raises(UnknownError, match=f"StorPortNotification of type {kind}$"):
        storport.stor_port_notification(kernel, kind, 0, None)


def test_arguments_take_as_much_of_an_x86_stack_as_the_export_lists_say():
    different = {}
    for module in MODULES:
        for name, export in (exports_of(module, "x86") or {}).items():
            routine = SERVED.get(name)
            if routine is None or export.pops is None:
                continue
            size = routine.signature.size_on_x86()
            expected = max(size - 8, 0) if export.is_fastcall else size
            if expected != export.pops:
                different[name] = (expected, export.pops)
    assert different == {}


def test_every_routine_is_exported_somewhere():
    exported = {
        name
        for machine in ("x64", "x86", "arm64", "arm")
        for module in kernel_modules(machine, toolchains_folder() / "defs")
        for name in module.functions
    }
    assert sorted(set(SERVED) - exported) == []


TEXTS = r"""
    UNICODE_STRING Unicode, Copy;
    ANSI_STRING Ansi;
    WCHAR Buffer[16];
    LARGE_INTEGER Large;

    RtlInitUnicodeString(&Unicode, L"Hello");
    Large.QuadPart = -5000000000;
    Copy.Buffer = Buffer;
    Copy.Length = 0;
    Copy.MaximumLength = sizeof(Buffer);
    RtlAppendUnicodeStringToString(&Copy, &Unicode);
    RtlAppendUnicodeToString(&Copy, L", you");
    RtlUnicodeStringToAnsiString(&Ansi, &Copy, TRUE);
    DbgPrint("%wZ|%Z|%ws|%s|%-4d|%04X|%x\n", &Copy, &Ansi, L"wide", "narrow", 7, 0xAB, 0xCD);
    RtlFreeAnsiString(&Ansi);
    DbgPrint("%I64d %lld %u %c%% %5s|\n", Large.QuadPart, 5000000000LL, 3000000000U, 'x', "ab");
    DbgPrint("%d\n", RtlCompareUnicodeString(&Unicode, &Copy, TRUE) < 0);
"""


@pytest.mark.parametrize("machine", ["x64", "x86", "arm64", "arm"])
def test_texts_and_formats(machine):
    report = run_source(source_with(entry=TEXTS), machine)
    assert report.why is None
    assert report.printed[:3] == (
        "Hello, you|Hello, you|wide|narrow|7   |00AB|cd",
        "-5000000000 5000000000 3000000000 x%    ab|",
        "1",
    )


WAITING = r"""
static KTIMER Timer;
static KDPC Dpc;
static KEVENT Event, Started;
static PKTHREAD Thread;
static ULONG Fired;

static VOID NTAPI Fire(PKDPC Call, PVOID Context, PVOID First, PVOID Second)
{
    UNREFERENCED_PARAMETER(Call); UNREFERENCED_PARAMETER(Context);
    UNREFERENCED_PARAMETER(First); UNREFERENCED_PARAMETER(Second);
    Fired++;
    KeSetEvent(&Event, 0, FALSE);
}

static VOID NTAPI Work(PVOID Context)
{
    UNREFERENCED_PARAMETER(Context);
    DbgPrint("thread: starts\n");
    KeSetEvent(&Started, 0, FALSE);
    KeWaitForSingleObject(&Event, Executive, KernelMode, FALSE, NULL);
    DbgPrint("thread: ends\n");
    PsTerminateSystemThread(STATUS_SUCCESS);
}
"""
WAITED = r"""
    HANDLE Handle;
    LARGE_INTEGER Due;

    KeInitializeEvent(&Event, NotificationEvent, FALSE);
    KeInitializeEvent(&Started, SynchronizationEvent, FALSE);
    KeInitializeTimer(&Timer);
    KeInitializeDpc(&Dpc, Fire, NULL);
    PsCreateSystemThread(&Handle, THREAD_ALL_ACCESS, NULL, NULL, NULL, Work, NULL);
    ObReferenceObjectByHandle(Handle, 0, NULL, KernelMode, (PVOID *)&Thread, NULL);
    ZwClose(Handle);
    KeWaitForSingleObject(&Started, Executive, KernelMode, FALSE, NULL);
    DbgPrint("driver: waits\n");
    Due.QuadPart = -10000;
    KeSetTimer(&Timer, Due, &Dpc);
    KeWaitForSingleObject(Thread, Executive, KernelMode, FALSE, NULL);
    ObDereferenceObject(Thread);
    DbgPrint("fired %u\n", Fired);
"""


@pytest.mark.parametrize("machine", ["x64", "x86", "arm64", "arm"])
def test_a_thread_waits_for_a_timers_deferred_procedure_call(machine):
    report = run_source(source_with(globals=WAITING, entry=WAITED), machine)
    assert report.why is None
    assert report.printed[:4] == (
        "thread: starts",
        "driver: waits",
        "thread: ends",
        "fired 1",
    )


ANSWER = """
    PIO_STACK_LOCATION Stack = IoGetCurrentIrpStackLocation(Irp);

    if (Stack->MajorFunction == IRP_MJ_DEVICE_CONTROL) {
        ULONG Code = Stack->Parameters.DeviceIoControl.IoControlCode;
        ULONG Size = Stack->Parameters.DeviceIoControl.OutputBufferLength;
        PUCHAR Target = Irp->AssociatedIrp.SystemBuffer;
        if (METHOD_FROM_CTL_CODE(Code) != METHOD_BUFFERED && METHOD_FROM_CTL_CODE(Code) != 3)
            Target = MmGetSystemAddressForMdlSafe(Irp->MdlAddress, NormalPagePriority);
        if (METHOD_FROM_CTL_CODE(Code) == 3)
            Target = Irp->UserBuffer;
        RtlFillMemory(Target, Size, (UCHAR)(0xA0 + METHOD_FROM_CTL_CODE(Code)));
        Irp->IoStatus.Status = STATUS_SUCCESS;
        Irp->IoStatus.Information = Size;
        IoCompleteRequest(Irp, IO_NO_INCREMENT);
        return STATUS_SUCCESS;
    }
"""


@pytest.mark.parametrize("machine", ["x64", "x86", "arm64", "arm"])
def test_control_codes_of_all_four_methods_are_answered(machine):
    calls = tuple(Ioctl(0x80002000 | method, b"1234", size=4) for method in range(4))
    report = run(built(source_with(dispatch=ANSWER), machine), machine, calls=calls)
    assert report.why is None
    answers = [entry["output"] for entry in report.stages["served"] if "call" in entry]
    assert answers == ["a0a0a0a0", "a1a1a1a1", "a2a2a2a2", "a3a3a3a3"]


QUEUE = """
static IO_CSQ Queue; static LIST_ENTRY List; static KSPIN_LOCK QueueLock;
static VOID NTAPI Insert(PIO_CSQ Csq, PIRP Irp)
    { InsertTailList(&List, &Irp->Tail.Overlay.ListEntry); }
static VOID NTAPI Remove(PIO_CSQ Csq, PIRP Irp) { RemoveEntryList(&Irp->Tail.Overlay.ListEntry); }
static PIRP NTAPI Peek(PIO_CSQ Csq, PIRP Irp, PVOID Context)
{
    if (IsListEmpty(&List))
        return NULL;
    return CONTAINING_RECORD(List.Flink, IRP, Tail.Overlay.ListEntry);
}
static VOID NTAPI Acquire(PIO_CSQ Csq, PKIRQL Irql) { KeAcquireSpinLock(&QueueLock, Irql); }
static VOID NTAPI Release(PIO_CSQ Csq, KIRQL Irql) { KeReleaseSpinLock(&QueueLock, Irql); }
static VOID NTAPI Canceled(PIO_CSQ Csq, PIRP Irp)
{
    DbgPrint("canceled\\n");
    Irp->IoStatus.Status = STATUS_CANCELLED;
    Irp->IoStatus.Information = 0;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
}
"""
QUEUED = """
if (IoGetCurrentIrpStackLocation(Irp)->MajorFunction == IRP_MJ_DEVICE_CONTROL) {
    IoCsqInsertIrp(&Queue, Irp, NULL);
    if (IoGetCurrentIrpStackLocation(Irp)->Parameters.DeviceIoControl.IoControlCode & 4)
        return STATUS_PENDING;
    if (IoCsqRemoveNextIrp(&Queue, NULL) != Irp || IoCsqRemoveNextIrp(&Queue, NULL) != NULL)
        DbgPrint("another request\\n");
    Status = STATUS_PENDING;
    Irp->IoStatus.Status = STATUS_SUCCESS;
    Irp->IoStatus.Information = 0;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    return STATUS_PENDING;
}
"""


@pytest.mark.parametrize("machine", ["x64", "x86"])
def test_a_cancel_safe_queue_gives_requests_back_and_cancels_what_is_left(machine):
    source = source_with(
        globals=QUEUE,
        entry="InitializeListHead(&List); KeInitializeSpinLock(&QueueLock);"
        "IoCsqInitialize(&Queue, Insert, Remove, Peek, Acquire, Release, Canceled);",
        dispatch=QUEUED,
    )
    calls = (Ioctl(0x00222000), Ioctl(0x00222004, status=None))
    report = run_source(source, machine, plan={"calls": calls})
    assert (report.verdict, report.why) == ("proved", None)
    assert [each["status"] for each in report.stages["served"] if "call" in each] == [
        "0x00000000",
        "0xc0000120",
    ]
    assert "canceled" in report.printed


REGISTERED = """
NTKERNELAPI NTSTATUS NTAPI ObOpenObjectByPointer(
    PVOID, ULONG, PACCESS_STATE, ACCESS_MASK, POBJECT_TYPE, KPROCESSOR_MODE, PHANDLE);
static LARGE_INTEGER Cookie;
static NTSTATUS NTAPI Accessed(PVOID Context, PVOID First, PVOID Second)
    { return STATUS_SUCCESS; }
"""


@pytest.mark.parametrize("machine", ["x64", "x86"])
def test_guids_have_a_text_and_a_callback_that_is_left_is_named(machine):
    entry = """
    static const GUID Guid = { 0x12345678, 0x9abc, 0xdef0, { 1, 2, 3, 4, 5, 6, 7, 8 } };
    UNICODE_STRING Form;
    HANDLE Key, Object;
    KGUARDED_MUTEX Mutex;
    NTSTATUS Opened, Handed;

    KeInitializeGuardedMutex(&Mutex);
    KeAcquireGuardedMutex(&Mutex);
    KeReleaseGuardedMutex(&Mutex);
    if (NT_SUCCESS(RtlStringFromGUID(&Guid, &Form))) {
        DbgPrint("%wZ\\n", &Form);
        RtlFreeUnicodeString(&Form);
    }
    Opened = IoOpenDriverRegistryKey(DriverObject, DriverRegKeyParameters, KEY_READ, 0, &Key);
    Handed = ObOpenObjectByPointer(Device, OBJ_KERNEL_HANDLE, NULL, 0, NULL, KernelMode, &Object);
    DbgPrint("%x %x\\n", Opened, Handed);
    ZwClose(Key);
    ZwClose(Object);
    CmRegisterCallback(Accessed, NULL, &Cookie);
    """
    report = run_source(source_with(globals=REGISTERED, entry=entry), machine)
    assert report.printed[:2] == ("{12345678-9ABC-DEF0-0102-030405060708}", "0 0")
    assert "left behind: registry callback made at probe.sys INIT+0x" in report.why
    undone = source_with(globals=REGISTERED, entry=entry, unload="CmUnRegisterCallback(Cookie);")
    assert run_source(undone, machine).verdict == "proved"
