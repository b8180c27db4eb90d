/* What the kernel gives its modules. */
#ifndef KERNEL_H
#define KERNEL_H

void kernel_print(const char *text);
extern const int kernel_version;

#endif
