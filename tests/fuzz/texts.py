"""Texts by chance: directives, .def files, linker scripts, order files, words of commands."""

from fuzz.draw import KNOWN, LIBRARY, NAMES, ODD_NAMES, Draw

SECTIONS = (".text", ".data", ".rdata", ".bss", "INIT", "PAGE", ".pdata", ".tls", ".rsrc", ".x")
PATTERNS = ("*", "*(.text)", ".text$*", ".t?xt", "[.]data", "*[", "[!a]*", ".idata$5", "****a")
ODD_TEXTS = ("{", "}", "(" * 300, ")", '"', "'", "/*", "*/", "==", ";", ",", "@", "\0", "\ud800")
ODD_TEXTS += ("\x85", "9" * 50, "0x", "\n", "-1", "\x1b[2J", "%n", "\ufeff", "é")


def a_number(draw: Draw) -> str:
    """A number in one of the spellings of texts."""
    if draw.odd(2):
        return draw.choice(("", "-1", "0x", "1e9", "0x1" + "0" * 20, "4K", "1,2,3", "٣"))
    value = draw.number() if draw.odd(4) else draw.choice((1, 2, 16, 512, 4096, 8192, 65536))
    return draw.choice((str(value), hex(value)))


def an_export(draw: Draw) -> str:
    """An export in link.exe's spelling."""
    name = draw.name()
    text = name if draw.random() < 0.6 else f"{name}={draw.choice((draw.name(), 'other.Name'))}"
    if draw.random() < 0.3:
        text += f",@{draw.randint(1, 40) if not draw.odd() else a_number(draw)}"
        text += draw.choice(("", ",NONAME"))
    return text + draw.choice(("", "", "", ",DATA", ",PRIVATE", ",CONSTANT" if draw.odd() else ""))


def a_section(draw: Draw) -> str:
    """A section's name and attributes for /section."""
    return f"{draw.choice(SECTIONS)},{draw.choice(('RW', 'ERW', 'R!W', 'D', 'S', 'K', '!E', 'Q'))}"


def a_section_rule(draw: Draw) -> str:
    """A section's inputs, alignment and flags for /sectionrule."""
    words = (
        f"inputs={draw.choice(('.text$*', 'PAGE*|INIT', '*', '.rdata$zzz', '?bss'))}",
        f"align={draw.choice((1, 64, 8192, draw.number() if draw.odd(5) else 16))}",
        *("keep", "!write", "execute", "discardable", "!pageable" if draw.odd() else "shared"),
    )
    return ",".join([draw.choice((*SECTIONS, "NEW")), *draw.some(words, 3)])


def drectve(draw: Draw) -> str:
    """Directives of gcc, clang and MSVC."""
    known = draw.choice(KNOWN)
    words = (
        f"-export:{an_export(draw)}",
        f'/EXPORT:"{draw.prefix}{draw.name()}",data',
        f"/include:{draw.prefix}{draw.name()}",
        "-defaultlib:library.a",
        f"/merge:{draw.choice(SECTIONS)}={draw.choice(SECTIONS)}",
        f"-section:{a_section(draw)}",
        f"-aligncomm:{draw.prefix}common,{draw.choice((0, 2, 4, 12, 13))}",
        f"/alternatename:{draw.prefix}{draw.name()}={draw.prefix}{draw.name()}",
        f"/FAILIFMISMATCH:key={draw.choice('1112')}",
        f"-guardsym:{draw.name()},S",
        f"-exclude-symbols:{draw.prefix}{draw.name()}",
        f"-stack:{a_number(draw)}",
        "-subsystem:native",
        "/nodefaultlib:other.lib",
        f"-entry:{draw.name()}" if draw.odd() else "",
        f"/include:{known}" if draw.odd(3) else "",
        f"-unknown:{draw.name()}" if draw.odd(3) else "",
        "/defaultlib:missing.lib" if draw.odd(3) else "",
    )
    text = " ".join(draw.some(words, 4))
    return broken(draw, text)


def broken(draw: Draw, text: str, times: float = 2.0) -> str:
    """The text, or in odd cases with a piece dropped, doubled, moved or replaced."""
    if not draw.odd(times):
        return text
    start = draw.randrange(len(text) + 1)
    end = min(len(text), start + draw.choice((0, 1, 2, 5, 30)))
    other = text[draw.randrange(len(text) + 1) :]
    return text[:start] + draw.choice((*ODD_TEXTS, *ODD_NAMES, other, "", "\n" * 9)) + text[end:]


