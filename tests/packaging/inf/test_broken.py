"""INF files that are wrong in a way that leaves a driver that does not start, one row each.

Each is one change of a good file: what the rules say of it is the whole of what they say.
"""

import pytest

from infsamples import FILTER, GOOD, KMDF, inf
from ntbuild.packaging.inf.lint import findings
from ntbuild.packaging.inf.rules import Subject

FACTS = {"files": frozenset({"hello.sys"}), "images": frozenset({"hello.sys"})}
INSTALL = "[DefaultInstall.NTamd64.10.0...16299"
UNREAD = "error DRV930 nothing refers to"
NOT_STARTED = "error DRV932 hello.sys is in the package, and no AddService that is read starts it"

NO_ALTITUDE = "error DRV934 no instance with an Altitude, which the filter manager needs"


def unread(level, name, nearest=""):
    """The finding about a section that nothing refers to."""
    meant = f"; what is read, and is not there, is {nearest}" if nearest else ""
    return f"{level} DRV930 nothing refers to {name}{meant}"


BROKEN = {
    "no file that is copied": (
        GOOD,
        ("CopyFiles = Hello_Files\n", ""),
        [
            unread("warning", "[Hello_Files]"),
            "error DRV932 a service starts hello.sys, and no CopyFiles that is read copies it",
        ],
    ),
    "the services of an install section that is not there": (
        GOOD,
        ("[Hello_Install.NT.Services]", "[Helo_Install.NT.Services]"),
        [
            unread("error", "[Helo_Install.NT.Services]", "[Hello_Install.NT.Services]"),
            NOT_STARTED,
        ],
    ),
    "services of no system, where the install section is for NT": (
        GOOD,
        ("[Hello_Install.NT.Services]", "[Hello_Install.Services]"),
        [
            unread("error", "[Hello_Install.Services]", "[Hello_Install.NT.Services]"),
            NOT_STARTED,
        ],
    ),
    "a part that Windows does not know": (
        FILTER,
        (f"{INSTALL}.Services]", f"{INSTALL}.Service]"),
        [
            unread("error", f"{INSTALL}.Service]", f"{INSTALL}.Services]"),
            NOT_STARTED,
            NO_ALTITUDE,
        ],
    ),
    "nothing that is installed": (
        FILTER,
        (INSTALL, INSTALL.replace("Install", "Instal")),
        [
            unread("warning", f"{INSTALL.replace('Install', 'Instal')}]", f"{INSTALL}]"),
            unread(
                "error", f"{INSTALL.replace('Install', 'Instal')}.Services]", f"{INSTALL}.Services]"
            ),
            "error DRV931 neither [Manufacturer] nor [DefaultInstall]: nothing is installed",
            NOT_STARTED,
            NO_ALTITUDE,
        ],
    ),
    "models without devices": (
        GOOD,
        ("%Name% = Hello_Install, root\\hello", "; %Name% = Hello_Install, root\\hello"),
        [
            unread("warning", "[Hello_Install.NT]"),
            unread("warning", "[Hello_Files]"),
            unread("warning", "[Hello_Registry]"),
            unread("error", "[Hello_Install.NT.Services]"),
            unread("warning", "[Hello_Service]"),
            "error DRV931 the models name no devices: nothing is installed",
            NOT_STARTED,
        ],
    ),
    "a service without its driver": (
        GOOD,
        ("AddService = hello, 0x00000002, Hello_Service", "AddService = , 0x00000002"),
        [unread("warning", "[Hello_Service]"), NOT_STARTED],
    ),
    "the framework under another name": (
        KMDF,
        ("[Hello_Install.NT.Wdf]", "[Hello_Install.NT.Wfd]"),
        [
            "warning DRV933 no section [Hello_Install.NT.Wdf], and the driver is one of KMDF",
            unread("error", "[Hello_Install.NT.Wfd]", "[Hello_Install.NT.Wdf]"),
        ],
    ),
    "a framework's section that is not there": (
        KMDF,
        ("[Hello_Framework]", "[Hello_Framewrk]"),
        [
            "error DRV933 no section [Hello_Framework]",
            unread("warning", "[Hello_Framewrk]", "[Hello_Framework]"),
        ],
    ),
    "a framework without a version": (
        KMDF,
        ("KmdfLibraryVersion = 1.33\n", ""),
        ["error DRV933 [Hello_Framework] has no KmdfLibraryVersion"],
    ),
    "another version of the framework": (
        KMDF,
        ("Version = 1.33", "Version = 1.15"),
        ["warning DRV933 KmdfLibraryVersion is 1.15, and the driver is for 1.33"],
    ),
    "no instances": (
        FILTER,
        ("AddReg         = Instances\n", ""),
        [
            NO_ALTITUDE,
            unread("warning", "[Instances]"),
        ],
    ),
    "an altitude in words": (
        FILTER,
        ('"370030"', '"abc"'),
        ["error DRV934 the altitude 'abc' is no decimal number"],
    ),
    "an instance that is not there": (
        FILTER,
        ('"DefaultInstance", 0x00000000, %Instance%', '"DefaultInstance", 0x00000000, "Other"'),
        ["error DRV934 DefaultInstance 'Other' has no Altitude"],
    ),
    "no default instance": (
        FILTER,
        ('HKR, "Instances", "DefaultInstance", 0x00000000, %Instance%\n', ""),
        ["warning DRV934 Instances has no DefaultInstance"],
    ),
    "an instance of another name than the default one's, in one of two places": (
        FILTER,
        (
            "[Strings]",
            (
                'HKR, "Parameters\\Instances", "DefaultInstance", , %Instance%\n'
                'HKR, "Parameters\\Instances\\Helo", "Altitude", , %Altitude%\n\n[Strings]'
            ),
        ),
        ["error DRV934 DefaultInstance 'Hello instance' has no Altitude"],
    ),
    "a place where nobody looks": (
        FILTER,
        (
            "[Strings]",
            'HKR, "Paramters\\Instances", "DefaultInstance", , %Instance%\n\n[Strings]',
        ),
        ["error DRV934 the filter manager does not look at Paramters\\Instances"],
    ),
    "an altitude that is a number": (
        FILTER,
        ('"Altitude", 0x00000000', '"Altitude", 0x00010001'),
        ["error DRV934 Altitude is not written as a text (REG_SZ)"],
    ),
    "a root that is none": (
        FILTER,
        ("HKR,", "HKRR,"),
        [NO_ALTITUDE, *["error DRV936 'HKRR' is no root of the registry"] * 3],
    ),
    "the type of a driver of a device": (
        FILTER,
        ("ServiceType    = 2", "ServiceType    = 1"),
        ["warning DRV934 ServiceType is 1, and a minifilter's is 2"],
    ),
    "another service is taken away": (
        FILTER,
        ("DelService = hello,", "DelService = helo,"),
        ["warning DRV938 DelService names helo, and the services are hello"],
    ),
    "an uninstall section that is misspelt": (
        FILTER,
        ("[DefaultUninstall.NTamd64.10.0...16299]", "[DefaultUninstal.NTamd64.10.0...16299]"),
        [
            unread(
                "warning",
                "[DefaultUninstal.NTamd64.10.0...16299]",
                "[DefaultUninstall.NTamd64.10.0...16299]",
            ),
        ],
    ),
    "no uninstall section for its services": (
        FILTER,
        ("[DefaultUninstall.NTamd64.10.0...16299]\nLegacyUninstall = 1\n", ""),
        [
            (
                "warning DRV930 nothing refers to "
                "[DefaultUninstall.NTamd64.10.0...16299.Services]; "
                "it is a part of [DefaultUninstall.NTamd64.10.0...16299], which is not there"
            )
        ],
    ),
    "models that are misspelt": (
        GOOD,
        ("[Devices.", "[Device."),
        [
            "error DRV923 no section [Devices.NTamd64.10.0...16299]",
            unread("error", "[Device.NTamd64.10.0...16299]", "[Devices.NTamd64.10.0...16299]"),
            NOT_STARTED,
        ],
    ),
    "a class without a name": (
        GOOD,
        ("Class       = System", "Class       ="),
        ["error DRV901 no Class"],
    ),
    "no directory for the files": (
        GOOD,
        ("DefaultDestDir =", "DefaultDestDr ="),
        [
            "warning DRV937 DefaultDestDr is no list of files that is copied",
            (
                "error DRV937 nothing says where the files of [Hello_Files] go: "
                "[DestinationDirs] has no DefaultDestDir"
            ),
        ],
    ),
    "another folder than the service's": (
        GOOD,
        ("%13%\\hello.sys", "%13%\\x\\hello.sys"),
        ["error DRV925 the service starts %13%\\x\\hello.sys, and hello.sys is copied to %13%"],
    ),
    "no such start": (
        GOOD,
        ("StartType     = 3", "StartType     = 7"),
        ["error DRV925 StartType is 7, not a number from 0 to 4"],
    ),
    "a group that is none": (
        FILTER,
        ("Activity Monitor", "Activity Monitr"),
        ["warning DRV934 'FSFilter Activity Monitr' is no load order group of minifilters"],
    ),
    "an altitude of another group": (
        FILTER,
        ("Activity Monitor", "Anti-Virus"),
        ["warning DRV934 the altitude 370030 is not one of FSFilter Anti-Virus: 320000 to 329999"],
    ),
    "no group": (
        FILTER,
        ('LoadOrderGroup = "FSFilter Activity Monitor"\n', ""),
        ["warning DRV934 [Service] has no LoadOrderGroup"],
    ),
    "a default of no machine": (
        FILTER,
        (".NTamd64.10.0...16299", ""),
        ["warning DRV924 [DefaultInstall] has no decoration"],
    ),
    "no dependency": (
        FILTER,
        ("Dependencies   = FltMgr\n", ""),
        ["warning DRV934 [Service] has no Dependencies = FltMgr"],
    ),
}


