/*
 * time.c - what time it is: Ke's routines, KeTickCount, and KUSER_SHARED_DATA, which drivers read without
 * a call. Time goes on by a millisecond when it is asked for by a call, and where the driver waits; a loop
 * that reads nothing but the shared page does not see it move.
 */
#include "kernel.h"

enum { MILLISECOND = 10000, TICK = 156250, TICKS_AT_START = 0x10000, VERSION = 10 };
#define TIME_AT_START 0x01db000000000000ll

LONGLONG now = TIME_AT_START;
static volatile KSYSTEM_TIME nt_KeTickCount;
static union {
    KUSER_SHARED_DATA data;
    char page[NTLD_PAGE];
} shared __attribute__((aligned(NTLD_PAGE)));

static LONGLONG since_boot(void)
{
    return (LONGLONG)TICKS_AT_START * TICK + now - TIME_AT_START;
}

/* Whole ticks since the machine was started, by long division: 32-bit machines have no other here. */
static LONGLONG ticks(void)
{
    ULONGLONG left = (ULONGLONG)(now - TIME_AT_START), quotient = 0, rest = 0;
    int bit;
    for (bit = 0; bit < 64; bit++, left <<= 1) {
        rest = rest << 1 | left >> 63;
        quotient <<= 1;
        if (rest >= TICK) {
            rest -= TICK;
            quotient |= 1;
        }
    }
    return TICKS_AT_START + (LONGLONG)quotient;
}

static void show(volatile KSYSTEM_TIME *where, LONGLONG value)
{
    where->High2Time = (LONG)(value >> 32);
    where->LowPart = (ULONG)value;
    where->High1Time = (LONG)(value >> 32);
}

void set_time(LONGLONG time)
{
    now = time;
    show(&shared.data.InterruptTime, since_boot());
    show(&shared.data.SystemTime, now);
    show(&shared.data.TickCount, ticks());
    show(&nt_KeTickCount, ticks());
}

void time_start(void)
{
    static const WCHAR folder[] = L"C:\\Windows";
    int index;
    memcpy(shared.data.NtSystemRoot, folder, sizeof folder);
    shared.data.TickCountMultiplier = 0x0FA00000;       /* 15.625 ms, in 24 bits of fraction */
    shared.data.NtProductType = NtProductWinNt;
    shared.data.ProductTypeIsValid = TRUE;
    shared.data.NtMajorVersion = VERSION;
    set_time(TIME_AT_START);
    for (index = 0; index < 2; index++)
        if (shared_data[index])
            cpu_map(shared_data[index], (address)&shared, NTLD_READ);
}

VOID NTAPI nt_KeQuerySystemTime(PLARGE_INTEGER time)
{
    set_time(now + MILLISECOND);
    time->QuadPart = now;
}

VOID NTAPI nt_KeQuerySystemTimePrecise(PLARGE_INTEGER time)
{
    nt_KeQuerySystemTime(time);
}

VOID NTAPI nt_KeQueryTickCount(PLARGE_INTEGER count)
{
    set_time(now + MILLISECOND);
    count->QuadPart = ticks();
}

ULONGLONG NTAPI nt_KeQueryInterruptTime(VOID)
{
    set_time(now + MILLISECOND);
    return (ULONGLONG)since_boot();
}

/* The machine stands at Greenwich. */
VOID NTAPI nt_ExSystemTimeToLocalTime(PLARGE_INTEGER system, PLARGE_INTEGER local)
{
    *local = *system;
}

VOID NTAPI nt_ExLocalTimeToSystemTime(PLARGE_INTEGER local, PLARGE_INTEGER system)
{
    *system = *local;
}

ULONG NTAPI nt_KeQueryTimeIncrement(VOID)
{
    return TICK;
}

LARGE_INTEGER NTAPI nt_KeQueryPerformanceCounter(PLARGE_INTEGER frequency)
{
    LARGE_INTEGER time;
    if (frequency)
        frequency->QuadPart = 10000000;
    set_time(now + MILLISECOND);
    time.QuadPart = since_boot();
    return time;
}

const struct routine time_routines[] = {
    R(KeQuerySystemTime, ANY_LEVEL), R(KeQuerySystemTimePrecise, ANY_LEVEL), R(KeQueryTickCount, ANY_LEVEL),
    R(KeQueryInterruptTime, ANY_LEVEL), { "KeQueryUnbiasedInterruptTime", nt_KeQueryInterruptTime, ANY_LEVEL },
    R(ExSystemTimeToLocalTime, ANY_LEVEL), R(ExLocalTimeToSystemTime, ANY_LEVEL), R(KeQueryTimeIncrement, ANY_LEVEL), R(KeQueryPerformanceCounter, ANY_LEVEL), V(KeTickCount),
    { 0 },
};
