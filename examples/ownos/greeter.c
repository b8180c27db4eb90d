/* A module that uses all three kinds of exports, and has one itself. */
#include "kernel.h"

static const char *const greetings[] = { "visitor: hello from greeter" };
static volatile int greeted;

int module_start(void)
{
    if (kernel_version() == 7)
        kernel_print("greeter: version 7 by ordinal");
    kernel_log("greeter: by forwarder");
    return 0;
}

void greeter_greet(int which)
{
    greeted++;
    kernel_print(((const char *const volatile *)greetings)[which]);
}
