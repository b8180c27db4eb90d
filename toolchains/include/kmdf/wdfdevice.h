/* wdfdevice.h - KMDF. Made from toolchains/kmdf/wdfdevice.txt. */
#ifndef _WDFDEVICE_H_
#define _WDFDEVICE_H_

WDF_EXTERN_C_START

#define WDF_S0_IDLE_ENABLED_VALUE_NAME L"IdleInWorkingState"
#define WDF_SX_WAKE_ENABLED_VALUE_NAME L"WakeFromSleepState"
#define WDF_S0_IDLE_DEFAULT_VALUE_NAME L"WdfDefaultIdleInWorkingState"
#define WDF_SX_WAKE_DEFAULT_VALUE_NAME L"WdfDefaultWakeFromSleepState"
#define IdleTimeoutDefaultValue ((ULONG)IdleTimeoutDefaultConstant)
#define WdfDeviceStopIdle(Device, WaitForD0) WdfDeviceStopIdleWithTag(Device, WaitForD0, NULL)
#define WdfDeviceStopIdleWithTag(Device, WaitForD0, Tag) \
    WdfDeviceStopIdleActual(Device, WaitForD0, Tag, __LINE__, __FILE__)

#define WdfDeviceResumeIdle(Device) WdfDeviceResumeIdleWithTag(Device, NULL)
#define WdfDeviceResumeIdleWithTag(Device, Tag) \
    WdfDeviceResumeIdleActual(Device, Tag, __LINE__, __FILE__)

typedef enum _WDF_DEVICE_STATE_FLAGS {
    WdfDevStateNP = 0x8000,
} WDF_DEVICE_STATE_FLAGS;

typedef enum _WDF_DEVICE_PNP_STATE {
    WdfDevStatePnpInvalid = 0x0,
    WdfDevStatePnpObjectCreated = 0x100,
    WdfDevStatePnpCheckForDevicePresence = 0x101,
    WdfDevStatePnpEjectFailed = 0x102,
    WdfDevStatePnpEjectHardware = 0x103,
    WdfDevStatePnpEjectedWaitingForRemove = 0x104,
    WdfDevStatePnpInit = 0x105,
    WdfDevStatePnpInitStarting = 0x106,
    WdfDevStatePnpInitSurpriseRemoved = 0x107,
    WdfDevStatePnpHardwareAvailable = 0x108,
    WdfDevStatePnpEnableInterfaces = 0x109,
    WdfDevStatePnpHardwareAvailablePowerPolicyFailed = 0x10a,
    WdfDevStatePnpQueryRemoveAskDriver = 0x10b,
    WdfDevStatePnpQueryRemovePending = 0x10c,
    WdfDevStatePnpQueryRemoveStaticCheck = 0x10d,
    WdfDevStatePnpQueriedRemoving = 0x10e,
    WdfDevStatePnpQueryStopAskDriver = 0x10f,
    WdfDevStatePnpQueryStopPending = 0x110,
    WdfDevStatePnpQueryStopStaticCheck = 0x111,
    WdfDevStatePnpQueryCanceled = 0x112,
    WdfDevStatePnpRemoved = 0x113,
    WdfDevStatePnpPdoRemoved = 0x114,
    WdfDevStatePnpRemovedPdoWait = 0x115,
    WdfDevStatePnpRemovedPdoSurpriseRemoved = 0x116,
    WdfDevStatePnpRemovingDisableInterfaces = 0x117,
    WdfDevStatePnpRestarting = 0x118,
    WdfDevStatePnpStarted = 0x119,
    WdfDevStatePnpStartedCancelStop = 0x11a,
    WdfDevStatePnpStartedCancelRemove = 0x11b,
    WdfDevStatePnpStartedRemoving = 0x11c,
    WdfDevStatePnpStartingFromStopped = 0x11d,
    WdfDevStatePnpStopped = 0x11e,
    WdfDevStatePnpStoppedWaitForStartCompletion = 0x11f,
    WdfDevStatePnpStartedStopping = 0x120,
    WdfDevStatePnpSurpriseRemove = 0x121,
    WdfDevStatePnpInitQueryRemove = 0x122,
    WdfDevStatePnpInitQueryRemoveCanceled = 0x123,
    WdfDevStatePnpFdoRemoved = 0x124,
    WdfDevStatePnpRemovedWaitForChildren = 0x125,
    WdfDevStatePnpQueriedSurpriseRemove = 0x126,
    WdfDevStatePnpSurpriseRemoveIoStarted = 0x127,
    WdfDevStatePnpFailedPowerDown = 0x128,
    WdfDevStatePnpFailedIoStarting = 0x129,
    WdfDevStatePnpFailedOwnHardware = 0x12a,
    WdfDevStatePnpFailed = 0x12b,
    WdfDevStatePnpFailedSurpriseRemoved = 0x12c,
    WdfDevStatePnpFailedStarted = 0x12d,
    WdfDevStatePnpFailedWaitForRemove = 0x12e,
    WdfDevStatePnpFailedInit = 0x12f,
    WdfDevStatePnpPdoInitFailed = 0x130,
    WdfDevStatePnpRestart = 0x131,
    WdfDevStatePnpRestartReleaseHardware = 0x132,
    WdfDevStatePnpRestartHardwareAvailable = 0x133,
    WdfDevStatePnpPdoRestart = 0x134,
    WdfDevStatePnpFinal = 0x135,
    WdfDevStatePnpRemovedChildrenRemoved = 0x136,
    WdfDevStatePnpQueryRemoveEnsureDeviceAwake = 0x137,
    WdfDevStatePnpQueryStopEnsureDeviceAwake = 0x138,
    WdfDevStatePnpFailedPowerPolicyRemoved = 0x139,
    WdfDevStatePnpNull = 0x13a,
} WDF_DEVICE_PNP_STATE, *PWDF_DEVICE_PNP_STATE;

typedef enum _WDF_DEVICE_POWER_STATE {
    WdfDevStatePowerInvalid = 0x0,
    WdfDevStatePowerObjectCreated = 0x300,
    WdfDevStatePowerCheckDeviceType = 0x301,
    WdfDevStatePowerCheckDeviceTypeNP = 0x8302,
    WdfDevStatePowerCheckParentState = 0x303,
    WdfDevStatePowerCheckParentStateNP = 0x8304,
    WdfDevStatePowerEnablingWakeAtBus = 0x305,
    WdfDevStatePowerEnablingWakeAtBusNP = 0x8306,
    WdfDevStatePowerD0 = 0x307,
    WdfDevStatePowerD0NP = 0x8308,
    WdfDevStatePowerD0BusWakeOwner = 0x309,
    WdfDevStatePowerD0BusWakeOwnerNP = 0x830a,
    WdfDevStatePowerD0ArmedForWake = 0x30b,
    WdfDevStatePowerD0ArmedForWakeNP = 0x830c,
    WdfDevStatePowerD0DisarmingWakeAtBus = 0x30d,
    WdfDevStatePowerD0DisarmingWakeAtBusNP = 0x830e,
    WdfDevStatePowerD0Starting = 0x30f,
    WdfDevStatePowerD0StartingConnectInterrupt = 0x310,
    WdfDevStatePowerD0StartingDmaEnable = 0x311,
    WdfDevStatePowerD0StartingStartSelfManagedIo = 0x312,
    WdfDevStatePowerDecideD0State = 0x313,
    WdfDevStatePowerGotoD3Stopped = 0x314,
    WdfDevStatePowerStopped = 0x315,
    WdfDevStatePowerStartingCheckDeviceType = 0x316,
    WdfDevStatePowerStartingChild = 0x317,
    WdfDevStatePowerDxDisablingWakeAtBus = 0x318,
    WdfDevStatePowerDxDisablingWakeAtBusNP = 0x8319,
    WdfDevStatePowerGotoDx = 0x31a,
    WdfDevStatePowerGotoDxNP = 0x831b,
    WdfDevStatePowerGotoDxIoStopped = 0x31c,
    WdfDevStatePowerGotoDxIoStoppedNP = 0x831d,
    WdfDevStatePowerGotoDxNPFailed = 0x831e,
    WdfDevStatePowerDx = 0x31f,
    WdfDevStatePowerDxNP = 0x8320,
    WdfDevStatePowerGotoDxArmedForWake = 0x321,
    WdfDevStatePowerGotoDxArmedForWakeNP = 0x8322,
    WdfDevStatePowerGotoDxIoStoppedArmedForWake = 0x323,
    WdfDevStatePowerGotoDxIoStoppedArmedForWakeNP = 0x8324,
    WdfDevStatePowerDxArmedForWake = 0x325,
    WdfDevStatePowerDxArmedForWakeNP = 0x8326,
    WdfDevStatePowerCheckParentStateArmedForWake = 0x327,
    WdfDevStatePowerCheckParentStateArmedForWakeNP = 0x8328,
    WdfDevStatePowerWaitForParentArmedForWake = 0x329,
    WdfDevStatePowerWaitForParentArmedForWakeNP = 0x832a,
    WdfDevStatePowerStartSelfManagedIo = 0x32b,
    WdfDevStatePowerStartSelfManagedIoNP = 0x832c,
    WdfDevStatePowerStartSelfManagedIoFailed = 0x32d,
    WdfDevStatePowerStartSelfManagedIoFailedNP = 0x832e,
    WdfDevStatePowerWaitForParent = 0x32f,
    WdfDevStatePowerWaitForParentNP = 0x8330,
    WdfDevStatePowerWakePending = 0x331,
    WdfDevStatePowerWakePendingNP = 0x8332,
    WdfDevStatePowerWaking = 0x333,
    WdfDevStatePowerWakingNP = 0x8334,
    WdfDevStatePowerWakingConnectInterrupt = 0x335,
    WdfDevStatePowerWakingConnectInterruptNP = 0x8336,
    WdfDevStatePowerWakingConnectInterruptFailed = 0x337,
    WdfDevStatePowerWakingConnectInterruptFailedNP = 0x8338,
    WdfDevStatePowerWakingDmaEnable = 0x339,
    WdfDevStatePowerWakingDmaEnableNP = 0x833a,
    WdfDevStatePowerWakingDmaEnableFailed = 0x33b,
    WdfDevStatePowerWakingDmaEnableFailedNP = 0x833c,
    WdfDevStatePowerReportPowerUpFailedDerefParent = 0x33d,
    WdfDevStatePowerReportPowerUpFailed = 0x33e,
    WdfDevStatePowerPowerFailedPowerDown = 0x33f,
    WdfDevStatePowerReportPowerDownFailed = 0x340,
    WdfDevStatePowerInitialConnectInterruptFailed = 0x341,
    WdfDevStatePowerInitialDmaEnableFailed = 0x342,
    WdfDevStatePowerInitialSelfManagedIoFailed = 0x343,
    WdfDevStatePowerInitialPowerUpFailedDerefParent = 0x344,
    WdfDevStatePowerInitialPowerUpFailed = 0x345,
    WdfDevStatePowerDxStoppedDisarmWake = 0x346,
    WdfDevStatePowerDxStoppedDisarmWakeNP = 0x8347,
    WdfDevStatePowerGotoDxStoppedDisableInterruptNP = 0x8348,
    WdfDevStatePowerGotoDxStopped = 0x349,
    WdfDevStatePowerDxStopped = 0x34a,
    WdfDevStatePowerGotoStopped = 0x34b,
    WdfDevStatePowerStoppedCompleteDx = 0x34c,
    WdfDevStatePowerDxStoppedDecideDxState = 0x34d,
    WdfDevStatePowerDxStoppedArmForWake = 0x34e,
    WdfDevStatePowerDxStoppedArmForWakeNP = 0x834f,
    WdfDevStatePowerFinalPowerDownFailed = 0x350,
    WdfDevStatePowerFinal = 0x351,
    WdfDevStatePowerGotoImplicitD3DisarmWakeAtBus = 0x352,
    WdfDevStatePowerUpFailed = 0x353,
    WdfDevStatePowerUpFailedDerefParent = 0x354,
    WdfDevStatePowerGotoDxFailed = 0x355,
    WdfDevStatePowerGotoDxStoppedDisableInterrupt = 0x356,
    WdfDevStatePowerUpFailedNP = 0x8357,
    WdfDevStatePowerUpFailedDerefParentNP = 0x8358,
    WdfDevStatePowerNotifyingD0ExitToWakeInterrupts = 0x359,
    WdfDevStatePowerNotifyingD0EntryToWakeInterrupts = 0x35a,
    WdfDevStatePowerNotifyingD0ExitToWakeInterruptsNP = 0x835b,
    WdfDevStatePowerNotifyingD0EntryToWakeInterruptsNP = 0x835c,
#if KMDF_VERSION_MINOR >= 19
    WdfDevStatePowerInitialPowerUpFailedPowerDown = 0x35d,
    WdfDevStatePowerUpFailedPowerDown = 0x35e,
    WdfDevStatePowerUpFailedPowerDownNP = 0x835f,
    WdfDevStatePowerInitialSelfManagedIoFailedStarted = 0x360,
    WdfDevStatePowerStartSelfManagedIoFailedStarted = 0x361,
    WdfDevStatePowerStartSelfManagedIoFailedStartedNP = 0x8362,
#endif
#if KMDF_VERSION_MINOR >= 31
    WdfDevStatePowerWakingPostHardwareEnabled = 0x363,
    WdfDevStatePowerWakingPostHardwareEnabledNP = 0x8364,
    WdfDevStatePowerWakingPostHardwareEnabledFailed = 0x365,
    WdfDevStatePowerWakingPostHardwareEnabledFailedNP = 0x8366,
    WdfDevStatePowerD0StartingPostHardwareEnabled = 0x367,
    WdfDevStatePowerInitialPostHardwareEnabledFailed = 0x368,
#endif
#if KMDF_VERSION_MINOR < 19
    WdfDevStatePowerNull = 0x35d,
#endif
#if KMDF_VERSION_MINOR >= 19 && KMDF_VERSION_MINOR < 31
    WdfDevStatePowerNull = 0x363,
#endif
#if KMDF_VERSION_MINOR >= 31
    WdfDevStatePowerNull = 0x369,
#endif
} WDF_DEVICE_POWER_STATE, *PWDF_DEVICE_POWER_STATE;

