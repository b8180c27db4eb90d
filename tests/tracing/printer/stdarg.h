/* stdarg.h - on Windows a va_list points to the arguments, whatever the host has. */
#ifndef PRINTER_STDARG_H
#define PRINTER_STDARG_H
typedef const void *va_list;
#endif
