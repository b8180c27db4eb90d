/* A KMDF driver for an emulated framework: each step prints what it is given. */
#include <ntddk.h>
#include <wdf.h>

#ifndef WITHOUT_CLASSES
# define CLASS(Name, Bind, Unbind) \
    __attribute__((__section__(".kmdfclassbind$b"), __used__)) \
    struct CLASS_RECORD Name##Record = { \
        {sizeof(struct CLASS_RECORD), L"" #Name, {1, 2, 3}, NULL, 0, NULL, Bind, Unbind, NULL} MORE}
# ifdef LONG_RECORDS
#  define MORE , {NULL}
# else
#  define MORE
# endif

struct CLASS_RECORD;
typedef NTSTATUS NTAPI BIND(PVOID, PWDF_DRIVER_GLOBALS, struct CLASS_RECORD *);
typedef VOID NTAPI UNBIND(PVOID, PWDF_DRIVER_GLOBALS, struct CLASS_RECORD *);
struct CLASS_RECORD {
    struct {
        ULONG Size;
        PCWSTR ClassName;
        ULONG Version[3];
        PVOID *FunctionTable;
        ULONG FunctionTableCount;
        PVOID ClassBindInfo;
        NTSTATUS (NTAPI *Bind)(BIND *, PVOID, PWDF_DRIVER_GLOBALS, struct CLASS_RECORD *);
        VOID (NTAPI *Unbind)(UNBIND *, PVOID, PWDF_DRIVER_GLOBALS, struct CLASS_RECORD *);
        PVOID ClassModule;
    } V1;
# ifdef LONG_RECORDS
    PVOID More[5];
# endif
};

static NTSTATUS NTAPI BindSecond(
    BIND *Function, PVOID Bind, PWDF_DRIVER_GLOBALS Globals, struct CLASS_RECORD *Class)
{
    DbgPrint("own bind");
    return Function(Bind, Globals, Class);
}

static VOID NTAPI UnbindSecond(
    UNBIND *Function, PVOID Bind, PWDF_DRIVER_GLOBALS Globals, struct CLASS_RECORD *Class)
{
    DbgPrint("own unbind");
    Function(Bind, Globals, Class);
}

# ifdef REVERSED /* gcc writes variables in the order in which it met their uses, last first */
CLASS(Second, BindSecond, UnbindSecond);
CLASS(First, NULL, NULL);
# else
CLASS(First, NULL, NULL);
CLASS(Second, BindSecond, UnbindSecond);
# endif
# ifdef NO_RECORD
__attribute__((__section__(".kmdfclassbind$c"), __used__)) ULONG_PTR NoRecord = 7;
# endif
#endif

typedef struct {
    ULONG Number;
} OWN_CONTEXT;
WDF_DECLARE_CONTEXT_TYPE_WITH_NAME(OWN_CONTEXT, OwnContext)

/* A type that another driver has, and which this one asks it for. */
typedef struct {
    ULONG Number;
} SHARED_CONTEXT;
static PCWDF_OBJECT_CONTEXT_TYPE_INFO __cdecl FindShared(VOID)
{
#ifdef NO_SHARED_TYPE
    return NULL;
#else
    return WDF_GET_CONTEXT_TYPE_INFO(OWN_CONTEXT);
#endif
}
#define SHARED_CONTEXT_EXTERNAL_INIT_FUNCTION FindShared
WDF_DECLARE_SHARED_CONTEXT_TYPE_WITH_NAME(SHARED_CONTEXT, SharedContext)

DRIVER_INITIALIZE DriverEntry;
static EVT_WDF_DRIVER_DEVICE_ADD DeviceAdd;
static EVT_WDF_DRIVER_UNLOAD DriverUnload __attribute__((__unused__));

/* clang takes the convention from the declaration, gcc wants it in the definition too. */
#ifdef __clang__
# define CALLBACK
#else
# define CALLBACK NTAPI
#endif

static NTSTATUS CALLBACK DeviceAdd(WDFDRIVER Driver, PWDFDEVICE_INIT DeviceInit)
{
    DbgPrint("device add");
    return OwnContext(Driver)->Number == SharedContext(Driver)->Number && DeviceInit == NULL
               ? STATUS_SUCCESS
               : STATUS_UNSUCCESSFUL;
}

static __attribute__((__unused__)) VOID CALLBACK DriverUnload(WDFDRIVER Driver)
{
    DbgPrint(Driver == WdfGetDriver() ? "driver unload" : "whose unload?");
}

#ifdef MINIPORT
# include <wdfminiport.h>
# define FLAGS WdfDriverInitNoDispatchOverride
# define UNLOAD NULL

/* As a port driver would call it. */
static VOID NTAPI PortUnload(PDRIVER_OBJECT DriverObject)
{
    DbgPrint("port unload");
    if (DriverObject != NULL)
        WdfDriverMiniportUnload(WdfGetDriver());
}
#else
# define FLAGS 0
# define UNLOAD DriverUnload
#endif

NTSTATUS NTAPI DriverEntry(PDRIVER_OBJECT DriverObject, PUNICODE_STRING RegistryPath)
{
    WDF_OBJECT_ATTRIBUTES Attributes;
    WDF_DRIVER_CONFIG Config;
    WDFDRIVER Driver;
    NTSTATUS Status;

    DbgPrint("entry");
    if (DriverObject == NULL)
        return STATUS_SUCCESS;
#if KMDF_VERSION_MINOR >= 31
    if (!WDF_IS_FUNCTION_AVAILABLE(WdfDeviceSetDeviceInterfaceState))
        return STATUS_REVISION_MISMATCH;
    if (!WDF_IS_FUNCTION_AVAILABLE(WdfDeviceSetDeviceInterfaceStateEx))
        DbgPrint("without the last function");
    if (!WDF_IS_STRUCTURE_AVAILABLE(WDF_INTERRUPT_CONFIG))
        DbgPrint("without the last structure");
    if (!WDF_IS_FIELD_AVAILABLE(WDF_DRIVER_CONFIG, DriverPoolTag))
        DbgPrint("without the last field");
#endif
#ifdef MINIPORT
    DriverObject->DriverUnload = PortUnload;
#endif
    WDF_OBJECT_ATTRIBUTES_INIT_CONTEXT_TYPE(&Attributes, OWN_CONTEXT);
    WDF_DRIVER_CONFIG_INIT(&Config, DeviceAdd);
    Config.DriverInitFlags = FLAGS;
    Config.EvtDriverUnload = UNLOAD;
    Status = WdfDriverCreate(DriverObject, RegistryPath, &Attributes, &Config, &Driver);
    if (NT_SUCCESS(Status) && OwnContext(Driver) == NULL)
        return STATUS_UNSUCCESSFUL;
    return Status;
}

#ifdef EXTENSION
# include "../../toolchains/libraries/udecxstub/udecx.c"
#endif
