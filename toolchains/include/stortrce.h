/*
 * stortrce.h - what trace headers of storport miniports use, after storport.h.
 *
 * The WDK's sends WPP's events through the port driver. With this toolchain WPP is off or writes to
 * the debugger: WPP_INIT_TRACING takes a STORAGE_TRACE_INIT_INFO and does nothing with it, and
 * StorInitTracing and its kin, which real events need, are not declared: a source that calls one is
 * told so by the compiler.
 */
#ifndef NTBUILD_STORTRCE_H
#define NTBUILD_STORTRCE_H

#define _NTSTORTRCE_

typedef PVOID STORAGE_TRACE_CONTEXT;

typedef VOID (NTAPI *STOR_CLEANUP_TRACING)(PVOID Argument);

/* TraceContext is where the port driver would store its handle. */
typedef struct _STORAGE_TRACE_INIT_INFO {
    ULONG Size;
    ULONG NumDiagEventRecords;
    ULONG DiagEventRecordUserDataSize;
    ULONG NumErrorLogRecords;
    GUID TraceGuid;
    STOR_CLEANUP_TRACING TraceCleanupRoutine;
    PVOID DriverObject;
    STORAGE_TRACE_CONTEXT TraceContext;
} STORAGE_TRACE_INIT_INFO, *PSTORAGE_TRACE_INIT_INFO;

#define StorMoveMemory(Destination, Source, Length) memmove((Destination), (Source), (Length))
#define StorMemSet(Destination, Value, Length)      memset((Destination), (Value), (Length))

#endif
