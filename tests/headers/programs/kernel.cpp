#include "kernel.h"

/* SAL 1 in C++, where mingw-w64 leaves these two out. */
#ifdef __clang__
static NTSTATUS Take(__in ULONG Value, __out PULONG Result, __in_opt PVOID Context)
{
    __analysis_assume(Context != NULL);
    *Result = Value;
    return Context != NULL ? STATUS_SUCCESS : STATUS_UNSUCCESSFUL;
}
NTSTATUS (*TakePointer)(ULONG, PULONG, PVOID) = Take;
#endif

static UNICODE_STRING Wide = RTL_CONSTANT_STRING(L"it");
static ANSI_STRING Narrow = RTL_CONSTANT_STRING("it");
USHORT Sizes(void)
{
    return Wide.Length + Narrow.MaximumLength;
}
