/*
 * ntbuild/atomics.h - after wdm.h: ordered loads and stores, and the Interlocked family beyond the
 * plain 32-bit and 64-bit forms.
 *
 * ReadAcquire, WriteRelease and kin are single loads and stores with the order in their names; Raw
 * and NoFence forms have none. The Acquire, Release and NoFence forms of read-modify-write
 * operations are the full barriers that they are on x64.
 */
#ifndef NTBUILD_ATOMICS_H
#define NTBUILD_ATOMICS_H

#define NTBUILD_ORDERED_ACCESS(Name, Type)                                                        \
    FORCEINLINE Type Ntbuild##Name##ReadAcquire(Type const volatile *Source)                      \
    { return __atomic_load_n(Source, __ATOMIC_ACQUIRE); }                                         \
    FORCEINLINE Type Ntbuild##Name##ReadNoFence(Type const volatile *Source)                      \
    { return __atomic_load_n(Source, __ATOMIC_RELAXED); }                                         \
    FORCEINLINE VOID Ntbuild##Name##WriteRelease(Type volatile *Target, Type Value)               \
    { __atomic_store_n(Target, Value, __ATOMIC_RELEASE); }                                        \
    FORCEINLINE VOID Ntbuild##Name##WriteNoFence(Type volatile *Target, Type Value)               \
    { __atomic_store_n(Target, Value, __ATOMIC_RELAXED); }

/* On 32-bit machines a 64-bit access is one cmpxchg8b or ldrexd loop. */
#define NTBUILD_ORDERED_ACCESS_WIDE(Name, Type)                                                   \
    FORCEINLINE Type Ntbuild##Name##ReadAcquire(Type const volatile *Source)                      \
    { return (Type)InterlockedCompareExchange64((LONGLONG volatile *)Source, 0, 0); }             \
    FORCEINLINE Type Ntbuild##Name##ReadNoFence(Type const volatile *Source)                      \
    { return (Type)InterlockedCompareExchange64((LONGLONG volatile *)Source, 0, 0); }             \
    FORCEINLINE VOID Ntbuild##Name##WriteRelease(Type volatile *Target, Type Value)               \
    { (void)InterlockedExchange64((LONGLONG volatile *)Target, (LONGLONG)Value); }                \
    FORCEINLINE VOID Ntbuild##Name##WriteNoFence(Type volatile *Target, Type Value)               \
    { (void)InterlockedExchange64((LONGLONG volatile *)Target, (LONGLONG)Value); }

NTBUILD_ORDERED_ACCESS(Boolean, BOOLEAN)
NTBUILD_ORDERED_ACCESS(Char, CHAR)
NTBUILD_ORDERED_ACCESS(Short, SHORT)
NTBUILD_ORDERED_ACCESS(UShort, USHORT)
NTBUILD_ORDERED_ACCESS(Long, LONG)
NTBUILD_ORDERED_ACCESS(ULong, ULONG)
NTBUILD_ORDERED_ACCESS(Int, int)
NTBUILD_ORDERED_ACCESS(UInt, unsigned int)
NTBUILD_ORDERED_ACCESS(Pointer, PVOID)
#if defined(_WIN64)
NTBUILD_ORDERED_ACCESS(Long64, LONG64)
NTBUILD_ORDERED_ACCESS(ULong64, ULONG64)
#else
NTBUILD_ORDERED_ACCESS_WIDE(Long64, LONG64)
NTBUILD_ORDERED_ACCESS_WIDE(ULong64, ULONG64)
#endif

