long Value = 3;
const char Unused[] = "nobody reads this";

void Sink(volatile char *);
__attribute__((noinline)) void Sink(volatile char *at) { *at = 0; }
__attribute__((noinline)) long Dropped(long x) { char buffer[64]; Sink(buffer); return x + Unused[x]; }
__attribute__((noinline)) long Kept(long x) { char buffer[64]; Sink(buffer); return x * Value; }

long __stdcall DriverEntry(void *driver, void *path) { return driver == path; }
