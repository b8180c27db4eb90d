/*
 * stortrce.h - memory functions that trace headers of storport miniports use.
 *
 * The WDK's also sends WPP's events through the port driver. With this toolchain WPP is off or
 * writes to the debugger, so StorInitTracing and its kin are not declared: a source that calls one
 * is told so by the compiler.
 */
#ifndef NTBUILD_STORTRCE_H
#define NTBUILD_STORTRCE_H

#define _NTSTORTRCE_

#define StorMoveMemory(Destination, Source, Length) memmove((Destination), (Source), (Length))
#define StorMemSet(Destination, Value, Length)      memset((Destination), (Value), (Length))

#endif
