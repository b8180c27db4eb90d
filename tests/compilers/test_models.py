"""Model files: what comes with ntbuild, a project's own, and errors that name file and key."""

import re

import pytest

from compilers.compiling import ROOT
from ntbuild.building.compiling import compiling_of
from ntbuild.building.declare import DeclarationError, declare
from ntbuild.building.keywords import Keywords
from ntbuild.compilers.compilation import PLAIN
from ntbuild.compilers.models import ModelError, find_model, known_models, load_model
from ntbuild.support.values import replace

TOOLCHAINS = ROOT / "toolchains"
SMALL = """
name = "small"
summary = "for tests"
entry = "SmallEntry"

[[defines]]
use = ["SMALL=1"]
reason = "a reason"

[[modules]]
use = ["fltmgr"]
reason = "another reason"
"""


def compiling(machine="x64", **given):
    return compiling_of(Keywords(**given), given, machine)


def test_each_model_that_comes_with_ntbuild_reads_and_is_named_like_its_file():
    names = known_models(TOOLCHAINS)
    assert names == ("export", "hid", "kmdf", "minifilter", "ndis", "storport", "wdm")
    for name in names:
        model = find_model(name, TOOLCHAINS)
        assert model.name == name
        assert model.summary
        assert not model.inf.class_guid or re.fullmatch(r"{[0-9a-f-]{36}}", model.inf.class_guid)


def test_the_default_model_compiles_as_if_nobody_had_named_one():
    assert compiling(model="wdm") == replace(compiling(), model=find_model("wdm", TOOLCHAINS))
    assert compiling(model="wdm", harden=False).compilation == PLAIN
    assert compiling(model="wdm", harden=False).link == {}


def test_a_projects_own_model_gives_entry_modules_and_defines(tmp_path):
    path = tmp_path / "small.toml"
    path.write_text(SMALL)
    found = compiling(model=str(path))
    assert found.model.modules == ("fltmgr",)
    assert found.compilation.defines == ("SMALL=1",)
    declared = declare("it", {"model": str(path)}, exports=False, defaults={"machine": "x64"})
    assert declared.options.alternatename == (("NtbuildGsNext", "SmallEntry"),)
    given = {"model": str(path), "entry": "Own"}
    declared = declare("it", given, exports=False, defaults={"machine": "x64"})
    assert declared.options.alternatename == (("NtbuildGsNext", "Own"),)


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ('summary = "for tests"', "", "small.toml: summary: missing; it is a string"),
        ("modules", "module", "small.toml: module: unknown key; did you mean 'modules'?"),
        ('reason = "a reason"', "", "small.toml: defines[0].reason: missing; it is a string"),
        ('"SMALL=1"', '"X={size}"', "small.toml: defines[0].use[0]: unknown placeholder {size}"),
        ("[[defines]]", "[[headers]]", "small.toml: headers: no folder "),
        ("[[defines]]", "[[sources]]", "small.toml: sources: no file "),
        ('entry = "', 'stdcall = "', "small.toml: stdcall: expected true or false, not "),
        ('entry = "SmallEntry"', 'dialect = "gcc"', "small.toml: dialect: unknown value 'gcc'"),
        ('entry = "', 'inf = {start_type = true}\nx = "', "small.toml: inf.reason: missing"),
        ('entry = "', 'framework = "umdf"\nx = "', "small.toml: framework: unknown value 'umdf'"),
    ],
)
def test_a_wrong_file_is_an_error_that_names_file_and_key(tmp_path, old, new, expected):
    path = tmp_path / "small.toml"
    path.write_text(SMALL.replace(old, new, 1))
    load_model.cache_clear()
    with pytest.raises(ModelError) as caught:
        load_model(path)
    assert str(caught.value).startswith(expected)


@pytest.mark.parametrize(
    ("given", "expected"),
    [
        ({"model": "storprt"}, "model: no model 'storprt' and no file of your own, NAME.toml; did"),
        ({"model": "gone.toml"}, "model: gone.toml: No such file or directory"),
        ({"model": "export"}, "model: 'export' is for env.ExportDriver"),
        ({"model": 7}, "model: expected a name or a file, not 7"),
        ({"dialect": "cl"}, "dialect: 'cl' is not 'gnu' or 'msvc'"),
        ({"stdcall": 1}, "stdcall: expected True or False, not 1"),
        ({"windows": "10.0.1"}, "windows: '10.0.1' is no version known here; it is one of 5.1, "),
        ({"windows": 10}, "windows: expected a version such as '10.0.19041', not 10"),
        ({"kmdf": "2"}, "kmdf: '2' is not a version such as '1.15'"),
        ({"wpp": "etw"}, "wpp: mode 'etw' is not there yet: real ETW needs the formats"),
    ],
)
def test_a_wrong_keyword_is_one_line(given, expected):
    with pytest.raises(DeclarationError) as caught:
        declare("it", given, exports=False, defaults={"machine": "x64"})
    assert str(caught.value).startswith(expected)


def test_the_msvc_dialect_calls_by_stdcall_on_x86_unless_told():
    assert compiling("x86", dialect="msvc").compilation.convention == "stdcall"
    assert compiling("x64", dialect="msvc").compilation.convention == "cdecl"
    assert compiling("x86", dialect="msvc", stdcall=False).compilation.convention == "cdecl"
    assert compiling("x86", stdcall=True).compilation.convention == "stdcall"
    assert compiling("x86", model="storport").compilation.convention == "stdcall"


@pytest.mark.parametrize(
    ("version", "winnt", "ntddi"),
    [
        ("6.1", "0x0601", "0x06010000"),
        ("10", "0x0a00", "0x0a000000"),
        ("10.0.19041", "0x0a00", "0x0a000008"),
        ("10.0.26100", "0x0a00", "0x0a000010"),
    ],
)
def test_a_version_of_windows_is_three_macros_and_the_subsystem(version, winnt, ntddi):
    found = compiling(windows=version)
    assert found.compilation.defines == (
        *(f"_WIN32_WINNT={winnt}", f"WINVER={winnt}"),
        f"NTDDI_VERSION={ntddi}",
    )
    assert found.link["subsystem_version"] == (int(winnt, 16) >> 8, int(winnt, 16) & 0xFF)


def test_a_driver_that_opts_in_to_the_pool_itself_keeps_its_way():
    given = {"dialect": "msvc"}
    usual = compiling_of(Keywords(**given), given, "x64").compilation
    own = Keywords(**given, defines={"POOL_NX_OPTIN": 1})
    assert "pool" in usual.hardening
    assert {"pool", *compiling_of(own, given, "x64").compilation.hardening} == {*usual.hardening}
    assert "pool" not in compiling_of(own, given, "x64").compilation.hardening
