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

NTSTATUS NTAPI DriverEntry(PDRIVER_OBJECT DriverObject, PUNICODE_STRING RegistryPath)
{
    (void)RegistryPath;
    Lists();
    Interlocked();
    Memory();
    Requests();
    DbgPrint("inlines: %u right, %u wrong\n", Right, Wrong);
    DriverObject->DriverUnload = Unload;
    return STATUS_SUCCESS;
}
