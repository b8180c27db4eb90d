"""``env.RustLibrary`` and ``env.RustDriver``: crates of Rust become static libraries of drivers.

A crate is a Cargo.toml, which cargo builds, or one source, which rustc compiles. A driver that has
such a library among its sources is linked with ntbuild's library ``rust`` as well.
"""

from pathlib import Path
from typing import Any, Final

from ntbuild.building.compiling import CompilingError, compiling_of
from ntbuild.building.declare import DeclarationError, check_name, unknown_keyword
from ntbuild.building.keywords import Keywords
from ntbuild.building.languages.rust import (
    RUST,
    RUST_KEYWORDS,
    RustKeywordError,
    RustKeywords,
    RustStep,
    rust_keywords,
)
from ntbuild.compilers.rust import files as rust_files
from ntbuild.compilers.rust import tools as rust

from .aliases import name_targets
from .builder import add_step
from .cells import refuse_ignored_selection
from .compile import file_named
from .drivers import DriverNodes, driver
from .errors import fail_at_caller

RUNTIME: Final = "rust"
"""The library of `toolchains/libraries` that code of Rust refers to."""


def rust_library(env: Any, name: str, crate: Any, **keywords: Any) -> Any:
    """Declare a static library of a crate; drivers name its node among their sources."""
    refuse_ignored_selection(env)
    try:
        check_name(name)
    except DeclarationError as error:
        fail_at_caller(env, f"RustLibrary({name!r}): {error}")
    for keyword in keywords:
        if keyword not in RUST_KEYWORDS | {"harden"}:
            text = unknown_keyword(keyword, RUST_KEYWORDS | {"harden"})
            fail_at_caller(env, f"RustLibrary({name!r}): {text}")
    node = file_named(env, crate) if isinstance(crate, str) else crate
    root = node.srcnode()
    if not (root.name == "Cargo.toml" or root.name.endswith(".rs")):
        text = f"{root.get_internal_path()} is neither a Cargo.toml nor a source"
        fail_at_caller(env, f"RustLibrary({name!r}): {text}")
    harden = keywords.pop("harden", None)
    try:
        own = rust_keywords(keywords, is_package=root.name == "Cargo.toml")
        given = {} if harden is None else {"harden": harden}
        compiling = compiling_of(Keywords(**given), given, env["NTARCH"])
    except (RustKeywordError, CompilingError) as error:
        fail_at_caller(env, f"RustLibrary({name!r}): {error}")
    library = env.File(f"{name}.lib")
    folder = library.dir.Dir(f"{name}-cargo")
    compiler, target, missing = _compiler(root, own, env["NTARCH"])
    step = RustStep(
        name=name,
        target=target,
        is_optimised=env["NTFLAVOR"] == "release",
        is_guarded="guard" in compiling.compilation.hardening,
        keywords=own,
        compiler=compiler,
        missing=missing,
        folder=folder.get_internal_path(),
    )
    add_step(env, [library, library.dir.File(f"{name}.d")], [root], step, RUST)
    env.Depends(library, _inputs(env, name, root, library))
    env.Clean(library, folder)
    library.attributes.ntbuild_needs = (RUNTIME,)
    name_targets(env, name, [library])
    return library


def rust_driver(env: Any, name: str, crate: Any, **keywords: Any) -> DriverNodes:
    """Declare a driver of one crate; all keywords but those of `RustKeywords` are a driver's."""
    own = {each: keywords.pop(each) for each in RUST_KEYWORDS & keywords.keys()}
    if "harden" in keywords:
        own["harden"] = keywords["harden"]
    library = rust_library(env, f"{name}-crate", crate, **own)
    return driver(env, name, [library], **keywords)


def _compiler(root: Any, keywords: RustKeywords, machine: str) -> tuple[str, str, str]:
    """The version of rustc and the target; or what is missing, which is an error when it runs."""
    try:
        found = rust.find_rust(root.dir.abspath)
        return found.version, keywords.target or rust.usable_target(found, machine), ""
    except rust.RustError as error:
        return "", "", str(error)


def _inputs(env: Any, name: str, root: Any, library: Any) -> list[Any]:
    """The nodes of a crate's files: those found by looking, and those of the last build."""
    path = Path(root.abspath)
    top = Path(env.Dir("#").abspath)
    try:
        find = rust_files.package_files if root.name == "Cargo.toml" else rust_files.source_files
        found = find(path)
    except rust_files.CrateError as error:
        fail_at_caller(env, f"RustLibrary({name!r}): {error}")
    listed = Path(library.dir.abspath, f"{name}.d")
    if listed.is_file():
        text = listed.read_text(encoding="utf-8", errors="replace")
        found += [top / each for each in rust_files.dependencies(text)]
    every = dict.fromkeys(each for each in found if each != path and each.is_file())
    return [env.fs.File(each.as_posix()) for each in every]
