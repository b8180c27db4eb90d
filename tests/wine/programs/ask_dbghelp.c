/* ask_dbghelp.exe IMAGE BASE FUNCTION TYPE: what dbghelp finds in the image's PDB, a fact a line. */
#include <windows.h>
#include <dbghelp.h>
#include <stdio.h>
#include <stdlib.h>

#define PROCESS ((HANDLE)0x1234)

static union {
    SYMBOL_INFO info;
    char room[sizeof(SYMBOL_INFO) + 512];
} symbol;

static BOOL CALLBACK local(PSYMBOL_INFO found, ULONG size, PVOID context)
{
    ULONG64 length = 0;
    SymGetTypeInfo(PROCESS, found->ModBase, found->TypeIndex, TI_GET_LENGTH, &length);
    printf("local %s of %u bytes\n", found->Name, (unsigned)length);
    return TRUE;
}

static BOOL CALLBACK file(PSOURCEFILE found, PVOID context)
{
    printf("file %s\n", found->FileName);
    return TRUE;
}

static void start(void)
{
    memset(&symbol, 0, sizeof symbol);
    symbol.info.SizeOfStruct = sizeof symbol.info;
    symbol.info.MaxNameLen = 500;
}

int main(int count, char **words)
{
    DWORD64 base, address, displacement = 0;
    DWORD column = 0;
    IMAGEHLP_MODULE64 module = { sizeof module };
    IMAGEHLP_LINE64 line = { sizeof line };
    IMAGEHLP_STACK_FRAME frame = { 0 };

    SymSetOptions(SYMOPT_LOAD_LINES | SYMOPT_EXACT_SYMBOLS | SYMOPT_INCLUDE_32BIT_MODULES);
    if (count != 5 || !SymInitialize(PROCESS, ".", FALSE))
        return 2;
    base = SymLoadModuleEx(PROCESS, NULL, words[1], NULL, strtoull(words[2], NULL, 16), 0, NULL, 0);
    if (!base || !SymGetModuleInfo64(PROCESS, base, &module))
        return 3;
    printf("symbols %d unmatched %d\n", module.SymType, module.PdbUnmatched);
    start();
    if (!SymFromName(PROCESS, words[3], &symbol.info))
        return 4;
    address = symbol.info.Address;
    printf("name %s at %llx\n", symbol.info.Name, (unsigned long long)(address - base));
    start();
    if (!SymFromAddr(PROCESS, address + 4, &displacement, &symbol.info))
        return 5;
    printf("address %s+%llu\n", symbol.info.Name, (unsigned long long)displacement);
    if (!SymGetLineFromAddr64(PROCESS, address, &column, &line))
        return 6;
    printf("line %s %lu\n", line.FileName, line.LineNumber);
    frame.InstructionOffset = address;
    SymSetContext(PROCESS, &frame, NULL);
    SymEnumSymbols(PROCESS, 0, "*", local, NULL);
    start();
    if (!SymGetTypeFromName(PROCESS, base, words[4], &symbol.info))
        return 7;
    printf("type %s of %lu bytes\n", symbol.info.Name, symbol.info.Size);
    SymEnumSourceFiles(PROCESS, base, "*", file, NULL);
    return 0;
}
