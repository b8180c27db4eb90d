"""What links of one process share: a library's index, as long as its bytes are the same."""

import sys
from collections import Counter
from concurrent.futures import ThreadPoolExecutor

import pytest

from ntbuild import LinkError, LinkOptions, link
from ntbuild.pecoff.columns.pool import Pool
from ntbuild.pecoff.machine import MACHINES
from ntbuild.pecoff.object.write import MadeSection, MadeSymbol, write_object
from ntbuild.pelink.diagnostics import Diagnostics
from ntbuild.pelink.inputs.files import load, open_archive
from ntbuild.pelink.libraries.import_library import write_import_library
from ntbuild.pelink.libraries.module_definition import parse_def

CODE = 0x60000020
OPTIONS = LinkOptions(driver="normal", entry="DriverEntry", machine="x64", out="a.sys")


def library(*names):
    text = "\n".join(["LIBRARY kernel.exe", "EXPORTS", *names])
    return write_import_library(parse_def(text, "kernel.def", MACHINES["x64"]), MACHINES["x64"])


def calling(name):
    """An object whose DriverEntry calls a function."""
    section = MadeSection(".text", b"\xe8\0\0\0\0\xc3", CODE, 16, ((1, 1, 4),))
    symbols = [MadeSymbol(b"DriverEntry", 1), MadeSymbol(name.encode())]
    return write_object(0x8664, [section], symbols)


def opened(path):
    pool, log = Pool(), Diagnostics()
    (file,) = load(pool, [str(path)], (), log)
    return open_archive(pool, file, log)


def test_an_index_is_read_once_and_anew_when_any_byte_changed(tmp_path):
    path = tmp_path / "kernel.lib"
    path.write_bytes(library("Open", "Shut"))
    first = opened(path)
    assert opened(path) is first
    path.write_bytes(library("Open", "Shot"))
    assert len(path.read_bytes()) == len(first.data)
    assert opened(path) is not first


def test_a_library_that_changed_between_links_counts(tmp_path):
    lib, obj = tmp_path / "kernel.lib", tmp_path / "a.obj"
    obj.write_bytes(calling("Shut"))
    lib.write_bytes(library("Open", "Shut"))
    assert b"Shut\0" in link([obj, lib], OPTIONS).image
    lib.write_bytes(library("Open", "Shot"))
    with pytest.raises(LinkError, match="undefined symbol: Shut"):
        link([obj, lib], OPTIONS)


def test_links_side_by_side_give_what_they_give_alone(tmp_path):
    lib = tmp_path / "kernel.lib"
    names = [f"Routine{number}" for number in range(12)]
    lib.write_bytes(library(*names))
    objects = []
    for name in names:
        objects.append(tmp_path / f"{name}.obj")
        objects[-1].write_bytes(calling(name))

    def image(path):
        return link([path, lib], OPTIONS).image

    alone = [image(path) for path in objects]
    with ThreadPoolExecutor(4) as pool:
        assert list(pool.map(image, objects * 4)) == alone * 4


def test_a_small_link_calls_few_functions(tmp_path):
    """Each call of numpy takes a microsecond or two: they are what a small link's time is."""
    lib, obj = tmp_path / "kernel.lib", tmp_path / "a.obj"
    lib.write_bytes(library("Open", "Shut"))
    obj.write_bytes(calling("Shut"))
    link([obj, lib], OPTIONS)  # what is imported and kept with the first link does not count
    called = Counter()

    def count(_frame, event, function):
        if event == "c_call":
            called[getattr(function, "__module__", None) or type(function.__self__).__module__] += 1

    sys.setprofile(count)
    try:
        link([obj, lib], OPTIONS)
    finally:
        sys.setprofile(None)
    assert called["numpy"] < 950
    assert called.total() < 3100
