/* wdfusb.h - KMDF. Made from toolchains/kmdf/wdfusb.txt. */
#ifndef _WDFUSB_H_
#define _WDFUSB_H_

WDF_EXTERN_C_START

typedef enum _WDF_USB_REQUEST_TYPE {
    WdfUsbRequestTypeInvalid = 0,
    WdfUsbRequestTypeNoFormat = 1,
    WdfUsbRequestTypeDeviceString = 2,
    WdfUsbRequestTypeDeviceControlTransfer = 3,
    WdfUsbRequestTypeDeviceUrb = 4,
    WdfUsbRequestTypePipeWrite = 5,
    WdfUsbRequestTypePipeRead = 6,
    WdfUsbRequestTypePipeAbort = 7,
    WdfUsbRequestTypePipeReset = 8,
    WdfUsbRequestTypePipeUrb = 9,
} WDF_USB_REQUEST_TYPE, *PWDF_USB_REQUEST_TYPE;

typedef enum _WDF_USB_BMREQUEST_DIRECTION {
    BmRequestHostToDevice = 0,
    BmRequestDeviceToHost = 1,
} WDF_USB_BMREQUEST_DIRECTION;

typedef enum _WDF_USB_BMREQUEST_TYPE {
    BmRequestStandard = 0,
    BmRequestClass = 1,
    BmRequestVendor = 2,
} WDF_USB_BMREQUEST_TYPE;

typedef enum _WDF_USB_BMREQUEST_RECIPIENT {
    BmRequestToDevice = 0,
    BmRequestToInterface = 1,
    BmRequestToEndpoint = 2,
    BmRequestToOther = 3,
} WDF_USB_BMREQUEST_RECIPIENT;

typedef enum _WDF_USB_PIPE_TYPE {
    WdfUsbPipeTypeInvalid = 0,
    WdfUsbPipeTypeControl = 1,
    WdfUsbPipeTypeIsochronous = 2,
    WdfUsbPipeTypeBulk = 3,
    WdfUsbPipeTypeInterrupt = 4,
} WDF_USB_PIPE_TYPE;

typedef enum _WdfUsbTargetDeviceSelectConfigType {
    WdfUsbTargetDeviceSelectConfigTypeInvalid = 0,
    WdfUsbTargetDeviceSelectConfigTypeDeconfig = 1,
    WdfUsbTargetDeviceSelectConfigTypeSingleInterface = 2,
    WdfUsbTargetDeviceSelectConfigTypeMultiInterface = 3,
    WdfUsbTargetDeviceSelectConfigTypeInterfacesPairs = 4,
    WdfUsbTargetDeviceSelectConfigTypeInterfacesDescriptor = 5,
    WdfUsbTargetDeviceSelectConfigTypeUrb = 6,
} WdfUsbTargetDeviceSelectConfigType;

typedef enum _WdfUsbTargetDeviceSelectSettingType {
    WdfUsbInterfaceSelectSettingTypeDescriptor = 16,
    WdfUsbInterfaceSelectSettingTypeSetting = 17,
    WdfUsbInterfaceSelectSettingTypeUrb = 18,
} WdfUsbTargetDeviceSelectSettingType;

typedef enum _WDF_USB_DEVICE_TRAITS {
    WDF_USB_DEVICE_TRAIT_SELF_POWERED = 1,
    WDF_USB_DEVICE_TRAIT_REMOTE_WAKE_CAPABLE = 2,
    WDF_USB_DEVICE_TRAIT_AT_HIGH_SPEED = 4,
} WDF_USB_DEVICE_TRAITS;

typedef union _WDF_USB_CONTROL_SETUP_PACKET {
    struct {
        union {
            struct {
                BYTE Recipient : 2;
                BYTE Reserved : 3;
                BYTE Type : 2;
                BYTE Dir : 1;
            } Request;
            BYTE Byte;
        } bm;
        BYTE bRequest;
        union {
            struct {
                BYTE LowByte;
                BYTE HiByte;
            } Bytes;
            USHORT Value;
        } wValue;
        union {
            struct {
                BYTE LowByte;
                BYTE HiByte;
            } Bytes;
            USHORT Value;
        } wIndex;
        USHORT wLength;
    } Packet;
    struct {
        BYTE Bytes[8];
    } Generic;
} WDF_USB_CONTROL_SETUP_PACKET, *PWDF_USB_CONTROL_SETUP_PACKET;

WDF_INLINE VOID WDF_USB_CONTROL_SETUP_PACKET_INIT(
    PWDF_USB_CONTROL_SETUP_PACKET Packet, WDF_USB_BMREQUEST_DIRECTION Direction,
    WDF_USB_BMREQUEST_RECIPIENT Recipient, BYTE Request, USHORT Value, USHORT Index)
{
    RtlZeroMemory(Packet, sizeof(*Packet));
    Packet->Packet.bm.Request.Dir = (BYTE)Direction;
    Packet->Packet.bm.Request.Type = (BYTE)BmRequestStandard;
    Packet->Packet.bm.Request.Recipient = (BYTE)Recipient;
    Packet->Packet.bRequest = Request;
    Packet->Packet.wValue.Value = Value;
    Packet->Packet.wIndex.Value = Index;
}

WDF_INLINE VOID WDF_USB_CONTROL_SETUP_PACKET_INIT_CLASS(
    PWDF_USB_CONTROL_SETUP_PACKET Packet, WDF_USB_BMREQUEST_DIRECTION Direction,
    WDF_USB_BMREQUEST_RECIPIENT Recipient, BYTE Request, USHORT Value, USHORT Index)
{
    RtlZeroMemory(Packet, sizeof(*Packet));
    Packet->Packet.bm.Request.Dir = (BYTE)Direction;
    Packet->Packet.bm.Request.Type = (BYTE)BmRequestClass;
    Packet->Packet.bm.Request.Recipient = (BYTE)Recipient;
    Packet->Packet.bRequest = Request;
    Packet->Packet.wValue.Value = Value;
    Packet->Packet.wIndex.Value = Index;
}

WDF_INLINE VOID WDF_USB_CONTROL_SETUP_PACKET_INIT_VENDOR(
    PWDF_USB_CONTROL_SETUP_PACKET Packet, WDF_USB_BMREQUEST_DIRECTION Direction,
    WDF_USB_BMREQUEST_RECIPIENT Recipient, BYTE Request, USHORT Value, USHORT Index)
{
    RtlZeroMemory(Packet, sizeof(*Packet));
    Packet->Packet.bm.Request.Dir = (BYTE)Direction;
    Packet->Packet.bm.Request.Type = (BYTE)BmRequestVendor;
    Packet->Packet.bm.Request.Recipient = (BYTE)Recipient;
    Packet->Packet.bRequest = Request;
    Packet->Packet.wValue.Value = Value;
    Packet->Packet.wIndex.Value = Index;
}

WDF_INLINE VOID WDF_USB_CONTROL_SETUP_PACKET_INIT_FEATURE(
    PWDF_USB_CONTROL_SETUP_PACKET Packet, WDF_USB_BMREQUEST_RECIPIENT BmRequestRecipient, USHORT
    FeatureSelector, USHORT Index, BOOLEAN SetFeature)
{
    RtlZeroMemory(Packet, sizeof(*Packet));
    Packet->Packet.bm.Request.Dir = (BYTE)BmRequestHostToDevice;
    Packet->Packet.bm.Request.Type = (BYTE)BmRequestStandard;
    Packet->Packet.bm.Request.Recipient = (BYTE)BmRequestRecipient;
    Packet->Packet.bRequest = SetFeature ? USB_REQUEST_SET_FEATURE : USB_REQUEST_CLEAR_FEATURE;
    Packet->Packet.wValue.Value = FeatureSelector;
    Packet->Packet.wIndex.Value = Index;
}

