"""``dataclass`` of the standard library with the same behaviour, made in a sixth of the time.

A command that links one object makes some sixty classes. The standard decorator compiles up to six
methods for each of them, which takes longer than the link: 186 ms of processor time against 98 (169
with msgspec). Here only ``__init__`` is compiled; the other methods are shared by all classes.

Invariants: type checkers see the standard decorator, and the functions of ``dataclasses`` accept
these classes, because ``__dataclass_fields__`` is made, as the standard has it, when it is read.

Limits: no base classes, no ``order``, no keyword-only fields, no ``InitVar``.
"""

from collections.abc import Callable
from operator import attrgetter
from typing import TYPE_CHECKING, Any, ClassVar

_MISSING: Any = object()


class _Field:
    """One field: its name, type, default or maker of it, and whether ``repr`` shows it."""

    __slots__ = ("default", "default_factory", "name", "repr", "type")

    def __init__(self, default: Any, default_factory: Any, *, shown: bool) -> None:
        self.name = ""  # until its class is made
        self.type: Any = None
        self.default, self.default_factory, self.repr = default, default_factory, shown

    @property
    def is_made(self) -> bool:
        return self.default_factory is not _MISSING


class _Plan:
    """What the shared methods need to know of a class; its attribute ``__values__``."""

    __slots__ = ("fields", "names", "read", "shown")

    def __init__(self, fields: dict[str, _Field]) -> None:
        self.fields = tuple(fields.values())
        self.names = names = tuple(fields)
        self.shown = tuple(name for name, each in fields.items() if each.repr)
        self.read: Callable[[Any], tuple[Any, ...]] = (
            attrgetter(*names)
            if len(names) > 1  # with one name its value is no tuple
            else lambda value: tuple(getattr(value, name) for name in names)
        )


class _StandardFields:
    """``__dataclass_fields__`` of a class: those of a standard dataclass with the same fields."""

    def __get__(self, value: object, owner: Any) -> Any:
        import dataclasses  # noqa: PLC0415 - this module exists to avoid that import

        parts = []
        for each in owner.__values__.fields:
            known = {"default": each.default, "default_factory": each.default_factory}
            given = {name: what for name, what in known.items() if what is not _MISSING}
            parts.append((each.name, each.type, dataclasses.field(repr=each.repr, **given)))
        standard = dataclasses.make_dataclass(owner.__name__, parts)
        owner.__dataclass_fields__ = vars(standard)["__dataclass_fields__"]
        return owner.__dataclass_fields__


def _frozen(self: object, name: str, *_: object) -> None:
    from dataclasses import FrozenInstanceError  # noqa: PLC0415 - only a mistake needs it

    raise FrozenInstanceError(f"{type(self).__name__}: field {name!r} is what it is")


def _repr(self: Any) -> str:
    shown = ", ".join(f"{name}={getattr(self, name)!r}" for name in self.__values__.shown)
    return f"{type(self).__qualname__}({shown})"


def _eq(self: Any, other: Any) -> Any:
    if other is self:  # the tuples of fields would say the same
        return True
    if other.__class__ is not self.__class__:
        return NotImplemented
    read = self.__values__.read
    return read(self) == read(other)


def _hash(self: Any) -> int:
    return hash(self.__values__.read(self))


def _get_state(self: Any) -> tuple[Any, ...]:
    state: tuple[Any, ...] = self.__values__.read(self)
    return state


def _set_state(self: Any, state: tuple[Any, ...]) -> None:
    for name, value in zip(self.__values__.names, state, strict=True):
        object.__setattr__(self, name, value)


