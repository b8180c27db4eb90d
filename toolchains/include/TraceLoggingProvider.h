/*
 * TraceLoggingProvider.h - TraceLogging that writes nothing: sources compile and link, providers
 * have handles and identifiers, and no event reaches a trace session.
 *
 * The arguments of an event are compiled and never evaluated. A provider is never enabled, so what
 * a source does only for a listener is not done. Registering is a success.
 *
 * Source: "TraceLogging" of the Windows documentation: provider macros, wrapper macros, functions.
 */
#ifndef NTBUILD_TRACE_LOGGING_PROVIDER_H
#define NTBUILD_TRACE_LOGGING_PROVIDER_H

#include <guiddef.h>

typedef long TLG_STATUS; /* NTSTATUS */

struct NtbuildTraceProvider {
    GUID Id;
};
typedef const struct NtbuildTraceProvider *TraceLoggingHProvider;

#if defined(__cplusplus)
# define NTBUILD_TRACE_EXTERN extern "C"
#else
# define NTBUILD_TRACE_EXTERN extern
#endif
#define NTBUILD_TRACE_INLINE static __inline__ __attribute__((__unused__))

/* ---- providers ---- */

#define NTBUILD_TRACE_ID(a, b, c, d0, d1, d2, d3, d4, d5, d6, d7)                                 \
    { { a, b, c, { d0, d1, d2, d3, d4, d5, d6, d7 } } }

#define TRACELOGGING_DECLARE_PROVIDER(Handle) \
    NTBUILD_TRACE_EXTERN const TraceLoggingHProvider Handle

/* Id is in parentheses; after it come options, of which none means anything here. */
#define TRACELOGGING_DEFINE_PROVIDER(Handle, Name, Id, ...)                                       \
    static const struct NtbuildTraceProvider NtbuildProvider_##Handle = NTBUILD_TRACE_ID Id;      \
    TRACELOGGING_DECLARE_PROVIDER(Handle);                                                        \
    const TraceLoggingHProvider Handle = &NtbuildProvider_##Handle

#define TRACELOGGING_DEFINE_PROVIDER_STORAGE(Storage, Name, Id, ...) \
    static const struct NtbuildTraceProvider Storage = NTBUILD_TRACE_ID Id

NTBUILD_TRACE_INLINE TLG_STATUS TraceLoggingRegister(TraceLoggingHProvider Provider)
{
    (void)Provider;
    return 0;
}

NTBUILD_TRACE_INLINE void TraceLoggingUnregister(TraceLoggingHProvider Provider)
{
    (void)Provider;
}

NTBUILD_TRACE_INLINE unsigned char TraceLoggingProviderEnabled(
    TraceLoggingHProvider Provider, unsigned char Level, unsigned long long Keyword)
{
    (void)Provider, (void)Level, (void)Keyword;
    return 0;
}

NTBUILD_TRACE_INLINE GUID TraceLoggingProviderId(TraceLoggingHProvider Provider)
{
    return Provider->Id;
}

#define TraceLoggingRegisterEx(Provider, Callback, Context) \
    ((void)(Callback), (void)(Context), TraceLoggingRegister(Provider))
#define TraceLoggingSetInformation(Provider, Class, Information, Bytes) \
    ((void)(Class), (void)(Information), (void)(Bytes), TraceLoggingRegister(Provider))

/* ---- events: each argument is a number in an array that is never made ---- */

#define TraceLoggingWrite(Provider, Name, ...)                                                    \
    do {                                                                                          \
        if (0) {                                                                                  \
            int NtbuildFields[] = { ((void)(Provider), (void)(Name), 0), __VA_ARGS__ };           \
            (void)NtbuildFields;                                                                  \
        }                                                                                         \
    } while (0)
#define TraceLoggingWriteActivity(Provider, Name, Activity, Related, ...)                         \
    TraceLoggingWrite(Provider, Name, NTBUILD_TRACED2(Activity, Related), __VA_ARGS__)
