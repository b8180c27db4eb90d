/*
 * reshub.h - the resource hub, by which a driver opens the GPIO pins and serial buses of its resources.
 *
 * The path of a connection is the hub's name and the connection's ID as 16 hexadecimal digits, the
 * higher half first. With RESHUB_USE_HELPER_ROUTINES, which older sources define, nothing differs.
 */
#ifndef NTBUILD_RESHUB_H
#define NTBUILD_RESHUB_H

#define RESOURCE_HUB_DEVICE_NAME        L"\\Device\\RESOURCE_HUB"
#define RESOURCE_HUB_SYMBOLIC_NAME      L"\\DosDevices\\RESOURCE_HUB"
#define RESOURCE_HUB_DEVICE_NAME_PREFIX RESOURCE_HUB_DEVICE_NAME L"\\"

/* In bytes and in characters, with the character 0 behind them */
#define RESOURCE_HUB_CONNECTION_FILE_SIZE  (17 * sizeof(WCHAR))
#define RESOURCE_HUB_CONNECTION_FILE_CHARS 17
#define RESOURCE_HUB_CONNECTION_PATH_SIZE \
    (sizeof(RESOURCE_HUB_DEVICE_NAME_PREFIX) + 16 * sizeof(WCHAR))
#define RESOURCE_HUB_CONNECTION_PATH_CHARS (RESOURCE_HUB_CONNECTION_PATH_SIZE / sizeof(WCHAR))
#define RESOURCE_HUB_FILE_SIZE             RESOURCE_HUB_CONNECTION_FILE_SIZE
#define RESOURCE_HUB_FILE_CHARS            RESOURCE_HUB_CONNECTION_FILE_CHARS
#define RESOURCE_HUB_PATH_SIZE             RESOURCE_HUB_CONNECTION_PATH_SIZE
#define RESOURCE_HUB_PATH_CHARS            RESOURCE_HUB_CONNECTION_PATH_CHARS

#define FILE_DEVICE_RESOURCE_HUB FILE_DEVICE_BUS_EXTENDER
#define NTBUILD_RH_CODE(Number)                                                                   \
    CTL_CODE(                                                                                     \
        FILE_DEVICE_RESOURCE_HUB, Number, METHOD_BUFFERED, FILE_READ_ACCESS | FILE_WRITE_ACCESS)
#define IOCTL_RH_QUERY_CONNECTION_PROPERTIES  NTBUILD_RH_CODE(0)
#define IOCTL_RH_ALLOCATE_CONNECTION          NTBUILD_RH_CODE(1)
#define IOCTL_RH_FREE_CONNECTION              NTBUILD_RH_CODE(2)
#define IOCTL_RH_UPDATE_CONNECTION_PROPERTIES NTBUILD_RH_CODE(3)

FORCEINLINE NTSTATUS NtbuildHubAppend(PUNICODE_STRING Text, WCHAR Letter)
{
    if (Text->MaximumLength - Text->Length < (int)sizeof(WCHAR))
        return STATUS_BUFFER_OVERFLOW;
    Text->Buffer[Text->Length / sizeof(WCHAR)] = Letter;
    Text->Length += sizeof(WCHAR);
    return STATUS_SUCCESS;
}

/* The path of a connection; its buffer needs RESOURCE_HUB_PATH_SIZE bytes. */
FORCEINLINE NTSTATUS RESOURCE_HUB_CREATE_PATH_FROM_ID(
    PUNICODE_STRING FileName, ULONG IdLowPart, ULONG IdHighPart)
{
    ULONGLONG Id = (ULONGLONG)IdHighPart << 32 | IdLowPart;
    const WCHAR *Prefix = RESOURCE_HUB_DEVICE_NAME_PREFIX;
    NTSTATUS Status = STATUS_SUCCESS;
    int Shift;

    for (FileName->Length = 0; NT_SUCCESS(Status) && *Prefix != 0; Prefix++)
        Status = NtbuildHubAppend(FileName, *Prefix);
    for (Shift = 60; NT_SUCCESS(Status) && Shift >= 0; Shift -= 4) {
        ULONG Digit = (ULONG)(Id >> Shift) & 15;

        Status = NtbuildHubAppend(FileName, (WCHAR)(Digit < 10 ? '0' + Digit : 'a' + Digit - 10));
    }
    if (NT_SUCCESS(Status) && FileName->Length < FileName->MaximumLength)
        FileName->Buffer[FileName->Length / sizeof(WCHAR)] = 0;
    return Status;
}

#endif
