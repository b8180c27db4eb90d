"""WFP callouts and drivers of NDIS 6 compile against headers of our own, for three machines."""

from pathlib import Path

import pytest

from compilers.compiling import compile_to, symbols
from headers.test_headers import msvc

PROGRAMS = Path(__file__).resolve().parent / "programs"
MACHINES = ("x64", "x86", "arm64")


def compiled(folder, name, machine, *extra):
    return symbols(
        compile_to(
            folder / f"{name}.o",
            "zig",
            machine,
            "release",
            PROGRAMS / name,
            *extra,
            compilation=msvc(machine),
        )
    )


def decorated(name, size, machine):
    return f"_{name}@{size}" if machine == "x86" else name


@pytest.mark.parametrize("machine", MACHINES)
def test_a_callout_driver_calls_the_platform_by_its_versioned_names(tmp_path, machine):
    names = compiled(tmp_path, "callout.c", machine)
    assert decorated("FwpsCalloutRegister3", 12, machine) in names
    assert decorated("FwpsInjectNetworkSendAsync0", 28, machine) in names
    assert any("FWPM_LAYER_OUTBOUND_TRANSPORT_V4" in name for name in names)


@pytest.mark.parametrize("machine", MACHINES)
def test_a_filter_protocol_and_miniport_register_with_ndis(tmp_path, machine):
    names = compiled(tmp_path, "ndis_filter.c", machine)
    assert decorated("NdisFRegisterFilterDriver", 16, machine) in names
    assert decorated("NdisRegisterProtocolDriver", 12, machine) in names
    assert decorated("NdisMRegisterMiniportDriver", 20, machine) in names


@pytest.mark.parametrize("machine", ["x64", "x86"])
@pytest.mark.parametrize("version", ["NDIS60", "NDIS620"])
def test_structures_have_the_fields_of_the_drivers_version(tmp_path, machine, version):
    compiled(tmp_path, "ndis_versions.c", machine, f"-D{version}=1")
