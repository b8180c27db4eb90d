/*
 * ntbuild/kit.h - forced into every source that is compiled with a Windows kit's headers: what cl
 * gives without being asked, and what clang reads otherwise than cl.
 */
#ifndef NTBUILD_KIT_H
#define NTBUILD_KIT_H

#include "../../include/ntbuild/no_clock.h"

/*
 * The kit first names these inside of a prototype. In C such a structure ends with the prototype,
 * and a later one of that name is another type; cl takes both for the same.
 */
struct _COMPRESSED_DATA_INFO;
struct _CREATE_DISK;
struct _DEVICE_OBJECT;
struct _DRIVE_LAYOUT_INFORMATION_EX;
struct _KBUGCHECK_REASON_CALLBACK_RECORD;
struct _LOADER_PARAMETER_BLOCK;
struct _SET_PARTITION_INFORMATION_EX;

/*
 * Port input and output, control registers and their like are intrinsics of cl wherever they are
 * declared. To clang they are inline functions of its own intrin.h: after a mere declaration it
 * calls functions that no library has.
 */
#include <intrin.h>
#include "intrinsics.h"

/* What cl's intrin.h brings: a C++ driver may name atexit in a pragma before it includes anything. */
#include <limits.h>
#include <stdarg.h>
#include <stddef.h>
typedef __INTPTR_TYPE__ intptr_t;
typedef __UINTPTR_TYPE__ uintptr_t;
#if defined(__has_include)
# if __has_include(<sal.h>)
#  include <sal.h>
# endif
#endif
#include "../../include/ntbuild/cl_limits.h"
#if defined(__cplusplus)
extern "C" {
#endif
unsigned short __cdecl _byteswap_ushort(unsigned short);
unsigned long __cdecl _byteswap_ulong(unsigned long);
unsigned __int64 __cdecl _byteswap_uint64(unsigned __int64);
#if defined(__cplusplus)
}
#endif
#if defined(__cplusplus) && defined(__has_include)
# if __has_include(<stdlib.h>)
#  include <stdlib.h>
# endif
#endif

/* cl's is an assignment, and so takes any pointer to characters. */
#undef va_end
#define va_end(Arguments) ((void)((Arguments) = (va_list)0))

/* A driver that opts in at run time defines POOL_NX_OPTIN, before it includes the kit's headers. */
#if defined(POOL_NX_OPTIN_AUTO) && POOL_NX_OPTIN_AUTO
# undef POOL_NX_OPTIN_AUTO
# define POOL_NX_OPTIN_AUTO (!(POOL_NX_OPTIN))
#endif

/* To cl a string of C++ is a pointer to anything, as RtlAssert takes it. */
#if defined(__cplusplus)
extern "C" __declspec(dllimport) void __stdcall RtlAssert(void *, void *, unsigned long, char *);

inline void RtlAssert(const char *Failed, const char *File, unsigned long Line, const char *Message)
{
    RtlAssert((void *)Failed, (void *)File, Line, (char *)Message);
}
#endif

/* To cl this type of C++17 is built in: operators new take it before any header declares it. */
#if defined(__cplusplus)
namespace std {
enum class align_val_t : __SIZE_TYPE__;
}
#endif

#if defined(__has_include)
# if __has_include(<warning.h>)
#  include <warning.h>
# endif
#endif

/* The WDK's projects name the version of Windows to the compiler, so it is known from the start. */
#if defined(__has_include)
# if __has_include(<sdkddkver.h>)
/* It defines DECLSPEC_DEPRECATED_DDK_WINXP and its kin where this is known, which ntdef.h defines. */
#  ifndef DECLSPEC_DEPRECATED_DDK
#   define DECLSPEC_DEPRECATED_DDK
#   include <sdkddkver.h>
#   undef DECLSPEC_DEPRECATED_DDK
#  else
#   include <sdkddkver.h>
#  endif
# endif
#endif

/* Objects of two header worlds disagree about structures and kernel data; the linker refuses them. */
#pragma detect_mismatch("ntbuild headers", "Windows kit")

#endif
