/*
 * Exceptions on x64 and arm64: language handlers are asked from frame to frame, outwards to the
 * function that the kernel called; filters run before anything is unwound, __finally blocks when a
 * filter has decided. On arm no exception is handled, since no compiler here makes handlers; its
 * frames are checked all the same.
 *
 * Source: Microsoft "x64 exception handling", "ARM64 exception handling".
 */
#include "unwind.h"

extern address saved_sp;
enum { DEPTH = 64 };

#if !defined(__arm__)

enum { UNWINDING = 2, TARGET = 0x20, SCOPES = 256 };

/* A scope of __try: the block, the filter or __finally, and where a handler begins (0: __finally). */
struct scope {
    ULONG begin, end, handler, target;
};

/* As handlers of images see it; its fields have the same places on both machines. */
struct dispatcher {
    address control_pc, image_base, function_entry, establisher, target_pc;
    PVOID context, handler, handler_data, history;
    ULONG scope_index;
    BOOLEAN is_unwound;
    UCHAR unused[3];
    PVOID registers;
};

static EXCEPTION_RECORD record;
static CONTEXT context;
static struct frame at_exception;       /* the registers that the processor saved */
static address saved_at_exception;
static BOOLEAN is_unwinding;

/* Where a frame is in the walk, for handlers that ask. */
static address pc_of(const struct frame *registers, BOOLEAN is_return)
{
#if defined(__aarch64__)
    return registers->pc - (is_return ? 4 : 0);
#else
    (void)is_return;
    return registers->pc;
#endif
}

static void set_context(const struct frame *registers)
{
    memset(&context, 0, sizeof context);
#if defined(__x86_64__)
    context.Rip = registers->pc;
    context.Rsp = registers->sp;
    context.Rbp = registers->rbp;
    context.Rax = registers->rax;
    context.Rcx = registers->rcx;
    context.Rdx = registers->rdx;
    context.Rbx = registers->rbx;
    context.Rsi = registers->rsi;
    context.Rdi = registers->rdi;
    context.R8 = registers->r8;
    context.R9 = registers->r9;
    context.R10 = registers->r10;
    context.R11 = registers->r11;
    context.R12 = registers->r12;
    context.R13 = registers->r13;
    context.R14 = registers->r14;
    context.R15 = registers->r15;
#else
    context.Pc = registers->pc;
    context.Sp = registers->sp;
    memcpy(context.X, registers->x, sizeof registers->x);
#endif
}

static LONG ask_handler(const struct unwound *found, const struct frame *own, address pc, address target_pc)
{
    struct dispatcher dispatcher = { 0 };
    address words[CALL_ARGUMENTS] = { (address)&record, found->establisher, (address)&context, (address)&dispatcher };
    address bad = 0;
    dispatcher.control_pc = pc;
    dispatcher.image_base = (address)found->image->base;
    dispatcher.establisher = found->establisher;
    dispatcher.target_pc = target_pc;
    dispatcher.context = &context;
    dispatcher.handler = found->handler;
    dispatcher.handler_data = found->handler_data;
#if defined(__aarch64__)
    dispatcher.registers = (PVOID)&own->x[19];
#else
    (void)own;
#endif
    return (LONG)cpu_call(found->handler, 4, words, &bad);
}

/* Run the __finally blocks up to a frame, then go on in it. */
static void unwind_to(address establisher, address target, ULONG value)
{
    struct frame registers = at_exception, before;
    struct unwound found;
    ULONG depth;
    is_unwinding = TRUE;
    record.ExceptionFlags |= UNWINDING;
    for (depth = 0; depth < DEPTH; depth++) {
        BOOLEAN is_return = depth != 0;
        address pc = pc_of(&registers, is_return);
        before = registers;
        if (unwind_frame(&registers, is_return, &found))
            break;
        if (found.establisher == establisher)
            record.ExceptionFlags |= TARGET;
        if (found.for_unwinding && found.handler)
            ask_handler(&found, &before, pc, found.establisher == establisher ? target : 0);
        if (found.establisher == establisher) {
            before.pc = target;
#if defined(__x86_64__)
            before.rax = value;
#else
            before.x[0] = value;
            before.flags = at_exception.flags;
#endif
            saved_sp = saved_at_exception;
            is_unwinding = FALSE;
            cpu_resume(&before);
        }
    }
    refuse("unwinding does not come to the frame of the handler");
}

