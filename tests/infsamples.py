"""An INF that no rule has a word about, and changes that make one thing wrong."""

from ntbuild.packaging.inf.lint import findings
from ntbuild.packaging.inf.read import read_inf
from ntbuild.packaging.inf.rules import Subject

GOOD = r"""; a driver
[Version]
Signature   = "$Windows NT$"
Class       = System
ClassGuid   = {4d36e97d-e325-11ce-bfc1-08002be10318}
Provider    = %Provider%
CatalogFile = hello.cat
PnpLockDown = 1
DriverVer   = 01/02/2026,1.2.3.4

[DestinationDirs]
DefaultDestDir = 13

[SourceDisksNames]
1 = %Disk%

[SourceDisksFiles]
hello.sys = 1

[Manufacturer]
%Provider% = Devices, NTamd64.10.0...16299

[Devices.NTamd64.10.0...16299]
%Name% = Hello_Install, root\hello

[Hello_Install.NT]
CopyFiles = Hello_Files
AddReg    = Hello_Registry

[Hello_Files]
hello.sys

[Hello_Registry]
HKR,, Value, 0x00010001, 1

[Hello_Install.NT.Services]
AddService = hello, 0x00000002, Hello_Service

[Hello_Service]
ServiceType   = 1
StartType     = 3
ErrorControl  = 1
ServiceBinary = %13%\hello.sys

[Strings]
Provider = "Somebody"
Disk     = "Disk; of hello"
Name     = "Hello ""own"" device"
"""


def inf(text=GOOD, name="hello.inf"):
    return read_inf(text, name)


def found(text, **facts):
    """The findings of a text: rule, line and message."""
    subject = Subject(inf(text), **facts)
    return [(each.rule.id, each.line, each.message) for each in findings(subject)]


def line_of(text, part):
    """The number of the first line that has a part."""
    return 1 + text[: text.index(part)].count("\n")


KMDF = GOOD.replace(
    "[Hello_Service]",
    """[Hello_Install.NT.Wdf]
KmdfService = hello, Hello_Framework

[Hello_Framework]
KmdfLibraryVersion = 1.33

[Hello_Service]""",
)
"""The same for a driver of KMDF."""

FILTER = r"""; a minifilter
[Version]
Signature   = "$Windows NT$"
Class       = ActivityMonitor
ClassGuid   = {b86dff51-a31e-4bac-b3cf-e8cfe75c9fc2}
Provider    = %Provider%
CatalogFile = hello.cat
PnpLockDown = 1
DriverVer   = 01/02/2026,1.2.3.4

[DestinationDirs]
DefaultDestDir = 13

[SourceDisksNames]
1 = %Provider%

[SourceDisksFiles]
hello.sys = 1

[DefaultInstall.NTamd64.10.0...16299]
CopyFiles = Files

[Files]
hello.sys

[DefaultInstall.NTamd64.10.0...16299.Services]
AddService = hello, , Service

[DefaultUninstall.NTamd64.10.0...16299]
LegacyUninstall = 1

[DefaultUninstall.NTamd64.10.0...16299.Services]
DelService = hello, 0x200

[Service]
ServiceType    = 2
StartType      = 3
ErrorControl   = 1
ServiceBinary  = %13%\hello.sys
LoadOrderGroup = "FSFilter Activity Monitor"
Dependencies   = FltMgr
AddReg         = Instances

[Instances]
HKR, "Instances", "DefaultInstance", 0x00000000, %Instance%
HKR, "Instances\"%Instance%, "Altitude", 0x00000000, %Altitude%
HKR, "Instances\"%Instance%, "Flags", 0x00010001, 0x0

[Strings]
Provider = "Somebody"
Instance = "Hello instance"
Altitude = "370030"
"""
"""A minifilter, which is for no device."""
