"""GNU ld's spelling: what each option becomes, and what is refused in which words."""

import os
import re
import subprocess
import sys

import pytest

from gnu.compilers import HOME, pelink
from ntbuild import options_from_argv, options_to_argv
from ntbuild.pelink.commands.flavor import split_flavor
from ntbuild.pelink.commands.response_files import split_gnu_words
from ntbuild.pelink.diagnostics import LinkError
from ntbuild.pelink.spelling.gnu_ld import parse_gnu_command_line
from ntbuild.pelink.spelling.gnu_ld_ignored import (
    OBEYED_BY_LD,
    WITHOUT_EFFECT,
    WITHOUT_EFFECT_JOINED,
    WITHOUT_EFFECT_VALUED,
)
from ntbuild.pelink.spelling.version_script import VersionScript, parse_version_script


def options(*words, program="ld"):
    return parse_gnu_command_line(["-m", "i386pep", "a.o", *words], program).options


@pytest.mark.parametrize(
    ("words", "field", "value"),
    [
        (["-o", "x.exe"], "out", "x.exe"),
        (["-ox.exe"], "out", "x.exe"),
        (["--output=x.exe"], "out", "x.exe"),
        (["-e", "begin"], "entry", "begin"),
        (["-ebegin"], "entry", "begin"),
        (["--entry=begin"], "entry", "begin"),
        (["-entry", "begin"], "entry", "begin"),
        (["-e", "0"], "noentry", True),
        (["-shared"], "dll", True),
        (["--dll"], "dll", True),
        (["-shared"], "entry", "DllMainCRTStartup"),
        (["--subsystem", "native"], "entry", "NtProcessStartup"),
        (["--subsystem=windows"], "entry", "WinMainCRTStartup"),
        (["--subsystem", "native:10.0"], "subsystem_version", (10, 0)),
        (["--subsystem", "efi-app"], "subsystem", "efi_application"),
        (["--subsystem", "3:5"], "subsystem", "console"),
        (["--subsystem", "3:5"], "subsystem_version", (5, 0)),
        (["--major-os-version", "6", "--minor-os-version=3"], "os_version", (6, 3)),
        (["--minor-image-version", "9"], "version", (0, 9)),
        (["--image-base", "0x10000"], "base", 0x10000),
        (["--image-base", "65536"], "base", 0x10000),
        (["--section-alignment=4096"], "align", 4096),
        (["--file-alignment", "512"], "filealign", 512),
        (["--stack", "1048576"], "stack", (0x100000, 0x1000)),
        (["--heap=0x2000,0x1000"], "heap", (0x2000, 0x1000)),
        ([], "ref", False),
        (["--gc-sections"], "ref", True),
        (["--gc-sections", "--no-gc-sections"], "ref", False),
        (["-Map", "x.map"], "map", "x.map"),
        (["-Map=x.map"], "map", "x.map"),
        (["--out-implib", "x.a"], "implib", "x.a"),
        ([], "noimplib", True),
        (["--output-def=x.def"], "output_def", "x.def"),
        (["-u", "a", "-ub", "--undefined=c"], "includeoptional", ("a", "b", "c")),
        (["--require-defined=c"], "include", ("c",)),
        (["--section-align", "4096"], "align", 4096),
        (["--file-align=512"], "filealign", 512),
        (["--out-impl", "x.a"], "implib", "x.a"),
        (["-subs", "native"], "subsystem", "native"),
        (["--no-dynamicbase"], "dynamicbase", False),
        (["--no-nxcompat"], "nxcompat", False),
        (["--allow-multiple-definition", "--no-allow-multiple-definition"], "force", ()),
        (["--delayload", "a.dll", "-delayload=b.dll"], "delayload", ("a.dll", "b.dll")),
        (["--guard-cf"], "guard", "cf,longjmp"),
        (["--guard-cf", "--no-guard-longjmp"], "guard", "cf,nolongjmp"),
        (["--guard-cf", "--no-guard-cf"], "guard", ""),
        (["-mllvm", "-x86-asm-syntax=intel"], "machine", "x64"),
        (["--mllvm=-x"], "machine", "x64"),
        (["--pdb=x.pdb"], "pdb", "x.pdb"),
        (["-pdb", "x.pdb"], "debug", "full"),
        (["--pdb="], "pdb", None),
        (["--no-insert-timestamp", "--insert-timestamp"], "timestamp", None),
        (["--defsym", "a=0x10", "--defsym=b=a+4"], "defsym", (("a", "0x10"), ("b", "a+4"))),
        (["-Ttext=0x140005000"], "section_start", ((".text", 0x140005000),)),
        (["-Tdata", "20000"], "section_start", ((".data", 0x20000),)),
        (["--section-start=.rsrc=0x9000"], "section_start", ((".rsrc", 0x9000),)),
        (["-y", "f", "--trace-symbol=g"], "trace_symbols", ("f", "g")),
        (["-t"], "trace", True),
        (["--cref"], "cref", True),
        (["--force-exe-suffix", "-o", "tool"], "out", "tool.exe"),
        (["--force-exe-suffix", "-o", "tool.DLL"], "out", "tool.DLL"),
        (["-b", "pe-x86-64", "--oformat=pei-x86-64"], "machine", "x64"),
        (["--exclude-symbols", "a,b:c"], "exclude_symbols", ("a", "b", "c")),
        (["--exclude-libs", "ALL"], "exclude_libs", ("ALL",)),
        (["--export-all-symbols"], "export_all_symbols", True),
        (["--exclude-all-symbols"], "exclude_all_symbols", True),
        (["--disable-auto-import"], "auto_import", False),
        (["--enable-stdcall-fixup"], "stdcall_fixup", True),
        (["--kill-at"], "kill_at", True),
        (["-k"], None, None),
        (["--dynamicbase"], "dynamicbase", True),
        (["--disable-dynamicbase"], "dynamicbase", False),
        (["--disable-nxcompat"], "nxcompat", False),
        (["--disable-high-entropy-va"], "highentropyva", False),
        (["--disable-reloc-section"], "fixed", True),
        (["--tsaware"], "tsaware", True),
        (["--no-insert-timestamp"], "timestamp", 0),
        (["--fatal-warnings"], "warnings_as_errors", True),
        (["-T", "x.ld"], "script", "x.ld"),
        (["-Tx.ld"], "script", "x.ld"),
        (["--script=x.ld"], "script", "x.ld"),
        (["list.def"], "def_file", "list.def"),
        (["-Xlink=/opt:icf"], "icf", "all"),
        (["--icf=safe"], "icf", "safe"),
        (["-Xlink=/driver"], "driver", "plain"),
        (["-Xlink=/driver"], "mingw", False),
        (["-Xlink", "/driver", "--stack=0x2000"], "stack", (0x2000, 0x1000)),
        (["-Xlink=/driver"], "stack", None),
        (["-Xlink=/driver"], "debug", None),
        (["--wdmdriver"], "driver", "wdm"),
        (["--wdmdriver"], "mingw", False),
        ([], "mingw", True),
        ([], "subsystem_version", (5, 2)),
    ],
    ids=str,
)
def test_an_option_becomes_a_field(words, field, value):
    if field is None:
        with pytest.raises(LinkError, match="unknown option: -k"):
            options(*words)
        return
    assert getattr(options(*words), field) == value


