/* initialize.c - AuxKlibInitialize: what of the kernel the other functions need, by name. */
#include "state.h"

BOOLEAN NtbuildAuxKlibReady;
ULONG_PTR *NtbuildAuxKlibBugCheckData;

NTSTATUS NTAPI AuxKlibInitialize(VOID)
{
    UNICODE_STRING Name = RTL_CONSTANT_STRING(L"KiBugCheckData");

    PAGED_CODE();
    NtbuildAuxKlibBugCheckData = (ULONG_PTR *)MmGetSystemRoutineAddress(&Name);
    NtbuildAuxKlibReady = TRUE;
    return STATUS_SUCCESS;
}
