/* Calls from the kernel into a driver, and work that waits for its time. */
#include "kernel.h"

enum { DEEPEST = 40 };

static int depth;

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
    if (++depth > DEEPEST)
        refuse("calls nest too deeply");
    result = cpu_call(function, count, words, &bad);
    depth--;
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
