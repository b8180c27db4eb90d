"""The options of link.exe's spelling as a table: how each is read into fields and written back.

Options and fields are not one to one: ``/section`` and ``/sectionrule`` share a field, ``/opt``
sets three. What is written must read back as the same value nevertheless, so every field has
exactly one option that writes it (``EXTRA_WRITES`` where an option already writes another field).

Sources: Microsoft "Linker options" pages; lld-link 19's ``/help``. ``/sectionrule`` is pelink's
own: ``/section`` cannot leave a flag alone or name input patterns; so are ``/linkerreport`` and
what only GNU ld's spelling has another name for (``/defsym``, ``/sectionstart``, ``/trace``, ...).
"""

from collections.abc import Callable
from typing import Any, Final

from ntbuild.pecoff.machine import machine_named
from ntbuild.pelink.diagnostics import LinkError
from ntbuild.pelink.options import EXTENDED_CHARACTERISTICS, PDB_WORDS, SUBSYSTEMS, DriverKind

from .export_clause import parse_export, write_export
from .numerals import decimal
from .option_kinds import (
    Fields,
    Spelling,
    fail,
    flag,
    integer,
    lists,
    needed,
    number,
    optional_text,
    pairs,
    parse_version,
    sizes,
    switch,
    text,
    texts,
    toggle,
    version,
    words,
)
from .section_attributes import (
    doubtful_attributes,
    parse_section,
    parse_section_rule,
    write_section_rule,
)

_DRIVER_KINDS: Final[dict[str | None, DriverKind]] = {
    None: "plain",
    "wdm": "wdm",
    "uponly": "uponly",
    "wdm,uponly": "wdm,uponly",
    "uponly,wdm": "wdm,uponly",
}


def _read_driver(value: str | None, into: Fields) -> None:
    kind = value.lower() if value else None
    if kind not in _DRIVER_KINDS:
        raise fail("driver", value, "/driver, /driver:wdm or /driver:uponly")
    into["driver"] = _DRIVER_KINDS[kind]


def _read_machine(value: str | None, into: Fields) -> None:
    word = needed("machine", value)
    machine = machine_named(word)
    if machine is None:
        raise LinkError.of(
            f"/machine:{word}: unknown machine",
            hint="pelink links x64, x86, arm64 and arm; arm64ec and arm64x are not supported",
        )
    into["machine"] = machine.name


def _read_entry(value: str | None, into: Fields) -> None:
    if not value:
        raise LinkError.of("missing entry point symbol name", hint="/noentry makes a DLL without")
    into["entry"] = value


def _read_subsystem(value: str | None, into: Fields) -> None:
    word, _, version = needed("subsystem", value).partition(",")
    if word.lower() not in (*SUBSYSTEMS, "default"):
        raise fail("subsystem", value, f"one of {', '.join(SUBSYSTEMS)}")
    if word.lower() != "default":  # which only comes with a version
        into["subsystem"] = word.lower()
    if version:
        into["subsystem_version"] = parse_version("subsystem", version)


_OPT_WORDS: Final[dict[str, tuple[str, Any]]] = {
    "ref": ("ref", True),
    "noref": ("ref", False),
    "icf": ("icf", "all"),
    "safeicf": ("icf", "safe"),
    "noicf": ("icf", "none"),
    "lldtailmerge": ("tailmerge", True),
    "nolldtailmerge": ("tailmerge", False),
}
_OPT_IGNORED: Final = ("lbr", "nolbr", "lldlto", "lldltojobs", "lldltopartitions", "lldltocgo")
"""Words of /opt about branches of Itanium processors or about bitcode."""


def _read_opt(value: str | None, into: Fields) -> None:
    for word in needed("opt", value).lower().split(","):
        name = word.partition("=")[0]
        if name in _OPT_IGNORED or word.startswith("lldltodebug"):
            continue
        if word not in _OPT_WORDS and name != "icf":
            raise fail("opt", value, f"words out of {', '.join(_OPT_WORDS)}")
        field, state = _OPT_WORDS[name]
        into[field] = state


def _read_profile(_value: str | None, into: Fields) -> None:
    # What /opt says is stronger, wherever it stands.
    into.setdefault("ref", True)
    into.setdefault("icf", "none")


def _read_nodefaultlib(value: str | None, into: Fields) -> None:
    if value is None:
        into["nodefaultlib"] = True
    else:
        into["nodefaultlibs"] = (*into.get("nodefaultlibs", ()), value)


def _read_fixed(value: str | None, into: Fields) -> None:
    if value is not None and value.lower() != "no":
        raise fail("fixed", value, "nothing or :no")
    into["fixed"] = value is None


