/*
 * ntbuild/msvc.h - forced into every source of dialect "msvc": what cl and the WDK give without
 * being asked.
 *
 * cl's intrin.h brings limits.h and sal.h, and the WDK forces its warning.h into every source, which
 * spells the words of structured exception handling without underscores.
 */
#ifndef NTBUILD_MSVC_H
#define NTBUILD_MSVC_H

#include <ntbuild/no_clock.h>

/* Not by __attribute__, which sources that are shared with Linux define as nothing. */
#define DECLSPEC_ALIGN(x) __declspec(align(x))

#include <_mingw.h>
#include <limits.h>
#include <ntbuild/cl_limits.h>
#include <sal.h>
#include <stdarg.h>
#if defined(__x86_64__) || defined(__i386__)
# include <ntbuild/cl_privileged.h>
#endif

/* cl's is an assignment, and so takes any pointer to characters. */
#undef va_end
#define va_end(Arguments) ((void)((Arguments) = (va_list)0))

#ifndef __cplusplus
# define try     __try
# define except  __except
# define finally __finally
# define leave   __leave
/* cl passes over this word of C++ in C as well. */
# define noexcept
#endif

/* To cl this type of C++17 is built in: operators new take it before any header declares it. */
#ifdef __cplusplus
namespace std {
enum class align_val_t : __SIZE_TYPE__;
}
#endif

/* The linker refuses objects of two header worlds in one image; ntbuild/kit.h has the other's. */
#pragma detect_mismatch("ntbuild headers", "mingw-w64")

#endif
