"""GNU ld's options as a table: how each takes its value, and what it means in LinkOptions.

A row reads one option into a line that is being parsed (``gnu_ld_kinds``). ld's syntax is loose:
``-x`` and ``--x`` are the same option, a value follows ``=`` or is the next word, one-letter
options take it joined (``-lfoo``), and every unambiguous beginning of a name stands for it
(``--section-align``).

Source: GNU ld manual, "Command-line Options" and "Options Specific to i386 PE Targets"; the
options that gcc, clang and rustc pass; ld 2.40's own list; for ``--guard-cf``, ``--delayload``,
``--pdb`` and ``-mllvm`` lld's MinGW driver.
"""

from collections.abc import Iterator, Mapping
from typing import Final

from ntbuild.pelink.diagnostics import LinkError

from .gnu_ld_ignored import (
    OBEYED_BY_LD,
    WITHOUT_EFFECT,
    WITHOUT_EFFECT_JOINED,
    WITHOUT_EFFECT_VALUED,
)
from .gnu_ld_kinds import (
    GnuOption,
    forced,
    guard_part,
    insert_timestamp,
    integer,
    kept,
    not_forced,
    not_supported,
    pop_state,
    push_state,
    read_definition,
    read_icf,
    read_input_format,
    read_machine,
    read_output_format,
    read_pdb,
    read_subsystem,
    section_address,
    section_start,
    setting,
    sizes,
    state,
    text,
    texts,
    unresolved,
    version_part,
    without_effect,
)

_NOTHING: Final = GnuOption("nothing", lambda _line, _value: None)
_IGNORED_VALUE: Final = GnuOption("value", lambda _line, _value: None)
_IGNORED_OPTIONAL: Final = GnuOption("optional", lambda _line, _value: None)

SHORT: Final[dict[str, GnuOption]] = {
    "o": text("out"),
    "e": text("entry"),
    "L": GnuOption("value", lambda line, value: line.folders.append(value)),
    "l": GnuOption("value", lambda line, value: line.add_input(value, library=True)),
    "m": GnuOption("value", read_machine),
    "u": texts("includeoptional"),
    "T": text("script"),
    "b": GnuOption("value", read_input_format),
    "y": texts("trace_symbols"),
    "O": _IGNORED_OPTIONAL,
    # -h soname, -A architecture, -z keyword, -G size, -I dynamic linker: not for PE images.
    **dict.fromkeys("hAzGI", _IGNORED_VALUE),
}
"""One-letter options with a value, joined or as the next word."""

_PARTS: Final = ("major", "minor")