typedef enum _WDF_DEVICE_POWER_POLICY_STATE {
    WdfDevStatePwrPolInvalid = 0x0,
    WdfDevStatePwrPolObjectCreated = 0x500,
    WdfDevStatePwrPolStarting = 0x501,
    WdfDevStatePwrPolStartingSucceeded = 0x502,
    WdfDevStatePwrPolStartingFailed = 0x503,
    WdfDevStatePwrPolStartingDecideS0Wake = 0x504,
    WdfDevStatePwrPolStartedIdleCapable = 0x505,
    WdfDevStatePwrPolTimerExpiredNoWake = 0x506,
    WdfDevStatePwrPolTimerExpiredNoWakeCompletePowerDown = 0x507,
    WdfDevStatePwrPolWaitingUnarmed = 0x508,
    WdfDevStatePwrPolWaitingUnarmedQueryIdle = 0x509,
    WdfDevStatePwrPolS0NoWakePowerUp = 0x50a,
    WdfDevStatePwrPolS0NoWakeCompletePowerUp = 0x50b,
    WdfDevStatePwrPolSystemSleepFromDeviceWaitingUnarmed = 0x50c,
    WdfDevStatePwrPolSystemSleepNeedWake = 0x50d,
    WdfDevStatePwrPolSystemSleepNeedWakeCompletePowerUp = 0x50e,
    WdfDevStatePwrPolSystemSleepPowerRequestFailed = 0x50f,
    WdfDevStatePwrPolCheckPowerPageable = 0x510,
    WdfDevStatePwrPolSleepingWakeWakeArrived = 0x511,
    WdfDevStatePwrPolSleepingWakeRevertArmWake = 0x512,
    WdfDevStatePwrPolSystemAsleepWakeArmed = 0x513,
    WdfDevStatePwrPolSystemWakeDeviceWakeEnabled = 0x514,
    WdfDevStatePwrPolSystemWakeDeviceWakeEnabledWakeCanceled = 0x515,
    WdfDevStatePwrPolSystemWakeDeviceWakeDisarm = 0x516,
    WdfDevStatePwrPolSystemWakeDeviceWakeTriggered = 0x517,
    WdfDevStatePwrPolSystemWakeDeviceWakeTriggeredS0 = 0x518,
    WdfDevStatePwrPolSystemWakeDeviceWokeDisarm = 0x519,
    WdfDevStatePwrPolSleepingWakeWakeArrivedNP = 0x851a,
    WdfDevStatePwrPolSleepingWakeRevertArmWakeNP = 0x851b,
    WdfDevStatePwrPolSleepingWakePowerDownFailed = 0x51c,
    WdfDevStatePwrPolSleepingWakePowerDownFailedWakeCanceled = 0x51d,
    WdfDevStatePwrPolSystemAsleepWakeArmedNP = 0x851e,
    WdfDevStatePwrPolSystemWakeDeviceWakeEnabledNP = 0x851f,
    WdfDevStatePwrPolSystemWakeDeviceWakeEnabledWakeCanceledNP = 0x8520,
    WdfDevStatePwrPolSystemWakeDeviceWakeDisarmNP = 0x8521,
    WdfDevStatePwrPolSystemWakeDeviceWakeTriggeredNP = 0x8522,
    WdfDevStatePwrPolSystemWakeDeviceWakeTriggeredS0NP = 0x8523,
    WdfDevStatePwrPolSystemWakeDeviceWokeDisarmNP = 0x8524,
    WdfDevStatePwrPolSystemWakeDeviceWakeCompletePowerUp = 0x525,
    WdfDevStatePwrPolSleeping = 0x526,
    WdfDevStatePwrPolSleepingNoWakePowerDown = 0x527,
    WdfDevStatePwrPolSleepingNoWakeCompletePowerDown = 0x528,
    WdfDevStatePwrPolSleepingNoWakeDxRequestFailed = 0x529,
    WdfDevStatePwrPolSleepingWakePowerDown = 0x52a,
    WdfDevStatePwrPolSleepingSendWake = 0x52b,
    WdfDevStatePwrPolSystemAsleepNoWake = 0x52c,
    WdfDevStatePwrPolSystemWakeDeviceWakeDisabled = 0x52d,
    WdfDevStatePwrPolSystemWakeDeviceToD0 = 0x52e,
    WdfDevStatePwrPolSystemWakeDeviceToD0CompletePowerUp = 0x52f,
    WdfDevStatePwrPolSystemWakeQueryIdle = 0x530,
    WdfDevStatePwrPolStartedWakeCapable = 0x531,
    WdfDevStatePwrPolTimerExpiredDecideUsbSS = 0x532,
    WdfDevStatePwrPolTimerExpiredWakeCapablePowerDown = 0x533,
    WdfDevStatePwrPolTimerExpiredWakeCapableSendWake = 0x534,
    WdfDevStatePwrPolTimerExpiredWakeCapableUsbSS = 0x535,
    WdfDevStatePwrPolTimerExpiredWakeCapableWakeArrived = 0x536,
    WdfDevStatePwrPolTimerExpiredWakeCapableCancelWake = 0x537,
    WdfDevStatePwrPolTimerExpiredWakeCapableWakeCanceled = 0x538,
    WdfDevStatePwrPolTimerExpiredWakeCapableCleanup = 0x539,
    WdfDevStatePwrPolTimerExpiredWakeCapableDxAllocFailed = 0x53a,
    WdfDevStatePwrPolTimerExpiredWakeCompletedPowerDown = 0x53b,
    WdfDevStatePwrPolTimerExpiredWakeCompletedPowerUp = 0x53c,
    WdfDevStatePwrPolWaitingArmedUsbSS = 0x53d,
    WdfDevStatePwrPolWaitingArmed = 0x53e,
    WdfDevStatePwrPolWaitingArmedQueryIdle = 0x53f,
    WdfDevStatePwrPolIoPresentArmed = 0x540,
    WdfDevStatePwrPolIoPresentArmedWakeCanceled = 0x541,
    WdfDevStatePwrPolS0WakeDisarm = 0x542,
    WdfDevStatePwrPolS0WakeCompletePowerUp = 0x543,
    WdfDevStatePwrPolTimerExpiredWakeSucceeded = 0x544,
    WdfDevStatePwrPolTimerExpiredWakeCompletedDisarm = 0x545,
    WdfDevStatePwrPolTimerExpiredWakeCapableWakeSucceeded = 0x546,
    WdfDevStatePwrPolTimerExpiredWakeCapableWakeFailed = 0x547,
    WdfDevStatePwrPolWakeFailedUsbSS = 0x548,
    WdfDevStatePwrPolTimerExpiredWakeCapablePowerDownFailedCancelWake = 0x549,
    WdfDevStatePwrPolTimerExpiredWakeCapablePowerDownFailedWakeCanceled = 0x54a,
    WdfDevStatePwrPolTimerExpiredWakeCapablePowerDownFailedUsbSS = 0x54b,
    WdfDevStatePwrPolCancelingWakeForSystemSleep = 0x54c,
    WdfDevStatePwrPolCancelingWakeForSystemSleepWakeCanceled = 0x54d,
    WdfDevStatePwrPolDisarmingWakeForSystemSleepCompletePowerUp = 0x54e,
    WdfDevStatePwrPolPowerUpForSystemSleepFailed = 0x54f,
    WdfDevStatePwrPolWokeFromS0UsbSS = 0x550,
    WdfDevStatePwrPolWokeFromS0 = 0x551,
    WdfDevStatePwrPolWokeFromS0NotifyDriver = 0x552,
    WdfDevStatePwrPolStoppingResetDevice = 0x553,
    WdfDevStatePwrPolStoppingResetDeviceCompletePowerUp = 0x554,
    WdfDevStatePwrPolStoppingResetDeviceFailed = 0x555,
    WdfDevStatePwrPolStoppingD0 = 0x556,
    WdfDevStatePwrPolStoppingD0Failed = 0x557,
    WdfDevStatePwrPolStoppingDisarmWake = 0x558,
    WdfDevStatePwrPolStoppingDisarmWakeCancelWake = 0x559,
    WdfDevStatePwrPolStoppingDisarmWakeWakeCanceled = 0x55a,
    WdfDevStatePwrPolStopping = 0x55b,
    WdfDevStatePwrPolStoppingFailed = 0x55c,
    WdfDevStatePwrPolStoppingSendStatus = 0x55d,
    WdfDevStatePwrPolStoppingCancelTimer = 0x55e,
    WdfDevStatePwrPolStoppingWaitForIdleTimeout = 0x55f,
    WdfDevStatePwrPolStoppingCancelUsbSS = 0x560,
    WdfDevStatePwrPolStoppingWaitForUsbSSCompletion = 0x561,
    WdfDevStatePwrPolStoppingCancelWake = 0x562,
    WdfDevStatePwrPolStopped = 0x563,
    WdfDevStatePwrPolCancelUsbSS = 0x564,
    WdfDevStatePwrPolStarted = 0x565,
    WdfDevStatePwrPolStartedCancelTimer = 0x566,
    WdfDevStatePwrPolStartedWaitForIdleTimeout = 0x567,
    WdfDevStatePwrPolStartedWakeCapableCancelTimerForSleep = 0x568,
    WdfDevStatePwrPolStartedWakeCapableWaitForIdleTimeout = 0x569,
    WdfDevStatePwrPolStartedWakeCapableSleepingUsbSS = 0x56a,
    WdfDevStatePwrPolStartedIdleCapableCancelTimerForSleep = 0x56b,
    WdfDevStatePwrPolStartedIdleCapableWaitForIdleTimeout = 0x56c,
    WdfDevStatePwrPolDeviceD0PowerRequestFailed = 0x56d,
    WdfDevStatePwrPolDevicePowerRequestFailed = 0x56e,
    WdfDevStatePwrPolGotoDx = 0x56f,
    WdfDevStatePwrPolGotoDxInDx = 0x570,
    WdfDevStatePwrPolDx = 0x571,
    WdfDevStatePwrPolGotoD0 = 0x572,
    WdfDevStatePwrPolGotoD0InD0 = 0x573,
    WdfDevStatePwrPolFinal = 0x574,
    WdfDevStatePwrPolSleepingPowerDownNotProcessed = 0x575,
    WdfDevStatePwrPolTimerExpiredWakeCapablePowerDownNotProcessed = 0x576,
    WdfDevStatePwrPolTimerExpiredNoWakePowerDownNotProcessed = 0x577,
    WdfDevStatePwrPolTimerExpiredNoWakePoweredDownDisableIdleTimer = 0x578,
    WdfDevStatePwrPolStoppingWaitingForImplicitPowerDown = 0x579,
    WdfDevStatePwrPolStoppingPoweringUp = 0x57a,
    WdfDevStatePwrPolStoppingPoweringDown = 0x57b,
    WdfDevStatePwrPolPowerUpForSystemSleepNotSeen = 0x57c,
    WdfDevStatePwrPolWaitingArmedStoppingCancelUsbSS = 0x57d,
    WdfDevStatePwrPolWaitingArmedWakeFailedCancelUsbSS = 0x57e,
    WdfDevStatePwrPolWaitingArmedIoPresentCancelUsbSS = 0x57f,
    WdfDevStatePwrPolWaitingArmedWakeSucceededCancelUsbSS = 0x580,
    WdfDevStatePwrPolCancelingUsbSSForSystemSleep = 0x581,
    WdfDevStatePwrPolStoppingD0CancelUsbSS = 0x582,
    WdfDevStatePwrPolStartingPoweredUp = 0x583,
    WdfDevStatePwrPolIdleCapableDeviceIdle = 0x584,
    WdfDevStatePwrPolDeviceIdleReturnToActive = 0x585,
    WdfDevStatePwrPolDeviceIdleSleeping = 0x586,
    WdfDevStatePwrPolDeviceIdleStopping = 0x587,
    WdfDevStatePwrPolTimerExpiredNoWakeUndoPowerDown = 0x588,
    WdfDevStatePwrPolWakeCapableDeviceIdle = 0x589,
    WdfDevStatePwrPolWakeCapableUsbSSCompleted = 0x58a,
    WdfDevStatePwrPolTimerExpiredWakeCapableUndoPowerDown = 0x58b,
    WdfDevStatePwrPolTimerExpiredWakeCompletedHardwareStarted = 0x58c,
    WdfDevStatePwrPolStoppedRemoving = 0x58d,
    WdfDevStatePwrPolRemoved = 0x58e,
    WdfDevStatePwrPolRestarting = 0x58f,
    WdfDevStatePwrPolRestartingFailed = 0x590,
    WdfDevStatePwrPolStartingPoweredUpFailed = 0x591,
    WdfDevStatePwrPolTimerExpiredNoWakeReturnToActive = 0x592,
    WdfDevStatePwrPolWaitingArmedWakeInterruptFired = 0x593,
    WdfDevStatePwrPolSystemWakeDeviceWakeInterruptFired = 0x594,
    WdfDevStatePwrPolSystemWakeDeviceWakeInterruptFiredNP = 0x8595,
    WdfDevStatePwrPolTimerExpiredWakeCapableWakeInterruptArrived = 0x596,
    WdfDevStatePwrPolTimerExpiredWakeCapablePowerDownFailedWakeInterruptArrived = 0x597,
    WdfDevStatePwrPolWaitingArmedWakeInterruptFiredDuringPowerDown = 0x598,
#if KMDF_VERSION_MINOR >= 31
    WdfDevStatePwrPolStartedNotIdleCapableDirectedDown = 0x599,
    WdfDevStatePwrPolStartedIdleCapableTimerCanceledForSleep = 0x59a,
    WdfDevStatePwrPolTimerExpiredNoWakeUndoPowerDownWaitForDirectedUp = 0x59b,
    WdfDevStatePwrPolIdleCapableTimerNotExpiredDirectedDown = 0x59c,
    WdfDevStatePwrPolIdleCapableDirectedDownTriggerDPNR = 0x59d,
    WdfDevStatePwrPolWaitingUnarmedDirectedDown = 0x59e,
    WdfDevStatePwrPolIdleCapableDirectedDownTriggerDPR = 0x59f,
    WdfDevStatePwrPolStartedWakeCapableTimerCanceledForSleep = 0x5a0,
    WdfDevStatePwrPolWakeCapableTimerNotExpiredDirectedDown = 0x5a1,
    WdfDevStatePwrPolWakeCapableDirectedDownTriggerDPNR = 0x5a2,
    WdfDevStatePwrPolTimerExpiredWakeCompletedPowerDownWaitForDirectedUp = 0x5a3,
    WdfDevStatePwrPolTimerExpiredWakeCompletedPowerDownDirectedTriggerDPR = 0x5a4,
    WdfDevStatePwrPolTimerExpiredWakeCapableUndoPowerDownWaitForDirectedUp = 0x5a5,
    WdfDevStatePwrPolWakeCapableUsbSSCompletedUndoWaitForDirectedUp = 0x5a6,
    WdfDevStatePwrPolTimerExpiredWakeCapableUsbSSDirectedDown = 0x5a7,
    WdfDevStatePwrPolWaitingArmedWakeInterruptFiredDuringPowerDownCheckDirected = 0x5a8,
    WdfDevStatePwrPolTimerExpiredWakeCompletedPowerDownCheckDirected = 0x5a9,
    WdfDevStatePwrPolTimerExpiredWakeCapableWakeSucceededCheckDirected = 0x5aa,
    WdfDevStatePwrPolTimerExpiredWakeCapableWakeSucceededWaitForDirectedUp = 0x5ab,
    WdfDevStatePwrPolTimerExpiredWakeCapableWakeSucceededTriggerDPR = 0x5ac,
    WdfDevStatePwrPolTimerExpiredWakeCapableWakeFailedCheckDirected = 0x5ad,
    WdfDevStatePwrPolTimerExpiredWakeCapableWakeFailedWaitForDirectedUp = 0x5ae,
    WdfDevStatePwrPolTimerExpiredWakeCapableWakeFailedTriggerDPR = 0x5af,
    WdfDevStatePwrPolWaitingArmedDirectedDownWakeInterruptFiredTriggerDPR = 0x5b0,
    WdfDevStatePwrPolWaitingArmedDirectedDownWakeInterruptFired = 0x5b1,
    WdfDevStatePwrPolWaitingArmedDirectedDown = 0x5b2,
    WdfDevStatePwrPolWaitingArmedDirectedDownWakeSucceededCancelUsbSS = 0x5b3,
    WdfDevStatePwrPolWaitingArmedDirectedDownWakeFailedCancelUsbSS = 0x5b4,
    WdfDevStatePwrPolWaitingArmedDirectedDownTriggerDPR = 0x5b5,
    WdfDevStatePwrPolWaitingArmedDirectedDownWakeSucceededTriggerDPR = 0x5b6,
    WdfDevStatePwrPolWaitingArmedDirectedDownUsbSSCompleted = 0x5b7,
    WdfDevStatePwrPolWaitingArmedDirectedDownUsbSSCompletedTriggerDPR = 0x5b8,
    WdfDevStatePwrPolWaitingArmedDirectedDownWakeFailedCancelUsbSSTriggerDPR = 0x5b9,
    WdfDevStatePwrPolUsbSSCancelled = 0x5ba,
    WdfDevStatePwrPolTimerExpiredWakeCapableRevertArmWake = 0x5bb,
    WdfDevStatePwrPolSleepingWakeCancelWake = 0x5bc,
    WdfDevStatePwrPolSleepingWakeCancelWakeNP = 0x85bd,
#endif
#if KMDF_VERSION_MINOR >= 33
    WdfDevStatePwrPolSystemWakeDeviceD0PowerRequestFailed = 0x5be,
    WdfDevStatePwrPolSystemWakeDevicePowerRequestFailed = 0x5bf,
#endif
#if KMDF_VERSION_MINOR < 31
    WdfDevStatePwrPolNull = 0x599,
#endif
#if KMDF_VERSION_MINOR >= 31 && KMDF_VERSION_MINOR < 33
    WdfDevStatePwrPolNull = 0x5be,
#endif
#if KMDF_VERSION_MINOR >= 33
    WdfDevStatePwrPolNull = 0x5c0,
#endif
} WDF_DEVICE_POWER_POLICY_STATE, *PWDF_DEVICE_POWER_POLICY_STATE;

typedef enum _WDF_STATE_NOTIFICATION_TYPE {
    StateNotificationInvalid = 0,
    StateNotificationEnterState = 1,
    StateNotificationPostProcessState = 2,
    StateNotificationLeaveState = 4,
    StateNotificationAllStates = 7,
} WDF_STATE_NOTIFICATION_TYPE;

typedef enum _WDF_POWER_POLICY_S0_IDLE_CAPABILITIES {
    IdleCapsInvalid = 0,
    IdleCannotWakeFromS0 = 1,
    IdleCanWakeFromS0 = 2,
    IdleUsbSelectiveSuspend = 3,
} WDF_POWER_POLICY_S0_IDLE_CAPABILITIES;

typedef enum _WDF_POWER_POLICY_S0_IDLE_USER_CONTROL {
    IdleUserControlInvalid = 0,
    IdleDoNotAllowUserControl = 1,
    IdleAllowUserControl = 2,
} WDF_POWER_POLICY_S0_IDLE_USER_CONTROL;

