"""The PDB next to an image: found, compared, asked for source lines; a hostile one is one line."""

import json
import subprocess
import sys

import pytest

import pdbfiles
from ntbuild import link, options_from_argv
from ntbuild.pecheck.cli import main
from pecheck.golden import golden

SOURCE = """
__attribute__((section("INIT"), noinline)) int Setup(int x) { return x * 7; }
int Unload(int x)
{
    x += 2;
    return Setup(x) + 1;
}
__attribute__((section("INIT"))) int DriverEntry(int (**driver)(int), void *path)
{
    driver[0] = Unload;
    return Setup(0);
}
"""


@pytest.fixture
def image(tmp_path):
    (tmp_path / "a.sys").write_bytes(golden("x64", debug=True))
    return tmp_path / "a.sys"


def run(capsys, *words) -> tuple[int, str, str]:
    code = main([str(word) for word in words])
    said = capsys.readouterr()
    return code, said.out, said.err


def test_an_image_without_a_pdb_next_to_it_is_fine_unless_one_is_required(image, capsys):
    assert run(capsys, image)[0] == 0
    code, said, _ = run(capsys, "--require-pdb", image)
    assert code == 1
    assert "DRV622 symbol-file: the symbol file cannot be used: " in said
    assert "driver.pdb: No such file or directory" in said


def test_its_own_pdb_is_fine_and_that_of_another_link_is_an_error(image, capsys):
    pdb = image.with_name("driver.pdb")
    pdb.write_bytes(pdbfiles.file_of(pdbfiles.whole()))
    assert run(capsys, "--require-pdb", image)[0] == 0
    pdb.write_bytes(pdbfiles.broken("GUID"))
    code, said, _ = run(capsys, image)
    assert code == 1
    assert "the symbol file is of another image, 0x0000000000000000000000000000000" in said
    (elsewhere := image.with_name("right.pdb")).write_bytes(pdbfiles.file_of(pdbfiles.whole()))
    assert run(capsys, "--pdb", elsewhere, image)[0] == 0


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "this is no PDB file"),
        (b"MZ" * 5000, "this is no PDB file"),
        (pdbfiles.file_of(pdbfiles.whole())[:3000], "but the file ends before that"),
        (pdbfiles.broken("names"), "lines have no file names"),
    ],
)
def test_a_hostile_pdb_is_one_line(content, message, image, capsys):
    image.with_name("driver.pdb").write_bytes(content)
    code, said, errors = run(capsys, "--fail-on", "warning", image)
    (line,) = [each for each in said.splitlines() if "DRV622" in each]
    assert message in line
    assert (code, errors) == (1, "")


def test_a_folder_in_place_of_a_pdb_is_one_line(image, capsys):
    image.with_name("driver.pdb").mkdir()
    code, said, _ = run(capsys, image)
    assert (code, "is a directory" in said) == (1, True)


def test_an_image_does_not_choose_the_folder_of_its_pdb(image, capsys):
    data = image.read_bytes()
    (image.parent / "other").mkdir()
    (image.parent / "other" / "b.pdb").write_bytes(b"no pdb")
    image.write_bytes(data.replace(b"driver.pdb\0", b"other/b.pdb"[:10] + b"\0"))
    assert "DRV622" not in run(capsys, image)[1]


def test_a_pdb_is_of_one_image(image, capsys):
    code, _, errors = run(capsys, "--pdb", "a.pdb", image, image)
    assert code == 2
    assert "--pdb: a PDB is of one image, so give one file" in errors


def test_a_finding_about_code_names_its_source_line(tmp_path, capsys):
    (tmp_path / "a.c").write_text(SOURCE)
    command = [sys.executable, "-m", "ziglang", "clang", "--target=x86_64-windows-gnu", "-O1"]
    command += ["-g", "-gcodeview", "-fdebug-compilation-dir=.", "-c", "a.c", "-o", "a.obj"]
    subprocess.run(command, check=True, cwd=tmp_path)
    words = ["/driver", "/entry:DriverEntry", "/debug:full,nodwarf", f"/out:{tmp_path / 'a.sys'}"]
    result = link([tmp_path / "a.obj"], options_from_argv(words))
    (tmp_path / "a.sys").write_bytes(result.image)
    (tmp_path / "a.pdb").write_bytes(result.pdb)
    (tmp_path / "a.json").write_text(result.linker_report)
    asked = ("--linker-report", tmp_path / "a.json", tmp_path / "a.sys")
    line = SOURCE.splitlines().index("    return Setup(x) + 1;") + 1
    _, said, _ = run(capsys, *asked)
    assert f"refers to Setup (a.c:{line}) [base]" in said
    _, said, _ = run(capsys, "--format", "json", *asked)
    (found,) = [each for each in json.loads(said)["findings"] if each["rule"] == "DRV316"]
    assert found["source"]["function"] == "Unload"
    _, said, _ = run(capsys, "--format", "sarif", *asked)
    (result,) = [r for r in json.loads(said)["runs"][0]["results"] if r["ruleId"] == "DRV316"]
    (related,) = result["relatedLocations"]
    assert related["physicalLocation"]["artifactLocation"] == {"uri": "a.c"}
    assert related["physicalLocation"]["region"] == {"startLine": line}
    (tmp_path / "a.pdb").write_bytes(pdbfiles.file_of(pdbfiles.whole()))  # of another image
    assert "a.c:" not in run(capsys, *asked)[1]