LONG: Final[dict[str, GnuOption]] = {
    # inputs and outputs
    "output": SHORT["o"],
    "entry": SHORT["e"],
    "library-path": SHORT["L"],
    "library": SHORT["l"],
    "undefined": SHORT["u"],
    # -u only loads the member that defines a symbol; this also fails when none does.
    "require-defined": texts("include"),
    "script": SHORT["T"],
    "default-script": SHORT["T"],
    "format": SHORT["b"],
    "oformat": GnuOption("value", read_output_format),
    **dict.fromkeys(("shared", "Bshareable", "dll"), setting("dll", value=True)),
    "Map": text("map"),
    "linker-report": text("linkerreport"),
    "out-implib": text("implib"),
    "output-def": text("output_def"),
    "dependency-file": kept("dependencies"),
    "pdb": GnuOption("value", read_pdb),
    "force-exe-suffix": state("exe_suffix", value=True),
    "whole-archive": state("whole", value=True),
    "no-whole-archive": state("whole", value=False),
    **dict.fromkeys(("Bstatic", "dn", "non_shared", "static"), state("static", value=True)),
    **dict.fromkeys(("Bdynamic", "dy", "call_shared"), state("static", value=False)),
    "push-state": GnuOption("nothing", push_state),
    "pop-state": GnuOption("nothing", pop_state),
    "nostdlib": state("nostdlib", value=True),
    "sysroot": kept("sysroot"),
    # the image
    "subsystem": GnuOption("value", read_subsystem),
    "image-base": integer("image-base", "base"),
    "section-alignment": integer("section-alignment", "align", power_of_two=True),
    "file-alignment": integer("file-alignment", "filealign", power_of_two=True),
    "stack": sizes("stack", "stack"),
    "heap": sizes("heap", "heap"),
    **{
        f"{part}-{word}-version": version_part(f"{part}-{word}-version", field_name, number)
        for number, part in enumerate(_PARTS)
        for word, field_name in (
            ("os", "os_version"),
            ("image", "version"),
            ("subsystem", "subsystem_version"),
        )
    },
    "Ttext": section_address(".text"),
    "Tdata": section_address(".data"),
    "Tbss": section_address(".bss"),
    "section-start": GnuOption("value", section_start),
    "dynamicbase": setting("dynamicbase", value=True),
    "disable-dynamicbase": setting("dynamicbase", value=False),
    "nxcompat": setting("nxcompat", value=True),
    "disable-nxcompat": setting("nxcompat", value=False),
    "high-entropy-va": setting("highentropyva", value=True),
    "disable-high-entropy-va": setting("highentropyva", value=False),
    "forceinteg": setting("integritycheck", value=True),
    "disable-forceinteg": setting("integritycheck", value=False),
    "tsaware": setting("tsaware", value=True),
    "disable-tsaware": setting("tsaware", value=False),
    "large-address-aware": setting("largeaddressaware", value=True),
    "disable-large-address-aware": setting("largeaddressaware", value=False),
    "enable-reloc-section": setting("fixed", value=False),
    "disable-reloc-section": setting("fixed", value=True),
    "wdmdriver": setting("driver", value="wdm"),
    "disable-wdmdriver": setting("driver", value=""),
    "insert-timestamp": GnuOption("optional", insert_timestamp),
    "no-insert-timestamp": setting("timestamp", value=0),
    **dict.fromkeys(("no-bind", "disable-bind"), setting("allowbind", value=False)),
    "disable-no-bind": setting("allowbind", value=True),
    "no-isolation": setting("allowisolation", value=False),
    "disable-no-isolation": setting("allowisolation", value=True),
    "no-seh": setting("noseh", value=True),
    "disable-no-seh": setting("noseh", value=False),
    "appcontainer": setting("appcontainer", value=True),
    "disable-appcontainer": setting("appcontainer", value=False),
    **{
        f"{negative}guard-{word}": guard_part(word, value=not negative)
        for word in ("cf", "longjmp")
        for negative in ("", "no-")
    },
    "build-id": GnuOption(
        "optional", lambda line, value: line.given.update(build_id=value != "none")
    ),
    # symbols and sections
    "gc-sections": setting("ref", value=True),
    "no-gc-sections": setting("ref", value=False),
    "icf": GnuOption("value", read_icf),
    "exclude-all-symbols": setting("exclude_all_symbols", value=True),
    "export-all-symbols": setting("export_all_symbols", value=True),
    "exclude-symbols": texts("exclude_symbols", ",:"),
    "exclude-libs": texts("exclude_libs", ",:"),
    "enable-auto-import": setting("auto_import", value=True),
    "disable-auto-import": setting("auto_import", value=False),
    **dict.fromkeys(
        ("enable-runtime-pseudo-reloc", "enable-runtime-pseudo-reloc-v2"),
        setting("runtime_pseudo_reloc", value=True),
    ),
    "enable-runtime-pseudo-reloc-v1": not_supported(
        "--enable-runtime-pseudo-reloc-v1", "nothing", "mingw-w64's runtime reads version 2"
    ),
    "disable-runtime-pseudo-reloc": setting("runtime_pseudo_reloc", value=False),
    "enable-stdcall-fixup": setting("stdcall_fixup", value=True),
    "disable-stdcall-fixup": setting("stdcall_fixup", value=False),
    "kill-at": setting("kill_at", value=True),
    "add-stdcall-alias": not_supported(
        "--add-stdcall-alias", "nothing", "--kill-at, or a .def file"
    ),
    "delayload": texts("delayload"),
    "defsym": GnuOption("value", read_definition),
    "wrap": texts("wrap"),
    "version-script": kept("version_script"),
    "just-symbols": not_supported("--just-symbols", "value", "name an import library or a DLL"),
    **dict.fromkeys(("s", "strip-all"), setting("debug", value=None)),
    **dict.fromkeys(("S", "strip-debug"), setting("debug", value="symtab")),
    "allow-multiple-definition": forced("multiple"),
    "no-allow-multiple-definition": not_forced("multiple"),
    **dict.fromkeys(("warn-unresolved-symbols", "noinhibit-exec"), forced("unresolved")),
    "error-unresolved-symbols": not_forced("unresolved"),
    "unresolved-symbols": GnuOption("value", unresolved),
    # messages and reports
    "print-gc-sections": setting("printgc", value=True),
    "no-print-gc-sections": setting("printgc", value=False),
    "verbose": setting("verbose", value=True),
    "demangle": GnuOption("optional", lambda line, _value: line.given.update(demangle=True)),
    "no-demangle": setting("demangle", value=False),
    **dict.fromkeys(("M", "print-map"), state("print_map", value=True)),
    "cref": setting("cref", value=True),
    **dict.fromkeys(("t", "trace"), setting("trace", value=True)),
    "trace-symbol": SHORT["y"],
    "why-live": texts("whylive"),
    "print-gc": setting("printgc", value=True),
    "print-icf": setting("printicf", value=True),
    "size-report": setting("sizereport", value=True),
    "fatal-warnings": setting("warnings_as_errors", value=True),
    "no-fatal-warnings": setting("warnings_as_errors", value=False),
    **dict.fromkeys(("w", "no-warnings"), state("quiet", value=True)),
    # the command
    "Xlink": GnuOption("value", lambda line, value: line.link_words.append(value)),
    "mllvm": _IGNORED_VALUE,
    **dict.fromkeys(("v", "V"), state("show", value="version")),
    "version": state("show", value="version only"),
    "help": state("show", value="help"),
    **dict.fromkeys(
        ("r", "i", "relocatable", "Ur"),
        not_supported(
            "-r (output that can be linked again)", "optional", "pelink makes images only"
        ),
    ),
}
"""Options by their name without dashes; each may be spelled with one dash or two."""