typedef enum _WDF_POWER_POLICY_IDLE_TIMEOUT_CONSTANTS {
    IdleTimeoutDefaultConstant = 0,
} WDF_POWER_POLICY_IDLE_TIMEOUT_CONSTANTS;

typedef enum _WDF_POWER_POLICY_SX_WAKE_USER_CONTROL {
    WakeUserControlInvalid = 0,
    WakeDoNotAllowUserControl = 1,
    WakeAllowUserControl = 2,
} WDF_POWER_POLICY_SX_WAKE_USER_CONTROL;

typedef enum _WDF_POWER_DEVICE_STATE {
    WdfPowerDeviceInvalid = 0,
    WdfPowerDeviceD0 = 1,
    WdfPowerDeviceD1 = 2,
    WdfPowerDeviceD2 = 3,
    WdfPowerDeviceD3 = 4,
    WdfPowerDeviceD3Final = 5,
    WdfPowerDevicePrepareForHibernation = 6,
    WdfPowerDeviceMaximum = 7,
} WDF_POWER_DEVICE_STATE, *PWDF_POWER_DEVICE_STATE;

typedef enum _WDF_DISPATCH_IRP_TO_IO_QUEUE_FLAGS {
    WDF_DISPATCH_IRP_TO_IO_QUEUE_NO_FLAGS = 0x0,
    WDF_DISPATCH_IRP_TO_IO_QUEUE_INVOKE_INCALLERCTX_CALLBACK = 0x1,
    WDF_DISPATCH_IRP_TO_IO_QUEUE_PREPROCESSED_IRP = 0x2,
} WDF_DISPATCH_IRP_TO_IO_QUEUE_FLAGS;

typedef enum _WDF_SPECIAL_FILE_TYPE {
    WdfSpecialFileUndefined = 0,
    WdfSpecialFilePaging = 1,
    WdfSpecialFileHibernation = 2,
    WdfSpecialFileDump = 3,
    WdfSpecialFileBoot = 4,
#if KMDF_VERSION_MINOR >= 31
    WdfSpecialFilePostDisplay = 5,
    WdfSpecialFileGuestAssigned = 6,
#endif
#if KMDF_VERSION_MINOR < 31
    WdfSpecialFileMax = 5,
#endif
#if KMDF_VERSION_MINOR >= 31
    WdfSpecialFileMax = 7,
#endif
} WDF_SPECIAL_FILE_TYPE, *PWDF_SPECIAL_FILE_TYPE;

typedef enum _WDF_DEVICE_IO_TYPE {
    WdfDeviceIoUndefined = 0,
    WdfDeviceIoNeither = 1,
    WdfDeviceIoBuffered = 2,
    WdfDeviceIoDirect = 3,
    WdfDeviceIoBufferedOrDirect = 4,
#if KMDF_VERSION_MINOR >= 17
    WdfDeviceIoMaximum = 5,
#endif
} WDF_DEVICE_IO_TYPE, *PWDF_DEVICE_IO_TYPE;

typedef enum _WDF_FILEOBJECT_CLASS {
    WdfFileObjectInvalid = 0x0,
    WdfFileObjectNotRequired = 0x1,
    WdfFileObjectWdfCanUseFsContext = 0x2,
    WdfFileObjectWdfCanUseFsContext2 = 0x3,
    WdfFileObjectWdfCannotUseFsContexts = 0x4,
    WdfFileObjectCanBeOptional = 0x80000000,
} WDF_FILEOBJECT_CLASS, *PWDF_FILEOBJECT_CLASS;

typedef enum _WDF_DEVICE_FAILED_ACTION {
    WdfDeviceFailedUndefined = 0,
    WdfDeviceFailedAttemptRestart = 1,
    WdfDeviceFailedNoRestart = 2,
} WDF_DEVICE_FAILED_ACTION;

typedef enum _WDF_RELEASE_HARDWARE_ORDER_ON_FAILURE {
    WdfReleaseHardwareOrderOnFailureInvalid = 0,
    WdfReleaseHardwareOrderOnFailureEarly = 1,
    WdfReleaseHardwareOrderOnFailureAfterDescendants = 2,
} WDF_RELEASE_HARDWARE_ORDER_ON_FAILURE, *PWDF_RELEASE_HARDWARE_ORDER_ON_FAILURE;

typedef enum _WDF_REQUEST_TYPE {
    WdfRequestTypeCreate = 0,
    WdfRequestTypeCreateNamedPipe = 1,
    WdfRequestTypeClose = 2,
    WdfRequestTypeRead = 3,
    WdfRequestTypeWrite = 4,
    WdfRequestTypeQueryInformation = 5,
    WdfRequestTypeSetInformation = 6,
    WdfRequestTypeQueryEA = 7,
    WdfRequestTypeSetEA = 8,
    WdfRequestTypeFlushBuffers = 9,
    WdfRequestTypeQueryVolumeInformation = 10,
    WdfRequestTypeSetVolumeInformation = 11,
    WdfRequestTypeDirectoryControl = 12,
    WdfRequestTypeFileSystemControl = 13,
    WdfRequestTypeDeviceControl = 14,
    WdfRequestTypeDeviceControlInternal = 15,
    WdfRequestTypeShutdown = 16,
    WdfRequestTypeLockControl = 17,
    WdfRequestTypeCleanup = 18,
    WdfRequestTypeCreateMailSlot = 19,
    WdfRequestTypeQuerySecurity = 20,
    WdfRequestTypeSetSecurity = 21,
    WdfRequestTypePower = 22,
    WdfRequestTypeSystemControl = 23,
    WdfRequestTypeDeviceChange = 24,
    WdfRequestTypeQueryQuota = 25,
    WdfRequestTypeSetQuota = 26,
    WdfRequestTypePnp = 27,
    WdfRequestTypeOther = 28,
    WdfRequestTypeUsb = 64,
    WdfRequestTypeNoFormat = 255,
    WdfRequestTypeMax = 256,
} WDF_REQUEST_TYPE;

typedef VOID NTAPI EVT_WDF_DEVICE_FILE_CREATE(
    WDFDEVICE Device, WDFREQUEST Request, WDFFILEOBJECT FileObject);
typedef EVT_WDF_DEVICE_FILE_CREATE *PFN_WDF_DEVICE_FILE_CREATE;

typedef VOID NTAPI EVT_WDF_FILE_CLOSE(WDFFILEOBJECT FileObject);
typedef EVT_WDF_FILE_CLOSE *PFN_WDF_FILE_CLOSE;

typedef VOID NTAPI EVT_WDF_FILE_CLEANUP(WDFFILEOBJECT FileObject);
typedef EVT_WDF_FILE_CLEANUP *PFN_WDF_FILE_CLEANUP;

typedef struct _WDF_FILEOBJECT_CONFIG {
    ULONG Size;
    PFN_WDF_DEVICE_FILE_CREATE EvtDeviceFileCreate;
    PFN_WDF_FILE_CLOSE EvtFileClose;
    PFN_WDF_FILE_CLEANUP EvtFileCleanup;
    WDF_TRI_STATE AutoForwardCleanupClose;
    WDF_FILEOBJECT_CLASS FileObjectClass;
} WDF_FILEOBJECT_CONFIG, *PWDF_FILEOBJECT_CONFIG;

WDF_INLINE VOID WDF_FILEOBJECT_CONFIG_INIT(
    PWDF_FILEOBJECT_CONFIG FileEventCallbacks, PFN_WDF_DEVICE_FILE_CREATE EvtDeviceFileCreate,
    PFN_WDF_FILE_CLOSE EvtFileClose, PFN_WDF_FILE_CLEANUP EvtFileCleanup)
{
    RtlZeroMemory(FileEventCallbacks, sizeof(*FileEventCallbacks));
    FileEventCallbacks->Size = WDF_STRUCTURE_SIZE(WDF_FILEOBJECT_CONFIG);
    FileEventCallbacks->EvtDeviceFileCreate = EvtDeviceFileCreate;
    FileEventCallbacks->EvtFileClose = EvtFileClose;
    FileEventCallbacks->EvtFileCleanup = EvtFileCleanup;
    FileEventCallbacks->FileObjectClass = WdfFileObjectWdfCannotUseFsContexts;
    FileEventCallbacks->AutoForwardCleanupClose = WdfUseDefault;
}

typedef struct _WDF_DEVICE_PNP_NOTIFICATION_DATA {
    WDF_STATE_NOTIFICATION_TYPE Type;
    union {
        struct {
            WDF_DEVICE_PNP_STATE CurrentState;
            WDF_DEVICE_PNP_STATE NewState;
        } EnterState;
        struct {
            WDF_DEVICE_PNP_STATE CurrentState;
        } PostProcessState;
        struct {
            WDF_DEVICE_PNP_STATE CurrentState;
            WDF_DEVICE_PNP_STATE NewState;
        } LeaveState;
    } Data;
} WDF_DEVICE_PNP_NOTIFICATION_DATA;

typedef const WDF_DEVICE_PNP_NOTIFICATION_DATA *PCWDF_DEVICE_PNP_NOTIFICATION_DATA;

typedef struct _WDF_DEVICE_POWER_NOTIFICATION_DATA {
    WDF_STATE_NOTIFICATION_TYPE Type;
    union {
        struct {
            WDF_DEVICE_POWER_STATE CurrentState;
            WDF_DEVICE_POWER_STATE NewState;
        } EnterState;
        struct {
            WDF_DEVICE_POWER_STATE CurrentState;
        } PostProcessState;
        struct {
            WDF_DEVICE_POWER_STATE CurrentState;
            WDF_DEVICE_POWER_STATE NewState;
        } LeaveState;
    } Data;
} WDF_DEVICE_POWER_NOTIFICATION_DATA;

typedef const WDF_DEVICE_POWER_NOTIFICATION_DATA *PCWDF_DEVICE_POWER_NOTIFICATION_DATA;

typedef struct _WDF_DEVICE_POWER_POLICY_NOTIFICATION_DATA {
    WDF_STATE_NOTIFICATION_TYPE Type;
    union {
        struct {
            WDF_DEVICE_POWER_POLICY_STATE CurrentState;
            WDF_DEVICE_POWER_POLICY_STATE NewState;
        } EnterState;
        struct {
            WDF_DEVICE_POWER_POLICY_STATE CurrentState;
        } PostProcessState;
        struct {
            WDF_DEVICE_POWER_POLICY_STATE CurrentState;
            WDF_DEVICE_POWER_POLICY_STATE NewState;
        } LeaveState;
    } Data;
} WDF_DEVICE_POWER_POLICY_NOTIFICATION_DATA;

typedef const WDF_DEVICE_POWER_POLICY_NOTIFICATION_DATA *PCWDF_DEVICE_POWER_POLICY_NOTIFICATION_DATA;

typedef VOID NTAPI EVT_WDF_DEVICE_PNP_STATE_CHANGE_NOTIFICATION(
    WDFDEVICE Device, PCWDF_DEVICE_PNP_NOTIFICATION_DATA NotificationData);
typedef EVT_WDF_DEVICE_PNP_STATE_CHANGE_NOTIFICATION *PFN_WDF_DEVICE_PNP_STATE_CHANGE_NOTIFICATION;

typedef VOID NTAPI EVT_WDF_DEVICE_POWER_STATE_CHANGE_NOTIFICATION(
    WDFDEVICE Device, PCWDF_DEVICE_POWER_NOTIFICATION_DATA NotificationData);
typedef EVT_WDF_DEVICE_POWER_STATE_CHANGE_NOTIFICATION *PFN_WDF_DEVICE_POWER_STATE_CHANGE_NOTIFICATION;

typedef VOID NTAPI EVT_WDF_DEVICE_POWER_POLICY_STATE_CHANGE_NOTIFICATION(
    WDFDEVICE Device, PCWDF_DEVICE_POWER_POLICY_NOTIFICATION_DATA NotificationData);
typedef EVT_WDF_DEVICE_POWER_POLICY_STATE_CHANGE_NOTIFICATION *PFN_WDF_DEVICE_POWER_POLICY_STATE_CHANGE_NOTIFICATION;

typedef NTSTATUS NTAPI EVT_WDF_DEVICE_D0_ENTRY(
    WDFDEVICE Device, WDF_POWER_DEVICE_STATE PreviousState);
typedef EVT_WDF_DEVICE_D0_ENTRY *PFN_WDF_DEVICE_D0_ENTRY;

typedef NTSTATUS NTAPI EVT_WDF_DEVICE_D0_ENTRY_POST_INTERRUPTS_ENABLED(
    WDFDEVICE Device, WDF_POWER_DEVICE_STATE PreviousState);
typedef EVT_WDF_DEVICE_D0_ENTRY_POST_INTERRUPTS_ENABLED *PFN_WDF_DEVICE_D0_ENTRY_POST_INTERRUPTS_ENABLED;

#if KMDF_VERSION_MINOR >= 31
typedef NTSTATUS NTAPI EVT_WDF_DEVICE_D0_ENTRY_POST_HARDWARE_ENABLED(
    WDFDEVICE Device, WDF_POWER_DEVICE_STATE PreviousState);
typedef EVT_WDF_DEVICE_D0_ENTRY_POST_HARDWARE_ENABLED *PFN_WDF_DEVICE_D0_ENTRY_POST_HARDWARE_ENABLED;
#endif

typedef NTSTATUS NTAPI EVT_WDF_DEVICE_D0_EXIT(WDFDEVICE Device, WDF_POWER_DEVICE_STATE TargetState);
typedef EVT_WDF_DEVICE_D0_EXIT *PFN_WDF_DEVICE_D0_EXIT;

typedef NTSTATUS NTAPI EVT_WDF_DEVICE_D0_EXIT_PRE_INTERRUPTS_DISABLED(
    WDFDEVICE Device, WDF_POWER_DEVICE_STATE TargetState);
typedef EVT_WDF_DEVICE_D0_EXIT_PRE_INTERRUPTS_DISABLED *PFN_WDF_DEVICE_D0_EXIT_PRE_INTERRUPTS_DISABLED;

#if KMDF_VERSION_MINOR >= 31
typedef NTSTATUS NTAPI EVT_WDF_DEVICE_D0_EXIT_PRE_HARDWARE_DISABLED(
    WDFDEVICE Device, WDF_POWER_DEVICE_STATE TargetState);
typedef EVT_WDF_DEVICE_D0_EXIT_PRE_HARDWARE_DISABLED *PFN_WDF_DEVICE_D0_EXIT_PRE_HARDWARE_DISABLED;
#endif

typedef NTSTATUS NTAPI EVT_WDF_DEVICE_PREPARE_HARDWARE(
    WDFDEVICE Device, WDFCMRESLIST ResourcesRaw, WDFCMRESLIST ResourcesTranslated);
typedef EVT_WDF_DEVICE_PREPARE_HARDWARE *PFN_WDF_DEVICE_PREPARE_HARDWARE;

typedef NTSTATUS NTAPI EVT_WDF_DEVICE_RELEASE_HARDWARE(
    WDFDEVICE Device, WDFCMRESLIST ResourcesTranslated);
typedef EVT_WDF_DEVICE_RELEASE_HARDWARE *PFN_WDF_DEVICE_RELEASE_HARDWARE;

typedef VOID NTAPI EVT_WDF_DEVICE_SELF_MANAGED_IO_CLEANUP(WDFDEVICE Device);
typedef EVT_WDF_DEVICE_SELF_MANAGED_IO_CLEANUP *PFN_WDF_DEVICE_SELF_MANAGED_IO_CLEANUP;

typedef VOID NTAPI EVT_WDF_DEVICE_SELF_MANAGED_IO_FLUSH(WDFDEVICE Device);
typedef EVT_WDF_DEVICE_SELF_MANAGED_IO_FLUSH *PFN_WDF_DEVICE_SELF_MANAGED_IO_FLUSH;

typedef NTSTATUS NTAPI EVT_WDF_DEVICE_SELF_MANAGED_IO_INIT(WDFDEVICE Device);
typedef EVT_WDF_DEVICE_SELF_MANAGED_IO_INIT *PFN_WDF_DEVICE_SELF_MANAGED_IO_INIT;

typedef NTSTATUS NTAPI EVT_WDF_DEVICE_SELF_MANAGED_IO_SUSPEND(WDFDEVICE Device);
typedef EVT_WDF_DEVICE_SELF_MANAGED_IO_SUSPEND *PFN_WDF_DEVICE_SELF_MANAGED_IO_SUSPEND;

typedef NTSTATUS NTAPI EVT_WDF_DEVICE_SELF_MANAGED_IO_RESTART(WDFDEVICE Device);
typedef EVT_WDF_DEVICE_SELF_MANAGED_IO_RESTART *PFN_WDF_DEVICE_SELF_MANAGED_IO_RESTART;

