/*
 * scsiwmi_requests - the library scsiwmi, with a miniport's routines and WNODEs made up, as a driver.
 * Prints "scsiwmi_requests: N right, 0 wrong", and a line for each wrong one.
 */
#include <ntddk.h>
#include <srb.h>
#include <wmistr.h>
#include <scsiwmi.h>

#define PROGRAM "scsiwmi_requests"
#include "checks.h"

static GUID Numbered = {1, 2, 3, {4, 5, 6, 7, 8, 9, 10, 11}};
static GUID Named = {2, 2, 3, {4, 5, 6, 7, 8, 9, 10, 11}};
static GUID Unknown = {3, 2, 3, {4, 5, 6, 7, 8, 9, 10, 11}};
static SCSIWMIGUIDREGINFO Blocks[] = {
    {&Numbered, 3, WMIREG_FLAG_EXPENSIVE},
    {&Named, 2, WMIREG_FLAG_CALL_BY_NAME},
};
static ULONGLONG Storage[64];
static PUCHAR Buffer = (PUCHAR)Storage;
static SCSIWMI_REQUEST_CONTEXT Context;
static ULONG Seen[8];
static PVOID EventNode;

/* storport.sys exports it; here it keeps what it is given. */
VOID __cdecl ScsiPortNotification(SCSI_NOTIFICATION_TYPE Type, PVOID Extension, ...)
{
    va_list Arguments;

    va_start(Arguments, Extension);
    EventNode = va_arg(Arguments, PVOID);
    Seen[0] = Type;
    Seen[1] = va_arg(Arguments, int);
    Seen[2] = va_arg(Arguments, int);
    Seen[3] = va_arg(Arguments, int);
    va_end(Arguments);
}

static UCHAR NTAPI RegInfo(PVOID Device, PSCSIWMI_REQUEST_CONTEXT Request, PWCHAR *Mof)
{
    UNREFERENCED_PARAMETER(Device);
    UNREFERENCED_PARAMETER(Request);
    *Mof = L"Mof";
    return SRB_STATUS_SUCCESS;
}

/* Instances of 4, 5 and 6 bytes, 8 bytes apart. */
static BOOLEAN Instances(
    PSCSIWMI_REQUEST_CONTEXT Request, ULONG First, ULONG Count, PULONG Lengths, ULONG Room,
    PUCHAR Data)
{
    ULONG Index, Used = (Count - 1) * 8 + 4 + First + Count - 1;

    if (Room < Used) {
        ScsiPortWmiPostProcess(Request, SRB_STATUS_DATA_OVERRUN, Used);
        return SRB_STATUS_DATA_OVERRUN;
    }
    for (Index = 0; Index < Count; Index++) {
        Lengths[Index] = 4 + First + Index;
        RtlFillMemory(Data + Index * 8, Lengths[Index], (UCHAR)('a' + First + Index));
    }
    ScsiPortWmiPostProcess(Request, SRB_STATUS_SUCCESS, Used);
    return SRB_STATUS_SUCCESS;
}

static BOOLEAN AllByName(PSCSIWMI_REQUEST_CONTEXT Request)
{
    ULONG Room = 0, Needed = 0, Index;

    CHECK(ScsiPortWmiSetInstanceCount(Request, 2, &Room, &Needed));
    for (Index = 0; Index < 2; Index++) {
        PWCHAR Name = ScsiPortWmiSetInstanceName(Request, Index, 4, &Room, &Needed);
        PUCHAR Data = (PUCHAR)ScsiPortWmiSetData(Request, Index, 3, &Room, &Needed);

        if (Name != NULL)
            Name[0] = 'N', Name[1] = (WCHAR)('0' + Index);
        if (Data != NULL)
            RtlFillMemory(Data, 3, (UCHAR)('x' + Index));
    }
    ScsiPortWmiPostProcess(
        Request, Room == 0 ? SRB_STATUS_DATA_OVERRUN : SRB_STATUS_SUCCESS, Needed);
    return SRB_STATUS_SUCCESS;
}

