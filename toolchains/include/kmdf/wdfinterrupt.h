/* wdfinterrupt.h - KMDF. Made from toolchains/kmdf/wdfinterrupt.txt. */
#ifndef _WDFINTERRUPT_H_
#define _WDFINTERRUPT_H_

WDF_EXTERN_C_START

typedef enum _WDF_INTERRUPT_POLARITY {
    WdfInterruptPolarityUnknown = 0,
    WdfInterruptActiveHigh = 1,
    WdfInterruptActiveLow = 2,
} WDF_INTERRUPT_POLARITY, *PWDF_INTERRUPT_POLARITY;

typedef enum _WDF_INTERRUPT_POLICY {
    WdfIrqPolicyMachineDefault = 0,
    WdfIrqPolicyAllCloseProcessors = 1,
    WdfIrqPolicyOneCloseProcessor = 2,
    WdfIrqPolicyAllProcessorsInMachine = 3,
    WdfIrqPolicySpecifiedProcessors = 4,
    WdfIrqPolicySpreadMessagesAcrossAllProcessors = 5,
} WDF_INTERRUPT_POLICY, *PWDF_INTERRUPT_POLICY;

typedef enum _WDF_INTERRUPT_PRIORITY {
    WdfIrqPriorityUndefined = 0,
    WdfIrqPriorityLow = 1,
    WdfIrqPriorityNormal = 2,
    WdfIrqPriorityHigh = 3,
} WDF_INTERRUPT_PRIORITY, *PWDF_INTERRUPT_PRIORITY;

typedef BOOLEAN NTAPI EVT_WDF_INTERRUPT_ISR(WDFINTERRUPT Interrupt, ULONG MessageID);
typedef EVT_WDF_INTERRUPT_ISR *PFN_WDF_INTERRUPT_ISR;

typedef BOOLEAN NTAPI EVT_WDF_INTERRUPT_SYNCHRONIZE(WDFINTERRUPT Interrupt, WDFCONTEXT Context);
typedef EVT_WDF_INTERRUPT_SYNCHRONIZE *PFN_WDF_INTERRUPT_SYNCHRONIZE;

typedef VOID NTAPI EVT_WDF_INTERRUPT_DPC(WDFINTERRUPT Interrupt, WDFOBJECT AssociatedObject);
typedef EVT_WDF_INTERRUPT_DPC *PFN_WDF_INTERRUPT_DPC;

typedef VOID NTAPI EVT_WDF_INTERRUPT_WORKITEM(WDFINTERRUPT Interrupt, WDFOBJECT AssociatedObject);
typedef EVT_WDF_INTERRUPT_WORKITEM *PFN_WDF_INTERRUPT_WORKITEM;

typedef NTSTATUS NTAPI EVT_WDF_INTERRUPT_ENABLE(WDFINTERRUPT Interrupt, WDFDEVICE AssociatedDevice);
typedef EVT_WDF_INTERRUPT_ENABLE *PFN_WDF_INTERRUPT_ENABLE;

typedef NTSTATUS NTAPI EVT_WDF_INTERRUPT_DISABLE(
    WDFINTERRUPT Interrupt, WDFDEVICE AssociatedDevice);
typedef EVT_WDF_INTERRUPT_DISABLE *PFN_WDF_INTERRUPT_DISABLE;

typedef struct _WDF_INTERRUPT_CONFIG {
    ULONG Size;
    WDFSPINLOCK SpinLock;
    WDF_TRI_STATE ShareVector;
    BOOLEAN FloatingSave;
    BOOLEAN AutomaticSerialization;
    PFN_WDF_INTERRUPT_ISR EvtInterruptIsr;
    PFN_WDF_INTERRUPT_DPC EvtInterruptDpc;
    PFN_WDF_INTERRUPT_ENABLE EvtInterruptEnable;
    PFN_WDF_INTERRUPT_DISABLE EvtInterruptDisable;
    PFN_WDF_INTERRUPT_WORKITEM EvtInterruptWorkItem;
    PCM_PARTIAL_RESOURCE_DESCRIPTOR InterruptRaw;
    PCM_PARTIAL_RESOURCE_DESCRIPTOR InterruptTranslated;
    WDFWAITLOCK WaitLock;
    BOOLEAN PassiveHandling;
    WDF_TRI_STATE ReportInactiveOnPowerDown;
    BOOLEAN CanWakeDevice;
} WDF_INTERRUPT_CONFIG, *PWDF_INTERRUPT_CONFIG;

