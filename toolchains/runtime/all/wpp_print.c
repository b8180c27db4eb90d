/*
 * wpp_print.c - NtbuildWppPrint: a WPP message (ntbuild/wpp.h) becomes a line in the debugger.
 *
 * The three formats are rewritten to one that DbgPrint understands, and the arguments to the
 * memory of a variable argument list. Each takes the size that its conversion says, not its own, as
 * WPP does it: a 64-bit argument for %d moves none of those after it. What would make DbgPrint
 * read through a number (%s for an integer) is printed as a number.
 *
 * Any IRQL at which DbgPrint may be called; wide strings need PASSIVE_LEVEL there, and here.
 */

#include <stdarg.h>

#include "wpp_message.h"

void WppPutCharacter(WPP_MESSAGE *Message, char Character)
{
    unsigned Room = Character == '%' ? 2 : 1;

    if (Message->Length + Room > WPP_LONGEST_FORMAT - 2)
        return;
    if (Character == '%')
        Message->Format[Message->Length++] = '%';
    Message->Format[Message->Length++] = Character;
}

void WppPutText(WPP_MESSAGE *Message, const char *Text)
{
    while (*Text)
        WppPutCharacter(Message, *Text++);
}

void WppPutNumber(WPP_MESSAGE *Message, ULONG64 Value, unsigned Base, unsigned Digits)
{
    char Text[24];
    unsigned At = sizeof(Text) - 1;

    Text[At] = 0;
    while (At > 0 && (Value || Digits)) {
        Text[--At] = "0123456789abcdef"[Value % Base];
        Value /= Base;
        if (Digits)
            Digits--;
    }
    WppPutText(Message, Text + At);
}

ULONG64 WppNumberOf(const NtbuildWppArgument *Argument)
{
    unsigned Size = NTBUILD_WPP_SIZE(Argument->Kind);
    const UCHAR *Bytes = (const UCHAR *)(ULONG_PTR)Argument->Value;
    ULONG64 Value = 0;

    if (NTBUILD_WPP_CLASS(Argument->Kind) < NTBUILD_WPP_REAL)
        return Argument->Value;
    if (Size > sizeof(Value))
        Size = sizeof(Value);
    while (Size--)
        Value = Value << 8 | Bytes[Size];
    return Value;
}

const void *WppAddressOf(const NtbuildWppArgument *Argument)
{
    unsigned Class = NTBUILD_WPP_CLASS(Argument->Kind);

    if (Class == NTBUILD_WPP_POINTER || Class == NTBUILD_WPP_RECORD || Class == NTBUILD_WPP_UNION)
        return (const void *)(ULONG_PTR)Argument->Value;
    return NULL;
}

/* One slot of the argument list; the caller has seen that there is room for two. */
static void PushSlot(WPP_MESSAGE *Message, ULONG_PTR Value)
{
    ((ULONG_PTR *)Message->Slots)[Message->SlotCount++] = Value;
}

static void PushLong(WPP_MESSAGE *Message, ULONG64 Value)
{
#if !defined(_WIN64)
# if defined(_ARM_)
    if (Message->SlotCount % 2)
        PushSlot(Message, 0); /* the ABI aligns 64-bit arguments */
# endif
    PushSlot(Message, (ULONG_PTR)Value);
    PushSlot(Message, (ULONG_PTR)(Value >> 32));
#else
    PushSlot(Message, (ULONG_PTR)Value);
#endif
}

/* A conversion goes into the format as it is; no percent sign of it is text. */
static void PutConversion(WPP_MESSAGE *Message, const char *Start, const char *End,
    const char *Size, char Letter)
{
    unsigned Needed = (unsigned)(End - Start) + 5;

    if (Message->Length + Needed > WPP_LONGEST_FORMAT - 2)
        return;
    while (Start < End)
        Message->Format[Message->Length++] = *Start++;
    while (*Size)
        Message->Format[Message->Length++] = *Size++;
    Message->Format[Message->Length++] = Letter;
}

