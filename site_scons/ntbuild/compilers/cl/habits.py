r"""What clang's errors say about habits of cl, as edits of the lines that they name.

`diagnostics` of clang_errors reads the text of a failed compilation, and `edits_of` says what to
change; `compile_edited` of edited_copies makes copies with that. Each kind is a row of `_KINDS`:
how clang's message begins, what is told, and the function that finds the change.

    ((PUCHAR)p) += n;                   (*(__typeof__((PUCHAR)0)*)&(p)) += n;
    sizeof X                            sizeof (X)
    register int A; (short)A = 1;       int A; ...
    enum Kind : int; enum Kind {A};     enum Kind; enum Kind {A};
    v.m128i_u32[0]                      (*(union NtbuildVector *)&(v)).m128i_u32[0]
    _mm_aesenc_si128(a, b)              __attribute__((target("aes"))) before the function's name
    *(n ? &void_pointer : &p) = q       *(void **)(n ? &void_pointer : &p) = q
    unsigned short(x)                   (unsigned short)(x)
    typedef struct S { P f(); } *P;     typedef struct S *P; typedef struct S { P f(); } *P;
    __declspec(allocate("code")) int A; the same in "code$data", which the linker makes executable
    T *p = (T *)(__declspec(align(8)) UCHAR[]){1};
                                        static __declspec(align(8)) UCHAR NtbuildLiteral1[] = {1};
                                        T *p = (T *)NtbuildLiteral1;
    union { struct { int A; int R; }; struct { int B; int R; }; };
                                        ... struct { int B; int NtbuildAgain1; }; ...
    void Open(unsigned short *); Open(L"x");
                                        void Open(unsigned short *); Open((unsigned short *)L"x");
    void Log(PCSTR a); Log("x", 1);     void Log(PCSTR a, ...); Log("x", 1);
    const_cast<T *>(nullptr)            static_cast<T *>(nullptr)
    namespace N { DEFINE_GUID(G, ...); } DEFINE_GUID(G, ...);
                                        the first as a GUID of another name, and G a reference to it

Invariants: no line is added or taken away. Source: clang
"Diagnostics"; Microsoft C4020, C4028, C4213.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from hashlib import sha256
from pathlib import Path
from typing import Final, NamedTuple

from ntbuild.compilers.cl.clang_errors import Diagnostic, Place, parameter_cast

OWN_NAME: Final = "NtbuildDefined_"
"""What the compiler calls a function that differs from its prototype, before its name."""

PARTS: Final = "a part of a vector by its name"
"""The kind of edits that need `VECTOR`."""

_FIELDS: Final = (
    ("m128i_i8", "signed char", 16),
    ("m128i_i16", "short", 8),
    ("m128i_i32", "int", 4),
    ("m128i_i64", "long long", 2),
    ("m128i_u8", "unsigned char", 16),
    ("m128i_u16", "unsigned short", 8),
    ("m128i_u32", "unsigned int", 4),
    ("m128i_u64", "unsigned long long", 2),
    ("m128_f32", "float", 4),
    ("m128d_f64", "double", 2),
)
VECTOR: Final = (
    "union __attribute__((__may_alias__)) NtbuildVector { "
    + " ".join(f"{of} {name}[{count}];" for name, of, count in _FIELDS)
    + " };\n"
)
"""The names that cl has for parts of vectors of 16 bytes, which are no structures to clang."""

_NAME: Final = re.compile(rb"[A-Za-z_]\w*")
_NEEDS: Final = re.compile(
    r"requires target feature '([\w.-]+)', but would be inlined into function '(\w+)'"
)
_TARGET: Final = rb'__attribute__\(\(target\("[^"]*"\)\)\) '
_STATIC: Final = re.compile(rb"\bstatic\b")
_REGISTER: Final = re.compile(rb"\bregister\b")
_ENUM_TYPE: Final = re.compile(rb"\w+\s*(:\s*\w+)\s*;")
_VECTOR: Final = re.compile(rb"m128[id]?_[uif](?:8|16|32|64)\b")
_ALIGNED: Final = re.compile(
    rb"([A-Za-z_][^;={}]*=\s*(?:\([^()]*\)\s*)?)\("
    rb"(__declspec\s*\(\s*align\s*\(\s*\d+\s*\)\s*\)|DECLSPEC_ALIGN\s*\(\s*\d+\s*\))"
    rb"(\s*\w[\w ]*)\[\s*\]\s*\)\s*(?=\{)"
)
_ENDED: Final = re.compile(rb"\}\s*([A-Za-z_][\w\s,*]*);")
_TYPEDEF: Final = re.compile(rb"(\s*)typedef\s+((?:struct|union|class)\s+\w+)\s*(?:\{|$)")
_ALLOCATED: Final = re.compile(rb'__declspec\s*\(\s*allocate\s*\(\s*"([^"$]+)"\s*\)\s*\)')
_LONGEST_DECLARATION: Final = 4
_LONGEST_CALL: Final = 20
_NO_CODE: Final = re.compile(rb"/\*.*?\*/|//.*|\"(?:\\.|[^\"\\])*\"|'(?:\\.|[^'\\])*'")
_LONGEST_LITERAL: Final = 4096
"""Lines of an array's values that are looked through for its end."""

