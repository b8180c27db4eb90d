__declspec(dllimport) unsigned long DbgPrint(const char *, ...);
__declspec(dllimport) unsigned long Quiet(void);
__declspec(dllimport) unsigned char KdDebuggerEnabled;
__declspec(dllimport) unsigned char KeGetCurrentIrql(void);

long __stdcall DriverEntry(void *driver, void *path)
{
    return Quiet() + DbgPrint("%p%p", driver, path) + KdDebuggerEnabled + KeGetCurrentIrql();
}