def _read_wholearchive(value: str | None, into: Fields) -> None:
    into["wholearchive"] = (*into.get("wholearchive", ()), value or "")


_GUARD_WORDS: Final = ("cf", "longjmp", "ehcont", "no", "nolongjmp", "noehcont")
_PAGE_SIZES: Final = (4096, 8192, 16384, 32768)
_DEBUG_WORDS: Final = {
    **dict.fromkeys(PDB_WORDS, PDB_WORDS),
    "dwarf": ("nodwarf",),
    "nodwarf": ("dwarf",),
    "symtab": (),
    "none": (*PDB_WORDS, "dwarf", "nodwarf", "symtab"),
}
"""Words of /debug, and the words before it that each takes the place of."""


def _read_guard(value: str | None, into: Fields) -> None:
    words = needed("guard", value).lower().split(",")
    if not set(words) <= set(_GUARD_WORDS):
        raise fail("guard", value, f"words out of {', '.join(_GUARD_WORDS)}")
    before = into.get("guard", "")
    into["guard"] = ",".join([before, *words] if before else words)


def _read_debug(value: str | None, into: Fields) -> None:
    """``/debug:WORD,WORD``: words add up, but for those that a later one takes the place of."""
    given = ["full"] if value is None else value.lower().split(",")
    words = [word for word in (into.get("debug") or "").split(",") if word]
    for word in given:
        if word not in _DEBUG_WORDS:
            raise fail("debug", value, f"nothing or words out of {', '.join(_DEBUG_WORDS)}")
        words = [each for each in words if each not in (*_DEBUG_WORDS[word], "none", word)]
        words.append(word)
    into["debug"] = ",".join(words)


def _read_page_size(value: str | None, into: Fields) -> None:
    size = number("pdbpagesize", value)
    if size not in _PAGE_SIZES:
        raise fail("pdbpagesize", value, f"one of {', '.join(map(str, _PAGE_SIZES))}")
    into["pdbpagesize"] = size


def _read_dependent_load_flag(value: str | None, into: Fields) -> None:
    flags = 0 if value is None else number("dependentloadflag", value)
    if flags > 0xFFFF:
        raise fail("dependentloadflag", value, "a number of at most 16 bits")
    into["dependentloadflag"] = flags


def _read_base(value: str | None, into: Fields) -> None:
    address, _, size = needed("base", value).partition(",")
    into["base"] = number("base", address)
    if size:
        number("base", size)  # link.exe's limit for the image's size, which is not enforced


def _read_functionpadmin(value: str | None, into: Fields) -> None:
    into["functionpadmin"] = -1 if value is None else number("functionpadmin", value)
    if into["functionpadmin"] > 0x1000:
        raise fail("functionpadmin", value, "a number of at most 4096")


def _read_manifest(value: str | None, into: Fields) -> None:
    from ntbuild.pelink.synthesize.manifest import EMBEDDED  # noqa: PLC0415 - drivers have no manifest

    word = (value or "").lower()
    if word not in ("", "no") and not EMBEDDED.fullmatch(word):
        raise fail("manifest", value, "nothing, no, embed or embed,ID=number")
    into["manifest"] = word


def _read_manifestuac(value: str | None, into: Fields) -> None:
    from ntbuild.pelink.synthesize.manifest import read_privileges  # noqa: PLC0415 - drivers have no manifest

    word = needed("manifestuac", value)
    try:
        read_privileges("" if word.lower() == "no" else word)
    except ValueError:
        raise fail("manifestuac", value, "no, or level='asInvoker' uiAccess='false'") from None
    into["manifestuac"] = "no" if word.lower() == "no" else word


def _read_order(value: str | None, into: Fields) -> None:
    if not value or not value.startswith("@") or len(value) == 1:
        raise fail("order", value, "@ and a file's name")
    into["order_file"] = value[1:]


def _read_aligncomm(value: str | None, into: Fields) -> None:
    name, _, digits = needed("aligncomm", value).rpartition(",")
    power = decimal(digits)
    if not name or power is None or power > 13:
        raise fail("aligncomm", value, "a name, a comma and a power of two of at most 13")
    into["aligncomm"] = (*into.get("aligncomm", ()), (name, power))


def _read_verbose(value: str | None, into: Fields) -> None:
    into["verbose"] = into.get("verbose", False) or value is None


def _read_timestamp(value: str | None, into: Fields) -> None:
    stamp = number("timestamp", value)
    if stamp > 0xFFFFFFFF:
        raise LinkError.of(f"invalid timestamp: {value}.  Expected 32-bit integer")
    into["timestamp"] = stamp


