"""Programs and DLLs of gcc, linked by GNU ld and by pelink from the same line."""

import subprocess

import pytest

import peers
from differential.compare import exports, imports
from differential.images import as_dwords
from differential_gnu.both import BOTH_MACHINES, archived, compiled, link_both


@pytest.fixture
def make(tmp_path):
    """A function: an object of a source text, in the test's folder."""
    return lambda machine, name, text, *words: compiled(tmp_path, machine, name, text, *words)


def entry(machine):
    return "-e_start" if machine == "x86" else "-estart"


def symbol(machine, name):
    return f"_{name}" if machine == "x86" else name


def words_at(image, machine, name, count):
    """Pointers at a name, as names of what they point to or as numbers."""
    width = 4 if machine == "x86" else 8
    at = image.names[symbol(machine, name)]
    numbers = [
        int.from_bytes(image.memory[at + width * n :][:width], "little") for n in range(count)
    ]
    return [each - image.base if each > image.base else each for each in numbers]


@BOTH_MACHINES
def test_functions_and_data_of_two_objects(machine, make, tmp_path):
    one = make(
        machine,
        "one.c",
        """
        extern int there(int); extern int table[]; static int zero[9];
        int *pointer = &table[2]; int (*function)(int) = there;
        const char *const text = "text";
        int start(void) { return there(*pointer) + function(3) + text[1] + zero[2]; }
        """,
    )
    two = make(machine, "two.c", "int table[] = {1, 2, 3}; int there(int n) { return n; }", "-O2")
    link_both(tmp_path, machine, [one, two], entry(machine)).assert_equal()


@BOTH_MACHINES
def test_commons_take_the_largest_size(machine, make, tmp_path):
    one = make(machine, "one.c", "char area[5]; int start(void) { return area[1]; }", "-fcommon")
    two = make(machine, "two.c", "char area[70]; double other;", "-fcommon")
    both = link_both(tmp_path, machine, [one, two], entry(machine))
    both.assert_equal()
    sizes = {}
    for image in (both.ours, both.theirs):
        start, end = image.names["__bss_start__"], image.names["__bss_end__"]
        sizes[end - start] = True
    assert max(sizes) - min(sizes) <= 32  # alignment of commons is each linker's own


@BOTH_MACHINES
def test_weak_definitions_and_references(machine, make, tmp_path):
    one = make(
        machine,
        "one.c",
        """
        __attribute__((weak)) int missing(void); __attribute__((weak)) int given(void);
        __attribute__((weak)) int own(void) { return 1; }
        __attribute__((weak)) int fallback(void) { return 2; }
        int (*volatile pointers[])(void) = {missing, given, own, fallback};
        int start(void) { return pointers[0] ? pointers[0]() : pointers[1](); }
        """,
    )
    two = make(machine, "two.c", "int given(void) { return 3; } int own(void) { return 4; }")
    link_both(tmp_path, machine, [one, two], entry(machine)).assert_equal()


@BOTH_MACHINES
def test_inline_functions_and_tables_of_two_objects(machine, make, tmp_path):
    head = """
        inline int twice(int n) { static int count; return 2 * n + ++count; }
        struct Shape { virtual int area() { return 0; } virtual ~Shape() {} int n; };
        using Size = decltype(sizeof 0);
        void operator delete(void *) noexcept; void operator delete(void *, Size) noexcept;
    """
    one = make(
        machine,
        "one.cpp",
        head + 'extern "C" int other(int); extern "C" int start() { Shape s; '
        "return twice(1) + s.area() + other(2); }",
        "-fno-rtti",
        "-fno-exceptions",
    )
    two = make(
        machine,
        "two.cpp",
        head + 'extern "C" int other(int n) { Shape s; s.n = n; return twice(n) + s.area(); }'
        "void operator delete(void *) noexcept {}"
        "void operator delete(void *, Size) noexcept {}",
        "-fno-rtti",
        "-fno-exceptions",
    )
    link_both(tmp_path, machine, [one, two], entry(machine)).assert_equal()


@BOTH_MACHINES
def test_lists_of_constructors(machine, make, tmp_path):
    text = """
        extern void (*__CTOR_LIST__[])(void); extern void (*__DTOR_LIST__[])(void);
        static void here(void) {}
        __attribute__((constructor(500))) static void early(void) {}
        __attribute__((constructor)) static void usual(void) {}
        __attribute__((destructor)) static void last(void) {}
        void (**volatile lists[])(void) = {__CTOR_LIST__, __DTOR_LIST__};
        int start(void) { lists[0][1](); here(); return 0; }
    """
    both = link_both(tmp_path, machine, [make(machine, "one.c", text)], entry(machine))
    both.assert_equal()
    lists = []
    for image in (both.ours, both.theirs):
        at = words_at(image, machine, "__CTOR_LIST__", 4)
        lists.append([image.place(each) if 0 < each < 1 << 24 else each for each in at])
    assert lists[0] == lists[1]
    assert len(lists[0]) == 4
    assert lists[0][0] in (0xFFFFFFFF - both.ours.base, (1 << 64) - 1 - both.ours.base)
    assert lists[0][3] == 0


