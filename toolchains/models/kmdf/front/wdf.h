/*
 * wdf.h - before that of a checkout or a kit: what their headers need of a compiler that is not cl.
 *
 * They use enumerations that they declare later, which only cl takes in every language: here the
 * headers come in an order in which they do not. And their description of a shared context type is
 * a constant that the entry's source writes: clang would take NULL from its initializer instead.
 */
#ifndef NTBUILD_WDF_FRONT
#define NTBUILD_WDF_FRONT

/* Sources that are shared with Linux define it as nothing; alignment of fields hangs on it. */
#pragma push_macro("__attribute__")
#undef __attribute__

#ifdef __cplusplus
extern "C" {
#endif
#define NTBUILD_WDF_NAME(Minor) WdfFunctions_010##Minor
#define NTBUILD_WDF_NAMED(Minor) NTBUILD_WDF_NAME(Minor)
#define WdfFunctions NTBUILD_WDF_NAMED(KMDF_VERSION_MINOR)
typedef VOID (*WDFFUNC)(VOID);
extern const WDFFUNC *WdfFunctions;
extern WDFFUNC WdfDriverMiniportUnloadOverride;

#ifndef _Dispatch_type_
# define _Dispatch_type_(...)
#endif

#include <wdftypes.h>
#include <wdfglobals.h>
#include <wdffuncenum.h>
#include <wdfstatus.h>
#include <wdfassert.h>
#include <wdfverifier.h>
#include <wdfpool.h>
#include <wdfobject.h>
#include <wdfsync.h>
#include <wdfcore.h>
#include <wdfdriver.h>
#include <wdfmemory.h>
#include <wdfrequest.h>
#ifdef __cplusplus
}
#endif
#undef WdfFunctions
#include_next <wdf.h>

#include "../../../include/ntbuild/wdf_contexts.h"

#pragma pop_macro("__attribute__")

#endif
