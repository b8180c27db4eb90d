/*
 * srb_helpers - srbhelper.h's functions on request blocks of both kinds, as a driver.
 * Prints "srb_helpers: N right, 0 wrong", and a line for each wrong one.
 */
#include <storport.h>
#include <srbhelper.h>

#define PROGRAM "srb_helpers"
#include "checks.h"

typedef struct {
    STORAGE_REQUEST_BLOCK Block;
    STOR_ADDR_BTL8 Address;
    union {
        SRBEX_DATA Data;
        SRBEX_DATA_SCSI_CDB16 Cdb16;
        SRBEX_DATA_SCSI_CDB32 Cdb32;
        SRBEX_DATA_SCSI_CDB_VAR CdbVar;
        SRBEX_DATA_WMI Wmi;
        UCHAR Room[96];
    };
} EXTENDED;

static EXTENDED Ex;

static PVOID Begin(ULONG Function, SRBEXDATATYPE Type)
{
    RtlZeroMemory(&Ex, sizeof(Ex));
    Ex.Block.Length = FIELD_OFFSET(STORAGE_REQUEST_BLOCK, Signature);
    Ex.Block.Function = SRB_FUNCTION_STORAGE_REQUEST_BLOCK;
    Ex.Block.Signature = SRB_SIGNATURE;
    Ex.Block.SrbLength = sizeof(Ex);
    Ex.Block.SrbFunction = Function;
    Ex.Block.AddressOffset = FIELD_OFFSET(EXTENDED, Address);
    Ex.Block.NumSrbExData = 1;
    Ex.Block.SrbExDataOffset[0] = FIELD_OFFSET(EXTENDED, Data);
    Ex.Address.Type = STOR_ADDRESS_TYPE_BTL8;
    Ex.Address.AddressLength = STOR_ADDR_BTL8_ADDRESS_LENGTH;
    Ex.Address.Path = 1;
    Ex.Address.Target = 2;
    Ex.Address.Lun = 3;
    Ex.Data.Type = Type;
    return &Ex;
}

static VOID Older(VOID)
{
    SCSI_REQUEST_BLOCK Srb, Copy;
    UCHAR Path, Target, Lun;

    RtlZeroMemory(&Srb, sizeof(Srb));
    Srb.Length = sizeof(Srb);
    Srb.Function = SRB_FUNCTION_WMI;
    Srb.PathId = 4;
    Srb.TargetId = 5;
    Srb.Lun = 6;
    CHECK(SrbGetSrbFunction(&Srb) == SRB_FUNCTION_WMI);
    CHECK(SrbGetSrbLength(&Srb) == sizeof(Srb));
    CHECK((PVOID)SrbGetCdb(&Srb) == (PVOID)Srb.Cdb);
    CHECK(SrbGetAddress((PSTORAGE_REQUEST_BLOCK)&Srb) == NULL);
    SrbGetPathTargetLun(&Srb, &Path, &Target, &Lun);
    CHECK(Path == 4 && Target == 5 && Lun == 6 && SrbGetLun(&Srb) == 6);
    SrbSetQueueTag(&Srb, 0x107);
    CHECK(Srb.QueueTag == 7 && SrbGetQueueTag(&Srb) == 7);
    SrbSetSrbFlags(&Srb, 6);
    SrbClearSrbFlags(&Srb, 2);
    CHECK(SrbGetSrbFlags(&Srb) == 4);
    SrbSetSenseInfoBufferLength(&Srb, 18);
    SrbSetScsiStatus(&Srb, SCSISTAT_BUSY);
    SrbSetCdbLength(&Srb, 10);
    CHECK(Srb.SenseInfoBufferLength == 18 && Srb.ScsiStatus == SCSISTAT_BUSY && Srb.CdbLength == 10);
    SrbSetSystemStatus(&Srb, 0x1234);
    CHECK(Srb.InternalStatus == 0x1234);
    CHECK(SrbGetPortContext(&Srb) == NULL);
    CHECK(!SrbCopySrb(&Copy, sizeof(Copy) - 1, &Srb));
    CHECK(SrbCopySrb(&Copy, sizeof(Copy), &Srb) && Copy.Lun == 6);
    SrbZeroSrb(&Srb);
    CHECK(Srb.Length == sizeof(Srb) && Srb.Function == SRB_FUNCTION_WMI && Srb.Lun == 0);
}

