/* host.h - just enough of Linux to run the run-time's code without a C library. */
#ifndef HOST_H
#define HOST_H

typedef unsigned int u32;
typedef unsigned long long u64;
typedef long long s64;

static inline __attribute__((noreturn)) void leave(int code)
{
#if defined(__x86_64__)
    __asm__ volatile("syscall" : : "a"(60), "D"(code) : "memory");
#else
    __asm__ volatile("int $0x80" : : "a"(1), "b"(code) : "memory");
#endif
    __builtin_unreachable();
}

/* A failed check ends the program with the number of the line it is on, folded to a byte. */
#define CHECK(condition) \
    do { \
        if (!(condition)) \
            leave(1 + __LINE__ % 255); \
    } while (0)

#endif
