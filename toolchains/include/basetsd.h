/*
 * basetsd.h - mingw-w64's, where POINTER_32 and POINTER_64 are nothing: a structure of a 32-bit caller
 * then has a pointer of 64 bits. They are the keywords that clang has for them with -fms-extensions;
 * gcc has none.
 */
#if defined(__aarch64__) && !defined(NTBUILD_POINTER_64_INT)
/* 32 bits in mingw-w64, which asks for x64. */
# define POINTER_64_INT NtbuildDdkPointer64Int
#endif
#include_next <basetsd.h>
#if defined(__aarch64__) && !defined(NTBUILD_POINTER_64_INT)
# define NTBUILD_POINTER_64_INT
# undef POINTER_64_INT
typedef unsigned __int64 POINTER_64_INT;
#endif
#if defined(__clang__) && !defined(NTBUILD_BASETSD_H)
# define NTBUILD_BASETSD_H
# if !__is_identifier(__ptr64)
#  undef POINTER_32
#  undef POINTER_64
#  undef POINTER_SIGNED
#  undef POINTER_UNSIGNED
#  define POINTER_32 __ptr32
#  define POINTER_64 __ptr64
#  define POINTER_SIGNED __sptr
#  define POINTER_UNSIGNED __uptr
# endif
#endif
