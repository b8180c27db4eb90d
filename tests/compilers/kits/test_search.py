"""Kits are found by path, by environment and in the usual folders; half a kit is one line."""

import shutil

import pytest

from compilers.kits import trees
from ntbuild.compilers.kits.kit import KitError
from ntbuild.compilers.kits.search import find_kit, kit_in

LAYOUTS = {
    "Windows Kits": trees.windows_kit,
    "NuGet packages": trees.packages,
    "xwin": trees.xwin,
    "header tree": trees.flat,
}


def names(kit, kmdf=""):
    return [path.name.casefold() for path in kit.header_directories(kmdf)]


@pytest.mark.parametrize("layout", LAYOUTS)
def test_each_layout_is_found(layout, tmp_path):
    kit = kit_in(LAYOUTS[layout](tmp_path))
    assert kit.layout == layout
    assert kit.header("km/ntddk.h").name == "NTDDK.H"
    assert kit.kmdf_versions() == ("1.15", "1.33")


@pytest.mark.parametrize("layout", ["Windows Kits", "NuGet packages", "xwin"])
def test_libraries_of_a_machine_are_found_in_any_case_of_letters(layout, tmp_path):
    kit = kit_in(LAYOUTS[layout](tmp_path))
    assert kit.library("ntoskrnl", "x64").name.casefold() == "ntoskrnl.lib"
    assert kit.library("ntoskrnl", "x86") is None


def test_the_newest_version_with_kernel_headers_is_taken(tmp_path):
    kit = kit_in(trees.windows_kit(tmp_path))
    assert kit.version == "10.0.9.0"
    assert kit.header("km/ntddk.h").parents[1].name == "10.0.9.0"


def test_a_version_folder_chooses_its_version(tmp_path):
    trees.windows_kit(tmp_path)
    named = tmp_path / "Include" / "10.0.1.0"
    kit = kit_in(named)
    assert (kit.version, kit.place) == ("10.0.1.0", named)
    assert kit.kmdf_versions() == ("1.15", "1.33")
    assert kit.library("ntoskrnl", "x64") is None


@pytest.mark.parametrize("above", ["Windows Kits/10", "Program Files/windows kits/10", "kits/10"])
def test_a_kit_may_lie_below_the_named_folder(above, tmp_path):
    trees.windows_kit(tmp_path / above, "include", "lib")
    assert kit_in(tmp_path).version == "10.0.9.0"
    assert kit_in(tmp_path).framework_library("wdfldr", "1.33", "x64").name == "WdfLdr.lib"


def test_of_cached_packages_the_newest_version_is_taken(tmp_path):
    kit = kit_in(trees.cached_packages(tmp_path))
    assert kit.version == "10.0.9.0"
    assert [path.name for path in kit.header_directories()] == ["crt", "km", "shared"]


def test_of_class_extensions_the_newest_version_is_searched_with_a_framework(tmp_path):
    folder = trees.flat(tmp_path)
    for version in ("km/spb/1.1", "km/spb/1.0", "km/netcx/kmdf/adapter/2.9", "km/crt/sys"):
        trees.write(folder / version, {"it.h": ""})
    trees.write(folder / "km/netcx/kmdf/adapter/2.10", {"it.h": ""})
    trees.write(folder / "shared/netcx/shared/1.0", {"net/it.h": ""})
    kit = kit_in(folder)
    assert [path.name for path in kit.class_extensions()] == ["2.10", "1.1", "1.0"]
    assert "1.1" in names(kit, "1.33")
    assert "1.1" not in names(kit)


def test_the_order_of_header_folders(tmp_path):
    kit = kit_in(trees.windows_kit(tmp_path))
    assert names(kit, "1.15") == ["crt", "km", "shared", "1.15", "um", "ucrt"]


