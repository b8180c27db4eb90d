/*
 * ntbuild/arm.h - after wdm.h on ARM: device register access and system time.
 *
 * wdm.h declares the READ_REGISTER family as imports, which ARM kernels do not export; as in the
 * WDK they become volatile accesses between barriers. There is no port space: a bus driver maps
 * ports to memory, so port access is register access.
 */
#ifndef NTBUILD_ARM_H
#define NTBUILD_ARM_H

#if defined(__aarch64__)
/* 64-bit kernels do not export the clocks either: KUSER_SHARED_DATA has them, as on x64. */
# define NTBUILD_SHARED_DATA64(Offset) (*(volatile ULONG64 *)(KI_USER_SHARED_DATA + (Offset)))
# undef KeQueryTickCount
# undef KeQuerySystemTime
# undef KeQueryInterruptTime
# define KeQueryInterruptTime() NTBUILD_SHARED_DATA64(0x008)
# define KeQuerySystemTime(CurrentTime) \
    ((void)(*(ULONG64 *)(CurrentTime) = NTBUILD_SHARED_DATA64(0x014)))
# define KeQueryTickCount(CurrentCount) \
    ((void)(*(ULONG64 *)(CurrentCount) = NTBUILD_SHARED_DATA64(0x320)))
#endif

#define NTBUILD_DEVICE_BARRIER() __asm__ __volatile__("dsb sy" ::: "memory")

#define NTBUILD_REGISTER_ACCESS(Type)                                                            \
    FORCEINLINE Type NtbuildRead##Type(const volatile Type *Register)                            \
    {                                                                                            \
        Type Value;                                                                              \
        NTBUILD_DEVICE_BARRIER();                                                                \
        Value = *Register;                                                                       \
        NTBUILD_DEVICE_BARRIER();                                                                \
        return Value;                                                                            \
    }                                                                                            \
    FORCEINLINE VOID NtbuildWrite##Type(volatile Type *Register, Type Value)                     \
    {                                                                                            \
        NTBUILD_DEVICE_BARRIER();                                                                \
        *Register = Value;                                                                       \
        NTBUILD_DEVICE_BARRIER();                                                                \
    }                                                                                            \
    FORCEINLINE VOID NtbuildReadBuffer##Type(const volatile Type *Register, Type *Buffer,        \
                                             ULONG Count)                                        \
    {                                                                                            \
        NTBUILD_DEVICE_BARRIER();                                                                \
        while (Count-- != 0)                                                                     \
            *Buffer++ = *Register++;                                                             \
        NTBUILD_DEVICE_BARRIER();                                                                \
    }                                                                                            \
    FORCEINLINE VOID NtbuildWriteBuffer##Type(volatile Type *Register, const Type *Buffer,       \
                                              ULONG Count)                                       \
    {                                                                                            \
        NTBUILD_DEVICE_BARRIER();                                                                \
        while (Count-- != 0)                                                                     \
            *Register++ = *Buffer++;                                                             \
        NTBUILD_DEVICE_BARRIER();                                                                \
    }                                                                                            \
    FORCEINLINE VOID NtbuildReadFifo##Type(const volatile Type *Register, Type *Buffer,          \
                                           ULONG Count)                                          \
    {                                                                                            \
        NTBUILD_DEVICE_BARRIER();                                                                \
        while (Count-- != 0)                                                                     \
            *Buffer++ = *Register;                                                               \
        NTBUILD_DEVICE_BARRIER();                                                                \
    }                                                                                            \
    FORCEINLINE VOID NtbuildWriteFifo##Type(volatile Type *Register, const Type *Buffer,         \
                                            ULONG Count)                                         \
    {                                                                                            \
        NTBUILD_DEVICE_BARRIER();                                                                \
        while (Count-- != 0)                                                                     \
            *Register = *Buffer++;                                                               \
        NTBUILD_DEVICE_BARRIER();                                                                \
    }

NTBUILD_REGISTER_ACCESS(UCHAR)
NTBUILD_REGISTER_ACCESS(USHORT)
NTBUILD_REGISTER_ACCESS(ULONG)

#define READ_REGISTER_UCHAR         NtbuildReadUCHAR
#define READ_REGISTER_USHORT        NtbuildReadUSHORT
#define READ_REGISTER_ULONG         NtbuildReadULONG
#define WRITE_REGISTER_UCHAR        NtbuildWriteUCHAR
#define WRITE_REGISTER_USHORT       NtbuildWriteUSHORT
#define WRITE_REGISTER_ULONG        NtbuildWriteULONG
#define READ_REGISTER_BUFFER_UCHAR  NtbuildReadBufferUCHAR
#define READ_REGISTER_BUFFER_USHORT NtbuildReadBufferUSHORT
#define READ_REGISTER_BUFFER_ULONG  NtbuildReadBufferULONG
#define WRITE_REGISTER_BUFFER_UCHAR  NtbuildWriteBufferUCHAR
#define WRITE_REGISTER_BUFFER_USHORT NtbuildWriteBufferUSHORT
#define WRITE_REGISTER_BUFFER_ULONG  NtbuildWriteBufferULONG

#define READ_PORT_UCHAR         NtbuildReadUCHAR
#define READ_PORT_USHORT        NtbuildReadUSHORT
#define READ_PORT_ULONG         NtbuildReadULONG
#define WRITE_PORT_UCHAR        NtbuildWriteUCHAR
#define WRITE_PORT_USHORT       NtbuildWriteUSHORT
#define WRITE_PORT_ULONG        NtbuildWriteULONG
/* A buffer goes through one port: the address does not advance. */
#define READ_PORT_BUFFER_UCHAR  NtbuildReadFifoUCHAR
#define READ_PORT_BUFFER_USHORT NtbuildReadFifoUSHORT
#define READ_PORT_BUFFER_ULONG  NtbuildReadFifoULONG
#define WRITE_PORT_BUFFER_UCHAR  NtbuildWriteFifoUCHAR
#define WRITE_PORT_BUFFER_USHORT NtbuildWriteFifoUSHORT
#define WRITE_PORT_BUFFER_ULONG  NtbuildWriteFifoULONG

#endif
