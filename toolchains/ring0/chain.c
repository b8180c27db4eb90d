/*
 * Exceptions on x86: a chain of registrations on the stack, which begins at fs:[0]. A registration is
 * the next one and a handler; a handler is asked whether it takes the exception, and asked again to
 * run its __finally blocks when one further out has taken it.
 *
 * _except_handler3 is what compilers register: behind a registration it finds the table of scopes,
 * the scope that is entered, and the function's ebp. Handlers that a driver brings itself
 * (_except_handler4) call RtlUnwind and go on in their function without returning.
 *
 * Source: Matt Pietrek, "A Crash Course on the Depths of Win32 Structured Exception Handling".
 */
#include "kernel.h"

enum { UNWINDING = 2, EXIT_UNWIND = 4, DEEPEST = 64, NO_SCOPE = -1 };
enum { CONTINUE_EXECUTION, CONTINUE_SEARCH };

struct registration {
    struct registration *next;
    PVOID handler;
    /* Of _except_handler3; before it are the exception's pointers and the function's esp. */
    const struct scope *scopes;
    LONG level;
    address ebp;
};

struct scope {
    LONG enclosing;
    address filter, handler;    /* without a filter the handler is a __finally */
};

#define LAST ((struct registration *)LIST_END)

extern address saved_sp;
extern char stack_low[];
static EXCEPTION_RECORD record;
static CONTEXT context;
static address saved_at_exception;      /* 0: no exception is being dispatched */

static struct registration *first(void) { return (struct registration *)cpu_pcr[0]; }
static void set_first(struct registration *which) { cpu_pcr[0] = (address)which; }

/* Whether a registration is one of this call into a driver; one that is nowhere is refused. */
static BOOLEAN is_of_call(const struct registration *which, address top)
{
    address at = (address)which;
    if (which == LAST || at >= top)
        return FALSE;
    if (at < (address)stack_low || at & 3) {
        begin_reason("an exception registration is not on the stack: ");
        put_hex(at);
        finish("refused");
    }
    if (!is_code(which->handler)) {
        begin_reason("the handler of an exception registration is no code: ");
        put_place((address)which->handler);
        finish("refused");
    }
    return TRUE;
}

static LONG ask_handler(struct registration *which, PEXCEPTION_RECORD about)
{
    address words[CALL_ARGUMENTS] = { (address)about, (address)which, (address)&context }, bad;
    /* It leaves its arguments to its caller, so that the stack pointer says nothing. */
    return (LONG)cpu_call(which->handler, 4, words, &bad);
}

static void set_context(const struct frame *frame)
{
    memset(&context, 0, sizeof context);
    context.ContextFlags = CONTEXT_INTEGER | CONTEXT_CONTROL;
    context.Edi = frame->edi;
    context.Esi = frame->esi;
    context.Ebx = frame->ebx;
    context.Edx = frame->edx;
    context.Ecx = frame->ecx;
    context.Eax = frame->eax;
    context.Ebp = frame->ebp;
    context.Eip = frame->pc;
    context.EFlags = frame->flags;
    context.Esp = frame->sp;
}

/* What a filter has changed counts where the exception was. */
static void go_on(struct frame *frame)
{
    frame->edi = context.Edi;
    frame->esi = context.Esi;
    frame->ebx = context.Ebx;
    frame->edx = context.Edx;
    frame->ecx = context.Ecx;
    frame->eax = context.Eax;
    frame->ebp = context.Ebp;
    frame->pc = context.Eip;
}

BOOLEAN take_exception(struct frame *frame, const struct fault *fault)
{
    struct registration *which;
    address top = saved_sp;
    ULONG depth;
    if (saved_at_exception || !describe_exception(fault, &record))
        return FALSE;
    set_context(frame);
    saved_at_exception = saved_sp;
    for (which = first(), depth = 0; depth < DEEPEST && is_of_call(which, top); which = which->next, depth++) {
        if (ask_handler(which, &record) == CONTINUE_EXECUTION) {
            go_on(frame);
            saved_at_exception = 0;
            return TRUE;
        }
    }
    saved_at_exception = 0;
    return FALSE;
}

