/* validate_access.c - IoValidateDeviceIoControlAccess, which every kernel since Windows Vista has. */
#include <ntddk.h>
#include <wdmsec.h>

#undef IoValidateDeviceIoControlAccess
NTKERNELAPI NTSTATUS NTAPI IoValidateDeviceIoControlAccess(PIRP Irp, ULONG RequiredAccess);

NTSTATUS NTAPI WdmlibIoValidateDeviceIoControlAccess(PIRP Irp, ULONG RequiredAccess)
{
    return IoValidateDeviceIoControlAccess(Irp, RequiredAccess);
}
