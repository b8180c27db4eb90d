/* eh_personality.c - the personality that code of Rust names for gnu targets. */

#include "personality.h"

int rust_eh_personality(void *record, void *frame, void *context, void *dispatcher);

int rust_eh_personality(void *record, void *frame, void *context, void *dispatcher)
{
    (void)record;
    (void)frame;
    (void)context;
    (void)dispatcher;
    return NTBUILD_CONTINUE_SEARCH;
}