typedef NTSTATUS NTAPI EVT_WDF_DEVICE_QUERY_STOP(WDFDEVICE Device);
typedef EVT_WDF_DEVICE_QUERY_STOP *PFN_WDF_DEVICE_QUERY_STOP;

typedef NTSTATUS NTAPI EVT_WDF_DEVICE_QUERY_REMOVE(WDFDEVICE Device);
typedef EVT_WDF_DEVICE_QUERY_REMOVE *PFN_WDF_DEVICE_QUERY_REMOVE;

typedef VOID NTAPI EVT_WDF_DEVICE_SURPRISE_REMOVAL(WDFDEVICE Device);
typedef EVT_WDF_DEVICE_SURPRISE_REMOVAL *PFN_WDF_DEVICE_SURPRISE_REMOVAL;

typedef VOID NTAPI EVT_WDF_DEVICE_USAGE_NOTIFICATION(
    WDFDEVICE Device, WDF_SPECIAL_FILE_TYPE NotificationType, BOOLEAN IsInNotificationPath);
typedef EVT_WDF_DEVICE_USAGE_NOTIFICATION *PFN_WDF_DEVICE_USAGE_NOTIFICATION;

typedef NTSTATUS NTAPI EVT_WDF_DEVICE_USAGE_NOTIFICATION_EX(
    WDFDEVICE Device, WDF_SPECIAL_FILE_TYPE NotificationType, BOOLEAN IsInNotificationPath);
typedef EVT_WDF_DEVICE_USAGE_NOTIFICATION_EX *PFN_WDF_DEVICE_USAGE_NOTIFICATION_EX;

typedef VOID NTAPI EVT_WDF_DEVICE_RELATIONS_QUERY(
    WDFDEVICE Device, DEVICE_RELATION_TYPE RelationType);
typedef EVT_WDF_DEVICE_RELATIONS_QUERY *PFN_WDF_DEVICE_RELATIONS_QUERY;

typedef NTSTATUS NTAPI EVT_WDF_DEVICE_ARM_WAKE_FROM_S0(WDFDEVICE Device);
typedef EVT_WDF_DEVICE_ARM_WAKE_FROM_S0 *PFN_WDF_DEVICE_ARM_WAKE_FROM_S0;

typedef NTSTATUS NTAPI EVT_WDF_DEVICE_ARM_WAKE_FROM_SX(WDFDEVICE Device);
typedef EVT_WDF_DEVICE_ARM_WAKE_FROM_SX *PFN_WDF_DEVICE_ARM_WAKE_FROM_SX;

typedef NTSTATUS NTAPI EVT_WDF_DEVICE_ARM_WAKE_FROM_SX_WITH_REASON(
    WDFDEVICE Device, BOOLEAN DeviceWakeEnabled, BOOLEAN ChildrenArmedForWake);
typedef EVT_WDF_DEVICE_ARM_WAKE_FROM_SX_WITH_REASON *PFN_WDF_DEVICE_ARM_WAKE_FROM_SX_WITH_REASON;

typedef VOID NTAPI EVT_WDF_DEVICE_DISARM_WAKE_FROM_S0(WDFDEVICE Device);
typedef EVT_WDF_DEVICE_DISARM_WAKE_FROM_S0 *PFN_WDF_DEVICE_DISARM_WAKE_FROM_S0;

typedef VOID NTAPI EVT_WDF_DEVICE_DISARM_WAKE_FROM_SX(WDFDEVICE Device);
typedef EVT_WDF_DEVICE_DISARM_WAKE_FROM_SX *PFN_WDF_DEVICE_DISARM_WAKE_FROM_SX;

typedef VOID NTAPI EVT_WDF_DEVICE_WAKE_FROM_S0_TRIGGERED(WDFDEVICE Device);
typedef EVT_WDF_DEVICE_WAKE_FROM_S0_TRIGGERED *PFN_WDF_DEVICE_WAKE_FROM_S0_TRIGGERED;

typedef VOID NTAPI EVT_WDF_DEVICE_WAKE_FROM_SX_TRIGGERED(WDFDEVICE Device);
typedef EVT_WDF_DEVICE_WAKE_FROM_SX_TRIGGERED *PFN_WDF_DEVICE_WAKE_FROM_SX_TRIGGERED;

typedef struct _WDF_PNPPOWER_EVENT_CALLBACKS {
    ULONG Size;
    PFN_WDF_DEVICE_D0_ENTRY EvtDeviceD0Entry;
    PFN_WDF_DEVICE_D0_ENTRY_POST_INTERRUPTS_ENABLED EvtDeviceD0EntryPostInterruptsEnabled;
    PFN_WDF_DEVICE_D0_EXIT EvtDeviceD0Exit;
    PFN_WDF_DEVICE_D0_EXIT_PRE_INTERRUPTS_DISABLED EvtDeviceD0ExitPreInterruptsDisabled;
    PFN_WDF_DEVICE_PREPARE_HARDWARE EvtDevicePrepareHardware;
    PFN_WDF_DEVICE_RELEASE_HARDWARE EvtDeviceReleaseHardware;
    PFN_WDF_DEVICE_SELF_MANAGED_IO_CLEANUP EvtDeviceSelfManagedIoCleanup;
    PFN_WDF_DEVICE_SELF_MANAGED_IO_FLUSH EvtDeviceSelfManagedIoFlush;
    PFN_WDF_DEVICE_SELF_MANAGED_IO_INIT EvtDeviceSelfManagedIoInit;
    PFN_WDF_DEVICE_SELF_MANAGED_IO_SUSPEND EvtDeviceSelfManagedIoSuspend;
    PFN_WDF_DEVICE_SELF_MANAGED_IO_RESTART EvtDeviceSelfManagedIoRestart;
    PFN_WDF_DEVICE_SURPRISE_REMOVAL EvtDeviceSurpriseRemoval;
    PFN_WDF_DEVICE_QUERY_REMOVE EvtDeviceQueryRemove;
    PFN_WDF_DEVICE_QUERY_STOP EvtDeviceQueryStop;
    PFN_WDF_DEVICE_USAGE_NOTIFICATION EvtDeviceUsageNotification;
    PFN_WDF_DEVICE_RELATIONS_QUERY EvtDeviceRelationsQuery;
    PFN_WDF_DEVICE_USAGE_NOTIFICATION_EX EvtDeviceUsageNotificationEx;
} WDF_PNPPOWER_EVENT_CALLBACKS, *PWDF_PNPPOWER_EVENT_CALLBACKS;

typedef struct _WDF_POWER_POLICY_EVENT_CALLBACKS {
    ULONG Size;
    PFN_WDF_DEVICE_ARM_WAKE_FROM_S0 EvtDeviceArmWakeFromS0;
    PFN_WDF_DEVICE_DISARM_WAKE_FROM_S0 EvtDeviceDisarmWakeFromS0;
    PFN_WDF_DEVICE_WAKE_FROM_S0_TRIGGERED EvtDeviceWakeFromS0Triggered;
    PFN_WDF_DEVICE_ARM_WAKE_FROM_SX EvtDeviceArmWakeFromSx;
    PFN_WDF_DEVICE_DISARM_WAKE_FROM_SX EvtDeviceDisarmWakeFromSx;
    PFN_WDF_DEVICE_WAKE_FROM_SX_TRIGGERED EvtDeviceWakeFromSxTriggered;
    PFN_WDF_DEVICE_ARM_WAKE_FROM_SX_WITH_REASON EvtDeviceArmWakeFromSxWithReason;
} WDF_POWER_POLICY_EVENT_CALLBACKS, *PWDF_POWER_POLICY_EVENT_CALLBACKS;

WDF_INLINE VOID WDF_POWER_POLICY_EVENT_CALLBACKS_INIT(PWDF_POWER_POLICY_EVENT_CALLBACKS Callbacks)
{
    RtlZeroMemory(Callbacks, sizeof(*Callbacks));
    Callbacks->Size = WDF_STRUCTURE_SIZE(WDF_POWER_POLICY_EVENT_CALLBACKS);
}

WDF_INLINE VOID WDF_PNPPOWER_EVENT_CALLBACKS_INIT(PWDF_PNPPOWER_EVENT_CALLBACKS Callbacks)
{
    RtlZeroMemory(Callbacks, sizeof(*Callbacks));
    Callbacks->Size = WDF_STRUCTURE_SIZE(WDF_PNPPOWER_EVENT_CALLBACKS);
}

/* A device state without the bit that says "not power pageable". */
WDF_INLINE ULONG WdfDevStateNormalize(ULONG State)
{
    return State & ~(ULONG)WdfDevStateNP;
}

WDF_INLINE BOOLEAN WdfDevStateIsNP(ULONG State)
{
    return (State & WdfDevStateNP) != 0;
}

typedef enum _WDF_POWER_POLICY_IDLE_TIMEOUT_TYPE {
    DriverManagedIdleTimeout = 0,
    SystemManagedIdleTimeout = 1,
    SystemManagedIdleTimeoutWithHint = 2,
} WDF_POWER_POLICY_IDLE_TIMEOUT_TYPE, *PWDF_POWER_POLICY_IDLE_TIMEOUT_TYPE;

typedef struct _WDF_DEVICE_POWER_POLICY_IDLE_SETTINGS {
    ULONG Size;
    WDF_POWER_POLICY_S0_IDLE_CAPABILITIES IdleCaps;
    DEVICE_POWER_STATE DxState;
    ULONG IdleTimeout;
    WDF_POWER_POLICY_S0_IDLE_USER_CONTROL UserControlOfIdleSettings;
    WDF_TRI_STATE Enabled;
    WDF_TRI_STATE PowerUpIdleDeviceOnSystemWake;
    WDF_POWER_POLICY_IDLE_TIMEOUT_TYPE IdleTimeoutType;
    WDF_TRI_STATE ExcludeD3Cold;
} WDF_DEVICE_POWER_POLICY_IDLE_SETTINGS, *PWDF_DEVICE_POWER_POLICY_IDLE_SETTINGS;

WDF_INLINE VOID WDF_DEVICE_POWER_POLICY_IDLE_SETTINGS_INIT(
    PWDF_DEVICE_POWER_POLICY_IDLE_SETTINGS Settings, WDF_POWER_POLICY_S0_IDLE_CAPABILITIES IdleCaps)
{
    RtlZeroMemory(Settings, sizeof(*Settings));
    Settings->Size = WDF_STRUCTURE_SIZE(WDF_DEVICE_POWER_POLICY_IDLE_SETTINGS);
    Settings->IdleTimeout = IdleTimeoutDefaultValue;
    Settings->UserControlOfIdleSettings = IdleAllowUserControl;
    Settings->Enabled = WdfUseDefault;
    Settings->PowerUpIdleDeviceOnSystemWake = WdfUseDefault;
    Settings->IdleTimeoutType = DriverManagedIdleTimeout;
    Settings->ExcludeD3Cold = WdfUseDefault;
    Settings->IdleCaps = IdleCaps;
    Settings->DxState =
        IdleCaps == IdleCannotWakeFromS0 ? PowerDeviceD3 : IdleCaps == IdleCapsInvalid ? PowerDeviceUnspecified : PowerDeviceMaximum;
}

typedef struct _WDF_DEVICE_POWER_POLICY_WAKE_SETTINGS {
    ULONG Size;
    DEVICE_POWER_STATE DxState;
    WDF_POWER_POLICY_SX_WAKE_USER_CONTROL UserControlOfWakeSettings;
    WDF_TRI_STATE Enabled;
    BOOLEAN ArmForWakeIfChildrenAreArmedForWake;
    BOOLEAN IndicateChildWakeOnParentWake;
} WDF_DEVICE_POWER_POLICY_WAKE_SETTINGS, *PWDF_DEVICE_POWER_POLICY_WAKE_SETTINGS;

WDF_INLINE VOID WDF_DEVICE_POWER_POLICY_WAKE_SETTINGS_INIT(
    PWDF_DEVICE_POWER_POLICY_WAKE_SETTINGS Settings)
{
    RtlZeroMemory(Settings, sizeof(*Settings));
    Settings->Size = WDF_STRUCTURE_SIZE(WDF_DEVICE_POWER_POLICY_WAKE_SETTINGS);
    Settings->Enabled = WdfUseDefault;
    Settings->DxState = PowerDeviceMaximum;
    Settings->UserControlOfWakeSettings = WakeAllowUserControl;
}

typedef struct _WDF_DEVICE_STATE {
    ULONG Size;
    WDF_TRI_STATE Disabled;
    WDF_TRI_STATE DontDisplayInUI;
    WDF_TRI_STATE Failed;
    WDF_TRI_STATE NotDisableable;
    WDF_TRI_STATE Removed;
    WDF_TRI_STATE ResourcesChanged;
#if KMDF_VERSION_MINOR >= 31
    WDF_TRI_STATE AssignedToGuest;
#endif
} WDF_DEVICE_STATE, *PWDF_DEVICE_STATE;

WDF_INLINE VOID WDF_DEVICE_STATE_INIT(PWDF_DEVICE_STATE PnpDeviceState)
{
    RtlZeroMemory(PnpDeviceState, sizeof(*PnpDeviceState));
    PnpDeviceState->Size = WDF_STRUCTURE_SIZE(WDF_DEVICE_STATE);
    PnpDeviceState->Disabled = WdfUseDefault;
    PnpDeviceState->DontDisplayInUI = WdfUseDefault;
    PnpDeviceState->Failed = WdfUseDefault;
    PnpDeviceState->NotDisableable = WdfUseDefault;
    PnpDeviceState->Removed = WdfUseDefault;
    PnpDeviceState->ResourcesChanged = WdfUseDefault;
#if KMDF_VERSION_MINOR >= 31
    PnpDeviceState->AssignedToGuest = WdfUseDefault;
#endif
}

typedef struct _WDF_DEVICE_PNP_CAPABILITIES {
    ULONG Size;
    WDF_TRI_STATE LockSupported;
    WDF_TRI_STATE EjectSupported;
    WDF_TRI_STATE Removable;
    WDF_TRI_STATE DockDevice;
    WDF_TRI_STATE UniqueID;
    WDF_TRI_STATE SilentInstall;
    WDF_TRI_STATE SurpriseRemovalOK;
    WDF_TRI_STATE HardwareDisabled;
    WDF_TRI_STATE NoDisplayInUI;
    ULONG Address;
    ULONG UINumber;
} WDF_DEVICE_PNP_CAPABILITIES, *PWDF_DEVICE_PNP_CAPABILITIES;

WDF_INLINE VOID WDF_DEVICE_PNP_CAPABILITIES_INIT(PWDF_DEVICE_PNP_CAPABILITIES Caps)
{
    RtlZeroMemory(Caps, sizeof(*Caps));
    Caps->Size = WDF_STRUCTURE_SIZE(WDF_DEVICE_PNP_CAPABILITIES);
    Caps->LockSupported = WdfUseDefault;
    Caps->EjectSupported = WdfUseDefault;
    Caps->Removable = WdfUseDefault;
    Caps->DockDevice = WdfUseDefault;
    Caps->UniqueID = WdfUseDefault;
    Caps->SilentInstall = WdfUseDefault;
    Caps->SurpriseRemovalOK = WdfUseDefault;
    Caps->HardwareDisabled = WdfUseDefault;
    Caps->NoDisplayInUI = WdfUseDefault;
    Caps->Address = (ULONG) -1;
    Caps->UINumber = (ULONG) -1;
}

typedef struct _WDF_DEVICE_POWER_CAPABILITIES {
    ULONG Size;
    WDF_TRI_STATE DeviceD1;
    WDF_TRI_STATE DeviceD2;
    WDF_TRI_STATE WakeFromD0;
    WDF_TRI_STATE WakeFromD1;
    WDF_TRI_STATE WakeFromD2;
    WDF_TRI_STATE WakeFromD3;
    DEVICE_POWER_STATE DeviceState[7];
    DEVICE_POWER_STATE DeviceWake;
    SYSTEM_POWER_STATE SystemWake;
    ULONG D1Latency;
    ULONG D2Latency;
    ULONG D3Latency;
    DEVICE_POWER_STATE IdealDxStateForSx;
} WDF_DEVICE_POWER_CAPABILITIES, *PWDF_DEVICE_POWER_CAPABILITIES;