WDF_INLINE VOID WDF_USB_CONTROL_SETUP_PACKET_INIT_GET_STATUS(
    PWDF_USB_CONTROL_SETUP_PACKET Packet, WDF_USB_BMREQUEST_RECIPIENT BmRequestRecipient, USHORT
    Index)
{
    RtlZeroMemory(Packet, sizeof(*Packet));
    Packet->Packet.bm.Request.Dir = (BYTE)BmRequestDeviceToHost;
    Packet->Packet.bm.Request.Type = (BYTE)BmRequestStandard;
    Packet->Packet.bm.Request.Recipient = (BYTE)BmRequestRecipient;
    Packet->Packet.bRequest = USB_REQUEST_GET_STATUS;
    Packet->Packet.wIndex.Value = Index;
}

typedef struct _WDF_USB_REQUEST_COMPLETION_PARAMS {
    USBD_STATUS UsbdStatus;
    WDF_USB_REQUEST_TYPE Type;
    union {
        struct {
            WDFMEMORY Buffer;
            USHORT LangID;
            UCHAR StringIndex;
            UCHAR RequiredSize;
        } DeviceString;
        struct {
            WDFMEMORY Buffer;
            WDF_USB_CONTROL_SETUP_PACKET SetupPacket;
            ULONG Length;
        } DeviceControlTransfer;
        struct {
            WDFMEMORY Buffer;
        } DeviceUrb;
        struct {
            WDFMEMORY Buffer;
            size_t Length;
            size_t Offset;
        } PipeWrite;
        struct {
            WDFMEMORY Buffer;
            size_t Length;
            size_t Offset;
        } PipeRead;
        struct {
            WDFMEMORY Buffer;
        } PipeUrb;
    } Parameters;
} WDF_USB_REQUEST_COMPLETION_PARAMS, *PWDF_USB_REQUEST_COMPLETION_PARAMS;

typedef VOID NTAPI EVT_WDF_USB_READER_COMPLETION_ROUTINE(
    WDFUSBPIPE Pipe, WDFMEMORY Buffer, size_t NumBytesTransferred, WDFCONTEXT Context);
typedef EVT_WDF_USB_READER_COMPLETION_ROUTINE *PFN_WDF_USB_READER_COMPLETION_ROUTINE;

typedef BOOLEAN NTAPI EVT_WDF_USB_READERS_FAILED(
    WDFUSBPIPE Pipe, NTSTATUS Status, USBD_STATUS UsbdStatus);
typedef EVT_WDF_USB_READERS_FAILED *PFN_WDF_USB_READERS_FAILED;

typedef struct _WDF_USB_CONTINUOUS_READER_CONFIG {
    ULONG Size;
    size_t TransferLength;
    size_t HeaderLength;
    size_t TrailerLength;
    UCHAR NumPendingReads;
    PWDF_OBJECT_ATTRIBUTES BufferAttributes;
    PFN_WDF_USB_READER_COMPLETION_ROUTINE EvtUsbTargetPipeReadComplete;
    WDFCONTEXT EvtUsbTargetPipeReadCompleteContext;
    PFN_WDF_USB_READERS_FAILED EvtUsbTargetPipeReadersFailed;
} WDF_USB_CONTINUOUS_READER_CONFIG, *PWDF_USB_CONTINUOUS_READER_CONFIG;

WDF_INLINE VOID WDF_USB_CONTINUOUS_READER_CONFIG_INIT(
    PWDF_USB_CONTINUOUS_READER_CONFIG Config, PFN_WDF_USB_READER_COMPLETION_ROUTINE
    EvtUsbTargetPipeReadComplete, WDFCONTEXT EvtUsbTargetPipeReadCompleteContext, size_t
    TransferLength)
{
    RtlZeroMemory(Config, sizeof(*Config));
    Config->Size = WDF_STRUCTURE_SIZE(WDF_USB_CONTINUOUS_READER_CONFIG);
    Config->EvtUsbTargetPipeReadComplete = EvtUsbTargetPipeReadComplete;
    Config->EvtUsbTargetPipeReadCompleteContext = EvtUsbTargetPipeReadCompleteContext;
    Config->TransferLength = TransferLength;
}

/* USB devices and pipes are I/O targets of their own. */
WDF_INLINE WDFIOTARGET WdfUsbTargetDeviceGetIoTarget(WDFUSBDEVICE UsbDevice)
{
    return (WDFIOTARGET)(WDFOBJECT)UsbDevice;
}

typedef struct _WDF_USB_DEVICE_INFORMATION {
    ULONG Size;
    USBD_VERSION_INFORMATION UsbdVersionInformation;
    ULONG HcdPortCapabilities;
    ULONG Traits;
} WDF_USB_DEVICE_INFORMATION, *PWDF_USB_DEVICE_INFORMATION;

WDF_INLINE VOID WDF_USB_DEVICE_INFORMATION_INIT(PWDF_USB_DEVICE_INFORMATION Udi)
{
    RtlZeroMemory(Udi, sizeof(*Udi));
    Udi->Size = WDF_STRUCTURE_SIZE(WDF_USB_DEVICE_INFORMATION);
}

typedef struct _WDF_USB_INTERFACE_SETTING_PAIR {
    WDFUSBINTERFACE UsbInterface;
    UCHAR SettingIndex;
} WDF_USB_INTERFACE_SETTING_PAIR, *PWDF_USB_INTERFACE_SETTING_PAIR;

typedef struct _WDF_USB_DEVICE_SELECT_CONFIG_PARAMS {
    ULONG Size;
    WdfUsbTargetDeviceSelectConfigType Type;
    union {
        struct {
            PUSB_CONFIGURATION_DESCRIPTOR ConfigurationDescriptor;
            PUSB_INTERFACE_DESCRIPTOR *InterfaceDescriptors;
            ULONG NumInterfaceDescriptors;
        } Descriptor;
        struct {
            PURB Urb;
        } Urb;
        struct {
            UCHAR NumberConfiguredPipes;
            WDFUSBINTERFACE ConfiguredUsbInterface;
        } SingleInterface;
        struct {
            UCHAR NumberInterfaces;
            PWDF_USB_INTERFACE_SETTING_PAIR Pairs;
            UCHAR NumberOfConfiguredInterfaces;
        } MultiInterface;
    } Types;
} WDF_USB_DEVICE_SELECT_CONFIG_PARAMS, *PWDF_USB_DEVICE_SELECT_CONFIG_PARAMS;

WDF_INLINE VOID WDF_USB_DEVICE_SELECT_CONFIG_PARAMS_INIT_SINGLE_INTERFACE(
    PWDF_USB_DEVICE_SELECT_CONFIG_PARAMS Params)
{
    RtlZeroMemory(Params, sizeof(*Params));
    Params->Size = WDF_STRUCTURE_SIZE(WDF_USB_DEVICE_SELECT_CONFIG_PARAMS);
    Params->Type = WdfUsbTargetDeviceSelectConfigTypeSingleInterface;
}

/* Without pairs the first setting of every interface is selected. */
WDF_INLINE VOID WDF_USB_DEVICE_SELECT_CONFIG_PARAMS_INIT_MULTIPLE_INTERFACES(
    PWDF_USB_DEVICE_SELECT_CONFIG_PARAMS Params,
    UCHAR NumberInterfaces,
    PWDF_USB_INTERFACE_SETTING_PAIR SettingPairs)
{
    RtlZeroMemory(Params, sizeof(*Params));
    Params->Size = WDF_STRUCTURE_SIZE(WDF_USB_DEVICE_SELECT_CONFIG_PARAMS);
    Params->Type = WdfUsbTargetDeviceSelectConfigTypeMultiInterface;
    if (SettingPairs != NULL && NumberInterfaces != 0) {
        Params->Type = WdfUsbTargetDeviceSelectConfigTypeInterfacesPairs;
        Params->Types.MultiInterface.NumberInterfaces = NumberInterfaces;
        Params->Types.MultiInterface.Pairs = SettingPairs;
    }
}

