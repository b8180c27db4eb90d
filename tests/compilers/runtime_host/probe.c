/* probe.c - calls the stack probes of x86 and x64 and looks at registers and stack pointer. */

#include "host.h"

void _start(void);

#if defined(__x86_64__)
# define PROBE(name, size) \
    do { \
        u64 before_, after_, rax_ = (size), rcx_ = 0x1234567890ull; \
        __asm__ volatile("movq %%rsp, %2\n\tcall " name "\n\tmovq %%rsp, %3" \
                         : "+a"(rax_), "+c"(rcx_), "=&r"(before_), "=&r"(after_) : : "memory", "cc"); \
        CHECK(before_ == after_ && rax_ == (size) && rcx_ == 0x1234567890ull); \
    } while (0)
#else
# define PROBE(name, size) \
    do { \
        u32 before_, after_, eax_ = (size), ecx_ = 0x12345678; \
        __asm__ volatile("movl %%esp, %2\n\tcall " name "\n\tmovl %%esp, %3" \
                         : "+a"(eax_), "+c"(ecx_), "=&r"(before_), "=&r"(after_) : : "memory", "cc"); \
        CHECK(before_ == after_ && eax_ == (size) && ecx_ == 0x12345678); \
    } while (0)
# define ALLOCATE(name, size) \
    do { \
        u32 before_, after_, eax_ = (size), ecx_ = 0x12345678; \
        __asm__ volatile("movl %%esp, %2\n\tcall " name "\n\tmovl %%esp, %3\n\tmovl %2, %%esp" \
                         : "+a"(eax_), "+c"(ecx_), "=&r"(before_), "=&r"(after_) : : "memory", "cc"); \
        CHECK(before_ - after_ == (size) && ecx_ == 0x12345678); \
    } while (0)
#endif

__attribute__((force_align_arg_pointer)) void _start(void)
{
    PROBE("___chkstk_ms", 0);
    PROBE("___chkstk_ms", 4095);
    PROBE("___chkstk_ms", 4096);
    PROBE("___chkstk_ms", 100000);
#if defined(__x86_64__)
    PROBE("__chkstk", 100000);
#else
    ALLOCATE("__alloca", 16);
    ALLOCATE("__alloca", 4096);
    ALLOCATE("__chkstk", 100000);
    ALLOCATE("__alloca_probe", 65536);
#endif
    leave(0);
}
