/*
 * intsafe.h - arithmetic that tells of overflow: that of ntintsafe.h, with HRESULTs.
 *
 * mingw-w64's brings the headers of programs. A failure is STATUS_INTEGER_OVERFLOW, which FAILED
 * takes for one as well.
 */
#ifndef NTBUILD_INTSAFE_H
#define NTBUILD_INTSAFE_H

#include <ntddk.h>
#include <ntintsafe.h>

#ifndef S_OK
typedef LONG HRESULT;
# define S_OK          ((HRESULT)0L)
# define S_FALSE       ((HRESULT)1L)
# define SUCCEEDED(hr) (((HRESULT)(hr)) >= 0)
# define FAILED(hr)    (((HRESULT)(hr)) < 0)
#endif
#ifndef INTSAFE_E_ARITHMETIC_OVERFLOW
# define INTSAFE_E_ARITHMETIC_OVERFLOW STATUS_INTEGER_OVERFLOW
#endif

/* A pointer-sized number of a 64-bit one, and back to a pointer's: what mingw-w64 has not */
#ifndef ULongLongToULongPtr
FORCEINLINE HRESULT NtbuildULongLongToULongPtr(ULONGLONG Value, ULONG_PTR *Result)
{
    *Result = (ULONG_PTR)Value;
    return (ULONGLONG)*Result == Value ? S_OK : (HRESULT)INTSAFE_E_ARITHMETIC_OVERFLOW;
}
# define ULongLongToULongPtr NtbuildULongLongToULongPtr
#endif

#endif