/* Run the __finally blocks of registrations further in than one; those are gone then. */
static void unwind_before(struct registration *until, PEXCEPTION_RECORD about)
{
    ULONG depth;
    about->ExceptionFlags |= UNWINDING;
    for (depth = 0; depth < DEEPEST && first() != until; depth++) {
        struct registration *which = first();
        if (!is_of_call(which, saved_at_exception ? saved_at_exception : saved_sp))
            refuse("unwinding does not come to the registration of the handler");
        ask_handler(which, about);
        set_first(which->next);
    }
}

VOID NTAPI nt_RtlUnwind(PVOID target, PVOID target_ip, PEXCEPTION_RECORD given, PVOID value)
{
    EXCEPTION_RECORD own = { 0 };
    (void)target_ip;            /* it is where this returns to */
    (void)value;
    own.ExceptionCode = STATUS_UNWIND;
    if (!given)
        given = &own;
    if (!target)
        given->ExceptionFlags |= EXIT_UNWIND;
    unwind_before(target ? target : LAST, given);
    /* The handler goes on in its function: the calls that led to it do not return. */
    if (saved_at_exception)
        saved_sp = saved_at_exception;
    saved_at_exception = 0;
}

/* ---- what ntoskrnl has for compilers */

static address call_block(const struct registration *which, address block)
{
    return cpu_call_block(block, (address)&which->ebp);
}

/* Run the __finally of each scope inside of one. */
static void leave_scopes(struct registration *which, LONG until)
{
    ULONG depth;
    for (depth = 0; depth < DEEPEST && which->level != NO_SCOPE && which->level != until; depth++) {
        const struct scope *scope = &which->scopes[which->level];
        which->level = scope->enclosing;
        if (!scope->filter)
            call_block(which, scope->handler);
    }
}

__attribute__((noreturn)) static void enter_handler(struct registration *which, const struct scope *scope)
{
    struct frame frame = { 0 };
    leave_scopes(which, (LONG)(scope - which->scopes));
    which->level = scope->enclosing;
    frame.pc = scope->handler;
    frame.ebp = (address)&which->ebp;
    frame.sp = ((const address *)which)[-2];
    frame.cs = 8;
    frame.flags = 2;
    cpu_resume(&frame);
}

LONG __cdecl nt__except_handler3(
    PEXCEPTION_RECORD given, struct registration *which, PCONTEXT at_exception, PVOID dispatcher)
{
    EXCEPTION_POINTERS pointers = { given, at_exception };
    LONG level = which->level;
    ULONG depth;
    (void)dispatcher;
    if (given->ExceptionFlags & UNWINDING) {
        leave_scopes(which, NO_SCOPE);
        return CONTINUE_SEARCH;
    }
    ((PEXCEPTION_POINTERS *)which)[-1] = &pointers;
    for (depth = 0; depth < DEEPEST && level != NO_SCOPE; depth++) {
        const struct scope *scope = &which->scopes[level];
        if (scope->filter) {
            LONG answer = (LONG)call_block(which, scope->filter);
            if (answer < 0)
                return CONTINUE_EXECUTION;
            if (answer > 0) {
                nt_RtlUnwind(which, 0, given, 0);
                enter_handler(which, scope);
            }
        }
        level = scope->enclosing;
    }
    return CONTINUE_SEARCH;
}

VOID __cdecl nt__global_unwind2(struct registration *until)
{
    nt_RtlUnwind(until, 0, 0, 0);
}

VOID __cdecl nt__local_unwind2(struct registration *which, LONG until)
{
    leave_scopes(which, until);
}

void check_frames(const struct frame *frame, const char *routine)
{
    (void)frame;
    (void)routine;
}

const struct routine exception_routines[] = {
    R(_except_handler3, ANY_LEVEL), R(_global_unwind2, ANY_LEVEL), R(_local_unwind2, ANY_LEVEL),
    R(RtlUnwind, ANY_LEVEL),
    { 0 },
};
