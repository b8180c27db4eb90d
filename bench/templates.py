"""Text of a program with much to fold: containers over the types of many units, from a seed.

Every unit has types of its own and keeps them in lists, arrays, maps, queues and counted
references that all units share as templates. What a template makes of a type is one of three
things, and which it is decides what a linker that folds identical functions has to do:

- Nothing depends on the type but its size: pointers, and records of numbers. All such functions
  with one size are the same, and so is what calls them.
- The type cleans up after itself in a way that many do: it closes a handle, frees its memory, lets
  go of a reference. These are equal, but only their callees say so.
- The type has code of its own. Then everything that leads to it is different, though a function
  three calls away has the same bytes as all others.

The objects are optimised as a release is: at -O0 most functions are small helpers that no release
has, and a third of the code folds. Here a third of the functions fold, and 14 % of the code,
because the small ones do; lld-link needs four rounds. Published savings are 3 % for clang and lld,
6 % for Google's servers (the paper on folding in gold), 8 % of a whole lld.exe, 12 % of the code of
a large program for macOS, 14 % for HHVM and up to 20 % for generated bindings: so this is a program
with many templates, but no more than others have.

They are for MSVC's ABI, where functions lie in sections of one name. lld-link compares whole names
of sections, and mingw's have the function's behind a ``$``: it folds nothing of those.
"""

from dataclasses import dataclass
from random import Random
from typing import ClassVar

from . import sources

_KIT = """#pragma once
#define HELPER inline __attribute__((always_inline))
using size = decltype(sizeof 0);
HELPER void *operator new(size, void *place) noexcept { return place; }
namespace kit {
void *allocate(size bytes);
void release(void *memory);
void fail(const char *what, unsigned number);
struct Lock { unsigned char old; size word; void take(); void give(); };
struct Guard {
    Lock &lock;
    HELPER Guard(Lock &of) : lock(of) { lock.take(); }
    HELPER ~Guard() { lock.give(); }
};
template <class T> HELPER void destroy(T &value) { value.~T(); }

template <class T> struct Array {
    T *items = nullptr;
    unsigned count = 0, room = 0;
    ~Array() { clear(); release(items); }
    void clear() { while (count) destroy(items[--count]); }
    void grow(unsigned wanted) {
        T *fresh = static_cast<T *>(allocate(wanted * sizeof(T)));
        for (unsigned at = 0; at < count; ++at) {
            new (fresh + at) T(items[at]);
            destroy(items[at]);
        }
        release(items);
        items = fresh;
        room = wanted;
    }
    void push(const T &value) {
        if (count == room) grow(room ? room * 2 : 8);
        new (items + count++) T(value);
    }
    T &at(unsigned index) {
        if (index >= count) fail("array", index);
        return items[index];
    }
    void remove(unsigned index) {
        destroy(at(index));
        for (--count; index < count; ++index) items[index] = items[index + 1];
    }
};

template <class T> struct List {
    struct Node { Node *next; T value; };
    Node *first = nullptr, *last = nullptr;
    unsigned count = 0;
    ~List() { clear(); }
    void clear() { while (first) drop(); }
    void append(const T &value) {
        Node *node = static_cast<Node *>(allocate(sizeof(Node)));
        new (&node->value) T(value);
        node->next = nullptr;
        (last ? last->next : first) = node;
        last = node;
        ++count;
    }
    void drop() {
        Node *node = first;
        first = node->next;
        if (!first) last = nullptr;
        --count;
        destroy(node->value);
        release(node);
    }
};

template <class K, class T> struct Map {
    struct Entry { K key; T value; Entry *next; };
    Entry **heads = nullptr;
    unsigned count = 0, room = 0;
    ~Map() { clear(); release(heads); }
    static HELPER unsigned mixed(K key) { return (unsigned)((size)key * 2654435761u >> 7); }
    Entry *find(K key) {
        if (!room) return nullptr;
        Entry *each = heads[mixed(key) % room];
        while (each && each->key != key) each = each->next;
        return each;
    }
    void spread(unsigned wanted) {
        Entry **fresh = static_cast<Entry **>(allocate(wanted * sizeof(Entry *)));
        for (unsigned at = 0; at < room; ++at)
            while (Entry *each = heads[at]) {
                heads[at] = each->next;
                Entry *&head = fresh[mixed(each->key) % wanted];
                each->next = head;
                head = each;
            }
        release(heads);
        heads = fresh;
        room = wanted;
    }
    T &insert(K key, const T &value) {
        if (Entry *old = find(key)) return old->value;
        if (count >= room) spread(room * 2 + 7);
        Entry *fresh = static_cast<Entry *>(allocate(sizeof(Entry)));
        new (&fresh->value) T(value);
        fresh->key = key;
        fresh->next = heads[mixed(key) % room];
        heads[mixed(key) % room] = fresh;
        ++count;
        return fresh->value;
    }
    void drop(Entry *entry) { destroy(entry->value); release(entry); --count; }
    bool erase(K key) {
        Entry *entry = find(key);
        if (!entry) return false;
        Entry **link = &heads[mixed(key) % room];
        while (*link != entry) link = &(*link)->next;
        *link = entry->next;
        drop(entry);
        return true;
    }
    void clear() {
        for (unsigned at = 0; at < room; ++at)
            while (Entry *each = heads[at]) { heads[at] = each->next; drop(each); }
    }
};

template <class T> struct Counted {
    unsigned references = 0;
    HELPER void take() { ++references; }
    void drop() {
        if (--references) return;
        T *self = static_cast<T *>(this);
        destroy(*self);
        release(self);
    }
};
template <class T> struct Ref {
    T *to;
    HELPER Ref(T *of = nullptr) : to(of) { if (to) to->take(); }
    HELPER Ref(const Ref &other) : Ref(other.to) {}
    HELPER ~Ref() { if (to) to->drop(); }
    void operator=(const Ref &other) {
        if (other.to) other.to->take();
        if (to) to->drop();
        to = other.to;
    }
};
template <class T> struct Queue {
    Lock lock;
    List<T> waiting;
    void put(const T &value) { Guard guard(lock); waiting.append(value); }
    bool next() {
        Guard guard(lock);
        if (!waiting.first) return false;
        waiting.drop();
        return true;
    }
    void stop() { Guard guard(lock); waiting.clear(); }
};
template <class T, unsigned (T::*method)(unsigned)> unsigned routine(void *self, unsigned value) {
    return (static_cast<T *>(self)->*method)(value);
}
unsigned defer(unsigned (*what)(void *, unsigned), void *self, unsigned value);

struct Handle {
    void *value = nullptr;
    HELPER ~Handle() { if (value) ZwClose((unsigned)(size)value, 0); }
};
struct Device {
    unsigned kind = 0, users = 0;
    virtual ~Device() {}
    virtual unsigned open(unsigned mode) = 0;
    virtual unsigned close(unsigned mode) = 0;
    virtual unsigned control(unsigned code, unsigned value) = 0;
    virtual bool removable() const { return false; }
    virtual unsigned version() const { return 1; }
    virtual void *context() { return nullptr; }
};
"""

