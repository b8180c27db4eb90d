"""What a start-up library brings: the names that linkers themselves look for, and a DLL to import.

The load configuration is as long as its machine's is, with the tables' names in their places, or
it has a size and contents that nobody would write.
"""

from functools import cache
from pathlib import Path
from struct import pack
from tempfile import TemporaryDirectory

from coffwriter import CODE, DATA, RDATA, Reloc, Section, Symbol, build
from fuzz.draw import Draw
from fuzz.objects import Made, spoiled
from hostile.seeds import CALLS, KINDS
from ntbuild import link, options_from_argv
from ntbuild.pecoff.machine import MACHINES

FUNCTIONS = (
    *("_pei386_runtime_relocator", "mainCRTStartup", "WinMainCRTStartup", "GsDriverEntry"),
    *("__security_init_cookie", "__delayLoadHelper2", "_DllMainCRTStartup", "Handler"),
)
TABLES_64 = (
    *((0x58, "__security_cookie"), (0x70, "__guard_check_icall_fptr")),
    *((0x80, "__guard_fids_table"), (0x88, "__guard_fids_count"), (0x90, "__guard_flags")),
    *((0xA0, "__guard_iat_table"), (0xA8, "__guard_iat_count")),
    *((0xB0, "__guard_longjmp_table"), (0xB8, "__guard_longjmp_count")),
    *((0x108, "__guard_eh_cont_table"), (0x110, "__guard_eh_cont_count")),
)
TABLES_32 = (
    *((0x3C, "__security_cookie"), (0x40, "__safe_se_handler_table")),
    *((0x44, "__safe_se_handler_count"), (0x48, "__guard_check_icall_fptr")),
    *((0x50, "__guard_fids_table"), (0x54, "__guard_fids_count"), (0x58, "__guard_flags")),
    *((0x68, "__guard_iat_table"), (0x6C, "__guard_iat_count")),
)


def startup_object(draw: Draw) -> Made:
    """An object with most of the names that the linker looks for."""
    wide = MACHINES[draw.machine].pointer_size
    tables = [each for each in (TABLES_64 if wide == 8 else TABLES_32) if not draw.odd(2)]
    size = {8: 0x138, 4: 0xB8}[wide]
    if draw.odd(3):
        size = draw.choice((0, 4, 0x40, 0x70, 0x94, 0x100, 0x148))
    address = KINDS[draw.machine].address
    fields = [Reloc(at, draw.prefix + name, address) for at, name in tables if at + wide <= size]
    stated = draw.number() if draw.odd(2) else size
    config = pack("<I", stated) + bytes(max(0, size - 4)) if size else b""
    functions = [name for name in FUNCTIONS if draw.random() < 0.9]
    sections = [
        Section(".text", CALLS[draw.machine] * (len(FUNCTIONS) + 1), CODE, 16),
        Section(".rdata", config, RDATA, wide if not draw.odd(3) else 2, fields),
        Section(".data", bytes(64), DATA, 16),
        Section(".tls$", bytes(8), DATA, 8),
    ]
    symbols = [
        Symbol(draw.prefix + name, 1, 8 * at, type=0x20) for at, name in enumerate(functions)
    ]
    symbols.append(Symbol(f"{draw.prefix}_load_config_used", ".rdata"))
    cookies = (
        "__security_cookie",
        "__guard_check_icall_fptr",
        "_tls_used",
        "_tls_index",
        "_fltused",
    )
    symbols += [Symbol(draw.prefix + name, ".data", 8 * at) for at, name in enumerate(cookies)]
    known = {each.name for each in symbols}
    symbols += [Symbol(each.symbol) for each in fields if each.symbol not in known]
    if draw.machine == "x86":
        symbols.append(Symbol("@feat.00", -1, 1, 3))
    made = [each.name for each in symbols if each.section]
    return Made(spoiled(draw, build(draw.machine, sections, symbols)), tuple(made))


def literals(draw: Draw) -> bytes:
    """An object of string literals, some the ends of others, and a table that points to them."""
    texts = draw.some((b"hello\0", b"lo\0", b"\0", b"h\0e\0l\0\0\0", b"o\0", b"no end"), 6, 1)
    names = [f"??_C@_{draw.randrange(2)}{at}{text.hex()}" for at, text in enumerate(texts)]
    sections = [Section(".rdata", text, RDATA, draw.choice((1, 1, 2)), comdat=2) for text in texts]
    pointers = [Reloc(8 * at, name, KINDS[draw.machine].address) for at, name in enumerate(names)]
    table = Section(".data", bytes(8 * len(names)), DATA, 8, pointers)
    symbols = [Symbol(name, at) for at, name in enumerate(names, 1)]
    return spoiled(draw, build(draw.machine, [*sections, table], symbols))


@cache
def _good_dll(machine: str) -> bytes:
    prefix = MACHINES[machine].symbol_prefix
    code = build(
        machine,
        [Section(".text", CALLS[machine], CODE, 16), Section(".data", bytes(8), DATA, 8)],
        [Symbol(f"{prefix}FromDll", ".text", type=0x20), Symbol(f"{prefix}DataOfDll", ".data")],
    )
    argv = ["/dll", "/noentry", f"/machine:{machine}", "/out:system.dll"]
    exports = ["/export:FromDll", "/export:DataOfDll,DATA", "/export:Ahead=other.Name,@7,NONAME"]
    with TemporaryDirectory() as folder:
        path = Path(folder, "code.obj")
        path.write_bytes(code)
        return link([path], options_from_argv([*argv, *exports])).image


def dll(draw: Draw) -> bytes:
    """A DLL named as an input."""
    return spoiled(draw, _good_dll(draw.machine), 6)
