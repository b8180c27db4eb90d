/*
 * ntbuild/strsafe_unicode.h - after ntstrsafe.h: its functions of UNICODE_STRINGs with counts (N), with
 * flags and the rest of the buffer (Ex), and copies from a UNICODE_STRING to a string with a NUL.
 *
 * Counts are in characters (Cch) or bytes (Cb). Flags: STRSAFE_IGNORE_NULLS, STRSAFE_FILL_BEHIND with a
 * byte, and STRSAFE_NO_TRUNCATION, STRSAFE_FILL_ON_FAILURE, STRSAFE_ZERO_LENGTH_ON_FAILURE.
 */
#ifndef NTBUILD_STRSAFE_UNICODE_H
#define NTBUILD_STRSAFE_UNICODE_H

#ifndef STRSAFE_FILL_BEHIND
# define STRSAFE_FILL_BEHIND 0x00000200
#endif
#ifndef STRSAFE_ZERO_LENGTH_ON_FAILURE
# define STRSAFE_ZERO_LENGTH_ON_FAILURE 0x00000800
#endif
#ifndef NTSTRSAFE_MAX_LENGTH
# define NTSTRSAFE_MAX_LENGTH (NTSTRSAFE_MAX_CCH - 1)
#endif
#define NTBUILD_STRSAFE_FLAGS                                                                     \
    (0xffu | STRSAFE_IGNORE_NULLS | STRSAFE_FILL_BEHIND | STRSAFE_FILL_ON_FAILURE |               \
     STRSAFE_ZERO_LENGTH_ON_FAILURE | STRSAFE_NO_TRUNCATION)

/* What the flags ask for once a string has been put, or has not; and the rest of the buffer. */
NTBUILD_STRSAFE NtbuildUnicodeStringEnd(
    PUNICODE_STRING Destination, PUNICODE_STRING Remaining, ULONG Flags, NTSTATUS Status)
{
    char *Buffer = (char *)Destination->Buffer;

    if (Status != STATUS_SUCCESS && (Flags & STRSAFE_FILL_ON_FAILURE) != 0 && Buffer != NULL)
        memset(Buffer, (int)(Flags & 0xff), Destination->MaximumLength);
    if (Status != STATUS_SUCCESS &&
        (Flags & (STRSAFE_FILL_ON_FAILURE | STRSAFE_ZERO_LENGTH_ON_FAILURE)) != 0)
        Destination->Length = 0;
    if (Status == STATUS_SUCCESS && (Flags & STRSAFE_FILL_BEHIND) != 0 && Buffer != NULL)
        memset(Buffer + Destination->Length, (int)(Flags & 0xff),
               (SIZE_T)Destination->MaximumLength - Destination->Length);
    if (Remaining != NULL) {
        Remaining->Buffer = (WCHAR *)(void *)(Buffer + (Buffer == NULL ? 0 : Destination->Length));
        Remaining->Length = 0;
        Remaining->MaximumLength = (USHORT)(Destination->MaximumLength - Destination->Length);
    }
    return Status;
}

NTBUILD_STRSAFE NtbuildUnicodeStringPutEx(
    PUNICODE_STRING Destination, int Append, const WCHAR *Source, SIZE_T Bytes,
    PUNICODE_STRING Remaining, ULONG Flags)
{
    USHORT Used;

    if ((Flags & ~NTBUILD_STRSAFE_FLAGS) != 0 || Destination == NULL ||
        RtlUnicodeStringValidate(Destination) != STATUS_SUCCESS)
        return STATUS_INVALID_PARAMETER;
    Used = Append ? Destination->Length : 0;
    if ((Flags & STRSAFE_NO_TRUNCATION) != 0 && Bytes > (SIZE_T)Destination->MaximumLength - Used)
        return NtbuildUnicodeStringEnd(Destination, Remaining, Flags, STATUS_BUFFER_OVERFLOW);
    return NtbuildUnicodeStringEnd(
        Destination, Remaining, Flags, NtbuildUnicodeStringPut(Destination, Used, Source, Bytes));
}

/* At most Limit bytes of a string with a NUL; of none at all where the flags allow that. */
NTBUILD_STRSAFE NtbuildUnicodeStringPutZ(
    PUNICODE_STRING Destination, int Append, const WCHAR *Source, SIZE_T Limit,
    PUNICODE_STRING Remaining, ULONG Flags)
{
    SIZE_T Bytes = 0;

    if (Source == NULL && (Flags & STRSAFE_IGNORE_NULLS) == 0)
        return STATUS_INVALID_PARAMETER;
    while (Source != NULL && Bytes + sizeof(WCHAR) <= Limit && Source[Bytes / sizeof(WCHAR)] != 0)
        Bytes += sizeof(WCHAR);
    return NtbuildUnicodeStringPutEx(Destination, Append, Source, Bytes, Remaining, Flags);
}

