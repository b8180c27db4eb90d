/* statistic - _InterlockedAddLargeStatistic of x86: DriverEntry counts what is wrong. */
#include <ntddk.h>

DRIVER_INITIALIZE DriverEntry;
NTSTATUS DriverEntry(PDRIVER_OBJECT Driver, PUNICODE_STRING Path)
{
    LARGE_INTEGER Value;
    NTSTATUS Wrong = 0;

    UNREFERENCED_PARAMETER(Driver);
    UNREFERENCED_PARAMETER(Path);
    Value.QuadPart = 0x5fffffffe;
    ExInterlockedAddLargeStatistic(&Value, 1);
    Wrong += Value.QuadPart != 0x5ffffffff;
    ExInterlockedAddLargeStatistic(&Value, 3);
    Wrong += Value.QuadPart != 0x600000002;
    return Wrong;
}
