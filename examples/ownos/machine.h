/* What differs between machines: x64 and x86 are QEMU's PC, arm64 and arm its machine "virt". */
#ifndef MACHINE_H
#define MACHINE_H

#include <stddef.h>

/* Called by the boot code, on a stack. */
void kernel_main(void);

void machine_start(void);       /* memory may be used as usual afterwards */
void machine_put(char letter);
void machine_off(void);
void machine_flush(void *at, size_t bytes);

/* Where the modules were loaded, and memory that nobody uses. */
extern const size_t modules_at, memory_at, memory_bytes;

#endif
