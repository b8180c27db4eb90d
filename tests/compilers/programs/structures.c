/*
 * structures.c - the sizes that drivers and kernel have to agree on, for every machine.
 *
 * Compiled with HEADER naming wdm.h, ntddk.h or ntifs.h. The two ARM machines are read with the
 * help of macros meant for x64 and x86: a packing mistake there shows here and nowhere else.
 */
#include HEADER
#include <ntbuild/sections.h>

#if defined(_WIN64)
# define SIZE(Type, Size64, Size32) C_ASSERT(sizeof(Type) == (Size64))
# define OFFSET(Type, Field, Offset64, Offset32) \
    C_ASSERT(FIELD_OFFSET(Type, Field) == (Offset64))
#else
# define SIZE(Type, Size64, Size32) C_ASSERT(sizeof(Type) == (Size32))
# define OFFSET(Type, Field, Offset64, Offset32) \
    C_ASSERT(FIELD_OFFSET(Type, Field) == (Offset32))
#endif

SIZE(IO_STACK_LOCATION, 72, 36);
OFFSET(IO_STACK_LOCATION, Parameters, 8, 4);
OFFSET(IO_STACK_LOCATION, Parameters.DeviceIoControl.OutputBufferLength, 8, 4);
OFFSET(IO_STACK_LOCATION, Parameters.DeviceIoControl.InputBufferLength, 16, 8);
OFFSET(IO_STACK_LOCATION, Parameters.DeviceIoControl.IoControlCode, 24, 12);
OFFSET(IO_STACK_LOCATION, DeviceObject, 40, 20);
OFFSET(IO_STACK_LOCATION, CompletionRoutine, 56, 28);
SIZE(IRP, 208, 112);
OFFSET(IRP, IoStatus, 48, 24);
OFFSET(IRP, Tail.Overlay.CurrentStackLocation, 184, 96);
SIZE(DRIVER_OBJECT, 336, 168);
OFFSET(DRIVER_OBJECT, DriverUnload, 104, 52);
OFFSET(DRIVER_OBJECT, MajorFunction, 112, 56);
OFFSET(DEVICE_OBJECT, DeviceExtension, 64, 40);
SIZE(KEVENT, 24, 16);
SIZE(KDPC, 64, 32);
SIZE(MDL, 48, 28);
SIZE(FILE_OBJECT, 216, 128);
SIZE(ERESOURCE, 104, 56);
SIZE(FAST_MUTEX, 56, 32);
SIZE(UNICODE_STRING, 16, 8);
SIZE(LIST_ENTRY, 16, 8);
SIZE(LARGE_INTEGER, 8, 8);

/* ARM aligns the 64-bit due time, x86 does not. */
#if defined(__arm__)
C_ASSERT(sizeof(KTIMER) == 48);
#else
SIZE(KTIMER, 64, 40);
#endif

#if defined(WANT_CONTEXT)
# if defined(__aarch64__)
C_ASSERT(sizeof(CONTEXT) == 0x390);
# elif defined(__arm__)
C_ASSERT(sizeof(CONTEXT) == 0x1a0);
# elif defined(__x86_64__)
C_ASSERT(sizeof(CONTEXT) == 0x4d0);
# else
C_ASSERT(sizeof(CONTEXT) == 0x2cc);
# endif
#endif
