"""Resources of .res files and objects: merged, sorted, and refused when two claim one place."""

import subprocess
from contextlib import suppress

import pefile
import pytest
from hypothesis import given
from hypothesis import strategies as st

from coffwriter import CODE, Section, Symbol, build
from ntbuild import LinkError, link, options_from_argv
from ntbuild.pecoff.errors import FormatError
from ntbuild.pecoff.resource import (
    RES_FILE_START,
    Resource,
    ResourceKey,
    read_directory,
    read_res,
    write_directory,
)
from ntbuild.support.values import replace
from peers import require

OPTIONS = options_from_argv(["/driver", "/machine:x64", "/out:a.sys"])
KEYS = st.builds(
    ResourceKey,
    st.one_of(st.integers(0, 0xFFFF), st.text(min_size=1, max_size=5)),
    st.one_of(st.integers(0, 0xFFFF), st.text(min_size=1, max_size=5)),
    st.integers(0, 0xFFFF),
)


def res_entry(kind, name, language, data):
    """One entry of a .res file, from the format's description."""

    def key(value):
        if isinstance(value, int):
            return b"\xff\xff" + value.to_bytes(2, "little")
        return value.encode("utf-16-le") + b"\0\0"

    keys = key(kind) + key(name)
    keys += bytes(-len(keys) % 4)
    tail = bytes(4) + (0x30).to_bytes(2, "little") + language.to_bytes(2, "little") + bytes(8)
    header = 8 + len(keys) + len(tail)
    sizes = len(data).to_bytes(4, "little") + header.to_bytes(4, "little")
    return sizes + keys + tail + data + bytes(-len(data) % 4)


def res_file(*entries):
    return RES_FILE_START + bytes(16) + b"".join(res_entry(*entry) for entry in entries)


def driver(tmp_path):
    path = tmp_path / "a.obj"
    path.write_bytes(
        build("x64", [Section(".text", b"\xc3", CODE)], [Symbol("DriverEntry", ".text")])
    )
    return path


def resources_of(image):
    """{(type, name, language): data} as pefile reads them."""
    parsed = pefile.PE(data=image)
    found = {}
    for kind in parsed.DIRECTORY_ENTRY_RESOURCE.entries:
        for name in kind.directory.entries:
            for language in name.directory.entries:
                entry = language.data.struct
                key = tuple(
                    each.id if each.name is None else str(each.name) for each in (kind, name)
                )
                data = parsed.get_data(entry.OffsetToData, entry.Size)
                found[(*key, language.id)] = data
    return found


def test_files_are_merged_into_one_sorted_directory(tmp_path):
    first, second = tmp_path / "a.res", tmp_path / "b.res"
    first.write_bytes(res_file((10, 7, 1033, b"seven"), (16, 1, 1033, b"version")))
    second.write_bytes(res_file((10, "LOGO", 0, b"logo"), (10, 2, 1031, b"zwei")))
    image = link([driver(tmp_path), first, second], OPTIONS).image
    assert resources_of(image) == {
        (10, "LOGO", 0): b"logo",
        (10, 2, 1031): b"zwei",
        (10, 7, 1033): b"seven",
        (16, 1, 1033): b"version",
    }
    section = pefile.PE(data=image).sections[-1]
    assert (section.Name, section.Characteristics) == (b".rsrc\0\0\0", 0x42000040)


def test_a_resource_given_twice_names_both_files(tmp_path):
    first, second = tmp_path / "a.res", tmp_path / "b.res"
    first.write_bytes(res_file((16, 1, 1033, b"one")))
    second.write_bytes(res_file((16, 1, 1033, b"two")))
    with pytest.raises(LinkError) as caught:
        link([driver(tmp_path), first, second], OPTIONS)
    (found,) = caught.value.diagnostics
    key = "type VERSIONINFO (ID 16)/name ID 1/language 1033"
    assert found.message == f"duplicate resource: {key}, in {first} and in {second}"


def test_a_default_manifest_gives_way_to_one_with_a_language(tmp_path):
    files = [tmp_path / f"{name}.res" for name in ("default", "own", "other", "second")]
    default, own, other, second = files
    default.write_bytes(res_file((24, 1, 0, b"<default/>")))
    second.write_bytes(res_file((24, 1, 0, b"<second/>")))
    own.write_bytes(res_file((24, 1, 1033, b"<own/>")))
    other.write_bytes(res_file((24, 1, 1031, b"<other/>")))
    mingw = replace(OPTIONS, mingw=True)
    for inputs in ([default, own], [own, default], [second, own, default]):
        image = link([driver(tmp_path), *inputs], mingw).image
        assert resources_of(image) == {(24, 1, 1033): b"<own/>"}
    image = link([driver(tmp_path), default, second], mingw).image
    assert resources_of(image) == {(24, 1, 0): b"<default/>"}
    with pytest.raises(LinkError) as caught:
        link([driver(tmp_path), own, other], mingw)
    (found,) = caught.value.diagnostics
    assert found.message == (
        f"duplicate non-default manifests with languages 1033 in {own} and 1031 in {other}"
    )


