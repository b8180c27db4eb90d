"""Names that are not UTF-8: symbols and sections are bytes, and so is a command line."""

import pytest

from coffwriter import ANY, CODE, COMDAT, INFO, Section, Symbol, build
from linking import addresses, entry_object, linked, write
from ntbuild import LinkError, link, options_from_argv
from ntbuild.pelink.diagnostics import Diagnostics
from ntbuild.pelink.inputs.directives import Directives, add_directives

NAME = "na\udcefve"
"""As Python has the bytes ``na\\xefve`` of a command line."""


def latin() -> bytes:
    """An object that defines ``na\\xefve``: the name is exchanged, which no length depends on."""
    code = Section(".text$f", bytes(15) + b"\xc3", CODE | COMDAT, 16, comdat=ANY)
    data = build("x64", [code], [Symbol("na?ve", 1)])
    assert data.count(b"na?ve") == 1
    return data.replace(b"na?ve", b"na\xefve")


@pytest.mark.parametrize("option", ["/include:", "/export:", "/includeoptional:", "/entry:"])
def test_an_option_finds_a_name_of_any_bytes(option, tmp_path):
    files = {"main.obj": entry_object(), "a.obj": latin()}
    result = linked(tmp_path, files, option + NAME)
    assert r"na\xefve" in addresses(result)
    if option == "/export:":
        assert b"na\xefve\0" in result.image
        # Two indexes with the name and its slot each, and the short import.
        assert result.import_library.count(b"na\xefve\0") == 5
        assert rb"\xef" not in result.import_library


def test_a_directive_finds_a_name_of_any_bytes(tmp_path):
    files = {"main.obj": entry_object(), "a.obj": latin()}
    files["d.obj"] = build("x64", [Section(".drectve", b"/include:na\xefve", INFO)])
    assert r"na\xefve" in addresses(linked(tmp_path, files))
    into, log = Directives(), Diagnostics()
    add_directives(into, b"/include:na\xefve /nonsense:\xef", "a.obj", log)
    assert into.include == [NAME]
    assert r"/nonsense:\udcef" in str(log.warnings[0])


@pytest.mark.parametrize(
    "words",
    [
        ["/alternatename:x=" + NAME, "/include:x"],
        ["/wrap:" + NAME],
        ["/section:." + NAME + ",RW"],
        ["/merge:.text=." + NAME],
        ["/whylive:" + NAME],
    ],
)
def test_no_option_stumbles_over_such_a_name(words, tmp_path):
    assert linked(tmp_path, {"main.obj": entry_object(), "a.obj": latin()}, *words).image


@pytest.mark.parametrize("option", ["/include:", "/export:", "/entry:"])
def test_a_missing_name_of_any_bytes_is_reported(option, tmp_path):
    paths = write(tmp_path, {"main.obj": entry_object()})
    with pytest.raises(LinkError) as caught:
        link(paths, options_from_argv(["/driver", option + NAME]))
    assert any("undefined symbol: na" in str(each) for each in caught.value.diagnostics)


@pytest.mark.parametrize("words", [[], ["/manifest:embed"]])
def test_a_manifest_is_utf_8(words, tmp_path):
    paths = write(tmp_path, {"main.obj": entry_object()})
    argv = ["/driver", "/entry:DriverEntry", "/manifestdependency:" + NAME, *words]
    with pytest.raises(LinkError, match="expected UTF-8"):
        link(paths, options_from_argv(argv))
