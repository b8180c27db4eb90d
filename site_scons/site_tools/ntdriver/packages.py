"""``env.DriverPackage``: signed images, INF, catalog, record and archives as nodes.

    build/package/<toolchain>/<arch>/<flavor>/NAME/     hello.sys hello.inf hello.cat test-ca.pem
    build/package/<toolchain>/<arch>/<flavor>/          NAME.build.json, archives and their kin
    build/package/symbols/<toolchain>/...               hello.pdb

``scons package`` makes all packages, ``scons package/NAME`` one. Nothing of a package goes into a
shared cache: an image there could be one that another key has signed.
"""

import datetime as dt
import importlib.util
import os
import sys
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import Any, Final, NamedTuple

import SCons.Node.FS

from ntbuild.building import steps
from ntbuild.building.declare import Declaration, DeclarationError
from ntbuild.building.packages.declaration import PackageDeclaration, declare_package
from ntbuild.building.packages.steps import (
    PACKAGING,
    TRUSTED,
    AuthorityStep,
    CatalogStep,
    InfStep,
    Key,
    SignStep,
)
from ntbuild.building.summary import PACKAGE
from ntbuild.packaging.errors import PackageError
from ntbuild.packaging.sign import Sign
from ntbuild.support.outputs import OutputError, write_all
from ntbuild.support.values import replace

from .aliases import alias_nodes, asks_for_packages
from .builder import (
    TEMPLATES,
    about_image,
    add_step,
    commit_of,
    given_variables,
    leaves_of,
    record_builder,
    scripts_of,
    stamp_of,
    with_sources,
)
from .cells import refuse_ignored_selection
from .compile import file_named, literal_or_substituted
from .errors import fail_at_caller, note_once
from .libraries import node_path
from .screen.ending import counts_as

_CELL: Final = ("toolchain", "arch", "flavor")
_NO_PROJECT = "drivers"
"""The project of a test CA where a SConstruct has no ``project()``."""


class PackageNodes(NamedTuple):
    """What ``env.DriverPackage`` returns; ``files`` are the images and further files."""

    catalog: SCons.Node.FS.File
    inf: SCons.Node.FS.File
    files: tuple[SCons.Node.FS.File, ...]


def driver_package(env: Any, name: str, drivers: Any, **keywords: Any) -> PackageNodes:
    """Declare a package of drivers; the keywords are those of `PackageKeywords`."""
    refuse_ignored_selection(env)
    images = list(dict.fromkeys(_images(drivers)))
    try:
        declared = declare_package(
            name,
            keywords,
            tuple(each.attributes.ntbuild_declaration for each in images),
            env["NTARCH"],
        )
    except DeclarationError as error:
        fail_at_caller(env, f"DriverPackage({name!r}): {error}")
    if declared.note:
        note_once(declared.note)
    cell = env["NTCELL"].folder
    folder = f"{env['NTBUILD']}/package/{cell}/{name}"
    key, proofs = _key(env, declared)
    with_pages = declared.keywords.page_hashes
    nodes = [_signed(env, each, folder, SignStep(key, with_pages)) for each in images]
    nodes += [_copied(env, each, folder) for each in _files(env, declared)]
    inf = _inf(env, declared, folder, nodes)
    oldest = declared.oldest if declared.keywords.inf is None else 0
    is_plain = bool(oldest) and not declared.is_filter
    facts = (1 + len(nodes), _epoch(env), with_pages, oldest, is_plain)
    listing = CatalogStep(key, declared.machine, *facts)
    (catalog,) = add_step(env, [f"{folder}/{name}.cat"], [inf, *nodes], listing, PACKAGING)
    counts_as(env, catalog, PACKAGE, env["NTARCH"])
    env.Depends([*nodes[: len(images)], catalog], proofs)
    extra = [
        _copied(env, _pdb_of(each), f"{env['NTBUILD']}/package/symbols/{cell}/{name}")
        for each in images
    ]
    authority = _authority(env, key, folder, proofs)
    files = [inf, *nodes, catalog]
    if asks_for_packages():
        _refuse_missing_library(env, declared)
        record = _record(env, declared, files, images)
        made = _archives(env, declared, key, [*files, *authority], extra, record)
        env.Depends(made, proofs)
        extra += [record, *made]
    extra += authority
    env.NoCache([*files, *extra])
    alias_nodes(env, "package", [catalog, *extra])
    alias_nodes(env, f"package/{name}", [catalog, *extra])
    return PackageNodes(catalog, inf, tuple(nodes))


def _refuse_missing_library(env: Any, declared: PackageDeclaration) -> None:
    """Raise UserError when there is nothing to write an SBOM with, before anything is built."""
    from ntbuild.packaging.archives.sbom import MISSING  # noqa: PLC0415 - only a package needs it

    keywords = declared.keywords
    if keywords.archives and keywords.sbom and importlib.util.find_spec("cyclonedx") is None:
        place = f"DriverPackage({declared.name!r}): archives"
        fail_at_caller(env, f"{place}: {MISSING}; sbom=False leaves it out")


