/* A KMDF driver as real ones are: lists, keys, a lookaside list, an interrupt, hardware that is not there. */
#include <ntddk.h>
#include <wdf.h>

typedef struct _STATE {
    ULONG Prepared, Released;
} STATE;
WDF_DECLARE_CONTEXT_TYPE_WITH_NAME(STATE, StateOf)

DRIVER_INITIALIZE DriverEntry;
static EVT_WDF_DRIVER_DEVICE_ADD Add;
static EVT_WDF_DEVICE_PREPARE_HARDWARE Prepare;
static EVT_WDF_DEVICE_RELEASE_HARDWARE Release;
static EVT_WDF_INTERRUPT_ISR Isr;

static BOOLEAN Isr(WDFINTERRUPT Interrupt, ULONG MessageID)
{
    (void)Interrupt;
    (void)MessageID;
    return FALSE;
}

static NTSTATUS Prepare(WDFDEVICE Device, WDFCMRESLIST Raw, WDFCMRESLIST Translated)
{
    StateOf(Device)->Prepared++;
    DbgPrint("resources %u %d\n", WdfCmResourceListGetCount(Translated),
             WdfCmResourceListGetDescriptor(Raw, 0) != NULL);
    return STATUS_DEVICE_CONFIGURATION_ERROR;
}

static NTSTATUS Release(WDFDEVICE Device, WDFCMRESLIST Translated)
{
    (void)Translated;
    DbgPrint("released %u\n", StateOf(Device)->Prepared);
    return STATUS_SUCCESS;
}

static void Lists(WDFDEVICE Device, WDFINTERRUPT Interrupt)
{
    WDFCOLLECTION Collection;
    WDFLOOKASIDE Lookaside;
    WDFSTRING Text;
    WDFMEMORY Memory;
    WDFKEY Key;
    UNICODE_STRING Name = RTL_CONSTANT_STRING(L"Value"), Copy;
    ULONG Value = 7;
    size_t Bytes;

    WdfCollectionCreate(WDF_NO_OBJECT_ATTRIBUTES, &Collection);
    WdfCollectionAdd(Collection, Device);
    WdfCollectionAdd(Collection, Interrupt);
    DbgPrint("collection %u %d\n", WdfCollectionGetCount(Collection),
             WdfCollectionGetLastItem(Collection) == (WDFOBJECT)Interrupt);
    WdfCollectionRemove(Collection, Device);
    DbgPrint("collection %u %d\n", WdfCollectionGetCount(Collection),
             WdfCollectionGetFirstItem(Collection) == (WDFOBJECT)Interrupt);
    WdfObjectDelete(Collection);
    WdfLookasideListCreate(WDF_NO_OBJECT_ATTRIBUTES, 24, NonPagedPool, WDF_NO_OBJECT_ATTRIBUTES, 'tseT', &Lookaside);
    WdfMemoryCreateFromLookaside(Lookaside, &Memory);
    WdfMemoryGetBuffer(Memory, &Bytes);
    WdfObjectDelete(Memory);
    WdfDeviceOpenRegistryKey(Device, PLUGPLAY_REGKEY_DEVICE, KEY_READ, WDF_NO_OBJECT_ATTRIBUTES, &Key);
    DbgPrint("key %08X %u, memory %u\n", WdfRegistryQueryULong(Key, &Name, &Value), Value, (ULONG)Bytes);
    WdfRegistryClose(Key);
    WdfStringCreate(&Name, WDF_NO_OBJECT_ATTRIBUTES, &Text);
    WdfStringGetUnicodeString(Text, &Copy);
    DbgPrint("string %wZ\n", &Copy);
}

static NTSTATUS Add(WDFDRIVER Driver, PWDFDEVICE_INIT Init)
{
    WDF_PNPPOWER_EVENT_CALLBACKS Power;
    WDF_OBJECT_ATTRIBUTES Attributes;
    WDF_INTERRUPT_CONFIG Config;
    WDFINTERRUPT Interrupt;
    WDFDEVICE Device;
    NTSTATUS Status;

    (void)Driver;
    WDF_PNPPOWER_EVENT_CALLBACKS_INIT(&Power);
    Power.EvtDevicePrepareHardware = Prepare;
    Power.EvtDeviceReleaseHardware = Release;
    WdfDeviceInitSetPnpPowerEventCallbacks(Init, &Power);
    WDF_OBJECT_ATTRIBUTES_INIT_CONTEXT_TYPE(&Attributes, STATE);
    Status = WdfDeviceCreate(&Init, &Attributes, &Device);
    if (!NT_SUCCESS(Status))
        return Status;
    WDF_INTERRUPT_CONFIG_INIT(&Config, Isr, NULL);
    Status = WdfInterruptCreate(Device, &Config, WDF_NO_OBJECT_ATTRIBUTES, &Interrupt);
    Lists(Device, Interrupt);
    return Status;
}

NTSTATUS DriverEntry(PDRIVER_OBJECT DriverObject, PUNICODE_STRING RegistryPath)
{
    WDF_DRIVER_CONFIG Config;

    WDF_DRIVER_CONFIG_INIT(&Config, Add);
    return WdfDriverCreate(DriverObject, RegistryPath, WDF_NO_OBJECT_ATTRIBUTES, &Config, WDF_NO_HANDLE);
}
