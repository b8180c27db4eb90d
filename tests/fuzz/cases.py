"""One case: the files of a folder and a command line, all of it made from one text, the seed.

What is hard is that options decide which passes run at all, so each case draws a profile (driver,
DLL, program, EFI, by ld's spelling) and a handful of options on top of it.
"""

from fuzz.archives import archive, import_library, library, resources, short_import
from fuzz.case import Case
from fuzz.debug import case_of as case_of_debug
from fuzz.draw import KNOWN, NAMES, Draw
from fuzz.objects import an_object, spoiled
from fuzz.startup import dll, literals, startup_object
from fuzz.texts import (
    SECTIONS,
    a_number,
    a_section,
    a_section_rule,
    an_export,
    broken,
    definition,
    order,
    script,
)
from hostile.mutate import fields_of, random_mutant

EMULATIONS = {"x64": "i386pep", "x86": "i386pe", "arm64": "arm64pe", "arm": "thumb2pe"}
MACHINE_BYTES = (b"\x64\x86", b"\x4c\x01", b"\x64\xaa", b"\xc4\x01")
GUARDS = ("cf", "cf,longjmp", "cf,ehcont", "no", "ehcont")
DEBUGS = ("full", "dwarf", "symtab", "none", "fastlink")


def case_of(seed: str) -> Case:
    """The case of a seed; the same in every run. Seeds of ``debug/`` are of debug information."""
    if seed.startswith("debug/"):
        return case_of_debug(seed)
    draw = Draw(seed)
    has_dll, has_startup = draw.random() < 0.15, draw.random() < 0.5
    draw.extra = (("FromDll", "DataOfDll") if has_dll else ()) + (("Handler",) * has_startup)
    owners: dict[str, list[str]] = {"main.obj": ["DriverEntry"], "second.obj": [], "library.a": []}
    for name in NAMES:
        owners[draw.choice(list(owners))].append(name)
        if draw.odd():
            owners[draw.choice(list(owners))].append(name)
    entry = "=" + draw.prefix + "DriverEntry" + ("@8" if draw.machine == "x86" else "")
    owners["main.obj"][0] = entry
    files = {name: an_object(draw, tuple(owners[name])).data for name in ("main.obj", "second.obj")}
    files["library.a"], beside = library(draw, owners["library.a"])
    files["import.lib"] = import_library(draw)
    inputs = list(files)
    files |= beside
    files |= _more_files(draw, inputs, has_dll=has_dll, has_startup=has_startup)
    if not draw.oddness and draw.random() < 0.4:
        name = draw.choice(inputs)
        files[name] = _spoiled_once(draw, files[name])
    way = draw.choice(("api", "api", "api", "link", "ld", "lib"))
    argv = {"lib": _lib_line, "ld": _ld_line}.get(way, _link_line)(draw, files)
    if way != "api" and draw.odd():
        argv = [broken(draw, word, 1.0) if word[:5] != "/out:" else word for word in argv]
    if way != "api" and draw.random() < 0.1:
        keep = argv[:1] if way == "lib" else []
        files["it.rsp"] = broken(draw, _quoted(argv[len(keep) :])).encode("utf-8", "surrogatepass")
        argv = [*keep, "@it.rsp"]
    return Case(seed, files, tuple(argv), tuple(inputs), way)


def _more_files(
    draw: Draw, inputs: list[str], *, has_dll: bool, has_startup: bool
) -> dict[str, bytes]:
    """Files that only some links have; their names join the inputs."""
    files: dict[str, bytes] = {}
    if has_dll:
        files["system.dll"] = dll(draw)
        inputs.append("system.dll")
    if has_startup:
        files["startup.o"] = startup_object(draw).data
        inputs.append("startup.o")
    if draw.random() < 0.1:
        files["literals.obj"] = literals(draw)
        inputs.append("literals.obj")
    if draw.random() < 0.15:
        files["it.res"] = resources(draw)
        inputs.append("it.res")
    if draw.random() < 0.05:
        made = short_import(draw, draw.name(), "other.dll")
        files["single.lib"] = archive(draw, [("other.dll", made)], "gnu")
        inputs.append("single.lib")
    if draw.odd():
        files["odd.bin"] = draw.choice((b"", b"MZ", b"\x7fELF", b"!<arch>\n", draw.randbytes(99)))
        inputs.append(draw.choice(("odd.bin", "none.obj", ".")))
    return files