static BOOLEAN NTAPI Query(
    PVOID Device, PSCSIWMI_REQUEST_CONTEXT Request, ULONG Guid, ULONG Instance, ULONG Count,
    PULONG Lengths, ULONG Room, PUCHAR Data)
{
    CHECK(Device == &Context);
    if (Guid == 0)
        return Instances(Request, Instance, Count, Lengths, Room, Data);
    if (Count == (ULONG)-1)
        return AllByName(Request);
    Seen[0] = *(PUSHORT)ScsiPortWmiGetInstanceName(Request);
    *Data = 'n';
    ScsiPortWmiPostProcess(Request, SRB_STATUS_SUCCESS, 1);
    return SRB_STATUS_SUCCESS;
}

static BOOLEAN NTAPI SetBlock(
    PVOID Device, PSCSIWMI_REQUEST_CONTEXT Request, ULONG Guid, ULONG Instance, ULONG Size,
    PUCHAR Data)
{
    UNREFERENCED_PARAMETER(Device);
    Seen[0] = Guid, Seen[1] = Instance, Seen[2] = Size, Seen[3] = *Data;
    ScsiPortWmiPostProcess(Request, SRB_STATUS_SUCCESS, 0);
    return SRB_STATUS_SUCCESS;
}

static BOOLEAN NTAPI SetItem(
    PVOID Device, PSCSIWMI_REQUEST_CONTEXT Request, ULONG Guid, ULONG Instance, ULONG Item,
    ULONG Size, PUCHAR Data)
{
    Seen[4] = Item;
    return SetBlock(Device, Request, Guid, Instance, Size, Data);
}

static BOOLEAN NTAPI Execute(
    PVOID Device, PSCSIWMI_REQUEST_CONTEXT Request, ULONG Guid, ULONG Instance, ULONG Method,
    ULONG In, ULONG Out, PUCHAR Data)
{
    UNREFERENCED_PARAMETER(Device);
    Seen[0] = Guid, Seen[1] = Instance, Seen[2] = Method, Seen[3] = In, Seen[4] = Out;
    if (Method == 9)
        return SRB_STATUS_PENDING;
    RtlFillMemory(Data, 6, '!');
    ScsiPortWmiPostProcess(Request, SRB_STATUS_SUCCESS, 6);
    return SRB_STATUS_SUCCESS;
}

static BOOLEAN NTAPI Control(
    PVOID Device, PSCSIWMI_REQUEST_CONTEXT Request, ULONG Guid,
    SCSIWMI_ENABLE_DISABLE_CONTROL Function, BOOLEAN Enable)
{
    UNREFERENCED_PARAMETER(Device);
    Seen[0] = Guid, Seen[1] = Function, Seen[2] = Enable;
    ScsiPortWmiPostProcess(Request, SRB_STATUS_SUCCESS, 0);
    return SRB_STATUS_SUCCESS;
}

static SCSI_WMILIB_CONTEXT Library = {
    2, Blocks, RegInfo, Query, SetBlock, SetItem, Execute, Control};

static BOOLEAN Send(UCHAR Minor, GUID *Guid, ULONG Size)
{
    return ScsiPortWmiDispatchFunction(&Library, Minor, &Context, &Context, Guid, Size, Buffer);
}

static VOID Clear(ULONG Flags)
{
    RtlZeroMemory(Storage, sizeof(Storage));
    RtlZeroMemory(Seen, sizeof(Seen));
    ((PWNODE_HEADER)Buffer)->Flags = Flags;
}

#define STATUS_IS(Status, Size) \
    (ScsiPortWmiGetReturnStatus(&Context) == (Status) && \
     ScsiPortWmiGetReturnSize(&Context) == (Size))

