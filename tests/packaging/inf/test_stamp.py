"""Stamping: variables, DriverVer and CatalogFile; all other text stays."""

import datetime as dt

import pytest

from infsamples import GOOD, found
from ntbuild.packaging.errors import PackageError
from ntbuild.packaging.inf.stamp import Stamp, stamped

DAY = dt.date(2027, 3, 4)
PLAIN = {"day": DAY, "version": "1.0.0.0", "machine": "x64"}


def test_a_template_becomes_a_good_file():
    text = GOOD.replace("NTamd64", "NT$ARCH$").replace("01/02/2026,1.2.3.4", "")
    made = stamped(text, "a.inx", Stamp(DAY, "5.6.7.8", "x64"))
    assert made == GOOD.replace("01/02/2026,1.2.3.4", "03/04/2027,5.6.7.8")
    assert found(made) == []
    assert stamped(made, "a.inx", Stamp(DAY, "5.6.7.8", "x64")) == made


def test_missing_lines_are_added_with_the_ends_of_lines_that_it_has():
    text = "[version]\r\nClass=System\r\n[Manufacturer]\r\n"
    made = stamped(text, "a.inx", Stamp(DAY, "1.0.0.0", "x64", catalog="a.cat"))
    assert made == (
        "[version]\r\nDriverVer = 03/04/2027,1.0.0.0\r\nCatalogFile = a.cat\r\n"
        "Class=System\r\n[Manufacturer]\r\n"
    )


@pytest.mark.parametrize(
    ("machine", "word"), [("x64", "amd64"), ("x86", "x86"), ("arm64", "arm64"), ("arm", "arm")]
)
def test_variables(machine, word):
    text = "[Version]\nDriverVer=x\n[a]\nNT$ARCH$ $KMDFVERSION$ $KMDFCOINSTALLERVERSION$\n"
    made = stamped(text, "a.inx", Stamp(DAY, "1.0.0.0", machine, kmdf="1.9"))
    assert made.splitlines()[-1] == f"NT{word} 1.9 01009"


@pytest.mark.parametrize(
    ("text", "facts", "message"),
    [
        ("[a]\n", {}, r"a\.inx: no section \[Version\]"),
        ("[Version]\n$KMDFVERSION$\n", {}, r"a\.inx:2: \$KMDFVERSION\$ needs .*--kmdf VERSION"),
        ("", {"version": "1.2"}, "version: '1.2' is not four numbers up to 65535"),
        ("", {"version": "1.2.3.65536"}, "version: '1.2.3.65536' is not four numbers"),
        ("", {"kmdf": "one"}, "kmdf: 'one' is no version of KMDF"),
        ("", {"machine": "mips"}, "machine: 'mips' is not one of x64, x86, arm64, arm"),
    ],
)
def test_what_cannot_be_stamped(text, facts, message):
    with pytest.raises(PackageError, match=message):
        stamped(
            text, "a.inx", Stamp(**{"day": DAY, "version": "1.0.0.0", "machine": "x64"} | facts)
        )