WDF_INLINE VOID WDF_USB_DEVICE_SELECT_CONFIG_PARAMS_INIT_INTERFACES_DESCRIPTORS(
    PWDF_USB_DEVICE_SELECT_CONFIG_PARAMS Params, PUSB_CONFIGURATION_DESCRIPTOR ConfigDescriptor,
    PUSB_INTERFACE_DESCRIPTOR *InterfaceDescriptors, ULONG NumInterfaceDescriptors)
{
    RtlZeroMemory(Params, sizeof(*Params));
    Params->Size = WDF_STRUCTURE_SIZE(WDF_USB_DEVICE_SELECT_CONFIG_PARAMS);
    Params->Type = WdfUsbTargetDeviceSelectConfigTypeInterfacesDescriptor;
    Params->Types.Descriptor.ConfigurationDescriptor = ConfigDescriptor;
    Params->Types.Descriptor.InterfaceDescriptors = InterfaceDescriptors;
    Params->Types.Descriptor.NumInterfaceDescriptors = NumInterfaceDescriptors;
}

WDF_INLINE VOID WDF_USB_DEVICE_SELECT_CONFIG_PARAMS_INIT_URB(
    PWDF_USB_DEVICE_SELECT_CONFIG_PARAMS Params, PURB Urb)
{
    RtlZeroMemory(Params, sizeof(*Params));
    Params->Size = WDF_STRUCTURE_SIZE(WDF_USB_DEVICE_SELECT_CONFIG_PARAMS);
    Params->Type = WdfUsbTargetDeviceSelectConfigTypeUrb;
    Params->Types.Urb.Urb = Urb;
}

WDF_INLINE VOID WDF_USB_DEVICE_SELECT_CONFIG_PARAMS_INIT_DECONFIG(
    PWDF_USB_DEVICE_SELECT_CONFIG_PARAMS Params)
{
    RtlZeroMemory(Params, sizeof(*Params));
    Params->Size = WDF_STRUCTURE_SIZE(WDF_USB_DEVICE_SELECT_CONFIG_PARAMS);
    Params->Type = WdfUsbTargetDeviceSelectConfigTypeDeconfig;
}

typedef struct _WDF_USB_INTERFACE_SELECT_SETTING_PARAMS {
    ULONG Size;
    WdfUsbTargetDeviceSelectSettingType Type;
    union {
        struct {
            PUSB_INTERFACE_DESCRIPTOR InterfaceDescriptor;
        } Descriptor;
        struct {
            UCHAR SettingIndex;
        } Interface;
        struct {
            PURB Urb;
        } Urb;
    } Types;
} WDF_USB_INTERFACE_SELECT_SETTING_PARAMS, *PWDF_USB_INTERFACE_SELECT_SETTING_PARAMS;

WDF_INLINE VOID WDF_USB_INTERFACE_SELECT_SETTING_PARAMS_INIT_DESCRIPTOR(
    PWDF_USB_INTERFACE_SELECT_SETTING_PARAMS Params, PUSB_INTERFACE_DESCRIPTOR Interface)
{
    RtlZeroMemory(Params, sizeof(*Params));
    Params->Size = WDF_STRUCTURE_SIZE(WDF_USB_INTERFACE_SELECT_SETTING_PARAMS);
    Params->Type = WdfUsbInterfaceSelectSettingTypeDescriptor;
    Params->Types.Descriptor.InterfaceDescriptor = Interface;
}

WDF_INLINE VOID WDF_USB_INTERFACE_SELECT_SETTING_PARAMS_INIT_URB(
    PWDF_USB_INTERFACE_SELECT_SETTING_PARAMS Params, PURB Urb)
{
    RtlZeroMemory(Params, sizeof(*Params));
    Params->Size = WDF_STRUCTURE_SIZE(WDF_USB_INTERFACE_SELECT_SETTING_PARAMS);
    Params->Type = WdfUsbInterfaceSelectSettingTypeUrb;
    Params->Types.Urb.Urb = Urb;
}

WDF_INLINE VOID WDF_USB_INTERFACE_SELECT_SETTING_PARAMS_INIT_SETTING(
    PWDF_USB_INTERFACE_SELECT_SETTING_PARAMS Params, UCHAR SettingIndex)
{
    RtlZeroMemory(Params, sizeof(*Params));
    Params->Size = WDF_STRUCTURE_SIZE(WDF_USB_INTERFACE_SELECT_SETTING_PARAMS);
    Params->Type = WdfUsbInterfaceSelectSettingTypeSetting;
    Params->Types.Interface.SettingIndex = SettingIndex;
}

WDF_INLINE WDFIOTARGET WdfUsbTargetPipeGetIoTarget(WDFUSBPIPE Pipe)
{
    return (WDFIOTARGET)(WDFOBJECT)Pipe;
}

typedef struct _WDF_USB_PIPE_INFORMATION {
    ULONG Size;
    ULONG MaximumPacketSize;
    UCHAR EndpointAddress;
    UCHAR Interval;
    UCHAR SettingIndex;
    WDF_USB_PIPE_TYPE PipeType;
    ULONG MaximumTransferSize;
} WDF_USB_PIPE_INFORMATION, *PWDF_USB_PIPE_INFORMATION;

WDF_INLINE VOID WDF_USB_PIPE_INFORMATION_INIT(PWDF_USB_PIPE_INFORMATION Info)
{
    RtlZeroMemory(Info, sizeof(*Info));
    Info->Size = WDF_STRUCTURE_SIZE(WDF_USB_PIPE_INFORMATION);
}

WDF_INLINE BOOLEAN WDF_USB_PIPE_DIRECTION_IN(UCHAR EndpointAddress)
{
    return (EndpointAddress & USB_ENDPOINT_DIRECTION_MASK) != 0;
}

WDF_INLINE BOOLEAN WDF_USB_PIPE_DIRECTION_OUT(UCHAR EndpointAddress)
{
    return (EndpointAddress & USB_ENDPOINT_DIRECTION_MASK) == 0;
}

typedef struct _WDF_USB_DEVICE_CREATE_CONFIG {
    ULONG Size;
    ULONG USBDClientContractVersion;
} WDF_USB_DEVICE_CREATE_CONFIG, *PWDF_USB_DEVICE_CREATE_CONFIG;

WDF_INLINE VOID WDF_USB_DEVICE_CREATE_CONFIG_INIT(
    PWDF_USB_DEVICE_CREATE_CONFIG Config, ULONG USBDClientContractVersion)
{
    RtlZeroMemory(Config, sizeof(*Config));
    Config->Size = WDF_STRUCTURE_SIZE(WDF_USB_DEVICE_CREATE_CONFIG);
    Config->USBDClientContractVersion = USBDClientContractVersion;
}

typedef NTSTATUS (NTAPI *PFN_WDFUSBTARGETDEVICECREATE)(
    PWDF_DRIVER_GLOBALS DriverGlobals, WDFDEVICE Device, PWDF_OBJECT_ATTRIBUTES Attributes,
    WDFUSBDEVICE *UsbDevice);
WDF_INLINE NTSTATUS WdfUsbTargetDeviceCreate(
    WDFDEVICE Device, PWDF_OBJECT_ATTRIBUTES Attributes, WDFUSBDEVICE *UsbDevice)
{
    return ((PFN_WDFUSBTARGETDEVICECREATE)WdfFunctions[WdfUsbTargetDeviceCreateTableIndex])(
        WdfDriverGlobals, Device, Attributes, UsbDevice);
}

typedef NTSTATUS (NTAPI *PFN_WDFUSBTARGETDEVICECREATEWITHPARAMETERS)(
    PWDF_DRIVER_GLOBALS DriverGlobals, WDFDEVICE Device, PWDF_USB_DEVICE_CREATE_CONFIG Config,
    PWDF_OBJECT_ATTRIBUTES Attributes, WDFUSBDEVICE *UsbDevice);
