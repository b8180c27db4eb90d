"""What the headers declare is what the kernel has: drivers ask Wine's."""

import pytest

from compilers.compiling import FEATURES, PROGRAMS, ROOT, compile_to
from ntbuild import link, options_from_argv
from ntbuild.compilers.toolchain import FLAVORS
from wine.session import Service
from wine.userprogram import import_libraries

CELLS = [
    (name, flavor) for name, _ in FEATURES["run by the tests, under Wine"] for flavor in FLAVORS
]


def lines_of_driver(wine, folder, toolchain, flavor, name):
    """Start and stop ``programs/<name>.c`` as a driver; what it printed."""
    made = compile_to(folder / f"{name}.obj", toolchain, "x64", flavor, PROGRAMS / f"{name}.c")
    options = options_from_argv(["/driver", "/entry:DriverEntry", "/machine:x64"])
    swaps = [
        compile_to(folder / f"{each.stem}.obj", toolchain, "x64", "release", each)
        for each in sorted((ROOT / "toolchains/runtime/all").glob("byteswap*.c"))
    ]
    result = link([made, *swaps, *import_libraries(folder, toolchain, "ntoskrnl")], options)
    assert [str(each) for each in result.warnings] == []
    image = wine.drivers / f"{toolchain}_{flavor}_{name}.sys"
    image.write_bytes(result.image)
    before = len(wine.printed(f"{name}: "))
    service = Service(wine, image.stem, image)
    service.start()
    service.stop()
    service.delete()
    return wine.printed(f"{name}: ")[before:]


@pytest.mark.parametrize(("toolchain", "flavor"), CELLS)
def test_object_types_are_those_of_the_kernel(wine, tmp_path, toolchain, flavor):
    assert lines_of_driver(wine, tmp_path, toolchain, flavor, "kernel_data") == [
        "kernel_data: 5 right, 0 wrong"
    ]


@pytest.mark.parametrize(("toolchain", "flavor"), CELLS)
def test_string_functions_answer_as_documented(wine, tmp_path, toolchain, flavor):
    checks = (PROGRAMS / "strings.c").read_text().count("    CHECK(")
    assert lines_of_driver(wine, tmp_path, toolchain, flavor, "strings") == [
        f"strings: {checks} right, 0 wrong"
    ]


@pytest.mark.parametrize(("toolchain", "flavor"), CELLS)
def test_inline_functions_and_macros_do_what_they_should(wine, tmp_path, toolchain, flavor):
    checks = (PROGRAMS / "inlines.c").read_text().count("    CHECK(")
    assert lines_of_driver(wine, tmp_path, toolchain, flavor, "inlines") == [
        f"inlines: {checks} right, 0 wrong"
    ]