def test_without_its_own_run_time_the_kernel_gets_the_universal_one(tmp_path):
    trees.flat(tmp_path)
    shutil.rmtree(tmp_path / "km" / "crt")
    assert names(kit_in(tmp_path)) == ["ucrt", "km", "shared", "um"]


def failure(call, *arguments):
    with pytest.raises(KitError) as caught:
        call(*arguments)
    assert "\n" not in str(caught.value)
    return str(caught.value)


def test_a_folder_that_is_not_there(tmp_path):
    assert failure(kit_in, tmp_path / "none").endswith("/none: no such folder")


def test_a_folder_with_anything_else(tmp_path):
    assert "neither km/ntddk.h nor Include/10.0.*/km/ntddk.h" in failure(kit_in, tmp_path)


def test_an_sdk_is_no_driver_kit(tmp_path):
    trees.write(tmp_path / "Include" / "10.0.10.0", {"shared/ntdef.h": "", "um/windows.h": ""})
    text = failure(kit_in, tmp_path)
    assert "it has shared and um of 10.0.10.0, but no km/ntddk.h; install the WDK" in text


def test_a_driver_kit_without_the_sdk_of_its_version(tmp_path):
    trees.windows_kit(tmp_path)
    shutil.rmtree(tmp_path / "Include" / "10.0.9.0" / "shared")
    text = failure(kit_in(tmp_path).header_directories)
    assert "no shared beside it; install the Windows SDK 10.0.9.0" in text


def test_a_kit_without_any_run_time_headers(tmp_path):
    trees.flat(tmp_path)
    shutil.rmtree(tmp_path / "km" / "crt")
    shutil.rmtree(tmp_path / "ucrt")
    assert "neither km/crt nor ucrt" in failure(kit_in(tmp_path).header_directories)


@pytest.mark.parametrize("version", ["1.31", "1.9", "banana"])
def test_a_framework_version_that_the_kit_lacks(version, tmp_path):
    text = failure(kit_in(trees.flat(tmp_path)).header_directories, version)
    assert text.startswith(f"kmdf={version!r}: the kit ")
    assert text.endswith("has KMDF 1.15, 1.33")


@pytest.mark.parametrize("name", ["NTBUILD_KIT", "NTBUILD_KIT_HEADERS", "WDKContentRoot"])
def test_a_variable_names_the_kit(name, tmp_path):
    trees.windows_kit(tmp_path)
    assert find_kit("auto", {name: str(tmp_path)}, tmp_path).version == "10.0.9.0"


def test_a_variable_that_names_no_kit_is_an_error_and_not_passed_over(tmp_path):
    trees.windows_kit(tmp_path / "whole")
    (tmp_path / "half").mkdir()
    given = {"NTBUILD_KIT": str(tmp_path / "half"), "WDKContentRoot": str(tmp_path / "whole")}
    assert failure(find_kit, "auto", given, tmp_path).startswith("NTBUILD_KIT: ")


def test_packages_beside_the_project_are_found(tmp_path):
    trees.packages(tmp_path / "packages")
    assert find_kit("auto", {}, tmp_path).layout == "NuGet packages"


def test_the_installed_kit_is_found(tmp_path):
    trees.windows_kit(tmp_path / "Windows Kits" / "10")
    given = {"ProgramFiles(x86)": str(tmp_path)}
    assert find_kit("auto", given, tmp_path / "project").place == tmp_path / "Windows Kits" / "10"


def test_without_a_kit_the_message_says_where_it_looked(tmp_path):
    text = failure(find_kit, "auto", {"HOME": str(tmp_path)}, tmp_path)
    assert text.startswith("no Windows driver kit found; looked at NTBUILD_KIT, ")
    assert f"{tmp_path.as_posix()}/packages" in text
    assert text.endswith("unpack one and name its folder with kit= or NTBUILD_KIT")


def test_a_path_is_relative_to_the_project(tmp_path):
    trees.flat(tmp_path / "sdk")
    assert find_kit("sdk", {}, tmp_path).place == tmp_path / "sdk"