def test_everything_given_can_be_said_in_the_other_spelling():
    given = options(
        *(
            "-shared",
            "--kill-at",
            "--stack",
            "0x1000",
            "--exclude-symbols=a",
            "--image-base=0x10000",
        ),
        *("--subsystem", "console:6.0", "--out-implib", "x.a", "--disable-auto-import", "-u", "f"),
    )
    assert options_from_argv(options_to_argv(given)) == given


@pytest.mark.parametrize(
    ("machine", "emulation", "program"),
    [
        ("x64", "i386pep", "ld"),
        ("x86", "i386pe", "ld"),
        ("arm64", "arm64pe", "ld"),
        ("arm", "thumb2pe", "ld"),
        ("x86", None, "/usr/bin/i686-w64-mingw32-ld"),
        ("arm64", None, "aarch64-w64-mingw32-ld.exe"),
    ],
)
def test_the_machine(machine, emulation, program):
    words = ["-m", emulation] if emulation else []
    assert parse_gnu_command_line([*words, "a.o"], program).options.machine == machine


@pytest.mark.parametrize("name", sorted(WITHOUT_EFFECT))
def test_options_that_change_nothing(name):
    dashes = "-" if len(name) == 1 else "--"
    assert options(f"{dashes}{name}") == options()


@pytest.mark.parametrize("name", sorted(WITHOUT_EFFECT_VALUED))
def test_options_whose_value_changes_nothing(name):
    line = parse_gnu_command_line(["-m", "i386pep", f"-{name}", "value", f"--{name}=value", "a.o"])
    assert (line.options, line.inputs) == (options(), ("a.o",))


