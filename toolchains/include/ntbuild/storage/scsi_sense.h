/*
 * ntbuild/storage/scsi_sense.h - sense data in its two formats.
 *
 * Fixed format (response codes 0x70, 0x71) has its fields at fixed places; descriptor format (0x72,
 * 0x73) has eight bytes and then descriptors, each with a type and the length of what follows. Every
 * function checks lengths: a buffer of a device is not to be trusted.
 */
#ifndef NTBUILD_STORAGE_SCSI_SENSE_H
#define NTBUILD_STORAGE_SCSI_SENSE_H

typedef SENSE_DATA FIXED_SENSE_DATA, *PFIXED_SENSE_DATA;

#pragma pack(push, 1)

typedef struct _DESCRIPTOR_SENSE_DATA {
    UCHAR ErrorCode : 7;
    UCHAR Reserved1 : 1;
    UCHAR SenseKey : 4;
    UCHAR Reserved2 : 4;
    UCHAR AdditionalSenseCode;
    UCHAR AdditionalSenseCodeQualifier;
    UCHAR Reserved3[3];
    UCHAR AdditionalSenseLength;
    UCHAR DescriptorBuffer[ANYSIZE_ARRAY];
} DESCRIPTOR_SENSE_DATA, *PDESCRIPTOR_SENSE_DATA;

typedef union _SENSE_DATA_EX {
    FIXED_SENSE_DATA FixedData;
    DESCRIPTOR_SENSE_DATA DescriptorData;
} SENSE_DATA_EX, *PSENSE_DATA_EX;

typedef struct _SCSI_SENSE_DESCRIPTOR_HEADER {
    UCHAR DescriptorType;
    UCHAR AdditionalLength;
} SCSI_SENSE_DESCRIPTOR_HEADER, *PSCSI_SENSE_DESCRIPTOR_HEADER;

typedef struct _SCSI_SENSE_DESCRIPTOR_INFORMATION {
    SCSI_SENSE_DESCRIPTOR_HEADER Header;
    UCHAR Valid : 1;
    UCHAR Reserved1 : 7;
    UCHAR Reserved2;
    UCHAR Information[8];
} SCSI_SENSE_DESCRIPTOR_INFORMATION, *PSCSI_SENSE_DESCRIPTOR_INFORMATION;

typedef struct _SCSI_SENSE_DESCRIPTOR_BLOCK_COMMAND {
    SCSI_SENSE_DESCRIPTOR_HEADER Header;
    UCHAR Reserved1;
    UCHAR Reserved2 : 5;
    UCHAR IncorrectLength : 1;
    UCHAR Reserved3 : 2;
} SCSI_SENSE_DESCRIPTOR_BLOCK_COMMAND, *PSCSI_SENSE_DESCRIPTOR_BLOCK_COMMAND;

typedef struct _SCSI_SENSE_DESCRIPTOR_ATA_STATUS_RETURN {
    SCSI_SENSE_DESCRIPTOR_HEADER Header;
    UCHAR Extend : 1;
    UCHAR Reserved1 : 7;
    UCHAR Error;
    UCHAR SectorCount15_8;
    UCHAR SectorCount7_0;
    UCHAR LbaLow15_8;
    UCHAR LbaLow7_0;
    UCHAR LbaMid15_8;
    UCHAR LbaMid7_0;
    UCHAR LbaHigh15_8;
    UCHAR LbaHigh7_0;
    UCHAR Device;
    UCHAR Status;
} SCSI_SENSE_DESCRIPTOR_ATA_STATUS_RETURN, *PSCSI_SENSE_DESCRIPTOR_ATA_STATUS_RETURN;

#pragma pack(pop)

typedef ULONG SCSI_SENSE_OPTIONS;
#define SCSI_SENSE_OPTIONS_NONE                                      0x0
#define SCSI_SENSE_OPTIONS_FIXED_FORMAT_IF_UNKNOWN_FORMAT_INDICATED  0x1

