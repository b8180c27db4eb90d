"""Write ``said.txt``: ``PYTHONPATH=site_scons:tests python -m pecheck.said``.

What each rule says of its seeded defects, on every machine: place, level and message; and of the
golden images, the reasons why rules are silent. A test compares the file with what this makes, so
that no word, level or place of a finding changes unseen. The hard part is length: machines that
are told the same share a line.
"""

from pathlib import Path

from ntbuild.pecheck import RULES, Asked, judge
from pecheck.golden import MACHINES, golden
from pecheck.mutations import MUTATIONS

PAGE = Path(__file__).with_name("said.txt")
GOOD = {
    "a plain driver": ({}, "base"),
    "a guarded driver": ({"guard": True, "version": True, "signed": "sha256"}, "base,hvci,sec"),
    "an export driver": ({"exports": True, "debug": True}, "base,export"),
}


def _findings(data, asked, rule):
    """The lines of a rule about an image."""
    for finding in judge(data, "a.sys", asked, [RULES[rule]]).findings:
        place = finding.place
        at = "" if place.at in (None, place.offset) else f" @{place.at:#x}"
        about = f" {place.about}" if place.about not in ("", place.section) else ""
        yield f"{place}{at}{about}: {finding.level.word}: {finding.message}"


def _silence(data, asked):
    """The rules that have nothing to judge in an image, and why."""
    for rule, reason in judge(data, "a.sys", asked, RULES.values()).not_applicable:
        yield f"{rule} is silent: {reason}"


def _shared(lines):
    """Lines by machine as text, each once with the machines that have it."""
    machines = {}
    for machine, line in lines:
        machines.setdefault(line, []).append(machine)
    for line, found in machines.items():
        whose = (
            "all" if len(found) == len({m for m, _ in lines}) else " ".join(dict.fromkeys(found))
        )
        yield f"  [{whose}] {line}"


def text():
    """The whole of said.txt."""
    parts = []
    for name, (options, profiles) in GOOD.items():
        asked = Asked.of(profiles)
        said = [(m, line) for m in MACHINES for line in _silence(golden(m, **options), asked)]
        parts += [f"{name} [{profiles}]", *_shared(said)]
    for mutation in MUTATIONS:
        asked = Asked(**dict(mutation.asked))
        rule = mutation.rule
        said = [
            (m, line)
            for m in mutation.machines
            for line in _findings(mutation.make(m), asked, rule)
        ]
        parts += [f"{rule}-{mutation.name}", *_shared(said)]
    return "\n".join(parts) + "\n"


if __name__ == "__main__":
    PAGE.write_text(text(), encoding="utf-8")
