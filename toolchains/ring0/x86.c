/* x64 and x86: page tables with no-execute, exceptions, the debug console, isa-debug-exit. */
#include "cpu.h"

typedef uint64_t entry;

enum { PRESENT = 1, WRITABLE = 2, ENTRIES = 512, VECTORS = 49 };
#define NO_EXECUTE (1ull << 63)
#define FRAME_OF(value) ((entry *)(uintptr_t)((value) & 0xffffffffff000))

const address bundle_at = 0x2000000, bundle_bytes = 0x2000000;
const address memory_at = 0x4000000, memory_bytes = 0xc000000;
#if defined(__x86_64__)
const address region = 0xfffff80000000000, region_bytes = 0x40000000;
const address shared_data[2] = { 0x7ffe0000, 0xfffff78000000000 };
#else
const address region = 0x80000000, region_bytes = 0x40000000;
const address shared_data[2] = { 0x7ffe0000, 0xffdf0000 };
static unsigned level;
#endif

/* KPCR, where drivers' inline functions look: itself, the thread, and the processor's number, 0. */
__attribute__((aligned(NTLD_PAGE))) address cpu_pcr[NTLD_PAGE / sizeof(address)];
__attribute__((aligned(16))) char cpu_thread[0x1000];
#if defined(__x86_64__)
enum { SELF = 0x18, THREAD = 0x188, GS_BASE = 0xc0000101 };
#else
enum { SELF = 0x1c, THREAD = 0x124, FS = 24 };
#endif

static entry *root;
static address tables;          /* the next page for a table */
extern char stack_guard[], stack_end[];      /* pages that are not there, on both sides of the stack */

static void out8(uint16_t port, uint8_t value)
{
    __asm__ volatile("outb %0, %1" :: "a"(value), "Nd"(port));
}

void cpu_put(char letter) { out8(0xe9, (uint8_t)letter); }
void cpu_off(void) { out8(0x501, 0); }

void cpu_flush(void *at, size_t bytes)
{
    (void)at;
    (void)bytes;
}

unsigned cpu_irql(void)
{
#if defined(__x86_64__)
    address value;
    __asm__ volatile("movq %%cr8, %0" : "=r"(value));
    return (unsigned)value;
#else
    return level;
#endif
}

void cpu_set_irql(unsigned irql)
{
#if defined(__x86_64__)
    __asm__ volatile("movq %0, %%cr8" :: "r"((address)irql));
#else
    level = irql;
#endif
}

static entry *new_table(void)
{
    entry *made = (entry *)tables;
    int index;
    tables += NTLD_PAGE;
    for (index = 0; index < ENTRIES; index++)
        made[index] = 0;
    return made;
}

static entry *next_table(entry *slot, unsigned flags)
{
    if (!(*slot & PRESENT))
        *slot = (uintptr_t)new_table() | flags;
    return FRAME_OF(*slot);
}

void cpu_map(address at, address physical, int access)
{
    entry *table = root, value = 0;
#if defined(__x86_64__)
    table = next_table(&table[at >> 39 & 511], PRESENT | WRITABLE);
    table = next_table(&table[at >> 30 & 511], PRESENT | WRITABLE);
#else
    table = next_table(&table[at >> 30], PRESENT);
#endif
    table = next_table(&table[at >> 21 & 511], PRESENT | WRITABLE);
    if (access)
        value = physical | PRESENT | (access & NTLD_WRITE ? WRITABLE : 0)
            | (access & NTLD_EXECUTE ? 0 : NO_EXECUTE);
    table[at >> 12 & 511] = value;
    __asm__ volatile("invlpg (%0)" :: "r"(at) : "memory");
}

static void map_as_it_is(address at, address bytes, int access)
{
    address end = at + bytes;
    for (; at < end; at += NTLD_PAGE)
        cpu_map(at, at, access);
}

extern const unsigned char vectors[];   /* 16 bytes each */
#if defined(__x86_64__)
static struct { uint16_t low, selector, flags, middle; uint32_t high, zero; } gates[VECTORS];
#else
static struct { uint16_t low, selector, flags, middle; } gates[VECTORS];
#endif
static struct __attribute__((packed)) { uint16_t limit; address at; } gates_at;