@pytest.mark.parametrize("name", sorted(WITHOUT_EFFECT_JOINED))
def test_options_whose_value_is_joined(name):
    line = parse_gnu_command_line(["-m", "i386pep", f"--{name}", f"--{name}=value", "a.o"])
    assert (line.options, line.inputs) == (options(), ("a.o",))


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (["--frobnicate"], "unknown option: --frobnicate"),
        (["--gc-sektions"], "did you mean --gc-sections?"),
        (["-r"], "-r (output that can be linked again) is not supported"),
        (["--relocatable"], "-r (output that can be linked again) is not supported"),
        (["--defsym", "a"], "--defsym a: expected NAME=EXPRESSION"),
        (["--defsym=a="], "--defsym a=: expected NAME=EXPRESSION"),
        (["-Ttext=high"], "-Ttext high: expected a hexadecimal address"),
        (["--section-start", ".text"], "--section-start .text: expected NAME=ADDRESS"),
        (["-b", "binary"], "--format=binary is not supported"),
        (["--oformat=binary"], "--oformat binary is not supported"),
        (["--enable"], "ambiguous option: --enable"),
        (["--insert-timestamp=4294967296"], "expected a number of at most 32 bits"),
        (["--version-script=nowhere.map"], "could not open 'nowhere.map'"),
        (["--image-base", "high"], "--image-base high: expected a number"),
        (["--section-alignment", "3"], "--section-alignment 3: expected a power of two"),
        (["--subsystem", "vms"], "--subsystem vms: expected one of native"),
        (["--subsystem", "native:x"], "expected a version such as 10.0 after the colon"),
        (["--major-os-version", "65536"], "expected at most 65535"),
        (["-m", "elf_x86_64"], "-m elf_x86_64: unrecognised emulation mode"),
        (["--gc-sections=yes"], "option gc-sections takes no value, not yes"),
        (["-o"], "option -o needs a value"),
        (["--pop-state"], "--pop-state without --push-state"),
        (["-lnowhere", "-lneither"], "unable to find library -lnowhere"),
        (["--stack", "9" * 5000], "expected a number"),
        (["--subsystem", "native:" + "9" * 5000], "after the colon"),
    ],
    ids=lambda each: each[0][:30] if isinstance(each, list) else "",
)
def test_what_is_refused(words, message):
    with pytest.raises(LinkError) as caught:
        options(*words)
    assert message in str(caught.value)


def test_all_errors_are_shown_at_once():
    with pytest.raises(LinkError) as caught:
        options("--one", "--image-base=x", "--two")
    assert [each.message.partition(":")[0] for each in caught.value.diagnostics] == [
        "unknown option",
        "--image-base x",
        "unknown option",
    ]


@pytest.mark.parametrize(
    ("files", "words", "found"),
    [
        (["libx.dll.a", "x.dll.a", "libx.a", "x.lib", "libx.dll", "x.dll"], [], "libx.dll.a"),
        (["x.dll.a", "libx.a", "x.lib", "libx.dll", "x.dll"], [], "x.dll.a"),
        (["libx.a", "x.lib", "libx.dll", "x.dll"], [], "libx.a"),
        (["x.lib", "libx.dll", "x.dll"], [], "x.lib"),
        (["libx.dll", "x.dll"], [], "libx.dll"),
        (["x.dll"], [], "x.dll"),
        (["libx.dll.a", "libx.a", "x.dll"], ["-Bstatic"], "libx.a"),
        (["libx.dll.a", "libx.a"], ["-Bstatic", "-Bdynamic"], "libx.dll.a"),
        (["libx.dll.a", "libx.a"], ["--push-state", "-static", "--pop-state"], "libx.dll.a"),
    ],
)
def test_the_names_that_a_library_may_have(files, words, found, tmp_path):
    for name in files:
        (tmp_path / name).touch()
    line = parse_gnu_command_line(["-m", "i386pep", "a.o", *words, "-lx", f"-L{tmp_path}"])
    assert line.inputs == ("a.o", f"{tmp_path}/{found}")


def test_folders_count_for_all_libraries_and_in_their_order(tmp_path):
    for folder in ("first", "second"):
        (tmp_path / folder).mkdir()
        (tmp_path / folder / "libx.a").touch()
    (tmp_path / "second/x.dll.a").touch()
    words = ["-lx", "-L", f"{tmp_path}/first", f"-L{tmp_path}/second", "-l:x.dll.a", "-lx"]
    inputs = parse_gnu_command_line(["-m", "i386pep", *words]).inputs
    assert inputs == (f"{tmp_path}/first/libx.a", f"{tmp_path}/second/x.dll.a")


