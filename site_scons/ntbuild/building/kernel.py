"""``env.Kernel``: a kernel of one's own, linked and made a flat image; ``env.KernelRun`` boots it.

A kernel is compiled like a driver but without NT's run-time: no stack cookie, no libraries but
those among its sources and the compiler's helper functions. It is not validated: pecheck's rules
are for what NT loads.

    declared = declare_kernel("kernel", {"exports": ["kernel_print"], "base": 0x100000}, "x64")
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, ClassVar, Final

from ntbuild.pelink.diagnostics import LinkError
from ntbuild.pelink.options import Export, LinkOptions
from ntbuild.running.report import ABSENT, PROVED
from ntbuild.running.values import Run
from ntbuild.support.host import command_line
from ntbuild.support.outputs import OutputError, write_all
from ntbuild.support.values import dataclass, fields, replace

from .declare import (
    COMPILING,
    DeclarationError,
    LibraryDeclaration,
    declare_library,
    exports_named,
)
from .driver import BuildError

KEYWORDS: Final = frozenset({"exports", "base", "entry", "ntld"})
"""Keywords of ``env.Kernel`` apart from those about compiling."""

BOOTING: Final = ("running", "pecoff/image", "building/kernel.py")
"""The parts of ntbuild that decide about a boot's report."""

_LOADED_AS_THEY_ARE: Final = frozenset({"x64", "x86"})
"""Machines whose boot code has addresses of 32 bits in it: the image cannot be relocated."""


@dataclass(frozen=True, slots=True)
class KernelDeclaration:
    """One kernel as declared: how its sources are compiled, how it is linked."""

    library: LibraryDeclaration
    options: LinkOptions
    has_loader: bool


def declare_kernel(name: str, given: Mapping[str, Any], machine: str) -> KernelDeclaration:
    """Check the keywords of ``env.Kernel(name, ...)``. Raises DeclarationError."""
    for keyword in given:
        if keyword not in KEYWORDS | COMPILING:
            known = ", ".join(sorted(KEYWORDS | COMPILING))
            raise DeclarationError(f"unknown keyword {keyword!r}; it is one of {known}")
    compiling = {key: value for key, value in given.items() if key not in KEYWORDS}
    library = declare_library(name, {"harden": False, **compiling}, machine=machine)
    entry, base = given.get("entry", "start"), given.get("base", 0x100000)
    if not isinstance(entry, str) or not entry:
        raise DeclarationError(f"entry: {entry!r} is not a name")
    if isinstance(base, bool) or not isinstance(base, int) or base % 0x10000 or base <= 0:
        raise DeclarationError(f"base: {base!r} is not a multiple of 0x10000")
    if not isinstance(given.get("ntld", False), bool):
        raise DeclarationError(f"ntld: {given['ntld']!r} is neither True nor False")
    exports: tuple[Export, ...] = exports_named(given) if given.get("exports") else ()
    options = LinkOptions(
        out=f"{name}.exe",
        machine=machine,
        subsystem="native",
        base=base,
        fixed=machine in _LOADED_AS_THEY_ARE or None,
        nodefaultlib=True,
        entry=entry,
        exports=exports,
    )
    return KernelDeclaration(library, options, has_loader=bool(given.get("ntld")))


@dataclass(frozen=True, slots=True)
class KernelLinkStep:
    """Links a kernel: image, map and flat image, then the import library if it exports anything."""

    options: LinkOptions
    label: ClassVar[str] = "KERNEL"

    def __str__(self) -> str:
        """The options that are set."""
        words = ((each.name, getattr(self.options, each.name)) for each in fields(LinkOptions))
        return f"kernel {', '.join(f'{name}={value!r}' for name, value in words if value)}"

    def command(self, inputs: Sequence[str], outputs: Sequence[str]) -> str:
        """The pelink command for the image."""
        from ntbuild.pelink.spelling.link_exe import options_to_argv  # noqa: PLC0415 - few ask

        options = replace(self.options, out=outputs[0])
        return command_line(["pelink", *options_to_argv(options), *inputs])

    def run(self, inputs: Sequence[str], outputs: Sequence[str]) -> tuple[str, ...]:
        """Write the outputs, all or none; warnings. Raises BuildError."""
        from ntbuild.pecoff.image.flat import FlatError, flat_image  # noqa: PLC0415 - for kernels
        from ntbuild.pelink.pipeline import link  # noqa: PLC0415 - numpy comes with it

        image, map_file, flat, *library = map(Path, outputs)
        options = replace(
            self.options, map=str(map_file), implib=str(library[0]) if library else None
        )
        try:
            result = link(inputs, options)
            content = [(map_file, result.map.encode(errors="backslashreplace"))]
            content += [(flat, flat_image(result.image))]
            content += [(path, result.import_library or b"") for path in library]
            write_all([*content, (image, result.image)], inputs=result.inputs)
        except LinkError as error:
            raise BuildError(
                "\n".join(f"pelink: {line}" for line in str(error).splitlines())
            ) from error
        except (FlatError, OutputError) as error:
            raise BuildError(f"{image.name}: {error}") from error
        return tuple(f"pelink: warning: {warning}" for warning in result.warnings)


@dataclass(frozen=True, slots=True)
class BootStep:
    """Boots the first input's kernel, the second input, with the modules that follow.

    ``machine``: as in ``arch=``. ``how``: what must be printed, and the time limit. ``version``:
    the emulator's, which is part of the signature. ``strict``: without an emulator the step fails.
    """

    name: str
    machine: str
    how: Run
    version: str
    strict: bool = False
    label: ClassVar[str] = "RUN"

    def command(self, inputs: Sequence[str], _outputs: Sequence[str]) -> str:
        """What is done, as a comment: no command does it by hand."""
        return f"# boots {inputs[1]} with {', '.join(inputs[2:]) or 'no modules'}"

    def run(self, inputs: Sequence[str], outputs: Sequence[str]) -> tuple[str, ...]:
        """Boot, and write the report; warnings. Raises BuildError."""
        from ntbuild.running.ring0.kernels import boot_kernel  # noqa: PLC0415 - only a run needs it

        image, flat, *modules = map(Path, inputs)
        report = boot_kernel(self.name, self.machine, image, flat, modules, self.how)
        try:
            write_all([(Path(outputs[0]), report.to_json().encode())], inputs=inputs)
        except OutputError as error:
            raise BuildError(str(error)) from error
        lines = tuple(f"{outputs[0]}: {each}" for each in report.reasons())
        if report.verdict == ABSENT and not self.strict:
            return tuple(f"run: warning: {line}" for line in lines)
        if report.verdict != PROVED:
            raise BuildError("\n".join(f"run: error: {line}" for line in lines))
        return ()
