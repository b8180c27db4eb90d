"""The end of a build in words."""

from pathlib import PurePosixPath

from ntbuild.building import summary as told
from ntbuild.building.summary import BOOT, IMAGE, KERNEL, MODULE, MOST_ROWS, PACKAGE, Made, summary


def image(name, arch="x64", flavor="debug", **named):
    folder = f"build/zig/{arch}/{flavor}/drivers/{name}"
    return Made(PurePosixPath(f"{folder}/{name}.sys"), ("zig", arch, flavor), **named)


def test_a_build_that_made_nothing_says_nothing():
    assert summary([], 1.0) == []


def test_drivers_machines_sizes_findings_proofs_time_and_folders_are_told():
    made = [
        image("core", size=5000, findings=1),
        image("core", "arm64", size=6000, findings=1),
        image("core", verdict="proved"),
        image("core", "arm64", verdict="proved"),
        image("mine", size=500_000),
        image("mine", verdict="unknown"),
    ]
    assert summary(made, 6.04) == [
        "2 drivers for x64, arm64 in 6.0 s: 3 images, 499 KiB, 2 proved, 1 unknown, 2 findings",
        "  core  x64 4.9 KiB   arm64 5.9 KiB   proved",
        "  mine  x64 488 KiB   unknown",
        "  build/zig/x64/debug/drivers  build/zig/arm64/debug/drivers",
    ]


def test_flavors_are_named_when_there_are_several_and_verdicts_when_they_differ():
    made = [
        image("mine", size=1024),
        image("mine", flavor="release", size=512),
        image("mine", verdict="proved"),
        image("mine", flavor="release", verdict="refused"),
    ]
    assert summary(made, 1)[1] == (
        "  mine  x64 debug 1.0 KiB   x64 release 0.5 KiB   x64 debug proved   x64 release refused"
    )


def test_of_many_images_of_a_driver_the_sizes_and_verdicts_are_counted():
    cells = [(arch, flavor) for arch in ("x64", "x86", "arm64") for flavor in ("debug", "release")]
    made = [image("mine", *cell, size=1024 * n) for n, cell in enumerate(cells, 1)]
    runs = [image("mine", *cell, verdict="proved") for cell in cells[1:]]
    runs.append(image("mine", *cells[0], verdict="refused"))
    row = "  mine  6 images of 1.0 KiB to 6.0 KiB   5 proved   1 refused"
    assert summary([*made, *runs], 1)[1] == row


def test_a_run_alone_has_no_sizes_and_a_large_build_no_rows():
    assert summary([image("mine", verdict="proved")], 1)[0] == "1 driver for x64 in 1.0 s: 1 proved"
    many = [image(f"d{number}", size=1024) for number in range(MOST_ROWS + 1)]
    head, folders = summary(many, 1)
    assert head.endswith("31 images, 31.0 KiB, no findings")
    assert folders == "  build/zig/x64/debug/drivers"


def package(name, **more):
    folder = PurePosixPath(f"build/package/zig/x64/debug/{name}")
    return Made(folder, ("zig", "x64", "debug"), noun=PACKAGE, note="good, signed by Me", **more)


def test_kernels_modules_and_boots_are_no_drivers():
    made = [
        image("kernel", size=4096, noun=KERNEL),
        image("greeter", size=1024, noun=MODULE),
        image("visitor", size=1024, noun=MODULE),
        image("own", verdict="proved", noun=BOOT),
    ]
    head = "1 kernel, 2 modules, 1 boot for x64 in 1.0 s: 3 images, 6.0 KiB, 1 proved, no findings"
    assert summary(made, 1)[0] == head
    assert summary(made[3:], 1)[0] == "1 boot for x64 in 1.0 s: 1 proved"


def test_packages_and_the_page_are_named_with_their_places():
    page = "build/report.html"
    made = [image("mine", size=1024), package("mine")]
    head, _row, signed, places = summary(made, 1, page)
    assert signed == "  package mine  x64  good, signed by Me"
    assert head == "1 driver for x64 in 1.0 s: 1 image, 1.0 KiB, 1 package, no findings"
    assert places == f"  build/zig/x64/debug/drivers  build/package/zig/x64/debug/mine  {page}"
    assert summary(made[1:], 1) == [
        "1 package for x64 in 1.0 s",
        "  package mine  x64  good, signed by Me",
        "  build/package/zig/x64/debug/mine",
    ]
    assert summary([package("mine", findings=2)], 1)[0] == "1 package for x64 in 1.0 s: 2 findings"
    assert summary([], 1, page, [(IMAGE, "x64")]) == [
        "report in 1.0 s; up to date: 1 image for x64",
        f"  {page}",
    ]
    several = summary([package("a"), package("b")], 1)
    assert (several[0], several[-1]) == ("2 packages for x64 in 1.0 s", "  build/package")


def test_what_is_up_to_date_is_told_with_its_machines():
    current = [(IMAGE, "x64"), (IMAGE, "x86"), (IMAGE, "x64"), (PACKAGE, "x64")]
    (head, *_) = summary([image("mine", "arm64", size=1024)], 1, current=current)
    assert head == (
        "1 driver for arm64 in 1.0 s: 1 image, 1.0 KiB, no findings; "
        "up to date: 3 images for x64, x86"
    )


def test_callbacks_that_never_ran_are_told_behind_the_verdict():
    note = "1 of 3 callbacks never ran: MineRead"
    rows = summary([image("mine", verdict="proved", note=note)], 1)
    assert rows[1] == f"  mine  proved; {note}"
    runs = [image("mine", arch, verdict="proved", note=note) for arch in ("x64", "x86")]
    assert summary(runs, 1)[1] == f"  mine  proved; {note}"
    other = [runs[0], image("mine", "x86", verdict="proved")]
    assert summary(other, 1)[1] == f"  mine  x64 proved; {note}   x86 proved"


def test_what_failed_is_a_line_for_each_kind():
    cell = ("zig", "x64", "debug")
    failed = [
        (told.PACKAGE, "mine", cell),
        *((told.IMAGE, f"d{number:02}", cell) for number in range(told.MOST_FAILED + 2)),
        (told.RUN, "other", ("zig", "x86", "release")),
        (told.UNPROVED, "open", ("zig", "x86", "release")),
    ]
    images, runs, unproved, packages = told.failures(failed)
    assert images.startswith("not built: d00 (zig x64 debug), d01 (zig x64 debug), ")
    assert images.endswith(f"d{told.MOST_FAILED - 1} (zig x64 debug), and 2 more")
    assert runs == "wrong when run: other (zig x86 release)"
    assert unproved == "not proved: open (zig x86 release)"
    assert packages == "not packaged: mine (zig x64 debug)"
    assert told.failures([]) == []
