/*
 * wpp_values.c - the %!NAME! values of WPP messages as text: codes, addresses, times, lists.
 *
 * Source: "What are the WPP Extended Format Specification Strings?" of the driver documentation.
 * A decoder of ETW events would add the names of status codes; here they are numbers.
 */

#include "wpp_message.h"

#define TICKS_PER_SECOND 10000000ULL /* of a system time: 100 ns, since 1601 */
#define SECONDS_PER_DAY 86400
#define MOST_HEX_BYTES 96 /* what fits into a line of the debugger */

BOOLEAN WppSameName(const char *Text, unsigned Length, const char *Name)
{
    while (Length && *Name) {
        char Left = *Text++, Right = *Name++;

        Left = Left >= 'a' && Left <= 'z' ? Left - 'a' + 'A' : Left;
        Right = Right >= 'a' && Right <= 'z' ? Right - 'a' + 'A' : Right;
        if (Left != Right)
            return FALSE;
        Length--;
    }
    return Length == 0 && *Name == 0;
}

static void PutCode(WPP_MESSAGE *Message, ULONG64 Value)
{
    WppPutText(Message, "0x");
    WppPutNumber(Message, (ULONG)Value, 16, 8);
}

static void PutDecimal(WPP_MESSAGE *Message, ULONG64 Value)
{
    WppPutNumber(Message, (ULONG)Value, 10, 1);
}

static void PutTruth(WPP_MESSAGE *Message, ULONG64 Value)
{
    WppPutText(Message, (UCHAR)Value ? "TRUE" : "FALSE");
}

static void PutIrql(WPP_MESSAGE *Message, ULONG64 Value)
{
    static const char *const Names[] = { "PASSIVE_LEVEL", "APC_LEVEL", "DISPATCH_LEVEL" };

    if ((UCHAR)Value < sizeof(Names) / sizeof(Names[0]))
        WppPutText(Message, Names[(UCHAR)Value]);
    else
        WppPutNumber(Message, (UCHAR)Value, 10, 1);
}

/* An IPv4 address in network order: its first byte is the lowest. */
static void PutIpAddress(WPP_MESSAGE *Message, ULONG64 Value)
{
    unsigned Shift;

    for (Shift = 0; Shift < 32; Shift += 8) {
        if (Shift)
            WppPutCharacter(Message, '.');
        WppPutNumber(Message, Value >> Shift & 0xFF, 10, 1);
    }
}

static void PutPort(WPP_MESSAGE *Message, ULONG64 Value)
{
    WppPutNumber(Message, (Value & 0xFF) << 8 | (Value >> 8 & 0xFF), 10, 1);
}

static void PutSpan(WPP_MESSAGE *Message, ULONG64 Value)
{
    ULONG64 Seconds = Value / 1000;
    unsigned Rest = (unsigned)(Seconds % SECONDS_PER_DAY);

    WppPutNumber(Message, Seconds / SECONDS_PER_DAY, 10, 1);
    WppPutCharacter(Message, '~');
    WppPutNumber(Message, Rest / 3600, 10, 1);
    WppPutCharacter(Message, ':');
    WppPutNumber(Message, Rest / 60 % 60, 10, 1);
    WppPutCharacter(Message, ':');
    WppPutNumber(Message, Rest % 60, 10, 1);
}

/* Month/day/year by the Gregorian calendar; a year begins in March, so that a leap day is last. */
static void PutDate(WPP_MESSAGE *Message, unsigned Days)
{
    unsigned Since = Days + 584694; /* from March 1 of year 0 to January 1, 1601 */
    unsigned Era = Since / 146097, OfEra = Since % 146097;
    unsigned YearOfEra = (OfEra - OfEra / 1460 + OfEra / 36524 - OfEra / 146096) / 365;
    unsigned OfYear = OfEra - (365 * YearOfEra + YearOfEra / 4 - YearOfEra / 100);
    unsigned Month = (5 * OfYear + 2) / 153;

    WppPutNumber(Message, Month < 10 ? Month + 3 : Month - 9, 10, 2);
    WppPutCharacter(Message, '/');
    WppPutNumber(Message, OfYear - (153 * Month + 2) / 5 + 1, 10, 2);
    WppPutCharacter(Message, '/');
    WppPutNumber(Message, YearOfEra + Era * 400 + (Month >= 10), 10, 4);
}

