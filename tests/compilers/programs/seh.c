/*
 * seh - every way that a bad pointer in __try must end in the handler, as a program for Wine.
 *
 * Compiled as a driver's source, linked with kernel32 and ntdll. Each line of `cases` calls a
 * function with a bad pointer and with a good one and says what both must answer. Prints
 *
 *     passed 00000040
 *
 * or a line for each wrong answer, and exits with the number of those.
 *
 * GetExceptionCode in a handler's block is not tested: Wine 8 gives 0 there. In a filter it works.
 */

#include <ntddk.h>
#include <stdarg.h>

__declspec(dllimport) PVOID NTAPI GetStdHandle(ULONG Which);
__declspec(dllimport) int NTAPI WriteFile(PVOID, const VOID *, ULONG, ULONG *, PVOID);
__declspec(dllimport) void NTAPI ExitProcess(ULONG Code);
void NTAPI seh(void);
void *__cdecl memcpy(void *To, const void *From, size_t Size);
void *__cdecl memset(void *To, int Value, size_t Size);

#define NOINLINE static __attribute__((noinline))
#define INLINED  static inline __attribute__((always_inline))
#define HANDLE   EXCEPTION_EXECUTE_HANDLER
#define CAUGHT   0xBAD

typedef struct { ULONG A, B, C, D; } FOUR;
typedef struct { ULONG64 Word[12]; } BIG;

static ULONG Finals;

/* ---- loads and stores of the guarded function itself ---------------------------------------- */

NOINLINE ULONG Load(ULONG *P)
{
    ULONG Value = 1;

    __try {
        Value = *P;
    } __except (HANDLE) {
        Value = CAUGHT;
    }
    return Value;
}

NOINLINE ULONG Store(ULONG *P)
{
    __try {
        *P = 7;
    } __except (HANDLE) {
        return CAUGHT;
    }
    return 0;
}

NOINLINE ULONG Volatile(ULONG *P)
{
    __try {
        (void)*(volatile UCHAR *)P;
    } __except (HANDLE) {
        return CAUGHT;
    }
    return 0;
}

NOINLINE ULONG Update(ULONG *P)
{
    __try {
        *P += 1;
        *P -= 1;
    } __except (HANDLE) {
        return CAUGHT;
    }
    return 0;
}

NOINLINE ULONG Condition(ULONG *P)
{
    __try {
        if (*P == 7)
            return 1;
    } __except (HANDLE) {
        return CAUGHT;
    }
    return 0;
}

NOINLINE ULONG Switch(ULONG *P)
{
    ULONG Sum = 0;
    ULONG Index;

    for (Index = 0; Index < 4; Index++) {
        __try {
            switch (Index) {
            case 0: Sum += 1; break;
            case 1: Sum += *P; break;
            case 2: P[0] = 7; break;
            default: P[1]++; break;
            }
        } __except (HANDLE) {
            Sum += 100;
        }
    }
    return Sum;
}

NOINLINE ULONG Length(ULONG *P)
{
    const char *Text = (const char *)P;
    ULONG Count = 0;

    __try {
        while (*Text++)
            Count++;
    } __except (HANDLE) {
        Count = CAUGHT;
    }
    return Count;
}

NOINLINE ULONG Atomic(ULONG *P)
{
    __try {
        _InterlockedIncrement((LONG volatile *)P);
        _InterlockedDecrement((LONG volatile *)P);
    } __except (HANDLE) {
        return CAUGHT;
    }
    return 0;
}

NOINLINE ULONG Copy(ULONG *P)
{
    FOUR Four;

    Four.A = 0;
    __try {
        RtlCopyMemory(&Four, P, sizeof(Four));
    } __except (HANDLE) {
        return CAUGHT;
    }
    return Four.A;
}

NOINLINE ULONG Assign(ULONG *P)
{
    FOUR Four;

    Four.A = 0;
    __try {
        Four = *(FOUR *)P;
    } __except (HANDLE) {
        return CAUGHT;
    }
    return Four.A;
}

NOINLINE ULONG Take(BIG Big)
{
    return (ULONG)Big.Word[0];
}

NOINLINE ULONG ByValue(ULONG *P)
{
    __try {
        return Take(*(BIG *)P);
    } __except (HANDLE) {
        return CAUGHT;
    }
}

/* On x86 these come in the way of what the function notes about its __try. */
static ULONG Summed(ULONG *P, ...)
{
    va_list List, Other;
    ULONG Sum = 0;

    __try {
        va_start(List, P);
        Sum = *P;
        va_copy(Other, List);
        Sum += va_arg(Other, ULONG);
        va_end(Other);
        Sum += P[0];
        va_end(List);
        va_start(List, P);
        Sum += va_arg(List, ULONG) + P[0];
        va_end(List);
    } __except (HANDLE) {
        return Sum ? 1 : CAUGHT;
    }
    return Sum;
}