WDF_INLINE NTSTATUS WdfUsbTargetDeviceCreateWithParameters(
    WDFDEVICE Device, PWDF_USB_DEVICE_CREATE_CONFIG Config, PWDF_OBJECT_ATTRIBUTES Attributes,
    WDFUSBDEVICE *UsbDevice)
{
    return ((PFN_WDFUSBTARGETDEVICECREATEWITHPARAMETERS)WdfFunctions[WdfUsbTargetDeviceCreateWithParametersTableIndex])(
        WdfDriverGlobals, Device, Config, Attributes, UsbDevice);
}

typedef NTSTATUS (NTAPI *PFN_WDFUSBTARGETDEVICERETRIEVEINFORMATION)(
    PWDF_DRIVER_GLOBALS DriverGlobals, WDFUSBDEVICE UsbDevice, PWDF_USB_DEVICE_INFORMATION
    Information);
WDF_INLINE NTSTATUS WdfUsbTargetDeviceRetrieveInformation(
    WDFUSBDEVICE UsbDevice, PWDF_USB_DEVICE_INFORMATION Information)
{
    return ((PFN_WDFUSBTARGETDEVICERETRIEVEINFORMATION)WdfFunctions[WdfUsbTargetDeviceRetrieveInformationTableIndex])(
        WdfDriverGlobals, UsbDevice, Information);
}

typedef VOID (NTAPI *PFN_WDFUSBTARGETDEVICEGETDEVICEDESCRIPTOR)(
    PWDF_DRIVER_GLOBALS DriverGlobals, WDFUSBDEVICE UsbDevice, PUSB_DEVICE_DESCRIPTOR
    UsbDeviceDescriptor);
WDF_INLINE VOID WdfUsbTargetDeviceGetDeviceDescriptor(
    WDFUSBDEVICE UsbDevice, PUSB_DEVICE_DESCRIPTOR UsbDeviceDescriptor)
{
    ((PFN_WDFUSBTARGETDEVICEGETDEVICEDESCRIPTOR)WdfFunctions[WdfUsbTargetDeviceGetDeviceDescriptorTableIndex])(
        WdfDriverGlobals, UsbDevice, UsbDeviceDescriptor);
}

typedef NTSTATUS (NTAPI *PFN_WDFUSBTARGETDEVICERETRIEVECONFIGDESCRIPTOR)(
    PWDF_DRIVER_GLOBALS DriverGlobals, WDFUSBDEVICE UsbDevice, PVOID ConfigDescriptor, PUSHORT
    ConfigDescriptorLength);
WDF_INLINE NTSTATUS WdfUsbTargetDeviceRetrieveConfigDescriptor(
    WDFUSBDEVICE UsbDevice, PVOID ConfigDescriptor, PUSHORT ConfigDescriptorLength)
{
    return ((PFN_WDFUSBTARGETDEVICERETRIEVECONFIGDESCRIPTOR)WdfFunctions[WdfUsbTargetDeviceRetrieveConfigDescriptorTableIndex])(
        WdfDriverGlobals, UsbDevice, ConfigDescriptor, ConfigDescriptorLength);
}

typedef NTSTATUS (NTAPI *PFN_WDFUSBTARGETDEVICEQUERYSTRING)(
    PWDF_DRIVER_GLOBALS DriverGlobals, WDFUSBDEVICE UsbDevice, WDFREQUEST Request,
    PWDF_REQUEST_SEND_OPTIONS RequestOptions, PUSHORT String, PUSHORT NumCharacters, UCHAR
    StringIndex, USHORT LangID);
WDF_INLINE NTSTATUS WdfUsbTargetDeviceQueryString(
    WDFUSBDEVICE UsbDevice, WDFREQUEST Request, PWDF_REQUEST_SEND_OPTIONS RequestOptions, PUSHORT
    String, PUSHORT NumCharacters, UCHAR StringIndex, USHORT LangID)
{
    return ((PFN_WDFUSBTARGETDEVICEQUERYSTRING)WdfFunctions[WdfUsbTargetDeviceQueryStringTableIndex])(
        WdfDriverGlobals, UsbDevice, Request, RequestOptions, String, NumCharacters, StringIndex,
        LangID);
}

typedef NTSTATUS (NTAPI *PFN_WDFUSBTARGETDEVICEALLOCANDQUERYSTRING)(
    PWDF_DRIVER_GLOBALS DriverGlobals, WDFUSBDEVICE UsbDevice, PWDF_OBJECT_ATTRIBUTES
    StringMemoryAttributes, WDFMEMORY *StringMemory, PUSHORT NumCharacters, UCHAR StringIndex,
    USHORT LangID);
WDF_INLINE NTSTATUS WdfUsbTargetDeviceAllocAndQueryString(
    WDFUSBDEVICE UsbDevice, PWDF_OBJECT_ATTRIBUTES StringMemoryAttributes, WDFMEMORY *StringMemory,
    PUSHORT NumCharacters, UCHAR StringIndex, USHORT LangID)
{
    return ((PFN_WDFUSBTARGETDEVICEALLOCANDQUERYSTRING)WdfFunctions[WdfUsbTargetDeviceAllocAndQueryStringTableIndex])(
        WdfDriverGlobals, UsbDevice, StringMemoryAttributes, StringMemory, NumCharacters,
        StringIndex, LangID);
}

typedef NTSTATUS (NTAPI *PFN_WDFUSBTARGETDEVICEFORMATREQUESTFORSTRING)(
    PWDF_DRIVER_GLOBALS DriverGlobals, WDFUSBDEVICE UsbDevice, WDFREQUEST Request, WDFMEMORY Memory,
    PWDFMEMORY_OFFSET Offset, UCHAR StringIndex, USHORT LangID);
WDF_INLINE NTSTATUS WdfUsbTargetDeviceFormatRequestForString(
    WDFUSBDEVICE UsbDevice, WDFREQUEST Request, WDFMEMORY Memory, PWDFMEMORY_OFFSET Offset, UCHAR
    StringIndex, USHORT LangID)
{
    return ((PFN_WDFUSBTARGETDEVICEFORMATREQUESTFORSTRING)WdfFunctions[WdfUsbTargetDeviceFormatRequestForStringTableIndex])(
        WdfDriverGlobals, UsbDevice, Request, Memory, Offset, StringIndex, LangID);
}

typedef UCHAR (NTAPI *PFN_WDFUSBTARGETDEVICEGETNUMINTERFACES)(
    PWDF_DRIVER_GLOBALS DriverGlobals, WDFUSBDEVICE UsbDevice);
WDF_INLINE UCHAR WdfUsbTargetDeviceGetNumInterfaces(WDFUSBDEVICE UsbDevice)
{
    return ((PFN_WDFUSBTARGETDEVICEGETNUMINTERFACES)WdfFunctions[WdfUsbTargetDeviceGetNumInterfacesTableIndex])(
        WdfDriverGlobals, UsbDevice);
}

typedef NTSTATUS (NTAPI *PFN_WDFUSBTARGETDEVICESELECTCONFIG)(
    PWDF_DRIVER_GLOBALS DriverGlobals, WDFUSBDEVICE UsbDevice, PWDF_OBJECT_ATTRIBUTES
    PipeAttributes, PWDF_USB_DEVICE_SELECT_CONFIG_PARAMS Params);
WDF_INLINE NTSTATUS WdfUsbTargetDeviceSelectConfig(
    WDFUSBDEVICE UsbDevice, PWDF_OBJECT_ATTRIBUTES PipeAttributes,
    PWDF_USB_DEVICE_SELECT_CONFIG_PARAMS Params)
{
    return ((PFN_WDFUSBTARGETDEVICESELECTCONFIG)WdfFunctions[WdfUsbTargetDeviceSelectConfigTableIndex])(
        WdfDriverGlobals, UsbDevice, PipeAttributes, Params);
}

typedef USBD_CONFIGURATION_HANDLE (NTAPI *PFN_WDFUSBTARGETDEVICEWDMGETCONFIGURATIONHANDLE)(
    PWDF_DRIVER_GLOBALS DriverGlobals, WDFUSBDEVICE UsbDevice);