static VOID All(VOID)
{
    PWNODE_ALL_DATA Node = (PWNODE_ALL_DATA)Buffer;
    POFFSETINSTANCEDATAANDLENGTH Pairs = Node->OffsetInstanceDataAndLength;

    Clear(WNODE_FLAG_ALL_DATA | WNODE_FLAG_STATIC_INSTANCE_NAMES | WNODE_FLAG_FIXED_INSTANCE_SIZE);
    CHECK(!Send(IRP_MN_QUERY_ALL_DATA, &Numbered, sizeof(Storage)));
    CHECK(Node->InstanceCount == 3 && Node->DataBlockOffset == 88);
    CHECK(STATUS_IS(SRB_STATUS_SUCCESS, 88 + 22) && Node->WnodeHeader.BufferSize == 110);
    CHECK((Node->WnodeHeader.Flags & WNODE_FLAG_FIXED_INSTANCE_SIZE) == 0);
    CHECK(Pairs[0].OffsetInstanceData == 88 && Pairs[0].LengthInstanceData == 4);
    CHECK(Pairs[1].OffsetInstanceData == 96 && Pairs[1].LengthInstanceData == 5);
    CHECK(Pairs[2].OffsetInstanceData == 104 && Pairs[2].LengthInstanceData == 6);
    CHECK(Buffer[88] == 'a' && Buffer[96] == 'b' && Buffer[109] == 'c');
    Clear(WNODE_FLAG_ALL_DATA);
    CHECK(!Send(IRP_MN_QUERY_ALL_DATA, &Numbered, 100));
    CHECK(STATUS_IS(SRB_STATUS_SUCCESS, sizeof(WNODE_TOO_SMALL)));
    CHECK(((PWNODE_TOO_SMALL)Buffer)->SizeNeeded == 110);
    CHECK(Node->WnodeHeader.Flags & WNODE_FLAG_TOO_SMALL);
    Clear(WNODE_FLAG_ALL_DATA);
    CHECK(!Send(IRP_MN_QUERY_ALL_DATA, &Numbered, sizeof(WNODE_ALL_DATA)));
    CHECK(((PWNODE_TOO_SMALL)Buffer)->SizeNeeded == 110);
    CHECK(!Send(IRP_MN_QUERY_ALL_DATA, &Numbered, 40) && STATUS_IS(SRB_STATUS_ERROR, 0));
    CHECK(!Send(IRP_MN_QUERY_ALL_DATA, &Unknown, sizeof(Storage)));
    CHECK(STATUS_IS(SRB_STATUS_ERROR, 0));
}

static VOID ByName(VOID)
{
    PWNODE_ALL_DATA Node = (PWNODE_ALL_DATA)Buffer;
    PWNODE_SINGLE_INSTANCE Single = (PWNODE_SINGLE_INSTANCE)Buffer;
    PULONG Names;

    Clear(WNODE_FLAG_ALL_DATA);
    CHECK(!Send(IRP_MN_QUERY_ALL_DATA, &Named, sizeof(Storage)));
    CHECK(ScsiPortWmiGetReturnStatus(&Context) == SRB_STATUS_SUCCESS && Node->InstanceCount == 2);
    Names = (PULONG)(Buffer + Node->OffsetInstanceNameOffsets);
    CHECK(*(PUSHORT)(Buffer + Names[1]) == 4 && *(PWCHAR)(Buffer + Names[1] + 4) == '1');
    CHECK(Buffer[Node->OffsetInstanceDataAndLength[1].OffsetInstanceData] == 'y');
    CHECK(Node->OffsetInstanceDataAndLength[1].LengthInstanceData == 3);
    CHECK(ScsiPortWmiGetReturnSize(&Context) == Node->WnodeHeader.BufferSize);
    CHECK(Node->WnodeHeader.BufferSize ==
          Node->OffsetInstanceDataAndLength[1].OffsetInstanceData + 3);
    Clear(WNODE_FLAG_ALL_DATA);
    CHECK(!Send(IRP_MN_QUERY_ALL_DATA, &Named, 90));
    CHECK(STATUS_IS(SRB_STATUS_SUCCESS, sizeof(WNODE_TOO_SMALL)));
    CHECK(((PWNODE_TOO_SMALL)Buffer)->SizeNeeded == 88 + 8 + 3 + 1 + 6 + 6 + 3);
    Clear(WNODE_FLAG_SINGLE_INSTANCE);
    Single->OffsetInstanceName = 64;
    *(PUSHORT)(Buffer + 64) = 8;
    Single->DataBlockOffset = 80;
    CHECK(!Send(IRP_MN_QUERY_SINGLE_INSTANCE, &Named, sizeof(Storage)));
    CHECK(Seen[0] == 8 && Buffer[80] == 'n' && STATUS_IS(SRB_STATUS_SUCCESS, 81));
}

