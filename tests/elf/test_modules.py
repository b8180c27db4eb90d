"""Modules and programs in ELF: what is in them, that they run, what is refused."""

import re
import subprocess
from io import BytesIO
from pathlib import Path

import pytest
from elftools.elf.elffile import ELFFile
from elftools.elf.relocation import RelocationSection

import peers
from elf.modules import run_relocatable, run_shared
from ntbuild.building.declare import DeclarationError
from ntbuild.building.driver import BuildError
from ntbuild.building.elf import (
    ElfImageStep,
    ElfLinkStep,
    declare_module,
    declare_program,
    link_step,
)
from ntbuild.compilers.elf import MACHINES, MODULES, elf_table, read_elf_table
from ntbuild.compilers.toolchain import ToolchainError
from sconsproject import ROOT, Outside, copy_of_sources

SUFFIXES = {"relocatable": ".o", "emit-relocs": ".elf", "shared": ".so"}
E_MACHINE = {
    "x64": "EM_X86_64",
    "arm64": "EM_AARCH64",
    "riscv64": "EM_RISCV",
    "mipsel": "EM_MIPS",
    "loongarch64": "EM_LOONGARCH",
}
NUMBERS = {
    "R_X86_64_64": 1,
    "R_X86_64_GLOB_DAT": 6,
    "R_X86_64_JUMP_SLOT": 7,
    "R_X86_64_RELATIVE": 8,
    "R_AARCH64_ABS64": 257,
    "R_AARCH64_ADR_PREL_PG_HI21": 275,
    "R_AARCH64_ADD_ABS_LO12_NC": 277,
    "R_AARCH64_LDST8_ABS_LO12_NC": 278,
    "R_AARCH64_JUMP26": 282,
    "R_AARCH64_CALL26": 283,
    "R_AARCH64_LDST16_ABS_LO12_NC": 284,
    "R_AARCH64_LDST32_ABS_LO12_NC": 285,
    "R_AARCH64_LDST64_ABS_LO12_NC": 286,
    "R_AARCH64_GLOB_DAT": 1025,
    "R_AARCH64_JUMP_SLOT": 1026,
    "R_AARCH64_RELATIVE": 1027,
    "R_RISCV_64": 2,
    "R_RISCV_RELATIVE": 3,
    "R_RISCV_JUMP_SLOT": 5,
    "R_RISCV_CALL_PLT": 19,
    "R_RISCV_PCREL_HI20": 23,
    "R_RISCV_PCREL_LO12_I": 24,
    "R_RISCV_PCREL_LO12_S": 25,
    "R_MIPS_32": 2,
    "R_MIPS_REL32": 3,
    "R_MIPS_26": 4,
    "R_MIPS_HI16": 5,
    "R_MIPS_LO16": 6,
    "R_LARCH_64": 2,
    "R_LARCH_RELATIVE": 3,
    "R_LARCH_JUMP_SLOT": 5,
    "R_LARCH_PCALA_HI20": 71,
    "R_LARCH_PCALA_LO12": 72,
    "R_LARCH_CALL36": 110,
}


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    """A copy of the project with both builds of the example."""
    made = copy_of_sources(tmp_path_factory.mktemp("elf") / "project")
    for flavor in ("release", "debug"):
        run = made.scons("examples/elf", f"flavor={flavor}")
        assert (len(run.steps("ELF")), len(run.steps("PE")), run.errors) == (18, 3, "")
    return made


def built(project, file, flavor="release"):
    return (project.root / f"build/zig/x64/{flavor}/examples/elf/{file}").read_bytes()


def documented():
    """The relocation types that docs/elf.md says a loader must know, by machine and flavor."""
    found, text = {}, (ROOT / "docs/elf.md").read_text(encoding="utf-8")
    for machine, patched, shared in re.findall(
        r"^\| (\w+) \| (`R_.*`) \| (`R_.*`)", text, re.MULTILINE
    ):
        prefix = re.search(r"`(R_[A-Z0-9]+?_(?:64_)?)", patched)[1]
        for flavor, cell in zip(MODULES, (patched, patched, shared), strict=True):
            names = [each for each in re.findall(r"`(\w+)`", cell) if "DT_" not in each]
            full = [each if each.startswith("R_") else prefix + each for each in names]
            found[machine, flavor] = {NUMBERS[each] for each in full}
    return found


