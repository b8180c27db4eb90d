/*
 * arm (Thumb-2): packed unwind data, .xdata and its codes. A code stands for an instruction of the
 * prologue, and is undone in the order of the codes. Only bodies of functions are unwound: a
 * prologue calls no routine.
 *
 * Source: Microsoft "ARM exception handling".
 */
#include "function_table.h"

enum { LR = 14, REGISTERS = 13, FIRST_END = 0xfd };

static const char *const no_stack = "unwind data leads to a stack that is not there";
static const char *const no_code = "unwind data has a code that is none, or no end";

/* Take registers off the stack: bit n of the mask is r<n>, bit 14 the link register. */
static BOOLEAN pop(struct frame *frame, ULONG mask)
{
    ULONG each;
    for (each = 0; each <= LR; each++) {
        if (!(mask >> each & 1))
            continue;
        if (!is_readable(frame->sp))
            return FALSE;
        *(each == LR ? &frame->lr : &frame->r[each]) = *(const address *)frame->sp;
        frame->sp += 4;
    }
    return TRUE;
}

/* r4 to a last one. */
static ULONG from_r4(ULONG last)
{
    return (2u << last) - 1 & ~15u;
}

static ULONG bytes_of_code(UCHAR code)
{
    static const UCHAR lengths[] = { 2, 2, 3, 4, 3, 4 };     /* f5 to fa */
    if (code >= 0xf5 && code <= 0xfa)
        return lengths[code - 0xf5];
    return (code >= 0x80 && code < 0xc0) || (code >= 0xe8 && code < 0xf0) ? 2 : 1;
}

/* Undo one code, as a number whose first byte is `code`; the text of what is wrong, or 0. */
static const char *undo_code(struct frame *frame, UCHAR code, ULONG step)
{
    BOOLEAN ok = TRUE;
    if (code < 0x80) {                                      /* add sp, sp, #n */
        frame->sp += 4 * code;
    } else if (code < 0xc0) {                               /* pop.w of a mask */
        ok = pop(frame, (step & 0x1fff) | (step >> 13 & 1) << LR);
    } else if (code < 0xd0) {                               /* mov sp, rn */
        if ((code & 15) >= REGISTERS)
            return no_code;
        frame->sp = frame->r[code & 15];
    } else if (code < 0xe0) {                               /* pop of r4 to a last one */
        ULONG last = (code & 3u) + (code < 0xd8 ? 4 : 8);
        ok = pop(frame, from_r4(last) | (code >> 2 & 1u) << LR);
    } else if (code < 0xe8) {                               /* vpop of d8 to a last one */
        frame->sp += 8 * ((code & 7u) + 1);
    } else if (code < 0xec) {                               /* addw sp, sp, #n */
        frame->sp += 4 * (step & 0x3ff);
    } else if (code < 0xee) {                               /* pop of a mask */
        ok = pop(frame, (step & 0xff) | (step >> 8 & 1) << LR);
    } else if (code == 0xef && !(step & 0xf0)) {            /* ldr lr, [sp], #n */
        ok = is_readable(frame->sp);
        if (ok)
            frame->lr = *(const address *)frame->sp;
        frame->sp += 4 * (step & 15);
    } else if (code == 0xf5 || code == 0xf6) {              /* vpop of a range */
        frame->sp += 8 * ((step & 15) - (step >> 4 & 15) + 1);
    } else if (code == 0xf7 || code == 0xf9) {
        frame->sp += 4 * (step & 0xffff);
    } else if (code == 0xf8 || code == 0xfa) {
        frame->sp += 4 * (step & 0xffffff);
    } else if (code != 0xfb && code != 0xfc) {              /* nop */
        return no_code;
    }
    return ok ? 0 : no_stack;
}

/* Undo a prologue of a canonical shape: homes, saved registers, a frame chain, locals. */
static const char *undo_packed(struct frame *frame, ULONG data)
{
    ULONG homes = data >> 15 & 1, last = data >> 16 & 7, vectors = data >> 19 & 1;
    ULONG link = data >> 20 & 1, chain = data >> 21 & 1, adjust = data >> 22 & 0x3ff;
    ULONG saved = vectors ? 0 : from_r4(4 + last);
    if (adjust >= 0x3f4)
        adjust = (adjust & 3) + 1;
    frame->sp += 4 * adjust;
    if (vectors && last != 7)
        frame->sp += 8 * (last + 1);
    if (!pop(frame, saved | chain << 11 | link << LR))
        return no_stack;
    frame->sp += 16 * homes;
    return 0;
}

static const char *undo_full(struct frame *frame, const struct ntld_image *image, ULONG rva)
{
    const UCHAR *at = image->base + rva, *codes, *end;
    ULONG header = *(const ULONG *)at, epilogues = header >> 23 & 31, words = header >> 28;
    const char *wrong = 0;
    if (header >> 18 & 3)
        return "unwind data of another version";
    at += 4;
    if (!epilogues && !words) {
        epilogues = *(const USHORT *)at;
        words = at[2];
        at += 4;
    }
    codes = at + (header >> 21 & 1 ? 0 : 4 * epilogues);
    end = codes + 4 * words;
    if (end > image->base + image->size || !is_mapped((address)codes) || !is_mapped((address)(end - 1)))
        return "unwind data lies outside of its section";
    while (!wrong && codes < end && *codes < FIRST_END) {
        ULONG size = bytes_of_code(*codes), step = 0, index;
        if (size > (ULONG)(end - codes))
            return no_code;
        for (index = 0; index < size; index++)
            step = step << 8 | codes[index];
        wrong = undo_code(frame, *codes, step);
        codes += size;
    }
    return wrong ? wrong : codes < end ? 0 : no_code;
}

const char *unwind_frame(struct frame *registers, BOOLEAN is_return, struct unwound *found)
{
    address pc = registers->pc - (is_return ? 2 : 0);
    const struct ntld_image *image = image_at(pc);
    const struct function *function;
    const char *wrong = 0;
    memset(found, 0, sizeof *found);
    if (!image)
        return "unwinding leads to an address that is in no image";
    found->image = image;
    function = function_at(image, (ULONG)(pc - (address)image->base));
    if (function) {
        found->begin = (address)image->base + (function->begin & ~1u);
        wrong = function->data & 3 ? undo_packed(registers, function->data)
                                   : undo_full(registers, image, function->data);
    }
    found->establisher = registers->sp;
    registers->pc = registers->lr & ~1u;
    return wrong;
}
