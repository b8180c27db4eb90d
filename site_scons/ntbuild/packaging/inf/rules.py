"""The rules about INF files: DRV901 to DRV903, and DRV921 on.

A rule is a function from a `Subject` to faults; its docstring is its title and why it matters:

    @rule("DRV922", "inf-class", Level.ERROR, source="...", fix="...")
    def inf_class(subject: Subject) -> Iterator[Fault]:
        '''Class and ClassGuid fit.

        Windows knows a class by its GUID ...
        '''

Rules say what is wrong in the file as it stands. Sections of other INF files, which ``Include`` and
``Needs`` bring, are not looked for.
"""

from collections.abc import Callable, Iterator, Mapping
from datetime import date
from typing import Final

from ntbuild.pecheck.rule import Level
from ntbuild.support.values import dataclass, field

from .read import Inf


@dataclass(frozen=True, slots=True)
class Subject:
    """An INF and what is known of its package; None for what is not known."""

    inf: Inf
    files: frozenset[str] | None = None
    """The names of the package's files in lower case, without folders."""
    machines: frozenset[str] | None = None
    """The machines that its images are for (x64, x86, arm64, arm)."""
    version: str | None = None
    """The file version of its driver: four numbers."""
    day: date | None = None
    """The date that DriverVer must have."""
    template: bool = False
    """An .inx, whose ``$ARCH$`` and kin are not replaced yet."""


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing wrong, at a line (0: of the whole file)."""

    line: int
    message: str
    level: Level | None = None


@dataclass(frozen=True, slots=True)
class InfRule:
    """A rule: its texts and the function that looks at an INF."""

    id: str
    slug: str
    level: Level
    title: str
    why: str
    source: str
    fix: str
    function: Callable[[Subject], Iterator[Fault]] = field(repr=False)


@dataclass(frozen=True, slots=True)
class Finding:
    """A rule's fault in a file."""

    file: str
    line: int
    rule: InfRule
    level: Level
    message: str

    def __str__(self) -> str:
        """The finding on one line, with its fix."""
        place = f"{self.file}:{self.line}" if self.line else self.file
        head = f"{place}: {self.level.word} {self.rule.id} {self.rule.slug}"
        return f"{head}: {self.message} fix: {self.rule.fix}"


def rule(
    rule_id: str, slug: str, level: Level, *, source: str, fix: str
) -> Callable[[Callable[[Subject], Iterator[Fault]]], InfRule]:
    """Make a rule of a generator function, whose docstring has the title and the reason."""

    def make(function: Callable[[Subject], Iterator[Fault]]) -> InfRule:
        title, _, why = (function.__doc__ or slug).partition("\n\n")
        lines = (line.strip() for line in why.splitlines())
        return InfRule(
            rule_id, slug, level, title.rstrip("."), " ".join(lines).strip(), source, fix, function
        )

    return make


def rules_of(module: Mapping[str, object]) -> tuple[InfRule, ...]:
    """The rules among the names of a module, by id."""
    return tuple(sorted((v for v in module.values() if isinstance(v, InfRule)), key=lambda r: r.id))


FAULT_LIMIT: Final = 50
"""Faults of one rule in one file that are listed."""