def definition(draw: Draw) -> str:
    """A module-definition file."""
    lines = []
    if draw.random() < 0.6:
        head = draw.choice(
            ("LIBRARY it.sys", 'LIBRARY "it.dll" BASE=0x10000', "NAME it.exe", "LIBRARY")
        )
        lines.append(head)
    extras = (
        f"STACKSIZE {a_number(draw)},{a_number(draw)}",
        f"HEAPSIZE {a_number(draw)}",
        f"VERSION {draw.choice(('1.2', '1', '65535.9'))}",
        f"SECTIONS\n {draw.choice(SECTIONS)} READ WRITE {draw.choice(('SHARED', 'EXECUTE'))}",
        'DESCRIPTION "words"',
        "; a comment",
    )
    lines += draw.some(extras, 2)
    lines.append("EXPORTS")
    for name in draw.some((*NAMES, *LIBRARY, draw.name()), 5):
        words = (
            " = Alpha",
            " @3 NONAME",
            " DATA",
            " PRIVATE",
            " == Other",
            " = other.Name",
            f" @{a_number(draw)}",
        )
        lines.append(f" {name}{draw.choice(('', '', *words))}")
    return broken(draw, "\n".join(lines) + "\n")


def order(draw: Draw) -> str:
    """A list of functions for /order."""
    return broken(draw, "\n".join(draw.some((*NAMES, *ODD_NAMES, "; comment"), 6)))


def _expression(draw: Draw, depth: int = 0) -> str:
    if not draw.odd(4) and draw.random() > 0.03:
        sign = draw.choice(("+", "*", "<<", "|", "&", "=="))
        number = draw.choice((0, 1, 4, 16, 0x1000, "0x10000"))
        return f"({number} {sign} {draw.choice((1, 2, 3))})" if draw.random() < 0.3 else str(number)
    kind = draw.randrange(8) if depth < 3 else 0
    if kind <= 2:
        return draw.choice((".", a_number(draw), "__image_base__", "Alpha", "0x1000", "16"))
    if kind == 3:
        return f"ALIGN({_expression(draw, depth + 1)})"
    if kind == 4:
        function = draw.choice(("SIZEOF(.text)", "ADDR(.text)", "DEFINED(Alpha)", "SIZEOF_HEADERS"))
        return draw.choice((function, f"MAX({_expression(draw, depth + 1)}, 4)"))
    if kind == 5:
        return f"({_expression(draw, depth + 1)} ? 1 : {_expression(draw, depth + 1)})"
    sign = draw.choice(("+", "-", "*", "/", "%", "<<", ">>", "<", "==", "&", "|", "&&", "^"))
    return f"({_expression(draw, depth + 1)} {sign} {_expression(draw, depth + 1)})"


def _statement(draw: Draw) -> str:
    kind = draw.randrange(7)
    if kind <= 3:
        pattern = draw.choice((*SECTIONS, ".text$*", ".rdata*", "COMMON", *PATTERNS[2:6]))
        pattern = f"SORT({pattern})" if draw.random() < 0.3 else pattern
        file = draw.choice(("*", "*", "*main.obj", "EXCLUDE_FILE(*.a) *"))
        text = f"{file}({pattern})"
        return f"KEEP({text})" if draw.random() < 0.2 else text
    if kind == 4:
        return f"{draw.choice(('BYTE', 'SHORT', 'LONG', 'QUAD'))}({_expression(draw)})"
    if kind == 5:
        return f"PROVIDE({draw.choice(('made', 'Alpha'))} = {_expression(draw)});"
    name = draw.choice(("made", "."))
    if draw.odd(5):
        return f"{name} {draw.choice(('=', '+=', '*='))} {_expression(draw)};"
    step = draw.choice((0, 8, 0x1000, draw.number() if draw.odd(9) else 16))
    return f"{name} = {draw.choice((f'. + {step}', '.', 'ALIGN(16)' if name == '.' else '. + 4'))};"


def script(draw: Draw) -> str:
    """A linker script: the sections of every driver and some of its own."""
    lines = [
        draw.choice(('ENTRY("DriverEntry")', "", "OUTPUT_FORMAT(pei-x86-64)" if draw.odd() else ""))
    ]
    lines += ["SECTIONS", "{"]
    names = [name for name in SECTIONS if draw.random() < 0.7] + draw.some(SECTIONS, 1)
    for name in names:
        align = f" ALIGN({draw.choice((16, 4096))})" if draw.random() < 0.15 or draw.odd() else ""
        inner = " ".join(_statement(draw) for _ in range(draw.randrange(4)))
        lines.append(f"  {name}{align} : {{ *({name}) *({name}$*) {inner} }}")
    if draw.random() < 0.3:
        lines.append("  /DISCARD/ : { *(.debug*) *(.eh_frame) }")
    if draw.random() < 0.3:
        lines.append(f"  made_outside = {_expression(draw)};")
    return broken(draw, "\n".join([*lines, "}"]) + "\n")
