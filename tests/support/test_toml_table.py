"""Reading TOML by name and type: what is not read, of another type or too deep is one line."""

import time
from datetime import date

import pytest

from ntbuild.support.toml_table import TableError, parse_toml


def test_values_are_read_by_name_and_type():
    root = parse_toml('a = "x"\nb = ["y", "z"]\n[c]\nd = 2027-06-30\n[[e]]\nf = "1"\n', "t.toml")
    assert root.text("a") == "x"
    assert root.texts("b") == ("y", "z")
    inner = root.table("c")
    assert (inner.day("d"), inner.day("absent")) == (date(2027, 6, 30), None)
    assert [entry.text("f") for entry in root.tables("e")] == ["1"]
    root.close()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a = 1", "t.toml: a: expected a string, not 1"),
        ('b = "x"', "t.toml: a: missing; it is a string"),
        ('a = "x"\nab = 1', "t.toml: ab: unknown key; did you mean 'a'?"),
    ],
)
def test_a_message_begins_with_file_and_key(text, message):
    root = parse_toml(text, "t.toml")
    with pytest.raises(TableError) as raised:
        _ = root.text("a"), root.close()
    assert str(raised.value) == message


def test_a_day_is_a_date_without_a_time():
    with pytest.raises(TableError, match=r"^t: d: expected a date such as 2027-06-30, not "):
        parse_toml("d = 2027-06-30T00:00:00", "t").day("d")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("a = " + "[" * 100_000, "t: arrays or tables are nested too deeply"),
        ("a = " + "{a = " * 100_000, "t: arrays or tables are nested too deeply"),
        ("a = " + "9" * 10_000, "t: a number has too many digits"),
        ("a" + ".a" * 50_000 + " = 1", "t: line 1: a key of more than 100 parts"),
        ("\n[" + "a." * 50_000 + "a]", "t: line 2: a key of more than 100 parts"),
        ('"a"' + '."a"' * 50_000 + " = 1", "t: line 1: a key of more than 100 parts"),
    ],
)
def test_what_is_nested_without_end_is_refused_at_once(text, message):
    begin = time.monotonic()
    with pytest.raises(TableError) as raised:
        parse_toml(text, "t")
    assert str(raised.value) == message
    assert time.monotonic() - begin < 5


def test_dots_in_strings_and_comments_are_no_parts_of_a_key():
    root = parse_toml(f'a = "{"." * 500}" # {"." * 500}\n', "t")
    assert root.text("a") == "." * 500
