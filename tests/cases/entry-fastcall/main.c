long __fastcall GsDriverEntry(void *driver, void *path) { return driver == path; }
