"""The page of a report: one HTML file that loads nothing and works from a folder.

Names in images and texts of findings are anybody's: the templates escape everything, control and
bidirectional characters are shown as escapes, and the page's Content Security Policy allows its own
style and script by digest, and nothing else.
"""

import base64
import hashlib
import json
import zlib
from collections.abc import Iterator, Mapping
from functools import partial
from pathlib import Path
from typing import Any, Final

import jinja2
from markupsafe import Markup

from ntbuild.pecheck.suppressions import ALL_RULES
from ntbuild.running.report import PROVED, STAGES, EngineReport
from ntbuild.support.text import printable
from ntbuild.support.values import dataclass
from ntbuild.support.version import __version__

from .values import LEVELS, BuildReport, ImageReport

TEMPLATES: Final = Path(__file__).parents[1] / "templates"

MOST_STATIC: Final = 100
"""Images whose details are in the page as they are; those of more are packed and need scripts."""
MOST_REQUESTS: Final = 40
"""Requests of a run that the page lists."""


@dataclass(frozen=True, slots=True)
class _Row:
    """A row of the matrix: an image, or None, for each cell."""

    label: str
    images: tuple[ImageReport | None, ...]

    @property
    def has_findings(self) -> bool:
        return any(each.findings for each in self.images if each)

    @property
    def is_proved(self) -> bool:
        return all(each.verdict == PROVED for each in self.images if each)


@dataclass(frozen=True, slots=True)
class _RuleRow:
    """A rule that found something: how bad at most, and how often in which image."""

    rule: str
    slug: str
    level: str
    title: str
    images: tuple[tuple[ImageReport, int], ...]


def page(report: BuildReport) -> str:
    """The page's text, with Unix line ends."""
    environment = jinja2.Environment(
        loader=jinja2.FileSystemLoader(TEMPLATES),
        undefined=jinja2.StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        autoescape=True,
        finalize=_shown,
    )
    style, script = (
        (TEMPLATES / f"report.{suffix}").read_text(encoding="utf-8") for suffix in ("css", "js")
    )
    details = environment.get_template("report-image-inside.html.j2")
    packed: dict[str, str] = {}

    def inside(image: ImageReport) -> Markup | None:
        """The details of an image; None when they are packed."""
        text = details.render(image=image, stages=_stages, newline=Markup("\n"))
        if len(report.images) <= MOST_STATIC:
            return Markup(text)  # noqa: S704 - made by a template that escapes
        packed[image.id] = text
        return None

    cells = report.cells
    by_place = {(each.label, each.cell): each for each in report.images}
    rows = tuple(
        _Row(label, tuple(by_place.get((label, cell)) for cell in cells))
        for label in report.drivers
    )
    return environment.get_template("report.html.j2").render(
        report=report,
        rows=rows,
        by_rule=tuple(_by_rule(report)),
        totals=tuple(_totals(report)),
        insides=inside,
        packed=partial(_packed, packed) if len(report.images) > MOST_STATIC else None,
        version=__version__,
        policy=_policy(style, script),
        style=Markup(style),  # noqa: S704 - ntbuild's own file
        script=Markup(script),  # noqa: S704 - as above
    )


def _packed(parts: Mapping[str, str]) -> str:
    """Details by the ids of their images: JSON, zlib and base64, which browsers can undo."""
    text = json.dumps(parts, separators=(",", ":"))
    return base64.b64encode(zlib.compress(text.encode(), 9)).decode()


def _shown(value: Any) -> Any:
    """Texts as they may be shown; what is markup already stays."""
    return printable(value) if type(value) is str else value


def _policy(style: str, script: str) -> str:
    digests = [
        base64.b64encode(hashlib.sha256(each.encode()).digest()).decode()
        for each in (style, script)
    ]
    return (
        f"default-src 'none'; style-src 'sha256-{digests[0]}'; script-src 'sha256-{digests[1]}'; "
        "base-uri 'none'; form-action 'none'"
    )


def _totals(report: BuildReport) -> Iterator[tuple[str, str]]:
    """The figures at the top."""
    yield "drivers", f"{len(report.drivers)}"
    yield "images", f"{len(report.images)}"
    yield "bytes of images", f"{sum(each.size for each in report.images):,}"
    for word in (*LEVELS, "allowed"):
        count = sum(each.counts.get(word, 0) for each in report.images)
        yield word if word == "allowed" else f"{word}s", f"{count}"
    proved = sum(each.verdict == PROVED for each in report.images)
    yield "proved by running", f"{proved} of {len(report.images)}"
    if report.packages:
        good = sum(each.has_catalog for each in report.packages)
        yield "packages with catalog", f"{good} of {len(report.packages)}"


def _by_rule(report: BuildReport) -> Iterator[_RuleRow]:
    """The rules that found something, the worst first."""
    found: dict[str, dict[str, int]] = {}
    levels: dict[str, set[str]] = {}
    slugs: dict[str, str] = {}
    by_id = {each.id: each for each in report.images}
    for image in report.images:
        for each in image.findings or ():
            counts = found.setdefault(each.rule, {})
            counts[image.id] = counts.get(image.id, 0) + 1
            levels.setdefault(each.rule, set()).add("allowed" if each.allowed else each.level)
            slugs.setdefault(each.rule, each.slug)
    order = (*LEVELS, "allowed")
    worst = {rule: min(words, key=order.index) for rule, words in levels.items()}
    for rule in sorted(found, key=lambda each: (order.index(worst[each]), each)):
        known = ALL_RULES.get(rule)
        images = tuple((by_id[id_], count) for id_, count in found[rule].items())
        yield _RuleRow(rule, slugs[rule], worst[rule], known.title if known else "", images)


def _stages(engine: EngineReport) -> Iterator[tuple[str, list[str]]]:
    """The stages that a run reached, in order, each with what happened as lines."""
    for stage in STAGES:
        if stage in engine.stages:
            yield stage, list(_lines(engine.stages[stage])) or ["reached"]
    if not engine.is_unloadable:
        yield STAGES[-1], [engine.stays]


def _lines(value: Any) -> Iterator[str]:
    """A stage's values of JSON as lines; requests are a line each."""
    if isinstance(value, Mapping):
        yield from (f"{name}: {_words(each)}" for name, each in value.items())
    elif isinstance(value, list):
        yield from (_words(each) for each in value[:MOST_REQUESTS])
        if len(value) > MOST_REQUESTS:
            yield f"... {len(value) - MOST_REQUESTS} more"
    else:
        yield _words(value)


def _words(value: Any) -> str:
    if isinstance(value, Mapping):
        pairs = ((name, _words(each)) for name, each in value.items())
        return ", ".join(f"{name} {text}" for name, text in pairs if text)
    if isinstance(value, list):
        return ", ".join(map(_words, value))
    return "" if value is None else str(value)
