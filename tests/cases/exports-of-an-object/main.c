__declspec(dllexport) long Shared = 1;
__declspec(dllexport) void Function(void) { Shared++; }
__declspec(dllexport) long __stdcall WithSize(long x) { return x; }
long __stdcall DriverEntry(void *driver, void *path) { return driver == path; }
