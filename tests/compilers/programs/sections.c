/* sections.c - the project's own section macros. */
#include <ntddk.h>
#include <ntbuild/sections.h>

NTBUILD_INIT int InInit(int Value);
NTBUILD_PAGE int InPage(int Value);
NTBUILD_CODE("PAGELOCK") int InOwn(int Value);

int InInit(int Value)
{
    return Value + 1;
}

int InPage(int Value)
{
    return InInit(Value) + 2;
}

int InOwn(int Value)
{
    return InPage(Value) + 3;
}

NTBUILD_PAGE_DATA int Variable = 4;
NTBUILD_PAGE_CONST const int Constant = 5;
