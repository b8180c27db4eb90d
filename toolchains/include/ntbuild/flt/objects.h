/* ntbuild/flt/objects.h - filters, volumes and instances: finding, enumerating, attaching; ports. */
#ifndef NTBUILD_FLT_OBJECTS_H
#define NTBUILD_FLT_OBJECTS_H

typedef struct _FLT_VOLUME_PROPERTIES {
    DEVICE_TYPE DeviceType;
    ULONG DeviceCharacteristics;
    ULONG DeviceObjectFlags;
    ULONG AlignmentRequirement;
    USHORT SectorSize;
    USHORT Flags;
    UNICODE_STRING FileSystemDriverName;
    UNICODE_STRING FileSystemDeviceName;
    UNICODE_STRING RealDeviceName;
} FLT_VOLUME_PROPERTIES, *PFLT_VOLUME_PROPERTIES;
#define VOL_PROP_FL_DAX_VOLUME 0x00000001

EXTERN_C_START

/* What these return is referenced: FltObjectDereference. */
NTSTATUS FLTAPI FltObjectReference(PVOID FltObject);
VOID FLTAPI FltObjectDereference(PVOID FltObject);
NTSTATUS FLTAPI FltGetFilterFromName(PCUNICODE_STRING FilterName, PFLT_FILTER *RetFilter);
NTSTATUS FLTAPI FltGetVolumeFromName(
    PFLT_FILTER Filter, PCUNICODE_STRING VolumeName, PFLT_VOLUME *RetVolume);
NTSTATUS FLTAPI FltGetVolumeInstanceFromName(
    PFLT_FILTER Filter, PFLT_VOLUME Volume, PCUNICODE_STRING InstanceName,
    PFLT_INSTANCE *RetInstance);
NTSTATUS FLTAPI FltGetVolumeFromInstance(PFLT_INSTANCE Instance, PFLT_VOLUME *RetVolume);
NTSTATUS FLTAPI FltGetFilterFromInstance(PFLT_INSTANCE Instance, PFLT_FILTER *RetFilter);
NTSTATUS FLTAPI FltGetVolumeFromFileObject(
    PFLT_FILTER Filter, PFILE_OBJECT FileObject, PFLT_VOLUME *RetVolume);
NTSTATUS FLTAPI FltGetVolumeFromDeviceObject(
    PFLT_FILTER Filter, PDEVICE_OBJECT DeviceObject, PFLT_VOLUME *RetVolume);
BOOLEAN FLTAPI FltIsFltMgrVolumeDeviceObject(PDEVICE_OBJECT DeviceObject);
NTSTATUS FLTAPI FltGetDeviceObject(PFLT_VOLUME Volume, PDEVICE_OBJECT *DeviceObject);
NTSTATUS FLTAPI FltGetDiskDeviceObject(PFLT_VOLUME Volume, PDEVICE_OBJECT *DiskDeviceObject);
NTSTATUS FLTAPI FltGetLowerInstance(
    PFLT_INSTANCE CurrentInstance, PFLT_INSTANCE *LowerInstance);
NTSTATUS FLTAPI FltGetUpperInstance(
    PFLT_INSTANCE CurrentInstance, PFLT_INSTANCE *UpperInstance);
NTSTATUS FLTAPI FltGetTopInstance(PFLT_VOLUME Volume, PFLT_INSTANCE *Instance);
NTSTATUS FLTAPI FltGetBottomInstance(PFLT_VOLUME Volume, PFLT_INSTANCE *Instance);
LONG FLTAPI FltCompareInstanceAltitudes(PFLT_INSTANCE Instance1, PFLT_INSTANCE Instance2);

NTSTATUS FLTAPI FltGetFilterInformation(
    PFLT_FILTER Filter, FILTER_INFORMATION_CLASS InformationClass, PVOID Buffer, ULONG BufferSize,
    PULONG BytesReturned);
NTSTATUS FLTAPI FltGetInstanceInformation(
    PFLT_INSTANCE Instance, INSTANCE_INFORMATION_CLASS InformationClass, PVOID Buffer,
    ULONG BufferSize, PULONG BytesReturned);
NTSTATUS FLTAPI FltGetVolumeInformation(
    PFLT_VOLUME Volume, FILTER_VOLUME_INFORMATION_CLASS InformationClass, PVOID Buffer,
    ULONG BufferSize, PULONG BytesReturned);
NTSTATUS FLTAPI FltGetVolumeProperties(
    PFLT_VOLUME Volume, PFLT_VOLUME_PROPERTIES VolumeProperties, ULONG VolumePropertiesLength,
    PULONG LengthReturned);
NTSTATUS FLTAPI FltGetVolumeName(
    PFLT_VOLUME Volume, PUNICODE_STRING VolumeName, PULONG BufferSizeNeeded);
NTSTATUS FLTAPI FltGetVolumeGuidName(
    PFLT_VOLUME Volume, PUNICODE_STRING VolumeGuidName, PULONG BufferSizeNeeded);
NTSTATUS FLTAPI FltIsVolumeWritable(PVOID FltObject, PBOOLEAN IsWritable);
NTSTATUS FLTAPI FltIsVolumeSnapshot(PVOID FltObject, PBOOLEAN IsSnapshotVolume);
NTSTATUS FLTAPI FltGetFileSystemType(PVOID FltObject, PFLT_FILESYSTEM_TYPE FileSystemType);
NTSTATUS FLTAPI FltQueryVolumeInformation(
    PFLT_INSTANCE Instance, PIO_STATUS_BLOCK Iosb, PVOID FsInformation, ULONG Length,
    FS_INFORMATION_CLASS FsInformationClass);
