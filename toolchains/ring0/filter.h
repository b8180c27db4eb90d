/* The filter manager's contexts, one of each type: there is one file, one volume, one instance. */
#ifndef FILTER_H
#define FILTER_H

#include "kernel.h"

#include <fltKernel.h>

NTSTATUS set_context(FLT_CONTEXT_TYPE type, FLT_SET_CONTEXT_OPERATION operation, PFLT_CONTEXT context, PFLT_CONTEXT *old);
FLT_RELATED_OBJECTS filter_objects(PFILE_OBJECT file);
/* Open the file, use it and close it, through the filter's routines. */
void use_file(const FLT_OPERATION_REGISTRATION *rows, PFLT_INSTANCE instance);
NTSTATUS get_context(FLT_CONTEXT_TYPE type, PFLT_CONTEXT *found);

#endif
