"""link.exe's spelling: every option of lld-link is taken, or named as not supported."""

import re
import subprocess

import pytest

import peers
from ntbuild import LinkError, LinkOptions, options_from_argv
from ntbuild.pelink.spelling.export_clause import parse_export, write_export
from ntbuild.pelink.spelling.link_exe import parse_command_line
from ntbuild.pelink.spelling.link_exe_ignored import ACCEPTED_WITHOUT_EFFECT, NOT_SUPPORTED
from ntbuild.pelink.spelling.link_exe_options import EXTRA_WRITES, SPELLINGS

VALUES = {
    "align": "4096",
    "aligncomm": "name,4",
    "alternatename": "a=b",
    "base": "0x140000000",
    "debug": "full",
    "debugtype": "cv",
    "delayload": "a.dll",
    "dependentloadflag": "0x800",
    "driver": "wdm",
    "errorlimit": "0",
    "failifmismatch": "key=value",
    "filealign": "512",
    "force": "unresolved",
    "functionpadmin": "6",
    "guard": "cf,nolongjmp",
    "pdbpagesize": "8192",
    "pdbstream": "name=file",
    "heap": "0x1000,0x1000",
    "machine": "x64",
    "manifest": "embed,ID=3",
    "manifestuac": "level='requireAdministrator' uiAccess='false'",
    "mapinfo": "exports",
    "merge": ".a=.b",
    "opt": "ref,icf=3,lldtailmerge,nolbr",
    "order": "@file",
    "section": ".a,ERW",
    "stack": "0x1000",
    "subsystem": "console,6.0",
    "swaprun": "cd,net",
    "timestamp": "1",
    "version": "1.2",
}
NO_VALUE = {"noentry", "dll", "noimplib", "brepro", "lldmingw"}


def lld_options():
    """(name, with a value) of every option in lld-link's help."""
    done = subprocess.run(
        [peers.require("lld-link"), "/help"], capture_output=True, text=True, check=False
    )
    found = re.findall(r"^  (?:/|--)([\w-]+)([:=]?)", done.stdout, flags=re.MULTILINE)
    assert len(found) > 100
    return sorted({(name.lower(), bool(mark)) for name, mark in found})


def test_every_option_of_lld_link_is_taken_or_named():
    refused = set()
    known = lld_options()
    for name, has_value in known:
        value = VALUES.get(name, "no" if (name, False) in known else "value")
        word = f"/{name}:{value}" if has_value else f"/{name}"
        if name in ("start-lib", "end-lib"):
            parse_command_line(["/start-lib", "a.obj", "/end-lib"])
            continue
        if word in ("/lib", "/version"):
            continue  # words that cli.py looks at
        try:
            parse_command_line([word])
        except LinkError as error:
            (found,) = error.diagnostics
            assert found.message == f"{word}: not supported yet", word
            assert found.hint
            refused.add(name)
    assert refused <= set(NOT_SUPPORTED)
    assert len(refused) < 16


def test_the_tables_do_not_overlap():
    assert not set(SPELLINGS) & set(ACCEPTED_WITHOUT_EFFECT)
    assert not set(NOT_SUPPORTED) & (set(SPELLINGS) | set(ACCEPTED_WITHOUT_EFFECT))
    assert all(ACCEPTED_WITHOUT_EFFECT.values())
    assert all(NOT_SUPPORTED.values())


def test_every_field_has_a_spelling():
    spelled = {each.field for each in SPELLINGS.values()} | set(EXTRA_WRITES)
    assert spelled == set(LinkOptions.__dataclass_fields__)


@pytest.mark.parametrize("spelling", ["/opt:ref", "-opt:ref", "/OPT:REF", "-Opt:Ref"])
def test_an_option_has_either_sign_and_any_case(spelling):
    assert parse_command_line([spelling]).options.ref is True