def _authority(env: Any, key: Key, folder: str, proofs: list[Any]) -> list[Any]:
    """The certificates that a test machine has to trust; nothing for another key."""
    found = []
    for name in TRUSTED if key.project else ():
        is_signer, is_pem = name.startswith("test-signer"), name.endswith(".pem")
        what = AuthorityStep(key.project, of_signer=is_signer, is_pem=is_pem)
        found += add_step(env, [f"{folder}/{name}"], [], what, PACKAGING)
    env.Depends(found, proofs)
    return found


def _archives(
    env: Any,
    declared: PackageDeclaration,
    key: Key,
    files: list[Any],
    symbols: list[Any],
    record: Any,
) -> list[Any]:
    """What a package is delivered as, beside its folder.

    ``files``: of the package, certificates of the test CA included; ``symbols``: its PDBs.
    """
    from ntbuild.building.packages import archives as what  # noqa: PLC0415 - only a package needs it

    name, kinds, epoch = declared.name, declared.keywords.archives, _epoch(env)
    if not kinds:
        return []
    stem = f"{env['NTBUILD']}/package/{env['NTCELL'].folder}/{name}"

    def step(suffix: str, sources: list[Any], how: Any) -> Any:
        (node,) = add_step(env, [f"{stem}.{suffix}"], sources, how, PACKAGING)
        return node

    said = [step("intoto.json", [record, *files], what.StatementStep(name, is_sbom=False))]
    if declared.keywords.sbom:
        bill = what.StatementStep(name, is_sbom=True, epoch=epoch)
        said.append(step("cdx.json", [record, *files], bill))
    made = []
    if "zip" in kinds:
        made.append(step("zip", [*files, record, *said], what.ZipStep(name, len(files), epoch)))
    if "cab" in kinds:
        made.append(step("cab", [*files, *symbols], what.CabStep(key, name, epoch)))
    sums = step("SHA256SUMS", [*made, record, *said], what.SumsStep())
    return [*said, *made, sums]


def _record(
    env: Any, declared: PackageDeclaration, files: Sequence[Any], images: Sequence[Any]
) -> Any:
    """The node of a package's record.

    ``files``: its nodes, the catalog last. ``images``: as they were linked, in the order of files.
    """
    from ntbuild.records.record import Invocation, MadePackage  # noqa: PLC0415 - only packages

    cell = env["NTCELL"]
    made = MadePackage(declared.name, cell.toolchain, cell.arch, cell.flavor, declared.version)
    folder = f"{env['NTBUILD']}/package/{cell.folder}"
    abouts = []
    for image in images:
        name = image.name.removesuffix(".sys")
        nodes = [image, image.dir.File(f"{name}.pdb")]
        placed = [node_path(each) for each in (image, image.dir.File(f"{name}.map"))]
        step = image.attributes.ntbuild_step.placed(placed)
        names = [f"{made.name}/{image.name}", f"symbols/{name}.pdb"]
        abouts.append(about_image(env, name, image, step, nodes, names))
    variables = {**given_variables(), **{key: getattr(made, key) for key in _CELL}}
    target = env.File(f"{folder}/{made.name}.build.json")
    path, given = Path(target.get_internal_path()), tuple(variables.items())
    asked = Invocation((f"package/{made.name}",), path, given, stamp_of(env))
    texts = (*abouts, made, asked, f"commit {commit_of(env.Dir('#').abspath)}")
    (node,) = record_builder(env, _run_record)(env, [target], [*files, *images])
    env.Depends(node, [env.Value("\n".join(map(str, texts)))])
    others = [each for file in files for each in file.sources if each not in files]
    scripts = [each for about in abouts for each in scripts_of(env, about)]
    node.attributes.ntbuild_recorded = [*others, *images, *scripts]
    node.attributes.ntbuild_made = (made, tuple(abouts), asked, len(files))
    return node


def _run_record(target: Any, source: Any, env: Any) -> int:
    """Action: write the record of a package."""
    from ntbuild.records.record import PackedFile, record_text  # noqa: PLC0415 - as above

    made, abouts, asked, count = target[0].attributes.ntbuild_made
    files, images = source[:count], source[count:]
    linked = {image.name: Path(str(image)) for image in images}
    packed = [
        PackedFile(f"{made.name}/{node.name}", Path(str(node)), linked.get(node.name))
        for node in files
    ]
    # Not those of the whole package: a signed file depends on certificates as well.
    others = (each for node in files for each in node.sources if each not in files)
    inputs = {Path(str(leaf)) for each in others for leaf in _sources_of(each, images)}
    whole = replace(made, files=tuple(packed), inputs=tuple(sorted(inputs)))
    rows = [with_sources(about, image) for about, image in zip(abouts, images, strict=True)]
    root = env.Dir("#").abspath
    try:
        text = record_text(Path(root), asked, rows, [whole], commit_of(root))
        write_all([(str(target[0]), text.encode())])
    except (OSError, OutputError, PackageError, ValueError) as error:
        sys.stderr.write(f"{target[0]}: {error}\n")
        return 1
    return 0