NTBUILD_STRSAFE NtbuildUnicodeStringPutU(
    PUNICODE_STRING Destination, int Append, const UNICODE_STRING *Source, SIZE_T Limit,
    PUNICODE_STRING Remaining, ULONG Flags)
{
    if (Source == NULL) {
        if ((Flags & STRSAFE_IGNORE_NULLS) == 0)
            return STATUS_INVALID_PARAMETER;
        return NtbuildUnicodeStringPutEx(Destination, Append, NULL, 0, Remaining, Flags);
    }
    if (RtlUnicodeStringValidate(Source) != STATUS_SUCCESS)
        return STATUS_INVALID_PARAMETER;
    return NtbuildUnicodeStringPutEx(Destination, Append, Source->Buffer,
                                     Source->Length < Limit ? Source->Length : Limit, Remaining,
                                     Flags);
}

#define NTBUILD_ALL_BYTES ((SIZE_T)-1)

NTBUILD_STRSAFE RtlUnicodeStringValidateEx(const UNICODE_STRING *Source, ULONG Flags)
{
    if ((Flags & ~(ULONG)STRSAFE_IGNORE_NULLS) != 0 ||
        (Source == NULL && (Flags & STRSAFE_IGNORE_NULLS) == 0))
        return STATUS_INVALID_PARAMETER;
    return RtlUnicodeStringValidate(Source);
}

NTBUILD_STRSAFE RtlUnicodeStringInitEx(
    PUNICODE_STRING Destination, const WCHAR *Source, ULONG Flags)
{
    if ((Flags & ~(ULONG)STRSAFE_IGNORE_NULLS) != 0 ||
        (Destination == NULL && (Flags & STRSAFE_IGNORE_NULLS) == 0))
        return STATUS_INVALID_PARAMETER;
    return Destination == NULL ? STATUS_SUCCESS : RtlUnicodeStringInit(Destination, Source);
}

NTBUILD_STRSAFE RtlUnicodeStringCopyStringEx(
    PUNICODE_STRING Destination, const WCHAR *Source, PUNICODE_STRING Remaining, ULONG Flags)
{
    return NtbuildUnicodeStringPutZ(Destination, 0, Source, NTBUILD_ALL_BYTES, Remaining, Flags);
}

NTBUILD_STRSAFE RtlUnicodeStringCopyEx(
    PUNICODE_STRING Destination, const UNICODE_STRING *Source, PUNICODE_STRING Remaining, ULONG Flags)
{
    return NtbuildUnicodeStringPutU(Destination, 0, Source, NTBUILD_ALL_BYTES, Remaining, Flags);
}

NTBUILD_STRSAFE RtlUnicodeStringCatStringEx(
    PUNICODE_STRING Destination, const WCHAR *Source, PUNICODE_STRING Remaining, ULONG Flags)
{
    return NtbuildUnicodeStringPutZ(Destination, 1, Source, NTBUILD_ALL_BYTES, Remaining, Flags);
}

NTBUILD_STRSAFE RtlUnicodeStringCatEx(
    PUNICODE_STRING Destination, const UNICODE_STRING *Source, PUNICODE_STRING Remaining, ULONG Flags)
{
    return NtbuildUnicodeStringPutU(Destination, 1, Source, NTBUILD_ALL_BYTES, Remaining, Flags);
}

/* With a count: Copy and Cat, in characters and bytes, of strings and UNICODE_STRINGs. */
#define NTBUILD_STRSAFE_COUNTED(Unit, Verb, Append, Bytes)                                        \
    NTBUILD_STRSAFE RtlUnicodeString##Unit##Verb##StringN(                                        \
        PUNICODE_STRING Destination, const WCHAR *Source, size_t Count)                           \
    { return NtbuildUnicodeStringPutZ(Destination, Append, Source, Bytes, NULL, 0); }             \
    NTBUILD_STRSAFE RtlUnicodeString##Unit##Verb##N(                                              \
        PUNICODE_STRING Destination, const UNICODE_STRING *Source, size_t Count)                  \
    { return NtbuildUnicodeStringPutU(Destination, Append, Source, Bytes, NULL, 0); }             \
    NTBUILD_STRSAFE RtlUnicodeString##Unit##Verb##StringNEx(                                      \
        PUNICODE_STRING Destination, const WCHAR *Source, size_t Count,                           \
        PUNICODE_STRING Remaining, ULONG Flags)                                                   \
    { return NtbuildUnicodeStringPutZ(Destination, Append, Source, Bytes, Remaining, Flags); }    \
    NTBUILD_STRSAFE RtlUnicodeString##Unit##Verb##NEx(                                            \
        PUNICODE_STRING Destination, const UNICODE_STRING *Source, size_t Count,                  \
        PUNICODE_STRING Remaining, ULONG Flags)                                                   \
    { return NtbuildUnicodeStringPutU(Destination, Append, Source, Bytes, Remaining, Flags); }
NTBUILD_STRSAFE_COUNTED(Cch, Copy, 0, Count * sizeof(WCHAR))
NTBUILD_STRSAFE_COUNTED(Cch, Cat, 1, Count * sizeof(WCHAR))
NTBUILD_STRSAFE_COUNTED(Cb, Copy, 0, Count)
NTBUILD_STRSAFE_COUNTED(Cb, Cat, 1, Count)