@pytest.mark.parametrize(
    ("argv", "field", "value"),
    [
        (["/force"], "force", ("multiple", "multipleres", "unresolved")),
        (["/force:multiple", "/force:unresolved"], "force", ("multiple", "unresolved")),
        (["/wx", "/wx:no"], "warnings_as_errors", False),
        (["/ignore:4217,4037"], "ignore", ("4217", "4037")),
        (["/driver:uponly,wdm"], "driver", "wdm,uponly"),
        (["/functionpadmin"], "functionpadmin", -1),
        (["/base:0x10000,0x2000"], "base", 0x10000),
        (["/disallowlib:libc"], "nodefaultlibs", ("libc",)),
        (["/demangle:no"], "demangle", False),
        (["--why-live=main"], "whylive", ("main",)),
        (["--why-live", "main"], "whylive", ("main",)),
        (["--print-gc"], "printgc", True),
        (["/manifest:no", "/nologo", "/mllvm:-x=1", "--time-trace=a"], "out", None),
        (["/order:@list.txt"], "order_file", "list.txt"),
    ],
)
def test_forms_of_options(argv, field, value):
    assert getattr(parse_command_line(argv).options, field) == value


@pytest.mark.parametrize(
    ("word", "message"),
    [
        ("/ordr:@x", "could not open '/ordr:@x': No such file or directory; did you mean '/order'"),
        ("/timestamp:4294967296", "invalid timestamp: 4294967296.  Expected 32-bit integer"),
        ("/sectionstart:.text", "/sectionstart:.text: expected name=address"),
        ("/sectionstart:.text=x", "/sectionstart:x: expected a number"),
        ("/order:x", "/order:x: expected @ and a file's name"),
        ("/force:all", "/force: invalid argument: all"),
        ("/manifestinput:a.xml", "/manifestinput:a.xml: not supported yet"),
        ("/manifest:on", "/manifest:on: expected nothing, no, embed or embed,ID=number"),
        (
            "/manifestuac:root",
            "/manifestuac:root: expected no, or level='asInvoker' uiAccess='false'",
        ),
        ("/machine:arm64ec", "/machine:arm64ec: unknown machine"),
        ("/align:3", "/align:3: expected a power of two"),
        ("/end-lib", "stray -end-lib"),
    ],
)
def test_a_wrong_option_is_named(word, message):
    with pytest.raises(LinkError) as caught:
        parse_command_line([word])
    assert [each.message for each in caught.value.diagnostics] == [message]


def test_all_wrong_options_are_named_at_once():
    with pytest.raises(LinkError) as caught:
        parse_command_line(["/driver", "/nonsense", "/base:x", "/manifestinput:a"])
    assert len(caught.value.diagnostics) == 3


@pytest.mark.parametrize(
    ("word", "message"),
    [
        ("/notarealopt:ion", "ignoring unknown argument '/notarealopt:ion'"),
        ("-notarealopt", "ignoring unknown argument '-notarealopt'"),
        (
            "-nodefaultlibs",
            "ignoring unknown argument '-nodefaultlibs', did you mean '-nodefaultlib'",
        ),
        ("-version", "ignoring unknown argument '-version', did you mean '--version'"),
        ("/lib", "ignoring /lib since it's not the first argument"),
    ],
)
def test_an_option_of_a_newer_linker_is_ignored_with_a_warning(word, message):
    line = parse_command_line(["a.obj", word])
    assert [each.message for each in line.warnings] == [message]
    assert line.inputs == ("a.obj",)


def test_an_unknown_option_is_an_error_where_it_would_make_a_wrong_driver():
    for words in (["/integritychek", "/driver"], ["/driver", "-integritychek"]):
        with pytest.raises(LinkError) as caught:
            parse_command_line(words)
        (found,) = caught.value.diagnostics
        assert found.message.startswith("unknown option: ")
        assert found.hint == "did you mean /integritycheck?"
    with pytest.raises(LinkError, match="unknown option: /future"):
        options_from_argv(["/future"])


