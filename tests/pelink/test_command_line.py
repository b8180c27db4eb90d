"""link.exe's spelling: every option of lld-link is known, and what is written reads back."""

import re
import subprocess

import pytest
from hypothesis import given
from hypothesis import strategies as st

import peers
from ntbuild import Export, LinkError, LinkOptions, Section
from ntbuild.pelink.command_line import (
    options_from_argv,
    options_to_argv,
    parse_command_line,
)
from ntbuild.pelink.link_ignored import ACCEPTED_WITHOUT_EFFECT, NOT_SUPPORTED
from ntbuild.pelink.link_options import EXTRA_WRITES, SPELLINGS
from ntbuild.pelink.options import SUBSYSTEMS

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
    "heap": "0x1000,0x1000",
    "machine": "x64",
    "manifest": "no",
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
    for name, has_value in lld_options():
        value = VALUES.get(name, "no" if (name, False) in lld_options() else "value")
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


words = st.text("abcXYZ_.$?@-0189", min_size=1, max_size=12)
maybe = st.one_of(st.none(), st.booleans())
versions = st.one_of(st.none(), st.tuples(st.integers(0, 0xFFFF), st.integers(0, 0xFFFF)))
names = st.lists(words, max_size=3).map(tuple)
targets = st.one_of(st.none(), words.map(lambda word: word.replace(",", "")))
exports = st.builds(
    Export,
    name=words.filter(lambda word: not word.startswith("@")),
    target=targets,
    ordinal=st.one_of(st.none(), st.integers(1, 0xFFFF)),
    data=st.booleans(),
    private=st.booleans(),
)
sections = st.builds(
    Section,
    name=words,
    inputs=st.lists(words, max_size=2).map(tuple),
    align=st.one_of(st.none(), st.integers(0, 12).map(lambda power: 1 << power)),
    write=maybe,
    discardable=maybe,
    pageable=maybe,
    keep=st.booleans(),
)
options = st.builds(
    LinkOptions,
    out=st.one_of(st.none(), words),
    driver=st.sampled_from(["", "plain", "wdm", "uponly", "wdm,uponly"]),
    subsystem=st.one_of(st.none(), st.sampled_from(sorted(SUBSYSTEMS))),
    subsystem_version=versions,
    base=st.one_of(st.none(), st.integers(0, (1 << 64) - 1)),
    stack=st.one_of(st.none(), st.tuples(st.integers(0, 1 << 40), st.integers(0, 1 << 40))),
    ref=maybe,
    icf=st.sampled_from([None, "all", "safe", "none"]),
    tailmerge=maybe,
    include=names,
    exports=st.lists(exports, max_size=3).map(tuple),
    sections=st.lists(sections, max_size=3).map(tuple),
    map=st.one_of(st.none(), st.just(""), words),
    lldmap=st.one_of(st.none(), st.just(""), words),
    order_file=st.one_of(st.none(), words),
    functionpadmin=st.one_of(st.none(), st.integers(-1, 64)),
    aligncomm=st.lists(st.tuples(words, st.integers(0, 13)), max_size=2).map(tuple),
    swaprun=st.sampled_from([(), ("cd",), ("net", "cd")]),
    force=st.sampled_from([(), ("multiple",), ("unresolved", "multipleres")]),
    ignore=names,
    demangle=st.booleans(),
    verbose=st.booleans(),
    warnings_as_errors=st.booleans(),
    whylive=names,
    lazy=names,
    allowbind=maybe,
)


@given(options)
def test_what_is_written_reads_back(given_options):
    assert options_from_argv(options_to_argv(given_options)) == given_options


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
        ("/ordr:@x", "unknown option: /ordr:@x"),
        ("/order:x", "/order:x: expected @ and a file's name"),
        ("/force:all", "/force:all: expected words out of multiple, multipleres, unresolved"),
        ("/manifest:embed", "/manifest:embed: not supported yet"),
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
        parse_command_line(["/nonsense", "/base:x", "/manifestinput:a"])
    assert len(caught.value.diagnostics) == 3


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