_DECLARED: Final = re.compile(rb"\s*((?:\w+\s+)*)$")
_TYPE_WORDS: Final = re.compile(
    rb"\b(?:(?:unsigned|signed|long|short|int|char|double|__int64)\s+)*\w+\s*(?=\()"
)
_SIZEOF: Final = re.compile(rb"sizeof\s+((?:(?:struct|union|enum)\s+)?[A-Za-z_]\w*)")


class Edit(NamedTuple):
    """One change: bytes ``start`` to ``end`` (from 0) of a line (from 1) become ``text``.

    ``kind``: what is read as cl does. ``renamed``: a function that gets another name for the
    compiler, and ``symbol``, what the object calls it.
    """

    file: str
    line: int
    start: int
    end: int
    text: bytes
    kind: str
    renamed: str = ""
    symbol: str = ""


class _Change(NamedTuple):
    """An edit without its kind."""

    place: Place
    start: int
    end: int
    text: bytes
    renamed: str = ""
    symbol: str = ""


_Lines = Callable[[Place], bytes]


def edits_of(found: Diagnostic, line_at: _Lines, *, is_x86: bool, is_c: bool) -> Iterator[Edit]:
    """The edits that an error asks for; none for an error of another kind."""
    without = (_NOT_ON_X86 if is_x86 else frozenset()) | (frozenset() if is_c else _ONLY_IN_C)
    for text, (kind, make) in _KINDS.items():
        if found.text.startswith(text) and make not in without:
            for place, start, end, new, renamed, symbol in make(found, line_at):
                yield Edit(place.file, place.line, start, end, new, kind, renamed, symbol)


def _lvalue_cast(found: Diagnostic, line_at: _Lines) -> Iterator[_Change]:
    """The cast itself, else the argument of a macro that is one, else the one in a macro."""
    for place in (found.place, *found.macros):
        line = line_at(place)
        for start, end in (*place.ranges[:1], _argument(line, place.column)):
            if cast := _as_lvalue(line[start:end]):
                yield _Change(place, start, end, cast)
                return


def _argument(line: bytes, start: int) -> tuple[int, int]:
    """From a place to the end of the argument that it is in."""
    depth = 0
    for at in range(start, len(line)):
        depth += {ord("("): 1, ord(")"): -1}.get(line[at], 0)
        if depth < 0 or (depth == 0 and line[at] == ord(",")):
            return start, at
    return start, start


def _as_lvalue(text: bytes) -> bytes | None:
    """``((T)x)`` as an expression that can be assigned to; None when the text is no cast."""
    text = text.strip()
    while text.startswith(b"(") and _closing(text, 0) == len(text) - 1:
        text = text[1:-1].strip()
    end = _closing(text, 0) if text.startswith(b"(") else -1
    operand = text[end + 1 :].strip()
    if end < 0 or not operand:
        return None
    return b"(*(__typeof__(" + text[: end + 1] + b"0)*)&(" + operand + b"))"


def _closing(text: bytes, start: int) -> int:
    """Where the parenthesis at ``start`` ends; -1 if nowhere."""
    depth = 0
    for at in range(start, len(text)):
        depth += {ord("("): 1, ord(")"): -1}.get(text[at], 0)
        if depth == 0:
            return at
    return -1


