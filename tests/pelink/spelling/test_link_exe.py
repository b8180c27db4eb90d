"""The link.exe spelling of options: every value goes out and comes back, and bad ones are named."""

from contextlib import suppress
from dataclasses import fields, replace
from types import NoneType
from typing import Literal, get_args, get_origin, get_type_hints

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ntbuild import Export, LinkError, LinkOptions, Section, options_from_argv, options_to_argv
from ntbuild.pecoff.machine import MACHINES
from ntbuild.pelink.commands.response_files import split_gnu_words
from ntbuild.pelink.inputs.directives import split_words
from ntbuild.pelink.options import SECTION_FLAGS, SUBSYSTEMS
from ntbuild.pelink.spelling.link_exe import parse_command_line

NAMES = st.text("abcXYZ019_.$@?<>-", min_size=1, max_size=12)
PATHS = st.text("abcXYZ019_.$@?-/\\ :=äß\u4e2d", min_size=1, max_size=20)
SIZES = st.integers(0, (1 << 64) - 1)
VERSIONS = st.tuples(st.integers(0, 0xFFFF), st.integers(0, 0xFFFF))
POWERS = st.integers(0, 31).map(lambda power: 1 << power)
STATES = st.none() | st.booleans()

BY_NAME = {
    "machine": st.none() | st.sampled_from(list(MACHINES)),
    "subsystem": st.none() | st.sampled_from(list(SUBSYSTEMS)),
    "align": st.none() | POWERS,
    "filealign": st.none() | POWERS,
    "functionpadmin": st.none() | st.integers(-1, 0x1000),
    "mapinfo": st.sampled_from([(), ("exports",)]),
    "swaprun": st.lists(st.sampled_from(["cd", "net"]), unique=True).map(tuple),
    "force": st.lists(st.sampled_from(["multiple", "multipleres", "unresolved"]), unique=True).map(
        tuple
    ),
    "debug": st.sampled_from([None, "full", "full,dwarf", "dwarf,symtab", "ghash", "none"]),
    "pdbpagesize": st.sampled_from([4096, 8192, 16384, 32768]),
    "guard": st.sampled_from(["", "cf", "no", "cf,nolongjmp", "ehcont,cf"]),
    "manifest": st.none() | st.sampled_from(["", "no", "embed", "embed,id=7"]),
    "manifestuac": st.none() | st.sampled_from(["no", "level='asInvoker'", "uiAccess='true'"]),
    "timestamp": st.none() | st.integers(0, 0xFFFFFFFF),
    "dependentloadflag": st.integers(0, 0xFFFF),
    "aligncomm": st.lists(st.tuples(NAMES, st.integers(0, 13)), max_size=3).map(tuple),
    "map": st.none() | st.just("") | PATHS,
    "lldmap": st.none() | st.just("") | PATHS,
    "linkerreport": st.none() | st.just("") | PATHS,
    "errorlimit": st.integers(0, 1000),
    "wholearchive": st.lists(st.just("") | PATHS, max_size=3).map(tuple),
    "merge": st.lists(st.tuples(NAMES, NAMES), max_size=3).map(tuple),
}
"""Fields whose values are fewer than their type says."""


@st.composite
def section_rules(draw):
    flags = {flag: draw(STATES) for flag in SECTION_FLAGS}
    inputs = tuple(draw(st.lists(st.text("abc.$*?", min_size=1, max_size=8), max_size=3)))
    align = draw(st.none() | POWERS)
    return Section(draw(NAMES), inputs=inputs, align=align, keep=draw(st.booleans()), **flags)


@st.composite
def export_rules(draw):
    ordinal = draw(st.none() | st.integers(1, 0xFFFF))
    return Export(
        draw(NAMES.filter(lambda name: not name.startswith("@"))),
        target=draw(st.none() | NAMES),
        ordinal=ordinal,
        noname=ordinal is not None and draw(st.booleans()),
        **{word: draw(st.booleans()) for word in ("data", "constant", "private")},
    )


PLAIN = {
    bool: st.booleans(),
    int: SIZES,
    str: PATHS,
    Section: section_rules(),
    Export: export_rules(),
    NoneType: st.none(),
    tuple[int, int]: VERSIONS,
}


def values_of(kind):
    """Values of a field's type."""
    parts = get_args(kind)
    if kind in PLAIN:
        return PLAIN[kind]
    if get_origin(kind) is Literal:
        return st.sampled_from(parts)
    if get_origin(kind) is not tuple:
        return st.one_of([values_of(each) for each in parts])
    if parts[-1] is Ellipsis:
        return st.lists(values_of(parts[0]), max_size=3).map(tuple)
    return st.tuples(*(NAMES if each is str else values_of(each) for each in parts))