NOINLINE ULONG Arguments(ULONG *P)
{
    return Summed(P, 2);
}

NOINLINE ULONG ArgumentsLate(ULONG *P)
{
    ULONG Good = 7;
    ULONG *Pointers[2];
    ULONG Index;
    ULONG Sum = 0;

    Pointers[0] = &Good;
    Pointers[1] = P;
    for (Index = 0; Index < 2; Index++)
        Sum += Summed(Pointers[Index], 2);
    return Sum;
}

#if defined(_M_IX86) || defined(_M_AMD64) || defined(__i386__) || defined(__x86_64__)
# define STORE_7 "movl $7, (%0)"
#else
# define STORE_7 "str wzr, [%0]"
#endif

NOINLINE ULONG Assembly(ULONG *P)
{
    __try {
        __asm__ volatile(STORE_7 : : "r"(P) : "memory");
    } __except (HANDLE) {
        return CAUGHT;
    }
    return 0;
}

NOINLINE ULONG BehindAssembly(ULONG *P)
{
    ULONG Value = 1;

    __try {
        Value = 2;
        __asm__ volatile("" : "+r"(Value) : : "memory");
        Value += (Value == 2 && *P == 7) || P[1] ? P[0] : 0;
    } __except (HANDLE) {
        return Value == 2 ? CAUGHT : 1;
    }
    return Value;
}

/* ---- those of functions that it calls, inlined and not --------------------------------------- */

NOINLINE ULONG Called(ULONG *P)
{
    return *P;
}

NOINLINE ULONG Call(ULONG *P)
{
    __try {
        return Called(P);
    } __except (HANDLE) {
        return CAUGHT;
    }
}

INLINED ULONG InlinedLoad(ULONG *P)
{
    return *P ^ 1;
}

INLINED ULONG InlinedTwice(ULONG *P)
{
    ULONG Value = InlinedLoad(P);

    return Value + 1;
}

INLINED VOID InlinedStore(ULONG *P)
{
    *P = 7;
}

NOINLINE ULONG LoadInlined(ULONG *P)
{
    __try {
        return InlinedTwice(P);
    } __except (HANDLE) {
        return CAUGHT;
    }
}

NOINLINE ULONG StoreInlined(ULONG *P)
{
    __try {
        InlinedStore(P);
    } __except (HANDLE) {
        return CAUGHT;
    }
    *P = 7; /* the optimiser sees the first store undone */
    return 0;
}

INLINED VOID Fill(FOUR *Four, ULONG *P)
{
    Four->A = 1;
    Four->B = *P;
    Four->C = 3;
}

NOINLINE ULONG Partly(ULONG *P)
{
    FOUR Four = { 0, 0, 0, 0 };

    __try {
        Fill(&Four, P);
    } __except (HANDLE) {
        return 0xF0 + Four.A * 2 + Four.C; /* the first store was made, the last was not */
    }
    return Four.B;
}

INLINED ULONG InlinedWhole(ULONG *P)
{
    ULONG Value;

    __try {
        Value = *P;
    } __except (HANDLE) {
        Value = CAUGHT;
    }
    return Value;
}

NOINLINE ULONG WholeInlined(ULONG *P)
{
    return InlinedWhole(P);
}

/* ---- what the handler finds ------------------------------------------------------------------- */

NOINLINE ULONG Locals(ULONG *P)
{
    ULONG Value = 0;

    __try {
        Value = 1;
        Value = 2;
        Value += *P;
        Value = 4;
    } __except (HANDLE) {
        Value += 100;
    }
    return Value;
}

NOINLINE ULONG Loop(ULONG *P)
{
    ULONG Good = 7;
    ULONG *Pointers[4];
    ULONG Sum = 0;
    ULONG Index;

    Pointers[0] = Pointers[2] = &Good;
    Pointers[1] = Pointers[3] = P;
    for (Index = 0; Index < 4; Index++) {
        __try {
            Sum += *Pointers[Index];
            continue;
        } __except (HANDLE) {
            Sum += 1000;
        }
    }
    return Sum;
}

/* The result's address comes in a register, which the handler still has to know. */
NOINLINE BIG Result(ULONG *P, ULONG A, ULONG B, ULONG C, ULONG D, ULONG E)
{
    BIG Big;
    volatile ULONG Extra[4] = { A, B, C, D };

    RtlZeroMemory(&Big, sizeof(Big));
    __try {
        Big.Word[0] = *P;
    } __except (HANDLE) {
        Big.Word[0] = CAUGHT + Extra[3] + E;
    }
    return Big;
}

NOINLINE ULONG Returned(ULONG *P)
{
    return (ULONG)Result(P, 1, 2, 3, 4, 5).Word[0];
}