WDF_INLINE VOID WDF_INTERRUPT_CONFIG_INIT(
    PWDF_INTERRUPT_CONFIG Configuration, PFN_WDF_INTERRUPT_ISR EvtInterruptIsr,
    PFN_WDF_INTERRUPT_DPC EvtInterruptDpc)
{
    RtlZeroMemory(Configuration, sizeof(*Configuration));
    Configuration->Size = WDF_STRUCTURE_SIZE(WDF_INTERRUPT_CONFIG);
    Configuration->ShareVector = WdfUseDefault;
    Configuration->EvtInterruptIsr = EvtInterruptIsr;
    Configuration->EvtInterruptDpc = EvtInterruptDpc;
    Configuration->ReportInactiveOnPowerDown = WdfUseDefault;
}

typedef struct _WDF_INTERRUPT_INFO {
    ULONG Size;
    ULONG64 Reserved1;
    KAFFINITY TargetProcessorSet;
    ULONG Reserved2;
    ULONG MessageNumber;
    ULONG Vector;
    KIRQL Irql;
    KINTERRUPT_MODE Mode;
    WDF_INTERRUPT_POLARITY Polarity;
    BOOLEAN MessageSignaled;
    UCHAR ShareDisposition;
    DECLSPEC_ALIGN(8) USHORT Group;
} WDF_INTERRUPT_INFO, *PWDF_INTERRUPT_INFO;

WDF_INLINE VOID WDF_INTERRUPT_INFO_INIT(PWDF_INTERRUPT_INFO Info)
{
    RtlZeroMemory(Info, sizeof(*Info));
    Info->Size = WDF_STRUCTURE_SIZE(WDF_INTERRUPT_INFO);
}

typedef struct _WDF_INTERRUPT_EXTENDED_POLICY {
    ULONG Size;
    WDF_INTERRUPT_POLICY Policy;
    WDF_INTERRUPT_PRIORITY Priority;
    GROUP_AFFINITY TargetProcessorSetAndGroup;
} WDF_INTERRUPT_EXTENDED_POLICY, *PWDF_INTERRUPT_EXTENDED_POLICY;

WDF_INLINE VOID WDF_INTERRUPT_EXTENDED_POLICY_INIT(PWDF_INTERRUPT_EXTENDED_POLICY ExtendedPolicy)
{
    RtlZeroMemory(ExtendedPolicy, sizeof(*ExtendedPolicy));
    ExtendedPolicy->Size = WDF_STRUCTURE_SIZE(WDF_INTERRUPT_EXTENDED_POLICY);
    ExtendedPolicy->Policy = WdfIrqPolicyMachineDefault;
    ExtendedPolicy->Priority = WdfIrqPriorityUndefined;
}

typedef NTSTATUS (NTAPI *PFN_WDFINTERRUPTCREATE)(
    PWDF_DRIVER_GLOBALS DriverGlobals, WDFDEVICE Device, PWDF_INTERRUPT_CONFIG Configuration,
    PWDF_OBJECT_ATTRIBUTES Attributes, WDFINTERRUPT *Interrupt);
WDF_INLINE NTSTATUS WdfInterruptCreate(
    WDFDEVICE Device, PWDF_INTERRUPT_CONFIG Configuration, PWDF_OBJECT_ATTRIBUTES Attributes,
    WDFINTERRUPT *Interrupt)
{
    return ((PFN_WDFINTERRUPTCREATE)WdfFunctions[WdfInterruptCreateTableIndex])(
        WdfDriverGlobals, Device, Configuration, Attributes, Interrupt);
}

typedef BOOLEAN (NTAPI *PFN_WDFINTERRUPTQUEUEDPCFORISR)(
    PWDF_DRIVER_GLOBALS DriverGlobals, WDFINTERRUPT Interrupt);
WDF_INLINE BOOLEAN WdfInterruptQueueDpcForIsr(WDFINTERRUPT Interrupt)
{
    return ((PFN_WDFINTERRUPTQUEUEDPCFORISR)WdfFunctions[WdfInterruptQueueDpcForIsrTableIndex])(
        WdfDriverGlobals, Interrupt);
}