typedef struct CONVERSION {
    const char *Start; /* the percent sign */
    const char *Size; /* after flags, width and precision */
    const char *Letter;
    unsigned Bytes; /* of an integer */
    unsigned Stars;
} CONVERSION;

static BOOLEAN IsOneOf(char Character, const char *Set)
{
    while (*Set && *Set != Character)
        Set++;
    return *Set != 0;
}

/* Flags, width, precision and size of what starts with a percent sign. */
static CONVERSION ReadConversion(const char *Start)
{
    CONVERSION Found = { Start, Start + 1, NULL, sizeof(int), 0 };
    const char *At = Start + 1;

    while (IsOneOf(*At, "-+ #0123456789.*"))
        Found.Stars += *At++ == '*';
    Found.Size = At;
    if (At[0] == 'I' && At[1] == '6' && At[2] == '4') {
        Found.Bytes = 8;
        At += 3;
    } else if (At[0] == 'I' && At[1] == '3' && At[2] == '2') {
        At += 3;
    } else if (IsOneOf(At[0], "Izt")) {
        Found.Bytes = sizeof(void *);
        At += 1;
    } else if ((At[0] == 'l' && At[1] == 'l') || IsOneOf(At[0], "jqL")) {
        Found.Bytes = 8;
        At += At[0] == 'l' ? 2 : 1;
    } else if (At[0] == 'h') {
        Found.Bytes = At[1] == 'h' ? 1 : 2;
        At += At[1] == 'h' ? 2 : 1;
    } else if (IsOneOf(At[0], "lw")) {
        At += 1;
    }
    Found.Letter = At;
    return Found;
}

/* An integer at the size of its conversion, with the sign that the conversion has. */
static ULONG64 Fitted(ULONG64 Value, unsigned Bytes, BOOLEAN IsSigned)
{
    unsigned Unused = 64 - 8 * Bytes;

    if (IsSigned)
        return (ULONG64)((LONG64)(Value << Unused) >> Unused);
    return Value << Unused >> Unused;
}

static void PutInteger(WPP_MESSAGE *Message, const CONVERSION *What, ULONG64 Value)
{
    Value = Fitted(Value, What->Bytes, IsOneOf(*What->Letter, "di"));
    PutConversion(Message, What->Start, What->Size, What->Bytes == 8 ? "I64" : "", *What->Letter);
    if (What->Bytes == 8)
        PushLong(Message, Value);
    else
        PushSlot(Message, (ULONG_PTR)Value);
}

static void PutString(WPP_MESSAGE *Message, const CONVERSION *What)
{
    const void *Address = WppAddressOf(Message->Next);

    if (Address == NULL && WppNumberOf(Message->Next) != 0) {
        WppPutText(Message, "0x");
        WppPutNumber(Message, WppNumberOf(Message->Next), 16, 1);
        return;
    }
    PutConversion(Message, What->Start, What->Letter, "", *What->Letter);
    PushSlot(Message, (ULONG_PTR)Address);
}

/* One printf conversion with the next argument; the place after it. */
static const char *PutArgument(WPP_MESSAGE *Message, const char *Start)
{
    CONVERSION What = ReadConversion(Start);
    unsigned Star;

    if (*What.Letter == 0)
        return What.Letter;
    for (Star = 0; Star < What.Stars && Message->Next->Kind; Star++) {
        PushSlot(Message, (ULONG_PTR)WppNumberOf(Message->Next));
        Message->Next++;
    }
    if (Message->Next->Kind == 0 || Message->SlotCount + 4 > WPP_MOST_SLOTS) {
        WppPutText(Message, "<no argument>");
        return What.Letter + 1;
    }
    if (IsOneOf(*What.Letter, "diouxXcC"))
        PutInteger(Message, &What, WppNumberOf(Message->Next));
    else if (IsOneOf(*What.Letter, "sSZ"))
        PutString(Message, &What);
    else if (*What.Letter == 'p') {
        PutConversion(Message, What.Start, What.Size, "", 'p');
        PushSlot(Message, (ULONG_PTR)WppNumberOf(Message->Next));
    } else { /* DbgPrint knows no floating point: the bits */
        WppPutText(Message, "0x");
        WppPutNumber(Message, WppNumberOf(Message->Next), 16, 1);
    }
    Message->Next++;
    return What.Letter + 1;
}

