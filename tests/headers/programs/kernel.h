/* kernel.h - what ntbuild adds to wdm.h, ntddk.h (HEADER) and ntifs.h (WITH_NTIFS), used once each. */
#include HEADER
#include "sizes.h"

SIZE(MM_PHYSICAL_ADDRESS_LIST, 16, 16);
SIZE(POOL_EXTENDED_PARAMETER, 16, 16);
SIZE(RTL_OSVERSIONINFOEXW, 284, 284);
SIZE(DEVICE_DESCRIPTION, 64, 64);
OFFSET(DEVICE_DESCRIPTION, DmaAddressWidth, 40, 40);
OFFSET(DEVICE_DESCRIPTION, DeviceAddress, 56, 56);
VALUE(STATUS_DEVICE_HARDWARE_ERROR & 0xffffffffUL, 0xc0000483);
VALUE(STATUS_BAD_DATA & 0xffffffffUL, 0xc000090b);
VALUE(STATUS_GRAPHICS_DRIVER_MISMATCH & 0xffffffffUL, 0xc01e0009);
VALUE(NTSTATUS_FROM_WIN32(5) & 0xffffffffUL, 0xc0070005);
VALUE(POOL_FLAG_NON_PAGED, 0x40);
VALUE(KERNEL_SECURITY_CHECK_FAILURE, 0x139);
NTBUILD_ASSERT(UFIELD_OFFSET(LIST_ENTRY, Blink) == sizeof(void *));

typedef enum _COLOURS {
    Red = 1,
    Blue = 2
} COLOURS;
DEFINE_ENUM_FLAG_OPERATORS(COLOURS)

_IRQL_requires_max_(DISPATCH_LEVEL)
_Must_inspect_result_
static PVOID Pool(_In_reads_bytes_opt_(Bytes) PVOID Data, _In_ SIZE_T Bytes)
{
    COLOURS Colour = Red;
    PVOID Block = ExAllocatePool2(POOL_FLAG_NON_PAGED, Bytes, 'tseT');

    Colour |= Blue;
    if (Block == NULL)
        Block = ExAllocatePoolZero(NonPagedPool, Bytes, 'tseT');
    if (Block == NULL)
        Block = ExAllocatePoolQuotaZero((POOL_TYPE)(PagedPool | POOL_NX_ALLOCATION), Bytes, 'tseT');
    if (Block == NULL)
        Block = ExAllocatePool3(POOL_FLAG_PAGED, Bytes, 'tseT', NULL, 0);
    return Colour == (Red | Blue) ? Block : Data;
}

static LONG64 Atomics(volatile LONG *Narrow, volatile LONG64 *Wide, PVOID *Pointer, volatile CHAR *Byte)
{
    LONG64 Sum = InterlockedAdd64(Wide, 3) + InterlockedAdd(Narrow, 4);

    WriteRelease(Narrow, ReadAcquire(Narrow) + 1);
    WriteNoFence64(Wide, ReadAcquire64(Wide) + InterlockedExchange8(Byte, 1));
    WritePointerRelease(Pointer, ReadPointerAcquire(Pointer));
    return Sum + InterlockedIncrementNoFence(Narrow) + InterlockedOr16((volatile SHORT *)Narrow, 2);
}

static KIRQL Locks(PEX_SPIN_LOCK Lock, PEX_PUSH_LOCK PushLock)
{
    KIRQL Irql = ExAcquireSpinLockExclusive(Lock);

    ExReleaseSpinLockExclusive(Lock, Irql);
    ExAcquirePushLockExclusive(PushLock);
    ExReleasePushLockExclusive(PushLock);
    return Irql;
}

static PVOID Memory(PMDL Mdl, PHYSICAL_ADDRESS Address)
{
    PVOID Mapped = MmMapIoSpaceEx(Address, PAGE_SIZE, PAGE_READWRITE | PAGE_NOCACHE);

    return Mapped != NULL ? Mapped
                          : MmGetSystemAddressForMdlSafe(
                                Mdl, NormalPagePriority | MdlMappingNoExecute);
}

EXTERN_C_START
DRIVER_INITIALIZE DriverEntry;
NTSTATUS NTAPI DriverEntry(PDRIVER_OBJECT Driver, PUNICODE_STRING Path)
{
    static EX_SPIN_LOCK SpinLock;
    static ULONG_PTR PushLock;
    static volatile LONG64 Wide;
    KBUGCHECK_CALLBACK_RECORD Record;
    RTL_OSVERSIONINFOW Version;
    PHYSICAL_ADDRESS Address;
    ULONG Maximum, Minimum, Current;
    PVOID Pointer = NULL;
    GUID Guid;

    KeInitializeCallbackRecord(&Record);
    RtlZeroMemory(&Version, sizeof(Version));
    Version.dwOSVersionInfoSize = sizeof(Version);
    (void)RtlGetVersion(&Version);
    (void)RtlGUIDFromString((PCUNICODE_STRING)Path, &Guid);
    ExQueryTimerResolution(&Maximum, &Minimum, &Current);
    Address.QuadPart = 0xfee00000;
    if (!RtlIsNtDdiVersionAvailable(0x0a000000))
        return STATUS_NOT_SUPPORTED;
    if (Locks(&SpinLock, &PushLock) != 0 && Memory(NULL, Address) == NULL)
        RtlFailFast(FAST_FAIL_CORRUPT_LIST_ENTRY);
    return Pool(Driver, 8) == NULL || Atomics(&Driver->DeviceObject->ReferenceCount, &Wide, &Pointer,
                                              (volatile CHAR *)&Record) == 0
               ? STATUS_INSUFFICIENT_RESOURCES
               : STATUS_SUCCESS;
}
EXTERN_C_END

#if defined(WITH_NTIFS)
SIZE(FILE_ID_INFORMATION, 24, 24);
SIZE(FILE_ID_EXTD_DIR_INFORMATION, 96, 96);
SIZE(FILE_ID_EXTD_BOTH_DIR_INFORMATION, 120, 120);
SIZE(FILE_STAT_INFORMATION, 72, 72);
SIZE(FILE_STAT_LX_INFORMATION, 96, 96);
SIZE(FILE_FS_SECTOR_SIZE_INFORMATION, 28, 28);
SIZE(FILE_FS_FULL_SIZE_INFORMATION_EX, 96, 96);
SIZE(IO_DRIVER_CREATE_CONTEXT, 40, 20);
SIZE(MEMORY_BASIC_INFORMATION, 48, 28);
VALUE(IO_REPARSE_TAG_CLOUD_F, 0x9000f01a);
/* One type, so that C++ too may pass one for the other. */
static VOID Attach(PEPROCESS Process, PETHREAD Thread, PRKAPC_STATE State)
{
    KeStackAttachProcess(Process, State);
    KeUnstackDetachProcess(State);
    (void)KeSetPriorityThread(Thread, 8);
}
VOID NtbuildUse(PEPROCESS Process, PETHREAD Thread);
VOID NtbuildUse(PEPROCESS Process, PETHREAD Thread)
{
    KAPC_STATE State;

    Attach(Process, Thread, &State);
}
#endif