#define TraceLoggingWriteEx(Provider, Name, Filter, Flags, Activity, Related, ...)                \
    TraceLoggingWrite(Provider, Name, NTBUILD_TRACED2(Filter, Flags),                             \
                      NTBUILD_TRACED2(Activity, Related), __VA_ARGS__)

#define NTBUILD_TRACED(Value)         ((void)(Value), 0)
#define NTBUILD_TRACED2(Value, Other) ((void)(Value), (void)(Other), 0)

/* What an event is */
#define TraceLoggingLevel(Value)                  NTBUILD_TRACED(Value)
#define TraceLoggingKeyword(Value)                NTBUILD_TRACED(Value)
#define TraceLoggingOpcode(Value)                 NTBUILD_TRACED(Value)
#define TraceLoggingChannel(Value)                NTBUILD_TRACED(Value)
#define TraceLoggingEventTag(Value)               NTBUILD_TRACED(Value)
#define TraceLoggingDescription(Text)             NTBUILD_TRACED(Text)
#define TraceLoggingCustomAttribute(Name, Value)  NTBUILD_TRACED2(Name, Value)
#define TraceLoggingStruct(Count, ...)            NTBUILD_TRACED(Count)

/* Fields: a value, then its name, description and tags */
#define TraceLoggingValue(Value, ...)         NTBUILD_TRACED(Value)
#define TraceLoggingInt8(Value, ...)          NTBUILD_TRACED(Value)
#define TraceLoggingUInt8(Value, ...)         NTBUILD_TRACED(Value)
#define TraceLoggingHexInt8(Value, ...)       NTBUILD_TRACED(Value)
#define TraceLoggingHexUInt8(Value, ...)      NTBUILD_TRACED(Value)
#define TraceLoggingInt16(Value, ...)         NTBUILD_TRACED(Value)
#define TraceLoggingUInt16(Value, ...)        NTBUILD_TRACED(Value)
#define TraceLoggingHexInt16(Value, ...)      NTBUILD_TRACED(Value)
#define TraceLoggingHexUInt16(Value, ...)     NTBUILD_TRACED(Value)
#define TraceLoggingInt32(Value, ...)         NTBUILD_TRACED(Value)
#define TraceLoggingUInt32(Value, ...)        NTBUILD_TRACED(Value)
#define TraceLoggingHexInt32(Value, ...)      NTBUILD_TRACED(Value)
#define TraceLoggingHexUInt32(Value, ...)     NTBUILD_TRACED(Value)
#define TraceLoggingInt64(Value, ...)         NTBUILD_TRACED(Value)
#define TraceLoggingUInt64(Value, ...)        NTBUILD_TRACED(Value)
#define TraceLoggingHexInt64(Value, ...)      NTBUILD_TRACED(Value)
#define TraceLoggingHexUInt64(Value, ...)     NTBUILD_TRACED(Value)
#define TraceLoggingIntPtr(Value, ...)        NTBUILD_TRACED(Value)
#define TraceLoggingUIntPtr(Value, ...)       NTBUILD_TRACED(Value)
#define TraceLoggingLong(Value, ...)          NTBUILD_TRACED(Value)
#define TraceLoggingULong(Value, ...)         NTBUILD_TRACED(Value)
#define TraceLoggingHexLong(Value, ...)       NTBUILD_TRACED(Value)
#define TraceLoggingHexULong(Value, ...)      NTBUILD_TRACED(Value)
#define TraceLoggingFloat32(Value, ...)       NTBUILD_TRACED(Value)
#define TraceLoggingFloat64(Value, ...)       NTBUILD_TRACED(Value)
#define TraceLoggingBool(Value, ...)          NTBUILD_TRACED(Value)
#define TraceLoggingBoolean(Value, ...)       NTBUILD_TRACED(Value)
#define TraceLoggingChar(Value, ...)          NTBUILD_TRACED(Value)
#define TraceLoggingChar16(Value, ...)        NTBUILD_TRACED(Value)
#define TraceLoggingWChar(Value, ...)         NTBUILD_TRACED(Value)
#define TraceLoggingPointer(Value, ...)       NTBUILD_TRACED(Value)
#define TraceLoggingCodePointer(Value, ...)   NTBUILD_TRACED(Value)
#define TraceLoggingFileTime(Value, ...)      NTBUILD_TRACED(Value)
#define TraceLoggingFileTimeUtc(Value, ...)   NTBUILD_TRACED(Value)
#define TraceLoggingSystemTime(Value, ...)    NTBUILD_TRACED(Value)
#define TraceLoggingSystemTimeUtc(Value, ...) NTBUILD_TRACED(Value)
#define TraceLoggingGuid(Value, ...)          NTBUILD_TRACED(Value)
#define TraceLoggingPid(Value, ...)           NTBUILD_TRACED(Value)
#define TraceLoggingTid(Value, ...)           NTBUILD_TRACED(Value)
#define TraceLoggingPort(Value, ...)          NTBUILD_TRACED(Value)
#define TraceLoggingWinError(Value, ...)      NTBUILD_TRACED(Value)
#define TraceLoggingNTStatus(Value, ...)      NTBUILD_TRACED(Value)
#define TraceLoggingHResult(Value, ...)       NTBUILD_TRACED(Value)
#define TraceLoggingIPv4Address(Value, ...)   NTBUILD_TRACED(Value)
#define TraceLoggingIPv6Address(Value, ...)   NTBUILD_TRACED(Value)
#define TraceLoggingSid(Value, ...)           NTBUILD_TRACED(Value)
#define TraceLoggingUnicodeString(Value, ...) NTBUILD_TRACED(Value)
#define TraceLoggingAnsiString(Value, ...)    NTBUILD_TRACED(Value)
#define TraceLoggingString(Value, ...)        NTBUILD_TRACED(Value)
#define TraceLoggingUtf8String(Value, ...)    NTBUILD_TRACED(Value)
#define TraceLoggingWideString(Value, ...)    NTBUILD_TRACED(Value)
#define TraceLoggingString16(Value, ...)      NTBUILD_TRACED(Value)

