/* A module for a kernel that loads ELF: it calls the kernel, and has data with addresses in it. */
#include "kernel.h"

static unsigned greetings;

static void say(const char *text)
{
    kernel_print(text);
    greetings++;
}

static void (*const volatile steps[])(const char *) = { say, kernel_print };

int greeter_start(void)
{
    unsigned step;
    for (step = 0; step < sizeof steps / sizeof *steps; step++)
        steps[step]("greeter: hello");
    return kernel_version < 7 ? -1 : (int)greetings;
}