WDF_INLINE VOID WDF_DEVICE_POWER_CAPABILITIES_INIT(PWDF_DEVICE_POWER_CAPABILITIES Caps)
{
    ULONG State;

    RtlZeroMemory(Caps, sizeof(*Caps));
    Caps->Size = WDF_STRUCTURE_SIZE(WDF_DEVICE_POWER_CAPABILITIES);
    Caps->DeviceD1 = Caps->DeviceD2 = WdfUseDefault;
    Caps->WakeFromD0 = Caps->WakeFromD1 = WdfUseDefault;
    Caps->WakeFromD2 = Caps->WakeFromD3 = WdfUseDefault;
    for (State = 0; State < sizeof(Caps->DeviceState) / sizeof(Caps->DeviceState[0]); State++)
        Caps->DeviceState[State] = PowerDeviceMaximum;
    Caps->DeviceWake = PowerDeviceMaximum;
    Caps->SystemWake = PowerSystemMaximum;
    Caps->D1Latency = Caps->D2Latency = Caps->D3Latency = (ULONG)-1;
    Caps->IdealDxStateForSx = PowerDeviceMaximum;
}

typedef enum _WDF_REMOVE_LOCK_OPTIONS_FLAGS {
    WDF_REMOVE_LOCK_OPTION_ACQUIRE_FOR_IO = 0x1,
} WDF_REMOVE_LOCK_OPTIONS_FLAGS;

typedef struct _WDF_REMOVE_LOCK_OPTIONS {
    ULONG Size;
    ULONG Flags;
} WDF_REMOVE_LOCK_OPTIONS, *PWDF_REMOVE_LOCK_OPTIONS;

WDF_INLINE VOID WDF_REMOVE_LOCK_OPTIONS_INIT(
    PWDF_REMOVE_LOCK_OPTIONS RemoveLockOptions, ULONG Flags)
{
    RtlZeroMemory(RemoveLockOptions, sizeof(*RemoveLockOptions));
    RemoveLockOptions->Size = WDF_STRUCTURE_SIZE(WDF_REMOVE_LOCK_OPTIONS);
    RemoveLockOptions->Flags = Flags;
}

typedef NTSTATUS NTAPI EVT_WDFDEVICE_WDM_IRP_PREPROCESS(WDFDEVICE Device, PIRP Irp);
typedef EVT_WDFDEVICE_WDM_IRP_PREPROCESS *PFN_WDFDEVICE_WDM_IRP_PREPROCESS;

typedef NTSTATUS NTAPI EVT_WDFDEVICE_WDM_IRP_DISPATCH(
    WDFDEVICE Device, UCHAR MajorFunction, UCHAR MinorFunction, ULONG Code, WDFCONTEXT
    DriverContext, PIRP Irp, WDFCONTEXT DispatchContext);
typedef EVT_WDFDEVICE_WDM_IRP_DISPATCH *PFN_WDFDEVICE_WDM_IRP_DISPATCH;

typedef VOID NTAPI EVT_WDF_IO_IN_CALLER_CONTEXT(WDFDEVICE Device, WDFREQUEST Request);
typedef EVT_WDF_IO_IN_CALLER_CONTEXT *PFN_WDF_IO_IN_CALLER_CONTEXT;

typedef NTSTATUS NTAPI EVT_WDFDEVICE_WDM_POST_PO_FX_REGISTER_DEVICE(
    WDFDEVICE Device, POHANDLE PoHandle);
typedef EVT_WDFDEVICE_WDM_POST_PO_FX_REGISTER_DEVICE *PFN_WDFDEVICE_WDM_POST_PO_FX_REGISTER_DEVICE;

typedef VOID NTAPI EVT_WDFDEVICE_WDM_PRE_PO_FX_UNREGISTER_DEVICE(
    WDFDEVICE Device, POHANDLE PoHandle);
typedef EVT_WDFDEVICE_WDM_PRE_PO_FX_UNREGISTER_DEVICE *PFN_WDFDEVICE_WDM_PRE_PO_FX_UNREGISTER_DEVICE;

typedef struct _WDF_POWER_FRAMEWORK_SETTINGS {
    ULONG Size;
    PFN_WDFDEVICE_WDM_POST_PO_FX_REGISTER_DEVICE EvtDeviceWdmPostPoFxRegisterDevice;
    PFN_WDFDEVICE_WDM_PRE_PO_FX_UNREGISTER_DEVICE EvtDeviceWdmPrePoFxUnregisterDevice;
    PPO_FX_COMPONENT Component;
    PPO_FX_COMPONENT_ACTIVE_CONDITION_CALLBACK ComponentActiveConditionCallback;
    PPO_FX_COMPONENT_IDLE_CONDITION_CALLBACK ComponentIdleConditionCallback;
    PPO_FX_COMPONENT_IDLE_STATE_CALLBACK ComponentIdleStateCallback;
    PPO_FX_POWER_CONTROL_CALLBACK PowerControlCallback;
    PVOID PoFxDeviceContext;
#if KMDF_VERSION_MINOR >= 33
    ULONGLONG PoFxDeviceFlags;
    WDF_TRI_STATE DirectedPoFxEnabled;
#endif
} WDF_POWER_FRAMEWORK_SETTINGS, *PWDF_POWER_FRAMEWORK_SETTINGS;

WDF_INLINE VOID WDF_POWER_FRAMEWORK_SETTINGS_INIT(
    PWDF_POWER_FRAMEWORK_SETTINGS PowerFrameworkSettings)
{
    RtlZeroMemory(PowerFrameworkSettings, sizeof(*PowerFrameworkSettings));
    PowerFrameworkSettings->Size = WDF_STRUCTURE_SIZE(WDF_POWER_FRAMEWORK_SETTINGS);
#if KMDF_VERSION_MINOR >= 33
    PowerFrameworkSettings->DirectedPoFxEnabled = WdfUseDefault;
#endif
}

typedef struct _WDF_IO_TYPE_CONFIG {
    ULONG Size;
    WDF_DEVICE_IO_TYPE ReadWriteIoType;
    WDF_DEVICE_IO_TYPE DeviceControlIoType;
    ULONG DirectTransferThreshold;
} WDF_IO_TYPE_CONFIG, *PWDF_IO_TYPE_CONFIG;

WDF_INLINE VOID WDF_IO_TYPE_CONFIG_INIT(PWDF_IO_TYPE_CONFIG IoTypeConfig)
{
    RtlZeroMemory(IoTypeConfig, sizeof(*IoTypeConfig));
    IoTypeConfig->Size = WDF_STRUCTURE_SIZE(WDF_IO_TYPE_CONFIG);
    IoTypeConfig->ReadWriteIoType = WdfDeviceIoBuffered;
    IoTypeConfig->DeviceControlIoType = WdfDeviceIoBuffered;
}

typedef struct _WDF_DEVICE_PROPERTY_DATA {
    ULONG Size;
    const DEVPROPKEY *PropertyKey;
    LCID Lcid;
    ULONG Flags;
} WDF_DEVICE_PROPERTY_DATA, *PWDF_DEVICE_PROPERTY_DATA;

WDF_INLINE VOID WDF_DEVICE_PROPERTY_DATA_INIT(
    PWDF_DEVICE_PROPERTY_DATA PropertyData, const DEVPROPKEY *PropertyKey)
{
    RtlZeroMemory(PropertyData, sizeof(*PropertyData));
    PropertyData->Size = WDF_STRUCTURE_SIZE(WDF_DEVICE_PROPERTY_DATA);
    PropertyData->PropertyKey = PropertyKey;
}

typedef VOID (NTAPI *PFN_WDFDEVICEGETDEVICESTATE)(
    PWDF_DRIVER_GLOBALS DriverGlobals, WDFDEVICE Device, PWDF_DEVICE_STATE DeviceState);
WDF_INLINE VOID WdfDeviceGetDeviceState(WDFDEVICE Device, PWDF_DEVICE_STATE DeviceState)
{
    ((PFN_WDFDEVICEGETDEVICESTATE)WdfFunctions[WdfDeviceGetDeviceStateTableIndex])(
        WdfDriverGlobals, Device, DeviceState);
}

typedef VOID (NTAPI *PFN_WDFDEVICESETDEVICESTATE)(
    PWDF_DRIVER_GLOBALS DriverGlobals, WDFDEVICE Device, PWDF_DEVICE_STATE DeviceState);
WDF_INLINE VOID WdfDeviceSetDeviceState(WDFDEVICE Device, PWDF_DEVICE_STATE DeviceState)
{
    ((PFN_WDFDEVICESETDEVICESTATE)WdfFunctions[WdfDeviceSetDeviceStateTableIndex])(
        WdfDriverGlobals, Device, DeviceState);
}

typedef WDFDEVICE (NTAPI *PFN_WDFWDMDEVICEGETWDFDEVICEHANDLE)(
    PWDF_DRIVER_GLOBALS DriverGlobals, PDEVICE_OBJECT DeviceObject);
WDF_INLINE WDFDEVICE WdfWdmDeviceGetWdfDeviceHandle(PDEVICE_OBJECT DeviceObject)
{
    return ((PFN_WDFWDMDEVICEGETWDFDEVICEHANDLE)WdfFunctions[WdfWdmDeviceGetWdfDeviceHandleTableIndex])(
        WdfDriverGlobals, DeviceObject);
}

typedef PDEVICE_OBJECT (NTAPI *PFN_WDFDEVICEWDMGETDEVICEOBJECT)(
    PWDF_DRIVER_GLOBALS DriverGlobals, WDFDEVICE Device);
WDF_INLINE PDEVICE_OBJECT WdfDeviceWdmGetDeviceObject(WDFDEVICE Device)
{
    return ((PFN_WDFDEVICEWDMGETDEVICEOBJECT)WdfFunctions[WdfDeviceWdmGetDeviceObjectTableIndex])(
        WdfDriverGlobals, Device);
}

typedef PDEVICE_OBJECT (NTAPI *PFN_WDFDEVICEWDMGETATTACHEDDEVICE)(
    PWDF_DRIVER_GLOBALS DriverGlobals, WDFDEVICE Device);
WDF_INLINE PDEVICE_OBJECT WdfDeviceWdmGetAttachedDevice(WDFDEVICE Device)
{
    return ((PFN_WDFDEVICEWDMGETATTACHEDDEVICE)WdfFunctions[WdfDeviceWdmGetAttachedDeviceTableIndex])(
        WdfDriverGlobals, Device);
}

typedef PDEVICE_OBJECT (NTAPI *PFN_WDFDEVICEWDMGETPHYSICALDEVICE)(
    PWDF_DRIVER_GLOBALS DriverGlobals, WDFDEVICE Device);
WDF_INLINE PDEVICE_OBJECT WdfDeviceWdmGetPhysicalDevice(WDFDEVICE Device)
{
    return ((PFN_WDFDEVICEWDMGETPHYSICALDEVICE)WdfFunctions[WdfDeviceWdmGetPhysicalDeviceTableIndex])(
        WdfDriverGlobals, Device);
}

typedef NTSTATUS (NTAPI *PFN_WDFDEVICEWDMDISPATCHPREPROCESSEDIRP)(
    PWDF_DRIVER_GLOBALS DriverGlobals, WDFDEVICE Device, PIRP Irp);
WDF_INLINE NTSTATUS WdfDeviceWdmDispatchPreprocessedIrp(WDFDEVICE Device, PIRP Irp)
{
    return ((PFN_WDFDEVICEWDMDISPATCHPREPROCESSEDIRP)WdfFunctions[WdfDeviceWdmDispatchPreprocessedIrpTableIndex])(
        WdfDriverGlobals, Device, Irp);
}

typedef NTSTATUS (NTAPI *PFN_WDFDEVICEWDMDISPATCHIRP)(
    PWDF_DRIVER_GLOBALS DriverGlobals, WDFDEVICE Device, PIRP Irp, WDFCONTEXT DispatchContext);
WDF_INLINE NTSTATUS WdfDeviceWdmDispatchIrp(WDFDEVICE Device, PIRP Irp, WDFCONTEXT DispatchContext)
{
    return ((PFN_WDFDEVICEWDMDISPATCHIRP)WdfFunctions[WdfDeviceWdmDispatchIrpTableIndex])(
        WdfDriverGlobals, Device, Irp, DispatchContext);
}

typedef NTSTATUS (NTAPI *PFN_WDFDEVICEWDMDISPATCHIRPTOIOQUEUE)(
    PWDF_DRIVER_GLOBALS DriverGlobals, WDFDEVICE Device, PIRP Irp, WDFQUEUE Queue, ULONG Flags);
WDF_INLINE NTSTATUS WdfDeviceWdmDispatchIrpToIoQueue(
    WDFDEVICE Device, PIRP Irp, WDFQUEUE Queue, ULONG Flags)
{
    return ((PFN_WDFDEVICEWDMDISPATCHIRPTOIOQUEUE)WdfFunctions[WdfDeviceWdmDispatchIrpToIoQueueTableIndex])(
        WdfDriverGlobals, Device, Irp, Queue, Flags);
}

typedef NTSTATUS (NTAPI *PFN_WDFDEVICEADDDEPENDENTUSAGEDEVICEOBJECT)(
    PWDF_DRIVER_GLOBALS DriverGlobals, WDFDEVICE Device, PDEVICE_OBJECT DependentDevice);
WDF_INLINE NTSTATUS WdfDeviceAddDependentUsageDeviceObject(
    WDFDEVICE Device, PDEVICE_OBJECT DependentDevice)
{
    return ((PFN_WDFDEVICEADDDEPENDENTUSAGEDEVICEOBJECT)WdfFunctions[WdfDeviceAddDependentUsageDeviceObjectTableIndex])(
        WdfDriverGlobals, Device, DependentDevice);
}

typedef VOID (NTAPI *PFN_WDFDEVICEREMOVEDEPENDENTUSAGEDEVICEOBJECT)(
    PWDF_DRIVER_GLOBALS DriverGlobals, WDFDEVICE Device, PDEVICE_OBJECT DependentDevice);
WDF_INLINE VOID WdfDeviceRemoveDependentUsageDeviceObject(
    WDFDEVICE Device, PDEVICE_OBJECT DependentDevice)
{
    ((PFN_WDFDEVICEREMOVEDEPENDENTUSAGEDEVICEOBJECT)WdfFunctions[WdfDeviceRemoveDependentUsageDeviceObjectTableIndex])(
        WdfDriverGlobals, Device, DependentDevice);
}

typedef NTSTATUS (NTAPI *PFN_WDFDEVICEADDREMOVALRELATIONSPHYSICALDEVICE)(
    PWDF_DRIVER_GLOBALS DriverGlobals, WDFDEVICE Device, PDEVICE_OBJECT PhysicalDevice);
WDF_INLINE NTSTATUS WdfDeviceAddRemovalRelationsPhysicalDevice(
    WDFDEVICE Device, PDEVICE_OBJECT PhysicalDevice)
{
    return ((PFN_WDFDEVICEADDREMOVALRELATIONSPHYSICALDEVICE)WdfFunctions[WdfDeviceAddRemovalRelationsPhysicalDeviceTableIndex])(
        WdfDriverGlobals, Device, PhysicalDevice);
}

typedef VOID (NTAPI *PFN_WDFDEVICEREMOVEREMOVALRELATIONSPHYSICALDEVICE)(
    PWDF_DRIVER_GLOBALS DriverGlobals, WDFDEVICE Device, PDEVICE_OBJECT PhysicalDevice);
WDF_INLINE VOID WdfDeviceRemoveRemovalRelationsPhysicalDevice(
    WDFDEVICE Device, PDEVICE_OBJECT PhysicalDevice)
{
    ((PFN_WDFDEVICEREMOVEREMOVALRELATIONSPHYSICALDEVICE)WdfFunctions[WdfDeviceRemoveRemovalRelationsPhysicalDeviceTableIndex])(
        WdfDriverGlobals, Device, PhysicalDevice);
}

typedef VOID (NTAPI *PFN_WDFDEVICECLEARREMOVALRELATIONSDEVICES)(
    PWDF_DRIVER_GLOBALS DriverGlobals, WDFDEVICE Device);
WDF_INLINE VOID WdfDeviceClearRemovalRelationsDevices(WDFDEVICE Device)
{
    ((PFN_WDFDEVICECLEARREMOVALRELATIONSDEVICES)WdfFunctions[WdfDeviceClearRemovalRelationsDevicesTableIndex])(
        WdfDriverGlobals, Device);
}

typedef WDFDRIVER (NTAPI *PFN_WDFDEVICEGETDRIVER)(
    PWDF_DRIVER_GLOBALS DriverGlobals, WDFDEVICE Device);
WDF_INLINE WDFDRIVER WdfDeviceGetDriver(WDFDEVICE Device)
{
    return ((PFN_WDFDEVICEGETDRIVER)WdfFunctions[WdfDeviceGetDriverTableIndex])(
        WdfDriverGlobals, Device);
}

typedef NTSTATUS (NTAPI *PFN_WDFDEVICERETRIEVEDEVICENAME)(
    PWDF_DRIVER_GLOBALS DriverGlobals, WDFDEVICE Device, WDFSTRING String);
