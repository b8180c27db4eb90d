/*
 * entry.c - the entry point of a KMDF driver: it binds to the framework, then calls DriverEntry.
 *
 * What wdfldr.sys does with the structures here is described by the framework's own sources
 * (fxldr.h, fxlibrarycommon.cpp). In order:
 *
 *   1. WdfVersionBind finds the framework's version, stores the address of its function table in
 *      WdfFunctions and fills WdfDriverGlobals.
 *   2. Class extensions are bound: objects put a WDF_CLASS_BIND_INFO each into .kmdfclassbind$b,
 *      and the linker places them between what is in $a and in $z here.
 *   3. Context types of other drivers (WDF_DECLARE_SHARED_CONTEXT_TYPE_WITH_NAME), which lie in
 *      .kmdftypeinit$b, are asked for.
 *   4. DriverEntry. When it or a step before it fails, what was bound is unbound.
 *   5. DriverUnload is replaced, so that the driver is unbound when it goes. A miniport, whose
 *      port driver owns DriverUnload, is unbound by WdfDriverMiniportUnload.
 *
 * It is compiled with the driver's own sources, for the version that they are compiled for.
 */
#include <ntddk.h>

/* WdfMinimumVersionRequired is a variable of the driver's own objects. */
#define WDF_STUB
#include <wdf.h>

/* <ntifs.h> has it; 1 asks for a NUL, 2 for memory even when the string is empty. */
#define DUPLICATE_WITH_NUL 3
__declspec(dllimport) NTSTATUS NTAPI RtlDuplicateUnicodeString(
    ULONG Flags, const UNICODE_STRING *Source, UNICODE_STRING *Destination);

typedef struct {
    ULONG Major;
    ULONG Minor;
    ULONG Build;
} ENTRY_VERSION;

typedef struct {
    ULONG Size;
    const WCHAR *Component;
    ENTRY_VERSION Version;
    ULONG FuncCount;
    const WDFFUNC **FuncTable;
    PVOID Module;
} ENTRY_BIND_INFO;

typedef struct ENTRY_CLASS_BIND_INFO ENTRY_CLASS_BIND_INFO;

typedef NTSTATUS NTAPI ENTRY_BIND_CLASS(
    ENTRY_BIND_INFO *Bind, PWDF_DRIVER_GLOBALS Globals, ENTRY_CLASS_BIND_INFO *Class);
typedef VOID NTAPI ENTRY_UNBIND_CLASS(
    ENTRY_BIND_INFO *Bind, PWDF_DRIVER_GLOBALS Globals, ENTRY_CLASS_BIND_INFO *Class);

struct ENTRY_CLASS_BIND_INFO {
    ULONG Size;
    const WCHAR *ClassName;
    ENTRY_VERSION Version;
    PVOID *FunctionTable;
    ULONG FunctionTableCount;
    PVOID ClassBindInfo;
    NTSTATUS (NTAPI *ClientBindClass)(
        ENTRY_BIND_CLASS *, ENTRY_BIND_INFO *, PWDF_DRIVER_GLOBALS, ENTRY_CLASS_BIND_INFO *);
    VOID (NTAPI *ClientUnbindClass)(
        ENTRY_UNBIND_CLASS *, ENTRY_BIND_INFO *, PWDF_DRIVER_GLOBALS, ENTRY_CLASS_BIND_INFO *);
    PVOID ClassModule;
};

/* From 1.25 on: where the loader puts what a driver asks WDF_IS_FUNCTION_AVAILABLE and so on for. */
#if KMDF_VERSION_MINOR >= 25
extern ULONG WdfMinimumVersionRequired;
BOOLEAN WdfClientVersionHigherThanFramework;
ULONG WdfFunctionCount;
ULONG WdfStructureCount;
WDF_STRUCT_INFO WdfStructures;
# define ENTRY_BIND_TAIL \
    ULONG *MinimumVersionRequired; \
    BOOLEAN *ClientVersionHigherThanFramework; \
    ULONG *FuncCountPtr; \
    ULONG *StructCountPtr; \
    WDF_STRUCT_INFO *StructTable;
#else
# define ENTRY_BIND_TAIL
#endif

typedef struct {
    ENTRY_BIND_INFO V1;
    ENTRY_BIND_TAIL
} ENTRY_BIND;

