"""Images for the tests of the loader: a module with exports, and one that imports from it."""

from pathlib import Path

from compilers.compiling import compile_to
from ntbuild import link, options_from_argv

HERE = Path(__file__).parent
MACHINES = {"x64": 0x8664, "x86": 0x14C, "arm64": 0xAA64, "arm": 0x1C4}
CORE = (
    *(
        "/export:CoreAdd",
        "/export:CoreTwice,@7,NONAME",
        "/export:CoreValue,DATA",
        "/export:CoreRun",
    ),
    *("/export:CoreByNumber=CoreTwice,@9,NONAME", "/export:CoreForward=core.CoreRun"),
    *("/export:CoreForwardByNumber=core.#9", "/export:CoreLoop=core.CoreRound"),
    *("/export:CoreRound=core.CoreLoop", "/export:CoreNowhere=nobody.Nothing"),
)


def core_and_client(folder: Path, machine: str) -> tuple[bytes, bytes]:
    """The images of core.c and client.c for a machine."""
    library = folder / f"core-{machine}.lib"
    core = _link(folder, machine, "core", *CORE, f"/implib:{library}")
    library.write_bytes(core.import_library)
    return core.image, _link(folder, machine, "client", libraries=[library]).image


def _link(folder, machine, name, *argv, libraries=()):
    made = folder / f"{name}-{machine}.obj"
    compile_to(made, "zig", machine, "release", HERE / f"{name}.c", "-Wno-unused-parameter")
    words = ["/driver", "/subsystem:native", "/nodefaultlib", "/opt:noref", "/entry:Start"]
    options = options_from_argv([*words, f"/machine:{machine}", f"/out:{name}.sys", *argv])
    return link([made, *libraries], options)
