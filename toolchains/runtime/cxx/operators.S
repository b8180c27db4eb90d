/*
 * operators.S - the names in C++ of what new.c and its neighbours define, for both ABIs.
 *
 * Each is an alternate name: what a driver defines itself comes first, and a form that it lacks
 * falls back as the language has it. So sized and nothrow forms call the plain one, and new[] calls
 * new, be that the driver's own or ours. Arguments that the other form lacks do no harm: the caller
 * removes them.
 */

#include <ntbuild/safe_handlers.h>

#if defined(__x86_64__) || defined(__aarch64__)
# define POINTER "PEA"
# define REFERENCE "AEB"
# define SIZE "_K"
# define GNU_SIZE "y"
#else
# define POINTER "PA"
# define REFERENCE "AB"
# define SIZE "I"
# define GNU_SIZE "j"
#endif
#if defined(__i386__)
# define C "_"
#else
# define C ""
#endif

#define NEW       "??2@YA" POINTER "X" SIZE
#define NEW_ARRAY "??_U@YA" POINTER "X" SIZE
#define DELETE       "??3@YAX" POINTER "X"
#define DELETE_ARRAY "??_V@YAX" POINTER "X"
#define NOTHROW REFERENCE "Unothrow_t@std@@"
#define ALIGNED "W4align_val_t@std@@"
#define ALIGNED_NOTHROW ALIGNED REFERENCE "Unothrow_t@1@"
#define GNU_NOTHROW "RKSt9nothrow_t"
#define GNU_ALIGNED "St11align_val_t"

    .section .drectve,"yn"

    .macro alternate name:vararg
    .ascii " /alternatename:", \name, " "
    .endm

    /* cl's names. */
    alternate NEW "@Z=" C "NtbuildNew"
    alternate NEW_ARRAY "@Z=" NEW "@Z"
    alternate NEW NOTHROW "@Z=" NEW "@Z"
    alternate NEW_ARRAY NOTHROW "@Z=" NEW_ARRAY "@Z"
    alternate NEW ALIGNED "@Z=" C "NtbuildNewAligned"
    alternate NEW_ARRAY ALIGNED "@Z=" NEW ALIGNED "@Z"
    alternate NEW ALIGNED_NOTHROW "@Z=" NEW ALIGNED "@Z"
    alternate NEW_ARRAY ALIGNED_NOTHROW "@Z=" NEW_ARRAY ALIGNED "@Z"
    alternate DELETE "@Z=" C "NtbuildDelete"
    alternate DELETE_ARRAY "@Z=" DELETE "@Z"
    alternate DELETE SIZE "@Z=" DELETE "@Z"
    alternate DELETE_ARRAY SIZE "@Z=" DELETE_ARRAY "@Z"
    alternate DELETE NOTHROW "@Z=" DELETE "@Z"
    alternate DELETE_ARRAY NOTHROW "@Z=" DELETE_ARRAY "@Z"
    alternate DELETE ALIGNED "@Z=" C "NtbuildDeleteAligned"
    alternate DELETE_ARRAY ALIGNED "@Z=" DELETE ALIGNED "@Z"
    alternate DELETE SIZE ALIGNED "@Z=" C "NtbuildDeleteAlignedSized"
    alternate DELETE_ARRAY SIZE ALIGNED "@Z=" C "NtbuildDeleteAlignedSized"
    alternate DELETE ALIGNED_NOTHROW "@Z=" DELETE ALIGNED "@Z"
    alternate DELETE_ARRAY ALIGNED_NOTHROW "@Z=" DELETE_ARRAY ALIGNED "@Z"
    alternate "?nothrow@std@@3Unothrow_t@1@B=" C "NtbuildNothrow"

    /* cl's loops over arrays; until Visual Studio 2013 the count was an int. */
