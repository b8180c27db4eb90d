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

typedef enum POOL_EXTENDED_PARAMETER_TYPE {
    PoolExtendedParameterInvalidType = 0,
    PoolExtendedParameterPriority,
    PoolExtendedParameterSecurePool,
    PoolExtendedParameterNumaNode,
    PoolExtendedParameterMax
} POOL_EXTENDED_PARAMETER_TYPE, *PPOOL_EXTENDED_PARAMETER_TYPE;

#  define POOL_EXTENDED_PARAMETER_TYPE_BITS           8
#  define POOL_EXTENDED_PARAMETER_REQUIRED_FIELD_BITS 1
#  define POOL_EXTENDED_PARAMETER_RESERVED_BITS       55

typedef struct _POOL_EXTENDED_PARAMS_SECURE_POOL {
    HANDLE SecurePoolHandle;
    PVOID Buffer;
    ULONG_PTR Cookie;
    ULONG SecurePoolFlags;
} POOL_EXTENDED_PARAMS_SECURE_POOL;

typedef struct _POOL_EXTENDED_PARAMETER {
    struct {
        ULONG64 Type : POOL_EXTENDED_PARAMETER_TYPE_BITS;
        ULONG64 Optional : POOL_EXTENDED_PARAMETER_REQUIRED_FIELD_BITS;
        ULONG64 Reserved : POOL_EXTENDED_PARAMETER_RESERVED_BITS;
    };
    union {
        ULONG64 Reserved2;
        PVOID Reserved3;
        EX_POOL_PRIORITY Priority;
        POOL_EXTENDED_PARAMS_SECURE_POOL *SecurePoolParams;
        ULONG PreferredNode;
    };
} POOL_EXTENDED_PARAMETER, *PPOOL_EXTENDED_PARAMETER;
typedef const POOL_EXTENDED_PARAMETER *PCPOOL_EXTENDED_PARAMETER;

NTKERNELAPI PVOID NTAPI ExAllocatePool3(
    POOL_FLAGS Flags, SIZE_T NumberOfBytes, ULONG Tag,
    PCPOOL_EXTENDED_PARAMETER ExtendedParameters, ULONG ExtendedParametersCount);
NTKERNELAPI VOID NTAPI ExFreePool2(
    PVOID Block, ULONG Tag, PCPOOL_EXTENDED_PARAMETER ExtendedParameters,
    ULONG ExtendedParametersCount);
# ifdef __cplusplus
}
# endif
#endif

#if !defined(DRIVER_RUNTIME_INIT_FLAGS_DEFINED) && !defined(DrvRtPoolNxOptIn)
# define DRIVER_RUNTIME_INIT_FLAGS_DEFINED
# define DrvRtPoolNxOptIn 0x00000001

# if defined(POOL_NX_OPTIN_AUTO) && POOL_NX_OPTIN_AUTO && !defined(POOL_NX_OPTIN)
/* A driver for Windows 8 and later only: each plain NonPagedPool of it is not executable. */
#  define NonPagedPool NonPagedPoolNx
#  define NonPagedPoolCacheAligned NonPagedPoolNxCacheAligned
# endif

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

#include <ntbuild/pool_helpers.h>

#endif
