/* fwptypes.h - values and conditions of the Windows Filtering Platform; see ntbuild/wfp/values.h. */
#ifndef NTBUILD_FWPTYPES_H
#define NTBUILD_FWPTYPES_H

#include <ntddk.h>

EXTERN_C_START

/* What windef.h and the headers of RPC would bring; a driver that includes ntifs.h has the whole. */
typedef ULONG DWORD, *PDWORD;
typedef int BOOL, *PBOOL;
typedef struct _SID SID;
typedef struct _SID_AND_ATTRIBUTES SID_AND_ATTRIBUTES;

#ifndef _FILETIME_
# define _FILETIME_
typedef struct _FILETIME {
    DWORD dwLowDateTime;
    DWORD dwHighDateTime;
} FILETIME, *PFILETIME, *LPFILETIME;
#endif

#include <ntbuild/wfp/values.h>

EXTERN_C_END

#endif
