/*
 * fire_event.c - ScsiPortWmiFireLogicalUnitEvent: an event as a WNODE_SINGLE_INSTANCE of 0x40 bytes
 * before its data.
 *
 * The port driver copies the WNODE, adds its provider id and hands it to WMI, which frees the copy.
 */
#include "wnodes.h"

C_ASSERT(FIELD_OFFSET(WNODE_SINGLE_INSTANCE, VariableData) == 0x40);

VOID NTAPI ScsiPortWmiFireLogicalUnitEvent(
    PVOID HwDeviceExtension, UCHAR PathId, UCHAR TargetId, UCHAR Lun, LPGUID Guid,
    ULONG InstanceIndex, ULONG EventDataSize, PVOID EventData)
{
    PWNODE_SINGLE_INSTANCE Node = (PWNODE_SINGLE_INSTANCE)EventData;
    ULONG Header = FIELD_OFFSET(WNODE_SINGLE_INSTANCE, VariableData);

    RtlZeroMemory(Node, Header);
    Node->WnodeHeader.BufferSize = Header + EventDataSize;
    Node->WnodeHeader.Version = 1;
    KeQuerySystemTime(&Node->WnodeHeader.TimeStamp);
    Node->WnodeHeader.Guid = *Guid;
    Node->WnodeHeader.Flags =
        WNODE_FLAG_SINGLE_INSTANCE | WNODE_FLAG_EVENT_ITEM | WNODE_FLAG_STATIC_INSTANCE_NAMES;
    Node->InstanceIndex = InstanceIndex;
    Node->DataBlockOffset = Header;
    Node->SizeDataBlock = EventDataSize;
    ScsiPortNotification(WMIEvent, HwDeviceExtension, Node, PathId, TargetId, Lun);
}
