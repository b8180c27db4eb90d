/*
 * kernel_data - the kernel's variables as WDK sources name them: each is compared with what the
 * kernel itself finds under its name. Prints "kernel_data: 5 right, 0 wrong" when it starts.
 */

#include <ntifs.h>

DRIVER_INITIALIZE DriverEntry;

/* As drivers declare them, which no header does. */
extern POBJECT_TYPE *IoDriverObjectType;

static ULONG Right, Wrong;

static VOID Compare(PCWSTR Text, POBJECT_TYPE Given)
{
    UNICODE_STRING Name;
    POBJECT_TYPE *There;

    RtlInitUnicodeString(&Name, Text);
    There = (POBJECT_TYPE *)MmGetSystemRoutineAddress(&Name);
    if (There != NULL && *There != NULL && *There == Given)
        Right++;
    else
        Wrong++;
}

static VOID NTAPI Unload(PDRIVER_OBJECT DriverObject)
{
    (void)DriverObject;
}

NTSTATUS NTAPI DriverEntry(PDRIVER_OBJECT DriverObject, PUNICODE_STRING RegistryPath)
{
    (void)RegistryPath;
    Compare(L"PsProcessType", *PsProcessType);
    Compare(L"PsThreadType", *PsThreadType);
    Compare(L"IoFileObjectType", *IoFileObjectType);
    Compare(L"ExEventObjectType", *ExEventObjectType);
    Compare(L"IoDriverObjectType", *IoDriverObjectType);
    DbgPrint("kernel_data: %u right, %u wrong\n", Right, Wrong);
    DriverObject->DriverUnload = Unload;
    return STATUS_SUCCESS;
}
