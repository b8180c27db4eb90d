/*
 * modules.c - AuxKlibQueryModuleInformation: the loaded modules, as basic or as extended information.
 *
 * Without a buffer it answers how many bytes there will be. Modules come and go: a later call can
 * find the same buffer too small.
 */
#include "state.h"

#define TAG 'kAbN'

/* What SYSTEM_MODULE_INFORMATION answers: a count, then these. */
typedef struct {
    HANDLE Section;
    PVOID MappedBase;
    PVOID ImageBase;
    ULONG ImageSize;
    ULONG Flags;
    USHORT LoadOrderIndex;
    USHORT InitOrderIndex;
    USHORT LoadCount;
    USHORT OffsetToFileName;
    UCHAR FullPathName[AUX_KLIB_MODULE_PATH_LEN];
} MODULE;

typedef struct {
    ULONG Count;
    MODULE Modules[ANYSIZE_ARRAY];
} MODULES;

/* All modules in memory that the caller frees. The size is asked for until it is enough. */
static NTSTATUS QueryModules(MODULES **Found)
{
    ULONG Size = 0x8000, Needed = 0, Attempt;
    NTSTATUS Status = STATUS_INFO_LENGTH_MISMATCH;

    for (Attempt = 0; Attempt < 8 && Status == STATUS_INFO_LENGTH_MISMATCH; Attempt++) {
        *Found = (MODULES *)ExAllocatePoolWithTag(PagedPool, Size, TAG);
        if (*Found == NULL)
            return STATUS_INSUFFICIENT_RESOURCES;
        Status = ZwQuerySystemInformation(SYSTEM_MODULE_INFORMATION, *Found, Size, &Needed);
        if (NT_SUCCESS(Status))
            return Status;
        ExFreePoolWithTag(*Found, TAG);
        Size = Needed > Size ? Needed + 8 * sizeof(MODULE) : 2 * Size;
    }
    return Status;
}

static VOID Extend(PAUX_MODULE_EXTENDED_INFO To, const MODULE *From)
{
    To->BasicInfo.ImageBase = From->ImageBase;
    To->ImageSize = From->ImageSize;
    To->FileNameOffset = From->OffsetToFileName;
    RtlCopyMemory(To->FullPathName, From->FullPathName, sizeof(To->FullPathName));
}

NTSTATUS NTAPI AuxKlibQueryModuleInformation(
    PULONG BufferSize, ULONG ElementSize, PVOID QueryInfo)
{
    MODULES *Found;
    ULONG Needed, Index;
    NTSTATUS Status;

    PAGED_CODE();
    if (!NtbuildAuxKlibReady)
        return STATUS_UNSUCCESSFUL;
    if (ElementSize != sizeof(AUX_MODULE_BASIC_INFO) &&
        ElementSize != sizeof(AUX_MODULE_EXTENDED_INFO))
        return STATUS_INVALID_PARAMETER;
    Status = QueryModules(&Found);
    if (!NT_SUCCESS(Status))
        return Status;
    Needed = Found->Count * ElementSize;
    if (QueryInfo != NULL && *BufferSize < Needed)
        Status = STATUS_BUFFER_TOO_SMALL;
    for (Index = 0; QueryInfo != NULL && NT_SUCCESS(Status) && Index < Found->Count; Index++) {
        if (ElementSize == sizeof(AUX_MODULE_BASIC_INFO))
            ((PAUX_MODULE_BASIC_INFO)QueryInfo)[Index].ImageBase = Found->Modules[Index].ImageBase;
        else
            Extend(&((PAUX_MODULE_EXTENDED_INFO)QueryInfo)[Index], &Found->Modules[Index]);
    }
    *BufferSize = Needed;
    ExFreePoolWithTag(Found, TAG);
    return Status;
}
