/* arm on QEMU's machine virt: short descriptors, 4 KB pages, exceptions, PL011, PSCI. */
#include "cpu.h"

enum { SECTIONS = 4096, PAGES = 256, TABLE = 1, SERIAL_PORT = 0x09000000 };
/* Small pages: normal memory, write-back; access flag; read only; execute never. */
enum { MEMORY = 0x0e | 0x10, READ_ONLY = 0x200, NO_EXECUTE = 1, DEVICE = 0x06 | 0x10 | 1 };

const address region = 0x80000000, region_bytes = 0x40000000;
const address bundle_at = 0x44000000, bundle_bytes = 0x2000000;
const address memory_at = 0x46000000, memory_bytes = 0xa000000;
const address shared_data[2] = { 0x7ffe0000, 0 };

__attribute__((aligned(16))) char cpu_thread[0x1000];
static uint32_t *root;
static address tables;
static unsigned level;
extern char stack_guard[], stack_end[];      /* pages that are not there, on both sides of the stack */
extern const unsigned char vectors[];

#define WRITE_CP15(value, a, b, c, d) \
    __asm__ volatile("mcr p15, " #a ", %0, " #b ", " #c ", " #d :: "r"(value) : "memory")
#define READ_CP15(value, a, b, c, d) \
    __asm__ volatile("mrc p15, " #a ", %0, " #b ", " #c ", " #d : "=r"(value))

void cpu_put(char letter) { *(volatile uint32_t *)SERIAL_PORT = (uint8_t)letter; }
unsigned cpu_irql(void) { return level; }
void cpu_set_irql(unsigned irql) { level = irql; }

/* PSCI: SYSTEM_OFF */
void cpu_off(void)
{
    register uint32_t r0 __asm__("r0") = 0x84000008;
    __asm__ volatile(".arch_extension virt\n hvc #0" : "+r"(r0) :: "memory");
}

static void synchronize(void) { __asm__ volatile("dsb\n isb" ::: "memory"); }

void cpu_flush(void *at, size_t bytes)
{
    address line = (address)at & ~(address)31, end = (address)at + bytes;
    for (; line < end; line += 32)
        WRITE_CP15(line, 0, c7, c11, 1);
    synchronize();
    WRITE_CP15(0, 0, c7, c5, 0);
    synchronize();
}

/* A table of the second level takes a quarter of a page. */
static uint32_t *new_table(unsigned entries)
{
    volatile uint32_t *made = (uint32_t *)tables;
    unsigned index;
    tables += entries * 4;
    for (index = 0; index < entries; index++)
        made[index] = 0;
    return (uint32_t *)made;
}

static void set_page(address at, uint32_t value)
{
    uint32_t *slot = &root[at >> 20];
    if (!*slot)
        *slot = (address)new_table(PAGES) | TABLE;
    ((uint32_t *)(*slot & ~1023u))[at >> 12 & 255] = value;
    __asm__ volatile("dsb" ::: "memory");
    WRITE_CP15(at & ~4095u, 0, c8, c7, 1);
    synchronize();
}

void cpu_map(address at, address physical, int access)
{
    uint32_t value = 0;
    if (access)
        value = physical | MEMORY | (access & NTLD_WRITE ? 0 : READ_ONLY)
            | (access & NTLD_EXECUTE ? 0 : NO_EXECUTE);
    set_page(at, value);
}

static void map_as_it_is(address at, address bytes, int access)
{
    address end = at + bytes;
    for (; at < end; at += NTLD_PAGE)
        cpu_map(at, at, access);
}

void cpu_start(const struct ntld_image *own)
{
    address at, base = (address)own->base;
    uint32_t control;
    tables = memory_at;
    root = new_table(SECTIONS);
    set_page(SERIAL_PORT, SERIAL_PORT | DEVICE);
    map_as_it_is(memory_at, 0x400000, NTLD_READ | NTLD_WRITE);
    map_as_it_is(bundle_at, bundle_bytes, NTLD_READ);
    for (at = base; at < base + own->size; at += NTLD_PAGE)
        cpu_map(at, at, ntld_access_at(own, at));
    set_page((address)stack_guard, 0);
    set_page((address)stack_end, 0);
    WRITE_CP15(1, 0, c3, c0, 0);                        /* domain 0: as the pages say */
    WRITE_CP15(0, 0, c2, c0, 2);
    WRITE_CP15((address)root, 0, c2, c0, 0);
    WRITE_CP15((address)vectors & ~1u, 0, c12, c0, 0);
    WRITE_CP15(0, 0, c8, c7, 0);
    WRITE_CP15(0, 0, c7, c5, 0);
    synchronize();
    READ_CP15(control, 0, c1, c0, 0);
    /* On: MMU, caches, branch prediction, extended tables, Thumb exceptions. */
    control |= 1 | 4 | 1 << 11 | 1 << 12 | 1 << 22 | 1 << 23 | 1 << 30;
    /* Off: TEX remap, access flag, high vectors, alignment faults. */
    control &= ~(1u << 28 | 1u << 29 | 1u << 13 | 2u);
    WRITE_CP15(control, 0, c1, c0, 0);
    synchronize();
}

static void describe_access(struct fault *fault, uint32_t status, int is_fetch)
{
    int present = (status & 0xd) == 0xd;
    fault->has_address = fault->is_access = 1;
    fault->is_write = !is_fetch && (status & 0x800);
    if (is_fetch)
        fault->what = present ? "execution is not allowed" : "execution of what is not there";
    else if ((status & 15) == 1)
        fault->what = "misaligned access";
    else if (fault->is_write)
        fault->what = present ? "write is not allowed" : "write to what is not there";
    else
        fault->what = present ? "read is not allowed" : "read of what is not there";
}

void trapped(struct frame *frame)
{
    struct fault fault = { "exception", frame->pc, 0, 0, 0, 0, 0 };
    uint32_t status;
    if (frame->number == 1) {
        fault.what = "invalid instruction, breakpoint or failed assertion";
        fault.pc -= 2;
    } else if (frame->number == 2) {
        fault.what = "a status is raised";
    } else if (frame->number == 3) {
        READ_CP15(status, 0, c5, c0, 1);
        READ_CP15(fault.at, 0, c6, c0, 2);
        fault.pc -= 4;
        describe_access(&fault, status, 1);
    } else if (frame->number == 4) {
        READ_CP15(status, 0, c5, c0, 0);
        READ_CP15(fault.at, 0, c6, c0, 0);
        fault.pc -= 8;
        describe_access(&fault, status, 0);
    }
    fault_in(frame, &fault);
}