def found(text, **facts):
    own = {"is_filter": True} if "minifilter" in text else {}
    own |= {"kmdf": "1.33"} if "Hello_Framework" in text else {}
    return list(findings(Subject(inf(text), **FACTS | own | facts)))


@pytest.mark.parametrize("text", [GOOD, KMDF, FILTER])
def test_a_good_file_has_no_findings(text):
    assert found(text) == []
    assert found(text, files=None, images=None, is_filter=False, kmdf="") == []


@pytest.mark.parametrize("what", BROKEN)
def test_a_broken_file(what):
    text, (old, new), expected = BROKEN[what]
    assert old in text
    told = found(text.replace(old, new))
    shown = [f"{each.level.word} {each.rule.id} {each.message}" for each in told]
    assert sorted(shown) == sorted(expected)


def test_a_fix_names_what_is_meant():
    def fix(text, old, new, rule):
        return next(each.fix for each in found(text.replace(old, new)) if each.rule.id == rule)

    assert fix(GOOD, "_Install.NT.Services]", "_Install.NT.Service]", "DRV930") == (
        "name it [Hello_Install.NT.Services]"
    )
    assert fix(FILTER, "Activity Monitor", "Activity Monitr", "DRV934") == (
        "name FSFilter Activity Monitor"
    )
    assert fix(GOOD, "= Hello_Install,", "= Hello_Instal,", "DRV930") == (
        "write Hello_Install where Hello_Instal is named"
    )
    assert fix(GOOD, "NTamd64.10.0...16299", "", "DRV924") == (
        "decorate the models: %Name% = Devices, NTamd64.10.0...16299"
    )
    assert fix(GOOD, "0x00000002", "0x00000000", "DRV925") == (
        "write the flags 0x00000002 for the driver of the device"
    )
    assert fix(GOOD, "CopyFiles =", "CopyFile =", "DRV932") == (
        "CopyFiles = @hello.sys in its install section"
    )
    assert fix(FILTER, '"370030"', '"320030"', "DRV934") == (
        "name the group FSFilter Anti-Virus, or an altitude of FSFilter Activity Monitor"
    )