static VOID Newer(VOID)
{
    PVOID Srb = Begin(SRB_FUNCTION_EXECUTE_SCSI, SrbExDataTypeScsiCdb16);
    EXTENDED Copy;

    CHECK(SrbGetSrbFunction(Srb) == SRB_FUNCTION_EXECUTE_SCSI);
    CHECK(SrbGetPathId(Srb) == 1 && SrbGetTargetId(Srb) == 2 && SrbGetLun(Srb) == 3);
    CHECK(SrbGetPrimarySrbExData(&Ex.Block) == &Ex.Data);
    CHECK(SrbGetSrbExDataByType(&Ex.Block, SrbExDataTypeWmi) == NULL);
    CHECK(SrbGetSrbExDataByIndex(&Ex.Block, 1) == NULL);
    CHECK(SrbGetCdb(Srb) == NULL);
    SrbSetCdbLength(Srb, 16);
    CHECK(Ex.Cdb16.CdbLength == 16 && SrbGetCdbLength(Srb) == 16);
    CHECK((PVOID)SrbGetCdb(Srb) == (PVOID)Ex.Cdb16.Cdb);
    SrbSetScsiStatus(Srb, SCSISTAT_CHECK_CONDITION);
    SrbSetSenseInfoBuffer(Srb, &Copy);
    SrbSetSenseInfoBufferLength(Srb, 252);
    CHECK(Ex.Cdb16.ScsiStatus == SCSISTAT_CHECK_CONDITION && SrbGetScsiStatus(Srb) == 2);
    CHECK(Ex.Cdb16.SenseInfoBuffer == &Copy && SrbGetSenseInfoBuffer(Srb) == &Copy);
    CHECK(SrbGetSenseInfoBufferLength(Srb) == 252);
    SrbSetDataTransferLength(Srb, 512);
    SrbSetRequestAttribute(Srb, SRB_SIMPLE_TAG_REQUEST);
    CHECK(SrbGetDataTransferLength(Srb) == 512 && Ex.Block.RequestAttribute == 0x20);
    SrbSetSrbStatus(Srb, SRB_STATUS_SUCCESS);
    CHECK(Ex.Block.SrbStatus == SRB_STATUS_SUCCESS && SrbGetSrbStatus(Srb) == SRB_STATUS_SUCCESS);
    SrbSetQueueTag(Srb, 0x107);
    CHECK(SrbGetQueueTag(Srb) == 0x107);
    CHECK(SrbCopySrb(&Copy, sizeof(Copy), Srb) && Copy.Block.RequestTag == 0x107);
    SrbZeroSrb(Srb);
    CHECK(Ex.Block.SrbLength == sizeof(Ex) && Ex.Block.Signature == 0);
}

static VOID OtherForms(VOID)
{
    PVOID Srb = Begin(SRB_FUNCTION_EXECUTE_SCSI, SrbExDataTypeScsiCdbVar);
    ULONG Length = 64;
    UCHAR Status = 9;

    SrbSetScsiData(&Ex.Block, NULL, &Length, &Status, NULL, NULL);
    CHECK(Ex.CdbVar.CdbLength == 64 && Ex.CdbVar.ScsiStatus == 9);
    Length = 0;
    CHECK((PVOID)SrbGetScsiData(&Ex.Block, NULL, &Length, NULL, NULL, NULL) == Ex.CdbVar.Cdb);
    CHECK(Length == 64);
    Srb = Begin(SRB_FUNCTION_WMI, SrbExDataTypeWmi);
    CHECK(SrbGetPrimarySrbExData(&Ex.Block) == &Ex.Data && SrbGetCdb(Srb) == NULL);
    CHECK(SrbGetScsiData(&Ex.Block, NULL, &Length, &Status, NULL, NULL) == NULL);
    CHECK(Length == 0 && Status == 0);
    CHECK(SrbGetDefaultSrbLengthFromFunction(SRB_FUNCTION_WMI) ==
          sizeof(STORAGE_REQUEST_BLOCK) + sizeof(STOR_ADDR_BTL8) + sizeof(SRBEX_DATA_WMI));
}