def _read_section_start(value: str | None, into: Fields) -> None:
    name, equals, address = needed("sectionstart", value).partition("=")
    if not (name and equals):
        raise fail("sectionstart", value, "name=address")
    start = name, number("sectionstart", address)
    into["section_start"] = (*into.get("section_start", ()), start)


def _read_section(value: str | None, into: Fields) -> None:
    into["sections"] = (*into.get("sections", ()), parse_section(value))
    doubt = doubtful_attributes(value or "")
    if doubt:
        into["warnings"] = (*into.get("warnings", ()), doubt)


def _read_section_rule(value: str | None, into: Fields) -> None:
    into["sections"] = (*into.get("sections", ()), parse_section_rule(value))


def _read_export(value: str | None, into: Fields) -> None:
    into["exports"] = (*into.get("exports", ()), parse_export(value))


def _unprinted(_value: Any) -> list[str]:
    return []


SPELLINGS: Final[dict[str, Spelling]] = {
    "out": text("out", "out"),
    "machine": Spelling("machine", _read_machine, lambda value: [value]),
    "driver": Spelling(
        "driver", _read_driver, lambda kind: [kind.replace("plain", "")] if kind else []
    ),
    "dll": flag("dll", "dll"),
    "entry": Spelling("entry", _read_entry, lambda value: [value]),
    "noentry": flag("noentry", "noentry"),
    "subsystem": Spelling("subsystem", _read_subsystem, lambda value: [value]),
    "subsystemversion": version("subsystemversion", "subsystem_version"),
    "osversion": version("osversion", "os_version"),
    "version": version("version", "version"),
    "base": Spelling("base", _read_base, lambda value: [hex(value)]),
    "fixed": Spelling("fixed", _read_fixed, lambda value: ["" if value else "no"]),
    "align": integer("align", "align", power_of_two=True),
    "filealign": integer("filealign", "filealign", power_of_two=True),
    "stack": sizes("stack", "stack"),
    "heap": sizes("heap", "heap"),
    "opt": Spelling("ref", _read_opt, lambda value: ["ref" if value else "noref"]),
    "libpath": texts("libpath", "libpath"),
    "defaultlib": texts("defaultlib", "defaultlib"),
    "nodefaultlib": Spelling(
        "nodefaultlib", _read_nodefaultlib, lambda value: [""] if value else []
    ),
    "include": texts("include", "include"),
    "includeoptional": texts("includeoptional", "includeoptional"),
    "export": Spelling(
        "exports", _read_export, lambda value: [write_export(each) for each in value]
    ),
    "def": text("def", "def_file"),
    "section": Spelling("sections", _read_section, _unprinted),
    "sectionrule": Spelling(
        "sections",
        _read_section_rule,
        lambda value: [write_section_rule(each) for each in value],
    ),
    "merge": pairs("merge", "merge"),
    "script": text("script", "script"),
    "map": optional_text("map"),
    "lldmap": optional_text("lldmap"),
    "linkerreport": optional_text("linkerreport"),
    "mapinfo": words("mapinfo", "mapinfo", ("exports",)),
    "order": Spelling("order_file", _read_order, lambda value: [f"@{value}"]),
    "functionpadmin": Spelling(
        "functionpadmin", _read_functionpadmin, lambda value: [str(value) if value >= 0 else ""]
    ),
    "stub": text("stub", "stub"),
    "delayload": texts("delayload", "delayload"),
    "implib": text("implib", "implib"),
    "release": toggle("release", "release"),
    "timestamp": Spelling("timestamp", _read_timestamp, lambda value: [str(value)]),
    "dynamicbase": toggle("dynamicbase", "dynamicbase"),
    "nxcompat": toggle("nxcompat", "nxcompat"),
    "highentropyva": toggle("highentropyva", "highentropyva"),
    "integritycheck": toggle("integritycheck", "integritycheck"),
    "guard": Spelling("guard", _read_guard, lambda value: [value]),
    "safeseh": toggle("safeseh", "safeseh"),
    **{name: switch(name, name) for name in EXTENDED_CHARACTERISTICS},
    "dependentloadflag": Spelling(
        "dependentloadflag", _read_dependent_load_flag, lambda value: [hex(value)]
    ),
    "debug": Spelling("debug", _read_debug, lambda value: ["" if value == "full" else value]),
    "pdb": text("pdb", "pdb"),
    "pdbaltpath": text("pdbaltpath", "pdbaltpath"),
    "pdbsourcepath": text("pdbsourcepath", "pdbsourcepath"),
    "pdbpagesize": Spelling("pdbpagesize", _read_page_size, lambda value: [str(value)]),
    "pdbstream": pairs("pdbstream", "pdbstream"),
    "natvis": texts("natvis", "natvis"),
    "pdbstripped": text("pdbstripped", "pdbstripped"),
    "build-id": toggle("build-id", "build_id"),
    "brepro": flag("brepro", "brepro"),
    "tsaware": toggle("tsaware", "tsaware"),
    "appcontainer": toggle("appcontainer", "appcontainer"),
    "allowbind": toggle("allowbind", "allowbind"),
    "allowisolation": toggle("allowisolation", "allowisolation"),
    "swaprun": words("swaprun", "swaprun", ("cd", "net")),
    "noseh": flag("noseh", "noseh"),
    "largeaddressaware": toggle("largeaddressaware", "largeaddressaware"),
    "wholearchive": Spelling("wholearchive", _read_wholearchive, list),
    "lldmingw": flag("lldmingw", "mingw"),
    "noimplib": flag("noimplib", "noimplib"),
    "output-def": text("output-def", "output_def"),
    "export-all-symbols": flag("export-all-symbols", "export_all_symbols"),
    "exclude-all-symbols": flag("exclude-all-symbols", "exclude_all_symbols"),
    "exclude-symbols": lists("exclude-symbols", "exclude_symbols"),
    "exclude-libs": texts("exclude-libs", "exclude_libs"),
    "auto-import": toggle("auto-import", "auto_import"),
    "runtime-pseudo-reloc": toggle("runtime-pseudo-reloc", "runtime_pseudo_reloc"),
    "stdcall-fixup": toggle("stdcall-fixup", "stdcall_fixup"),
    "kill-at": flag("kill-at", "kill_at"),
    "lazy": texts("lazy", "lazy"),
    "manifest": Spelling("manifest", _read_manifest, lambda value: [value]),
    "manifestfile": text("manifestfile", "manifestfile"),
    "manifestuac": Spelling("manifestuac", _read_manifestuac, lambda value: [value]),
    "manifestdependency": texts("manifestdependency", "manifestdependency"),
    "aligncomm": Spelling(
        "aligncomm",
        _read_aligncomm,
        lambda value: [f"{name},{power}" for name, power in value],
    ),
    "failifmismatch": pairs("failifmismatch", "failifmismatch"),
    "wrap": texts("wrap", "wrap"),
    "importname": text("importname", "import_name"),
    "defsym": pairs("defsym", "defsym"),
    "sectionstart": Spelling(
        "section_start",
        _read_section_start,
        lambda value: [f"{name}={address:#x}" for name, address in value],
    ),
    "autoexport": texts("autoexport", "auto_export"),
    "autohide": texts("autohide", "auto_hide"),
    "alternatename": pairs("alternatename", "alternatename"),
    "force": words(
        "force",
        "force",
        ("multiple", "multipleres", "unresolved"),
        bare=("multiple", "multipleres", "unresolved"),
    ),
    "wx": switch("wx", "warnings_as_errors"),
    "errorlimit": integer("errorlimit", "errorlimit"),
    "ignore": lists("ignore", "ignore"),
    "demangle": toggle("demangle", "demangle"),
    "verbose": Spelling("verbose", _read_verbose, lambda value: [""] if value else []),
    "whylive": texts("whylive", "whylive"),
    "printgc": flag("printgc", "printgc"),
    "printicf": flag("printicf", "printicf"),
    "sizereport": flag("sizereport", "sizereport"),
    "trace": flag("trace", "trace"),
    "tracesymbol": texts("tracesymbol", "trace_symbols"),
    "cref": flag("cref", "cref"),
    "profile": Spelling("icf", _read_profile, _unprinted),
}
"""Options by their name in lower case, in the order in which they are printed."""

ALIASES: Final = {"disallowlib": "nodefaultlib"}
"""Other names of options, and the name under which each is found in the table."""

_FOLD_WORDS: Final = {"all": "icf", "safe": "safeicf", "none": "noicf"}

EXTRA_WRITES: Final[dict[str, Callable[[Any], list[str]]]] = {
    "icf": lambda value: [f"/opt:{_FOLD_WORDS[value]}"],
    "tailmerge": lambda value: ["/opt:lldtailmerge" if value else "/opt:nolldtailmerge"],
    "nodefaultlibs": lambda value: [f"/nodefaultlib:{name}" for name in value],
}
"""How fields are written whose option is the row of another field in ``SPELLINGS``."""
