"""A PDB file: its identity, its modules, and the function and source line of an address.

A debugger finds a PDB by name, GUID and age; the age is that of the stream of modules (DBI), not
that of the info stream. The module of an address is in the section contributions, its functions and
lines are in the module's own stream, and the names of files in the stream ``/names``.

    with open_input("hello.pdb") as file:
        pdb = SymbolFile("hello.pdb", file.size, file.part)
        pdb.identity.key                      # 7B3C...1, a folder of a symbol server
        pdb.place(4, 0x18)                    # hello.c, line 21, in HelloUnload

Limits: only C13 lines (of compilers since 2005), and no inline frames: of an inlined function the
line is that of its call with CodeView, and its own with lines from DWARF.

Source: LLVM, "The PDB File Format".
"""

import struct
from bisect import bisect_right
from collections.abc import Iterator
from functools import cached_property
from typing import Final, NamedTuple

from ntbuild.pecoff.codeview.kinds import NAME_OF_SYMBOL, SIGNATURE, SUBSECTION, S
from ntbuild.pecoff.errors import FormatError
from ntbuild.support.text import decoded
from ntbuild.support.values import dataclass

from .container import Container, Read

INFO, MODULES = 1, 3
"""Numbers of the streams that every PDB has."""
INFO_VERSION: Final = 20000404
_INFO: Final = struct.Struct("<III16s")
DBI_VERSION: Final = 19990903
DBI: Final = struct.Struct("<iIIHHHHHHiiiiiIiiHHI")
_MODULE: Final = struct.Struct("<HHIIIHHIII")
"""What follows the contribution of an entry of the list of modules."""
_CONTRIBUTION: Final = struct.Struct("<HHIIIHHII")
_CONTRIBUTIONS: Final = {0xEFFE0000 + 19970605: 28, 0xEFFE0000 + 20140516: 32}
"""Bytes of an entry by version."""
_STRIPPED: Final = 2
NO_STREAM: Final = 0xFFFF
_PROCEDURES: Final = (S.GPROC32, S.LPROC32, S.LPROC32_DPC)
_LINE: Final = 0xFFFFFF
NO_LINES: Final = (0, 0xF00F00, 0xFEEFEE)
"""Lines of code that comes from no line."""
_NAMES_HEAD: Final = 12
_NAMES_SIGNATURE: Final = 0xEFFEEFFE


class Identity(NamedTuple):
    """Which image a PDB is of."""

    guid: bytes
    """16 bytes, as the image's RSDS record has them."""
    age: int
    machine: int
    """IMAGE_FILE_MACHINE; 0 where it is not said."""
    is_stripped: bool
    """Whether it has public names only."""

    @property
    def key(self) -> str:
        """GUID and age as a symbol server spells them in a folder's name."""
        return symbol_key(self.guid, self.age)


def symbol_key(guid: bytes, age: int) -> str:
    """A GUID as text without dashes, then the age, in the digits that symsrv asks for."""
    first, second, third = struct.unpack_from("<IHH", guid)
    return f"{first:08X}{second:04X}{third:04X}{guid[8:16].hex().upper()}{age:x}"


class Place(NamedTuple):
    """Where code comes from."""

    function: str
    """Empty when no function is known."""
    displacement: int
    """Bytes from the beginning of the function."""
    file: str
    """Empty when no line is known."""
    line: int

    def __str__(self) -> str:
        """``file:line``, or the function; empty for neither."""
        if self.file:
            return f"{display_path(self.file)}:{self.line}"
        offset = f"+{self.displacement:#x}" if self.displacement else ""
        return f"{self.function}{offset}" if self.function else ""


class ModuleInfo(NamedTuple):
    """An entry of the list of modules: an object of the link."""

    name: str
    stream: int
    """Of its symbols and lines; `NO_STREAM` without any."""
    symbol_size: int
    """Bytes of its symbols, the signature included."""
    line_size: int
    """Bytes of its C13 subsections, which follow the symbols and the (empty) C11 lines."""
    old_line_size: int


@dataclass(frozen=True, slots=True)
class DbiParts:
    """The parts of the stream of modules."""

    identity_age: int
    flags: int
    machine: int
    globals: int
    publics: int
    records: int
    modules: bytes
    contributions: bytes
    section_map: bytes
    files: bytes
    debug_streams: tuple[int, ...]


