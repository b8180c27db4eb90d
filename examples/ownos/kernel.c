/*
 * A kernel that loads its modules with ntld and starts them. It has no page protection: `protect`
 * is where a kernel with page tables changes them.
 */
#define KERNEL
#include "kernel.h"

#include "machine.h"
#include "ntld.h"

enum { MOST_MODULES = 16, VERSION = 7 };

/* The file that env.KernelRun puts into memory: the modules in load order. */
struct pack {
    uint32_t count, unused[7];
    struct {
        uint32_t offset, bytes;
        char name[56];
    } entries[];
};

struct module {
    const char *name;
    struct ntld_image image;
};

extern const char image_base[] __asm__(
#if defined(__i386__)
    "___ImageBase"
#else
    "__ImageBase"
#endif
);

static struct module modules[MOST_MODULES + 1];     /* the first is the kernel itself */
static uint32_t module_count;
static size_t next_free;

void kernel_print(const char *text)
{
    while (*text)
        machine_put(*text++);
    machine_put('\n');
}

int kernel_version(void)
{
    return VERSION;
}

static void print_number(const char *text, unsigned number, const char *more)
{
    char line[80], digits[12];
    int at = 0, count = 0;
    while (*text)
        line[at++] = *text++;
    do
        digits[count++] = (char)('0' + number % 10);
    while ((number /= 10) != 0);
    while (count)
        line[at++] = digits[--count];
    while (*more)
        line[at++] = *more++;
    line[at] = 0;
    kernel_print(line);
}

/* ---- what ntld asks of a kernel */

static void *allocate(void *self, size_t bytes)
{
    size_t at = memory_at + next_free;
    (void)self;
    if (bytes > memory_bytes - next_free)
        return 0;
    next_free += bytes;
    return (void *)at;
}

static void release(void *self, void *at, size_t bytes)
{
    (void)self;
    if ((size_t)at + bytes == memory_at + next_free)
        next_free -= bytes;
}

static int protect(void *self, void *at, size_t bytes, int access)
{
    (void)self;
    (void)at;
    (void)bytes;
    (void)access;
    return 0;
}

static const void *resolve(void *self, struct ntld_symbol *symbol)
{
    uint32_t index;
    (void)self;
    for (index = 0; index < module_count; index++)
        if (ntld_same_module(modules[index].name, symbol->module))
            return ntld_export(&modules[index].image, symbol);
    return 0;
}

static void flush(void *self, void *at, size_t bytes)
{
    (void)self;
    machine_flush(at, bytes);
}

static const struct ntld_host host = { 0, 0, 0x6f776e6f73, allocate, release, protect, resolve, flush };

static int start(const char *name, const void *file, size_t bytes)
{
    struct module *module = &modules[module_count];
    int (*entry)(void);
    if (ntld_load(&host, file, bytes, NTLD_OWN_MACHINE, &module->image)) {
        kernel_print(module->image.why);
        kernel_print(module->image.culprit);
        return 1;
    }
    module->name = name;
    module_count++;
    entry = (int (*)(void))module->image.entry;
    if (!entry || entry())
        return 1;
    return ntld_discard(&host, &module->image);
}

void kernel_main(void)
{
    const struct pack *pack = (const struct pack *)modules_at;
    uint32_t index;
    machine_start();
    modules[0].name = "kernel.exe";
    module_count = 1;
    if (ntld_adopt(image_base, NTLD_OWN_MACHINE, &modules[0].image) || pack->count > MOST_MODULES) {
        kernel_print("kernel: cannot start");
        machine_off();
    }
    print_number("kernel: ", pack->count, " modules");
    for (index = 0; index < pack->count; index++) {
        const uint8_t *file = (const uint8_t *)pack + pack->entries[index].offset;
        if (start(pack->entries[index].name, file, pack->entries[index].bytes)) {
            kernel_print("kernel: a module does not start");
            machine_off();
        }
    }
    kernel_print("kernel: all modules have started");
    machine_off();
}