typedef BOOLEAN (NTAPI *PFN_WDFINTERRUPTQUEUEWORKITEMFORISR)(
    PWDF_DRIVER_GLOBALS DriverGlobals, WDFINTERRUPT Interrupt);
WDF_INLINE BOOLEAN WdfInterruptQueueWorkItemForIsr(WDFINTERRUPT Interrupt)
{
    return ((PFN_WDFINTERRUPTQUEUEWORKITEMFORISR)WdfFunctions[WdfInterruptQueueWorkItemForIsrTableIndex])(
        WdfDriverGlobals, Interrupt);
}

typedef BOOLEAN (NTAPI *PFN_WDFINTERRUPTSYNCHRONIZE)(
    PWDF_DRIVER_GLOBALS DriverGlobals, WDFINTERRUPT Interrupt, PFN_WDF_INTERRUPT_SYNCHRONIZE
    Callback, WDFCONTEXT Context);
WDF_INLINE BOOLEAN WdfInterruptSynchronize(
    WDFINTERRUPT Interrupt, PFN_WDF_INTERRUPT_SYNCHRONIZE Callback, WDFCONTEXT Context)
{
    return ((PFN_WDFINTERRUPTSYNCHRONIZE)WdfFunctions[WdfInterruptSynchronizeTableIndex])(
        WdfDriverGlobals, Interrupt, Callback, Context);
}

typedef VOID (NTAPI *PFN_WDFINTERRUPTACQUIRELOCK)(
    PWDF_DRIVER_GLOBALS DriverGlobals, WDFINTERRUPT Interrupt);
WDF_INLINE VOID WdfInterruptAcquireLock(WDFINTERRUPT Interrupt)
{
    ((PFN_WDFINTERRUPTACQUIRELOCK)WdfFunctions[WdfInterruptAcquireLockTableIndex])(
        WdfDriverGlobals, Interrupt);
}

typedef VOID (NTAPI *PFN_WDFINTERRUPTRELEASELOCK)(
    PWDF_DRIVER_GLOBALS DriverGlobals, WDFINTERRUPT Interrupt);
WDF_INLINE VOID WdfInterruptReleaseLock(WDFINTERRUPT Interrupt)
{
    ((PFN_WDFINTERRUPTRELEASELOCK)WdfFunctions[WdfInterruptReleaseLockTableIndex])(
        WdfDriverGlobals, Interrupt);
}

typedef VOID (NTAPI *PFN_WDFINTERRUPTENABLE)(
    PWDF_DRIVER_GLOBALS DriverGlobals, WDFINTERRUPT Interrupt);
WDF_INLINE VOID WdfInterruptEnable(WDFINTERRUPT Interrupt)
{
    ((PFN_WDFINTERRUPTENABLE)WdfFunctions[WdfInterruptEnableTableIndex])(
        WdfDriverGlobals, Interrupt);
}

typedef VOID (NTAPI *PFN_WDFINTERRUPTDISABLE)(
    PWDF_DRIVER_GLOBALS DriverGlobals, WDFINTERRUPT Interrupt);
WDF_INLINE VOID WdfInterruptDisable(WDFINTERRUPT Interrupt)
{
    ((PFN_WDFINTERRUPTDISABLE)WdfFunctions[WdfInterruptDisableTableIndex])(
        WdfDriverGlobals, Interrupt);
}

typedef PKINTERRUPT (NTAPI *PFN_WDFINTERRUPTWDMGETINTERRUPT)(
    PWDF_DRIVER_GLOBALS DriverGlobals, WDFINTERRUPT Interrupt);
WDF_INLINE PKINTERRUPT WdfInterruptWdmGetInterrupt(WDFINTERRUPT Interrupt)
{
    return ((PFN_WDFINTERRUPTWDMGETINTERRUPT)WdfFunctions[WdfInterruptWdmGetInterruptTableIndex])(
        WdfDriverGlobals, Interrupt);
}

typedef VOID (NTAPI *PFN_WDFINTERRUPTGETINFO)(
    PWDF_DRIVER_GLOBALS DriverGlobals, WDFINTERRUPT Interrupt, PWDF_INTERRUPT_INFO Info);