HINTS = get_type_hints(LinkOptions)
FIELDS = {
    field.name: BY_NAME.get(field.name, values_of(HINTS[field.name]))
    for field in fields(LinkOptions)
}


@settings(max_examples=300, deadline=None)
@given(st.data())
def test_what_is_written_is_read_back(data):
    names = data.draw(st.lists(st.sampled_from(list(FIELDS)), max_size=8, unique=True))
    options = replace(LinkOptions(), **{name: data.draw(FIELDS[name]) for name in names})
    assert options_from_argv(options_to_argv(options)) == options


@pytest.mark.parametrize("name", FIELDS)
def test_every_field_has_a_spelling(name):
    @settings(max_examples=15, deadline=None, database=None)
    @given(FIELDS[name])
    def check(value):
        options = replace(LinkOptions(), **{name: value})
        assert options_from_argv(options_to_argv(options)) == options

    check()


@settings(max_examples=300, deadline=None)
@given(
    st.text(max_size=20), st.text("-/:,@=!abcdefgiklmnoprstuvxyALIGN0123456789²\0\n", max_size=30)
)
def test_any_line_is_read_or_refused_in_words(start, rest):
    for word in (start, f"/{rest}", f"-section:{rest}", f"/export:{rest}", f"/version:{rest}"):
        with suppress(LinkError):
            parse_command_line([word])


@pytest.mark.parametrize("name", ["version", "base", "stack", "align", "aligncomm", "timestamp"])
@pytest.mark.parametrize("value", ["9" * 5000, "²", "x,²", "0x", "-1", "1e5", ""])
def test_what_is_no_number_is_refused(name, value):
    with pytest.raises(LinkError, match=f"/{name}"):
        options_from_argv([f"/{name}:{value}"])


def test_case_and_dash_do_not_matter():
    one = options_from_argv(["/DRIVER:wdm", "-Entry:Go", "/OPT:NoRef", "/SubSystem:NATIVE,10.0"])
    other = options_from_argv(["-driver:WDM", "/entry:Go", "-opt:noref", "-subsystem:native,10.0"])
    assert one == other
    assert one.subsystem_version == (10, 0)


def test_a_path_is_an_input_and_no_option():
    line = parse_command_line(["/home/a.obj", "/driver", "b.obj", "-dll", "/home/x/y.lib"])
    assert line.inputs == ("/home/a.obj", "b.obj", "/home/x/y.lib")


def test_inputs_are_refused_where_only_options_belong():
    with pytest.raises(LinkError, match=r"main.obj: an input file among the options"):
        options_from_argv(["/driver", "main.obj"])


def test_a_later_option_wins_and_lists_grow():
    options = options_from_argv(["/base:1", "/base:0x10000", "/include:a", "/include:b"])
    assert options.base == 0x10000
    assert options.include == ("a", "b")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (".x,RW", {"read": True, "write": True, "execute": False, "discardable": False}),
        (".x,D", {"read": None, "write": None, "execute": None, "discardable": True}),
        (".x,!D", {"discardable": False, "read": None}),
        (".x,R!W", {"read": True, "write": False, "execute": False}),
        (".x,!w", {"write": False, "read": None}),
        (".x,P", {"pageable": True, "read": None}),
        (".x,!P!K", {"pageable": False, "cached": False}),
        (".x,ERS", {"execute": True, "read": True, "shared": True, "write": False}),
        (".x,ALIGN=64", {"align": 64, "read": None, "discardable": None}),
        (".x,d,align=0x40", {"align": 64, "discardable": True}),
    ],
)
def test_section_attributes_mean_what_link_exe_says(text, expected):
    (section,) = options_from_argv([f"/section:{text}"]).sections
    assert {name: getattr(section, name) for name in expected} == expected


def letter_by_letter(text):
    """The words of a text as one reads them."""
    words, word, quoted, started = [], "", False, False
    for letter in text:
        if letter == '"':
            quoted, started = not quoted, True
        elif letter in " \t\r\n\0" and not quoted:
            words += [word] if started else []
            word, started = "", False
        else:
            word, started = word + letter, True
    return [*words, word] if started else words


@settings(max_examples=500, deadline=None)
@given(st.text('ab/ \t\r\n\0\v\xa0\u4e2d"', max_size=30))
def test_blanks_part_words_and_quotes_keep_them_together(text):
    assert split_words(text) == letter_by_letter(text)


@settings(max_examples=200, deadline=None)
@given(st.text("ab/ \t\r\n\v\xa0\u2003\u4e2d", max_size=30))
def test_texts_without_quotes_have_the_same_words_as_those_with_some(text):
    assert [*split_gnu_words(text), ""] == split_gnu_words(f"{text} ''")
