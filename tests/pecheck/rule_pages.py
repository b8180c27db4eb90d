"""Write docs/rules.md from the rules: ``PYTHONPATH=site_scons:tests python -m pecheck.rule_pages``.

Each rule brings its texts, and its seeded defects bring what a finding looks like, so a page cannot
say what the rule does not do. A test compares the file with what this makes.
"""

from pathlib import Path

from ntbuild.pecheck import PROFILES, CheckSettings, check
from ntbuild.pecheck.fixes import FIXABLE
from ntbuild.pecheck.rules.kinds import OTHER_KINDS
from ntbuild.pecheck.suppressions import ALL_RULES, LIST_RULES
from pecheck.mutations import MUTATIONS

PAGE = Path(__file__).parents[2] / "docs" / "rules.md"
AREAS = {
    "0": "Suppressions and baselines",
    "1": "The file and its COFF header",
    "2": "The optional header",
    "3": "Sections",
    "4": "Directories, imports and exports",
    "5": "Base relocations",
    "6": "Unwind data, load configuration, debug data, resources",
    "7": "Checksum, bytes after the sections, signature",
    "8": "Reproducibility",
}
HEAD = """# Rules of pecheck

Every rule has an id that is never used again, a level, and a fix. An error is one in every profile.
A warning belongs to profiles, and is a note where none of them is given; a profile may raise a
level, and an older target lower it. `pecheck --explain DRV305` shows a rule on the command line,
and `pecheck fix` fixes what is marked so without a new link. The findings shown come from the
tests: each rule has images that are wrong in one way, made from a good image.

Made from the rules by `python -m pecheck.rule_pages` in `tests`; do not edit.
"""


def _example(rule_id):
    """The first finding of the rule's first seeded defect."""
    mutation = next(m for m in MUTATIONS if m.rule == rule_id)
    findings = check(
        mutation.make(mutation.machines[0]),
        "a.sys",
        profile=CheckSettings(**dict(mutation.settings)),
    )
    finding = next(f for f in findings if f.rule == rule_id)
    return (
        f"{finding.file}({finding.location}): {finding.level.word} {rule_id} {finding.slug}: "
        + (finding.message)
    )


def _other_kinds(rule_id):
    """The profiles of images that a rule is not about."""
    return ", ".join(f"`{word}`" for word, (rules, _) in OTHER_KINDS.items() if rule_id in rules)


def _section(rule):
    lines = [f"### {rule.id} {rule.slug}", "", f"{rule.title}.", "", rule.why, ""]
    lines += [
        f"- level: {rule.level_text}",
        *([f"- breaks: {rule.damage}"] if rule.damage else []),
        f"- fix: {rule.fix}" + (" (`pecheck fix` does this)" if rule.id in FIXABLE else ""),
        f"- source: {rule.source}",
        *([f"- not applied with: {kinds}"] if (kinds := _other_kinds(rule.id)) else []),
    ]
    if rule.id not in LIST_RULES:
        count = sum(len(m.machines) for m in MUTATIONS if m.rule == rule.id)
        lines += ["", f"One of {count} tested cases:", "", "```text", _example(rule.id), "```"]
    return "\n".join([*lines, ""])


def pages():
    """The whole text of docs/rules.md."""
    parts = [HEAD, "## Profiles", ""]
    parts[-1] = "\n".join(["", *(f"- `{word}`: {what}" for word, what in PROFILES.items()), ""])
    for area, title in AREAS.items():
        parts.append(f"## {title}\n")
        parts += [_section(rule) for rule in ALL_RULES.values() if rule.id[3] == area]
    return "\n".join(parts)


if __name__ == "__main__":
    PAGE.parent.mkdir(exist_ok=True)
    PAGE.write_text(pages(), encoding="utf-8")
