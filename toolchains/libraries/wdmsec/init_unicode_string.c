/* init_unicode_string.c - RtlInitUnicodeStringEx, which Windows 2000 did not export. */
#include <ntddk.h>
#include <wdmsec.h>

NTSTATUS NTAPI WdmlibRtlInitUnicodeStringEx(PUNICODE_STRING DestinationString, PCWSTR SourceString)
{
    SIZE_T Length = 0;

    DestinationString->Length = DestinationString->MaximumLength = 0;
    DestinationString->Buffer = (PWCH)SourceString;
    if (SourceString == NULL)
        return STATUS_SUCCESS;
    while (SourceString[Length] != 0)
        Length++;
    Length *= sizeof(WCHAR);
    if (Length > MAXUSHORT - 1 - sizeof(WCHAR))
        return STATUS_NAME_TOO_LONG;
    DestinationString->Length = (USHORT)Length;
    DestinationString->MaximumLength = (USHORT)(Length + sizeof(WCHAR));
    return STATUS_SUCCESS;
}
