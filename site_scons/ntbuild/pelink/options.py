"""The options of a link: frozen values that hold only scalars and tuples.

Their ``repr`` is the signature by which SCons decides to link again, so nothing here may depend
on the machine, the clock or hash order.

A flag has three states: set, clear, and None, which leaves it to the profile. An option that was
not given differs from one that was given its default value, because directives of objects and .def
files may fill in the first but not the second.

The spellings of link.exe and GNU ld for these fields are in `spelling`.
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
    """A rule for one output section: its inputs, alignment and flags.

    Rules of several sections also order them: those sections stand in the rules' order.

    - ``inputs``: input section names with ``*`` and ``?``; by default the name and ``name$*``
    - ``align``: bytes, a power of two; what its contributions need comes on top
    - flags (`SECTION_FLAGS`): set (True), clear (False), or as profile and objects have it (None)
    - ``keep``: garbage collection keeps its inputs
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
"""The three-valued flags of a Section, in the order in which options are written."""


@dataclass(frozen=True, slots=True)
class Export:
    """One exported name.

    - ``name``: as importers see it
    - ``target``: the symbol that it stands for, by default that of the name; with a dot
      (``other.Function``) a forwarder
    - ``ordinal``: 1 to 65535; None: one after the highest that is given
    - ``noname``: only the ordinal is exported
    - ``data``: it is a variable; ``constant`` is the older form of that in .def files
    - ``private``: it is not in the import library
    - ``exportas``: importers refer to ``target``, and only the image's table says ``name``
    - ``import_as``: with ``exportas``, the name that importers refer to in place of ``target``
    """

    name: str
    target: str | None = None
    ordinal: int | None = None
    noname: bool = False
    data: bool = False
    constant: bool = False
    private: bool = False
    exportas: bool = False
    import_as: str | None = None

    def __post_init__(self) -> None:
        """Refuse what the format cannot express."""
        if not self.name:
            raise ValueError("export: the name is empty")
        if self.ordinal is not None and not 1 <= self.ordinal <= 0xFFFF:
            raise ValueError(f"export {self.name!r}: ordinal {self.ordinal} is not in 1..65535")
        if self.noname and self.ordinal is None:
            raise ValueError(f"export {self.name!r}: NONAME needs an ordinal")
        if self.import_as and not self.exportas:
            raise ValueError(f"export {self.name!r}: import_as is only for EXPORTAS")
        if self.exportas and not self.target:
            raise ValueError(f"export {self.name!r}: EXPORTAS needs two names")


PDB_WORDS: Final = ("full", "fastlink", "ghash", "noghash")
"""Words of /debug that mean a PDB file."""

EXTENDED_CHARACTERISTICS: Final = {
    "cetcompat": 0x01,
    "cetcompatstrict": 0x02,
    "cetipvalidationrelaxed": 0x04,
    "cetdynamicapisinproc": 0x08,
    "hotpatchcompatible": 0x80,
}
"""IMAGE_DLLCHARACTERISTICS_EX bits by the field that sets them."""