def _spoiled_once(draw: Draw, data: bytes) -> bytes:
    """One field changed, or a few bytes, in a file that is good otherwise."""
    walked = data.startswith((b"!<arch>\n", b"\0\0\xff\xff", *MACHINE_BYTES))
    fields = fields_of(data) if walked else []
    if not fields or draw.random() < 0.4:
        return random_mutant(data, str(draw.getrandbits(40))).data
    field = draw.choice(fields)
    end = field.offset + field.size
    old = int.from_bytes(data[field.offset : end], "little")
    bit = 1 << draw.randrange(8 * field.size)
    value = draw.choice((draw.number(), old + 1, old - 1, old ^ bit, old ^ bit, len(data)))
    new = (value % (1 << 8 * field.size)).to_bytes(field.size, "little")
    return data[: field.offset] + new + data[end:]


def _quoted(words: list[str]) -> str:
    return "\n".join(f'"{word}"' if " " in word else word for word in words)


def _profile(draw: Draw) -> list[str]:
    profile = draw.choice(("/driver", "/driver", "/driver:wdm", "/dll", "", "efi"))
    if profile == "efi":
        return ["/subsystem:efi_application", "/entry:DriverEntry"]
    if profile == "/dll" and draw.random() < 0.3:
        return ["/dll", "/noentry"]
    entry = draw.choice(("/entry:DriverEntry",) * 3 + ("", "/entry:Alpha"))
    return [word for word in (profile, entry) if word]


def _texts(draw: Draw, files: dict[str, bytes]) -> list[str]:
    """Text files beside the inputs, and the options that name them."""
    made = (
        ("it.def", "/def:", definition, 0.15),
        ("it.ld", "/script:", script, 0.2),
        ("it.txt", "/order:@", order, 0.08),
    )
    words = []
    for name, option, make, chance in made:
        if draw.random() < chance:
            files[name] = make(draw).encode("utf-16" if draw.odd() else "utf-8", "surrogatepass")
            words.append(option + name)
    if draw.random() < 0.03:
        files["it.stub"] = spoiled(draw, b"MZ" + bytes(62), 20)
        words.append("/stub:it.stub")
    return words


def _link_line(draw: Draw, files: dict[str, bytes]) -> list[str]:
    words = [*_profile(draw), "/out:it.bin", *_texts(draw, files)]
    if draw.random() < 0.8:
        words.append(f"/machine:{draw.machine}")
    known = draw.choice(KNOWN)
    plain = (
        f"/guard:{draw.choice(GUARDS)}",
        f"/opt:{draw.choice(('icf', 'safeicf', 'noicf', 'ref', 'noref', 'lldtailmerge'))}",
        f"/debug:{draw.choice(DEBUGS)}",
        f"/delayload:{draw.choice(('ntoskrnl.exe', 'NTOSKRNL.EXE', 'other.dll'))}",
        f"/export:{an_export(draw)}",
        f"/section:{a_section(draw)}",
        f"/merge:{draw.choice(SECTIONS)}={draw.choice(SECTIONS)}",
        f"/sectionrule:{a_section_rule(draw)}",
        f"/pdb:{draw.choice(('it.pdb', 'a/b.pdb'))}",
        f"/manifest{draw.choice((':embed', ':embed,ID=2', ':no', ''))}",
        f"/libpath:{draw.choice(('.', 'none', ''))}",
        f"/defaultlib:{'none' if draw.odd() else draw.choice(('library.a', 'import'))}",
        f"/whylive:{draw.choice(('*', 'Al*'))}",
        *(
            "/mapinfo:exports",
            "/profile",
            "/functionpadmin",
            "/start-lib",
            "/nodefaultlib:import.lib",
        ),
        f"/force{draw.choice(('', ':multiple', ':unresolved'))}",
        f"/base:{draw.choice(('0x400000', '0x140000000', a_number(draw) + '0000'))}",
        f"/align:{draw.choice((4096, 8192, 65536)) if not draw.odd(4) else a_number(draw)}",
        f"/filealign:{draw.choice((512, 4096)) if not draw.odd(4) else a_number(draw)}",
        f"/stack:{a_number(draw)},{a_number(draw)}",
        f"/heap:{a_number(draw)}",
        f"/include:{draw.prefix}{draw.name()}",
        f"/includeoptional:{draw.name()}",
        f"/functionpadmin:{draw.choice((0, 5, 6, 16))}",
        f"/alternatename:{draw.prefix}Missing={draw.prefix}Alpha",
        f"/aligncomm:{draw.prefix}common,{draw.choice((0, 3, 12, 13))}",
        f"/wholearchive{draw.choice(('', ':library.a', ':import.lib'))}",
        f"/subsystem:{draw.choice(('native', 'console', 'windows,6.1'))}",
        f"/version:{draw.choice(('1.2', '65535.65535', '3'))}",
        f"/dependentloadflag:{a_number(draw)}",
        f"/timestamp:{a_number(draw)}",
        f"/whylive:{draw.prefix}{draw.name()}",
        f"/fixed{draw.choice(('', ':no'))}",
        f"/safeseh{draw.choice(('', ':no'))}",
        f"/lazy:{draw.choice(('second.obj', 'main.obj'))}",
        f"/exclude-symbols:{draw.name()}",
        f"/failifmismatch:key={draw.choice('12')}",
        *("/cetcompat", "/lldmingw", "/export-all-symbols", "/kill-at", "/build-id", "/brepro"),
        *("/printgc", "/printicf", "/sizereport", "/verbose", "/release", "/noseh", "/swaprun:cd"),
        *("/integritycheck", "/dynamicbase:no", "/highentropyva:no", "/largeaddressaware", "/wx"),
        *("/auto-import:no", "/runtime-pseudo-reloc:no", "/nodefaultlib", "/lldmap:it.map2"),
        *("/force:unresolved", "/map:it.map", "/implib:it.lib", "/output-def:made.def"),
    )
    words += draw.some(plain, 6)
    if draw.random() < 0.5:
        words.append("/force:unresolved")
    if draw.odd(2):
        odd = (f"/include:{known}", f"/export:{known}", f"/entry:{draw.name()}", "/nope", "/entry:")
        words.append(draw.choice(odd))
    return words


