/*
 * ntbuild/pool.h - the pool interface of Windows 10 2004 and the helpers around the older one.
 *
 * ExAllocatePool2 is an export of that version's kernel: a driver that calls it does not load on
 * an older one. ExAllocatePoolZero and its kin are inline and work everywhere.
 */
#ifndef NTBUILD_POOL_H
#define NTBUILD_POOL_H

#if !defined(POOL_FLAG_NON_PAGED)
# define POOL_FLAG_REQUIRED_START       0x0000000000000001ULL
# define POOL_FLAG_USE_QUOTA            0x0000000000000001ULL
# define POOL_FLAG_UNINITIALIZED        0x0000000000000002ULL
# define POOL_FLAG_SESSION              0x0000000000000004ULL
# define POOL_FLAG_CACHE_ALIGNED        0x0000000000000008ULL
# define POOL_FLAG_RESERVED1            0x0000000000000010ULL
# define POOL_FLAG_RAISE_ON_FAILURE     0x0000000000000020ULL
# define POOL_FLAG_NON_PAGED            0x0000000000000040ULL
# define POOL_FLAG_NON_PAGED_EXECUTE    0x0000000000000080ULL
# define POOL_FLAG_PAGED                0x0000000000000100ULL
# define POOL_FLAG_RESERVED2            0x0000000000000200ULL
# define POOL_FLAG_RESERVED3            0x0000000000000400ULL
# define POOL_FLAG_REQUIRED_END         0x0000000080000000ULL
# define POOL_FLAG_OPTIONAL_START       0x0000000100000000ULL
# define POOL_FLAG_SPECIAL_POOL         0x0000000100000000ULL
# define POOL_FLAG_OPTIONAL_END         0x8000000000000000ULL

typedef ULONG64 POOL_FLAGS;

# ifdef __cplusplus
extern "C" {
# endif
NTKERNELAPI PVOID NTAPI ExAllocatePool2(POOL_FLAGS Flags, SIZE_T NumberOfBytes, ULONG Tag);
# ifdef __cplusplus
}
# endif
#endif

#if !defined(DRIVER_RUNTIME_INIT_FLAGS_DEFINED) && !defined(DrvRtPoolNxOptIn)
# define DRIVER_RUNTIME_INIT_FLAGS_DEFINED
# define DrvRtPoolNxOptIn 0x00000001

# if defined(POOL_NX_OPTIN) && POOL_NX_OPTIN
/*
 * The opt-in: each plain NonPagedPool of the driver becomes a variable, which starts executable
 * and which ExInitializeDriverRuntime, called first in DriverEntry, turns into NonPagedPoolNx. One
 * variable for the whole driver: every file has it, the linker keeps one.
 */
__declspec(selectany) POOL_TYPE ExDefaultNonPagedPoolType = NonPagedPool;
#  define NonPagedPool ExDefaultNonPagedPoolType
# endif

FORCEINLINE VOID ExInitializeDriverRuntime(ULONG RuntimeFlags)
{
# if defined(POOL_NX_OPTIN) && POOL_NX_OPTIN
    if ((RuntimeFlags & DrvRtPoolNxOptIn) != 0)
        ExDefaultNonPagedPoolType = NonPagedPoolNx;
# else
    (void)RuntimeFlags;
# endif
}
#endif

#if !defined(NTBUILD_HAVE_POOL_HELPERS)
# define NTBUILD_HAVE_POOL_HELPERS
FORCEINLINE PVOID NtbuildAllocatePoolZero(POOL_TYPE PoolType, SIZE_T NumberOfBytes, ULONG Tag)
{
    PVOID Block = ExAllocatePoolWithTag(PoolType, NumberOfBytes, Tag);

    if (Block != NULL)
        RtlZeroMemory(Block, NumberOfBytes);
    return Block;
}
# ifndef ExAllocatePoolZero
#  define ExAllocatePoolZero NtbuildAllocatePoolZero
# endif
# ifndef ExAllocatePoolUninitialized
#  define ExAllocatePoolUninitialized ExAllocatePoolWithTag
# endif
#endif

#endif
