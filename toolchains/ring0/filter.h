/* The filter manager's contexts, one of each type: there is one file, one volume, one instance. */
#ifndef FILTER_H
#define FILTER_H

#include "kernel.h"

#include <fltKernel.h>

NTSTATUS set_context(FLT_CONTEXT_TYPE type, FLT_SET_CONTEXT_OPERATION operation, PFLT_CONTEXT context, PFLT_CONTEXT *old);
NTSTATUS get_context(FLT_CONTEXT_TYPE type, PFLT_CONTEXT *found);

#endif
