"""What is refused, with the place; and that a refused build leaves no target."""

import pytest

from sconsproject import HELLO

SCRIPT = "drivers/hello/SConscript"
HELLO_FILES = [f"{HELLO}.sys", f"{HELLO}.map", f"{HELLO}.check.txt"]


@pytest.fixture(scope="module")
def copied(built, tmp_path_factory):
    return built.copy(tmp_path_factory.mktemp("errors") / "a copy")


@pytest.fixture
def declaring(copied):
    """A project that is not built: its SConscript for hello is wrong, and put right afterwards."""
    script = copied.root / SCRIPT
    text = script.read_text(encoding="utf-8")
    yield copied
    script.write_text(text, encoding="utf-8")


@pytest.mark.parametrize(
    ("keywords", "text"),
    [
        ("entri='DriverEntry'", "unknown keyword 'entri'; did you mean 'entry'?"),
        ("exports=['A']", "keyword 'exports' cannot be set here: env.ExportDriver takes it"),
        (
            "machine='x86'",
            "keyword 'machine' cannot be set here: choose it with arch= on the command line",
        ),
        ("align=5000", "Driver('hello'): align: expected a power of two, not 5000"),
        ("driver='x'", "driver: expected True, 'wdm' or 'uponly', not 'x'"),
        (
            "stack='131072K'",
            "stack: expected bytes or (reserve, commit), such as 131072 or (131072, 4096)",
        ),
        ("CPPDEFINES=['A']", "unknown keyword 'CPPDEFINES'; did you mean 'defines'?"),
        ("xyzzy=1", "docs/reference/drivers.md and help(ntbuild.LinkOptions) have the keywords"),
        ("sections=[N.Section('PAGE', align=3)]", "section 'PAGE': align 3 is not a power of two"),
        ("run=N.Run(calls=[5])", "run: calls: 5 is none of Ioctl, Read and Write"),
        (
            "run=N.Run(calls=[N.Ioctl(5, expct=b'')])",
            "Ioctl: unknown keyword 'expct'; did you mean",
        ),
        ("allow={'wx': N.Allow('a', 'b', *'123456')}", "Allow: too many values; it takes reason, "),
        ("version_info=N.VersionInfo('x')", "version 'x' is not up to four numbers"),
        ("version='10.0'", "version: expected (major, minor), such as (1, 2), not '10.0'"),
        ("entry=5", "entry: expected a text, not 5"),
        ("sections=['PAGE']", "sections: 'PAGE' is not a Section"),
        ("allow={'DRV101': ''}", "allow: 'DRV101' needs a reason"),
        ("allow={'DRV1': 'x'}", "allow: no rule 'DRV1'"),
        ("allow={'wx': __import__('ntbuild').Allow('x', expires='soon')}", "expires 'soon': "),
        ("profiles=['nice']", "profiles: unknown profile 'nice'"),
        ("import_libraries=[5]", "import_libraries: 5 is neither a module nor a node"),
        (
            "import_libraries=['wdmsek']",
            "no export list of 'wdmsek' for x64; did you mean 'wdmsec'?",
        ),
    ],
)
def test_a_wrong_keyword_names_the_line_of_the_sconscript(declaring, keywords, text):
    keywords = keywords.replace("N.", "__import__('ntbuild').")
    declaring.edit(SCRIPT, '["hello.c"]', f'["hello.c"], {keywords}')
    run = declaring.scons("drivers/hello", status=2)
    assert "site_scons" not in run.errors
    (line,) = [line for line in run.errors.splitlines() if line.startswith("scons: ***")]
    assert line.startswith("scons: *** drivers/hello/SConscript:3: ")
    assert text in line


