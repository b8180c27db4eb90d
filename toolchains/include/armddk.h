/*
 * armddk.h - what wdm.h includes in its _M_ARM branch and mingw-w64 does not have.
 *
 * Read in the middle of wdm.h, once KIRQL, KSPIN_LOCK and MDL are known; serves 32-bit and 64-bit
 * ARM. On both, IRQL and spin lock operations are functions of the kernel, not instructions.
 */
#ifndef NTBUILD_ARMDDK_H
#define NTBUILD_ARMDDK_H

#define PASSIVE_LEVEL   0
#define LOW_LEVEL       0
#define APC_LEVEL       1
#define DISPATCH_LEVEL  2
#define CLOCK_LEVEL     13
#define IPI_LEVEL       14
#define DRS_LEVEL       14
#define POWER_LEVEL     14
#define PROFILE_LEVEL   15
#define HIGH_LEVEL      15

#define PAGE_SIZE   0x1000
#define PAGE_SHIFT  12L

#define KeGetDcacheFillSize() 1L

#if defined(__aarch64__)
# define KI_USER_SHARED_DATA 0xFFFFF78000000000ULL
#else
# define KI_USER_SHARED_DATA 0xFFFF9000UL
#endif
#define SharedUserData ((KUSER_SHARED_DATA * const)(ULONG_PTR)KI_USER_SHARED_DATA)

/* The kernel keeps each thread's floating point registers by itself: nothing to save. */
typedef struct _KFLOATING_SAVE {
    ULONG Reserved;
} KFLOATING_SAVE, *PKFLOATING_SAVE;

FORCEINLINE NTSTATUS KeSaveFloatingPointState(PKFLOATING_SAVE FloatSave)
{
    FloatSave->Reserved = 0;
    return STATUS_SUCCESS;
}

FORCEINLINE NTSTATUS KeRestoreFloatingPointState(PKFLOATING_SAVE FloatSave)
{
    (void)FloatSave;
    return STATUS_SUCCESS;
}

/* Functions, since DDK macros use some of these inside expressions. */
FORCEINLINE VOID NtbuildYieldProcessor(VOID)
{
    __asm__ __volatile__("dmb ishst\n\tyield" ::: "memory");
}
#undef YieldProcessor
#define YieldProcessor NtbuildYieldProcessor

FORCEINLINE VOID KeMemoryBarrier(VOID)
{
    __asm__ __volatile__("dmb sy" ::: "memory");
}
#undef MemoryBarrier
#define MemoryBarrier KeMemoryBarrier

/* The breakpoint codes that the kernel takes for a failed assertion. */
FORCEINLINE VOID DbgRaiseAssertionFailure(VOID)
{
#if defined(__aarch64__)
    __asm__ __volatile__("brk #0xf001");
#else
    __asm__ __volatile__(".inst.n 0xdefc");
#endif
}

NTHALAPI KIRQL NTAPI KeGetCurrentIrql(VOID);
NTHALAPI VOID FASTCALL KfLowerIrql(IN KIRQL NewIrql);
NTHALAPI KIRQL FASTCALL KfRaiseIrql(IN KIRQL NewIrql);
#define KeLowerIrql(Irql) KfLowerIrql(Irql)
#define KeRaiseIrql(Irql, OldIrql) (*(OldIrql) = KfRaiseIrql(Irql))

FORCEINLINE KIRQL KeRaiseIrqlToDpcLevel(VOID)
{
    return KfRaiseIrql(DISPATCH_LEVEL);
}

FORCEINLINE KIRQL KeRaiseIrqlToSynchLevel(VOID)
{
    return KfRaiseIrql(12);
}

NTKERNELAPI KIRQL NTAPI KeAcquireSpinLockRaiseToDpc(IN OUT PKSPIN_LOCK SpinLock);
NTKERNELAPI VOID NTAPI KeAcquireSpinLockAtDpcLevel(IN OUT PKSPIN_LOCK SpinLock);
NTKERNELAPI VOID NTAPI KeReleaseSpinLock(IN OUT PKSPIN_LOCK SpinLock, IN KIRQL NewIrql);
NTKERNELAPI VOID NTAPI KeReleaseSpinLockFromDpcLevel(IN OUT PKSPIN_LOCK SpinLock);
#define KeAcquireSpinLock(SpinLock, OldIrql) \
    (*(OldIrql) = KeAcquireSpinLockRaiseToDpc(SpinLock))

/*
 * An import. wdm.h defines PsGetCurrentThread through it, so mapping it to that one would recurse
 * for ever; the compiler sees undefined behaviour and deletes the caller's code.
 */
NTSYSAPI PKTHREAD NTAPI KeGetCurrentThread(VOID);

NTKERNELAPI VOID NTAPI KeFlushIoBuffers(
    IN PMDL Mdl, IN BOOLEAN ReadOperation, IN BOOLEAN DmaOperation);

#if !defined(__aarch64__)
NTKERNELAPI VOID NTAPI KeQueryTickCount(OUT PLARGE_INTEGER CurrentCount);
#endif

#include <ntbuild/arm_interlocked.h>

#endif