WDF_INLINE USBD_CONFIGURATION_HANDLE WdfUsbTargetDeviceWdmGetConfigurationHandle(
    WDFUSBDEVICE UsbDevice)
{
    return ((PFN_WDFUSBTARGETDEVICEWDMGETCONFIGURATIONHANDLE)WdfFunctions[WdfUsbTargetDeviceWdmGetConfigurationHandleTableIndex])(
        WdfDriverGlobals, UsbDevice);
}

typedef NTSTATUS (NTAPI *PFN_WDFUSBTARGETDEVICERETRIEVECURRENTFRAMENUMBER)(
    PWDF_DRIVER_GLOBALS DriverGlobals, WDFUSBDEVICE UsbDevice, PULONG CurrentFrameNumber);
WDF_INLINE NTSTATUS WdfUsbTargetDeviceRetrieveCurrentFrameNumber(
    WDFUSBDEVICE UsbDevice, PULONG CurrentFrameNumber)
{
    return ((PFN_WDFUSBTARGETDEVICERETRIEVECURRENTFRAMENUMBER)WdfFunctions[WdfUsbTargetDeviceRetrieveCurrentFrameNumberTableIndex])(
        WdfDriverGlobals, UsbDevice, CurrentFrameNumber);
}

typedef NTSTATUS (NTAPI *PFN_WDFUSBTARGETDEVICESENDCONTROLTRANSFERSYNCHRONOUSLY)(
    PWDF_DRIVER_GLOBALS DriverGlobals, WDFUSBDEVICE UsbDevice, WDFREQUEST Request,
    PWDF_REQUEST_SEND_OPTIONS RequestOptions, PWDF_USB_CONTROL_SETUP_PACKET SetupPacket,
    PWDF_MEMORY_DESCRIPTOR MemoryDescriptor, PULONG BytesTransferred);
WDF_INLINE NTSTATUS WdfUsbTargetDeviceSendControlTransferSynchronously(
    WDFUSBDEVICE UsbDevice, WDFREQUEST Request, PWDF_REQUEST_SEND_OPTIONS RequestOptions,
    PWDF_USB_CONTROL_SETUP_PACKET SetupPacket, PWDF_MEMORY_DESCRIPTOR MemoryDescriptor, PULONG
    BytesTransferred)
{
    return ((PFN_WDFUSBTARGETDEVICESENDCONTROLTRANSFERSYNCHRONOUSLY)WdfFunctions[WdfUsbTargetDeviceSendControlTransferSynchronouslyTableIndex])(
        WdfDriverGlobals, UsbDevice, Request, RequestOptions, SetupPacket, MemoryDescriptor,
        BytesTransferred);
}

typedef NTSTATUS (NTAPI *PFN_WDFUSBTARGETDEVICEFORMATREQUESTFORCONTROLTRANSFER)(
    PWDF_DRIVER_GLOBALS DriverGlobals, WDFUSBDEVICE UsbDevice, WDFREQUEST Request,
    PWDF_USB_CONTROL_SETUP_PACKET SetupPacket, WDFMEMORY TransferMemory, PWDFMEMORY_OFFSET
    TransferOffset);
WDF_INLINE NTSTATUS WdfUsbTargetDeviceFormatRequestForControlTransfer(
    WDFUSBDEVICE UsbDevice, WDFREQUEST Request, PWDF_USB_CONTROL_SETUP_PACKET SetupPacket, WDFMEMORY
    TransferMemory, PWDFMEMORY_OFFSET TransferOffset)
{
    return ((PFN_WDFUSBTARGETDEVICEFORMATREQUESTFORCONTROLTRANSFER)WdfFunctions[WdfUsbTargetDeviceFormatRequestForControlTransferTableIndex])(
        WdfDriverGlobals, UsbDevice, Request, SetupPacket, TransferMemory, TransferOffset);
}

typedef NTSTATUS (NTAPI *PFN_WDFUSBTARGETDEVICEISCONNECTEDSYNCHRONOUS)(
    PWDF_DRIVER_GLOBALS DriverGlobals, WDFUSBDEVICE UsbDevice);
WDF_INLINE NTSTATUS WdfUsbTargetDeviceIsConnectedSynchronous(WDFUSBDEVICE UsbDevice)
{
    return ((PFN_WDFUSBTARGETDEVICEISCONNECTEDSYNCHRONOUS)WdfFunctions[WdfUsbTargetDeviceIsConnectedSynchronousTableIndex])(
        WdfDriverGlobals, UsbDevice);
}

typedef NTSTATUS (NTAPI *PFN_WDFUSBTARGETDEVICERESETPORTSYNCHRONOUSLY)(
    PWDF_DRIVER_GLOBALS DriverGlobals, WDFUSBDEVICE UsbDevice);
WDF_INLINE NTSTATUS WdfUsbTargetDeviceResetPortSynchronously(WDFUSBDEVICE UsbDevice)
{
    return ((PFN_WDFUSBTARGETDEVICERESETPORTSYNCHRONOUSLY)WdfFunctions[WdfUsbTargetDeviceResetPortSynchronouslyTableIndex])(
        WdfDriverGlobals, UsbDevice);
}

typedef NTSTATUS (NTAPI *PFN_WDFUSBTARGETDEVICECYCLEPORTSYNCHRONOUSLY)(
    PWDF_DRIVER_GLOBALS DriverGlobals, WDFUSBDEVICE UsbDevice);
WDF_INLINE NTSTATUS WdfUsbTargetDeviceCyclePortSynchronously(WDFUSBDEVICE UsbDevice)
{
    return ((PFN_WDFUSBTARGETDEVICECYCLEPORTSYNCHRONOUSLY)WdfFunctions[WdfUsbTargetDeviceCyclePortSynchronouslyTableIndex])(
        WdfDriverGlobals, UsbDevice);
}

typedef NTSTATUS (NTAPI *PFN_WDFUSBTARGETDEVICEFORMATREQUESTFORCYCLEPORT)(
    PWDF_DRIVER_GLOBALS DriverGlobals, WDFUSBDEVICE UsbDevice, WDFREQUEST Request);
WDF_INLINE NTSTATUS WdfUsbTargetDeviceFormatRequestForCyclePort(
    WDFUSBDEVICE UsbDevice, WDFREQUEST Request)
{
    return ((PFN_WDFUSBTARGETDEVICEFORMATREQUESTFORCYCLEPORT)WdfFunctions[WdfUsbTargetDeviceFormatRequestForCyclePortTableIndex])(
        WdfDriverGlobals, UsbDevice, Request);
}

typedef NTSTATUS (NTAPI *PFN_WDFUSBTARGETDEVICESENDURBSYNCHRONOUSLY)(
    PWDF_DRIVER_GLOBALS DriverGlobals, WDFUSBDEVICE UsbDevice, WDFREQUEST Request,
    PWDF_REQUEST_SEND_OPTIONS RequestOptions, PURB Urb);
WDF_INLINE NTSTATUS WdfUsbTargetDeviceSendUrbSynchronously(
    WDFUSBDEVICE UsbDevice, WDFREQUEST Request, PWDF_REQUEST_SEND_OPTIONS RequestOptions, PURB Urb)
{
    return ((PFN_WDFUSBTARGETDEVICESENDURBSYNCHRONOUSLY)WdfFunctions[WdfUsbTargetDeviceSendUrbSynchronouslyTableIndex])(
        WdfDriverGlobals, UsbDevice, Request, RequestOptions, Urb);
}

typedef NTSTATUS (NTAPI *PFN_WDFUSBTARGETDEVICEFORMATREQUESTFORURB)(
    PWDF_DRIVER_GLOBALS DriverGlobals, WDFUSBDEVICE UsbDevice, WDFREQUEST Request, WDFMEMORY
    UrbMemory, PWDFMEMORY_OFFSET UrbMemoryOffset);
