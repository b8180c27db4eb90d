/*
 * instances.c - blocks whose instances have names: the miniport lays the WNODE_ALL_DATA out itself.
 *
 * First ScsiPortWmiSetInstanceCount, then names and data in any order; each takes its room from the
 * end of what the last one took. BufferAvail is what is left, SizeNeeded what all of it takes: once
 * the buffer is full BufferAvail is 0 and only SizeNeeded goes on counting.
 */
#include "wnodes.h"

static PWNODE_ALL_DATA AllData(PSCSIWMI_REQUEST_CONTEXT Context)
{
    PWNODE_ALL_DATA Node = (PWNODE_ALL_DATA)Context->Buffer;

    if (Context->MinorFunction != IRP_MN_QUERY_ALL_DATA || Context->BufferSize < sizeof(*Node))
        return NULL;
    return Node;
}

PWCHAR NTAPI ScsiPortWmiGetInstanceName(PSCSIWMI_REQUEST_CONTEXT RequestContext)
{
    /* OffsetInstanceName stands at one place in all WNODEs of a single instance. */
    PWNODE_SINGLE_INSTANCE Node = (PWNODE_SINGLE_INSTANCE)RequestContext->Buffer;
    ULONG Offset, Size = RequestContext->BufferSize;

    switch (RequestContext->MinorFunction) {
    case IRP_MN_QUERY_SINGLE_INSTANCE:
    case IRP_MN_CHANGE_SINGLE_INSTANCE:
    case IRP_MN_CHANGE_SINGLE_ITEM:
    case IRP_MN_EXECUTE_METHOD:
        break;
    default:
        return NULL;
    }
    if (Size < FIELD_OFFSET(WNODE_SINGLE_INSTANCE, VariableData))
        return NULL;
    Offset = Node->OffsetInstanceName;
    if (Offset > Size || Size - Offset < sizeof(USHORT) ||
        Size - Offset - sizeof(USHORT) < *(PUSHORT)(RequestContext->Buffer + Offset))
        return NULL;
    return (PWCHAR)(RequestContext->Buffer + Offset);
}

BOOLEAN NTAPI ScsiPortWmiSetInstanceCount(
    PSCSIWMI_REQUEST_CONTEXT RequestContext, ULONG InstanceCount, PULONG BufferAvail,
    PULONG SizeNeeded)
{
    PWNODE_ALL_DATA Node = AllData(RequestContext);
    ULONG Pairs = FIELD_OFFSET(WNODE_ALL_DATA, OffsetInstanceDataAndLength);
    ULONG Names, End;

    if (Node == NULL || InstanceCount > MAXUSHORT)
        return FALSE;
    Names = Pairs + InstanceCount * (ULONG)sizeof(OFFSETINSTANCEDATAANDLENGTH);
    End = ALIGN8(Names + InstanceCount * (ULONG)sizeof(ULONG));
    *SizeNeeded = End;
    *BufferAvail = 0;
    Node->OffsetInstanceNameOffsets = Names;
    if (End > RequestContext->BufferSize)
        return TRUE;
    RtlZeroMemory(RequestContext->Buffer + Pairs, End - Pairs);
    Node->InstanceCount = InstanceCount;
    Node->DataBlockOffset = End;
    *BufferAvail = RequestContext->BufferSize - End;
    return TRUE;
}

/* Room for Length bytes at SizeNeeded rounded up to Alignment; NULL when there is none. */
static PUCHAR Take(
    PSCSIWMI_REQUEST_CONTEXT Context, ULONG Alignment, ULONG Length, PULONG BufferAvail,
    PULONG SizeNeeded)
{
    ULONG Start = (*SizeNeeded + Alignment - 1) & ~(Alignment - 1);
    ULONG Padding = Start - *SizeNeeded;

    *SizeNeeded = Start + Length;
    if (*BufferAvail < Padding || *BufferAvail - Padding < Length) {
        *BufferAvail = 0;
        return NULL;
    }
    *BufferAvail -= Padding + Length;
    return Context->Buffer + Start;
}

/* Where the characters go; the length before them is written here. */
PWCHAR NTAPI ScsiPortWmiSetInstanceName(
    PSCSIWMI_REQUEST_CONTEXT RequestContext, ULONG InstanceIndex, ULONG InstanceNameLength,
    PULONG BufferAvail, PULONG SizeNeeded)
{
    PWNODE_ALL_DATA Node = AllData(RequestContext);
    PULONG Offsets;
    PUCHAR Name;

    if (Node == NULL || InstanceNameLength > MAXUSHORT)
        return NULL;
    Name = Take(
        RequestContext, sizeof(USHORT), sizeof(USHORT) + InstanceNameLength, BufferAvail,
        SizeNeeded);
    if (Name == NULL || InstanceIndex >= Node->InstanceCount)
        return NULL;
    Offsets = (PULONG)(RequestContext->Buffer + Node->OffsetInstanceNameOffsets);
    Offsets[InstanceIndex] = (ULONG)(Name - RequestContext->Buffer);
    *(PUSHORT)Name = (USHORT)InstanceNameLength;
    return (PWCHAR)(Name + sizeof(USHORT));
}

PVOID NTAPI ScsiPortWmiSetData(
    PSCSIWMI_REQUEST_CONTEXT RequestContext, ULONG InstanceIndex, ULONG DataLength,
    PULONG BufferAvail, PULONG SizeNeeded)
{
    PWNODE_ALL_DATA Node = AllData(RequestContext);
    PUCHAR Data;

    if (Node == NULL)
        return NULL;
    Data = Take(RequestContext, 8, DataLength, BufferAvail, SizeNeeded);
    if (Data == NULL || InstanceIndex >= Node->InstanceCount)
        return NULL;
    Node->OffsetInstanceDataAndLength[InstanceIndex].OffsetInstanceData =
        (ULONG)(Data - RequestContext->Buffer);
    Node->OffsetInstanceDataAndLength[InstanceIndex].LengthInstanceData = DataLength;
    return Data;
}