NTBUILD_STRSAFE RtlUnicodeStringVPrintfEx(
    PUNICODE_STRING Destination, PUNICODE_STRING Remaining, ULONG Flags, const WCHAR *Format,
    va_list Arguments)
{
    NTSTATUS Status;

    if ((Flags & ~NTBUILD_STRSAFE_FLAGS) != 0 || Destination == NULL ||
        (Format == NULL && (Flags & STRSAFE_IGNORE_NULLS) == 0))
        return STATUS_INVALID_PARAMETER;
    Status = RtlUnicodeStringVPrintf(Destination, Format == NULL ? L"" : Format, Arguments);
    if (Status == STATUS_INVALID_PARAMETER)
        return Status;
    if (Status != STATUS_SUCCESS && (Flags & STRSAFE_NO_TRUNCATION) != 0)
        Destination->Length = 0;
    return NtbuildUnicodeStringEnd(Destination, Remaining, Flags, Status);
}

static __inline__ __attribute__((__unused__)) NTSTATUS RtlUnicodeStringPrintfEx(
    PUNICODE_STRING Destination, PUNICODE_STRING Remaining, ULONG Flags, const WCHAR *Format, ...)
{
    va_list Arguments;
    NTSTATUS Status;

    va_start(Arguments, Format);
    Status = RtlUnicodeStringVPrintfEx(Destination, Remaining, Flags, Format, Arguments);
    va_end(Arguments);
    return Status;
}

/* To a string with a NUL: what does not fit is cut off, which is a status. */
NTBUILD_STRSAFE RtlStringCchCopyUnicodeString(
    WCHAR *Destination, size_t Count, const UNICODE_STRING *Source)
{
    size_t Length, Copied;

    if (Destination == NULL || Count == 0 || Count > NTSTRSAFE_MAX_CCH ||
        RtlUnicodeStringValidate(Source) != STATUS_SUCCESS)
        return STATUS_INVALID_PARAMETER;
    Length = Source == NULL ? 0 : Source->Length / sizeof(WCHAR);
    Copied = Length < Count ? Length : Count - 1;
    if (Copied != 0)
        memmove(Destination, Source->Buffer, Copied * sizeof(WCHAR));
    Destination[Copied] = 0;
    return Copied == Length ? STATUS_SUCCESS : STATUS_BUFFER_OVERFLOW;
}

NTBUILD_STRSAFE RtlStringCbCopyUnicodeString(
    WCHAR *Destination, size_t Bytes, const UNICODE_STRING *Source)
{
    return RtlStringCchCopyUnicodeString(Destination, Bytes / sizeof(WCHAR), Source);
}

NTBUILD_STRSAFE RtlStringCchCopyUnicodeStringEx(
    WCHAR *Destination, size_t Count, const UNICODE_STRING *Source, WCHAR **End, size_t *Rest,
    ULONG Flags)
{
    NTSTATUS Status;
    size_t Copied;

    if ((Flags & ~NTBUILD_STRSAFE_FLAGS) != 0)
        return STATUS_INVALID_PARAMETER;
    Status = RtlStringCchCopyUnicodeString(Destination, Count, Source);
    if (Status == STATUS_INVALID_PARAMETER)
        return Status;
    if (Status != STATUS_SUCCESS &&
        (Flags & (STRSAFE_NO_TRUNCATION | STRSAFE_ZERO_LENGTH_ON_FAILURE)) != 0)
        Destination[0] = 0;
    if (Status != STATUS_SUCCESS && (Flags & STRSAFE_FILL_ON_FAILURE) != 0) {
        memset(Destination, (int)(Flags & 0xff), Count * sizeof(WCHAR));
        Destination[(Flags & 0xff) == 0 ? 0 : Count - 1] = 0;
    }
    Copied = wcslen(Destination);
    if (Status == STATUS_SUCCESS && (Flags & STRSAFE_FILL_BEHIND) != 0)
        memset(Destination + Copied + 1, (int)(Flags & 0xff), (Count - Copied - 1) * sizeof(WCHAR));
    if (End != NULL)
        *End = Destination + Copied;
    if (Rest != NULL)
        *Rest = Count - Copied;
    return Status;
}

NTBUILD_STRSAFE RtlStringCbCopyUnicodeStringEx(
    WCHAR *Destination, size_t Bytes, const UNICODE_STRING *Source, WCHAR **End, size_t *Rest,
    ULONG Flags)
{
    NTSTATUS Status = RtlStringCchCopyUnicodeStringEx(
        Destination, Bytes / sizeof(WCHAR), Source, End, Rest, Flags);

    if (Rest != NULL && Status != STATUS_INVALID_PARAMETER)
        *Rest = *Rest * sizeof(WCHAR) + Bytes % sizeof(WCHAR);
    return Status;
}

#endif
