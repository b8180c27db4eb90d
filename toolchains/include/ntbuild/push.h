/*
 * ntbuild/push.h - before a DDK header; ntbuild/pop.h goes after it. No include guard on purpose.
 *
 * On AArch64 the DDK headers stop with "Unknown Architecture". Two macros lead them through:
 * _M_ARM selects the branch that includes our armddk.h, and _AMD64_ selects the *layout* of 64-bit
 * structures. Without the latter IO_STACK_LOCATION comes out packed to 4 bytes (68 instead of 72
 * bytes, and every parameter at the wrong offset), which compiles and then corrupts memory.
 * What really depends on the processor is included first, under the true macros.
 */
#if defined(__aarch64__)
# ifndef NT_INCLUDED
#  define NT_INCLUDED
# endif
# include <excpt.h>
# include <string.h>
# include <stdarg.h>
# include <ntdef.h>
# include <guiddef.h>
# include <intrin.h>
# ifndef PROBE_ALIGNMENT
#  define PROBE_ALIGNMENT(Type) TYPE_ALIGNMENT(ULONG)
# endif
# pragma push_macro("_AMD64_")
# pragma push_macro("_M_ARM")
# undef _AMD64_
# undef _M_ARM
# define _AMD64_ 1
# define _M_ARM 7
#endif

#include <ntbuild/old_prototypes.h>

/* As in the WDK: in the world of ntifs.h, executive and kernel processes are one type. */
#if defined(NTBUILD_NTIFS_H)
# define _EPROCESS _KPROCESS
# define _ETHREAD _KTHREAD
#endif

#if !defined(NTBUILD_WDM_ONCE)
/*
 * mingw-w64 up to 10 defines these two in wdm.h and in intrin.h: an error in C++, and clang makes
 * an external function of them in each object, so that two objects would not link. wdm.h's get
 * other names.
 */
# include <intrin.h>
# define NTBUILD_RENAMED_BIT_TESTS
# define InterlockedBitTestAndSet NtbuildWdmBitTestAndSet
# define InterlockedBitTestAndReset NtbuildWdmBitTestAndReset
#endif
