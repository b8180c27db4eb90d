/* Io: devices, links, requests and their completion, MDLs, work items, interfaces. */
#include "kernel.h"

enum { LINKS = 32 };

static UNICODE_STRING links[LINKS];
static ULONG link_count;
static PDRIVER_OBJECT lower;        /* of devices that are this kernel's own */

BOOLEAN NTAPI nt_RtlEqualUnicodeString(PCUNICODE_STRING left, PCUNICODE_STRING right, BOOLEAN any_case);
LONG NTAPI nt_KeSetEvent(PKEVENT event, KPRIORITY increment, BOOLEAN wait);

/* ---- devices and links */

static PDEVICE_OBJECT new_device(PDRIVER_OBJECT owner, ULONG extension, DEVICE_TYPE type, ULONG characteristics)
{
    PDEVICE_OBJECT device = take(sizeof(DEVICE_OBJECT), DEVICE, 'iveD');
    device->Type = 3;
    device->Size = (USHORT)(sizeof(DEVICE_OBJECT) + extension);
    device->ReferenceCount = 0;
    device->DriverObject = owner;
    device->NextDevice = owner->DeviceObject;
    device->DeviceType = type;
    device->Characteristics = characteristics;
    device->StackSize = 1;
    device->Flags = DO_DEVICE_INITIALIZING;
    if (extension)
        device->DeviceExtension = take(extension, DEVICE, 'txED');
    owner->DeviceObject = device;
    return device;
}

NTSTATUS NTAPI nt_IoCreateDevice(PDRIVER_OBJECT owner, ULONG extension, PUNICODE_STRING name, DEVICE_TYPE type,
                                 ULONG characteristics, BOOLEAN exclusive, PDEVICE_OBJECT *made)
{
    (void)exclusive;
    if (owner != driver)
        refuse("IoCreateDevice is given a driver object that is not the driver's");
    if (name && name->Length && name->Buffer[0] != '\\')
        return STATUS_OBJECT_NAME_INVALID;
    *made = new_device(owner, extension, type, characteristics);
    return STATUS_SUCCESS;
}

VOID NTAPI nt_IoDeleteDevice(PDEVICE_OBJECT device)
{
    PDEVICE_OBJECT *at = &device->DriverObject->DeviceObject;
    while (*at && *at != device)
        at = &(*at)->NextDevice;
    if (!*at)
        refuse("IoDeleteDevice is given what is no device of the driver");
    *at = device->NextDevice;
    if (device->DeviceExtension)
        give_back(device->DeviceExtension, DEVICE, "IoDeleteDevice");
    give_back(device, DEVICE, "IoDeleteDevice");
}

NTSTATUS NTAPI nt_IoCreateSymbolicLink(PUNICODE_STRING link, PUNICODE_STRING target)
{
    ULONG index;
    (void)target;
    for (index = 0; index < link_count; index++)
        if (nt_RtlEqualUnicodeString(&links[index], link, TRUE))
            return STATUS_OBJECT_NAME_COLLISION;
    if (link_count == LINKS)
        return STATUS_INSUFFICIENT_RESOURCES;
    links[link_count] = *link;
    links[link_count].Buffer = take(link->Length, OWN, 0);
    memcpy(links[link_count++].Buffer, link->Buffer, link->Length);
    return STATUS_SUCCESS;
}

NTSTATUS NTAPI nt_IoDeleteSymbolicLink(PUNICODE_STRING link)
{
    ULONG index;
    for (index = 0; index < link_count; index++)
        if (nt_RtlEqualUnicodeString(&links[index], link, TRUE)) {
            links[index] = links[--link_count];
            return STATUS_SUCCESS;
        }
    return STATUS_OBJECT_NAME_NOT_FOUND;
}