_COMMON = """
struct Range { unsigned long long from, to; };
struct Text { Array<unsigned short> letters; unsigned hash; };
struct Record { unsigned number, state; unsigned long long time; void *owner; };
struct Mapping { Handle section; unsigned long long base, length; };
struct Buffer : Counted<Buffer> { Array<unsigned char> bytes; unsigned used; };
struct Session : Counted<Session> { Handle process; Map<unsigned, Record> records; };
struct Event { unsigned kind; void *sender; Range range; };
}
"""


@dataclass(frozen=True, slots=True)
class Templates(sources.Shape):
    """Units with ``types`` of their own, which they keep in ``members`` containers.

    ``own`` in a hundred of the types have a destructor with code of its own.
    """

    types: int = 8
    members: int = 10
    own: int = 40

    flags: ClassVar[tuple[str, ...]] = ("--target=x86_64-pc-windows-msvc", "-Os")
    is_mingw: ClassVar[bool] = False

    def header(self) -> str:
        """What all units include: the kernel's functions, containers, and types that many keep."""
        imports = "".join(
            f'extern "C" __declspec(dllimport) unsigned {name}(unsigned, unsigned);\n'
            for name in sources.KERNEL_FUNCTIONS
        )
        return _KIT.replace("namespace kit {\n", f"{imports}namespace kit {{\n", 1) + _COMMON

    def unit(self, number: int) -> str:
        """The text of one unit; it calls only units with lower numbers."""
        random = Random(f"{self.name} {number}")
        others = sorted(random.sample(range(number), min(number, self.calls)))
        types = [_Type(random, index, self.own) for index in range(self.types)]
        members = [_member(random, types, index) for index in range(self.members)]
        name = sources.unit_name(number)
        lines = ['#include "shapes.hpp"', *map(_declared, others), f"namespace {name} {{"]
        lines += ["using namespace kit;", *(line for each in types for line in each.lines(random))]
        lines += ["struct Extension {", *(f"    {text};" for text, _, _ in members), "};"]
        lines.append("Extension *extension;")
        names = [f"{random.choice(sources.VERBS)}_{random.choice(sources.NOUNS)}_{n:02}"
                 for n in range(self.functions)]  # fmt: skip
        lines += [f"unsigned {each}(unsigned a, unsigned b);" for each in names]
        for index, each in enumerate(names):
            following = names[index + 1 : index + 2]
            lines += _function(random, each, following, members)
        body = "".join(f" a += {sources.unit_name(other)}::enter(b, a);" for other in others)
        lines += ["unsigned enter(unsigned a, unsigned b) {",
                  "    extension = new (allocate(sizeof(Extension))) Extension();",
                  f"   {body} a += {names[0]}(a, b);",
                  "    destroy(*extension); release(extension); return a;",
                  "}", "}", ""]  # fmt: skip
        return "\n".join(lines)

    def entry(self, units: int, copies: int = 1) -> str:
        """The object with DriverEntry and the containers' own functions."""
        return _RUNTIME + sources.Shape.entry(self, units, copies)


