"""Text of drivers as people write them, from a seed: several hundred lines over the DDK's headers.

Each is a device that answers control codes over a table of handlers, with lists, a lock, a timer,
and code in INIT and PAGE. No two have the same functions, so that no cache makes the second one
cheaper than the first.
"""

from random import Random

_STEPS = (
    "Sum = Sum * {odd}UL + Numbers[Index];",
    "Sum ^= (Sum >> {shift}) + Numbers[Index];",
    "if (Numbers[Index] & {bit}UL) Sum += {number}UL; else Sum -= Numbers[Index];",
    "Sum = (Sum << {shift}) | (Sum >> (32 - {shift}));",
    "Numbers[Index] = (Numbers[Index] >> {shift}) * {odd}UL;",
    "if (Sum > {number}UL) Record(Extension, Sum, Index);",
)

_HEAD = """#include <ntddk.h>
#include <ntbuild/sections.h>

#define {NAME}_TAG '{tag}'
#define {NAME}_MOST 64

typedef struct _RECORD {{
    LIST_ENTRY Link;
    ULONG Value;
    ULONG Place;
    LARGE_INTEGER Time;
}} RECORD, *PRECORD;

typedef struct _EXTENSION {{
    KSPIN_LOCK Lock;
    LIST_ENTRY Records; /* guarded by Lock */
    ULONG Count;        /* guarded by Lock */
    KTIMER Timer;
    KDPC Dpc;
    UNICODE_STRING Registry;
}} EXTENSION, *PEXTENSION;

typedef NTSTATUS HANDLER(PEXTENSION Extension, PULONG Numbers, ULONG Count, PULONG Answer);

NTBUILD_INIT DRIVER_INITIALIZE DriverEntry;
NTBUILD_PAGE DRIVER_UNLOAD Unload;
NTBUILD_PAGE DRIVER_DISPATCH CreateClose;
DRIVER_DISPATCH Control;
KDEFERRED_ROUTINE Tick;

static void Record(PEXTENSION Extension, ULONG Value, ULONG Place)
{{
    KIRQL Irql;
    PRECORD New = ExAllocatePoolWithTag(NonPagedPool, sizeof(RECORD), {NAME}_TAG);

    if (New == NULL)
        return;
    New->Value = Value;
    New->Place = Place;
    KeQuerySystemTime(&New->Time);
    KeAcquireSpinLock(&Extension->Lock, &Irql);
    if (Extension->Count < {NAME}_MOST) {{
        InsertTailList(&Extension->Records, &New->Link);
        Extension->Count++;
        New = NULL;
    }}
    KeReleaseSpinLock(&Extension->Lock, Irql);
    if (New != NULL)
        ExFreePoolWithTag(New, {NAME}_TAG);
}}

static void Drain(PEXTENSION Extension)
{{
    KIRQL Irql;

    KeAcquireSpinLock(&Extension->Lock, &Irql);
    while (!IsListEmpty(&Extension->Records)) {{
        PLIST_ENTRY Entry = RemoveHeadList(&Extension->Records);

        ExFreePoolWithTag(CONTAINING_RECORD(Entry, RECORD, Link), {NAME}_TAG);
        Extension->Count--;
    }}
    KeReleaseSpinLock(&Extension->Lock, Irql);
}}

VOID NTAPI Tick(PKDPC Dpc, PVOID Context, PVOID First, PVOID Second)
{{
    UNREFERENCED_PARAMETER(Dpc);
    UNREFERENCED_PARAMETER(First);
    UNREFERENCED_PARAMETER(Second);
    Record((PEXTENSION)Context, {NAME}_MOST, 0);
}}
"""

_HANDLER = """
static NTSTATUS Handle{number}(PEXTENSION Extension, PULONG Numbers, ULONG Count, PULONG Answer)
{{
    ULONG Sum = {start}UL;
    ULONG Index;

    if (Count < {least})
        return STATUS_BUFFER_TOO_SMALL;
    for (Index = 0; Index < Count; Index++) {{
{steps}
    }}
    if (Sum == 0) {{
        DbgPrint("{name}: code {number} gives nothing\\n");
        return STATUS_UNSUCCESSFUL;
    }}
    Record(Extension, Sum, {number});
    *Answer = Sum;
    return STATUS_SUCCESS;
}}
"""

