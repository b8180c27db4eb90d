"""Crates: their keywords, their files, and the targets that are installed."""

import pytest

from ntbuild.building.languages.rust import RustKeywordError, RustStep, rust_keywords
from ntbuild.compilers.rust import files as rust_files
from ntbuild.compilers.rust import tools as rust


@pytest.mark.parametrize(
    ("given", "is_package", "said"),
    [
        ({"edition": "2020"}, False, "edition: '2020' is none of 2015, 2018, 2021, 2024"),
        ({"edition": "2021"}, True, "edition: Cargo.toml says it"),
        ({"features": ["a"]}, False, "features: a single source has none"),
        ({"features": [1]}, True, "features: [1] is not a list of texts"),
        ({"target": 7}, True, "target: 7 is not a target's name"),
    ],
)
def test_a_wrong_keyword_is_named(given, is_package, said):
    with pytest.raises(RustKeywordError) as error:
        rust_keywords(given, is_package=is_package)
    assert str(error.value) == said


def test_words_alone_stand_for_themselves():
    found = rust_keywords({"features": "loud", "rustflags": ("-C", "lto")}, is_package=True)
    assert (found.features, found.rustflags) == (("loud",), ("-C", "lto"))


def installed(folder, *targets):
    for target in targets:
        path = folder / "lib/rustlib" / target / "lib"
        path.mkdir(parents=True)
        (path / "libcore-0123.rlib").touch()
    return rust.Rust("rustc", "rustc 1.95.0 (x) host: y", str(folder))


def test_the_first_target_with_a_core_library_is_taken(tmp_path):
    gnu, msvc = "x86_64-pc-windows-gnu", "x86_64-pc-windows-msvc"
    assert rust.usable_target(installed(tmp_path / "a", gnu), "x64") == gnu
    assert rust.usable_target(installed(tmp_path / "b", gnu, msvc), "x64") == msvc


@pytest.mark.parametrize(
    ("machine", "said"),
    [
        ("x64", "for x64: rustup target add x86_64-pc-windows-msvc; on Debian, apt install "),
        ("arm64", "for arm64: rustup target add aarch64-pc-windows-msvc"),
        (
            "x86",
            "Rust is for x64 and arm64, not for x86, whose core library has code that a kernel",
        ),
    ],
)
def test_a_missing_core_library_names_the_command(tmp_path, machine, said):
    with pytest.raises(rust.RustError) as error:
        rust.usable_target(installed(tmp_path), machine)
    assert said in str(error.value)


def written(folder, files):
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def names(folder, paths):
    return [each.relative_to(folder).as_posix() for each in paths]


ROOT = """mod a;
pub(crate) mod b;
#[path = "odd.rs"]
mod c;
mod inline { fn f() {} }
"""


def test_modules_of_a_source_are_found_in_every_spelling(tmp_path):
    modules = {"a.rs": "mod deep;", "a/deep.rs": "", "b/mod.rs": "// mod gone;", "odd.rs": ""}
    written(tmp_path, {"lib.rs": ROOT, **modules, "other.rs": ""})
    found = names(tmp_path, rust_files.source_files(tmp_path / "lib.rs"))
    assert found == ["a/deep.rs", "a.rs", "b/mod.rs", "lib.rs", "odd.rs"]


WORKSPACE = """[workspace]
members = ["one"]
[workspace.dependencies]
two = { path = "two" }
"""
ONE = """[package]
name = "one"
build = "make.rs"
[dependencies]
two = { workspace = true }
[target.x.build-dependencies]
three = { path = "../three" }
"""


def test_files_of_a_package_and_of_its_path_dependencies(tmp_path):
    own = ["one/make.rs", "one/src/lib.rs", "one/src/deep/part.rs"]
    others = ["two/src/lib.rs", "three/build.rs", "Cargo.lock", "two/Cargo.toml"]
    manifests = {
        "Cargo.toml": WORKSPACE,
        "one/Cargo.toml": ONE,
        "three/Cargo.toml": "[lib]\ncrate-type = ['staticlib']\n",
    }
    written(tmp_path, {**dict.fromkeys([*own, *others, "one/tests/no.rs"], ""), **manifests})
    found = names(tmp_path, rust_files.package_files(tmp_path / "one/Cargo.toml"))
    assert sorted(found) == sorted([*own, *others, *manifests])
    assert not rust_files.makes_static_library(tmp_path / "one/Cargo.toml")
    assert rust_files.makes_static_library(tmp_path / "three/Cargo.toml")


def test_a_manifest_that_is_no_toml_is_named(tmp_path):
    manifest = tmp_path / "Cargo.toml"
    manifest.write_text("[package\n")
    with pytest.raises(rust_files.CrateError, match=r"Cargo.toml: Expected"):
        rust_files.package_files(manifest)


def test_the_shells_flags_are_kept_out_and_a_missing_rust_is_a_comment(tmp_path, monkeypatch):
    monkeypatch.setenv("RUSTFLAGS", "-C lto")
    monkeypatch.setenv("CARGO_PROFILE_RELEASE_LTO", "true")
    kept = rust.environment()
    assert kept.keys().isdisjoint({"RUSTFLAGS", "CARGO_PROFILE_RELEASE_LTO"})
    assert kept["CARGO_INCREMENTAL"] == "0"
    step = RustStep(
        name="a",
        target="",
        is_optimised=False,
        is_guarded=True,
        keywords=rust_keywords({}, is_package=True),
        compiler="",
        missing="there is no rustc",
        folder=str(tmp_path),
    )
    assert step.command(["Cargo.toml"], ["a.lib", "a.d"]) == "# there is no rustc"
