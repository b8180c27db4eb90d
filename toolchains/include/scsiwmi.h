/*
 * scsiwmi.h - WMI for miniports: SRB_FUNCTION_WMI requests become calls of the miniport's routines.
 *
 * After storport.h or srb.h; the functions are those of the library scsiwmi. mingw-w64's packs
 * SCSIWMI_REQUEST_CONTEXT to 4 bytes, so that it is too short on 64-bit machines.
 */
#ifndef NTBUILD_SCSIWMI_H
#define NTBUILD_SCSIWMI_H

#include <ntddk.h>

#ifdef __cplusplus
extern "C" {
#endif

/* What belongs to a request until ScsiPortWmiPostProcess has been called; in the SRB extension. */
typedef struct {
    PVOID UserContext;
    ULONG BufferSize;
    PUCHAR Buffer;
    UCHAR MinorFunction;
    UCHAR ReturnStatus;
    ULONG ReturnSize;
} SCSIWMI_REQUEST_CONTEXT, *PSCSIWMI_REQUEST_CONTEXT;

/* SCSIWMIGUIDREGINFO.Flags: instances are known by name, not by number. */
#define WMIREG_FLAG_CALL_BY_NAME 0x40000000

typedef struct {
    LPCGUID Guid;
    ULONG InstanceCount;
    ULONG Flags;
} SCSIWMIGUIDREGINFO, *PSCSIWMIGUIDREGINFO;

typedef enum {
    ScsiWmiEventControl,
    ScsiWmiDataBlockControl
} SCSIWMI_ENABLE_DISABLE_CONTROL;

/* Routines of the miniport; what they return is an SRB status, SRB_STATUS_PENDING among them. */
typedef UCHAR NTAPI SCSIWMI_QUERY_REGINFO(
    PVOID DeviceContext, PSCSIWMI_REQUEST_CONTEXT RequestContext, PWCHAR *MofResourceName);
typedef BOOLEAN NTAPI SCSIWMI_QUERY_DATABLOCK(
    PVOID Context, PSCSIWMI_REQUEST_CONTEXT DispatchContext, ULONG GuidIndex, ULONG InstanceIndex,
    ULONG InstanceCount, PULONG InstanceLengthArray, ULONG BufferAvail, PUCHAR Buffer);
typedef BOOLEAN NTAPI SCSIWMI_SET_DATABLOCK(
    PVOID DeviceContext, PSCSIWMI_REQUEST_CONTEXT RequestContext, ULONG GuidIndex,
    ULONG InstanceIndex, ULONG BufferSize, PUCHAR Buffer);
typedef BOOLEAN NTAPI SCSIWMI_SET_DATAITEM(
    PVOID DeviceContext, PSCSIWMI_REQUEST_CONTEXT RequestContext, ULONG GuidIndex,
    ULONG InstanceIndex, ULONG DataItemId, ULONG BufferSize, PUCHAR Buffer);
typedef BOOLEAN NTAPI SCSIWMI_EXECUTE_METHOD(
    PVOID DeviceContext, PSCSIWMI_REQUEST_CONTEXT RequestContext, ULONG GuidIndex,
    ULONG InstanceIndex, ULONG MethodId, ULONG InBufferSize, ULONG OutBufferSize, PUCHAR Buffer);
typedef BOOLEAN NTAPI SCSIWMI_FUNCTION_CONTROL(
    PVOID DeviceContext, PSCSIWMI_REQUEST_CONTEXT RequestContext, ULONG GuidIndex,
    SCSIWMI_ENABLE_DISABLE_CONTROL Function, BOOLEAN Enable);

typedef SCSIWMI_QUERY_REGINFO *PSCSIWMI_QUERY_REGINFO;
typedef SCSIWMI_QUERY_DATABLOCK *PSCSIWMI_QUERY_DATABLOCK;
typedef SCSIWMI_SET_DATABLOCK *PSCSIWMI_SET_DATABLOCK;
typedef SCSIWMI_SET_DATAITEM *PSCSIWMI_SET_DATAITEM;
typedef SCSIWMI_EXECUTE_METHOD *PSCSIWMI_EXECUTE_METHOD;
typedef SCSIWMI_FUNCTION_CONTROL *PSCSIWMI_FUNCTION_CONTROL;

typedef struct _SCSIWMILIB_CONTEXT {
    ULONG GuidCount;
    PSCSIWMIGUIDREGINFO GuidList;
    PSCSIWMI_QUERY_REGINFO QueryWmiRegInfo;
    PSCSIWMI_QUERY_DATABLOCK QueryWmiDataBlock;
    PSCSIWMI_SET_DATABLOCK SetWmiDataBlock;
    PSCSIWMI_SET_DATAITEM SetWmiDataItem;
    PSCSIWMI_EXECUTE_METHOD ExecuteWmiMethod;
    PSCSIWMI_FUNCTION_CONTROL WmiFunctionControl;
} SCSI_WMILIB_CONTEXT, *PSCSI_WMILIB_CONTEXT;

/* True when the request is pending. */
BOOLEAN NTAPI ScsiPortWmiDispatchFunction(
    PSCSI_WMILIB_CONTEXT WmiLibInfo, UCHAR MinorFunction, PVOID DeviceContext,
    PSCSIWMI_REQUEST_CONTEXT RequestContext, PVOID DataPath, ULONG BufferSize, PVOID Buffer);
VOID NTAPI ScsiPortWmiPostProcess(
    PSCSIWMI_REQUEST_CONTEXT RequestContext, UCHAR SrbStatus, ULONG BufferUsed);

/* EventData begins with 0x40 bytes that the library fills in. */
VOID NTAPI ScsiPortWmiFireLogicalUnitEvent(
    PVOID HwDeviceExtension, UCHAR PathId, UCHAR TargetId, UCHAR Lun, LPGUID Guid,
    ULONG InstanceIndex, ULONG EventDataSize, PVOID EventData);

/* All data of a block whose instances have names: the count first, then names and data in any order. */
PWCHAR NTAPI ScsiPortWmiGetInstanceName(PSCSIWMI_REQUEST_CONTEXT RequestContext);
BOOLEAN NTAPI ScsiPortWmiSetInstanceCount(
    PSCSIWMI_REQUEST_CONTEXT RequestContext, ULONG InstanceCount, PULONG BufferAvail,
    PULONG SizeNeeded);
PWCHAR NTAPI ScsiPortWmiSetInstanceName(
    PSCSIWMI_REQUEST_CONTEXT RequestContext, ULONG InstanceIndex, ULONG InstanceNameLength,
    PULONG BufferAvail, PULONG SizeNeeded);
PVOID NTAPI ScsiPortWmiSetData(
    PSCSIWMI_REQUEST_CONTEXT RequestContext, ULONG InstanceIndex, ULONG DataLength,
    PULONG BufferAvail, PULONG SizeNeeded);

#define ScsiPortWmiFireAdapterEvent( \
    HwDeviceExtension, Guid, InstanceIndex, EventDataSize, EventData) \
    ScsiPortWmiFireLogicalUnitEvent( \
        HwDeviceExtension, 0xff, 0, 0, Guid, InstanceIndex, EventDataSize, EventData)
#define ScsiPortWmiGetReturnSize(RequestContext)   ((RequestContext)->ReturnSize)
#define ScsiPortWmiGetReturnStatus(RequestContext) ((RequestContext)->ReturnStatus)

#ifdef __cplusplus
}
#endif

#endif
