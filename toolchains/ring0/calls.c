/* Calls from the kernel into a driver, and work that waits for its time. */
#include "kernel.h"

enum { DEEPEST = 40, CALLBACKS = 512 };

static struct {
    PVOID function;
    const char *kind;
    LONG number;
    BOOLEAN ran;
} callbacks[CALLBACKS];

int call_depth;

BOOLEAN is_code(PVOID function)
{
    address at = (address)function;
    struct module *module = module_at(at);
#if defined(__arm__)
    if (!(at & 1))
        return FALSE;
#endif
    if (at - (address)own_image.base < own_image.size)
        return TRUE;
    return module && (ntld_access_at(&module->image, at) & NTLD_EXECUTE);
}

/* One function is noted once, however often it is registered. */
void note_callback(PVOID function, const char *kind, LONG number)
{
    ULONG index = 0;
    if (!module_at((address)function))
        return;
    while (index < CALLBACKS && callbacks[index].function && callbacks[index].function != function)
        index++;
    if (index == CALLBACKS || callbacks[index].function)
        return;
    callbacks[index].function = function;
    callbacks[index].kind = kind;
    callbacks[index].number = number;
}

static void mark_callback(PVOID function)
{
    ULONG index;
    for (index = 0; index < CALLBACKS && callbacks[index].function; index++)
        if (callbacks[index].function == function)
            callbacks[index].ran = TRUE;
}

void put_callbacks(void)
{
    ULONG index;
    for (index = 0; index < CALLBACKS && callbacks[index].function; index++) {
        address at = (address)callbacks[index].function;
#if defined(__arm__)
        at &= ~(address)1;
#endif
        put(callbacks[index].ran ? "@callback ran\t" : "@callback never\t");
        put_place(at);
        put("\t");
        put(callbacks[index].kind);
        if (callbacks[index].number >= 0) {
            put(" ");
            put_number(callbacks[index].number);
        }
        put("\n");
    }
}

/* The first exception registration: a function must leave it as it was. */
static address registration(void)
{
#if defined(__i386__)
    return cpu_pcr[0];
#else
    return 0;
#endif
}

address call_driver(PVOID function, const char *what, ULONG count, ...)
{
    address words[CALL_ARGUMENTS] = { 0 }, bad = 0, result;
    address registered = registration();
    unsigned irql = cpu_irql();
    va_list arguments;
    ULONG index;
    va_start(arguments, count);
    for (index = 0; index < count; index++)
        words[index] = va_arg(arguments, address);
    va_end(arguments);
    if (!is_code(function)) {
        begin_reason(what);
        put(" is ");
        put_place((address)function);
        put(", which is no code");
        finish("refused");
    }
    mark_callback(function);
    if (++call_depth > DEEPEST)
        refuse("calls nest too deeply");
    result = cpu_call(function, count, words, &bad);
    call_depth--;
    if (bad) {
        begin_reason(what);
        put(" returns with another stack pointer, or has changed a register of its caller");
        finish("refused");
    }
    if (registration() != registered) {
        begin_reason(what);
        put(" leaves an exception registration behind");
        finish("refused");
    }
    if (cpu_irql() != irql) {
        begin_reason(what);
        put(" returns at IRQL ");
        put_number(cpu_irql());
        put(", was called at ");
        put_number(irql);
        finish("refused");
    }
    return result;
}
