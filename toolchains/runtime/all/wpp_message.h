/* wpp_message.h - a trace message that is being written; for wpp_print.c and wpp_values.c. */
#ifndef NTBUILD_WPP_MESSAGE_H
#define NTBUILD_WPP_MESSAGE_H

#include <ntddk.h>

#define NTBUILD_WPP_DEBUG 1
#include "../../include/wpp/ntbuild/wpp.h"

#define WPP_LONGEST_FORMAT 512 /* bytes that vDbgPrintEx writes at most */
#define WPP_MOST_SLOTS 64

typedef struct WPP_MESSAGE {
    const NtbuildWppArgument *Next; /* Kind 0 after the last */
    const NtbuildWppType *Types;
    const char *File, *Function, *Level, *Flags;
    unsigned Line;
    unsigned Length, SlotCount;
    ULONG64 Slots[WPP_MOST_SLOTS * sizeof(ULONG_PTR) / sizeof(ULONG64)]; /* a va_list's memory */
    char Format[WPP_LONGEST_FORMAT];
} WPP_MESSAGE;

/* Text goes into the format, a percent sign doubled; what finds no room is left out. */
void WppPutText(WPP_MESSAGE *Message, const char *Text);
void WppPutCharacter(WPP_MESSAGE *Message, char Character);
void WppPutNumber(WPP_MESSAGE *Message, ULONG64 Value, unsigned Base, unsigned Digits);

/* The argument that is next, as a number or as an address; it stays next. */
ULONG64 WppNumberOf(const NtbuildWppArgument *Argument);
const void *WppAddressOf(const NtbuildWppArgument *Argument);

/* Writes the next argument as %!Name! says: NULL, or the conversion that shows it instead. */
const char *WppPutValue(WPP_MESSAGE *Message, const char *Name, unsigned Length);
BOOLEAN WppSameName(const char *Text, unsigned Length, const char *Name);

#endif
