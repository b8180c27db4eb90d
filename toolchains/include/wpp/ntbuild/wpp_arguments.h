/*
 * ntbuild/wpp_arguments.h - the arguments of a trace message as an array.
 *
 * WPP converts each argument to the type that its format names, so a format and an argument of
 * different sizes are usual in drivers, and a variable argument list would then show wrong values
 * for all that follow. Here each argument carries its size and kind; a structure goes by address.
 *
 * C: builtins of clang and gcc decide by the type of an expression that is evaluated once. C++: a
 * template does. At most 40 arguments, prefix and suffix included.
 */
#ifndef NTBUILD_WPP_ARGUMENTS_H
#define NTBUILD_WPP_ARGUMENTS_H

typedef struct NtbuildWppArgument {
    unsigned Kind; /* bits 0 to 15: the size in bytes; then NTBUILD_WPP_... */
    unsigned long long Value; /* sign extended; the address of a structure */
} NtbuildWppArgument;

#define NTBUILD_WPP_SIZE(Kind) ((Kind) & 0xFFFF)
#define NTBUILD_WPP_CLASS(Kind) ((Kind) >> 16)

/* The numbers of __builtin_classify_type; integers and enumerations have smaller ones. */
#define NTBUILD_WPP_POINTER 5
#define NTBUILD_WPP_REAL 8
#define NTBUILD_WPP_RECORD 12
#define NTBUILD_WPP_UNION 13

/* The argument of %!BIN!: so many bytes from an address on. */
typedef struct NtbuildWppBinary {
    const void *Address;
    unsigned short Size;
} NtbuildWppBinary;

#ifdef __cplusplus
# define WppBinary(Address, Size) \
    (NtbuildWppBinary { (const void *)(Address), (unsigned short)(Size) })
#else
# define WppBinary(Address, Size) \
    ((NtbuildWppBinary){ (const void *)(Address), (unsigned short)(Size) })
#endif

#define NTBUILD_WPP_EXPAND(...) __VA_ARGS__
#define NTBUILD_WPP_APPLY(Macro, Arguments) Macro Arguments
#define NTBUILD_WPP_JOIN(First, Second) NTBUILD_WPP_JOIN_NOW(First, Second)
#define NTBUILD_WPP_JOIN_NOW(First, Second) First##Second

#ifndef __cplusplus

/* As an operand of a comma an array is a pointer and a bit-field has a type. */
# define NTBUILD_WPP_TYPE(Value) __typeof__(((void)0, (Value)))
# define NTBUILD_WPP_IS(Value, Class) (__builtin_classify_type(Value) == (Class))
# define NTBUILD_WPP_BY_ADDRESS(Value) \
    (NTBUILD_WPP_IS(Value, NTBUILD_WPP_RECORD) || NTBUILD_WPP_IS(Value, NTBUILD_WPP_UNION) \
     || NTBUILD_WPP_IS(Value, NTBUILD_WPP_REAL))
# define NTBUILD_WPP_KIND(Value) \
    (NTBUILD_WPP_SIZE((unsigned)sizeof(NTBUILD_WPP_TYPE(Value))) \
     | (unsigned)__builtin_classify_type(Value) << 16)
# define NTBUILD_WPP_VALUE(Value) \
    ((unsigned long long)__builtin_choose_expr(NTBUILD_WPP_BY_ADDRESS(Value), \
        (const void *)(const NTBUILD_WPP_TYPE(Value)[1]){ (Value) }, (Value)))
# define NTBUILD_WPP_EACH(Value) { NTBUILD_WPP_KIND(Value), NTBUILD_WPP_VALUE(Value) },
# define NTBUILD_WPP_LIST(...) \
    (const NtbuildWppArgument[]){ NTBUILD_WPP_MAP(__VA_ARGS__) { 0, 0 } }

# define NTBUILD_WPP_MAP(...) \
    NTBUILD_WPP_EXPAND( \
        NTBUILD_WPP_JOIN(NTBUILD_WPP_MAP, NTBUILD_WPP_COUNT(__VA_ARGS__))(__VA_ARGS__))
