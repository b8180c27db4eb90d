"""Public drivers, imported and built as their projects say, with a table of what stops the rest.

    python -m tests.realworld --virtio kvm-guest-drivers-windows --samples Windows-driver-samples
    python -m tests.realworld --tree DOKAN --arch x64,arm64 --json after.json --compare before.json
    python -m tests.realworld --public CHECKOUTS    the products of public.toml

Each tree is copied once for each of ``-j`` workers, below ``--work``, and what was compiled there
is kept for the next run. Nothing of the trees is part of ntbuild.
"""

import argparse
import os
import sys
import tempfile
from pathlib import Path

if __package__ in {None, "", "tests.realworld"}:
    TESTS = Path(__file__).resolve().parents[1]
    sys.path[:0] = [str(TESTS), str(TESTS.parent / "site_scons")]

from realworld.building import Settings, build_all
from realworld.projects import Tree, kernel_projects
from realworld.public import LIST, missing, read_products, selected, summary
from realworld.report import compared, read_json, table, write_json


def main() -> int:
    """Run; 0 when every project that was asked for is built."""
    parser = argparse.ArgumentParser(prog="python -m tests.realworld", description=__doc__)
    add = parser.add_argument
    add("--virtio", metavar="PATH", help="a checkout of virtio-win/kvm-guest-drivers-windows")
    add("--samples", metavar="PATH", help="a checkout of microsoft/Windows-driver-samples")
    add("--tree", action="append", default=[], metavar="PATH", help="any other tree of projects")
    add("--public", metavar="PATH", help="a folder of checkouts of the products of --list")
    add("--list", default=str(LIST), metavar="FILE", help="products (default: public.toml)")
    add("--kit", default="", metavar="PATH", help="headers of a Windows driver kit to use")
    add("--wdf", default="", metavar="PATH", help="a checkout of the WDF repository to use")
    add("--arch", default="x64", metavar="LIST")
    add("--flavor", default="release", metavar="LIST")
    add("--toolchain", default="zig", metavar="NAME")
    add("--wpp", default="debug", choices=("off", "debug"))
    add(
        "--only", action="append", default=[], metavar="NAME", help="projects with NAME in the path"
    )
    add("--without-resources", action="store_true", help="leave .rc out, to see further")
    add("-j", type=int, default=1, dest="jobs", help="projects at once (default: 1)")
    add("--work", metavar="PATH", help="where to build (default: a folder for temporary files)")
    add("--json", metavar="FILE", help="write the results, to compare with later")
    add("--compare", metavar="FILE", help="results of an earlier run")
    add("--errors", type=int, default=1, metavar="N", help="errors shown of a project (default: 1)")
    options = parser.parse_args()
    named = {"virtio": options.virtio, "samples": options.samples}
    trees = [Tree(name, Path(path).resolve()) for name, path in named.items() if path]
    trees += [Tree(Path(path).resolve().name, Path(path).resolve()) for path in options.tree]
    products = read_products(options.public, options.list) if options.public else []
    products = selected(products, options.only)
    trees += [each.tree for each in products if each.tree]
    if not trees:
        parser.error("name a tree: --virtio, --samples, --public or --tree")
    work = Path(options.work or Path(tempfile.gettempdir()) / f"ntbuild-realworld-{os.getuid()}")
    settings = Settings(
        work,
        tuple(options.arch.split(",")),
        tuple(options.flavor.split(",")),
        options.toolchain,
        options.kit and str(Path(options.kit).resolve()),
        options.wdf and str(Path(options.wdf).resolve()),
        options.wpp,
        options.jobs,
        not options.without_resources,
    )
    projects = [each for tree in trees for each in kernel_projects(tree, options.only)]
    results = build_all(projects, trees, settings)
    lines = [table(results, settings.machines, settings.flavors, options.errors)]
    if products:
        lines += [*missing(products), summary(products, results, settings.machines)]
    if options.compare:
        lines.append(compared(read_json(Path(options.compare)), results))
    sys.stdout.write("\n".join(lines) + "\n")
    if options.json:
        write_json(Path(options.json), results)
    return 0 if all(each.is_built for each in results) else 1


if __name__ == "__main__":
    sys.exit(main())
