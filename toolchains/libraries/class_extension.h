/*
 * class_extension.h - what a driver needs to be bound to a class extension of KMDF: the table of its
 * functions and its globals, both empty until then, and the record that asks for it.
 *
 *     CLASS_EXTENSION(Udecx, L"UdeCx", 1, 1, 34);
 *
 * The driver's entry point finds the record between the bounds of .kmdfclassbind and hands it to the
 * framework's loader (WdfVersionBindClass), which looks the class up by its name in the registry and
 * fills the table. Names of the table and the globals are those of the extension's headers, the
 * number of functions is the headers' <Prefix>FunctionTableNumEntries.
 *
 * Source: fxldr.h of the framework's own sources (WDF_CLASS_BIND_INFO).
 */
#ifndef NTBUILD_CLASS_EXTENSION_H
#define NTBUILD_CLASS_EXTENSION_H

#include <ntddk.h>

typedef struct {
    ULONG Size;
    const WCHAR *ClassName;
    ULONG Major;
    ULONG Minor;
    ULONG Build;
    PVOID *FunctionTable;
    ULONG FunctionTableCount;
    PVOID *ClassBindInfo;
    PVOID ClientBindClass;
    PVOID ClientUnbindClass;
    PVOID ClassModule;
} CLASS_EXTENSION_RECORD;

#define CLASS_EXTENSION(Prefix, Name, Major, Minor, Count) \
    PVOID Prefix##DriverGlobals; \
    PVOID Prefix##Functions[Count]; \
    __attribute__((__section__(".kmdfclassbind$b"), __used__)) \
    static CLASS_EXTENSION_RECORD Record = { \
        sizeof(Record), Name, Major, Minor, 0, Prefix##Functions, Count, \
        &Prefix##DriverGlobals, NULL, NULL, NULL \
    }

#endif
