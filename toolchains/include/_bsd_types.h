/*
 * _bsd_types.h - in place of mingw-w64's: the integers that its in_addr and in6_addr are made of.
 *
 * u_int is left out in a driver: no header of the WDK has it, and drivers declare it with a type of
 * their own. A program, which includes windows.h, has mingw-w64's.
 */
#if defined(_INC_WINDOWS)
# include_next <_bsd_types.h>
#elif !defined(_BSDTYPES_DEFINED)
# define _BSDTYPES_DEFINED

typedef unsigned char u_char;
typedef unsigned short u_short;
typedef unsigned long u_long;

#endif