@pytest.mark.parametrize(
    ("sources", "text"),
    [
        ('["hello.c", "fast.s"]', "fast.s is no source, object or library: name it .S, "),
        ('["hello.c", "hello.h"]', "hello.h is no source, object or library: sources include it"),
        ('["hello.c", *env.Driver("first", ["hello.c"])]', "first.sys is no source, object or"),
    ],
)
def test_what_cannot_be_linked_is_refused_where_it_is_named(declaring, sources, text):
    declaring.edit(SCRIPT, '["hello.c"]', sources)
    run = declaring.scons("drivers/hello", status=2)
    (line,) = [line for line in run.errors.splitlines() if line.startswith("scons: ***")]
    assert line.startswith("scons: *** drivers/hello/SConscript:3: ")
    assert text in line


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        (["arc=x64"], "unknown variable 'arc'; did you mean 'arch'?"),
        (["arch=x68"], "unknown arch 'x68', it is one of x64, x86, arm64, arm, or all"),
        (["flavor=debug,relase"], "unknown flavor 'relase'"),
        (["toolchain="], "unknown toolchain ''"),
        (["toolchain=zag"], "did you mean 'zig'?"),
        (["toolchain=mingw", "arch=arm64"], "mingw makes no code for arm64, only for x64, x86"),
    ],
)
def test_a_wrong_variable_is_an_error(built, arguments, text):
    run = built.scons(*arguments, status=2)
    assert text in run.errors
    assert run.lines == ()


def test_a_missing_compiler_says_how_to_get_it(built, tmp_path):
    run = built.scons("toolchain=mingw", status=2, PATH=str(tmp_path))
    assert "toolchain mingw: not found" in run.errors
    assert "apt install" in run.errors


def test_all_leaves_out_a_missing_compiler_with_a_note(built, tmp_path):
    run = built.scons("-n", "toolchain=all", "drivers/hello", PATH=str(tmp_path))
    assert "scons: note: left out: toolchain mingw: not found" in run.errors
    assert "[mingw" not in run.text


def test_a_wrong_time_stamp_is_an_error(built):
    run = built.scons(status=2, SOURCE_DATE_EPOCH="today")
    assert "SOURCE_DATE_EPOCH=today: expected seconds since 1970" in run.errors


def test_a_failed_compile_leaves_no_target(project):
    project.edit("drivers/hello/hello.c", "DriverObject->DriverUnload", "DriverObject->Nothing")
    run = project.scons(status=2)
    assert "hello.c" in run.errors
    assert f"{HELLO}.obj" not in project.files()


def test_a_failed_link_leaves_no_target(project):
    project.edit("drivers/hello/hello.c", "DbgPrint(", "NtbuildMissing(")
    project.edit(
        "drivers/hello/hello.c", "NTBUILD_INIT", "ULONG NtbuildMissing(PCSTR, ...);\nNTBUILD_INIT"
    )
    run = project.scons(status=2)
    assert "pelink: error: undefined symbol: NtbuildMissing" in run.errors
    assert not set(HELLO_FILES) & set(project.files())


def test_a_failed_check_leaves_no_target_and_can_be_allowed(project):
    keywords = '["hello.c"], subsystem="console"'
    project.edit("drivers/hello/SConscript", '["hello.c"]', keywords)
    run = project.scons("drivers/hello", status=2)
    (line,) = [line for line in run.errors.splitlines() if line.startswith("pecheck: ")]
    assert line.startswith("pecheck: hello.sys(header+")
    assert ": error DRV" in line
    assert not set(HELLO_FILES) & set(project.files())

    rule = line.split(": error ")[1].split()[0]
    allowed = f'{keywords}, allow={{"{rule}": "a program in driver clothes"}}'
    project.edit("drivers/hello/SConscript", keywords, allowed)
    assert project.scons("drivers/hello").steps("LINK") == [f"build/{HELLO}.sys"]
    report = project.files()[f"{HELLO}.check.txt"].decode()
    assert "[allowed: a program in driver clothes]" in report


def test_a_suppression_that_expires_is_looked_at_again(project):
    def declare(expires):
        allow = f'allow={{"DRV207": Allow("a program in driver clothes", expires="{expires}")}}'
        text = f'["hello.c"], subsystem="console", {allow}'
        (project.root / "drivers/hello/SConscript").write_text(
            f'from ntbuild import Allow\n\nImport("env")\nenv.Driver("hello", {text})\n'
        )

    declare("2999-12-31")
    assert project.scons("drivers/hello").steps("LINK") == [f"build/{HELLO}.sys"]
    assert project.scons("drivers/hello").steps("LINK") == []
    image = project.files()[f"{HELLO}.sys"]
    declare("2001-01-01")
    errors = project.scons("drivers/hello", status=2).errors
    assert "pecheck: hello.sys(header+" in errors
    assert (
        "pecheck: drivers/hello/SConscript:4: allow['DRV207'](file+0x0): warning DRV002" in errors
    )
    assert f"{HELLO}.sys" not in project.files()
    run = project.scons("drivers/hello", SOURCE_DATE_EPOCH="946684800")
    assert run.errors == ""
    assert len(project.files()[f"{HELLO}.sys"]) == len(image)


