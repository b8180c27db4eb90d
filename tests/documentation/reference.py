"""Write docs/reference/: ``PYTHONPATH=site_scons:tests python -m documentation.reference``.

Keywords, options, variables, models and flags are read from the code that defines them, so that no
page says what the code does not do. A test compares the files with what this makes.
"""

import ast
import contextlib
import inspect
import io
import os
import re
from collections.abc import Iterable, Iterator
from pathlib import Path

from documentation.docstrings import doc
from ntbuild import (
    Allow,
    Export,
    Ioctl,
    LinkOptions,
    Read,
    Run,
    Section,
    Sign,
    VersionInfo,
    Wpp,
    Write,
)
from ntbuild.building.declare import COMPILING, RESERVED
from ntbuild.building.kernel import KEYWORDS as KERNEL_KEYWORDS
from ntbuild.building.keywords import Keywords
from ntbuild.building.packages.declaration import PackageKeywords
from ntbuild.commands import cli as ntbuild_cli
from ntbuild.commands.common import COMMANDS
from ntbuild.compilers.matrix import DEFAULTS, known_toolchains, toolchains_folder
from ntbuild.compilers.models import find_model, known_models
from ntbuild.compilers.toolchain import FLAVORS, MACHINES
from ntbuild.pecheck import cli as pecheck_cli
from ntbuild.pelink.commands import cli as pelink_cli
from ntbuild.pelink.spelling.link_exe_options import EXTRA_WRITES, SPELLINGS
from site_tools.ntdriver import CACHE_HOMES, FORWARDED, FORWARDED_FAMILIES, OPTIONS
from site_tools.ntdriver.cells import HELP, MEANS

ROOT = Path(__file__).parents[2]
FOLDER = ROOT / "docs" / "reference"
MADE = "Made from the code by `python -m documentation.reference` in `tests`; do not edit."


