"""The maps: sections, every public name once and by address, absolute names, the entry point."""

from coffwriter import Section, Symbol, build
from linking import addresses, defining, entry_object, linked, parsed


def test_the_map_says_what_the_image_has(tmp_path):
    files = {
        "main.obj": entry_object("Name", "Constant"),
        "name.obj": defining("Name", b"mapname!"),
    }
    files["constant.obj"] = build("x64", [], [Symbol("Constant", -1, 0x1234)])
    result = linked(tmp_path, files, "/out:folder/test.sys")
    lines, pe = result.map.splitlines(), parsed(result)
    assert lines[0] == " test.sys"
    assert " Preferred load address is 0000000140000000" in lines
    for number, each in enumerate(pe.sections, 1):
        if each.Name.rstrip(b"\0") != b".reloc":
            head = f" {number:04x}:00000000 {each.Misc_VirtualSize:08x}H"
            assert any(line.startswith(head) for line in lines)
    at = addresses(result)["Name"]
    assert pe.get_data(at, 8) == b"mapname!"
    assert any(line.startswith(" 0000:00001234       Constant ") for line in lines)
    assert lines[-1] == " entry point at        0001:00000000"


def test_every_name_has_one_line_in_order_of_address(tmp_path):
    files = {"main.obj": entry_object(*(f"Name{n}" for n in range(30)))}
    files |= {f"{n}.obj": defining(f"Name{n}") for n in range(30)}
    files["dead.obj"] = defining("Dead")
    result = linked(tmp_path, files)
    found = addresses(result)
    assert set(found) == {"DriverEntry", *(f"Name{n}" for n in range(30))}
    assert list(found.values()) == sorted(found.values())
    assert not any("\x7f" in line for line in result.map.splitlines())


def test_a_name_is_listed_with_its_object(tmp_path):
    files = {"main.obj": entry_object("Name"), "defines.obj": defining("Name")}
    (line,) = (each for each in linked(tmp_path, files).map.splitlines() if " defines.obj" in each)
    assert line.split()[1] == "Name"


def test_hostile_names_stay_on_their_line(tmp_path):
    evil = "Evil\nName \x1b[2J"
    files = {
        "main.obj": entry_object(evil),
        "evil.obj": build("x64", [Section(".data", b"x")], [Symbol(evil, ".data")]),
    }
    plain = {"main.obj": entry_object("Name"), "evil.obj": defining("Name")}
    text = linked(tmp_path, files).map
    assert len(text.splitlines()) == len(linked(tmp_path, plain).map.splitlines())
    assert "\x1b" not in text
