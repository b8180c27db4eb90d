"""Packages as declared: what is refused, and the INF that is made."""

import datetime as dt

import pytest

from infsamples import GOOD
from ntbuild.building.declare import DeclarationError, declare
from ntbuild.building.driver import BuildError
from ntbuild.building.packages.declaration import PackageKeywords, declare_package, inf_values
from ntbuild.building.packages.steps import CatalogStep, InfStep, Key, SignStep
from ntbuild.building.render import inf
from ntbuild.building.version_info import VersionInfo
from ntbuild.packaging.errors import SigningError
from ntbuild.packaging.inf.lint import findings
from ntbuild.packaging.inf.read import read_inf
from ntbuild.packaging.inf.rules import Subject
from ntbuild.packaging.inf.structure import hardware_ids, services
from ntbuild.packaging.sign import Sign
from ntbuild.pecoff.image.image import Image
from ntbuild.support.values import fields, replace
from pecheck.golden import golden

GIVEN = {"version": "1.2.3.4", "provider": "Somebody"}


def driver(machine="x64", *, exporting=False, **given):
    given |= {"exports": ["f"]} if exporting else {}
    return declare("hello", given, exports=exporting, defaults={"machine": machine})


def package(machine="x64", drivers=None, **given):
    own = (driver(machine),) if drivers is None else drivers
    return declare_package("hello", GIVEN | given, own, machine)


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({"versoin": "1"}, "unknown keyword 'versoin'; did you mean 'version'?"),
        ({"version": ""}, "version: give version='1.2.3.4', or the driver version_info="),
        ({"version": "1.2.x"}, "version: version '1.2.x' is not up to four numbers"),
        ({"version": 1}, "version: 1 is not one line of text"),
        ({"provider": ""}, "provider: it is missing; the INF names who provides the driver"),
        ({"provider": "a\nb"}, "provider: 'a\\nb' is not one line of text"),
        ({"hardware_ids": "a b"}, "hardware_ids: 'a b' is no hardware ID"),
        ({"hardware_ids": "a,b"}, "hardware_ids: 'a,b' is no hardware ID"),
        ({"altitude": "high"}, "altitude: 'high' is no altitude, as '370030'"),
        ({"altitude": "370030"}, "altitude: only a driver of model='minifilter' has one"),
        ({"sign": "on"}, "sign: expected 'test', 'off' or a Sign, not 'on'"),
        ({"page_hashes": 1}, "page_hashes: expected True or False, not 1"),
        ({"setup_class": "Mine"}, "setup_class and class_guid: both or none"),
    ],
)
def test_what_is_refused(given, message):
    with pytest.raises(DeclarationError) as caught:
        package(**given)
    assert str(caught.value).startswith(message)
    assert "\n" not in str(caught.value)


def test_drivers_that_make_no_package_alone():
    with pytest.raises(DeclarationError, match="a package has the image of a driver"):
        package(drivers=())
    with pytest.raises(DeclarationError, match=r"hello is an export driver, .*, hello\]"):
        package(drivers=(driver("x64", exporting=True),))
    minifilter = (driver(model="minifilter"),)
    with pytest.raises(DeclarationError, match="altitude: a minifilter has one"):
        package(drivers=minifilter)
    with pytest.raises(DeclarationError, match="hardware_ids: a minifilter is for no device"):
        package(drivers=minifilter, altitude="370030", hardware_ids="root\\x")


def test_the_version_is_that_of_the_driver():
    own = (driver(version_info=VersionInfo("5.6")),)
    assert package(drivers=own, version="").version == "5.6.0.0"
    assert package(drivers=own, version="7").version == "7.0.0.0"


def test_the_inf_that_is_made_is_for_the_windows_of_the_driver():
    def decoration(windows, **given):
        own = (driver(windows=windows) if windows else driver(),)
        declared = package(drivers=own, **given)
        values = inf_values(declared, ("hello.sys",), "01/01/1980")
        return values["decoration"], declared.note

    assert decoration("") == ("NTamd64.10.0...16299", "")
    assert decoration("11") == ("NTamd64.10.0...22000", "")
    machine, note = decoration("6.1")
    assert machine == "NTamd64.10.0...16299"
    assert note.endswith("the driver is for 6.1: for older systems give one with inf=")
    assert decoration("6.1", inf="mine.inf")[1] == ""


def test_a_driver_that_is_content_with_an_older_framework_asks_for_that():
    minimum = {"KMDF_MINIMUM_VERSION_REQUIRED": "25"}
    assert package(drivers=(driver(model="kmdf", kmdf="1.33"),)).kmdf == "1.33"
    assert package(drivers=(driver(model="kmdf", kmdf="1.33", defines=minimum),)).kmdf == "1.25"
    assert package(drivers=(driver(defines=minimum),)).kmdf == ""


KINDS = {
    "device": ({}, {"hardware_ids": ("root\\hello", "PCI\\VEN_1AF4&DEV_1005")}),
    "service": ({}, {}),
    "kmdf": ({"model": "kmdf", "kmdf": "1.31"}, {"hardware_ids": "root\\hello"}),
    "minifilter": ({"model": "minifilter"}, {"altitude": "370030.5"}),
    "storport": ({"model": "storport", "dialect": "msvc"}, {"hardware_ids": "root\\hello"}),
    "hid": ({"model": "hid"}, {"hardware_ids": "root\\hello"}),
    "own class": (
        {},
        {"setup_class": "Mine", "class_guid": "{0a1b2c3d-0000-4000-8000-000000000001}"},
    ),
    "odd texts": ({}, {"provider": 'A "B" 100 % C', "description": "%d; x"}),
}