def _sources_of(node: Any, images: Sequence[Any]) -> Iterable[Any]:
    """A source of a package's file, or what it is made of; images have lists of their own."""
    if node in images:
        return ()
    return leaves_of(node, set()) if node.has_builder() else (node,)


def _images(drivers: Any) -> Iterator[Any]:
    """The images among what ``env.Driver`` returned, and lists of it."""
    if isinstance(drivers, (list, tuple)):
        for each in drivers:
            yield from _images(each)
    elif isinstance(
        getattr(getattr(drivers, "attributes", None), "ntbuild_declaration", None), Declaration
    ):
        yield drivers


def _key(env: Any, declared: PackageDeclaration) -> tuple[Key, list[Any]]:
    """Whose key signs, and the certificates that decide about what is signed."""
    sign = declared.keywords.sign
    if sign == "off" or env.GetOption("ntdriver_unsigned"):
        return Key(), []
    if isinstance(sign, Sign):
        # Of the sources' folder: from a build folder ".." leads to another place.
        folder = env.Dir(".").srcnode()
        absolute = {
            each: literal_or_substituted(env, folder.File, each).abspath
            for each in (*sign.files, sign.password_file)
            if each
        }
        own = replace(
            sign,
            key=absolute.get(sign.key, ""),
            pkcs12=absolute.get(sign.pkcs12, ""),
            password_file=absolute.get(sign.password_file, ""),
            certificates=tuple(absolute[each] for each in sign.certificates),
        )
        return Key(own=own), [env.fs.File(each) for each in (own.pkcs12, *own.certificates) if each]
    return _test_key(env, str(env.get("NTPROJECT", _NO_PROJECT)))


def _test_key(env: Any, project: str) -> tuple[Key, list[Any]]:
    """The key of a project's test CA, and its certificates once they are there.

    It is made here when packages are asked for: made by a step it would be another dependency in
    the next build, and everything would be signed again. A build of drivers needs nothing of this.
    """
    from ntbuild.packaging.errors import SigningError  # noqa: PLC0415 - only a package needs it
    from ntbuild.packaging.project_authority import (  # noqa: PLC0415
        data_folder,
        find,
        find_or_make,
    )

    is_asked_for = asks_for_packages()
    found = None
    try:
        folder = data_folder(os.environ)
        now = dt.datetime.now(dt.UTC)
        found = find_or_make(project, folder, now) if is_asked_for else find(project, folder)
    except SigningError as error:
        if is_asked_for:
            fail_at_caller(env, f"sign: {error}")
    return Key(project), [] if found is None else [env.fs.File(str(found.certificates))]


def _signed(env: Any, image: Any, folder: str, step: SignStep) -> Any:
    (node,) = add_step(env, [f"{folder}/{image.name}"], [image], step, PACKAGING)
    return node


def _copied(env: Any, node: Any, folder: str) -> Any:
    (copy,) = add_step(env, [f"{folder}/{node.name}"], [node], steps.CopyStep())
    return copy


def _pdb_of(image: Any) -> Any:
    return image.dir.File(f"{image.name.removesuffix('.sys')}.pdb")


def _files(env: Any, declared: PackageDeclaration) -> list[Any]:
    """The nodes of ``files=``: names, nodes, and what ``env.Driver`` returned."""
    found = []
    for each in declared.keywords.files:
        if isinstance(each, str):
            found.append(file_named(env, each))
        elif isinstance(each, SCons.Node.FS.File):
            found.append(each)
        else:
            images = list(_images(each))
            if not images:
                fail_at_caller(env, f"DriverPackage({declared.name!r}): files: {each!r} is no file")
            found += images
    return found


def _inf(env: Any, declared: PackageDeclaration, folder: str, nodes: list[Any]) -> Any:
    given = declared.keywords.inf
    source = env.File((TEMPLATES / "driver.inf.j2").as_posix())
    if given is not None:
        source = file_named(env, given) if isinstance(given, str) else given
        if not isinstance(source, SCons.Node.FS.File):
            fail_at_caller(env, f"DriverPackage({declared.name!r}): inf: {given!r} is no file")
        # The node stays out of the signature, which has its content as that of a source.
        declared = replace(declared, keywords=replace(declared.keywords, inf=Path(str(given)).name))
    own = replace(declared.keywords, files=(), sign="", page_hashes=False, archives=(), sbom=True)
    names = tuple(each.name for each in nodes)
    strict = bool(env.GetOption("ntdriver_strict"))
    what = InfStep(replace(declared, keywords=own), names, _epoch(env), strict)
    (inf,) = add_step(env, [f"{folder}/{declared.name}.inf"], [source], what, PACKAGING)
    return inf


def _epoch(env: Any) -> int | None:
    """SOURCE_DATE_EPOCH, which the declaration of a driver has checked."""
    text = str(env["ENV"].get("SOURCE_DATE_EPOCH", ""))
    return int(text) if text else None
