unsigned long DbgPrint(const char *, ...);
unsigned long Quiet(void);
void *Address = (void *)Quiet;

long __stdcall DriverEntry(void *driver, void *path)
{
    DbgPrint("%p", driver);
    return DbgPrint("%p", path);
}