def _definition(found: Diagnostic, line_at: _Lines) -> Iterator[_Change]:
    """Another name; a static one, whose prototype is not, becomes a symbol of the line's own."""
    place = found.place
    line, quoted = line_at(place), found.text.partition("'")[2].rpartition("'")[0]
    name = _NAME.match(line, place.column)
    if not name or name[0].decode() != quoted:
        return
    symbol, static = quoted, _STATIC.search(line)
    if static:
        if not found.previous or _STATIC.search(line_at(found.previous[0])):
            return
        where = f"{Path(place.file).name}:{place.line}:".encode() + line
        symbol = f"{quoted}${sha256(where).hexdigest()[:8]}"
        yield _Change(place, static.start(), static.end(), b"      ")
    yield _Change(place, place.column, place.column, OWN_NAME.encode(), quoted, symbol)


def _type_operand(found: Diagnostic, line_at: _Lines) -> Iterator[_Change]:
    """The name alone: clang's own fix-it takes the product ``sizeof T * n`` for a type ``T *``."""
    place = found.place
    for match in _SIZEOF.finditer(line_at(place)):
        if match.start() <= place.column <= match.end():
            yield _Change(place, match.start(1), match.end(1), b"(" + match[1] + b")")
            return


def _implicit_int(found: Diagnostic, line_at: _Lines) -> Iterator[_Change]:
    place = found.place
    if line_at(place)[place.column :].startswith(b"operator"):
        yield _Change(place, place.column, place.column, b"int ")


def _pointer(found: Diagnostic, line_at: _Lines) -> Iterator[_Change]:
    """A text for a pointer to anything; a wide text for one to the other type of its letters."""
    place = found.place
    if cast := parameter_cast(found.text):
        for start, _ in place.ranges[:1] or ((place.column, place.column),):
            yield _Change(place, start, start, cast)
        return
    if "'void *'" in found.text and "of type 'const char[" in found.text:
        for start, _ in place.ranges[:1] or ((place.column, place.column),):
            if line_at(place)[start : start + 1]:
                yield _Change(place, start, start, b"(void *)")


def _wide_argument(found: Diagnostic, line_at: _Lines) -> Iterator[_Change]:
    """The arguments of a call that no candidate takes for the type of their letters alone."""
    number, depth, casts = 1, 0, dict(found.casts)
    for line in range(found.place.line, found.place.line + _LONGEST_CALL):
        place = found.place._replace(line=line)
        text = _NO_CODE.sub(lambda each: b"x" * len(each[0]), line_at(place))
        first = line == found.place.line
        for at in range(found.place.column if first else 0, len(text)):
            sign = text[at : at + 1]
            if depth == 1 and not sign.isspace() and number in casts:
                yield _Change(place, at, at, casts.pop(number))
            depth += {b"(": 1, b")": -1}.get(sign, 0)
            number += sign == b"," and depth == 1
            if sign == b")" and depth == 0:
                return


def _declared_again(found: Diagnostic, line_at: _Lines) -> Iterator[_Change]:
    """A member whose name an anonymous structure beside it has: nobody can mean it by that name."""
    place = found.place
    name = _NAME.match(line_at(place), place.column)
    if name and f"redeclares '{name[0].decode()}'" in found.text:
        yield _Change(place, place.column, name.end(), b"NtbuildAgain%d" % place.line)


def _register(found: Diagnostic, line_at: _Lines) -> Iterator[_Change]:
    """The word in the nearest declaration above, which cl passes over."""
    place = found.place
    line = line_at(place)
    names = {match[0] for start, end in place.ranges for match in _NAME.finditer(line[start:end])}
    for number in range(place.line, 0, -1):
        above = place._replace(line=number)
        line = line_at(above)
        word = _REGISTER.search(line)
        if word and names & set(_NAME.findall(line, word.end())):
            yield _Change(above, word.start(), word.end(), b"        ")
            return


def _private_delete(found: Diagnostic, line_at: _Lines) -> Iterator[_Change]:
    """A destructor may name it, and never calls it: cl does not ask whether it could."""
    for place in found.previous[:1]:
        line, start = line_at(place), place.column
        if line.startswith(b"operator", start):
            if head := _DECLARED.match(line[:start]):
                yield _Change(place, head.start(1), head.start(1), b"public: ")
        else:  # the base, which is inherited as private, with the word or without
            end = start + len(b"private") * line.startswith(b"private", start)
            yield _Change(place, start, end, b"public ")


