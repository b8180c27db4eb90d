/*
 * srbhelper.h - reads and writes a request block whatever its kind, after storport.h or srb.h.
 *
 * A block whose Function is SRB_FUNCTION_STORAGE_REQUEST_BLOCK is a STORAGE_REQUEST_BLOCK; all
 * others are SCSI_REQUEST_BLOCKs. What one kind does not have reads as zero and is not written.
 * Offsets into a block are followed only where they lie between its fixed part and its SrbLength.
 */
#ifndef NTBUILD_SRBHELPER_H
#define NTBUILD_SRBHELPER_H

#if !defined(NTBUILD_STORAGE_REQUEST_BLOCK_H)
# error "include storport.h or srb.h before srbhelper.h"
#endif

#define SRBHELPER_ASSERT(e) ASSERT(e)
#define _SRBHELPER_

#ifdef __cplusplus
extern "C" {
#endif

FORCEINLINE BOOLEAN NtbuildSrbIsExtended(const void *Srb)
{
    return ((const STORAGE_REQUEST_BLOCK *)Srb)->Function == SRB_FUNCTION_STORAGE_REQUEST_BLOCK;
}

/* Extended data Index, or NULL. */
FORCEINLINE PSRBEX_DATA SrbGetSrbExDataByIndex(PSTORAGE_REQUEST_BLOCK Srb, ULONG SrbExDataIndex)
{
    ULONG Offset;

    if (!NtbuildSrbIsExtended(Srb) || Srb->NumSrbExData == 0 || SrbExDataIndex >= Srb->NumSrbExData)
        return NULL;
    Offset = Srb->SrbExDataOffset[SrbExDataIndex];
    if (Offset < sizeof(STORAGE_REQUEST_BLOCK) || Offset >= Srb->SrbLength)
        return NULL;
    return (PSRBEX_DATA)((PUCHAR)Srb + Offset);
}

/* The first extended data of a type, or NULL. */
FORCEINLINE PSRBEX_DATA SrbGetSrbExDataByType(PSTORAGE_REQUEST_BLOCK Srb, SRBEXDATATYPE Type)
{
    ULONG Index;

    if (!NtbuildSrbIsExtended(Srb))
        return NULL;
    for (Index = 0; Index < Srb->NumSrbExData; Index++) {
        PSRBEX_DATA Data = SrbGetSrbExDataByIndex(Srb, Index);

        if (Data != NULL && Data->Type == Type)
            return Data;
    }
    return NULL;
}

/* The extended data that holds what SrbFunction is about, or NULL. */
FORCEINLINE PSRBEX_DATA SrbGetPrimarySrbExData(PSTORAGE_REQUEST_BLOCK Srb)
{
    ULONG Index;

    if (!NtbuildSrbIsExtended(Srb))
        return NULL;
    for (Index = 0; Index < Srb->NumSrbExData; Index++) {
        PSRBEX_DATA Data = SrbGetSrbExDataByIndex(Srb, Index);

        if (Data == NULL)
            continue;
        switch (Srb->SrbFunction) {
        case SRB_FUNCTION_EXECUTE_SCSI:
            if (Data->Type == SrbExDataTypeScsiCdb16 || Data->Type == SrbExDataTypeScsiCdb32 ||
                Data->Type == SrbExDataTypeScsiCdbVar)
                return Data;
            break;
        case SRB_FUNCTION_EXECUTE_NVME:
            if (Data->Type == SrbExDataTypeNvmeCommand)
                return Data;
            break;
        case SRB_FUNCTION_WMI:
            if (Data->Type == SrbExDataTypeWmi)
                return Data;
            break;
        case SRB_FUNCTION_PNP:
            if (Data->Type == SrbExDataTypePnP)
                return Data;
            break;
        case SRB_FUNCTION_POWER:
            if (Data->Type == SrbExDataTypePower)
                return Data;
            break;
        default:
            return NULL;
        }
    }
    return NULL;
}

FORCEINLINE PSTOR_ADDRESS SrbGetAddress(PSTORAGE_REQUEST_BLOCK Srb)
{
    if (!NtbuildSrbIsExtended(Srb) || Srb->AddressOffset < sizeof(STORAGE_REQUEST_BLOCK) ||
        Srb->AddressOffset >= Srb->SrbLength)
        return NULL;
    return (PSTOR_ADDRESS)((PUCHAR)Srb + Srb->AddressOffset);
}

FORCEINLINE ULONG SrbGetSrbLength(PVOID Srb)
{
    return NtbuildSrbIsExtended(Srb) ? ((PSTORAGE_REQUEST_BLOCK)Srb)->SrbLength
                                     : (ULONG)sizeof(SCSI_REQUEST_BLOCK);
}

FORCEINLINE VOID SrbSetSrbLength(PVOID Srb, ULONG Length)
{
    if (NtbuildSrbIsExtended(Srb))
        ((PSTORAGE_REQUEST_BLOCK)Srb)->SrbLength = Length;
    else
        ((PSCSI_REQUEST_BLOCK)Srb)->Length = (USHORT)Length;
}

/* A block, an address and the extended data of a function, in bytes. */
FORCEINLINE ULONG SrbGetDefaultSrbLengthFromFunction(ULONG SrbFunction)
{
    ULONG Length = sizeof(STORAGE_REQUEST_BLOCK) + sizeof(STOR_ADDR_BTL8);

    switch (SrbFunction) {
    case SRB_FUNCTION_PNP:
        return Length + sizeof(SRBEX_DATA_PNP);
    case SRB_FUNCTION_POWER:
        return Length + sizeof(SRBEX_DATA_POWER);
    case SRB_FUNCTION_WMI:
        return Length + sizeof(SRBEX_DATA_WMI);
    case SRB_FUNCTION_EXECUTE_SCSI:
        return Length + sizeof(SRBEX_DATA_SCSI_CDB16);
    default:
        return Length;
    }
}

/* False when the destination is too short. */
FORCEINLINE BOOLEAN SrbCopySrb(PVOID DestinationSrb, ULONG DestinationSrbLength, PVOID SourceSrb)
{
    ULONG Length = SrbGetSrbLength(SourceSrb);

    if (DestinationSrbLength < Length)
        return FALSE;
    memcpy(DestinationSrb, SourceSrb, Length);
    return TRUE;
}

/* All but Length, Function and SrbLength. */
FORCEINLINE VOID SrbZeroSrb(PVOID Srb)
{
    PSTORAGE_REQUEST_BLOCK_HEADER Header = (PSTORAGE_REQUEST_BLOCK_HEADER)Srb;
    USHORT HeaderLength = Header->Length;
    UCHAR Function = Header->Function;
    ULONG Length = SrbGetSrbLength(Srb);

    memset(Srb, 0, Length);
    Header->Length = HeaderLength;
    Header->Function = Function;
    if (NtbuildSrbIsExtended(Srb))
        ((PSTORAGE_REQUEST_BLOCK)Srb)->SrbLength = Length;
}

/* A command's extended data as the fields that the three forms share; NULL pointers are for none. */
typedef struct _NTBUILD_SRB_SCSI_DATA {
    UCHAR *ScsiStatus;
    UCHAR *SenseInfoBufferLength;
    PVOID *SenseInfoBuffer;
    UCHAR *CdbLength8;
    ULONG *CdbLength32;
    UCHAR *Cdb;
} NTBUILD_SRB_SCSI_DATA;

FORCEINLINE BOOLEAN NtbuildSrbFindScsiData(PSTORAGE_REQUEST_BLOCK Srb, NTBUILD_SRB_SCSI_DATA *Found)
{
    ULONG Index;

    memset(Found, 0, sizeof(*Found));
    if (!NtbuildSrbIsExtended(Srb) || Srb->SrbFunction != SRB_FUNCTION_EXECUTE_SCSI)
        return FALSE;
    for (Index = 0; Index < Srb->NumSrbExData; Index++) {
        PSRBEX_DATA Data = SrbGetSrbExDataByIndex(Srb, Index);
        ULONG_PTR Left;

        if (Data == NULL)
            continue;
        Left = Srb->SrbLength - (ULONG_PTR)((PUCHAR)Data - (PUCHAR)Srb);
        if (Data->Type == SrbExDataTypeScsiCdbVar && Left >= sizeof(SRBEX_DATA_SCSI_CDB_VAR)) {
            PSRBEX_DATA_SCSI_CDB_VAR Var = (PSRBEX_DATA_SCSI_CDB_VAR)Data;

            Found->ScsiStatus = &Var->ScsiStatus;
            Found->SenseInfoBufferLength = &Var->SenseInfoBufferLength;
            Found->SenseInfoBuffer = &Var->SenseInfoBuffer;
            Found->CdbLength32 = &Var->CdbLength;
            Found->Cdb = Var->Cdb;
            return TRUE;
        }
        /* CDB16 and CDB32 differ in nothing but the room for the command. */
        if ((Data->Type == SrbExDataTypeScsiCdb16 && Left >= sizeof(SRBEX_DATA_SCSI_CDB16)) ||
            (Data->Type == SrbExDataTypeScsiCdb32 && Left >= sizeof(SRBEX_DATA_SCSI_CDB32))) {
            PSRBEX_DATA_SCSI_CDB32 Fixed = (PSRBEX_DATA_SCSI_CDB32)Data;

            Found->ScsiStatus = &Fixed->ScsiStatus;
            Found->SenseInfoBufferLength = &Fixed->SenseInfoBufferLength;
            Found->SenseInfoBuffer = &Fixed->SenseInfoBuffer;
            Found->CdbLength8 = &Fixed->CdbLength;
            Found->Cdb = Fixed->Cdb;
            return TRUE;
        }
    }
    return FALSE;
}

/*
 * The command of an extended block, NULL without one. CdbLength8 is for commands of up to 32 bytes,
 * CdbLength32 for longer ones; what is not found is stored as zero only when the block is no command.
 */
FORCEINLINE PCDB SrbGetScsiData(
    PSTORAGE_REQUEST_BLOCK SrbEx, PUCHAR CdbLength8, PULONG CdbLength32, PUCHAR ScsiStatus,
    PVOID *SenseInfoBuffer, PUCHAR SenseInfoBufferLength)
{
    NTBUILD_SRB_SCSI_DATA Data;

    if (!NtbuildSrbFindScsiData(SrbEx, &Data)) {
        if (NtbuildSrbIsExtended(SrbEx) && SrbEx->SrbFunction == SRB_FUNCTION_EXECUTE_SCSI)
            return NULL;
        if (CdbLength8 != NULL)
            *CdbLength8 = 0;
        if (CdbLength32 != NULL)
            *CdbLength32 = 0;
        if (ScsiStatus != NULL)
            *ScsiStatus = 0;
        if (SenseInfoBuffer != NULL)
            *SenseInfoBuffer = NULL;
        if (SenseInfoBufferLength != NULL)
            *SenseInfoBufferLength = 0;
        return NULL;
    }
    if (CdbLength8 != NULL && Data.CdbLength8 != NULL)
        *CdbLength8 = *Data.CdbLength8;
    if (CdbLength32 != NULL && Data.CdbLength32 != NULL)
        *CdbLength32 = *Data.CdbLength32;
    if (ScsiStatus != NULL)
        *ScsiStatus = *Data.ScsiStatus;
    if (SenseInfoBuffer != NULL)
        *SenseInfoBuffer = *Data.SenseInfoBuffer;
    if (SenseInfoBufferLength != NULL)
        *SenseInfoBufferLength = *Data.SenseInfoBufferLength;
    if ((Data.CdbLength8 != NULL ? *Data.CdbLength8 : *Data.CdbLength32) == 0)
        return NULL;
    return (PCDB)Data.Cdb;
}

FORCEINLINE VOID SrbSetScsiData(
    PSTORAGE_REQUEST_BLOCK SrbEx, PUCHAR CdbLength8, PULONG CdbLength32, PUCHAR ScsiStatus,
    PVOID *SenseInfoBuffer, PUCHAR SenseInfoBufferLength)
{
    NTBUILD_SRB_SCSI_DATA Data;

    if (!NtbuildSrbFindScsiData(SrbEx, &Data))
        return;
    if (CdbLength8 != NULL && Data.CdbLength8 != NULL)
        *Data.CdbLength8 = *CdbLength8;
    if (CdbLength32 != NULL && Data.CdbLength32 != NULL)
        *Data.CdbLength32 = *CdbLength32;
    if (ScsiStatus != NULL)
        *Data.ScsiStatus = *ScsiStatus;
    if (SenseInfoBuffer != NULL)
        *Data.SenseInfoBuffer = *SenseInfoBuffer;
    if (SenseInfoBufferLength != NULL)
        *Data.SenseInfoBufferLength = *SenseInfoBufferLength;
}

FORCEINLINE PCDB SrbGetCdb(PVOID Srb)
{
    if (NtbuildSrbIsExtended(Srb))
        return SrbGetScsiData((PSTORAGE_REQUEST_BLOCK)Srb, NULL, NULL, NULL, NULL, NULL);
    return (PCDB)((PSCSI_REQUEST_BLOCK)Srb)->Cdb;
}

FORCEINLINE ULONG SrbGetSrbFunction(PVOID Srb)
{
    return NtbuildSrbIsExtended(Srb) ? ((PSTORAGE_REQUEST_BLOCK)Srb)->SrbFunction
                                     : ((PSCSI_REQUEST_BLOCK)Srb)->Function;
}

/* Fields of a command: a member of the older block, a part of the extended data of the newer. */
FORCEINLINE PVOID SrbGetSenseInfoBuffer(PVOID Srb)
{
    PVOID Buffer = NULL;

    if (!NtbuildSrbIsExtended(Srb))
        return ((PSCSI_REQUEST_BLOCK)Srb)->SenseInfoBuffer;
    SrbGetScsiData((PSTORAGE_REQUEST_BLOCK)Srb, NULL, NULL, NULL, &Buffer, NULL);
    return Buffer;
}

FORCEINLINE VOID SrbSetSenseInfoBuffer(PVOID Srb, PVOID SenseInfoBuffer)
{
    if (NtbuildSrbIsExtended(Srb))
        SrbSetScsiData((PSTORAGE_REQUEST_BLOCK)Srb, NULL, NULL, NULL, &SenseInfoBuffer, NULL);
    else
        ((PSCSI_REQUEST_BLOCK)Srb)->SenseInfoBuffer = SenseInfoBuffer;
}

FORCEINLINE UCHAR SrbGetSenseInfoBufferLength(PVOID Srb)
{
    UCHAR Length = 0;

    if (!NtbuildSrbIsExtended(Srb))
        return ((PSCSI_REQUEST_BLOCK)Srb)->SenseInfoBufferLength;
    SrbGetScsiData((PSTORAGE_REQUEST_BLOCK)Srb, NULL, NULL, NULL, NULL, &Length);
    return Length;
}

FORCEINLINE VOID SrbSetSenseInfoBufferLength(PVOID Srb, UCHAR SenseInfoBufferLength)
{
    if (NtbuildSrbIsExtended(Srb))
        SrbSetScsiData((PSTORAGE_REQUEST_BLOCK)Srb, NULL, NULL, NULL, NULL, &SenseInfoBufferLength);
    else
        ((PSCSI_REQUEST_BLOCK)Srb)->SenseInfoBufferLength = SenseInfoBufferLength;
}

FORCEINLINE UCHAR SrbGetScsiStatus(PVOID Srb)
{
    UCHAR Status = 0;

    if (!NtbuildSrbIsExtended(Srb))
        return ((PSCSI_REQUEST_BLOCK)Srb)->ScsiStatus;
    SrbGetScsiData((PSTORAGE_REQUEST_BLOCK)Srb, NULL, NULL, &Status, NULL, NULL);
    return Status;
}

FORCEINLINE VOID SrbSetScsiStatus(PVOID Srb, UCHAR ScsiStatus)
{
    if (NtbuildSrbIsExtended(Srb))
        SrbSetScsiData((PSTORAGE_REQUEST_BLOCK)Srb, NULL, NULL, &ScsiStatus, NULL, NULL);
    else
        ((PSCSI_REQUEST_BLOCK)Srb)->ScsiStatus = ScsiStatus;
}

FORCEINLINE UCHAR SrbGetCdbLength(PVOID Srb)
{
    UCHAR Length = 0;

    if (!NtbuildSrbIsExtended(Srb))
        return ((PSCSI_REQUEST_BLOCK)Srb)->CdbLength;
    SrbGetScsiData((PSTORAGE_REQUEST_BLOCK)Srb, &Length, NULL, NULL, NULL, NULL);
    return Length;
}

FORCEINLINE VOID SrbSetCdbLength(PVOID Srb, UCHAR CdbLength)
{
    if (NtbuildSrbIsExtended(Srb))
        SrbSetScsiData((PSTORAGE_REQUEST_BLOCK)Srb, &CdbLength, NULL, NULL, NULL, NULL);
    else
        ((PSCSI_REQUEST_BLOCK)Srb)->CdbLength = CdbLength;
}

/* Members that both blocks have, by their names in the newer and the older. */
#define NTBUILD_SRB_GET(Name, Type, Extended, Scsi) \
    FORCEINLINE Type SrbGet##Name(PVOID Srb) \
    { \
        return NtbuildSrbIsExtended(Srb) ? ((PSTORAGE_REQUEST_BLOCK)Srb)->Extended \
                                         : ((PSCSI_REQUEST_BLOCK)Srb)->Scsi; \
    }
#define NTBUILD_SRB_SET(Name, Type, Extended, ExtendedType, Scsi, ScsiType) \
    FORCEINLINE VOID SrbSet##Name(PVOID Srb, Type Value) \
    { \
        if (NtbuildSrbIsExtended(Srb)) \
            ((PSTORAGE_REQUEST_BLOCK)Srb)->Extended = (ExtendedType)Value; \
        else \
            ((PSCSI_REQUEST_BLOCK)Srb)->Scsi = (ScsiType)Value; \
    }

NTBUILD_SRB_GET(OriginalRequest, PVOID, OriginalRequest, OriginalRequest)
NTBUILD_SRB_SET(OriginalRequest, PVOID, OriginalRequest, PVOID, OriginalRequest, PVOID)
NTBUILD_SRB_GET(DataBuffer, PVOID, DataBuffer, DataBuffer)
NTBUILD_SRB_SET(DataBuffer, PVOID, DataBuffer, PVOID, DataBuffer, PVOID)
NTBUILD_SRB_GET(DataTransferLength, ULONG, DataTransferLength, DataTransferLength)
NTBUILD_SRB_SET(DataTransferLength, ULONG, DataTransferLength, ULONG, DataTransferLength, ULONG)
NTBUILD_SRB_GET(TimeOutValue, ULONG, TimeOutValue, TimeOutValue)
NTBUILD_SRB_SET(TimeOutValue, ULONG, TimeOutValue, ULONG, TimeOutValue, ULONG)
NTBUILD_SRB_GET(QueueTag, ULONG, RequestTag, QueueTag)
NTBUILD_SRB_SET(QueueTag, ULONG, RequestTag, ULONG, QueueTag, UCHAR)
NTBUILD_SRB_GET(RequestAttribute, ULONG, RequestAttribute, QueueAction)
NTBUILD_SRB_SET(RequestAttribute, UCHAR, RequestAttribute, USHORT, QueueAction, UCHAR)
NTBUILD_SRB_GET(SystemStatus, ULONG, SystemStatus, InternalStatus)
NTBUILD_SRB_SET(SystemStatus, ULONG, SystemStatus, ULONG, InternalStatus, ULONG)
NTBUILD_SRB_GET(MiniportContext, PVOID, MiniportContext, SrbExtension)
NTBUILD_SRB_GET(SrbFlags, ULONG, SrbFlags, SrbFlags)
#undef NTBUILD_SRB_GET
#undef NTBUILD_SRB_SET

/* Assign replaces all flags; Set adds some, Clear takes some away. */
FORCEINLINE VOID SrbAssignSrbFlags(PVOID Srb, ULONG Flags)
{
    if (NtbuildSrbIsExtended(Srb))
        ((PSTORAGE_REQUEST_BLOCK)Srb)->SrbFlags = Flags;
    else
        ((PSCSI_REQUEST_BLOCK)Srb)->SrbFlags = Flags;
}

FORCEINLINE VOID SrbSetSrbFlags(PVOID Srb, ULONG Flags)
{
    SrbAssignSrbFlags(Srb, SrbGetSrbFlags(Srb) | Flags);
}

FORCEINLINE VOID SrbClearSrbFlags(PVOID Srb, ULONG Flags)
{
    SrbAssignSrbFlags(Srb, SrbGetSrbFlags(Srb) & ~Flags);
}

FORCEINLINE PVOID SrbGetNextSrb(PVOID Srb)
{
    return NtbuildSrbIsExtended(Srb) ? (PVOID)((PSTORAGE_REQUEST_BLOCK)Srb)->NextSrb
                                     : (PVOID)((PSCSI_REQUEST_BLOCK)Srb)->NextSrb;
}

FORCEINLINE VOID SrbSetNextSrb(PVOID Srb, PVOID NextSrb)
{
    if (NtbuildSrbIsExtended(Srb))
        ((PSTORAGE_REQUEST_BLOCK)Srb)->NextSrb = (PSTORAGE_REQUEST_BLOCK)NextSrb;
    else
        ((PSCSI_REQUEST_BLOCK)Srb)->NextSrb = (PSCSI_REQUEST_BLOCK)NextSrb;
}

/* Only the older block has a sort key, only the newer one a context of the port driver. */
FORCEINLINE VOID SrbSetQueueSortKey(PVOID Srb, ULONG QueueSortKey)
{
    if (!NtbuildSrbIsExtended(Srb))
        ((PSCSI_REQUEST_BLOCK)Srb)->QueueSortKey = QueueSortKey;
}

FORCEINLINE PVOID SrbGetPortContext(PVOID Srb)
{
    return NtbuildSrbIsExtended(Srb) ? ((PSTORAGE_REQUEST_BLOCK)Srb)->PortContext : NULL;
}

/* At the same place in both. */
FORCEINLINE UCHAR SrbGetSrbStatus(PVOID Srb)
{
    return ((PSTORAGE_REQUEST_BLOCK_HEADER)Srb)->SrbStatus;
}

/* The flags in the upper bits of the status stay. */
FORCEINLINE VOID SrbSetSrbStatus(PVOID Srb, UCHAR Status)
{
    ((PSTORAGE_REQUEST_BLOCK_HEADER)Srb)->SrbStatus = Status;
}

/* The address of an extended block as bus, target and unit, or NULL. */
FORCEINLINE PSTOR_ADDR_BTL8 NtbuildSrbGetBtl8(PVOID Srb)
{
    PSTOR_ADDRESS Address = SrbGetAddress((PSTORAGE_REQUEST_BLOCK)Srb);

    return Address != NULL && Address->Type == STOR_ADDRESS_TYPE_BTL8 ? (PSTOR_ADDR_BTL8)Address
                                                                     : NULL;
}

FORCEINLINE VOID SrbGetPathTargetLun(PVOID Srb, PUCHAR PathId, PUCHAR TargetId, PUCHAR Lun)
{
    UCHAR Path = 0, Target = 0, Unit = 0;

    if (!NtbuildSrbIsExtended(Srb)) {
        Path = ((PSCSI_REQUEST_BLOCK)Srb)->PathId;
        Target = ((PSCSI_REQUEST_BLOCK)Srb)->TargetId;
        Unit = ((PSCSI_REQUEST_BLOCK)Srb)->Lun;
    } else {
        PSTOR_ADDR_BTL8 Address = NtbuildSrbGetBtl8(Srb);

        if (Address == NULL)
            return;
        Path = Address->Path;
        Target = Address->Target;
        Unit = Address->Lun;
    }
    if (PathId != NULL)
        *PathId = Path;
    if (TargetId != NULL)
        *TargetId = Target;
    if (Lun != NULL)
        *Lun = Unit;
}

FORCEINLINE UCHAR SrbGetPathId(PVOID Srb)
{
    UCHAR PathId = 0;

    SrbGetPathTargetLun(Srb, &PathId, NULL, NULL);
    return PathId;
}

FORCEINLINE UCHAR SrbGetTargetId(PVOID Srb)
{
    UCHAR TargetId = 0;

    SrbGetPathTargetLun(Srb, NULL, &TargetId, NULL);
    return TargetId;
}

FORCEINLINE UCHAR SrbGetLun(PVOID Srb)
{
    UCHAR Lun = 0;

    SrbGetPathTargetLun(Srb, NULL, NULL, &Lun);
    return Lun;
}

#ifdef __cplusplus
}
#endif

#endif
