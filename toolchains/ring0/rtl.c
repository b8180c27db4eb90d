/* Rtl and the C library's routines that kernels export: strings, memory, versions. */
#include "kernel.h"

#define MIN_OF(a, b) ((a) < (b) ? (a) : (b))

/* The compiler makes calls of these too. */
void *__cdecl memset(void *to, int value, size_t bytes)
{
    UCHAR *at = to;
    while (bytes--)
        *(volatile UCHAR *)at++ = (UCHAR)value;
    return to;
}

void *__cdecl memcpy(void *__restrict__ to, const void *__restrict__ from, size_t bytes)
{
    UCHAR *at = to;
    const UCHAR *source = from;
    while (bytes--)
        *(volatile UCHAR *)at++ = *source++;
    return to;
}

void *__cdecl memmove(void *to, const void *from, size_t bytes)
{
    UCHAR *at = to;
    const UCHAR *source = from;
    if (at <= source || at >= source + bytes)
        return memcpy(to, from, bytes);
    while (bytes--)
        *(volatile UCHAR *)(at + bytes) = source[bytes];
    return to;
}

int __cdecl memcmp(const void *left, const void *right, size_t bytes)
{
    const UCHAR *a = left, *b = right;
    for (; bytes; bytes--, a++, b++)
        if (*a != *b)
            return *a - *b;
    return 0;
}

#define nt_memset memset
#define nt_memcpy memcpy
#define nt_memmove memmove
#define nt_memcmp memcmp

size_t nt_strlen(const char *text)
{
    size_t length = 0;
    while (text[length])
        length++;
    return length;
}

size_t nt_wcslen(const WCHAR *text)
{
    size_t length = 0;
    while (text[length])
        length++;
    return length;
}

int nt_strcmp(const char *left, const char *right)
{
    while (*left && *left == *right) {
        left++;
        right++;
    }
    return (UCHAR)*left - (UCHAR)*right;
}

int nt_strncmp(const char *left, const char *right, size_t most)
{
    for (; most && *left && *left == *right; most--) {
        left++;
        right++;
    }
    return most ? (UCHAR)*left - (UCHAR)*right : 0;
}

int nt_wcscmp(const WCHAR *left, const WCHAR *right)
{
    while (*left && *left == *right) {
        left++;
        right++;
    }
    return *left - *right;
}

static WCHAR upper(WCHAR letter)
{
    return letter >= 'a' && letter <= 'z' ? (WCHAR)(letter - 'a' + 'A') : letter;
}

int nt__wcsicmp(const WCHAR *left, const WCHAR *right)
{
    while (*left && upper(*left) == upper(*right)) {
        left++;
        right++;
    }
    return upper(*left) - upper(*right);
}

int nt__stricmp(const char *left, const char *right)
{
    while (*left && upper((UCHAR)*left) == upper((UCHAR)*right)) {
        left++;
        right++;
    }
    return upper((UCHAR)*left) - upper((UCHAR)*right);
}

WCHAR NTAPI nt_RtlUpcaseUnicodeChar(WCHAR letter)
{
    return upper(letter);
}

VOID NTAPI nt_RtlInitUnicodeString(PUNICODE_STRING string, PCWSTR text)
{
    size_t bytes = text ? nt_wcslen(text) * sizeof(WCHAR) : 0;
    string->Length = (USHORT)MIN_OF(bytes, 0xfffc);
    string->MaximumLength = text ? (USHORT)(string->Length + sizeof(WCHAR)) : 0;
    string->Buffer = (PWSTR)text;
}

VOID NTAPI nt_RtlInitAnsiString(PANSI_STRING string, PCSZ text)
{
    size_t bytes = text ? nt_strlen(text) : 0;
    string->Length = (USHORT)MIN_OF(bytes, 0xfffe);
    string->MaximumLength = text ? (USHORT)(string->Length + 1) : 0;
    string->Buffer = (PCHAR)text;
}

