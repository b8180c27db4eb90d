/*
 * fltKernel.h - the filter manager's interface for minifilters, up to Windows 11.
 *
 * Of our own, from Microsoft's documentation. The parts in ntbuild/flt/ say what each is for. As in
 * the WDK, this header includes initguid.h: a GUID that is declared after it is defined, once in a
 * driver.
 */
#ifndef NTBUILD_FLTKERNEL_H
#define NTBUILD_FLTKERNEL_H
#define __FLTKERNEL__

#include <ntifs.h>
#include <initguid.h>

/* What a version of Windows brought; everything is declared, whatever NTDDI_VERSION says. */
#define FLT_MGR_BASELINE     1
#define FLT_MGR_AFTER_XPSP2  1
#define FLT_MGR_LONGHORN     1
#define FLT_MGR_WIN7         1
#define FLT_MGR_WIN8         1
#define FLT_MGR_WINBLUE      1
#define FLT_MGR_WINTHRESHOLD 1
#define FLT_MGR_WIN10_RS1    1
#define FLT_MGR_WIN10_RS2    1
#define FLT_MGR_WIN10_RS3    1
#define FLT_MGR_WIN10_RS5    1
#define FLT_MGR_WIN10_19H1   1
#define FLT_MGR_WIN10_VB     1
#define FLT_MGR_WIN10_CO     1
#define FLT_MGR_WIN10_NI     1

#ifndef FLTAPI
# define FLTAPI NTAPI
#endif
#define FLT_ASSERT(Expression)             NT_ASSERT(Expression)
#define FLT_ASSERTMSG(Message, Expression) NT_ASSERTMSG(Message, Expression)

#ifndef Add2Ptr
# define Add2Ptr(Pointer, Bytes) ((PVOID)((PUCHAR)(Pointer) + (Bytes)))
#endif
#ifndef PtrOffset
# define PtrOffset(Base, Address) ((ULONG)((ULONG_PTR)(Address) - (ULONG_PTR)(Base)))
#endif
#ifndef ROUND_TO_SIZE
# define ROUND_TO_SIZE(Length, Alignment) \
    (((ULONG_PTR)(Length) + ((Alignment) - 1)) & ~(ULONG_PTR)((Alignment) - 1))
#endif
#ifndef IS_ALIGNED
# define IS_ALIGNED(Pointer, Alignment) \
    ((((ULONG_PTR)(Pointer)) & (((ULONG_PTR)(Alignment)) - 1)) == 0)
#endif

typedef struct _FLT_FILTER *PFLT_FILTER;
typedef struct _FLT_VOLUME *PFLT_VOLUME;
typedef struct _FLT_INSTANCE *PFLT_INSTANCE;
typedef struct _FLT_PORT *PFLT_PORT;
typedef PVOID PFLT_CONTEXT;
#define NULL_CONTEXT ((PFLT_CONTEXT)NULL)

#include <fltUserStructures.h>
#include <ntbuild/flt/callback_data.h>
#include <ntbuild/flt/registration.h>
#include <ntbuild/flt/names.h>
#include <ntbuild/flt/objects.h>
#include <ntbuild/flt/contexts.h>
#include <ntbuild/flt/files.h>
#include <ntbuild/flt/io.h>
#include <ntbuild/flt/locks.h>
#include <ntbuild/flt/create_parameters.h>

#endif