def test_a_sysroot(tmp_path):
    folder = tmp_path / "x86_64-w64-mingw32/lib"
    folder.mkdir(parents=True)
    (folder / "libx.a").touch()
    (tmp_path / "own").mkdir()
    (tmp_path / "own/liby.a").touch()
    words = [f"--sysroot={tmp_path}", "-L=/own", "-lx", "-ly"]
    assert parse_gnu_command_line(["-m", "i386pep", *words]).inputs == (
        f"{folder}/libx.a",
        f"{tmp_path}/own/liby.a",
    )
    with pytest.raises(LinkError, match="unable to find library -lx"):
        parse_gnu_command_line(["-m", "i386pep", *words, "-nostdlib"])


def test_a_script_is_searched_in_the_folders_of_libraries(tmp_path):
    (tmp_path / "own").mkdir()
    (tmp_path / "own/here.ld").write_text("")
    words = [f"-L{tmp_path}/own", "-m", "i386pep", "a.o"]
    found = parse_gnu_command_line([*words, "-T", "here.ld"]).options.script
    assert found == f"{tmp_path}/own/here.ld"
    absent = parse_gnu_command_line([*words, "-T", "nowhere.ld"]).options.script
    assert absent == "nowhere.ld"


@pytest.mark.parametrize("name", sorted(OBEYED_BY_LD))
def test_an_option_that_ld_obeys_and_pelink_does_not_gives_a_warning(name):
    takes, why = OBEYED_BY_LD[name]
    words = [f"--{name}", *(["x"] if takes == "value" else [])]
    line = parse_gnu_command_line(["-m", "i386pep", *words, "a.o"])
    assert (line.options, line.inputs) == (options(), ("a.o",))
    assert [each.message for each in line.warnings] == [f"--{name} has no effect: {why}"]


def test_guard_longjmp_alone_gives_a_warning():
    line = parse_gnu_command_line(["-m", "i386pep", "--guard-longjmp", "a.o"])
    assert line.options.guard == ""
    assert "only takes effect when used with --guard-cf" in line.warnings[0].message


@pytest.mark.parametrize(
    ("text", "exported", "hidden"),
    [
        ("{ global: f; g*; local: *; };", ("f", "g*"), ("*",)),
        ("V1 { f }; V2 { global: g; } V1;", ("f", "g"), ()),
        ('/* one\ntwo */ {\n# three\nlocal: "a b"; };', (), ("a b",)),
        ("{};", (), ()),
    ],
)
def test_a_version_script_names_what_is_exported(text, exported, hidden):
    assert parse_version_script(text, "v.map") == VersionScript(exported, hidden)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{ f; }", "v.map:1: not a version script"),
        ("{ f;\n g h; };", "v.map:2: not a version script"),
        ('{\n extern "C++" { f; }; };', 'v.map:1: extern "C++" is not supported'),
        ("{ f; };\n}", "v.map:2: not a version script"),
    ],
)
def test_a_faulty_version_script_is_named_with_its_line(text, message):
    with pytest.raises(LinkError, match=re.escape(message)):
        parse_version_script(text, "v.map")


def test_whole_archives():
    words = ["a.a", "--whole-archive", "b.a", "--no-whole-archive", "c.a"]
    line = parse_gnu_command_line(["-m", "i386pep", *words])
    assert line.inputs == ("a.a", "b.a", "c.a")
    assert line.options.wholearchive == ("b.a",)


