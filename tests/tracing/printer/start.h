/* start.h - a program without a C library: calls All, writes Output and ends. */
#ifndef PRINTER_START_H
#define PRINTER_START_H

#if defined(__cplusplus)
extern "C" {
#endif

void *memcpy(void *To, const void *From, __SIZE_TYPE__ Size);
void *memset(void *To, int Value, __SIZE_TYPE__ Size);
void _start(void);

void *memcpy(void *To, const void *From, __SIZE_TYPE__ Size)
{
    char *Left = (char *)To;
    const char *Right = (const char *)From;

    while (Size--)
        *Left++ = *Right++;
    return To;
}

void *memset(void *To, int Value, __SIZE_TYPE__ Size)
{
    char *Left = (char *)To;

    while (Size--)
        *Left++ = (char)Value;
    return To;
}

__attribute__((noreturn)) void _start(void)
{
#if defined(__x86_64__)
    long Done;

    __asm__ volatile("and $-16, %rsp");
    All();
    __asm__ volatile("syscall"
                     : "=a"(Done)
                     : "a"(1), "D"(1), "S"(Output), "d"((long)Written)
                     : "rcx", "r11", "memory");
    __asm__ volatile("syscall" : : "a"(60), "D"(0) : "memory");
#else
    int Done;

    All();
    __asm__ volatile("int $0x80"
                     : "=a"(Done)
                     : "a"(4), "b"(1), "c"(Output), "d"(Written)
                     : "memory");
    __asm__ volatile("int $0x80" : : "a"(1), "b"(0) : "memory");
#endif
    __builtin_unreachable();
}

#if defined(__cplusplus)
}
#endif

#endif
