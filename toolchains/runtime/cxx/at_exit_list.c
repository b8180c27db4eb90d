/*
 * at_exit_list.c - the list of destructors of a driver, which may grow while it runs: a function's
 * static object is constructed when control first reaches it. IRQL <= DISPATCH_LEVEL.
 */

#include "cxx.h"

typedef struct ENTRY {
    struct ENTRY *Next;
    NTBUILD_DESTRUCTOR Function;
    void *Object;
    BOOLEAN TakesObject;
} ENTRY;

static ENTRY *volatile Newest;

BOOLEAN NtbuildAtExitFailed;

BOOLEAN NtbuildAtExit(NTBUILD_DESTRUCTOR Function, void *Object, BOOLEAN TakesObject)
{
    ENTRY *Entry = ExAllocatePoolWithTag(NonPagedPoolNx, sizeof(*Entry), NTBUILD_CXX_TAG);

    if (!Entry) {
        DbgPrint("C++ run-time: no pool to note a destructor, which will not run\n");
        NtbuildAtExitFailed = TRUE;
        return FALSE;
    }
    Entry->Function = Function;
    Entry->Object = Object;
    Entry->TakesObject = TakesObject;
    /* The compiler's own: on x86 the headers' function is an import. */
    Entry->Next = Newest;
    while (!__atomic_compare_exchange_n(
        &Newest, &Entry->Next, Entry, 0, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST))
        continue;
    return TRUE;
}

/* Nobody adds anything at this time but the destructors that run: the driver's code is done. */
void NtbuildRunAtExit(void)
{
    ENTRY *Entry;

    while ((Entry = Newest) != NULL) {
        Newest = Entry->Next;
        if (Entry->TakesObject)
            Entry->Function(Entry->Object);
        else
            ((NTBUILD_FUNCTION)(void *)Entry->Function)();
        ExFreePoolWithTag(Entry, NTBUILD_CXX_TAG);
    }
}
