/*
 * dispatch.c - ScsiPortWmiDispatchFunction: an SRB_FUNCTION_WMI request becomes a call of the
 * miniport's routine.
 *
 * Source: the WDK's documentation of scsiwmi.h and of the WMI minor IRPs. A routine that is left out
 * is answered as documented: success for enabling and disabling, an error for all others.
 */
#include "wnodes.h"

typedef struct {
    PSCSI_WMILIB_CONTEXT Library;
    PVOID Device;
    PSCSIWMI_REQUEST_CONTEXT Context;
    ULONG GuidIndex;
} REQUEST;

/* The SRB status of a request that does not reach the miniport. */
static UCHAR Finish(PSCSIWMI_REQUEST_CONTEXT Context, UCHAR Status, ULONG Size)
{
    Context->ReturnStatus = Status;
    Context->ReturnSize = Size;
    return Status;
}

static BOOLEAN SameGuid(const GUID *Left, const GUID *Right)
{
    return RtlCompareMemory(Left, Right, sizeof(GUID)) == sizeof(GUID);
}

static BOOLEAN FindGuid(PSCSI_WMILIB_CONTEXT Library, const GUID *Guid, PULONG Index)
{
    for (*Index = 0; *Index < Library->GuidCount; ++*Index)
        if (SameGuid(Library->GuidList[*Index].Guid, Guid))
            return TRUE;
    return FALSE;
}

/* Whether Length bytes from Offset on lie in the buffer. */
static BOOLEAN InBuffer(const REQUEST *Request, ULONG Offset, ULONG Length)
{
    ULONG Size = Request->Context->BufferSize;

    return Offset <= Size && Length <= Size - Offset;
}

/* An instance by its number, or BY_NAME. */
static BOOLEAN FindInstance(const REQUEST *Request, ULONG Given, PULONG Instance)
{
    const SCSIWMIGUIDREGINFO *Block = &Request->Library->GuidList[Request->GuidIndex];
    PWNODE_HEADER Header = (PWNODE_HEADER)Request->Context->Buffer;

    if (Block->Flags & WMIREG_FLAG_CALL_BY_NAME) {
        *Instance = BY_NAME;
        return TRUE;
    }
    *Instance = Given;
    return (Header->Flags & (WNODE_FLAG_STATIC_INSTANCE_NAMES | WNODE_FLAG_PDO_INSTANCE_NAMES)) &&
           Given < Block->InstanceCount;
}

static UCHAR QueryAllData(const REQUEST *Request)
{
    PSCSIWMI_REQUEST_CONTEXT Context = Request->Context;
    PWNODE_ALL_DATA Node = (PWNODE_ALL_DATA)Context->Buffer;
    const SCSIWMIGUIDREGINFO *Block = &Request->Library->GuidList[Request->GuidIndex];
    ULONG Lengths = FIELD_OFFSET(WNODE_ALL_DATA, OffsetInstanceDataAndLength);
    BOOLEAN Fits;

    if (Request->Library->QueryWmiDataBlock == NULL || Context->BufferSize < sizeof(*Node))
        return Finish(Context, SRB_STATUS_ERROR, 0);
    Node->WnodeHeader.Flags &= ~WNODE_FLAG_FIXED_INSTANCE_SIZE;
    Node->OffsetInstanceNameOffsets = 0;
    if (Block->Flags & WMIREG_FLAG_CALL_BY_NAME) {
        /* ScsiPortWmiSetInstanceCount lays the WNODE out. */
        Node->InstanceCount = 0;
        return (UCHAR)Request->Library->QueryWmiDataBlock(
            Request->Device, Context, Request->GuidIndex, 0, BY_NAME, NULL, 0, NULL);
    }
    Node->InstanceCount = Block->InstanceCount;
    Node->DataBlockOffset =
        ALIGN8(Lengths + Block->InstanceCount * (ULONG)sizeof(OFFSETINSTANCEDATAANDLENGTH));
    Fits = Node->DataBlockOffset <= Context->BufferSize;
    return (UCHAR)Request->Library->QueryWmiDataBlock(
        Request->Device, Context, Request->GuidIndex, 0, Block->InstanceCount,
        Fits ? (PULONG)Node->OffsetInstanceDataAndLength : NULL,
        Fits ? Context->BufferSize - Node->DataBlockOffset : 0,
        Fits ? Context->Buffer + Node->DataBlockOffset : NULL);
}

