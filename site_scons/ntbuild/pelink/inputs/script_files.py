"""Files that a linker script names: INPUT, GROUP and STARTUP.

A path is taken as it is, else searched for along ``-L`` and SEARCH_DIR; ``-lname`` is found as on
the command line. STARTUP's file is linked before all others, those of INPUT and GROUP after them.

Source: GNU ld manual, "Commands Dealing with Files".
"""

from collections.abc import Sequence

from ntbuild.pelink.diagnostics import Diagnostics
from ntbuild.pelink.options import LinkOptions
from ntbuild.pelink.script.plan import Plan
from ntbuild.pelink.spelling.library_search import find_namespec
from ntbuild.support.paths import is_file


def with_script_files(
    paths: Sequence[str], plan: Plan, options: LinkOptions, log: Diagnostics
) -> list[str]:
    """The paths of a link with those of its script; what is not found is an error in ``log``."""
    folders = (*options.libpath, *plan.search_folders)
    first = [plan.startup] if plan.startup is not None else []
    found = {}
    for each in (*first, *plan.inputs):
        if each.name.startswith("-l"):
            path = find_namespec(each.name[2:], folders, static=False)
        else:
            candidates = [each.name, *(f"{folder}/{each.name}" for folder in folders)]
            path = next((name for name in candidates if is_file(name)), None)
        if path is None:
            log.error(f"could not find '{each.name}'", place=each.place)
        else:
            found[each] = path
    startup = [found[each] for each in first if each in found]
    return [*startup, *paths, *(found[each] for each in plan.inputs if each in found)]
