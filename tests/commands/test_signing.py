"""``ntbuild sign``, ``cat`` and ``verify``: files in place, one line for what is wrong."""

from pathlib import Path

import pytest

from infsamples import GOOD
from ntbuild.commands.cli import main
from ntbuild.packaging.catalog import signed_catalog
from pecheck.golden import golden

INF = GOOD.encode()


@pytest.fixture(autouse=True)
def here(tmp_path, monkeypatch, tmp_path_factory):
    """A folder with an image and an INF, and a data folder that all tests share."""
    data = tmp_path_factory.getbasetemp() / "signing-data"
    monkeypatch.setenv("NTBUILD_DATA", str(data))
    monkeypatch.delenv("SOURCE_DATE_EPOCH", raising=False)
    monkeypatch.chdir(tmp_path)
    package = tmp_path / "package"
    package.mkdir()
    (package / "hello.sys").write_bytes(bytes(golden("x64")))
    (package / "hello.inf").write_bytes(INF)
    return tmp_path


def files():
    """The content of each file below the folder."""
    return {str(path): path.read_bytes() for path in Path().rglob("*") if path.is_file()}


def test_a_package_by_hand(capsys, here):
    assert main(["sign", "package/hello.sys", "--test", "demo"]) == 0
    catalog = ["cat", "package", "--out", "package/hello.cat", "--os", "10_x64"]
    catalog += ["--hwid", "Root\\Hello"]
    assert main([*catalog, "--test", "demo"]) == 0
    assert main(["verify", "package", "package/hello.sys", "--project", "demo"]) == 0
    out = capsys.readouterr().out.splitlines()
    assert out[:2] == ["signed package/hello.sys", "wrote package/hello.cat: 2 files"]
    assert out[2] == "package: good, signed by TEST signer of demo (ntbuild)"
    before = files()
    assert main([*catalog, "--test", "demo"]) == 0
    assert files() == before
    found = signed_catalog((here / "package/hello.cat").read_bytes())
    assert found.attributes == (("OS", "_v100_X64"), ("HWID1", "root\\hello"))


def test_a_package_whose_inf_starts_nothing(capsys, here):
    text = GOOD.replace("_Install.NT.Services]", "_Install.NT.Service]")
    (here / "package/hello.inf").write_text(text, encoding="utf-8")
    catalog = ["cat", "package", "--out", "package/hello.cat", "--test", "demo"]
    assert main(catalog) == 0
    assert main(["verify", "package", "--project", "demo"]) == 1
    (line,) = capsys.readouterr().err.splitlines()
    assert "hello.inf:36: error DRV930 inf-unread-section: nothing refers to [Hello_Ins" in line


def test_the_date_of_a_catalog_is_no_clock(monkeypatch, here):
    assert main(["cat", "package", "--out", "a.cat"]) == 0
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1780000000")
    assert main(["cat", "package", "--out", "b.cat"]) == 0
    first, second = ((here / name).read_bytes() for name in ("a.cat", "b.cat"))
    assert b"800101000000Z" in first
    assert b"260528202640Z" in second


def test_a_catalog_that_is_signed_later(capsys):
    assert main(["cat", "package", "--out", "a.cat"]) == 0
    assert "2 files, not signed (one of --test, --key" in capsys.readouterr().out
    assert main(["sign", "a.cat", "--test", "demo"]) == 0
    assert main(["verify", "a.cat", "--project", "demo"]) == 0


def test_what_is_refused_is_told(capsys, here):
    assert main(["sign", "package/hello.sys", "--test", "demo", "--out", "signed.sys"]) == 0
    raw = bytearray((here / "signed.sys").read_bytes())
    raw[0x400] ^= 1
    (here / "signed.sys").write_bytes(raw)
    capsys.readouterr()
    assert main(["verify", "signed.sys", "package/hello.sys", "--project", "demo"]) == 1
    err = capsys.readouterr().err.splitlines()
    assert err[0].startswith("ntbuild: signed.sys: DRV701 checksum: ")
    assert err[-1] == "ntbuild: package/hello.sys: no signature"


@pytest.mark.parametrize(
    ("words", "code", "message"),
    [
        (
            ["sign", "package/hello.sys"],
            2,
            "who signs: one of --test, --key, --pkcs12 and --command",
        ),
        (["sign", "package/hello.sys", "--test", "a", "--key", "b"], 2, "not --test and --key"),
        (["sign", "package/hello.sys", "--key", "b"], 2, "--key: give its certificate by --cert"),
        (["sign", "package/hello.sys", "--command", "'"], 2, "--command: give its certificate"),
        (["sign", "package/hello.sys", "--test", "a", "--cert", "b"], 2, "brings its own"),
        (["sign", "package/hello.sys", "--test", "../a"], 1, "a test CA needs a name of letters"),
        (
            ["sign", "package/hello.inf", "--test", "demo"],
            2,
            "neither an image, a catalog nor a cabinet",
        ),
        (["sign", "missing.sys", "--test", "demo"], 2, "missing.sys: No such file"),
        (["sign", "a", "b", "--test", "demo", "--out", "c"], 2, "--out is for one file, not 2"),
        (["sign", "package/hello.sys", "--pkcs12", "missing.pfx"], 1, "missing.pfx: No such file"),
        (
            ["sign", "package/hello.sys", "--pkcs12", "x", "--password-env", "NO_SUCH"],
            1,
            "the environment variable NO_SUCH is not set",
        ),
        (["cat", "package", "--out", "a.cat", "--os", "95"], 2, "--os: '95' is not one of 10_x64"),
        (["cat", "missing", "--out", "a.cat"], 2, "missing: No such file"),
        (["cat", ".", "--out", "a.cat"], 2, "package: not a file"),
        (["cat", "package/hello.inf", "package", "--out", "a.cat"], 2, "two files have one name"),
        (["verify", "package/hello.sys"], 2, "whom to trust: give --ca FILE, or --project NAME"),
        (["verify", "package/hello.sys", "--project", "other"], 2, "'other' has no test CA here"),
        (["verify", "package/hello.sys", "--ca", "package/hello.inf"], 2, "no certificate can be"),
        (["verify", "package.zip", "--project", "demo"], 1, "package.zip: a zip file: unpack it"),
        (["verify", "package/hello.inf", "--project", "demo"], 1, "neither an image, nor a cat"),
        (["verify", "missing", "--project", "demo"], 2, "missing: No such file"),
        (["verify", "a", "--project", "demo", "--date", "5"], 2, "--date: '5' is no day as 2027"),
    ],
)
def test_wrong_words_are_one_line(words, code, message, capsys):
    main(["sign", "package/hello.sys", "--test", "demo", "--out", "made.sys"])
    Path("package.zip").write_bytes(b"PK\3\4")
    before = files()
    capsys.readouterr()
    assert main(words) == code
    out, err = capsys.readouterr()
    assert (out, err.count("\n")) == ("", 1)
    assert message in err
    assert files() == before


def test_files_are_signed_together_or_not_at_all(capsys):
    before = files()
    assert main(["sign", "package/hello.sys", "package/hello.inf", "--test", "demo"]) == 2
    assert "package/hello.inf: neither an image, a catalog nor a cabinet" in capsys.readouterr().err
    assert files() == before


def test_an_output_does_not_replace_an_input(capsys):
    before = files()
    words = ["cat", "package", "--out", "package/hello.inf", "--test", "demo"]
    assert main(words) == 2
    assert "an output would replace this input" in capsys.readouterr().err
    assert files() == before