/* Fields of a size or a number of elements */
#define TraceLoggingCountedString(Data, Size, ...)     NTBUILD_TRACED2(Data, Size)
#define TraceLoggingCountedUtf8String(Data, Size, ...) NTBUILD_TRACED2(Data, Size)
#define TraceLoggingCountedWideString(Data, Size, ...) NTBUILD_TRACED2(Data, Size)
#define TraceLoggingCountedString16(Data, Size, ...)   NTBUILD_TRACED2(Data, Size)
#define TraceLoggingBinary(Data, Size, ...)            NTBUILD_TRACED2(Data, Size)
#define TraceLoggingSocketAddress(Data, Size, ...)     NTBUILD_TRACED2(Data, Size)
#define TraceLoggingBinaryEx(Data, Size, Type, ...)     NTBUILD_TRACED2(Data, Size)
#define TraceLoggingBinaryBuffer(Data, Type, ...)       NTBUILD_TRACED(Data)
#define TraceLoggingBinaryBufferEx(Data, Type, As, ...) NTBUILD_TRACED(Data)

#define TraceLoggingInt8Array(Data, Count, ...)               NTBUILD_TRACED2(Data, Count)
#define TraceLoggingInt8FixedArray(Data, Count, ...)          NTBUILD_TRACED2(Data, Count)
#define TraceLoggingUInt8Array(Data, Count, ...)              NTBUILD_TRACED2(Data, Count)
#define TraceLoggingUInt8FixedArray(Data, Count, ...)         NTBUILD_TRACED2(Data, Count)
#define TraceLoggingHexInt8Array(Data, Count, ...)            NTBUILD_TRACED2(Data, Count)
#define TraceLoggingHexInt8FixedArray(Data, Count, ...)       NTBUILD_TRACED2(Data, Count)
#define TraceLoggingHexUInt8Array(Data, Count, ...)           NTBUILD_TRACED2(Data, Count)
#define TraceLoggingHexUInt8FixedArray(Data, Count, ...)      NTBUILD_TRACED2(Data, Count)
#define TraceLoggingInt16Array(Data, Count, ...)              NTBUILD_TRACED2(Data, Count)
#define TraceLoggingInt16FixedArray(Data, Count, ...)         NTBUILD_TRACED2(Data, Count)
#define TraceLoggingUInt16Array(Data, Count, ...)             NTBUILD_TRACED2(Data, Count)
#define TraceLoggingUInt16FixedArray(Data, Count, ...)        NTBUILD_TRACED2(Data, Count)
#define TraceLoggingHexInt16Array(Data, Count, ...)           NTBUILD_TRACED2(Data, Count)
#define TraceLoggingHexInt16FixedArray(Data, Count, ...)      NTBUILD_TRACED2(Data, Count)
#define TraceLoggingHexUInt16Array(Data, Count, ...)          NTBUILD_TRACED2(Data, Count)
#define TraceLoggingHexUInt16FixedArray(Data, Count, ...)     NTBUILD_TRACED2(Data, Count)
#define TraceLoggingInt32Array(Data, Count, ...)              NTBUILD_TRACED2(Data, Count)
#define TraceLoggingInt32FixedArray(Data, Count, ...)         NTBUILD_TRACED2(Data, Count)
#define TraceLoggingUInt32Array(Data, Count, ...)             NTBUILD_TRACED2(Data, Count)
#define TraceLoggingUInt32FixedArray(Data, Count, ...)        NTBUILD_TRACED2(Data, Count)
#define TraceLoggingHexInt32Array(Data, Count, ...)           NTBUILD_TRACED2(Data, Count)
#define TraceLoggingHexInt32FixedArray(Data, Count, ...)      NTBUILD_TRACED2(Data, Count)
#define TraceLoggingHexUInt32Array(Data, Count, ...)          NTBUILD_TRACED2(Data, Count)
#define TraceLoggingHexUInt32FixedArray(Data, Count, ...)     NTBUILD_TRACED2(Data, Count)
#define TraceLoggingInt64Array(Data, Count, ...)              NTBUILD_TRACED2(Data, Count)
#define TraceLoggingInt64FixedArray(Data, Count, ...)         NTBUILD_TRACED2(Data, Count)
#define TraceLoggingUInt64Array(Data, Count, ...)             NTBUILD_TRACED2(Data, Count)
#define TraceLoggingUInt64FixedArray(Data, Count, ...)        NTBUILD_TRACED2(Data, Count)
#define TraceLoggingHexInt64Array(Data, Count, ...)           NTBUILD_TRACED2(Data, Count)
#define TraceLoggingHexInt64FixedArray(Data, Count, ...)      NTBUILD_TRACED2(Data, Count)
#define TraceLoggingHexUInt64Array(Data, Count, ...)          NTBUILD_TRACED2(Data, Count)
#define TraceLoggingHexUInt64FixedArray(Data, Count, ...)     NTBUILD_TRACED2(Data, Count)
#define TraceLoggingIntPtrArray(Data, Count, ...)             NTBUILD_TRACED2(Data, Count)
#define TraceLoggingIntPtrFixedArray(Data, Count, ...)        NTBUILD_TRACED2(Data, Count)
#define TraceLoggingUIntPtrArray(Data, Count, ...)            NTBUILD_TRACED2(Data, Count)
#define TraceLoggingUIntPtrFixedArray(Data, Count, ...)       NTBUILD_TRACED2(Data, Count)
#define TraceLoggingLongArray(Data, Count, ...)               NTBUILD_TRACED2(Data, Count)
#define TraceLoggingLongFixedArray(Data, Count, ...)          NTBUILD_TRACED2(Data, Count)
#define TraceLoggingULongArray(Data, Count, ...)              NTBUILD_TRACED2(Data, Count)
#define TraceLoggingULongFixedArray(Data, Count, ...)         NTBUILD_TRACED2(Data, Count)
#define TraceLoggingHexLongArray(Data, Count, ...)            NTBUILD_TRACED2(Data, Count)
#define TraceLoggingHexLongFixedArray(Data, Count, ...)       NTBUILD_TRACED2(Data, Count)
#define TraceLoggingHexULongArray(Data, Count, ...)           NTBUILD_TRACED2(Data, Count)
#define TraceLoggingHexULongFixedArray(Data, Count, ...)      NTBUILD_TRACED2(Data, Count)
#define TraceLoggingFloat32Array(Data, Count, ...)            NTBUILD_TRACED2(Data, Count)
#define TraceLoggingFloat32FixedArray(Data, Count, ...)       NTBUILD_TRACED2(Data, Count)
#define TraceLoggingFloat64Array(Data, Count, ...)            NTBUILD_TRACED2(Data, Count)
#define TraceLoggingFloat64FixedArray(Data, Count, ...)       NTBUILD_TRACED2(Data, Count)
#define TraceLoggingBoolArray(Data, Count, ...)               NTBUILD_TRACED2(Data, Count)
#define TraceLoggingBoolFixedArray(Data, Count, ...)          NTBUILD_TRACED2(Data, Count)
#define TraceLoggingBooleanArray(Data, Count, ...)            NTBUILD_TRACED2(Data, Count)
#define TraceLoggingBooleanFixedArray(Data, Count, ...)       NTBUILD_TRACED2(Data, Count)
#define TraceLoggingCharArray(Data, Count, ...)               NTBUILD_TRACED2(Data, Count)
#define TraceLoggingCharFixedArray(Data, Count, ...)          NTBUILD_TRACED2(Data, Count)
#define TraceLoggingChar16Array(Data, Count, ...)             NTBUILD_TRACED2(Data, Count)
#define TraceLoggingChar16FixedArray(Data, Count, ...)        NTBUILD_TRACED2(Data, Count)
#define TraceLoggingWCharArray(Data, Count, ...)              NTBUILD_TRACED2(Data, Count)
#define TraceLoggingWCharFixedArray(Data, Count, ...)         NTBUILD_TRACED2(Data, Count)
#define TraceLoggingPointerArray(Data, Count, ...)            NTBUILD_TRACED2(Data, Count)
#define TraceLoggingPointerFixedArray(Data, Count, ...)       NTBUILD_TRACED2(Data, Count)
#define TraceLoggingCodePointerArray(Data, Count, ...)        NTBUILD_TRACED2(Data, Count)
#define TraceLoggingCodePointerFixedArray(Data, Count, ...)   NTBUILD_TRACED2(Data, Count)
#define TraceLoggingFileTimeArray(Data, Count, ...)           NTBUILD_TRACED2(Data, Count)
#define TraceLoggingFileTimeFixedArray(Data, Count, ...)      NTBUILD_TRACED2(Data, Count)
#define TraceLoggingFileTimeUtcArray(Data, Count, ...)        NTBUILD_TRACED2(Data, Count)
#define TraceLoggingFileTimeUtcFixedArray(Data, Count, ...)   NTBUILD_TRACED2(Data, Count)
#define TraceLoggingSystemTimeArray(Data, Count, ...)         NTBUILD_TRACED2(Data, Count)
#define TraceLoggingSystemTimeFixedArray(Data, Count, ...)    NTBUILD_TRACED2(Data, Count)
#define TraceLoggingSystemTimeUtcArray(Data, Count, ...)      NTBUILD_TRACED2(Data, Count)
#define TraceLoggingSystemTimeUtcFixedArray(Data, Count, ...) NTBUILD_TRACED2(Data, Count)
#define TraceLoggingGuidArray(Data, Count, ...)               NTBUILD_TRACED2(Data, Count)
#define TraceLoggingGuidFixedArray(Data, Count, ...)          NTBUILD_TRACED2(Data, Count)

#endif
