/* usbdex_calls - the library usbdex on a kernel that a test makes up, which has no IRPs left. */
#include <ntddk.h>
#include <usb.h>
#include <usbdlib.h>

#define PROGRAM "usbdex_calls"
#include "checks.h"

static const GUID Streams = {
    0x09051e1f, 0x0dc9, 0x4e6b, {0x8b, 0x12, 0x96, 0x0c, 0xbd, 0x81, 0xaa, 0x8f}};

NTSTATUS NTAPI DriverEntry(PDRIVER_OBJECT Driver, PUNICODE_STRING Path)
{
    USB_INTERFACE_DESCRIPTOR Interfaces[2] = {{0}};
    USB_CONFIGURATION_DESCRIPTOR Configuration = {0};
    USBD_INTERFACE_LIST_ENTRY List[3] = {{0}};
    IO_STACK_LOCATION Stack = {0};
    USBD_HANDLE Handle = NULL;
    ULONG Length = 7;
    PURB Urb = NULL;

    UNREFERENCED_PARAMETER(Path);
    CHECK(USBD_CreateHandle(NULL, NULL, 0x601, 'tseT', &Handle) == STATUS_INVALID_PARAMETER);
    CHECK(Handle == NULL);
    CHECK(USBD_CreateHandle(NULL, NULL, USBD_CLIENT_CONTRACT_VERSION_602, 'tseT', &Handle) == 0);
    CHECK(Handle != NULL && !USBD_IsInterfaceVersionSupported(Handle, USBD_INTERFACE_VERSION_600));
    CHECK(USBD_QueryUsbCapability(Handle, &Streams, 0, NULL, &Length) == STATUS_NOT_IMPLEMENTED);
    CHECK(Length == 0);
    CHECK(USBD_QueryUsbCapability(Handle, &Streams, 4, NULL, NULL) == STATUS_INVALID_PARAMETER);

    CHECK(USBD_UrbAllocate(Handle, &Urb) == STATUS_SUCCESS && Urb->UrbHeader.Length == 0);
    USBD_AssignUrbToIoStackLocation(Handle, &Stack, Urb);
    CHECK(Stack.Parameters.Others.Argument1 == Urb);
    USBD_UrbFree(Handle, Urb);
    CHECK(USBD_IsochUrbAllocate(Handle, 0, &Urb) == STATUS_INVALID_PARAMETER && Urb == NULL);
    CHECK(USBD_IsochUrbAllocate(Handle, 64, &Urb) == STATUS_SUCCESS);
    USBD_UrbFree(Handle, Urb);

    Interfaces[0].bNumEndpoints = 3;
    Interfaces[1].bInterfaceNumber = 1;
    Interfaces[1].bAlternateSetting = 2;
    List[0].InterfaceDescriptor = &Interfaces[0];
    List[1].InterfaceDescriptor = &Interfaces[1];
    CHECK(USBD_SelectConfigUrbAllocateAndBuild(Handle, &Configuration, List, &Urb) == 0);
    CHECK(Urb->UrbHeader.Function == URB_FUNCTION_SELECT_CONFIGURATION);
    CHECK(Urb->UrbHeader.Length == GET_SELECT_CONFIGURATION_REQUEST_SIZE(2, 4));
    CHECK(Urb->UrbSelectConfiguration.ConfigurationDescriptor == &Configuration);
    CHECK(List[0].Interface == &Urb->UrbSelectConfiguration.Interface);
    CHECK(List[0].Interface->Length == GET_USBD_INTERFACE_SIZE(3));
    CHECK(List[0].Interface->Pipes[2].MaximumTransferSize == USBD_DEFAULT_MAXIMUM_TRANSFER_SIZE);
    CHECK((PUCHAR)List[1].Interface == (PUCHAR)List[0].Interface + List[0].Interface->Length);
    CHECK(List[1].Interface->InterfaceNumber == 1 && List[1].Interface->AlternateSetting == 2);
    CHECK(List[1].Interface->NumberOfPipes == 0);
    USBD_UrbFree(Handle, Urb);

    CHECK(USBD_SelectInterfaceUrbAllocateAndBuild(Handle, (PVOID)&Stack, List, &Urb) == 0);
    CHECK(Urb->UrbHeader.Length == GET_SELECT_INTERFACE_REQUEST_SIZE(3));
    CHECK(Urb->UrbSelectInterface.ConfigurationHandle == (PVOID)&Stack);
    CHECK(List[0].Interface == &Urb->UrbSelectInterface.Interface);
    USBD_UrbFree(Handle, Urb);
    USBD_CloseHandle(Handle);
    return FINISH(Driver);
}