def relocations(data, flavor):
    file = ELFFile(BytesIO(data))
    for section in file.iter_sections():
        if isinstance(section, RelocationSection):
            home = file.get_section(section["sh_info"])
            if flavor == "shared" or home["sh_flags"] & 2:
                yield from (each["r_info_type"] for each in section.iter_relocations())


def command(machine, kind, build, source, made):
    table = elf_table()
    flags = table.flags(machine, kind, build, "c")
    headers = ("-isystem", table.header_folder())
    return [*table.find_compiler().argv, *flags, *headers, "-c", str(source), "-o", str(made)]


@pytest.mark.parametrize("machine", MACHINES)
def test_a_loader_needs_no_relocation_type_but_those_in_the_documentation(tmp_path, machine):
    known, seen = documented(), {}
    (tmp_path / "kernel.c").write_text(
        "unsigned char kernel_bytes[64]; unsigned short kernel_half; unsigned kernel_word;"
        "unsigned long long kernel_long; void kernel_call(const void *p) { (void)p; }"
        "int kernel_value(int a) { return a; }",
        encoding="utf-8",
    )
    for flavor in MODULES:
        seen[flavor] = set()
        entry = {} if flavor == "relocatable" else {"entry": "every"}
        step = link_step(declare_module("m", {"flavor": flavor, **entry}, machine))
        sources = [Path(__file__).with_name("every.c")]
        sources += [tmp_path / "kernel.c"] if flavor == "emit-relocs" else []
        for build in ("debug", "release"):
            objects = [str(tmp_path / f"{each.stem}.o") for each in sources]
            for source, made in zip(sources, objects, strict=True):
                subprocess.run(command(machine, flavor, build, source, made), check=True)
            made = tmp_path / "m"
            assert step.run(objects, [str(made), str(tmp_path / "map")]) == ()
            seen[flavor] |= set(relocations(made.read_bytes(), flavor))
        assert seen[flavor] <= known[machine, flavor]
    assert known[machine, "relocatable"] - seen["relocatable"] <= {278}  # LDST8: seldom
    assert seen["shared"] == known[machine, "shared"]


