/*
 * What differs between machines: boot, page tables, exceptions, calls into a driver and out of it.
 *
 * Files: x64.S, x86.S and x86.c for both; arm64.S and arm64.c; arm.S and arm.c. Everything runs on
 * one processor with interrupts off.
 */
#ifndef CPU_H
#define CPU_H

#include "ntld.h"

typedef uintptr_t address;

enum { CALL_ARGUMENTS = 8, STUBS = 1024, STUB_SIZE = 16 };

/* Registers at an exception, for unwinding. Order and offsets are known to the .S files. */
#if defined(__x86_64__)
struct frame {
    unsigned char vectors[10][16];      /* xmm6 to xmm15 */
    address r15, r14, r13, r12, r11, r10, r9, r8, rdi, rsi, rbp, rbx, rdx, rcx, rax;
    address number, error, pc, cs, flags, sp, ss;
};
#elif defined(__aarch64__)
struct frame {
    address x[31], sp, pc, flags, syndrome, fault;
};
#elif defined(__i386__)
struct frame {
    address edi, esi, ebp, sp, ebx, edx, ecx, eax, number, error, pc, cs, flags;
};
#else
struct frame {
    address r[13], sp, lr, pc, number;
};
#endif

/* What a processor exception is, in words and numbers. */
struct fault {
    const char *what;
    address pc, at;
    int has_address;        /* `at` is the address that was accessed */
    int is_access;          /* NT: STATUS_ACCESS_VIOLATION */
    int is_write;
    uint32_t status;        /* of a status that was raised, or 0 */
};

/* Places of this machine: a range for images and the pool, files that were loaded, free memory. */
extern const address region, region_bytes, bundle_at, bundle_bytes, memory_at, memory_bytes;
extern const address shared_data[2];    /* where drivers look for KUSER_SHARED_DATA, or 0 */

/* Page tables, own sections protected, exceptions. Before it only cpu_put and cpu_off may be called. */
void cpu_start(const struct ntld_image *own);
/* One page at `at` shows `physical` from now on, with the access of enum ntld_access. */
void cpu_map(address at, address physical, int access);
void cpu_flush(void *at, size_t bytes);
void cpu_put(char letter);
void cpu_off(void);
/* The IRQL, from where drivers' inline functions keep it. */
unsigned cpu_irql(void);
void cpu_set_irql(unsigned irql);

/*
 * Call a driver's function: `words` has CALL_ARGUMENTS words, of which `count` are arguments. `*bad` is
 * 1 when it changed a register of its caller or returned with another stack pointer.
 */
address cpu_call(void *function, unsigned count, const address *words, address *bad);
extern const unsigned char cpu_returned[];      /* where cpu_call goes on */

/* Go on where another thread's cpu_switch or cpu_begin has left; `sp` gets where this one will go on. */
void cpu_switch(address *sp, address other);
/* Call a function at the top of a new stack; it does not return. */
void cpu_begin(address *sp, address top, void (*function)(void));

/* Raise a status where the caller is; a handler of its callers may take it. */
void cpu_raise(uint32_t status);
/* The thread that processors say they run; nothing is in it. */
extern char cpu_thread[];
#if defined(__x86_64__) || defined(__i386__)
/* Let the processor's block (KPCR) say that another one runs. */
void cpu_set_thread(void *thread);
#endif
/* Go on with the registers of a frame. */
__attribute__((noreturn)) void cpu_resume(const struct frame *frame);
#if defined(__i386__)
/* What fs leads to: the first word is the list of exception registrations. */
extern address cpu_pcr[1024];
enum { LIST_END = -1 };
/* Call a filter, a handler or __finally of a function with its ebp. */
address cpu_call_block(address block, address frame);
#elif !defined(__arm__)
/*
 * Call a filter or __finally with two words. `registers` are x19 to x29 of its function on arm64, and
 * nothing on x64.
 */
address cpu_call_block(address block, address first, address second, const void *registers);
#endif

/* STUBS functions of STUB_SIZE bytes, one for each imported routine. */
extern const unsigned char cpu_stubs[];
#define FIRST_STUB ((address)cpu_stubs & ~(address)1)      /* without the Thumb bit */

/* Called by the .S files. */
void trapped(struct frame *frame);
address entering(unsigned stub, address sp, address caller, const struct frame *frame);
void kernel(void);

/* An exception that this machine's file has put into words. Returns when a handler took it. */
void fault_in(struct frame *frame, const struct fault *fault);

#endif
