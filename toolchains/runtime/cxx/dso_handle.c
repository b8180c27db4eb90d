/* dso_handle.c - the module that calls of __cxa_atexit name. */

extern void *__dso_handle;
void *__dso_handle = &__dso_handle;
