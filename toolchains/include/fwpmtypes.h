/* fwpmtypes.h - objects and events of the filter engine; see ntbuild/wfp/. */
#ifndef NTBUILD_FWPMTYPES_H
#define NTBUILD_FWPMTYPES_H

#include <fwptypes.h>
#include <iketypes.h>
#include <ipsectypes.h>

EXTERN_C_START

#include <ntbuild/wfp/objects.h>
#include <ntbuild/wfp/events.h>

EXTERN_C_END

#endif
