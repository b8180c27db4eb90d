"""``pelink`` on the command line: link.exe's spelling in, files and messages out.

The only module of the linker that prints or exits. Outputs are written together at the end, so a
link that fails changes no file. Exit statuses: 0, 1 (the link failed), 2 (usage), 3 (a bug).
"""

# Paths are texts here: to import pathlib takes as long as a small link (see support/paths.py).
# ruff: noqa: PTH119, PTH122

import os
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

# numpy's thread pool only costs start-up time here; the variable must be set before its import.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")

from ntbuild.pelink.diagnostics import Diagnostic, LinkError, printable_lines
from ntbuild.pelink.options import LinkOptions
from ntbuild.pelink.spelling.link_exe import CommandLine, parse_command_line
from ntbuild.pelink.spelling.link_exe_environment import with_environment
from ntbuild.pelink.spelling.words import split_words
from ntbuild.support.malloc import prepare
from ntbuild.support.outputs import Content, Name, OutputError, write_all
from ntbuild.support.text import printable
from ntbuild.support.values import replace

from .flavor import flavor_of_program, split_flavor
from .response_files import expanded, split_gnu_words

if TYPE_CHECKING:
    from ntbuild.pelink.pipeline import LinkResult

_HELP_WORDS = ("/help", "-help", "--help", "/?", "-?", "/??", "-??")


def main(argv: Sequence[str] | None = None) -> int:
    """Run the linker and return its exit status.

    ``argv`` are the words after the program's name; None stands for the process's own.
    """
    try:
        words = list(sys.argv[1:] if argv is None else argv)
        program = sys.argv[0] if argv is None else "pelink"
        flavor, words = split_flavor(program, words)
        return _run_gnu(program, words) if flavor == "gnu" else _run(program, words)
    except LinkError as error:
        _print_all(error.diagnostics, LinkOptions().errorlimit)
        return 2
    except MemoryError:
        print("pelink: error: the inputs need more memory than there is", file=sys.stderr)
        return 1
    except BrokenPipeError:  # the reader of the output has gone
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 1
    except Exception as bug:  # noqa: BLE001 - the last line of defence: never a traceback by default
        if os.environ.get("NTBUILD_DEBUG"):
            import traceback  # noqa: PLC0415 - only for debugging

            traceback.print_exc()
        print(
            f"pelink: internal error, please report: {type(bug).__name__}: {bug}", file=sys.stderr
        )
        return 3


def _run(program: str, words: list[str]) -> int:
    """Link as a line in link.exe's spelling says, or do what stands in place of a link."""
    try:
        # Before LINK and _LINK_ are added: they are for links, not for /lib.
        if words[:1] and words[0].lower() in ("/lib", "-lib"):
            return _librarian(words[1:])
        if words[:1] and words[0].lower() in ("/elf", "-elf"):
            return _image_of_elf(words[1:])
        if words[:1] == ["--make-ld-dir"]:
            return _make_ld_folder(words[1:])
        responses: list[str] = []
        words = _expanded(words, responses)
        if not any(word.lower() in ("/lldignoreenv", "-lldignoreenv") for word in words):
            # LINK and _LINK_ may name response files as well, so the line is expanded once more.
            words = _expanded(with_environment(words, os.environ), responses)
        if not words or any(word.lower() in _HELP_WORDS for word in words):
            from .help_texts import link_exe_help  # noqa: PLC0415 - a link does not need it

            print(link_exe_help())
            return 0 if words else 2
        if "--version" in words:
            from .help_texts import link_exe_version  # noqa: PLC0415 - as above

            print(link_exe_version(program))
            return 0
        line = parse_command_line(words, os.environ)
        if not line.inputs and not _can_do_without_inputs(line):
            _print_all(line.warnings, line.options.errorlimit)
            if line.options.def_file:
                return _import_library_only(line.options, responses)
            raise LinkError.of("no input files", hint="pelink /help lists the options")
    except LinkError as error:
        _print_all(error.diagnostics, LinkOptions().errorlimit)
        return 2
    return _link(line.inputs, line.options, line.warnings, files_read=responses)


def _expanded(words: list[str], files: list[str]) -> list[str]:
    """The words with response files filled in, quoted as ``--rsp-quoting`` says.

    Paths of the response files are appended to ``files``.
    """
    quoting = [word.partition("=")[2] for word in words if word.startswith("--rsp-quoting=")]
    if quoting and quoting[-1] not in ("posix", "windows"):
        raise LinkError.of(f"invalid response file quoting: {quoting[-1]}")
    split = split_gnu_words if quoting[-1:] == ["posix"] else split_words
    return expanded(words, split=split, files=files)


