"""The default linker script of mingw-w64 programs: sections, lists, and the symbols around them.

Start-up code finds constructors, pseudo relocations and thread-local data through symbols that the
linker defines. A script defines them without code of their own, and ``-T`` replaces them all, as it
does for GNU ld.

The terminator in crtend.o must come after the unwind tables of all other objects, members of
libraries included, so the file is matched by name. Constructor lists stand in .rdata, not in .text
where GNU ld has them: code then needs no base relocations.

Sources: ``ld --verbose`` of GNU ld 2.40 for the symbols and where they stand; mingw-w64's crt for
the code that reads them.
"""

from typing import Final

from ntbuild.pelink.options import SUBSYSTEMS, LinkOptions

NAME: Final = "the layout of GNU ld"

# QUAD stands for a pointer of the machine, see ``MadeContribution.is_pointer``.
_LIST: Final = """
    . = ALIGN(8);
    ___{name}_LIST__ = .; __{name}_LIST__ = .;
    QUAD(-1)
    KEEP(*(.{stem}s)) KEEP(*(.{stem})) KEEP(*(SORT(.{stem}s.*)))
    QUAD(0)
"""

_SECTIONS: Final = f"""
SECTIONS {{
  .text : {{
    KEEP(*(.init))
    *(.text) *(SORT(.text$*)) *(.text.*) *(.gnu.linkonce.t.*)
    KEEP(*(.fini))
    PROVIDE(etext = .); PROVIDE(_etext = .);
  }}
  .data : {{
    __data_start__ = .;
    *(.data) *(.data2) *(SORT(.data$*)) *(.data.*) KEEP(*(.jcr))
    __data_end__ = .;
    *(.data_cygwin_nocopy)
  }}
  .rdata : {{
    *(.rdata) *(SORT(.rdata$*)) *(.rodata) *(.rodata.*) *(.gcc_exc)
    *(.gcc_except_table) *(.gcc_except_table$*) *(.gcc_except_table.*)
    {_LIST.format(name="CTOR", stem="ctor")}
    {_LIST.format(name="DTOR", stem="dtor")}
    . = ALIGN(4);
    ___RUNTIME_PSEUDO_RELOC_LIST__ = .; __RUNTIME_PSEUDO_RELOC_LIST__ = .;
    KEEP(*(.rdata_runtime_pseudo_reloc))
    ___RUNTIME_PSEUDO_RELOC_LIST_END__ = .; __RUNTIME_PSEUDO_RELOC_LIST_END__ = .;
  }}
  .eh_frame : {{
    KEEP(*(EXCLUDE_FILE(*crtend.o) .eh_frame*))
    KEEP(*crtend.o(.eh_frame*))
  }}
  .pdata : {{ *(.pdata) *(.pdata$*) *(.pdata.*) }}
  .xdata : {{ *(.xdata) *(.xdata$*) *(.xdata.*) }}
  .bss : {{
    __bss_start__ = .;
    *(.bss) *(.bss$*) *(.bss.*)
    __bss_end__ = .;
  }}
  .edata : {{ *(.edata) }}
  .CRT : {{
    ___crt_xc_start__ = .; KEEP(*(SORT(.CRT$XC*))) ___crt_xc_end__ = .;
    ___crt_xi_start__ = .; KEEP(*(SORT(.CRT$XI*))) ___crt_xi_end__ = .;
    ___crt_xl_start__ = .; KEEP(*(SORT(.CRT$XL*)))
    ___crt_xp_start__ = .; KEEP(*(SORT(.CRT$XP*))) ___crt_xp_end__ = .;
    ___crt_xt_start__ = .; KEEP(*(SORT(.CRT$XT*))) ___crt_xt_end__ = .;
    KEEP(*(SORT(.CRT$*)))
  }}
  .tls : {{
    ___tls_start__ = .;
    KEEP(*(.tls$AAA)) KEEP(*(.tls)) KEEP(*(.tls$)) KEEP(*(SORT(.tls$[!Z]*))) KEEP(*(SORT(.tls$*)))
    ___tls_end__ = .;
    PROVIDE(end = .); PROVIDE(_end = .); __end__ = .;
  }}
"""

_WORDS: Final = """
section_alignment file_alignment major_os_version minor_os_version major_image_version
minor_image_version major_subsystem_version minor_subsystem_version subsystem
size_of_stack_reserve size_of_stack_commit size_of_heap_reserve size_of_heap_commit loader_flags
dll
"""
"""Fields of the optional header that are symbols too, between underscores, and ``__dll__``."""


def header_values(options: LinkOptions) -> dict[str, int]:
    """What GNU ld defines by itself: ``__section_alignment__`` and its kin, in both spellings."""
    os_version, version = options.os_version or (4, 0), options.version or (0, 0)
    subsystem_version = options.subsystem_version or (4, 0)
    # In the order of ``_WORDS``; 3 is the console subsystem, GNU ld's default.
    values = (
        options.align or 0x1000,
        options.filealign or 0x200,
        *os_version,
        *version,
        *subsystem_version,
        SUBSYSTEMS.get(options.subsystem or "", 3),
        *(options.stack or (0x200000, 0x1000)),
        *(options.heap or (0x100000, 0x1000)),
        0,
        int(options.dll),
    )
    return {
        f"{prefix}__{word}__": value
        for word, value in zip(_WORDS.split(), values, strict=True)
        for prefix in ("", "_")
    }


def gnu_script(options: LinkOptions) -> str:
    """The text of the script."""
    values = header_values(options).items()
    provided = "\n".join(f"PROVIDE({name} = {value});" for name, value in values)
    return f"{_SECTIONS}\n{provided}\n}}\n"
