/*
 * traced - TraceLogging that writes nothing: what it is given is compiled and never called; and the
 * identifiers of WMI and of kernel streaming.
 */
#include <ntddk.h>
#include <windef.h>
#include <winmeta.h>
#include <wmiguid.h>
#include <ks.h>
#include <ksmedia.h>
#include <TraceLoggingProvider.h>
#include "sizes.h"

TRACELOGGING_DECLARE_PROVIDER(Provider);
TRACELOGGING_DEFINE_PROVIDER(
    Provider, "Traced", (0xb3864c38, 0x4273, 0x58c5, 0x54, 0x5b, 0x8b, 0x36, 0x08, 0x34, 0x34, 0x71),
    TraceLoggingOptionGroup(0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0));

VALUE(WINEVENT_LEVEL_VERBOSE, 5);
VALUE(WINEVENT_OPCODE_RECEIVE, 0xf0);

EXTERN_C_START
ULONG NeverCalled(void);
DRIVER_INITIALIZE DriverEntry;
NTSTATUS NTAPI DriverEntry(PDRIVER_OBJECT Driver, PUNICODE_STRING Path)
{
    static const GUID Smbios = SMBIOS_DATA_GUID;
    GUID Id = TraceLoggingProviderId(Provider);
    NTSTATUS Status = TraceLoggingRegister(Provider);

    if (!NT_SUCCESS(Status) || TraceLoggingProviderEnabled(Provider, WINEVENT_LEVEL_ERROR, 1))
        return STATUS_UNSUCCESSFUL;
    TraceLoggingWrite(Provider, "Plain");
    TraceLoggingWrite(
        Provider, "Whole", TraceLoggingLevel(WINEVENT_LEVEL_ERROR), TraceLoggingKeyword(4),
        TraceLoggingOpcode(WINEVENT_OPCODE_START), TraceLoggingUInt32(NeverCalled(), "Called"),
        TraceLoggingPointer(Driver, "Driver"), TraceLoggingValue(Path->Length),
        TraceLoggingUnicodeString(Path, "Path", "where"), TraceLoggingGuid(Id, "Id"),
        TraceLoggingUInt16FixedArray(Path->Buffer, 2, "Array"), TraceLoggingStruct(1, "Inner"),
        TraceLoggingBinary(Path, sizeof(*Path)), TraceLoggingNTStatus(Status));
    TraceLoggingWriteActivity(Provider, "Part", &Id, NULL, TraceLoggingBool(TRUE, "It"));
    TraceLoggingUnregister(Provider);
    return Id.Data1 == 0xb3864c38 && Smbios.Data1 == KSMEDIUMSETID_Standard.Data1
        ? STATUS_SUCCESS : STATUS_NOT_FOUND;
}
EXTERN_C_END
