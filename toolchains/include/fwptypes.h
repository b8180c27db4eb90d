/* fwptypes.h - values and conditions of the Windows Filtering Platform; see ntbuild/wfp/values.h. */
#ifndef NTBUILD_FWPTYPES_H
#define NTBUILD_FWPTYPES_H

#include <ntddk.h>

/* DWORD, BOOL, FILETIME, without the macros min and max */
#ifndef NOMINMAX
# define NOMINMAX
# include <minwindef.h>
# undef NOMINMAX
#else
# include <minwindef.h>
#endif

EXTERN_C_START

/* A driver that includes ntifs.h has the whole. */
typedef struct _SID SID;
typedef struct _SID_AND_ATTRIBUTES SID_AND_ATTRIBUTES;

#include <ntbuild/wfp/values.h>

EXTERN_C_END

#endif
