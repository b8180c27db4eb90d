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
