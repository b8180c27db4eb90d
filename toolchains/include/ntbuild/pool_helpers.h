/*
 * ntbuild/pool_helpers.h - ExAllocatePoolZero and its kin: the older allocators, which every version
 * exports, with the block cleared where the name says so.
 *
 * In the WDK the Zero forms pass POOL_ZERO_ALLOCATION, which old systems do not know and which
 * ExInitializeDriverRuntime has to announce; clearing the block works on all of them.
 */
#ifndef NTBUILD_POOL_HELPERS_H
#define NTBUILD_POOL_HELPERS_H

#ifndef POOL_ZERO_ALLOCATION
# define POOL_ZERO_ALLOCATION 1024
#endif

FORCEINLINE PVOID NtbuildZeroed(PVOID Block, SIZE_T NumberOfBytes)
{
    if (Block != NULL)
        RtlZeroMemory(Block, NumberOfBytes);
    return Block;
}

FORCEINLINE PVOID NtbuildAllocatePoolZero(POOL_TYPE PoolType, SIZE_T NumberOfBytes, ULONG Tag)
{
    return NtbuildZeroed(ExAllocatePoolWithTag(PoolType, NumberOfBytes, Tag), NumberOfBytes);
}

FORCEINLINE PVOID NtbuildAllocatePoolQuotaZero(POOL_TYPE PoolType, SIZE_T NumberOfBytes, ULONG Tag)
{
    return NtbuildZeroed(ExAllocatePoolWithQuotaTag(PoolType, NumberOfBytes, Tag), NumberOfBytes);
}

FORCEINLINE PVOID NtbuildAllocatePoolPriorityZero(
    POOL_TYPE PoolType, SIZE_T NumberOfBytes, ULONG Tag, EX_POOL_PRIORITY Priority)
{
    return NtbuildZeroed(ExAllocatePoolWithTagPriority(PoolType, NumberOfBytes, Tag, Priority),
                         NumberOfBytes);
}

#ifndef ExAllocatePoolZero
# define ExAllocatePoolZero NtbuildAllocatePoolZero
#endif
#ifndef ExAllocatePoolQuotaZero
# define ExAllocatePoolQuotaZero NtbuildAllocatePoolQuotaZero
#endif
#ifndef ExAllocatePoolPriorityZero
# define ExAllocatePoolPriorityZero NtbuildAllocatePoolPriorityZero
#endif
#ifndef ExAllocatePoolUninitialized
# define ExAllocatePoolUninitialized ExAllocatePoolWithTag
#endif
#ifndef ExAllocatePoolQuotaUninitialized
# define ExAllocatePoolQuotaUninitialized ExAllocatePoolWithQuotaTag
#endif
#ifndef ExAllocatePoolPriorityUninitialized
# define ExAllocatePoolPriorityUninitialized ExAllocatePoolWithTagPriority
#endif

#endif