#define ReadAcquire8         NtbuildCharReadAcquire
#define ReadNoFence8         NtbuildCharReadNoFence
#define ReadRaw8             NtbuildCharReadNoFence
#define WriteRelease8        NtbuildCharWriteRelease
#define WriteNoFence8        NtbuildCharWriteNoFence
#define WriteRaw8            NtbuildCharWriteNoFence
#define ReadAcquire16        NtbuildShortReadAcquire
#define ReadNoFence16        NtbuildShortReadNoFence
#define ReadRaw16            NtbuildShortReadNoFence
#define WriteRelease16       NtbuildShortWriteRelease
#define WriteNoFence16       NtbuildShortWriteNoFence
#define WriteRaw16           NtbuildShortWriteNoFence
#define ReadAcquire          NtbuildLongReadAcquire
#define ReadNoFence          NtbuildLongReadNoFence
#define ReadRaw              NtbuildLongReadNoFence
#define WriteRelease         NtbuildLongWriteRelease
#define WriteNoFence         NtbuildLongWriteNoFence
#define WriteRaw             NtbuildLongWriteNoFence
#define ReadAcquire64        NtbuildLong64ReadAcquire
#define ReadNoFence64        NtbuildLong64ReadNoFence
#define ReadRaw64            NtbuildLong64ReadNoFence
#define WriteRelease64       NtbuildLong64WriteRelease
#define WriteNoFence64       NtbuildLong64WriteNoFence
#define WriteRaw64           NtbuildLong64WriteNoFence
#define ReadBooleanAcquire   NtbuildBooleanReadAcquire
#define ReadBooleanNoFence   NtbuildBooleanReadNoFence
#define ReadBooleanRaw       NtbuildBooleanReadNoFence
#define WriteBooleanRelease  NtbuildBooleanWriteRelease
#define WriteBooleanNoFence  NtbuildBooleanWriteNoFence
#define ReadUCharAcquire     NtbuildBooleanReadAcquire
#define ReadUCharNoFence     NtbuildBooleanReadNoFence
#define ReadUCharRaw         NtbuildBooleanReadNoFence
#define WriteUCharRelease    NtbuildBooleanWriteRelease
#define WriteUCharNoFence    NtbuildBooleanWriteNoFence
#define WriteUCharRaw        NtbuildBooleanWriteNoFence
#define ReadUShortAcquire    NtbuildUShortReadAcquire
#define ReadUShortNoFence    NtbuildUShortReadNoFence
#define ReadUShortRaw        NtbuildUShortReadNoFence
#define WriteUShortRelease   NtbuildUShortWriteRelease
#define WriteUShortNoFence   NtbuildUShortWriteNoFence
#define WriteUShortRaw       NtbuildUShortWriteNoFence
#define ReadInt32Acquire     NtbuildIntReadAcquire
#define ReadInt32NoFence     NtbuildIntReadNoFence
#define ReadInt32Raw         NtbuildIntReadNoFence
#define WriteInt32Release    NtbuildIntWriteRelease
#define WriteInt32NoFence    NtbuildIntWriteNoFence
#define WriteInt32Raw        NtbuildIntWriteNoFence
#define ReadUInt32Acquire    NtbuildUIntReadAcquire
#define ReadUInt32NoFence    NtbuildUIntReadNoFence
#define ReadUInt32Raw        NtbuildUIntReadNoFence
#define WriteUInt32Release   NtbuildUIntWriteRelease
#define WriteUInt32NoFence   NtbuildUIntWriteNoFence
#define WriteUInt32Raw       NtbuildUIntWriteNoFence
#define ReadULongAcquire     NtbuildULongReadAcquire
#define ReadULongNoFence     NtbuildULongReadNoFence
#define ReadULongRaw         NtbuildULongReadNoFence
#define WriteULongRelease    NtbuildULongWriteRelease
#define WriteULongNoFence    NtbuildULongWriteNoFence
#define WriteULongRaw        NtbuildULongWriteNoFence
#define ReadULong64Acquire   NtbuildULong64ReadAcquire
#define ReadULong64NoFence   NtbuildULong64ReadNoFence
#define ReadULong64Raw       NtbuildULong64ReadNoFence
#define WriteULong64Release  NtbuildULong64WriteRelease
#define WriteULong64NoFence  NtbuildULong64WriteNoFence
#define WriteULong64Raw      NtbuildULong64WriteNoFence
#define ReadPointerAcquire(Source)          NtbuildPointerReadAcquire((PVOID const volatile *)(Source))
#define ReadPointerNoFence(Source)          NtbuildPointerReadNoFence((PVOID const volatile *)(Source))
#define ReadPointerRaw(Source)              NtbuildPointerReadNoFence((PVOID const volatile *)(Source))
#define WritePointerRelease(Target, Value)  NtbuildPointerWriteRelease((PVOID volatile *)(Target), (Value))
#define WritePointerNoFence(Target, Value)  NtbuildPointerWriteNoFence((PVOID volatile *)(Target), (Value))
#define WritePointerRaw(Target, Value)      NtbuildPointerWriteNoFence((PVOID volatile *)(Target), (Value))
#if defined(_WIN64)
# define ReadULongPtrAcquire  NtbuildULong64ReadAcquire
# define ReadULongPtrNoFence  NtbuildULong64ReadNoFence
# define ReadULongPtrRaw      NtbuildULong64ReadNoFence
# define WriteULongPtrRelease NtbuildULong64WriteRelease
# define WriteULongPtrNoFence NtbuildULong64WriteNoFence
# define WriteULongPtrRaw     NtbuildULong64WriteNoFence
#else
# define ReadULongPtrAcquire(Source)          NtbuildULongReadAcquire((ULONG const volatile *)(Source))
# define ReadULongPtrNoFence(Source)          NtbuildULongReadNoFence((ULONG const volatile *)(Source))
# define ReadULongPtrRaw(Source)              NtbuildULongReadNoFence((ULONG const volatile *)(Source))
# define WriteULongPtrRelease(Target, Value)  NtbuildULongWriteRelease((ULONG volatile *)(Target), (Value))
# define WriteULongPtrNoFence(Target, Value)  NtbuildULongWriteNoFence((ULONG volatile *)(Target), (Value))
# define WriteULongPtrRaw(Target, Value)      NtbuildULongWriteNoFence((ULONG volatile *)(Target), (Value))
#endif
#define ReadSizeTAcquire   ReadULongPtrAcquire
#define ReadSizeTNoFence   ReadULongPtrNoFence
#define ReadSizeTRaw       ReadULongPtrRaw
#define WriteSizeTRelease  WriteULongPtrRelease
#define WriteSizeTNoFence  WriteULongPtrNoFence
#define WriteSizeTRaw      WriteULongPtrRaw

#include <ntbuild/atomics_rmw.h>

#endif
