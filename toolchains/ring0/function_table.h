/* arm and arm64: the table of functions with unwind data, packed in the entry or in .xdata. */
#ifndef FUNCTION_TABLE_H
#define FUNCTION_TABLE_H

#include "unwind.h"

#if defined(__aarch64__)
enum { EXCEPTION_TABLE = 3, UNIT = 4, THUMB = 0 };
#else
enum { EXCEPTION_TABLE = 3, UNIT = 2, THUMB = 1 };          /* bit 0 of an address is Thumb's */
#endif

struct function {
    ULONG begin, data;
};

/* Bytes of a function; lengths are numbers of instruction units. */
static ULONG length_of(const struct ntld_image *image, const struct function *function)
{
    if (function->data & 3)
        return (function->data >> 2 & 0x7ff) * UNIT;
    if (function->data > image->size - 8 || !is_mapped((address)image->base + function->data))
        return 0;
    return (*(const ULONG *)(image->base + function->data) & 0x3ffff) * UNIT;
}

/* The function that an RVA is in, or 0: the table is in the order of addresses. */
static const struct function *function_at(const struct ntld_image *image, ULONG rva)
{
    ULONG bytes = 0, low = 0, high;
    const struct function *all = (const struct function *)directory_of(image, EXCEPTION_TABLE, &bytes);
    if (!is_mapped((address)all))
        return 0;
    for (high = bytes / sizeof *all; low < high;) {
        ULONG middle = (low + high) / 2;
        if (rva < (all[middle].begin & ~(ULONG)THUMB))
            high = middle;
        else
            low = middle + 1;
    }
    if (!low || rva - (all[low - 1].begin & ~(ULONG)THUMB) >= length_of(image, &all[low - 1]))
        return 0;
    return &all[low - 1];
}

#endif
