/*
 * strings - functions on strings that WDK sources call, as a driver: each answer is compared with
 * what the documentation says. Prints "strings: 36 right, 0 wrong", and a line for each wrong one.
 */

#include <ntddk.h>
#include <ntstrsafe.h>
#include <stdio.h>

DRIVER_INITIALIZE DriverEntry;

static ULONG Right, Wrong;

#define CHECK(Condition)                                            \
    do {                                                            \
        if (Condition) {                                            \
            Right++;                                                \
        } else {                                                    \
            Wrong++;                                                \
            DbgPrint("strings: line %d: %s\n", __LINE__, #Condition); \
        }                                                           \
    } while (0)

static int Same(const CHAR *Left, const CHAR *Other)
{
    while (*Left && *Left == *Other)
        Left++, Other++;
    return *Left == *Other;
}

static int SameWide(const WCHAR *Left, const WCHAR *Other)
{
    while (*Left && *Left == *Other)
        Left++, Other++;
    return *Left == *Other;
}

static VOID Narrow(VOID)
{
    CHAR Text[8];
    size_t Length;

    CHECK(RtlStringCbPrintfA(Text, sizeof(Text), "%d-%s", 12, "ab") == STATUS_SUCCESS);
    CHECK(Same(Text, "12-ab"));
    CHECK(RtlStringCbPrintfA(Text, sizeof(Text), "%s", "0123456789") == STATUS_BUFFER_OVERFLOW);
    CHECK(Same(Text, "0123456"));
    CHECK(RtlStringCbCopyA(Text, sizeof(Text), "abc") == STATUS_SUCCESS);
    CHECK(RtlStringCbCatA(Text, sizeof(Text), "defghij") == STATUS_BUFFER_OVERFLOW);
    CHECK(Same(Text, "abcdefg"));
    CHECK(RtlStringCbLengthA(Text, sizeof(Text), &Length) == STATUS_SUCCESS && Length == 7);
    CHECK(RtlStringCbLengthA(Text, 7, &Length) == STATUS_INVALID_PARAMETER);
    CHECK(sprintf(Text, "%x", 0xbeef) == 4 && Same(Text, "beef"));
    CHECK(_snprintf(Text, sizeof(Text), "%s", "01234567") == 8 && Text[7] == '7');
}

static VOID Wide(VOID)
{
    WCHAR Text[8];

    CHECK(RtlStringCchPrintfW(Text, 8, L"%d-%ws", 12, L"ab") == STATUS_SUCCESS);
    CHECK(SameWide(Text, L"12-ab"));
    CHECK(RtlStringCchCopyW(Text, 8, L"0123456789") == STATUS_BUFFER_OVERFLOW);
    CHECK(SameWide(Text, L"0123456"));
    /* Two arguments, as kernels have it; ISO C's has a size between them. */
    CHECK(swprintf(Text, L"%d", 345) == 3 && SameWide(Text, L"345"));
}

static VOID Counted(VOID)
{
    WCHAR Buffer[8];
    UNICODE_STRING String = { 0, sizeof(Buffer), Buffer };
    UNICODE_STRING Other = { 0, 0, NULL };

    CHECK(RtlUnicodeStringPrintf(&String, L"%d", 12) == STATUS_SUCCESS && String.Length == 4);
    CHECK(RtlUnicodeStringPrintf(&String, L"%ws", L"01234567") == STATUS_SUCCESS);
    CHECK(String.Length == 16 && Buffer[7] == L'7');
    CHECK(RtlUnicodeStringPrintf(&String, L"%ws", L"012345678") == STATUS_BUFFER_OVERFLOW);
    CHECK(String.Length == 16 && Buffer[7] == L'7');
    CHECK(RtlUnicodeStringInit(&Other, L"abc") == STATUS_SUCCESS && Other.MaximumLength == 8);
    CHECK(RtlUnicodeStringCopy(&String, &Other) == STATUS_SUCCESS && String.Length == 6);
    CHECK(RtlUnicodeStringCatString(&String, L"defghi") == STATUS_BUFFER_OVERFLOW &&
          String.Length == 16 && Buffer[7] == L'h');
}

static VOID Extended(VOID)
{
    WCHAR Buffer[8];
    WCHAR Text[4];
    WCHAR *End;
    size_t Rest;
    UNICODE_STRING String = { 0, sizeof(Buffer), Buffer };
    UNICODE_STRING Other = { 8, 8, (WCHAR *)L"wxyz" };
    UNICODE_STRING Behind;

    CHECK(RtlUnicodeStringCopyStringEx(&String, L"abc", &Behind, STRSAFE_FILL_BEHIND | 0x41) ==
          STATUS_SUCCESS && String.Length == 6 && Buffer[3] == 0x4141 && Buffer[7] == 0x4141);
    CHECK(Behind.Buffer == Buffer + 3 && Behind.Length == 0 && Behind.MaximumLength == 10);
    CHECK(RtlUnicodeStringCchCatN(&String, &Other, 3) == STATUS_SUCCESS && String.Length == 12);
    CHECK(RtlUnicodeStringCatEx(&String, &Other, NULL, STRSAFE_NO_TRUNCATION) ==
          STATUS_BUFFER_OVERFLOW && String.Length == 12);
    CHECK(RtlUnicodeStringCbCopyStringN(&String, L"abcdef", 5) == STATUS_SUCCESS &&
          String.Length == 4);
    CHECK(RtlUnicodeStringCopyStringEx(&String, NULL, NULL, 0) == STATUS_INVALID_PARAMETER);
    CHECK(RtlUnicodeStringCopyStringEx(&String, NULL, NULL, STRSAFE_IGNORE_NULLS) ==
          STATUS_SUCCESS && String.Length == 0);
    CHECK(RtlUnicodeStringCopyStringEx(&String, L"123456789", NULL,
                                       STRSAFE_ZERO_LENGTH_ON_FAILURE) == STATUS_BUFFER_OVERFLOW &&
          String.Length == 0);
    CHECK(RtlUnicodeStringPrintfEx(&String, &Behind, 0, L"%d", 77) == STATUS_SUCCESS &&
          Behind.Buffer == Buffer + 2);
    CHECK(RtlStringCchCopyUnicodeString(Text, 4, &Other) == STATUS_BUFFER_OVERFLOW &&
          SameWide(Text, L"wxy"));
    CHECK(RtlStringCbCopyUnicodeStringEx(Buffer, sizeof(Buffer), &Other, &End, &Rest, 0) ==
          STATUS_SUCCESS && SameWide(Buffer, L"wxyz") && End == Buffer + 4 && Rest == 8);
    CHECK(RtlUnicodeStringInitEx(&Behind, L"ab", 0) == STATUS_SUCCESS && Behind.Length == 4);
}

static VOID NTAPI Unload(PDRIVER_OBJECT DriverObject)
{
    (void)DriverObject;
}

NTSTATUS NTAPI DriverEntry(PDRIVER_OBJECT DriverObject, PUNICODE_STRING RegistryPath)
{
    (void)RegistryPath;
    Narrow();
    Wide();
    Counted();
    Extended();
    DbgPrint("strings: %u right, %u wrong\n", Right, Wrong);
    DriverObject->DriverUnload = Unload;
    return STATUS_SUCCESS;
}