NOINLINE ULONG Variable(ULONG *P)
{
    ULONG Size = 16 + (ULONG)((ULONG_PTR)P & 4);
    UCHAR Bytes[Size];

    memset(Bytes, 3, Size);
    __try {
        Bytes[0] = (UCHAR)*P;
    } __except (HANDLE) {
        Bytes[0] = 0x40;
    }
    return Bytes[0] + Bytes[15];
}

static ULONG_PTR Seen[2];

static LONG Look(PEXCEPTION_POINTERS Exception, ULONG Code)
{
    Seen[0] = Exception->ExceptionRecord->ExceptionInformation[0];
    Seen[1] = Exception->ExceptionRecord->ExceptionInformation[1];
    return Code == (ULONG)STATUS_ACCESS_VIOLATION ? HANDLE : EXCEPTION_CONTINUE_SEARCH;
}

NOINLINE ULONG Filter(ULONG *P)
{
    __try {
        *P = 7;
    } __except (Look(GetExceptionInformation(), GetExceptionCode())) {
        return Seen[0] == 1 && Seen[1] == (ULONG_PTR)P ? CAUGHT : 1;
    }
    return 0;
}

/* ---- nesting ----------------------------------------------------------------------------------- */

NOINLINE ULONG Nested(ULONG *P)
{
    ULONG Way = 0;

    __try {
        __try {
            Way |= 1;
            *P = 7;
            Way |= 2;
        } __finally {
            Way |= AbnormalTermination() ? 4 : 8;
        }
        Way |= 16;
    } __except (HANDLE) {
        Way |= 32;
    }
    return Way;
}

NOINLINE ULONG Declined(ULONG *P)
{
    ULONG Way = 0;

    __try {
        __try {
            *P = 7;
        } __except (EXCEPTION_CONTINUE_SEARCH) {
            Way |= 1;
        }
        Way |= 2;
    } __except (HANDLE) {
        Way |= 4;
    }
    return Way;
}

NOINLINE ULONG Early(ULONG *P)
{
    __try {
        return *P;
    } __finally {
        Finals++;
    }
}

NOINLINE ULONG Left(ULONG *P)
{
    ULONG Before = Finals;
    ULONG Value;

    __try {
        Value = Early(P);
    } __except (HANDLE) {
        Value = CAUGHT;
    }
    return Finals == Before + 1 ? Value : 1;
}

NOINLINE ULONG Leave(ULONG *P)
{
    ULONG Way = 0;

    __try {
        if (*(UCHAR *)&P & 0x80)
            Way |= *P;
        __leave;
    } __finally {
        Way |= AbnormalTermination() ? 256 : 512;
    }
    return Way & ~7u;
}

NOINLINE ULONG InHandler(ULONG *P)
{
    __try {
        *P = 7;
    } __except (HANDLE) {
        __try {
            *P = 8;
        } __except (HANDLE) {
            return CAUGHT;
        }
    }
    return 0;
}

NOINLINE ULONG InFinally(ULONG *P)
{
    ULONG Way = 0;

    __try {
        __try {
            Way = 1;
        } __finally {
            __try {
                *P = 7;
            } __except (HANDLE) {
                Way += 10;
            }
            Way += 100;
        }
    } __except (HANDLE) {
        Way += 1000;
    }
    return Way;
}

NOINLINE ULONG After(ULONG *P)
{
    ULONG Value;

    __try {
        Value = 1;
    } __except (HANDLE) {
        Value = 2;
    }
    return Value + *P; /* not guarded here */
}

NOINLINE ULONG Outside(ULONG *P)
{
    __try {
        return After(P);
    } __except (HANDLE) {
        return CAUGHT;
    }
}

/* ---- values that are computed before a __try and used behind it ------------------------------ */

NOINLINE ULONG Doubled(ULONG Value)
{
    return 2 * Value;
}

NOINLINE ULONG Pending(ULONG *P)
{
    return Doubled(50) + 1000 * Doubled(Doubled(1)) + __extension__({
        ULONG Value;

        __try {
            Value = *P;
        } __except (HANDLE) {
            Value = 3;
        }
        Value;
    });
}

NOINLINE ULONG Given(ULONG *P, BIG Big)
{
    ULONG Value;

    __try {
        Value = *P;
        Big.Word[2] = 5;
    } __except (HANDLE) {
        Value = (ULONG)(Big.Word[1] + Big.Word[2]);
    }
    return Value + (ULONG)Big.Word[2];
}

NOINLINE ULONG ByReference(ULONG *P)
{
    BIG Big = { { 1, 20, 300 } };

    return Given(P, Big) + (ULONG)Big.Word[2];
}

