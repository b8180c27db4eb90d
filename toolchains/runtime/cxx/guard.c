/*
 * guard.c - static objects of functions that several threads may reach first (-fthreadsafe-statics
 * with the gnu ABI): one thread constructs, others wait.
 *
 * Byte 0 of a guard is 1 when the object is there, which compiled code tests by itself. A wait at
 * DISPATCH_LEVEL spins, and so needs the constructing thread on another processor.
 */

#include "cxx.h"

#define CONSTRUCTED 1
#define CONSTRUCTING 0x100
#define ONE_MILLISECOND (-10000LL) /* relative, in units of 100 ns */

int __cxa_guard_acquire(LONG volatile *Guard);
void __cxa_guard_release(LONG volatile *Guard);
void __cxa_guard_abort(LONG volatile *Guard);

int __cxa_guard_acquire(LONG volatile *Guard)
{
    for (;;) {
        LONG Found = 0;

        if (__atomic_compare_exchange_n(
                Guard, &Found, CONSTRUCTING, 0, __ATOMIC_SEQ_CST, __ATOMIC_SEQ_CST))
            return 1;
        if (Found & CONSTRUCTED)
            return 0;
        if (KeGetCurrentIrql() < DISPATCH_LEVEL) {
            LARGE_INTEGER Wait;
            Wait.QuadPart = ONE_MILLISECOND;
            KeDelayExecutionThread(KernelMode, FALSE, &Wait);
        } else {
            YieldProcessor();
        }
    }
}

void __cxa_guard_release(LONG volatile *Guard)
{
    __atomic_store_n(Guard, CONSTRUCTED, __ATOMIC_RELEASE);
}

void __cxa_guard_abort(LONG volatile *Guard)
{
    __atomic_store_n(Guard, 0, __ATOMIC_RELEASE);
}
