/* arm64 on QEMU's machine "virt": two pages of 1 GB, the serial line PL011, PSCI. */
#include "machine.h"

const size_t modules_at = 0x44000000, memory_at = 0x46000000, memory_bytes = 0x1000000;

static unsigned long long level1[512] __attribute__((aligned(4096)));

/* Without caches and page tables, memory is a device to the processor: words must be aligned. */
void machine_start(void)
{
    level1[0] = 0x00000000 | 0x405;         /* devices */
    level1[1] = 0x40000000 | 0x701;         /* memory, cached */
    __asm__ volatile(
        "msr mair_el1, %0\n msr tcr_el1, %1\n msr ttbr0_el1, %2\n isb\n tlbi vmalle1\n dsb ish\n isb\n"
        "mrs x9, sctlr_el1\n mov x10, #0x1005\n orr x9, x9, x10\n msr sctlr_el1, x9\n isb"
        :: "r"(0x00ffull), "r"(25ull | 0x3500ull | 1ull << 23), "r"(level1) : "x9", "x10", "memory");
}

void machine_put(char letter)
{
    *(volatile unsigned *)0x09000000 = (unsigned char)letter;
}

void machine_off(void)
{
    register unsigned long long x0 __asm__("x0") = 0x84000008;
    __asm__ volatile("hvc #0" : "+r"(x0) :: "memory");
}

void machine_flush(void *at, size_t bytes)
{
    size_t line = (size_t)at & ~(size_t)63, end = (size_t)at + bytes;
    for (; line < end; line += 64)
        __asm__ volatile("dc cvau, %0" :: "r"(line));
    __asm__ volatile("dsb ish\n ic iallu\n dsb ish\n isb" ::: "memory");
}
