/* What the processor says, as an exception of NT. */
#include "kernel.h"

BOOLEAN describe_exception(const struct fault *fault, PEXCEPTION_RECORD record)
{
    if (!fault->status && !(fault->is_access && fault->has_address))
        return FALSE;
    memset(record, 0, sizeof *record);
    record->ExceptionCode = fault->status ? (NTSTATUS)fault->status : STATUS_ACCESS_VIOLATION;
    record->ExceptionAddress = (PVOID)fault->pc;
    if (fault->is_access) {
        record->NumberParameters = 2;
        record->ExceptionInformation[0] = (ULONG_PTR)fault->is_write;
        record->ExceptionInformation[1] = fault->at;
    }
    return TRUE;
}