@pytest.mark.parametrize("machine", ["x64", "x86", "arm64", "arm"])
@pytest.mark.parametrize("kind", KINDS)
def test_an_inf_that_is_made_has_no_findings(kind, machine):
    of_driver, of_package = KINDS[kind]
    if machine == "arm" and "dialect" in of_driver:
        machine = "x64"
    declared = package(machine, (driver(machine, **of_driver),), **of_package)
    text = inf(**inf_values(declared, ("hello.sys", "more.dll"), "01/02/2026"))
    found = read_inf(text, "hello.inf")
    subject = Subject(
        found,
        files=frozenset({"hello.sys", "more.dll"}),
        machines=frozenset({machine}),
        version="1.2.3.4",
        day=dt.date(2026, 1, 2),
    )
    assert list(map(str, findings(subject))) == []
    assert hardware_ids(found) == declared.keywords.hardware_ids
    (service,) = services(found)
    assert service.name == "hello"
    assert ("KmdfLibraryVersion = 1.31" in text) == (kind == "kmdf")
    provider = found.expand("%Provider%")
    assert provider == declared.keywords.provider


def test_steps_say_the_command_that_does_the_same():
    key = Key(project="demo")
    assert SignStep(key, page_hashes=True).command(["a.sys"], ["p/a.sys"]) == (
        "ntbuild sign a.sys --out p/a.sys --page-hashes --test demo"
    )
    assert SignStep(Key(), page_hashes=False).command(["a.sys"], ["p/a.sys"]) == "cp a.sys p/a.sys"
    catalog = CatalogStep(key, "x64", 2)
    assert catalog.command(["p/a.inf", "p/a.sys", "x"], ["p/a.cat"]) == (
        "ntbuild cat p/a.inf p/a.sys --out p/a.cat --os 10_x64 --test demo"
    )
    stamp = InfStep(package(inf="a.inx"), ("hello.sys",), 1_780_000_000)
    assert stamp.command(["a.inx"], ["p/a.inf"]) == (
        "ntbuild inf stamp a.inx --out p/a.inf --arch x64 --version 1.2.3.4 --date 2026-05-28 "
        "--catalog hello.cat"
    )


def test_a_warning_about_an_inf_is_an_error_where_a_build_is_strict(tmp_path):
    source, out = tmp_path / "a.inx", tmp_path / "a.inf"
    source.write_text(GOOD.replace("PnpLockDown = 1\n", ""))
    step = InfStep(package(inf="a.inx"), ("hello.sys",))
    (warning,) = step.run([str(source)], [str(out)])
    assert ": warning DRV" in warning
    assert "PnpLockDown" in warning
    made = out.read_bytes()
    with pytest.raises(BuildError) as caught:
        replace(step, strict=True).run([str(source)], [str(out)])
    assert str(caught.value) == f"{warning} (--strict)"
    assert out.read_bytes() == made


@pytest.mark.parametrize(
    ("symbol", "facts", "text"),
    [
        ("FltRegisterFilter", (16299, True), "hello.sys registers a minifilter, .*and the package"),
        ("ExAllocatePool2", (16299, False), 'build 19041 on, .*for 16299.*windows="10.0.19041"$'),
    ],
)
def test_an_image_that_does_not_work_as_its_made_inf_installs_it(tmp_path, symbol, facts, text):
    image = bytearray(golden("x64"))
    name = Image(bytes(image)).imports.modules[0].symbols[-1].name.encode() + b"\0"
    at = image.index(name)
    image[at : at + 18] = symbol.encode().ljust(18, b"\0")
    (tmp_path / "hello.sys").write_bytes(image)
    (tmp_path / "hello.inf").write_text(GOOD)
    names = [str(tmp_path / each) for each in ("hello.inf", "hello.sys")]
    oldest, is_plain = facts
    step = CatalogStep(Key(), "x64", 2, oldest=oldest, is_plain=is_plain)
    with pytest.raises(BuildError, match=text):
        step.run(names, [str(tmp_path / "hello.cat")])


def test_no_signature_of_a_step_has_the_place_of_a_key():
    own = Sign(key="/home/me/secret.key", certificates=("/home/me/own.pem",))
    assert "/home/me" not in str(SignStep(Key(own=own), page_hashes=False))
    assert str(SignStep(Key("demo"), page_hashes=False)) != str(SignStep(Key(), page_hashes=False))


@pytest.mark.parametrize(
    ("given", "message"),
    [
        ({}, "one of key, pkcs12, command says whose key signs, not none"),
        ({"key": "a", "pkcs12": "b"}, "says whose key signs, not key and pkcs12"),
        ({"key": "a"}, "key: certificates= has no certificate of the key"),
        ({"pkcs12": "a", "certificates": ("b",)}, "certificates: pkcs12 brings its own"),
        ({"key": 1}, "key: 1 is not text"),
        (
            {"command": ("a",), "certificates": ("b",), "command_reads": "x"},
            "command_reads: 'x' is",
        ),
        ({"command": ("a",), "certificates": ("b",), "password_env": "x"}, "command: its key has"),
        (
            {"pkcs12": "a", "password_env": "b", "password_file": "c"},
            "password_file and password_env",
        ),
    ],
)
def test_keys_that_do_not_fit_together(given, message):
    with pytest.raises(SigningError) as caught:
        Sign(**given)
    assert message in str(caught.value)


def test_every_keyword_is_in_the_docstring():
    text = PackageKeywords.__doc__
    assert [each.name for each in fields(PackageKeywords) if f"``{each.name}``" not in text] == []
