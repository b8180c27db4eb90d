/* Stack frames by an image's unwind data, for exceptions and for checks; x64 and arm64. */
#ifndef UNWIND_H
#define UNWIND_H

#include "kernel.h"

/* What the unwind data of one frame says. */
struct unwound {
    const struct ntld_image *image;
    address establisher;        /* the frame as handlers know it */
    address begin;              /* of the function */
    PVOID handler;              /* the language handler, or 0 */
    PVOID handler_data;
    BOOLEAN for_exceptions, for_unwinding;
};

/*
 * Make the registers of a function those of its caller. `is_return`: the program counter is where a
 * call returns to. The text of what is wrong with the unwind data, or 0.
 */
const char *unwind_frame(struct frame *registers, BOOLEAN is_return, struct unwound *found);

/* The image that an address is in, this kernel's included; or 0. */
const struct ntld_image *image_at(address at);
/* A data directory of an image that was loaded. */
const UCHAR *directory_of(const struct ntld_image *image, ULONG index, ULONG *bytes);

#endif
