extern char __ImageBase;
void *Base = &__ImageBase;
long __stdcall DriverEntry(void *driver, void *path) { return (char *)driver == &__ImageBase && path == Base; }