VOID NTAPI nt_RtlInitString(PANSI_STRING string, PCSZ text)
{
    nt_RtlInitAnsiString(string, text);
}

VOID NTAPI nt_RtlCopyUnicodeString(PUNICODE_STRING to, PCUNICODE_STRING from)
{
    to->Length = from ? MIN_OF(from->Length, to->MaximumLength) : 0;
    if (to->Length)
        memmove(to->Buffer, from->Buffer, to->Length);
    if (from && to->Length + sizeof(WCHAR) <= to->MaximumLength)
        to->Buffer[to->Length / sizeof(WCHAR)] = 0;
}

LONG NTAPI nt_RtlCompareUnicodeString(PCUNICODE_STRING left, PCUNICODE_STRING right, BOOLEAN any_case)
{
    USHORT index, count = MIN_OF(left->Length, right->Length) / sizeof(WCHAR);
    for (index = 0; index < count; index++) {
        WCHAR a = left->Buffer[index], b = right->Buffer[index];
        if (any_case) {
            a = upper(a);
            b = upper(b);
        }
        if (a != b)
            return (LONG)a - (LONG)b;
    }
    return (LONG)left->Length - (LONG)right->Length;
}

BOOLEAN NTAPI nt_RtlEqualUnicodeString(PCUNICODE_STRING left, PCUNICODE_STRING right, BOOLEAN any_case)
{
    return left->Length == right->Length && !nt_RtlCompareUnicodeString(left, right, any_case);
}

BOOLEAN NTAPI nt_RtlPrefixUnicodeString(PCUNICODE_STRING start, PCUNICODE_STRING whole, BOOLEAN any_case)
{
    UNICODE_STRING front = *whole;
    if (start->Length > whole->Length)
        return FALSE;
    front.Length = start->Length;
    return !nt_RtlCompareUnicodeString(start, &front, any_case);
}

static NTSTATUS append(PUNICODE_STRING to, const WCHAR *text, size_t bytes)
{
    if (to->Length + bytes > to->MaximumLength)
        return STATUS_BUFFER_TOO_SMALL;
    memmove((PUCHAR)to->Buffer + to->Length, text, bytes);
    to->Length = (USHORT)(to->Length + bytes);
    if (to->Length + sizeof(WCHAR) <= to->MaximumLength)
        to->Buffer[to->Length / sizeof(WCHAR)] = 0;
    return STATUS_SUCCESS;
}

NTSTATUS NTAPI nt_RtlAppendUnicodeToString(PUNICODE_STRING to, PCWSTR text)
{
    return text ? append(to, text, nt_wcslen(text) * sizeof(WCHAR)) : STATUS_SUCCESS;
}

NTSTATUS NTAPI nt_RtlAppendUnicodeStringToString(PUNICODE_STRING to, PCUNICODE_STRING from)
{
    return append(to, from->Buffer, from->Length);
}

NTSTATUS NTAPI nt_RtlDuplicateUnicodeString(ULONG flags, PCUNICODE_STRING from, PUNICODE_STRING to)
{
    size_t bytes = from->Length + (flags & 1 ? sizeof(WCHAR) : 0);
    if (!bytes && !(flags & 2)) {
        memset(to, 0, sizeof *to);
        return STATUS_SUCCESS;
    }
    to->Buffer = take(bytes, POOL, 'grtS');
    to->Length = from->Length;
    to->MaximumLength = (USHORT)bytes;
    memcpy(to->Buffer, from->Buffer, from->Length);
    return STATUS_SUCCESS;
}

VOID NTAPI nt_RtlFreeUnicodeString(PUNICODE_STRING string)
{
    if (string->Buffer)
        give_back(string->Buffer, POOL, "RtlFreeUnicodeString");
    memset(string, 0, sizeof *string);
}

