/* trace.h - a driver's trace header with one of each form. */
#ifndef PRINTER_TRACE_H
#define PRINTER_TRACE_H

#define WPP_CONTROL_GUIDS \
    WPP_DEFINE_CONTROL_GUID(PrinterGuid, (11111111, 2222, 3333, 4444, 555555555555), \
        WPP_DEFINE_BIT(DBG_INIT) WPP_DEFINE_BIT(DBG_IO))

typedef struct xstr {
    char *Buffer;
    short Length;
} xstr_t;

static inline xstr_t log_xstr(void *Buffer, short Length)
{
    xstr_t Made = { (char *)Buffer, Length };
    return Made;
}

#define WPP_LOGHEXDUMP(x) WPP_LOGPAIR(2, &((x).Length)) WPP_LOGPAIR((x).Length, (x).Buffer)

// begin_wpp config
// FUNC TraceEvents(LEVEL, FLAGS, MSG, ...);
// FUNC DbgPrint{FLAG=DBG_INIT}(LEVEL, (MSG, ...));
// FUNC KdPrint((MSG, ...));
// FUNC Backwards(MSG, LEVEL, ...);
// USEPREFIX(Enter, "%!STDPREFIX![%!FUNC!] %d ", 7);
// USESUFFIX(Enter, " leave %s (%!LEVEL!)", "it");
// FUNC Enter{LEVEL=TRACE_LEVEL_VERBOSE}(FLAGS);
// FUNC ReturnIf{LEVEL=TRACE_LEVEL_ERROR}(RETSTATUS, MSG, ...);
// USESUFFIX(ReturnIf, " [%!STATUS!: %s]", (int)Status__, #RETSTATUS);
// CUSTOM_TYPE(State, ItemListLong(Closed, Open, Half Open));
// CUSTOM_TYPE(Bits, ItemSetLong(A, B, C));
// CUSTOM_TYPE(Enumeration, ItemEnum(_NEVER_MIND));
// DEFINE_CPLX_TYPE(HEXDUMP, WPP_LOGHEXDUMP, xstr_t, ItemHEXDump, "s", _HEX_, 0, 2);
// DEFINE_SIMPLE_TYPE(Code, int, ItemNTSTATUS, "s", _code_, 0);
// DEFINE_SIMPLE_TYPE(Hex, int, ItemLong, "08X", _hex_, 0);
// end_wpp

#define WPP_LEVEL_RETSTATUS_PRE(Level, RetStatus) \
    do { \
        int Status__ = (RetStatus); \
        if (Status__ < 0) {
#define WPP_LEVEL_RETSTATUS_POST(Level, RetStatus) \
            ; \
            return Status__; \
        } \
    } while (0)

#endif
