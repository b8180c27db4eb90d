"""Libraries that sources name: ``#pragma comment(lib, "fltmgr.lib")`` links it, as with link.exe.

Which they are shows when objects are compiled, not when a driver is declared. So they are found by
a scanner: SCons scans the objects of an image before it is linked, makes what the scanner returns,
and links again when that changes. Kernel modules, `ntbuild.compilers.kit_libraries` and those of a
kit are answered. A name that nothing is known of is left to the linker, which says who asked.
"""

from collections.abc import Sequence
from typing import Any, Final, NamedTuple

import SCons.Builder
import SCons.Node.FS
import SCons.Scanner

from ntbuild.building.directives import default_libraries
from ntbuild.building.driver import LinkStep
from ntbuild.compilers.kit_libraries import library_name
from ntbuild.support.values import replace

from .builder import STEP_ACTION
from .libraries import Imports, known_library, node_path

BUILDER: Final = "_NtLink"
_SUFFIXES: Final = (".obj", ".o", ".lib", ".a")


class Asked(NamedTuple):
    """Which libraries a link answers: those of ``imports``, unless it refuses them."""

    imports: Imports
    refused: frozenset[str]
    refuses_all: bool


def asked(step: LinkStep, imports: Imports) -> Asked:
    """What a link answers by its own options and its driver's imports."""
    options = step.options
    refused = frozenset(library_name(each) for each in options.nodefaultlibs)
    return Asked(imports, refused, bool(options.nodefaultlib))


def add_link_builder(env: Any) -> None:
    """Add the builder of images."""
    builder = SCons.Builder.Builder(action=STEP_ACTION, source_scanner=_SCANNER)
    env.Append(BUILDERS={BUILDER: builder})


def answer(env: Any, image: Any, step: LinkStep, imports: Imports) -> None:
    """Let an image's objects ask for libraries. Called when it is declared."""
    what = asked(step, imports)
    image.attributes.ntbuild_asked = what
    image.attributes.ntbuild_adapt = _adapted
    # Without objects there is nothing to scan: of what a build before this one left, what is to be
    # removed as well, and what --implicit-cache will only know by name.
    if env.GetOption("clean"):
        env.Depends(image, _libraries(env, image.sources, what))
    elif env.GetOption("implicit_cache"):
        _libraries(env, image.sources, what)


def _libraries(env: Any, nodes: Sequence[Any], what: Asked) -> list[Any]:
    found: dict[Any, None] = {}
    for node in nodes:
        found |= dict.fromkeys(_scan(node, env, what))
    return list(found)


def _scan(node: Any, env: Any, what: Asked) -> list[Any]:
    """Scanner: the libraries that an object or an archive asks for."""
    found: dict[Any, None] = {}
    for name in _names(node, what):
        found |= dict.fromkeys(known_library(env, name, what.imports) or ())
    return list(found)


def _names(node: Any, what: Asked) -> list[str]:
    """The names that a file asks for and that the link does not refuse."""
    is_file = isinstance(node, SCons.Node.FS.File)
    if what.refuses_all or not is_file or not node.name.lower().endswith(_SUFFIXES):
        return []
    names = map(library_name, default_libraries(str(node.rfile())))
    return [name for name in dict.fromkeys(names) if name and name not in what.refused]


def _path(_env: Any, _folder: Any, target: Any, *_others: Any) -> Asked:
    found: Asked = target[0].attributes.ntbuild_asked
    return found


_SCANNER: Final = SCons.Scanner.Scanner(function=_scan, name="directives", path_function=_path)


def _adapted(
    env: Any, target: Any, source: Any, step: LinkStep, inputs: Sequence[str]
) -> tuple[LinkStep, list[str]]:
    """The step and the inputs of a link with the libraries that its objects ask for."""
    what: Asked = target[0].attributes.ntbuild_asked
    answered: dict[str, None] = {}
    more: dict[str, None] = {}
    for node in source:
        for name in _names(node, what):
            nodes = known_library(env, name, what.imports)
            if nodes is not None:
                answered[name] = None
                more |= dict.fromkeys(node_path(each) for each in nodes)
    if not answered:
        return step, list(inputs)
    # The linker is not to look for them as well.
    options = step.options
    refused = tuple(dict.fromkeys((*options.nodefaultlibs, *answered)))
    known = set(inputs)
    return (
        replace(step, options=replace(options, nodefaultlibs=refused)),
        [*inputs, *(path for path in more if path not in known)],
    )
