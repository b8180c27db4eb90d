/*
 * _bsd_types.h - in place of mingw-w64's: the integers that its in_addr and in6_addr are made of.
 *
 * u_int is left out: no header of the WDK has it, and drivers declare it with a type of their own.
 */
#ifndef _BSDTYPES_DEFINED
#define _BSDTYPES_DEFINED

typedef unsigned char u_char;
typedef unsigned short u_short;
typedef unsigned long u_long;

#endif