static void PutTime(WPP_MESSAGE *Message, ULONG64 Value)
{
    ULONG64 Seconds = Value / TICKS_PER_SECOND;
    unsigned Rest = (unsigned)(Seconds % SECONDS_PER_DAY);

    PutDate(Message, (unsigned)(Seconds / SECONDS_PER_DAY));
    WppPutCharacter(Message, '-');
    WppPutNumber(Message, Rest / 3600, 10, 2);
    WppPutCharacter(Message, ':');
    WppPutNumber(Message, Rest / 60 % 60, 10, 2);
    WppPutCharacter(Message, ':');
    WppPutNumber(Message, Rest % 60, 10, 2);
    WppPutCharacter(Message, '.');
    WppPutNumber(Message, Value / 10000 % 1000, 10, 3);
}

/* ---- what is read from memory --------------------------------------------------------------- */

static void PutGuid(WPP_MESSAGE *Message, const UCHAR *At)
{
    static const UCHAR Order[] = { 3, 2, 1, 0, 5, 4, 7, 6, 8, 9, 10, 11, 12, 13, 14, 15 };
    unsigned Number;

    WppPutCharacter(Message, '{');
    for (Number = 0; Number < sizeof(Order); Number++) {
        if (Number == 4 || Number == 6 || Number == 8 || Number == 10)
            WppPutCharacter(Message, '-');
        WppPutNumber(Message, At[Order[Number]], 16, 2);
    }
    WppPutCharacter(Message, '}');
}

static void PutIpv6Address(WPP_MESSAGE *Message, const UCHAR *At)
{
    unsigned Number;

    for (Number = 0; Number < 16; Number += 2) {
        if (Number)
            WppPutCharacter(Message, ':');
        WppPutNumber(Message, At[Number] << 8 | At[Number + 1], 16, 1);
    }
}

static void PutMacAddress(WPP_MESSAGE *Message, const UCHAR *At)
{
    unsigned Number;

    for (Number = 0; Number < 6; Number++) {
        if (Number)
            WppPutCharacter(Message, '-');
        WppPutNumber(Message, At[Number], 16, 2);
    }
}

static void PutSid(WPP_MESSAGE *Message, const UCHAR *At)
{
    const ULONG *Part = (const ULONG *)(At + 8);
    ULONG64 Authority = 0;
    unsigned Number;

    for (Number = 2; Number < 8; Number++)
        Authority = Authority << 8 | At[Number];
    WppPutText(Message, "S-");
    WppPutNumber(Message, At[0], 10, 1);
    WppPutCharacter(Message, '-');
    WppPutNumber(Message, Authority, 10, 1);
    for (Number = 0; Number < At[1]; Number++) {
        WppPutCharacter(Message, '-');
        WppPutNumber(Message, Part[Number], 10, 1);
    }
}

static void PutHexDump(WPP_MESSAGE *Message, const UCHAR *At, ULONG64 Size)
{
    ULONG64 Number;

    for (Number = 0; Number < Size && Number < MOST_HEX_BYTES; Number++) {
        if (Number)
            WppPutCharacter(Message, ' ');
        WppPutNumber(Message, At[Number], 16, 2);
    }
    if (Size > MOST_HEX_BYTES)
        WppPutText(Message, " ...");
}

