/* arm64 on QEMU's machine virt: page tables of 4 KB pages in both halves, exceptions, PL011, PSCI. */
#include "cpu.h"

typedef uint64_t entry;

enum { ENTRIES = 512, TABLE = 3, MEMORY = 0x703, DEVICE = 0x407, READ_ONLY = 1 << 7 };
#define USER_NO_EXECUTE (1ull << 54)
#define NO_EXECUTE (1ull << 53)
#define SERIAL_PORT 0x09000000

const address region = 0xffffff8000000000, region_bytes = 0x40000000;
const address bundle_at = 0x44000000, bundle_bytes = 0x2000000;
const address memory_at = 0x46000000, memory_bytes = 0xa000000;
const address shared_data[2] = { 0x7ffe0000, 0xfffff78000000000 };

__attribute__((aligned(16))) char cpu_thread[0x1000];
static entry *low, *high;
static address tables;
static unsigned level;
extern char stack_guard[], stack_end[];      /* pages that are not there, on both sides of the stack */
extern const unsigned char vectors[];

void cpu_put(char letter) { *(volatile uint32_t *)SERIAL_PORT = (uint8_t)letter; }
unsigned cpu_irql(void) { return level; }
void cpu_set_irql(unsigned irql) { level = irql; }

/* PSCI: SYSTEM_OFF */
void cpu_off(void)
{
    register uint64_t x0 __asm__("x0") = 0x84000008;
    __asm__ volatile("hvc #0" : "+r"(x0) :: "memory");
}

void cpu_flush(void *at, size_t bytes)
{
    address line = (address)at & ~(address)63, end = (address)at + bytes;
    for (; line < end; line += 64)
        __asm__ volatile("dc cvau, %0" :: "r"(line));
    __asm__ volatile("dsb ish\n ic iallu\n dsb ish\n isb" ::: "memory");
}

static entry *new_table(void)
{
    entry *made = (entry *)tables;
    int index;
    tables += NTLD_PAGE;
    for (index = 0; index < ENTRIES; index++)
        *(volatile entry *)&made[index] = 0;
    return made;
}

static entry *next_table(entry *slot)
{
    if (!*slot)
        *slot = (uintptr_t)new_table() | TABLE;
    return (entry *)(uintptr_t)(*slot & 0xfffffffff000);
}

static void set_page(address at, entry value)
{
    /* The upper half has 48 bits and so one more level of tables than the lower one of 39. */
    entry *table = at >> 63 ? next_table(&high[at >> 39 & 511]) : low;
    table = next_table(&table[at >> 30 & 511]);
    table = next_table(&table[at >> 21 & 511]);
    table[at >> 12 & 511] = value;
    __asm__ volatile("dsb ishst\n tlbi vaae1, %0\n dsb ish\n isb" :: "r"(at >> 12 & 0xfffffffffff) : "memory");
}

void cpu_map(address at, address physical, int access)
{
    entry value = 0;
    if (access)
        value = physical | MEMORY | (access & NTLD_WRITE ? 0 : READ_ONLY) | USER_NO_EXECUTE
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
    tables = memory_at;
    low = new_table();
    high = new_table();
    set_page(SERIAL_PORT, SERIAL_PORT | DEVICE | USER_NO_EXECUTE | NO_EXECUTE);
    map_as_it_is(memory_at, 0x400000, NTLD_READ | NTLD_WRITE);
    map_as_it_is(bundle_at, bundle_bytes, NTLD_READ);
    for (at = base; at < base + own->size; at += NTLD_PAGE)
        cpu_map(at, at, ntld_access_at(own, at));
    set_page((address)stack_guard, 0);
    set_page((address)stack_end, 0);
    __asm__ volatile(
        "msr mair_el1, %0\n msr tcr_el1, %1\n msr ttbr0_el1, %2\n msr ttbr1_el1, %3\n"
        "msr vbar_el1, %4\n isb\n tlbi vmalle1\n dsb ish\n isb\n"
        "mrs x9, cpacr_el1\n orr x9, x9, #0x300000\n msr cpacr_el1, x9\n"
        "mrs x9, sctlr_el1\n mov x10, #0x100d\n orr x9, x9, x10\n msr sctlr_el1, x9\n isb"
        :: "r"(0x00ffull), "r"(25ull | 16ull << 16 | 0x3500ull | 0x35000000ull | 2ull << 30),
        "r"(low), "r"(high), "r"(vectors) : "x9", "x10", "memory");
}

static void describe_access(struct fault *fault, address syndrome, int is_fetch)
{
    unsigned code = syndrome & 0x3f;
    int present = (code & 0x3c) == 0x0c;
    fault->has_address = fault->is_access = 1;
    fault->is_write = !is_fetch && (syndrome & 64);
    if (is_fetch)
        fault->what = present ? "execution is not allowed" : "execution of what is not there";
    else if (code == 0x21)
        fault->what = "misaligned access";
    else if (fault->is_write)
        fault->what = present ? "write is not allowed" : "write to what is not there";
    else
        fault->what = present ? "read is not allowed" : "read of what is not there";
}

void trapped(struct frame *frame)
{
    unsigned kind = (unsigned)(frame->syndrome >> 26);
    struct fault fault = { "exception", frame->pc, frame->fault, 0, 0, 0, 0 };
    switch (kind) {
    case 0x00: fault.what = "invalid instruction"; break;
    case 0x07: fault.what = "floating point register used"; break;
    case 0x0e: fault.what = "illegal state"; break;
    case 0x15: fault.what = "a status is raised"; fault.status = (uint32_t)frame->x[0]; break;
    case 0x20: case 0x21: describe_access(&fault, frame->syndrome, 1); break;
    case 0x22: fault.what = "misaligned program counter"; break;
    case 0x24: case 0x25: describe_access(&fault, frame->syndrome, 0); break;
    case 0x26: fault.what = "misaligned stack pointer"; break;
    case 0x3c: fault.what = "breakpoint or failed assertion"; break;
    default: break;
    }
    fault_in(frame, &fault);
}
