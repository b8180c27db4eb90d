/* ntbuild/io.h - after wdm.h: I/O manager routines, flags and resources that mingw-w64 does not have. */
#ifndef NTBUILD_IO_H
#define NTBUILD_IO_H

EXTERN_C_START

/* What the I/O manager knows of a device; all but the first three fields are for reading alone. */
typedef struct _DEVOBJ_EXTENSION {
    CSHORT Type;
    USHORT Size;
    PDEVICE_OBJECT DeviceObject;
    ULONG PowerFlags;
    struct _DEVICE_OBJECT_POWER_EXTENSION *Dope;
    ULONG ExtensionFlags;
    PVOID DeviceNode;
    PDEVICE_OBJECT AttachedTo;
    volatile LONG StartIoCount;
    LONG StartIoKey;
    ULONG StartIoFlags;
    PVPB Vpb;
    PVOID DependencyNode;
    PVOID InterruptContext;
    volatile LONG InterruptCount;
    PVOID VerifierContext;
} DEVOBJ_EXTENSION, *PDEVOBJ_EXTENSION;

/* The port to which a file's requests are reported, of a FILE_OBJECT. */
typedef struct _IO_COMPLETION_CONTEXT {
    PVOID Port;
    PVOID Key;
    LONG_PTR UsageCount;
} IO_COMPLETION_CONTEXT, *PIO_COMPLETION_CONTEXT;

/* The driver's own places in registry and file system, Windows 8 and 10. */
typedef enum _DRIVER_REGKEY_TYPE {
    DriverRegKeyParameters = 0,
    DriverRegKeyPersistentState = 1,
    DriverRegKeySharedPersistentState = 2
} DRIVER_REGKEY_TYPE, *PDRIVER_REGKEY_TYPE;
NTKERNELAPI NTSTATUS NTAPI IoOpenDriverRegistryKey(
    PDRIVER_OBJECT DriverObject, DRIVER_REGKEY_TYPE RegKeyType, ACCESS_MASK DesiredAccess,
    ULONG Flags, PHANDLE DriverRegKey);

typedef enum _DRIVER_DIRECTORY_TYPE {
    DriverDirectoryImage = 0,
    DriverDirectoryData = 1,
    DriverDirectorySharedData = 2
} DRIVER_DIRECTORY_TYPE, *PDRIVER_DIRECTORY_TYPE;
NTKERNELAPI NTSTATUS NTAPI IoGetDriverDirectory(
    PDRIVER_OBJECT DriverObject, DRIVER_DIRECTORY_TYPE DirectoryType, ULONG Flags,
    PHANDLE DriverDirectoryHandle);

typedef enum _DEVICE_DIRECTORY_TYPE {
    DeviceDirectoryData = 0
} DEVICE_DIRECTORY_TYPE, *PDEVICE_DIRECTORY_TYPE;
NTKERNELAPI NTSTATUS NTAPI IoGetDeviceDirectory(
    PDEVICE_OBJECT PhysicalDeviceObject, DEVICE_DIRECTORY_TYPE DirectoryType, ULONG Flags,
    PVOID Reserved, PHANDLE DeviceDirectoryHandle);
NTKERNELAPI NTSTATUS NTAPI IoQueryFullDriverPath(
    PDRIVER_OBJECT DriverObject, PUNICODE_STRING FullPath);

/* Properties, which have a language or none */
#ifndef LOCALE_NEUTRAL
# define LOCALE_NEUTRAL 0
#endif
NTKERNELAPI NTSTATUS NTAPI IoSetDeviceInterfacePropertyData(
    PUNICODE_STRING SymbolicLinkName, CONST DEVPROPKEY *PropertyKey, LCID Lcid, ULONG Flags,
    DEVPROPTYPE Type, ULONG Size, PVOID Data);
NTKERNELAPI NTSTATUS NTAPI IoGetDeviceInterfacePropertyData(
    PUNICODE_STRING SymbolicLinkName, CONST DEVPROPKEY *PropertyKey, LCID Lcid, ULONG Flags,
    ULONG Size, PVOID Data, PULONG RequiredSize, DEVPROPTYPE *Type);

/* Volumes */
NTKERNELAPI NTSTATUS NTAPI IoVolumeDeviceToGuid(PVOID VolumeDeviceObject, LPGUID Guid);
NTKERNELAPI NTSTATUS NTAPI IoVolumeDeviceToGuidPath(
    PVOID VolumeDeviceObject, PUNICODE_STRING GuidPath);
NTKERNELAPI NTSTATUS NTAPI IoVolumeDeviceNameToGuid(
    PUNICODE_STRING VolumeDeviceName, LPGUID Guid);
NTKERNELAPI NTSTATUS NTAPI IoVolumeDeviceNameToGuidPath(
    PUNICODE_STRING VolumeDeviceName, PUNICODE_STRING GuidPath);

