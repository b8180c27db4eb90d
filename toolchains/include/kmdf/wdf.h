/*
 * wdf.h - the Kernel-Mode Driver Framework, versions 1.15 to 1.33.
 *
 * KMDF_VERSION_MAJOR and KMDF_VERSION_MINOR say for which; model="kmdf" defines them. The other
 * headers of this folder, <wdfusb.h> and <wdfminiport.h> too, are made from the tables in
 * toolchains/kmdf; docs/kmdf.md has the rest.
 *
 * A call goes through the framework's function table, whose name has the version in it, so that
 * objects of two versions do not link. Callbacks and the framework's functions are stdcall on x86.
 * <ntddk.h>, <wdm.h> or <ntifs.h> comes first, as in the WDK.
 */
#ifndef _WDF_H_
#define _WDF_H_

#if !defined(KMDF_VERSION_MAJOR) || !defined(KMDF_VERSION_MINOR)
# error KMDF_VERSION_MAJOR and KMDF_VERSION_MINOR are not defined
#elif KMDF_VERSION_MAJOR != 1 || KMDF_VERSION_MINOR < 15 || KMDF_VERSION_MINOR > 33
# error KMDF_VERSION_MINOR: 15, 17, 19, 21, 23, 25, 27, 31 or 33 is expected
#endif

/* As in the framework's own headers: SDDL strings come along. */
#ifndef WDF_DEVICE_NO_WDMSEC_H
# include <wdmsec.h>
#endif

#ifndef WDF_EXTERN_C
# ifdef __cplusplus
#  define WDF_EXTERN_C extern "C"
#  define WDF_EXTERN_C_START extern "C" {
#  define WDF_EXTERN_C_END }
# else
#  define WDF_EXTERN_C
#  define WDF_EXTERN_C_START
#  define WDF_EXTERN_C_END
# endif
#endif

/* Sources that are shared with Linux define it as nothing; alignment of fields hangs on it. */
#pragma push_macro("__attribute__")
#undef __attribute__

/* Static, so that it is called where it cannot be inlined: in a __try, and by way of a pointer. */
#define WDF_INLINE static __inline__ __attribute__((__always_inline__, __unused__))

/* WdfFunctions_01015 and so on. */
#define NTBUILD_WDF_NAME(Minor) WdfFunctions_010##Minor
#define NTBUILD_WDF_NAMED(Minor) NTBUILD_WDF_NAME(Minor)
#define WdfFunctions NTBUILD_WDF_NAMED(KMDF_VERSION_MINOR)

WDF_EXTERN_C_START
typedef VOID (NTAPI *WDFFUNC)(VOID);
extern const WDFFUNC *WdfFunctions;
extern WDFFUNC WdfDriverMiniportUnloadOverride;
WDF_EXTERN_C_END

#include <wdftypes.h>
#include <wdfglobals.h>
#include <wdffuncenum.h>
#include <wdfstatus.h>
#include <wdfassert.h>
#include <wdfverifier.h>
#include <wdfobject.h>
#include <wdfsync.h>
#include <wdfcore.h>
#include <wdfdriver.h>
#include <wdfqueryinterface.h>
#include <wdfmemory.h>
#include <wdfchildlist.h>
#include <wdffileobject.h>
#include <wdfdevice.h>
#include <wdfcollection.h>
#include <wdfdpc.h>
#include <wdftimer.h>
#include <wdfworkitem.h>
#include <wdfinterrupt.h>
#include <wdfresource.h>
#include <wdfrequest.h>
#include <wdfiotarget.h>
#include <wdfio.h>
#include <wdffdo.h>
#include <wdfpdo.h>
#include <wdfcontrol.h>
#include <wdfwmi.h>
#include <wdfstring.h>
#include <wdfregistry.h>
#include <wdfdmaenabler.h>
#include <wdfdmatransaction.h>
#include <wdfcommonbuffer.h>
#include <wdfbugcodes.h>
#include <wdfroletypes.h>
#if KMDF_VERSION_MINOR >= 23
# include <wdfcompaniontarget.h>
#endif

#pragma pop_macro("__attribute__")

#endif
