/* Stands for the kernel where a module is linked at a fixed base. */
#include "kernel.h"

const int kernel_version = 7;
volatile char kernel_screen[80];

void kernel_print(const char *text)
{
    unsigned column;
    for (column = 0; column < sizeof kernel_screen && text[column]; column++)
        kernel_screen[column] = text[column];
}
