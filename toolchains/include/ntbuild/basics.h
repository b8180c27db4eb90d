/* ntbuild/basics.h - after ntdef.h: the basic types and macros that it does not have. */
#ifndef NTBUILD_BASICS_H
#define NTBUILD_BASICS_H

#ifndef EXTERN_C_START
# ifdef __cplusplus
#  define EXTERN_C_START extern "C" {
#  define EXTERN_C_END   }
# else
#  define EXTERN_C_START
#  define EXTERN_C_END
# endif
#endif

#ifndef UFIELD_OFFSET
# define UFIELD_OFFSET(Type, Field) ((ULONG)__builtin_offsetof(Type, Field))
#endif

/* No const_cast in C++: cl's takes nullptr as well. */
#ifndef RTL_CONST_CAST
# define RTL_CONST_CAST(Type) (Type)
#endif

/* The operators of a flag enumeration; C needs none. */
#ifndef DEFINE_ENUM_FLAG_OPERATORS
# ifdef __cplusplus
#  define NTBUILD_ENUM_OPERATOR(Type, Op)                                                          \
    constexpr Type operator Op(Type Left, Type Right) throw()                                      \
    { return (Type)((__underlying_type(Type))Left Op (__underlying_type(Type))Right); }            \
    inline Type &operator Op##=(Type &Left, Type Right) throw()                                    \
    { return Left = Left Op Right; }
#  define DEFINE_ENUM_FLAG_OPERATORS(Type)                                                         \
    extern "C++" {                                                                                 \
    NTBUILD_ENUM_OPERATOR(Type, |)                                                                 \
    NTBUILD_ENUM_OPERATOR(Type, &)                                                                 \
    NTBUILD_ENUM_OPERATOR(Type, ^)                                                                 \
    constexpr Type operator~(Type Value) throw()                                                   \
    { return (Type)~(__underlying_type(Type))Value; }                                              \
    }
# else
#  define DEFINE_ENUM_FLAG_OPERATORS(Type)
# endif
#endif

#ifndef DECLSPEC_NOINLINE
# define DECLSPEC_NOINLINE __attribute__((__noinline__))
#endif
#ifndef DECLSPEC_DEPRECATED
# define DECLSPEC_DEPRECATED
# define DEPRECATE_SUPPORTED
#endif
#ifndef DECLSPEC_NOTHROW
# define DECLSPEC_NOTHROW __attribute__((__nothrow__))
#endif
#ifndef DECLSPEC_NOVTABLE
# define DECLSPEC_NOVTABLE
#endif
#ifndef DECLSPEC_GUARDNOCF
# define DECLSPEC_GUARDNOCF
#endif
#ifndef DECLSPEC_NOINITALL
# define DECLSPEC_NOINITALL
#endif
#ifndef DECLSPEC_RESTRICT
# define DECLSPEC_RESTRICT
#endif
#ifndef DECLSPEC_UUID
# define DECLSPEC_UUID(Text)
#endif
#ifndef DECLSPEC_SAFEBUFFERS
# define DECLSPEC_SAFEBUFFERS
#endif
#ifndef CFORCEINLINE
# define CFORCEINLINE FORCEINLINE
#endif
#ifndef DEFAULT_UNREACHABLE
# define DEFAULT_UNREACHABLE default: __builtin_unreachable()
#endif
#ifndef DUMMYSTRUCTNAME6
# define DUMMYSTRUCTNAME6
#endif

/* mingw-w64's assign the parameter to itself, which takes neither a const one nor an expression. */
#undef UNREFERENCED_PARAMETER
#undef UNREFERENCED_LOCAL_VARIABLE
#undef DBG_UNREFERENCED_PARAMETER
#undef DBG_UNREFERENCED_LOCAL_VARIABLE
#define UNREFERENCED_PARAMETER(P)          ((void)(P))
#define UNREFERENCED_LOCAL_VARIABLE(V)     ((void)(V))
#define DBG_UNREFERENCED_PARAMETER(P)      ((void)(P))
#define DBG_UNREFERENCED_LOCAL_VARIABLE(V) ((void)(V))

