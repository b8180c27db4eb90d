/*
 * ntbuild/os_version.h - after wdm.h: RtlGetVersion with its types, and what else belongs to wdm.h
 * but is in mingw-w64's ntddk.h. ntddk.h's own, read later, get other names (ddk_names.h).
 */
#ifndef NTBUILD_OS_VERSION_H
#define NTBUILD_OS_VERSION_H

#include <basetyps.h>
#include <bugcodes.h>

#define NTBUILD_OS_VERSION                                                                        \
    ULONG dwOSVersionInfoSize;                                                                    \
    ULONG dwMajorVersion;                                                                         \
    ULONG dwMinorVersion;                                                                         \
    ULONG dwBuildNumber;                                                                          \
    ULONG dwPlatformId;                                                                           \
    WCHAR szCSDVersion[128];

typedef struct _OSVERSIONINFOW {
    NTBUILD_OS_VERSION
} OSVERSIONINFOW, *POSVERSIONINFOW, *LPOSVERSIONINFOW, RTL_OSVERSIONINFOW, *PRTL_OSVERSIONINFOW;

typedef struct _OSVERSIONINFOEXW {
    NTBUILD_OS_VERSION
    USHORT wServicePackMajor;
    USHORT wServicePackMinor;
    USHORT wSuiteMask;
    UCHAR wProductType;
    UCHAR wReserved;
} OSVERSIONINFOEXW, *POSVERSIONINFOEXW, *LPOSVERSIONINFOEXW;
typedef OSVERSIONINFOEXW RTL_OSVERSIONINFOEXW, *PRTL_OSVERSIONINFOEXW;

typedef union _FILE_SEGMENT_ELEMENT {
    PVOID64 Buffer;
    ULONGLONG Alignment;
} FILE_SEGMENT_ELEMENT, *PFILE_SEGMENT_ELEMENT;

EXTERN_C_START
NTSYSAPI NTSTATUS NTAPI RtlGetVersion(PRTL_OSVERSIONINFOW VersionInformation);
NTSYSAPI NTSTATUS NTAPI RtlVerifyVersionInfo(
    PRTL_OSVERSIONINFOEXW VersionInfo, ULONG TypeMask, ULONGLONG ConditionMask);
NTSYSAPI ULONGLONG NTAPI VerSetConditionMask(
    ULONGLONG ConditionMask, ULONG TypeMask, UCHAR Condition);
NTKERNELAPI BOOLEAN NTAPI PsGetVersion(
    PULONG MajorVersion, PULONG MinorVersion, PULONG BuildNumber, PUNICODE_STRING CSDVersion);
EXTERN_C_END

#define VER_MINORVERSION     0x0000001
#define VER_MAJORVERSION     0x0000002
#define VER_BUILDNUMBER      0x0000004
#define VER_PLATFORMID       0x0000008
#define VER_SERVICEPACKMINOR 0x0000010
#define VER_SERVICEPACKMAJOR 0x0000020
#define VER_SUITENAME        0x0000040
#define VER_PRODUCT_TYPE     0x0000080
#define VER_EQUAL            1
#define VER_GREATER          2
#define VER_GREATER_EQUAL    3
#define VER_LESS             4
#define VER_LESS_EQUAL       5
#define VER_AND              6
#define VER_OR               7
#define VER_NT_WORKSTATION       0x0000001
#define VER_NT_DOMAIN_CONTROLLER 0x0000002
#define VER_NT_SERVER            0x0000003

#endif
