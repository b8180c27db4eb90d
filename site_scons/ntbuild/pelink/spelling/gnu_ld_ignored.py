"""Options of GNU ld that change nothing in an image of pelink, with the reason.

A line written for ld must work, so everything that compilers and build tools pass is known. An
option that would have changed the image is not in these tables: it is supported, or an error.

Source: GNU ld manual, "Command-line Options"; the options that gcc, clang and rustc pass.
"""

from typing import Final


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
        enable-long-section-names disable-long-section-names enable-extra-pe-debug
        warn-duplicate-exports compat-implib leading-underscore no-leading-underscore
        support-old-code use-nul-prefixed-import-tables accept-unknown-input-arch
        no-accept-unknown-input-arch""",
    "it changes what is printed or how the linker works, not the image": """
        t trace stats cref no-keep-memory reduce-memory-overheads
        print-memory-usage M print-map warn-common warn-once
        warn-section-align no-warn-mismatch no-warn-search-mismatch no-warnings w
        no-warn-rwx-segments warn-rwx-segments warn-execstack no-warn-execstack
        warn-constructors gc-keep-exported check-sections no-check-sections
        traditional-format no-print-map-discarded print-map-discarded force-exe-suffix
        map-whole-files no-map-whole-files no-threads""",
    "it is about ELF or about link-time optimisation": """
        export-dynamic E no-export-dynamic no-undefined allow-shlib-undefined
        no-allow-shlib-undefined Bsymbolic Bsymbolic-functions Bno-symbolic
        no-dynamic-linker eh-frame-hdr no-eh-frame-hdr no-relax relax d dc dp EL no-omagic
        copy-dt-needed-entries no-copy-dt-needed-entries Qy flto qmagic
        no-ld-generated-unwind-info ld-generated-unwind-info""",
}

WITHOUT_EFFECT: Final = {name: why for why, names in _REASONS.items() for name in _words(names)}
"""Options without a value, and why they change nothing."""

WITHOUT_EFFECT_VALUED: Final = frozenset(
    _words("""
        plugin plugin-opt soname rpath rpath-link dynamic-linker hash-style sort-section format
        architecture orphan-handling base-file base_file assert max-cache-size hash-size
        trace-symbol""")
)
"""The same for options whose value is the next word, or follows ``=``."""

WITHOUT_EFFECT_JOINED: Final = frozenset(
    _words("""
        sort-common flto-partition fuse-ld compress-debug-sections threads
        color-diagnostics lto-O thinlto-jobs thinlto-cache-dir""")
)
"""The same for options whose value, if any, follows ``=``."""
