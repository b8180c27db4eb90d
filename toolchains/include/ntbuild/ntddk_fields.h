/*
 * ntbuild/ntddk_fields.h - around mingw-w64's ntddk.h: structures get the fields of today's kernel, as
 * wdm_fields.h does it; ntddk_fields_end.h undoes the names.
 */
#ifndef NTBUILD_NTDDK_FIELDS_H
#define NTBUILD_NTDDK_FIELDS_H

typedef VOID NTAPI PCI_PREPARE_MULTISTAGE_RESUME(PVOID Context);
typedef PCI_PREPARE_MULTISTAGE_RESUME *PPCI_PREPARE_MULTISTAGE_RESUME;

/* The second half of the PCI Express capability, since its version 2. */
typedef union _PCI_EXPRESS_DEVICE_CAPABILITIES_2_REGISTER {
    struct {
        ULONG CompletionTimeoutRangesSupported : 4;
        ULONG CompletionTimeoutDisableSupported : 1;
        ULONG AriForwardingSupported : 1;
        ULONG AtomicOpRoutingSupported : 1;
        ULONG AtomicOpCompleterSupported32Bit : 1;
        ULONG AtomicOpCompleterSupported64Bit : 1;
        ULONG CASCompleterSupported128Bit : 1;
        ULONG NoROEnabledPRPRPassing : 1;
        ULONG LTRMechanismSupported : 1;
        ULONG TPHCompleterSupported : 2;
        ULONG Rsvd : 4;
        ULONG OBFFSupported : 2;
        ULONG ExtendedFmtFieldSuported : 1;
        ULONG EndEndTLPPrefixSupported : 1;
        ULONG MaxEndEndTLPPrefixes : 2;
        ULONG Rsvd2 : 8;
    };
    ULONG AsULONG;
} PCI_EXPRESS_DEVICE_CAPABILITIES_2_REGISTER, *PPCI_EXPRESS_DEVICE_CAPABILITIES_2_REGISTER;

typedef union _PCI_EXPRESS_DEVICE_CONTROL_2_REGISTER {
    struct {
        USHORT CompletionTimeoutValue : 4;
        USHORT CompletionTimeoutDisable : 1;
        USHORT AriForwardingEnable : 1;
        USHORT AtomicOpRequesterEnable : 1;
        USHORT AtomicOpEgresBlocking : 1;
        USHORT IDORequestEnable : 1;
        USHORT IDOCompletionEnable : 1;
        USHORT LTRMechanismEnable : 1;
        USHORT Rsvd : 2;
        USHORT OBFFEnable : 2;
        USHORT EndEndTLPPrefixBlocking : 1;
    };
    USHORT AsUSHORT;
} PCI_EXPRESS_DEVICE_CONTROL_2_REGISTER, *PPCI_EXPRESS_DEVICE_CONTROL_2_REGISTER;

typedef union _PCI_EXPRESS_DEVICE_STATUS_2_REGISTER {
    struct {
        USHORT Rsvd : 16;
    };
    USHORT AsUSHORT;
} PCI_EXPRESS_DEVICE_STATUS_2_REGISTER, *PPCI_EXPRESS_DEVICE_STATUS_2_REGISTER;

typedef union _PCI_EXPRESS_LINK_CAPABILITIES_2_REGISTER {
    struct {
        ULONG Rsvd0 : 1;
        ULONG SupportedLinkSpeedsVector : 7;
        ULONG Rsvd8_31 : 24;
    };
    ULONG AsULONG;
} PCI_EXPRESS_LINK_CAPABILITIES_2_REGISTER, *PPCI_EXPRESS_LINK_CAPABILITIES_2_REGISTER;

typedef union _PCI_EXPRESS_LINK_CONTROL_2_REGISTER {
    struct {
        USHORT TargetLinkSpeed : 4;
        USHORT Rsvd4_15 : 12;
    };
    USHORT AsUSHORT;
} PCI_EXPRESS_LINK_CONTROL_2_REGISTER, *PPCI_EXPRESS_LINK_CONTROL_2_REGISTER;