# define NTBUILD_WPP_PICK( \
    P0, P1, P2, P3, P4, P5, P6, P7, P8, P9, P10, P11, P12, P13, P14, P15, P16, P17, P18, P19, \
    P20, P21, P22, P23, P24, P25, P26, P27, P28, P29, P30, P31, P32, P33, P34, P35, P36, P37, \
    P38, P39, P40, Count, ...) \
    Count
# define NTBUILD_WPP_COUNT(...) \
    NTBUILD_WPP_EXPAND(NTBUILD_WPP_PICK(0 __VA_OPT__(, ) __VA_ARGS__, \
        40, 39, 38, 37, 36, 35, 34, 33, 32, 31, 30, 29, 28, 27, 26, 25, 24, 23, 22, 21, 20, 19, \
        18, 17, 16, 15, 14, 13, 12, 11, 10, 9, 8, 7, 6, 5, 4, 3, 2, 1, 0, 0))

# define NTBUILD_WPP_MAP0()
# define NTBUILD_WPP_MAP1(First) NTBUILD_WPP_EACH(First)
# define NTBUILD_WPP_MAP2(First, ...) \
    NTBUILD_WPP_EACH(First) NTBUILD_WPP_EXPAND(NTBUILD_WPP_MAP1(__VA_ARGS__))
# define NTBUILD_WPP_MAP3(First, ...) \
    NTBUILD_WPP_EACH(First) NTBUILD_WPP_EXPAND(NTBUILD_WPP_MAP2(__VA_ARGS__))
# define NTBUILD_WPP_MAP4(First, ...) \
    NTBUILD_WPP_EACH(First) NTBUILD_WPP_EXPAND(NTBUILD_WPP_MAP3(__VA_ARGS__))
# define NTBUILD_WPP_MAP5(First, ...) \
    NTBUILD_WPP_EACH(First) NTBUILD_WPP_EXPAND(NTBUILD_WPP_MAP4(__VA_ARGS__))
# define NTBUILD_WPP_MAP6(First, ...) \
    NTBUILD_WPP_EACH(First) NTBUILD_WPP_EXPAND(NTBUILD_WPP_MAP5(__VA_ARGS__))
# define NTBUILD_WPP_MAP7(First, ...) \
    NTBUILD_WPP_EACH(First) NTBUILD_WPP_EXPAND(NTBUILD_WPP_MAP6(__VA_ARGS__))
# define NTBUILD_WPP_MAP8(First, ...) \
    NTBUILD_WPP_EACH(First) NTBUILD_WPP_EXPAND(NTBUILD_WPP_MAP7(__VA_ARGS__))
# define NTBUILD_WPP_MAP9(First, ...) \
    NTBUILD_WPP_EACH(First) NTBUILD_WPP_EXPAND(NTBUILD_WPP_MAP8(__VA_ARGS__))
# define NTBUILD_WPP_MAP10(First, ...) \
    NTBUILD_WPP_EACH(First) NTBUILD_WPP_EXPAND(NTBUILD_WPP_MAP9(__VA_ARGS__))
# define NTBUILD_WPP_MAP11(First, ...) \
    NTBUILD_WPP_EACH(First) NTBUILD_WPP_EXPAND(NTBUILD_WPP_MAP10(__VA_ARGS__))
# define NTBUILD_WPP_MAP12(First, ...) \
    NTBUILD_WPP_EACH(First) NTBUILD_WPP_EXPAND(NTBUILD_WPP_MAP11(__VA_ARGS__))
# define NTBUILD_WPP_MAP13(First, ...) \
    NTBUILD_WPP_EACH(First) NTBUILD_WPP_EXPAND(NTBUILD_WPP_MAP12(__VA_ARGS__))
# define NTBUILD_WPP_MAP14(First, ...) \
    NTBUILD_WPP_EACH(First) NTBUILD_WPP_EXPAND(NTBUILD_WPP_MAP13(__VA_ARGS__))
