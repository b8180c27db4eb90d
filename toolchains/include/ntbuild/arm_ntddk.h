/*
 * ntbuild/arm_ntddk.h - what ntddk.h defines per processor and has for x86 and x64 only.
 */
#ifndef NTBUILD_ARM_NTDDK_H
#define NTBUILD_ARM_NTDDK_H

#define PAUSE_PROCESSOR YieldProcessor();

#if defined(__aarch64__)
# define KERNEL_STACK_SIZE       0x8000
# define KERNEL_LARGE_STACK_SIZE 0x12000
#else
# define KERNEL_STACK_SIZE       0x3000
# define KERNEL_LARGE_STACK_SIZE 0xF000
#endif
#define KERNEL_LARGE_STACK_COMMIT KERNEL_STACK_SIZE

#define EXCEPTION_READ_FAULT    0
#define EXCEPTION_WRITE_FAULT   1
#define EXCEPTION_EXECUTE_FAULT 8

#define HalGetDmaAlignmentRequirement() 128L

/* KPCR stays opaque: its layout on ARM is not public. */
#define KeGetCurrentProcessorNumber() KeGetCurrentProcessorNumberEx(NULL)

#ifdef __cplusplus
extern "C" {
#endif
extern NTKERNELAPI PVOID MmHighestUserAddress;
extern NTKERNELAPI PVOID MmSystemRangeStart;
extern NTKERNELAPI ULONG_PTR MmUserProbeAddress;
#ifdef __cplusplus
}
#endif
#define MM_HIGHEST_USER_ADDRESS  MmHighestUserAddress
#define MM_SYSTEM_RANGE_START    MmSystemRangeStart
#define MM_USER_PROBE_ADDRESS    MmUserProbeAddress
#define MM_LOWEST_USER_ADDRESS   ((PVOID)0x10000)
#define MM_LOWEST_SYSTEM_ADDRESS MmSystemRangeStart

#if defined(__aarch64__)
# define NTBUILD_CONTEXT_MACHINE 0x00400000L
# define CONTEXT_ARM64           NTBUILD_CONTEXT_MACHINE
#else
# define NTBUILD_CONTEXT_MACHINE 0x00200000L
# define CONTEXT_ARM             NTBUILD_CONTEXT_MACHINE
#endif
#define CONTEXT_CONTROL         (NTBUILD_CONTEXT_MACHINE | 1L)
#define CONTEXT_INTEGER         (NTBUILD_CONTEXT_MACHINE | 2L)
#define CONTEXT_FLOATING_POINT  (NTBUILD_CONTEXT_MACHINE | 4L)
#define CONTEXT_DEBUG_REGISTERS (NTBUILD_CONTEXT_MACHINE | 8L)
#define CONTEXT_FULL (CONTEXT_CONTROL | CONTEXT_INTEGER | CONTEXT_FLOATING_POINT)
#if defined(__aarch64__)
# define CONTEXT_ARM64_X18 (CONTEXT_ARM64 | 0x10)
# define CONTEXT_ALL       (CONTEXT_FULL | CONTEXT_DEBUG_REGISTERS | CONTEXT_ARM64_X18)
#else
# define CONTEXT_ALL  (CONTEXT_FULL | CONTEXT_DEBUG_REGISTERS)
#endif

#if defined(__aarch64__)
typedef union _NEON128 {
    struct {
        ULONGLONG Low;
        LONGLONG High;
    };
    double D[2];
    float S[4];
    USHORT H[8];
    UCHAR B[16];
} NEON128, *PNEON128;

typedef struct DECLSPEC_ALIGN(16) _CONTEXT {
    ULONG ContextFlags;
    ULONG Cpsr;
    union {
        struct {
            ULONG64 X0, X1, X2, X3, X4, X5, X6, X7, X8, X9;
            ULONG64 X10, X11, X12, X13, X14, X15, X16, X17, X18, X19;
            ULONG64 X20, X21, X22, X23, X24, X25, X26, X27, X28;
            ULONG64 Fp, Lr;
        };
        ULONG64 X[31];
    };
    ULONG64 Sp;
    ULONG64 Pc;
    NEON128 V[32];
    ULONG Fpcr;
    ULONG Fpsr;
    ULONG Bcr[8];
    ULONG64 Bvr[8];
    ULONG Wcr[2];
    ULONG64 Wvr[2];
} CONTEXT;
C_ASSERT(sizeof(CONTEXT) == 0x390);
#else
typedef struct _NEON128 {
    ULONGLONG Low;
    LONGLONG High;
} NEON128, *PNEON128;

typedef struct DECLSPEC_ALIGN(8) _CONTEXT {
    ULONG ContextFlags;
    ULONG R0, R1, R2, R3, R4, R5, R6, R7, R8, R9, R10, R11, R12;
    ULONG Sp;
    ULONG Lr;
    ULONG Pc;
    ULONG Cpsr;
    ULONG Fpscr;
    ULONG Padding;
    union {
        NEON128 Q[16];
        ULONGLONG D[32];
        ULONG S[32];
    };
    ULONG Bvr[8];
    ULONG Bcr[8];
    ULONG Wvr[1];
    ULONG Wcr[1];
    ULONG Padding2[2];
} CONTEXT;
C_ASSERT(sizeof(CONTEXT) == 0x1a0);
#endif

#endif