SHAPES = {"templates": Templates("templates", 1500, 22)}


def _declared(number: int) -> str:
    name = sources.unit_name(number)
    return f"namespace {name} {{ unsigned enter(unsigned a, unsigned b); }}"


_RUNTIME = """#include "shapes.hpp"
extern "C" void *memcpy(void *to, const void *from, size count) {
    for (size at = 0; at < count; ++at) ((char *)to)[at] = ((const char *)from)[at];
    return to;
}
extern "C" void *memset(void *to, int value, size count) {
    for (size at = 0; at < count; ++at) ((char *)to)[at] = (char)value;
    return to;
}
extern "C" int _purecall() { return 0; }
void operator delete(void *memory, size) noexcept { kit::release(memory); }
void operator delete(void *memory) noexcept { kit::release(memory); }
namespace kit {
void *allocate(size bytes) { return (void *)(size)ExAllocatePoolWithTag((unsigned)bytes, 7); }
void release(void *memory) { ExFreePoolWithTag((unsigned)(size)memory, 7); }
void fail(const char *what, unsigned number) { DbgPrint((unsigned)(size)what, number); }
void Lock::take() { old = (unsigned char)KeAcquireSpinLockRaiseToDpc((unsigned)(size)&word, 0); }
void Lock::give() { KeReleaseSpinLock((unsigned)(size)&word, old); }
unsigned defer(unsigned (*what)(void *, unsigned), void *self, unsigned value) {
    return what(self, value);
}
}
"""

_FIELDS = ("unsigned", "unsigned", "void *", "unsigned long long", "unsigned short", "Range")
_OWNERS = ("Handle", "Text", "Array<unsigned>", "Mapping", "Ref<Buffer>", "Ref<Session>",
           "List<Event>")  # fmt: skip
_KEYS = ("unsigned", "unsigned", "void *", "unsigned long long")


class _Type:
    """One type of a unit: what it is called, and how it ends."""

    def __init__(self, random: Random, index: int, own: int) -> None:
        stem = random.choice(sources.NOUNS)
        self.name = f"{stem}_{index}"
        share = random.randrange(100)
        self.own = share < own
        self.kind = "device" if index == 0 else "counted" if index == 1 else "value"
        self.members = ()
        if not self.own and share < own + 30:
            self.members = (random.choice(_OWNERS),)

    def lines(self, random: Random) -> list[str]:
        """The definition, with the destructor and the methods that are not inline."""
        name = self.name
        base = {"device": " : Device", "counted": f" : Counted<{name}>", "value": ""}[self.kind]
        fields = random.choices(_FIELDS, k=random.randint(1, 4))
        lines = [f"struct {name}{base} {{"]
        lines += [f"    {each} member_{n};" for n, each in enumerate(self.members)]
        lines += [f"    {each} field_{n};" for n, each in enumerate(fields)]
        if self.own:
            lines.append(f"    ~{name}();")
        methods = ["step"] if self.kind == "value" else ["step", "reset"]
        if self.kind == "device":
            methods = ["open", "close", "control(unsigned code, unsigned value)"]
            if random.random() < 0.3:
                lines.append("    bool removable() const override { return true; }")
            if random.random() < 0.3:
                lines.append("    void *context() override { return this; }")
        for each in methods:
            lines.append(f"    unsigned {_declarator(each)};")
        lines.append("};")
        if self.own:
            lines += [f"{name}::~{name}() {{ unsigned a = (unsigned)(size)this, b = 1;"]
            lines += [f"    {sources.operation(random)}" for _ in range(random.randint(1, 4))]
            lines += ["    if (a == b) fail(__func__, a);", "}"]
        for each in methods:
            lines.append(f"unsigned {name}::{_declarator(each)} {{")
            lines.append("    unsigned a = value, b = (unsigned)(size)this;")
            lines += [f"    {sources.operation(random)}" for _ in range(random.randint(3, 12))]
            lines += ["    return a + b;", "}"]
        return lines


