/*
 * msvc - what sources for cl and the WDK say and gcc's dialect does not take; compiled as a driver's
 * source of dialect "msvc", without a warning that stops it.
 */

#include <ntddk.h>

#define Trace(Text, ...) DbgPrint(Text, __VA_ARGS__)
#define Address(Name)    &##Name

#pragma warning(disable : 4100 4127)
#pragma comment(linker, "/merge:.own=.rdata")

#if defined(NDEBUG) ? defined(DBG) : !DBG
#error "the WDK defines DBG in checked builds and leaves it undefined in free ones"
#endif

enum Late { One, Two, };
struct Pair { int First; struct { int Second; }; union { int Third; char Fourth; }; };

int Tentative;
int Tentative;

__declspec(selectany) int Shared = 7;
__declspec(align(16)) static char Buffer[32];
extern POBJECT_TYPE *IoDriverObjectType;

DRIVER_INITIALIZE DriverEntry;

#ifdef ALLOC_PRAGMA
#pragma alloc_text(INIT, DriverEntry)
#endif some words that cl does not read

static __forceinline int Forced(int Value) { return Value + 1; }
__forceinline int Also(int Value) { return Value + 2; }
inline int Plain(int Value) { return Value * 3; }
__inline int Older(int Value) { return Value * 5; }

_Use_decl_annotations_
static int Annotated(_In_ int Value, _Out_writes_(Value) char *Where)
{
    UNREFERENCED_PARAMETER(Where);
    return Value;
}

static int Callback(void *Context, int Value) { return Context != NULL ? Value : LONG_MAX; }

int Untyped(volatile int *Pointer)
{
    int Value = 0;
    int (*Function)(int *, int) = Callback; /* a warning of cl: another pointer type */
    ULONG Number = (ULONG_PTR)Pointer;
    int *Signed = &Number;
    PVOID Cast = Number;

    try {
        Value = *Pointer;
        if (Value == 3)
            leave;
        Value += *Signed;
    } except (EXCEPTION_EXECUTE_HANDLER) {
        Value = -1;
    }
    try {
        Value += Function(Cast, 1);
    } finally {
        Tentative += AbnormalTermination() ? 1 : 2;
    }
    return Value;
}

NTSTATUS DriverEntry(PDRIVER_OBJECT DriverObject, PUNICODE_STRING RegistryPath)
{
    struct Pair Pair = { 1, 2, 3 };
    static const char Where[] = __FUNCTION__ ": here\n";
    __int64 Wide = 0x7fffffffffffffffi64;
    int (*Plainly)(int) = Plain;

    DbgPrint(Where);
    Trace("no arguments\n");
    Trace("%d %d\n", Pair.Second, Pair.Third);
    *Address(Shared) += Forced(1) + Also(2) + Plainly(3) + Older(4) + Annotated(5, Buffer);
    return Untyped((int *)RegistryPath) + (DriverObject == NULL) + (Wide != 0)
        + (*IoDriverObjectType == NULL);
}
