/*
 * ntbuild/sections.h - code and data in named sections, the same on every compiler.
 *
 *     NTBUILD_INIT DRIVER_INITIALIZE DriverEntry;       discarded once DriverEntry has returned
 *     NTBUILD_PAGE DRIVER_DISPATCH SampleCreate;        may be paged out; below DISPATCH_LEVEL only
 *     NTBUILD_CODE("PAGELOCK") static VOID SampleDump(VOID);
 *     NTBUILD_PAGE_DATA static ULONG SampleLimit = 16;
 *     NTBUILD_PAGE_CONST static const WCHAR SampleText[] = L"...";
 *
 * Put them on the declaration, before the definition. What WDK sources use instead:
 *
 *                                             clang, zig      gcc
 *     #pragma alloc_text(PAGE, Function)      works           ignored; -Wunknown-pragmas warns
 *     #pragma code_seg("PAGE")                works           ignored; the same warning
 *     __declspec(code_seg("PAGE"))            works           ignored; -Wattributes warns
 *     #pragma data_seg("PAGEDATA")            works           ignored; -Wunknown-pragmas warns
 *     __declspec(allocate("PAGEDATA"))        works           ignored; -Wattributes warns
 *
 * Functions are noinline: inlined into a resident caller they would be resident again. Constants
 * have a section of their own, since gcc refuses constants and variables in one.
 */
#ifndef NTBUILD_SECTIONS_H
#define NTBUILD_SECTIONS_H

#define NTBUILD_CODE(Name)  __attribute__((section(Name), noinline))
#define NTBUILD_DATA(Name)  __attribute__((section(Name)))

#define NTBUILD_INIT        NTBUILD_CODE("INIT")
#define NTBUILD_PAGE        NTBUILD_CODE("PAGE")
#define NTBUILD_PAGE_DATA   NTBUILD_DATA("PAGEDATA")
#define NTBUILD_PAGE_CONST  NTBUILD_DATA("PAGECONS")

#endif
