/* classes.cpp - trace calls in C++; prints what the debugger was sent. */

extern "C" {
#include <ntddk.h>
}

#include "trace.h"
#include "classes.tmh"

extern "C" {
#include "debugger.h"
}

enum class Colour { Red = 7 };

struct Device {
    unsigned Small : 3;
    volatile int Count;
    char Name[8];
    xstr_t Bytes;

    int Begin(int Status)
    {
        ReturnIf(Status, "of %p", static_cast<void *>(nullptr));
        TraceEvents(TRACE_LEVEL_WARNING, DBG_IO, "%d %d %s %!HEXDUMP! %d %p", Small, Count, Name, Bytes, Colour::Red, nullptr);
        return 1;
    }
};

template <class T> static void Show(const T &Value)
{
    TraceEvents(TRACE_LEVEL_ERROR, DBG_IO, "%I64d %s", Value, "after");
}

static void All()
{
    char Bytes[] = "abcd";
    Device It = { 5, 6, "name", { Bytes, 4 } };

    if (It.Begin(-3) == -3)
        It.Begin(0);
    Show(-1);
    Show(0x100000000LL);
    Show(true);
    TraceEvents(TRACE_LEVEL_ERROR, DBG_IO, "%f %s", 1.5, "after");
    TraceEvents(TRACE_LEVEL_ERROR, DBG_IO, "none");
    Enter(DBG_IO);
    DbgPrint(TRACE_LEVEL_ERROR, ("inner %d", 1));
}

#include "start.h"