void check_links(void)
{
    if (link_count) {
        ULONG index;
        begin_reason("a symbolic link is left behind: ");
        for (index = 0; index < links[0].Length / sizeof(WCHAR); index++) {
            char letter = (char)links[0].Buffer[index];
            put_quoted(&letter, 1);
        }
        finish("refused");
    }
}

/* ---- stacks of devices */

static NTSTATUS NTAPI answer(PDEVICE_OBJECT device, PIRP irp);

PDEVICE_OBJECT new_physical_device(void)
{
    ULONG index;
    if (!lower) {
        lower = take(sizeof *lower, OWN, 0);
        lower->DriverExtension = take(256, OWN, 0);
        for (index = 0; index <= IRP_MJ_MAXIMUM_FUNCTION; index++)
            lower->MajorFunction[index] = answer;
    }
    return new_device(lower, 0, FILE_DEVICE_UNKNOWN, 0);
}

PDEVICE_OBJECT NTAPI nt_IoAttachDeviceToDeviceStack(PDEVICE_OBJECT device, PDEVICE_OBJECT below)
{
    while (below->AttachedDevice)
        below = below->AttachedDevice;
    below->AttachedDevice = device;
    device->StackSize = (CCHAR)(below->StackSize + 1);
    return below;
}

VOID NTAPI nt_IoDetachDevice(PDEVICE_OBJECT below)
{
    below->AttachedDevice = NULL;
}

PDEVICE_OBJECT NTAPI nt_IoGetAttachedDeviceReference(PDEVICE_OBJECT device)
{
    while (device->AttachedDevice)
        device = device->AttachedDevice;
    return device;
}

/* ---- requests */

PIRP NTAPI nt_IoAllocateIrp(CCHAR stack, BOOLEAN quota)
{
    SIZE_T bytes = sizeof(IRP) + (SIZE_T)stack * sizeof(IO_STACK_LOCATION);
    PIRP irp = take(bytes, REQUEST, ' prI');
    (void)quota;
    irp->Type = 6;
    irp->Size = (USHORT)bytes;
    irp->StackCount = stack;
    irp->CurrentLocation = (CHAR)(stack + 1);
    irp->Tail.Overlay.CurrentStackLocation = (PIO_STACK_LOCATION)(irp + 1) + stack;
    return irp;
}

VOID NTAPI nt_IoFreeIrp(PIRP irp)
{
    give_back(irp, REQUEST, "IoFreeIrp");
}

NTSTATUS FASTCALL nt_IofCallDriver(PDEVICE_OBJECT device, PIRP irp)
{
    PIO_STACK_LOCATION location;
    PDRIVER_DISPATCH routine;
    if (irp->CurrentLocation <= 1)
        refuse("IoCallDriver: the IRP has no stack location left");
    irp->CurrentLocation--;
    location = --irp->Tail.Overlay.CurrentStackLocation;
    location->DeviceObject = device;
    if (location->MajorFunction > IRP_MJ_MAXIMUM_FUNCTION)
        refuse("IoCallDriver: the IRP's major function is unknown");
    routine = device->DriverObject->MajorFunction[location->MajorFunction];
    return (NTSTATUS)call_driver((PVOID)routine, "a dispatch routine", 2, (address)device, (address)irp);
}

