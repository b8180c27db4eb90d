/* pragmas.c - the ways in which WDK sources place code and data. */
#include <ntddk.h>

int ByAllocText(int Value);
int ByCodeSeg(int Value);
__declspec(code_seg("PAGE2")) int ByDeclspec(int Value);

#pragma alloc_text(PAGE, ByAllocText)

int ByAllocText(int Value)
{
    return Value + 1;
}

#pragma code_seg("PAGE1")
int ByCodeSeg(int Value)
{
    return Value + 2;
}
#pragma code_seg()

int ByDeclspec(int Value)
{
    return Value + 3;
}

#pragma data_seg("PAGEDATA")
int ByDataSeg = 4;
#pragma data_seg()

__declspec(allocate("PAGEVARS")) int ByAllocate = 5;