/* %!NAME!: what is known of the call, a type of the project, one of WPP, else a number. */
static const char *PutNamed(WPP_MESSAGE *Message, const char *Name)
{
    const char *End = Name, *Conversion;
    unsigned Length;

    while (*End && *End != '!')
        End++;
    Length = (unsigned)(End - Name);
    if (WppSameName(Name, Length, "FUNC"))
        WppPutText(Message, Message->Function);
    else if (WppSameName(Name, Length, "FILE"))
        WppPutText(Message, Message->File);
    else if (WppSameName(Name, Length, "LINE"))
        WppPutNumber(Message, Message->Line, 10, 1);
    else if (WppSameName(Name, Length, "LEVEL"))
        WppPutText(Message, Message->Level);
    else if (WppSameName(Name, Length, "FLAGS"))
        WppPutText(Message, Message->Flags);
    else if (!WppSameName(Name, Length, "STDPREFIX")) {
        if (Message->Next->Kind == 0)
            WppPutText(Message, "<no argument>");
        else if ((Conversion = WppPutValue(Message, Name, Length)) != NULL)
            PutArgument(Message, Conversion);
        else
            Message->Next++;
    }
    return *End ? End + 1 : End;
}

static void PutFormat(WPP_MESSAGE *Message, const char *Format)
{
    while (*Format) {
        if (Format[0] != '%')
            WppPutCharacter(Message, *Format++);
        else if (Format[1] == '%') {
            WppPutCharacter(Message, '%');
            Format += 2;
        } else if (Format[1] == '!')
            Format = PutNamed(Message, Format + 2);
        else
            Format = PutArgument(Message, Format);
    }
}

static BOOLEAN Holds(const char *Text, const char *Word)
{
    for (; *Text; Text++) {
        unsigned At = 0;

        while (Word[At] && Text[At] == Word[At])
            At++;
        if (Word[At] == 0)
            return TRUE;
    }
    return FALSE;
}

/* The level of DbgPrintEx, from the name or the number of WPP's. */
static ULONG Severity(const char *Level)
{
    if (Holds(Level, "ERROR") || Holds(Level, "CRITICAL") || Holds(Level, "FATAL"))
        return DPFLTR_ERROR_LEVEL;
    if (Holds(Level, "WARN"))
        return DPFLTR_WARNING_LEVEL;
    while (*Level == '(' || *Level == ' ')
        Level++;
    if (Level[0] >= '0' && Level[0] <= '9' && !(Level[1] >= '0' && Level[1] <= '9'))
        return Level[0] <= '2'   ? DPFLTR_ERROR_LEVEL
               : Level[0] == '3' ? DPFLTR_WARNING_LEVEL
                                 : DPFLTR_INFO_LEVEL;
    return DPFLTR_INFO_LEVEL;
}

void __cdecl NtbuildWppPrint(const char *File, const char *Function, unsigned Line,
    const char *Level, const char *Flags, const char *Prefix, const char *Suffix,
    const NtbuildWppType *Types, const char *Text, const NtbuildWppArgument *Arguments)
{
    WPP_MESSAGE Message;
    union {
        void *Memory;
        va_list List;
    } Given;

    Message.Next = Arguments;
    Message.Types = Types;
    Message.File = File;
    Message.Function = Function;
    Message.Level = Level;
    Message.Flags = Flags;
    Message.Line = Line;
    Message.Length = Message.SlotCount = 0;
    PutFormat(&Message, Prefix);
    PutFormat(&Message, Text);
    PutFormat(&Message, Suffix);
    if (Message.Length == 0 || Message.Format[Message.Length - 1] != '\n')
        Message.Format[Message.Length++] = '\n'; /* there is always room for these two */
    Message.Format[Message.Length] = 0;
    Given.Memory = Message.Slots;
    vDbgPrintEx(DPFLTR_IHVDRIVER_ID, Severity(Level), Message.Format, Given.List);
}