_TAIL = """
static HANDLER *const Handlers[] = {{
{table}
}};

NTSTATUS NTAPI Control(PDEVICE_OBJECT Device, PIRP Irp)
{{
    PIO_STACK_LOCATION Stack = IoGetCurrentIrpStackLocation(Irp);
    ULONG Code = (Stack->Parameters.DeviceIoControl.IoControlCode >> 2) & 0xfff;
    ULONG Length = Stack->Parameters.DeviceIoControl.InputBufferLength;
    PULONG Numbers = (PULONG)Irp->AssociatedIrp.SystemBuffer;
    NTSTATUS Status = STATUS_INVALID_DEVICE_REQUEST;
    ULONG Answer = 0;

    if (Code < RTL_NUMBER_OF(Handlers))
        Status = Handlers[Code]((PEXTENSION)Device->DeviceExtension, Numbers,
                                Length / sizeof(ULONG), &Answer);
    if (NT_SUCCESS(Status))
        Numbers[0] = Answer;
    Irp->IoStatus.Status = Status;
    Irp->IoStatus.Information = NT_SUCCESS(Status) ? sizeof(ULONG) : 0;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    return Status;
}}

NTSTATUS NTAPI CreateClose(PDEVICE_OBJECT Device, PIRP Irp)
{{
    UNREFERENCED_PARAMETER(Device);
    PAGED_CODE();
    Irp->IoStatus.Status = STATUS_SUCCESS;
    Irp->IoStatus.Information = 0;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    return STATUS_SUCCESS;
}}

VOID NTAPI Unload(PDRIVER_OBJECT Driver)
{{
    PEXTENSION Extension = (PEXTENSION)Driver->DeviceObject->DeviceExtension;
    UNICODE_STRING Link = RTL_CONSTANT_STRING(L"\\\\DosDevices\\\\{name}");

    PAGED_CODE();
    KeCancelTimer(&Extension->Timer);
    Drain(Extension);
    IoDeleteSymbolicLink(&Link);
    IoDeleteDevice(Driver->DeviceObject);
    DbgPrint("{name}: stopped\\n");
}}

NTSTATUS NTAPI DriverEntry(PDRIVER_OBJECT Driver, PUNICODE_STRING Registry)
{{
    UNICODE_STRING Name = RTL_CONSTANT_STRING(L"\\\\Device\\\\{name}");
    UNICODE_STRING Link = RTL_CONSTANT_STRING(L"\\\\DosDevices\\\\{name}");
    LARGE_INTEGER Due;
    PEXTENSION Extension;
    PDEVICE_OBJECT Device;
    NTSTATUS Status = IoCreateDevice(Driver, sizeof(EXTENSION), &Name, FILE_DEVICE_UNKNOWN,
                                     FILE_DEVICE_SECURE_OPEN, FALSE, &Device);

    if (!NT_SUCCESS(Status))
        return Status;
    Status = IoCreateSymbolicLink(&Link, &Name);
    if (!NT_SUCCESS(Status)) {{
        IoDeleteDevice(Device);
        return Status;
    }}
    Extension = (PEXTENSION)Device->DeviceExtension;
    Extension->Registry = *Registry;
    InitializeListHead(&Extension->Records);
    KeInitializeSpinLock(&Extension->Lock);
    KeInitializeTimer(&Extension->Timer);
    KeInitializeDpc(&Extension->Dpc, Tick, Extension);
    Due.QuadPart = -{due};
    KeSetTimer(&Extension->Timer, Due, &Extension->Dpc);
    Driver->MajorFunction[IRP_MJ_CREATE] = CreateClose;
    Driver->MajorFunction[IRP_MJ_CLOSE] = CreateClose;
    Driver->MajorFunction[IRP_MJ_DEVICE_CONTROL] = Control;
    Driver->DriverUnload = Unload;
    return STATUS_SUCCESS;
}}
"""


def driver_text(number: int, handlers: int = 10) -> str:
    """The C source of one driver: some 350 lines with ten handlers."""
    random = Random(f"driver {number}")
    name = f"driver{number}"
    tag = "".join(random.choices("abcdefghijklmnopqrstuvwxyz", k=4))
    words = {"name": name, "NAME": name.upper(), "tag": tag, "due": random.randint(10**6, 10**7)}
    parts = [_HEAD.format(**words)]
    for each in range(handlers):
        lines = random.choices(_STEPS, k=random.randint(3, 8))
        steps = "\n".join("        " + _filled(line, random) for line in lines)
        parts.append(
            _HANDLER.format(
                number=each, start=random.getrandbits(30), least=random.randint(1, 9), steps=steps,
                **words,
            )
        )  # fmt: skip
    table = "\n".join(f"    Handle{each}," for each in range(handlers))
    return "".join([*parts, _TAIL.format(table=table, **words)])


def _filled(line: str, random: Random) -> str:
    return line.format(
        odd=random.getrandbits(16) | 1,
        shift=random.randint(1, 15),
        bit=1 << random.randint(0, 30),
        number=random.getrandbits(24),
    )