def _declarator(method: str) -> str:
    return method if "(" in method else f"{method}(unsigned value)"


def _member(random: Random, types: list[_Type], index: int) -> tuple[str, str, _Type | None]:
    """A member of a unit's extension: its declaration, what is in it, and whose type that is."""
    of: _Type | None = random.choice(types)
    if random.random() < 0.2:
        of = None
        element = random.choice(("Text", "Record", "Mapping", "Event", "Ref<Buffer>",
                                 "Ref<Session>", "unsigned", "void *"))  # fmt: skip
    elif of.kind == "device":
        element = f"{of.name} *"
    elif of.kind == "counted":
        element = f"Ref<{of.name}>"
    else:
        element = of.name if random.random() < 0.8 else f"{of.name} *"
    container = random.choices(("Array", "List", "Queue", "Map"), (35, 20, 15, 30))[0]
    key = f"{random.choice(_KEYS)}, " if container == "Map" else ""
    return f"{container}<{key}{element}> kept_{index}", element, of


def _function(
    random: Random, name: str, following: list[str], members: list[tuple[str, str, _Type | None]]
) -> list[str]:
    lines = [f"unsigned {name}(unsigned a, unsigned b) {{"]
    lines += [f"    {sources.operation(random)}" for _ in range(random.randint(7, 17))]
    for text, element, of in random.sample(members, random.randint(1, 3)):
        lines += [f"    {line}" for line in _use(random, text, element, of)]
    lines += [f"    b += {each}(b, a);" for each in following]
    lines += [f"    {sources.operation(random)}" for _ in range(random.randint(1, 4))]
    return [*lines, "    return a + b;", "}"]


def _use(random: Random, text: str, element: str, of: _Type | None) -> list[str]:
    """Lines that use one container."""
    container, member = text.partition("<")[0], f"extension->{text.rpartition(' ')[2]}"
    fresh = f"{element} fresh{{}};" if not element.endswith("*") else f"{element} fresh = nullptr;"
    key = text.partition("<")[2].partition(",")[0]
    ways = {
        "Array": ("{ FRESH MEMBER.push(fresh); }", "MEMBER.remove(b);",
                  "if (b < MEMBER.count) MEMBER.clear();", "MEMBER.at(b);"),
        "List": ("{ FRESH MEMBER.append(fresh); }", "if (MEMBER.count) MEMBER.drop();",
                 "MEMBER.clear();"),
        "Queue": ("{ FRESH MEMBER.put(fresh); }", "if (MEMBER.next()) ++a;", "MEMBER.stop();"),
        "Map": ("{ FRESH MEMBER.insert((KEY)(size)a, fresh); }",
                "if (MEMBER.find((KEY)(size)b)) ++a;",
                "if (MEMBER.erase((KEY)(size)a)) ++b;"),
    }[container]  # fmt: skip
    chosen = random.choice(ways)
    words = chosen.replace("FRESH", fresh).replace("MEMBER", member).replace("KEY", key)
    lines = [words]
    if of and random.random() < 0.25:
        if of.kind == "device":
            lines.append(f"{{ Device *device = new (allocate(sizeof({of.name}))) {of.name}(); "
                         "a += device->control(b, a); delete device; }")  # fmt: skip
        else:
            lines.append(f"a += defer(routine<{of.name}, &{of.name}::step>, extension, b);")
    return lines
