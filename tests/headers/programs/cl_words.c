/* What cl takes in C: noexcept, va_end of any pointer to characters, values of void functions. */
#include <ntifs.h>
#include <ntstrsafe.h>
#include <ntverp.h>

NTSTATUS Plain(void) noexcept;
NTSTATUS Plain(void) noexcept
{
    return STATUS_SUCCESS;
}

void Ended(const char *Format, ...)
{
    va_list Arguments;
    const char *Other = Format;

    va_start(Arguments, Format);
    va_end(Arguments);
    va_end(Other);
}

void Returns(int Value)
{
    return Value;
}

ULONG Version = VER_PRODUCTBUILD;
DWORD Word = VOS_NT_WINDOWS32;
ULONG Flags(PDEVICE_OBJECT Device)
{
    return Device->DeviceObjectExtension->ExtensionFlags;
}

/* Projects declare these themselves: the WDK does not. */
typedef struct _PORT_MESSAGE {
    int Own;
} PORT_MESSAGE, *PPORT_MESSAGE;
typedef struct _OBJECT_BASIC_INFORMATION {
    int Own;
} OBJECT_BASIC_INFORMATION, *POBJECT_BASIC_INFORMATION;

static Untyped(PEJOB Job)
{
    return Job == NULL;
}
int (*UntypedPointer)(PEJOB) = Untyped;