@BOTH_MACHINES
def test_arrays_of_sections_by_their_names(machine, make, tmp_path):
    text = """
        #define AT(name) __attribute__((section(name), used))
        AT(".CRT$XCA") void *first = 0; AT(".CRT$XCZ") void *end = 0;
        AT(".CRT$XCU") void *middle[] = {&first, &end};
        AT(".CRT$XIA") void *xia = 0; AT(".CRT$XIZ") void *xiz = 0; AT(".CRT$XLB") void *xlb = 0;
        AT(".data$b") int data_b = 2; AT(".data$a") int data_a = 1;
        AT(".rdata$z") const int rdata_z = 26; AT(".rdata$y") const int rdata_y = 25;
        AT("custom") int custom = 9;
        int start(void) { return (int)(&end - &first); }
    """
    both = link_both(tmp_path, machine, [make(machine, "one.c", text)], entry(machine))
    both.assert_equal()
    for image in (both.ours, both.theirs):
        order = ["first", "middle", "end", "xia", "xiz", "xlb"]
        found = sorted(order, key=lambda name: image.names[symbol(machine, name)])
        assert found == order
        assert image.names[symbol(machine, "data_a")] < image.names[symbol(machine, "data_b")]


@BOTH_MACHINES
def test_thread_local_storage(machine, make, tmp_path):
    text = """
        #define AT(name) __attribute__((section(name), used))
        unsigned long _tls_index;
        AT(".tls$AAA") char _tls_start; AT(".tls$ZZZ") char _tls_end;
        AT(".tls$") int mine = 5; AT(".tls$x") int yours = 6;
        AT(".CRT$XLA") void *__xl_a = 0; AT(".CRT$XLZ") void *__xl_z = 0;
        AT(".rdata$T") void *const _tls_used[6] = {
            &_tls_start, &_tls_end, &_tls_index, &__xl_a + 1, 0, 0};
        int start(void) { return mine + (int)_tls_index; }
    """
    both = link_both(tmp_path, machine, [make(machine, "one.c", text)], entry(machine))
    both.assert_equal()
    ours, theirs = (each.pe.OPTIONAL_HEADER.DATA_DIRECTORY[9] for each in (both.ours, both.theirs))
    assert (ours.Size, bool(ours.VirtualAddress)) == (theirs.Size, True)


@BOTH_MACHINES
def test_unwind_tables_of_functions(machine, make, tmp_path):
    text = """
        extern void out(void *); int small(int n) { return n; }
        int large(int n) { char area[400]; out(area); return area[n]; }
        void out(void *p) { *(char *)p = 1; } int start(void) { return small(1) + large(2); }
    """
    one = make(machine, "one.c", text, "-O1", "-ffunction-sections")
    link_both(tmp_path, machine, [one], entry(machine)).assert_equal()


@BOTH_MACHINES
def test_what_nothing_reaches_is_collected(machine, make, tmp_path):
    text = """
        int unused(int n) { return n; } int used(int n) { return n + 1; } int idle = 3;
        int start(void) { return used(1); }
    """
    one = make(machine, "one.c", text, "-ffunction-sections", "-fdata-sections")
    words = [entry(machine), "--gc-sections"]
    both = link_both(tmp_path, machine, [one], *words)
    both.assert_equal()
    kept = link_both(tmp_path, machine, [one], *words, "-u", symbol(machine, "unused"))
    kept.assert_equal()
    # On x86 the object's one .eh_frame speaks of all its functions, and start-up code needs it.
    assert (symbol(machine, "unused") in both.ours.names) is (machine == "x86")
    assert symbol(machine, "unused") in kept.ours.names


@BOTH_MACHINES
def test_wrapped_functions(machine, make, tmp_path):
    one = make(
        machine,
        "one.c",
        """
        int helper(int); int both(int); int (*pointer)(int) = helper;
        int start(void) { return helper(1) + both(2); }
        """,
    )
    two = make(
        machine,
        "two.c",
        """
        int helper(int n) { return n; } int both(int n) { return helper(n); }
        int __real_helper(int); int __wrap_helper(int n) { return __real_helper(n) + 1; }
        """,
        "-O1",
    )
    both = link_both(tmp_path, machine, [one, two], entry(machine), "--wrap=helper", "--wrap", "no")
    # The comparison knows nothing of it: both must be "wrong" in the same way.
    found = [each.what.split(" ", 1) for each in both.differences()]
    ours, theirs = (
        sorted(what for who, what in found if who == name) for name in ("pelink", "peer")
    )
    assert ours == theirs
    assert len(ours) == len(found) / 2 >= 3