@pytest.mark.parametrize(
    ("program", "words", "gnu"),
    [
        ("pelink", ["-m", "i386pep", "a.o"], True),
        ("pelink", ["a.o", "-o", "a.exe"], True),
        ("pelink", ["--gc-sections", "a.o"], True),
        ("pelink", ["-L/lib", "a.o"], True),
        ("pelink", ["-flavor", "gnu", "a.o"], True),
        ("pelink", ["-out:a.exe", "a.obj"], False),
        ("pelink", ["/out:a.exe", "-o", "a.obj"], False),
        ("pelink", ["-libpath:x", "a.obj"], False),
        ("pelink", ["-flavor", "link", "-o"], False),
        ("pelink", ["--help"], False),
        ("pelink", ["--version"], False),
        ("pelink", [], False),
        ("pelink", ["-ltcg", "a.obj"], False),
        ("pelink", ["-lldmingw", "a.obj"], False),
        ("pelink", ["-lldmap", "-o", "a.obj"], False),
        ("pelink", ["-lib", "a.obj"], False),
        ("pelink", ["-largeaddressaware", "a.obj"], False),
        ("pelink", ["-lgcc", "a.o"], True),
        ("lld-link", ["-lgcc", "-o", "a.o"], False),
        ("/opt/llvm/bin/lld-link-19", ["--gc-sections"], False),
        ("LINK.EXE", ["-m"], False),
        ("ld.lld", ["-ltcg"], True),
        ("lld-link", ["-flavor", "gnu", "/out:x"], True),
        ("ld", ["-flavor", "LINK", "-m"], False),
        ("pelink", ["-flavor", "ld.lld", "/out:x"], True),
        ("/usr/bin/ld", ["a.o"], True),
        ("ld.exe", ["a.o"], True),
        ("x86_64-w64-mingw32-ld", ["a.o"], True),
        ("ld.pelink", ["a.o"], True),
        ("world", ["a.o"], False),
    ],
)
def test_which_spelling_a_line_is_in(program, words, gnu):
    assert (split_flavor(program, words)[0] == "gnu") is gnu


def test_words_of_response_files():
    text = '-o a\\ b.exe \'one two\' "three \\" four"\n-L"x y"/z \'\''
    assert split_gnu_words(text) == ["-o", "a b.exe", "one two", 'three " four', "-Lx y/z", ""]


def test_what_the_command_prints(tmp_path):
    (tmp_path / "words").write_text("--version")
    for words in (
        ["-m", "i386pep", "-v"],
        ["-flavor", "gnu", "--version"],
        ["-flavor", "gnu", "@words"],
    ):
        done = pelink(*words, cwd=tmp_path)
        assert (done.returncode, done.stderr) == (0, "")
        assert "compatible with GNU ld" in done.stdout
    done = pelink("-flavor", "gnu", "--help")
    assert done.returncode == 0
    assert "supported emulations: i386pep" in done.stdout
    done = pelink("-m", "i386pep")
    assert (done.returncode, done.stderr) == (1, "pelink: error: no input files\n")
    done = pelink("-m", "i386pep", "--what", "a.o", cwd=tmp_path)
    assert done.returncode == 1
    assert done.stderr.startswith("pelink: error: unknown option: --what\n")
    assert not (tmp_path / "a.exe").exists()


def test_the_time_that_builds_agree_on():
    line = parse_gnu_command_line(
        ["-m", "i386pep", "a.o"], "ld", {"SOURCE_DATE_EPOCH": "1700000000"}
    )
    assert line.options.timestamp == 1700000000
    assert options().timestamp is None


def test_a_folder_for_compilers(tmp_path):
    done = pelink("--make-ld-dir", str(tmp_path / "ld"))
    assert (done.returncode, done.stderr) == (0, "")
    assert (tmp_path / "ld/specs").read_text() == f"*linker:\n{tmp_path}/ld/ld\n\n"
    done = pelink("--make-ld-dir", str(tmp_path / "l d"))
    assert done.returncode == 2
    assert "cannot name a path with blanks" in done.stderr
    done = pelink("--make-ld-dir")
    assert (done.returncode, done.stdout) == (2, "")


def test_dependencies_for_make():
    words = ["-m", "i386pep", "-o", "x y.exe", "--dependency-file=x.d", "a$.o", "b.o", "b.o"]
    line = parse_gnu_command_line(words)
    assert line.dependencies == "x.d"
    assert line.rule() == "x\\ y.exe: \\\n  a$$.o \\\n  b.o\n\na$$.o:\n\nb.o:\n"


def test_a_link_named_ld():
    """What the program is called tells the spelling: a symbolic link to the command does."""
    code = "import sys; sys.argv[0] = sys.argv.pop(1);"
    code += "from ntbuild.pelink.commands.cli import main; main()"
    for name, printed in (
        ("ld", "GNU ld 2."),
        ("pelink", "compatible with LLD 19."),
        ("lld-link", "LLD 19."),
        ("lld-link-19", "LLD 19."),
    ):
        done = subprocess.run(
            [sys.executable, "-c", code, f"/some/where/{name}", "--version"],
            env={**os.environ, "PYTHONPATH": str(HOME)},
            capture_output=True,
            text=True,
            check=True,
        )
        assert printed in done.stdout
        assert ("GNU" in done.stdout) is (name == "ld")