/* `Tail.Overlay.DriverContext[3]` of the engine's own requests counts their completions. */
VOID FASTCALL nt_IofCompleteRequest(PIRP irp, CCHAR boost)
{
    (void)boost;
    if (irp->Type != 6)
        refuse("IoCompleteRequest is given what is no IRP");
    if (irp->IoStatus.Status == STATUS_PENDING)
        refuse("IoCompleteRequest with IoStatus.Status STATUS_PENDING");
    if (irp->CancelRoutine)
        refuse("IoCompleteRequest of an IRP that has a cancel routine");
    if (irp->CurrentLocation > irp->StackCount + 1)
        refuse("IoCompleteRequest is called again for an IRP");
    while (irp->CurrentLocation <= irp->StackCount) {
        PIO_STACK_LOCATION location = irp->Tail.Overlay.CurrentStackLocation;
        BOOLEAN ok = NT_SUCCESS(irp->IoStatus.Status);
        UCHAR control = location->Control;
        PDEVICE_OBJECT device = NULL;
        irp->PendingReturned = control & SL_PENDING_RETURNED;
        irp->CurrentLocation++;
        irp->Tail.Overlay.CurrentStackLocation++;
        if (irp->CurrentLocation <= irp->StackCount)
            device = irp->Tail.Overlay.CurrentStackLocation->DeviceObject;
        if (location->CompletionRoutine && (control & (ok ? SL_INVOKE_ON_SUCCESS : SL_INVOKE_ON_ERROR))) {
            NTSTATUS status = (NTSTATUS)call_driver(
                (PVOID)location->CompletionRoutine, "a completion routine", 3, (address)device,
                (address)irp, (address)location->Context);
            if (status == STATUS_MORE_PROCESSING_REQUIRED)
                return;
        } else if (irp->PendingReturned && irp->CurrentLocation <= irp->StackCount) {
            irp->Tail.Overlay.CurrentStackLocation->Control |= SL_PENDING_RETURNED;
        }
    }
    irp->CurrentLocation = (CHAR)(irp->StackCount + 2);
    if (irp->UserIosb)
        *irp->UserIosb = irp->IoStatus;
    if (irp->UserEvent)
        nt_KeSetEvent(irp->UserEvent, 0, FALSE);
}

/* What a device below the driver's says to a request. */
static NTSTATUS NTAPI answer(PDEVICE_OBJECT device, PIRP irp)
{
    PIO_STACK_LOCATION location = irp->Tail.Overlay.CurrentStackLocation;
    (void)device;
    if (location->MajorFunction != IRP_MJ_PNP || location->MinorFunction <= IRP_MN_CANCEL_STOP_DEVICE)
        irp->IoStatus.Status = STATUS_SUCCESS;
    nt_IofCompleteRequest(irp, 0);
    return irp->IoStatus.Status;
}

/* ---- MDLs */

PMDL NTAPI nt_IoAllocateMdl(PVOID at, ULONG bytes, BOOLEAN secondary, BOOLEAN quota, PIRP irp)
{
    SIZE_T pages = ((address)at % 4096 + bytes + 4095) / 4096;
    PMDL mdl = take(sizeof(MDL) + pages * sizeof(PFN_NUMBER), REQUEST, ' ldM');
    (void)secondary;
    (void)quota;
    mdl->Size = (CSHORT)(sizeof(MDL) + pages * sizeof(PFN_NUMBER));
    mdl->StartVa = (PVOID)((address)at & ~(address)4095);
    mdl->ByteOffset = (ULONG)((address)at & 4095);
    mdl->ByteCount = bytes;
    if (irp)
        irp->MdlAddress = mdl;
    return mdl;
}

VOID NTAPI nt_IoFreeMdl(PMDL mdl)
{
    give_back(mdl, REQUEST, "IoFreeMdl");
}

/* All memory is in one address space, so that an MDL's pages are already where the kernel sees them. */
VOID NTAPI nt_MmBuildMdlForNonPagedPool(PMDL mdl)
{
    mdl->MappedSystemVa = (PUCHAR)mdl->StartVa + mdl->ByteOffset;
    mdl->MdlFlags |= MDL_SOURCE_IS_NONPAGED_POOL;
}

VOID NTAPI nt_MmProbeAndLockPages(PMDL mdl, KPROCESSOR_MODE mode, LOCK_OPERATION operation)
{
    address at = (address)mdl->StartVa + mdl->ByteOffset, end = at + mdl->ByteCount;
    (void)mode;
    (void)operation;
    for (; at < end; at = (at | 4095) + 1)
        if (!is_mapped(at))
            cpu_raise((ULONG)STATUS_ACCESS_VIOLATION);
    mdl->MdlFlags |= MDL_PAGES_LOCKED;
}

