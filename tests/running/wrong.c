/* A driver that does one wrong thing: the one that a control code asks for. */
#include <ntddk.h>

#define TAG 'tseT'

DRIVER_INITIALIZE DriverEntry;
static DRIVER_UNLOAD Unload;
static DRIVER_DISPATCH Control, Open;
static const volatile ULONG Constant = 7;
static KSPIN_LOCK Lock;
static volatile int Zero;

static NTSTATUS Complete(PIRP Irp, NTSTATUS Status)
{
    Irp->IoStatus.Status = Status;
    Irp->IoStatus.Information = 0;
    IoCompleteRequest(Irp, IO_NO_INCREMENT);
    return Status;
}

__attribute__((noinline)) static ULONG Deeper(ULONG Depth)
{
    volatile UCHAR Frame[512];

    Frame[Depth % 512] = (UCHAR)Depth;
    return Deeper(Depth + 1) + Frame[(Depth + 1) % 512];
}

/* Writes over what its callers have on the stack, and its own return address. */
__attribute__((noinline)) static ULONG Smash(ULONG Bytes)
{
    volatile UCHAR Frame[16];
    ULONG Index;

    for (Index = 0; Index < Bytes; Index++)
        Frame[Index] = 0x41;
    return Frame[Bytes % 16];
}

static NTSTATUS NTAPI Control(PDEVICE_OBJECT Device, PIRP Irp)
{
    ULONG What = IoGetCurrentIrpStackLocation(Irp)->Parameters.DeviceIoControl.IoControlCode >> 2 & 0xFFF;
    volatile UCHAR *Block = ExAllocatePoolWithTag(NonPagedPoolNx, 20, TAG);
    KIRQL Irql;
    KEVENT Event;
    UNICODE_STRING Name;

    UNREFERENCED_PARAMETER(Device);
    switch (What) {
    case 1: /* overrun */
        Block[32] = 1;
        break;
    case 2: /* a byte behind the end, in the block's last line */
        Block[20] = 1;
        break;
    case 3:
        ExFreePoolWithTag((PVOID)Block, TAG);
        Block[0] = 1;
        break;
    case 4:
        ExFreePoolWithTag((PVOID)Block, TAG);
        break;
    case 5: /* leak */
        return Complete(Irp, STATUS_SUCCESS);
    case 6:
        *(volatile ULONG *)&Constant = 8;
        break;
    case 7:
        while (Zero == 0)
            ;
        break;
    case 8:
        KeAcquireSpinLock(&Lock, &Irql);
        (void)IoDeleteSymbolicLink((PUNICODE_STRING)&Device->Flags);
        break;
    case 9: /* raised level, never lowered */
        KeAcquireSpinLock(&Lock, &Irql);
        break;
    case 10:
        ExFreePoolWithTag((PVOID)Block, TAG);
        return STATUS_SUCCESS; /* and does not complete */
    case 11:
        Zero = (int)Deeper(Zero);
        break;
    case 12:
        RtlInitUnicodeString(&Name, L"DbgPrint");
        *(volatile ULONG *)((ULONG_PTR)MmGetSystemRoutineAddress(&Name) & ~(ULONG_PTR)3) = 0;
        break;
    case 13:
        KeInitializeEvent(&Event, NotificationEvent, FALSE);
        KeWaitForSingleObject(&Event, Executive, KernelMode, FALSE, NULL);
        break;
    case 14:
        KeSetPriorityThread(NULL, 1);
        break;
    case 15:
        ((VOID (NTAPI *)(VOID))(ULONG_PTR)(Block + 1))();
        break;
    case 16:
        for (;;)
            DbgPrint("gigabytes of text, gigabytes of text, gigabytes of text, gigabytes of text\n");
    case 17:
        KeBugCheckEx(0xE2, 1, 2, 3, 4);
    case 18:
        Zero = (int)Smash(3000);
        break;
    case 19:
        Zero = (int)Smash(100000);
        break;
    default:
        break;
    }
    ExFreePoolWithTag((PVOID)Block, TAG);
    return Complete(Irp, STATUS_SUCCESS);
}

static NTSTATUS NTAPI Open(PDEVICE_OBJECT Device, PIRP Irp)
{
    UNREFERENCED_PARAMETER(Device);
    return Complete(Irp, STATUS_SUCCESS);
}

static VOID NTAPI Unload(PDRIVER_OBJECT DriverObject)
{
    IoDeleteDevice(DriverObject->DeviceObject);
}

NTSTATUS NTAPI DriverEntry(PDRIVER_OBJECT DriverObject, PUNICODE_STRING RegistryPath)
{
    PDEVICE_OBJECT Device;
    ULONG Index;

    UNREFERENCED_PARAMETER(RegistryPath);
    for (Index = 0; Index <= IRP_MJ_MAXIMUM_FUNCTION; Index++)
        DriverObject->MajorFunction[Index] = Open;
    DriverObject->MajorFunction[IRP_MJ_DEVICE_CONTROL] = Control;
    DriverObject->DriverUnload = Unload;
    return IoCreateDevice(DriverObject, 0, NULL, FILE_DEVICE_UNKNOWN, 0, FALSE, &Device);
}