static BOOLEAN PutBinary(WPP_MESSAGE *Message, const NtbuildWppArgument *Given)
{
    const NtbuildWppBinary *Binary = (const NtbuildWppBinary *)(ULONG_PTR)Given->Value;

    if (NTBUILD_WPP_CLASS(Given->Kind) != NTBUILD_WPP_RECORD
        || NTBUILD_WPP_SIZE(Given->Kind) != sizeof(*Binary))
        return FALSE;
    if (Binary->Address)
        PutHexDump(Message, (const UCHAR *)Binary->Address, Binary->Size);
    else
        WppPutText(Message, "(null)");
    return TRUE;
}

/* ---- types of the project ------------------------------------------------------------------- */

static const char *TextOf(const char *Values, unsigned Number)
{
    while (*Values && Number--) {
        while (*Values++)
            ;
    }
    return *Values ? Values : NULL;
}

static void PutNames(WPP_MESSAGE *Message, const NtbuildWppType *Type, ULONG64 Value)
{
    const char *Text = Value < 0x10000 ? TextOf(Type->Values, (unsigned)Value) : NULL;

    if (Text)
        WppPutText(Message, Text);
    else
        PutDecimal(Message, Value);
}

static void PutSet(WPP_MESSAGE *Message, const NtbuildWppType *Type, ULONG64 Value)
{
    unsigned Bit, Written = 0;

    WppPutCharacter(Message, '[');
    for (Bit = 0; Bit < 32; Bit++) {
        const char *Text = Value >> Bit & 1 ? TextOf(Type->Values, Bit) : NULL;

        if (!(Value >> Bit & 1))
            continue;
        if (Written++)
            WppPutCharacter(Message, ',');
        if (Text)
            WppPutText(Message, Text);
        else
            PutCode(Message, 1ULL << Bit);
    }
    WppPutCharacter(Message, ']');
}

/* A structure taken apart by the driver's macro: a length of two bytes and then so many bytes. */
static void PutTaken(WPP_MESSAGE *Message, const NtbuildWppType *Type, const void *Structure)
{
    NtbuildWppPiece Pieces[4] = { { 0, 0 }, { 0, 0 }, { 0, 0 }, { 0, 0 } };
    const NtbuildWppPiece *Last = Pieces;
    const UCHAR *At;
    ULONG64 Number;

    Type->Take(Structure, Pieces);
    while (Last < Pieces + 3 && Last[1].Address)
        Last++;
    At = Last->Address;
    if (At == NULL)
        WppPutText(Message, "(null)");
    else if (Type->How == NTBUILD_WPP_MAC_ADDRESS && Last->Size >= 6)
        PutMacAddress(Message, At);
    else if (Type->How == NTBUILD_WPP_STRING || Type->How == NTBUILD_WPP_WIDE_STRING)
        for (Number = 0; Number < Last->Size; Number += Type->How == NTBUILD_WPP_STRING ? 1 : 2)
            WppPutCharacter(Message, At[Number] >= ' ' ? (char)At[Number] : '.');
    else
        PutHexDump(Message, At, Last->Size);
}

/* ---- the names ------------------------------------------------------------------------------ */

static const struct {
    const char *Name;
    void (*Put)(WPP_MESSAGE *Message, ULONG64 Value);
} Numbers[] = {
    { "STATUS", PutCode },
    { "NTSTATUS", PutCode },
    { "HRESULT", PutCode },
    { "WINERROR", PutDecimal },
    { "NDIS_STATUS", PutCode },
    { "NDIS_OID", PutCode },
    { "BOOL", PutTruth },
    { "BOOLEAN", PutTruth },
    { "IRQL", PutIrql },
    { "IPADDR", PutIpAddress },
    { "PORT", PutPort },
    { "TIMESTAMP", PutTime },
    { "DATETIME", PutTime },
    { "DATE", PutTime },
    { "TIME", PutTime },
    { "DELTA", PutSpan },
    { "WAITTIME", PutSpan },
    { "DUE", PutSpan },
};