NOINLINE ULONG Frame(ULONG *P)
{
    ULONG Count = (ULONG)((ULONG_PTR)P & 0x30) / 16 + 2;
    ULONG *Words = __builtin_alloca(Count * sizeof *Words);

    Words[1] = 40;
    __try {
        Words[1] = 41;
        Words[0] = *P;
    } __except (HANDLE) {
        Words[0] = Words[1] + 1;
    }
    return Words[0];
}

#ifndef __aarch64__ /* where a driver has no floating point */
static double Half = 0.5;

NOINLINE ULONG Floating(ULONG *P)
{
    double Sum = Half * 8;
    ULONG Value;

    __try {
        Sum += 1;
        Value = *P;
    } __except (HANDLE) {
        Value = 100;
    }
    return Value + (ULONG)(LONG)(Sum * 2);
}
#endif

/* ---- the list ---------------------------------------------------------------------------------- */

static const struct {
    const char *Name;
    ULONG (*Function)(ULONG *);
    ULONG Bad, Good;
} Cases[] = {
    { "Load", Load, CAUGHT, 7 },
    { "Store", Store, CAUGHT, 0 },
    { "Volatile", Volatile, CAUGHT, 0 },
    { "Update", Update, CAUGHT, 0 },
    { "Condition", Condition, CAUGHT, 1 },
    { "Switch", Switch, 301, 8 },
    { "Length", Length, CAUGHT, 1 },
    { "Atomic", Atomic, CAUGHT, 0 },
    { "Copy", Copy, CAUGHT, 7 },
    { "Assign", Assign, CAUGHT, 7 },
    { "ByValue", ByValue, CAUGHT, 7 },
    { "Arguments", Arguments, CAUGHT, 25 },
    { "ArgumentsLate", ArgumentsLate, 25 + CAUGHT, 50 },
    { "Assembly", Assembly, CAUGHT, 0 },
    { "BehindAssembly", BehindAssembly, CAUGHT, 9 },
    { "Call", Call, CAUGHT, 7 },
    { "LoadInlined", LoadInlined, CAUGHT, 7 },
    { "StoreInlined", StoreInlined, CAUGHT, 0 },
    { "Partly", Partly, 0xF2, 7 },
    { "WholeInlined", WholeInlined, CAUGHT, 7 },
    { "Locals", Locals, 102, 4 },
    { "Loop", Loop, 2014, 28 },
    { "Returned", Returned, CAUGHT + 9, 7 },
    { "Variable", Variable, 0x43, 10 },
    { "Filter", Filter, CAUGHT, 0 },
    { "Nested", Nested, 1 | 4 | 32, 1 | 2 | 8 | 16 },
    { "Declined", Declined, 4, 2 },
    { "Left", Left, CAUGHT, 7 },
    { "Leave", Leave, 512, 512 },
    { "InHandler", InHandler, CAUGHT, 0 },
    { "InFinally", InFinally, 111, 101 },
    { "Outside", Outside, CAUGHT, 8 },
    { "Pending", Pending, 4103, 4107 },
    { "ByReference", ByReference, 920, 312 },
    { "Frame", Frame, 42, 7 },
#ifndef __aarch64__
    { "Floating", Floating, 110, 17 },
#endif
};

void *__cdecl memcpy(void *To, const void *From, size_t Size)
{
    volatile UCHAR *Target = To;
    const volatile UCHAR *Source = From;

    while (Size--)
        *Target++ = *Source++;
    return To;
}

void *__cdecl memset(void *To, int Value, size_t Size)
{
    volatile UCHAR *Target = To;

    while (Size--)
        *Target++ = (UCHAR)Value;
    return To;
}

static VOID Print(const char *Label, ULONG Value)
{
    char Line[64];
    ULONG Size = 0;
    ULONG Written;
    int Digit;

    while (*Label)
        Line[Size++] = *Label++;
    Line[Size++] = ' ';
    for (Digit = 28; Digit >= 0; Digit -= 4)
        Line[Size++] = "0123456789ABCDEF"[(Value >> Digit) & 15];
    Line[Size++] = '\n';
    WriteFile(GetStdHandle((ULONG)-11), Line, Size, &Written, NULL);
}

void NTAPI seh(void)
{
    static BIG Good;
    static ULONG Passed, Failed;
    ULONG *Pointers[2];
    ULONG Index;

    Pointers[0] = (ULONG *)(ULONG_PTR)0x30;
    Pointers[1] = (ULONG *)&Good;
    for (Index = 0; Index < 2 * ARRAYSIZE(Cases); Index++) {
        ULONG Right = Index & 1 ? Cases[Index / 2].Good : Cases[Index / 2].Bad;
        ULONG Answer;

        Good.Word[0] = 7;
        Answer = Cases[Index / 2].Function(Pointers[Index & 1]);
        if (Answer == Right) {
            Passed++;
            continue;
        }
        Failed++;
        Print(Cases[Index / 2].Name, Answer);
    }
    Print("passed", Passed);
    ExitProcess(Failed);
}