WDF_INLINE NTSTATUS WdfUsbTargetDeviceFormatRequestForUrb(
    WDFUSBDEVICE UsbDevice, WDFREQUEST Request, WDFMEMORY UrbMemory, PWDFMEMORY_OFFSET
    UrbMemoryOffset)
{
    return ((PFN_WDFUSBTARGETDEVICEFORMATREQUESTFORURB)WdfFunctions[WdfUsbTargetDeviceFormatRequestForUrbTableIndex])(
        WdfDriverGlobals, UsbDevice, Request, UrbMemory, UrbMemoryOffset);
}

typedef NTSTATUS (NTAPI *PFN_WDFUSBTARGETDEVICEQUERYUSBCAPABILITY)(
    PWDF_DRIVER_GLOBALS DriverGlobals, WDFUSBDEVICE UsbDevice, const GUID *CapabilityType, ULONG
    CapabilityBufferLength, PVOID CapabilityBuffer, PULONG ResultLength);
WDF_INLINE NTSTATUS WdfUsbTargetDeviceQueryUsbCapability(
    WDFUSBDEVICE UsbDevice, const GUID *CapabilityType, ULONG CapabilityBufferLength, PVOID
    CapabilityBuffer, PULONG ResultLength)
{
    return ((PFN_WDFUSBTARGETDEVICEQUERYUSBCAPABILITY)WdfFunctions[WdfUsbTargetDeviceQueryUsbCapabilityTableIndex])(
        WdfDriverGlobals, UsbDevice, CapabilityType, CapabilityBufferLength, CapabilityBuffer,
        ResultLength);
}

typedef NTSTATUS (NTAPI *PFN_WDFUSBTARGETDEVICECREATEURB)(
    PWDF_DRIVER_GLOBALS DriverGlobals, WDFUSBDEVICE UsbDevice, PWDF_OBJECT_ATTRIBUTES Attributes,
    WDFMEMORY *UrbMemory, PURB *Urb);
WDF_INLINE NTSTATUS WdfUsbTargetDeviceCreateUrb(
    WDFUSBDEVICE UsbDevice, PWDF_OBJECT_ATTRIBUTES Attributes, WDFMEMORY *UrbMemory, PURB *Urb)
{
    return ((PFN_WDFUSBTARGETDEVICECREATEURB)WdfFunctions[WdfUsbTargetDeviceCreateUrbTableIndex])(
        WdfDriverGlobals, UsbDevice, Attributes, UrbMemory, Urb);
}

typedef NTSTATUS (NTAPI *PFN_WDFUSBTARGETDEVICECREATEISOCHURB)(
    PWDF_DRIVER_GLOBALS DriverGlobals, WDFUSBDEVICE UsbDevice, PWDF_OBJECT_ATTRIBUTES Attributes,
    ULONG NumberOfIsochPackets, WDFMEMORY *UrbMemory, PURB *Urb);
WDF_INLINE NTSTATUS WdfUsbTargetDeviceCreateIsochUrb(
    WDFUSBDEVICE UsbDevice, PWDF_OBJECT_ATTRIBUTES Attributes, ULONG NumberOfIsochPackets, WDFMEMORY
    *UrbMemory, PURB *Urb)
{
    return ((PFN_WDFUSBTARGETDEVICECREATEISOCHURB)WdfFunctions[WdfUsbTargetDeviceCreateIsochUrbTableIndex])(
        WdfDriverGlobals, UsbDevice, Attributes, NumberOfIsochPackets, UrbMemory, Urb);
}

typedef VOID (NTAPI *PFN_WDFUSBTARGETPIPEGETINFORMATION)(
    PWDF_DRIVER_GLOBALS DriverGlobals, WDFUSBPIPE Pipe, PWDF_USB_PIPE_INFORMATION PipeInformation);
WDF_INLINE VOID WdfUsbTargetPipeGetInformation(
    WDFUSBPIPE Pipe, PWDF_USB_PIPE_INFORMATION PipeInformation)
{
    ((PFN_WDFUSBTARGETPIPEGETINFORMATION)WdfFunctions[WdfUsbTargetPipeGetInformationTableIndex])(
        WdfDriverGlobals, Pipe, PipeInformation);
}

typedef BOOLEAN (NTAPI *PFN_WDFUSBTARGETPIPEISINENDPOINT)(
    PWDF_DRIVER_GLOBALS DriverGlobals, WDFUSBPIPE Pipe);
WDF_INLINE BOOLEAN WdfUsbTargetPipeIsInEndpoint(WDFUSBPIPE Pipe)
{
    return ((PFN_WDFUSBTARGETPIPEISINENDPOINT)WdfFunctions[WdfUsbTargetPipeIsInEndpointTableIndex])(
        WdfDriverGlobals, Pipe);
}

typedef BOOLEAN (NTAPI *PFN_WDFUSBTARGETPIPEISOUTENDPOINT)(
    PWDF_DRIVER_GLOBALS DriverGlobals, WDFUSBPIPE Pipe);
WDF_INLINE BOOLEAN WdfUsbTargetPipeIsOutEndpoint(WDFUSBPIPE Pipe)
{
    return ((PFN_WDFUSBTARGETPIPEISOUTENDPOINT)WdfFunctions[WdfUsbTargetPipeIsOutEndpointTableIndex])(
        WdfDriverGlobals, Pipe);
}

typedef WDF_USB_PIPE_TYPE (NTAPI *PFN_WDFUSBTARGETPIPEGETTYPE)(
    PWDF_DRIVER_GLOBALS DriverGlobals, WDFUSBPIPE Pipe);
WDF_INLINE WDF_USB_PIPE_TYPE WdfUsbTargetPipeGetType(WDFUSBPIPE Pipe)
{
    return ((PFN_WDFUSBTARGETPIPEGETTYPE)WdfFunctions[WdfUsbTargetPipeGetTypeTableIndex])(
        WdfDriverGlobals, Pipe);
}

typedef VOID (NTAPI *PFN_WDFUSBTARGETPIPESETNOMAXIMUMPACKETSIZECHECK)(
    PWDF_DRIVER_GLOBALS DriverGlobals, WDFUSBPIPE Pipe);
WDF_INLINE VOID WdfUsbTargetPipeSetNoMaximumPacketSizeCheck(WDFUSBPIPE Pipe)
{
    ((PFN_WDFUSBTARGETPIPESETNOMAXIMUMPACKETSIZECHECK)WdfFunctions[WdfUsbTargetPipeSetNoMaximumPacketSizeCheckTableIndex])(
        WdfDriverGlobals, Pipe);
}

typedef NTSTATUS (NTAPI *PFN_WDFUSBTARGETPIPEWRITESYNCHRONOUSLY)(
    PWDF_DRIVER_GLOBALS DriverGlobals, WDFUSBPIPE Pipe, WDFREQUEST Request,
    PWDF_REQUEST_SEND_OPTIONS RequestOptions, PWDF_MEMORY_DESCRIPTOR MemoryDescriptor, PULONG
    BytesWritten);
WDF_INLINE NTSTATUS WdfUsbTargetPipeWriteSynchronously(
    WDFUSBPIPE Pipe, WDFREQUEST Request, PWDF_REQUEST_SEND_OPTIONS RequestOptions,
    PWDF_MEMORY_DESCRIPTOR MemoryDescriptor, PULONG BytesWritten)
{
    return ((PFN_WDFUSBTARGETPIPEWRITESYNCHRONOUSLY)WdfFunctions[WdfUsbTargetPipeWriteSynchronouslyTableIndex])(
        WdfDriverGlobals, Pipe, Request, RequestOptions, MemoryDescriptor, BytesWritten);
}

typedef NTSTATUS (NTAPI *PFN_WDFUSBTARGETPIPEFORMATREQUESTFORWRITE)(
    PWDF_DRIVER_GLOBALS DriverGlobals, WDFUSBPIPE Pipe, WDFREQUEST Request, WDFMEMORY WriteMemory,
    PWDFMEMORY_OFFSET WriteOffset);
