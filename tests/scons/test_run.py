"""``scons run``: reports beside images, run again only when something changed."""

import json
import re

REPORT = "build/zig/x64/debug/drivers/{0}/{0}.run.json"


def declare(project, name, run):
    """Give a sample a run by one engine, which is in the process of every developer."""
    path = f"drivers/{name}/SConscript"
    text = (project.root / path).read_text()
    sources = re.search(r"env\.Driver\(\s*\"\w+\",\s*\[.*?\]", text, re.DOTALL).group()
    project.edit(path, sources, f"{sources}, run=Run({run})")
    project.edit(path, "Import(", "from ntbuild import Run\n\nImport(")


def report(project, name):
    return json.loads((project.root / REPORT.format(name)).read_text())


def test_a_driver_runs_when_it_is_asked_for_and_again_when_it_has_changed(project):
    declare(project, "hello", 'prints=["hello: started"], engines="unicorn"')
    assert project.scons("drivers/hello").steps("RUN") == []
    assert project.scons("run/drivers/hello").steps("RUN") == [REPORT.format("hello")]
    found = report(project, "hello")
    assert (found["verdict"], found["wanted"]) == ("proved", 1)
    before = (project.root / REPORT.format("hello")).read_bytes()
    assert project.scons("run/drivers/hello/x64").steps("RUN") == []
    (project.root / REPORT.format("hello")).unlink()
    project.scons("run/drivers/hello")
    assert (project.root / REPORT.format("hello")).read_bytes() == before
    project.edit("drivers/hello/hello.c", "hello: goodbye", "hello: farewell")
    assert project.scons("run/drivers/hello").steps("RUN") == [REPORT.format("hello")]
    assert report(project, "hello")["engines"][0]["printed"][-1] == "hello: farewell"


def test_the_images_that_a_driver_imports_from_are_there(project):
    declare(project, "client", 'engines="unicorn"')
    project.scons("run/drivers/client")
    found = report(project, "client")
    assert found["verdict"] == "proved"
    assert "core: loaded" in found["engines"][0]["printed"]


def test_a_driver_that_is_refused_fails_the_build_and_leaves_its_report(project):
    declare(project, "hello", 'prints=["hello: never"], engines="unicorn"')
    run = project.scons("run/drivers/hello", status=2)
    assert "unicorn: refused: prints: no line with 'hello: never'" in run.errors
    assert report(project, "hello")["verdict"] == "refused"


def test_a_wrong_run_is_an_error_at_its_place(project):
    declare(project, "hello", 'engines="unicrn"')
    run = project.scons("drivers/hello", status=2)
    assert "run: engines: no engine 'unicrn'; it is one of unicorn" in run.text + run.errors


def test_a_driver_that_is_not_proved_fails_a_strict_build(project):
    declared = "NTSYSAPI VOID NTAPI HalReturnToFirmware(ULONG Action);\n"
    first, called = "NTBUILD_INIT DRIVER_INITIALIZE", 'DbgPrint("hello: started\\n");'
    project.edit("drivers/hello/hello.c", first, declared + first)
    project.edit("drivers/hello/hello.c", called, "HalReturnToFirmware(3);")
    run = project.scons("run/drivers/hello")
    image = "build/zig/x64/debug/drivers/hello/hello.sys"
    assert f"run: warning: {image}: unicorn: unknown: " in run.errors
    assert report(project, "hello")["verdict"] == "unknown"
    run = project.scons("--strict", "run/drivers/hello", status=2)
    (line,) = (each for each in run.errors.splitlines() if "error: " in each)
    assert line.startswith(f"run: error: {image}: unknown (--strict): unicorn: unknown: ")
    assert "HalReturnToFirmware, which this kernel does not have" in line
    assert report(project, "hello")["verdict"] == "unknown"
