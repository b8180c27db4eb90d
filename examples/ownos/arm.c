/* arm on QEMU's machine "virt": sections of 1 MB, the serial line PL011, PSCI. */
#include "machine.h"

const size_t modules_at = 0x44000000, memory_at = 0x46000000, memory_bytes = 0x1000000;

static unsigned table_space[8192];      /* 16 KB of it, at a multiple of that */

#define WRITE_CP15(value, a, b, c, d) \
    __asm__ volatile("mcr p15, " #a ", %0, " #b ", " #c ", " #d :: "r"(value) : "memory")

/* Without caches and page tables, memory is a device to the processor: words must be aligned. */
void machine_start(void)
{
    unsigned *table = (unsigned *)(((unsigned)table_space + 16383) & ~16383u), index, control;
    for (index = 0; index < 4096; index++)
        table[index] = index << 20 | (index < 0x400 ? 0x10c16 : 0x10c0e);
    WRITE_CP15(1, 0, c3, c0, 0);
    WRITE_CP15(0, 0, c2, c0, 2);
    WRITE_CP15((unsigned)table, 0, c2, c0, 0);
    WRITE_CP15(0, 0, c8, c7, 0);
    __asm__ volatile("dsb\n isb\n mrc p15, 0, %0, c1, c0, 0" : "=r"(control));
    control = (control | 1 | 4 | 1 << 12 | 1 << 22 | 1 << 23) & ~(1u << 28 | 1u << 29 | 2u);
    WRITE_CP15(control, 0, c1, c0, 0);
    __asm__ volatile("dsb\n isb");
}

void machine_put(char letter)
{
    *(volatile unsigned *)0x09000000 = (unsigned char)letter;
}

void machine_off(void)
{
    register unsigned r0 __asm__("r0") = 0x84000008;
    __asm__ volatile(".arch_extension virt\n hvc #0" : "+r"(r0) :: "memory");
}

void machine_flush(void *at, size_t bytes)
{
    size_t line = (size_t)at & ~(size_t)31, end = (size_t)at + bytes;
    for (; line < end; line += 32)
        WRITE_CP15(line, 0, c7, c11, 1);
    __asm__ volatile("dsb");
    WRITE_CP15(0, 0, c7, c5, 0);
    __asm__ volatile("dsb\n isb");
}
