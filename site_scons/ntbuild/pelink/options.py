"""What a user may ask of a link: frozen values that only hold scalars and tuples.

Their ``repr`` is the signature by which SCons decides to link again, so nothing here may depend
on the machine, the clock or hash order. What is hard: a flag has three states (set, clear, leave
to the profile), and an option not given must differ from one given its default value. The
link.exe spelling of these fields is in ``command_line``.
"""

from typing import Final, Literal

from ntbuild.support.values import dataclass

DriverKind = Literal["", "plain", "wdm", "uponly", "wdm,uponly"]
FoldKind = Literal["none", "safe", "all"]

SUBSYSTEMS: Final[dict[str, int]] = {
    "native": 1,
    "windows": 2,
    "console": 3,
    "posix": 7,
    "efi_application": 10,
    "efi_boot_service_driver": 11,
    "efi_runtime_driver": 12,
    "efi_rom": 13,
    "boot_application": 16,
}


@dataclass(frozen=True, slots=True)
class Section:
    """How one output section shall be: its inputs, place in the image, alignment and flags.

    ``inputs`` are input section names with ``*`` and ``?`` (default: the section's own name and
    ``name$*``). A flag is set (True), cleared (False) or left as the profile and the objects
    say (None). ``keep`` protects its inputs from garbage collection.
    """

    name: str
    inputs: tuple[str, ...] = ()
    align: int | None = None
    read: bool | None = None
    write: bool | None = None
    execute: bool | None = None
    shared: bool | None = None
    discardable: bool | None = None
    pageable: bool | None = None
    cached: bool | None = None
    keep: bool = False

    def __post_init__(self) -> None:
        """Take lists for tuples; refuse what no image can hold."""
        inputs: object = self.inputs
        if not isinstance(inputs, (tuple, list)):
            raise TypeError(f"section {self.name!r}: inputs is a list of patterns, not {inputs!r}")
        object.__setattr__(self, "inputs", tuple(inputs))
        if not self.name:
            raise ValueError("section: the name is empty")
        if self.align is not None and (
            not 1 <= self.align <= 1 << 31 or self.align & (self.align - 1)
        ):
            raise ValueError(f"section {self.name!r}: align {self.align} is not a power of two")

    @property
    def patterns(self) -> tuple[str, ...]:
        """The input patterns with the default filled in."""
        return self.inputs or (self.name, f"{self.name}$*")


SECTION_FLAGS: Final = ("read", "write", "execute", "shared", "discardable", "pageable", "cached")
"""The three-valued flags of a Section, in the order in which they are written."""


@dataclass(frozen=True, slots=True)
class Export:
    """One exported name: ``name`` as importers see it, ``target`` what it stands for here.

    ``target`` with a dot (``other.Function``) is a forwarder. ``private`` keeps the name out of
    the import library. ``constant`` is the old DATA form, kept for .def files. With ``exportas``
    importers still reference ``target``, and only the image's table says ``name``.
    """

    name: str
    target: str | None = None
    ordinal: int | None = None
    noname: bool = False
    data: bool = False
    constant: bool = False
    private: bool = False
    exportas: bool = False

    def __post_init__(self) -> None:
        """Refuse what the format cannot say."""
        if not self.name:
            raise ValueError("export: the name is empty")
        if self.ordinal is not None and not 1 <= self.ordinal <= 0xFFFF:
            raise ValueError(f"export {self.name!r}: ordinal {self.ordinal} is not in 1..65535")
        if self.noname and self.ordinal is None:
            raise ValueError(f"export {self.name!r}: NONAME needs an ordinal")
        if self.exportas and not self.target:
            raise ValueError(f"export {self.name!r}: EXPORTAS needs two names")


