/*
 * ntintsafe.h - mingw-w64's, with the values that its functions and those of the WDK store on overflow,
 * the limits of types, and the functions that it has not.
 */
#ifndef NTBUILD_NTINTSAFE_H
#define NTBUILD_NTINTSAFE_H

#include_next <ntintsafe.h>

typedef unsigned long DWORD;

#ifndef INT8_ERROR
# define INT8_ERROR (-1)
#endif
#ifndef UINT8_ERROR
# define UINT8_ERROR 0xff
#endif
#ifndef BYTE_ERROR
# define BYTE_ERROR 0xff
#endif
#ifndef SHORT_ERROR
# define SHORT_ERROR (-1)
#endif
#ifndef INT16_ERROR
# define INT16_ERROR (-1)
#endif
#ifndef USHORT_ERROR
# define USHORT_ERROR 0xffff
#endif
#ifndef UINT16_ERROR
# define UINT16_ERROR 0xffff
#endif
#ifndef WORD_ERROR
# define WORD_ERROR 0xffff
#endif
#ifndef INT_ERROR
# define INT_ERROR (-1)
#endif
#ifndef INT32_ERROR
# define INT32_ERROR (-1)
#endif
#ifndef UINT_ERROR
# define UINT_ERROR 0xffffffff
#endif
#ifndef UINT32_ERROR
# define UINT32_ERROR 0xffffffff
#endif
#ifndef LONG_ERROR
# define LONG_ERROR (-1L)
#endif
#ifndef ULONG_ERROR
# define ULONG_ERROR 0xffffffffUL
#endif
#ifndef DWORD_ERROR
# define DWORD_ERROR 0xffffffffUL
#endif
#ifndef LONGLONG_ERROR
# define LONGLONG_ERROR (-1LL)
#endif
#ifndef LONG64_ERROR
# define LONG64_ERROR (-1LL)
#endif
#ifndef INT64_ERROR
# define INT64_ERROR (-1LL)
#endif
#ifndef ULONGLONG_ERROR
# define ULONGLONG_ERROR 0xffffffffffffffffULL
#endif
#ifndef DWORDLONG_ERROR
# define DWORDLONG_ERROR 0xffffffffffffffffULL
#endif
#ifndef ULONG64_ERROR
# define ULONG64_ERROR 0xffffffffffffffffULL
#endif
#ifndef DWORD64_ERROR
# define DWORD64_ERROR 0xffffffffffffffffULL
#endif
#ifndef UINT64_ERROR
# define UINT64_ERROR 0xffffffffffffffffULL
#endif
#ifndef INT_PTR_ERROR
# define INT_PTR_ERROR ((INT_PTR)-1)
#endif
#ifndef UINT_PTR_ERROR
# define UINT_PTR_ERROR (~(UINT_PTR)0)
#endif
#ifndef LONG_PTR_ERROR
# define LONG_PTR_ERROR ((LONG_PTR)-1)
#endif
#ifndef ULONG_PTR_ERROR
# define ULONG_PTR_ERROR (~(ULONG_PTR)0)
#endif
#ifndef DWORD_PTR_ERROR
# define DWORD_PTR_ERROR (~(ULONG_PTR)0)
#endif
#ifndef PTRDIFF_T_ERROR
# define PTRDIFF_T_ERROR ((INT_PTR)-1)
#endif
#ifndef SIZE_T_ERROR
# define SIZE_T_ERROR (~(SIZE_T)0)
#endif
#ifndef SSIZE_T_ERROR
# define SSIZE_T_ERROR ((LONG_PTR)-1)
#endif

/* The least and the greatest number of a type */
#ifndef INT8_MAX
# define INT8_MAX 127
#endif
#ifndef UINT8_MAX
# define UINT8_MAX 0xff
#endif
#ifndef BYTE_MAX
# define BYTE_MAX 0xff
#endif
#ifndef SHORT_MAX
# define SHORT_MAX 32767
#endif
#ifndef INT16_MAX
# define INT16_MAX 32767
#endif
#ifndef USHORT_MAX
# define USHORT_MAX 0xffff
#endif
#ifndef UINT16_MAX
# define UINT16_MAX 0xffff
#endif
#ifndef WORD_MAX
# define WORD_MAX 0xffff
#endif
#ifndef INT32_MAX
# define INT32_MAX 2147483647
#endif
#ifndef UINT32_MAX
# define UINT32_MAX 0xffffffffU
#endif
#ifndef DWORD_MAX
# define DWORD_MAX 0xffffffffUL
#endif
#ifndef LONGLONG_MAX
# define LONGLONG_MAX 9223372036854775807LL
#endif
#ifndef LONG64_MAX
# define LONG64_MAX 9223372036854775807LL
#endif
#ifndef INT64_MAX
# define INT64_MAX 9223372036854775807LL
#endif
#ifndef ULONGLONG_MAX
# define ULONGLONG_MAX 0xffffffffffffffffULL
#endif
#ifndef DWORDLONG_MAX
# define DWORDLONG_MAX 0xffffffffffffffffULL
#endif
#ifndef ULONG64_MAX
# define ULONG64_MAX 0xffffffffffffffffULL
#endif
#ifndef DWORD64_MAX
# define DWORD64_MAX 0xffffffffffffffffULL
#endif
#ifndef UINT64_MAX
# define UINT64_MAX 0xffffffffffffffffULL
#endif
#ifndef INT8_MIN
# define INT8_MIN (-128)
#endif
#ifndef SHORT_MIN
# define SHORT_MIN (-32768)
#endif
#ifndef INT16_MIN
# define INT16_MIN (-32768)
#endif
#ifndef INT32_MIN
# define INT32_MIN (-2147483647 - 1)
#endif
#ifndef LONGLONG_MIN
# define LONGLONG_MIN (-9223372036854775807LL - 1)
#endif
#ifndef LONG64_MIN
# define LONG64_MIN (-9223372036854775807LL - 1)
#endif
#ifndef INT64_MIN
# define INT64_MIN (-9223372036854775807LL - 1)
#endif
#ifndef UINT_PTR_MAX
# define UINT_PTR_MAX (~(UINT_PTR)0)
#endif
#ifndef ULONG_PTR_MAX
# define ULONG_PTR_MAX (~(ULONG_PTR)0)
#endif
#ifndef DWORD_PTR_MAX
# define DWORD_PTR_MAX (~(ULONG_PTR)0)
#endif
#ifndef SIZE_T_MAX
# define SIZE_T_MAX (~(SIZE_T)0)
#endif
#ifndef INT_PTR_MAX
# define INT_PTR_MAX ((INT_PTR)(~(UINT_PTR)0 >> 1))
#endif
#ifndef LONG_PTR_MAX
# define LONG_PTR_MAX ((LONG_PTR)(~(ULONG_PTR)0 >> 1))
#endif
#ifndef SSIZE_T_MAX
# define SSIZE_T_MAX ((LONG_PTR)(~(ULONG_PTR)0 >> 1))
#endif
#ifndef PTRDIFF_T_MAX
# define PTRDIFF_T_MAX ((INT_PTR)(~(UINT_PTR)0 >> 1))
#endif

#include <ntbuild/integer_conversions.h>

#endif