static VOID OneInstance(VOID)
{
    PWNODE_SINGLE_INSTANCE Node = (PWNODE_SINGLE_INSTANCE)Buffer;
    PWNODE_SINGLE_ITEM Item = (PWNODE_SINGLE_ITEM)Buffer;

    Clear(WNODE_FLAG_SINGLE_INSTANCE | WNODE_FLAG_STATIC_INSTANCE_NAMES);
    Node->InstanceIndex = 2;
    Node->DataBlockOffset = 64;
    CHECK(!Send(IRP_MN_QUERY_SINGLE_INSTANCE, &Numbered, sizeof(Storage)));
    CHECK(STATUS_IS(SRB_STATUS_SUCCESS, 70) && Node->SizeDataBlock == 6 && Buffer[69] == 'c');
    CHECK(Node->WnodeHeader.BufferSize == 70);
    CHECK(!Send(IRP_MN_QUERY_SINGLE_INSTANCE, &Numbered, 69));
    CHECK(((PWNODE_TOO_SMALL)Buffer)->SizeNeeded == 70);
    Node->InstanceIndex = 3;
    CHECK(!Send(IRP_MN_QUERY_SINGLE_INSTANCE, &Numbered, sizeof(Storage)));
    CHECK(STATUS_IS(SRB_STATUS_ERROR, 0));
    Clear(WNODE_FLAG_SINGLE_INSTANCE | WNODE_FLAG_PDO_INSTANCE_NAMES);
    Node->InstanceIndex = 1;
    Node->DataBlockOffset = 72;
    Node->SizeDataBlock = 8;
    Buffer[72] = 'd';
    CHECK(!Send(IRP_MN_CHANGE_SINGLE_INSTANCE, &Numbered, 80) && STATUS_IS(SRB_STATUS_SUCCESS, 0));
    CHECK(Seen[0] == 0 && Seen[1] == 1 && Seen[2] == 8 && Seen[3] == 'd');
    CHECK(!Send(IRP_MN_CHANGE_SINGLE_INSTANCE, &Numbered, 79) && STATUS_IS(SRB_STATUS_ERROR, 0));
    Clear(WNODE_FLAG_SINGLE_ITEM | WNODE_FLAG_STATIC_INSTANCE_NAMES);
    Item->ItemId = 7;
    Item->DataBlockOffset = 72;
    Item->SizeDataItem = 4;
    CHECK(!Send(IRP_MN_CHANGE_SINGLE_ITEM, &Numbered, 76) && STATUS_IS(SRB_STATUS_SUCCESS, 0));
    CHECK(Seen[4] == 7 && Seen[2] == 4);
    Item->SizeDataItem = 0xfffffff0;
    CHECK(!Send(IRP_MN_CHANGE_SINGLE_ITEM, &Numbered, 76) && STATUS_IS(SRB_STATUS_ERROR, 0));
}