WDF_INLINE NTSTATUS WdfDeviceRetrieveDeviceName(WDFDEVICE Device, WDFSTRING String)
{
    return ((PFN_WDFDEVICERETRIEVEDEVICENAME)WdfFunctions[WdfDeviceRetrieveDeviceNameTableIndex])(
        WdfDriverGlobals, Device, String);
}

typedef NTSTATUS (NTAPI *PFN_WDFDEVICEASSIGNMOFRESOURCENAME)(
    PWDF_DRIVER_GLOBALS DriverGlobals, WDFDEVICE Device, PCUNICODE_STRING MofResourceName);
WDF_INLINE NTSTATUS WdfDeviceAssignMofResourceName(
    WDFDEVICE Device, PCUNICODE_STRING MofResourceName)
{
    return ((PFN_WDFDEVICEASSIGNMOFRESOURCENAME)WdfFunctions[WdfDeviceAssignMofResourceNameTableIndex])(
        WdfDriverGlobals, Device, MofResourceName);
}

typedef WDFIOTARGET (NTAPI *PFN_WDFDEVICEGETIOTARGET)(
    PWDF_DRIVER_GLOBALS DriverGlobals, WDFDEVICE Device);
WDF_INLINE WDFIOTARGET WdfDeviceGetIoTarget(WDFDEVICE Device)
{
    return ((PFN_WDFDEVICEGETIOTARGET)WdfFunctions[WdfDeviceGetIoTargetTableIndex])(
        WdfDriverGlobals, Device);
}

typedef WDF_DEVICE_PNP_STATE (NTAPI *PFN_WDFDEVICEGETDEVICEPNPSTATE)(
    PWDF_DRIVER_GLOBALS DriverGlobals, WDFDEVICE Device);
WDF_INLINE WDF_DEVICE_PNP_STATE WdfDeviceGetDevicePnpState(WDFDEVICE Device)
{
    return ((PFN_WDFDEVICEGETDEVICEPNPSTATE)WdfFunctions[WdfDeviceGetDevicePnpStateTableIndex])(
        WdfDriverGlobals, Device);
}

typedef WDF_DEVICE_POWER_STATE (NTAPI *PFN_WDFDEVICEGETDEVICEPOWERSTATE)(
    PWDF_DRIVER_GLOBALS DriverGlobals, WDFDEVICE Device);
WDF_INLINE WDF_DEVICE_POWER_STATE WdfDeviceGetDevicePowerState(WDFDEVICE Device)
{
    return ((PFN_WDFDEVICEGETDEVICEPOWERSTATE)WdfFunctions[WdfDeviceGetDevicePowerStateTableIndex])(
        WdfDriverGlobals, Device);
}

typedef WDF_DEVICE_POWER_POLICY_STATE (NTAPI *PFN_WDFDEVICEGETDEVICEPOWERPOLICYSTATE)(
    PWDF_DRIVER_GLOBALS DriverGlobals, WDFDEVICE Device);
WDF_INLINE WDF_DEVICE_POWER_POLICY_STATE WdfDeviceGetDevicePowerPolicyState(WDFDEVICE Device)
{
    return ((PFN_WDFDEVICEGETDEVICEPOWERPOLICYSTATE)WdfFunctions[WdfDeviceGetDevicePowerPolicyStateTableIndex])(
        WdfDriverGlobals, Device);
}

typedef NTSTATUS (NTAPI *PFN_WDFDEVICEASSIGNS0IDLESETTINGS)(
    PWDF_DRIVER_GLOBALS DriverGlobals, WDFDEVICE Device, PWDF_DEVICE_POWER_POLICY_IDLE_SETTINGS
    Settings);
WDF_INLINE NTSTATUS WdfDeviceAssignS0IdleSettings(
    WDFDEVICE Device, PWDF_DEVICE_POWER_POLICY_IDLE_SETTINGS Settings)
{
    return ((PFN_WDFDEVICEASSIGNS0IDLESETTINGS)WdfFunctions[WdfDeviceAssignS0IdleSettingsTableIndex])(
        WdfDriverGlobals, Device, Settings);
}

typedef NTSTATUS (NTAPI *PFN_WDFDEVICEASSIGNSXWAKESETTINGS)(
    PWDF_DRIVER_GLOBALS DriverGlobals, WDFDEVICE Device, PWDF_DEVICE_POWER_POLICY_WAKE_SETTINGS
    Settings);
WDF_INLINE NTSTATUS WdfDeviceAssignSxWakeSettings(
    WDFDEVICE Device, PWDF_DEVICE_POWER_POLICY_WAKE_SETTINGS Settings)
{
    return ((PFN_WDFDEVICEASSIGNSXWAKESETTINGS)WdfFunctions[WdfDeviceAssignSxWakeSettingsTableIndex])(
        WdfDriverGlobals, Device, Settings);
}

typedef NTSTATUS (NTAPI *PFN_WDFDEVICEOPENREGISTRYKEY)(
    PWDF_DRIVER_GLOBALS DriverGlobals, WDFDEVICE Device, ULONG DeviceInstanceKeyType, ACCESS_MASK
    DesiredAccess, PWDF_OBJECT_ATTRIBUTES KeyAttributes, WDFKEY *Key);
WDF_INLINE NTSTATUS WdfDeviceOpenRegistryKey(
    WDFDEVICE Device, ULONG DeviceInstanceKeyType, ACCESS_MASK DesiredAccess, PWDF_OBJECT_ATTRIBUTES
    KeyAttributes, WDFKEY *Key)
{
    return ((PFN_WDFDEVICEOPENREGISTRYKEY)WdfFunctions[WdfDeviceOpenRegistryKeyTableIndex])(
        WdfDriverGlobals, Device, DeviceInstanceKeyType, DesiredAccess, KeyAttributes, Key);
}

typedef NTSTATUS (NTAPI *PFN_WDFDEVICEOPENDEVICEMAPKEY)(
    PWDF_DRIVER_GLOBALS DriverGlobals, WDFDEVICE Device, PCUNICODE_STRING KeyName, ACCESS_MASK
    DesiredAccess, PWDF_OBJECT_ATTRIBUTES KeyAttributes, WDFKEY *Key);
WDF_INLINE NTSTATUS WdfDeviceOpenDevicemapKey(
    WDFDEVICE Device, PCUNICODE_STRING KeyName, ACCESS_MASK DesiredAccess, PWDF_OBJECT_ATTRIBUTES
    KeyAttributes, WDFKEY *Key)
{
    return ((PFN_WDFDEVICEOPENDEVICEMAPKEY)WdfFunctions[WdfDeviceOpenDevicemapKeyTableIndex])(
        WdfDriverGlobals, Device, KeyName, DesiredAccess, KeyAttributes, Key);
}

typedef VOID (NTAPI *PFN_WDFDEVICESETSPECIALFILESUPPORT)(
    PWDF_DRIVER_GLOBALS DriverGlobals, WDFDEVICE Device, WDF_SPECIAL_FILE_TYPE FileType, BOOLEAN
    FileTypeIsSupported);
WDF_INLINE VOID WdfDeviceSetSpecialFileSupport(
    WDFDEVICE Device, WDF_SPECIAL_FILE_TYPE FileType, BOOLEAN FileTypeIsSupported)
{
    ((PFN_WDFDEVICESETSPECIALFILESUPPORT)WdfFunctions[WdfDeviceSetSpecialFileSupportTableIndex])(
        WdfDriverGlobals, Device, FileType, FileTypeIsSupported);
}

typedef VOID (NTAPI *PFN_WDFDEVICESETCHARACTERISTICS)(
    PWDF_DRIVER_GLOBALS DriverGlobals, WDFDEVICE Device, ULONG DeviceCharacteristics);
WDF_INLINE VOID WdfDeviceSetCharacteristics(WDFDEVICE Device, ULONG DeviceCharacteristics)
{
    ((PFN_WDFDEVICESETCHARACTERISTICS)WdfFunctions[WdfDeviceSetCharacteristicsTableIndex])(
        WdfDriverGlobals, Device, DeviceCharacteristics);
}

typedef ULONG (NTAPI *PFN_WDFDEVICEGETCHARACTERISTICS)(
    PWDF_DRIVER_GLOBALS DriverGlobals, WDFDEVICE Device);
WDF_INLINE ULONG WdfDeviceGetCharacteristics(WDFDEVICE Device)
{
    return ((PFN_WDFDEVICEGETCHARACTERISTICS)WdfFunctions[WdfDeviceGetCharacteristicsTableIndex])(
        WdfDriverGlobals, Device);
}

typedef ULONG (NTAPI *PFN_WDFDEVICEGETALIGNMENTREQUIREMENT)(
    PWDF_DRIVER_GLOBALS DriverGlobals, WDFDEVICE Device);
WDF_INLINE ULONG WdfDeviceGetAlignmentRequirement(WDFDEVICE Device)
{
    return ((PFN_WDFDEVICEGETALIGNMENTREQUIREMENT)WdfFunctions[WdfDeviceGetAlignmentRequirementTableIndex])(
        WdfDriverGlobals, Device);
}

typedef VOID (NTAPI *PFN_WDFDEVICESETALIGNMENTREQUIREMENT)(
    PWDF_DRIVER_GLOBALS DriverGlobals, WDFDEVICE Device, ULONG AlignmentRequirement);
WDF_INLINE VOID WdfDeviceSetAlignmentRequirement(WDFDEVICE Device, ULONG AlignmentRequirement)
{
    ((PFN_WDFDEVICESETALIGNMENTREQUIREMENT)WdfFunctions[WdfDeviceSetAlignmentRequirementTableIndex])(
        WdfDriverGlobals, Device, AlignmentRequirement);
}

typedef VOID (NTAPI *PFN_WDFDEVICEINITFREE)(
    PWDF_DRIVER_GLOBALS DriverGlobals, PWDFDEVICE_INIT DeviceInit);
WDF_INLINE VOID WdfDeviceInitFree(PWDFDEVICE_INIT DeviceInit)
{
    ((PFN_WDFDEVICEINITFREE)WdfFunctions[WdfDeviceInitFreeTableIndex])(
        WdfDriverGlobals, DeviceInit);
}

typedef VOID (NTAPI *PFN_WDFDEVICEINITSETPNPPOWEREVENTCALLBACKS)(
    PWDF_DRIVER_GLOBALS DriverGlobals, PWDFDEVICE_INIT DeviceInit, PWDF_PNPPOWER_EVENT_CALLBACKS
    PnpPowerEventCallbacks);
WDF_INLINE VOID WdfDeviceInitSetPnpPowerEventCallbacks(
    PWDFDEVICE_INIT DeviceInit, PWDF_PNPPOWER_EVENT_CALLBACKS PnpPowerEventCallbacks)
{
    ((PFN_WDFDEVICEINITSETPNPPOWEREVENTCALLBACKS)WdfFunctions[WdfDeviceInitSetPnpPowerEventCallbacksTableIndex])(
        WdfDriverGlobals, DeviceInit, PnpPowerEventCallbacks);
}

typedef VOID (NTAPI *PFN_WDFDEVICEINITSETPOWERPOLICYEVENTCALLBACKS)(
    PWDF_DRIVER_GLOBALS DriverGlobals, PWDFDEVICE_INIT DeviceInit, PWDF_POWER_POLICY_EVENT_CALLBACKS
    PowerPolicyEventCallbacks);
WDF_INLINE VOID WdfDeviceInitSetPowerPolicyEventCallbacks(
    PWDFDEVICE_INIT DeviceInit, PWDF_POWER_POLICY_EVENT_CALLBACKS PowerPolicyEventCallbacks)
{
    ((PFN_WDFDEVICEINITSETPOWERPOLICYEVENTCALLBACKS)WdfFunctions[WdfDeviceInitSetPowerPolicyEventCallbacksTableIndex])(
        WdfDriverGlobals, DeviceInit, PowerPolicyEventCallbacks);
}

typedef VOID (NTAPI *PFN_WDFDEVICEINITSETPOWERPOLICYOWNERSHIP)(
    PWDF_DRIVER_GLOBALS DriverGlobals, PWDFDEVICE_INIT DeviceInit, BOOLEAN IsPowerPolicyOwner);
WDF_INLINE VOID WdfDeviceInitSetPowerPolicyOwnership(
    PWDFDEVICE_INIT DeviceInit, BOOLEAN IsPowerPolicyOwner)
{
    ((PFN_WDFDEVICEINITSETPOWERPOLICYOWNERSHIP)WdfFunctions[WdfDeviceInitSetPowerPolicyOwnershipTableIndex])(
        WdfDriverGlobals, DeviceInit, IsPowerPolicyOwner);
}

typedef NTSTATUS (NTAPI *PFN_WDFDEVICEINITREGISTERPNPSTATECHANGECALLBACK)(
    PWDF_DRIVER_GLOBALS DriverGlobals, PWDFDEVICE_INIT DeviceInit, WDF_DEVICE_PNP_STATE PnpState,
    PFN_WDF_DEVICE_PNP_STATE_CHANGE_NOTIFICATION EvtDevicePnpStateChange, ULONG CallbackTypes);
WDF_INLINE NTSTATUS WdfDeviceInitRegisterPnpStateChangeCallback(
    PWDFDEVICE_INIT DeviceInit, WDF_DEVICE_PNP_STATE PnpState,
    PFN_WDF_DEVICE_PNP_STATE_CHANGE_NOTIFICATION EvtDevicePnpStateChange, ULONG CallbackTypes)
{
    return ((PFN_WDFDEVICEINITREGISTERPNPSTATECHANGECALLBACK)WdfFunctions[WdfDeviceInitRegisterPnpStateChangeCallbackTableIndex])(
        WdfDriverGlobals, DeviceInit, PnpState, EvtDevicePnpStateChange, CallbackTypes);
}

typedef NTSTATUS (NTAPI *PFN_WDFDEVICEINITREGISTERPOWERSTATECHANGECALLBACK)(
    PWDF_DRIVER_GLOBALS DriverGlobals, PWDFDEVICE_INIT DeviceInit, WDF_DEVICE_POWER_STATE
    PowerState, PFN_WDF_DEVICE_POWER_STATE_CHANGE_NOTIFICATION EvtDevicePowerStateChange, ULONG
    CallbackTypes);
WDF_INLINE NTSTATUS WdfDeviceInitRegisterPowerStateChangeCallback(
    PWDFDEVICE_INIT DeviceInit, WDF_DEVICE_POWER_STATE PowerState,
    PFN_WDF_DEVICE_POWER_STATE_CHANGE_NOTIFICATION EvtDevicePowerStateChange, ULONG CallbackTypes)
{
    return ((PFN_WDFDEVICEINITREGISTERPOWERSTATECHANGECALLBACK)WdfFunctions[WdfDeviceInitRegisterPowerStateChangeCallbackTableIndex])(
        WdfDriverGlobals, DeviceInit, PowerState, EvtDevicePowerStateChange, CallbackTypes);
}

typedef NTSTATUS (NTAPI *PFN_WDFDEVICEINITREGISTERPOWERPOLICYSTATECHANGECALLBACK)(
    PWDF_DRIVER_GLOBALS DriverGlobals, PWDFDEVICE_INIT DeviceInit, WDF_DEVICE_POWER_POLICY_STATE
    PowerPolicyState, PFN_WDF_DEVICE_POWER_POLICY_STATE_CHANGE_NOTIFICATION
    EvtDevicePowerPolicyStateChange, ULONG CallbackTypes);
WDF_INLINE NTSTATUS WdfDeviceInitRegisterPowerPolicyStateChangeCallback(
    PWDFDEVICE_INIT DeviceInit, WDF_DEVICE_POWER_POLICY_STATE PowerPolicyState,
    PFN_WDF_DEVICE_POWER_POLICY_STATE_CHANGE_NOTIFICATION EvtDevicePowerPolicyStateChange, ULONG
    CallbackTypes)
{
    return ((PFN_WDFDEVICEINITREGISTERPOWERPOLICYSTATECHANGECALLBACK)WdfFunctions[WdfDeviceInitRegisterPowerPolicyStateChangeCallbackTableIndex])(
        WdfDriverGlobals, DeviceInit, PowerPolicyState, EvtDevicePowerPolicyStateChange,
        CallbackTypes);
}

typedef VOID (NTAPI *PFN_WDFDEVICEINITSETEXCLUSIVE)(
    PWDF_DRIVER_GLOBALS DriverGlobals, PWDFDEVICE_INIT DeviceInit, BOOLEAN IsExclusive);
WDF_INLINE VOID WdfDeviceInitSetExclusive(PWDFDEVICE_INIT DeviceInit, BOOLEAN IsExclusive)
{
    ((PFN_WDFDEVICEINITSETEXCLUSIVE)WdfFunctions[WdfDeviceInitSetExclusiveTableIndex])(
        WdfDriverGlobals, DeviceInit, IsExclusive);
}

