"""A kernel of one's own: built, its flat image made, booted with modules on four machines."""

import json
import struct

import pytest

import peers
from ntbuild.building.declare import DeclarationError
from ntbuild.building.kernel import declare_kernel
from ntbuild.pecoff.image.flat import MULTIBOOT_OFFSET, FlatError, entry_address, flat_image
from ntbuild.pecoff.image.view import ImageView
from pecheck.patch import Patch
from sconsproject import copy_of_sources, shared_cache

MACHINES = ("x64", "x86", "arm64", "arm")
BOOTED = ("x64", "arm")
"""Those that boot here; the continuous build boots all, of every toolchain."""
PRINTED = [
    "kernel: 2 modules",
    "greeter: version 7 by ordinal",
    "greeter: by forwarder",
    "visitor: hello from greeter",
    "kernel: all modules have started",
]
SCRIPT = "examples/ownos/SConscript"


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    for machine in MACHINES:
        peers.require(f"qemu-{machine}")
    return copy_of_sources(tmp_path_factory.mktemp("ownos") / "project")


def report_of(project, machine):
    path = project.root / f"build/zig/{machine}/release/examples/ownos/ownos.run.json"
    return json.loads(path.read_text(encoding="utf-8"))


def test_it_boots_and_loads_its_modules(project):
    cells = (f"arch={','.join(BOOTED)}", "flavor=release")
    run = project.scons("run/examples/ownos", shared_cache(), *cells)
    assert len(run.steps("RUN")) == len(BOOTED)
    assert run.errors == ""
    for machine in BOOTED:
        report = report_of(project, machine)
        assert (report["verdict"], report["wanted"]) == ("proved", 1)
        assert report["engines"][0]["printed"] == PRINTED
    again = project.scons("run/examples/ownos", *cells)
    assert again.steps("RUN") == again.steps("KERNEL") == []
    # A text that does not come is an error that names it.
    project.edit(SCRIPT, "visitor: hello from greeter", "visitor: good bye")
    run = project.scons("run/examples/ownos", "arch=arm", "flavor=release", status=2)
    assert "qemu: refused: prints: no line with 'visitor: good bye'" in run.errors


@pytest.mark.parametrize("machine", MACHINES)
def test_a_flat_image_has_every_section_at_its_address(machine):
    patch = Patch(machine)
    patch.optional("ImageBase", 0x100000)
    data = patch.bytes()
    image = ImageView(data)
    flat = flat_image(data)
    assert len(flat) == image.optional_header.SizeOfImage
    for section in image.sections:
        size = min(section.VirtualSize, section.SizeOfRawData)
        content = data[section.PointerToRawData : section.PointerToRawData + size]
        assert flat[section.VirtualAddress : section.VirtualAddress + size] == content
    entry = 0x100000 + image.optional_header.AddressOfEntryPoint
    assert entry_address(data) == entry
    words = struct.unpack_from("<8I", flat, MULTIBOOT_OFFSET)
    if machine not in ("x64", "x86"):
        assert words == (0,) * 8
        return
    end = 0x100000 + len(flat)
    assert words[0] == 0x1BADB002
    assert sum(words[:3]) & 0xFFFFFFFF == 0
    assert words[3:] == (0x100000 + MULTIBOOT_OFFSET, 0x100000, end, end, entry)


def test_what_has_no_flat_form_is_refused():
    with pytest.raises(FlatError, match="Multiboot loads below 4 GB only"):
        flat_image(Patch("x64").bytes())
    patch = Patch("arm64")
    patch.optional("SizeOfImage", 0x7FFFF000)
    with pytest.raises(FlatError, match="is more than 256 MiB"):
        flat_image(patch.bytes())


@pytest.mark.parametrize(
    ("given", "text"),
    [
        ({"bases": 1}, "unknown keyword 'bases'"),
        ({"base": 0x1234}, "base: 4660 is not a multiple of 0x10000"),
        ({"base": "0x100000"}, "base: '0x100000' is not a multiple"),
        ({"entry": ""}, "entry: '' is not a name"),
        ({"ntld": "yes"}, "ntld: 'yes' is neither True nor False"),
        ({"exports": ["a", "a"]}, "exports: a: there twice"),
    ],
)
def test_a_wrong_kernel_is_refused_with_its_keyword(given, text):
    with pytest.raises(DeclarationError, match=r"^[^\n]+$") as failure:
        declare_kernel("kernel", given, "x64")
    assert text in str(failure.value)