#define ScsiGetSenseErrorCode(Buffer) (((const UCHAR *)(Buffer))[0] & 0x7f)
#define ScsiGetSenseDescriptorLength(Buffer) \
    (sizeof(SCSI_SENSE_DESCRIPTOR_HEADER) + \
     ((const SCSI_SENSE_DESCRIPTOR_HEADER *)(Buffer))->AdditionalLength)
#define IsDescriptorSenseDataFormat(Code) \
    ((Code) == SCSI_SENSE_ERRORCODE_DESCRIPTOR_CURRENT || \
     (Code) == SCSI_SENSE_ERRORCODE_DESCRIPTOR_DEFERRED)
#define IsFixedSenseDataFormat(Code) \
    ((Code) == SCSI_SENSE_ERRORCODE_FIXED_CURRENT || (Code) == SCSI_SENSE_ERRORCODE_FIXED_DEFERRED)
#define IsSenseDataCurrentError(Code) \
    ((Code) == SCSI_SENSE_ERRORCODE_FIXED_CURRENT || \
     (Code) == SCSI_SENSE_ERRORCODE_DESCRIPTOR_CURRENT)
#define IsSenseDataDeferredError(Code) \
    ((Code) == SCSI_SENSE_ERRORCODE_FIXED_DEFERRED || \
     (Code) == SCSI_SENSE_ERRORCODE_DESCRIPTOR_DEFERRED)
#define IsSenseDataFormatValueValid(Code) \
    (IsSenseDataCurrentError(Code) || IsSenseDataDeferredError(Code))

/* Bytes that the device says there are; they can be more than it was given room for. */
FORCEINLINE BOOLEAN ScsiGetTotalSenseByteCountIndicated(
    PVOID SenseInfoBuffer, UCHAR SenseInfoBufferLength, UCHAR *TotalByteCountIndicated)
{
    ULONG Total;

    if (SenseInfoBuffer == NULL || TotalByteCountIndicated == NULL || SenseInfoBufferLength < 8)
        return FALSE;
    Total = 8 + (ULONG)((PUCHAR)SenseInfoBuffer)[7];
    if (Total > MAXUCHAR)
        return FALSE;
    *TotalByteCountIndicated = (UCHAR)Total;
    return TRUE;
}

/* A byte of fixed-format data, 0 when it is past what the device sent. */
FORCEINLINE UCHAR NtbuildFixedSenseByte(PUCHAR Sense, UCHAR Length, ULONG Offset)
{
    ULONG Valid = 8 + (ULONG)Sense[7];

    return Offset < Valid && Offset < Length ? Sense[Offset] : 0;
}

/* Results that are not wanted are NULL. */
FORCEINLINE BOOLEAN ScsiGetFixedSenseKeyAndCodes(
    PVOID SenseInfoBuffer, UCHAR SenseInfoBufferLength, PUCHAR SenseKey,
    PUCHAR AdditionalSenseCode, PUCHAR AdditionalSenseCodeQualifier)
{
    PUCHAR Sense = (PUCHAR)SenseInfoBuffer;

    if (Sense == NULL || SenseInfoBufferLength < 8)
        return FALSE;
    if (SenseKey != NULL)
        *SenseKey = Sense[2] & 0xf;
    if (AdditionalSenseCode != NULL)
        *AdditionalSenseCode = NtbuildFixedSenseByte(Sense, SenseInfoBufferLength, 12);
    if (AdditionalSenseCodeQualifier != NULL)
        *AdditionalSenseCodeQualifier = NtbuildFixedSenseByte(Sense, SenseInfoBufferLength, 13);
    return TRUE;
}