typedef struct {
    ENTRY_CLASS_BIND_INFO V1;
    ENTRY_BIND_TAIL
} ENTRY_CLASS_BIND;

__declspec(dllimport) NTSTATUS NTAPI WdfVersionBind(
    PDRIVER_OBJECT Driver, PUNICODE_STRING RegistryPath, ENTRY_BIND_INFO *Bind,
    PWDF_DRIVER_GLOBALS *Globals);
__declspec(dllimport) NTSTATUS NTAPI WdfVersionUnbind(
    PUNICODE_STRING RegistryPath, ENTRY_BIND_INFO *Bind, PWDF_DRIVER_GLOBALS Globals);
__declspec(dllimport) ENTRY_BIND_CLASS WdfVersionBindClass;
__declspec(dllimport) ENTRY_UNBIND_CLASS WdfVersionUnbindClass;

DRIVER_INITIALIZE DriverEntry;
DRIVER_INITIALIZE FxDriverEntry;

const WDFFUNC *WdfFunctions;
PWDF_DRIVER_GLOBALS WdfDriverGlobals;
WDFFUNC WdfDriverMiniportUnloadOverride;

static ENTRY_BIND Bind = {
    {
        sizeof(ENTRY_BIND),
        L"KmdfLibrary",
        {KMDF_VERSION_MAJOR, KMDF_VERSION_MINOR, 0},
        WdfFunctionTableNumEntries,
        &WdfFunctions,
        NULL,
    },
#if KMDF_VERSION_MINOR >= 25
    &WdfMinimumVersionRequired,
    &WdfClientVersionHigherThanFramework,
    &WdfFunctionCount,
    &WdfStructureCount,
    &WdfStructures,
#endif
};

/* What objects put between these is padded with whole null pointers, as no record starts with. */
#define ENTRY_BOUND(Name, Section) \
    __attribute__((__section__(Section), __aligned__(MEMORY_ALLOCATION_ALIGNMENT), __used__)) \
    static PVOID Name[MEMORY_ALLOCATION_ALIGNMENT / sizeof(PVOID)] = {NULL}

ENTRY_BOUND(ClassesStart, ".kmdfclassbind$a");
ENTRY_BOUND(ClassesEnd, ".kmdfclassbind$z");
ENTRY_BOUND(TypesStart, ".kmdftypeinit$a");
ENTRY_BOUND(TypesEnd, ".kmdftypeinit$z");

/* The framework keeps the path until the driver is unbound. */
static UNICODE_STRING Path;
static ULONG ClassesBound;
static PDRIVER_UNLOAD DisplacedUnload;
static WDFFUNC FrameworkMiniportUnload;

/* Keeps the compiler from concluding that two variables cannot be neighbours. */
static UCHAR *Opaque(PVOID Pointer)
{
    __asm__("" : "+r"(Pointer));
    return (UCHAR *)Pointer;
}

/*
 * The record at or behind At: End when there is none, NULL for anything that is no record. Both
 * sizes are those of the only records that may stand there.
 */
static UCHAR *NextRecord(UCHAR *At, UCHAR *End, ULONG Size, ULONG OtherSize)
{
    ULONG Found;

    while (At < End && *(PVOID *)At == NULL)
        At += sizeof(PVOID);
    if (At >= End)
        return End;
    Found = *(ULONG *)At;
    if ((Found != Size && Found != OtherSize) || Found > (SIZE_T)(End - At))
        return NULL;
    return At;
}

static UCHAR *NextClass(UCHAR *At)
{
    return NextRecord(
        At, Opaque(ClassesEnd), sizeof(ENTRY_CLASS_BIND_INFO), sizeof(ENTRY_CLASS_BIND));
}

static NTSTATUS BindClasses(VOID)
{
    UCHAR *At = NextClass(Opaque(ClassesStart));
    NTSTATUS Status;

    while (At != Opaque(ClassesEnd)) {
        ENTRY_CLASS_BIND_INFO *Class = (ENTRY_CLASS_BIND_INFO *)At;

        if (At == NULL)
            return STATUS_INVALID_IMAGE_FORMAT;
        if (Class->ClientBindClass != NULL)
            Status = Class->ClientBindClass(WdfVersionBindClass, &Bind.V1, WdfDriverGlobals, Class);
        else
            Status = WdfVersionBindClass(&Bind.V1, WdfDriverGlobals, Class);
        if (!NT_SUCCESS(Status))
            return Status;
        ClassesBound++;
        At = NextClass(At + Class->Size);
    }
    return STATUS_SUCCESS;
}

