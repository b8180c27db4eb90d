"""Defines and include folders of a project's resource scripts."""

from collections.abc import Sequence

from ntbuild.msbuild.items import Item
from ntbuild.support.text import printable
from ntbuild.support.values import replace

from .compiler_options import Options, resource_options_of, without_quotes
from .defines import defines_of
from .description import Define


def options_of_scripts(scripts: Sequence[Item], by_hand: list[str]) -> Options:
    """Defines and include folders of resource scripts, of settings and of options."""
    options = resource_options_of(scripts)
    defines = {name: text and without_quotes(text) for name, text in _defines(scripts, by_hand)}
    more = {name: text for name, text in options.defines if name not in defines}
    return replace(options, defines=tuple((defines | more).items()))


def _defines(items: Sequence[Item], by_hand: list[str]) -> tuple[Define, ...]:
    """The defines of all scripts; where two contradict each other the first counts."""
    common, own = defines_of(items, by_hand)
    found = dict(common)
    for name, defines in own:
        for macro, text in defines:
            if found.setdefault(macro, text) != text:
                word = macro if text is None else f"{macro}={text}"
                line = f"define {printable(word)} of {name}: another script has another value"
                by_hand.append(line)
    return tuple(found.items())