FORCEINLINE BOOLEAN ScsiGetDescriptorSenseKeyAndCodes(
    PVOID SenseInfoBuffer, UCHAR SenseInfoBufferLength, PUCHAR SenseKey,
    PUCHAR AdditionalSenseCode, PUCHAR AdditionalSenseCodeQualifier)
{
    PUCHAR Sense = (PUCHAR)SenseInfoBuffer;

    if (Sense == NULL || SenseInfoBufferLength < 8)
        return FALSE;
    if (SenseKey != NULL)
        *SenseKey = Sense[1] & 0xf;
    if (AdditionalSenseCode != NULL)
        *AdditionalSenseCode = Sense[2];
    if (AdditionalSenseCodeQualifier != NULL)
        *AdditionalSenseCodeQualifier = Sense[3];
    return TRUE;
}

FORCEINLINE BOOLEAN ScsiGetSenseKeyAndCodes(
    PVOID SenseInfoBuffer, UCHAR SenseInfoBufferLength, SCSI_SENSE_OPTIONS Options,
    PUCHAR SenseKey, PUCHAR AdditionalSenseCode, PUCHAR AdditionalSenseCodeQualifier)
{
    UCHAR Code;

    if (SenseInfoBuffer == NULL || SenseInfoBufferLength == 0)
        return FALSE;
    Code = ScsiGetSenseErrorCode(SenseInfoBuffer);
    if (IsDescriptorSenseDataFormat(Code))
        return ScsiGetDescriptorSenseKeyAndCodes(
            SenseInfoBuffer, SenseInfoBufferLength, SenseKey, AdditionalSenseCode,
            AdditionalSenseCodeQualifier);
    if (!IsFixedSenseDataFormat(Code) &&
        !(Options & SCSI_SENSE_OPTIONS_FIXED_FORMAT_IF_UNKNOWN_FORMAT_INDICATED))
        return FALSE;
    return ScsiGetFixedSenseKeyAndCodes(
        SenseInfoBuffer, SenseInfoBufferLength, SenseKey, AdditionalSenseCode,
        AdditionalSenseCodeQualifier);
}

/* The descriptors as a whole: where they begin and how many bytes of them there are. */
FORCEINLINE BOOLEAN ScsiGetSenseDescriptor(
    PVOID SenseInfoBuffer, UCHAR SenseInfoBufferLength, PVOID *DescriptorBuffer,
    UCHAR *DescriptorBufferLength)
{
    UCHAR Total = 0;

    if (SenseInfoBuffer == NULL || SenseInfoBufferLength == 0 || DescriptorBuffer == NULL ||
        DescriptorBufferLength == NULL)
        return FALSE;
    *DescriptorBuffer = NULL;
    *DescriptorBufferLength = 0;
    if (!IsDescriptorSenseDataFormat(ScsiGetSenseErrorCode(SenseInfoBuffer)) ||
        !ScsiGetTotalSenseByteCountIndicated(SenseInfoBuffer, SenseInfoBufferLength, &Total))
        return FALSE;
    if (Total > SenseInfoBufferLength)
        Total = SenseInfoBufferLength;
    *DescriptorBufferLength = Total - 8;
    if (*DescriptorBufferLength == 0)
        return FALSE;
    *DescriptorBuffer = (PUCHAR)SenseInfoBuffer + 8;
    return TRUE;
}

/*
 * The next descriptor whose type is in TypeList, which the caller walks through: what is handed out
 * is the start of the descriptor and the bytes that are left from there on.
 */
