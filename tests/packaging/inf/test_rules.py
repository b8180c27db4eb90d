"""Every rule: a good INF has no findings, and each seeded defect has its own."""

import datetime as dt
from pathlib import Path

import pytest

from infsamples import GOOD, found, inf, line_of
from ntbuild.packaging.inf.lint import INF_RULES, findings
from ntbuild.packaging.inf.rules import Subject

PAGE = Path(__file__).parents[3] / "docs" / "inf.md"
FACTS = {
    "files": frozenset({"hello.sys"}),
    "images": frozenset({"hello.sys"}),
    "machines": frozenset({"x64"}),
    "version": "1.2.3.4",
    "day": dt.date(2026, 1, 2),
}

FRAMEWORK = """[Hello_Install.NT.Wdf]
KmdfService = other, Hello_Framework
[Hello_Framework]
KmdfLibraryVersion = 1.33
[Hello_Service]"""

# Rule, what is replaced, by what, a part of the line that is named, the message.
DEFECTS = [
    ("DRV901", "[Version]", "[Versions]", "", "no section [Version]"),
    ("DRV901", '"$Windows NT$"', "x", "Signature", "Signature is 'x', not '$Windows NT$'"),
    ("DRV901", "Provider    = %Provider%\n", "", "[Version]", "no Provider"),
    ("DRV901", '"Somebody"', '"Microsoft"', "Provider    =", "Provider is Microsoft"),
    ("DRV901", "Class       = System\n", "", "[Version]", "no Class"),
    (
        "DRV901",
        "CatalogFile = hello.cat\n",
        "",
        "[Version]",
        "no CatalogFile: the package cannot be signed",
    ),
    (
        "DRV901",
        "hello.cat",
        "hello",
        "CatalogFile",
        "CatalogFile is 'hello', not a name that ends in .cat",
    ),
    ("DRV901", "PnpLockDown = 1", "PnpLockDown = 0", "[Version]", "no PnpLockDown=1"),
    ("DRV902", "hello.sys = 1", "other.sys = 1", "\nhello.sys\n", "hello.sys is copied and not in"),
    ("DRV902", "hello.sys = 1", "other.sys = 1", "other.sys", "other.sys is not in the package"),
    ("DRV902", "1 = %Disk%", "2 = %Disk%", "hello.sys = 1", "hello.sys is on disk '1', which"),
    ("DRV903", "DriverVer   = 01/02/2026,1.2.3.4\n", "", "[Version]", "no DriverVer"),
    ("DRV903", "01/02/2026", "2026-01-02", "DriverVer", "the date '2026-01-02' is not of the form"),
    ("DRV903", "01/02/2026", "02/30/2026", "DriverVer", "the date '02/30/2026' is not of the form"),
    ("DRV903", "01/02/2026", "01/02/1970", "DriverVer", "the date 01/02/1970 is long before"),
    ("DRV903", "01/02/2026", "01/03/2026", "DriverVer", "the date is 01/03/2026, not 01/02/2026"),
    ("DRV903", ",1.2.3.4", "", "DriverVer", "no version behind the date"),
    ("DRV903", "1.2.3.4", "1.2.3.70000", "DriverVer", "the version '1.2.3.70000' is not four"),
    ("DRV903", "1.2.3.4", "1.2.3.5", "DriverVer", "the version is 1.2.3.5, and that of the driver"),
    ("DRV921", "[Hello_Files]", "[Hello_Files", "[Hello_Files", "a section's name has no ']'"),
    ("DRV922", "{4d36e97d", "{4d36e96b", "ClassGuid", "ClassGuid of System is {4d36e97d-e325"),
    (
        "DRV922",
        "System\nClassGuid   = {4d36e97d-e325-11ce-bfc1-08002be10318}",
        "ActivityMonitr\nClassGuid   = {b86dff51-a31e-4bac-b3cf-e8cfe75c9fc2}",
        "ClassGuid",
        "ClassGuid is that of activitymonitor, not of ActivityMonitr",
    ),
    (
        "DRV922",
        "System\nClassGuid   = {4d36e97d-e325-11ce-bfc1-08002be10318}",
        "ActivityMonitor\nClassGuid   = {b1d1a169-c54f-4379-81db-bee7d88d7454}",
        "ClassGuid",
        "ClassGuid of ActivityMonitor is {b86dff51-a31e-4bac-b3cf-e8cfe75c9fc2}, not {b1d1a169",
    ),
    (
        "DRV922",
        "System\nClassGuid   = {4d36e97d",
        "ActivityMonitr\nClassGuid   = {4d36e900",
        "ClassGuid",
        "Class ActivityMonitr is none of Windows, which has activitymonitor",
    ),
    ("DRV922", "= System", "= Mine", "ClassGuid", "ClassGuid is that of system, not of Mine"),
    ("DRV922", "{4d36e97d", "{4d36e97", "ClassGuid", "ClassGuid is '{4d36e97-e325-11ce-bfc1-080"),
    ("DRV922", "ClassGuid ", "Class-Guid", "Class  ", "no ClassGuid"),
    (
        "DRV923",
        "[Devices.NTamd64.10.0...16299]",
        "[Device]",
        "%Provider% = Devices",
        "no section [Devices.NTamd64.10.0...16299]",
    ),
    ("DRV923", "[Hello_Install.NT]", "[Hello]", "%Name%", "no section [Hello_Install]"),
    ("DRV923", "[Hello_Service]", "[Hello]", "AddService", "no section [Hello_Service]"),
    ("DRV923", "[Hello_Registry]", "[Hello]", "AddReg", "no section [Hello_Registry]"),
    (
        "DRV924",
        ", NTamd64.10.0...16299\n\n[Devices.NTamd64.10.0...16299]",
        "\n\n[Devices]",
        "%Provider% = Devices",
        "models [Devices] have no decoration",
    ),
    ("DRV924", "NTamd64", "NTarm64", "%Provider% = Devices", "models for arm64, and the driver is"),
    ("DRV924", "NTamd64", "NTarm64", "", "no models for x64, which the driver is for"),
    ("DRV924", "NTamd64", "NTmips", "%Provider% = Devices", "the decoration 'NTmips.10.0...16299'"),
    ("DRV925", "StartType     = 3\n", "", "[Hello_Service]", "[Hello_Service] has no StartType"),
    ("DRV925", "%13%\\hello", "%13%\\other", "ServiceBinary", "other.sys is not among the files"),
    ("DRV925", "0x00000002", "0", "AddService", "no service has the flag 2"),
    ("DRV926", "Dir = 13", "Dir = 12", "DefaultDestDir", "DefaultDestDir go to directory 12, not"),
    ("DRV926", "%13%", "%12%", "ServiceBinary", "the service runs from directory 12, not from"),
    ("DRV927", "Disk     =", "Disc     =", "1 = %Disk%", "%Disk% is not defined"),
    (
        "DRV928",
        "[Hello_Install.NT.Services]",
        "[Hello_Install.NT.CoInstallers]\n[Hello_Install.NT.Services]",
        "[Hello_Install.NT]",
        "[Hello_Install.NT] has coinstallers",
    ),
    ("DRV928", "HKR,,", "HKLM, Software,", "HKLM", "HKLM is written, not HKR"),
    (
        "DRV928",
        "AddReg    =",
        "RegisterDlls = Hello_Registry\nAddReg =",
        "RegisterDlls",
        "RegisterDlls is no directive of a universal INF",
    ),
    ("DRV929", "NTamd64", "NT$ARCH$", "%Provider% = Devices", "$ARCH$ is not replaced"),
    (
        "DRV925",
        "ServiceType   = 1",
        "ServiceType   = 16",
        "ServiceType",
        "ServiceType is 0x10, a program's, and the binary is a driver",
    ),
    (
        "DRV931",
        "Hello_Install, root\\hello",
        "Hello_Install",
        "%Name%",
        "no device has a hardware ID",
    ),
    ("DRV935", "AddReg  ", "AddRg  ", "AddRg", "AddRg is no directive of [Hello_Install.NT]"),
    (
        "DRV935",
        "StartType ",
        "StarType ",
        "StarType",
        "StarType is no directive of [Hello_Service]",
    ),
    ("DRV930", "[Strings]", "[More]\n[Strings]", "[More]", "nothing refers to [More]"),
    ("DRV931", "[Manufacturer]", "[Makers]", "", "neither [Manufacturer] nor [DefaultInstall]"),
    ("DRV932", "%13%\\hello", "%13%\\other", "", "hello.sys is in the package, and no AddService"),
    (
        "DRV933",
        "[Hello_Service]",
        FRAMEWORK,
        "KmdfService",
        "KmdfService names other, and the services are hello",
    ),
    ("DRV925", "ErrorControl  = 1", "ErrorControl  = 9", "ErrorControl", "ErrorControl is 9, not"),
    ("DRV925", "ServiceType   = 1", "ServiceType   = 7", "ServiceType", "ServiceType is 7, which"),
    ("DRV936", "HKR,", "HKRR,", "HKRR", "'HKRR' is no root of the registry"),
    ("DRV937", "DefaultDestDir", "DefaultDestDr", "DefaultDestDr", "DefaultDestDr is no list of"),
    (
        "DRV938",
        "[Hello_Service]",
        "[DefaultUninstall]\n[DefaultUninstall.Services]\nDelService = helo\n[Hello_Service]",
        "DelService",
        "DelService names helo, and the services are hello",
    ),
    (
        "DRV934",
        "ErrorControl",
        "Dependencies = FltMgr\nErrorControl",
        "[Hello_Service]",
        "no instance with an Altitude",
    ),
]


