"""What ``values.dataclass`` makes is a dataclass for everybody who looks at it."""

import copy
import dataclasses
import pickle
import subprocess
import sys
from pathlib import Path
from typing import ClassVar

import pytest

from ntbuild.support import values

HOME = Path(__file__).parents[2] / "site_scons"


def made_by(dataclass, field):
    @dataclass(frozen=True, slots=True)
    class Point:
        """A point."""

        label: ClassVar[str] = "POINT"

        x: int
        y: int = 2
        names: list[str] = field(default_factory=list)
        secret: str = field(default="s", repr=False)

        def __post_init__(self) -> None:
            if self.x < 0:
                raise ValueError("negative")

        @property
        def sum(self):
            return self.x + self.y

    return Point


QUICK = made_by(values.dataclass, values.field)
STANDARD = made_by(dataclasses.dataclass, dataclasses.field)
BOTH = pytest.mark.parametrize("point", [QUICK, STANDARD], ids=["quick", "standard"])


@values.dataclass(frozen=True, slots=True)
class Pair:
    left: int
    right: tuple[int, ...] = ()


@values.dataclass(frozen=True, slots=True)
class One:
    only: int


@values.dataclass(slots=True)
class Growing:
    count: int = 0


@BOTH
def test_fields_are_given_by_place_or_name_and_else_have_their_defaults(point):
    value = point(1, names=["a"])
    assert (value.x, value.y, value.names, value.secret) == (1, 2, ["a"], "s")
    assert point(1).names is not point(1).names
    assert value.sum == 3
    assert point.label == "POINT"
    assert point.__doc__ == "A point."
    for wrong in ({}, {"x": 1, "z": 2}):
        with pytest.raises(TypeError):
            point(**wrong)


@BOTH
def test_what_is_built_is_checked(point):
    with pytest.raises(ValueError, match="negative"):
        point(-1)


@BOTH
def test_a_frozen_value_stays_as_it_is(point):
    value = point(1)
    with pytest.raises(dataclasses.FrozenInstanceError):
        value.x = 2
    with pytest.raises(dataclasses.FrozenInstanceError):
        del value.x
    with pytest.raises((AttributeError, TypeError)):
        value.other = 2
    assert value.x == 1


@BOTH
def test_the_text_names_the_class_and_the_fields_that_may_be_seen(point):
    assert repr(point(1)) == "made_by.<locals>.Point(x=1, y=2, names=[])"


@BOTH
def test_a_class_takes_part_in_patterns(point):
    match point(1, 7):
        case point(1, y):
            assert y == 7
        case _:
            pytest.fail("no match")


def test_values_are_equal_by_their_fields_and_class():
    assert Pair(1) == Pair(1)
    assert Pair(1) != Pair(2)
    assert Pair(1) != (1, ())
    assert One(1) != Pair(1)
    assert {Pair(1), Pair(1), One(1), One(1)} == {Pair(1), One(1)}


def test_what_is_not_compared_is_only_itself():
    @values.dataclass(frozen=True, slots=True, eq=False)
    class Columns:
        rows: list[int]

    first, second = Columns([1]), Columns([1])
    assert first == first  # noqa: PLR0124 - that is what is shown
    assert first != second
    assert len({first, second}) == 2


def test_what_is_not_frozen_changes_and_has_no_hash():
    growing = Growing()
    growing.count += 1
    assert growing == Growing(1)
    with pytest.raises(TypeError):
        hash(growing)
    with pytest.raises(AttributeError):
        growing.other = 1


def test_replace_gives_another_value():
    assert values.replace(Pair(1, (2,)), left=3) == Pair(3, (2,))
    assert values.replace(One(1)) == One(1)
    with pytest.raises(TypeError):
        values.replace(One(1), other=2)


def test_the_standard_functions_know_the_class():
    assert dataclasses.is_dataclass(Pair)
    assert dataclasses.replace(Pair(1), right=(2,)) == Pair(1, (2,))
    assert dataclasses.asdict(Pair(1)) == {"left": 1, "right": ()}
    assert [each.name for each in dataclasses.fields(QUICK)] == ["x", "y", "names", "secret"]
    assert [each.name for each in values.fields(QUICK)] == ["x", "y", "names", "secret"]
    x, y, names, secret = dataclasses.fields(QUICK)
    assert (x.default, y.default, secret.repr) == (dataclasses.MISSING, 2, False)
    assert names.default_factory is list
    assert x.type is int


def test_values_are_copied_and_pickled():
    value = Pair(1, (2, 3))
    assert copy.copy(value) == copy.deepcopy(value) == pickle.loads(pickle.dumps(value)) == value  # noqa: S301


def test_a_class_with_bases_is_refused():
    with pytest.raises(TypeError, match="no bases"):

        @values.dataclass(frozen=True, slots=True)
        class More(Pair):
            more: int = 0


def test_options_do_not_need_the_standard_module():
    code = "import sys, ntbuild.pelink.options; print('dataclasses' in sys.modules)"
    done = subprocess.run(
        [sys.executable, "-c", code],
        env={"PYTHONPATH": str(HOME), "PATH": ""},
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.split() == ["False"]