/* Assertions that a release build drops too: the analyser's assumptions are empty. */
#ifndef NT_ANALYSIS_ASSUME
# define NT_ANALYSIS_ASSUME(...) ((void)0)
#endif
#ifndef __analysis_assume
# define __analysis_assume(...)
#endif
#ifndef _Analysis_assume_
# define _Analysis_assume_(...)
#endif

typedef const WCHAR *PCWCHAR, *LPCWCHAR, *LPCUWCHAR;
typedef const WCHAR *PCZZWSTR, *PCNZWCH;
typedef WCHAR *PZZWSTR, *PNZWCH;
typedef const CHAR *PCZZSTR, *PCNZCH;
typedef CHAR *PZZSTR, *PNZCH;

/* What a driver writes with TCHAR is wide: the kernel's names are. */
#ifndef _TCHAR_DEFINED
# define _TCHAR_DEFINED
# ifdef UNICODE
typedef WCHAR TCHAR, *PTCHAR, TUCHAR, *PTUCHAR;
typedef WCHAR *LPTCH, *PTCH, *PTSTR, *LPTSTR;
typedef const WCHAR *LPCTCH, *PCTCH, *PCTSTR, *LPCTSTR;
#  ifndef __TEXT
#   define __TEXT(Quote) L##Quote
#  endif
# else
typedef CHAR TCHAR, *PTCHAR;
typedef UCHAR TUCHAR, *PTUCHAR;
typedef CHAR *LPTCH, *PTCH, *PTSTR, *LPTSTR;
typedef const CHAR *LPCTCH, *PCTCH, *PCTSTR, *LPCTSTR;
#  ifndef __TEXT
#   define __TEXT(Quote) Quote
#  endif
# endif
#endif
#ifndef TEXT
# define TEXT(Quote) __TEXT(Quote)
#endif

#ifndef NTSTATUS_FROM_WIN32
/* A Win32 error as a status: facility 7 in an error, as HRESULT_FROM_WIN32 does. */
# define FACILITY_NTWIN32 0x7
# define NTSTATUS_FROM_WIN32(Error)                                                               \
    ((NTSTATUS)(Error) <= 0 ? (NTSTATUS)(Error)                                                   \
                            : (NTSTATUS)(((Error) & 0xffff) | (FACILITY_NTWIN32 << 16) | 0xC0000000L))
#endif

#ifndef PROCESSOR_ARCHITECTURE_ARM64
# define PROCESSOR_ARCHITECTURE_ARM64 12
#endif

#ifndef LONGLONG_MAX
# define LONGLONG_MAX  0x7fffffffffffffffLL
# define LONGLONG_MIN  (-LONGLONG_MAX - 1)
# define ULONGLONG_MAX 0xffffffffffffffffULL
#endif

#ifndef NTBUILD_COMPARTMENT_ID
# define NTBUILD_COMPARTMENT_ID
/* Routing compartments of the network stack */
typedef enum {
    UNSPECIFIED_COMPARTMENT_ID = 0,
    DEFAULT_COMPARTMENT_ID
} COMPARTMENT_ID, *PCOMPARTMENT_ID;
#endif

/* A text of C++ is const, and the structure's member is not. */
#ifdef __cplusplus
extern "C++" {
constexpr char *NtbuildText(const char *Text)
{
    return const_cast<char *>(Text);
}

constexpr wchar_t *NtbuildText(const wchar_t *Text)
{
    return const_cast<wchar_t *>(Text);
}
}
# undef RTL_CONSTANT_STRING
# define RTL_CONSTANT_STRING(s) { sizeof(s) - sizeof((s)[0]), sizeof(s), NtbuildText(s) }
#endif

#endif
