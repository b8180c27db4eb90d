"""The input queue: files and archive members of the link that wait to be read.

Objects named by the user wait at once, archive members when ``pull`` finds that they define what is
missing. A file may be an object, a short import, resources, or an archive whose members are any of
these; a thin archive only names the files that its members are.
"""

from collections.abc import Hashable, Iterable, Mapping
from typing import TYPE_CHECKING

from ntbuild.pecoff.archive import Archive, Member, read_archive
from ntbuild.pecoff.machine import MACHINES, machine_of
from ntbuild.pecoff.object.import_object import ImportObject, is_import_object, read_import_object
from ntbuild.pecoff.object.read import Origin
from ntbuild.pelink.diagnostics import Diagnostics
from ntbuild.pelink.machines import target_of
from ntbuild.pelink.machines.target import Target
from ntbuild.pelink.names.locations import short_name
from ntbuild.pelink.options import LinkOptions
from ntbuild.pelink.synthesize.imports import MadeObject, head_symbol
from ntbuild.support.paths import is_file, windows_name
from ntbuild.support.text import decoded

from .additions import is_delayed
from .directives import Directives
from .files import (
    DESCRIPTOR_PREFIX,
    InputFile,
    file_of_thin_member,
    import_skeleton,
    is_resource_member,
    is_taken_whole,
    load,
    open_archive,
)
from .symbol_index import SymbolIndex

if TYPE_CHECKING:
    from ntbuild.pelink.synthesize.resources import Found


