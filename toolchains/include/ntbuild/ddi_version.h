/*
 * ntbuild/ddi_version.h - RtlIsNtDdiVersionAvailable and RtlIsServicePackVersionInstalled.
 *
 * In the WDK they are functions of a static library. Up to Windows 8.1 an NTDDI version holds major,
 * minor and service pack numbers; from Windows 10 on its last byte counts releases, each of which
 * has a first build number.
 */
#ifndef NTBUILD_DDI_VERSION_H
#define NTBUILD_DDI_VERSION_H

EXTERN_C_START

FORCEINLINE VOID NtbuildReadVersion(PRTL_OSVERSIONINFOEXW Running)
{
    RtlZeroMemory(Running, sizeof(*Running));
    Running->dwOSVersionInfoSize = sizeof(*Running);
    (void)RtlGetVersion((PRTL_OSVERSIONINFOW)Running);
}

/* The first build of a release of Windows 10 or 11; one newer than this table is not there yet. */
FORCEINLINE ULONG NtbuildBuildOfRelease(ULONG Release)
{
    static const ULONG Builds[] = {
        10240, 10586, 14393, 15063, 16299, 17134, 17763, 18362, 19041, /* TH1 ... VB */
        19536, 20348, 22000, 22621, 25314, 25398, 25941, 26100, /* MN FE CO NI CU ZN GA GE */
    };

    return Release < sizeof(Builds) / sizeof(Builds[0]) ? Builds[Release] : MAXULONG;
}

FORCEINLINE BOOLEAN NtbuildIsNtDdiVersionAvailable(ULONG Version)
{
    RTL_OSVERSIONINFOEXW Running;
    ULONG System;

    NtbuildReadVersion(&Running);
    System = Running.dwMajorVersion << 24 | Running.dwMinorVersion << 16;
    if (System != (Version & 0xffff0000))
        return (BOOLEAN)(System > (Version & 0xffff0000));
    if (Running.dwMajorVersion >= 10)
        return (BOOLEAN)(Running.dwBuildNumber >= NtbuildBuildOfRelease(Version & 0xff));
    return (BOOLEAN)(Running.wServicePackMajor >= (Version >> 8 & 0xff));
}

/* Of the same system only: a later one does not have an earlier one's service pack. */
FORCEINLINE BOOLEAN NtbuildIsServicePackVersionInstalled(ULONG Version)
{
    RTL_OSVERSIONINFOEXW Running;

    NtbuildReadVersion(&Running);
    return (BOOLEAN)((Running.dwMajorVersion << 24 | Running.dwMinorVersion << 16) ==
                         (Version & 0xffff0000) &&
                     NtbuildIsNtDdiVersionAvailable(Version));
}

EXTERN_C_END

#undef RtlIsNtDdiVersionAvailable
#undef RtlIsServicePackVersionInstalled
#define RtlIsNtDdiVersionAvailable       NtbuildIsNtDdiVersionAvailable
#define RtlIsServicePackVersionInstalled NtbuildIsServicePackVersionInstalled

#endif
