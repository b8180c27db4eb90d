/*
 * entry.c - the entry point of a driver with static constructors: they run, then the driver's own
 * entry point, to which the linker binds NtbuildCxxNext.
 *
 * When that fails, and when the driver is unloaded, destructors run, the last constructed first.
 * A driver without DriverUnload is never unloaded, and its objects live on.
 */

#include "cxx.h"

typedef int (*NTBUILD_INITIALIZER)(void);

/* The linker sorts these sections by name: what compilers write is between a table's bounds. */
#define BOUND(Section, Name) \
    static const NTBUILD_FUNCTION Name[1] __attribute__((section(".CRT$" Section), used)) = {0}

BOUND("XIA", FirstInitializer);
BOUND("XIZ", LastInitializer);
BOUND("XCA", FirstConstructor);
BOUND("XCZ", LastConstructor);
BOUND("XPA", FirstPreTerminator);
BOUND("XPZ", LastPreTerminator);
BOUND("XTA", FirstTerminator);
BOUND("XTZ", LastTerminator);

DRIVER_INITIALIZE NtbuildCxxEntry, NtbuildCxxNext;
static DRIVER_UNLOAD UnloadAndDestroy;

static PDRIVER_UNLOAD DriversUnload;

/* Keeps the compiler from concluding that two arrays cannot be neighbours. */
static const NTBUILD_FUNCTION *Opaque(const NTBUILD_FUNCTION *Pointer)
{
    __asm__("" : "+r"(Pointer));
    return Pointer;
}

static void RunAll(const NTBUILD_FUNCTION *First, const NTBUILD_FUNCTION *Last)
{
    const NTBUILD_FUNCTION *End = Opaque(Last);
    const NTBUILD_FUNCTION *Each;

    for (Each = Opaque(First); Each < End; Each++) {
        if (*Each)
            (*Each)();
    }
}

/* Initialisers of C come before constructors, and one that returns anything but 0 stops the driver. */
static BOOLEAN Initialize(void)
{
    const NTBUILD_FUNCTION *End = Opaque(LastInitializer);
    const NTBUILD_FUNCTION *Each;

    for (Each = Opaque(FirstInitializer); Each < End; Each++) {
        if (*Each && ((NTBUILD_INITIALIZER)(void *)*Each)())
            return FALSE;
    }
    return TRUE;
}

static void Destroy(void)
{
    NtbuildRunAtExit();
    RunAll(FirstPreTerminator, LastPreTerminator);
    RunAll(FirstTerminator, LastTerminator);
}

static VOID NTAPI UnloadAndDestroy(PDRIVER_OBJECT DriverObject)
{
    DriversUnload(DriverObject);
    Destroy();
}

NTSTATUS NTAPI NtbuildCxxEntry(PDRIVER_OBJECT DriverObject, PUNICODE_STRING RegistryPath)
{
    NTSTATUS Status = STATUS_UNSUCCESSFUL;

    *(volatile const char *)&NtbuildCxxOperators;
    if (Initialize()) {
        RunAll(FirstConstructor, LastConstructor);
        if (NtbuildAtExitFailed)
            Status = STATUS_INSUFFICIENT_RESOURCES;
        else
            Status = NtbuildCxxNext(DriverObject, RegistryPath);
    }
    if (!NT_SUCCESS(Status)) {
        Destroy();
    } else if (DriverObject && DriverObject->DriverUnload) {
        DriversUnload = DriverObject->DriverUnload;
        DriverObject->DriverUnload = UnloadAndDestroy;
    }
    return Status;
}
