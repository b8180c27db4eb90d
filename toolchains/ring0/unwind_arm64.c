/* arm64: packed unwind data, .xdata and its codes. Source: Microsoft "ARM64 exception handling". */
#include "function_table.h"

enum { LR = 30, FP = 29 };

static const char *const no_stack = "unwind data leads to a stack that is not there";

static BOOLEAN load(address at, address *to)
{
    if (!is_readable(at))
        return FALSE;
    *to = *(const address *)at;
    return TRUE;
}

static BOOLEAN load_pair(struct frame *frame, unsigned first, unsigned second, address at);

/* A pair, and as many following pairs as save_next has announced. */
static BOOLEAN load_pairs(struct frame *frame, unsigned first, address at, ULONG *next)
{
    ULONG pair;
    BOOLEAN ok = TRUE;
    for (pair = 0; ok && pair <= *next && first + 2 * pair + 1 <= LR; pair++)
        ok = load_pair(frame, first + 2 * pair, first + 2 * pair + 1, at + 16 * pair);
    *next = 0;
    return ok;
}

static BOOLEAN load_pair(struct frame *frame, unsigned first, unsigned second, address at)
{
    return load(at, &frame->x[first]) && load(at + 8, &frame->x[second]);
}

/* Function and epilog of the canonical shapes that 32 bits describe; only bodies are unwound. */
static const char *undo_packed(struct frame *frame, ULONG data, ULONG offset)
{
    ULONG float_count = data >> 13 & 7, count = data >> 16 & 15, homes = data >> 20 & 1, chain = data >> 21 & 3;
    ULONG saved = 8 * count + (chain == 1 ? 8 : 0), locals, index;
    saved += float_count ? 8 * (float_count + 1) : 0;
    saved = (saved + 64 * homes + 15) & ~15u;
    locals = (data >> 23) * 16 - saved;
    if (!offset)
        return 0;
    if (chain >= 2) {
        frame->sp = frame->x[FP];
        if (!load_pair(frame, FP, LR, frame->sp))
            return no_stack;
    }
    frame->sp += locals;
    for (index = 0; index < count; index++)
        if (!load(frame->sp + 8 * index, &frame->x[19 + index]))
            return no_stack;
    if (chain == 1 && !load(frame->sp + 8 * count, &frame->x[LR]))
        return no_stack;
    frame->sp += saved;
    return 0;
}

static ULONG code_size(UCHAR code)
{
    return code < 0xc0 ? 1 : code < 0xe0 ? 2 : code == 0xe0 ? 4 : code == 0xe2 ? 2 : 1;
}

/* Undo one code; the text of what is wrong, or 0. */
static const char *undo_code(struct frame *frame, const UCHAR *code, ULONG *next_pair)
{
    ULONG word = (ULONG)code[0] << 8 | code[1], reg = 19 + (word >> 6 & 15), at = 8 * (word & 63);
    BOOLEAN ok = TRUE;
    if (code[0] < 0x20) {                               /* alloc_s */
        frame->sp += 16 * (code[0] & 31);
    } else if (code[0] < 0x40) {                        /* save_r19r20_x */
        ok = load_pairs(frame, 19, frame->sp, next_pair);
        frame->sp += 8 * (code[0] & 31);
    } else if (code[0] < 0x80) {                        /* save_fplr */
        ok = load_pair(frame, FP, LR, frame->sp + 8 * (code[0] & 63));
    } else if (code[0] < 0xc0) {                        /* save_fplr_x */
        ok = load_pair(frame, FP, LR, frame->sp);
        frame->sp += 8 * (code[0] & 63) + 8;
    } else if (code[0] < 0xc8) {                        /* alloc_m */
        frame->sp += 16 * (word & 0x7ff);
    } else if (code[0] < 0xcc) {                        /* save_regp */
        if (reg > 29)
            return "unwind data names a register that is not saved";
        ok = load_pairs(frame, reg, frame->sp + at, next_pair);
    } else if (code[0] < 0xd0) {                        /* save_regp_x */
        if (reg > 29)
            return "unwind data names a register that is not saved";
        ok = load_pairs(frame, reg, frame->sp, next_pair);
        frame->sp += at + 8;
    } else if (code[0] < 0xd4) {                        /* save_reg */
        if (reg > 30)
            return "unwind data names a register that is not saved";
        ok = load(frame->sp + at, &frame->x[reg]);
    } else if (code[0] < 0xd6) {                        /* save_reg_x */
        reg = 19 + (word >> 5 & 15);
        if (reg > 30)
            return "unwind data names a register that is not saved";
        ok = load(frame->sp, &frame->x[reg]);
        frame->sp += 8 * (word & 31) + 8;
    } else if (code[0] < 0xd8) {                        /* save_lrpair */
        reg = 19 + 2 * (word >> 6 & 7);
        if (reg > 29)
            return "unwind data names a register that is not saved";
        ok = load_pair(frame, reg, LR, frame->sp + at);
    } else if (code[0] == 0xde) {                       /* save_freg_x */
        frame->sp += 8 * (word & 31) + 8;
    } else if (code[0] >= 0xda && code[0] < 0xdc) {     /* save_fregp_x */
        frame->sp += at + 8;
        *next_pair = 0;
    } else if (code[0] < 0xde) {                        /* save_fregp, save_freg */
        *next_pair = 0;
    } else if (code[0] == 0xe0) {                       /* alloc_l */
        frame->sp += 16 * ((ULONG)code[1] << 16 | (ULONG)code[2] << 8 | code[3]);
    } else if (code[0] == 0xe1) {                       /* set_fp */
        frame->sp = frame->x[FP];
    } else if (code[0] == 0xe2) {                       /* add_fp */
        frame->sp = frame->x[FP] - 8 * code[1];
    } else if (code[0] == 0xe6) {                       /* save_next */
        ++*next_pair;
    } else if (code[0] != 0xe3 && code[0] != 0xfc) {
        return "unwind data has an unknown code";
    }
    return ok ? 0 : no_stack;
}