#if defined(__i386__)
    alternate "??_H@YGXPAXIIP6EPAX0@Z@Z=_NtbuildVectorConstruct@16"
    alternate "??_H@YGXPAXIHP6EPAX0@Z@Z=_NtbuildVectorConstructInt@16"
    alternate "??_I@YGXPAXIIP6EX0@Z@Z=_NtbuildVectorDestroy@16"
    alternate "??_I@YGXPAXIHP6EX0@Z@Z=_NtbuildVectorDestroyInt@16"
    alternate "??_L@YGXPAXIIP6EX0@Z1@Z=_NtbuildVectorConstructEh@20"
    alternate "??_L@YGXPAXIHP6EX0@Z1@Z=_NtbuildVectorConstructEhInt@20"
    alternate "??_M@YGXPAXIIP6EX0@Z@Z=_NtbuildVectorDestroy@16"
    alternate "??_M@YGXPAXIHP6EX0@Z@Z=_NtbuildVectorDestroyInt@16"
#elif defined(__x86_64__) || defined(__aarch64__)
    alternate "??_H@YAXPEAX_K1P6APEAX0@Z@Z=NtbuildVectorConstruct"
    alternate "??_H@YAXPEAX_KHP6APEAX0@Z@Z=NtbuildVectorConstructInt"
    alternate "??_I@YAXPEAX_K1P6AX0@Z@Z=NtbuildVectorDestroy"
    alternate "??_I@YAXPEAX_KHP6AX0@Z@Z=NtbuildVectorDestroyInt"
    alternate "??_L@YAXPEAX_K1P6AX0@Z2@Z=NtbuildVectorConstructEh"
    alternate "??_L@YAXPEAX_KHP6AX0@Z2@Z=NtbuildVectorConstructEhInt"
    alternate "??_M@YAXPEAX_K1P6AX0@Z@Z=NtbuildVectorDestroy"
    alternate "??_M@YAXPEAX_KHP6AX0@Z@Z=NtbuildVectorDestroyInt"
#endif

    /* GNU's names. */
    alternate C "_Znw" GNU_SIZE "=" C "NtbuildNew"
    alternate C "_Zna" GNU_SIZE "=" C "_Znw" GNU_SIZE
    alternate C "_Znw" GNU_SIZE GNU_NOTHROW "=" C "_Znw" GNU_SIZE
    alternate C "_Zna" GNU_SIZE GNU_NOTHROW "=" C "_Zna" GNU_SIZE
    alternate C "_Znw" GNU_SIZE GNU_ALIGNED "=" C "NtbuildNewAligned"
    alternate C "_Zna" GNU_SIZE GNU_ALIGNED "=" C "_Znw" GNU_SIZE GNU_ALIGNED
    alternate C "_Znw" GNU_SIZE GNU_ALIGNED GNU_NOTHROW "=" C "_Znw" GNU_SIZE GNU_ALIGNED
    alternate C "_Zna" GNU_SIZE GNU_ALIGNED GNU_NOTHROW "=" C "_Zna" GNU_SIZE GNU_ALIGNED
    alternate C "_ZdlPv=" C "NtbuildDelete"
    alternate C "_ZdaPv=" C "_ZdlPv"
    alternate C "_ZdlPv" GNU_SIZE "=" C "_ZdlPv"
    alternate C "_ZdaPv" GNU_SIZE "=" C "_ZdaPv"
    alternate C "_ZdlPv" GNU_NOTHROW "=" C "_ZdlPv"
    alternate C "_ZdaPv" GNU_NOTHROW "=" C "_ZdaPv"
    alternate C "_ZdlPv" GNU_ALIGNED "=" C "NtbuildDeleteAligned"
    alternate C "_ZdaPv" GNU_ALIGNED "=" C "_ZdlPv" GNU_ALIGNED
    alternate C "_ZdlPv" GNU_SIZE GNU_ALIGNED "=" C "NtbuildDeleteAlignedSized"
    alternate C "_ZdaPv" GNU_SIZE GNU_ALIGNED "=" C "NtbuildDeleteAlignedSized"
    alternate C "_ZdlPv" GNU_ALIGNED GNU_NOTHROW "=" C "_ZdlPv" GNU_ALIGNED
    alternate C "_ZdaPv" GNU_ALIGNED GNU_NOTHROW "=" C "_ZdaPv" GNU_ALIGNED
    alternate C "_ZSt7nothrow=" C "NtbuildNothrow"

    /* Entry points refer to this, which is how the directives get into a link. */
    .section .rdata,"dr"
#if defined(__i386__)
    .globl _NtbuildCxxOperators
_NtbuildCxxOperators:
#else
    .globl NtbuildCxxOperators
NtbuildCxxOperators:
#endif
    .byte 0