for _name in WITHOUT_EFFECT:
    LONG.setdefault(_name, _NOTHING)
for _name in WITHOUT_EFFECT_VALUED:
    LONG.setdefault(_name, _IGNORED_VALUE)
for _name in WITHOUT_EFFECT_JOINED:
    LONG.setdefault(_name, _IGNORED_OPTIONAL)
for _name, (_takes, _why) in OBEYED_BY_LD.items():
    LONG.setdefault(_name, without_effect(f"--{_name}", _takes, _why))
# This comes last, so that ignored --disable- options get a --no- spelling, too.
for _name in [name for name in LONG if name.startswith("disable-")]:
    LONG.setdefault(f"no-{_name.removeprefix('disable-')}", LONG[_name])


def option_of(word: str) -> tuple[GnuOption, str, str | None]:
    """The table's row for a word, its name, and the value that is joined to it.

    A name in full is preferred to a one-letter option with a joined value, and this to a beginning
    of a name. Raises LinkError for an unknown or ambiguous word.
    """
    two_dashes = word.startswith("--")
    bare = word[2:] if two_dashes else word[1:]
    name, equals, value = bare.partition("=")
    if name in LONG:
        return LONG[name], name, value if equals else None
    if not two_dashes and bare[0] in SHORT:
        return SHORT[bare[0]], bare[0], bare[1:] or None
    matches = dict(_beginning_with(name, LONG))
    # Of several names of one option any will do: --out-impl, or --no-dynamicb of two spellings.
    if matches and len({id(option) for option in matches.values()}) == 1:
        full, option = next(iter(matches.items()))
        return option, full, value if equals else None
    if matches:
        names = ", ".join(f"--{each}" for each in matches)
        raise LinkError.of(f"ambiguous option: {word}", hint=f"it may be {names}")
    raise LinkError.of(f"unknown option: {word}", hint=_nearest(name))


def _beginning_with(name: str, options: Mapping[str, GnuOption]) -> Iterator[tuple[str, GnuOption]]:
    if len(name) > 1:
        yield from (each for each in options.items() if each[0].startswith(name))


def _nearest(name: str) -> str:
    from difflib import get_close_matches  # noqa: PLC0415 - only an error needs it

    near = get_close_matches(name, LONG, n=1)
    return f"did you mean --{near[0]}?" if near else "ld --help lists the options"
