"""Functions that the kernel exports from a version of Windows on, by the build of that version.

A driver that imports one does not load on an older system. The list has what drivers use often, not
everything; a build of 7600 is Windows 7, 9200 Windows 8, 9600 8.1, 10240 and more are 10 and 11.

Source: the versions of NTDDI_VERSION from which a kit's headers declare a function, as facts;
learn.microsoft.com calls them "Minimum supported client".
"""

from typing import Final

_BY_BUILD: Final = {
    9200: """
        ExGetFirmwareEnvironmentVariable ExSetFirmwareEnvironmentVariable FsRtlQueryKernelEaFile
        FsRtlSetKernelEaFile IoCreateSystemThread IoGetDeviceInterfacePropertyData
        IoReportInterruptActive IoReportInterruptInactive IoSetDeviceInterfacePropertyData
        IoTryQueueWorkItem KeQuerySystemTimePrecise MmAllocateContiguousNodeMemory
        PoFxActivateComponent PoFxCompleteDevicePowerNotRequired PoFxCompleteIdleCondition
        PoFxCompleteIdleState PoFxIdleComponent PoFxPowerControl PoFxRegisterDevice
        PoFxReportDevicePoweredOn PoFxSetComponentLatency PoFxSetComponentResidency
        PoFxSetComponentWake PoFxSetDeviceIdleTimeout PoFxStartDevicePowerManagement
        PoFxUnregisterDevice""",
    9600: """
        ExAllocateTimer ExCancelTimer ExDeleteTimer ExSetTimer IoQueryFullDriverPath
        KeQueryInterruptTimePrecise MmCopyMemory SeRegisterImageVerificationCallback
        SeUnregisterImageVerificationCallback""",
    10240: """
        IoMakeAssociatedIrpEx KeDeregisterBoundCallback KeRegisterBoundCallback MmMapIoSpaceEx
        PsSetCreateThreadNotifyRoutineEx""",
    15063: "IoQueryInformationByName PsSetCreateProcessNotifyRoutineEx2 ZwQueryInformationByName",
    16299: "MmMapMdl PsSetLoadImageNotifyRoutineEx ZwQueryDirectoryFileEx",
    17134: "IoGetDeviceDirectory IoGetDriverDirectory IoOpenDriverRegistryKey",
    19041: """
        ExAllocatePool2 ExAllocatePool3 ExCreatePool ExDestroyPool ExFreePool2 ExSecurePoolUpdate
        ExSecurePoolValidate RtlInitUTF8String RtlInitUTF8StringEx RtlUTF8StringToUnicodeString
        RtlUnicodeStringToUTF8String""",
    20348: "IoGetIommuInterfaceEx MmAllocateContiguousMemoryEx",
}
SINCE: Final = {name: build for build, names in _BY_BUILD.items() for name in names.split()}
"""The first build whose kernel exports a function, by its name."""

BUILDS: Final = {(6, 1): 7600, (6, 2): 9200, (6, 3): 9600, (10, 0): 10240}
"""The first build of a version of Windows."""