VOID NTAPI nt_MmUnlockPages(PMDL mdl)
{
    if (!(mdl->MdlFlags & MDL_PAGES_LOCKED))
        refuse("MmUnlockPages: the pages are not locked");
    mdl->MdlFlags &= ~(MDL_PAGES_LOCKED | MDL_MAPPED_TO_SYSTEM_VA);
}

PVOID NTAPI nt_MmMapLockedPagesSpecifyCache(
    PMDL mdl, KPROCESSOR_MODE mode, MEMORY_CACHING_TYPE cache, PVOID at, ULONG bug_check, ULONG priority)
{
    (void)mode;
    (void)cache;
    (void)at;
    (void)bug_check;
    (void)priority;
    mdl->MappedSystemVa = (PUCHAR)mdl->StartVa + mdl->ByteOffset;
    mdl->MdlFlags |= MDL_MAPPED_TO_SYSTEM_VA;
    return mdl->MappedSystemVa;
}

VOID NTAPI nt_MmUnmapLockedPages(PVOID at, PMDL mdl)
{
    (void)at;
    mdl->MdlFlags &= ~MDL_MAPPED_TO_SYSTEM_VA;
}

/* ---- work items */

struct item {
    PDEVICE_OBJECT device;
    PVOID routine, context;
    BOOLEAN is_extended;        /* the routine is given the item, too */
};

static VOID NTAPI run_item(PVOID context)
{
    struct item *item = context;
    call_driver(item->routine, "a work item's routine", item->is_extended ? 3 : 2, (address)item->device,
                (address)item->context, (address)item);
}

PIO_WORKITEM NTAPI nt_IoAllocateWorkItem(PDEVICE_OBJECT device)
{
    struct item *item = take(sizeof *item, REQUEST, 'kroW');
    item->device = device;
    return (PIO_WORKITEM)item;
}

VOID NTAPI nt_IoFreeWorkItem(PIO_WORKITEM item)
{
    give_back(item, REQUEST, "IoFreeWorkItem");
}

static void queue_item(PIO_WORKITEM given, PVOID routine, PVOID context, BOOLEAN is_extended)
{
    struct item *item = (struct item *)given;
    item->routine = routine;
    item->context = context;
    item->is_extended = is_extended;
    queue_work(run_item, item);
}

VOID NTAPI nt_IoQueueWorkItem(PIO_WORKITEM given, PIO_WORKITEM_ROUTINE routine, WORK_QUEUE_TYPE type, PVOID context)
{
    (void)type;
    queue_item(given, (PVOID)routine, context, FALSE);
}

VOID NTAPI nt_IoQueueWorkItemEx(PIO_WORKITEM given, PVOID routine, WORK_QUEUE_TYPE type, PVOID context)
{
    (void)type;
    queue_item(given, routine, context, TRUE);
}

/* ---- what only has to be there */

NTSTATUS NTAPI nt_IoRegisterShutdownNotification(PDEVICE_OBJECT device)
{
    (void)device;
    return STATUS_SUCCESS;
}

VOID NTAPI nt_IoUnregisterShutdownNotification(PDEVICE_OBJECT device)
{
    (void)device;
}

NTSTATUS NTAPI nt_IoRegisterDeviceInterface(
    PDEVICE_OBJECT device, const GUID *kind, PUNICODE_STRING reference, PUNICODE_STRING link)
{
    static const WCHAR name[] = L"\\??\\ntbuild#interface";
    (void)device;
    (void)kind;
    (void)reference;
    link->Length = sizeof name - sizeof(WCHAR);
    link->MaximumLength = sizeof name;
    link->Buffer = take(sizeof name, POOL, 'ecfI');
    memcpy(link->Buffer, name, sizeof name);
    return STATUS_SUCCESS;
}

