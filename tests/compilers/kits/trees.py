"""Small trees that are laid out as driver kits are: two-line headers, in odd case of letters."""

from pathlib import Path

HEADERS = {
    "km/NTDDK.H": "#pragma once\n#include <Wdm.h>\n",
    "km/wdm.h": "#pragma once\n#include <NtDef.h>\n",
    "km/crt/String.h": "#pragma once\n#include <stddef.h>\n",
    "shared/ntdef.h": "#pragma once\ntypedef long NTSTATUS;\n",
    "shared/WARNING.H": "#pragma once\n#define except __except\n",
    "um/windows.h": "#pragma once\n#error a program's header\n",
    "ucrt/string.h": "#pragma once\n#error a program's header\n",
}
FRAMEWORK = ("kmdf/1.15/wdf.h", "kmdf/1.33/Wdf.h", "kmdf/1.9/other.h")


def write(folder: Path, texts, only: str = "") -> Path:
    """Write texts by path below `folder`, those that begin with `only`; the folder."""
    for path, text in texts.items():
        if path.startswith(only):
            file = folder / path
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(text, encoding="utf-8")
    return folder


def framework(folder: Path) -> Path:
    """The header folder of the framework: 1.15 and 1.33, and a 1.9 without wdf.h."""
    return write(folder, dict.fromkeys(FRAMEWORK, "#pragma once\n"))


def windows_kit(folder: Path, include: str = "Include", library: str = "Lib") -> Path:
    """An installed kit: 10.0.1.0 and 10.0.9.0 whole, 10.0.10.0 an SDK, which has no km."""
    for version in ("10.0.1.0", "10.0.9.0"):
        write(folder / include / version, HEADERS)
    write(folder / include / "10.0.10.0", {"shared/ntdef.h": "", "um/windows.h": ""})
    framework(folder / include / "wdf")
    libraries = dict.fromkeys(("km/x64/NtosKrnl.lib", "km/x64/hal.lib", "km/ARM64/hal.lib"), "")
    write(folder / library / "10.0.9.0", libraries)
    write(folder / library / "wdf", {"kmdf/x64/1.33/WdfLdr.lib": ""})
    return folder


def packages(folder: Path) -> Path:
    """Unpacked NuGet packages: the WDK has km, the SDK all others."""
    wdk = folder / "Microsoft.Windows.WDK.x64.10.0.9.77" / "c"
    write(wdk / "Include/10.0.9.0", HEADERS, "km")
    framework(wdk / "Include/wdf")
    write(wdk / "Lib/10.0.9.0", {"km/x64/ntoskrnl.lib": ""})
    write(folder / "Microsoft.Windows.SDK.CPP.10.0.9.77" / "c/Include/10.0.9.0", HEADERS, "shared")
    return folder


def cached_packages(folder: Path) -> Path:
    """The same in NuGet's cache: a folder for each version, names in small letters."""
    for version in ("10.0.8.1", "10.0.9.77"):
        number = version.rsplit(".", 1)[0] + ".0"
        wdk = folder / "microsoft.windows.wdk.x64" / version / "c/Include" / number
        write(wdk, HEADERS, "km")
        sdk = folder / "microsoft.windows.sdk.cpp" / version / "c/Include" / number
        write(sdk, HEADERS, "shared")
    return folder


def xwin(folder: Path) -> Path:
    """A tree as the tool xwin splats it."""
    write(folder / "wdk/include", HEADERS, "km")
    write(folder / "sdk/include", HEADERS, "shared")
    framework(folder / "wdk/include/wdf")
    write(folder / "wdk/lib", {"km/x86_64/ntoskrnl.lib": ""})
    return folder


def flat(folder: Path) -> Path:
    """Header folders side by side."""
    write(folder, HEADERS)
    framework(folder / "wdf")
    return folder
