/*
 * ntbuild/no_try.h - forced into every compilation that has no structured exception handling:
 * __try is an error that says why, where the compiler's own would be about the assembler, or where
 * there would be none and the handler would never run.
 */
#ifndef NTBUILD_NO_TRY_H
#define NTBUILD_NO_TRY_H

#define NTBUILD_QUOTE_(...) #__VA_ARGS__
#define NTBUILD_QUOTE(...)  NTBUILD_QUOTE_(__VA_ARGS__)

#if defined(__x86_64__)
# define NTBUILD_MACHINE x64
#elif defined(__i386__)
# define NTBUILD_MACHINE x86
#elif defined(__aarch64__)
# define NTBUILD_MACHINE arm64
#else
# define NTBUILD_MACHINE arm
#endif

#if defined(__clang__) && (defined(__x86_64__) || defined(__aarch64__) || defined(_MSC_VER))
/* The word came out of a macro: neither the source nor a header of the project has it. */
# define NTBUILD_NO_TRY                                                                           \
    "__try: the build found this word neither in the source nor in a header of the project, so "  \
    "it would guard no loads and stores; name __try in a comment of the source"
#else
/* Quoted as a whole: gcc reads one string only. */
# define NTBUILD_NO_TRY                                                                           \
    NTBUILD_QUOTE(__try: toolchain NTBUILD_TOOLCHAIN has no structured exception handling on      \
                  NTBUILD_MACHINE; use toolchain zig or clang, for x64, arm64 or with dialect=msvc x86)
#endif

/* What is left parses, so that there is one error for each __try and no others. */
#if defined(__clang__)
# define __try _Pragma("GCC error NTBUILD_NO_TRY") if (1)
#else /* gcc expands no macro in a pragma */
# define NTBUILD_PRAGMA_(...) _Pragma(#__VA_ARGS__)
# define NTBUILD_PRAGMA(...)  NTBUILD_PRAGMA_(__VA_ARGS__)
# define __try NTBUILD_PRAGMA(GCC error NTBUILD_NO_TRY) if (1)
#endif
#define __except(Filter) else
#define __finally
#define __leave          (void)0

#endif