def table(head: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    """A table of Markdown; a bar in a cell is escaped."""
    lines = [list(head)]
    lines += [["-" * 3] * len(lines[0]), *map(list, rows)]
    cells = ([cell.replace("|", r"\|") for cell in line] for line in lines)
    return "\n".join(f"| {' | '.join(line)} |" for line in cells)


def sentence(text: str) -> str:
    """A summary as a sentence."""
    return f"{text[:1].upper()}{text[1:]}."


def code(text: str) -> str:
    """A text as code, nothing for none."""
    return f"`{text}`" if text else ""


def fields_of(value: type) -> Iterator[tuple[str, str, str, str]]:
    """Name, type, default and the text below it, for each field as the source has it."""
    (definition,) = ast.parse(inspect.getsource(value)).body
    assert isinstance(definition, ast.ClassDef)
    body = definition.body
    for each, following in zip(body, [*body[1:], None], strict=True):
        if not isinstance(each, ast.AnnAssign) or not isinstance(each.target, ast.Name):
            continue
        text = ""
        if isinstance(following, ast.Expr) and isinstance(following.value, ast.Constant):
            text = doc(str(following.value.value))
        annotation = ast.unparse(each.annotation).replace("'", "")
        if annotation.startswith("ClassVar"):
            continue
        default = "" if each.value is None else ast.unparse(each.value)
        default = {"field(default_factory=dict)": "{}"}.get(default, default)
        yield each.target.id, annotation, default or "required", text


def value_section(value: type, title: str, *, leave_out: Iterable[str] = ()) -> str:
    """A class: its docstring, and its fields as a table."""
    rows = [
        (code(name), code(kind), code(default) if default != "required" else default)
        for name, kind, default, _ in fields_of(value)
        if name not in set(leave_out)
    ]
    about = doc(inspect.getdoc(value) or "")
    return f"## {title}\n\n{about}\n\n{table(('field', 'type', 'default'), rows)}\n"


def drivers() -> str:
    """The keywords of declarations, and the values that they take."""
    compiling = ", ".join(code(each) for each in sorted(COMPILING))
    kernel = ", ".join(code(each) for each in sorted(KERNEL_KEYWORDS))
    return "\n".join(
        [
            "# Keywords of declarations",
            "",
            MADE,
            "",
            (
                "`env.Driver(name, sources, ...)` takes the keywords below and the "
                "[link options](link-options.md). `env.ExportDriver` takes `exports=` as well, a "
                "list of names and `Export` values. `env.DriverLibrary` takes those about "
                f"compiling: {compiling}. `env.Kernel` takes those and {kernel}. "
                "`env.DriverPackage` has [keywords of its own](packages.md)."
            ),
            "",
            (
                "A keyword that is not known is an error with the SConscript's line and the "
                "nearest known one. Where a list is expected, one value may stand alone."
            ),
            "",
            value_section(Keywords, "env.Driver").replace(
                "The keywords of `env.Driver` that are not link options.\n\n", ""
            ),
            *(
                value_section(each, each.__name__)
                for each in (Section, Export, Allow, VersionInfo, Run, Ioctl, Read, Write, Wpp)
            ),
        ]
    )


def packages() -> str:
    """The keywords of packages."""
    return "\n".join(
        [
            "# Keywords of packages",
            "",
            MADE,
            "",
            "`env.DriverPackage(name, drivers, ...)`: [Packages](../packages.md) has examples.",
            "",
            value_section(PackageKeywords, "env.DriverPackage"),
            value_section(Sign, "Sign"),
        ]
    )


def spelling_of(field: str) -> str:
    """The options of link.exe's spelling that set a field."""
    names = [f"/{name}" for name, each in SPELLINGS.items() if each.field == field]
    if not names and field in EXTRA_WRITES:
        names = ["/nodefaultlib" if field == "nodefaultlibs" else "/opt"]
    return ", ".join(map(code, names))


def link_options() -> str:
    """Every field of LinkOptions: what a SConscript may set, and what is there for the others."""
    rows = list(fields_of(LinkOptions))
    settable = [
        (code(name), code(kind), code(default), spelling_of(name))
        for name, kind, default, _ in rows
        if name not in RESERVED
    ]
    reserved = [(code(n), spelling_of(n), RESERVED[n]) for n, *_ in rows if n in RESERVED]
    about = doc(inspect.getdoc(LinkOptions) or "")
    return "\n".join(
        [
            "# Link options",
            "",
            MADE,
            "",
            (
                "Fields of `ntbuild.LinkOptions`, which are keywords of `env.Driver` and arguments "
                "of `ntbuild.link`. The last column is the option of `pelink` and link.exe."
            ),
            "",
            about,
            "",
            "## Keywords of env.Driver",
            "",
            table(("keyword", "type", "default", "option"), settable),
            "",
            "## Set by the build",
            "",
            "A SConscript that sets one of these gets the last column as an error.",
            "",
            table(("field", "option", "instead"), reserved),
            "",
        ]
    )


def printed(main, *words: str) -> str:
    """What a command prints, as wide as a terminal of 80 columns."""
    out = io.StringIO()
    os.environ["COLUMNS"] = "80"
    with contextlib.redirect_stdout(out), contextlib.suppress(SystemExit):
        main(list(words))
    return out.getvalue().rstrip()


WAYS = {"inf": ("stamp", "lint", "rules"), "cat": ("lint", "rules")}
"""Commands below a command."""


def commands() -> str:
    """The help of every command."""
    parts = [
        "# Commands",
        "",
        MADE,
        "",
        "## ntbuild",
        "",
        fenced(printed(ntbuild_cli.main, "help")),
    ]
    for name in COMMANDS:
        for way in ("", *WAYS.get(name, ())):
            words = [*name.split(), *way.split()]
            text = fenced(printed(ntbuild_cli.main, *words, "--help"))
            parts += ["", f"### ntbuild {' '.join(words)}", "", text]
    parts += ["", "## pecheck", "", fenced(printed(pecheck_cli.main, "--help"))]
    for name in pecheck_cli.COMMANDS[1:]:
        parts += ["", f"### pecheck {name}", "", fenced(printed(pecheck_cli.main, name, "--help"))]
    parts += ["", "## pelink", "", fenced(printed(pelink_cli.main, "/help")), ""]
    return "\n".join(parts)


def fenced(text: str) -> str:
    """Output of a command as a block."""
    return f"```text\n{text}\n```"


ENVIRONMENT = {
    "SOURCE_DATE_EPOCH": "the time stamp of images, and the date of packages; seconds since 1970",
    "NTBUILD_KIT": 'a folder with a Windows driver kit, for `kit="auto"`',
    "NTBUILD_KIT_HEADERS": "a folder with the headers of a kit only, for the same",
    "NTBUILD_WDF": "a checkout of Windows-Driver-Frameworks, whose KMDF headers are then taken",
    "NTBUILD_DATA": "the folder of the test certificates (default: the user's data folder)",
    "NTBUILD_CACHE": "the folder of what engines make once (default: the user's cache folder)",
    "NTBUILD_SPEAKEASY": "the Python that has the engine speakeasy",
    "NTBUILD_WORKER_SIZE": "bytes of objects from which on links run in a process, or `never`",
    "NTBUILD_DEBUG": "if set, a bug of ntbuild's prints its traceback",
}
"""Variables of the environment that ntbuild reads; a test compares them with the code."""


def variables() -> str:
    """Variables and options of the command scons, and what it reads from the environment."""
    values = {
        "toolchain": tuple(known_toolchains()),
        "arch": MACHINES,
        "flavor": FLAVORS,
    }
    rows = [
        (code(f"{name}="), ", ".join(map(code, known)), code(DEFAULTS[name]))
        for name, known in values.items()
    ]
    rows += [(code(f"{name}="), text, "none") for name, text in MEANS.items()]
    targets = re.findall(r"^    (scons .*?)(?: {2,}(.*))?$", HELP, re.MULTILINE)
    families = ", ".join(f"`{each}*`" for each in FORWARDED_FAMILIES)
    return "\n".join(
        [
            "# Variables, targets and options of scons",
            "",
            MADE,
            "",
            "## Variables",
            "",
            "Several values with commas, or `all`. A variable that is not known is an error.",
            "",
            table(("variable", "values", "default"), rows),
            "",
            "## Targets",
            "",
            table(("command", "does"), ((code(one.strip()), about) for one, about in targets)),
            "",
            "## Options",
            "",
            table(("option", "does"), ((code(f"--{name}"), OPTIONS[name]) for name in OPTIONS)),
            "",
            "## Environment",
            "",
            (
                "SCons gives programs an environment of its own. These variables of the shell are "
                f"passed on: {', '.join(map(code, (*FORWARDED, *CACHE_HOMES)))}, {families}."
            ),
            "",
            "ntbuild itself reads these:",
            "",
            table(("variable", "means"), ((code(name), ENVIRONMENT[name]) for name in ENVIRONMENT)),
            "",
        ]
    )


def models() -> str:
    """The models that ``model=`` names."""
    parts = [
        "# Models of drivers",
        "",
        MADE,
        "",
        (
            '`model="..."` of `env.Driver` says what kind of driver it is: '
            "[Dialects and models](../dialects-and-models.md) says how, and how to write one."
        ),
        "",
    ]
    for name in known_models(toolchains_folder()):
        model = find_model(name, toolchains_folder())
        facts = {
            "framework": "" if model.framework == "none" else model.framework,
            "entry point": model.entry,
            "dialect": model.dialect,
            "calls on x86 by": "stdcall" if model.stdcall else "",
            "modules": ", ".join(model.modules),
            "defines": ", ".join(model.defines),
            "included first": ", ".join(model.forced_includes),
            "is an export driver": "yes" if model.exports else "",
            "needs a kit": model.needs_kit,
            "setup class of its INF": model.inf.setup_class,
            "load order group": model.inf.load_order_group,
        }
        rows = [(what, code(value)) for what, value in facts.items() if value]
        parts += [f"## {name}", "", sentence(model.summary), ""]
        parts += [table(("", ""), rows), ""] if rows else []
    return "\n".join(parts)


def flags() -> str:
    """The flags of every toolchain, with their reasons."""
    parts = [
        "# Compiler flags",
        "",
        MADE,
        "",
        (
            "Every flag that a toolchain passes, in order, and why. A later one overrides an "
            "earlier one; `cflags=` and its like stand behind all of them. "
            "[Toolchains](../toolchains.md) says which to choose."
        ),
        "",
    ]
    for toolchain in known_toolchains().values():
        parts += [
            f"## {toolchain.name}",
            "",
            f"{toolchain.summary[:1].upper()}{toolchain.summary[1:]}.",
            "",
        ]
        narrowing = ("machines", "flavors", "languages", "compilers", "exceptions")
        narrowing += ("dialects", "worlds", "conventions")
        rows = []
        for each in toolchain.flag_table:
            when = [
                ", ".join(sorted(getattr(each, name)))
                for name in narrowing
                if not _is_every(toolchain, name, getattr(each, name))
            ]
            when += [f"harden: {', '.join(sorted(each.hardening))}"] if each.hardening else []
            rows.append((code(" ".join(each.use)), each.reason, "; ".join(when)))
        parts += [table(("flags", "reason", "only for"), rows), ""]
    return "\n".join(parts)


def _is_every(toolchain, name: str, values: frozenset[str]) -> bool:
    """Whether values are all those that any row of a toolchain names."""
    return all(getattr(each, name) <= values for each in toolchain.flag_table)


PAGES = {
    "commands.md": commands,
    "drivers.md": drivers,
    "flags.md": flags,
    "link-options.md": link_options,
    "models.md": models,
    "packages.md": packages,
    "variables.md": variables,
}


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for file, make in PAGES.items():
        (FOLDER / file).write_text(make(), encoding="utf-8")