@dataclass(frozen=True, slots=True)
class LinkOptions:
    """Everything that shapes an image beside its inputs. None means: as the profile says.

    Sizes and addresses are bytes, versions are (major, minor). ``timestamp`` is the stamp of all
    time fields in seconds since 1970; without it they hold a hash of the image's content.
    ``guard`` is /guard's words with commas, as given (``cf,ehcont``); ``debug`` /debug's word.

    ``mingw`` is what GNU ld does for mingw-w64's runtime: its sections and symbols, auto-import,
    and a DLL without exports exports everything. ``wholearchive`` names archives all of whose
    members take part; an empty text among them means every archive. ``lazy`` names objects that
    take part only when they define what is missing, as members of archives do. ``force`` says what
    is a warning only: ``multiple`` definitions, ``multipleres`` resources, ``unresolved`` names.
    ``manifest`` is empty for a file beside the image, ``embed`` or ``embed,id=N``, or ``no``.
    ``functionpadmin`` is the room before functions (-1: as the machine needs it to be patched).
    """

    out: str | None = None
    machine: str | None = None
    driver: DriverKind = ""
    dll: bool = False
    entry: str | None = None
    noentry: bool = False
    subsystem: str | None = None
    subsystem_version: tuple[int, int] | None = None
    os_version: tuple[int, int] | None = None
    version: tuple[int, int] | None = None
    base: int | None = None
    fixed: bool | None = None
    align: int | None = None
    filealign: int | None = None
    stack: tuple[int, int] | None = None
    heap: tuple[int, int] | None = None
    ref: bool | None = None
    icf: FoldKind | None = None
    tailmerge: bool | None = None
    libpath: tuple[str, ...] = ()
    defaultlib: tuple[str, ...] = ()
    nodefaultlib: bool = False
    nodefaultlibs: tuple[str, ...] = ()
    include: tuple[str, ...] = ()
    includeoptional: tuple[str, ...] = ()
    exports: tuple[Export, ...] = ()
    def_file: str | None = None
    sections: tuple[Section, ...] = ()
    merge: tuple[tuple[str, str], ...] = ()
    script: str | None = None
    map: str | None = None
    lldmap: str | None = None
    linkerreport: str | None = None
    mapinfo: tuple[str, ...] = ()
    order_file: str | None = None
    functionpadmin: int | None = None
    stub: str | None = None
    delayload: tuple[str, ...] = ()
    implib: str | None = None
    release: bool | None = None
    timestamp: int | None = None
    dynamicbase: bool | None = None
    nxcompat: bool | None = None
    highentropyva: bool | None = None
    integritycheck: bool | None = None
    guard: str = ""
    safeseh: bool | None = None
    cetcompat: bool = False
    dependentloadflag: int = 0
    debug: str | None = None
    pdb: str | None = None
    pdbaltpath: str | None = None
    build_id: bool | None = None
    brepro: bool = False
    tsaware: bool | None = None
    appcontainer: bool | None = None
    allowbind: bool | None = None
    allowisolation: bool | None = None
    swaprun: tuple[str, ...] = ()
    noseh: bool = False
    largeaddressaware: bool | None = None
    wholearchive: tuple[str, ...] = ()
    mingw: bool = False
    noimplib: bool = False
    output_def: str | None = None
    export_all_symbols: bool = False
    exclude_all_symbols: bool = False
    exclude_symbols: tuple[str, ...] = ()
    exclude_libs: tuple[str, ...] = ()
    auto_import: bool | None = None
    runtime_pseudo_reloc: bool | None = None
    stdcall_fixup: bool | None = None
    kill_at: bool = False
    lazy: tuple[str, ...] = ()
    manifest: str | None = None
    manifestfile: str | None = None
    manifestuac: str | None = None
    manifestdependency: tuple[str, ...] = ()
    aligncomm: tuple[tuple[str, int], ...] = ()
    failifmismatch: tuple[tuple[str, str], ...] = ()
    alternatename: tuple[tuple[str, str], ...] = ()
    wrap: tuple[str, ...] = ()
    force: tuple[str, ...] = ()
    warnings_as_errors: bool = False
    errorlimit: int = 20
    ignore: tuple[str, ...] = ()
    demangle: bool = True
    verbose: bool = False
    whylive: tuple[str, ...] = ()
    printgc: bool = False
    printicf: bool = False
    sizereport: bool = False

    def __post_init__(self) -> None:
        """Take lists for tuples, so that the value stays hashable and its repr stable."""
        for name in self.__slots__:
            value = getattr(self, name)
            if isinstance(value, list):
                object.__setattr__(self, name, tuple(value))

    @property
    def is_driver(self) -> bool:
        """Whether the driver profile shapes the image."""
        return self.driver != ""

    @property
    def guard_parts(self) -> frozenset[str]:
        """What of control flow guard is on: out of cf, longjmp and ehcont, as lld-link decides."""
        parts: set[str] = set()
        for word in self.guard.split(","):
            if word == "no":
                parts.clear()
            elif word.startswith("no"):
                parts.discard(word[2:])
            elif word:
                parts |= {"cf", "longjmp"} if word != "ehcont" else {"cf", "ehcont"}
        return frozenset(parts)

    @property
    def collects(self) -> bool:
        """Whether sections that nothing reaches are left out; with /debug only when asked for."""
        if self.ref is not None:
            return self.ref
        return self.is_driver or self.mingw or self.debug in (None, "none")

    @property
    def folds(self) -> FoldKind:
        """Which functions fold: without a word /opt:ref brings /opt:icf, but not in drivers."""
        if self.icf is not None:
            return self.icf
        return "all" if self.collects and not (self.is_driver or self.mingw) else "none"

    @property
    def merges_strings(self) -> bool:
        """Whether strings that end another one become its end; folding brings that along."""
        return self.folds != "none" if self.tailmerge is None else self.tailmerge

    @property
    def has_build_id(self) -> bool:
        """Whether a debug directory tells images apart; unless asked, it comes with debug data."""
        return self.keeps_debug_data if self.build_id is None else self.build_id

    @property
    def has_debug_directory(self) -> bool:
        """Whether an option asks for an entry of the debug directory."""
        return self.has_build_id or self.cetcompat or self.brepro

    @property
    def keeps_debug_data(self) -> bool:
        """Whether DWARF sections stay in the image and its debug directory names a PDB file."""
        return self.debug not in (None, "none", "symtab")