def test_a_fix_for_models_names_the_machine_of_the_driver():
    (told,) = (
        each
        for each in found(GOOD, machines=frozenset({"arm64"}))
        if each.rule.id == "DRV924" and each.line
    )
    assert told.fix == "decorate the models: %Name% = Devices, NTarm64.10.0...16299"
    assert str(told).endswith(f"the driver is for arm64; fix: {told.fix}")


def test_an_altitude_in_another_key_is_told_at_its_line():
    text = FILTER.replace('"Instances\\', '"Parameters\\Instance\\')
    assert text != FILTER
    (told,) = (each for each in found(text) if each.level.word == "error")
    assert text.splitlines()[told.line - 1].startswith('HKR, "Parameters\\Instance\\')
    assert "does not look at Parameters\\Instance\\" in told.message


def test_a_file_that_the_package_has_under_another_name():
    (told,) = (
        each
        for each in found(GOOD.replace("hello.sys", "World.sys"), images=None)
        if each.rule.id == "DRV902"
    )
    assert told.message == "World.sys is not in the package, which has hello.sys"
    assert told.fix == "name hello.sys here, or the driver 'World'"


def test_a_driver_that_another_program_starts_is_a_warning():
    text = FILTER.replace(f"{INSTALL}.Services]\nAddService = hello, , Service", "")
    told = found(text, images=None, is_filter=False)
    shown = [f"{each.level.word} {each.rule.id} {each.message}" for each in told]
    assert "warning DRV932 hello.sys is copied, and no AddService that is read starts it" in shown


def test_a_second_driver_that_is_not_started_is_a_warning():
    told = found(GOOD, images=frozenset({"hello.sys", "dump.sys"}))
    assert [(each.rule.id, each.level.word) for each in told] == [("DRV932", "warning")]


def test_a_template_with_a_decoration_is_read():
    text = FILTER.replace("NTamd64", "NT$ARCH$")
    assert found(text, template=True) == []
    told = found(text.replace("AddReg         = Instances\n", ""), template=True)
    assert [each.rule.id for each in told if each.level.word == "error"] == ["DRV934"]


def test_a_text_is_no_name_of_a_section():
    text = FILTER.replace("AddReg         = Instances\n", "").replace("Hello inst", "inst")
    (told,) = (each for each in found(text) if each.rule.id == "DRV930")
    assert told.message == "nothing refers to [Instances]"


def test_the_security_of_a_list_is_read():
    text = GOOD + '[Hello_Registry.Security]\n"D:P(A;;GA;;;SY)"\n'
    assert found(text) == []
    text = GOOD + '[Hello_Registri.Security]\n"D:P(A;;GA;;;SY)"\n'
    assert [each.rule.id for each in found(text)] == ["DRV930"]
