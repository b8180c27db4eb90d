"""Linker inputs from a seed: every kind of file that a user can name, and the line that names them.

A case is a grammar run with chance: objects, archives, .res files, .def files, linker scripts,
response files, order files and the command line are put together field by field, with the formats'
own structure, so that most of what is made reaches the middle of the linker. At each choice a small
part of the draws is a value that the format does not allow, and some files are damaged afterwards.

    case = generated(4711)          # the same files and words each time
    case.files                      # {"0.obj": b"...", "x.def": b"...", ...}
    case.words                      # ["/driver", "/entry:DriverEntry", "0.obj", ...]

Everything is written here with ``struct``, not with the project's writers.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from random import Random
from struct import pack

NUMBERS = (
    0, 1, 2, 3, 4, 7, 8, 16, 17, 20, 0x7F, 0x80, 0xFF, 0x100, 0x1000, 0x7FFF, 0x8000, 0xFFFE,
    0xFFFF, 0x10000, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFE, 0xFFFFFFFF,
)  # fmt: skip
MACHINES = {"x64": 0x8664, "x86": 0x14C, "arm64": 0xAA64, "arm": 0x1C4}
RELOCATIONS = {
    "x64": (1, 3, 4, 4, 5, 10, 11),
    "x86": (6, 6, 7, 20, 10, 11),
    "arm64": (1, 2, 14, 3, 8),
    "arm": (1, 2, 17, 20, 0),
}
BIGOBJ_CLASS_ID = bytes.fromhex("c7a1bad1eebaa94baf20faf66aa4dcb8")
EMULATIONS = {"x64": "i386pep", "x86": "i386pe", "arm64": "arm64pe", "arm": "thumb2pe"}
SECTIONS = (
    b".text", b".data", b".rdata", b".bss", b".pdata", b".xdata", b".rsrc", b".rsrc$01",
    b".idata$2", b".idata$5", b".edata", b".tls", b".tls$", b".CRT$XCU", b"INIT", b"PAGE",
    b".drectve", b".debug_info", b".debug$S", b".eh_frame", b".gfids$y", b".sxdata", b".reloc",
    b".ctors", b".text$mn", b".didat$5", b".llvm_addrsig", b".a_section_with_a_long_name$x",
)  # fmt: skip
ODD_SECTIONS = (
    b"", b"/", b"/4", b"//AAAAAE", b"//AAA*AA", b"\0", b"$", b"\xff\xfe\x1b[2J",
)  # fmt: skip
SYMBOLS = (
    b"main", b"Used", b"Other", b"Third", b"__imp_Used", b"_load_config_used", b"_tls_used",
    b"__ImageBase", b"__security_cookie", b".text", b"?f@@YAHH@Z", b"_ZN1aC2Ev", b"Used@4",
    b"@feat.00", b".weak.Used.default", b"exactly8", b"KeBugCheckEx",
)  # fmt: skip
ODD_SYMBOLS = (
    b"DriverEntry", b"_DriverEntry@8", b"", b"a" * 300, b"\xff\x1b[31m", b"@@@", b"?",
    b"?" * 64, b"_Z", b"@", b"__imp_",
)  # fmt: skip
FLAGS = (
    0x60000020, 0xC0000040, 0x40000040, 0xC0000080, 0x42000040, 0xA00, 0x800, 0x60001020,
    0x40001040, 0xC0001080, 0xE0000020, 0x0,
)  # fmt: skip
ODD_FLAGS = (
    0xFFFFFFFF, 0x60F00020, 0x61000020, 0x60E00020, 0xC00000C0,
)  # fmt: skip
OPTIONS = (
    "/dll", "/noentry", "/map", "/map:0.obj", "/map:m.map", "/lldmap", "/opt:ref", "/opt:noref",
    "/opt:icf,ref", "/opt:lldtailmerge", "/align:{n}", "/filealign:{n}", "/base:{n}",
    "/stack:{n},{n}", "/heap:{n}", "/export:{s}", "/export:{s}={s},@{n}",
    "/export:{s},DATA,NONAME", "/include:{s}", "/order:@{f}", "/merge:{c}={c}",
    "/section:{c},ERW!P", "/def:{f}", "/stub:{f}", "/script:{f}", "/debug:dwarf",
    "/debug:symtab", "/delayload:{f}", "/wholearchive", "/wholearchive:{f}", "/defaultlib:{f}",
    "/nodefaultlib", "/alternatename:{s}={s}", "/force", "/force:unresolved", "/guard:cf",
    "/safeseh", "/safeseh:no", "/fixed", "/dynamicbase:no", "/release:no", "/timestamp:{n}",
    "/version:{n}.{n}", "/osversion:{n}", "/subsystem:native,{n}.{n}", "/subsystem:console",
    "/subsystem:efi_application", "/functionpadmin:{n}", "/linkerreport", "/sizereport",
    "/whylive:{s}", "/printgc", "/printicf", "/verbose", "/manifest:embed", "/manifestuac:{s}",
    "/wrap:{s}", "/aligncomm:{s},{n}", "/failifmismatch:{s}={s}", "/swaprun:net", "/brepro",
    "/lldmingw", "/output-def:d.def", "/cref", "/errorlimit:{n}", "/ignore:{n}",
    "/dependentloadflag:{n}", "/build-id", "/implib:i.lib", "/{s}", "/libpath:{f}",
    "/importname:{s}={s}", "@{f}",
)  # fmt: skip
GNU = (
    "-shared", "--gc-sections", "-s", "-S", "-T{f}", "-T", "{f}", "-u", "{s}", "-y{s}",
    "-Map=0.obj", "-Map=m.map", "--defsym={s}={n}", "--defsym", "{s}={s}+{n}", "-l{s}", "-L{f}",
    "--whole-archive", "--no-whole-archive", "--start-group", "--end-group",
    "--export-all-symbols", "--kill-at", "--out-implib=i.a", "--output-def=d.def",
    "--image-base={n}", "--section-alignment={n}", "--file-alignment", "{n}", "--stack={n},{n}",
    "-Ttext={n}", "--section-start={c}={n}", "--subsystem", "native:{n}.{n}", "--wrap={s}",
    "--version-script={f}", "--delayload={f}", "--enable-auto-import", "--icf=all",
    "--build-id", "--print-map", "--cref", "--trace", "--exclude-libs={f}",
    "--exclude-symbols={s}", "--dependency-file=dep", "--unresolved-symbols=ignore-all",
    "--allow-multiple-definition", "--just-symbols={f}", "--guard-cf", "--{s}", "-{s}", "@{f}",
)  # fmt: skip
DEF = (
    "LIBRARY", "NAME", "EXPORTS", "IMPORTS", "SECTIONS", "STACKSIZE", "HEAPSIZE", "VERSION",
    "STUB", "DESCRIPTION", "DATA", "NONAME", "PRIVATE", "CONSTANT", "BASE=", "@1", "@0",
    "@65536", "=", "==", ",", ".", "READ", "EXECUTE", "SHARED", ";", '"', "\n", "\n", "\r\n",
    "{s}", "{s}", "{n}", "{c}", "{s}={s}", "mod.{s}",
)  # fmt: skip
SCRIPT = (
    "SECTIONS", "{", "}", "{", "}", "(", ")", "*(", "*", ":", ";", "=", "+=", "+", "-", "*",
    "/", "<<", "?", "&", "~", ".", ".text", ".data", "*(.text)", "*(SORT(.text$*))", "KEEP(",
    "ENTRY(DriverEntry)", "PROVIDE(", "ALIGN({n})", "ADDR(.text)", "SIZEOF(.text)", "BYTE({n})",
    "LONG({n})", "QUAD({n})", "ASSERT(", "INCLUDE {f}", "OUTPUT_FORMAT(pei-x86-64)", "MEMORY",
    "/DISCARD/", "DEFINED({s})", "{s}", "{n}", "/*", "*/", '"', "\n", ". = ALIGN({n});",
    ".x : { *(.x) }", "EXCLUDE_FILE({f})", "SORT_BY_NAME(", ">", "AT(", "NOLOAD",
)  # fmt: skip
DIRECTIVES = (
    "-export:{s}", "/EXPORT:{s},DATA", "-include:{s}", "/DEFAULTLIB:{f}", "/merge:{c}={c}",
    "/section:{c},RW", "-aligncomm:{s},{n}", "/alternatename:{s}={s}", "/stack:{n}",
    "/heap:{n}", "/entry:{s}", "/guardsym:{s},S", "/failifmismatch:{s}={s}", '"', "/{s}",
    "-exclude-symbols:{s}", "/manifestdependency:{s}", "/subsystem:windows,{n}",
    "/nodefaultlib:{f}", "/disallowlib:{f}", "\0", "\xff",
)  # fmt: skip


@dataclass
class Case:
    """Files by name, and the words of a command line over them."""

    files: dict[str, bytes] = field(default_factory=dict)
    words: list[str] = field(default_factory=list)


class _Maker:
    """The grammar; all choices come from one source of chance."""

    def __init__(self, seed: int) -> None:
        self.chance = Random(seed)
        self.odd = self.chance.choice((0.0, 0.0, 0.0, 0.0, 0.003, 0.01, 0.05))
        self.machine = self.chance.choice(("x64", "x64", "x64", *MACHINES))
        self.case = Case()

    # --- values ----------------------------------------------------------------------------------

    def is_odd(self) -> bool:
        return self.chance.random() < self.odd

    def number(self, plain: int, bits: int = 32) -> int:
        """A number; rarely another than the right one."""
        if not self.is_odd():
            return plain & (1 << bits) - 1
        near = plain + self.chance.choice((-1, 1, 4, -4, 1 << 12))
        return self.chance.choice((*NUMBERS, near)) & (1 << bits) - 1

    def name(self) -> bytes:
        """The name of a symbol."""
        return self.chance.choice(ODD_SYMBOLS if self.is_odd() else SYMBOLS)

    def section(self) -> bytes:
        """The name of a section."""
        usual = SECTIONS[:5] if self.chance.random() < 0.6 else SECTIONS
        return self.chance.choice(ODD_SECTIONS if self.is_odd() else usual)

    def text(self, pattern: str) -> str:
        """A word with its places filled in: symbol, section, file, number."""
        while (at := pattern.find("{", 0)) >= 0 and pattern[at + 2 : at + 3] == "}":
            kind = pattern[at + 1]
            chosen = {
                "s": lambda: self.name().decode("latin-1"),
                "c": lambda: self.section().decode("latin-1"),
                "f": self.file,
                "n": self.digits,
            }[kind]()
            pattern = pattern[:at] + chosen.replace("{", "") + pattern[at + 3 :]
        return pattern

    def file(self) -> str:
        """A file of the case, or rarely a name of none."""
        if not self.case.files or self.chance.random() < 0.05:
            return self.chance.choice(("none", "", ".", "x" * 300, "a\0b", "/dev/null"))
        return self.chance.choice([*self.case.files])

    def digits(self) -> str:
        """A number as people write it; rarely one that cannot be."""
        if self.chance.random() < 0.6:
            return self.chance.choice(("1", "2", "16", "0x1000", "4096", "0x100000"))
        pattern = self.chance.choice(("0x%x", "%d", "%d", "-%d", "%d.", "%dq"))
        return pattern % self.chance.choice((*NUMBERS, 0x140000000, 1 << 40, 1 << 64))

    def words(self, choices: Sequence[str], most: int) -> list[str]:
        return [self.text(self.chance.choice(choices)) for _ in range(self.chance.randrange(most))]

    # --- files -----------------------------------------------------------------------------------

    def object(self) -> bytes:
        """A COFF object or bigobj."""
        return _Object(self).written_whole()

    def import_object(self) -> bytes:
        """A short import member."""
        data = self.name() + b"\0" + self.chance.choice((b"ntoskrnl.exe", b"a.sys")) + b"\0"
        kind = self.chance.choice((0, 4, 8, 5, 12)) if not self.is_odd() else 0xFFF0
        return pack("<HHHHIIHH", 0, 0xFFFF, self.number(0, 16), MACHINES[self.machine], 0,
                    self.number(len(data)), self.chance.randrange(100), kind) + data  # fmt: skip

    def archive(self) -> bytes:
        """An archive with an index of any kind, or none; members of every kind."""
        return _Archive(self).written_whole()

    def resources(self) -> bytes:
        """A .res file."""
        parts = [b"\0\0\0\0\x20\0\0\0\xff\xff\0\0\xff\xff\0\0" + bytes(16)]
        for _ in range(self.chance.randrange(5)):
            keys = b""
            for _ in range(2):
                word = self.chance.choice(("a", "LONG NAME", "", "\ud800"))
                named = self.chance.random() < 0.3
                keys += (
                    word.encode("utf-16-le", "surrogatepass") + b"\0\0" * (not self.is_odd())
                    if named
                    else pack("<HH", 0xFFFF, self.chance.choice((1, 3, 16, 24, 0xFFFF)))
                )
            keys += b"\0" * (-len(keys) % 4)
            data = self.chance.randbytes(self.chance.choice((0, 1, 4, 100)))
            head = keys + pack("<IHHII", 0, 0, self.chance.choice((0, 1033)), 0, 0)
            sizes = pack("<II", self.number(len(data)), self.number(8 + len(head)))
            parts.append(sizes + head + data + b"\0" * (-len(data) % 4))
        return b"".join(parts)

    def definition(self) -> bytes:
        """A .def file, in one of the encodings that editors write."""
        text = "EXPORTS\n" * self.chance.randrange(2) + " ".join(self.words(DEF, 30))
        return text.encode(self.chance.choice(("latin-1", "utf-8", "utf-8-sig", "utf-16")))

    def script(self) -> bytes:
        """A linker script: a plain one with tokens thrown in, or tokens alone."""
        plain = [
            "SECTIONS",
            "{",
            ".text",
            ":",
            "{",
            "*(.text*)",
            "}",
            ".data",
            ":",
            "{",
            "*(.data*)",
            "*(.bss)",
            "}",
            "}",
        ]
        tokens = [*plain] if self.chance.random() < 0.7 else []
        for word in self.words(SCRIPT, 20):
            tokens.insert(self.chance.randrange(len(tokens) + 1), word)
        return " ".join(tokens).encode("latin-1")

    def response(self) -> bytes:
        """Words of a command line, with quotes and escapes of either kind."""
        words = self.words((*OPTIONS, *GNU, "{f}", '"{f}"', "'{f}'", '"', "\\", "\0"), 12)
        return self.chance.choice((" ", "\n", "\r\n")).join(words).encode("latin-1")

    def names(self) -> bytes:
        """An order file."""
        return "\n".join(self.words(("{s}", ";{s}", "{s} {s}", ""), 8)).encode("latin-1")

    def damaged(self, data: bytes) -> bytes:
        """The bytes with a part changed, cut off or repeated; most stay as they are."""
        if self.chance.random() > 0.04 or not data:
            return data
        at, size = self.chance.randrange(len(data)), self.chance.choice((1, 2, 4, 8))
        noise = self.chance.choice((b"\0", b"\xff", b"/", b"\x80")) * size
        return self.chance.choice(
            (
                data[:at],
                data[:at] + noise + data[at + size :],
                data[:at] + self.chance.randbytes(size) + data[at + size :],
                data[:at] + data[at : at + 64] * 2 + data[at + 64 :],
            )
        )

    # --- the line --------------------------------------------------------------------------------

    def make(self) -> Case:
        """Files first, then words that name them."""
        kinds: dict[str, Callable[[], bytes]] = {
            "obj": self.object, "lib": self.archive, "res": self.resources, "def": self.definition,
            "ld": self.script, "rsp": self.response, "txt": self.names, "imp": self.import_object,
        }  # fmt: skip
        chosen = ["obj", *self.chance.choices(list(kinds), (8, 4, 1, 1, 1, 1, 1, 1), k=4)]
        for number, kind in enumerate(chosen[: self.chance.randrange(1, 6)]):
            self.case.files[f"{number}.{kind}"] = self.damaged(kinds[kind]())
        inputs = [name for name in self.case.files if name.endswith(("obj", "lib", "res", "imp"))]
        named = {name.rpartition(".")[2]: name for name in self.case.files}
        if self.chance.random() < 0.05:
            words = ["/lib", "/out:x.lib", *inputs]
            words += [f"/def:{named['def']}", f"/machine:{self.machine}"] if "def" in named else []
        elif self.chance.random() < 0.3:
            words = ["-m", EMULATIONS[self.machine], "-e", "DriverEntry", "-o", "x.sys", *inputs]
            words += ["-T", named["ld"]] if "ld" in named else []
            words += [named["def"]] if "def" in named else []
            words += self.words(GNU, 3)
        else:
            words = [f"/machine:{self.machine}", "/entry:DriverEntry", "/out:x.sys", *inputs]
            words += ["/driver"] if self.chance.random() < 0.7 else ["/subsystem:console"]
            words += ["/opt:noref"] if self.chance.random() < 0.4 else []
            words += ["/force:unresolved"] if self.chance.random() < 0.85 else []
            options = {"def": "/def:", "ld": "/script:", "txt": "/order:@"}
            words += [options[kind] + named[kind] for kind in options if kind in named]
            words += self.words(OPTIONS, 3)
        words += [f"@{named['rsp']}"] if "rsp" in named else []
        self.case.words = words
        return self.case


class _Object:
    """A COFF object; its parts stand in file order with the right offsets, mostly."""

    def __init__(self, maker: _Maker) -> None:
        self.maker, self.chance = maker, maker.chance
        self.is_first = not maker.case.files
        self.is_big = self.chance.random() < 0.1
        self.count = self.chance.choice((0, 1, 2, 3, 3, 4, 6, 12)) or int(self.is_first)
        self.strings, self.symbols, self.rows = bytearray(4), bytearray(), 0
        self.headers: list[bytes] = []
        self.bodies: list[bytes] = []
        self.end = (56 if self.is_big else 20) + 40 * self.count

    def written_whole(self) -> bytes:
        most = self.chance.randrange(4, 40)
        for number in range(1, self.count + 1):
            self.add_section(number)
        for _ in range(self.chance.randrange(8)):
            self.add_symbol()
        if self.is_first:
            entry = b"_DriverEntry@8" if self.maker.machine == "x86" else b"DriverEntry"
            self.put(entry, 0, 1, 2, kind=0x20)
        while self.rows < most:
            self.put(b"pad", 0, -1, 3)
        self.strings[:4] = pack("<I", self.maker.number(len(self.strings)))
        return b"".join((self.head(), *self.headers, *self.bodies, self.symbols, self.strings))

    def head(self) -> bytes:
        number, machine = self.maker.number, MACHINES[self.maker.machine]
        machine, version = number(machine, 16), number(2, 16)
        if self.is_big:
            head = pack("<4HI16s", 0, 0xFFFF, version, machine, 0, BIGOBJ_CLASS_ID) + bytes(16)
            return head + pack("<3I", number(self.count), number(self.end), number(self.rows))
        counts = number(self.count, 16), 0, number(self.end), number(self.rows)
        return pack("<HHIIIHH", machine, *counts, number(0, 16), 0)

    def add_section(self, number: int) -> None:
        chance, value = self.chance, self.maker.number
        name, flags, data = self.content(number)
        relocations = b"".join(
            pack(
                "<IIH",
                value(chance.randrange(max(len(data) - 7, 1))),
                value(2 * chance.randrange(self.count)),
                value(chance.choice(RELOCATIONS[self.maker.machine]), 16),
            )
            for _ in range(
                chance.choice((0, 0, 1, 2, 5)) if len(data) >= 8 else self.maker.is_odd()
            )
        )
        size = chance.choice((16, 4096, 1 << 20, 1 << 28)) if flags & 0x80 else len(data)
        at, count = value(self.end), value(len(relocations) // 10, 16)
        places = value(size), at, value(self.end + len(data))
        field = self.name_field(name, is_section=True)
        self.headers.append(pack("<8s6I2HI", field, 0, 0, *places, 0, count, 0, value(flags)))
        self.bodies.append(data + relocations)
        self.end += len(data) + len(relocations)
        parent = value(chance.randrange(self.count + 1), 16)
        selection = value(chance.choice((2, 2, 5, 6)) if flags & 0x1000 else 0, 8)
        aux = pack("<IHHIHBxH", len(data), 0, 0, 0, parent, selection, 0)
        self.put(name[:8], 0, number, 3, aux)

    def content(self, number: int) -> tuple[bytes, int, bytes]:
        """Name, flags and bytes of a section; the first one of all has the entry point."""
        chance, maker = self.chance, self.maker
        name = maker.section()
        flags = chance.choice(FLAGS[:4] if chance.random() < 0.7 else FLAGS)
        flags = chance.choice(ODD_FLAGS) if maker.is_odd() else flags
        flags |= chance.choice((0, 0x100000, 0x500000, 0x300000))
        data = chance.randbytes(chance.choice((0, 1, 4, 8, 12, 16, 24, 64)))
        if chance.random() < 0.8:  # small addends
            data = bytes(len(data))
        if number == 1 and self.is_first:
            name, flags, data = b".text", FLAGS[0], data or b"\xc3"
        if name == b".drectve":
            data = " ".join(maker.words(DIRECTIVES, 8)).encode("latin-1")
        return name, flags, data

    def add_symbol(self) -> None:
        chance = self.chance
        name, where = self.maker.name(), chance.randrange(-2, self.count + 1)
        if chance.random() < 0.1:
            default = self.maker.number(chance.randrange(self.rows or 1))
            self.put(name, 0, 0, 105, pack("<II", default, 3))
        else:
            value, storage = chance.choice((0, 0, 4, 8)), chance.choice((2, 2, 2, 3, 104, 103))
            self.put(name, value, where, storage, kind=chance.choice((0, 0x20)))

    def put(
        self, name: bytes, value: int, section: int, storage: int, aux: bytes = b"", kind: int = 0
    ) -> None:
        """Write a symbol record and its auxiliary record."""
        number, width = self.maker.number, 20 if self.is_big else 18
        aux = aux.ljust(-(-len(aux) // width) * width, b"\0")
        section = number(section, 32 if self.is_big else 16)
        rest = number(kind, 16), number(storage, 8), number(len(aux) // width, 8)
        record = "<8sIIHBB" if self.is_big else "<8sIHHBB"
        self.symbols += pack(record, self.name_field(name), number(value), section, *rest) + aux
        self.rows += 1 + len(aux) // width

    def name_field(self, name: bytes, *, is_section: bool = False) -> bytes:
        """A name as a header or record has it: in place, or an offset in the string table."""
        if len(name) <= 8 and not self.maker.is_odd():
            return name.ljust(8, b"\0")
        at = self.maker.number(len(self.strings))
        self.strings += name + b"\0" * (not self.maker.is_odd())
        return (b"/%d" % at)[:8].ljust(8, b"\0") if is_section else pack("<II", 0, at)


class _Archive:
    """An archive: linker members first, then the others at the offsets that these state, mostly."""

    def __init__(self, maker: _Maker) -> None:
        self.maker, self.chance = maker, maker.chance
        self.is_thin = self.chance.random() < 0.1
        self.long_names = bytearray()
        self.members = [self.member(number) for number in range(self.chance.randrange(5))]
        count = self.chance.randrange(8) if self.members else 0
        last = len(self.members) - 1
        self.entries = [(maker.name(), self.chance.randint(0, last)) for _ in range(count)]
        self.names = b"".join(name + b"\0" for name, _ in self.entries)
        self.offsets: list[int] = []

    def member(self, number: int) -> tuple[bytes, bytes, int]:
        """Name field, bytes and size."""
        maker = self.maker
        kinds = (maker.object, maker.object, maker.import_object, maker.resources)
        data = self.chance.choice(kinds)()
        name = self.chance.choice((b"m%d.obj/" % number, b"m%d.obj/" % number, b"long"))
        if name == b"long":
            name = b"/%d" % maker.number(len(self.long_names))
            self.long_names += b"a_member_with_a_long_name_%d.obj/\n" % number
        if maker.is_odd():
            name = self.chance.choice((b"#1/4", b"#1/999", b"a\0b/", b"../x/", b"", b"/", b"//"))
        return name, b"" if self.is_thin else data, len(data)

    def written_whole(self) -> bytes:
        kinds = ("first", "first", "first", "both", "both", "sym64", "bsd", "none")
        indexes = {
            "first": (self.first,),
            "both": (self.first, self.second),
            "sym64": (self.sym64,),
            "bsd": (self.bsd,),
            "none": (),
        }[self.chance.choice(kinds)]
        self.offsets = [0] * len(self.members)
        sizes = [len(data) for _, data in (make() for make in indexes)]
        position = 8 + sum(60 + size + size % 2 for size in (*sizes, len(self.long_names)))
        position -= 0 if self.long_names else 60
        for number, (_, data, _) in enumerate(self.members):
            self.offsets[number] = self.maker.number(position)
            position += 60 + len(data) + len(data) % 2
        parts = [b"!<thin>\n" if self.is_thin else b"!<arch>\n"]
        parts += [self.written(name, data, len(data)) for name, data in (m() for m in indexes)]
        if self.long_names:
            parts.append(self.written(b"//", bytes(self.long_names), len(self.long_names)))
        parts += [self.written(*each) for each in self.members]
        return b"".join(parts)

    def written(self, name: bytes, data: bytes, size: int) -> bytes:
        """A member header and the member."""
        digits = b"%d" % (self.chance.choice(NUMBERS) if self.maker.is_odd() else size)
        head = name.ljust(16)[:16] + b"0".ljust(12) + b"0".ljust(6) * 2 + b"644".ljust(8)
        end = b"??" if self.maker.is_odd() else b"`\n"
        return head + digits.ljust(10)[:10] + end + data + b"\n" * (len(data) % 2)

    def first(self, record: str = ">I", name: bytes = b"/") -> tuple[bytes, bytes]:
        offsets = b"".join(pack(record, self.offsets[row]) for _, row in self.entries)
        return name, pack(record, self.maker.number(len(self.entries))) + offsets + self.names

    def sym64(self) -> tuple[bytes, bytes]:
        return self.first(">Q", b"/SYM64/")

    def second(self) -> tuple[bytes, bytes]:
        number = self.maker.number
        offsets = pack("<I", number(len(self.members)))
        offsets += b"".join(pack("<I", each) for each in self.offsets)
        indices = b"".join(pack("<H", number(row + 1, 16)) for _, row in self.entries)
        return b"/", offsets + pack("<I", number(len(self.entries))) + indices + self.names

    def bsd(self) -> tuple[bytes, bytes]:
        pairs = b"".join(
            pack("<II", self.maker.number(self.names.find(name)), self.offsets[row])
            for name, row in self.entries
        )
        sizes = pack("<I", self.maker.number(len(pairs))), pack("<I", len(self.names))
        return b"__.SYMDEF", sizes[0] + pairs + sizes[1] + self.names


def generated(seed: int) -> Case:
    """The case of a seed."""
    return _Maker(seed).make()
