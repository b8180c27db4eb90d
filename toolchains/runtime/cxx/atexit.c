/* atexit.c - how both C++ ABIs of Windows compilers register destructors of static objects. */

#include "cxx.h"

int atexit(void (*Function)(void));

int atexit(void (*Function)(void))
{
    return !NtbuildAtExit((NTBUILD_DESTRUCTOR)(void *)Function, NULL, FALSE);
}
