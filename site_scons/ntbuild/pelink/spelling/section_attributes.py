"""Section attributes: ``/section`` of link.exe, and pelink's own ``/sectionrule``.

``/section`` clears attributes that it does not name, though not always (``parse_section``), so it
cannot change one flag and leave the others alone; ``/sectionrule`` can. Every Section is written as
a ``/sectionrule``.

Source: Microsoft "/SECTION (Specify Section Attributes)" and "EDITBIN /SECTION".
"""

from typing import Any, Final

from ntbuild.pelink.diagnostics import LinkError
from ntbuild.pelink.options import SECTION_FLAGS, Section

from .option_kinds import fail, needed, number

_SECTION_LETTERS: Final = {
    "D": "discardable",
    "E": "execute",
    "K": "cached",
    "P": "pageable",
    "R": "read",
    "S": "shared",
    "W": "write",
}


_DOUBTFUL: Final = {"K": "cached", "P": "pageable"}


def parse_section(value: str | None) -> Section:
    """The Section of ``/section:name,[[!]{DEKPRSW}][,ALIGN=n]``, with link.exe's meaning.

    Naming attributes turns the others off: shared and discardable always, read, write and execute
    only when one of them is named. K and P stay as they are unless named: Microsoft's own pages
    contradict each other on them (P is taken as pageable, K as cached, as editbin does).
    """
    parts = needed("section", value).split(",")
    flags: dict[str, Any] = {}
    align: int | None = None
    for part in parts[1:]:
        if part[:6].upper() == "ALIGN=":
            align = number("section", part[6:])
            continue
        state = True
        for letter in part:
            if letter == "!":
                state = False
            elif letter.upper() in _SECTION_LETTERS:
                flags[_SECTION_LETTERS[letter.upper()]] = state
                state = True
            else:
                raise fail(
                    "section", value, "attributes out of D, E, K, P, R, S, W, each with ! to clear"
                )
    # Only attributes that are set count: ``!W`` alone leaves read and execute as they are.
    named = {letter for letter, state in flags.items() if state}
    if flags:
        off = ["shared", "discardable"]
        if named & {"read", "write", "execute"}:
            off += ["read", "write", "execute"]
        flags = {**dict.fromkeys(off, False), **flags}
    try:
        return Section(parts[0], align=align, **flags)
    except ValueError as error:
        raise LinkError.of(f"/section:{value}: {error}") from None


def doubtful_attributes(value: str) -> str:
    """A warning for a K or a P, which linkers read in opposite ways; empty without one."""
    name, *parts = value.split(",")
    # The letters K and P that set an attribute, in the order given.
    letters = [
        letter.upper()
        for part in parts
        if part[:6].upper() != "ALIGN="
        for before, letter in zip(f" {part}", part, strict=False)
        if letter.upper() in _DOUBTFUL and before != "!"
    ]
    if not letters:
        return ""
    word = _DOUBTFUL[letters[0]]
    return (
        f"/section:{value}: {letters[0]} is read as {word}; other linkers read the opposite:"
        f" use /sectionrule:{name},{word} or /sectionrule:{name},!{word}"
    )


def parse_section_rule(value: str | None) -> Section:
    """The Section of ``/sectionrule:name[,word]...``; flags that are not named stay None.

    Raises LinkError naming the value for an unknown word.
    """
    name, *words = needed("sectionrule", value).split(",")
    given: dict[str, Any] = {}
    for word in words:
        key, equals, text = word.partition("=")
        if equals and key == "inputs":
            given["inputs"] = tuple(text.split("|"))
        elif equals and key == "align":
            given["align"] = number("sectionrule", text)
        elif word == "keep":
            given["keep"] = True
        elif word.removeprefix("!") in SECTION_FLAGS:
            given[word.removeprefix("!")] = not word.startswith("!")
        else:
            raise fail(
                "sectionrule", value, f"inputs=, align=, keep, [!]{', [!]'.join(SECTION_FLAGS)}"
            )
    try:
        return Section(name, **given)
    except ValueError as error:
        raise LinkError.of(f"/sectionrule:{value}: {error}") from None


def write_section_rule(section: Section) -> str:
    """The text after ``/sectionrule:`` that ``parse_section_rule`` reads back."""
    words = [section.name]
    if section.inputs:
        words.append("inputs=" + "|".join(section.inputs))
    if section.align is not None:
        words.append(f"align={section.align}")
    for word in SECTION_FLAGS:
        state = getattr(section, word)
        if state is not None:
            words.append(word if state else f"!{word}")
    if section.keep:
        words.append("keep")
    return ",".join(words)
