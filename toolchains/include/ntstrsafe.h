/*
 * ntstrsafe.h - mingw-w64's as functions of each source, with what it lacks for UNICODE_STRING.
 *
 * mingw-w64's gives undefined symbols without optimisation and duplicate symbols with it: its
 * functions are external, and no library has them.
 */
#ifndef NTBUILD_NTSTRSAFE_H
#define NTBUILD_NTSTRSAFE_H

#include <ntdef.h>
#include <ntstatus.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <wchar.h>
#include <specstrings.h>

/* As the WDK's: sources of drivers count on it. */
#ifdef __LONG32
typedef unsigned __LONG32 DWORD;
#else
typedef unsigned long DWORD;
#endif

#undef NTSTRSAFE_LIB
#pragma push_macro("__CRT__NO_INLINE")
#undef __CRT__NO_INLINE
#if !defined(__cplusplus)
# pragma push_macro("extern")
# define extern static __attribute__((__unused__))
#endif
#include_next <ntstrsafe.h>
#if !defined(__cplusplus)
# pragma pop_macro("extern")
#endif
#pragma pop_macro("__CRT__NO_INLINE")

typedef unsigned long DWORD; /* by this header alone kernel sources know it */
#define NTSTRSAFE_UNICODE_STRING_MAX_CCH 0x7fff
#define NTBUILD_STRSAFE static __inline__ __attribute__((__unused__)) NTSTATUS

NTBUILD_STRSAFE RtlUnicodeStringValidate(const UNICODE_STRING *Source)
{
    if (Source == NULL)
        return STATUS_SUCCESS;
    if ((Source->Length | Source->MaximumLength) % sizeof(WCHAR) != 0 ||
        Source->Length > Source->MaximumLength ||
        (Source->Buffer == NULL && Source->MaximumLength != 0))
        return STATUS_INVALID_PARAMETER;
    return STATUS_SUCCESS;
}

NTBUILD_STRSAFE RtlUnicodeStringInit(PUNICODE_STRING Destination, const WCHAR *Source)
{
    SIZE_T Length = 0;

    while (Source != NULL && Source[Length] != 0) {
        if (++Length >= NTSTRSAFE_UNICODE_STRING_MAX_CCH)
            return STATUS_INVALID_PARAMETER;
    }
    Destination->Buffer = (WCHAR *)Source;
    Destination->Length = (USHORT)(Length * sizeof(WCHAR));
    Destination->MaximumLength = (USHORT)(Source == NULL ? 0 : (Length + 1) * sizeof(WCHAR));
    return STATUS_SUCCESS;
}

/* Put characters behind the first `Used` bytes; what does not fit is cut off, which is a status. */
NTBUILD_STRSAFE NtbuildUnicodeStringPut(
    PUNICODE_STRING Destination, USHORT Used, const WCHAR *Source, SIZE_T Bytes)
{
    SIZE_T Rest = (SIZE_T)Destination->MaximumLength - Used;
    SIZE_T Count = Bytes < Rest ? Bytes : Rest;

    if (Count != 0)
        memmove((char *)Destination->Buffer + Used, Source, Count);
    Destination->Length = (USHORT)(Used + Count);
    return Count == Bytes ? STATUS_SUCCESS : STATUS_BUFFER_OVERFLOW;
}

NTBUILD_STRSAFE NtbuildUnicodeStringAdd(
    PUNICODE_STRING Destination, int Append, const WCHAR *Source, SIZE_T Bytes)
{
    if (Destination == NULL || RtlUnicodeStringValidate(Destination) != STATUS_SUCCESS)
        return STATUS_INVALID_PARAMETER;
    return NtbuildUnicodeStringPut(Destination, Append ? Destination->Length : 0, Source, Bytes);
}

NTBUILD_STRSAFE RtlUnicodeStringCopyString(PUNICODE_STRING Destination, const WCHAR *Source)
{
    return NtbuildUnicodeStringAdd(Destination, 0, Source, wcslen(Source) * sizeof(WCHAR));
}

NTBUILD_STRSAFE RtlUnicodeStringCatString(PUNICODE_STRING Destination, const WCHAR *Source)
{
    return NtbuildUnicodeStringAdd(Destination, 1, Source, wcslen(Source) * sizeof(WCHAR));
}

NTBUILD_STRSAFE RtlUnicodeStringCopy(PUNICODE_STRING Destination, const UNICODE_STRING *Source)
{
    if (Source == NULL || RtlUnicodeStringValidate(Source) != STATUS_SUCCESS)
        return STATUS_INVALID_PARAMETER;
    return NtbuildUnicodeStringAdd(Destination, 0, Source->Buffer, Source->Length);
}

NTBUILD_STRSAFE RtlUnicodeStringCat(PUNICODE_STRING Destination, const UNICODE_STRING *Source)
{
    if (Source == NULL || RtlUnicodeStringValidate(Source) != STATUS_SUCCESS)
        return STATUS_INVALID_PARAMETER;
    return NtbuildUnicodeStringAdd(Destination, 1, Source->Buffer, Source->Length);
}

NTBUILD_STRSAFE RtlUnicodeStringVPrintf(
    PUNICODE_STRING Destination, const WCHAR *Format, va_list Arguments)
{
    int Room, Written;

    if (Destination == NULL || RtlUnicodeStringValidate(Destination) != STATUS_SUCCESS)
        return STATUS_INVALID_PARAMETER;
    Room = Destination->MaximumLength / (int)sizeof(WCHAR);
    /* -1 when it does not fit; exactly Room characters are written without a NUL. */
    Written = Room == 0 ? -1 : _vsnwprintf(Destination->Buffer, (SIZE_T)Room, Format, Arguments);
    if (Written < 0 || Written > Room) {
        Destination->Length = (USHORT)(Room * (int)sizeof(WCHAR));
        return STATUS_BUFFER_OVERFLOW;
    }
    Destination->Length = (USHORT)(Written * (int)sizeof(WCHAR));
    return STATUS_SUCCESS;
}

static __inline__ __attribute__((__unused__)) NTSTATUS RtlUnicodeStringPrintf(
    PUNICODE_STRING Destination, const WCHAR *Format, ...)
{
    va_list Arguments;
    NTSTATUS Status;

    va_start(Arguments, Format);
    Status = RtlUnicodeStringVPrintf(Destination, Format, Arguments);
    va_end(Arguments);
    return Status;
}

#include <ntbuild/strsafe_unicode.h>

#endif
