long __stdcall FxDriverEntry(void *driver, void *path) { return driver == path; }
