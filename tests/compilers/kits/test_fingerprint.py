"""A kit that changes has another fingerprint; the same kit elsewhere has the same."""

import os
import shutil

import pytest

from compilers.kits import trees
from ntbuild.compilers.kits.search import kit_in


@pytest.fixture
def tree(tmp_path):
    return trees.windows_kit(tmp_path / "kit")


def test_neither_the_place_nor_times_count(tree, tmp_path):
    first = kit_in(tree).fingerprint("1.15")
    shutil.copytree(tree, tmp_path / "other")
    for path in (tmp_path / "other").rglob("*"):
        os.utime(path, (1, 1))
    assert kit_in(tmp_path / "other").fingerprint("1.15") == first


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("km/NTDDK.H", "#pragma once\n#include <wdM.h>\n"),
        ("km/storport.h", ""),
        ("shared/WARNING.H", "#pragma once\n"),
        ("km/crt/String.h", ""),
    ],
)
def test_what_counts(tree, path, text):
    first = kit_in(tree).fingerprint()
    (tree / "Include" / "10.0.9.0" / path).write_text(text, encoding="utf-8")
    assert kit_in(tree).fingerprint() != first


def test_version_and_framework_count(tree):
    whole = kit_in(tree)
    older = kit_in(tree / "Include" / "10.0.1.0")
    digests = {whole.fingerprint(), older.fingerprint(), whole.fingerprint("1.15")}
    assert len(digests) == 3
