/*
 * wpprecorder.h - the log of WPP's in-flight recorder, as functions that keep nothing.
 *
 * With wpp="off" nothing is recorded; with wpp="debug" messages go to the debugger and not into a
 * log. Logs can be made, named and deleted as usual, so that a driver's own handling stands.
 *
 * Source: "WPP Recorder" and wpprecorder.h of the driver documentation. WppRecorderLogCreate and
 * its like never fail here; a log is a constant that is not NULL.
 */
#ifndef NTBUILD_WPPRECORDER_H
#define NTBUILD_WPPRECORDER_H

#if defined(__GNUC__) || defined(__clang__)
# pragma GCC system_header
#endif

#define RECORDER_LOG_IDENTIFIER_MAX_CHARS 16

typedef struct NtbuildRecorderLog *RECORDER_LOG, **PRECORDER_LOG;

typedef struct _RECORDER_CONFIGURE_PARAMS {
    ULONG Size;
    BOOLEAN CreateDefaultLog;
    BOOLEAN UseTimeStamp;
    BOOLEAN PreciseTimeStamp;
} RECORDER_CONFIGURE_PARAMS, *PRECORDER_CONFIGURE_PARAMS;

typedef struct _RECORDER_LOG_CREATE_PARAMS {
    ULONG Size;
    SIZE_T TotalBufferSize;
    SIZE_T ErrorPartitionSize;
    CHAR LogIdentifier[RECORDER_LOG_IDENTIFIER_MAX_CHARS];
    PDRIVER_OBJECT DriverObject;
    ULONG LogType;
} RECORDER_LOG_CREATE_PARAMS, *PRECORDER_LOG_CREATE_PARAMS;

static __inline VOID RECORDER_CONFIGURE_PARAMS_INIT(PRECORDER_CONFIGURE_PARAMS Parameters)
{
    RECORDER_CONFIGURE_PARAMS Clear = { sizeof(RECORDER_CONFIGURE_PARAMS), TRUE, FALSE, FALSE };

    *Parameters = Clear;
}

static __inline VOID RECORDER_LOG_CREATE_PARAMS_INIT(
    PRECORDER_LOG_CREATE_PARAMS Parameters, PCSTR Identifier)
{
    RECORDER_LOG_CREATE_PARAMS Clear = {
        sizeof(RECORDER_LOG_CREATE_PARAMS), 4096, 1024, { 0 }, NULL, 0
    };
    ULONG Number;

    for (Number = 0; Identifier && Number < sizeof(Clear.LogIdentifier) - 1; Number++) {
        Clear.LogIdentifier[Number] = Identifier[Number];
        if (Identifier[Number] == 0)
            break;
    }
    *Parameters = Clear;
}

static __inline VOID RECORDER_LOG_CREATE_PARAMS_INIT_APPEND_POINTER(
    PRECORDER_LOG_CREATE_PARAMS Parameters, PCSTR Prefix, PVOID Pointer)
{
    UNREFERENCED_PARAMETER(Pointer);
    RECORDER_LOG_CREATE_PARAMS_INIT(Parameters, Prefix);
}

static __inline VOID WppRecorderConfigure(PRECORDER_CONFIGURE_PARAMS Parameters)
{
    UNREFERENCED_PARAMETER(Parameters);
}

static __inline NTSTATUS WppRecorderLogCreate(
    PRECORDER_LOG_CREATE_PARAMS Parameters, RECORDER_LOG *Log)
{
    UNREFERENCED_PARAMETER(Parameters);
    *Log = (RECORDER_LOG)(ULONG_PTR)1;
    return STATUS_SUCCESS;
}

static __inline VOID WppRecorderLogDelete(RECORDER_LOG Log)
{
    UNREFERENCED_PARAMETER(Log);
}

static __inline RECORDER_LOG WppRecorderLogGetDefault(VOID)
{
    return (RECORDER_LOG)(ULONG_PTR)1;
}

static __inline BOOLEAN WppRecorderIsDefaultLogAvailable(VOID)
{
    return FALSE;
}

static __inline VOID WppRecorderLogSetIdentifier(RECORDER_LOG Log, PCSTR Identifier)
{
    UNREFERENCED_PARAMETER(Log);
    UNREFERENCED_PARAMETER(Identifier);
}

#endif