class SymbolFile:
    """A PDB file that is open, or in memory; parts are read when they are needed."""

    def __init__(self, name: str, size: int, read: Read) -> None:
        """Read the directory. Raises FormatError, as all other members do."""
        self.name = name
        self.container = Container(name, size, read)

    @classmethod
    def of(cls, name: str, data: bytes | memoryview) -> "SymbolFile":
        """A file that is in memory. Raises FormatError."""
        return cls(name, len(data), lambda at, count: bytes(data[at : at + count]))

    def fault(self, stream: int, offset: int, field: str, message: str) -> FormatError:
        """An error about a byte of a stream."""
        return FormatError(self.name, None, f"{field} (stream {stream}+{offset:#x})", message)

    @cached_property
    def identity(self) -> Identity:
        """GUID and age, by which a debugger finds the file."""
        head = self.container.stream(INFO, _INFO.size)
        if len(head) < _INFO.size:
            raise self.fault(INFO, 0, "Version", "the stream ends within its header")
        version, _, _, guid = _INFO.unpack(head)
        if version != INFO_VERSION:
            raise self.fault(INFO, 0, "Version", f"{version} is not {INFO_VERSION}")
        dbi = self._dbi_header
        return Identity(guid, dbi[2], dbi[18], bool(dbi[17] & _STRIPPED))

    @cached_property
    def _dbi_header(self) -> tuple[int, ...]:
        head = self.container.stream(MODULES, DBI.size)
        if len(head) < DBI.size:
            raise self.fault(MODULES, 0, "VersionSignature", "the stream ends within its header")
        fields = DBI.unpack(head)
        if fields[0] != -1 or fields[1] != DBI_VERSION:
            raise self.fault(MODULES, 4, "VersionHeader", f"{fields[1]} is not {DBI_VERSION}")
        return fields

    @cached_property
    def parts(self) -> DbiParts:
        """The stream of modules, cut into its parts."""
        header = self._dbi_header
        data = self.container.stream(MODULES)
        sizes = header[9:14]  # modules, contributions, section map, files, type server map
        more = header[15:17]  # debug streams, EC names, which stand the other way round
        pieces, at = [], DBI.size
        for size in (*sizes, more[1], more[0]):
            if size < 0 or at + size > len(data):
                message = f"a part of {size} bytes passes the end of the stream"
                raise self.fault(MODULES, at, "substream sizes", message)
            pieces.append(data[at : at + size])
            at += size
        debug = pieces[6]
        streams = struct.unpack_from(f"<{len(debug) // 2}H", debug)
        return DbiParts(
            *(header[2], header[17], header[18], header[3], header[5], header[7]),
            *(pieces[0], pieces[1], pieces[2], pieces[3], streams),
        )

    @cached_property
    def modules(self) -> list[ModuleInfo]:
        """The objects of the link, in its order."""
        data, at, found = self.parts.modules, 0, []
        fixed = 4 + _CONTRIBUTION.size
        while at + fixed + _MODULE.size <= len(data):
            fields = _MODULE.unpack_from(data, at + fixed)
            begin = at + fixed + _MODULE.size
            stop = data.find(b"\0", begin)
            end = data.find(b"\0", stop + 1) if stop >= 0 else -1
            if end < 0:
                raise self.fault(MODULES, DBI.size + begin, "ModuleName", "a name without an end")
            name = decoded(data[begin:stop])
            found.append(ModuleInfo(name, fields[1], fields[2], fields[4], fields[3]))
            at = (end + 4) & -4
        return found

    @cached_property
    def contributions(self) -> list[tuple[int, int, int, int]]:
        """Section number, offset, size and module of each piece of the image, by address."""
        data = self.parts.contributions
        if not data:
            return []
        (version,) = struct.unpack_from("<I", data.ljust(4, b"\0"))
        step = _CONTRIBUTIONS.get(version)
        if step is None:
            raise self.fault(MODULES, DBI.size, "contributions", f"unknown version {version:#x}")
        found = []
        for at in range(4, len(data) - step + 1, step):
            section, _, offset, size, _, module, _, _, _ = _CONTRIBUTION.unpack_from(data, at)
            found.append((section, offset, size, module))
        return sorted(found)

    def place(self, section: int, offset: int) -> Place | None:
        """Where the code at an offset of a section comes from; sections count from 1."""
        index = bisect_right(self.contributions, (section, offset, 1 << 32, 0)) - 1
        if index < 0:
            return None
        number, begin, size, module = self.contributions[index]
        if number != section or offset >= begin + size or module >= len(self.modules):
            return None
        info = self.modules[module]
        function, displacement = self._function(info, section, offset)
        file, line = self._line(info, section, offset)
        return Place(function, displacement, file, line) if function or file else None

    def module_stream(self, info: ModuleInfo) -> bytes:
        """A module's own stream. Raises FormatError when its parts pass its end."""
        if info.stream == NO_STREAM:
            return b""
        data = self.container.stream(info.stream)
        if info.symbol_size + info.old_line_size + info.line_size > len(data):
            message = f"symbols and lines of {info.name} pass its end"
            raise self.fault(info.stream, 0, "SymByteSize", message)
        if data[:4] != struct.pack("<I", SIGNATURE):
            message = f"the stream of {info.name} does not begin with {SIGNATURE}"
            raise self.fault(info.stream, 0, "signature", message)
        return data

    def symbols(self, info: ModuleInfo) -> Iterator[tuple[int, bytes]]:
        """Kind and bytes of each symbol record of a module."""
        data = self.module_stream(info)
        at, end = 4, min(info.symbol_size, len(data))
        while at + 4 <= end:
            size, kind = struct.unpack_from("<HH", data, at)
            if size < 2 or at + 2 + size > end:
                raise self.fault(info.stream, at, "RecordLen", f"a record of {size} bytes")
            yield kind, data[at : at + 2 + size]
            at += 2 + size

    def _function(self, info: ModuleInfo, section: int, offset: int) -> tuple[str, int]:
        for kind, record in self.symbols(info):
            if kind in _PROCEDURES and len(record) > NAME_OF_SYMBOL[S(kind)]:
                (size,) = struct.unpack_from("<I", record, 16)
                begin, number = struct.unpack_from("<IH", record, 32)
                if number == section and begin <= offset < begin + size:
                    name = record[NAME_OF_SYMBOL[S(kind)] :].partition(b"\0")[0]
                    return decoded(name), offset - begin
        return "", 0

    def _line(self, info: ModuleInfo, section: int, offset: int) -> tuple[str, int]:
        """File and line; an empty name where no line is known."""
        data = self.module_stream(info)
        begin = info.symbol_size + info.old_line_size
        content = data[begin : begin + info.line_size]
        checksums = b""
        best = (-1, 0, 0)  # offset of the row, its file and its line
        for kind, part in subsections(content):
            if kind == SUBSECTION.FILECHKSMS:
                checksums = part
            elif kind == SUBSECTION.LINES and len(part) >= 12:
                first, number, _, size = struct.unpack_from("<IHHI", part)
                if number == section and first <= offset < first + size:
                    within = (row for row in rows_of(part) if row[0] <= offset - first)
                    best = max(within, default=best, key=lambda row: row[0])
        _, file, line = best
        if best[0] < 0 or line in NO_LINES or len(checksums) < file + 4:
            return "", 0
        (name_at,) = struct.unpack_from("<I", checksums, file)
        return self.name_at(name_at), line

    @cached_property
    def named_streams(self) -> dict[bytes, int]:
        """Streams with a name, such as ``/names``."""
        data = self.container.stream(INFO)
        (size,) = struct.unpack_from("<I", data[_INFO.size :].ljust(4, b"\0"))
        text = data[_INFO.size + 4 :][:size]
        at = _INFO.size + 4 + size
        counts = struct.unpack_from("<III", data[at:].ljust(12, b"\0"))
        at += 12 + 4 * counts[2]
        (deleted,) = struct.unpack_from("<I", data[at:].ljust(4, b"\0"))
        at += 4 + 4 * deleted
        found = {}
        for place in range(at, min(at + 8 * counts[0], len(data) - 7), 8):
            offset, number = struct.unpack_from("<II", data, place)
            found[text[offset:].partition(b"\0")[0]] = number
        return found

    @cached_property
    def feature_words(self) -> tuple[int, ...]:
        """The words at the end of the info stream; 20140508 says that there is a stream of ids."""
        data = self.container.stream(INFO)
        (size,) = struct.unpack_from("<I", data[_INFO.size :].ljust(4, b"\0"))
        at = _INFO.size + 4 + size
        counts = struct.unpack_from("<III", data[at:].ljust(12, b"\0"))
        at += 12 + 4 * counts[2]
        (deleted,) = struct.unpack_from("<I", data[at:].ljust(4, b"\0"))
        rest = data[at + 4 + 4 * deleted + 8 * counts[0] + 4 :]
        return struct.unpack_from(f"<{len(rest) // 4}I", rest)

    @cached_property
    def _names(self) -> bytes:
        data = self.container.stream(self.named_streams.get(b"/names", -1))
        if len(data) < _NAMES_HEAD:
            return b""
        signature, _, size = struct.unpack_from("<III", data)
        return data[_NAMES_HEAD:][:size] if signature == _NAMES_SIGNATURE else b""

    def name_at(self, offset: int) -> str:
        """A text of ``/names``."""
        stop = self._names.find(b"\0", offset)
        return decoded(self._names[offset:stop]) if stop >= 0 else ""


def subsections(content: bytes) -> Iterator[tuple[int, bytes]]:
    """Kind and content of C13 subsections, as far as they are whole."""
    at = 0
    while at + 8 <= len(content):
        kind, size = struct.unpack_from("<II", content, at)
        if at + 8 + size > len(content):
            return
        yield kind, content[at + 8 : at + 8 + size]
        at = (at + 8 + size + 3) & -4


def rows_of(part: bytes) -> Iterator[tuple[int, int, int]]:
    """The rows of a subsection of lines: offset, offset of the file's checksum, line."""
    at = 12
    while at + 12 <= len(part):
        file, count, size = struct.unpack_from("<III", part, at)
        end = at + 12 + 8 * count
        if size < 12 or end > len(part):
            return
        for offset, line in struct.iter_unpack("<II", part[at + 12 : end]):
            yield offset, file, line & _LINE
        at += size


def display_path(path: str) -> str:
    r"""A path of debug information for messages: ``drivers/a.c`` of ``.\drivers\a.c``."""
    return path[2:].replace("\\", "/") if path.startswith(".\\") else path
