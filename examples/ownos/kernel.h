/* What the kernel offers its modules. */
#ifndef KERNEL_H
#define KERNEL_H

#ifdef KERNEL
#define KERNEL_API
#else
#define KERNEL_API __declspec(dllimport)
#endif

KERNEL_API void kernel_print(const char *text);
/* Exported by its ordinal only. */
KERNEL_API int kernel_version(void);
/* A forwarder to kernel_print. */
KERNEL_API void kernel_log(const char *text);

#endif
