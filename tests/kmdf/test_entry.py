"""The entry point of KMDF drivers runs, in an emulated processor with an emulated framework."""

import pytest

from kmdf import headers
from kmdf.framework import NO_RESOURCES, SUCCESS, UNSUCCESSFUL, Framework, build

CELLS = [
    *(
        ("zig", machine, dialect)
        for machine in ("x64", "x86", "arm64")
        for dialect in ("gnu", "msvc")
    ),
    ("mingw", "x64", "gnu"),
    ("mingw", "x86", "gnu"),
]
cells = pytest.mark.parametrize("cell", CELLS, ids="-".join)
machines = pytest.mark.parametrize("machine", ["x64", "x86", "arm64"])
BINDS = ["bind", "bind First", "own bind", "bind Second"]
UNBINDS = ["unbind First", "own unbind", "unbind Second", "unbind"]
INVALID_IMAGE, NOT_FOUND = 0xC000007B, 0xC0000225


@pytest.fixture(scope="session")
def images(tmp_path_factory):
    made = {}

    def image(*key, **more):
        whole = (key, tuple(more.items()))
        if whole not in made:
            name, machine, dialect, minor, *flags = key
            folder = tmp_path_factory.mktemp("kmdf")
            made[whole] = build(folder, name, machine, minor, dialect, flags=flags, **more)
        return made[whole]

    return image


@pytest.fixture
def framework(images):
    def make(name, machine, dialect, minor, *flags, **more):
        return Framework(images(name, machine, dialect, minor, *flags, **more), machine, minor)

    return make


@cells
@pytest.mark.parametrize("minor", [15, 33])
def test_a_driver_is_bound_started_and_unbound(framework, cell, minor):
    found = framework(*cell, minor, *(["-DREVERSED"] if cell[0] == "mingw" else []))
    assert found.start() == SUCCESS
    size = {("x86", 15): 32, ("x86", 33): 52, ("", 15): 48, ("", 33): 88}
    assert found.info == {
        "size": size["x86" if cell[1] == "x86" else "", minor],
        "component": "KmdfLibrary",
        "version": [1, minor, 0],
        "count": {15: 444, 33: 458}[minor],
    }
    assert found.events == [*BINDS, "entry", "create"]
    # Its context is found by its own type and by the type of another that is the same.
    found.events.clear()
    assert found.add_device() == SUCCESS
    found.unload()
    assert found.events == ["device add", "framework unload", *UNBINDS]
    assert not found.given


@machines
def test_without_optimisation_it_is_the_same(tmp_path, machine):
    image = build(tmp_path, "zig", machine, 33, flavor="debug")
    found = Framework(image, machine, 33)
    assert found.start() == SUCCESS
    found.unload()
    assert found.events == [*BINDS, "entry", "create", "framework unload", *UNBINDS]


@pytest.mark.skipif(headers.checkout() is None, reason="NTBUILD_WDF names no checkout of WDF")
@pytest.mark.parametrize("minor", [15, 25, 33])
@pytest.mark.parametrize("cell", CELLS[:6], ids="-".join)
def test_with_the_frameworks_own_headers_it_is_the_same(framework, cell, minor):
    found = framework(*cell, minor, wdf=headers.WDF)
    assert found.start() == SUCCESS
    assert found.add_device() == SUCCESS
    found.unload()
    between = ["entry", "create", "device add", "framework unload"]
    assert found.events == [*BINDS, *between, *UNBINDS]


@machines
def test_records_of_the_longer_form_are_bound_from_1_25_on(framework, machine):
    found = framework("zig", machine, "gnu", 33, "-DLONG_RECORDS")
    assert found.start() == SUCCESS
    found.unload()
    assert found.events == [*BINDS, "entry", "create", "framework unload", *UNBINDS]
    found = framework("zig", machine, "gnu", 15, "-DLONG_RECORDS")
    assert found.start() == INVALID_IMAGE
    assert found.events == ["bind", "unbind"]


@machines
def test_a_newer_driver_learns_what_the_framework_lacks(framework, machine):
    minimum = "-DKMDF_MINIMUM_VERSION_REQUIRED=25"
    found = framework("zig", machine, "gnu", 33, minimum)
    found.newer_client = (457, [4] * 40)
    assert found.start() == SUCCESS
    assert found.minimum == 25
    assert found.events[len(BINDS) :] == [
        "entry",
        *("without the last function", "without the last field"),
        "create",
    ]
    found = framework("zig", machine, "gnu", 33, minimum)
    found.newer_client = (458, [64] * 5)
    assert found.start() == SUCCESS
    assert "without the last structure" in found.events
    assert "without the last function" not in found.events


@machines
@pytest.mark.parametrize(
    ("what", "status", "events"),
    [
        ({"bind_status": UNSUCCESSFUL}, UNSUCCESSFUL, ["bind"]),
        ({"class_status": {"First": NO_RESOURCES}}, NO_RESOURCES, [*BINDS[:2], "unbind"]),
        (
            {"class_status": {"Second": NO_RESOURCES}},
            NO_RESOURCES,
            [*BINDS, "unbind First", "unbind"],
        ),
        ({"create_status": UNSUCCESSFUL}, UNSUCCESSFUL, [*BINDS, "entry", "create", *UNBINDS]),
        ({"pool": 0}, NO_RESOURCES, []),
    ],
)
def test_a_step_that_fails_undoes_those_before_it(framework, machine, what, status, events):
    found = framework("zig", machine, "gnu", 15)
    for name, value in what.items():
        setattr(found, name, value)
    assert found.start() == status
    assert found.events == events
    assert not found.given


@machines
def test_the_record_of_a_class_extension_is_bound(framework, machine):
    found = framework("zig", machine, "gnu", 15, "-DEXTENSION")
    assert found.start() == SUCCESS
    assert found.events[: len(BINDS) + 1] == [*BINDS, "bind UdeCx"]


@machines
def test_what_is_no_record_among_the_classes_is_an_error(framework, machine):
    found = framework("zig", machine, "gnu", 15, "-DNO_RECORD")
    assert found.start() == INVALID_IMAGE
    assert found.events == [*BINDS, *UNBINDS]


@machines
def test_a_shared_type_that_nobody_has_is_an_error(framework, machine):
    found = framework("zig", machine, "gnu", 15, "-DNO_SHARED_TYPE")
    assert found.start() == NOT_FOUND
    assert found.events == [*BINDS, *UNBINDS]


@machines
def test_a_miniport_is_unbound_by_its_own_unload(framework, machine):
    found = framework("zig", machine, "gnu", 15, "-DMINIPORT")
    assert found.start() == SUCCESS
    found.unload()
    assert found.events[len(BINDS) :] == [
        *("entry", "create", "port unload", "miniport unload"),
        *UNBINDS,
    ]
    assert not found.given


@machines
@pytest.mark.parametrize("length", [0, 300, 32766])
def test_a_registry_path_may_have_any_length(framework, machine, length):
    found = framework("zig", machine, "gnu", 15)
    found.path = "p" * length
    assert found.start() == SUCCESS
    found.unload()
    assert found.events[-1] == "unbind"


@machines
def test_a_driver_loaded_for_its_exports_is_not_bound(framework, machine):
    found = framework("zig", machine, "gnu", 15)
    assert found.start(driver=0) == SUCCESS
    assert found.events == ["entry"]