@pytest.mark.parametrize("converter", ["llvm-cvtres", "windres-x64"])
def test_a_tree_of_an_object_joins_those_of_files(tmp_path, converter):
    tool = require(converter)
    own, other, converted = tmp_path / "a.res", tmp_path / "b.res", tmp_path / "b.o"
    own.write_bytes(res_file((10, 7, 1033, b"seven")))
    other.write_bytes(res_file((10, 8, 1033, b"eight!"), (10, "NAMED", 5, b"named")))
    convert(tool, other, converted)
    alone = resources_of(link([driver(tmp_path), converted], OPTIONS).image)
    assert alone == {(10, 8, 1033): b"eight!", (10, "NAMED", 5): b"named"}
    both = resources_of(link([driver(tmp_path), own, converted], OPTIONS).image)
    assert both == {**alone, (10, 7, 1033): b"seven"}


def convert(tool, source, target):
    if "cvtres" in tool:
        words = [tool, "/machine:x64", f"/out:{target}", str(source)]
    else:
        words = [tool, "-J", "res", "-O", "coff", str(source), str(target)]
    subprocess.run(words, check=True, capture_output=True)


@given(st.dictionaries(KEYS, st.binary(max_size=20), min_size=1, max_size=20))
def test_what_is_written_is_read_back(wanted):
    resources = {key: Resource(data, 1200) for key, data in wanted.items()}
    tree, fields = write_directory(resources)
    assert len(fields) == len(resources)

    def data_of(offset, size):
        start = int.from_bytes(tree[offset : offset + 4], "little")
        return tree[start : start + size]

    assert dict(read_directory(tree, "it", data_of)) == resources


@given(st.binary(max_size=200), st.binary(max_size=200))
def test_hostile_bytes_are_format_errors_and_nothing_else(junk, tree):
    with suppress(FormatError):
        assert all(key.language <= 0xFFFF for key, _ in read_res(RES_FILE_START + junk, "it"))
    with suppress(FormatError):
        assert list(read_directory(tree, "it", lambda _offset, _size: b"")) is not None


def test_a_tree_that_loops_ends():
    # A directory whose only entry leads to itself.
    loop = bytes(14) + b"\x01\0" + bytes(4) + (0x80000000).to_bytes(4, "little")
    with pytest.raises(FormatError, match="more than three levels"):
        list(read_directory(loop, "it", lambda _offset, _size: b""))


# --- manifests for mingw-w64 ---------------------------------------------------------------------

MANIFEST = 24


def mingw(tmp_path, *resources):
    """A link as GNU ld does it, of a program and .res files."""
    program = tmp_path / "a.obj"
    program.write_bytes(build("x64", [Section(".text", b"\xc3", CODE)], [Symbol("main", ".text")]))
    paths = []
    for number, entries in enumerate(resources):
        paths.append(tmp_path / f"{number}.res")
        paths[-1].write_bytes(res_file(*entries))
    options = options_from_argv(["/entry:main", "/machine:x64", "/subsystem:console"])
    return link([program, *paths], replace(options, mingw=True))


def manifests(result):
    found = []
    for kind in pefile.PE(data=result.image).DIRECTORY_ENTRY_RESOURCE.entries:
        if kind.id == MANIFEST:
            for name in kind.directory.entries:
                found += [(name.id, language.id) for language in name.directory.entries]
    return found


@pytest.mark.parametrize("default_first", [True, False])
def test_a_default_manifest_gives_way_to_the_programs_own(default_first, tmp_path):
    files = [[(MANIFEST, 1, 0, b"<default/>")], [(MANIFEST, 1, 1033, b"<own/>")]]
    result = mingw(tmp_path, *(files if default_first else files[::-1]))
    assert manifests(result) == [(1, 1033)]
    assert b"<default/>" not in result.image


def test_a_default_manifest_alone_stays(tmp_path):
    assert manifests(mingw(tmp_path, [(MANIFEST, 1, 0, b"<default/>")])) == [(1, 0)]
    both = [(MANIFEST, 1, 0, b"<default/>"), (MANIFEST, 2, 1033, b"<own/>")]
    assert manifests(mingw(tmp_path, both)) == [(1, 0), (2, 1033)]


@pytest.mark.parametrize("language", [1033, 1031])
def test_two_own_manifests_are_an_error_that_names_both(language, tmp_path):
    files = [[(MANIFEST, 1, 1033, b"<own/>")], [(MANIFEST, 1, language, b"<two/>")]]
    with pytest.raises(LinkError) as caught:
        mingw(tmp_path, *files)
    (error,) = caught.value.diagnostics
    assert "0.res" in error.message
    assert "1.res" in error.message
