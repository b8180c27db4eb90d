/*
 * cl_layouts.c - what cl makes of types, as assertions: compiles in dialect msvc on every machine.
 *
 * Sources: Microsoft "C Bit Fields" (a field of another size of type begins anew), "pack pragma", "align (C++)"
 * (it wins over pack), "Storage of Basic Types", "C enumeration declarations" (they are int).
 */
#include <ntddk.h>

#define HOLDS(condition) _Static_assert(condition, #condition)
#define AT(type, member, place) HOLDS(__builtin_offsetof(type, member) == (place))

HOLDS(sizeof(long) == 4 && sizeof(long long) == 8 && sizeof(long double) == 8);
HOLDS(sizeof(wchar_t) == 2 && sizeof(L'x') == 2 && (wchar_t)-1 > 0 && sizeof(L"ab") == 6);
HOLDS((char)-1 < 0);
HOLDS(sizeof(void *) == sizeof(SIZE_T) && sizeof(BOOLEAN) == 1);

enum Small { One = 1, Two };
enum Large { Most = 0x7fffffff };
HOLDS(sizeof(enum Small) == 4 && (enum Small)-1 < 0 && sizeof(enum Large) == 4);

/* Fields of one size share a unit; another size of type, or one that does not fit, begins the next. */
typedef struct { UCHAR Low : 4; ULONG High : 4; } OtherSize;
typedef struct { ULONG First : 31; ULONG Second : 2; } NoRoom;
typedef struct { ULONG First : 8; LONG Second : 8; USHORT Third : 8; } SameSize;
typedef struct { UCHAR First : 3; UCHAR : 0; UCHAR Second : 3; } Ended;
typedef struct { ULONGLONG Number : 60; UCHAR Rest : 4; } Long;
HOLDS(sizeof(OtherSize) == 8 && sizeof(NoRoom) == 8 && sizeof(SameSize) == 8);
HOLDS(sizeof(Ended) == 2 && sizeof(Long) == 16);
typedef union { LONG Signed : 3; LONG All; } Sign;
HOLDS(sizeof(Sign) == 4);

/* 64 bits are aligned so on x86, too. */
typedef struct { UCHAR Kind; LONGLONG Value; UCHAR End; } Aligned;
typedef struct { UCHAR Kind; double Value; } AlignedDouble;
AT(Aligned, Value, 8);
AT(AlignedDouble, Value, 8);
HOLDS(sizeof(Aligned) == 24 && _Alignof(LARGE_INTEGER) == 8);

#pragma pack(push, 4)
typedef struct { UCHAR Kind; LONGLONG Value; } Packed4;
#pragma pack(1)
typedef struct { UCHAR Kind; LONGLONG Value; } Packed1;
typedef struct { UCHAR Kind; ULONG Low : 4; ULONG High : 4; } PackedBits;
typedef struct { UCHAR Kind; __declspec(align(8)) UCHAR Value; } AlignWins;
#pragma pack(push, named, 2)
typedef struct { UCHAR Kind; ULONG Value; } Packed2;
#pragma pack(pop, named)
typedef struct { UCHAR Kind; ULONG Value; } PackedAgain;
#pragma pack(pop)
typedef struct { UCHAR Kind; ULONG Value; } Unpacked;
AT(Packed4, Value, 4);
AT(Packed1, Value, 1);
AT(AlignWins, Value, 8);
AT(Packed2, Value, 2);
AT(PackedAgain, Value, 1);
AT(Unpacked, Value, 4);
HOLDS(sizeof(Packed4) == 12 && sizeof(Packed1) == 9 && sizeof(PackedBits) == 5);
HOLDS(sizeof(AlignWins) == 16);

typedef struct __declspec(align(16)) { ULONG Value; } OnType;
typedef struct { UCHAR Kind; OnType Value; } WithOnType;
AT(WithOnType, Value, 16);
HOLDS(sizeof(OnType) == 16 && _Alignof(OnType) == 16);

/* Pointers of 32-bit callers. */
typedef struct { VOID *POINTER_32 Buffer; ULONG Length; } Thunk;
typedef struct { VOID *POINTER_64 Buffer; ULONG Length; } WideThunk;
HOLDS(sizeof(Thunk) == 8 && sizeof(WideThunk) == 16);

/* Structures of 8 bytes come back in registers and take no argument's place, those of 12 neither. */
typedef struct { ULONG Low, High; } Pair;
typedef struct { ULONG Low, Middle, High; } Triple;
Pair ReturnsPair(ULONG Value)
{
    Pair Result = {Value, 1};
    return Result;
}
Triple ReturnsTriple(ULONG Value)
{
    Triple Result = {Value, 1, 2};
    return Result;
}
