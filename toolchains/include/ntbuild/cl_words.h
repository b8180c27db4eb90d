/*
 * ntbuild/cl_words.h - what cl_intrinsics.h and cl_privileged.h are written with; x86 and x64.
 */
#ifndef NTBUILD_CL_WORDS_H
#define NTBUILD_CL_WORDS_H

#define NTBUILD_INTRINSIC static __inline__ __attribute__((__always_inline__, __unused__))

#if defined(__x86_64__)
typedef unsigned long long NtbuildRegister;
# define NTBUILD_SEGMENT "gs"
#else
typedef unsigned long NtbuildRegister;
# define NTBUILD_SEGMENT "fs"
#endif

#endif