/* Call a filter or __finally, which finds the registers and the frame of its function. */
static address call_block(const struct dispatcher *dispatcher, ULONG block, address first)
{
    address frame = dispatcher->establisher;
#if defined(__aarch64__)
    frame = ((const address *)dispatcher->registers)[10];       /* x29 */
#endif
    return cpu_call_block(dispatcher->image_base + block, first, frame, dispatcher->registers);
}

/* -1: go on where the exception was. */
static LONG filter(const struct dispatcher *dispatcher, const struct scope *scope)
{
    EXCEPTION_POINTERS pointers = { &record, &context };
    if (scope->handler == 1)
        return EXCEPTION_EXECUTE_HANDLER;
    return (LONG)call_block(dispatcher, scope->handler, (address)&pointers);
}

LONG NTAPI nt___C_specific_handler(
    PEXCEPTION_RECORD given, address establisher, PVOID registers, struct dispatcher *dispatcher)
{
    const ULONG *table = dispatcher->handler_data;
    const struct scope *scopes = (const struct scope *)(table + 1);
    ULONG pc = (ULONG)(dispatcher->control_pc - dispatcher->image_base), index;
    ULONG target = (ULONG)(dispatcher->target_pc - dispatcher->image_base);
    (void)registers;
    for (index = dispatcher->scope_index; index < *table && index < SCOPES; index++) {
        const struct scope *scope = &scopes[index];
        if (pc < scope->begin || pc >= scope->end)
            continue;
        if (given->ExceptionFlags & UNWINDING) {
            /* Blocks that hold the handler as well are not left. */
            if ((given->ExceptionFlags & TARGET) && scope->target == target)
                break;
            if ((given->ExceptionFlags & TARGET) && target >= scope->begin && target < scope->end)
                break;
            if (!scope->target) {
                dispatcher->scope_index = index + 1;
                call_block(dispatcher, scope->handler, 1);
            }
        } else if (scope->target) {
            LONG answer = filter(dispatcher, scope);
            if (answer < 0)
                return 0;       /* ExceptionContinueExecution */
            if (answer > 0)
                unwind_to(establisher, dispatcher->image_base + scope->target, (ULONG)given->ExceptionCode);
        }
    }
    return 1;                   /* ExceptionContinueSearch */
}

BOOLEAN take_exception(struct frame *frame, const struct fault *fault)
{
    struct frame registers = *frame, before;
    struct unwound found;
    ULONG depth;
    if (is_unwinding || !describe_exception(fault, &record))
        return FALSE;
    at_exception = *frame;
    saved_at_exception = saved_sp;
    set_context(frame);
    for (depth = 0; depth < DEPTH; depth++) {
        address pc = pc_of(&registers, depth != 0);
        before = registers;
        if (registers.pc == (address)cpu_returned || unwind_frame(&registers, depth != 0, &found))
            return FALSE;
        if (found.for_exceptions && found.handler && is_code(found.handler) && !ask_handler(&found, &before, pc, 0)) {
            saved_sp = saved_at_exception;
            return TRUE;
        }
    }
    return FALSE;
}

const struct routine exception_routines[] = {
    R(__C_specific_handler, ANY_LEVEL),
    { 0 },
};

#else

BOOLEAN take_exception(struct frame *frame, const struct fault *fault)
{
    (void)frame;
    (void)fault;
    return FALSE;
}

const struct routine exception_routines[] = {{ 0 }};

#endif

void check_frames(const struct frame *frame, const char *routine)
{
    struct frame registers = *frame;
    struct unwound found;
    const char *wrong = 0;
    address pc = frame->pc;
    ULONG depth;
    for (depth = 0; depth < DEPTH && registers.pc != (address)cpu_returned; depth++) {
        /* A routine of this kernel's that calls another by its stub, such as a framework's. */
        if (image_at(registers.pc) == &own_image)
            return;
        pc = registers.pc;
        wrong = unwind_frame(&registers, TRUE, &found);
        if (!wrong && !found.begin)
            wrong = "a function that calls has no unwind data";
        if (wrong)
            break;
    }
    if (depth == DEPTH)
        return;
    if (!wrong && registers.sp != saved_sp)
        wrong = "unwind data leads to another stack pointer than its caller's";
    if (!wrong)
        return;
    begin_reason(wrong);
    put(", at ");
    put_place(pc);
    put(", from the call of ");
    put(routine);
    finish("refused");
}