# define NTBUILD_WPP_MAP15(First, ...) \
    NTBUILD_WPP_EACH(First) NTBUILD_WPP_EXPAND(NTBUILD_WPP_MAP14(__VA_ARGS__))
# define NTBUILD_WPP_MAP16(First, ...) \
    NTBUILD_WPP_EACH(First) NTBUILD_WPP_EXPAND(NTBUILD_WPP_MAP15(__VA_ARGS__))
# define NTBUILD_WPP_MAP17(First, ...) \
    NTBUILD_WPP_EACH(First) NTBUILD_WPP_EXPAND(NTBUILD_WPP_MAP16(__VA_ARGS__))
# define NTBUILD_WPP_MAP18(First, ...) \
    NTBUILD_WPP_EACH(First) NTBUILD_WPP_EXPAND(NTBUILD_WPP_MAP17(__VA_ARGS__))
# define NTBUILD_WPP_MAP19(First, ...) \
    NTBUILD_WPP_EACH(First) NTBUILD_WPP_EXPAND(NTBUILD_WPP_MAP18(__VA_ARGS__))
# define NTBUILD_WPP_MAP20(First, ...) \
    NTBUILD_WPP_EACH(First) NTBUILD_WPP_EXPAND(NTBUILD_WPP_MAP19(__VA_ARGS__))
# define NTBUILD_WPP_MAP21(First, ...) \
    NTBUILD_WPP_EACH(First) NTBUILD_WPP_EXPAND(NTBUILD_WPP_MAP20(__VA_ARGS__))
# define NTBUILD_WPP_MAP22(First, ...) \
    NTBUILD_WPP_EACH(First) NTBUILD_WPP_EXPAND(NTBUILD_WPP_MAP21(__VA_ARGS__))
# define NTBUILD_WPP_MAP23(First, ...) \
    NTBUILD_WPP_EACH(First) NTBUILD_WPP_EXPAND(NTBUILD_WPP_MAP22(__VA_ARGS__))
# define NTBUILD_WPP_MAP24(First, ...) \
    NTBUILD_WPP_EACH(First) NTBUILD_WPP_EXPAND(NTBUILD_WPP_MAP23(__VA_ARGS__))
# define NTBUILD_WPP_MAP25(First, ...) \
    NTBUILD_WPP_EACH(First) NTBUILD_WPP_EXPAND(NTBUILD_WPP_MAP24(__VA_ARGS__))
# define NTBUILD_WPP_MAP26(First, ...) \
    NTBUILD_WPP_EACH(First) NTBUILD_WPP_EXPAND(NTBUILD_WPP_MAP25(__VA_ARGS__))
# define NTBUILD_WPP_MAP27(First, ...) \
    NTBUILD_WPP_EACH(First) NTBUILD_WPP_EXPAND(NTBUILD_WPP_MAP26(__VA_ARGS__))
# define NTBUILD_WPP_MAP28(First, ...) \
    NTBUILD_WPP_EACH(First) NTBUILD_WPP_EXPAND(NTBUILD_WPP_MAP27(__VA_ARGS__))
# define NTBUILD_WPP_MAP29(First, ...) \
    NTBUILD_WPP_EACH(First) NTBUILD_WPP_EXPAND(NTBUILD_WPP_MAP28(__VA_ARGS__))
# define NTBUILD_WPP_MAP30(First, ...) \
    NTBUILD_WPP_EACH(First) NTBUILD_WPP_EXPAND(NTBUILD_WPP_MAP29(__VA_ARGS__))
# define NTBUILD_WPP_MAP31(First, ...) \
    NTBUILD_WPP_EACH(First) NTBUILD_WPP_EXPAND(NTBUILD_WPP_MAP30(__VA_ARGS__))
# define NTBUILD_WPP_MAP32(First, ...) \
    NTBUILD_WPP_EACH(First) NTBUILD_WPP_EXPAND(NTBUILD_WPP_MAP31(__VA_ARGS__))
