/*
 * crt - C functions that kernels export, under the names that their headers' functions call. NAME
 * is this object's function: two objects of this source link, so no header defines a function twice.
 */

#include <ntddk.h>
#include <ntstrsafe.h>
#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <wchar.h>

int NAME(char *Text, wchar_t *Wide, size_t Size, va_list Arguments);

int NAME(char *Text, wchar_t *Wide, size_t Size, va_list Arguments)
{
    int Sum = 0;

    Sum += sprintf(Text, "%d", 1) + vsprintf(Text, "%d", Arguments);
    Sum += _snprintf(Text, Size, "%d", 1) + _vsnprintf(Text, Size, "%d", Arguments);
    Sum += sprintf_s(Text, Size, "%d", 1) + vsprintf_s(Text, Size, "%d", Arguments);
    Sum += _snprintf_s(Text, Size, 2, "%d", 1) + _vsnprintf_s(Text, Size, 2, "%d", Arguments);
    Sum += swprintf(Wide, L"%d", 1) + swprintf_s(Wide, Size, L"%d", 1);
    Sum += _snwprintf(Wide, Size, L"%d", 1) + _vsnwprintf(Wide, Size, L"%d", Arguments);
    Sum += _snwprintf_s(Wide, Size, 2, L"%d", 1) + _vsnwprintf_s(Wide, Size, 2, L"%d", Arguments);
    Sum += vswprintf_s(Wide, Size, L"%d", Arguments) + sscanf_s(Text, "%d", &Sum);
    Sum += strcpy_s(Text, Size, "a") + strcat_s(Text, Size, "b") + strncpy_s(Text, Size, "c", 1);
    Sum += wcscpy_s(Wide, Size, L"a") + wcscat_s(Wide, Size, L"b") + wcsncpy_s(Wide, Size, L"c", 1);
    Sum += memcpy_s(Text, Size, "d", 1) + memmove_s(Text, Size, "e", 1);
    Sum += (int)strlen(Text) + (int)strnlen(Text, Size) + (int)wcslen(Wide) + atoi(Text);
    Sum += (int)wcsnlen(Wide, Size) + _stricmp(Text, "f") + _wcsicmp(Wide, L"g");
    Sum += _wcsnicmp(Wide, L"h", Size) + toupper(*Text) + towupper(*Wide);
    Sum += (strstr(Text, "i") != NULL) + (wcsstr(Wide, L"j") != NULL) + (strchr(Text, 'k') != NULL);
    Sum += (wcsrchr(Wide, L'l') != NULL) + RtlStringCbCopyA(Text, Size, "m");
    return Sum + RtlStringCchCatW(Wide, Size, L"n") + RtlStringCbPrintfA(Text, Size, "%d", 1);
}
