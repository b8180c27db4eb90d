/* ntbuild/flt/locks.h - oplocks and byte-range locks of a minifilter's files; resources, push locks. */
#ifndef NTBUILD_FLT_LOCKS_H
#define NTBUILD_FLT_LOCKS_H

EXTERN_C_START

/* Opportunistic locks */
typedef VOID (FLTAPI *PFLTOPLOCK_WAIT_COMPLETE_ROUTINE)(
    PFLT_CALLBACK_DATA CallbackData, PVOID Context);
typedef VOID (FLTAPI *PFLTOPLOCK_PREPOST_CALLBACKDATA_ROUTINE)(
    PFLT_CALLBACK_DATA CallbackData, PVOID Context);

VOID FLTAPI FltInitializeOplock(POPLOCK Oplock);
VOID FLTAPI FltUninitializeOplock(POPLOCK Oplock);
FLT_PREOP_CALLBACK_STATUS FLTAPI FltOplockFsctrl(
    POPLOCK Oplock, PFLT_CALLBACK_DATA CallbackData, ULONG OpenCount);
FLT_PREOP_CALLBACK_STATUS FLTAPI FltOplockFsctrlEx(
    POPLOCK Oplock, PFLT_CALLBACK_DATA CallbackData, ULONG OpenCount, ULONG Flags);
FLT_PREOP_CALLBACK_STATUS FLTAPI FltCheckOplock(
    POPLOCK Oplock, PFLT_CALLBACK_DATA CallbackData, PVOID Context,
    PFLTOPLOCK_WAIT_COMPLETE_ROUTINE WaitCompletionRoutine,
    PFLTOPLOCK_PREPOST_CALLBACKDATA_ROUTINE PrePostCallbackDataRoutine);
FLT_PREOP_CALLBACK_STATUS FLTAPI FltCheckOplockEx(
    POPLOCK Oplock, PFLT_CALLBACK_DATA CallbackData, ULONG Flags, PVOID Context,
    PFLTOPLOCK_WAIT_COMPLETE_ROUTINE WaitCompletionRoutine,
    PFLTOPLOCK_PREPOST_CALLBACKDATA_ROUTINE PrePostCallbackDataRoutine);
FLT_PREOP_CALLBACK_STATUS FLTAPI FltOplockBreakH(
    POPLOCK Oplock, PFLT_CALLBACK_DATA CallbackData, ULONG Flags, PVOID Context,
    PFLTOPLOCK_WAIT_COMPLETE_ROUTINE WaitCompletionRoutine,
    PFLTOPLOCK_PREPOST_CALLBACKDATA_ROUTINE PrePostCallbackDataRoutine);
FLT_PREOP_CALLBACK_STATUS FLTAPI FltOplockBreakToNone(
    POPLOCK Oplock, PFLT_CALLBACK_DATA CallbackData, PVOID Context,
    PFLTOPLOCK_WAIT_COMPLETE_ROUTINE WaitCompletionRoutine,
    PFLTOPLOCK_PREPOST_CALLBACKDATA_ROUTINE PrePostCallbackDataRoutine);
FLT_PREOP_CALLBACK_STATUS FLTAPI FltOplockBreakToNoneEx(
    POPLOCK Oplock, PFLT_CALLBACK_DATA CallbackData, ULONG Flags, PVOID Context,
    PFLTOPLOCK_WAIT_COMPLETE_ROUTINE WaitCompletionRoutine,
    PFLTOPLOCK_PREPOST_CALLBACKDATA_ROUTINE PrePostCallbackDataRoutine);
BOOLEAN FLTAPI FltOplockIsFastIoPossible(POPLOCK Oplock);
BOOLEAN FLTAPI FltOplockIsSharedRequest(PFLT_CALLBACK_DATA CallbackData);
BOOLEAN FLTAPI FltOplockKeysEqual(PFILE_OBJECT Fo1, PFILE_OBJECT Fo2);
BOOLEAN FLTAPI FltCurrentBatchOplock(POPLOCK Oplock);
BOOLEAN FLTAPI FltCurrentOplock(POPLOCK Oplock);
BOOLEAN FLTAPI FltCurrentOplockH(POPLOCK Oplock);

/* Byte-range locks */
typedef NTSTATUS (FLTAPI *PFLT_COMPLETE_LOCK_CALLBACK_DATA_ROUTINE)(
    PVOID Context, PFLT_CALLBACK_DATA CallbackData);
VOID FLTAPI FltInitializeFileLock(PFILE_LOCK FileLock);
VOID FLTAPI FltUninitializeFileLock(PFILE_LOCK FileLock);
PFILE_LOCK FLTAPI FltAllocateFileLock(
    PFLT_COMPLETE_LOCK_CALLBACK_DATA_ROUTINE CompleteLockCallbackDataRoutine,
    PUNLOCK_ROUTINE UnlockRoutine);
VOID FLTAPI FltFreeFileLock(PFILE_LOCK FileLock);
FLT_PREOP_CALLBACK_STATUS FLTAPI FltProcessFileLock(
    PFILE_LOCK FileLock, PFLT_CALLBACK_DATA CallbackData, PVOID Context);
BOOLEAN FLTAPI FltCheckLockForReadAccess(PFILE_LOCK FileLock, PFLT_CALLBACK_DATA CallbackData);
BOOLEAN FLTAPI FltCheckLockForWriteAccess(PFILE_LOCK FileLock, PFLT_CALLBACK_DATA CallbackData);

/* Resources and push locks, in a critical region */
VOID FLTAPI FltAcquireResourceExclusive(PERESOURCE Resource);
VOID FLTAPI FltAcquireResourceShared(PERESOURCE Resource);
VOID FLTAPI FltReleaseResource(PERESOURCE Resource);

#define FLT_PUSH_LOCK_ENABLE_AUTO_BOOST  0x1
#define FLT_PUSH_LOCK_DISABLE_AUTO_BOOST 0x2
#define FLT_PUSH_LOCK_VALID_FLAGS \
    (FLT_PUSH_LOCK_ENABLE_AUTO_BOOST | FLT_PUSH_LOCK_DISABLE_AUTO_BOOST)
VOID FLTAPI FltInitializePushLock(PEX_PUSH_LOCK PushLock);
VOID FLTAPI FltDeletePushLock(PEX_PUSH_LOCK PushLock);
VOID FLTAPI FltAcquirePushLockExclusive(PEX_PUSH_LOCK PushLock);
VOID FLTAPI FltAcquirePushLockShared(PEX_PUSH_LOCK PushLock);
VOID FLTAPI FltReleasePushLock(PEX_PUSH_LOCK PushLock);
VOID FLTAPI FltAcquirePushLockExclusiveEx(PEX_PUSH_LOCK PushLock, ULONG Flags);
VOID FLTAPI FltAcquirePushLockSharedEx(PEX_PUSH_LOCK PushLock, ULONG Flags);
VOID FLTAPI FltReleasePushLockEx(PEX_PUSH_LOCK PushLock, ULONG Flags);

EXTERN_C_END

#endif