# define NTBUILD_WPP_MAP33(First, ...) \
    NTBUILD_WPP_EACH(First) NTBUILD_WPP_EXPAND(NTBUILD_WPP_MAP32(__VA_ARGS__))
# define NTBUILD_WPP_MAP34(First, ...) \
    NTBUILD_WPP_EACH(First) NTBUILD_WPP_EXPAND(NTBUILD_WPP_MAP33(__VA_ARGS__))
# define NTBUILD_WPP_MAP35(First, ...) \
    NTBUILD_WPP_EACH(First) NTBUILD_WPP_EXPAND(NTBUILD_WPP_MAP34(__VA_ARGS__))
# define NTBUILD_WPP_MAP36(First, ...) \
    NTBUILD_WPP_EACH(First) NTBUILD_WPP_EXPAND(NTBUILD_WPP_MAP35(__VA_ARGS__))
# define NTBUILD_WPP_MAP37(First, ...) \
    NTBUILD_WPP_EACH(First) NTBUILD_WPP_EXPAND(NTBUILD_WPP_MAP36(__VA_ARGS__))
# define NTBUILD_WPP_MAP38(First, ...) \
    NTBUILD_WPP_EACH(First) NTBUILD_WPP_EXPAND(NTBUILD_WPP_MAP37(__VA_ARGS__))
# define NTBUILD_WPP_MAP39(First, ...) \
    NTBUILD_WPP_EACH(First) NTBUILD_WPP_EXPAND(NTBUILD_WPP_MAP38(__VA_ARGS__))
# define NTBUILD_WPP_MAP40(First, ...) \
    NTBUILD_WPP_EACH(First) NTBUILD_WPP_EXPAND(NTBUILD_WPP_MAP39(__VA_ARGS__))

#else

extern "C++" {

template <bool ByAddress> struct NtbuildWppPass {
    template <class T> static unsigned long long Value(const T &Given)
    {
        return (unsigned long long)Given;
    }
};

template <> struct NtbuildWppPass<true> {
    template <class T> static unsigned long long Value(const T &Given)
    {
        return (unsigned long long)(__UINTPTR_TYPE__)&reinterpret_cast<const volatile char &>(Given);
    }
};

template <class T> inline NtbuildWppArgument NtbuildWppMake(const T &Given)
{
    constexpr bool IsRecord = __is_class(T) || __is_union(T);
    constexpr unsigned Class = IsRecord ? NTBUILD_WPP_RECORD : 1;
    return { NTBUILD_WPP_SIZE((unsigned)sizeof(T)) | Class << 16, NtbuildWppPass<IsRecord>::Value(Given) };
}

inline NtbuildWppArgument NtbuildWppMake(const float &Given)
{
    return { 4 | NTBUILD_WPP_REAL << 16, NtbuildWppPass<true>::Value(Given) };
}

inline NtbuildWppArgument NtbuildWppMake(const double &Given)
{
    return { 8 | NTBUILD_WPP_REAL << 16, NtbuildWppPass<true>::Value(Given) };
}

template <class T> inline NtbuildWppArgument NtbuildWppMake(T *const &Given)
{
    constexpr unsigned Kind = sizeof(void *) | NTBUILD_WPP_POINTER << 16;
    return { Kind, (unsigned long long)(__UINTPTR_TYPE__)Given };
}

template <class T, __SIZE_TYPE__ Count> inline NtbuildWppArgument NtbuildWppMake(T (&Given)[Count])
{
    constexpr unsigned Kind = sizeof(void *) | NTBUILD_WPP_POINTER << 16;
    return { Kind, (unsigned long long)(__UINTPTR_TYPE__)&Given[0] };
}

inline NtbuildWppArgument NtbuildWppMake(decltype(nullptr) const &)
{
    return { sizeof(void *) | NTBUILD_WPP_POINTER << 16, 0 };
}
}

#endif
#endif