def test_the_judge_is_told_which_objects_have_no_guard(project):
    """The facts come in process; ntbuild's own run-time, which is linked too, needs none."""
    (project.root / "drivers/hello/plain.c").write_text(
        "int Plain(int a);\nint Plain(int a) { return 3 * a; }\n"
    )
    library = 'env.DriverLibrary("old", ["plain.c"], harden={"guard": "is old"})'
    options = '["hello.c", library], include=["Plain"]'
    script = f'Import("env")\nlibrary = {library}\nenv.Driver("hello", {options})\n'
    (project.root / "drivers/hello/SConscript").write_text(script)
    assert project.scons("drivers/hello").errors == ""
    text = "old-plain.obj) was compiled without control flow guard"
    (line,) = _about_guard(project)
    assert ": note DRV614" in line
    assert text in line
    project.edit("drivers/hello/SConscript", options, f'{options}, profiles=["sec"]')
    assert text in project.scons("drivers/hello").errors
    (line,) = _about_guard(project)
    assert ": warning DRV614" in line


def _about_guard(project):
    report = project.files()[f"{HELLO}.check.txt"].decode()
    return [line for line in report.splitlines() if "DRV614" in line]


def test_a_suppression_of_nothing_is_told_when_the_driver_is_linked(project):
    keywords = '["hello.c"], allow={"DRV207": "was needed once"}'
    project.edit("drivers/hello/SConscript", '["hello.c"]', keywords)
    errors = project.scons("drivers/hello").errors
    assert errors.startswith("pecheck: drivers/hello/SConscript:3: allow['DRV207'](file+0x0): warn")
    assert "DRV001 unused-suppression" in errors
    project.edit("drivers/hello/SConscript", "hello = ", "# a line more\nhello = ")
    assert project.scons("drivers/hello").steps("LINK") == []


def test_a_template_error_names_file_and_line(project):
    keywords = '["hello.c"], linker_script="own.ld.j2"'
    project.edit("drivers/hello/SConscript", '["hello.c"]', keywords)
    script = project.root / "drivers/hello/own.ld.j2"
    script.write_text("ENTRY({{ entry }})\n\n{{ sektions }}\n")
    run = project.scons("drivers/hello", status=2)
    assert "drivers/hello/own.ld.j2:3: 'sektions' is undefined" in run.errors
    assert f"{HELLO}.ld" not in project.files()


def test_a_driver_declared_twice_is_an_error(project):
    project.add("drivers/hello/SConscript", '\nenv.Driver("hello", ["hello.c"], version=(1, 2))\n')
    errors = project.scons(status=2).errors
    assert (
        "drivers/hello/SConscript:12: build/zig/x64/debug/drivers/hello/hello.sys is declared"
        in errors
    )


def test_two_drivers_of_one_name_cannot_be_released(project):
    project.add("drivers/ioctl/SConscript", '\nenv.Driver("sub/hello", ["ioctl.c"])\n')
    assert "is not a file name" in project.scons(status=2).errors
    project.edit("drivers/ioctl/SConscript", "sub/hello", "hello")
    errors = project.scons("release", "toolchain=zig", "arch=x64", status=2).errors
    assert (
        "drivers/ioctl/SConscript:26: build/release/zig/x64/hello.sys is declared twice" in errors
    )


def test_a_bug_is_one_line_and_leaves_no_target(project):
    project.edit(
        "site_scons/ntbuild/building/driver.py",
        "        result = link(",
        "        result = 1 // 0 or link(",
    )
    run = project.scons("drivers/hello", status=2)
    assert "hello.sys: internal error, please report: ZeroDivisionError: " in run.errors
    assert not set(HELLO_FILES) & set(project.files())
