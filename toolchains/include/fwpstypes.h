/* fwpstypes.h - filters, actions and classifications as callouts see them. */
#ifndef NTBUILD_FWPSTYPES_H
#define NTBUILD_FWPSTYPES_H

#include <fwpmtypes.h>

EXTERN_C_START

#include <ntbuild/wfp/layers.h>
#include <ntbuild/wfp/fields_ale.h>
#include <ntbuild/wfp/fields.h>
#include <ntbuild/wfp/classify.h>

EXTERN_C_END

#endif