/* An IRP's activity, priority and requestor */
NTKERNELAPI NTSTATUS NTAPI IoGetActivityIdIrp(PIRP Irp, LPGUID Guid);
NTKERNELAPI NTSTATUS NTAPI IoSetActivityIdIrp(PIRP Irp, LPCGUID Guid);
NTKERNELAPI LPCGUID NTAPI IoGetActivityIdThread(VOID);
NTKERNELAPI LPCGUID NTAPI IoSetActivityIdThread(LPCGUID ActivityId);
NTKERNELAPI VOID NTAPI IoClearActivityIdThread(LPCGUID OriginalId);
NTKERNELAPI NTSTATUS NTAPI IoPropagateActivityIdToThread(
    PIRP Irp, LPGUID PropagatedId, LPCGUID *OriginalId);
NTKERNELAPI NTSTATUS NTAPI IoRetrievePriorityInfo(
    PIRP Irp, PFILE_OBJECT FileObject, PETHREAD Thread,
    struct _IO_PRIORITY_INFO *PriorityInfo);
NTKERNELAPI BOOLEAN NTAPI IoIsInitiator32bitProcess(PIRP Irp);
NTKERNELAPI LOGICAL NTAPI IoIsValidIrpStatus(NTSTATUS Status);
NTKERNELAPI NTSTATUS NTAPI IoSynchronousCallDriver(PDEVICE_OBJECT DeviceObject, PIRP Irp);
NTKERNELAPI PIRP NTAPI IoAllocateIrpEx(
    PDEVICE_OBJECT DeviceObject, CCHAR StackSize, BOOLEAN ChargeQuota);
NTKERNELAPI VOID NTAPI IoInitializeIrpEx(
    PIRP Irp, PDEVICE_OBJECT DeviceObject, USHORT PacketSize, CCHAR StackSize);
NTKERNELAPI BOOLEAN NTAPI IoTryQueueWorkItem(
    PIO_WORKITEM IoWorkItem, PIO_WORKITEM_ROUTINE_EX WorkerRoutine, WORK_QUEUE_TYPE QueueType,
    PVOID Context);
NTKERNELAPI NTSTATUS NTAPI IoCreateSystemThread(
    PVOID IoObject, PHANDLE ThreadHandle, ULONG DesiredAccess,
    POBJECT_ATTRIBUTES ObjectAttributes, HANDLE ProcessHandle, CLIENT_ID *ClientId,
    PKSTART_ROUTINE StartRoutine, PVOID StartContext);
NTKERNELAPI VOID NTAPI IoReportInterruptActive(
    struct _IO_REPORT_INTERRUPT_ACTIVE_STATE_PARAMETERS *Parameters);
NTKERNELAPI VOID NTAPI IoReportInterruptInactive(
    struct _IO_REPORT_INTERRUPT_ACTIVE_STATE_PARAMETERS *Parameters);
NTKERNELAPI NTSTATUS NTAPI IoRequestDeviceRemovalForReset(
    PDEVICE_OBJECT PhysicalDeviceObject, ULONG Flags);

/* The whole of a function, as FILE_FLAG and IRP_MN say it */
#ifndef IRP_MN_FLUSH_AND_PURGE
# define IRP_MN_FLUSH_AND_PURGE 0x01
#endif
#define IRP_MN_FLUSH_DATA_ONLY             0x02
#define IRP_MN_FLUSH_NO_SYNC               0x03
#define IRP_MN_FLUSH_DATA_SYNC_ONLY        0x04
#define IRP_MN_NOTIFY_CHANGE_DIRECTORY_EX  0x03
#ifndef FILE_SESSION_AWARE
# define FILE_SESSION_AWARE 0x00040000
#endif
#ifndef FILE_CONTAINS_EXTENDED_CREATE_INFORMATION
# define FILE_CONTAINS_EXTENDED_CREATE_INFORMATION 0x10000000
#endif
#ifndef FILE_PORTABLE_DEVICE
# define FILE_PORTABLE_DEVICE                     0x00040000
# define FILE_REMOTE_DEVICE_VSMB                  0x00080000
# define FILE_DEVICE_REQUIRE_SECURITY_CHECK       0x00100000
# define FILE_CHARACTERISTIC_CSV                  0x00010000
# define FILE_DEVICE_ALLOW_APPCONTAINER_TRAVERSAL 0x00020000
#endif
#ifndef FILE_ATTRIBUTE_INTEGRITY_STREAM
# define FILE_ATTRIBUTE_INTEGRITY_STREAM      0x00008000
# define FILE_ATTRIBUTE_NO_SCRUB_DATA         0x00020000
#endif
#ifndef FILE_ATTRIBUTE_RECALL_ON_DATA_ACCESS
# define FILE_ATTRIBUTE_EA                    0x00040000
# define FILE_ATTRIBUTE_RECALL_ON_OPEN        0x00040000
# define FILE_ATTRIBUTE_PINNED                0x00080000
# define FILE_ATTRIBUTE_UNPINNED              0x00100000
# define FILE_ATTRIBUTE_RECALL_ON_DATA_ACCESS 0x00400000
#endif
#undef FILE_ATTRIBUTE_VALID_FLAGS
#undef FILE_ATTRIBUTE_VALID_SET_FLAGS
#define FILE_ATTRIBUTE_VALID_FLAGS     0x005affb7
#define FILE_ATTRIBUTE_VALID_SET_FLAGS 0x001a31a7
#ifndef FILE_DEVICE_CONSOLE
# define FILE_DEVICE_CONSOLE            0x00000050
# define FILE_DEVICE_NFP                0x00000051
# define FILE_DEVICE_SYSENV             0x00000052
# define FILE_DEVICE_VIRTUAL_BLOCK      0x00000053
# define FILE_DEVICE_POINT_OF_SERVICE   0x00000054
# define FILE_DEVICE_STORAGE_REPLICATION 0x00000055
# define FILE_DEVICE_TRUST_ENV          0x00000056
# define FILE_DEVICE_UCM                0x00000057
# define FILE_DEVICE_UCMTCPCI           0x00000058
# define FILE_DEVICE_PERSISTENT_MEMORY  0x00000059
# define FILE_DEVICE_NVDIMM             0x0000005a
# define FILE_DEVICE_HOLOGRAPHIC        0x0000005b
# define FILE_DEVICE_SDFXHCI            0x0000005c
# define FILE_DEVICE_UCMUCSI            0x0000005d
# define FILE_DEVICE_PRM                0x0000005e
# define FILE_DEVICE_EVENT_COLLECTOR    0x0000005f
# define FILE_DEVICE_USB4               0x00000060
# define FILE_DEVICE_SOUNDWIRE          0x00000061
#endif
#ifndef DO_DEVICE_TO_BE_RESET
# define DO_DEVICE_TO_BE_RESET 0x04000000
# define DO_DAX_VOLUME         0x10000000
#endif

