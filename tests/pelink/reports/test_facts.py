"""Facts for the validator: which resident code refers to what is freed after start."""

from coffwriter import CODE, Reloc, Section, Symbol, build
from linking import linked

REL32 = 4
INIT = CODE | 0x02000000  # MEM_DISCARDABLE


def calling(name: str, target: str) -> bytes:
    """A function in .text that calls another one."""
    section = Section(
        ".text", b"\xe8\0\0\0\0\xc3".ljust(16, b"\xcc"), CODE, 16, [Reloc(1, target, REL32)]
    )
    return build("x64", [section], [Symbol(name, ".text", type=0x20), Symbol(target)])


def freed(name: str) -> bytes:
    section = Section("INIT", b"\xc3".ljust(16, b"\xcc"), INIT, 16)
    return build("x64", [section], [Symbol(name, "INIT", type=0x20)])


CHAIN = (
    "/entry:First",
    "/alternatename:AfterFirst=Second",
    "/alternatename:AfterSecond=DriverEntry",
)


def references(folder, *argv: str, **more: bytes) -> list[str]:
    files = {
        "first.obj": calling("First", "AfterFirst"),
        "second.obj": calling("Second", "AfterSecond"),
        "driver.obj": freed("DriverEntry"),
        **{f"{name}.obj": data for name, data in more.items()},
    }
    result = linked(folder, files, *CHAIN, *argv, base=("/driver",))
    return [each.source.rpartition(":")[2] for each in result.facts.init_references]


def test_a_chain_of_entry_points_may_call_what_is_freed(tmp_path):
    assert references(tmp_path) == []


def test_other_resident_code_may_not(tmp_path):
    found = references(tmp_path, "/include:Other", other=calling("Other", "DriverEntry"))
    assert found == ["(Other)"]
