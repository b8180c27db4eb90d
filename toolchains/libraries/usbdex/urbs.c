/*
 * urbs.c - URBs in pool of the driver that asked for them, and the stack location that carries one.
 *
 * As documented, an URB that is allocated here is zero but for what the Build functions fill in, and the
 * list of a select-configuration request gets the addresses of the interfaces in its URB.
 */
#include "handle.h"

static PURB Allocate(USBD_HANDLE USBDHandle, SIZE_T Size)
{
    PURB Urb = (PURB)ExAllocatePoolWithTag(NonPagedPoolNx, Size, USBDHandle->PoolTag);

    if (Urb != NULL)
        RtlZeroMemory(Urb, Size);
    return Urb;
}

NTSTATUS NTAPI USBD_UrbAllocate(USBD_HANDLE USBDHandle, PURB *Urb)
{
    *Urb = Allocate(USBDHandle, sizeof **Urb);
    return *Urb == NULL ? STATUS_INSUFFICIENT_RESOURCES : STATUS_SUCCESS;
}

NTSTATUS NTAPI USBD_IsochUrbAllocate(
    USBD_HANDLE USBDHandle, ULONG NumberOfIsochPackets, PURB *Urb)
{
    SIZE_T Size = sizeof(struct _URB_ISOCH_TRANSFER);

    *Urb = NULL;
    if (NumberOfIsochPackets == 0 || NumberOfIsochPackets > 1024)
        return STATUS_INVALID_PARAMETER;
    Size += (SIZE_T)NumberOfIsochPackets * sizeof(USBD_ISO_PACKET_DESCRIPTOR);
    *Urb = Allocate(USBDHandle, Size < sizeof **Urb ? sizeof **Urb : Size);
    return *Urb == NULL ? STATUS_INSUFFICIENT_RESOURCES : STATUS_SUCCESS;
}

static USHORT InterfaceLength(const USBD_INTERFACE_LIST_ENTRY *Entry)
{
    return (USHORT)(FIELD_OFFSET(USBD_INTERFACE_INFORMATION, Pipes) +
                    Entry->InterfaceDescriptor->bNumEndpoints * sizeof(USBD_PIPE_INFORMATION));
}

/* An interface without endpoints still has the room of one pipe in the stack's own structure. */
static USHORT InterfaceRoom(const USBD_INTERFACE_LIST_ENTRY *Entry)
{
    USHORT Length = InterfaceLength(Entry);

    return Length < sizeof(USBD_INTERFACE_INFORMATION) ? sizeof(USBD_INTERFACE_INFORMATION) : Length;
}

static VOID FillInterface(
    PUSBD_INTERFACE_INFORMATION Interface, const USBD_INTERFACE_LIST_ENTRY *Entry)
{
    const USB_INTERFACE_DESCRIPTOR *Descriptor = Entry->InterfaceDescriptor;
    ULONG Pipe;

    Interface->Length = InterfaceRoom(Entry);
    Interface->InterfaceNumber = Descriptor->bInterfaceNumber;
    Interface->AlternateSetting = Descriptor->bAlternateSetting;
    Interface->NumberOfPipes = Descriptor->bNumEndpoints;
    for (Pipe = 0; Pipe < Interface->NumberOfPipes; Pipe++)
        Interface->Pipes[Pipe].MaximumTransferSize = USBD_DEFAULT_MAXIMUM_TRANSFER_SIZE;
}

NTSTATUS NTAPI USBD_SelectConfigUrbAllocateAndBuild(
    USBD_HANDLE USBDHandle, PUSB_CONFIGURATION_DESCRIPTOR ConfigurationDescriptor,
    PUSBD_INTERFACE_LIST_ENTRY InterfaceList, PURB *Urb)
{
    SIZE_T Size = FIELD_OFFSET(struct _URB_SELECT_CONFIGURATION, Interface);
    PUSBD_INTERFACE_LIST_ENTRY Entry;
    PUCHAR Next;

    *Urb = NULL;
    for (Entry = InterfaceList; Entry->InterfaceDescriptor != NULL; Entry++)
        Size += InterfaceRoom(Entry);
    if (Size > MAXUSHORT)
        return STATUS_INVALID_PARAMETER;
    *Urb = Allocate(USBDHandle, Size < sizeof **Urb ? sizeof **Urb : Size);
    if (*Urb == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    (*Urb)->UrbHeader.Function = URB_FUNCTION_SELECT_CONFIGURATION;
    (*Urb)->UrbHeader.Length = (USHORT)Size;
    (*Urb)->UrbSelectConfiguration.ConfigurationDescriptor = ConfigurationDescriptor;
    Next = (PUCHAR)&(*Urb)->UrbSelectConfiguration.Interface;
    for (Entry = InterfaceList; Entry->InterfaceDescriptor != NULL; Entry++) {
        Entry->Interface = (PUSBD_INTERFACE_INFORMATION)Next;
        FillInterface(Entry->Interface, Entry);
        Next += Entry->Interface->Length;
    }
    return STATUS_SUCCESS;
}

NTSTATUS NTAPI USBD_SelectInterfaceUrbAllocateAndBuild(
    USBD_HANDLE USBDHandle, USBD_CONFIGURATION_HANDLE ConfigurationHandle,
    PUSBD_INTERFACE_LIST_ENTRY InterfaceListEntry, PURB *Urb)
{
    SIZE_T Size = FIELD_OFFSET(struct _URB_SELECT_INTERFACE, Interface);

    Size += InterfaceRoom(InterfaceListEntry);
    *Urb = Allocate(USBDHandle, Size < sizeof **Urb ? sizeof **Urb : Size);
    if (*Urb == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    (*Urb)->UrbHeader.Function = URB_FUNCTION_SELECT_INTERFACE;
    (*Urb)->UrbHeader.Length = (USHORT)Size;
    (*Urb)->UrbSelectInterface.ConfigurationHandle = ConfigurationHandle;
    InterfaceListEntry->Interface = &(*Urb)->UrbSelectInterface.Interface;
    FillInterface(InterfaceListEntry->Interface, InterfaceListEntry);
    return STATUS_SUCCESS;
}

VOID NTAPI USBD_UrbFree(USBD_HANDLE USBDHandle, PURB Urb)
{
    ExFreePoolWithTag(Urb, USBDHandle->PoolTag);
}

VOID NTAPI USBD_AssignUrbToIoStackLocation(
    USBD_HANDLE USBDHandle, PIO_STACK_LOCATION IoStackLocation, PURB Urb)
{
    UNREFERENCED_PARAMETER(USBDHandle);
    IoStackLocation->Parameters.Others.Argument1 = Urb;
}
