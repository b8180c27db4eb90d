/* cxa_atexit.c - the Itanium C++ ABI's form of atexit; a driver is the only module there is. */

#include "cxx.h"

int __cxa_atexit(void (*Function)(void *), void *Object, void *Module);

int __cxa_atexit(void (*Function)(void *), void *Object, void *Module)
{
    UNREFERENCED_PARAMETER(Module);
    return !NtbuildAtExit(Function, Object, TRUE);
}
