/*
 * sehxx - __try in C++, as a program for Wine: members, references, templates, virtual calls and
 * objects with destructors. Prints "passed 0000000C" and exits with the number of wrong answers.
 */

#include <ntddk.h>

extern "C" {
__declspec(dllimport) PVOID NTAPI GetStdHandle(ULONG Which);
__declspec(dllimport) int NTAPI WriteFile(PVOID, const VOID *, ULONG, ULONG *, PVOID);
__declspec(dllimport) void NTAPI ExitProcess(ULONG Code);
void NTAPI sehxx(void);
}

#define NOINLINE static __attribute__((noinline))

namespace {

constexpr ULONG Caught = 0xBAD;
ULONG Destroyed;

struct Held {
    ULONG Value;
    explicit Held(ULONG Given) : Value(Given) {}
    ~Held() { Destroyed++; }
};

struct Reader {
    ULONG *Address;
    explicit Reader(ULONG *Given) : Address(Given) {}
    ULONG Read() const { return *Address; }
    virtual ULONG Twice() { return *Address * 2; }
};

template <typename Type> inline Type Fetch(const Type &From)
{
    return From;
}

} // namespace

NOINLINE ULONG Member(ULONG *P)
{
    Reader One{P};

    __try {
        return One.Read();
    } __except (EXCEPTION_EXECUTE_HANDLER) {
        return Caught;
    }
}

NOINLINE ULONG Virtual(ULONG *P)
{
    Reader One{P};
    Reader *volatile Pointer = &One;

    __try {
        return Pointer->Twice();
    } __except (EXCEPTION_EXECUTE_HANDLER) {
        return Caught;
    }
}

NOINLINE ULONG Reference(ULONG *P)
{
    __try {
        ULONG &Value = *P;
        Value += 1;
        return Fetch(Value);
    } __except (EXCEPTION_EXECUTE_HANDLER) {
        return Caught;
    }
}

NOINLINE ULONG Lambda(ULONG *P)
{
    auto Load = [P] { return *P; };

    __try {
        return Load();
    } __except (EXCEPTION_EXECUTE_HANDLER) {
        return Caught;
    }
}

/* The object lives outside of __try and is destroyed once, however __try is left. */
NOINLINE ULONG Guarded(ULONG *P)
{
    __try {
        return *P;
    } __except (EXCEPTION_EXECUTE_HANDLER) {
        return Caught;
    }
}

NOINLINE ULONG Object(ULONG *P)
{
    ULONG Before = Destroyed;
    ULONG Value;

    {
        Held One(1);
        Value = Guarded(P) + One.Value;
    }
    return Destroyed == Before + 1 ? Value : 0;
}

NOINLINE ULONG Finally(ULONG *P)
{
    ULONG Way = 0;

    __try {
        __try {
            Way = *P;
        } __finally {
            Way += 100;
        }
    } __except (EXCEPTION_EXECUTE_HANDLER) {
        Way += 1000;
    }
    return Way;
}

static const struct {
    ULONG (*Function)(ULONG *);
    ULONG Bad, Good;
} Cases[] = {
    {Member, Caught, 7},    {Virtual, Caught, 14},    {Reference, Caught, 8},
    {Lambda, Caught, 7},    {Object, Caught + 1, 8},  {Finally, 1100, 107},
};

void NTAPI sehxx(void)
{
    char Line[] = "passed 00000000\n";
    ULONG Passed = 0, Written;

    for (const auto &Case : Cases) {
        ULONG Good = 7;

        Passed += Case.Function(reinterpret_cast<ULONG *>(static_cast<ULONG_PTR>(0x30))) == Case.Bad;
        Passed += Case.Function(&Good) == Case.Good;
    }
    for (int Digit = 0; Digit < 8; Digit++)
        Line[14 - Digit] = "0123456789ABCDEF"[Passed >> (4 * Digit) & 15];
    WriteFile(GetStdHandle(static_cast<ULONG>(-11)), Line, sizeof(Line) - 1, &Written, nullptr);
    ExitProcess(2 * ARRAYSIZE(Cases) - Passed);
}
