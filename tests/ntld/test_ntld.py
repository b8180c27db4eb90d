"""ntld: what it makes of good images, what it says of bad ones, and that none of them harms it."""

import ctypes
import subprocess

import pefile
import pytest

import peers
from compilers.compiling import compile_to, sections, symbols
from ntbuild.pecoff.constants import IMAGE_DIRECTORY_ENTRY as ENTRY
from ntld.images import MACHINES, core_and_client
from ntld.loader import PAGE, ROOT, SOURCE, WARNINGS, Loader
from pecheck.golden import set_checksum
from pecheck.patch import Patch

READ, WRITE, EXECUTE = 1, 2, 4
COOKIES = {"x64": 0x2B992DDFA232, "arm64": 0x2B992DDFA232, "x86": 0xBB40E64E, "arm": 0xBB40E64E}
WIDE = ("x64", "arm64")
FUZZED = 20_000


@pytest.fixture(scope="module")
def images(tmp_path_factory):
    folder = tmp_path_factory.mktemp("images")
    return {machine: core_and_client(folder, machine) for machine in MACHINES}


@pytest.fixture
def loader(tmp_path):
    return Loader(tmp_path)


def pointer_at(machine, address):
    kind = ctypes.c_uint64 if machine in WIDE else ctypes.c_uint32
    return kind.from_address(address).value


def fitting(machine, address):
    """What an address field of the machine keeps of an address of the host."""
    return address if machine in WIDE else address & 0xFFFFFFFF


@pytest.mark.parametrize("machine", MACHINES)
def test_an_image_is_mapped_relocated_and_protected(loader, images, machine):
    core, _ = images[machine]
    image = loader.load("core.sys", core, MACHINES[machine])
    assert image.why is None
    parsed = pefile.PE(data=core)
    entries = [each for block in parsed.DIRECTORY_ENTRY_BASERELOC for each in block.entries]
    fields = [each for each in entries if each.type]
    assert image.relocations == len(fields) > 3
    old = parsed.OPTIONAL_HEADER.ImageBase
    for each in fields:
        if each.type in (3, 10):
            before = int.from_bytes(
                parsed.get_data(each.rva, 8 if machine in WIDE else 4), "little"
            )
            after = pointer_at(machine, image.base + each.rva)
            assert after == fitting(machine, before - old + image.base)
    assert loader.access[image.base] == READ
    for each in parsed.sections:
        flags = each.Characteristics
        access = flags >> 30 & 1 | flags >> 31 << 1 | (flags >> 29 & 1) << 2
        assert loader.access[image.base + each.VirtualAddress] == access
    entry = parsed.OPTIONAL_HEADER.AddressOfEntryPoint | (machine == "arm")
    assert image.entry == image.base + entry


@pytest.mark.parametrize("machine", MACHINES)
def test_imports_are_bound_by_name_ordinal_and_forwarder(loader, images, machine):
    core, client = images[machine]
    loader.load("core.sys", core, MACHINES[machine])
    image = loader.load("client.sys", client, MACHINES[machine])
    assert image.why is None
    assert image.imports == 4
    (module,) = pefile.PE(data=client).DIRECTORY_ENTRY_IMPORT
    for each in module.imports:
        rva = each.address - pefile.PE(data=client).OPTIONAL_HEADER.ImageBase
        name = each.name.decode() if each.name else each.ordinal
        found = loader.find("CORE", "CoreRun" if name == "CoreForward" else name)
        assert pointer_at(machine, image.base + rva) == fitting(machine, found)


@pytest.mark.parametrize("machine", MACHINES)
def test_exports_are_found_and_circles_of_forwarders_are_not(loader, images, machine):
    image = loader.load("core.sys", images[machine][0], MACHINES[machine])
    assert loader.find("core.sys", "CoreForwardByNumber") == loader.find("core.sys", 9)
    assert loader.find("core.sys", 7) == loader.find("core", 9) > image.base
    for name in ("CoreLoop", "CoreNowhere", "Core", "CoreRunn", "", 1000, 0):
        assert loader.find("core", name) is None