static void set_gates(void)
{
    unsigned index;
    for (index = 0; index < VECTORS; index++) {
        address vector = (address)vectors + 16 * (address)index;
        gates[index].low = (uint16_t)vector;
        gates[index].selector = 8;
        gates[index].flags = 0x8e00;
        gates[index].middle = (uint16_t)(vector >> 16);
#if defined(__x86_64__)
        gates[index].high = (uint32_t)(vector >> 32);
#endif
    }
    gates_at.limit = sizeof gates - 1;
    gates_at.at = (address)gates;
    __asm__ volatile("lidt %0" :: "m"(gates_at));
}

void cpu_set_thread(void *thread)
{
    cpu_pcr[THREAD / sizeof(address)] = (address)thread;
}

static void set_pcr(void)
{
    cpu_pcr[SELF / sizeof(address)] = (address)cpu_pcr;
    cpu_set_thread(cpu_thread);
#if defined(__x86_64__)
    uint32_t low = (uint32_t)(address)cpu_pcr, high = (uint32_t)((address)cpu_pcr >> 32);
    __asm__ volatile("wrmsr" :: "c"(GS_BASE), "a"(low), "d"(high));
#else
    static uint64_t descriptors[4] = { 0, 0x00cf9b000000ffff, 0x00cf93000000ffff, 0x0040930000000fff };
    address at = (address)cpu_pcr;
    cpu_pcr[0] = (address)LIST_END;
    descriptors[3] |= (uint64_t)(at & 0xffffff) << 16 | (uint64_t)(at >> 24) << 56;
    gates_at.limit = sizeof descriptors - 1;
    gates_at.at = (address)descriptors;
    __asm__ volatile("lgdt %0\n movw %1, %%fs" :: "m"(gates_at), "r"((uint16_t)FS));
#endif
}

void cpu_start(const struct ntld_image *own)
{
    address at, base = (address)own->base;
    tables = memory_at;
    root = new_table();
#if !defined(__x86_64__)
    for (at = 0; at < 4; at++)          /* the processor reads these four once */
        next_table(&root[at], PRESENT);
#endif
    map_as_it_is(memory_at, 0x400000, NTLD_READ | NTLD_WRITE);
    map_as_it_is(bundle_at, bundle_bytes, NTLD_READ);
    for (at = base; at < base + own->size; at += NTLD_PAGE)
        cpu_map(at, at, ntld_access_at(own, at));
    cpu_map((address)stack_guard, 0, NTLD_NONE);
    cpu_map((address)stack_end, 0, NTLD_NONE);
    set_pcr();
    set_gates();
    __asm__ volatile("mov %0, %%cr3" :: "r"(root) : "memory");
#if !defined(__x86_64__)
    __asm__ volatile("movl %%cr0, %%eax\n orl $0x80010000, %%eax\n movl %%eax, %%cr0" ::: "eax", "memory");
#endif
}

static const char *access_text(address error)
{
    int present = error & 1;
    if (error & 16)
        return present ? "execution is not allowed" : "execution of what is not there";
    if (error & 2)
        return present ? "write is not allowed" : "write to what is not there";
    return present ? "read is not allowed" : "read of what is not there";
}

void trapped(struct frame *frame)
{
    static const char *const names[] = {
        "division by zero", "debug exception", "NMI", "breakpoint", "overflow", "bound",
        "invalid instruction", "no FPU", "double fault", "9", "invalid TSS", "segment", "stack fault",
        "general protection fault", "page fault", "15", "FPU error", "misaligned access",
    };
    struct fault fault = { "exception", frame->pc, 0, 0, 0, 0, 0 };
    if (frame->number < sizeof names / sizeof *names)
        fault.what = names[frame->number];
    if (frame->number == 3)
        fault.pc--;
    if (frame->number == 0x29)
        fault.what = "fails fast (int 0x29)";
    if (frame->number == 0x2c)
        fault.what = "an assertion fails (int 0x2c)";
    if (frame->number == 14) {
        __asm__ volatile("mov %%cr2, %0" : "=r"(fault.at));
        fault.what = access_text(frame->error);
        fault.has_address = fault.is_access = 1;
        fault.is_write = frame->error >> 1 & 1;
    }
    if (frame->number == 13)
        fault.is_access = 1;
#if defined(__x86_64__)
    if (frame->number == 13 && (int64_t)(frame->pc << 16) >> 16 != (int64_t)frame->pc)
        fault.what = "execution of what is not there";      /* no address has such upper bits */
#endif
    if (frame->number == 0x30) {
        fault.what = "a status is raised";
#if defined(__x86_64__)
        fault.status = (uint32_t)frame->rcx;
#else
        fault.status = frame->ecx;
#endif
    }
    fault_in(frame, &fault);
}