def test_a_good_file_has_no_findings():
    assert found(GOOD, **FACTS) == []


@pytest.mark.parametrize(("rule", "old", "new", "part", "message"), DEFECTS)
def test_a_defect_is_found(rule, old, new, part, message):
    assert old in GOOD
    text = GOOD.replace(old, new)
    line = line_of(text, part.lstrip("\n")) if part else 0
    if part.startswith("\n"):
        line = line_of(text, part) + 1
    own = [each for each in found(text, **FACTS) if each[2].startswith(message)]
    assert [(each[0], each[1]) for each in own] == [(rule, line)]


def test_every_rule_has_a_defect_and_texts():
    assert {each[0] for each in DEFECTS} == INF_RULES.keys()
    for rule in INF_RULES.values():
        assert rule.title
        assert rule.why.endswith(".")
        assert rule.source
        assert rule.fix
        text = (
            f"### {rule.id} {rule.slug}\n\n{rule.title}. {rule.why}\n\n- level: {rule.level.word}\n"
        )
        assert f"{text}- fix: {rule.fix}\n- source: {rule.source}\n" in PAGE.read_text("utf-8")


def test_variables_of_stampinf_are_right_in_a_template():
    text = GOOD.replace("NTamd64", "NT$ARCH$").replace("DriverVer   = 01/02/2026,1.2.3.4\n", "")
    assert found(text, template=True) == []
    assert [each[0] for each in found(text)] == ["DRV929"]


