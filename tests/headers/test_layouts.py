"""Sizes, offsets and values in headers of our own, for every machine, dialect and language."""

import os
from pathlib import Path

import pytest

import peers
from headers.layouts import (
    DIALECTS,
    MACHINES,
    NAMES,
    OF_KITS,
    SUFFIXES,
    compile_argv,
    kit_argv,
    run,
    source,
)

KIT = os.environ.get("NTBUILD_KIT_HEADERS", "")


def written(folder: Path, name: str, machine: str, language: str) -> Path:
    path = folder / f"{name}-{machine}{SUFFIXES[language]}"
    path.write_text(source(name, machine))
    return path


@pytest.mark.parametrize("machine", MACHINES)
@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("name", NAMES)
def test_c_sources_see_the_sizes_offsets_and_values_of_the_kernel(tmp_path, name, dialect, machine):
    peers.require_toolchain("zig", machine)
    path = written(tmp_path, name, machine, "c")
    assert run(compile_argv(path, machine, "c", dialect, "zig")) == ""


@pytest.mark.parametrize("dialect", DIALECTS)
@pytest.mark.parametrize("name", NAMES)
def test_cxx_sources_see_the_same(tmp_path, name, dialect):
    peers.require_toolchain("zig", "x64")
    path = written(tmp_path, name, "x64", "c++")
    assert run(compile_argv(path, "x64", "c++", dialect, "zig")) == ""


@pytest.mark.parametrize("machine", ["x64", "x86"])
@pytest.mark.parametrize("name", NAMES)
def test_gcc_sees_the_same(tmp_path, name, machine):
    peers.require_toolchain("mingw", machine)
    path = written(tmp_path, name, machine, "c")
    assert run(compile_argv(path, machine, "c", "gnu", "mingw")) == ""


@pytest.mark.skipif(not KIT, reason="NTBUILD_KIT_HEADERS= names no folder with km and shared")
@pytest.mark.parametrize("machine", MACHINES)
@pytest.mark.parametrize("name", OF_KITS)
def test_the_facts_hold_in_a_kits_headers(tmp_path, name, machine):
    path = written(tmp_path, name, machine, "c")
    assert run(kit_argv(Path(KIT), path, machine)) == ""
