/*
 * ntbuild/wpp.h - what every .tmh header needs: flags as constants, switches, the debug printer.
 *
 * A .tmh header is included after the driver's own trace header and defines one of these first:
 *
 *   NTBUILD_WPP_DEBUG 0   trace calls are nothing (wpp="off")
 *   NTBUILD_WPP_DEBUG 1   trace calls print to the kernel debugger (wpp="debug")
 *
 * Nothing here needs another header, and nothing registers with ETW.
 */
#ifndef NTBUILD_WPP_H
#define NTBUILD_WPP_H

#if defined(__GNUC__) || defined(__clang__)
# pragma GCC system_header
#endif

/* Sources that are shared with Linux define it as nothing; calling conventions hang on it. */
#pragma push_macro("__attribute__")
#undef __attribute__

#include "wpp_arguments.h"

#ifndef TRACE_LEVEL_NONE
# define TRACE_LEVEL_NONE 0
# define TRACE_LEVEL_CRITICAL 1
# define TRACE_LEVEL_FATAL 1
# define TRACE_LEVEL_ERROR 2
# define TRACE_LEVEL_WARNING 3
# define TRACE_LEVEL_INFORMATION 4
# define TRACE_LEVEL_VERBOSE 5
# define TRACE_LEVEL_RESERVED6 6
# define TRACE_LEVEL_RESERVED7 7
# define TRACE_LEVEL_RESERVED8 8
# define TRACE_LEVEL_RESERVED9 9
#endif

/* Flags: WPP_BIT_<flag> for each, numbered as WPP does, from 1 within a control GUID. */
#ifdef WPP_CONTROL_GUIDS
# define WPP_DEFINE_CONTROL_GUID(Name, Guid, Bits) NTBUILD_WPP_BEFORE_##Name = 0, Bits
# define WPP_DEFINE_BIT(Name) WPP_BIT_##Name,
enum NtbuildWppBits { WPP_CONTROL_GUIDS NTBUILD_WPP_AFTER_ALL };
#endif

/* Some drivers ask a switch by hand: if (WPP_LEVEL_ENABLED(FLAG)) ... */
struct NtbuildWppControl {
    unsigned char Level;
    unsigned Flags[1];
    void *AutoLogContext;
    unsigned long long Logger;
};
static const struct NtbuildWppControl NtbuildWppControl = {
    NTBUILD_WPP_DEBUG ? 255 : 0, { NTBUILD_WPP_DEBUG ? 0xFFFFFFFFu : 0 }, 0, 0
};
#define WPP_CONTROL(Bit) NtbuildWppControl
#ifndef WPP_LEVEL_ENABLED
# define WPP_LEVEL_ENABLED(...) NTBUILD_WPP_DEBUG
#endif
#ifndef WPP_FLAG_ENABLED
# define WPP_FLAG_ENABLED(...) NTBUILD_WPP_DEBUG
#endif
#ifndef WPP_FLAGS_ENABLED
# define WPP_FLAGS_ENABLED(...) NTBUILD_WPP_DEBUG
#endif

#undef WPP_INIT_TRACING
#undef WPP_CLEANUP
#define WPP_INIT_TRACING(...) ((void)0)
#define WPP_CLEANUP(...) ((void)0)
#undef WPP_SYSTEMCONTROL
#define WPP_SYSTEMCONTROL(...) ((void)0)

#if NTBUILD_WPP_DEBUG

/* How a %!NAME! of the project is shown. */
#define NTBUILD_WPP_LIST_OF_NAMES 1 /* Values: a text each for 0, 1, 2 ..., after each other */
#define NTBUILD_WPP_SET_OF_NAMES 2 /* Values: a text each for bit 0, 1, 2 ... */
#define NTBUILD_WPP_FORMAT 3 /* Values: a printf conversion */
#define NTBUILD_WPP_HEXDUMP 4
#define NTBUILD_WPP_STRING 5 /* counted, of bytes */
#define NTBUILD_WPP_WIDE_STRING 6 /* counted, of 16-bit characters */
#define NTBUILD_WPP_MAC_ADDRESS 7
#define NTBUILD_WPP_ALIAS 8 /* Values: the name of a type that the printer knows */

/* WPP_LOGPAIR(size, address) in a driver's macro takes a structure apart. */
typedef struct NtbuildWppPiece {
    const void *Address;
    unsigned long long Size;
} NtbuildWppPiece;

# ifndef WPP_LOGPAIR
#  define WPP_LOGPAIR(Size, Address) { (const void *)(Address), (unsigned long long)(Size) },
# endif

typedef struct NtbuildWppType {
    const char *Name; /* NULL ends the table */
    unsigned How;
    const char *Values;
    unsigned Size; /* of a structure that Take takes apart, else 0 */
    void(__cdecl * Take)(const void *Structure, NtbuildWppPiece *Pieces);
} NtbuildWppType;

# ifdef __cplusplus
extern "C"
# endif
void __cdecl NtbuildWppPrint(const char *File, const char *Function, unsigned Line,
    const char *Level, const char *Flags, const char *Prefix, const char *Suffix,
    const NtbuildWppType *Types, const char *Message, const NtbuildWppArgument *Arguments);

# ifdef __cplusplus
extern "C++" {
template <class... Rest>
inline void NtbuildWppTrace(const char *File, const char *Function, unsigned Line,
    const char *Level, const char *Flags, const char *Prefix, const char *Suffix,
    const NtbuildWppType *Types, const char *Message, const Rest &...Arguments)
{
    const NtbuildWppArgument List[] = { NtbuildWppMake(Arguments)..., { 0, 0 } };
    NtbuildWppPrint(File, Function, Line, Level, Flags, Prefix, Suffix, Types, Message, List);
}
}
#  define NTBUILD_WPP_TRACE(Level, Flags, Prefix, Suffix, Message, ...) \
    NtbuildWppTrace(WPP_THIS_FILE, __FUNCTION__, __LINE__, Level, Flags, Prefix, Suffix, \
        NTBUILD_WPP_TYPES, Message __VA_OPT__(, ) __VA_ARGS__)
# else
#  define NTBUILD_WPP_TRACE(Level, Flags, Prefix, Suffix, Message, ...) \
    NtbuildWppPrint(WPP_THIS_FILE, __FUNCTION__, __LINE__, Level, Flags, Prefix, Suffix, \
        NTBUILD_WPP_TYPES, Message, NTBUILD_WPP_LIST(__VA_ARGS__))
# endif

#endif

#pragma pop_macro("__attribute__")

#endif
