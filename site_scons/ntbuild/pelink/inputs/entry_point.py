"""The subsystem and the entry point where no option names them.

The names that a user defines decide: ``main`` makes a console program, ``WinMain`` one with
windows, and the entry point is the C runtime's start-up function for it, ``mainCRTStartup`` or
``WinMainCRTStartup``. It may come in with a library that a directive names, so ``requests`` looks
for it again before every batch.

Source: lld-link 19 as it behaves; for native and EFI images the names that their users write.
"""

from collections.abc import Callable
from typing import Final

from ntbuild.pelink.diagnostics import Diagnostics
from ntbuild.pelink.options import LinkOptions
from ntbuild.support.values import dataclass

Knows = Callable[[str], bool]
"""Whether an object or a library defines a function, by its name in C."""

_CONSOLE: Final = ("main", "wmain")
_WINDOWS: Final = ("WinMain", "wWinMain")
_OF_DRIVERS: Final = ("DriverEntry", "mainCRTStartup")
_OF_WDM_DRIVERS: Final = ("DriverEntry", "_NtProcessStartup")
"""DriverEntry, else the names that lld-link has for /driver and /driver:wdm."""

_FIRST_KNOWN: Final = {
    "native": ("NtProcessStartup", "_NtProcessStartup"),
    "efi_application": ("efi_main", "EfiMain", "_ModuleEntryPoint"),
    "efi_boot_service_driver": ("efi_main", "EfiMain", "_ModuleEntryPoint"),
    "efi_runtime_driver": ("efi_main", "EfiMain", "_ModuleEntryPoint"),
}
"""Entry points of images without a C runtime; the first one that is defined is taken."""


_OF_PROGRAMS: Final = ("console", "windows", "posix")


@dataclass(slots=True)
class Startup:
    """What was decided about a program's start: its subsystem and the entry point's C name.

    ``name`` is None for an image without an entry point.
    """

    subsystem: str = ""
    name: str | None = None

    def decide(
        self, options: LinkOptions, named: str | None, knows: Knows, log: Diagnostics
    ) -> None:
        """Decide both; ``named`` is the entry point that a script or a directive names."""
        self.subsystem = inferred_subsystem(options, knows, log)
        if not options.noentry:
            self.name = options.entry or named
            self.name = self.name or default_entry(options, self.subsystem, knows, log)

    def report_missing(self, options: LinkOptions, log: Diagnostics) -> None:
        """Report that nothing defines the entry point: an error, but for programs as with GNU ld.

        Drivers and EFI images always need one: nothing would call another function as such.
        """
        if self.name is None:
            return
        if options.mingw and self.subsystem in _OF_PROGRAMS and not options.is_driver:
            instead = "the DLL has none" if options.dll else "it is the start of the code"
            log.warn(f"cannot find entry symbol {self.name}; {instead}")
            return
        hint = f"define it, or name another one with /entry (spelled as in C, as {self.name} is)"
        if options.dll:
            hint += "; /noentry makes a DLL without one"
        message = f"undefined symbol: {self.name}"
        log.error(message, place="<root>", hint=hint, notes=("the entry point",))


def inferred_subsystem(options: LinkOptions, knows: Knows, log: Diagnostics) -> str:
    """The subsystem by ``options`` or else by the names that are defined; console in doubt."""
    if options.subsystem is not None:
        return options.subsystem
    if options.is_driver:
        return "native"
    if options.dll:
        return "console" if options.mingw else "windows"
    if options.mingw:
        return "console"
    console = [name for name in _CONSOLE if knows(name)]
    windows = [name for name in _WINDOWS if knows(name)]
    if console and windows:
        log.warn(f"found {console[0]} and {windows[0]}; defaulting to /subsystem:console")
    return "windows" if windows and not console else "console"


def default_entry(options: LinkOptions, subsystem: str, knows: Knows, log: Diagnostics) -> str:
    """The entry point of an image for which none was named, spelled as in C."""
    if options.is_driver:
        names = _OF_WDM_DRIVERS if "wdm" in options.driver else _OF_DRIVERS
        return next((name for name in names if knows(name)), names[0])
    if options.dll:
        return "DllMainCRTStartup" if options.mingw else "_DllMainCRTStartup"
    for name in _FIRST_KNOWN.get(subsystem, ()):
        if knows(name):
            return name
    plain, wide = _WINDOWS if subsystem == "windows" else _CONSOLE
    if not options.mingw and knows(wide):
        if not knows(plain):
            return f"{wide}CRTStartup"
        log.warn(f"found both {wide} and {plain}; using latter")
    return f"{plain}CRTStartup"