/* Serial buses and GPIO among a device's resources, Windows 8 */
#ifndef FILE_DEVICE_EHSTOR
# define FILE_DEVICE_EHSTOR             0x00000046
# define FILE_DEVICE_DEVAPI             0x00000047
# define FILE_DEVICE_GPIO               0x00000048
# define FILE_DEVICE_USBEX              0x00000049
# define FILE_DEVICE_CONSOLE            0x00000050
# define FILE_DEVICE_NFP                0x00000051
# define FILE_DEVICE_SYSENV             0x00000052
# define FILE_DEVICE_VIRTUAL_BLOCK      0x00000053
# define FILE_DEVICE_POINT_OF_SERVICE   0x00000054
# define FILE_DEVICE_STORAGE_REPLICATION 0x00000055
# define FILE_DEVICE_TRUST_ENV          0x00000056
# define FILE_DEVICE_UCM                0x00000057
# define FILE_DEVICE_UCMTCPCI           0x00000058
# define FILE_DEVICE_PERSISTENT_MEMORY  0x00000059
# define FILE_DEVICE_NVDIMM             0x0000005a
# define FILE_DEVICE_HOLOGRAPHIC        0x0000005b
# define FILE_DEVICE_SDFXHCI            0x0000005c
# define FILE_DEVICE_UCMUCSI            0x0000005d
# define FILE_DEVICE_PRM                0x0000005e
# define FILE_DEVICE_EVENT_COLLECTOR    0x0000005f
# define FILE_DEVICE_USB4               0x00000060
# define FILE_DEVICE_SOUNDWIRE          0x00000061
#endif

#ifndef CmResourceTypeConnection
# define CmResourceTypeConnection 132
#endif
#define CM_RESOURCE_CONNECTION_CLASS_GPIO            0x01
#define CM_RESOURCE_CONNECTION_CLASS_SERIAL          0x02
#define CM_RESOURCE_CONNECTION_CLASS_FUNCTION_CONFIG 0x03
#define CM_RESOURCE_CONNECTION_TYPE_GPIO_IO          0x02
#define CM_RESOURCE_CONNECTION_TYPE_SERIAL_I2C       0x01
#define CM_RESOURCE_CONNECTION_TYPE_SERIAL_SPI       0x02
#define CM_RESOURCE_CONNECTION_TYPE_SERIAL_UART      0x03
#define CM_RESOURCE_CONNECTION_TYPE_FUNCTION_CONFIG  0x01

/* Resetting a device, Windows 10 */
typedef enum _DEVICE_RESET_TYPE {
    FunctionLevelDeviceReset,
    PlatformLevelDeviceReset
} DEVICE_RESET_TYPE;
typedef NTSTATUS NTAPI DEVICE_RESET_HANDLER(
    PVOID InterfaceContext, DEVICE_RESET_TYPE ResetType, ULONG Flags, PVOID ResetParameters);
typedef DEVICE_RESET_HANDLER *PDEVICE_RESET_HANDLER;

typedef VOID NTAPI DRIVER_REINITIALIZE(
    struct _DRIVER_OBJECT *DriverObject, PVOID Context, ULONG Count);

EXTERN_C_END

#if !defined(BitScanForward)
# define BitScanForward _BitScanForward
# define BitScanReverse _BitScanReverse
#endif
#if defined(_WIN64) && !defined(BitScanForward64)
# define BitScanForward64 _BitScanForward64
# define BitScanReverse64 _BitScanReverse64
#endif

#endif
