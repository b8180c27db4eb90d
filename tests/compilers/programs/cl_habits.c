/* What cl takes and clang refuses in C: static functions, arrays without a name, register, vectors. */
#include <ntifs.h>
#if defined(_M_AMD64)
# include <emmintrin.h>
# include <smmintrin.h>
# include <wmmintrin.h>
#endif

#if !defined(_X86_)
KSTART_ROUTINE Work;
static void Work(PULONG Context)
{
    *Context += 1;
}
#else
static void Work(PULONG Context)
{
    *Context += 1;
}
#endif

static PUCHAR Bytes = (PUCHAR)(__declspec(align(32)) UCHAR[]){
    0x20, 0x10, /* } in a comment that is none of the braces */
};

#pragma code_seg("calls")
__declspec(allocate("calls"))
static UCHAR Page[64];

DECLSPEC_NOINLINE int Call(const volatile UCHAR *Of)
{
    return Of[5] + 3;
}
#pragma code_seg()

static int Register(int Start)
{
    register unsigned A = Start;

    (char)A = 5;
    return (int)A;
}

static int Either(PVOID *First, PUCHAR *Second, PUCHAR Value, int IsFirst)
{
    *(IsFirst ? First
              : Second) = Value;
    return *First == Value;
}

static int Vector(void)
{
#if defined(_M_AMD64)
    __m128i Parts = _mm_set_epi32(7, 6, 5, 4);

    if (Parts.m128i_i8[4] == 0) { /* never */
        Parts = _mm_aesenc_si128(Parts, Parts);
        return _mm_extract_epi32(Parts, 1);
    }
    return (int)Parts.m128i_u64[0] + Parts.m128i_i32[3];
#else
    return 11;
#endif
}

NTSTATUS DriverEntry(PDRIVER_OBJECT Driver, PUNICODE_STRING Path)
{
    ULONG Count = 0;
    PVOID First = NULL;
    PUCHAR Second = NULL;
    VOID (*Start)(PULONG) = (PVOID)Work;

    UNREFERENCED_PARAMETER(Driver);
    UNREFERENCED_PARAMETER(Path);
    Start(&Count);
    return (NTSTATUS)(Count * 1000 + Bytes[1] * 100 + Register(0x200) + Vector() +
                      ((ULONG_PTR)Bytes & 31) + Either(&First, &Second, Bytes, 1) * 10000 +
                      (Second != NULL) + Call(Page) * 100000);
}
