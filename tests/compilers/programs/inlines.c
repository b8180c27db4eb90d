/*
 * inlines - what the headers have as inline functions and macros, as a driver: a wrong one compiles,
 * links and corrupts. Prints "inlines: N right, 0 wrong", and a line for each wrong answer.
 */

#include <ntifs.h>

DRIVER_INITIALIZE DriverEntry;

static ULONG Right, Wrong;

#define CHECK(Condition)                                            \
    do {                                                            \
        if (Condition) {                                            \
            Right++;                                                \
        } else {                                                    \
            Wrong++;                                                \
            DbgPrint("inlines: line %d: %s\n", __LINE__, #Condition); \
        }                                                           \
    } while (0)

static VOID Lists(VOID)
{
    LIST_ENTRY Head, First, Second, Other, Third;
    SINGLE_LIST_ENTRY Single = { NULL }, One, Two;

    InitializeListHead(&Head);
    CHECK(IsListEmpty(&Head));
    InsertTailList(&Head, &Second);
    InsertHeadList(&Head, &First);
    CHECK(Head.Flink == &First && First.Flink == &Second && Head.Blink == &Second);
    CHECK(!RemoveEntryList(&First) && Head.Flink == &Second);
    InitializeListHead(&Other);
    InsertTailList(&Other, &Third);
    CHECK(RemoveTailList(&Other) == &Third && IsListEmpty(&Other));
    InsertTailList(&Head, &Third);
    CHECK(RemoveHeadList(&Head) == &Second && RemoveHeadList(&Head) == &Third);
    CHECK(IsListEmpty(&Head));
    PushEntryList(&Single, &One);
    PushEntryList(&Single, &Two);
    CHECK(PopEntryList(&Single) == &Two && PopEntryList(&Single) == &One);
    CHECK(PopEntryList(&Single) == NULL);
}

static VOID Interlocked(VOID)
{
    LONG Word = 5;
    LONGLONG Wide = 5;
    PVOID Pointer = NULL;
    LARGE_INTEGER Statistic;

    Statistic.QuadPart = 0x5fffffffe;
    ExInterlockedAddLargeStatistic(&Statistic, 1);
    CHECK(Statistic.QuadPart == 0x5ffffffff);
    ExInterlockedAddLargeStatistic(&Statistic, 3);
    CHECK(Statistic.QuadPart == 0x600000002);
    CHECK(InterlockedIncrement(&Word) == 6 && InterlockedDecrement(&Word) == 5);
    CHECK(InterlockedExchange(&Word, 9) == 5 && InterlockedExchangeAdd(&Word, 3) == 9);
    CHECK(InterlockedCompareExchange(&Word, 1, 12) == 12 && Word == 1);
    CHECK(InterlockedCompareExchange(&Word, 7, 12) == 1 && Word == 1);
    CHECK(InterlockedOr(&Word, 6) == 1 && InterlockedAnd(&Word, 3) == 7 && Word == 3);
    CHECK(InterlockedXor(&Word, 1) == 3 && Word == 2);
    CHECK(!InterlockedBitTestAndSet(&Word, 4) && Word == 18);
    CHECK(InterlockedBitTestAndReset(&Word, 4) && Word == 2);
    CHECK(InterlockedIncrement64(&Wide) == 6 && InterlockedDecrement64(&Wide) == 5);
    CHECK(InterlockedExchange64(&Wide, 1LL << 40) == 5);
    CHECK(InterlockedExchangeAdd64(&Wide, 1) == 1LL << 40 && Wide == (1LL << 40) + 1);
    CHECK(InterlockedAdd64(&Wide, 4) == (1LL << 40) + 5);
    CHECK(InterlockedCompareExchange64(&Wide, 3, (1LL << 40) + 5) == (1LL << 40) + 5 && Wide == 3);
    CHECK(InterlockedOr64(&Wide, 4) == 3 && InterlockedAnd64(&Wide, 6) == 7 && Wide == 6);
    CHECK(InterlockedExchangePointer(&Pointer, &Word) == NULL && Pointer == &Word);
    CHECK(InterlockedCompareExchangePointer(&Pointer, NULL, &Word) == &Word && Pointer == NULL);
}

static VOID Memory(VOID)
{
    static const UNICODE_STRING Constant = RTL_CONSTANT_STRING(L"abc");
    DECLARE_CONST_UNICODE_STRING(Declared, L"abcd");
    UCHAR Bytes[16];
    ULONG Index, Sum = 0;

    RtlFillMemory(Bytes, sizeof(Bytes), 0xA5);
    RtlZeroMemory(Bytes, 4);
    CHECK(Bytes[3] == 0 && Bytes[4] == 0xA5 && Bytes[15] == 0xA5);
    RtlSecureZeroMemory(Bytes, sizeof(Bytes));
    for (Index = 0; Index < sizeof(Bytes); Index++)
        Sum += Bytes[Index];
    CHECK(Sum == 0);
    RtlCopyMemory(Bytes, "0123456789abcdef", 16);
    RtlMoveMemory(Bytes + 1, Bytes, 8);
    CHECK(Bytes[0] == '0' && Bytes[1] == '0' && Bytes[8] == '7' && Bytes[9] == '9');
    CHECK(RtlEqualMemory(Bytes, "00", 2) && !RtlEqualMemory(Bytes, "01", 2));
    CHECK(Constant.Length == 6 && Constant.MaximumLength == 8);
    CHECK(Declared.Length == 8 && Declared.MaximumLength == 10);
    CHECK(RtlUshortByteSwap(0x1234) == 0x3412 && RtlUlongByteSwap(0x12345678) == 0x78563412);
    CHECK(RtlUlonglongByteSwap(0x0102030405060708ULL) == 0x0807060504030201ULL);
    CHECK(BYTE_OFFSET((PVOID)(ULONG_PTR)0x12345) == 0x345);
    CHECK(PAGE_ALIGN((PVOID)(ULONG_PTR)0x12345) == (PVOID)(ULONG_PTR)0x12000);
    CHECK(ADDRESS_AND_SIZE_TO_SPAN_PAGES((PVOID)(ULONG_PTR)0x12fff, 2) == 2);
    CHECK(ROUND_TO_PAGES(0x1001) == 0x2000 && BYTES_TO_PAGES(0x1001) == 2);
    CHECK(NT_SUCCESS(STATUS_PENDING) && !NT_SUCCESS(STATUS_BUFFER_OVERFLOW));
    CHECK(CTL_CODE(FILE_DEVICE_UNKNOWN, 0x800, METHOD_BUFFERED, FILE_ANY_ACCESS) == 0x222000);
}

/* An IRP of the driver's own, as its layout has it; no device gets it. */
static VOID Requests(VOID)
{
    static struct { IRP Irp; IO_STACK_LOCATION Stack[3]; } Request;
    static MDL Mdl;
    PIRP Irp = &Request.Irp;
    PIO_STACK_LOCATION Next;

    Irp->StackCount = 3;
    Irp->CurrentLocation = 3;
    Irp->Tail.Overlay.CurrentStackLocation = &Request.Stack[2];
    CHECK(IoGetCurrentIrpStackLocation(Irp) == &Request.Stack[2]);
    CHECK(IoGetNextIrpStackLocation(Irp) == &Request.Stack[1]);
    Request.Stack[2].MajorFunction = IRP_MJ_WRITE;
    Request.Stack[2].Context = &Mdl;
    Request.Stack[2].Parameters.Write.Length = 77;
    IoCopyCurrentIrpStackLocationToNext(Irp);
    Next = IoGetNextIrpStackLocation(Irp);
    CHECK(Next->MajorFunction == IRP_MJ_WRITE && Next->Parameters.Write.Length == 77);
    CHECK(Next->Context == NULL && Next->CompletionRoutine == NULL && Next->Control == 0);
    IoSetCompletionRoutine(Irp, (PIO_COMPLETION_ROUTINE)(PVOID)Requests, &Mdl, TRUE, FALSE, TRUE);
    CHECK(Next->Context == &Mdl && Next->Control == (SL_INVOKE_ON_SUCCESS | SL_INVOKE_ON_CANCEL));
    IoSetNextIrpStackLocation(Irp);
    CHECK(Irp->CurrentLocation == 2 && IoGetCurrentIrpStackLocation(Irp) == &Request.Stack[1]);
    IoSkipCurrentIrpStackLocation(Irp);
    CHECK(Irp->CurrentLocation == 3 && IoGetCurrentIrpStackLocation(Irp) == &Request.Stack[2]);
    IoMarkIrpPending(Irp);
    CHECK(Request.Stack[2].Control & SL_PENDING_RETURNED);
    MmInitializeMdl(&Mdl, (PVOID)(ULONG_PTR)0x12345, 0x2000);
    CHECK(MmGetMdlByteCount(&Mdl) == 0x2000 && MmGetMdlByteOffset(&Mdl) == 0x345);
    CHECK(MmGetMdlVirtualAddress(&Mdl) == (PVOID)(ULONG_PTR)0x12345);
    CHECK(Mdl.Size == (CSHORT)(sizeof(MDL) + 3 * sizeof(PFN_NUMBER)));
}

static VOID NTAPI Unload(PDRIVER_OBJECT DriverObject)
{
    (void)DriverObject;
}

static VOID Ordered(VOID)
{
    LONG Word = 3;
    LONG64 Wide = 1LL << 40;
    CHAR Byte = 1;
    SHORT Half = 7;
    PVOID Pointer = &Word;
    SIZE_T Size = 4;

    CHECK(InterlockedAdd(&Word, 4) == 7 && InterlockedAdd64(&Wide, 1) == (1LL << 40) + 1);
    WriteRelease(&Word, 11);
    WriteRelease64(&Wide, -3);
    WriteRelease8(&Byte, 2);
    WriteNoFence16(&Half, 5);
    CHECK(ReadAcquire(&Word) == 11 && ReadAcquire64(&Wide) == -3 && ReadNoFence16(&Half) == 5);
    CHECK(ReadPointerAcquire(&Pointer) == &Word);
    WritePointerRelease(&Pointer, &Wide);
    CHECK(Pointer == &Wide);
    CHECK(InterlockedExchange8(&Byte, 9) == 2 && InterlockedOr8(&Byte, 6) == 9 && Byte == 15);
    CHECK(InterlockedIncrement16(&Half) == 6 && InterlockedCompareExchange16(&Half, 1, 6) == 6);
    CHECK(InterlockedIncrementNoFence(&Word) == 12 && InterlockedExchangeAddSizeT(&Size, 2) == 4);
}

static VOID Versions(VOID)
{
    static const UCHAR Zero[16] = { 0 };
    PVOID Block = ExAllocatePoolQuotaZero(PagedPool, sizeof(Zero), 'tseT');

    CHECK(Block != NULL && RtlCompareMemory(Block, Zero, sizeof(Zero)) == sizeof(Zero));
    if (Block != NULL)
        ExFreePoolWithTag(Block, 'tseT');
    CHECK(RtlIsNtDdiVersionAvailable(0x06000000) && !RtlIsNtDdiVersionAvailable(0x0b000000));
    CHECK(!RtlIsNtDdiVersionAvailable(0x0a0000ff));
    CHECK(NTSTATUS_FROM_WIN32(5) == (NTSTATUS)0xc0070005 && NTSTATUS_FROM_WIN32(0) == 0);
    CHECK(BooleanFlagOn(5, 4));
}

#if defined(__x86_64__) || defined(__i386__)
#pragma pack(push, 1)
typedef struct _TABLE {
    USHORT Limit;
    ULONG_PTR Address;
} TABLE;
#pragma pack(pop)

/* The intrinsic functions that a program may execute; the others are looked at as instructions. */
static VOID Intrinsics(VOID)
{
    int Leaf[4], Same[4];
    TABLE Table = { 0, 0 };
    ULONG Index = 0;

    __cpuid(Leaf, 0);
    __cpuidex(Same, 0, 0);
    CHECK(Leaf[0] == Same[0] && Leaf[1] == Same[1] && Leaf[2] == Same[2] && Leaf[3] == Same[3]);
    __cpuidex(Leaf, 1, 0);
    CHECK((Leaf[2] & 1 << 27) == 0 || (_xgetbv(0) & 1) == 1);
    __nop();
    CHECK(_byteswap_ulong(0x11223344) == 0x44332211 && _byteswap_ushort(0x1122) == 0x2211);
    CHECK(_byteswap_uint64(0x1122334455667788ULL) == 0x8877665544332211ULL);
    CHECK(__ll_lshift(1, 33) == 1ULL << 33 && __ull_rshift(1ULL << 33, 33) == 1);
    CHECK(_rotl64(1, 63) == 1ULL << 63 && _rotr64(1, 1) == 1ULL << 63);
    CHECK(BitScanForward(&Index, 8) && Index == 3);
    _sgdt(&Table);
    CHECK(Table.Limit != 0 || Table.Address != 0);
# if defined(__x86_64__)
    {
        DECLSPEC_ALIGN(16) LONG64 Pair[2] = { 1, 2 };
        LONG64 Comparand[2] = { 1, 2 };

        CHECK(InterlockedCompareExchange128(Pair, 4, 3, Comparand) && Pair[0] == 3 && Pair[1] == 4);
        CHECK(!InterlockedCompareExchange128(Pair, 6, 5, Comparand) && Comparand[1] == 4);
        CHECK(BitScanReverse64(&Index, 1ULL << 40) && Index == 40);
    }
# endif
}
#else
static VOID Intrinsics(VOID)
{
}
#endif

NTSTATUS NTAPI DriverEntry(PDRIVER_OBJECT DriverObject, PUNICODE_STRING RegistryPath)
{
    (void)RegistryPath;
    Lists();
    Interlocked();
    Memory();
    Requests();
    Ordered();
    Versions();
    Intrinsics();
    DbgPrint("inlines: %u right, %u wrong\n", Right, Wrong);
    DriverObject->DriverUnload = Unload;
    return STATUS_SUCCESS;
}