NTSTATUS FLTAPI FltSetVolumeInformation(
    PFLT_INSTANCE Instance, PIO_STATUS_BLOCK Iosb, PVOID FsInformation, ULONG Length,
    FS_INFORMATION_CLASS FsInformationClass);

NTSTATUS FLTAPI FltEnumerateFilters(
    PFLT_FILTER *FilterList, ULONG FilterListSize, PULONG NumberFiltersReturned);
NTSTATUS FLTAPI FltEnumerateVolumes(
    PFLT_FILTER Filter, PFLT_VOLUME *VolumeList, ULONG VolumeListSize,
    PULONG NumberVolumesReturned);
NTSTATUS FLTAPI FltEnumerateInstances(
    PFLT_VOLUME Volume, PFLT_FILTER Filter, PFLT_INSTANCE *InstanceList, ULONG InstanceListSize,
    PULONG NumberInstancesReturned);
NTSTATUS FLTAPI FltEnumerateFilterInformation(
    ULONG Index, FILTER_INFORMATION_CLASS InformationClass, PVOID Buffer, ULONG BufferSize,
    PULONG BytesReturned);
NTSTATUS FLTAPI FltEnumerateInstanceInformationByFilter(
    PFLT_FILTER Filter, ULONG Index, INSTANCE_INFORMATION_CLASS InformationClass, PVOID Buffer,
    ULONG BufferSize, PULONG BytesReturned);
NTSTATUS FLTAPI FltEnumerateInstanceInformationByVolume(
    PFLT_VOLUME Volume, ULONG Index, INSTANCE_INFORMATION_CLASS InformationClass, PVOID Buffer,
    ULONG BufferSize, PULONG BytesReturned);
NTSTATUS FLTAPI FltEnumerateInstanceInformationByVolumeName(
    PUNICODE_STRING VolumeName, ULONG Index, INSTANCE_INFORMATION_CLASS InformationClass,
    PVOID Buffer, ULONG BufferSize, PULONG BytesReturned);
NTSTATUS FLTAPI FltEnumerateInstanceInformationByDeviceObject(
    PDEVICE_OBJECT DeviceObject, ULONG Index, INSTANCE_INFORMATION_CLASS InformationClass,
    PVOID Buffer, ULONG BufferSize, PULONG BytesReturned);
NTSTATUS FLTAPI FltEnumerateVolumeInformation(
    PFLT_FILTER Filter, ULONG Index, FILTER_VOLUME_INFORMATION_CLASS InformationClass,
    PVOID Buffer, ULONG BufferSize, PULONG BytesReturned);

NTSTATUS FLTAPI FltAttachVolume(
    PFLT_FILTER Filter, PFLT_VOLUME Volume, PCUNICODE_STRING InstanceName,
    PFLT_INSTANCE *RetInstance);
NTSTATUS FLTAPI FltAttachVolumeAtAltitude(
    PFLT_FILTER Filter, PFLT_VOLUME Volume, PCUNICODE_STRING Altitude,
    PCUNICODE_STRING InstanceName, PFLT_INSTANCE *RetInstance);
NTSTATUS FLTAPI FltDetachVolume(
    PFLT_FILTER Filter, PFLT_VOLUME Volume, PCUNICODE_STRING InstanceName);

/* Ports, which programs open with FilterConnectCommunicationPort */
#define FLT_PORT_CONNECT    0x0001
#define FLT_PORT_ALL_ACCESS (FLT_PORT_CONNECT | STANDARD_RIGHTS_ALL)

typedef NTSTATUS (FLTAPI *PFLT_MESSAGE_NOTIFY)(
    PVOID PortCookie, PVOID InputBuffer, ULONG InputBufferLength, PVOID OutputBuffer,
    ULONG OutputBufferLength, PULONG ReturnOutputBufferLength);
typedef NTSTATUS (FLTAPI *PFLT_CONNECT_NOTIFY)(
    PFLT_PORT ClientPort, PVOID ServerPortCookie, PVOID ConnectionContext, ULONG SizeOfContext,
    PVOID *ConnectionPortCookie);
typedef VOID (FLTAPI *PFLT_DISCONNECT_NOTIFY)(PVOID ConnectionCookie);

NTSTATUS FLTAPI FltCreateCommunicationPort(
    PFLT_FILTER Filter, PFLT_PORT *ServerPort, POBJECT_ATTRIBUTES ObjectAttributes,
    PVOID ServerPortCookie, PFLT_CONNECT_NOTIFY ConnectNotifyCallback,
    PFLT_DISCONNECT_NOTIFY DisconnectNotifyCallback, PFLT_MESSAGE_NOTIFY MessageNotifyCallback,
    LONG MaxConnections);
VOID FLTAPI FltCloseCommunicationPort(PFLT_PORT ServerPort);
VOID FLTAPI FltCloseClientPort(PFLT_FILTER Filter, PFLT_PORT *ClientPort);
NTSTATUS FLTAPI FltSendMessage(
    PFLT_FILTER Filter, PFLT_PORT *ClientPort, PVOID SenderBuffer, ULONG SenderBufferLength,
    PVOID ReplyBuffer, PULONG ReplyLength, PLARGE_INTEGER Timeout);
NTSTATUS FLTAPI FltBuildDefaultSecurityDescriptor(
    PSECURITY_DESCRIPTOR *SecurityDescriptor, ACCESS_MASK DesiredAccess);
VOID FLTAPI FltFreeSecurityDescriptor(PSECURITY_DESCRIPTOR SecurityDescriptor);

EXTERN_C_END

#endif
