/* x64: UNWIND_INFO and its codes. Source: Microsoft "x64 exception handling". */
#include "unwind.h"

enum { EXCEPTION_TABLE = 3, CHAINED = 4, FOR_EXCEPTIONS = 1, FOR_UNWINDING = 2, STEPS = 32 };
enum { PUSH = 0, ALLOCATE_LARGE, ALLOCATE_SMALL, SET_FRAME, SAVE, SAVE_FAR, EPILOG, SPARE, VECTOR, VECTOR_FAR, MACHINE };

struct function {
    ULONG begin, end, info;
};

static address *register_of(struct frame *frame, unsigned number)
{
    address *const all[16] = {
        &frame->rax, &frame->rcx, &frame->rdx, &frame->rbx, &frame->sp, &frame->rbp, &frame->rsi, &frame->rdi,
        &frame->r8, &frame->r9, &frame->r10, &frame->r11, &frame->r12, &frame->r13, &frame->r14, &frame->r15,
    };
    return all[number & 15];
}

static const struct function *function_at(const struct ntld_image *image, ULONG rva)
{
    ULONG bytes = 0, low = 0, high;
    const struct function *all = (const struct function *)directory_of(image, EXCEPTION_TABLE, &bytes);
    if (!is_mapped((address)all))
        return 0;
    for (high = bytes / sizeof *all; low < high;) {
        ULONG middle = (low + high) / 2;
        if (rva < all[middle].begin)
            high = middle;
        else if (rva >= all[middle].end)
            low = middle + 1;
        else
            return &all[middle];
    }
    return 0;
}

static BOOLEAN pop(struct frame *frame, address *to)
{
    if (!is_readable(frame->sp))
        return FALSE;
    *to = *(const address *)frame->sp;
    frame->sp += 8;
    return TRUE;
}

/* Undo the codes of one UNWIND_INFO whose prolog has been run up to `offset`. */
static const char *undo(struct frame *frame, const UCHAR *info, ULONG offset)
{
    unsigned count = info[2], index = 0;
    for (; index < count;) {
        const UCHAR *code = info + 4 + 2 * index;
        unsigned kind = code[1] & 15, more = code[1] >> 4;
        BOOLEAN done = code[0] <= offset;
        ULONG next16 = *(const USHORT *)(code + 2), next32 = *(const ULONG UNALIGNED *)(code + 2);
        switch (kind) {
        case PUSH:
            if (done && !pop(frame, register_of(frame, more)))
                return "unwind data leads to a stack that is not there";
            index += 1;
            break;
        case ALLOCATE_LARGE:
            if (done)
                frame->sp += more ? next32 : 8 * next16;
            index += more ? 3 : 2;
            break;
        case ALLOCATE_SMALL:
            if (done)
                frame->sp += 8 * more + 8;
            index += 1;
            break;
        case SET_FRAME:
            if (done)
                frame->sp = *register_of(frame, info[3]) - 16 * (info[3] >> 4);
            index += 1;
            break;
        case SAVE: case SAVE_FAR:
            if (done) {
                address at = frame->sp + (kind == SAVE ? 8 * next16 : next32);
                if (!is_readable(at))
                    return "unwind data leads to a stack that is not there";
                *register_of(frame, more) = *(const address *)at;
            }
            index += kind == SAVE ? 2 : 3;
            break;
        case VECTOR: case VECTOR_FAR:
            if (done && more >= 6) {
                address at = frame->sp + (kind == VECTOR ? 16 * next16 : next32);
                if (!is_readable(at))
                    return "unwind data leads to a stack that is not there";
                memcpy(frame->vectors[more - 6], (const void *)at, 16);
            }
            index += kind == VECTOR ? 2 : 3;
            break;
        case EPILOG: case SPARE:
            index += 1;
            break;
        default:
            return "unwind data has an unknown code";
        }
    }
    return 0;
}

const char *unwind_frame(struct frame *frame, BOOLEAN is_return, struct unwound *found)
{
    const struct ntld_image *image = image_at(frame->pc);
    const struct function *function;
    const char *wrong;
    ULONG rva, offset, step;
    memset(found, 0, sizeof *found);
    found->image = image;
    (void)is_return;
    if (!image)
        return "unwinding leads to what is no code";
    rva = (ULONG)(frame->pc - (address)image->base);
    function = function_at(image, rva);
    found->establisher = frame->sp;
    if (!function)
        return pop(frame, &frame->pc) ? 0 : "unwinding leads to a stack that is not there";
    found->begin = (address)image->base + function->begin;
    offset = rva - function->begin;
    for (step = 0; step < STEPS; step++) {
        const UCHAR *info = image->base + function->info, *end;
        if (function->info > image->size - 8 || (function->info & 1) || !is_mapped((address)info))
            return "unwind data lies outside of the image";
        if ((info[0] & 7) != 1 && (info[0] & 7) != 2)
            return "unwind data has an unknown version";
        end = info + 4 + 2 * ((info[2] + 1u) & ~1u);
        if ((address)(end - image->base) + 16 > image->size)
            return "unwind data lies outside of the image";
        if (!step && (info[3] & 15) && offset >= info[1])
            found->establisher = *register_of(frame, info[3]) - 16 * (info[3] >> 4);
        if (!step && (info[0] >> 3 & (FOR_EXCEPTIONS | FOR_UNWINDING))) {
            found->for_exceptions = info[0] >> 3 & FOR_EXCEPTIONS;
            found->for_unwinding = (info[0] >> 3 & FOR_UNWINDING) != 0;
            found->handler = image->base + *(const ULONG *)end;
            found->handler_data = (PVOID)(end + 4);
        }
        wrong = undo(frame, info, step ? 255 : offset);
        if (wrong)
            return wrong;
        if (!(info[0] >> 3 & CHAINED))
            return pop(frame, &frame->pc) ? 0 : "unwind data leads to a stack that is not there";
        function = (const struct function *)end;
    }
    return "unwind data is chained without end";
}