def _type_of_words(found: Diagnostic, line_at: _Lines) -> Iterator[_Change]:
    """``unsigned short(x)``, mostly by a macro: the type in parentheses."""
    place = found.place
    for match in _TYPE_WORDS.finditer(line_at(place)):
        if match.start() <= place.column < match.end():
            yield _Change(place, match.start(), match.end(), b"(" + match[0].rstrip() + b")")


def _underlying_type(found: Diagnostic, line_at: _Lines) -> Iterator[_Change]:
    """That of a declaration without enumerators: cl takes int for the type that all have."""
    for place in found.previous[:1]:
        line = line_at(place)
        if match := _ENUM_TYPE.search(line, place.column):
            yield _Change(place, match.start(1), match.end(1), b" " * len(match[1]))


def _vector_member(found: Diagnostic, line_at: _Lines) -> Iterator[_Change]:
    place = found.place
    line = line_at(place)
    if "__m128" in found.text and len(place.ranges) > 1 and _VECTOR.match(line, place.ranges[1][0]):
        (start, end), _ = place.ranges[:2]
        base = line[start:end]
        yield _Change(place, start, end, b"(*(union NtbuildVector *)&(" + base + b"))")


def _aligned_literal(found: Diagnostic, line_at: _Lines) -> Iterator[_Change]:
    """``T x = (P)(__declspec(align(n)) E[]){...};`` becomes two declarations."""
    place = found.place
    line = line_at(place)
    match = _ALIGNED.match(line)
    if not match or match.start(2) != place.column:
        return
    name = b"NtbuildLiteral%d" % place.line
    start = b"static " + match[2] + match[3] + b" " + name + b"[] = "
    depth, at = 0, match.end()
    for number in range(place.line, place.line + _LONGEST_LITERAL):
        here = place._replace(line=number)
        text = _NO_CODE.sub(lambda each: b" " * len(each[0]), line_at(here))
        if b"/*" in text:  # a comment of more than one line
            return
        for column in range(at, len(text)):
            depth += {ord("{"): 1, ord("}"): -1}.get(text[column], 0)
            if depth == 0:
                yield _Change(here, column + 1, column + 1, b"; " + match[1] + name)
                yield _Change(place, 0, match.end(), start)
                return
        at = 0


def _either_pointer(found: Diagnostic, line_at: _Lines) -> Iterator[_Change]:
    """``*(a ? &p : &q) = r`` of pointers p and q of different types, which are stored alike."""
    place = found.mismatch
    if place is None or place.file != found.place.file:
        return
    if 0 <= found.place.line - place.line <= 2:
        start = line_at(place).rfind(b"*(", 0, place.column)
        if start >= 0:
            yield _Change(place, start, start + 2, b"*(void **)(")


def _feature(found: Diagnostic, line_at: _Lines) -> Iterator[_Change]:
    """The function's own target: cl has every instruction at hand, without a switch."""
    match = _NEEDS.search(found.text)
    if match is None:
        return
    feature, name = match[1].encode(), re.escape(match[2].encode())
    definition = re.compile(rb"(" + _TARGET + rb")?\b" + name + rb"\s*\(")
    for number in range(found.place.line, 0, -1):
        above = found.place._replace(line=number)
        if head := definition.search(line_at(above)):
            start = head.start()
            if head[1]:  # another instruction of the same function
                at = start + head[1].index(b'"') + 1
                yield _Change(above, at, at, feature + b",")
            else:
                yield _Change(above, start, start, b'__attribute__((target("%s"))) ' % feature)
            return


def _own_typedef(found: Diagnostic, line_at: _Lines) -> Iterator[_Change]:
    """Names that a structure's own typedef gives it, used in it: given before it as well."""
    place = found.place
    name = found.text.partition("'")[2].partition("'")[0].encode()
    for number in range(place.line, place.line + _LONGEST_LITERAL):
        end = _ENDED.match(line_at(place._replace(line=number)))
        if end and name in _NAME.findall(end[1]):
            break
    else:
        return
    for number in range(place.line, 0, -1):
        above = place._replace(line=number)
        if start := _TYPEDEF.match(line_at(above)):
            text = b"typedef " + start[2] + b" " + end[1].strip() + b"; "
            yield _Change(above, start.end(1), start.end(1), text)
            return


