"""The container of PDB files: what is written can be read, and what is damaged is refused."""

import subprocess

import pytest
from hypothesis import given
from hypothesis import strategies as st

import peers
from ntbuild.pecoff.errors import FormatError
from ntbuild.pecoff.msf import read_msf, write_msf
from ntbuild.pecoff.pdb.container import PAGE_SIZES

STREAMS = st.lists(st.binary(max_size=3000), max_size=8)


@given(STREAMS, st.sampled_from(PAGE_SIZES))
def test_streams_come_back(streams, page_size):
    assert read_msf("x.pdb", write_msf(streams, page_size).tobytes()) == streams


@pytest.mark.parametrize("size", [509, 510, 511, 512, 513, 1021, 1022, 1023, 1024])
def test_pages_at_the_end_of_an_interval_are_not_taken_for_maps(size):
    """With pages of 512 bytes, pages 513 and 514 are the maps of the second interval."""
    streams = [bytes([number % 251]) * 512 for number in range(size)]
    image = write_msf(streams, 512)
    assert read_msf("x.pdb", image.tobytes()) == streams
    assert (len(image) // 512) % 512 not in (1, 2)


def test_maps_say_that_every_page_is_in_use():
    image = write_msf([b"x" * 512 * 600], 512).reshape(-1, 512)
    assert not image[2][: len(image) // 8].any()
    assert int(image[2][-1]) == 0xFF
    assert (image[1] == 0xFF).all()
    assert (image[513] == 0xFF).all()


@pytest.mark.parametrize("page_size", [512, 4096])
def test_llvm_reads_a_file_of_several_intervals(page_size, tmp_path):
    path = tmp_path / "x.pdb"
    streams = [b"", b"first", bytes(range(256)) * 2500]
    path.write_bytes(write_msf(streams, page_size).tobytes())
    out = tmp_path / "out"
    command = [peers.require("llvm-pdbutil"), "export", "--stream=2", f"--out={out}", str(path)]
    subprocess.run(command, check=True, capture_output=True)
    assert out.read_bytes() == streams[2]


@pytest.mark.parametrize(
    ("at", "value", "field"),
    [
        (0, b"X", "Magic"),
        (32, b"\1\0\0\0", "BlockSize"),
        (40, b"\xff\xff\0\0", "NumBlocks"),
        (44, b"\xff\xff\xff\0", "NumDirectoryBytes"),
        (52, b"\xff\0\0\0", "BlockMapAddr"),
    ],
)
def test_a_damaged_field_is_named(at, value, field):
    data = bytearray(write_msf([b"abc", b"x" * 5000]).tobytes())
    data[at : at + len(value)] = value
    with pytest.raises(FormatError) as error:
        read_msf("x.pdb", bytes(data))
    assert (error.value.file, error.value.field) == ("x.pdb", field)


@given(STREAMS, st.data())
def test_no_damage_is_anything_but_a_format_error(streams, data):
    image = bytearray(write_msf(streams, 512).tobytes())
    for _ in range(data.draw(st.integers(1, 4))):
        image[data.draw(st.integers(0, len(image) - 1))] = data.draw(st.integers(0, 255))
    try:
        read_msf("x.pdb", bytes(image))
    except FormatError as error:
        assert error.offset is not None  # noqa: PT017 - either way is right


def test_too_many_pages_for_one_list_are_refused():
    with pytest.raises(ValueError, match="too many for pages of 512 bytes"):
        write_msf([bytes(512)] * (512 // 4 * 512 // 4), 512)
