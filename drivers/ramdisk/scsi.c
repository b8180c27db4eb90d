/*
 * scsi.c - the SCSI commands of a disk, as far as Windows' disk driver needs them: what is it, how
 * large is it, read and write. Any other ends in "illegal request".
 *
 * Source: T10 SPC-3 and SBC-3, in the words of the WDK's scsi.h.
 */

#include "ramdisk.h"

/* Numbers in commands and answers have their highest byte first. */
static ULONG Number(const UCHAR *Bytes, ULONG Count)
{
    ULONG Value = 0;

    while (Count-- != 0)
        Value = Value << 8 | *Bytes++;
    return Value;
}

static VOID Put(PUCHAR Bytes, ULONG Value)
{
    Bytes[0] = (UCHAR)(Value >> 24);
    Bytes[1] = (UCHAR)(Value >> 16);
    Bytes[2] = (UCHAR)(Value >> 8);
    Bytes[3] = (UCHAR)Value;
}

/* An answer, which a caller's buffer may cut short. */
static UCHAR Answer(PSCSI_REQUEST_BLOCK Srb, const VOID *Bytes, ULONG Length)
{
    if (Length > Srb->DataTransferLength)
        Length = Srb->DataTransferLength;
    RtlCopyMemory(Srb->DataBuffer, Bytes, Length);
    Srb->DataTransferLength = Length;
    return SRB_STATUS_SUCCESS;
}

static UCHAR Refuse(PSCSI_REQUEST_BLOCK Srb, UCHAR Code)
{
    PSENSE_DATA Sense = Srb->SenseInfoBuffer;

    Srb->DataTransferLength = 0;
    Srb->ScsiStatus = SCSISTAT_CHECK_CONDITION;
    if (Sense == NULL || Srb->SenseInfoBufferLength < sizeof(*Sense))
        return SRB_STATUS_ERROR;
    RtlZeroMemory(Sense, sizeof(*Sense));
    Sense->ErrorCode = SCSI_SENSE_ERRORCODE_FIXED_CURRENT;
    Sense->SenseKey = SCSI_SENSE_ILLEGAL_REQUEST;
    Sense->AdditionalSenseLength =
        sizeof(*Sense) - RTL_SIZEOF_THROUGH_FIELD(SENSE_DATA, AdditionalSenseLength);
    Sense->AdditionalSenseCode = Code;
    return SRB_STATUS_ERROR | SRB_STATUS_AUTOSENSE_VALID;
}

static UCHAR Inquire(PSCSI_REQUEST_BLOCK Srb)
{
    INQUIRYDATA Data = { 0 };

    if (Srb->Cdb[1] & 1) /* pages about the disk: there are none */
        return Refuse(Srb, SCSI_ADSENSE_INVALID_CDB);
    Data.DeviceType = DIRECT_ACCESS_DEVICE;
    Data.Versions = 5;
    Data.ResponseDataFormat = 2;
    Data.AdditionalLength = INQUIRYDATABUFFERSIZE - 5;
    RtlCopyMemory(Data.VendorId, "ntbuild ", sizeof(Data.VendorId));
    RtlCopyMemory(Data.ProductId, "RAM disk        ", sizeof(Data.ProductId));
    RtlCopyMemory(Data.ProductRevisionLevel, "1.0 ", sizeof(Data.ProductRevisionLevel));
    return Answer(Srb, &Data, INQUIRYDATABUFFERSIZE);
}

static UCHAR Transfer(PRAMDISK Disk, PSCSI_REQUEST_BLOCK Srb, BOOLEAN IsWrite)
{
    ULONG First = Number(&Srb->Cdb[2], 4);
    ULONG Count = Number(&Srb->Cdb[7], 2);
    ULONG Length = Count * RAMDISK_BLOCK;
    PUCHAR Memory;

    if (First >= RAMDISK_BLOCKS || Count > RAMDISK_BLOCKS - First)
        return Refuse(Srb, SCSI_ADSENSE_ILLEGAL_BLOCK);
    if (Length > Srb->DataTransferLength)
        return SRB_STATUS_DATA_OVERRUN;
    Memory = Disk->Memory + (SIZE_T)First * RAMDISK_BLOCK;
    if (IsWrite)
        RtlCopyMemory(Memory, Srb->DataBuffer, Length);
    else
        RtlCopyMemory(Srb->DataBuffer, Memory, Length);
    Srb->DataTransferLength = Length;
    return SRB_STATUS_SUCCESS;
}

UCHAR RamdiskExecute(PRAMDISK Disk, PSCSI_REQUEST_BLOCK Srb)
{
    UCHAR Bytes[16] = { 0 };

    if (Srb->PathId != 0 || Srb->TargetId != 0 || Srb->Lun != 0)
        return SRB_STATUS_NO_DEVICE;
    Srb->ScsiStatus = SCSISTAT_GOOD;
    switch (Srb->Cdb[0]) {
    case SCSIOP_TEST_UNIT_READY:
    case SCSIOP_VERIFY:
    case SCSIOP_SYNCHRONIZE_CACHE:
    case SCSIOP_START_STOP_UNIT:
        return SRB_STATUS_SUCCESS;
    case SCSIOP_INQUIRY:
        return Inquire(Srb);
    case SCSIOP_READ_CAPACITY:
        Put(&Bytes[0], RAMDISK_BLOCKS - 1);
        Put(&Bytes[4], RAMDISK_BLOCK);
        return Answer(Srb, Bytes, 8);
    case SCSIOP_REPORT_LUNS: /* the length of the list, four bytes, and logical unit 0 */
        Put(&Bytes[0], 8);
        return Answer(Srb, Bytes, 16);
    case SCSIOP_MODE_SENSE: /* a header without pages: writable, no cache */
        Bytes[0] = 3;
        return Answer(Srb, Bytes, 4);
    case SCSIOP_READ:
        return Transfer(Disk, Srb, FALSE);
    case SCSIOP_WRITE:
        return Transfer(Disk, Srb, TRUE);
    default:
        return Refuse(Srb, SCSI_ADSENSE_ILLEGAL_COMMAND);
    }
}
