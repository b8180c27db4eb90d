"""Texts of /help and --version.

Build systems detect a linker by these texts: CMake by ``LLD 19.1.7`` or ``GNU ld``, meson by the
first word ``LLD`` and by ``GNU``, autoconf and libtool by ``supported targets:`` and
``supported emulations:``. pelink has the options of lld-link 19 and of GNU ld 2.40, and says so.
"""

import textwrap
from collections.abc import Iterable
from typing import Final

from ntbuild.support.version import __version__

from .flavor import flavor_of_program

_LLD: Final = "LLD 19.1.7"
_GNU_LD: Final = "GNU ld 2.40"

_LINK: Final = """\
OVERVIEW: LLVM Linker's and link.exe's options, by pelink

usage: pelink [options] FILE...       link objects and libraries into an image
       pelink /lib [options] FILE...  make an archive or an import library
       pelink --make-ld-dir FOLDER    make a folder for gcc -B, with pelink as ld
       pelink -flavor link|gnu ...    take the options as link.exe or as GNU ld does

options take the form /name:value or -name:value, in any case; @FILE reads more of them

exit code: 0 the image is written, 1 it is not, and messages say why
"""

_LIB: Final = """\
OVERVIEW: LLVM Lib's and lib.exe's options, by pelink

usage: pelink /lib [options] FILE...               make an archive
       pelink /lib /def:FILE /machine:NAME ...     make an import library
       pelink /lib /list FILE                      list an archive's members

  /def:FILE        module-definition file of the DLL
  /kill-at         the DLL exports names without @ and the count of argument bytes
  /libpath:FOLDER  search inputs there
  /list            print the members' names
  /lldmingw        the .def file is of mingw-w64's dialect
  /llvmlibempty    make an archive without members
  /llvmlibthin     make a thin archive: members stay in their files
  /machine:NAME    x64, x86, arm64 or arm
  /name:NAME       the DLL's name, in place of the .def file's
  /out:FILE        the archive

accepted, but they change nothing: /errorreport /ignore /ltcg /nodefaultlib /nologo /subsystem
/verbose /wx"""


def link_exe_version(program: str) -> str:
    """The line of ``--version``; a program called lld-link or link starts it as lld-link does."""
    if flavor_of_program(program) == "link":
        return f"{_LLD} (compatible: pelink {__version__})"
    return f"pelink {__version__} (compatible with {_LLD})"


def gnu_ld_version() -> str:
    """The line of ld's ``--version`` and ``-v``."""
    return f"pelink {__version__} (compatible with GNU ld) {_GNU_LD}"


def link_exe_help() -> str:
    """The text of /help: every option by name."""
    from ntbuild.pelink.spelling.link_exe_ignored import ACCEPTED_WITHOUT_EFFECT, NOT_SUPPORTED  # noqa: PLC0415 - only /help
    from ntbuild.pelink.spelling.link_exe_options import SPELLINGS  # noqa: PLC0415

    known, idle, refused = (
        _listed(f"/{name}" for name in names)
        for names in (SPELLINGS, ACCEPTED_WITHOUT_EFFECT, NOT_SUPPORTED)
    )
    return (
        f"{_LINK}\n{known}\n\naccepted, but they change nothing:\n{idle}\n\n"
        f"not supported:\n{refused}\n\n"
        "also: /lib, /start-lib and /end-lib around objects, /winsysroot, /winsdkdir, /vctoolsdir"
    )


def lib_help() -> str:
    """The text of /lib /help."""
    return _LIB


def gnu_ld_help() -> str:
    """The text of ld's ``--help``."""
    from ntbuild.pelink.spelling.gnu_ld_options import LONG, SHORT  # noqa: PLC0415 - only --help needs it

    short = ", ".join(f"-{name}" for name in SHORT)
    names = ", ".join(f"--{name}" for name in sorted(LONG) if len(name) > 1)
    return (
        "usage: ld [options] FILE...\n\n"
        f"options with a value, joined or as the next word: {short}\n\n{names}\n\n"
        "pelink: supported targets: pei-x86-64 pei-i386 pei-aarch64-little pei-arm-little\n"
        "pelink: supported emulations: i386pep i386pe arm64pe thumb2pe"
    )


def _listed(names: Iterable[str]) -> str:
    """Names, wrapped to the width of a terminal."""
    return textwrap.fill(
        " ".join(names),
        width=80,
        initial_indent="  ",
        subsequent_indent="  ",
        break_on_hyphens=False,
    )