def _ld_line(draw: Draw, files: dict[str, bytes]) -> list[str]:
    texts = dict(word[1:].split(":", 1) for word in _texts(draw, files))
    entry = "DriverEntry@8" if draw.machine == "x86" else "DriverEntry"
    words = ["-m", EMULATIONS[draw.machine], "-o", "it.bin", "-e", draw.prefix + entry]
    words += draw.choice(
        (["--subsystem", "native"], ["--subsystem=native:10.0"], ["-shared"], [], ["--dll", "-s"])
    )
    if "script" in texts:
        words += draw.choice((["-T", "it.ld"], ["--script=it.ld"], ["-Tit.ld"]))
    if "def" in texts:
        words.append("it.def")
    plain = (
        ["--gc-sections"],
        ["--image-base", a_number(draw) + "0000" if draw.odd(4) else "0x10000"],
        ["--out-implib", "it.lib"],
        ["--exclude-all-symbols"],
        ["--export-all-symbols"],
        ["--dynamicbase"],
        ["--disable-dynamicbase"],
        ["--major-os-version", a_number(draw)],
        ["--minor-subsystem-version=2"],
        ["-Map", "it.map"],
        ["--start-group", "--end-group"],
        ["--icf=" + draw.choice(("all", "safe", "none"))],
        ["-u", draw.prefix + draw.name()],
        ["--section-alignment", a_number(draw) if draw.odd(4) else "4096"],
        ["--file-alignment=" + (a_number(draw) if draw.odd(4) else "512")],
        ["--stack", a_number(draw)],
        ["--unresolved-symbols=ignore-all"],
        ["--allow-multiple-definition"],
        ["--warn-unresolved-symbols"],
        ["--whole-archive"],
        ["--output-def", "made.def"],
        ["-plugin", "none.so", "-plugin-opt=x"],
        ["--build-id"],
        ["-L", "."],
        ["-lwinpthread" if draw.odd() else "--wdmdriver"],
        ["--kill-at"],
        ["--wrap", draw.name()],
        ["--wrap=Alpha"],
        ["--defsym", f"made={a_number(draw)}"],
        ["--exclude-symbols", f"{draw.name()},Beta"],
        ["--exclude-libs", "ALL"],
        ["-e", draw.prefix + draw.name()],
        ["--disable-auto-import"],
        ["--print-gc-sections"],
        ["-Xlink=/guard:cf"],
        ["--push-state"],
        ["--pop-state"] if draw.odd() else ["-S"],
        ["-" + draw.name()] if draw.odd() else ["--no-seh"],
    )
    for each in draw.some(plain, 6):
        words += each
    if draw.random() < 0.5:
        words.append("--unresolved-symbols=ignore-all")
    return words


def _lib_line(draw: Draw, files: dict[str, bytes]) -> list[str]:
    words = ["/lib", "/out:it.bin"]
    if draw.random() < 0.8:
        words.append(f"/machine:{draw.machine}")
    if draw.random() < 0.3:
        files["it.def"] = definition(draw).encode("utf-8", "surrogatepass")
        words.append("/def:it.def")
    if draw.odd(5):
        words.append(draw.choice(("/name:it.sys", "/llvmlibthin", "/list", "/x", "/machine:q")))
    return words
