/* api.c - what the project's headers add or repair, used once on every machine. */
#include HEADER
#include <ntbuild/sections.h>

typedef struct _STATE {
    KSPIN_LOCK Lock;
    LONG volatile Count;
    LONGLONG volatile Wide;
    PVOID volatile Pointer;
} STATE, *PSTATE;

NTBUILD_INIT DRIVER_INITIALIZE DriverEntry;
ULONG Registers(PULONG Register, PUCHAR Port);
LONGLONG Atomics(PSTATE State, PVOID Value);
ULONGLONG Times(VOID);

ULONG Registers(PULONG Register, PUCHAR Port)
{
    ULONG Words[2];
    ULONG Value = READ_REGISTER_ULONG(Register);

    WRITE_REGISTER_ULONG(Register, Value | 1);
    READ_REGISTER_BUFFER_ULONG(Register, Words, 2);
    WRITE_PORT_UCHAR(Port, READ_PORT_UCHAR(Port));
    KeMemoryBarrier();
    YieldProcessor();
    return Value + Words[1] + RtlUlongByteSwap(Value) + RtlUshortByteSwap((USHORT)Value);
}

LONGLONG Atomics(PSTATE State, PVOID Value)
{
    PVOID Old = InterlockedExchangePointer(&State->Pointer, Value);
    LONGLONG Sum = InterlockedIncrement64(&State->Wide);

    Sum += InterlockedExchangeAdd64(&State->Wide, 4) + InterlockedOr64(&State->Wide, 8);
    Sum += InterlockedCompareExchange64(&State->Wide, 1, Sum);
    Sum += InterlockedIncrement(&State->Count) + InterlockedOr(&State->Count, 2);
    Sum += InterlockedBitTestAndSet(&State->Count, 5);
    Sum += InterlockedBitTestAndReset(&State->Count, 5);
    Sum += InterlockedCompareExchangePointer(&State->Pointer, Old, Value) == Value;
    KeMemoryBarrierWithoutFence();
    return Sum;
}

ULONGLONG Times(VOID)
{
    LARGE_INTEGER Now;
    LARGE_INTEGER Ticks;

    KeQuerySystemTime(&Now);
    KeQueryTickCount(&Ticks);
    return (ULONGLONG)(Now.QuadPart + Ticks.QuadPart) + KeQueryInterruptTime();
}

NTSTATUS NTAPI DriverEntry(PDRIVER_OBJECT DriverObject, PUNICODE_STRING RegistryPath)
{
    static KBUGCHECK_CALLBACK_RECORD Record;
    PSTATE State = (PSTATE)ExAllocatePool2(POOL_FLAG_NON_PAGED, sizeof(STATE), 'tatS');
    KIRQL OldIrql;

    (void)RegistryPath;
    if (State == NULL)
        return STATUS_INSUFFICIENT_RESOURCES;
    KeInitializeCallbackRecord(&Record);
    ExInitializeDriverRuntime(DrvRtPoolNxOptIn);
    KeInitializeSpinLock(&State->Lock);
    KeAcquireSpinLock(&State->Lock, &OldIrql);
    KeReleaseSpinLock(&State->Lock, OldIrql);
    KeRaiseIrql(APC_LEVEL, &OldIrql);
    KeLowerIrql(OldIrql);
    DbgPrint("%d %p\n", (int)KeGetCurrentIrql(), (void *)KeGetCurrentThread());
    DbgPrint("%d\n", (int)(Atomics(State, DriverObject) + (LONGLONG)Times()));
    PAGED_CODE();
    NT_ASSERT(State != NULL);
    ExFreePoolWithTag(State, 'tatS');
    return STATUS_SUCCESS;
}
