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

SIZE(KSEMAPHORE, 32, 20);
SIZE(KMUTEX, 56, 32);
SIZE(KAPC, 88, 48);
SIZE(KDEVICE_QUEUE, 40, 20);
SIZE(KDEVICE_QUEUE_ENTRY, 24, 16);
SIZE(WORK_QUEUE_ITEM, 32, 16);
SIZE(OBJECT_ATTRIBUTES, 48, 24);
SIZE(CM_PARTIAL_RESOURCE_DESCRIPTOR, 20, 16);
SIZE(IO_RESOURCE_DESCRIPTOR, 32, 32);
SIZE(DEVICE_CAPABILITIES, 64, 64);
SIZE(SECURITY_SUBJECT_CONTEXT, 32, 16);
SIZE(KSYSTEM_TIME, 12, 12);
SIZE(IO_REMOVE_LOCK_COMMON_BLOCK, 32, 24);
SIZE(KLOCK_QUEUE_HANDLE, 24, 12);
SIZE(FAST_IO_DISPATCH, 224, 112);
SIZE(FILE_BASIC_INFORMATION, 40, 40);
SIZE(FILE_STANDARD_INFORMATION, 24, 24);
SIZE(KEY_VALUE_PARTIAL_INFORMATION, 16, 16);
SIZE(RTL_QUERY_REGISTRY_TABLE, 56, 28);
SIZE(BUS_INTERFACE_STANDARD, 64, 32);
SIZE(PCI_COMMON_CONFIG, 256, 256);
SIZE(IO_STATUS_BLOCK, 16, 8);
SIZE(KWAIT_BLOCK, 48, 24);
SIZE(SLIST_ENTRY, 16, 4);
SIZE(GUID, 16, 16);
SIZE(SECTION_OBJECT_POINTERS, 24, 12);
SIZE(IO_CSQ, 64, 32);
SIZE(IO_SECURITY_CONTEXT, 24, 16);
SIZE(CLIENT_ID, 16, 8);
SIZE(SCATTER_GATHER_ELEMENT, 24, 16);
SIZE(EVENT_DATA_DESCRIPTOR, 16, 16);
SIZE(OB_OPERATION_REGISTRATION, 32, 16);
SIZE(OB_CALLBACK_REGISTRATION, 40, 20);
OFFSET(IRP, RequestorMode, 64, 32);
OFFSET(IRP, Cancel, 68, 36);
OFFSET(IRP, CancelIrql, 69, 37);
OFFSET(IRP, UserIosb, 72, 40);
OFFSET(IRP, AssociatedIrp, 24, 12);
OFFSET(IRP, UserBuffer, 112, 60);
OFFSET(DRIVER_OBJECT, DriverStart, 24, 12);
OFFSET(DRIVER_OBJECT, DriverExtension, 48, 24);
OFFSET(DRIVER_OBJECT, DriverName, 56, 28);
OFFSET(DEVICE_OBJECT, AttachedDevice, 24, 16);
OFFSET(DEVICE_OBJECT, Flags, 48, 28);
OFFSET(DEVICE_OBJECT, StackSize, 76, 48);
OFFSET(FILE_OBJECT, FsContext, 24, 12);
OFFSET(FILE_OBJECT, FileName, 88, 48);
OFFSET(MDL, MappedSystemVa, 24, 12);
OFFSET(MDL, ByteCount, 40, 20);
#if defined(_NTIFS_INCLUDED_)
SIZE(FSRTL_COMMON_FCB_HEADER, 48, 40);
SIZE(FSRTL_ADVANCED_FCB_HEADER, 112, 72);
SIZE(FILE_FULL_EA_INFORMATION, 12, 12);
SIZE(FILE_NAME_INFORMATION, 8, 8);
#endif
#if defined(WANT_CONTEXT)
SIZE(IMAGE_INFO, 40, 20);
SIZE(PS_CREATE_NOTIFY_INFO, 72, 36);
#endif

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
