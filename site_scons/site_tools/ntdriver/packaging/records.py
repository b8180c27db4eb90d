"""Records of builds, ``build.json``: of the release folder, and one for each package.

A record has what the nodes of an image know: sources, flags, tools, scripts. It is written when it
is asked for, and then made again whenever one of these changes. The room `ntbuild.records.record`
says what it holds.
"""

import functools
import sys
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any, Final

import SCons.Action
import SCons.Builder
import SCons.Node.Alias
import SCons.Node.FS
import SCons.Script

from ntbuild.building import steps
from ntbuild.building.driver import LinkStep
from ntbuild.packaging.errors import PackageError
from ntbuild.records import record, release
from ntbuild.support.outputs import OutputError, write_all
from ntbuild.support.values import replace

from ..builder import add_step
from ..compile import compiled_with, variables_of
from ..libraries import node_path

_CELL: Final = ("toolchain", "arch", "flavor")


def ship(env: Any, name: str, image: Any, pdbs: Sequence[Any], step: LinkStep) -> None:
    """Copy an image and its PDBs into the release folder, and add them to its records.

    ``pdbs``: the whole one and, unless the driver has no symbols, the stripped one. They have
    folders of their own, because private symbols are not for everybody who gets the images.
    """
    cell = env["NTCELL"]
    folder = f"{env['NTBUILD']}/release"
    names = [f"{cell.toolchain}/{cell.arch}/{name}.sys"]
    (shipped,) = add_step(env, [f"{folder}/{names[0]}"], [image], steps.CopyStep())
    symbols = []
    for kind, pdb in zip(("private", "public"), pdbs, strict=False):
        names.append(f"symbols/{kind}/{cell.toolchain}/{cell.arch}/{name}.pdb")
        symbols += add_step(env, [f"{folder}/{names[-1]}"], [pdb], steps.CopyStep())
    about = _about(env, name, image, step, [shipped, *symbols], names)
    # One environment for all cells: SCons warns of a target that two environments build.
    shared = env["NTRELEASE"]
    _add_builder(shared, "_NtRelease", _run_release)
    records = shared._NtRelease(  # noqa: SLF001 - our own builder
        [f"{folder}/build.json", f"{folder}/SHA256SUMS"], [shipped, env.Value(about)]
    )
    path, given = Path(records[0].get_internal_path()), tuple(SCons.Script.ARGUMENTS.items())
    asked = record.Invocation(("release",), path, given, _stamp(env))
    records[0].attributes.ntbuild_invocation = asked
    env.Depends(records, env.Value(f"{asked}, commit {_commit(env.Dir('#').abspath)}"))
    env.Depends(records, symbols)
    env.Alias("release", [shipped, *symbols, records])


def package_record(
    env: Any, made: record.MadePackage, files: Sequence[Any], images: Sequence[Any]
) -> Any:
    """The node of a package's record.

    ``files``: its nodes, the catalog last. ``images``: as they were linked, in the order of files.
    """
    folder = f"{env['NTBUILD']}/package/{env['NTCELL'].folder}"
    abouts = []
    for image in images:
        name = image.name.removesuffix(".sys")
        nodes = [image, image.dir.File(f"{name}.pdb")]
        placed = [node_path(each) for each in (image, image.dir.File(f"{name}.map"))]
        step = image.attributes.ntbuild_step.placed(placed)
        names = [f"{made.name}/{image.name}", f"symbols/{name}.pdb"]
        abouts.append(_about(env, name, image, step, nodes, names))
    variables = {**SCons.Script.ARGUMENTS, **{key: getattr(made, key) for key in _CELL}}
    target = env.File(f"{folder}/{made.name}.build.json")
    path, given = Path(target.get_internal_path()), tuple(variables.items())
    asked = record.Invocation((f"package/{made.name}",), path, given, _stamp(env))
    _add_builder(env, "_NtPackageRecord", _run_package)
    texts = (*abouts, made, asked, f"commit {_commit(env.Dir('#').abspath)}")
    (node,) = env._NtPackageRecord(  # noqa: SLF001 - our own builder
        [target], [*files, *images]
    )
    env.Depends(node, [env.Value("\n".join(map(str, texts)))])
    node.attributes.ntbuild_made = (made, tuple(abouts), asked, len(files))
    return node