def test_a_filter_of_a_device_needs_no_associated_service():
    needs = "[Hello_Install.NT.Services]\nInclude = keyboard.inf\nNeeds = Other.Services\n"
    text = GOOD.replace("[Hello_Install.NT.Services]\n", needs).replace("0x00000002", "")
    assert found(text) == []


def test_a_service_of_windows_may_run_from_the_folder_of_drivers():
    text = GOOD.replace("%13%\\hello.sys", "%12%\\wudfrd.sys").replace("hello.sys", "hello.dll")
    assert found(text) == []


@pytest.mark.parametrize(
    "line",
    [
        "HKCR, CLSID\\{1}, , , x",
        "HKLM, SOFTWARE\\Classes\\CLSID\\{1}, , , x",
        "HKLM, Software\\Microsoft\\Windows Media Foundation\\Transforms, , , x",
    ],
)
def test_a_universal_inf_may_register_classes(line):
    assert found(GOOD.replace("HKR,, Value, 0x00010001, 1", line)) == []


def test_an_extension_adds_filters_and_no_function():
    text = GOOD.replace("= System", "= Extension").replace(
        "{4d36e97d-e325-11ce-bfc1-08002be10318}", "{e2f84ce7-8efa-411c-aa69-97454ca4cb57}"
    )
    assert [each[::2] for each in found(text)] == [
        ("DRV925", "an extension INF associates a service with its device")
    ]
    assert found(text.replace("0x00000002", "")) == []


def test_text_before_the_first_section_is_a_warning():
    assert [each[:2] for each in found(f"/*++\n{GOOD}")] == [("DRV921", 1)]
    (one,) = findings(Subject(inf(f"/*++\n{GOOD}")))
    assert one.level.word == "warning"


def test_many_findings_of_a_rule_are_cut_off():
    text = GOOD + "".join(f"a{n} = %x{n}%\n" for n in range(200))
    text = text.replace("[Strings]", "[Texts]") + "[Strings]\n"
    assert sum(each[0] == "DRV927" for each in found(text)) == 50
