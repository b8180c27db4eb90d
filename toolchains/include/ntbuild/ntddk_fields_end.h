/* ntbuild/ntddk_fields_end.h - undoes ntddk_fields.h, and says the values that go with the fields. */
#undef ExpressWakeControl
#undef RootStatus
#undef ResourceTypeMax
#undef ExtendedRegisterAddress
#undef _DEBUG_DEVICE_DESCRIPTOR
#undef DEBUG_DEVICE_DESCRIPTOR
#undef PDEBUG_DEVICE_DESCRIPTOR
#undef _XSTATE_CONFIGURATION
#undef XSTATE_CONFIGURATION
#undef PXSTATE_CONFIGURATION
#undef PCI_READ_WRITE_CONFIG
#undef PCI_PIN_TO_LINE
#undef PCI_LINE_TO_PIN
#undef PCI_ROOT_BUS_CAPABILITY
#undef PCI_EXPRESS_WAKE_CONTROL

typedef ULONG NTAPI PCI_READ_WRITE_CONFIG(
    PVOID Context, ULONG BusOffset, ULONG Slot, PVOID Buffer, ULONG Offset, ULONG Length);
typedef VOID NTAPI PCI_PIN_TO_LINE(PVOID Context, PPCI_COMMON_CONFIG PciData);
typedef VOID NTAPI PCI_LINE_TO_PIN(
    PVOID Context, PPCI_COMMON_CONFIG PciNewData, PPCI_COMMON_CONFIG PciOldData);
typedef VOID NTAPI PCI_ROOT_BUS_CAPABILITY(
    PVOID Context, PPCI_ROOT_BUS_HARDWARE_CAPABILITY HardwareCapability);
typedef VOID NTAPI PCI_EXPRESS_WAKE_CONTROL(PVOID Context, BOOLEAN EnableWake);

#undef PCI_BUS_INTERFACE_STANDARD_VERSION
#define PCI_BUS_INTERFACE_STANDARD_VERSION 2
/* It is no pool of its own since Windows 8. */
#undef PROTECTED_POOL
#define PROTECTED_POOL 0
#if defined(__x86_64__)
# undef CONTEXT_XSTATE
# define CONTEXT_XSTATE (CONTEXT_AMD64 | 0x40L)
#endif
/* With those of cluster shared volumes and of portable devices. */
#undef FILE_CHARACTERISTICS_PROPAGATED
#define FILE_CHARACTERISTICS_PROPAGATED                                                           \
    (FILE_REMOVABLE_MEDIA | FILE_READ_ONLY_DEVICE | FILE_FLOPPY_DISKETTE |                        \
        FILE_WRITE_ONCE_MEDIA | FILE_DEVICE_SECURE_OPEN | FILE_CHARACTERISTIC_CSV |               \
        FILE_PORTABLE_DEVICE)
