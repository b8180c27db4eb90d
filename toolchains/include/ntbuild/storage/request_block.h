/*
 * ntbuild/storage/request_block.h - STORAGE_REQUEST_BLOCK, its addresses and its extended data.
 *
 * The request block of Windows 8 and later. What follows its fixed part lies at byte offsets from
 * its beginning: an address (AddressOffset) and extended data (SrbExDataOffset[]), each of which
 * begins with its type and the length of what comes after these two.
 */
#ifndef NTBUILD_STORAGE_REQUEST_BLOCK_H
#define NTBUILD_STORAGE_REQUEST_BLOCK_H

#ifndef POINTER_ALIGN
# if defined(_WIN64)
#  define POINTER_ALIGN DECLSPEC_ALIGN(8)
# else
#  define POINTER_ALIGN
# endif
#endif

#define STOR_ADDRESS_TYPE_UNKNOWN       0x00
#define STOR_ADDRESS_TYPE_BTL8          0x01
#define STOR_ADDRESS_TYPE_MAX           0xffff
#define STOR_ADDR_BTL8_ADDRESS_LENGTH   4

typedef struct _STOR_ADDRESS {
    POINTER_ALIGN USHORT Type;
    USHORT Port;
    ULONG AddressLength;
    UCHAR AddressData[ANYSIZE_ARRAY];
} STOR_ADDRESS, *PSTOR_ADDRESS;

/* Bus, target and logical unit of 8 bits each. */
typedef struct _STOR_ADDR_BTL8 {
    POINTER_ALIGN USHORT Type;
    USHORT Port;
    ULONG AddressLength;
    UCHAR Path;
    UCHAR Target;
    UCHAR Lun;
    UCHAR Reserved;
} STOR_ADDR_BTL8, *PSTOR_ADDR_BTL8;

typedef enum _SRBEXDATATYPE {
    SrbExDataTypeUnknown = 0,
    SrbExDataTypeBidirectional,
    SrbExDataTypeScsiCdb16 = 0x40,
    SrbExDataTypeScsiCdb32,
    SrbExDataTypeScsiCdbVar,
    SrbExDataTypeNvmeCommand,
    SrbExDataTypeWmi = 0x60,
    SrbExDataTypePower,
    SrbExDataTypePnP,
    SrbExDataTypeIoInfo = 0x80,
    SrbExDataTypePassthroughDirect = 0xa0,
    SrbExDataTypeMSReservedStart = (int)0xf0000000,
    SrbExDataTypeReserved = (int)0xffffffff
} SRBEXDATATYPE, *PSRBEXDATATYPE;

typedef struct _SRBEX_DATA {
    POINTER_ALIGN SRBEXDATATYPE Type;
    ULONG Length;
    UCHAR Data[ANYSIZE_ARRAY];
} SRBEX_DATA, *PSRBEX_DATA;

/* Values of Length: the fields after it. */
#define SRBEX_DATA_BIDIRECTIONAL_LENGTH     (2 * sizeof(ULONG) + sizeof(PVOID))
#define SRBEX_DATA_SCSI_CDB16_LENGTH        (2 * sizeof(ULONG) + sizeof(PVOID) + 16)
#define SRBEX_DATA_SCSI_CDB32_LENGTH        (2 * sizeof(ULONG) + sizeof(PVOID) + 32)
#define SRBEX_DATA_SCSI_CDB_VAR_LENGTH_MIN  (4 * sizeof(ULONG) + sizeof(PVOID))
#define SRBEX_DATA_SCSI_CDB_VAR_LENGTH_MAX  0xffffffffUL
#define SRBEX_DATA_NVME_COMMAND_LENGTH      (20 * sizeof(ULONG))
#define SRBEX_DATA_WMI_LENGTH               (2 * sizeof(ULONG) + sizeof(PVOID))
#define SRBEX_DATA_POWER_LENGTH             (3 * sizeof(ULONG))
#define SRBEX_DATA_PNP_LENGTH               (4 * sizeof(ULONG))
#define SRBEX_DATA_IO_INFO_LENGTH           (6 * sizeof(ULONG))

