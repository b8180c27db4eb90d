"""Write ``said.txt``: ``PYTHONPATH=site_scons:tests python -m pecheck.said``.

The findings of each rule about its seeded defects, on every machine: location, level and message;
and for some images why a rule does not apply. A test compares the file with what this makes, so
that no word, level or location of a finding changes unseen. Machines with the same findings share
a line.
"""

from pathlib import Path

from ntbuild.pecheck import RULES, CheckSettings, check_image
from ntbuild.pecoff.constants import IMAGE_DIRECTORY_ENTRY as ENTRY
from pecheck.golden import MACHINES, STAMP
from pecheck.mutations import MUTATIONS
from pecheck.patch import Patch

PAGE = Path(__file__).with_name("said.txt")
EVERY = ("base", "boot", "hvci", "whql", "sec", "repro", "signed")


def _bare(patch):
    """No tables, and no section that the kernel treats by its name."""
    for index in range(16):
        patch.directory(ENTRY(index), 0, 0)
    patch.section("PAGE", Name=b".page")
    patch.section("INIT", Name=b".init")


SILENT = {
    "a plain driver": ({}, None, {}),
    "a guarded driver": (
        {"guard": True, "version": True, "signed": "whole"},
        None,
        {"profiles": EVERY},
    ),
    "an export driver": ({"exports": True, "debug": True}, None, {"profiles": ("base", "export")}),
    "a driver whose stamp is known": ({}, None, {"profiles": EVERY, "stamp": STAMP}),
    "a driver for Windows XP": ({}, None, {"target": "winxp"}),
    "a bare image": ({}, _bare, {}),
    "an export driver without entry point": (
        {"exports": True},
        lambda p: p.optional("AddressOfEntryPoint", 0),
        {"profiles": ("base", "export")},
    ),
    "an image without sections": ({}, lambda p: p.file("NumberOfSections", 0), {}),
    "an image of an unknown machine": ({}, lambda p: p.file("Machine", 0x166), {}),
    "an image of an unknown kind": ({}, lambda p: p.optional("Magic", 0x107), {}),
    "no image": ({}, lambda p: p.data.clear(), {}),
}
"""Images, what is changed in them, and the settings: why do rules not apply?"""


def _findings(data, settings, rule):
    """The lines of a rule about an image."""
    for finding in check_image(data, "a.sys", settings, [RULES[rule]]).findings:
        place = finding.location
        at = "" if place.at in (None, place.offset) else f" @{place.at:#x}"
        about = f" {place.about}" if place.about not in ("", place.section) else ""
        yield f"{place}{at}{about}: {finding.level.word}: {finding.message}"


def _silence(data, settings):
    """The rules that do not apply to an image, and why."""
    for rule, reason in check_image(data, "a.sys", settings, RULES.values()).not_applicable:
        yield f"{rule} does not apply: {reason}"


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
    for name, (options, change, settings) in SILENT.items():
        said = []
        for machine in MACHINES:
            patch = Patch(machine, **options)
            (change or bool)(patch)
            said += [(machine, line) for line in _silence(patch.bytes(), CheckSettings(**settings))]
        parts += [name, *_shared(said)]
    for mutation in MUTATIONS:
        settings = CheckSettings(**dict(mutation.settings))
        rule = mutation.rule
        said = [
            (m, line)
            for m in mutation.machines
            for line in _findings(mutation.make(m), settings, rule)
        ]
        parts += [f"{rule}-{mutation.name}", *_shared(said)]
    return "\n".join(parts) + "\n"


if __name__ == "__main__":
    PAGE.write_text(text(), encoding="utf-8")