WDF_INLINE NTSTATUS WdfUsbTargetPipeFormatRequestForWrite(
    WDFUSBPIPE Pipe, WDFREQUEST Request, WDFMEMORY WriteMemory, PWDFMEMORY_OFFSET WriteOffset)
{
    return ((PFN_WDFUSBTARGETPIPEFORMATREQUESTFORWRITE)WdfFunctions[WdfUsbTargetPipeFormatRequestForWriteTableIndex])(
        WdfDriverGlobals, Pipe, Request, WriteMemory, WriteOffset);
}

typedef NTSTATUS (NTAPI *PFN_WDFUSBTARGETPIPEREADSYNCHRONOUSLY)(
    PWDF_DRIVER_GLOBALS DriverGlobals, WDFUSBPIPE Pipe, WDFREQUEST Request,
    PWDF_REQUEST_SEND_OPTIONS RequestOptions, PWDF_MEMORY_DESCRIPTOR MemoryDescriptor, PULONG
    BytesRead);
WDF_INLINE NTSTATUS WdfUsbTargetPipeReadSynchronously(
    WDFUSBPIPE Pipe, WDFREQUEST Request, PWDF_REQUEST_SEND_OPTIONS RequestOptions,
    PWDF_MEMORY_DESCRIPTOR MemoryDescriptor, PULONG BytesRead)
{
    return ((PFN_WDFUSBTARGETPIPEREADSYNCHRONOUSLY)WdfFunctions[WdfUsbTargetPipeReadSynchronouslyTableIndex])(
        WdfDriverGlobals, Pipe, Request, RequestOptions, MemoryDescriptor, BytesRead);
}

typedef NTSTATUS (NTAPI *PFN_WDFUSBTARGETPIPEFORMATREQUESTFORREAD)(
    PWDF_DRIVER_GLOBALS DriverGlobals, WDFUSBPIPE Pipe, WDFREQUEST Request, WDFMEMORY ReadMemory,
    PWDFMEMORY_OFFSET ReadOffset);
WDF_INLINE NTSTATUS WdfUsbTargetPipeFormatRequestForRead(
    WDFUSBPIPE Pipe, WDFREQUEST Request, WDFMEMORY ReadMemory, PWDFMEMORY_OFFSET ReadOffset)
{
    return ((PFN_WDFUSBTARGETPIPEFORMATREQUESTFORREAD)WdfFunctions[WdfUsbTargetPipeFormatRequestForReadTableIndex])(
        WdfDriverGlobals, Pipe, Request, ReadMemory, ReadOffset);
}

typedef NTSTATUS (NTAPI *PFN_WDFUSBTARGETPIPECONFIGCONTINUOUSREADER)(
    PWDF_DRIVER_GLOBALS DriverGlobals, WDFUSBPIPE Pipe, PWDF_USB_CONTINUOUS_READER_CONFIG Config);
WDF_INLINE NTSTATUS WdfUsbTargetPipeConfigContinuousReader(
    WDFUSBPIPE Pipe, PWDF_USB_CONTINUOUS_READER_CONFIG Config)
{
    return ((PFN_WDFUSBTARGETPIPECONFIGCONTINUOUSREADER)WdfFunctions[WdfUsbTargetPipeConfigContinuousReaderTableIndex])(
        WdfDriverGlobals, Pipe, Config);
}

typedef NTSTATUS (NTAPI *PFN_WDFUSBTARGETPIPEABORTSYNCHRONOUSLY)(
    PWDF_DRIVER_GLOBALS DriverGlobals, WDFUSBPIPE Pipe, WDFREQUEST Request,
    PWDF_REQUEST_SEND_OPTIONS RequestOptions);
WDF_INLINE NTSTATUS WdfUsbTargetPipeAbortSynchronously(
    WDFUSBPIPE Pipe, WDFREQUEST Request, PWDF_REQUEST_SEND_OPTIONS RequestOptions)
{
    return ((PFN_WDFUSBTARGETPIPEABORTSYNCHRONOUSLY)WdfFunctions[WdfUsbTargetPipeAbortSynchronouslyTableIndex])(
        WdfDriverGlobals, Pipe, Request, RequestOptions);
}

typedef NTSTATUS (NTAPI *PFN_WDFUSBTARGETPIPEFORMATREQUESTFORABORT)(
    PWDF_DRIVER_GLOBALS DriverGlobals, WDFUSBPIPE Pipe, WDFREQUEST Request);
WDF_INLINE NTSTATUS WdfUsbTargetPipeFormatRequestForAbort(WDFUSBPIPE Pipe, WDFREQUEST Request)
{
    return ((PFN_WDFUSBTARGETPIPEFORMATREQUESTFORABORT)WdfFunctions[WdfUsbTargetPipeFormatRequestForAbortTableIndex])(
        WdfDriverGlobals, Pipe, Request);
}

typedef NTSTATUS (NTAPI *PFN_WDFUSBTARGETPIPERESETSYNCHRONOUSLY)(
    PWDF_DRIVER_GLOBALS DriverGlobals, WDFUSBPIPE Pipe, WDFREQUEST Request,
    PWDF_REQUEST_SEND_OPTIONS RequestOptions);
WDF_INLINE NTSTATUS WdfUsbTargetPipeResetSynchronously(
    WDFUSBPIPE Pipe, WDFREQUEST Request, PWDF_REQUEST_SEND_OPTIONS RequestOptions)
{
    return ((PFN_WDFUSBTARGETPIPERESETSYNCHRONOUSLY)WdfFunctions[WdfUsbTargetPipeResetSynchronouslyTableIndex])(
        WdfDriverGlobals, Pipe, Request, RequestOptions);
}

typedef NTSTATUS (NTAPI *PFN_WDFUSBTARGETPIPEFORMATREQUESTFORRESET)(
    PWDF_DRIVER_GLOBALS DriverGlobals, WDFUSBPIPE Pipe, WDFREQUEST Request);
WDF_INLINE NTSTATUS WdfUsbTargetPipeFormatRequestForReset(WDFUSBPIPE Pipe, WDFREQUEST Request)
{
    return ((PFN_WDFUSBTARGETPIPEFORMATREQUESTFORRESET)WdfFunctions[WdfUsbTargetPipeFormatRequestForResetTableIndex])(
        WdfDriverGlobals, Pipe, Request);
}

typedef NTSTATUS (NTAPI *PFN_WDFUSBTARGETPIPESENDURBSYNCHRONOUSLY)(
    PWDF_DRIVER_GLOBALS DriverGlobals, WDFUSBPIPE Pipe, WDFREQUEST Request,
    PWDF_REQUEST_SEND_OPTIONS RequestOptions, PURB Urb);
WDF_INLINE NTSTATUS WdfUsbTargetPipeSendUrbSynchronously(
    WDFUSBPIPE Pipe, WDFREQUEST Request, PWDF_REQUEST_SEND_OPTIONS RequestOptions, PURB Urb)
{
    return ((PFN_WDFUSBTARGETPIPESENDURBSYNCHRONOUSLY)WdfFunctions[WdfUsbTargetPipeSendUrbSynchronouslyTableIndex])(
        WdfDriverGlobals, Pipe, Request, RequestOptions, Urb);
}

typedef NTSTATUS (NTAPI *PFN_WDFUSBTARGETPIPEFORMATREQUESTFORURB)(
    PWDF_DRIVER_GLOBALS DriverGlobals, WDFUSBPIPE PIPE, WDFREQUEST Request, WDFMEMORY UrbMemory,
    PWDFMEMORY_OFFSET UrbMemoryOffset);
WDF_INLINE NTSTATUS WdfUsbTargetPipeFormatRequestForUrb(
    WDFUSBPIPE PIPE, WDFREQUEST Request, WDFMEMORY UrbMemory, PWDFMEMORY_OFFSET UrbMemoryOffset)
{
    return ((PFN_WDFUSBTARGETPIPEFORMATREQUESTFORURB)WdfFunctions[WdfUsbTargetPipeFormatRequestForUrbTableIndex])(
        WdfDriverGlobals, PIPE, Request, UrbMemory, UrbMemoryOffset);
}

