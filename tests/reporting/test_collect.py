"""What is read out of a build folder, what is noted, and what is an error."""

import json

import pytest

from ntbuild.reporting.collect import collect
from ntbuild.reporting.values import ReportError
from reporting.buildfolder import HOSTILE, build, proved, release, sample


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "build"


def by_place(report):
    return {f"{each.cell} {each.label}": each for each in report.images}


def test_images_are_found_by_cell_with_findings_proofs_and_sizes(folder):
    sample(folder)
    report = collect(folder)
    assert [str(each) for each in report.cells] == [
        "clang arm64 release",
        "zig x64 debug",
        "zig x64 release",
    ]
    assert report.drivers == ("loud", "quiet")
    assert report.notes == ()
    found = by_place(report)
    assert [each.id for each in report.images] == [f"image{n}" for n in range(1, 5)]
    loud, quiet = found["zig x64 release loud"], found["zig x64 release quiet"]
    assert (loud.counts, loud.verdict) == ({"allowed": 1}, "refused")
    assert loud.findings[0].allowed == "it is <i>meant</i>"
    assert (quiet.change, quiet.verdict) == (512, "not run")
    assert found["zig x64 debug quiet"].verdict == "proved"
    assert found["zig x64 debug quiet"].change is None
    assert found["clang arm64 release quiet"].change is None
    assert loud.path == "zig/x64/release/drivers/loud/loud.sys"


def test_packages_are_listed_and_without_a_catalog_they_are_not_good(folder):
    sample(folder)
    loud, quiet = collect(folder).packages
    assert (loud.name, str(loud.cell), loud.has_catalog) == ("loud", "zig x64 release", True)
    assert loud.files == (("loud.cat", 100), ("loud.inf", 100), ("loud.sys", 100))
    assert (quiet.name, quiet.has_catalog) == ("quiet", False)


def test_sections_say_what_is_written_run_paged_and_freed(folder):
    build(folder, "zig/x64/debug", "one", sections=["PAGE", "INIT"])
    (image,) = collect(folder).images
    rows = {each.name: each for each in image.contents.sections}
    assert (rows[".text"].access, rows[".text"].life) == ("R-X", "resident")
    assert rows["PAGE"].life == "pageable"
    assert (rows["INIT"].life, rows["INIT"].pages) == ("freed after start", 0x1000)
    assert image.contents.freed == 0x1000
    titles = [each.title for each in image.contents.boxes]
    assert any(title.startswith(".text one.obj DriverEntry: ") for title in titles)
    assert image.contents.objects == (("one.obj", 3),)


def test_a_run_of_an_older_image_is_outdated(folder):
    image = build(folder, "zig/x64/debug", "one")
    proved(image)
    build(folder, "zig/x64/debug", "one", sections=["INIT"])
    assert collect(folder).images[0].verdict == "outdated"


def test_what_cannot_be_used_is_noted_and_the_rest_is_shown(folder):
    place = build(folder, "zig/x64/debug", "one").parent
    build(folder, "zig/x64/debug", "two")
    (place / "one.sys").write_bytes(b"MZ and no more")
    (place / "one.run.json").write_text("{}", encoding="utf-8")
    (place / "one.map").write_text("a map of nothing", encoding="utf-8")
    (folder / "release").mkdir()
    (folder / "release/build.json").write_text("[]", encoding="utf-8")
    report = collect(folder)
    assert [(each.label, each.contents is None) for each in report.images] == [
        ("one", True),
        ("two", False),
    ]
    where = "zig/x64/debug/drivers/one/one"
    assert [note.partition(": ")[0] for note in report.notes] == [
        "release/build.json",
        f"{where}.sys",
        f"{where}.sys",
        f"{where}.run.json",
    ]
    assert f"{where}.sys: is not the image of one.check.txt: build it again" in report.notes


def test_a_missing_image_and_a_broken_report_are_noted(folder):
    build(folder, "zig/x64/debug", "one").unlink()
    place = build(folder, "zig/x64/debug", "two").with_suffix(".check.txt")
    place.write_text("something else", encoding="utf-8")
    report = collect(folder)
    one, two = report.images
    assert (one.contents, one.size > 0, two.findings) == (None, True, None)
    assert len(report.notes) == 2
    assert report.notes[0].endswith("one.sys: No such file or directory: build it again")
    assert "two.check.txt: not a report of pecheck" in report.notes[1]


def test_a_refused_image_that_was_kept_is_checked_again(folder):
    image = build(folder, "zig/x64/debug", "one")
    data = bytearray(image.read_bytes())
    data[-1] ^= 1
    image.with_name("one.sys.refused").write_bytes(data)
    (refused,) = collect(folder).images
    assert refused.is_refused
    assert refused.path.endswith("one.sys.refused")
    assert [(each.rule, each.level) for each in refused.findings] == [("DRV701", "error")]


def test_names_that_two_folders_have_are_told_apart(folder):
    image = build(folder, "zig/x64/debug", "same")
    other = folder / "zig/x64/debug/more"
    other.mkdir()
    for suffix in (".sys", ".check.txt"):
        (other / f"same{suffix}").write_bytes(image.with_suffix(suffix).read_bytes())
    assert collect(folder).drivers == ("drivers/same/same", "more/same")


def test_a_kernel_is_found_by_the_run_that_booted_it(folder):
    image = build(folder, "zig/x64/debug", "kernel")
    place = image.parent
    (place / "kernel.check.txt").unlink()
    proved(image.rename(place / "kernel.exe"))
    (place / "kernel.run.json").rename(place / "mine.run.json")
    (kernel,) = collect(folder).images
    assert (kernel.label, kernel.verdict, kernel.findings) == ("mine", "proved", None)
    assert kernel.path.endswith("/kernel.exe")
    assert kernel.contents.objects == (("kernel.obj", 3),)
    (place / "other.exe").write_bytes(b"MZ")
    assert collect(folder).images[0].path.endswith("/kernel.exe")
    (place / "kernel.exe").unlink()
    assert collect(folder).images[0].verdict == "outdated"
    (place / "other.exe").unlink()
    report = collect(folder)
    assert report.notes == (f"{report.images[0].path}: No such file or directory: build it again",)


def test_another_release_can_be_compared_with(folder, tmp_path):
    image = build(folder, "zig/x64/release", "one")
    record = release(tmp_path / "last", {("zig", "x64", "one"): image.stat().st_size + 8})
    assert collect(folder, record).images[0].change == -8
    record.write_text(json.dumps({"images": []}), encoding="utf-8")
    with pytest.raises(ReportError, match=r"build.json: not the record of a release: KeyError"):
        collect(folder, record)


def test_a_folder_without_a_build_is_an_error(folder):
    with pytest.raises(ReportError, match=r"build: no such folder; scons builds drivers there"):
        collect(folder)
    folder.touch()
    with pytest.raises(ReportError, match=r"build: a file; name the folder that scons builds in"):
        collect(folder)
    folder.unlink()
    folder.mkdir()
    with pytest.raises(ReportError, match=r"build: has no image with a report of pecheck"):
        collect(folder)


def test_hostile_names_are_values_like_any(folder):
    sample(folder)
    loud = by_place(collect(folder))["zig x64 release loud"]
    assert HOSTILE in {each.name for each in loud.contents.symbols}