NTSTATUS NTAPI nt_RtlAnsiStringToUnicodeString(PUNICODE_STRING to, PCANSI_STRING from, BOOLEAN allocate)
{
    USHORT index, bytes = (USHORT)(2 * from->Length + 2);
    if (allocate) {
        to->Buffer = take(bytes, POOL, 'grtS');
        to->MaximumLength = bytes;
    } else if (to->MaximumLength < bytes) {
        return STATUS_BUFFER_OVERFLOW;
    }
    to->Length = (USHORT)(bytes - 2);
    for (index = 0; index < from->Length; index++)
        to->Buffer[index] = (UCHAR)from->Buffer[index];
    to->Buffer[index] = 0;
    return STATUS_SUCCESS;
}

NTSTATUS NTAPI nt_RtlUnicodeStringToAnsiString(PANSI_STRING to, PCUNICODE_STRING from, BOOLEAN allocate)
{
    USHORT index, bytes = (USHORT)(from->Length / 2 + 1);
    if (allocate) {
        to->Buffer = take(bytes, POOL, 'grtS');
        to->MaximumLength = bytes;
    } else if (to->MaximumLength < bytes) {
        return STATUS_BUFFER_OVERFLOW;
    }
    to->Length = (USHORT)(bytes - 1);
    for (index = 0; index < to->Length; index++)
        to->Buffer[index] = from->Buffer[index] < 128 ? (char)from->Buffer[index] : '?';
    to->Buffer[index] = 0;
    return STATUS_SUCCESS;
}

VOID NTAPI nt_RtlFreeAnsiString(PANSI_STRING string)
{
    if (string->Buffer)
        give_back(string->Buffer, POOL, "RtlFreeAnsiString");
    memset(string, 0, sizeof *string);
}

SIZE_T NTAPI nt_RtlCompareMemory(const VOID *left, const VOID *right, SIZE_T bytes)
{
    SIZE_T same = 0;
    while (same < bytes && ((const UCHAR *)left)[same] == ((const UCHAR *)right)[same])
        same++;
    return same;
}

VOID NTAPI nt_RtlZeroMemory(PVOID to, SIZE_T bytes)
{
    memset(to, 0, bytes);
}

VOID NTAPI nt_RtlFillMemory(PVOID to, SIZE_T bytes, UCHAR value)
{
    memset(to, value, bytes);
}

NTSTATUS NTAPI nt_RtlGetVersion(PRTL_OSVERSIONINFOW version)
{
    version->dwMajorVersion = 10;
    version->dwMinorVersion = 0;
    version->dwBuildNumber = 19041;
    version->dwPlatformId = 2;
    memset(version->szCSDVersion, 0, sizeof version->szCSDVersion);
    return STATUS_SUCCESS;
}

ULONG NTAPI nt_RtlNtStatusToDosError(NTSTATUS status)
{
    return NT_SUCCESS(status) ? 0 : 317;    /* ERROR_MR_MID_NOT_FOUND */
}

VOID NTAPI nt_RtlAssert(PVOID condition, PVOID file, ULONG line, PCHAR message)
{
    (void)message;
    begin_reason("an assertion fails: ");
    put_quoted(condition, nt_strlen(condition));
    put(" (");
    put_quoted(file, nt_strlen(file));
    put(", line ");
    put_number(line);
    put(")");
    finish("refused");
}

ULONG nt_DbgPrint(PCSTR text, ...);
ULONG nt_DbgPrintEx(ULONG component, ULONG level, PCSTR text, ...);
ULONG NTAPI nt_vDbgPrintEx(ULONG component, ULONG level, PCCH text, va_list arguments);

/* "{01234567-89ab-cdef-0123-456789abcdef}": where each byte's two digits stand, in the order of memory. */
enum { GUID_LETTERS = 38 };
static const UCHAR guid_places[16] = { 7, 5, 3, 1, 12, 10, 17, 15, 20, 22, 25, 27, 29, 31, 33, 35 };