static VOID UnbindClasses(VOID)
{
    UCHAR *At = Opaque(ClassesStart);

    for (; ClassesBound != 0; ClassesBound--) {
        ENTRY_CLASS_BIND_INFO *Class = (ENTRY_CLASS_BIND_INFO *)(At = NextClass(At));

        if (Class->ClientUnbindClass != NULL)
            Class->ClientUnbindClass(WdfVersionUnbindClass, &Bind.V1, WdfDriverGlobals, Class);
        else
            WdfVersionUnbindClass(&Bind.V1, WdfDriverGlobals, Class);
        At += Class->Size;
    }
}

static UCHAR *NextType(UCHAR *At)
{
    ULONG Size = sizeof(WDF_OBJECT_CONTEXT_TYPE_INFO);

    return NextRecord(At, Opaque(TypesEnd), Size, Size);
}

static NTSTATUS InitializeTypes(VOID)
{
    UCHAR *At = NextType(Opaque(TypesStart));

    while (At != Opaque(TypesEnd)) {
        WDF_OBJECT_CONTEXT_TYPE_INFO *Type = (WDF_OBJECT_CONTEXT_TYPE_INFO *)At;

        if (At == NULL)
            return STATUS_INVALID_IMAGE_FORMAT;
        if (Type->EvtDriverGetUniqueContextType != NULL) {
            Type->UniqueType = Type->EvtDriverGetUniqueContextType();
            if (Type->UniqueType == NULL)
                return STATUS_NOT_FOUND;
        }
        At = NextType(At + Type->Size);
    }
    return STATUS_SUCCESS;
}

static VOID Unbind(VOID)
{
    UnbindClasses();
    WdfVersionUnbind(&Path, &Bind.V1, WdfDriverGlobals);
    RtlFreeUnicodeString(&Path);
}

static VOID NTAPI Unload(PDRIVER_OBJECT Driver)
{
    if (DisplacedUnload != NULL && DisplacedUnload != Unload)
        DisplacedUnload(Driver);
    Unbind();
}

static VOID NTAPI MiniportUnload(PWDF_DRIVER_GLOBALS Globals, WDFDRIVER Driver)
{
    ((VOID (NTAPI *)(PWDF_DRIVER_GLOBALS, WDFDRIVER))FrameworkMiniportUnload)(Globals, Driver);
    Unbind();
}

NTSTATUS NTAPI FxDriverEntry(PDRIVER_OBJECT Driver, PUNICODE_STRING RegistryPath)
{
    NTSTATUS Status;

    /* A driver that another one loads for its exports is no client of the framework. */
    if (Driver == NULL)
        return DriverEntry(Driver, RegistryPath);

    /* Of any length, in paged pool, and with a NUL, which paths of the system need not have. */
    Status = RtlDuplicateUnicodeString(DUPLICATE_WITH_NUL, RegistryPath, &Path);
    if (!NT_SUCCESS(Status))
        return Status;
    Status = WdfVersionBind(Driver, &Path, &Bind.V1, &WdfDriverGlobals);
    if (!NT_SUCCESS(Status)) {
        RtlFreeUnicodeString(&Path);
        return Status;
    }

    FrameworkMiniportUnload = WdfFunctions[WdfDriverMiniportUnloadTableIndex];
    WdfDriverMiniportUnloadOverride = FrameworkMiniportUnload;
    Status = BindClasses();
    if (NT_SUCCESS(Status))
        Status = InitializeTypes();
    if (NT_SUCCESS(Status))
        Status = DriverEntry(Driver, RegistryPath);
    if (!NT_SUCCESS(Status)) {
        Unbind();
        return Status;
    }

    if (WdfDriverGlobals->DisplaceDriverUnload) {
        DisplacedUnload = Driver->DriverUnload;
        Driver->DriverUnload = Unload;
    } else if (WdfDriverGlobals->DriverFlags & WdfDriverInitNoDispatchOverride) {
        WdfDriverMiniportUnloadOverride = (WDFFUNC)MiniportUnload;
    }
    return Status;
}