static const char *undo_codes(struct frame *frame, const UCHAR *codes, ULONG bytes, ULONG offset)
{
    ULONG at, steps = 0, skip, next = 0;
    const char *wrong;
    for (at = 0; at < bytes && codes[at] != 0xe4 && codes[at] != 0xe5; at += code_size(codes[at]))
        steps++;
    /* In the prolog, what comes first in the list has not been done yet. */
    skip = offset / 4 < steps ? steps - offset / 4 : 0;
    for (at = 0; at < bytes && codes[at] != 0xe4 && codes[at] != 0xe5; at += code_size(codes[at])) {
        if (skip) {
            skip--;
            continue;
        }
        wrong = undo_code(frame, codes + at, &next);
        if (wrong)
            return wrong;
    }
    return 0;
}

static const char *undo_record(struct frame *frame, const struct ntld_image *image, ULONG rva, ULONG offset,
                               struct unwound *found)
{
    const UCHAR *record = image->base + rva;
    ULONG header = *(const ULONG *)record, epilogs = header >> 22 & 31, words = header >> 27, at = 4;
    if (!epilogs && !words) {
        ULONG extended = *(const ULONG *)(record + 4);
        epilogs = extended & 0xffff;
        words = extended >> 16 & 255;
        at = 8;
    }
    if (!(header >> 21 & 1))
        at += 4 * epilogs;
    if (header >> 18 & 3)
        return "unwind data has an unknown version";
    if ((address)rva + at + 4 * words + 8 > image->size)
        return "unwind data lies outside of the image";
    if (header >> 20 & 1) {
        const UCHAR *handler = record + at + 4 * words;
        found->for_exceptions = found->for_unwinding = TRUE;
        found->handler = image->base + *(const ULONG *)handler;
        found->handler_data = (PVOID)(handler + 4);
    }
    return undo_codes(frame, record + at, 4 * words, offset);
}

const char *unwind_frame(struct frame *frame, BOOLEAN is_return, struct unwound *found)
{
    address pc = frame->pc - (is_return ? 4 : 0);
    const struct ntld_image *image = image_at(pc);
    const struct function *function;
    const char *wrong = 0;
    ULONG rva, offset;
    memset(found, 0, sizeof *found);
    found->image = image;
    if (!image)
        return "unwinding leads to what is no code";
    rva = (ULONG)(pc - (address)image->base);
    function = function_at(image, rva);
    if (function) {
        found->begin = (address)image->base + function->begin;
        offset = rva - function->begin;
        if (function->data & 3)
            wrong = undo_packed(frame, function->data, offset);
        else if (function->data > image->size - 8 || !is_mapped((address)image->base + function->data))
            return "unwind data lies outside of the image";
        else
            wrong = undo_record(frame, image, function->data, offset, found);
    }
    if (wrong)
        return wrong;
    /* The frame that handlers know is where the stack was before the function. */
    found->establisher = frame->sp;
    frame->pc = frame->x[LR];
    return 0;
}