/* Offsets that lead out of the block are not followed. */
static VOID Damaged(VOID)
{
    PVOID Srb = Begin(SRB_FUNCTION_EXECUTE_SCSI, SrbExDataTypeScsiCdb16);

    Ex.Block.SrbExDataOffset[0] = sizeof(Ex);
    CHECK(SrbGetPrimarySrbExData(&Ex.Block) == NULL && SrbGetCdb(Srb) == NULL);
    Ex.Block.SrbExDataOffset[0] = 8;
    CHECK(SrbGetSrbExDataByIndex(&Ex.Block, 0) == NULL);
    Ex.Block.SrbExDataOffset[0] = FIELD_OFFSET(EXTENDED, Data);
    Ex.Block.SrbLength = FIELD_OFFSET(EXTENDED, Data) + 8;
    CHECK(SrbGetCdb(Srb) == NULL);
    Ex.Block.AddressOffset = sizeof(Ex);
    CHECK(SrbGetAddress(&Ex.Block) == NULL && SrbGetLun(Srb) == 0);
}

static VOID Sense(VOID)
{
    UCHAR Fixed[18] = {0x70, 0, 0x05, 0, 0, 0, 0, 10, 0, 0, 0, 0, 0x20, 0x01};
    UCHAR Descriptor[20] = {0x72, 0x03, 0x11, 0x04, 0, 0, 0, 12, 0x00, 0x0a, 0x80};
    UCHAR Type = SCSI_SENSE_DESCRIPTOR_TYPE_INFORMATION, Out[18];
    UCHAR Found, Left, Length, Key, Code, Qualifier;
    PVOID Where, Next;

    CHECK(ScsiGetSenseKeyAndCodes(Fixed, 18, 0, &Key, &Code, &Qualifier));
    CHECK(Key == 5 && Code == 0x20 && Qualifier == 1);
    CHECK(ScsiGetSenseKeyAndCodes(Fixed, 13, 0, &Key, &Code, &Qualifier) && Qualifier == 0);
    CHECK(ScsiGetSenseKeyAndCodes(Descriptor, 20, 0, &Key, &Code, &Qualifier));
    CHECK(Key == 3 && Code == 0x11 && Qualifier == 4);
    CHECK(ScsiGetSenseDescriptor(Descriptor, 20, &Where, &Length) && Length == 12);
    CHECK(Where == Descriptor + 8);
    CHECK(ScsiGetNextSenseDescriptorByType(Where, Length, &Type, 1, &Found, &Next, &Left));
    CHECK(Found == 0 && Next == Where && Left == 12);
    Descriptor[10] = 1;
    CHECK(ScsiValidateInformationSenseDescriptor(Next, Left));
    CHECK(ScsiConvertToFixedSenseFormat(Descriptor, 20, Out, sizeof(Out)));
    CHECK((Out[0] & 0x7f) == 0x70 && Out[2] == 3 && Out[12] == 0x11 && Out[13] == 4 && Out[7] == 10);
    CHECK(!ScsiConvertToFixedSenseFormat(Fixed, 18, Out, sizeof(Out)));
}

NTSTATUS NTAPI DriverEntry(PDRIVER_OBJECT Driver, PUNICODE_STRING Path)
{
    UNREFERENCED_PARAMETER(Path);
    Older();
    Newer();
    OtherForms();
    Damaged();
    Sense();
    return FINISH(Driver);
}