static VOID Others(VOID)
{
    PWNODE_METHOD_ITEM Node = (PWNODE_METHOD_ITEM)Buffer;
    PWMIREGINFOW Info = (PWMIREGINFOW)Buffer;
    ULONG Needed = FIELD_OFFSET(WMIREGINFOW, WmiRegGuid) + 2 * sizeof(WMIREGGUIDW) + 2 + 6;

    Clear(WNODE_FLAG_METHOD_ITEM | WNODE_FLAG_STATIC_INSTANCE_NAMES);
    Node->MethodId = 5;
    Node->DataBlockOffset = 72;
    Node->SizeDataBlock = 2;
    CHECK(!Send(IRP_MN_EXECUTE_METHOD, &Numbered, 100) && STATUS_IS(SRB_STATUS_SUCCESS, 78));
    CHECK(Seen[2] == 5 && Seen[3] == 2 && Seen[4] == 28 && Node->SizeDataBlock == 6);
    Node->SizeDataBlock = 2;
    CHECK(!Send(IRP_MN_EXECUTE_METHOD, &Numbered, 77));
    CHECK(((PWNODE_TOO_SMALL)Buffer)->SizeNeeded == 78);
    Clear(WNODE_FLAG_METHOD_ITEM | WNODE_FLAG_STATIC_INSTANCE_NAMES);
    Node->MethodId = 9;
    Node->DataBlockOffset = 72;
    CHECK(Send(IRP_MN_EXECUTE_METHOD, &Numbered, 100));
    CHECK(!Send(IRP_MN_ENABLE_EVENTS, &Named, 0));
    CHECK(Seen[0] == 1 && Seen[1] == ScsiWmiEventControl && Seen[2] == TRUE);
    CHECK(!Send(IRP_MN_DISABLE_COLLECTION, &Numbered, 0));
    CHECK(Seen[0] == 0 && Seen[1] == ScsiWmiDataBlockControl && Seen[2] == FALSE);
    Library.WmiFunctionControl = NULL;
    CHECK(!Send(IRP_MN_ENABLE_COLLECTION, &Numbered, 0) && STATUS_IS(SRB_STATUS_SUCCESS, 0));
    CHECK(!Send(0x55, &Numbered, 100) && STATUS_IS(SRB_STATUS_INVALID_REQUEST, 0));
    CHECK(!Send(IRP_MN_REGINFO_EX, NULL, Needed) && STATUS_IS(SRB_STATUS_SUCCESS, Needed));
    CHECK(Info->BufferSize == Needed && Info->GuidCount == 2 && Info->RegistryPath == 0);
    CHECK(Info->WmiRegGuid[0].InstanceCount == 3 && Info->WmiRegGuid[1].Guid.Data1 == 2);
    CHECK(*(PUSHORT)(Buffer + Info->MofResourceName) == 6);
    CHECK(*(PWCHAR)(Buffer + Info->MofResourceName + 2) == 'M');
    CHECK(!Send(IRP_MN_REGINFO, NULL, Needed - 1) && STATUS_IS(SRB_STATUS_DATA_OVERRUN, 4));
    CHECK(*(PULONG)Buffer == Needed);
}

static VOID Event(VOID)
{
    PWNODE_SINGLE_INSTANCE Node = (PWNODE_SINGLE_INSTANCE)Buffer;

    Clear(0);
    ScsiPortWmiFireLogicalUnitEvent(&Context, 1, 2, 3, &Numbered, 4, 5, Buffer);
    CHECK(Seen[0] == WMIEvent && Seen[1] == 1 && Seen[2] == 2 && Seen[3] == 3);
    CHECK(EventNode == Node && Node->WnodeHeader.BufferSize == 0x45);
    CHECK(Node->DataBlockOffset == 0x40 && Node->SizeDataBlock == 5 && Node->InstanceIndex == 4);
    CHECK(Node->WnodeHeader.Flags & WNODE_FLAG_EVENT_ITEM);
    CHECK(Node->WnodeHeader.TimeStamp.QuadPart != 0 && Node->WnodeHeader.Guid.Data1 == 1);
    ScsiPortWmiFireAdapterEvent(&Context, &Named, 0, 0, Buffer);
    CHECK(Seen[1] == 0xff && Seen[2] == 0 && Node->WnodeHeader.BufferSize == 0x40);
}

NTSTATUS NTAPI DriverEntry(PDRIVER_OBJECT Driver, PUNICODE_STRING Path)
{
    UNREFERENCED_PARAMETER(Path);
    All();
    ByName();
    OneInstance();
    Others();
    Event();
    return FINISH(Driver);
}
