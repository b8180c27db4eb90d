"""Options of GNU ld that change nothing in an image of pelink, with the reason.

A line written for ld must work, so everything that compilers and build tools pass is known. Those
that GNU ld ignores for PE images, too, are silent; those that it obeys give a warning; and an
option without which the image would be a wrong one is an error (``gnu_ld_options``).

Source: GNU ld manual, "Command-line Options"; the options that gcc, clang and rustc pass.
"""

from typing import Final, Literal

Takes = Literal["nothing", "value", "optional"]


def _words(text: str) -> list[str]:
    return text.split()


_REASONS: Final = {
    "archives are searched until nothing is missing, whatever their order": """
        start-group ( end-group ) as-needed no-as-needed""",
    "a symbol table always has the same local symbols": """
        x discard-all X discard-locals discard-none g strip-discarded no-strip-discarded
        no-define-common""",
    "images can be loaded anywhere unless --disable-reloc-section": """
        pie pic-executable no-pie enable-auto-image-base disable-auto-image-base""",
    "the inputs decide it": """
        enable-long-section-names enable-extra-pe-debug warn-duplicate-exports compat-implib
        support-old-code accept-unknown-input-arch no-accept-unknown-input-arch""",
    "it selects warnings that pelink does not have, or how ld works": """
        no-keep-memory reduce-memory-overheads warn-common warn-once warn-section-align
        no-warn-mismatch no-warn-search-mismatch no-warn-rwx-segments warn-rwx-segments
        warn-execstack no-warn-execstack warn-constructors gc-keep-exported check-sections
        no-check-sections traditional-format no-print-map-discarded print-map-discarded
        map-whole-files no-map-whole-files no-threads""",
    "it is about ELF or about link-time optimisation": """
        export-dynamic E no-export-dynamic no-undefined undefined-version no-undefined-version
        allow-shlib-undefined no-allow-shlib-undefined Bsymbolic Bsymbolic-functions
        Bno-symbolic no-dynamic-linker eh-frame-hdr no-eh-frame-hdr no-relax relax d dc dp EL
        no-omagic copy-dt-needed-entries no-copy-dt-needed-entries Qy flto qmagic
        no-ld-generated-unwind-info ld-generated-unwind-info""",
}

WITHOUT_EFFECT: Final = {name: why for why, names in _REASONS.items() for name in _words(names)}
"""Options without a value, and why they change nothing."""

WITHOUT_EFFECT_VALUED: Final = frozenset(
    _words("""
        plugin plugin-opt soname rpath rpath-link dynamic-linker hash-style architecture assert
        max-cache-size hash-size""")
)
"""The same for options whose value is the next word, or follows ``=``."""

WITHOUT_EFFECT_JOINED: Final = frozenset(
    _words("""
        sort-common flto-partition fuse-ld compress-debug-sections threads color-diagnostics
        lto-O lto-CGO lto-partitions lto-cs-profile-file lto-cs-profile-generate lto-sample-profile
        thinlto-jobs thinlto-cache-dir thinlto-cache-policy thinlto-prefix-replace""")
)
"""The same for options whose value, if any, follows ``=``."""

OBEYED_BY_LD: Final[dict[str, tuple[Takes, str]]] = {
    "base-file": ("value", "dlltool 2.0 and later need no file of base relocations"),
    "dll-search-prefix": ("value", "DLLs are found by the names lib*.dll and *.dll"),
    "exclude-modules-for-implib": ("value", "every export is in the import library"),
    "disable-long-section-names": ("nothing", "long names are kept where the string table is"),
    "no-leading-underscore": ("nothing", "the machine decides the prefix of C names"),
    "leading-underscore": ("nothing", "the machine decides the prefix of C names"),
    "orphan-handling": ("value", "sections that a script does not name follow those it does"),
    "print-memory-usage": ("nothing", "images have no memory regions"),
    "sort-section": ("value", "a linker script can sort with SORT"),
    "stats": ("nothing", "pelink keeps no statistics"),
    "use-nul-prefixed-import-tables": ("nothing", "import tables have the usual form"),
}
"""Options that GNU ld obeys and pelink does not: how each takes its value, and why. They warn."""