def _data_among_code(found: Diagnostic, line_at: _Lines) -> Iterator[_Change]:
    """Data that is allocated in a section of code: one of its own, read and executed alike."""
    if "causes a section type conflict" not in found.text:
        return
    for number in range(found.place.line, max(0, found.place.line - _LONGEST_DECLARATION), -1):
        above = found.place._replace(line=number)
        if match := _ALLOCATED.search(line_at(above)):
            name = match[1]
            own = b'section("%s$data", read, execute)' % name
            link = b'comment(linker, "/section:%s,ER")' % name
            text = b'__pragma(%s) __pragma(%s) __declspec(allocate("%s$data"))' % (own, link, name)
            yield _Change(above, match.start(), match.end(), text)
            return


def _more_arguments(found: Diagnostic, line_at: _Lines) -> Iterator[_Change]:
    """The prototype takes any further arguments: cl passes them (C4020), and nobody reads them."""
    for place in found.previous[-1:]:
        for _, end in place.ranges[:1]:
            if line_at(place)[end:].lstrip().startswith(b")"):
                yield _Change(place, end, end, b", ...")


def _guid_of_namespace(found: Diagnostic, line_at: _Lines) -> Iterator[_Change]:
    """A GUID that a namespace has as well: there it is another one, though both are of C."""
    for place in found.previous[:1]:
        line, quoted = line_at(place), found.text.partition("'")[2].partition("'")[0].encode()
        match = re.search(rb"\bDEFINE_GUID\s*\(\s*(" + re.escape(quoted) + rb")\b", line)
        if match:
            where = sha256(f"{Path(place.file).name}:{place.line}".encode()).hexdigest()[:8]
            own = quoted + b"_%s" % where.encode()
            first = b'extern "C" const GUID %s; static const GUID &%s = %s; ' % (own, quoted, own)
            yield _Change(place, match.start(), match.start(), first)
            yield _Change(place, match.start(1), match.end(1), own)


def _cast_of_nullptr(found: Diagnostic, line_at: _Lines) -> Iterator[_Change]:
    """The cast itself, or in a macro of the kit (RTL_CONSTANT_OBJECT_ATTRIBUTES) its argument."""
    place = found.place
    line = line_at(place)
    if line[place.column :].startswith(b"const_cast"):
        yield _Change(place, place.column, place.column + len(b"const_cast"), b"static_cast")
        return
    at = line.find(b"nullptr", place.column)
    wanted = found.text.partition(" to '")[2].partition("'")[0].encode()
    if at >= 0 and wanted:
        yield _Change(place, at, at + len(b"nullptr"), b"static_cast<" + wanted + b">(nullptr)")


_NOT_ON_X86: Final = frozenset({_definition, _more_arguments})
_ONLY_IN_C: Final = frozenset({_more_arguments})
_KINDS: Final = {
    "too many arguments to function call": ("more arguments than the prototype", _more_arguments),
    "'": ("data in a section of code", _data_among_code),
    "unknown type name '": ("a name that the structure's own typedef gives", _own_typedef),
    "incomplete type 'void' is not assignable": ("one of two pointers", _either_pointer),
    "always_inline function '": ("an instruction that the target is not said to have", _feature),
    "address of register variable requested": ("a cast of a register variable", _register),
    "'operator delete' is a private member of '": ("a private operator delete", _private_delete),
    "expected '(' for function-style cast": ("a type of several words", _type_of_words),
    "enumeration previously declared with fixed": ("an enumeration's type", _underlying_type),
    "member reference base type '__m128": (PARTS, _vector_member),
    "expected expression": ("an aligned array without a name", _aligned_literal),
    "assignment to cast is illegal": ("a cast that is assigned to", _lvalue_cast),
    "cannot take the address of an rvalue": ("the address of a cast", _lvalue_cast),
    "expected parentheses around type name": ("a type without parentheses", _type_operand),
    "conflicting types for": ("a function that differs from its prototype", _definition),
    "cannot initialize a parameter of type": ("a text as another pointer", _pointer),
    "no matching function for call to '": ("wide characters of the other type", _wide_argument),
    "const_cast from 'std::nullptr_t'": ("a cast of nullptr", _cast_of_nullptr),
    "redefinition of '": ("a GUID of a namespace", _guid_of_namespace),
    "member of anonymous ": ("a member that is declared once more", _declared_again),
    "a type specifier is required": ("an operator that returns int", _implicit_int),
}
"""By the start of a message: what is told, and the changes of the line."""
