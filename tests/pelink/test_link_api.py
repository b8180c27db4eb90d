"""``ntbuild.link``: the same bytes wherever, whenever and however often, and nothing shared."""

import os
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from struct import unpack_from

import pytest

from coffwriter import ANY, CODE, Section, Symbol, build
from linking import DRIVER, complaints, defining, entry_object, linked, parsed, write
from ntbuild import LinkError, link, options_from_argv
from ntbuild.pecoff.machine import MACHINES
from ntbuild.pelink.libraries.import_library import write_import_library
from ntbuild.pelink.libraries.module_definition import parse_def

ROOT = Path(__file__).parents[2]
IMPORTS = "LIBRARY ntoskrnl.exe\nEXPORTS\n" + "".join(f"Import{n}\n" for n in range(20))

SCRIPT = """
import sys
from ntbuild import link, options_from_argv
result = link(sys.argv[3:], options_from_argv(sys.argv[2].split()))
open(sys.argv[1], "wb").write(result.image + result.map.encode() + (result.import_library or b""))
"""


def inputs(machine: str = "x64") -> dict[str, bytes]:
    """A driver of many objects, imports and exports."""
    names = [f"Name{number}" for number in range(40)]
    prefix = MACHINES[machine].symbol_prefix
    needs = [*names, *(f"__imp_{prefix}Import{n}" for n in range(20))]
    files = {"main.obj": entry_object(*needs, machine=machine)}
    for number, name in enumerate(names):
        shared = f"Shared{number % 5}"
        files[f"{name}.obj"] = build(
            machine,
            [
                Section(".data", bytes(8 * number + 8)),
                Section(f".text${shared}", bytes(8), CODE, comdat=ANY),
            ],
            [Symbol(name, ".data"), Symbol(shared, f".text${shared}")],
        )
    definition = parse_def(IMPORTS, "nt.def", MACHINES[machine])
    files["nt.lib"] = write_import_library(definition, MACHINES[machine])
    return files


ARGV = (*DRIVER, "/export:Name7,DATA", "/export:Name3,DATA", "/opt:noref", "/out:test.sys")


def test_two_processes_make_the_same_bytes(tmp_path):
    images = []
    for seed, folder in (("1", "one"), ("4711", "another/folder")):
        place = tmp_path / folder
        place.mkdir(parents=True)
        names = [path.name for path in write(place, inputs())]
        environment = {**os.environ, "PYTHONHASHSEED": seed, "TZ": f"UTC{seed[0]}"}
        environment["PYTHONPATH"] = str(ROOT / "site_scons")
        command = [sys.executable, "-c", SCRIPT, "out", " ".join(ARGV), *names]
        subprocess.run(command, cwd=place, env=environment, check=True)
        images.append((place / "out").read_bytes())
    assert images[0] == images[1]
    assert str(tmp_path).encode() not in images[0]


@pytest.mark.parametrize("machine", MACHINES)
def test_links_in_four_threads_at_once_are_alike(machine, tmp_path):
    paths, options = write(tmp_path, inputs(machine)), options_from_argv(ARGV)
    alone = link(paths, options)
    with ThreadPoolExecutor(4) as pool:
        together = list(pool.map(lambda _: link(paths, options), range(8)))
    assert all(each.image == alone.image for each in together)
    assert all(each.map == alone.map for each in together)
    assert all(each.import_library == alone.import_library for each in together)


def stamps(data: bytes) -> set[int]:
    """Every time stamp of an image with exports."""
    pe = parsed_image(data)
    directory = pe.OPTIONAL_HEADER.DATA_DIRECTORY[0]
    at = pe.get_offset_from_rva(directory.VirtualAddress) + 4
    found = {pe.FILE_HEADER.TimeDateStamp, unpack_from("<I", data, at)[0]}
    for each in getattr(pe, "DIRECTORY_ENTRY_DEBUG", ()):
        found.add(each.struct.TimeDateStamp)
    return found


def parsed_image(data: bytes):
    import pefile

    return pefile.PE(data=data)


@pytest.mark.parametrize("debug", [(), ("/debug",)])
@pytest.mark.parametrize("stamp", [0, 1, 1700000000, 0xFFFFFFFF])
def test_a_given_time_is_every_stamp(stamp, debug, tmp_path):
    result = linked(tmp_path, inputs(), f"/timestamp:{stamp}", *debug, base=ARGV)
    assert stamps(result.image) == {stamp}


def test_without_a_time_the_stamp_tells_contents_apart(tmp_path):
    one = linked(tmp_path, inputs(), base=ARGV).image
    other = linked(tmp_path, {**inputs(), "more.obj": defining("More")}, base=ARGV).image
    assert len(stamps(one)) == len(stamps(other)) == 1
    assert stamps(one) != stamps(other)
    assert stamps(one) != {0}


def test_the_checksum_is_that_of_the_image(tmp_path):
    pe = parsed(linked(tmp_path, inputs(), base=ARGV))
    assert pe.OPTIONAL_HEADER.CheckSum == pe.generate_checksum()


def test_errors_have_their_diagnostics_as_values(tmp_path):
    with pytest.raises(LinkError) as caught:
        linked(tmp_path, {"main.obj": entry_object("Missing", "Absent")})
    assert [each.severity for each in caught.value.diagnostics] == ["error", "error"]
    assert [each.message for each in caught.value.diagnostics] == [
        "undefined symbol: Missing",
        "undefined symbol: Absent",
    ]


def test_warnings_can_be_errors_or_nothing(tmp_path):
    files = {"main.obj": entry_object("__imp_Own", "Own"), "own.obj": defining("Own")}
    text = "main.obj: locally defined symbol imported: Own (defined in own.obj) [LNK4217]"
    (warning,) = linked(tmp_path, files).warnings
    assert str(warning).replace(f"{tmp_path}/", "") == text
    assert complaints(tmp_path, files, "/wx") == [text]
    assert linked(tmp_path, files, "/wx", "/ignore:4217").warnings == ()


def test_inputs_may_be_paths_or_texts(tmp_path):
    (path,) = write(tmp_path, {"main.obj": entry_object()})
    options = options_from_argv(DRIVER)
    assert link([path], options).image == link([str(path)], options).image


def test_an_import_library_comes_with_exports_only(tmp_path):
    assert linked(tmp_path, inputs(), base=ARGV).import_library
    assert linked(tmp_path, {"main.obj": entry_object()}).import_library is None