NTSTATUS NTAPI nt_IoSetDeviceInterfaceState(PUNICODE_STRING link, BOOLEAN enable)
{
    (void)link;
    (void)enable;
    return STATUS_SUCCESS;
}

VOID NTAPI nt_IoInvalidateDeviceRelations(PDEVICE_OBJECT device, DEVICE_RELATION_TYPE type)
{
    (void)device;
    (void)type;
}

VOID NTAPI nt_IoAcquireCancelSpinLock(PKIRQL old)
{
    *old = (KIRQL)cpu_irql();
    cpu_set_irql(DISPATCH_LEVEL);
}

VOID NTAPI nt_IoReleaseCancelSpinLock(KIRQL irql)
{
    cpu_set_irql(irql);
}

VOID NTAPI nt_IoInitializeRemoveLockEx(PIO_REMOVE_LOCK lock, ULONG tag, ULONG minutes, ULONG high, ULONG bytes)
{
    (void)tag;
    (void)minutes;
    (void)high;
    memset(lock, 0, bytes);
    lock->Common.IoCount = 1;
}

NTSTATUS NTAPI nt_IoAcquireRemoveLockEx(PIO_REMOVE_LOCK lock, PVOID tag, PCSTR file, ULONG line, ULONG bytes)
{
    (void)tag;
    (void)file;
    (void)line;
    (void)bytes;
    if (lock->Common.Removed)
        return STATUS_DELETE_PENDING;
    lock->Common.IoCount++;
    return STATUS_SUCCESS;
}

VOID NTAPI nt_IoReleaseRemoveLockEx(PIO_REMOVE_LOCK lock, PVOID tag, ULONG bytes)
{
    (void)tag;
    (void)bytes;
    if (lock->Common.IoCount-- <= 0)
        refuse("IoReleaseRemoveLock: the lock is not held");
}

VOID NTAPI nt_IoReleaseRemoveLockAndWaitEx(PIO_REMOVE_LOCK lock, PVOID tag, ULONG bytes)
{
    (void)tag;
    (void)bytes;
    lock->Common.Removed = TRUE;
    lock->Common.IoCount -= 2;
    if (lock->Common.IoCount > 0)
        refuse("IoReleaseRemoveLockAndWait waits for a lock that is never released");
}

const struct routine io_routines[] = {
    R(IoCreateDevice, 0), R(IoDeleteDevice, 0), R(IoCreateSymbolicLink, 0), R(IoDeleteSymbolicLink, 0),
    R(IoAttachDeviceToDeviceStack, 2), R(IoDetachDevice, 0), R(IoGetAttachedDeviceReference, 2),
    R(IoAllocateIrp, 2), R(IoFreeIrp, 2), R(IofCallDriver, 2), R(IofCompleteRequest, 2),
    R(IoAllocateMdl, 2), R(IoFreeMdl, 2), R(MmBuildMdlForNonPagedPool, 2), R(MmProbeAndLockPages, 2),
    R(MmUnlockPages, 2), R(MmMapLockedPagesSpecifyCache, 2), R(MmUnmapLockedPages, 2),
    R(IoAllocateWorkItem, 2), R(IoFreeWorkItem, 2), R(IoQueueWorkItem, 2), R(IoQueueWorkItemEx, 2),
    R(IoRegisterShutdownNotification, 0), R(IoUnregisterShutdownNotification, 0),
    R(IoRegisterDeviceInterface, 0), R(IoSetDeviceInterfaceState, 0), R(IoInvalidateDeviceRelations, 2),
    R(IoAcquireCancelSpinLock, 2), R(IoReleaseCancelSpinLock, 2), R(IoInitializeRemoveLockEx, 0),
    R(IoAcquireRemoveLockEx, 2), R(IoReleaseRemoveLockEx, 2), R(IoReleaseRemoveLockAndWaitEx, 0),
    { 0 },
};
