__declspec(dllimport) unsigned long DbgPrint(const char *, ...);

static void Unload(void *driver) { DbgPrint("bye %p", driver); }

__attribute__((section("INIT"))) long __stdcall DriverEntry(void **driver, void *path)
{
    driver[13] = (void *)Unload;
    return path == 0;
}