static const struct {
    const char *Name;
    void (*Put)(WPP_MESSAGE *Message, const UCHAR *At);
} Pointed[] = {
    { "GUID", PutGuid },
    { "CLSID", PutGuid },
    { "LIBID", PutGuid },
    { "IID", PutGuid },
    { "IPV6ADDR", PutIpv6Address },
    { "MACADDR", PutMacAddress },
    { "SID", PutSid },
};

/* %!s! and its like are conversions with a name's dress. */
static const char *ConversionNamed(const char *Name, unsigned Length)
{
    static const char *const Known[] = { "%s", "%S", "%ws", "%wZ", "%Z", "%d", "%i", "%u", "%x",
        "%X", "%p", "%c", "%I64d", "%I64u", "%I64x" };
    unsigned Number;

    for (Number = 0; Number < sizeof(Known) / sizeof(Known[0]); Number++) {
        const char *Text = Known[Number] + 1;
        unsigned At = 0;

        while (At < Length && Text[At] == Name[At])
            At++;
        if (At == Length && Text[At] == 0)
            return Known[Number];
    }
    return NULL;
}

static const char *PutKnown(WPP_MESSAGE *Message, const char *Name, unsigned Length)
{
    const UCHAR *At = WppAddressOf(Message->Next);
    const char *Conversion = ConversionNamed(Name, Length);
    unsigned Number;

    for (Number = 0; Number < sizeof(Numbers) / sizeof(Numbers[0]); Number++)
        if (WppSameName(Name, Length, Numbers[Number].Name)) {
            Numbers[Number].Put(Message, WppNumberOf(Message->Next));
            return NULL;
        }
    for (Number = 0; Number < sizeof(Pointed) / sizeof(Pointed[0]); Number++)
        if (WppSameName(Name, Length, Pointed[Number].Name)) {
            if (At)
                Pointed[Number].Put(Message, At);
            else if (Message->Next->Value)
                PutCode(Message, WppNumberOf(Message->Next));
            else
                WppPutText(Message, "(null)");
            return NULL;
        }
    if (Conversion)
        return Conversion;
    if (WppSameName(Name, Length, "BIN") && PutBinary(Message, Message->Next))
        return NULL;
    return At ? "%p" : "%d";
}

static const char *PutOwnType(WPP_MESSAGE *Message, const NtbuildWppType *Type)
{
    unsigned Kind = Message->Next->Kind;
    unsigned Class = NTBUILD_WPP_CLASS(Kind);
    unsigned Length = 0;

    switch (Type->How) {
    case NTBUILD_WPP_ALIAS:
        while (Type->Values[Length])
            Length++;
        return PutKnown(Message, Type->Values, Length);
    case NTBUILD_WPP_FORMAT:
        return Type->Values;
    case NTBUILD_WPP_LIST_OF_NAMES:
        PutNames(Message, Type, WppNumberOf(Message->Next));
        return NULL;
    case NTBUILD_WPP_SET_OF_NAMES:
        PutSet(Message, Type, WppNumberOf(Message->Next));
        return NULL;
    }
    if (Type->Take && NTBUILD_WPP_SIZE(Kind) == Type->Size && Message->Next->Value) {
        const void *Given = (const void *)(ULONG_PTR)Message->Next->Value;

        if (Class == NTBUILD_WPP_POINTER) /* the type itself is a pointer */
            Given = &Message->Next->Value;
        if (Class == NTBUILD_WPP_POINTER || Class == NTBUILD_WPP_RECORD) {
            PutTaken(Message, Type, Given);
            return NULL;
        }
    }
    return WppAddressOf(Message->Next) ? "%p" : "%d";
}

const char *WppPutValue(WPP_MESSAGE *Message, const char *Name, unsigned Length)
{
    const NtbuildWppType *Type = Message->Types;

    for (; Type && Type->Name; Type++)
        if (WppSameName(Name, Length, Type->Name))
            return PutOwnType(Message, Type);
    return PutKnown(Message, Name, Length);
}
