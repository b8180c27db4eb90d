__declspec(dllimport) long Helper(void);
long __stdcall DriverEntry(void *driver, void *path) { return Helper() + (driver == path); }
