/* firmware.c - firmware tables: which a provider has, and one of them. */
#include "state.h"

#define TAG 'kAbN'

/* What the kernel takes and answers: a header, then the bytes. */
typedef struct {
    ULONG Provider;
    ULONG Action; /* 0: which tables there are; 1: one table */
    ULONG Table;
    ULONG Length;
    UCHAR Bytes[ANYSIZE_ARRAY];
} REQUEST;

static NTSTATUS Query(
    ULONG Provider, ULONG Action, ULONG Table, PVOID Buffer, ULONG Length, PULONG ReturnLength)
{
    ULONG Header = FIELD_OFFSET(REQUEST, Bytes), Ignored;
    REQUEST *Request;
    NTSTATUS Status;

    PAGED_CODE();
    if (!NtbuildAuxKlibReady)
        return STATUS_UNSUCCESSFUL;
    if (Length > MAXULONG - Header)
        return STATUS_INVALID_PARAMETER;
    Request = (REQUEST *)ExAllocatePoolWithTag(PagedPool, Header + Length, TAG);
    if (Request == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    Request->Provider = Provider;
    Request->Action = Action;
    Request->Table = Table;
    Request->Length = Length;
    Status = ZwQuerySystemInformation(
        SYSTEM_FIRMWARE_TABLE_INFORMATION_, Request, Header + Length, &Ignored);
    if (ReturnLength != NULL)
        *ReturnLength = Request->Length;
    if (NT_SUCCESS(Status) && Buffer != NULL && Request->Length <= Length)
        RtlCopyMemory(Buffer, Request->Bytes, Request->Length);
    ExFreePoolWithTag(Request, TAG);
    return Status;
}

NTSTATUS NTAPI AuxKlibEnumerateSystemFirmwareTables(
    ULONG FirmwareTableProviderSignature, PVOID FirmwareTableBuffer, ULONG BufferLength,
    PULONG ReturnLength)
{
    return Query(
        FirmwareTableProviderSignature, 0, 0, FirmwareTableBuffer, BufferLength, ReturnLength);
}

NTSTATUS NTAPI AuxKlibGetSystemFirmwareTable(
    ULONG FirmwareTableProviderSignature, ULONG FirmwareTableID, PVOID FirmwareTableBuffer,
    ULONG BufferLength, PULONG ReturnLength)
{
    return Query(
        FirmwareTableProviderSignature, 1, FirmwareTableID, FirmwareTableBuffer, BufferLength,
        ReturnLength);
}