typedef union _PCI_EXPRESS_LINK_STATUS_2_REGISTER {
    struct {
        USHORT Rsvd0_15 : 16;
    };
    USHORT AsUSHORT;
} PCI_EXPRESS_LINK_STATUS_2_REGISTER, *PPCI_EXPRESS_LINK_STATUS_2_REGISTER;

/* Hardware counters that count for a driver. */
typedef VOID (NTAPI *PPHYSICAL_COUNTER_OVERFLOW_HANDLER)(
    ULONGLONG OverflowBits, HANDLE OwningHandle);
typedef VOID (NTAPI *PPHYSICAL_COUNTER_EVENT_BUFFER_OVERFLOW_HANDLER)(
    PVOID EventBuffer, SIZE_T EntrySize, SIZE_T NumberOfEntries, HANDLE OwningHandle);
typedef struct _PHYSICAL_COUNTER_EVENT_BUFFER_CONFIGURATION {
    PPHYSICAL_COUNTER_EVENT_BUFFER_OVERFLOW_HANDLER OverflowHandler;
    ULONG CustomEventBufferEntrySize;
    ULONG EventThreshold;
} PHYSICAL_COUNTER_EVENT_BUFFER_CONFIGURATION, *PPHYSICAL_COUNTER_EVENT_BUFFER_CONFIGURATION;

#endif

#define ExpressWakeControl                                                                        \
    ExpressWakeControl;                                                                           \
    PPCI_PREPARE_MULTISTAGE_RESUME PrepareMultistageResume
#define RootStatus                                                                                \
    RootStatus;                                                                                   \
    PCI_EXPRESS_DEVICE_CAPABILITIES_2_REGISTER DeviceCapabilities2;                               \
    PCI_EXPRESS_DEVICE_CONTROL_2_REGISTER DeviceControl2;                                         \
    PCI_EXPRESS_DEVICE_STATUS_2_REGISTER DeviceStatus2;                                           \
    PCI_EXPRESS_LINK_CAPABILITIES_2_REGISTER LinkCapabilities2;                                   \
    PCI_EXPRESS_LINK_CONTROL_2_REGISTER LinkControl2;                                             \
    PCI_EXPRESS_LINK_STATUS_2_REGISTER LinkStatus2
#define ResourceTypeMax                                                                           \
    ResourceTypeEventBuffer, ResourceTypeIdentificationTag, ResourceTypeMax
#define ExtendedRegisterAddress                                                                   \
    ExtendedRegisterAddress;                                                                      \
    PPHYSICAL_COUNTER_OVERFLOW_HANDLER OverflowHandler;                                           \
    PHYSICAL_COUNTER_EVENT_BUFFER_CONFIGURATION EventBufferConfiguration;                         \
    ULONG IdentificationTag

/*
 * Under other names, so that a driver which uses them is told: a debugger's device, whose kernel part
 * writes beyond mingw-w64's structure. The state that a processor saves is in shared_data.h.
 */
#define _DEBUG_DEVICE_DESCRIPTOR NtbuildDdkDebugDeviceDescriptor
#define DEBUG_DEVICE_DESCRIPTOR NTBUILD_DDK_DEBUG_DEVICE_DESCRIPTOR
#define PDEBUG_DEVICE_DESCRIPTOR PNTBUILD_DDK_DEBUG_DEVICE_DESCRIPTOR
#define _XSTATE_CONFIGURATION NtbuildDdkXstateConfiguration
#define XSTATE_CONFIGURATION NTBUILD_DDK_XSTATE_CONFIGURATION
#define PXSTATE_CONFIGURATION PNTBUILD_DDK_XSTATE_CONFIGURATION

/* Names of functions, of which mingw-w64 has the pointers by these names. */
#define PCI_READ_WRITE_CONFIG PPCI_READ_WRITE_CONFIG
#define PCI_PIN_TO_LINE PPCI_PIN_TO_LINE
#define PCI_LINE_TO_PIN PPCI_LINE_TO_PIN
#define PCI_ROOT_BUS_CAPABILITY PPCI_ROOT_BUS_CAPABILITY
#define PCI_EXPRESS_WAKE_CONTROL PPCI_EXPRESS_WAKE_CONTROL
