/*
 * strings - functions on strings that WDK sources call, as a driver: each answer is compared with
 * what the documentation says. Prints "strings: 24 right, 0 wrong", and a line for each wrong one.
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
    DbgPrint("strings: %u right, %u wrong\n", Right, Wrong);
    DriverObject->DriverUnload = Unload;
    return STATUS_SUCCESS;
}
