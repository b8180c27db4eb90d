"""Every project of ``ntbuild new`` as it is made: built with warnings as errors, run, packaged."""

import json

import pytest

from ntbuild.commands.cli import main
from ntbuild.projects.starters import KINDS
from peers import require
from sconsproject import Outside

NAME = "my-first"
BUILT = f"build/zig/x64/debug/{NAME}"
PACKAGE = f"build/package/zig/x64/debug/{NAME}"


@pytest.fixture(scope="module")
def data(tmp_path_factory):
    return str(tmp_path_factory.mktemp("data"))


def made(kind, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    assert main(["new", kind, NAME]) == 0
    return Outside(tmp_path / NAME)


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind not in {"ndis", "ownos"}])
def test_a_new_project_is_judged_run_and_packaged(kind, tmp_path, monkeypatch, data):
    compiler = {"RUSTC": require("rustc")} if kind == "rust" else {}
    project = made(kind, tmp_path, monkeypatch)
    run = project.scons("--strict", NAME, "run", "package", NTBUILD_DATA=data, **compiler)
    assert run.errors == ""
    reports = sorted((project.root / "build/zig/x64/debug").glob("*.run.json"))
    verdicts = {json.loads(each.read_text())["verdict"] for each in reports}
    assert verdicts == {"proved"}
    assert [each.name for each in reports] == sorted(
        f"{image.removesuffix('.sys').replace('newdriver', NAME)}.run.json"
        for image in KINDS[kind].files
    )
    images = {image.replace("newdriver", NAME) for image in KINDS[kind].files}
    assert {path.name for path in (project.root / PACKAGE).iterdir()} == {
        *images,
        *(f"{NAME}.inf", f"{NAME}.cat", "test-ca.cer", "test-ca.pem", "test-signer.cer"),
    }
    for image in images:
        page = project.root / f"build/zig/x64/debug/{image.removesuffix('.sys')}.check.txt"
        found = page.read_text(encoding="utf-8").splitlines()[3:]
        # rustc's own libraries have no control flow guard.
        assert found == ["no findings"] or (kind == "rust" and "note DRV614 cfg" in found[0]), found
    monkeypatch.setenv("NTBUILD_DATA", data)
    assert main(["verify", str(project.root / PACKAGE), "--project", NAME]) == 0


def test_a_filter_of_ndis_is_packaged_and_what_the_engines_lack_is_named(
    tmp_path, monkeypatch, data
):
    project = made("ndis", tmp_path, monkeypatch)
    run = project.scons(NAME, "run", "package", NTBUILD_DATA=data)
    assert "unknown: DriverEntry: calls NDIS.SYS!NdisFRegisterFilterDriver" in run.errors
    assert "CAT" in run.text
    source, inf = (
        (project.root / each).read_text() for each in (f"{NAME}.c", f"{PACKAGE}/{NAME}.inf")
    )
    guid = source.partition('UniqueName = NDIS_STRING_CONST("')[2].partition('"')[0]
    assert f'NetCfgInstanceId = "{guid}"' in inf
    assert "11111111" not in guid


def test_a_kernel_of_ones_own_boots(tmp_path, monkeypatch):
    project = made("ownos", tmp_path, monkeypatch)
    project.scons(NAME, "run")
    report = json.loads((project.root / f"{BUILT}.run.json").read_text())
    assert report["verdict"] == "proved"


def test_editors_get_the_commands_of_the_first_cell(tmp_path, monkeypatch):
    project = made("kmdf", tmp_path, monkeypatch)
    project.scons("arch=x64,arm64", "compile_commands.json")
    entries = json.loads((project.root / "compile_commands.json").read_text())
    (entry,) = [each for each in entries if each["file"] == f"{NAME}.c"]
    assert entry["output"] == f"build/zig/x64/debug/{NAME}-{NAME}.obj"
    assert "-DKMDF_VERSION_MAJOR=1" in entry["command"]
