long CoreCount = 1;
long __stdcall CoreOpen(void *name) { return name != 0; }
void __stdcall CoreClose(long handle) { CoreCount -= handle; }
void CoreHidden(void) { CoreCount = 0; }
void CorePrivate(void) { CoreCount = 1; }
long __stdcall DriverEntry(void *driver, void *path) { return driver == path; }
