"""Tables of results, what stops the rest by class, and results as JSON."""

import json
from collections import Counter, defaultdict
from dataclasses import asdict

from realworld.building import Result
from realworld.errors import Fault

_SHOWN = 25
"""Names shown of each class."""


def table(results, machines, flavors, errors):
    """A row a project with a column a machine, then classes, then the errors of what fails."""
    rows = defaultdict(dict)
    for each in results:
        rows[each.tree, each.path, each.name, each.model][each.machine, each.flavor] = each
    cells = [(machine, flavor) for machine in machines for flavor in flavors]
    titles = [m if len(flavors) == 1 else f"{m} {f}" for m, f in cells]
    width = max((len(f"{tree}/{path}") for tree, path, _, _ in rows), default=10)
    width = min(width, 70)
    lines = ["  ".join([f"{'project':{width}}", f"{'model':10}", *(f"{t:>13}" for t in titles)])]
    for (tree, path, _, model), found in rows.items():
        marks = [_mark(found.get(cell)) for cell in cells]
        shown = f"{tree}/{path}"[-width:]
        lines.append("  ".join([f"{shown:{width}}", f"{model:10}", *(f"{m:>13}" for m in marks)]))
    lines += ["", *_counts(results, cells), "", *_classes(results), "", *_errors(results, errors)]
    return "\n".join(lines)


def _mark(result):
    if result is None:
        return "-"
    if result.is_built:
        return f"{result.size}"
    return result.faults[0].kind if result.faults else "?"


def _counts(results, cells):
    for tree in dict.fromkeys(each.tree for each in results):
        for cell in cells:
            own = [r for r in results if r.tree == tree and (r.machine, r.flavor) == cell]
            for what, wanted in (("drivers", False), ("libraries", True)):
                some = [r for r in own if (r.method == "DriverLibrary") is wanted]
                if some:
                    good = sum(r.is_built for r in some)
                    yield f"{tree} {' '.join(cell)}: {good} of {len(some)} {what} built"


def _classes(results):
    """How many projects each class stops first, and which names are in the way of how many."""
    failed = [each for each in results if not each.is_built]
    first = Counter(each.faults[0].kind for each in failed if each.faults)
    for kind, count in first.most_common():
        yield f"{kind}: first obstacle of {count}"
        names = Counter()
        for each in failed:
            names.update({f.what for f in each.faults if f.kind == kind and f.what})
        for name, projects in names.most_common(_SHOWN):
            yield f"    {projects:4}  {name}"


def _errors(results, count):
    for each in results:
        if not each.is_built:
            for fault in each.faults[:count]:
                yield f"{each.tree}/{each.path} {each.machine}: {fault.kind}: {fault.text[:240]}"
            for line in each.by_hand:
                yield f"{each.tree}/{each.path} {each.machine}: by hand: {line}"


def write_json(path, results):
    """Write results; the same results give the same bytes."""
    path.write_text(json.dumps([asdict(each) for each in results], indent=1) + "\n")


def read_json(path):
    """Results that `write_json` wrote."""
    found = []
    for row in json.loads(path.read_text()):
        row["faults"] = tuple(Fault(**each) for each in row["faults"])
        row["by_hand"] = tuple(row["by_hand"])
        found.append(Result(**row))
    return found


def compared(before, after):
    """What is built now and was not, and the other way round."""

    def key(each):
        return each.tree, each.path, each.machine, each.flavor

    was = {key(each): each.is_built for each in before}
    lines = []
    for each in after:
        old = was.get(key(each))
        if old is not None and old != each.is_built:
            sign = "+" if each.is_built else "-"
            why = "" if each.is_built else f": {each.faults[0].text[:200]}"
            lines.append(f"{sign} {each.tree}/{each.path} {each.machine} {each.flavor}{why}")
    return "\n".join(["compared with the earlier run:", *(lines or ["no difference"])])
