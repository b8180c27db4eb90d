"""The sample drivers run: started as services under Wine, used by a program, stopped, gone.

Wine's kernel is a process, so this shows what a loader needs (headers, imports, base relocations,
entry point) and what drivers and programs send each other, not paging or privileges. Wine loads
a driver's imports from ``system32/drivers`` but calls no DllInitialize, so core's own messages are
not expected.
"""

import pytest

from compilers.compiling import FEATURES
from ntbuild.compilers.toolchain import FLAVORS
from wine.session import Service
from wine.userprogram import user_program

CELLS = [
    (name, flavor) for name, _ in FEATURES["run by the tests, under Wine"] for flavor in FLAVORS
]
cells = pytest.mark.parametrize(("toolchain", "flavor"), CELLS)
ANSWERS = "sum 0000002A\nreversed olleh\ncount 00000002\n"


@pytest.fixture
def service(wine):
    """A function that makes services, which are deleted after the test, at once or when stopped."""
    made = []

    def make(name, image):
        made.append(Service(wine, name, image))
        return made[-1]

    yield make
    for each in made:
        each.delete()


@cells
def test_hello_starts_and_stops(wine, installed, service, toolchain, flavor):
    before = len(wine.printed("hello: "))
    hello = service(f"{toolchain}_{flavor}_hello", installed(toolchain, flavor, "hello"))
    hello.wait("STOPPED")
    hello.start()
    assert wine.printed("hello: ")[before:] == ["hello: started"]
    hello.stop()
    assert wine.printed("hello: ")[before:] == ["hello: started", "hello: goodbye"]


@cells
def test_a_program_asks_ioctl(wine, installed, service, toolchain, flavor, tmp_path):
    program = str(user_program(tmp_path, toolchain, flavor, "ioctl_user"))
    before = len(wine.printed("ioctl: "))
    ioctl = service(f"{toolchain}_{flavor}_ioctl", installed(toolchain, flavor, "ioctl"))
    assert wine.run(program).stdout == "open failed 00000002\n"
    for _ in range(2):  # nothing is left of the first run: neither device nor link nor count
        ioctl.start()
        done = wine.run(program)
        assert (done.stdout, done.returncode) == (ANSWERS, 0)
        ioctl.stop()
    assert wine.printed("ioctl: ")[before:] == ["ioctl: started", "ioctl: stopped"] * 2
    assert wine.run(program).stdout == "open failed 00000002\n"


@cells
def test_client_imports_functions_and_data_of_core(wine, installed, service, toolchain, flavor):
    before = len(wine.printed("client: "))
    installed(toolchain, flavor, "core")
    client = service(f"{toolchain}_{flavor}_client", installed(toolchain, flavor, "client"))
    client.start()
    client.stop()
    assert wine.printed("client: ")[before:] == ["client: 1 sessions open", "client: total 42"]


@cells
def test_core_is_a_driver_by_itself(installed, service, toolchain, flavor):
    core = service(f"{toolchain}_{flavor}_core", installed(toolchain, flavor, "core"))
    core.start()
    core.stop()
    core.wait("STOPPED")
