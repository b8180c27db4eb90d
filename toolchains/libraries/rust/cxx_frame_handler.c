/* cxx_frame_handler.c - the personality that code of Rust names for msvc targets. */

#include "personality.h"

int __CxxFrameHandler3(void *record, void *frame, void *context, void *dispatcher);

int __CxxFrameHandler3(void *record, void *frame, void *context, void *dispatcher)
{
    (void)record;
    (void)frame;
    (void)context;
    (void)dispatcher;
    return NTBUILD_CONTINUE_SEARCH;
}
