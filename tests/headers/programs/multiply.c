/* Products of 128 bits: 0 when all are right, else the number of the first that is wrong. */
#include <ntddk.h>

#define LARGE 0xfedcba9876543210ULL
#define WRONG(Number, Condition) if (!(Condition)) return Number

NTSTATUS DriverEntry(PDRIVER_OBJECT Driver, PUNICODE_STRING Path)
{
    volatile ULONG64 Large = LARGE;
    volatile LONG64 Negative = -0x123456789abcdefLL;
    ULONG64 High;
    LONG64 SignedHigh;

    UNREFERENCED_PARAMETER(Driver);
    UNREFERENCED_PARAMETER(Path);
    WRONG(1, UnsignedMultiply128(Large, 16, &High) == (LARGE << 4) && High == 0xf);
    WRONG(2, ShiftRight128(Large, 0xf, 4) == (LARGE >> 4 | 0xf000000000000000ULL));
    WRONG(3, ShiftRight128(Large, 7, 0) == LARGE);
    WRONG(4, ShiftLeft128(Large, 1, 4) == 0x1f);
    WRONG(5, UnsignedMultiplyExtract128(Large, 256, 8) == LARGE);
    WRONG(6, MultiplyExtract128(Negative, 256, 8) == -0x123456789abcdefLL);
    WRONG(7, MultiplyExtract128(-3, 1, 1) == -1);
    WRONG(8, Multiply128(Negative, 1, &SignedHigh) == Negative && SignedHigh == -1);
    return 0;
}
