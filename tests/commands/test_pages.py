"""Commands of pages that no other test runs: on imports, modules, INF files, symbols, reports."""

import os
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

import pdbfiles
from commands.test_documented import LINE, ROOT
from importing.test_solutions import solution
from importing.written import project
from linking import linked
from msbuild.projects import write
from ntbuild.commands.cli import main
from pecheck.golden import golden
from reporting.buildfolder import sample


def lines_of(page, start):
    """The commands of a page that begin with these words, each once."""
    text = (ROOT / "docs" / f"{page}.md").read_text(encoding="utf-8")
    found = [line for line in LINE.findall(text) if line.startswith(start)]
    assert found
    return list(dict.fromkeys(found))


@pytest.mark.parametrize("line", [*lines_of("import", "ntbuild import"), "real-drivers"])
def test_imports_of_the_pages_write_a_script(line, tmp_path, monkeypatch, capsys):
    if line == "real-drivers":
        (line,) = lines_of(line, "ntbuild import")
    solution(tmp_path)
    write(tmp_path, {"driver.vcxproj": project("drv"), "driver/driver.vcxproj": project("drv")})
    (tmp_path / "sources").write_text("TARGETNAME=drv\nTARGETTYPE=DRIVER\nSOURCES=drv.c\n")
    monkeypatch.chdir(tmp_path)
    assert main(shlex.split(line)[1:]) == 0
    assert ("wrote" in capsys.readouterr().out) is (" -n " not in line)
    assert bool(list(tmp_path.rglob("SConscript"))) is (" -n " not in line)


@pytest.mark.parametrize("line", lines_of("import", "ntbuild libs"))
def test_modules_are_listed_and_written_as_the_page_says(line, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert main(shlex.split(line)[1:]) == 0
    written = list(tmp_path.rglob("*.lib"))
    assert capsys.readouterr().out.count("\n") + len(written) > 0
    assert bool(written) is ("--write" in line)


def test_an_inf_is_stamped_and_judged_as_the_page_says(tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert main(["new", "wdm", "hello"]) == 0
    monkeypatch.chdir(tmp_path / "hello")
    Path("package").mkdir()
    Path("package/hello.sys").write_bytes(bytes(golden("x64")))
    stamp, lint = lines_of("inf", "ntbuild inf")
    assert main(stamp.split()[1:]) == 0
    assert "01/31/2027,1.2.3.4" in Path("hello.inf").read_text()
    capsys.readouterr()
    assert main(lint.split()[1:]) == 0
    assert "hello.inf: no findings" in capsys.readouterr().out


def test_reports_are_written_as_the_page_says(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    sample(tmp_path / "build")
    Path("last").mkdir()
    Path("last/build.json").write_bytes(next(tmp_path.rglob("release/build.json")).read_bytes())
    with_record, plain = lines_of("report", "ntbuild report")
    assert main(with_record.split()[1:]) == main(plain.split()[1:]) == 0
    assert Path("page.html").stat().st_size > 10_000 < Path("build/report.html").stat().st_size


def test_a_driver_is_made_without_scons_as_the_page_says(tmp_path):
    text = (ROOT / "docs/without-scons.md").read_text(encoding="utf-8")
    block = text.partition("\n\n")[2].partition("\n\n")[0]
    source = "#include <ntddk.h>\nDRIVER_INITIALIZE DriverEntry;\nNTSTATUS DriverEntry("
    source += 'PDRIVER_OBJECT d, PUNICODE_STRING p) { DbgPrint("%p %wZ", d, p); return 0; }\n'
    (tmp_path / "a.c").write_text(source)
    modules = {"ntbuild": "ntbuild", "pelink": "ntbuild.pelink", "pecheck": "ntbuild.pecheck"}
    programs = [f'{name}() {{ "$PYTHON" -m {of} "$@"; }}\n' for name, of in modules.items()]
    environment = os.environ | {"PYTHON": sys.executable}
    script = ["sh", "-e", "-c", "".join(programs) + block]
    done = subprocess.run(
        script, cwd=tmp_path, env=environment, capture_output=True, text=True, check=False
    )
    assert (done.returncode, (tmp_path / "a.sys").is_file()) == (0, True), done.stderr


def test_symbols_are_stored_as_the_page_says(tmp_path, monkeypatch):
    result = linked(tmp_path, {"a.obj": pdbfiles.source_object()}, "/debug", "/out:a.sys")
    monkeypatch.chdir(tmp_path)
    for line in lines_of("debugging", "ntbuild symstore"):
        words = line.replace("/srv/symbols", "store").split()
        folder = tmp_path / words[-1]
        folder.mkdir(parents=True)
        (folder / "a.sys").write_bytes(result.image)
        (folder / "a.pdb").write_bytes(result.pdb)
        assert main(words[1:]) == 0
    assert len(list((tmp_path / "store").rglob("a.*"))) == 4