typedef struct _SRBEX_DATA_BIDIRECTIONAL {
    POINTER_ALIGN SRBEXDATATYPE Type;
    ULONG Length;
    ULONG DataInTransferLength;
    ULONG Reserved1;
    POINTER_ALIGN PVOID DataInBuffer;
} SRBEX_DATA_BIDIRECTIONAL, *PSRBEX_DATA_BIDIRECTIONAL;

typedef struct _SRBEX_DATA_SCSI_CDB16 {
    POINTER_ALIGN SRBEXDATATYPE Type;
    ULONG Length;
    UCHAR ScsiStatus;
    UCHAR SenseInfoBufferLength;
    UCHAR CdbLength;
    UCHAR Reserved;
    ULONG Reserved1;
    POINTER_ALIGN PVOID SenseInfoBuffer;
    POINTER_ALIGN UCHAR Cdb[16];
} SRBEX_DATA_SCSI_CDB16, *PSRBEX_DATA_SCSI_CDB16;

typedef struct _SRBEX_DATA_SCSI_CDB32 {
    POINTER_ALIGN SRBEXDATATYPE Type;
    ULONG Length;
    UCHAR ScsiStatus;
    UCHAR SenseInfoBufferLength;
    UCHAR CdbLength;
    UCHAR Reserved;
    ULONG Reserved1;
    POINTER_ALIGN PVOID SenseInfoBuffer;
    POINTER_ALIGN UCHAR Cdb[32];
} SRBEX_DATA_SCSI_CDB32, *PSRBEX_DATA_SCSI_CDB32;

typedef struct _SRBEX_DATA_SCSI_CDB_VAR {
    POINTER_ALIGN SRBEXDATATYPE Type;
    ULONG Length;
    UCHAR ScsiStatus;
    UCHAR SenseInfoBufferLength;
    UCHAR Reserved[2];
    ULONG CdbLength;
    ULONG Reserved1[2];
    POINTER_ALIGN PVOID SenseInfoBuffer;
    POINTER_ALIGN UCHAR Cdb[ANYSIZE_ARRAY];
} SRBEX_DATA_SCSI_CDB_VAR, *PSRBEX_DATA_SCSI_CDB_VAR;

typedef struct _SRBEX_DATA_WMI {
    POINTER_ALIGN SRBEXDATATYPE Type;
    ULONG Length;
    UCHAR WMISubFunction;
    UCHAR WMIFlags;
    UCHAR Reserved[2];
    ULONG Reserved1;
    POINTER_ALIGN PVOID DataPath;
} SRBEX_DATA_WMI, *PSRBEX_DATA_WMI;

typedef struct _SRBEX_DATA_POWER {
    POINTER_ALIGN SRBEXDATATYPE Type;
    ULONG Length;
    UCHAR SrbPowerFlags;
    UCHAR Reserved[3];
    STOR_DEVICE_POWER_STATE DevicePowerState;
    STOR_POWER_ACTION PowerAction;
} SRBEX_DATA_POWER, *PSRBEX_DATA_POWER;

typedef struct _SRBEX_DATA_PNP {
    POINTER_ALIGN SRBEXDATATYPE Type;
    ULONG Length;
    UCHAR PnPSubFunction;
    UCHAR Reserved[3];
    STOR_PNP_ACTION PnPAction;
    ULONG SrbPnPFlags;
    ULONG Reserved1;
} SRBEX_DATA_PNP, *PSRBEX_DATA_PNP;

/* SRBEX_DATA_IO_INFO.Flags */
#define REQUEST_INFO_NO_CACHE_FLAG              0x00000001
#define REQUEST_INFO_PAGING_IO_FLAG             0x00000002
#define REQUEST_INFO_SEQUENTIAL_IO_FLAG         0x00000004
#define REQUEST_INFO_TEMPORARY_FLAG             0x00000008
#define REQUEST_INFO_WRITE_THROUGH_FLAG         0x00000010
#define REQUEST_INFO_HYBRID_WRITE_THROUGH_FLAG  0x00000020
#define REQUEST_INFO_NO_FILE_OBJECT_FLAG        0x00000040
#define REQUEST_INFO_VOLSNAP_IO_FLAG            0x00000080
#define REQUEST_INFO_STREAM_FLAG                0x00000100
#define REQUEST_INFO_VALID_CACHEPRIORITY_FLAG   0x80000000

