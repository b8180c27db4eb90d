/*
 * debugger.h - a kernel debugger of a page: vDbgPrintEx writes lines to Output.
 *
 * It knows the conversions that the printer may ask for, and takes arguments as Windows passes
 * them: a slot of a register's size each, two for a 64-bit value on a 32-bit machine.
 */
#ifndef PRINTER_DEBUGGER_H
#define PRINTER_DEBUGGER_H

#include <ntddk.h>

static char Output[16384];
static unsigned Written;

static void Put(char Character)
{
    if (Written < sizeof(Output) - 1)
        Output[Written++] = Character;
}

static void PutPadded(const char *Text, int Length, int Width, int Left, char Fill)
{
    int Number;

    for (Number = Length; !Left && Number < Width; Number++)
        Put(Fill);
    for (Number = 0; Number < Length; Number++)
        Put(Text[Number]);
    for (Number = Length; Left && Number < Width; Number++)
        Put(' ');
}

static int Digits(char *To, ULONG64 Value, int Base, char First)
{
    char Back[24];
    int Length = 0, Number;

    do
        Back[Length++] = (char)(Value % Base < 10 ? '0' + Value % Base : First + Value % Base - 10);
    while (Value /= Base);
    for (Number = 0; Number < Length; Number++)
        To[Number] = Back[Length - 1 - Number];
    return Length;
}

static int Text(char *To, char Letter, const void *From, int Limit)
{
    const char *Narrow = From ? (const char *)From : "(null)";
    const unsigned short *Wide = (const unsigned short *)From;
    int Length = 0;

    if (Letter == 'Z') { /* a UNICODE_STRING: length in bytes, maximum, buffer */
        Limit = Wide[0] / 2;
        Wide = *(const unsigned short *const *)((const char *)From + sizeof(void *));
    }
    for (; Length != Limit && Length < 200; Length++) {
        To[Length] = Letter == 's' || !From ? Narrow[Length] : (char)Wide[Length];
        if (Letter != 'Z' && !To[Length])
            break;
    }
    return Length;
}

static const char *Convert(const char *At, const ULONG_PTR **Slots)
{
    int Left = 0, Width = 0, Limit = -1, Is64 = 0, IsWide = 0, Length = 0;
    char Fill = ' ', Letter, Made[256];
    ULONG64 Value;

    for (; *At == '-' || *At == '0' || *At == '#'; At++) {
        Left |= *At == '-';
        Fill = *At == '0' ? '0' : Fill;
    }
    for (; *At == '*' || (*At >= '0' && *At <= '9'); At++)
        Width = *At == '*' ? (int)*(*Slots)++ : Width * 10 + *At - '0';
    if (*At == '.')
        for (Limit = 0, At++; *At == '*' || (*At >= '0' && *At <= '9'); At++)
            Limit = *At == '*' ? (int)*(*Slots)++ : Limit * 10 + *At - '0';
    if (At[0] == 'I') {
        Is64 = 1;
        At += 3;
    }
    for (; *At == 'w' || *At == 'l'; At++)
        IsWide = 1;
    Letter = *At++;
    Value = *(*Slots)++;
    if (Is64 && sizeof(ULONG_PTR) == 4)
        Value |= (ULONG64) * (*Slots)++ << 32;
    if (Letter == 's' || Letter == 'S' || Letter == 'Z')
        Length = Text(Made, IsWide && Letter == 's' ? 'S' : Letter, (const void *)(ULONG_PTR)Value, Limit);
    else if (Letter == 'c')
        Made[Length++] = (char)Value;
    else {
        int IsSigned = Letter == 'd' || Letter == 'i';
        LONG64 Signed = Is64 ? (LONG64)Value : (int)Value;

        if (!Is64 && Letter != 'p')
            Value = (ULONG)Value;
        if (IsSigned && Signed < 0)
            Made[Length++] = '-';
        Value = IsSigned ? (ULONG64)(Signed < 0 ? -Signed : Signed) : Value;
        if (IsSigned || Letter == 'u')
            Length += Digits(Made + Length, Value, 10, 'a');
        else
            Length += Digits(Made + Length, Value, 16, Letter == 'X' ? 'A' : 'a');
    }
    PutPadded(Made, Length, Width, Left, Fill);
    return At;
}

ULONG vDbgPrintEx(ULONG Component, ULONG Level, const char *Format, va_list Arguments)
{
    const ULONG_PTR *Slots = (const ULONG_PTR *)Arguments;

    Put((char)('0' + Level));
    Put(Component == DPFLTR_IHVDRIVER_ID ? ' ' : '?');
    while (*Format) {
        if (Format[0] == '%' && Format[1] != '%')
            Format = Convert(Format + 1, &Slots);
        else {
            Put(*Format);
            Format += Format[0] == '%' ? 2 : 1;
        }
    }
    return 0;
}

#endif
