/* aux_klib_calls - the library aux_klib on a kernel that a test makes up: two modules, one table. */
#include <ntddk.h>
#include <aux_klib.h>

#define PROGRAM "aux_klib_calls"
#include "checks.h"

extern const GUID GUID_DEVINTERFACE_DISK;

NTSTATUS NTAPI DriverEntry(PDRIVER_OBJECT Driver, PUNICODE_STRING Path)
{
    static AUX_MODULE_EXTENDED_INFO Modules[2];
    AUX_MODULE_BASIC_INFO Basic[2];
    KBUGCHECK_DATA Data;
    UCHAR Table[8];
    ULONG Size = 0;

    UNREFERENCED_PARAMETER(Path);
    CHECK(AuxKlibQueryModuleInformation(&Size, sizeof(Basic[0]), NULL) == STATUS_UNSUCCESSFUL);
    CHECK(AuxKlibInitialize() == STATUS_SUCCESS);
    CHECK(AuxKlibQueryModuleInformation(&Size, 3, NULL) == STATUS_INVALID_PARAMETER);
    CHECK(AuxKlibQueryModuleInformation(&Size, sizeof(Modules[0]), NULL) == STATUS_SUCCESS);
    CHECK(Size == sizeof(Modules));
    Size--;
    CHECK(AuxKlibQueryModuleInformation(&Size, sizeof(Modules[0]), Modules) ==
          STATUS_BUFFER_TOO_SMALL);
    CHECK(AuxKlibQueryModuleInformation(&Size, sizeof(Modules[0]), Modules) == STATUS_SUCCESS);
    CHECK((ULONG_PTR)Modules[1].BasicInfo.ImageBase == 0x2000 && Modules[1].ImageSize == 0x300);
    CHECK(Modules[1].FileNameOffset == 4 && Modules[1].FullPathName[4] == 'b');
    Size = sizeof(Basic);
    CHECK(AuxKlibQueryModuleInformation(&Size, sizeof(Basic[0]), Basic) == STATUS_SUCCESS);
    CHECK((ULONG_PTR)Basic[0].ImageBase == 0x1000);
    CHECK(AuxKlibGetSystemFirmwareTable('RSMB', 7, Table, sizeof(Table), &Size) == STATUS_SUCCESS);
    CHECK(Size == 3 && Table[0] == 7 && Table[2] == 1);
    Data.BugCheckDataSize = sizeof(Data);
    CHECK(AuxKlibGetBugCheckData(&Data) == STATUS_UNSUCCESSFUL);
    CHECK(AuxKlibGetImageExportDirectory(Modules) == NULL);
    CHECK(GUID_DEVINTERFACE_DISK.Data1 == 0x53f56307);
    return FINISH(Driver);
}
