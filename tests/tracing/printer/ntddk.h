/* ntddk.h - what the printer's sources need of the DDK, so that they compile for the host. */
#ifndef PRINTER_NTDDK_H
#define PRINTER_NTDDK_H

#ifdef _WIN32
# error "this header is for the host"
#endif

#define NULL ((void *)0)
#define TRUE 1
#define FALSE 0
#define DPFLTR_IHVDRIVER_ID 77
#define DPFLTR_ERROR_LEVEL 0
#define DPFLTR_WARNING_LEVEL 1
#define DPFLTR_INFO_LEVEL 3

typedef unsigned char UCHAR, BOOLEAN;
typedef unsigned int ULONG;
typedef unsigned long long ULONG64;
typedef long long LONG64;
typedef __UINTPTR_TYPE__ ULONG_PTR;

#include <stdarg.h>
ULONG vDbgPrintEx(ULONG Component, ULONG Level, const char *Format, va_list Arguments);

#endif