# --- libraries -----------------------------------------------------------------------------------

THREE = {
    "a.c": "int b(void); int a(void) { return b(); }",
    "b.c": "int c(void); int b(void) { return c(); } int only_b = 1;",
    "c.c": "int a(void); int c(void) { return 3; } int (*back)(void) = a;",
}


@BOTH_MACHINES
def test_members_that_need_each_other(machine, make, tmp_path):
    one = make(machine, "one.c", "int a(void); int start(void) { return a(); }")
    members = [make(machine, name, text) for name, text in THREE.items()]
    first = archived(tmp_path, machine, "libfirst.a", *members[:1])
    second = archived(tmp_path, machine, "libsecond.a", *members[1:])
    link_both(
        tmp_path, machine, [one], entry(machine), "--start-group", first, second, "--end-group"
    ).assert_equal()


@BOTH_MACHINES
def test_a_whole_archive(machine, make, tmp_path):
    one = make(machine, "one.c", "int start(void) { return 0; }")
    members = [make(machine, name, text) for name, text in THREE.items()]
    library = archived(tmp_path, machine, "liball.a", *members)
    words = [entry(machine), "--whole-archive", library, "--no-whole-archive", library]
    both = link_both(tmp_path, machine, [one], *words)
    both.assert_equal()
    assert symbol(machine, "only_b") in both.ours.names


@BOTH_MACHINES
def test_a_thin_archive(machine, make, tmp_path):
    one = make(machine, "one.c", "int a(void); int start(void) { return a(); }")
    members = [make(machine, name, text) for name, text in THREE.items()]
    library = archived(tmp_path, machine, "libthin.a", *members, how="rcsT")
    both = link_both(tmp_path, machine, [one], entry(machine), library)
    assert {symbol(machine, name) for name in "abc"} <= both.ours.names.keys()
    assert both.ours.names.keys() >= both.theirs.names.keys() & {"a", "b", "c", "_a", "_b", "_c"}


@BOTH_MACHINES
def test_libraries_by_name_in_the_order_of_folders(machine, make, tmp_path):
    one = make(machine, "one.c", "int a(void); int start(void) { return a(); }")
    for folder, number in (("x", 1), ("y", 2)):
        (tmp_path / folder).mkdir()
        member = make(machine, f"{folder}/a.c", f"int a(void) {{ return {number}; }}")
        archived(tmp_path, machine, f"{folder}/libname.a", member)
    archived(tmp_path, machine, "y/name.lib", tmp_path / "y/a.o")
    folders = ["-L", tmp_path / "x", f"-L{tmp_path / 'y'}"]
    for words in (["-lname"], ["-Bstatic", "-lname"], ["-l:name.lib"]):
        both = link_both(tmp_path, machine, [one], entry(machine), *folders, *words)
        codes = [
            image.memory[image.names[symbol(machine, "a")] :][:12]
            for image in (both.ours, both.theirs)
        ]
        assert codes[0] == codes[1], words


# --- DLLs ----------------------------------------------------------------------------------------

LIBRARY = """
    __declspec(dllexport) int value = 41;
    __declspec(dllexport) int bump(int n) { return value += n; }
    int plain; int helper(void) { return 2; }
"""


@BOTH_MACHINES
def test_exports_by_declaration(machine, make, tmp_path):
    one = make(machine, "one.c", LIBRARY)
    both = link_both(tmp_path, machine, [one], "-shared", "-e", "0", out="test.dll")
    both.assert_equal()
    assert [name for name, *_ in exports(both.ours)] == ["bump", "value"]


@BOTH_MACHINES
@pytest.mark.parametrize(
    "words", [[], ["--export-all-symbols"], ["--exclude-symbols", "plain,helper"]]
)
def test_exports_of_everything(machine, words, make, tmp_path):
    text = (
        LIBRARY
        if words == ["--export-all-symbols"]
        else LIBRARY.replace("__declspec(dllexport)", "")
    )
    one = make(machine, "one.c", text + "__attribute__((weak)) int weak(void) { return 1; }")
    both = link_both(tmp_path, machine, [one], "-shared", "-e0", *words, out="test.dll")
    both.assert_equal()
    assert len(exports(both.ours)) == (2 if "--exclude-symbols" in words else 4)


@BOTH_MACHINES
def test_exports_by_a_definition_file(machine, make, tmp_path):
    definition = tmp_path / "list.def"
    definition.write_text(
        "LIBRARY other.dll\nEXPORTS\n"
        " bump @7\n renamed=helper @3 NONAME\n value DATA\n plain @5 DATA\n"
    )
    one = make(machine, "one.c", LIBRARY.replace("__declspec(dllexport)", ""))
    both = link_both(tmp_path, machine, [one], definition, "-shared", "-e0", out="test.dll")
    both.assert_equal()