NTSTATUS NTAPI nt_RtlStringFromGUID(const GUID *guid, PUNICODE_STRING string)
{
    static const char form[] = "{--------*----*----*----*------------}";
    ULONG index;
    string->Length = GUID_LETTERS * sizeof(WCHAR);
    string->MaximumLength = string->Length + sizeof(WCHAR);
    string->Buffer = take(string->MaximumLength, POOL, 'grtS');
    for (index = 0; index < GUID_LETTERS; index++)
        string->Buffer[index] = form[index] == '*' ? '-' : (UCHAR)form[index];
    for (index = 0; index < 16; index++) {
        UCHAR byte = ((const UCHAR *)guid)[index];
        string->Buffer[guid_places[index]] = (UCHAR)"0123456789ABCDEF"[byte >> 4];
        string->Buffer[guid_places[index] + 1] = (UCHAR)"0123456789ABCDEF"[byte & 15];
    }
    string->Buffer[GUID_LETTERS] = 0;
    return STATUS_SUCCESS;
}

static int digit_of(WCHAR letter)
{
    if (letter >= '0' && letter <= '9')
        return letter - '0';
    letter |= 0x20;
    return letter >= 'a' && letter <= 'f' ? letter - 'a' + 10 : -1;
}

NTSTATUS NTAPI nt_RtlGUIDFromString(PCUNICODE_STRING string, GUID *guid)
{
    ULONG index;
    if (string->Length < GUID_LETTERS * sizeof(WCHAR) || string->Buffer[0] != '{')
        return STATUS_INVALID_PARAMETER;
    for (index = 0; index < 16; index++) {
        int high = digit_of(string->Buffer[guid_places[index]]), low = digit_of(string->Buffer[guid_places[index] + 1]);
        if (high < 0 || low < 0)
            return STATUS_INVALID_PARAMETER;
        ((UCHAR *)guid)[index] = (UCHAR)(high << 4 | low);
    }
    return STATUS_SUCCESS;
}

const struct routine rtl_routines[] = {
    R(DbgPrint, ANY_LEVEL), R(DbgPrintEx, ANY_LEVEL), R(vDbgPrintEx, ANY_LEVEL),
    R(memset, ANY_LEVEL), R(memcpy, ANY_LEVEL), R(memmove, ANY_LEVEL), R(memcmp, ANY_LEVEL),
    R(strlen, ANY_LEVEL), R(wcslen, ANY_LEVEL), R(strcmp, ANY_LEVEL), R(strncmp, ANY_LEVEL),
    R(wcscmp, ANY_LEVEL), R(_wcsicmp, ANY_LEVEL), R(_stricmp, ANY_LEVEL),
    R(RtlInitUnicodeString, ANY_LEVEL), R(RtlInitAnsiString, ANY_LEVEL), R(RtlInitString, ANY_LEVEL),
    R(RtlCopyUnicodeString, ANY_LEVEL), R(RtlUpcaseUnicodeChar, 0), R(RtlCompareUnicodeString, 0),
    R(RtlEqualUnicodeString, 0), R(RtlPrefixUnicodeString, 0), R(RtlAppendUnicodeToString, ANY_LEVEL),
    R(RtlAppendUnicodeStringToString, ANY_LEVEL), R(RtlDuplicateUnicodeString, 0),
    R(RtlStringFromGUID, 0), R(RtlGUIDFromString, 0), R(RtlFreeUnicodeString, 0), R(RtlAnsiStringToUnicodeString, 0), R(RtlUnicodeStringToAnsiString, 0),
    R(RtlFreeAnsiString, 0), R(RtlCompareMemory, ANY_LEVEL), R(RtlZeroMemory, ANY_LEVEL),
    R(RtlFillMemory, ANY_LEVEL), R(RtlGetVersion, 0), R(RtlNtStatusToDosError, 0),
    R(RtlAssert, ANY_LEVEL),
    { 0 },
};