def _about(
    env: Any,
    name: str,
    image: Any,
    step: LinkStep,
    files: Sequence[Any],
    names: Sequence[str],
) -> record.MadeImage:
    """What is known of an image before it is made. ``files``: those of the record's names."""
    cell, compiler = env["NTCELL"], env["NTCOMPILER"]
    compilation = image.attributes.ntbuild_declaration.compiling.compilation
    paths = [Path(each.get_internal_path()) for each in files]
    return record.MadeImage(
        name=name,
        toolchain=cell.toolchain,
        arch=cell.arch,
        flavor=cell.flavor,
        compiler=f"{compiler.name} {compiler.version}",
        headers=variables_of(env, compilation).get("NTHEADERSTATE") or env["NTHEADERSTATE"],
        image=paths[0],
        pdb=paths[1],
        public_pdb=paths[2] if paths[2:] else None,
        names=tuple(names),
        step=step,
        scripts=tuple(image.attributes.ntbuild_scripts),
    )


def _add_builder(env: Any, name: str, run: Any) -> None:
    if name not in env["BUILDERS"]:
        action = SCons.Action.Action(run, _show)
        env.Append(BUILDERS={name: SCons.Builder.Builder(action=action, multi=True)})


def _stamp(env: Any) -> str | None:
    return str(env["ENV"]["SOURCE_DATE_EPOCH"]) if "SOURCE_DATE_EPOCH" in env["ENV"] else None


@functools.cache
def _commit(root: str) -> record.Commit | None:
    return record.commit_of(Path(root))


# ---- actions; SCons passes target, source and env by name -------------------


def _run_release(target: Any, source: Any, env: Any) -> int:
    """Action: write the records of a release."""
    shipped = []
    for image, about in zip(source[::2], source[1::2], strict=True):
        (linked,) = image.sources
        shipped.append(_with_sources(about.read(), linked))
    root = env.Dir("#").abspath
    asked = target[0].attributes.ntbuild_invocation
    try:
        folder = Path(str(target[0])).parent
        release.write_release(folder, shipped, Path(root), asked, _commit(root))
    except (OSError, OutputError) as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


def _run_package(target: Any, source: Any, env: Any) -> int:
    """Action: write the record of a package."""
    made, abouts, asked, count = target[0].attributes.ntbuild_made
    files, images = source[:count], source[count:]
    linked = {image.name: Path(str(image)) for image in images}
    packed = [
        record.PackedFile(f"{made.name}/{node.name}", Path(str(node)), linked.get(node.name))
        for node in files
    ]
    # Not those of the whole package: a signed file depends on certificates as well.
    others = (each for node in files for each in node.sources if each not in files)
    inputs = {Path(str(leaf)) for each in others for leaf in _sources_of(each, images)}
    whole = replace(made, files=tuple(packed), inputs=tuple(sorted(inputs)))
    rows = [_with_sources(about, image) for about, image in zip(abouts, images, strict=True)]
    root = env.Dir("#").abspath
    try:
        text = record.record_text(Path(root), asked, rows, [whole], _commit(root))
        write_all([(str(target[0]), text.encode())])
    except (OSError, OutputError, PackageError, ValueError) as error:
        sys.stderr.write(f"{target[0]}: {error}\n")
        return 1
    return 0


def _with_sources(about: record.MadeImage, linked: Any) -> record.MadeImage:
    """An image with what its nodes know once everything is built."""
    leaves = {Path(str(leaf)) for leaf in _leaves(linked, set())}
    objects = [part for each in linked.sources for part in _parts_of_library(each)]
    compiled = tuple(made for each in objects if (made := _compiled(each)))
    return replace(about, compiled=compiled, inputs=tuple(sorted(leaves)))


def _sources_of(node: Any, images: Sequence[Any]) -> Iterable[Any]:
    """A source of a package's file, or what it is made of; images have lists of their own."""
    if node in images:
        return ()
    return _leaves(node, set()) if node.has_builder() else (node,)


def _parts_of_library(node: Any) -> list[Any]:
    """The objects of a static library that is made here; of anything else the node itself."""
    is_made = isinstance(node, SCons.Node.FS.File) and node.has_builder()
    return list(node.sources) if is_made and node.get_suffix() == ".lib" else [node]


def _compiled(node: Any) -> record.Compiled | None:
    """How an object was compiled; None for an input of another kind."""
    found = compiled_with(node)
    if found is None:
        return None
    source, words, folders = found
    defines = [word for word in words if word.startswith("-D")]
    return record.Compiled(
        source=Path(source),
        flags=tuple(word for word in words if word not in defines),
        defines=tuple(defines),
        include_dirs=tuple(map(Path, folders)),
    )


def _show(target: Any, source: Any, env: Any) -> str:  # noqa: ARG001
    return "RECORD  " + " ".join(str(node) for node in target)


def _leaves(node: Any, seen: set[Any]) -> Iterable[Any]:
    """The files without a builder among everything that a node depends on."""
    for child in node.all_children():
        if child in seen or not isinstance(child, (SCons.Node.FS.File, SCons.Node.Alias.Alias)):
            continue
        seen.add(child)
        if not child.has_builder():
            yield child
        yield from _leaves(child, seen)  # of a source file: its headers