typedef VOID (NTAPI *PFN_WDFDEVICEINITSETIOTYPE)(
    PWDF_DRIVER_GLOBALS DriverGlobals, PWDFDEVICE_INIT DeviceInit, WDF_DEVICE_IO_TYPE IoType);
WDF_INLINE VOID WdfDeviceInitSetIoType(PWDFDEVICE_INIT DeviceInit, WDF_DEVICE_IO_TYPE IoType)
{
    ((PFN_WDFDEVICEINITSETIOTYPE)WdfFunctions[WdfDeviceInitSetIoTypeTableIndex])(
        WdfDriverGlobals, DeviceInit, IoType);
}

typedef VOID (NTAPI *PFN_WDFDEVICEINITSETPOWERNOTPAGEABLE)(
    PWDF_DRIVER_GLOBALS DriverGlobals, PWDFDEVICE_INIT DeviceInit);
WDF_INLINE VOID WdfDeviceInitSetPowerNotPageable(PWDFDEVICE_INIT DeviceInit)
{
    ((PFN_WDFDEVICEINITSETPOWERNOTPAGEABLE)WdfFunctions[WdfDeviceInitSetPowerNotPageableTableIndex])(
        WdfDriverGlobals, DeviceInit);
}

typedef VOID (NTAPI *PFN_WDFDEVICEINITSETPOWERPAGEABLE)(
    PWDF_DRIVER_GLOBALS DriverGlobals, PWDFDEVICE_INIT DeviceInit);
WDF_INLINE VOID WdfDeviceInitSetPowerPageable(PWDFDEVICE_INIT DeviceInit)
{
    ((PFN_WDFDEVICEINITSETPOWERPAGEABLE)WdfFunctions[WdfDeviceInitSetPowerPageableTableIndex])(
        WdfDriverGlobals, DeviceInit);
}

typedef VOID (NTAPI *PFN_WDFDEVICEINITSETPOWERINRUSH)(
    PWDF_DRIVER_GLOBALS DriverGlobals, PWDFDEVICE_INIT DeviceInit);
WDF_INLINE VOID WdfDeviceInitSetPowerInrush(PWDFDEVICE_INIT DeviceInit)
{
    ((PFN_WDFDEVICEINITSETPOWERINRUSH)WdfFunctions[WdfDeviceInitSetPowerInrushTableIndex])(
        WdfDriverGlobals, DeviceInit);
}

typedef VOID (NTAPI *PFN_WDFDEVICEINITSETDEVICETYPE)(
    PWDF_DRIVER_GLOBALS DriverGlobals, PWDFDEVICE_INIT DeviceInit, ULONG DeviceType);
WDF_INLINE VOID WdfDeviceInitSetDeviceType(PWDFDEVICE_INIT DeviceInit, ULONG DeviceType)
{
    ((PFN_WDFDEVICEINITSETDEVICETYPE)WdfFunctions[WdfDeviceInitSetDeviceTypeTableIndex])(
        WdfDriverGlobals, DeviceInit, DeviceType);
}

typedef NTSTATUS (NTAPI *PFN_WDFDEVICEINITASSIGNNAME)(
    PWDF_DRIVER_GLOBALS DriverGlobals, PWDFDEVICE_INIT DeviceInit, PCUNICODE_STRING DeviceName);
WDF_INLINE NTSTATUS WdfDeviceInitAssignName(PWDFDEVICE_INIT DeviceInit, PCUNICODE_STRING DeviceName)
{
    return ((PFN_WDFDEVICEINITASSIGNNAME)WdfFunctions[WdfDeviceInitAssignNameTableIndex])(
        WdfDriverGlobals, DeviceInit, DeviceName);
}

typedef NTSTATUS (NTAPI *PFN_WDFDEVICEINITASSIGNSDDLSTRING)(
    PWDF_DRIVER_GLOBALS DriverGlobals, PWDFDEVICE_INIT DeviceInit, PCUNICODE_STRING SDDLString);
WDF_INLINE NTSTATUS WdfDeviceInitAssignSDDLString(
    PWDFDEVICE_INIT DeviceInit, PCUNICODE_STRING SDDLString)
{
    return ((PFN_WDFDEVICEINITASSIGNSDDLSTRING)WdfFunctions[WdfDeviceInitAssignSDDLStringTableIndex])(
        WdfDriverGlobals, DeviceInit, SDDLString);
}

typedef VOID (NTAPI *PFN_WDFDEVICEINITSETDEVICECLASS)(
    PWDF_DRIVER_GLOBALS DriverGlobals, PWDFDEVICE_INIT DeviceInit, const GUID *DeviceClassGuid);
WDF_INLINE VOID WdfDeviceInitSetDeviceClass(PWDFDEVICE_INIT DeviceInit, const GUID *DeviceClassGuid)
{
    ((PFN_WDFDEVICEINITSETDEVICECLASS)WdfFunctions[WdfDeviceInitSetDeviceClassTableIndex])(
        WdfDriverGlobals, DeviceInit, DeviceClassGuid);
}

typedef VOID (NTAPI *PFN_WDFDEVICEINITSETCHARACTERISTICS)(
    PWDF_DRIVER_GLOBALS DriverGlobals, PWDFDEVICE_INIT DeviceInit, ULONG DeviceCharacteristics,
    BOOLEAN OrInValues);
WDF_INLINE VOID WdfDeviceInitSetCharacteristics(
    PWDFDEVICE_INIT DeviceInit, ULONG DeviceCharacteristics, BOOLEAN OrInValues)
{
    ((PFN_WDFDEVICEINITSETCHARACTERISTICS)WdfFunctions[WdfDeviceInitSetCharacteristicsTableIndex])(
        WdfDriverGlobals, DeviceInit, DeviceCharacteristics, OrInValues);
}

typedef VOID (NTAPI *PFN_WDFDEVICEINITSETFILEOBJECTCONFIG)(
    PWDF_DRIVER_GLOBALS DriverGlobals, PWDFDEVICE_INIT DeviceInit, PWDF_FILEOBJECT_CONFIG
    FileObjectConfig, PWDF_OBJECT_ATTRIBUTES FileObjectAttributes);
WDF_INLINE VOID WdfDeviceInitSetFileObjectConfig(
    PWDFDEVICE_INIT DeviceInit, PWDF_FILEOBJECT_CONFIG FileObjectConfig, PWDF_OBJECT_ATTRIBUTES
    FileObjectAttributes)
{
    ((PFN_WDFDEVICEINITSETFILEOBJECTCONFIG)WdfFunctions[WdfDeviceInitSetFileObjectConfigTableIndex])(
        WdfDriverGlobals, DeviceInit, FileObjectConfig, FileObjectAttributes);
}

typedef VOID (NTAPI *PFN_WDFDEVICEINITSETREQUESTATTRIBUTES)(
    PWDF_DRIVER_GLOBALS DriverGlobals, PWDFDEVICE_INIT DeviceInit, PWDF_OBJECT_ATTRIBUTES
    RequestAttributes);
WDF_INLINE VOID WdfDeviceInitSetRequestAttributes(
    PWDFDEVICE_INIT DeviceInit, PWDF_OBJECT_ATTRIBUTES RequestAttributes)
{
    ((PFN_WDFDEVICEINITSETREQUESTATTRIBUTES)WdfFunctions[WdfDeviceInitSetRequestAttributesTableIndex])(
        WdfDriverGlobals, DeviceInit, RequestAttributes);
}

typedef NTSTATUS (NTAPI *PFN_WDFDEVICEINITASSIGNWDMIRPPREPROCESSCALLBACK)(
    PWDF_DRIVER_GLOBALS DriverGlobals, PWDFDEVICE_INIT DeviceInit, PFN_WDFDEVICE_WDM_IRP_PREPROCESS
    EvtDeviceWdmIrpPreprocess, UCHAR MajorFunction, PUCHAR MinorFunctions, ULONG NumMinorFunctions);
WDF_INLINE NTSTATUS WdfDeviceInitAssignWdmIrpPreprocessCallback(
    PWDFDEVICE_INIT DeviceInit, PFN_WDFDEVICE_WDM_IRP_PREPROCESS EvtDeviceWdmIrpPreprocess, UCHAR
    MajorFunction, PUCHAR MinorFunctions, ULONG NumMinorFunctions)
{
    return ((PFN_WDFDEVICEINITASSIGNWDMIRPPREPROCESSCALLBACK)WdfFunctions[WdfDeviceInitAssignWdmIrpPreprocessCallbackTableIndex])(
        WdfDriverGlobals, DeviceInit, EvtDeviceWdmIrpPreprocess, MajorFunction, MinorFunctions,
        NumMinorFunctions);
}

typedef VOID (NTAPI *PFN_WDFDEVICEINITSETIOINCALLERCONTEXTCALLBACK)(
    PWDF_DRIVER_GLOBALS DriverGlobals, PWDFDEVICE_INIT DeviceInit, PFN_WDF_IO_IN_CALLER_CONTEXT
    EvtIoInCallerContext);
WDF_INLINE VOID WdfDeviceInitSetIoInCallerContextCallback(
    PWDFDEVICE_INIT DeviceInit, PFN_WDF_IO_IN_CALLER_CONTEXT EvtIoInCallerContext)
{
    ((PFN_WDFDEVICEINITSETIOINCALLERCONTEXTCALLBACK)WdfFunctions[WdfDeviceInitSetIoInCallerContextCallbackTableIndex])(
        WdfDriverGlobals, DeviceInit, EvtIoInCallerContext);
}

typedef VOID (NTAPI *PFN_WDFDEVICEINITSETREMOVELOCKOPTIONS)(
    PWDF_DRIVER_GLOBALS DriverGlobals, PWDFDEVICE_INIT DeviceInit, PWDF_REMOVE_LOCK_OPTIONS
    Options);
WDF_INLINE VOID WdfDeviceInitSetRemoveLockOptions(
    PWDFDEVICE_INIT DeviceInit, PWDF_REMOVE_LOCK_OPTIONS Options)
{
    ((PFN_WDFDEVICEINITSETREMOVELOCKOPTIONS)WdfFunctions[WdfDeviceInitSetRemoveLockOptionsTableIndex])(
        WdfDriverGlobals, DeviceInit, Options);
}

typedef NTSTATUS (NTAPI *PFN_WDFDEVICECREATE)(
    PWDF_DRIVER_GLOBALS DriverGlobals, PWDFDEVICE_INIT *DeviceInit, PWDF_OBJECT_ATTRIBUTES
    DeviceAttributes, WDFDEVICE *Device);
WDF_INLINE NTSTATUS WdfDeviceCreate(
    PWDFDEVICE_INIT *DeviceInit, PWDF_OBJECT_ATTRIBUTES DeviceAttributes, WDFDEVICE *Device)
{
    return ((PFN_WDFDEVICECREATE)WdfFunctions[WdfDeviceCreateTableIndex])(
        WdfDriverGlobals, DeviceInit, DeviceAttributes, Device);
}

typedef VOID (NTAPI *PFN_WDFDEVICESETSTATICSTOPREMOVE)(
    PWDF_DRIVER_GLOBALS DriverGlobals, WDFDEVICE Device, BOOLEAN Stoppable);
WDF_INLINE VOID WdfDeviceSetStaticStopRemove(WDFDEVICE Device, BOOLEAN Stoppable)
{
    ((PFN_WDFDEVICESETSTATICSTOPREMOVE)WdfFunctions[WdfDeviceSetStaticStopRemoveTableIndex])(
        WdfDriverGlobals, Device, Stoppable);
}

typedef NTSTATUS (NTAPI *PFN_WDFDEVICECREATEDEVICEINTERFACE)(
    PWDF_DRIVER_GLOBALS DriverGlobals, WDFDEVICE Device, const GUID *InterfaceClassGUID,
    PCUNICODE_STRING ReferenceString);
WDF_INLINE NTSTATUS WdfDeviceCreateDeviceInterface(
    WDFDEVICE Device, const GUID *InterfaceClassGUID, PCUNICODE_STRING ReferenceString)
{
    return ((PFN_WDFDEVICECREATEDEVICEINTERFACE)WdfFunctions[WdfDeviceCreateDeviceInterfaceTableIndex])(
        WdfDriverGlobals, Device, InterfaceClassGUID, ReferenceString);
}

typedef VOID (NTAPI *PFN_WDFDEVICESETDEVICEINTERFACESTATE)(
    PWDF_DRIVER_GLOBALS DriverGlobals, WDFDEVICE Device, const GUID *InterfaceClassGUID,
    PCUNICODE_STRING ReferenceString, BOOLEAN IsInterfaceEnabled);
WDF_INLINE VOID WdfDeviceSetDeviceInterfaceState(
    WDFDEVICE Device, const GUID *InterfaceClassGUID, PCUNICODE_STRING ReferenceString, BOOLEAN
    IsInterfaceEnabled)
{
    ((PFN_WDFDEVICESETDEVICEINTERFACESTATE)WdfFunctions[WdfDeviceSetDeviceInterfaceStateTableIndex])(
        WdfDriverGlobals, Device, InterfaceClassGUID, ReferenceString, IsInterfaceEnabled);
}

#if KMDF_VERSION_MINOR >= 31
typedef VOID (NTAPI *PFN_WDFDEVICESETDEVICEINTERFACESTATEEX)(
    PWDF_DRIVER_GLOBALS DriverGlobals, WDFDEVICE Device, const GUID *InterfaceClassGUID,
    PCUNICODE_STRING ReferenceString, BOOLEAN IsInterfaceEnabled);
WDF_INLINE VOID WdfDeviceSetDeviceInterfaceStateEx(
    WDFDEVICE Device, const GUID *InterfaceClassGUID, PCUNICODE_STRING ReferenceString, BOOLEAN
    IsInterfaceEnabled)
{
    ((PFN_WDFDEVICESETDEVICEINTERFACESTATEEX)WdfFunctions[WdfDeviceSetDeviceInterfaceStateExTableIndex])(
        WdfDriverGlobals, Device, InterfaceClassGUID, ReferenceString, IsInterfaceEnabled);
}
#endif

typedef NTSTATUS (NTAPI *PFN_WDFDEVICERETRIEVEDEVICEINTERFACESTRING)(
    PWDF_DRIVER_GLOBALS DriverGlobals, WDFDEVICE Device, const GUID *InterfaceClassGUID,
    PCUNICODE_STRING ReferenceString, WDFSTRING String);
WDF_INLINE NTSTATUS WdfDeviceRetrieveDeviceInterfaceString(
    WDFDEVICE Device, const GUID *InterfaceClassGUID, PCUNICODE_STRING ReferenceString, WDFSTRING
    String)
{
    return ((PFN_WDFDEVICERETRIEVEDEVICEINTERFACESTRING)WdfFunctions[WdfDeviceRetrieveDeviceInterfaceStringTableIndex])(
        WdfDriverGlobals, Device, InterfaceClassGUID, ReferenceString, String);
}

typedef NTSTATUS (NTAPI *PFN_WDFDEVICECREATESYMBOLICLINK)(
    PWDF_DRIVER_GLOBALS DriverGlobals, WDFDEVICE Device, PCUNICODE_STRING SymbolicLinkName);
WDF_INLINE NTSTATUS WdfDeviceCreateSymbolicLink(WDFDEVICE Device, PCUNICODE_STRING SymbolicLinkName)
{
    return ((PFN_WDFDEVICECREATESYMBOLICLINK)WdfFunctions[WdfDeviceCreateSymbolicLinkTableIndex])(
        WdfDriverGlobals, Device, SymbolicLinkName);
}

typedef NTSTATUS (NTAPI *PFN_WDFDEVICEQUERYPROPERTY)(
    PWDF_DRIVER_GLOBALS DriverGlobals, WDFDEVICE Device, DEVICE_REGISTRY_PROPERTY DeviceProperty,
    ULONG BufferLength, PVOID PropertyBuffer, PULONG ResultLength);
WDF_INLINE NTSTATUS WdfDeviceQueryProperty(
    WDFDEVICE Device, DEVICE_REGISTRY_PROPERTY DeviceProperty, ULONG BufferLength, PVOID
    PropertyBuffer, PULONG ResultLength)
{
    return ((PFN_WDFDEVICEQUERYPROPERTY)WdfFunctions[WdfDeviceQueryPropertyTableIndex])(
        WdfDriverGlobals, Device, DeviceProperty, BufferLength, PropertyBuffer, ResultLength);
}

typedef NTSTATUS (NTAPI *PFN_WDFDEVICEALLOCANDQUERYPROPERTY)(
    PWDF_DRIVER_GLOBALS DriverGlobals, WDFDEVICE Device, DEVICE_REGISTRY_PROPERTY DeviceProperty,
    POOL_TYPE PoolType, PWDF_OBJECT_ATTRIBUTES PropertyMemoryAttributes, WDFMEMORY *PropertyMemory);