static UCHAR QuerySingleInstance(const REQUEST *Request)
{
    PSCSIWMI_REQUEST_CONTEXT Context = Request->Context;
    PWNODE_SINGLE_INSTANCE Node = (PWNODE_SINGLE_INSTANCE)Context->Buffer;
    ULONG Instance;
    BOOLEAN Fits;

    if (Request->Library->QueryWmiDataBlock == NULL ||
        Context->BufferSize < FIELD_OFFSET(WNODE_SINGLE_INSTANCE, VariableData) ||
        !FindInstance(Request, Node->InstanceIndex, &Instance))
        return Finish(Context, SRB_STATUS_ERROR, 0);
    Fits = Node->DataBlockOffset <= Context->BufferSize;
    return (UCHAR)Request->Library->QueryWmiDataBlock(
        Request->Device, Context, Request->GuidIndex, Instance, 1,
        Fits ? &Node->SizeDataBlock : NULL,
        Fits ? Context->BufferSize - Node->DataBlockOffset : 0,
        Fits ? Context->Buffer + Node->DataBlockOffset : NULL);
}

static UCHAR ChangeSingleInstance(const REQUEST *Request)
{
    PSCSIWMI_REQUEST_CONTEXT Context = Request->Context;
    PWNODE_SINGLE_INSTANCE Node = (PWNODE_SINGLE_INSTANCE)Context->Buffer;
    ULONG Instance;

    if (Request->Library->SetWmiDataBlock == NULL ||
        Context->BufferSize < FIELD_OFFSET(WNODE_SINGLE_INSTANCE, VariableData) ||
        !FindInstance(Request, Node->InstanceIndex, &Instance) ||
        !InBuffer(Request, Node->DataBlockOffset, Node->SizeDataBlock))
        return Finish(Context, SRB_STATUS_ERROR, 0);
    return (UCHAR)Request->Library->SetWmiDataBlock(
        Request->Device, Context, Request->GuidIndex, Instance, Node->SizeDataBlock,
        Context->Buffer + Node->DataBlockOffset);
}

static UCHAR ChangeSingleItem(const REQUEST *Request)
{
    PSCSIWMI_REQUEST_CONTEXT Context = Request->Context;
    PWNODE_SINGLE_ITEM Node = (PWNODE_SINGLE_ITEM)Context->Buffer;
    ULONG Instance;

    if (Request->Library->SetWmiDataItem == NULL ||
        Context->BufferSize < FIELD_OFFSET(WNODE_SINGLE_ITEM, VariableData) ||
        !FindInstance(Request, Node->InstanceIndex, &Instance) ||
        !InBuffer(Request, Node->DataBlockOffset, Node->SizeDataItem))
        return Finish(Context, SRB_STATUS_ERROR, 0);
    return (UCHAR)Request->Library->SetWmiDataItem(
        Request->Device, Context, Request->GuidIndex, Instance, Node->ItemId, Node->SizeDataItem,
        Context->Buffer + Node->DataBlockOffset);
}

static UCHAR ExecuteMethod(const REQUEST *Request)
{
    PSCSIWMI_REQUEST_CONTEXT Context = Request->Context;
    PWNODE_METHOD_ITEM Node = (PWNODE_METHOD_ITEM)Context->Buffer;
    ULONG Instance;

    if (Request->Library->ExecuteWmiMethod == NULL ||
        Context->BufferSize < FIELD_OFFSET(WNODE_METHOD_ITEM, VariableData) ||
        !FindInstance(Request, Node->InstanceIndex, &Instance) ||
        !InBuffer(Request, Node->DataBlockOffset, Node->SizeDataBlock))
        return Finish(Context, SRB_STATUS_ERROR, 0);
    return (UCHAR)Request->Library->ExecuteWmiMethod(
        Request->Device, Context, Request->GuidIndex, Instance, Node->MethodId,
        Node->SizeDataBlock, Context->BufferSize - Node->DataBlockOffset,
        Context->Buffer + Node->DataBlockOffset);
}

static UCHAR Control(
    const REQUEST *Request, SCSIWMI_ENABLE_DISABLE_CONTROL Function, BOOLEAN Enable)
{
    if (Request->Library->WmiFunctionControl == NULL)
        return Finish(Request->Context, SRB_STATUS_SUCCESS, 0);
    return (UCHAR)Request->Library->WmiFunctionControl(
        Request->Device, Request->Context, Request->GuidIndex, Function, Enable);
}

/*
 * A WMIREGINFOW with the blocks and the name of the MOF resource as a counted string. Instance names
 * are the port driver's to add. A buffer that is too small gets the size as a ULONG.
 */