typedef BYTE (NTAPI *PFN_WDFUSBINTERFACEGETINTERFACENUMBER)(
    PWDF_DRIVER_GLOBALS DriverGlobals, WDFUSBINTERFACE UsbInterface);
WDF_INLINE BYTE WdfUsbInterfaceGetInterfaceNumber(WDFUSBINTERFACE UsbInterface)
{
    return ((PFN_WDFUSBINTERFACEGETINTERFACENUMBER)WdfFunctions[WdfUsbInterfaceGetInterfaceNumberTableIndex])(
        WdfDriverGlobals, UsbInterface);
}

typedef BYTE (NTAPI *PFN_WDFUSBINTERFACEGETNUMENDPOINTS)(
    PWDF_DRIVER_GLOBALS DriverGlobals, WDFUSBINTERFACE UsbInterface, UCHAR SettingIndex);
WDF_INLINE BYTE WdfUsbInterfaceGetNumEndpoints(WDFUSBINTERFACE UsbInterface, UCHAR SettingIndex)
{
    return ((PFN_WDFUSBINTERFACEGETNUMENDPOINTS)WdfFunctions[WdfUsbInterfaceGetNumEndpointsTableIndex])(
        WdfDriverGlobals, UsbInterface, SettingIndex);
}

typedef VOID (NTAPI *PFN_WDFUSBINTERFACEGETDESCRIPTOR)(
    PWDF_DRIVER_GLOBALS DriverGlobals, WDFUSBINTERFACE UsbInterface, UCHAR SettingIndex,
    PUSB_INTERFACE_DESCRIPTOR InterfaceDescriptor);
WDF_INLINE VOID WdfUsbInterfaceGetDescriptor(
    WDFUSBINTERFACE UsbInterface, UCHAR SettingIndex, PUSB_INTERFACE_DESCRIPTOR InterfaceDescriptor)
{
    ((PFN_WDFUSBINTERFACEGETDESCRIPTOR)WdfFunctions[WdfUsbInterfaceGetDescriptorTableIndex])(
        WdfDriverGlobals, UsbInterface, SettingIndex, InterfaceDescriptor);
}

typedef BYTE (NTAPI *PFN_WDFUSBINTERFACEGETNUMSETTINGS)(
    PWDF_DRIVER_GLOBALS DriverGlobals, WDFUSBINTERFACE UsbInterface);
WDF_INLINE BYTE WdfUsbInterfaceGetNumSettings(WDFUSBINTERFACE UsbInterface)
{
    return ((PFN_WDFUSBINTERFACEGETNUMSETTINGS)WdfFunctions[WdfUsbInterfaceGetNumSettingsTableIndex])(
        WdfDriverGlobals, UsbInterface);
}

typedef NTSTATUS (NTAPI *PFN_WDFUSBINTERFACESELECTSETTING)(
    PWDF_DRIVER_GLOBALS DriverGlobals, WDFUSBINTERFACE UsbInterface, PWDF_OBJECT_ATTRIBUTES
    PipesAttributes, PWDF_USB_INTERFACE_SELECT_SETTING_PARAMS Params);
WDF_INLINE NTSTATUS WdfUsbInterfaceSelectSetting(
    WDFUSBINTERFACE UsbInterface, PWDF_OBJECT_ATTRIBUTES PipesAttributes,
    PWDF_USB_INTERFACE_SELECT_SETTING_PARAMS Params)
{
    return ((PFN_WDFUSBINTERFACESELECTSETTING)WdfFunctions[WdfUsbInterfaceSelectSettingTableIndex])(
        WdfDriverGlobals, UsbInterface, PipesAttributes, Params);
}

typedef VOID (NTAPI *PFN_WDFUSBINTERFACEGETENDPOINTINFORMATION)(
    PWDF_DRIVER_GLOBALS DriverGlobals, WDFUSBINTERFACE UsbInterface, UCHAR SettingIndex, UCHAR
    EndpointIndex, PWDF_USB_PIPE_INFORMATION EndpointInfo);
WDF_INLINE VOID WdfUsbInterfaceGetEndpointInformation(
    WDFUSBINTERFACE UsbInterface, UCHAR SettingIndex, UCHAR EndpointIndex, PWDF_USB_PIPE_INFORMATION
    EndpointInfo)
{
    ((PFN_WDFUSBINTERFACEGETENDPOINTINFORMATION)WdfFunctions[WdfUsbInterfaceGetEndpointInformationTableIndex])(
        WdfDriverGlobals, UsbInterface, SettingIndex, EndpointIndex, EndpointInfo);
}

typedef WDFUSBINTERFACE (NTAPI *PFN_WDFUSBTARGETDEVICEGETINTERFACE)(
    PWDF_DRIVER_GLOBALS DriverGlobals, WDFUSBDEVICE UsbDevice, UCHAR InterfaceIndex);
WDF_INLINE WDFUSBINTERFACE WdfUsbTargetDeviceGetInterface(
    WDFUSBDEVICE UsbDevice, UCHAR InterfaceIndex)
{
    return ((PFN_WDFUSBTARGETDEVICEGETINTERFACE)WdfFunctions[WdfUsbTargetDeviceGetInterfaceTableIndex])(
        WdfDriverGlobals, UsbDevice, InterfaceIndex);
}

typedef BYTE (NTAPI *PFN_WDFUSBINTERFACEGETCONFIGUREDSETTINGINDEX)(
    PWDF_DRIVER_GLOBALS DriverGlobals, WDFUSBINTERFACE Interface);
WDF_INLINE BYTE WdfUsbInterfaceGetConfiguredSettingIndex(WDFUSBINTERFACE Interface)
{
    return ((PFN_WDFUSBINTERFACEGETCONFIGUREDSETTINGINDEX)WdfFunctions[WdfUsbInterfaceGetConfiguredSettingIndexTableIndex])(
        WdfDriverGlobals, Interface);
}

typedef BYTE (NTAPI *PFN_WDFUSBINTERFACEGETNUMCONFIGUREDPIPES)(
    PWDF_DRIVER_GLOBALS DriverGlobals, WDFUSBINTERFACE UsbInterface);
WDF_INLINE BYTE WdfUsbInterfaceGetNumConfiguredPipes(WDFUSBINTERFACE UsbInterface)
{
    return ((PFN_WDFUSBINTERFACEGETNUMCONFIGUREDPIPES)WdfFunctions[WdfUsbInterfaceGetNumConfiguredPipesTableIndex])(
        WdfDriverGlobals, UsbInterface);
}

typedef WDFUSBPIPE (NTAPI *PFN_WDFUSBINTERFACEGETCONFIGUREDPIPE)(
    PWDF_DRIVER_GLOBALS DriverGlobals, WDFUSBINTERFACE UsbInterface, UCHAR PipeIndex,
    PWDF_USB_PIPE_INFORMATION PipeInfo);
WDF_INLINE WDFUSBPIPE WdfUsbInterfaceGetConfiguredPipe(
    WDFUSBINTERFACE UsbInterface, UCHAR PipeIndex, PWDF_USB_PIPE_INFORMATION PipeInfo)
{
    return ((PFN_WDFUSBINTERFACEGETCONFIGUREDPIPE)WdfFunctions[WdfUsbInterfaceGetConfiguredPipeTableIndex])(
        WdfDriverGlobals, UsbInterface, PipeIndex, PipeInfo);
}

typedef USBD_PIPE_HANDLE (NTAPI *PFN_WDFUSBTARGETPIPEWDMGETPIPEHANDLE)(
    PWDF_DRIVER_GLOBALS DriverGlobals, WDFUSBPIPE UsbPipe);
WDF_INLINE USBD_PIPE_HANDLE WdfUsbTargetPipeWdmGetPipeHandle(WDFUSBPIPE UsbPipe)
{
    return ((PFN_WDFUSBTARGETPIPEWDMGETPIPEHANDLE)WdfFunctions[WdfUsbTargetPipeWdmGetPipeHandleTableIndex])(
        WdfDriverGlobals, UsbPipe);
}

WDF_EXTERN_C_END

#endif