def _quick_dataclass(
    *, frozen: bool = False, slots: bool = False, eq: bool = True
) -> Callable[[type], type]:
    """The decorator. Raises TypeError for a class with bases other than object."""

    def make(cls: type) -> type:
        if cls.__bases__ != (object,):
            raise TypeError(f"{cls.__qualname__}: a class of values has no bases")
        fields = _fields_of(cls)
        content = {name: what for name, what in vars(cls).items() if name not in fields}
        for name in ("__dict__", "__weakref__"):
            del content[name]
        # The class is made anew, as slots cannot be added to one that exists.
        own: dict[str, Any] = {
            "__values__": _Plan(fields),
            "__init__": _init(cls.__qualname__, fields, then="__post_init__" in content),
            "__repr__": _repr,
            "__match_args__": tuple(fields),
            "__dataclass_fields__": _StandardFields(),
        }
        if slots:
            own["__slots__"] = tuple(fields)
        if eq:
            own |= {"__eq__": _eq, "__hash__": _hash if frozen else None}
        if frozen:
            own |= {"__setattr__": _frozen, "__delattr__": _frozen}
            own |= {"__getstate__": _get_state, "__setstate__": _set_state}
        made: type = type(cls)(cls.__name__, cls.__bases__, own | content)
        made.__qualname__ = cls.__qualname__
        puts = [getattr(made, name).__set__ if slots else _put(name) for name in fields]
        vars(made)["__init__"].__globals__["_puts"] = puts
        return made

    return make


def _fields_of(cls: type) -> dict[str, _Field]:
    """The fields of a class by name, from its annotations and their default values."""
    fields = {}
    for name, kind in cls.__annotations__.items():
        if getattr(kind, "__origin__", kind) is not ClassVar:
            given = vars(cls).get(name, _MISSING)
            field = given if type(given) is _Field else _Field(given, _MISSING, shown=True)
            field.name, field.type = name, kind
            fields[name] = field
    return fields


def _init(owner: str, fields: dict[str, _Field], *, then: bool) -> Any:
    """``__init__``, the one method that is compiled; its text is short, as compiling is what costs.

    ``_puts`` are the setters of the fields; they are filled in when the class is made.
    """
    values = [
        f"_make_{name}() if {name} is _MISSING else {name}" if each.is_made else name
        for name, each in fields.items()
    ]
    text = f"def __init__({', '.join(('self', *fields))}):\n"
    text += (
        f" for _put, _value in zip(_puts, ({', '.join((*values, ''))})):\n  _put(self, _value)\n"
    )
    text += " self.__post_init__()" if then else ""
    known: dict[str, Any] = {f"_make_{name}": each.default_factory for name, each in fields.items()}
    known |= {"_puts": (), "_MISSING": _MISSING}
    exec(text, known)  # noqa: S102 - the text has the names of fields and nothing else
    init = known["__init__"]
    init.__qualname__ = f"{owner}.__init__"  # what a TypeError of a call names
    init.__defaults__ = tuple(
        each.default for each in fields.values() if each.is_made or each.default is not _MISSING
    )
    return init


def _put(name: str) -> Callable[[Any, Any], None]:
    """The setter of a field of a frozen value whose class has no slots."""
    return lambda value, what: object.__setattr__(value, name, what)


def _quick_field(
    *,
    default: Any = _MISSING,
    default_factory: Any = _MISSING,
    repr: bool = True,  # noqa: A002 - the name that the standard has
) -> Any:
    return _Field(default, default_factory, shown=repr)


def _quick_fields(of: Any) -> tuple[_Field, ...]:
    """The fields of a class, or of a value's class."""
    found: tuple[_Field, ...] = of.__values__.fields
    return found


def _quick_replace(value: Any, /, **changes: Any) -> Any:
    """The value with some fields changed."""
    plan = value.__values__
    return type(value)(**dict(zip(plan.names, plan.read(value), strict=True)) | changes)


if TYPE_CHECKING:
    from dataclasses import dataclass, field, fields, replace
else:
    dataclass, field = _quick_dataclass, _quick_field
    fields, replace = _quick_fields, _quick_replace

__all__ = ["dataclass", "field", "fields", "replace"]
