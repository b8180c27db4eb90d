/* Exceptions that a driver handles. */
#include "kernel.h"

BOOLEAN take_exception(struct frame *frame, const struct fault *fault)
{
    (void)frame;
    (void)fault;
    return FALSE;
}

const struct routine exception_routines[] = {{ 0 }};
