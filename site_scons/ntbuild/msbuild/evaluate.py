r"""Evaluation of a project: its properties, item definitions and items for one configuration.

As MSBuild does it, in three passes over the project and everything that it imports: properties and
imports in the order of the files, then item definitions, then items. So an item may use a property
that a later line sets, and a property never sees an item.

    found = evaluate("/src/viorng.vcxproj", "Release", "x64", Files())
    found.items["clcompile"][0].name            "viorng.c"
    found.properties["targetname"]              "viorng"

Invariants: ``Configuration``, ``Platform`` and the properties that are given are global, so
assignments in files do not count.
``Directory.Build.props`` is imported with Visual Studio's defaults and ``Directory.Build.targets``
with its targets. Names of properties, items and metadata are in small letters.

Limits: targets are not run; they are listed. Files of Visual Studio and of a kit are not read, what
they define is in `kit_properties`. Sdk= projects and `Choose` in targets are not known.
"""

import posixpath
from collections.abc import Iterator, Mapping, Sequence
from typing import Final

from ntbuild.support.inputs import InputError, read_input
from ntbuild.support.text import printable
from ntbuild.support.values import dataclass

from . import conversion, kit_properties
from .conditions import holds
from .elements import LARGEST, Element, ProjectFileError, read_project
from .expand import Scope, expand, unescaped
from .files import Files, TooManyFilesError, is_of_windows, slashed
from .items import Item, ItemLists

_MOST_FILES: Final = 500
"""Project files that one evaluation reads."""

_GLOBAL: Final = frozenset({"configuration", "platform", "solutiondir"})
_STUDIO: Final = ("vctargetspath", "msbuildextensionspath", "msbuildtoolspath", "msbuildbinpath")
_NOT_EVALUATED: Final = frozenset({"UsingTask", "ProjectExtensions", "Sdk"})


@dataclass(frozen=True, slots=True)
class Target:
    """A target, which is not run: its name, its tasks, the targets it hooks to, where it is."""

    name: str
    tasks: tuple[str, ...]
    hooks: str
    place: str


@dataclass(frozen=True, slots=True)
class Evaluation:
    """A project in one configuration.

    - `path`, `folder`: the project, absolute, with slashes.
    - `properties`, `definitions` (by item type), `items` (by item type): by names in small letters.
    - `targets`: those of the project and of files of its own that it imports.
    - `files`: the project and what it imports, in the order of reading.
    - `notes`: what was not understood, each with file and line.
    """

    path: str
    folder: str
    properties: Mapping[str, str]
    definitions: Mapping[str, Mapping[str, str]]
    items: Mapping[str, Sequence[Item]]
    targets: tuple[Target, ...]
    files: tuple[str, ...]
    notes: tuple[str, ...]


Properties = Mapping[str, str]
"""Global properties (``msbuild /p:``), by names in any letters."""

NONE: Final[Properties] = {}


def evaluate(
    path: str,
    configuration: str,
    platform: str,
    files: Files,
    solution_folder: str = "",
    given: Properties = NONE,
) -> Evaluation:
    """Evaluate a project. Raises ProjectFileError.

    ``solution_folder`` is what ``$(SolutionDir)`` stands for; default: the project's folder.
    """
    return _Evaluator(path, configuration, platform, files, solution_folder, given).run()


def read_configurations(path: str) -> tuple[tuple[str, str], ...]:
    """``(configuration, platform)`` of each ProjectConfiguration. Raises ProjectFileError."""
    found = []
    for group in _read(path).children:
        for element in group.children if group.name == "ItemGroup" else ():
            if element.name == "ProjectConfiguration":
                configuration, _, platform = element.get("Include").partition("|")
                found.append((configuration.strip(), platform.strip()))
    return tuple(dict.fromkeys(found))


def _read(path: str) -> Element:
    try:
        return read_project(path, read_input(path, LARGEST))
    except InputError as error:
        raise ProjectFileError(str(error)) from None


