/*
 * dontuse.h - in the WDK, marks strcpy, sprintf and their kin as deprecated, which is a warning at
 * each use. mingw-w64's makes other names of them, so that <ntstrsafe.h> after it does not compile;
 * no compiler here can mark a function of another header, so nothing is marked.
 */
#ifndef NTBUILD_DONTUSE_H
#define NTBUILD_DONTUSE_H
#endif