class InputQueue:
    """What waits for the next batch, and which archives and files were taken already.

    ``given`` are the paths that the user named; thin archives may lead outside of their folder
    only to these.

    - ``objects``, ``imports``: what waits for the next batch
    - ``delayed``, ``resources``: delay-loaded imports and resources of .res files, kept for the end
    - ``files``: identities of the files that were loaded
    - ``opened``: names of libraries, without ``.lib`` and in lower case
    - ``members``: (archive number, header offset) of members that were taken
    - ``descriptors``: members with an import descriptor that are requested, and its name's id
    - ``loaded``: what a member is called, and the id of the name that it was taken for
    - ``target``: None until a file or an option decides the machine
    """

    def __init__(
        self, options: LinkOptions, given: Iterable[str], index: SymbolIndex, log: Diagnostics
    ) -> None:
        self.options = options
        self.given = frozenset(given)
        self.index = index
        self.log = log
        self.objects: list[Origin] = []
        self.imports: list[ImportObject] = []
        self.delayed: list[ImportObject] = []
        self.resources = _embedded_manifest(options)
        self.files: set[Hashable] = set()
        self.opened: set[str] = set()
        self.members: set[tuple[int, int]] = set()
        self.descriptors: dict[tuple[int, int], int] = {}
        self.loaded: list[tuple[str, int]] = []
        self.target: Target | None = (
            target_of(MACHINES[options.machine]) if options.machine else None
        )
        self.machine_from = f"/machine:{options.machine}"

    @property
    def is_empty(self) -> bool:
        """Whether nothing waits for the next batch."""
        return not (self.objects or self.imports)

    # --- files -----------------------------------------------------------------------------------

    def open(self, names: Iterable[str], requested_by: Mapping[str, str] | None = None) -> None:
        """Load files: objects wait for the next batch, archives for a name that they define.

        A file that was loaded before is not loaded again, whatever its path. ``requested_by`` is
        the object that names a library, by that name. What cannot be opened or used is an error in
        the log. Raises FormatError.
        """
        files = load(
            self.index.pool,
            names,
            self.options.libpath,
            self.log,
            mingw=self.options.mingw,
            seen=self.files,
            requested_by=requested_by or {},
        )
        for file in files:
            if file.kind == "object":
                if file.name in self.options.lazy:
                    self._add_lazy(file)
                else:
                    self.objects.append(Origin(file.name, file.position, file.size, file.name))
            elif file.kind == "resources":
                end = file.position + file.size
                data = self.index.pool.buffer[file.position : end].tobytes()
                self._add_resources(data, file.name)
            elif file.kind == "import":
                self._add_import(file.position, file.size, file.name)
            else:
                archive = open_archive(self.index.pool, file, self.log)
                if archive is not None:
                    # A library that was given by its path answers directives that name it.
                    self.opened.add(_library_key(windows_name(file.name)))
                    self.index.add_archive(archive)
                    if is_taken_whole(file.name, self.options.wholearchive):
                        self._take_all(len(self.index.archives) - 1)

    def open_default_libraries(self, directives: Directives) -> None:
        """Open the libraries that options and directives name, but for those of /nodefaultlib.

        Each is opened once, by its name without ``.lib`` and in lower case. Raises FormatError.
        """
        refused = {*map(_library_key, (*self.options.nodefaultlibs, *directives.nodefaultlib))}
        if self.options.nodefaultlib or "" in refused:
            return
        # The command line's libraries are searched before those of directives.
        fresh = []
        for name in (*self.options.defaultlib, *directives.defaultlib):
            key = _library_key(name)
            if key not in self.opened and key not in refused:
                self.opened.add(key)
                fresh.append(name)
        self.open(fresh, directives.defaultlib)

    def _add_resources(self, data: bytes, name: str) -> None:
        from ntbuild.pecoff.resource import read_res  # noqa: PLC0415 - few links have some

        self.resources += [(name, key, each) for key, each in read_res(data, name)]

    def _add_lazy(self, file: InputFile) -> None:
        """Take an object that is linked when it is needed, as an archive of one member."""
        data = self.index.pool.buffer[file.position : file.position + file.size].tobytes()
        from ntbuild.pelink.libraries.archive_writer import write_archive  # noqa: PLC0415 - few links say /start-lib

        archive = write_archive([(file.name, data)])
        self.index.add_archive(read_archive(memoryview(archive), "start-lib"))

    def _add_import(self, position: int, size: int, name: str) -> None:
        data = memoryview(self.index.pool.buffer[position : position + size].tobytes())
        self._take_import(read_import_object(data, 0, size, name), name)

    def _take_import(self, imported: ImportObject, name: str) -> None:
        if self.check_machine(imported.machine, name):
            delayed = is_delayed(imported, self.options, name, self.log)
            (self.delayed if delayed else self.imports).append(imported)

    def check_machine(self, number: int, name: str) -> bool:
        """Whether a file of this machine number fits the link; an error in the log if not.

        The first file decides when no option does. Machine 0 fits all: such a file has no code.
        """
        if number == 0:  # IMAGE_FILE_MACHINE_UNKNOWN
            return True
        machine = machine_of(number)
        if machine is None:
            self.log.error(f"machine type {number:#06x} is not supported", place=name)
            return False
        if self.target is None:
            self.target, self.machine_from = target_of(machine), name
        if self.target.machine is machine:
            return True
        self.log.error(
            f"machine type {machine.name} conflicts with {self.target.machine.name}"
            f" of {self.machine_from}",
            place=name,
        )
        return False

    # --- archive members -------------------------------------------------------------------------

    def pull(self) -> bool:
        """Queue the archive members that define what is missing; False when there are none.

        Import descriptors wait until nothing else is found: see ``pull_descriptors``.
        """
        for member, name_id in self.index.members_requested().items():
            if member not in self.members:
                self.members.add(member)
                if self.index.text(name_id).startswith(DESCRIPTOR_PREFIX):
                    self.descriptors[member] = name_id
                else:
                    self._load_member(member, name_id)
        return not self.is_empty

    def pull_descriptors(self, dlls: Mapping[bytes, int]) -> dict[int, bytes]:
        """Names of import descriptors that the linker has written itself, by the name's id.

        A program may name a module's descriptor so that the module is loaded. Where functions of
        it are imported as well, that is the descriptor of these; ``dlls`` has the rank of each
        such module by its name in lower case. Other descriptors are queued as members.
        """
        found = {}
        ranks = {dll.rpartition(b".")[0]: rank for dll, rank in dlls.items()}
        for member, name_id in self.descriptors.items():
            # Import libraries are told apart by the module's name, in any case of letters.
            stem = self.index.text(name_id).removeprefix(DESCRIPTOR_PREFIX).lower()
            if stem in ranks:
                found[name_id] = head_symbol(ranks[stem])
            else:
                self._load_member(member, name_id)
        self.descriptors = {}
        return found

    def _load_member(self, member: tuple[int, int], name_id: int) -> None:
        name = self._take_member(*member, decoded(self.index.text(name_id)))
        self.loaded.append((name, name_id))

    def _take_all(self, archive_number: int) -> None:
        """Queue every member of an archive (/wholearchive).

        The descriptors and terminators of an import library are left out, unless something refers
        to them: of short imports the linker writes these itself.
        """
        archive = self.index.archives[archive_number]
        idle = import_skeleton(archive)
        for member in archive.members:
            if member.header_offset in idle:
                continue
            self.members.add((archive_number, member.header_offset))
            self._take_member(archive_number, member.header_offset)

    def _take_thin_member(
        self, archive: Archive, member: Member, name: str, order: str, symbol: str
    ) -> None:
        """Queue the file that a thin archive's member names, unless it was given itself."""
        path = file_of_thin_member(archive, member, self.given)
        if path is None:
            return
        if not is_file(path):
            self.log.error(
                f"could not get the buffer for the member defining symbol {symbol}:"
                f" {short_name(name)}: no file {path}"
                if symbol
                else f"could not get the buffer for the member {short_name(name)}: no file {path}"
            )
            return
        for file in load(self.index.pool, [path], (), self.log, seen=self.files):
            self.objects.append(Origin(name, file.position, file.size, order))

    def _take_member(self, archive_number: int, header: int, symbol: str = "") -> str:
        """Queue the member whose header is at an offset in the archive; what to call it.

        ``symbol`` is the name that it is loaded for, if any, for messages.
        """
        archive = self.index.archives[archive_number]
        if header in archive.imports:
            name, imported = archive.imports[header]
            self._take_import(imported, name)
            return name
        member = archive.member_at(header)
        name, order = f"{archive.file}({member.name})", f"{archive_number:06}/{member.name}"
        if archive.is_thin:
            self._take_thin_member(archive, member, name, order, symbol)
        elif is_import_object(archive.data, member.offset, member.size):
            imported = read_import_object(archive.data, member.offset, member.size, name)
            archive.imports[header] = name, imported
            self._take_import(imported, name)
        else:
            data = archive.data[member.offset : member.offset + member.size]
            if is_resource_member(data):
                self._add_resources(bytes(data), name)
                return name
            self.objects.append(Origin(name, self.index.pool.add(data), member.size, order))
        return name

    # --- the machine -----------------------------------------------------------------------------

    def decide_machine(self) -> Target:
        """The machine of the link, by option or by the first object that waits; else x64."""
        if self.target is None and self.objects:
            origin = self.objects[0]
            head = self.index.pool.buffer[origin.position : origin.position + 8].tobytes()
            bigobj = head[:4] == b"\0\0\xff\xff"
            number = int.from_bytes(head[6:8] if bigobj else head[:2], "little")
            self.check_machine(number, origin.name)
        if self.target is None:
            self.log.warn("/machine is not specified. x64 is assumed")
            self.target = target_of(MACHINES["x64"])
        return self.target

    def origin(self, made: MadeObject) -> Origin:
        """Put an object that the linker made into the pool."""
        position = self.index.pool.add(made.data)
        return Origin(made.name, position, len(made.data), made.order, made=True)


def _embedded_manifest(options: LinkOptions) -> list["Found"]:
    """The manifest that /manifest:embed makes a resource of."""
    if not options.manifest and not options.manifestdependency:
        return []
    from ntbuild.pelink.synthesize.manifest import embedded_manifest  # noqa: PLC0415 - few links have one

    return embedded_manifest(options)


def _library_key(name: str) -> str:
    lower = name.lower()
    return lower.removesuffix(".lib")