def test_decorated_exports_of_x86(make, tmp_path):
    text = """
        __declspec(dllexport) int __stdcall taken(int n) { return n; }
        __declspec(dllexport) int __fastcall quick(int n) { return n; }
        __declspec(dllexport) int usual(int n) { return n; }
    """
    one = make("x86", "one.c", text)
    found = {}
    for words in ([], ["--kill-at"]):
        both = link_both(tmp_path, "x86", [one], "-shared", "-e0", *words, out="test.dll")
        both.assert_equal()
        found[len(words)] = [name for name, *_ in exports(both.ours)]
    assert found == {0: ["@quick@4", "taken@4", "usual"], 1: ["quick", "taken", "usual"]}


def made_dll(machine, make, folder):
    """A DLL by GNU ld, and its import library."""
    one = make(machine, "library.c", LIBRARY)
    command = [peers.require(f"ld-{machine}"), "-shared", "-e0", str(one), "-o", "lib.dll"]
    subprocess.run([*command, "--out-implib", "liblib.dll.a"], cwd=folder, check=True)
    return folder / "lib.dll", folder / "liblib.dll.a"


@BOTH_MACHINES
@pytest.mark.parametrize("which", [0, 1], ids=["the DLL", "import library"])
def test_imports_of_a_dll(machine, which, make, tmp_path):
    library = made_dll(machine, make, tmp_path)[which]
    text = """
        __declspec(dllimport) extern int value; __declspec(dllimport) int bump(int);
        int start(void) { return bump(1) + value; }
    """
    one = make(machine, "one.c", text)
    both = link_both(tmp_path, machine, [one], entry(machine), library)
    both.assert_equal()
    assert sorted(name for _, name, _ in imports(both.ours)) == ["bump", "value"]


@BOTH_MACHINES
def test_data_imported_automatically(machine, make, tmp_path):
    _, library = made_dll(machine, make, tmp_path)
    text = """
        extern int value; int bump(int); int *pointer = &value; int *next = &value + 1;
        void _pei386_runtime_relocator(void) {}
        int start(void) { _pei386_runtime_relocator(); return bump(1) + value; }
    """
    one = make(machine, "one.c", text)
    both = link_both(tmp_path, machine, [one], entry(machine), library)
    both.assert_equal()
    lists = []
    for image in (both.ours, both.theirs):
        start, end = (
            image.names[f"__RUNTIME_PSEUDO_RELOC_LIST{suffix}__"] for suffix in ("", "_END")
        )
        numbers = as_dwords(image.memory[start:end])
        assert numbers[:3] == [0, 0, 1]
        entries = zip(numbers[3::3], numbers[4::3], numbers[5::3], strict=True)
        lists.append(sorted((image.place(a)[1:], image.place(b), c) for a, b, c in entries))
    assert lists[0] == lists[1]
    assert len(lists[0]) >= 3


def test_stdcall_names_without_decoration(make, tmp_path):
    one = make(
        "x86",
        "one.c",
        "int __stdcall far(int n); int start(void) { return far(1); }",
    )
    two = make("x86", "two.c", "int far(int n) { return n; }")
    for words in ([], ["--enable-stdcall-fixup"]):
        link_both(tmp_path, "x86", [one, two], "-e_start", *words).assert_equal()


# --- headers -------------------------------------------------------------------------------------

HEADERS = {
    "windows": ["--subsystem", "windows"],
    "native": ["--subsystem=native:6.1", "--dynamicbase"],
    "versions": [
        *("--major-os-version", "6", "--minor-os-version=1"),
        *("--major-subsystem-version", "6", "--minor-subsystem-version", "2"),
        *("--major-image-version", "3", "--minor-image-version", "4"),
    ],
    "sizes": ["--stack", "0x400000,0x2000", "--heap=0x200000", "--image-base", "0x10000000"],
    "alignment": ["--section-alignment", "0x2000", "--file-alignment", "0x1000"],
    "off": ["--disable-dynamicbase", "--disable-nxcompat", "--disable-high-entropy-va"],
    "more": ["--tsaware", "--forceinteg"],
    "fixed": ["--disable-reloc-section", "--disable-dynamicbase"],
}


@BOTH_MACHINES
@pytest.mark.parametrize("name", HEADERS)
def test_headers(name, machine, make, tmp_path):
    text = "int start(void); int (*self)(void) = start; int start(void) { return 1; }"
    one = make(machine, "one.c", text)
    words = list(HEADERS[name])
    if machine == "x86" and "--disable-high-entropy-va" in words:
        words.remove("--disable-high-entropy-va")
    link_both(tmp_path, machine, [one], entry(machine), *words).assert_equal()