@pytest.mark.parametrize("machine", MACHINES)
@pytest.mark.parametrize("flavor", MODULES)
def test_each_flavor_is_the_file_that_its_name_says(project, machine, flavor):
    file = ELFFile(BytesIO(built(project, f"{machine}/greeter{SUFFIXES[flavor]}")))
    types = {"relocatable": "ET_REL", "emit-relocs": "ET_EXEC", "shared": "ET_DYN"}
    assert (file["e_machine"], file["e_type"]) == (E_MACHINE[machine], types[flavor])
    assert file.little_endian
    symbols = {
        each.name: each
        for section in file.iter_sections()
        if section["sh_type"] in ("SHT_SYMTAB", "SHT_DYNSYM")
        for each in section.iter_symbols()
    }
    assert symbols["greeter_start"]["st_info"]["type"] == "STT_FUNC"
    outside = symbols["kernel_print"]["st_shndx"] == "SHN_UNDEF"
    assert outside == (flavor != "emit-relocs")
    if flavor == "relocatable":
        assert file.num_segments() == 0
        return
    assert file["e_entry"] == symbols["greeter_start"]["st_value"]
    loads = list(file.iter_segments("PT_LOAD"))
    assert all(each["p_flags"] & 3 != 3 for each in loads)  # none is written and executed
    pages = [each["p_vaddr"] // 4096 for each in loads]
    assert len(set(pages)) == len(pages)
    if flavor == "emit-relocs":
        assert min(each["p_vaddr"] for each in loads) // 0x10000 == 0x10
        assert list(relocations(built(project, f"{machine}/greeter.elf"), flavor))


@pytest.mark.parametrize("flavor", ["debug", "release"])
@pytest.mark.parametrize("machine", ["x64", "arm64", "riscv64"])
def test_a_shared_module_runs_after_a_loader_of_three_relocation_types(project, machine, flavor):
    data = built(project, f"{machine}/greeter.so", flavor)
    assert run_shared(machine, data, "greeter_start") == (1, ["greeter: hello"] * 2)


@pytest.mark.parametrize("flavor", ["debug", "release"])
@pytest.mark.parametrize("machine", ["x64", "mipsel"])
def test_an_object_runs_after_a_loader_that_patches_code(project, machine, flavor):
    data = built(project, f"{machine}/greeter.o", flavor)
    assert run_relocatable(machine, data, "greeter_start") == (1, ["greeter: hello"] * 2)


def test_the_same_bytes_are_made_in_another_folder_and_nothing_twice(project, tmp_path):
    again = project.scons("examples/elf", "flavor=debug")
    assert again.steps("CC") == again.steps("ELF") == again.steps("PE") == []
    other = copy_of_sources(tmp_path / "somewhere else")
    other.scons("elf/greeter/arm64", "elf/boot/riscv64", "flavor=debug")
    for file in ("arm64/greeter.o", "arm64/greeter.elf", "arm64/greeter.so", "riscv64/boot.efi"):
        assert built(other, file, "debug") == built(project, file, "debug"), file
    # A header that all sources of a module include.
    other.edit(
        "examples/elf/kernel.h", "kernel_print(const char *text)", "kernel_print(const char *t)"
    )
    run = other.scons("elf/greeter/arm64", "flavor=debug")
    assert len(run.steps("CC")) == 4
    other.edit("examples/elf/SConscript", '"greeter_start"}', '"say"}')
    assert len(other.scons("elf/greeter/arm64", "flavor=debug").steps("ELF")) == 2


@pytest.mark.parametrize(
    ("machine", "name", "words"),
    [
        ("riscv64", "BOOTRISCV64.EFI", ()),
        ("arm64", "BOOTAA64.EFI", ("-cpu", "cortex-a57")),
    ],
)
def test_u_boot_runs_a_program_that_was_elf(project, tmp_path, machine, name, words):
    qemu, firmware = peers.require(f"qemu-{machine}"), peers.require_file(f"u-boot-{machine}")
    boot = tmp_path / "EFI/BOOT"
    boot.mkdir(parents=True)
    (boot / name).write_bytes(built(project, f"{machine}/boot.efi"))
    board = ["-machine", "virt", *words, "-m", "256", "-bios", firmware, "-nodefaults"]
    board += ["-display", "none", "-monitor", "none", "-serial", "stdio", "-no-reboot"]
    board += ["-drive", "file=fat:rw:.,format=raw,if=none,id=disk"]
    done = subprocess.run(
        [qemu, *board, "-device", "virtio-blk-device,drive=disk"],
        cwd=tmp_path,
        stdin=subprocess.DEVNULL,
        capture_output=True,
        timeout=120,
        check=False,
    )
    text = done.stdout.decode("utf-8", "replace")
    assert "boot: hello from an ELF program" in text
    assert "boot: relocated" in text
    assert done.returncode == 0, done.stderr


WRONG_MODULES = [
    ({}, "flavor: is missing; it is one of relocatable, emit-relocs, shared"),
    ({"flavor": "static"}, "flavor: 'static' is not known; it is one of relocatable"),
    ({"flavor": "shared", "machine": "x86"}, "machine: no ELF is made for 'x86'; it is one of x64"),
    ({"flavor": "shared", "machine": ["x64"]}, "machine: no ELF is made for ['x64']"),
    ({"flavor": "shared", "bas": 1}, "unknown keyword 'bas'; did you mean 'base'?"),
    ({"flavor": "shared", "base": 0}, "base: a module of flavor 'shared' has none"),
    ({"flavor": "relocatable", "entry": "a"}, "entry: a module of flavor 'relocatable' has none"),
    ({"flavor": "emit-relocs", "base": 0x1234}, "base: 4660 is not a multiple of 0x1000"),
    ({"flavor": "shared", "entry": "a b"}, "entry: 'a b' is not the name of a function"),
    ({"flavor": "shared", "cflags": ["-a -b"]}, "cflags: '-a -b' is several words"),
    ({"flavor": "shared", "harden": True}, "unknown keyword 'harden'"),
]


@pytest.mark.parametrize(("given", "text"), WRONG_MODULES)
def test_a_wrong_module_is_refused_with_its_keyword(given, text):
    with pytest.raises(DeclarationError, match=r"^[^\n]+$") as failure:
        declare_module("m", given, "x64")
    assert str(failure.value).startswith(text)


@pytest.mark.parametrize(
    ("given", "text"),
    [
        ({}, 'for this one env.Driver takes subsystem="efi_application"'),
        ({"machine": "mipsel"}, "machine: no PE image of an ELF file is made for 'mipsel'; it is"),
        ({"machine": "arm64", "subsystem": "windows"}, "subsystem: 'windows' is not known; it is"),
        ({"machine": "arm64", "base": 0x1000}, "base: 4096 is not a multiple of 0x10000"),
        ({"machine": "arm64", "flavor": "shared"}, "unknown keyword 'flavor'"),
    ],
)
def test_a_wrong_program_is_refused_with_its_keyword(given, text):
    with pytest.raises(DeclarationError, match=r"^[^\n]+$") as failure:
        declare_program("m", given, "x64")
    assert text in str(failure.value)


@pytest.mark.parametrize(
    ("call", "text"),
    [
        (
            'ElfModule("m", ["m.c"], flavor="static")',
            "ElfModule('m'): flavor: 'static'",
        ),
        ('ElfModule("m", ["m.rc"], flavor="shared")', "m.rc is for Windows"),
        ('ElfModule("m", [], flavor="shared")', "'m' has no sources"),
        ('EfiApplication("m", ["m.c"])', "EfiApplication('m'): machine: no PE image"),
        ('ElfModule("m", ["m.c"], flavor="emit-relocs")', "undefined symbol: kernel_print"),
    ],
)
def test_a_wrong_declaration_or_link_ends_the_build_in_one_place(tmp_path, call, text):
    project = Outside(tmp_path)
    project.write(
        "SConstruct",
        "import ntbuild\nDefaultEnvironment(tools=[])\n"
        f'env = Environment(tools=["ntdriver"], toolpath=ntbuild.TOOLPATH)\nenv.{call}\n',
    )
    project.write(
        "m.c", "void kernel_print(const char *);\nvoid start(void) { kernel_print(0); }\n"
    )
    assert text in project.run(status=2).errors


def test_a_table_that_is_wrong_is_named_with_its_key(tmp_path):
    text = (ROOT / "toolchains/elf/elf.toml").read_text(encoding="utf-8")
    for old, new, said in (
        ('machines = ["mipsel"]', 'machines = ["mips"]', "unknown value 'mips'; it is one of x64"),
        ('suffix = ".so"', "", "kinds[2].suffix: "),
        ("{base}", "{bass}", "unknown placeholder {bass}"),
        ('name = "shared"', 'name = "relocatable"', "kinds: "),
    ):
        wrong = tmp_path / "elf.toml"
        wrong.write_text(text.replace(old, new), encoding="utf-8")
        with pytest.raises(ToolchainError) as failure:
            read_elf_table(wrong)
        assert said in str(failure.value)
        assert str(failure.value).startswith("elf.toml: ")


def test_what_no_image_can_be_made_of_leaves_the_old_one(tmp_path):
    image, source = tmp_path / "a.efi", tmp_path / "a.elf"
    image.write_bytes(b"old")
    source.write_bytes(b"\x7fELF")
    step = ElfImageStep("riscv64", "efi_application", 0x140000000)
    with pytest.raises(BuildError, match=r"a\.elf is cut off: no header at 0x0"):
        step.run([str(source)], [str(image)])
    assert image.read_bytes() == b"old"
    with pytest.raises(BuildError, match=r"ld\.lld: cannot be started"):
        ElfLinkStep((), "", "", (str(tmp_path / "none"),)).run(["a"], [str(image), "map"])
