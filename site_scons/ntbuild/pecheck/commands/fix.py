"""``pecheck fix``: fix an image, check the result, write it.

A result that still has findings at ``--fail-on`` or above is not written: the old output stays, and
the findings say what a new link has to change.
"""

from collections.abc import Iterator, Sequence
from pathlib import Path

from ntbuild.pecheck.fixes import FIXABLE
from ntbuild.pecheck.fixes.fix import FixError, FixResult, fix
from ntbuild.pecheck.rules import RULES
from ntbuild.support.commands import CLEAN, FOUND, CommandResult
from ntbuild.support.outputs import OutputError, write_all
from ntbuild.support.text import printable
from ntbuild.support.values import replace

from .common import LEVELS, add_settings, epoch, parser_of, settings_from
from .files import UsageError, read_bytes

DESCRIPTION = "Fix an image as far as that needs no new link."


def run(arguments: Sequence[str]) -> CommandResult:
    """Fix one image. Raises UsageError."""
    parser = parser_of("fix", DESCRIPTION)
    add = parser.add_argument
    add("file", metavar="IN", help="image to fix")
    add("-o", "--output", metavar="OUT", required=True, help="where the result goes; may be IN")
    add(
        "--rules",
        metavar="ID,...",
        help="rules to fix (default: all that have a fix)",
    )
    add("--drop-signature", action="store_true", help="remove the signature of a signed image")
    add("--write-anyway", action="store_true", help="write a result that has findings left")
    add_settings(parser)
    options = parser.parse_args(arguments)
    settings = settings_from(options)
    if settings.stamp is None:
        settings = replace(settings, stamp=epoch())
    name = printable(options.file)
    data = read_bytes(options.file)
    try:
        result = fix(
            data,
            name,
            settings=settings,
            rules=None if options.rules is None else _rule_ids(options.rules),
            drop_signature=options.drop_signature,
        )
    except FixError as failure:
        raise UsageError(str(failure)) from failure
    threshold = LEVELS[options.fail_on]
    refused = [f for f in result.left if f.level >= threshold]
    writes = not refused or options.write_anyway
    if writes:
        _write(Path(options.output), result.data)
    text = "\n".join(_lines(name, printable(options.output), result, writes=writes))
    return CommandResult(FOUND if refused else CLEAN, text)


def _rule_ids(words: str) -> list[str]:
    """Rule ids out of ids and slugs. Raises UsageError."""
    by_word = {rule.slug: rule.id for rule in RULES.values()} | {each: each for each in RULES}
    found = []
    for word in words.split(","):
        rule_id = by_word.get(word.strip()) or by_word.get(word.strip().upper())
        if rule_id is None:
            raise UsageError(f"--rules: no rule {printable(word)!r}; see pecheck --list-rules")
        if rule_id not in FIXABLE:
            known = ", ".join(sorted(FIXABLE))
            raise UsageError(f"--rules: {rule_id} has no fix; these have one: {known}")
        found.append(rule_id)
    return found


def _write(path: Path, data: bytes) -> None:
    try:
        write_all([(path, data)], make_folders=False)
    except OutputError as failure:
        raise UsageError(printable(str(failure))) from failure


def _lines(name: str, output: str, result: FixResult, *, writes: bool) -> Iterator[str]:
    for rule_id, text in result.changes:
        yield f"{name}: fixed {rule_id}: {text}"
    for rule_id, text in result.refusals:
        yield f"{name}: not fixed {rule_id}: {text}"
    for finding in result.left:
        yield f"{name}: needs a new link: {str(finding).partition(': ')[2]}"
    end = f"written to {output}" if writes else f"{output} is not written"
    yield f"{name}: {len(result.changes)} changes, {len(result.left)} findings left; {end}"
