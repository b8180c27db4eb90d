"""What a project builds, in the terms of a SConscript, for one machine and flavor."""

from ntbuild.support.values import dataclass

Define = tuple[str, str | None]


@dataclass(frozen=True, slots=True)
class WppSettings:
    """WPP of a driver: headers with its configuration, and functions given on the command line.

    ``of_sources``: functions that only one source has, by its file name.
    """

    scan: tuple[str, ...] = ()
    functions: tuple[str, ...] = ()
    of_sources: tuple[tuple[str, tuple[str, ...]], ...] = ()


@dataclass(frozen=True, slots=True)
class Description:
    """A driver or a library as ``env.Driver`` or ``env.DriverLibrary`` has it.

    - `method`: ``Driver``, ``ExportDriver`` or ``DriverLibrary``; empty: nothing for the kernel,
      and `reason` says what it is.
    - `sources`, `include_dirs`, `resource_include_dirs`, `forced_includes`, `natvis`: paths,
      absolute, as they are on this machine.
    - `source_defines`: defines with another value in another source, by the source's file name.
    - `mof_headers`: the name of the header of a MOF file, by the file's name.
    - `languages`: ``c`` or ``c++`` of sources whose suffix says another, by file name.
    - `message_headers`: message files and event manifests of other projects, as paths.
    - `harden`: the measures that are left out, each with a reason.
    - `events`: the name of the header of an event manifest, by the manifest's file name.
    - `libraries`: projects whose library it links with, by path of the project; those of a
      library, its `import_libraries` and `linked_files` are for what links it (`transitive`).
    - `nasm`: words for NASM, which assembles its ``.asm`` sources; None for Microsoft's assembler.
    - `runs_constructors`: whether its sources run the constructors of C++ themselves.
    - `import_libraries`: modules beyond those of the model.
    - `by_hand`: what a person has to add for the build, a line each.
    - `infs`: INF files of its package, as paths, each with the version of the package.
    - `left_out`: what is not part of the image (INF files, packages), a line each.
    """

    name: str
    method: str = ""
    reason: str = ""
    model: str = "wdm"
    kmdf: str = ""
    windows: str = ""
    sources: tuple[str, ...] = ()
    libraries: tuple[str, ...] = ()
    linked_files: tuple[str, ...] = ()
    defines: tuple[Define, ...] = ()
    source_defines: tuple[tuple[str, tuple[Define, ...]], ...] = ()
    languages: tuple[tuple[str, str], ...] = ()
    include_dirs: tuple[str, ...] = ()
    events: tuple[tuple[str, str], ...] = ()
    mof_headers: tuple[tuple[str, str], ...] = ()
    message_headers: tuple[str, ...] = ()
    harden: tuple[tuple[str, str], ...] = ()
    resource_defines: tuple[Define, ...] = ()
    resource_include_dirs: tuple[str, ...] = ()
    forced_includes: tuple[str, ...] = ()
    natvis: tuple[str, ...] = ()
    cxx_runtime: str = ""
    runs_constructors: bool = False
    cflags: tuple[str, ...] = ()
    cxxflags: tuple[str, ...] = ()
    nasm: tuple[str, ...] | None = None
    wpp: WppSettings | None = None
    import_libraries: tuple[str, ...] = ()
    exports: tuple[str, ...] = ()
    entry: str = ""
    infs: tuple[tuple[str, str], ...] = ()
    options: tuple[tuple[str, str], ...] = ()
    by_hand: tuple[str, ...] = ()
    left_out: tuple[str, ...] = ()
