/* cxx.h - what the parts of the C++ run-time know of each other. */
#ifndef NTBUILD_CXX_H
#define NTBUILD_CXX_H

#include <ntddk.h>

#define NTBUILD_CXX_TAG '+C++' /* in a pool dump: ++C+ */

typedef void (*NTBUILD_FUNCTION)(void);
typedef void (*NTBUILD_DESTRUCTOR)(void *Object);

/* at_exit_list.c: what is called when the driver goes, the last one first. */
BOOLEAN NtbuildAtExit(NTBUILD_DESTRUCTOR Function, void *Object, BOOLEAN TakesObject);
void NtbuildRunAtExit(void);

/* Set once a destructor could not be noted down, because the pool is empty. */
extern BOOLEAN NtbuildAtExitFailed;

/* operators.S, which every driver with this run-time links for its directives. */
extern const char NtbuildCxxOperators;

#endif