@pytest.mark.parametrize(
    ("word", "bit"),
    [
        ("/cetcompat", 0x01),
        ("/cetcompatstrict", 0x02),
        ("/cetipvalidationrelaxed", 0x04),
        ("/cetdynamicapisinproc", 0x08),
        ("/hotpatchcompatible", 0x80),
    ],
)
def test_an_option_sets_a_bit_of_the_extended_characteristics(word, bit):
    assert options_from_argv([word]).extended_characteristics == bit
    assert options_from_argv([word, f"{word}:no"]).extended_characteristics == 0
    assert options_from_argv([word, "/cetcompat"]).extended_characteristics == bit | 1


@pytest.mark.parametrize(
    ("text", "stamp"),
    [("", None), ("0", 0), ("1700000000", 1700000000), ("4294967295", 0xFFFFFFFF)],
)
def test_the_environment_has_the_time_stamp_unless_the_line_does(text, stamp):
    environment = {"SOURCE_DATE_EPOCH": text}
    assert parse_command_line(["a.obj"], environment).options.timestamp == stamp
    assert parse_command_line(["/timestamp:5"], environment).options.timestamp == 5


@pytest.mark.parametrize("text", ["4294967296", "\u00b2", "-1", "1e9", "now", "9" * 5000])
def test_a_wrong_time_stamp_of_the_environment_is_one_line(text):
    with pytest.raises(LinkError) as caught:
        parse_command_line(["a.obj"], {"SOURCE_DATE_EPOCH": text})
    (found,) = caught.value.diagnostics
    assert found.message.startswith("invalid SOURCE_DATE_EPOCH timestamp: ")
    assert found.message.endswith(".  Expected 32-bit integer")
    assert len(str(found)) < 120


@pytest.mark.parametrize("letter", ["K", "P", "dp"])
def test_a_bare_k_or_p_warns(letter):
    (warning,) = parse_command_line([f"/section:INIT,{letter}"]).warnings
    assert "/sectionrule:INIT," in warning.message
    assert not parse_command_line(["/section:INIT,!P!K"]).warnings


def test_a_group_of_objects_is_lazy():
    line = parse_command_line(["a.obj", "/start-lib", "b.obj", "/end-lib", "c.obj"])
    assert line.inputs == ("a.obj", "b.obj", "c.obj")
    assert line.options.lazy == ("b.obj",)


def test_kits_and_lib_are_searched_after_libpath(tmp_path):
    for version in ("14.9.1", "14.44.2"):
        (tmp_path / "VC/Tools/MSVC" / version / "lib/arm64").mkdir(parents=True)
    (tmp_path / "Windows Kits/10/Lib/10.0.26100.0/um/arm64").mkdir(parents=True)
    argv = ["/machine:arm64", "/libpath:mine", f"/winsysroot:{tmp_path}"]
    found = parse_command_line(argv, {"LIB": "other"}).options.libpath
    assert found[0] == "mine"
    assert f"{tmp_path}/VC/Tools/MSVC/14.44.2/lib/arm64" in found
    assert f"{tmp_path}/Windows Kits/10/Lib/10.0.26100.0/um/arm64" in found
    assert "other" not in found
    assert parse_command_line(["/libpath:a"], {"LIB": "b;c"}).options.libpath == ("a", "b", "c")
    assert parse_command_line(["/lldignoreenv"], {"LIB": "b;c"}).options.libpath == ()


@pytest.mark.parametrize(
    "text",
    [
        "f",
        "f,@5,NONAME,DATA",
        "g=f,PRIVATE",
        "f,DATA,EXPORTAS,g",
        "a=b,EXPORTAS,c",
        "a=b.c,EXPORTAS,d",
    ],
)
def test_an_export_is_written_as_it_was_read(text):
    (export,) = options_from_argv([f"/export:{text}"]).exports
    assert parse_export(write_export(export)) == export
    assert write_export(export) == text


@pytest.mark.parametrize("text", ["f,EXPORTAS,", "f,EXPORTAS", "f,EXPORTAS,g,DATA"])
def test_a_wrong_value_of_exportas_is_named(text):
    rest = text.partition("EXPORTAS")[2].removeprefix(",")
    with pytest.raises(LinkError, match=f"^error: invalid EXPORTAS value: {rest}$"):
        options_from_argv([f"/export:{text}"])