def _can_do_without_inputs(line: CommandLine) -> bool:
    """Whether there is something to link: archives of /wholearchive, or a DLL without code.

    Such a DLL may hold exports of other modules only, if its machine is known.
    """
    options = line.options
    if any(options.wholearchive):
        return True
    return bool(options.noentry and options.machine and options.out and options.dll)


def _import_library_only(options: LinkOptions, read: Sequence[str]) -> int:
    """What /def without inputs stands for, as with lld-link: the import library."""
    from ntbuild.pelink.libraries.import_library import import_library_without_image  # noqa: PLC0415 - few lines are like this

    if options.machine is None:
        warning = Diagnostic("warning", "/machine is not specified. x64 is assumed")
        _print_all([warning], options.errorlimit)
    files = [import_library_without_image(options)]
    return _write(files, (*read, options.def_file or ""))


def _run_gnu(program: str, words: list[str]) -> int:
    """Link as a line in GNU ld's spelling says; ld's usage errors have status 1, not 2."""
    from ntbuild.pelink.spelling.gnu_ld import parse_gnu_command_line  # noqa: PLC0415 - link.exe's lines do not

    responses: list[str] = []
    try:
        line = parse_gnu_command_line(
            expanded(words, split=split_gnu_words, files=responses), program, dict(os.environ)
        )
    except LinkError as error:
        _print_all(error.diagnostics, LinkOptions().errorlimit)
        return 1
    if line.show:
        from .help_texts import gnu_ld_help, gnu_ld_version  # noqa: PLC0415 - a link does not need it

    if line.show == "help":
        print(gnu_ld_help())
        return 0
    if line.show:
        print(gnu_ld_version())
        if not line.inputs:
            return 0
    if not line.inputs:
        print("pelink: error: no input files", file=sys.stderr)
        return 1
    files = [(line.dependencies, os.fsencode(line.rule()))] if line.dependencies else []
    return _link(
        line.inputs,
        line.options,
        line.warnings,
        files_read=(*responses, *line.files_read),
        more_files=files,
        print_map=line.print_map,
        quiet=line.quiet,
    )


def _link(
    inputs: Sequence[str],
    options: LinkOptions,
    doubts: Sequence[Diagnostic] = (),
    *,
    files_read: Sequence[str] = (),
    more_files: Sequence[tuple[Name, Content]] = (),
    print_map: bool = False,
    quiet: bool = False,
) -> int:
    """Link, print what was found and write all outputs.

    ``doubts`` are warnings about the line, ``files_read`` files that were read to know it.
    """
    prepare(inputs)
    from ntbuild.pelink.pipeline import link  # noqa: PLC0415 - numpy comes with it

    if doubts and options.warnings_as_errors:
        errors = [Diagnostic("error", each.message) for each in doubts]
        _print_all(errors, options.errorlimit)
        return 1
    if not quiet:
        _print_all(doubts, options.errorlimit)
    # A .def file may name the image, so with one the default must wait until it has been read.
    if options.out is None and options.def_file is None:
        options = replace(options, out=_default_output(inputs, options))
    try:
        result = link(inputs, options)
    except LinkError as error:
        _print_all(_readable(error.diagnostics, options), options.errorlimit)
        return 1
    if not quiet:
        _print_all(_readable(result.warnings, options), options.errorlimit)
    _print_reports(result, options, print_map=print_map)
    out = result.out or _default_output(inputs, options)
    # The image is renamed to its place last: a link that is killed leaves the old one.
    files = [*more_files, *_outputs(out, result, options)[::-1]]
    return _write(files, (*files_read, *result.inputs), executable=out)


def _print_reports(result: "LinkResult", options: LinkOptions, *, print_map: bool) -> None:
    if text := result.log:  # on stderr, as lld-link's
        print(printable_lines(_decoded(text, options)), end="", file=sys.stderr)
    if text := result.reports:
        print(printable_lines(_decoded(text, options)), end="")
    if print_map:
        print(result.map, end="")


