/*
 * post_process.c - ScsiPortWmiPostProcess: the miniport's answer becomes a WNODE.
 *
 * When the answer does not fit, the WNODE says how much it needs (WNODE_TOO_SMALL), and that is
 * success: WMI then asks again with a larger buffer.
 */
#include "wnodes.h"

/*
 * The miniport wrote one length per instance, a ULONG each; they become pairs of offset and length,
 * each twice as long: from the last to the first none is overwritten before it is read.
 */
static VOID ExpandLengths(PWNODE_ALL_DATA Node)
{
    PULONG Lengths = (PULONG)Node->OffsetInstanceDataAndLength;
    ULONG Index, Offset;

    for (Index = Node->InstanceCount; Index-- != 0;)
        Node->OffsetInstanceDataAndLength[Index].LengthInstanceData = Lengths[Index];
    for (Index = 0, Offset = Node->DataBlockOffset; Index < Node->InstanceCount; Index++) {
        Node->OffsetInstanceDataAndLength[Index].OffsetInstanceData = Offset;
        Offset = ALIGN8(Offset + Node->OffsetInstanceDataAndLength[Index].LengthInstanceData);
    }
}

/* Bytes that the whole WNODE takes, for those that answer with data; 0 for the others. */
static ULONG SizeOfAnswer(PSCSIWMI_REQUEST_CONTEXT Context, ULONG BufferUsed)
{
    switch (Context->MinorFunction) {
    case IRP_MN_QUERY_ALL_DATA: {
        PWNODE_ALL_DATA Node = (PWNODE_ALL_DATA)Context->Buffer;

        /* With names, the miniport counted the whole WNODE. */
        return Node->OffsetInstanceNameOffsets != 0 ? BufferUsed
                                                    : Node->DataBlockOffset + BufferUsed;
    }
    case IRP_MN_QUERY_SINGLE_INSTANCE:
        return ((PWNODE_SINGLE_INSTANCE)Context->Buffer)->DataBlockOffset + BufferUsed;
    case IRP_MN_EXECUTE_METHOD:
        return ((PWNODE_METHOD_ITEM)Context->Buffer)->DataBlockOffset + BufferUsed;
    default:
        return 0;
    }
}

static VOID TooSmall(PSCSIWMI_REQUEST_CONTEXT Context, ULONG Needed)
{
    PWNODE_TOO_SMALL Node = (PWNODE_TOO_SMALL)Context->Buffer;

    if (Context->BufferSize < sizeof(*Node)) {
        Context->ReturnStatus = SRB_STATUS_ERROR;
        return;
    }
    Node->WnodeHeader.BufferSize = sizeof(*Node);
    Node->WnodeHeader.Flags |= WNODE_FLAG_TOO_SMALL;
    Node->SizeNeeded = Needed;
    Context->ReturnStatus = SRB_STATUS_SUCCESS;
    Context->ReturnSize = sizeof(*Node);
}

VOID NTAPI ScsiPortWmiPostProcess(
    PSCSIWMI_REQUEST_CONTEXT RequestContext, UCHAR SrbStatus, ULONG BufferUsed)
{
    PWNODE_HEADER Header = (PWNODE_HEADER)RequestContext->Buffer;
    ULONG Size;

    RequestContext->ReturnStatus = SrbStatus;
    RequestContext->ReturnSize = 0;
    if (SrbStatus != SRB_STATUS_SUCCESS && SrbStatus != SRB_STATUS_DATA_OVERRUN)
        return;
    Size = SizeOfAnswer(RequestContext, BufferUsed);
    if (Size == 0)
        return;
    if (SrbStatus == SRB_STATUS_DATA_OVERRUN || Size > RequestContext->BufferSize) {
        TooSmall(RequestContext, Size);
        return;
    }
    if (RequestContext->MinorFunction == IRP_MN_QUERY_ALL_DATA) {
        PWNODE_ALL_DATA Node = (PWNODE_ALL_DATA)Header;

        if (Node->OffsetInstanceNameOffsets == 0)
            ExpandLengths(Node);
    } else if (RequestContext->MinorFunction == IRP_MN_QUERY_SINGLE_INSTANCE) {
        ((PWNODE_SINGLE_INSTANCE)Header)->SizeDataBlock = BufferUsed;
    } else {
        ((PWNODE_METHOD_ITEM)Header)->SizeDataBlock = BufferUsed;
    }
    Header->BufferSize = Size;
    RequestContext->ReturnSize = Size;
}
