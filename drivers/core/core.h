/* core.h - what the core driver exports; include ntddk.h first. */
#ifndef CORE_H
#define CORE_H

/* core.c defines CORE_EXPORTS; whoever imports calls through the import table without a thunk. */
#if defined(CORE_EXPORTS)
# define COREAPI
#else
# define COREAPI DECLSPEC_IMPORT
#endif

typedef struct _CORE_SESSION *PCORE_SESSION;

#ifdef __cplusplus
extern "C" {
#endif

/* Opens a session. STATUS_INSUFFICIENT_RESOURCES when there is no memory. PASSIVE_LEVEL. */
COREAPI NTSTATUS NTAPI CoreOpen(PCORE_SESSION *Session);

/* Closes a session that CoreOpen gave. PASSIVE_LEVEL. */
COREAPI VOID NTAPI CoreClose(PCORE_SESSION Session);

/* Adds Amount to the session's total and returns it. Any IRQL. */
COREAPI LONG NTAPI CoreAdd(PCORE_SESSION Session, LONG Amount);

/* How many sessions are open, over all drivers. Any IRQL. */
extern COREAPI LONG volatile CoreSessions;

#ifdef __cplusplus
}
#endif

#endif