@pytest.mark.parametrize("machine", MACHINES)
def test_the_cookie_is_no_longer_the_compilers(loader, images, machine):
    image = loader.load("core.sys", images[machine][0], MACHINES[machine])
    config = pefile.PE(data=images[machine][0]).DIRECTORY_ENTRY_LOAD_CONFIG.struct
    base = pefile.PE(data=images[machine][0]).OPTIONAL_HEADER.ImageBase
    cookie = pointer_at(machine, image.base + config.SecurityCookie - base)
    assert cookie not in (0, COOKIES[machine])
    assert cookie >> 48 == 0


@pytest.mark.parametrize("machine", MACHINES)
def test_what_only_the_start_needs_is_taken_away(loader, images, machine):
    image = loader.load("core.sys", images[machine][0], MACHINES[machine])
    assert loader.section(image, image.entry) == "INIT"
    assert loader.section(image, image.base) == "headers"
    assert loader.section(image, image.base + image.size) is None
    assert loader.discard(image) == 0
    assert loader.access[image.entry // PAGE * PAGE] == 0
    assert loader.access[image.base] == READ


def section_table(patch):
    return patch.image.section_table_offset


def first_relocation(patch, entry):
    patch.put(patch.relocations + 8, "H", entry)


def lookup(patch):
    return patch.at(patch.image.imports.modules[0].OriginalFirstThunk)


DEFECTS = {
    "not a PE image": lambda p: p.put(0, "H", 0x4D5B),
    "made for another machine": lambda p: p.file("Machine", 0x200),
    "headers are cut off": lambda p: p.file("NumberOfSections", 0x2000),
    "optional header is not for this machine": lambda p: p.optional("Magic", 0x107),
    "data directories are cut off": lambda p: p.optional("NumberOfRvaAndSizes", 17),
    "SizeOfHeaders or SizeOfImage is wrong": lambda p: p.optional("SizeOfHeaders", 0x7FFFFFFF),
    "relocations are stripped": lambda p: p.file("Characteristics", 0x23),
    "sections are not aligned to pages": lambda p: p.optional("SectionAlignment", 0x200),
    "thread-local storage is not supported": lambda p: p.directory(ENTRY.TLS, 0x1000, 8),
    "section is not right behind the one before it: .rdata": lambda p: p.section(
        ".rdata", VirtualAddress=0x7000
    ),
    "section ends behind the end of the file: .data": lambda p: p.section(
        ".data", PointerToRawData=len(p.data) - 0x1FF
    ),
    "section ends behind SizeOfImage: .reloc": lambda p: p.section(
        ".reloc", VirtualSize=0xFFFFF001
    ),
    "section is writable and executable: .data": lambda p: p.flags(".data", add=0x20000000),
    "SizeOfImage is not the end of the last section": lambda p: p.optional(
        "SizeOfImage", p.image.optional_header.SizeOfImage + 0x1000
    ),
    "entry point lies outside of code": lambda p: p.optional("AddressOfEntryPoint", 0x3000),
    "relocations lie outside of the image": lambda p: p.directory(ENTRY.BASERELOC, 0xFFFFF000),
    "relocation block has a wrong size": lambda p: p.put(p.relocations + 4, "I", 7),
    "relocation block is not for a page": lambda p: p.put(p.relocations, "I", 0x1008),
    "relocation lies outside of the sections": lambda p: p.put(p.relocations, "I", 0),
    "relocation has an unknown type": lambda p: first_relocation(p, 0x4000),
    "import table lies outside of the sections": lambda p: p.directory(ENTRY.IMPORT, 0x7FFFFFF0),
    "name of a module lies outside of the image": lambda p: p.put(
        p.descriptors + 12, "I", 0xFFFFFFF0
    ),
    "name of an import lies outside of the image": lambda p: p.put(lookup(p), "I", 0x7FFFFFF0),
    "module has no name or a long one": lambda p: p.put(p.descriptors + 12, "I", 0xFFC),
    "import is not exported by its module: IoCreateDevice": lambda p: p.import_name(0, "zz.sys"),
}


@pytest.mark.parametrize("machine", MACHINES)
def test_a_bad_image_is_refused_with_its_reason_and_no_memory_is_kept(loader, machine):
    loader.known = {"DbgPrint": 0x1000, "KeStallExecutionProcessor": 0x2000}
    said = {}
    for expected, spoil in DEFECTS.items():
        patch = Patch(machine)
        spoil(patch)
        data = patch.data
        set_checksum(data)
        said[expected] = loader.refusal(bytes(data), MACHINES[machine])
    assert said == {expected: expected for expected in DEFECTS}


def test_a_wrong_checksum_is_refused(loader):
    data = Patch("x64").data
    data[0x300] ^= 1
    assert loader.refusal(bytes(data), MACHINES["x64"]) == "checksum is wrong"
    assert loader.refusal(b"", MACHINES["x64"]) == "not a PE image"


def test_a_kernel_may_allow_writable_code(loader):
    loader.known = {"DbgPrint": 1, "IoCreateDevice": 1, "KeStallExecutionProcessor": 1}
    patch = Patch("x64")
    patch.flags(".data", add=0x20000000)
    set_checksum(patch.data)
    loader.options = 1
    assert loader.load("a.sys", patch.bytes(), MACHINES["x64"]).why is None


def test_lists_of_imports_that_overlap_are_refused(loader):
    loader.known = {"#1": 0x1000}
    patch = Patch("x64")
    places = {each.Name: each for each in patch.image.sections}
    for entry in (ENTRY.BASERELOC, ENTRY.LOAD_CONFIG, ENTRY.IAT):
        patch.directory(entry, 0, 0)
    # 120 imports by ordinal in .data, and 50 descriptors of this one list in .rdata.
    thunks, table = places[".data"], places[".rdata"]
    for at in range(120):
        patch.put(thunks.PointerToRawData + 8 * at, "Q", 1 << 63 | 1)
    name = thunks.VirtualAddress + 0x3E0
    patch.put(thunks.PointerToRawData + 0x3C0, "Q32s", 0, b"")
    patch.put(thunks.PointerToRawData + 0x3E0, "8s", b"core.sys")
    for at in range(50):
        words = (thunks.VirtualAddress, 0, 0, name, places[".text"].VirtualAddress)
        patch.put(table.PointerToRawData + 20 * at, "5I", *words)
    patch.section(".rdata", VirtualSize=0x400)
    patch.section(".data", VirtualSize=0x400)
    patch.directory(ENTRY.IMPORT, table.VirtualAddress, 0x400)
    set_checksum(patch.data)
    assert loader.refusal(patch.bytes(), MACHINES["x64"]) == "import tables overlap"


@pytest.mark.parametrize("machine", MACHINES)
def test_it_needs_no_library_and_is_small(tmp_path, machine):
    made = compile_to(tmp_path / "ntld.obj", "zig", machine, "release", SOURCE)
    code = sum(len(data) for name, _, data in sections(made) if name.startswith(".text"))
    assert 4 * 1024 < code < 7 * 1024
    assert undefined(made) == set()
    assert not any(flags & 0x80000000 and data for name, flags, data in sections(made))


def undefined(path):
    """Names that an object needs of others."""
    return {name for name, (section, kind) in symbols(path).items() if kind == 2 and not section}


def test_gcc_makes_it_without_a_library_too(tmp_path):
    made = tmp_path / "ntld.o"
    freestanding = ("-ffreestanding", "-fno-tree-loop-distribute-patterns", "-O2")
    argv = [peers.require("gcc"), *WARNINGS, *freestanding, "-c", str(SOURCE), "-o", str(made)]
    subprocess.run(argv, check=True)
    done = subprocess.run(["nm", "-u", made], capture_output=True, text=True, check=True)
    assert done.stdout == ""


def test_mutated_images_do_no_harm(tmp_path, images):
    words = []
    for machine, files in images.items():
        for name, data in zip(("core", "client"), files, strict=True):
            path = tmp_path / f"{name}-{machine}.sys"
            path.write_bytes(data)
            words.append(f"{MACHINES[machine]:x}:{path}")
    program = tmp_path / "fuzz"
    sanitizers = ("-fsanitize=address,undefined", "-fno-sanitize-recover=all")
    sources = (str(SOURCE), str(ROOT / "tests" / "ntld" / "fuzz.c"))
    gcc = (peers.require("gcc"), "-g", "-O1", *WARNINGS, f"-I{SOURCE.parent}")
    subprocess.run([*gcc, *sanitizers, *sources, "-o", str(program)], check=True)
    argv = [str(program), str(FUZZED), "2026", *words]
    done = subprocess.run(argv, capture_output=True, text=True, check=False, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr
    counts = {line.partition(" ")[2]: int(line.split()[0]) for line in done.stdout.splitlines()}
    assert sum(counts.values()) == FUZZED
    assert counts["loaded"] > FUZZED // 10
    assert len(counts) > 20
