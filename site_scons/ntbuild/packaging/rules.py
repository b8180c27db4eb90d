"""Rules about the files of a package, and what they find: DRV901 and on.

A rule is a function from a subject (an INF, a catalog, and what is known of their package) to
faults; its docstring is its title and why it matters:

    @rule("DRV922", "inf-class", Level.ERROR, source="...", fix="...")
    def inf_class(subject: Subject) -> Iterator[Fault]:
        '''Class and ClassGuid fit.

        Windows knows a class by its GUID ...
        '''
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any, Final

from ntbuild.pecheck.rule import Level
from ntbuild.support.values import dataclass, field

FAULT_LIMIT: Final = 50
"""Faults of one rule in one file that are listed."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong, at a line (0: of the whole file)."""

    line: int
    message: str
    level: Level | None = None
    fix: str = ""
    """In place of the rule's, where more is known."""


RuleFunction = Callable[[Any], Iterator[Fault]]


@dataclass(frozen=True, slots=True)
class Rule:
    """A rule: its texts and the function that looks at an INF."""

    id: str
    slug: str
    level: Level
    title: str
    why: str
    source: str
    fix: str
    function: RuleFunction = field(repr=False)


@dataclass(frozen=True, slots=True)
class Finding:
    """A rule's fault in a file."""

    file: str
    line: int
    rule: Rule
    level: Level
    message: str
    fix: str

    def __str__(self) -> str:
        """The finding on one line, with its fix."""
        place = f"{self.file}:{self.line}" if self.line else self.file
        head = f"{place}: {self.level.word} {self.rule.id} {self.rule.slug}"
        return f"{head}: {self.message}; fix: {self.fix}"


def rule(
    rule_id: str, slug: str, level: Level, *, source: str, fix: str
) -> Callable[[RuleFunction], Rule]:
    """Make a rule of a generator function, whose docstring has the title and the reason."""

    def make(function: RuleFunction) -> Rule:
        title, _, why = (function.__doc__ or slug).partition("\n\n")
        lines = (line.strip() for line in why.splitlines())
        return Rule(
            rule_id, slug, level, title.rstrip("."), " ".join(lines).strip(), source, fix, function
        )

    return make


def rules_of(module: Mapping[str, object]) -> tuple[Rule, ...]:
    """The rules among the names of a module, by id."""
    return tuple(sorted((v for v in module.values() if isinstance(v, Rule)), key=lambda r: r.id))


def findings(rules: Iterable[Rule], subject: Any, name: str) -> tuple[Finding, ...]:
    """What rules find in a file of a name, in the order of its lines."""
    found: list[Finding] = []
    for each in rules:
        seen: set[tuple[int, str]] = set()
        for fault in each.function(subject):
            if (fault.line, fault.message) in seen or len(seen) == FAULT_LIMIT:
                continue
            seen.add((fault.line, fault.message))
            level = each.level if fault.level is None else min(fault.level, each.level)
            fix = fault.fix or each.fix
            found.append(Finding(name, fault.line, each, Level(level), fault.message, fix))
    return tuple(sorted(found, key=lambda one: (one.line, one.rule.id, one.message)))


def explained(one: Rule) -> str:
    """The texts of a rule, for people."""
    head = f"{one.id} {one.slug} ({one.level.word}): {one.title}."
    return f"{head}\n  {one.why}\n  fix: {one.fix}\n  source: {one.source}"
