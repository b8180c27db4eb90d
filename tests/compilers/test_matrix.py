from dataclasses import dataclass

import pytest

from compilers.compiling import FEATURES, ROOT
from ntbuild.compilers.matrix import Cell, MatrixError, choose, known_toolchains, select
from ntbuild.compilers.toolchain import MACHINES, ToolchainError


@dataclass(frozen=True)
class FakeToolchain:
    name: str
    machines: tuple[str, ...]
    installed: bool = True

    def locate(self, _machine):
        if not self.installed:
            raise ToolchainError(f"toolchain {self.name}: not found; apt install {self.name}")


TOOLCHAINS = {
    each.name: each
    for each in (
        FakeToolchain("clang", ("x64", "arm64"), installed=False),
        FakeToolchain("mingw", ("x64", "x86")),
        FakeToolchain("zig", ("x64", "x86", "arm64", "arm")),
    )
}


def cells(*words):
    return [str(cell) for cell in select(TOOLCHAINS, *words).cells]


def test_one_of_each():
    assert cells("zig", "x64", "debug") == ["zig x64 debug"]
    assert Cell("zig", "x64", "debug").folder == "zig/x64/debug"


def test_lists_are_in_the_order_of_the_project():
    assert cells("zig,mingw", "x86,x64", "release,debug") == [
        f"{toolchain} {arch} {flavor}"
        for toolchain in ("mingw", "zig")
        for arch in ("x64", "x86")
        for flavor in ("debug", "release")
    ]


def test_all_leaves_out_what_cannot_be():
    found = select(TOOLCHAINS, "all", "arm64", "debug")
    assert [str(cell) for cell in found.cells] == ["zig arm64 debug"]
    assert found.notes == ("left out: toolchain clang: not found; apt install clang",)
    assert cells("mingw", "all", "debug") == ["mingw x64 debug", "mingw x86 debug"]


@pytest.mark.parametrize(
    ("words", "text"),
    [
        (("mingw", "arm64", "debug"), "mingw makes no code for arm64, only for x64, x86"),
        (("mingw,zig", "arm64", "debug"), "mingw makes no code for arm64"),
        (("clang", "all", "debug"), "toolchain clang: not found; apt install clang"),
        (("zig", "x65", "debug"), "unknown arch 'x65', it is one of x64, x86"),
        (("zig", "x64", "Debug"), "unknown flavor 'Debug'"),
        (("", "x64", "debug"), "unknown toolchain ''"),
        (("zig,", "x64", "debug"), "unknown toolchain ''"),
        (("gcc", "x64", "debug"), "unknown toolchain 'gcc'"),
        (("al", "x64", "debug"), "did you mean 'all'?"),
    ],
)
def test_what_is_asked_for_by_name_must_be(words, text):
    with pytest.raises(MatrixError) as caught:
        select(TOOLCHAINS, *words)
    assert text in str(caught.value)
    assert "\n" not in str(caught.value)


def test_nothing_left_is_an_error_with_the_reasons():
    only = {"clang": TOOLCHAINS["clang"]}
    with pytest.raises(MatrixError, match="nothing to build; left out: toolchain clang"):
        select(only, "all", "x64", "debug")


def test_a_choice_knows_whether_it_was_all():
    assert choose("arch", "all", ("x64", "x86")).everything
    assert not choose("arch", "x86,x64", ("x64", "x86")).everything


@pytest.mark.parametrize(
    ("word", "machine"), [("AMD64", "x64"), ("Win32", "x86"), ("ARM64", "arm64"), ("arm", "arm")]
)
def test_a_machine_may_have_the_name_that_another_tool_gives_it(word, machine):
    assert choose("arch", word, ("x64", "x86", "arm64", "arm")).values == (machine,)


def test_the_projects_own_toolchains_are_found():
    assert set(known_toolchains()) == {"clang", "mingw", "zig"}


@pytest.mark.parametrize("page", ["README.md", "docs/toolchains.md"])
def test_a_page_says_what_works_for_which_machine_and_toolchain(page):
    """The table is that of the tests: each row's combinations are those that its tests run for."""
    lines = (ROOT / page).read_text(encoding="utf-8").splitlines()
    start = lines.index(f"| | {' | '.join(MACHINES)} |")
    table = lines[start + 2 : lines.index("", start)]
    assert table == [
        f"| {feature} | {' | '.join(_toolchains(cells, each) for each in MACHINES)} |"
        for feature, cells in FEATURES.items()
    ]


def _toolchains(cells, machine):
    return ", ".join(name for name, known in cells if known == machine) or "-"
