/* bug_check_data.c - AuxKlibGetBugCheckData: code and parameters, in a bug check callback. */
#include "state.h"

NTSTATUS NTAPI AuxKlibGetBugCheckData(PKBUGCHECK_DATA BugCheckData)
{
    const ULONG_PTR *Data = NtbuildAuxKlibBugCheckData;

    if (!NtbuildAuxKlibReady || Data == NULL)
        return STATUS_UNSUCCESSFUL;
    if (BugCheckData->BugCheckDataSize != sizeof(*BugCheckData))
        return STATUS_INFO_LENGTH_MISMATCH;
    BugCheckData->BugCheckCode = (ULONG)Data[0];
    BugCheckData->Parameter1 = Data[1];
    BugCheckData->Parameter2 = Data[2];
    BugCheckData->Parameter3 = Data[3];
    BugCheckData->Parameter4 = Data[4];
    return STATUS_SUCCESS;
}