typedef struct _SRBEX_DATA_IO_INFO {
    POINTER_ALIGN SRBEXDATATYPE Type;
    ULONG Length;
    ULONG Flags;
    ULONG Key;
    ULONG RWLength;
    BOOLEAN IsWriteRequest;
    UCHAR CachePriority;
    UCHAR Reserved[2];
    ULONG Reserved1[2];
} SRBEX_DATA_IO_INFO, *PSRBEX_DATA_IO_INFO;

#define SRBEX_DATA_NVME_COMMAND_TYPE_NVM                        0x0
#define SRBEX_DATA_NVME_COMMAND_TYPE_ADMIN                      0x1
#define SRBEX_DATA_NVME_COMMAND_FLAG_REQUIRE_DATA_TRANSFER_IN   0x1
#define SRBEX_DATA_NVME_COMMAND_FLAG_REQUIRE_DATA_TRANSFER_OUT  0x2
#define SRBEX_DATA_NVME_COMMAND_FLAG_PRP_SET_ALREADY            0x4
#define SRBEX_DATA_NVME_COMMAND_FLAG_SIGNATURE_ENABLED          0x8

typedef struct _SRBEX_DATA_NVME_COMMAND {
    POINTER_ALIGN SRBEXDATATYPE Type;
    ULONG Length;
    ULONG CommandDWORD0;
    ULONG CommandNSID;
    ULONG Reserved0[2];
    ULONGLONG CommandMPTR;
    ULONGLONG CommandPRP1;
    ULONGLONG CommandPRP2;
    ULONG CommandCDW10;
    ULONG CommandCDW11;
    ULONG CommandCDW12;
    ULONG CommandCDW13;
    ULONG CommandCDW14;
    ULONG CommandCDW15;
    UCHAR CommandType;
    UCHAR CommandFlags;
    union {
        struct {
            USHORT P : 1;           /* phase tag */
            USHORT SC : 8;          /* status code */
            USHORT SCT : 3;         /* status code type */
            USHORT Reserved : 2;
            USHORT M : 1;           /* more */
            USHORT DNR : 1;         /* do not retry */
        };
        USHORT AsUshort;
    } CommandStatus;
    USHORT QID;
    ULONG CommandTag;
    ULONG CQEntryDW0;
} SRBEX_DATA_NVME_COMMAND, *PSRBEX_DATA_NVME_COMMAND;

#define SRB_SIGNATURE                    0x53524258
#define STORAGE_REQUEST_BLOCK_VERSION_1  0x1

typedef struct _STORAGE_REQUEST_BLOCK_HEADER {
    POINTER_ALIGN USHORT Length;
    UCHAR Function;
    UCHAR SrbStatus;
} STORAGE_REQUEST_BLOCK_HEADER, *PSTORAGE_REQUEST_BLOCK_HEADER;

/* Function is SRB_FUNCTION_STORAGE_REQUEST_BLOCK; what is asked for stands in SrbFunction. */
typedef struct _STORAGE_REQUEST_BLOCK {
    POINTER_ALIGN USHORT Length;
    UCHAR Function;
    UCHAR SrbStatus;
    ULONG ReservedUlong1;
    ULONG Signature;
    ULONG Version;
    ULONG SrbLength;
    ULONG SrbFunction;
    ULONG SrbFlags;
    ULONG ReservedUlong2;
    ULONG RequestTag;
    USHORT RequestPriority;
    USHORT RequestAttribute;
    ULONG TimeOutValue;
    ULONG SystemStatus;
    ULONG ZeroGuard1;
    ULONG AddressOffset;
    ULONG NumSrbExData;
    ULONG DataTransferLength;
    POINTER_ALIGN PVOID DataBuffer;
    POINTER_ALIGN PVOID ZeroGuard2;
    POINTER_ALIGN PVOID OriginalRequest;
    POINTER_ALIGN PVOID ClassContext;
    POINTER_ALIGN PVOID PortContext;
    POINTER_ALIGN PVOID MiniportContext;
    POINTER_ALIGN struct _STORAGE_REQUEST_BLOCK *NextSrb;
    ULONG SrbExDataOffset[ANYSIZE_ARRAY];
} STORAGE_REQUEST_BLOCK, *PSTORAGE_REQUEST_BLOCK;

#endif