WDF_INLINE NTSTATUS WdfDeviceAllocAndQueryProperty(
    WDFDEVICE Device, DEVICE_REGISTRY_PROPERTY DeviceProperty, POOL_TYPE PoolType,
    PWDF_OBJECT_ATTRIBUTES PropertyMemoryAttributes, WDFMEMORY *PropertyMemory)
{
    return ((PFN_WDFDEVICEALLOCANDQUERYPROPERTY)WdfFunctions[WdfDeviceAllocAndQueryPropertyTableIndex])(
        WdfDriverGlobals, Device, DeviceProperty, PoolType, PropertyMemoryAttributes,
        PropertyMemory);
}

typedef VOID (NTAPI *PFN_WDFDEVICESETPNPCAPABILITIES)(
    PWDF_DRIVER_GLOBALS DriverGlobals, WDFDEVICE Device, PWDF_DEVICE_PNP_CAPABILITIES
    PnpCapabilities);
WDF_INLINE VOID WdfDeviceSetPnpCapabilities(
    WDFDEVICE Device, PWDF_DEVICE_PNP_CAPABILITIES PnpCapabilities)
{
    ((PFN_WDFDEVICESETPNPCAPABILITIES)WdfFunctions[WdfDeviceSetPnpCapabilitiesTableIndex])(
        WdfDriverGlobals, Device, PnpCapabilities);
}

typedef VOID (NTAPI *PFN_WDFDEVICESETPOWERCAPABILITIES)(
    PWDF_DRIVER_GLOBALS DriverGlobals, WDFDEVICE Device, PWDF_DEVICE_POWER_CAPABILITIES
    PowerCapabilities);
WDF_INLINE VOID WdfDeviceSetPowerCapabilities(
    WDFDEVICE Device, PWDF_DEVICE_POWER_CAPABILITIES PowerCapabilities)
{
    ((PFN_WDFDEVICESETPOWERCAPABILITIES)WdfFunctions[WdfDeviceSetPowerCapabilitiesTableIndex])(
        WdfDriverGlobals, Device, PowerCapabilities);
}

typedef VOID (NTAPI *PFN_WDFDEVICESETBUSINFORMATIONFORCHILDREN)(
    PWDF_DRIVER_GLOBALS DriverGlobals, WDFDEVICE Device, PPNP_BUS_INFORMATION BusInformation);
WDF_INLINE VOID WdfDeviceSetBusInformationForChildren(
    WDFDEVICE Device, PPNP_BUS_INFORMATION BusInformation)
{
    ((PFN_WDFDEVICESETBUSINFORMATIONFORCHILDREN)WdfFunctions[WdfDeviceSetBusInformationForChildrenTableIndex])(
        WdfDriverGlobals, Device, BusInformation);
}

typedef NTSTATUS (NTAPI *PFN_WDFDEVICEINDICATEWAKESTATUS)(
    PWDF_DRIVER_GLOBALS DriverGlobals, WDFDEVICE Device, NTSTATUS WaitWakeStatus);
WDF_INLINE NTSTATUS WdfDeviceIndicateWakeStatus(WDFDEVICE Device, NTSTATUS WaitWakeStatus)
{
    return ((PFN_WDFDEVICEINDICATEWAKESTATUS)WdfFunctions[WdfDeviceIndicateWakeStatusTableIndex])(
        WdfDriverGlobals, Device, WaitWakeStatus);
}

typedef VOID (NTAPI *PFN_WDFDEVICESETFAILED)(
    PWDF_DRIVER_GLOBALS DriverGlobals, WDFDEVICE Device, WDF_DEVICE_FAILED_ACTION FailedAction);
WDF_INLINE VOID WdfDeviceSetFailed(WDFDEVICE Device, WDF_DEVICE_FAILED_ACTION FailedAction)
{
    ((PFN_WDFDEVICESETFAILED)WdfFunctions[WdfDeviceSetFailedTableIndex])(
        WdfDriverGlobals, Device, FailedAction);
}

typedef NTSTATUS (NTAPI *PFN_WDFDEVICESTOPIDLENOTRACK)(
    PWDF_DRIVER_GLOBALS DriverGlobals, WDFDEVICE Device, BOOLEAN WaitForD0);
WDF_INLINE NTSTATUS WdfDeviceStopIdleNoTrack(WDFDEVICE Device, BOOLEAN WaitForD0)
{
    return ((PFN_WDFDEVICESTOPIDLENOTRACK)WdfFunctions[WdfDeviceStopIdleNoTrackTableIndex])(
        WdfDriverGlobals, Device, WaitForD0);
}

typedef VOID (NTAPI *PFN_WDFDEVICERESUMEIDLENOTRACK)(
    PWDF_DRIVER_GLOBALS DriverGlobals, WDFDEVICE Device);
WDF_INLINE VOID WdfDeviceResumeIdleNoTrack(WDFDEVICE Device)
{
    ((PFN_WDFDEVICERESUMEIDLENOTRACK)WdfFunctions[WdfDeviceResumeIdleNoTrackTableIndex])(
        WdfDriverGlobals, Device);
}

typedef NTSTATUS (NTAPI *PFN_WDFDEVICESTOPIDLEACTUAL)(
    PWDF_DRIVER_GLOBALS DriverGlobals, WDFDEVICE Device, BOOLEAN WaitForD0, PVOID Tag, LONG Line,
    PCCH File);
WDF_INLINE NTSTATUS WdfDeviceStopIdleActual(
    WDFDEVICE Device, BOOLEAN WaitForD0, PVOID Tag, LONG Line, PCCH File)
{
    return ((PFN_WDFDEVICESTOPIDLEACTUAL)WdfFunctions[WdfDeviceStopIdleActualTableIndex])(
        WdfDriverGlobals, Device, WaitForD0, Tag, Line, File);
}

typedef VOID (NTAPI *PFN_WDFDEVICERESUMEIDLEACTUAL)(
    PWDF_DRIVER_GLOBALS DriverGlobals, WDFDEVICE Device, PVOID Tag, LONG Line, PCCH File);
WDF_INLINE VOID WdfDeviceResumeIdleActual(WDFDEVICE Device, PVOID Tag, LONG Line, PCCH File)
{
    ((PFN_WDFDEVICERESUMEIDLEACTUAL)WdfFunctions[WdfDeviceResumeIdleActualTableIndex])(
        WdfDriverGlobals, Device, Tag, Line, File);
}

typedef WDFFILEOBJECT (NTAPI *PFN_WDFDEVICEGETFILEOBJECT)(
    PWDF_DRIVER_GLOBALS DriverGlobals, WDFDEVICE Device, PFILE_OBJECT FileObject);
WDF_INLINE WDFFILEOBJECT WdfDeviceGetFileObject(WDFDEVICE Device, PFILE_OBJECT FileObject)
{
    return ((PFN_WDFDEVICEGETFILEOBJECT)WdfFunctions[WdfDeviceGetFileObjectTableIndex])(
        WdfDriverGlobals, Device, FileObject);
}

typedef NTSTATUS (NTAPI *PFN_WDFDEVICEENQUEUEREQUEST)(
    PWDF_DRIVER_GLOBALS DriverGlobals, WDFDEVICE Device, WDFREQUEST Request);
WDF_INLINE NTSTATUS WdfDeviceEnqueueRequest(WDFDEVICE Device, WDFREQUEST Request)
{
    return ((PFN_WDFDEVICEENQUEUEREQUEST)WdfFunctions[WdfDeviceEnqueueRequestTableIndex])(
        WdfDriverGlobals, Device, Request);
}

typedef WDFQUEUE (NTAPI *PFN_WDFDEVICEGETDEFAULTQUEUE)(
    PWDF_DRIVER_GLOBALS DriverGlobals, WDFDEVICE Device);
WDF_INLINE WDFQUEUE WdfDeviceGetDefaultQueue(WDFDEVICE Device)
{
    return ((PFN_WDFDEVICEGETDEFAULTQUEUE)WdfFunctions[WdfDeviceGetDefaultQueueTableIndex])(
        WdfDriverGlobals, Device);
}

typedef NTSTATUS (NTAPI *PFN_WDFDEVICECONFIGUREREQUESTDISPATCHING)(
    PWDF_DRIVER_GLOBALS DriverGlobals, WDFDEVICE Device, WDFQUEUE Queue, WDF_REQUEST_TYPE
    RequestType);
WDF_INLINE NTSTATUS WdfDeviceConfigureRequestDispatching(
    WDFDEVICE Device, WDFQUEUE Queue, WDF_REQUEST_TYPE RequestType)
{
    return ((PFN_WDFDEVICECONFIGUREREQUESTDISPATCHING)WdfFunctions[WdfDeviceConfigureRequestDispatchingTableIndex])(
        WdfDriverGlobals, Device, Queue, RequestType);
}

typedef NTSTATUS (NTAPI *PFN_WDFDEVICECONFIGUREWDMIRPDISPATCHCALLBACK)(
    PWDF_DRIVER_GLOBALS DriverGlobals, WDFDEVICE Device, WDFDRIVER Driver, UCHAR MajorFunction,
    PFN_WDFDEVICE_WDM_IRP_DISPATCH EvtDeviceWdmIrpDispatch, WDFCONTEXT DriverContext);
WDF_INLINE NTSTATUS WdfDeviceConfigureWdmIrpDispatchCallback(
    WDFDEVICE Device, WDFDRIVER Driver, UCHAR MajorFunction, PFN_WDFDEVICE_WDM_IRP_DISPATCH
    EvtDeviceWdmIrpDispatch, WDFCONTEXT DriverContext)
{
    return ((PFN_WDFDEVICECONFIGUREWDMIRPDISPATCHCALLBACK)WdfFunctions[WdfDeviceConfigureWdmIrpDispatchCallbackTableIndex])(
        WdfDriverGlobals, Device, Driver, MajorFunction, EvtDeviceWdmIrpDispatch, DriverContext);
}

typedef POWER_ACTION (NTAPI *PFN_WDFDEVICEGETSYSTEMPOWERACTION)(
    PWDF_DRIVER_GLOBALS DriverGlobals, WDFDEVICE Device);
WDF_INLINE POWER_ACTION WdfDeviceGetSystemPowerAction(WDFDEVICE Device)
{
    return ((PFN_WDFDEVICEGETSYSTEMPOWERACTION)WdfFunctions[WdfDeviceGetSystemPowerActionTableIndex])(
        WdfDriverGlobals, Device);
}

typedef NTSTATUS (NTAPI *PFN_WDFDEVICEWDMASSIGNPOWERFRAMEWORKSETTINGS)(
    PWDF_DRIVER_GLOBALS DriverGlobals, WDFDEVICE Device, PWDF_POWER_FRAMEWORK_SETTINGS
    PowerFrameworkSettings);
WDF_INLINE NTSTATUS WdfDeviceWdmAssignPowerFrameworkSettings(
    WDFDEVICE Device, PWDF_POWER_FRAMEWORK_SETTINGS PowerFrameworkSettings)
{
    return ((PFN_WDFDEVICEWDMASSIGNPOWERFRAMEWORKSETTINGS)WdfFunctions[WdfDeviceWdmAssignPowerFrameworkSettingsTableIndex])(
        WdfDriverGlobals, Device, PowerFrameworkSettings);
}

typedef VOID (NTAPI *PFN_WDFDEVICEINITSETRELEASEHARDWAREORDERONFAILURE)(
    PWDF_DRIVER_GLOBALS DriverGlobals, PWDFDEVICE_INIT DeviceInit,
    WDF_RELEASE_HARDWARE_ORDER_ON_FAILURE ReleaseHardwareOrderOnFailure);
WDF_INLINE VOID WdfDeviceInitSetReleaseHardwareOrderOnFailure(
    PWDFDEVICE_INIT DeviceInit, WDF_RELEASE_HARDWARE_ORDER_ON_FAILURE ReleaseHardwareOrderOnFailure)
{
    ((PFN_WDFDEVICEINITSETRELEASEHARDWAREORDERONFAILURE)WdfFunctions[WdfDeviceInitSetReleaseHardwareOrderOnFailureTableIndex])(
        WdfDriverGlobals, DeviceInit, ReleaseHardwareOrderOnFailure);
}

typedef VOID (NTAPI *PFN_WDFDEVICEINITSETIOTYPEEX)(
    PWDF_DRIVER_GLOBALS DriverGlobals, PWDFDEVICE_INIT DeviceInit, PWDF_IO_TYPE_CONFIG
    IoTypeConfig);
WDF_INLINE VOID WdfDeviceInitSetIoTypeEx(
    PWDFDEVICE_INIT DeviceInit, PWDF_IO_TYPE_CONFIG IoTypeConfig)
{
    ((PFN_WDFDEVICEINITSETIOTYPEEX)WdfFunctions[WdfDeviceInitSetIoTypeExTableIndex])(
        WdfDriverGlobals, DeviceInit, IoTypeConfig);
}

typedef NTSTATUS (NTAPI *PFN_WDFDEVICEQUERYPROPERTYEX)(
    PWDF_DRIVER_GLOBALS DriverGlobals, WDFDEVICE Device, PWDF_DEVICE_PROPERTY_DATA DeviceProperty,
    ULONG BufferLength, PVOID PropertyBuffer, PULONG RequiredSize, PDEVPROPTYPE Type);
WDF_INLINE NTSTATUS WdfDeviceQueryPropertyEx(
    WDFDEVICE Device, PWDF_DEVICE_PROPERTY_DATA DeviceProperty, ULONG BufferLength, PVOID
    PropertyBuffer, PULONG RequiredSize, PDEVPROPTYPE Type)
{
    return ((PFN_WDFDEVICEQUERYPROPERTYEX)WdfFunctions[WdfDeviceQueryPropertyExTableIndex])(
        WdfDriverGlobals, Device, DeviceProperty, BufferLength, PropertyBuffer, RequiredSize, Type);
}

typedef NTSTATUS (NTAPI *PFN_WDFDEVICEALLOCANDQUERYPROPERTYEX)(
    PWDF_DRIVER_GLOBALS DriverGlobals, WDFDEVICE Device, PWDF_DEVICE_PROPERTY_DATA DeviceProperty,
    POOL_TYPE PoolType, PWDF_OBJECT_ATTRIBUTES PropertyMemoryAttributes, WDFMEMORY *PropertyMemory,
    PDEVPROPTYPE Type);
WDF_INLINE NTSTATUS WdfDeviceAllocAndQueryPropertyEx(
    WDFDEVICE Device, PWDF_DEVICE_PROPERTY_DATA DeviceProperty, POOL_TYPE PoolType,
    PWDF_OBJECT_ATTRIBUTES PropertyMemoryAttributes, WDFMEMORY *PropertyMemory, PDEVPROPTYPE Type)
{
    return ((PFN_WDFDEVICEALLOCANDQUERYPROPERTYEX)WdfFunctions[WdfDeviceAllocAndQueryPropertyExTableIndex])(
        WdfDriverGlobals, Device, DeviceProperty, PoolType, PropertyMemoryAttributes,
        PropertyMemory, Type);
}

typedef NTSTATUS (NTAPI *PFN_WDFDEVICEASSIGNPROPERTY)(
    PWDF_DRIVER_GLOBALS DriverGlobals, WDFDEVICE Device, PWDF_DEVICE_PROPERTY_DATA DeviceProperty,
    DEVPROPTYPE Type, ULONG Size, PVOID Data);
WDF_INLINE NTSTATUS WdfDeviceAssignProperty(
    WDFDEVICE Device, PWDF_DEVICE_PROPERTY_DATA DeviceProperty, DEVPROPTYPE Type, ULONG Size, PVOID
    Data)
{
    return ((PFN_WDFDEVICEASSIGNPROPERTY)WdfFunctions[WdfDeviceAssignPropertyTableIndex])(
        WdfDriverGlobals, Device, DeviceProperty, Type, Size, Data);
}

#if KMDF_VERSION_MINOR >= 23
typedef NTSTATUS (NTAPI *PFN_WDFDEVICERETRIEVECOMPANIONTARGET)(
    PWDF_DRIVER_GLOBALS DriverGlobals, WDFDEVICE Device, WDFCOMPANIONTARGET *CompanionTarget);
WDF_INLINE NTSTATUS WdfDeviceRetrieveCompanionTarget(
    WDFDEVICE Device, WDFCOMPANIONTARGET *CompanionTarget)
{
    return ((PFN_WDFDEVICERETRIEVECOMPANIONTARGET)WdfFunctions[WdfDeviceRetrieveCompanionTargetTableIndex])(
        WdfDriverGlobals, Device, CompanionTarget);
}
#endif

WDF_EXTERN_C_END

#endif