static UCHAR Register(const REQUEST *Request)
{
    PSCSIWMI_REQUEST_CONTEXT Context = Request->Context;
    PSCSI_WMILIB_CONTEXT Library = Request->Library;
    PWMIREGINFOW Info = (PWMIREGINFOW)Context->Buffer;
    PWCHAR Name = NULL;
    ULONG Blocks = FIELD_OFFSET(WMIREGINFOW, WmiRegGuid);
    ULONG Length = 0, Needed, Index;
    UCHAR Status;

    if (Library->QueryWmiRegInfo == NULL || Context->BufferSize < sizeof(ULONG))
        return Finish(Context, SRB_STATUS_ERROR, 0);
    Status = Library->QueryWmiRegInfo(Request->Device, Context, &Name);
    if (Status != SRB_STATUS_SUCCESS)
        return Finish(Context, Status, 0);
    while (Name != NULL && Name[Length] != 0)
        Length++;
    Length *= sizeof(WCHAR);
    Blocks += Library->GuidCount * (ULONG)sizeof(WMIREGGUIDW);
    Needed = Blocks + (Name != NULL ? (ULONG)sizeof(USHORT) + Length : 0);
    if (Needed > Context->BufferSize) {
        *(PULONG)Context->Buffer = Needed;
        return Finish(Context, SRB_STATUS_DATA_OVERRUN, sizeof(ULONG));
    }
    RtlZeroMemory(Info, Needed);
    Info->BufferSize = Needed;
    Info->GuidCount = Library->GuidCount;
    for (Index = 0; Index < Library->GuidCount; Index++) {
        Info->WmiRegGuid[Index].Guid = *Library->GuidList[Index].Guid;
        Info->WmiRegGuid[Index].Flags = Library->GuidList[Index].Flags;
        Info->WmiRegGuid[Index].InstanceCount = Library->GuidList[Index].InstanceCount;
    }
    if (Name != NULL) {
        Info->MofResourceName = Blocks;
        *(PUSHORT)(Context->Buffer + Blocks) = (USHORT)Length;
        RtlCopyMemory(Context->Buffer + Blocks + sizeof(USHORT), Name, Length);
    }
    return Finish(Context, SRB_STATUS_SUCCESS, Needed);
}

static UCHAR Dispatch(const REQUEST *Request, UCHAR MinorFunction)
{
    switch (MinorFunction) {
    case IRP_MN_QUERY_ALL_DATA:
        return QueryAllData(Request);
    case IRP_MN_QUERY_SINGLE_INSTANCE:
        return QuerySingleInstance(Request);
    case IRP_MN_CHANGE_SINGLE_INSTANCE:
        return ChangeSingleInstance(Request);
    case IRP_MN_CHANGE_SINGLE_ITEM:
        return ChangeSingleItem(Request);
    case IRP_MN_EXECUTE_METHOD:
        return ExecuteMethod(Request);
    case IRP_MN_ENABLE_EVENTS:
        return Control(Request, ScsiWmiEventControl, TRUE);
    case IRP_MN_DISABLE_EVENTS:
        return Control(Request, ScsiWmiEventControl, FALSE);
    case IRP_MN_ENABLE_COLLECTION:
        return Control(Request, ScsiWmiDataBlockControl, TRUE);
    case IRP_MN_DISABLE_COLLECTION:
        return Control(Request, ScsiWmiDataBlockControl, FALSE);
    default:
        return Finish(Request->Context, SRB_STATUS_INVALID_REQUEST, 0);
    }
}

BOOLEAN NTAPI ScsiPortWmiDispatchFunction(
    PSCSI_WMILIB_CONTEXT WmiLibInfo, UCHAR MinorFunction, PVOID DeviceContext,
    PSCSIWMI_REQUEST_CONTEXT RequestContext, PVOID DataPath, ULONG BufferSize, PVOID Buffer)
{
    REQUEST Request;

    Request.Library = WmiLibInfo;
    Request.Device = DeviceContext;
    Request.Context = RequestContext;
    Request.GuidIndex = 0;
    RequestContext->MinorFunction = MinorFunction;
    RequestContext->BufferSize = BufferSize;
    RequestContext->Buffer = (PUCHAR)Buffer;
    RequestContext->ReturnStatus = SRB_STATUS_ERROR;
    RequestContext->ReturnSize = 0;
    if (Buffer == NULL && BufferSize != 0)
        return FALSE;
    if (MinorFunction == IRP_MN_REGINFO || MinorFunction == IRP_MN_REGINFO_EX)
        return Register(&Request) == SRB_STATUS_PENDING;
    if (DataPath == NULL || !FindGuid(WmiLibInfo, (const GUID *)DataPath, &Request.GuidIndex))
        return FALSE;
    return Dispatch(&Request, MinorFunction) == SRB_STATUS_PENDING;
}