def _outputs(out: str, result: "LinkResult", options: LinkOptions) -> list[tuple[Name, Content]]:
    """(path, content) of every file that a link writes, the image first."""
    files: list[tuple[Name, Content]] = [(out, result.view)]
    bare = os.path.splitext(out)[0]
    if options.map is not None:
        files.append((options.map or f"{bare}.map", _encoded(result.map)))
    if options.lldmap is not None:
        text = _decoded(result.lldmap, options)
        files.append((options.lldmap or f"{bare}.map", _encoded(text)))
    if options.linkerreport is not None:
        path = options.linkerreport or f"{out}.linker.json"
        files.append((path, _encoded(result.linker_report)))
    if options.manifest is not None or options.manifestdependency:
        from ntbuild.pelink.synthesize.manifest import manifest_beside  # noqa: PLC0415 - few images have one

        if (manifest := manifest_beside(options)) is not None:
            path = options.manifestfile or f"{out}.manifest"
            files.append((path, manifest.encode()))
    if options.output_def is not None:
        files.append((options.output_def, _encoded(result.definition)))
    if (pdb := result.pdb) is not None:
        files.append((options.pdb or f"{bare}.pdb", pdb))
    if options.pdbstripped and (stripped := result.stripped_pdb) is not None:
        files.append((options.pdbstripped, stripped))
    if result.import_library is not None and not options.noimplib:
        files.append((options.implib or f"{bare}.lib", result.import_library))
    return files


def _encoded(text: str) -> bytes:
    """The bytes of a text file; in names that are not UTF-8 the other bytes show as escapes."""
    return text.encode("utf-8", "backslashreplace")


def _readable(found: Sequence[Diagnostic], options: LinkOptions) -> Sequence[Diagnostic]:
    """Diagnostics with C++ names decoded, unless /demangle:no."""
    if not (found and options.demangle):
        return found
    from ntbuild.pelink.names.demangle import demangled  # noqa: PLC0415 - only messages need it

    return demangled(found)


def _decoded(text: str, options: LinkOptions) -> str:
    """A report or an /lldmap map with C++ names decoded, unless /demangle:no."""
    if not options.demangle:
        return text
    from ntbuild.pelink.names.demangle import demangled_text  # noqa: PLC0415 - only texts with names need it

    return demangled_text(text)


def _librarian(words: Sequence[str]) -> int:
    from .lib import list_members, run_lib  # noqa: PLC0415 - a link does not need it

    try:
        read: list[str] = []
        words = _expanded(list(words), read)
        if any(word.lower() in _HELP_WORDS for word in words):
            from .help_texts import lib_help  # noqa: PLC0415 - only /help

            print(lib_help())
            return 0
        members = list_members(words)
        if members is not None:
            print(printable_lines(members), end="")
            return 0
        path, data = run_lib(words, read)
    except LinkError as error:
        _print_all(error.diagnostics, LinkOptions().errorlimit)
        return 1
    return _write([(path, data)], read)


def _image_of_elf(words: Sequence[str]) -> int:
    from .elf import run_elf  # noqa: PLC0415 - a link does not need it

    path, data, source = run_elf(words)
    return _write([(path, data)], [str(source)])


def _make_ld_folder(words: Sequence[str]) -> int:
    from pathlib import Path  # noqa: PLC0415 - a link does not need them

    from .ld_folder import ld_folder  # noqa: PLC0415

    if len(words) != 1:
        raise LinkError.of("--make-ld-dir needs the name of a folder, and nothing else")
    files = ld_folder(Path(words[0]))
    return _write(files, make_folders=True, executable=files[0][0])


def _write(
    files: Sequence[tuple[Name, Content]],
    inputs: Sequence[str] = (),
    *,
    executable: Name | None = None,
    make_folders: bool = False,
) -> int:
    """Write all files or none. A missing folder is an error: it is usually a misspelt name."""
    try:
        write_all(files, inputs=inputs, executable=executable, make_folders=make_folders)
    except OutputError as error:
        print(f"pelink: error: {error}", file=sys.stderr)
        return 1
    return 0


def _default_output(inputs: Sequence[str], options: LinkOptions) -> str:
    """link.exe's rule: the first input's name with the extension of what is made."""
    suffix = ".sys" if options.is_driver else ".dll" if options.dll else ".exe"
    whole = [name for name in options.wholearchive if name]
    first = [*inputs, *whole, options.def_file or "a"][0]
    return os.path.splitext(os.path.basename(first))[0] + suffix


def _print_all(found: Sequence[Diagnostic], limit: int) -> None:
    """Print diagnostics on stderr; of errors the first ``limit`` (0: all).

    They start with the name that the program was called by, if it is that of a linker: tools look
    for ``lld-link: error:``.
    """
    program = os.path.basename(sys.argv[0])
    name = printable(program.removesuffix(".exe")) if flavor_of_program(program) else "pelink"
    errors = 0
    blank = ""
    for each in found:
        errors += each.severity == "error"
        if limit and errors > limit:
            print(
                f"{blank}{name}: error: too many errors emitted, stopping now"
                " (use /errorlimit:0 to see all errors)",
                file=sys.stderr,
            )
            return
        text = str(each)
        print(f"{blank}{name}: {each.severity}: {text}", file=sys.stderr)
        blank = "\n" if "\n" in text else ""  # as lld-link: a blank line after several lines