class _Evaluator:
    """The state of one evaluation."""

    def __init__(
        self,
        path: str,
        configuration: str,
        platform: str,
        files: Files,
        solution_folder: str,
        given: Properties,
    ) -> None:
        self.path, self.files = path, files
        self.folder = posixpath.dirname(path)
        name = posixpath.splitext(posixpath.basename(path))[0]
        self.properties = kit_properties.properties(name, self.folder, configuration, platform)
        self.properties["solutiondir"] = f"{solution_folder or self.folder}/"
        self.given = {name.lower(): value for name, value in given.items()}
        self.properties.update(self.given)
        self.notes: dict[str, None] = {}
        self.read: dict[str, None] = {}
        self.importing: list[str] = []
        self.definition_groups: list[tuple[Element, str]] = []
        self.item_groups: list[tuple[Element, str]] = []
        self.targets: dict[str, Target] = {}
        self.is_converted = False

    def run(self) -> Evaluation:
        """All passes."""
        root = _read(self.path)
        self.file(self.path, root)
        if self.is_converted:
            self.definition_groups.insert(0, (conversion.definitions(self.properties), self.path))
            self.item_groups.insert(0, (conversion.items(self.properties), self.path))
        lists = ItemLists(self.files, self.folder)
        for group, path in self.definition_groups:
            for element in self.chosen(group, path):
                lists.define(element, self.scope(path, element))
        for group, path in self.item_groups:
            for element in self.chosen(group, path):
                try:
                    lists.add(element, self.scope(path, element))
                except TooManyFilesError:
                    text = f"{element.name} '{printable(element.get('Include'))}': too many files"
                    raise ProjectFileError.at(path, element.line, text) from None
        return Evaluation(
            self.path,
            self.folder,
            {name: unescaped(value) for name, value in self.properties.items()},
            lists.definitions,
            lists.items,
            tuple(self.targets.values()),
            tuple(self.read),
            tuple(self.notes),
        )

    # --- first pass: properties and imports ------------------------------------------------------

    def file(self, path: str, root: Element) -> None:
        """Everything in one file."""
        self.read[path] = None
        self.importing.append(path)
        if root.get("Sdk"):
            self.note(path, root, f"Sdk='{printable(root.get('Sdk'))}' is not known")
        self.all(root.children, path)
        self.importing.pop()

    def all(self, elements: Sequence[Element], path: str) -> None:
        for element in elements:
            if element.name == "Target":
                self.target(element, path)
            elif element.name not in _NOT_EVALUATED and self.holds(element, path):
                self.element(element, path)

    def element(self, element: Element, path: str) -> None:
        """One element whose condition holds."""
        if element.name == "PropertyGroup":
            self.property_group(element, path)
        elif element.name == "ItemDefinitionGroup":
            self.definition_groups.append((element, path))
        elif element.name == "ItemGroup":
            self.item_groups.append((element, path))
        elif element.name in {"ImportGroup", "Otherwise", "When"}:
            self.all(element.children, path)
        elif element.name == "Import":
            self.import_(element, path)
        elif element.name == "Choose":
            for branch in element.children:
                if branch.name == "Otherwise" or self.holds(branch, path):
                    self.all(branch.children, path)
                    break
        else:
            self.note(path, element, f"element {printable(element.name)} is not known")

    def property_group(self, group: Element, path: str) -> None:
        for element in group.children:
            name = element.name.lower()
            is_global = name in _GLOBAL or name in self.given
            if not is_global and self.holds(element, path):
                text = expand(element.text, self.scope(path, element))
                self.properties[name] = text.strip()

    def import_(self, element: Element, path: str) -> None:
        """Read the files that an Import names."""
        written = element.get("Project")
        if any(f"$({name}" in written.lower() for name in _STUDIO):
            self.studio(slashed(written).rpartition("/")[2].lower())
            return
        name = slashed(unescaped(expand(written, self.scope(path, element))))
        if kit_properties.in_kit(name) is not None:
            return
        folder = posixpath.dirname(path)
        if "*" in name or "?" in name:
            self.imports(self.files.matching(folder, name), element, path)
            return
        found = self.files.find(folder, name)
        if found is None:
            reason = "" if name else ": it is empty"
            self.note(path, element, f"import '{printable(written)}': no such file{reason}")
            return
        self.imports([found], element, path)

    def imports(self, names: Sequence[str], element: Element, path: str) -> None:
        for name in names:
            if name in self.importing:
                text = f"import '{printable(element.get('Project'))}': it imports itself"
                self.note(path, element, text)
            elif name not in self.read:  # MSBuild reads no file twice
                if len(self.read) >= _MOST_FILES:
                    raise ProjectFileError.at(path, element.line, f"more than {_MOST_FILES} files")
                try:
                    root = _read(name)
                except ProjectFileError as error:
                    if str(error).startswith("could not open"):
                        raise ProjectFileError.at(path, element.line, str(error)) from None
                    raise
                self.file(name, root)

    def studio(self, name: str) -> None:
        """What a file of Visual Studio brings."""
        self.properties.update(kit_properties.derived(self.properties))
        self.properties.update(self.given)
        above = {
            "microsoft.cpp.default.props": "Directory.Build.props",
            "microsoft.cpp.targets": "Directory.Build.targets",
        }.get(name)
        found = [self.files.above(self.folder, above)] if above else []
        if name == conversion.SHEET:
            self.is_converted = True
            found += [self.files.find(self.folder, each) for each in conversion.FILES]
        for each in found:
            if each is not None and each not in self.read:
                self.file(each, _read(each))

    def target(self, element: Element, path: str) -> None:
        name = element.get("Name")
        tasks = tuple(child.name for child in element.children)
        hooks = f"{element.get('BeforeTargets')} {element.get('AfterTargets')}".strip()
        self.targets[name.lower()] = Target(name, tasks, hooks, f"{path}:{element.line}")

    # --- what the passes share -------------------------------------------------------------------

    def chosen(self, group: Element, path: str) -> Iterator[Element]:
        """The elements of a group whose conditions hold."""
        for element in group.children:
            if self.holds(element, path):
                yield element

    def holds(self, element: Element, path: str) -> bool:
        condition = element.condition
        return not condition or holds(condition, self.scope(path, element, {}))

    def scope(
        self, path: str, element: Element, metadata: Mapping[str, str] | None = None
    ) -> Scope:
        """What references mean in an element of a file."""
        folder, name = posixpath.split(path)
        here = {
            "msbuildthisfiledirectory": f"{folder}/",
            "msbuildthisfile": name,
            "msbuildthisfilename": posixpath.splitext(name)[0],
            "msbuildthisfileextension": posixpath.splitext(name)[1],
            "msbuildthisfilefullpath": path,
        }
        self.properties.update(here)
        # Names of files in conditions are relative to the file for imports, as MSBuild has it.
        looking = folder if element.name == "Import" and not is_of_windows(folder) else self.folder
        return Scope(
            self.properties,
            self.files,
            looking,
            lambda text: self.note(path, element, text),
            metadata,
        )

    def note(self, path: str, element: Element, text: str) -> None:
        self.notes[f"{printable(path)}:{element.line}: {text}"] = None
