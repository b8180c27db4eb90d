"""The list of public drivers and the user's checkouts of them, as trees.

    [[product]]
    repository = "dokan-dev/dokany"     # of GitHub; the checkout is a folder of its last part
    commit = "66a6e8e..."               # what was measured
    what = "file system"
    projects = ["sys/sys.vcxproj"]      # patterns; without: all projects that are for the kernel

    [[product.files]]                   # made by hand: what a script of the product makes, a port
    path = "sys/SConscript"
    text = "..."

    [[product.files]]                   # made of a template of the product
    path = "src/wmi.mof"
    template = "src/wmi.mof.in"
    replace = { "@VENDOR@" = "Some" }

What is in a submodule belongs to another product and does not count, but what links it needs it.

Limits: a checkout is taken as it is, whatever its commit.
"""

import re
import tomllib
from dataclasses import dataclass
from pathlib import Path

from realworld.projects import Tree

LIST = Path(__file__).with_name("public.toml")
_SUBMODULE = re.compile(r"^\s*path\s*=\s*(\S.*?)\s*$", re.MULTILINE)


@dataclass(frozen=True)
class Product:
    """A product of the list. `tree` is None when there is no checkout of it."""

    repository: str
    commit: str
    what: str
    tree: Tree | None

    @property
    def name(self):
        """The name of its checkout's folder."""
        return self.repository.rpartition("/")[2]


def read_products(checkouts, file=LIST):
    """The products of a list, with checkouts that are folders of ``checkouts``."""
    with Path(file).open("rb") as stream:
        rows = tomllib.load(stream)["product"]
    return [_product(row, Path(checkouts).resolve()) for row in rows]


def _product(row, checkouts):
    path = checkouts / row["repository"].rpartition("/")[2]
    files = {each["path"]: _text(path, each) for each in row.get("files", ())}
    patterns = tuple(row.get("projects", ["*.vcxproj"]))
    tree = Tree(path.name, path, patterns, files, _submodules(path)) if path.is_dir() else None
    return Product(row["repository"], row["commit"], row["what"], tree)


def _text(checkout, row):
    """What a file that is made by hand contains; empty where its checkout is not there."""
    if "text" in row:
        return row["text"]
    template = checkout / row["template"]
    text = template.read_text() if template.is_file() else ""
    for old, new in row.get("replace", {}).items():
        text = text.replace(old, new)
    return text


def _submodules(checkout):
    """The folders of a checkout that are other repositories."""
    file = checkout / ".gitmodules"
    return tuple(_SUBMODULE.findall(file.read_text())) if file.is_file() else ()


def selected(products, words):
    """The products that a list of parts of paths names: those whose name begins one; else all."""
    first = [each.partition("/")[0].lower() for each in words]
    found = [each for each in products if any(word in each.name.lower() for word in first)]
    return found or products


def missing(products):
    """How to bring the checkouts that are not there: a line each."""
    return [
        f"not there: {each.name}: git clone --recursive https://github.com/{each.repository}"
        f" && git -C {each.name} checkout --recurse-submodules {each.commit}"
        for each in products
        if each.tree is None
    ]


def summary(products, results, machines):
    """A row a product: how many of its projects are built for each machine; then the sums.

    A product without any project that could be read counts as one that is not built; one that is
    not for a machine does not count there.
    """
    lines = []
    read = {each.tree for each in results}
    for machine in machines:
        rows = {
            each.name: [r.is_built for r in results if (r.tree, r.machine) == (each.name, machine)]
            for each in products
            if each.tree
        }
        rows = {name: built for name, built in rows.items() if built or name not in read}
        lines += [f"{name}: {sum(built)} of {len(built)}" for name, built in rows.items()]
        whole = sum(bool(built) and all(built) for built in rows.values())
        part = sum(any(built) for built in rows.values()) - whole
        projects = sum(map(sum, rows.values()))
        count = sum(map(len, rows.values()))
        lines.append(
            f"{machine}: {whole} of {len(rows)} products whole ({whole / max(1, len(rows)):.0%}), "
            f"{part} in part; {projects} of {count} projects ({projects / max(1, count):.0%})"
        )
    return "\n".join(lines)
