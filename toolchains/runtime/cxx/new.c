/*
 * new.c - operators new and delete on nonpaged pool, IRQL <= DISPATCH_LEVEL. What is out of memory
 * is NULL: no exception is thrown, and constructors of NULL are not called (-fcheck-new).
 *
 * operators.S gives each its names in C++, which a driver's own operators come before.
 */

#include "cxx.h"

/* What the pool aligns to by itself. */
#define POOL_ALIGNMENT (2 * sizeof(void *))

void *NtbuildNew(SIZE_T Size);
void *NtbuildNewAligned(SIZE_T Size, SIZE_T Alignment);
void NtbuildDelete(void *Memory);
void NtbuildDeleteAligned(void *Memory, SIZE_T Alignment);
void NtbuildDeleteAlignedSized(void *Memory, SIZE_T Size, SIZE_T Alignment);

void *NtbuildNew(SIZE_T Size)
{
    return ExAllocatePoolWithTag(NonPagedPoolNx, Size ? Size : 1, NTBUILD_CXX_TAG);
}

void NtbuildDelete(void *Memory)
{
    if (Memory)
        ExFreePoolWithTag(Memory, NTBUILD_CXX_TAG);
}

/* Memory of a larger alignment has the pool's own pointer in front of it. */
void *NtbuildNewAligned(SIZE_T Size, SIZE_T Alignment)
{
    SIZE_T More = Alignment + sizeof(void *);
    char *Memory;
    void **Aligned;

    if (Alignment <= POOL_ALIGNMENT)
        return NtbuildNew(Size);
    if (Size + More < Size)
        return NULL;
    Memory = NtbuildNew(Size + More);
    if (!Memory)
        return NULL;
    Aligned = (void **)(((ULONG_PTR)Memory + More) & ~(ULONG_PTR)(Alignment - 1));
    Aligned[-1] = Memory;
    return Aligned;
}

void NtbuildDeleteAligned(void *Memory, SIZE_T Alignment)
{
    if (Memory && Alignment > POOL_ALIGNMENT)
        Memory = ((void **)Memory)[-1];
    NtbuildDelete(Memory);
}

void NtbuildDeleteAlignedSized(void *Memory, SIZE_T Size, SIZE_T Alignment)
{
    UNREFERENCED_PARAMETER(Size);
    NtbuildDeleteAligned(Memory, Alignment);
}
