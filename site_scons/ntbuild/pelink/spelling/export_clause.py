"""The value of /export: ``name[=target][,@ordinal[,NONAME]][,DATA][,PRIVATE]``, both ways.

Command lines and the directives of objects share this syntax; quotes are removed before a value
comes here, because each compiler places them differently.

Source: Microsoft "/EXPORT (Exports a Function)"; ``EXPORTAS`` as lld-link reads it.
"""

from typing import Any

from ntbuild.pelink.diagnostics import LinkError
from ntbuild.pelink.options import Export

from .option_kinds import fail, needed, number


def parse_export(value: str | None) -> Export:
    """The Export of ``/export:name[=target][,@ordinal[,NONAME]][,DATA][,PRIVATE]``.

    ``,EXPORTAS,other`` at the end keeps ``name`` for importers; the image's table has ``other``.
    Raises LinkError naming the value for an unknown word or an ordinal out of range.
    """
    head, *words = needed("export", value).split(",")
    name, equals, target = head.partition("=")
    given: dict[str, Any] = {"target": target} if equals else {}
    at = next((at for at, word in enumerate(words) if word.upper() == "EXPORTAS"), None)
    if at is not None:
        text = ",".join(words[at + 1 :])
        if not text or "," in text:
            raise LinkError.of(f"invalid EXPORTAS value: {text}")
        # The image's table gets the new name, so the name before it becomes the target.
        given |= {"target": given.get("target", name), "exportas": True}
        given |= {"import_as": name} if equals else {}
        # ``text`` has no comma, so EXPORTAS and its name are the last two words.
        name, words = words[-1], words[:-2]
    for word in words:
        if word.startswith("@"):
            given["ordinal"] = number("export", word[1:])
        elif word.lower() in ("noname", "data", "constant", "private"):
            given[word.lower()] = True
        else:
            raise fail("export", value, "@ordinal, NONAME, DATA, CONSTANT, PRIVATE or EXPORTAS")
    try:
        return Export(name, **given)
    except ValueError as error:
        raise LinkError.of(f"/export:{value}: {error}") from None


def write_export(export: Export) -> str:
    """The text after ``/export:`` that ``parse_export`` reads back."""
    head = export.name if export.target is None else f"{export.name}={export.target}"
    if export.exportas:
        target = export.target or export.name
        head = f"{export.import_as}={target}" if export.import_as else target
    words = [head]
    if export.ordinal is not None:
        words.append(f"@{export.ordinal}")
    words += [
        word.upper() for word in ("noname", "data", "constant", "private") if getattr(export, word)
    ]
    if export.exportas:
        words += ["EXPORTAS", export.name]
    return ",".join(words)