@dataclass(frozen=True, slots=True)
class LinkOptions:
    """Everything that shapes an image but its inputs. None means: as the profile has it.

    Sizes and addresses are bytes, versions are (major, minor), ``stack`` and ``heap`` are
    (reserve, commit). Fields whose link.exe option does not explain them:

    - ``driver``: the driver profile, and ``wdm`` and ``uponly`` as /driver has them
    - ``ref``, ``icf``, ``tailmerge``: /opt; see `collects`, `folds` and `merges_strings`
    - ``timestamp``: value of all time stamps, seconds since 1970; None: a hash of the content
    - ``guard``: the words of /guard with commas, as given (``cf,ehcont``); see `guard_parts`
    - ``debug``: the words of /debug with commas; ``symtab`` writes a COFF symbol table only
    - ``pdbsourcepath``: the folder that relative paths of sources are below, in the PDB
    - ``pdbstripped``: path of a second PDB, with public symbols only
    - ``natvis``: paths of files in the PDB that tell a debugger how to show types
    - ``pdbstream``: (name of a stream of the PDB, path of the file that it holds)
    - ``functionpadmin``: bytes before functions; -1: what the machine needs for a hot patch
    - ``mingw``: as GNU ld for mingw-w64's runtime: its sections and symbols, auto-import, and a
      DLL without exports exports everything
    - ``wholearchive``: archives whose members are all linked; an empty text means every archive
    - ``lazy``: objects that are linked only if they define what is missing, like archive members
    - ``force``: what is only a warning: ``multiple`` definitions, ``multipleres`` resources,
      ``unresolved`` names
    - ``import_name``: the module's name in the import library; None: that of the image
    - ``defsym``: (symbol, expression of a linker script), defined as a script does
    - ``section_start``: (output section, address); addresses ascend as the sections do
    - ``auto_export``, ``auto_hide``: patterns of names that a mingw DLL exports, or does not, when
      it exports everything; of two patterns that match the one without wildcards decides, then
      the one that is not just ``*``, then ``auto_export``
    - ``trace``, ``trace_symbols``, ``cref``: reports of GNU ld, of the files read, of the files
      that mention a symbol, and of all symbols
    - ``manifest``: empty for a file next to the image, ``embed`` or ``embed,id=N``, or ``no``
    - ``sections``: rules; the first whose patterns match a contribution decides
    - ``errorlimit``: messages that are shown, 0 for all
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
    cetcompatstrict: bool = False
    cetipvalidationrelaxed: bool = False
    cetdynamicapisinproc: bool = False
    hotpatchcompatible: bool = False
    dependentloadflag: int = 0
    debug: str | None = None
    pdb: str | None = None
    pdbaltpath: str | None = None
    pdbsourcepath: str | None = None
    pdbpagesize: int = 4096
    pdbstream: tuple[tuple[str, str], ...] = ()
    natvis: tuple[str, ...] = ()
    pdbstripped: str | None = None
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
    import_name: str | None = None
    defsym: tuple[tuple[str, str], ...] = ()
    section_start: tuple[tuple[str, int], ...] = ()
    auto_export: tuple[str, ...] = ()
    auto_hide: tuple[str, ...] = ()
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
    trace: bool = False
    trace_symbols: tuple[str, ...] = ()
    cref: bool = False

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
    def files(self) -> tuple[str, ...]:
        """Paths of the files that options name to be read."""
        streams = (path for _, path in self.pdbstream)
        named = (
            *(self.def_file, self.script, self.order_file, self.stub),
            *(*streams, *self.natvis),
        )
        return tuple(each for each in named if each)

    @property
    def is_program(self) -> bool:
        """Whether the image is a program or DLL of Windows: no driver, kernel or EFI image."""
        return not self.is_driver and self.subsystem in (None, "windows", "console", "posix")

    @property
    def is_efi(self) -> bool:
        """Whether firmware loads the image, and not Windows."""
        return (self.subsystem or "").startswith("efi_")

    @property
    def guard_parts(self) -> frozenset[str]:
        """The parts of control flow guard that are on, of cf, longjmp and ehcont, as with lld-link.

        Later words win: ``cf,nolongjmp`` is cf alone, ``ehcont`` brings cf along, ``no`` is none.
        """
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
        """Whether unreachable sections are removed: with /debug only if /opt:ref is given."""
        if self.ref is not None:
            return self.ref
        return self.is_driver or self.mingw or self.debug in (None, "none")

    @property
    def folds(self) -> FoldKind:
        """Which functions are folded: by default all with /opt:ref, but none in drivers."""
        if self.icf is not None:
            return self.icf
        return "all" if self.collects and not (self.is_driver or self.mingw) else "none"

    @property
    def merges_strings(self) -> bool:
        """Whether strings are merged into those that they end: by default with folding."""
        return self.folds != "none" if self.tailmerge is None else self.tailmerge

    @property
    def has_build_id(self) -> bool:
        """Whether the debug directory has an RSDS entry: by default where debug data is kept.

        A PDB is useless without it.
        """
        by_default = self.build_id is None or self.writes_pdb
        kept = self.keeps_debug_data or self.writes_pdb
        return kept if by_default else bool(self.build_id)

    @property
    def writes_pdb(self) -> bool:
        """Whether there is a PDB file: /debug with any word that does not say otherwise."""
        return not self.debug_words.isdisjoint(PDB_WORDS)

    @property
    def has_debug_directory(self) -> bool:
        """Whether an option needs an entry of the debug directory."""
        return self.has_build_id or self.extended_characteristics != 0 or self.brepro

    @property
    def extended_characteristics(self) -> int:
        """DllCharacteristicsEx, a debug directory entry: the bits of options that are on."""
        return sum(bit for name, bit in EXTENDED_CHARACTERISTICS.items() if getattr(self, name))

    @property
    def keeps_debug_data(self) -> bool:
        """Whether DWARF sections stay in the image."""
        return not self.debug_words <= {"none", "symtab"} and "nodwarf" not in self.debug_words

    @property
    def debug_words(self) -> frozenset[str]:
        """The words of /debug; empty without it."""
        return frozenset((self.debug or "none").split(","))
