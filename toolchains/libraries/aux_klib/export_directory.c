/* export_directory.c - AuxKlibGetImageExportDirectory: of an image as it is loaded, or NULL. */
#include "state.h"

PIMAGE_EXPORT_DIRECTORY NTAPI AuxKlibGetImageExportDirectory(PVOID ImageBase)
{
    PIMAGE_DOS_HEADER Dos = (PIMAGE_DOS_HEADER)ImageBase;
    PIMAGE_NT_HEADERS Headers;
    PIMAGE_DATA_DIRECTORY Directory;

    if (Dos == NULL || Dos->e_magic != IMAGE_DOS_SIGNATURE || Dos->e_lfanew <= 0 ||
        Dos->e_lfanew > 0x1000)
        return NULL;
    Headers = (PIMAGE_NT_HEADERS)((PUCHAR)ImageBase + Dos->e_lfanew);
    if (Headers->Signature != IMAGE_NT_SIGNATURE ||
        Headers->OptionalHeader.Magic != IMAGE_NT_OPTIONAL_HDR_MAGIC ||
        Headers->OptionalHeader.NumberOfRvaAndSizes <= IMAGE_DIRECTORY_ENTRY_EXPORT)
        return NULL;
    Directory = &Headers->OptionalHeader.DataDirectory[IMAGE_DIRECTORY_ENTRY_EXPORT];
    if (Directory->VirtualAddress == 0 || Directory->Size < sizeof(IMAGE_EXPORT_DIRECTORY) ||
        Directory->VirtualAddress >= Headers->OptionalHeader.SizeOfImage)
        return NULL;
    return (PIMAGE_EXPORT_DIRECTORY)((PUCHAR)ImageBase + Directory->VirtualAddress);
}