WDF_INLINE VOID WdfInterruptGetInfo(WDFINTERRUPT Interrupt, PWDF_INTERRUPT_INFO Info)
{
    ((PFN_WDFINTERRUPTGETINFO)WdfFunctions[WdfInterruptGetInfoTableIndex])(
        WdfDriverGlobals, Interrupt, Info);
}

typedef VOID (NTAPI *PFN_WDFINTERRUPTSETPOLICY)(
    PWDF_DRIVER_GLOBALS DriverGlobals, WDFINTERRUPT Interrupt, WDF_INTERRUPT_POLICY Policy,
    WDF_INTERRUPT_PRIORITY Priority, KAFFINITY TargetProcessorSet);
WDF_INLINE VOID WdfInterruptSetPolicy(
    WDFINTERRUPT Interrupt, WDF_INTERRUPT_POLICY Policy, WDF_INTERRUPT_PRIORITY Priority, KAFFINITY
    TargetProcessorSet)
{
    ((PFN_WDFINTERRUPTSETPOLICY)WdfFunctions[WdfInterruptSetPolicyTableIndex])(
        WdfDriverGlobals, Interrupt, Policy, Priority, TargetProcessorSet);
}

typedef VOID (NTAPI *PFN_WDFINTERRUPTSETEXTENDEDPOLICY)(
    PWDF_DRIVER_GLOBALS DriverGlobals, WDFINTERRUPT Interrupt, PWDF_INTERRUPT_EXTENDED_POLICY
    PolicyAndGroup);
WDF_INLINE VOID WdfInterruptSetExtendedPolicy(
    WDFINTERRUPT Interrupt, PWDF_INTERRUPT_EXTENDED_POLICY PolicyAndGroup)
{
    ((PFN_WDFINTERRUPTSETEXTENDEDPOLICY)WdfFunctions[WdfInterruptSetExtendedPolicyTableIndex])(
        WdfDriverGlobals, Interrupt, PolicyAndGroup);
}

typedef WDFDEVICE (NTAPI *PFN_WDFINTERRUPTGETDEVICE)(
    PWDF_DRIVER_GLOBALS DriverGlobals, WDFINTERRUPT Interrupt);
WDF_INLINE WDFDEVICE WdfInterruptGetDevice(WDFINTERRUPT Interrupt)
{
    return ((PFN_WDFINTERRUPTGETDEVICE)WdfFunctions[WdfInterruptGetDeviceTableIndex])(
        WdfDriverGlobals, Interrupt);
}

typedef BOOLEAN (NTAPI *PFN_WDFINTERRUPTTRYTOACQUIRELOCK)(
    PWDF_DRIVER_GLOBALS DriverGlobals, WDFINTERRUPT Interrupt);
WDF_INLINE BOOLEAN WdfInterruptTryToAcquireLock(WDFINTERRUPT Interrupt)
{
    return ((PFN_WDFINTERRUPTTRYTOACQUIRELOCK)WdfFunctions[WdfInterruptTryToAcquireLockTableIndex])(
        WdfDriverGlobals, Interrupt);
}

typedef VOID (NTAPI *PFN_WDFINTERRUPTREPORTACTIVE)(
    PWDF_DRIVER_GLOBALS DriverGlobals, WDFINTERRUPT Interrupt);
WDF_INLINE VOID WdfInterruptReportActive(WDFINTERRUPT Interrupt)
{
    ((PFN_WDFINTERRUPTREPORTACTIVE)WdfFunctions[WdfInterruptReportActiveTableIndex])(
        WdfDriverGlobals, Interrupt);
}

typedef VOID (NTAPI *PFN_WDFINTERRUPTREPORTINACTIVE)(
    PWDF_DRIVER_GLOBALS DriverGlobals, WDFINTERRUPT Interrupt);
WDF_INLINE VOID WdfInterruptReportInactive(WDFINTERRUPT Interrupt)
{
    ((PFN_WDFINTERRUPTREPORTINACTIVE)WdfFunctions[WdfInterruptReportInactiveTableIndex])(
        WdfDriverGlobals, Interrupt);
}

WDF_EXTERN_C_END

#endif
