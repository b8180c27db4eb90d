/* printer.c - each form of trace call and each value; `it` prints what the debugger was sent. */

#include <ntddk.h>

#include "trace.h"
#include "printer.tmh"

#include "debugger.h"

struct GUID_LIKE {
    unsigned Data1;
    unsigned short Data2, Data3;
    UCHAR Data4[8];
};

typedef struct STRING_LIKE {
    unsigned short Length, MaximumLength;
    const unsigned short *Buffer;
} STRING_LIKE;

union TIME_LIKE {
    LONG64 QuadPart;
};

static struct FIELDS {
    unsigned Small : 3;
    int Signed : 4;
} Fields = { 5, -3 };

static int Returning(int Status)
{
    ReturnIf(Status, "failed %x", 9);
    return 1;
}

static void Sizes(void)
{
    ULONG64 Big = 0x1122334455667788ULL;

    TraceEvents(TRACE_LEVEL_ERROR, DBG_IO, "plain");
    TraceEvents(TRACE_LEVEL_INFORMATION, DBG_IO, "%x then %s", Big, "after");
    TraceEvents(TRACE_LEVEL_WARNING, DBG_IO, "%I64x %lld %llu %I64d %s\n", Big, -1, 7u, (signed char)-2, "after");
    TraceEvents(4, DBG_IO, "%hx|%hd|%hhx|%p|%Ix", 0x12345678, 0x12348765, 0x1ff, (void *)16, (ULONG_PTR)99);
    TraceEvents(4, DBG_IO, "%5d|%-5d|%05x|%*d|%.2s|%c|%%|%X", 42, 42, 42, 6, 42, "abcdef", 'c', 255);
    TraceEvents(4, DBG_IO, "%d %d %s", Fields.Small, Fields.Signed, "after");
    TraceEvents(4, DBG_IO, "%f %s", 1.5, "after");
}

static void Texts(void)
{
    static const unsigned short Wide[] = { 'w', 'i', 'd', 'e', 0 };
    STRING_LIKE Counted = { 6, 8, Wide };

    TraceEvents(4, DBG_IO, "%s|%ws|%S|%wZ|%s", 5, Wide, Wide, &Counted, (char *)NULL);
    TraceEvents(4, DBG_IO, "%wZ by value, %s", Counted, "after");
    TraceEvents(4, DBG_IO, "%d %s", 1);
    TraceEvents(4, DBG_IO, "100%% %!s! %!d!", "text", 3);
}

static void Values(void)
{
    static const UCHAR Sid[] = { 1, 2, 0, 0, 0, 0, 0, 5, 32, 0, 0, 0, 0x20, 2, 0, 0 };
    static const UCHAR Mac[] = { 0, 1, 2, 0xaa, 0xbb, 0xcc };
    static const UCHAR Ipv6[16] = { 0x20, 1, 0xd, 0xb8, [15] = 1 };
    struct GUID_LIKE Guid = { 0x12345678, 0x9abc, 0xdef0, { 1, 2, 3, 4, 5, 6, 7, 8 } };
    union TIME_LIKE Time = { 133485408001230000LL };
    char Bytes[] = "hexy";

    TraceEvents(3, DBG_INIT, "%!STATUS! %!FUNC! %!LINE! %!FILE! %!LEVEL! %!FLAGS! %s", 0xC0000001, "z");
    TraceEvents(4, DBG_IO, "%!GUID! %!GUID! %s", &Guid, Guid, "after");
    TraceEvents(4, DBG_IO, "%!TIMESTAMP! %!TIMESTAMP! %s", Time, Time.QuadPart, "after");
    TraceEvents(4, DBG_IO, "%!IPADDR!:%!PORT! %!IPV6ADDR! %!MACADDR!", 0x0100007F, 0x5000, Ipv6, Mac);
    TraceEvents(4, DBG_IO, "%!sid! %!bool! %!irql! %!irql! %!delta!", Sid, TRUE, 2, 11, 90061000LL);
    TraceEvents(4, DBG_IO, "%!hresult! %!WINERROR! %!GUID!", 0x80070005, 5, NULL);
    TraceEvents(4, DBG_IO, "%!HEXDUMP! %s", log_xstr(Bytes, 4), "after");
    TraceEvents(4, DBG_IO, "%!HEXDUMP! %s", 3, "no structure");
    TraceEvents(4, DBG_IO, "%!BIN! %s %!bin!", WppBinary(Bytes, 3), "then", WppBinary(0, 3));
    TraceEvents(4, DBG_IO, "%!State! %!State! %!Bits! %!Enumeration! %!Code! %!Hex!", 2, 9, 13, 3, -1, 0xAB);
}

static void Forms(void)
{
    DbgPrint(TRACE_LEVEL_WARNING, ("inner %d %s", 1, "two"));
    DbgPrint(TRACE_LEVEL_ERROR, ("inner"));
    KdPrint(("alone"));
    KdPrint(("alone %s %d", "a", 2));
    Backwards("backwards %d", TRACE_LEVEL_ERROR, 1);
    Enter(DBG_INIT);
    if (Returning(-5) != -5)
        KdPrint(("wrong"));
    else
        DoTraceMessage(DBG_INIT, "message %u", 3);
    if (WPP_LEVEL_ENABLED(DBG_IO) && WPP_BIT_DBG_IO == 2 && Returning(5) == 1)
        KdPrint(("end"));
}

static void All(void)
{
    Sizes();
    Texts();
    Values();
    Forms();
}

#include "start.h"
