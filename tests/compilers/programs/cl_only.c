/* What cl takes and clang refuses in C: casts as objects, other types than the prototype's. */
#include <ntifs.h>
#include "wide.h"

typedef struct _ITEM {
    int Value;
} ITEM, *PITEM;

#if defined(_X86_)
int ReadItem(PITEM Item, PCHAR Name);
#else
int ReadItem(PVOID Item, PCHAR Name);
#endif
DECLSPEC_NOINLINE int CallFirst(PVOID Item)
{
    return ReadItem(Item, 0);
}

DECLSPEC_NOINLINE int ReadItem(PITEM Item, PCHAR Name)
{
    return Item->Value + (Name != 0);
}

#define ADVANCE(p, n) ((PUCHAR)(p) += (n))

int Casts(PVOID Start, LONG Flags)
{
    PVOID *Where = &(PVOID)Start;
    PVOID First = Start;

    (PUCHAR)Start += 1;
    ((PUCHAR)Start) += 2;
    ((PUCHAR)Start)++;
    ++(PUCHAR)Start;
    SetFlag((ULONG)Flags, 0x10);
    ADVANCE(Start, 100);
    return (int)((PUCHAR)*Where - (PUCHAR)First) + Flags + (int)sizeof ITEM * 1000 + WIDE;
}

NTSTATUS DriverEntry(PDRIVER_OBJECT Driver, PUNICODE_STRING Path)
{
    ITEM Item = {100000};

    UNREFERENCED_PARAMETER(Path);
    return Casts(Driver, 1) + CallFirst(&Item);
}