FORCEINLINE BOOLEAN ScsiGetNextSenseDescriptorByType(
    PVOID DescriptorBuffer, UCHAR DescriptorBufferLength, PUCHAR TypeList, ULONG TypeListCount,
    PUCHAR OutType, PVOID *OutDescriptorBuffer, UCHAR *OutDescriptorBufferLength)
{
    PUCHAR Descriptor = (PUCHAR)DescriptorBuffer;
    ULONG Left = DescriptorBufferLength;
    ULONG Index;

    if (Descriptor == NULL || Left == 0 || TypeList == NULL || TypeListCount == 0 ||
        OutType == NULL || OutDescriptorBuffer == NULL || OutDescriptorBufferLength == NULL)
        return FALSE;
    *OutDescriptorBuffer = NULL;
    *OutDescriptorBufferLength = 0;
    *OutType = 0;
    while (Left > sizeof(SCSI_SENSE_DESCRIPTOR_HEADER)) {
        ULONG Length = (ULONG)ScsiGetSenseDescriptorLength(Descriptor);

        if (Length > Left)
            return FALSE;
        for (Index = 0; Index < TypeListCount; Index++) {
            if (TypeList[Index] == Descriptor[0]) {
                *OutType = Descriptor[0];
                *OutDescriptorBuffer = Descriptor;
                *OutDescriptorBufferLength = (UCHAR)Left;
                return TRUE;
            }
        }
        Descriptor += Length;
        Left -= Length;
    }
    return FALSE;
}

FORCEINLINE BOOLEAN ScsiValidateInformationSenseDescriptor(
    PVOID DescriptorBuffer, UCHAR DescriptorBufferLength)
{
    PSCSI_SENSE_DESCRIPTOR_INFORMATION Found =
        (PSCSI_SENSE_DESCRIPTOR_INFORMATION)DescriptorBuffer;

    return Found != NULL && DescriptorBufferLength >= sizeof(*Found) &&
           Found->Header.DescriptorType == SCSI_SENSE_DESCRIPTOR_TYPE_INFORMATION &&
           Found->Header.AdditionalLength == sizeof(*Found) - sizeof(Found->Header) &&
           Found->Valid;
}

FORCEINLINE BOOLEAN ScsiValidateBlockCommandSenseDescriptor(
    PVOID DescriptorBuffer, UCHAR DescriptorBufferLength)
{
    PSCSI_SENSE_DESCRIPTOR_BLOCK_COMMAND Found =
        (PSCSI_SENSE_DESCRIPTOR_BLOCK_COMMAND)DescriptorBuffer;

    return Found != NULL && DescriptorBufferLength >= sizeof(*Found) &&
           Found->Header.DescriptorType == SCSI_SENSE_DESCRIPTOR_TYPE_BLOCK_COMMAND &&
           Found->Header.AdditionalLength == sizeof(*Found) - sizeof(Found->Header);
}

/* Descriptor format as fixed: key, code and qualifier; other descriptors are left out. */
FORCEINLINE BOOLEAN ScsiConvertToFixedSenseFormat(
    PVOID SenseInfoBuffer, UCHAR SenseInfoBufferLength, PVOID OutBuffer, UCHAR OutBufferLength)
{
    UCHAR Key, Code, Qualifier;
    PFIXED_SENSE_DATA Fixed = (PFIXED_SENSE_DATA)OutBuffer;

    if (SenseInfoBuffer == NULL || SenseInfoBufferLength == 0 || Fixed == NULL ||
        OutBufferLength < sizeof(*Fixed) ||
        !IsDescriptorSenseDataFormat(ScsiGetSenseErrorCode(SenseInfoBuffer)))
        return FALSE;
    memset(Fixed, 0, OutBufferLength);
    if (!ScsiGetDescriptorSenseKeyAndCodes(
            SenseInfoBuffer, SenseInfoBufferLength, &Key, &Code, &Qualifier))
        return FALSE;
    Fixed->ErrorCode = IsSenseDataCurrentError(ScsiGetSenseErrorCode(SenseInfoBuffer))
                           ? SCSI_SENSE_ERRORCODE_FIXED_CURRENT
                           : SCSI_SENSE_ERRORCODE_FIXED_DEFERRED;
    Fixed->AdditionalSenseLength =
        sizeof(*Fixed) - RTL_SIZEOF_THROUGH_FIELD(FIXED_SENSE_DATA, AdditionalSenseLength);
    Fixed->SenseKey = Key;
    Fixed->AdditionalSenseCode = Code;
    Fixed->AdditionalSenseCodeQualifier = Qualifier;
    return TRUE;
}

#endif
