/*
 * The images of a run and what they import: routines of this kernel by way of stubs, which check
 * how they are called; routines that are listed but not served; exports of each other.
 */
#include "unwind.h"

enum { MODULES = 16 };

struct module modules[MODULES];
ULONG module_count;
struct ntld_image own_image;
ULONG last_stub = STUBS;

static struct {
    const char *name;           /* module!routine, for messages */
    const struct routine *routine;
    BOOLEAN called;
} stubs[STUBS];
static ULONG stub_count;

static const struct routine *const tables[] = {
    rtl_routines, ex_routines, ke_routines, time_routines, timer_routines, io_routines, other_routines,
    exception_routines, filter_routines, more_filter_routines, file_routines, framework_routines, port_routines,
    more_routines, text_routines, disk_routines, thread_routines,
};

struct module *module_at(address at)
{
    ULONG index;
    for (index = 0; index < module_count; index++)
        if (at - (address)modules[index].image.base < modules[index].image.size)
            return &modules[index];
    return 0;
}

const struct ntld_image *image_at(address at)
{
    struct module *module = module_at(at);
    if (module)
        return &module->image;
    return at - (address)own_image.base < own_image.size ? &own_image : 0;
}

/* The directories of images that were loaded are as the loader found them: no section reaches them. */
const UCHAR *directory_of(const struct ntld_image *image, ULONG index, ULONG *bytes)
{
    const ULONG *entry = (const ULONG *)(image->base + image->optional_header + (image->wide ? 112 : 96)) + 2 * index;
    *bytes = entry[1];
    if (index >= entry[-2 * (LONG)index - 1] || entry[0] > image->size || entry[1] > image->size - entry[0]) {
        *bytes = 0;
        return image->base;
    }
    return image->base + entry[0];
}

const char *routine_name(ULONG stub)
{
    return stub < stub_count ? stubs[stub].name : 0;
}

BOOLEAN routine_was_called(ULONG stub)
{
    return stubs[stub].called;
}

static BOOLEAN same_text(const char *left, const char *right)
{
    while (*left && *left == *right) {
        left++;
        right++;
    }
    return *left == *right;
}

static const struct routine *served(const char *name)
{
    ULONG table;
    const struct routine *each;
    for (table = 0; table < sizeof tables / sizeof *tables; table++)
        for (each = tables[table]; each->name; each++)
            if (same_text(each->name, name))
                return each;
    return 0;
}

/* Names that run-time tables need are kept for the whole run. */
static const char *joined(const char *module, const char *name)
{
    static char texts[128 * 1024];
    static ULONG used;
    char *text = texts + used;
    const char *part[3] = { module, "!", name };
    int index;
    for (index = 0; index < 3; index++)
        for (; *part[index] && used + 2 < sizeof texts; used++)
            texts[used] = *part[index]++;
    texts[used++] = 0;
    return text;
}

static PVOID stub_for(const char *module, const char *name, const struct routine *routine)
{
    ULONG index;
    address at;
    if (routine && routine->irql == 0xff)
        return routine->function;
    for (index = 0; index < stub_count; index++)
        if (routine && stubs[index].routine == routine)
            break;
    if (index == stub_count) {
        if (stub_count == STUBS)
            refuse("imports more routines than a kernel has");
        stubs[stub_count].name = joined(module, name);
        stubs[stub_count++].routine = routine;
    }
    at = FIRST_STUB + (address)index * STUB_SIZE;
#if defined(__arm__)
    at |= 1;
#endif
    return (PVOID)at;
}

PVOID served_by(const char *module, const struct routine *routine)
{
    return stub_for(module, routine->name, routine);
}

PVOID missing_routine(const char *module, const char *name)
{
    return stub_for(module, name, 0);
}

PVOID find_routine(const char *module, const char *name)
{
    const struct routine *routine = served(name);
    return routine ? stub_for(module, name, routine) : 0;
}

/* Whether the bundle's list of exports has a routine: "module!name", each with a NUL, then "". */
static BOOLEAN is_listed(const char *module, const char *name)
{
    const char *each = (const char *)bundle + ((const ULONG *)bundle)[1];
    while (*each) {
        const char *at = each, *part = name;
        BOOLEAN same = ntld_same_module(at, module);
        while (*at && *at != '!')
            at++;
        if (*at)
            at++;
        while (*at && *at == *part) {
            at++;
            part++;
        }
        if (same && !*at && !*part)
            return TRUE;
        while (*each)
            each++;
        each++;
    }
    return FALSE;
}

const void *resolve_import(void *self, struct ntld_symbol *symbol)
{
    ULONG index;
    const struct routine *routine;
    (void)self;
    for (index = 0; index < module_count; index++)
        if (ntld_same_module(modules[index].name, symbol->module))
            return ntld_export(&modules[index].image, symbol);
    if (!symbol->name || !is_listed(symbol->module, symbol->name))
        return 0;
    routine = served(symbol->name);
    return stub_for(symbol->module, symbol->name, routine);
}

/* Within the call that returns to an address. */
static address place_of_call(address back)
{
#if defined(__arm__)
    return (back & ~(address)1) - 2;
#elif defined(__aarch64__)
    return back - 4;
#else
    return back - 1;
#endif
}

void (*routine_entered)(const struct routine *routine, const struct frame *frame, address sp);

address argument_of(const struct frame *frame, address sp, ULONG index)
{
#if defined(__x86_64__)
    const address in_registers[] = { frame->rcx, frame->rdx, frame->r8, frame->r9 };
    return index < 4 ? in_registers[index] : ((const address *)sp)[1 + index];
#elif defined(__i386__)
    (void)frame;
    return ((const address *)sp)[1 + index];
#elif defined(__aarch64__)
    return index < 8 ? frame->x[index] : ((const address *)sp)[index - 8];
#else
    return index < 4 ? frame->r[index] : ((const address *)sp)[index - 4];
#endif
}

/* Every call of a routine comes by here first; the result is where it goes on. */
address entering(unsigned stub, address sp, address caller, const struct frame *frame)
{
    static const address misaligned[] = {
#if defined(__x86_64__)
        15, 8
#elif defined(__i386__)
        3, 0
#elif defined(__aarch64__)
        15, 0
#else
        7, 0
#endif
    };
    const struct routine *routine = stubs[stub].routine;
    last_stub = stub;
    stubs[stub].called = TRUE;
    if ((sp & misaligned[0]) != misaligned[1]) {
        begin_reason("the stack is not aligned where ");
        put(stubs[stub].name);
        put(" is called, at ");
        put_place(place_of_call(caller));
        finish("refused");
    }
    if (!routine)
        unknown(stubs[stub].name);
    check_frames(frame, stubs[stub].name);
    if (cpu_irql() > routine->irql) {
        begin_reason("calls ");
        put(stubs[stub].name);
        put(" at IRQL ");
        put_number(cpu_irql());
        put(", which is allowed up to ");
        put_number(routine->irql);
        put(", at ");
        put_place(place_of_call(caller));
        finish("refused");
    }
    if (routine_entered)
        routine_entered(routine, frame, sp);
    return (address)routine->function;
}
