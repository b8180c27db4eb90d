"""What Visual Studio and the kit define before a driver project begins, as tables.

Folders of a kit are names on the share ``//kit``, which no project has: ``$(DDK_INC_PATH)`` is
``//kit/km/``. Who reads an evaluated project knows by that name what belongs to a kit
(`in_kit`), whether or not one is there.

Source: Microsoft "MSBuild reserved and well-known properties", "Common MSBuild project properties"
and "Using the Windows headers" (version numbers); names of the kit's own properties as driver
projects use them.
"""

from typing import Final

KIT: Final = "//kit"

PLATFORMS: Final = {"x64": "x64", "x86": "Win32", "arm64": "ARM64", "arm": "ARM"}
"""The name of each machine as a platform of projects."""

NT_VERSIONS: Final = {
    "winxp": 0x0501,
    "vista": 0x0600,
    "windows7": 0x0601,
    "win7": 0x0601,
    "windows8": 0x0602,
    "win8": 0x0602,
    "windowsv6.3": 0x0603,
    "winv6.3": 0x0603,
    "windows10": 0x0A00,
    "win10": 0x0A00,
    "windows11": 0x0A00,
}
"""``_NT_TARGET_VERSION`` by ``TargetVersion``, in small letters."""

_FOLDERS: Final = {
    "DDK_INC_PATH": "km",
    "KM_IncludePath": "km",
    "IFSKIT_INC_PATH": "km",
    "CRT_INC_PATH": "km/crt",
    "KIT_SHARED_INC_PATH": "shared",
    "KIT_SHARED_INC_PATH_WDK": "shared",
    "KIT_SHARED_IncludePath": "shared",
    "SDK_INC_PATH": "um",
    "UM_IncludePath": "um",
    "WDK_UM_INC_PATH": "um",
    "UCRT_IncludePath": "ucrt",
    "UniversalCRT_IncludePath": "ucrt",
    "SPB_INC_PATH": "km/spb",
    "WDF_INC_PATH": "wdf",
    "KMDF_INC_PATH": "wdf/kmdf",
    "DDK_LIB_PATH": "lib",
    "SDK_LIB_PATH": "lib",
    "WDK_UM_LIB_PATH": "lib",
    "SPB_LIB_PATH": "lib",
    "WindowsDDK_LibraryPath": "lib",
    "VC_IncludePath": "vc",
    "VC_LibraryPath_x64": "lib",
    "WindowsSDK_IncludePath": "um",
    "WindowsSDK_LibraryPath_x64": "lib",
}

_TEXTS: Final = {
    "KernelBufferOverflowLib": "BufferOverflowFastFailK.lib",
    "VisualStudioVersion": "17.0",
    "MSBuildToolsVersion": "Current",
    "PlatformToolset": "",
    "PlatformToolsetVersion": "143",
    "KMDF_VERSION_MAJOR": "1",
    "SPB_VERSION_MAJOR": "1",
    "SPB_VERSION_MINOR": "1",
    "ACX_VERSION_MAJOR": "1",
    "ACX_VERSION_MINOR": "1",
    "TargetExt": ".sys",
    "OS": "Windows_NT",
    "LatestTargetPlatformVersion": "10.0",
    "WindowsTargetPlatformVersion": "10.0",
    "WDKContentRoot": f"{KIT}/",
    "WindowsSdkDir": f"{KIT}/",
    "VCTargetsPath": f"{KIT}/msbuild",
    "UserRootDir": f"{KIT}/user",
    "MSBuildProgramFiles32": f"{KIT}/programs",
}


def properties(project: str, folder: str, configuration: str, platform: str) -> dict[str, str]:
    """Properties of a project before its first line, by name in small letters.

    ``project`` is its name without suffix, ``folder`` its folder, an absolute path with slashes.
    """
    machine = {"Win32": "x86", "ARM64": "arm64", "ARM": "arm"}.get(platform, platform.lower())
    own = {
        "Configuration": configuration,
        "ConfigurationName": configuration,
        "Platform": platform,
        "PlatformTarget": machine,
        "DDKPlatform": machine,
        "MSBuildProjectDirectory": folder,
        "MSBuildProjectName": project,
        "MSBuildProjectFullPath": f"{folder}/{project}.vcxproj",
        "MSBuildProjectExtension": ".vcxproj",
        "MSBuildProjectFile": f"{project}.vcxproj",
        "MSBuildStartupDirectory": folder,
        "ProjectDir": f"{folder}/",
        "ProjectName": project,
        "ProjectPath": f"{folder}/{project}.vcxproj",
        "IntDir": f"{platform}/{configuration}/",
        "OutDir": f"{folder}/{platform}/{configuration}/",
    }
    for name, number in {"WIN7": 0x601, "WIN8": 0x602, "WINBLUE": 0x603, "WIN10": 0xA00}.items():
        own[f"_NT_TARGET_VERSION_{name}"] = f"{number:#06x}"
    # With a slash at the end, as in a kit: projects write $(DDK_LIB_PATH)\x and $(DDK_LIB_PATH)x.
    folders = {name: f"{KIT}/{folder}/" for name, folder in _FOLDERS.items()}
    return {name.lower(): value for name, value in {**_TEXTS, **folders, **own}.items()}


def derived(known: dict[str, str]) -> dict[str, str]:
    """What the kit's files derive from properties that a project has set before it imports them."""
    version = NT_VERSIONS.get(known.get("targetversion", "").lower())
    found = {} if version is None else {"_nt_target_version": f"{version:#06x}"}
    newest = f"{version or 0xA00:#06x}"
    found |= {"win32_winnt_version": newest, "winver_version": newest}
    found["targetname"] = known["projectname"]
    return {name: value for name, value in found.items() if not known.get(name)}


def in_kit(path: str) -> str | None:
    """The folder or file of the kit that a path with slashes stands for; None for others.

    ``//kit/km/spb/1.1`` is ``km/spb/1.1``.
    """
    if not path.lower().startswith(f"{KIT}/"):
        return None
    inside = path[len(KIT) :].strip("/")
    return inside.removeprefix("Include/").removeprefix("include/")
